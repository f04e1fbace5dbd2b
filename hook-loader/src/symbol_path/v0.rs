//! Names of rustc's scheme v0: `_RNvCs4fqI2P2rA04_4demo5total`.
//!
//! They are read as far as a path needs it, and written as those of the old scheme are: a path has no type arguments,
//! the types in it have theirs, and closures have no numbers.

/// A name that nests deeper than this is none of rustc's.
const DEEPEST: usize = 200;
/// No path is longer.
const LONGEST: usize = 10_000;

/// Returns the path of a name of the scheme v0.
pub(super) fn path(name: &str) -> Option<String> {
    read(name).map(|reader| reader.out)
}

/// Returns what stands before the crate that made an instance, which follows the path.
pub(super) fn without_maker(name: &str) -> Option<&str> {
    let reader = read(name)?;
    name.get(..name.len() - reader.text.len() + reader.at)
}

/// Returns the functions that the closures in a name of the scheme v0 are written in. Of a closure within a closure,
/// that is the path of the outer one.
pub(super) fn around_closures(name: &str) -> Option<Vec<String>> {
    read(name).map(|reader| reader.around_closures)
}

/// Returns the crate of the impl that a method is in, by a name of the scheme v0.
pub(super) fn crate_of_impl(name: &str) -> Option<String> {
    let mut reader = Reader::of(name)?;
    loop {
        match reader.next()? {
            b'N' => drop(reader.next()?),
            b'I' => {}
            b'X' | b'M' => break,
            _ => return None,
        }
    }
    reader.disambiguator()?;
    reader.path(false)?;
    reader.out.split("::").next().map(str::to_owned)
}

/// Returns how the names of a trait's method begin that have one self type, whatever the arguments of the trait are.
pub(super) fn before_trait_arguments(name: &str) -> Option<&str> {
    let mut reader = Reader::of(name)?;
    for expected in *b"NvY" {
        reader.eat(expected).then_some(())?;
    }
    reader.type_()?;
    reader.eat(b'I').then_some(())?;
    reader.path(true)?;
    name.get(.."_R".len() + reader.at)
}

fn read(name: &str) -> Option<Reader<'_>> {
    let mut reader = Reader::of(name)?;
    reader.path(false)?;
    Some(reader)
}

struct Reader<'n> {
    text: &'n [u8],
    at: usize,
    depth: usize,
    out: String,
    around_closures: Vec<String>,
}

impl<'n> Reader<'n> {
    fn of(name: &'n str) -> Option<Reader<'n>> {
        let text = name.strip_prefix("_R").filter(|text| text.is_ascii())?;
        Some(Reader {
            text: text.as_bytes(),
            at: 0,
            depth: 0,
            out: String::new(),
            around_closures: Vec::new(),
        })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    fn say(&mut self, text: &str) -> Option<()> {
        self.out.push_str(text);
        (self.out.len() <= LONGEST).then_some(())
    }

    /// Reads what `read` does, unless that nests too deeply.
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        self.depth += 1;
        let done = (self.depth <= DEEPEST).then(|| read(self)).flatten();
        self.depth -= 1;
        done
    }

    /// Reads without writing.
    fn silently(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let len = self.out.len();
        read(self)?;
        self.out.truncate(len);
        Some(())
    }

    /// Reads what stood earlier in the name.
    fn backref(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let start = self.at - 1;
        let to = usize::try_from(self.number()?).ok()?;
        let here = std::mem::replace(&mut self.at, to);
        let done = (to < start).then(|| self.nested(read)).flatten();
        self.at = here;
        done
    }

    /// Reads a number to the base of 62, which ends in `_`.
    fn number(&mut self) -> Option<u64> {
        if self.eat(b'_') {
            return Some(0);
        }
        let mut number: u64 = 0;
        loop {
            let digit = match self.next()? {
                b'_' => return number.checked_add(1),
                digit @ b'0'..=b'9' => digit - b'0',
                digit @ b'a'..=b'z' => digit - b'a' + 10,
                digit @ b'A'..=b'Z' => digit - b'A' + 36,
                _ => return None,
            };
            number = number.checked_mul(62)?.checked_add(digit.into())?;
        }
    }

    /// Reads what tells apart things of one name.
    fn disambiguator(&mut self) -> Option<()> {
        if self.eat(b's') {
            self.number()?;
        }
        Some(())
    }

    fn identifier(&mut self) -> Option<String> {
        self.disambiguator()?;
        let is_unicode = self.eat(b'u');
        let mut len = 0_usize;
        match self.next()? {
            b'0' => {}
            digit @ b'1'..=b'9' => {
                len = usize::from(digit - b'0');
                while let Some(digit @ b'0'..=b'9') = self.peek() {
                    self.at += 1;
                    len = len.checked_mul(10)?.checked_add(usize::from(digit - b'0'))?;
                }
            }
            _ => return None,
        }
        self.eat(b'_');
        let name = self.text.get(self.at..self.at.checked_add(len)?)?;
        self.at += len;
        let name = std::str::from_utf8(name).ok()?;
        if is_unicode {
            from_punycode(name)
        } else {
            Some(name.to_owned())
        }
    }

    /// Reads a path. The type arguments of one that names a type are written.
    fn path(&mut self, is_type: bool) -> Option<()> {
        self.nested(|reader| reader.path_at(is_type))
    }

    fn path_at(&mut self, is_type: bool) -> Option<()> {
        match self.next()? {
            b'C' => {
                let name = self.identifier()?;
                self.say(&name)
            }
            b'N' => {
                let (namespace, start) = (self.next()?, self.out.len());
                // A closure is written as what it is in, wherever it stands.
                self.path(is_type && namespace != b'C')?;
                if namespace == b'C' {
                    self.around_closures.push(self.out[start..].to_owned());
                }
                let name = self.identifier()?;
                match namespace {
                    b'C' => self.say("::{{closure}}"),
                    b'S' => self.say(&format!("::{{{{{name}.shim}}}}")),
                    b'A'..=b'Z' if name.is_empty() => self.say("::{{constant}}"),
                    b'A'..=b'Z' => self.say(&format!("::{{{{{name}}}}}")),
                    _ if name.is_empty() => Some(()),
                    _ => self.say(&format!("::{name}")),
                }
            }
            b'M' => {
                self.impl_path()?;
                let start = self.out.len();
                self.type_()?;
                // The name of a type is written as it is, anything else within brackets.
                if !self.out[start..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                    self.out.insert(start, '<');
                    self.say(">")?;
                }
                Some(())
            }
            first @ (b'X' | b'Y') => {
                if first == b'X' {
                    self.impl_path()?;
                }
                self.say("<")?;
                self.type_()?;
                self.say(" as ")?;
                self.path(true)?;
                self.say(">")
            }
            b'I' => {
                self.path(is_type)?;
                let len = self.out.len();
                self.say("<")?;
                self.list(Self::generic_argument)?;
                self.say(">")?;
                if !is_type || self.out.ends_with("<>") {
                    self.out.truncate(len);
                }
                Some(())
            }
            b'B' => self.backref(|reader| reader.path(is_type)),
            _ => None,
        }
    }

    /// Reads where an impl is.
    fn impl_path(&mut self) -> Option<()> {
        self.disambiguator()?;
        self.silently(|reader| reader.path(false))
    }

    /// Reads parts up to an `E`, and writes commas between them.
    fn list(&mut self, read: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        let start = self.out.len();
        while !self.eat(b'E') {
            let before = self.out.len();
            read(self)?;
            if before > start && self.out.len() > before {
                self.out.insert_str(before, ", ");
            }
        }
        Some(())
    }

    fn generic_argument(&mut self) -> Option<()> {
        match self.peek()? {
            b'L' => {
                self.at += 1;
                self.number().map(drop)
            }
            b'K' => {
                self.at += 1;
                self.constant()
            }
            _ => self.type_(),
        }
    }

    fn type_(&mut self) -> Option<()> {
        self.nested(Self::type_at)
    }

    fn type_at(&mut self) -> Option<()> {
        let first = self.next()?;
        if let Some(basic) = basic(first) {
            return self.say(basic);
        }
        match first {
            b'R' | b'Q' => {
                self.say("&")?;
                if self.eat(b'L') {
                    self.number()?;
                }
                if first == b'Q' {
                    self.say("mut ")?;
                }
                self.type_()
            }
            b'P' | b'O' => {
                self.say(if first == b'P' { "*const " } else { "*mut " })?;
                self.type_()
            }
            b'A' | b'S' => {
                self.say("[")?;
                self.type_()?;
                if first == b'A' {
                    self.say("; ")?;
                    self.constant()?;
                }
                self.say("]")
            }
            b'T' => {
                self.say("(")?;
                self.list(Self::type_)?;
                self.say(")")
            }
            b'F' => self.fn_pointer(),
            b'D' => {
                self.say("dyn ")?;
                self.binder()?;
                self.list(Self::bound)?;
                self.eat(b'L').then_some(())?;
                self.number().map(drop)
            }
            b'B' => self.backref(Self::type_),
            _ => {
                self.at -= 1;
                self.path(true)
            }
        }
    }

    fn fn_pointer(&mut self) -> Option<()> {
        self.binder()?;
        if self.eat(b'U') {
            self.say("unsafe ")?;
        }
        if self.eat(b'K') {
            let abi = match self.eat(b'C') {
                true => "C".to_owned(),
                false => self.identifier()?.replace('_', "-"),
            };
            self.say(&format!("extern \"{abi}\" "))?;
        }
        self.say("fn(")?;
        self.list(Self::type_)?;
        self.say(")")?;
        if self.eat(b'u') {
            return Some(());
        }
        self.say(" -> ")?;
        self.type_()
    }

    fn binder(&mut self) -> Option<()> {
        if self.eat(b'G') {
            self.number()?;
        }
        Some(())
    }

    /// Reads a trait of a `dyn`, with the types that it is bound to.
    fn bound(&mut self) -> Option<()> {
        self.path(true)?;
        while self.eat(b'p') {
            let name = self.identifier()?;
            self.say(&format!("<{name} = "))?;
            self.type_()?;
            self.say(">")?;
        }
        Some(())
    }

    /// Reads a constant, of which the type is not written.
    fn constant(&mut self) -> Option<()> {
        self.nested(|reader| {
            if reader.eat(b'B') {
                return reader.backref(Self::constant);
            }
            if reader.eat(b'p') {
                return reader.say("_");
            }
            reader.silently(Self::type_)?;
            if reader.eat(b'n') {
                reader.say("-")?;
            }
            let digits = reader.text.get(reader.at..)?;
            let len = digits.iter().position(|&byte| byte == b'_')?;
            let digits = std::str::from_utf8(&digits[..len]).ok()?.to_owned();
            reader.at += len + 1;
            reader.say(&format!("0x{digits}"))
        })
    }
}

/// Returns the type that has a letter.
fn basic(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'a' => "i8",
        b'b' => "bool",
        b'c' => "char",
        b'd' => "f64",
        b'e' => "str",
        b'f' => "f32",
        b'h' => "u8",
        b'i' => "isize",
        b'j' => "usize",
        b'l' => "i32",
        b'm' => "u32",
        b'n' => "i128",
        b'o' => "u128",
        b's' => "i16",
        b't' => "u16",
        b'u' => "()",
        b'v' => "...",
        b'x' => "i64",
        b'y' => "u64",
        b'z' => "!",
        b'p' => "_",
        _ => return None,
    })
}

/// Returns an identifier that is not of ASCII. Its ASCII part stands before the last `_`; the rest says where which
/// other characters stand, as RFC 3492 has it.
fn from_punycode(text: &str) -> Option<String> {
    let (basic, coded) = text.rsplit_once('_').unwrap_or(("", text));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut code, mut at, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = coded.bytes();
    while digits.len() > 0 {
        let (start, mut weight) = (at, 1_u32);
        for step in 1.. {
            let digit = match digits.next()? {
                digit @ b'a'..=b'z' => digit - b'a',
                digit @ b'0'..=b'9' => digit - b'0' + 26,
                _ => return None,
            };
            at = at.checked_add(u32::from(digit).checked_mul(weight)?)?;
            let threshold = (36_u32 * step).saturating_sub(bias).clamp(1, 26);
            if u32::from(digit) < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
        }
        let count = u32::try_from(out.len()).ok()? + 1;
        let mut delta = (at - start) / if start == 0 { 700 } else { 2 };
        delta += delta / count;
        let mut steps = 0;
        while delta > 455 {
            delta /= 35;
            steps += 36;
        }
        bias = steps + 36 * delta / (delta + 38);
        code = code.checked_add(at / count)?;
        at %= count;
        out.insert(at as usize, char::from_u32(code)?);
        at += 1;
    }
    Some(out.into_iter().collect())
}
