//! Programs made up at random: always the same for a seed, always valid, and with a hook wherever one can stand.
//!
//! Every statement is valid whatever stands around it: it takes integers that are in scope, and leaves behind at most
//! new names. What lends, moves or drops does so within.

/// What the functions share. It says what is dropped, and when.
const PRELUDE: &str = r#"
use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
pub struct D(pub i64);
impl Drop for D { fn drop(&mut self) { println!("drop {}", self.0); } }
#[derive(Debug, Clone, Default, PartialEq)]
pub struct P { pub x: i64, pub name: String, pub list: Vec<i64> }
pub enum E { Unit, One(i64), Two { a: i64, b: String } }
#[allow(non_upper_case_globals)]
pub const lower: i64 = 3;
pub trait Area { fn area(&self) -> i64; fn twice(&self) -> i64 { self.area().wrapping_mul(2) } }
impl Area for P { fn area(&self) -> i64 { self.x } }
impl Area for i64 { fn area(&self) -> i64 { *self } }
pub fn opt(n: i64) -> Option<i64> { (n % 3 != 0).then(|| n.wrapping_sub(1)) }
pub fn res(n: i64) -> Result<i64, String> { if n % 5 == 0 { Err(format!("bad {n}")) } else { Ok(n.wrapping_add(2)) } }
pub fn call<R>(f: impl FnOnce(i64) -> R) -> R { f(7) }
pub fn calls(mut f: impl FnMut(i64) -> i64) -> i64 { f(1).wrapping_add(f(2)) }
pub fn hold(d: &D) -> &i64 { &d.0 }
pub fn longer<'a>(a: &'a str, b: &'a str) -> &'a str { if a.len() >= b.len() { a } else { b } }
pub async fn later(n: i64) -> i64 { n.wrapping_mul(3) }
pub fn wait<F: std::future::Future>(f: F) -> F::Output {
    let mut f = std::pin::pin!(f);
    let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
    loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(context) { return r; } }
}
macro_rules! block { ($($t:tt)*) => {{ $($t)* }} }
macro_rules! moving { ($($t:tt)*) => { move || { $($t)* } } }
macro_rules! bind { ($name:ident, $e:expr) => { let $name = $e; } }
macro_rules! pair { ($e:expr) => { ($e, stringify!($e).len() > 0) } }
"#;

/// A program whose functions have hooks, and the same without, with all else in the same places.
pub(crate) struct Program {
    pub(crate) hooked: String,
    pub(crate) plain: String,
}

/// Makes up a program.
pub(crate) fn program(seed: u64, functions: usize) -> Program {
    let mut make = Make {
        state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        names: 0,
        ints: Vec::new(),
        results: false,
    };
    let functions: Vec<String> = (0..functions).map(|index| make.function(index)).collect();
    let calls: String = (0..functions.len())
        .map(|index| format!("    println!(\"== {index}\"); f{index}::run();\n"))
        .collect();
    let body = format!("{PRELUDE}{}fn main() {{\n{calls}}}\n", functions.concat());
    let hooked = body.replace("@ATTR@", "#[hookable]").replace("@H@", "hook!()");
    let plain = body.replace("@ATTR@", "           ").replace("@H@", "hook!()");
    let allow = "#![allow(dead_code, unused_macros, unused_imports)]\n";
    Program {
        hooked: format!("{allow}use hookable::{{hook, hookable}};\n{hooked}"),
        plain: format!("{allow}macro_rules! hook {{ () => {{ () }} }}\n{plain}"),
    }
}

struct Make {
    state: u64,
    /// To make the next name its own.
    names: usize,
    /// The integers in scope, and whether each is `mut`.
    ints: Vec<(String, bool)>,
    /// The function returns a `Result`: `?` can stand in it.
    results: bool,
}

impl Make {
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 33) as usize % limit
    }

    fn fresh(&mut self) -> String {
        const STEMS: [&str; 14] = [
            "a", "b", "v", "x", "it", "hit", "line", "frame", "value", "r#type", "N", "σ", "_u", "site",
        ];
        let stem = STEMS[self.below(STEMS.len())];
        // A name may shadow another, of any type: only that of an integer is used from outside of its statement.
        self.names += 1;
        if stem == "r#type" && self.below(2) == 0 {
            stem.to_owned()
        } else {
            format!("{}{}", stem.trim_start_matches("r#"), self.names)
        }
    }

    fn hook(&mut self) -> &'static str {
        if self.below(3) == 0 { "" } else { "@H@;" }
    }

    fn int(&mut self) -> String {
        match self.below(9) {
            0..=3 if !self.ints.is_empty() => {
                let at = self.below(self.ints.len());
                self.ints[at].0.clone()
            }
            0..=4 => format!("{}_i64", self.below(9)),
            5 => format!("{}.wrapping_add({})", self.atom(), self.atom()),
            6 => format!("{{ {} {}.wrapping_mul(2) }}", self.hook(), self.atom()),
            7 => format!(
                "if {} > 2 {{ {} 1_i64 }} else {{ {} {} }}",
                self.atom(),
                self.hook(),
                self.hook(),
                self.atom()
            ),
            _ => format!("(@H@, {}).1", self.atom()),
        }
    }

    fn atom(&mut self) -> String {
        match self.ints.is_empty() || self.below(3) == 0 {
            true => format!("{}_i64", self.below(9)),
            false => {
                let at = self.below(self.ints.len());
                self.ints[at].0.clone()
            }
        }
    }

    /// Statements in a scope of their own, whose last expression is an integer.
    fn block(&mut self, depth: usize) -> String {
        let outer = self.ints.len();
        let statements = self.statements(depth);
        let int = self.int();
        self.ints.truncate(outer);
        format!("{{ {statements} {int} }}")
    }

    fn statements(&mut self, depth: usize) -> String {
        let count = 1 + self.below(3);
        (0..count).map(|_| self.statement(depth) + self.hook() + "\n").collect()
    }

    /// The same, without the integers that are `mut`: a closure in there borrows none.
    fn apart(&mut self, depth: usize, results: bool) -> String {
        let (ints, outer) = (self.ints.clone(), std::mem::replace(&mut self.results, results));
        self.ints.retain(|(_, mutable)| !mutable);
        let block = self.block(depth);
        (self.ints, self.results) = (ints, outer);
        block
    }

    fn bound(&mut self, name: &str, mutable: bool) {
        self.ints.push((name.to_owned(), mutable));
    }

    fn statement(&mut self, depth: usize) -> String {
        let (a, b, name) = (self.atom(), self.int(), self.fresh());
        let (hook, id) = (self.hook(), self.names);
        if depth == 0 {
            let text = format!("let {name} = {b};");
            self.bound(&name, false);
            return text;
        }
        let inner = depth - 1;
        match self.below(40) {
            0 => {
                let text = format!("let mut {name} = {b}; {hook} {name} = {name}.wrapping_add({a});");
                self.bound(&name, true);
                text
            }
            1 => {
                let text = format!("let {name}; {hook} if {a} > 1 {{ {name} = {b}; }} else {{ {name} = 0; }}");
                self.bound(&name, false);
                text
            }
            2 => {
                let block = self.block(inner);
                let text = format!("let {name} = {block};");
                self.bound(&name, false);
                text
            }
            3 => format!(
                "for {name} in 0..{} {{ {hook} let _ = {name} + {}; }}",
                self.below(4),
                self.block(inner)
            ),
            4 => format!("'l{id}: loop {{ {hook} if {a} < 100 {{ break 'l{id}; }} else {{ break 'l{id} }} }}"),
            5 => {
                let block = self.block(inner);
                let text = format!("let {name} = 'b{id}: {{ if {a} > 4 {{ {hook} break 'b{id} 1; }} {block} }};");
                self.bound(&name, false);
                text
            }
            6 => format!(
                "let mut v = vec![{a}, 2]; {{ let r = &mut v; {hook} r.push({b}); }} @H@; println!(\"{{v:?}}\");"
            ),
            7 => format!(
                "let mut v = Vec::new(); {hook} v.push({a}); let first = v.first(); @H@; println!(\"{{first:?}}\");"
            ),
            8 => format!("let d = D({a}); {hook} let e = D({b}); drop(d); @H@; println!(\"{{}}\", hold(&e));"),
            9 => format!(
                "let {name} = |x: i64| {}; println!(\"{{}}\", {name}({a}));",
                self.apart(inner, false)
            ),
            10 => format!(
                "let mut sum = 0_i64; let mut add = |x: i64| {{ @H@; sum = sum.wrapping_add(x); }}; add({a}); {hook} add(1); println!(\"{{sum}}\");"
            ),
            11 => format!(
                "let base = {b}; let mut acc = vec![]; let mut put = |x: i64| {{ acc.push(x ^ base); @H@; }}; put({a}); @H@; put(2); println!(\"{{acc:?}}\");"
            ),
            12 => format!(
                "println!(\"{{}}\", call(move |q| {{ {hook} q ^ {} }}));",
                self.apart(inner, false)
            ),
            13 => format!(
                "println!(\"{{}}\", wait(async {{ let k = later({a}).await; {hook} k ^ {} }}));",
                self.apart(inner, false)
            ),
            14 => format!(
                "match {a} {{ 0 => {{ @H@; }} lower => {{ {hook} println!(\"three\"); }} n @ 1..=4 if {{ @H@; n != 2 }} => println!(\"{{n}}\"), n => {{ @H@; println!(\"{{}}\", n ^ 1); }} }}"
            ),
            15 => format!(
                "match (E::Two {{ a: {a}, b: \"x\".to_owned() }}) {{ E::Two {{ a, ref b }} if a > 1 => {{ @H@; println!(\"{{a}}{{b}}\"); }} E::One(n) => {{ @H@; println!(\"{{n}}\"); }} E::Unit | E::Two {{ .. }} => {{ @H@; }} }}"
            ),
            16 => format!(
                "if let Some(n) = opt({a}) && n > 0 && {{ @H@; n < 50 }} {{ {hook} println!(\"{{n}}\"); }} else {{ @H@; }}"
            ),
            17 => format!(
                "let mut some = Some({b}); if let Some(ref mut n) = some && {{ @H@; *n > 0 }} {{ *n ^= 1; @H@; }} println!(\"{{some:?}}\");"
            ),
            18 => {
                format!("let mut rest = vec![1, {a}]; while let Some(n) = rest.pop() {{ @H@; println!(\"{{n}}\"); }}")
            }
            19 => {
                let leave = if self.results { "Ok(0)" } else { "Default::default()" };
                format!(
                    "let Some({name}) = opt(4) else {{ @H@; return {leave} }}; {hook} println!(\"{{}}\", {name} ^ {a});"
                )
            }
            20 if self.results => format!("let {name} = res({a})?; @H@; println!(\"{{{name}}}\");"),
            21 if self.results => format!("if {a} > 7 {{ @H@; return Ok({b}); }}"),
            22 => format!(
                "let p = P {{ x: {b}, name: \"p\".into(), ..P::default() }}; {hook} let P {{ x, name, .. }} = p; @H@; println!(\"{{x}} {{name}}\");"
            ),
            23 => format!(
                "let mut p = P::default(); let r = &mut p.list; r.push({a}); @H@; p.x = 2; {hook} println!(\"{{p:?}}\");"
            ),
            24 => format!(
                "let dynamic: Vec<Box<dyn Area>> = vec![Box::new({a}), Box::new(P::default())]; for d in &dynamic {{ @H@; println!(\"{{}}\", d.twice()); }}"
            ),
            25 => {
                format!("let text = format!(\"{{}}-\", {a}); let l = longer(&text, \"ab\"); @H@; println!(\"{{l}}\");")
            }
            26 => format!("println!(\"{{:?}}\", pair!({{ @H@; {a} }}).0);"),
            27 => format!("block! {{ let inside = {b}; @H@; println!(\"{{inside}}\"); }}"),
            28 => format!(
                "let owned = D({a}); let job = moving! {{ @H@; println!(\"job {{}}\", owned.0); }}; {hook} job();"
            ),
            29 => format!("bind!(bound{id}, {b}); @H@; println!(\"{{}}\", bound{id});"),
            30 => format!(
                "fn nested{id}<T: Display>(t: T) -> String {{ let s = t.to_string(); @H@; s }} println!(\"{{}}\", nested{id}({a}));"
            ),
            31 => format!(
                "let array = [{a}, 2, 3]; if let [first, .., last] = array {{ @H@; println!(\"{{}}\", first ^ last); }}"
            ),
            32 => format!(
                "let mut map = BTreeMap::new(); *map.entry({a}).or_insert(0_i64) += 1; let entry = map.get_mut(&{a}); {hook} if let Some(n) = entry {{ @H@; *n ^= 2; }} println!(\"{{map:?}}\");"
            ),
            33 => format!(
                "let raw = &{b}; {hook} let n = unsafe {{ @H@; *std::ptr::from_ref(raw) }}; println!(\"{{n}}\");"
            ),
            34 => format!(
                "let cell = std::cell::RefCell::new(vec![{a}]); {{ let mut guard = cell.borrow_mut(); @H@; guard.push(1); }} @H@; println!(\"{{cell:?}}\");"
            ),
            35 => format!(
                "let n: i64 = [1, {a}, 3].iter().map(|x| {{ @H@; x ^ 1 }}).filter(|x| {{ let keep = *x > 0; @H@; keep }}).sum(); println!(\"{{n}}\");"
            ),
            36 => format!(
                "let caught = std::panic::catch_unwind(|| {{ let d = D({a}.max(2)); @H@; if d.0 > 1 {{ panic!(\"boom\") }} }}); @H@; println!(\"{{}}\", caught.is_err());"
            ),
            37 => {
                let other = self
                    .ints
                    .iter()
                    .find(|(_, mutable)| *mutable)
                    .map(|(name, _)| name.clone());
                match other {
                    Some(other) => {
                        format!("{{ let r = &mut {other}; @H@; *r ^= 1; }} {hook} {other} = {other}.wrapping_add({a});")
                    }
                    None => format!(
                        "let {name} = {a}; {{ let {name} = \"shadow\"; @H@; println!(\"{{{name}}}\"); }} println!(\"{{{name}}}\");"
                    ),
                }
            }
            38 => format!(
                "let boxed = |x: i64| {{ @H@; if x > 1 {{ return Box::new(x) as Box<dyn Debug>; }} Box::new(\"s\") }}; println!(\"{{:?}}\", boxed({a}));"
            ),
            _ => {
                let text = format!("let ({name}, _) = ({b}, {{ @H@; 1 }});");
                self.bound(&name, false);
                text
            }
        }
    }

    fn function(&mut self, index: usize) -> String {
        self.ints = vec![("n".into(), false), ("m".into(), true)];
        let kind = self.below(10);
        self.results = kind == 1 || kind == 2;
        let body = |make: &mut Make| format!("{}\n{}", make.hook(), make.statements(3));
        let text = match kind {
            0 => format!(
                "@ATTR@ fn go(n: i64, mut m: i64) -> i64 {{ {} m = m.wrapping_add(n); @H@; m }} pub fn run() {{ println!(\"{{}}\", go(3, 4)); }}",
                body(self)
            ),
            1 => format!(
                "@ATTR@ fn go(n: i64, mut m: i64) -> Result<i64, String> {{ {} m ^= res(n)?; @H@; Ok(m) }} pub fn run() {{ println!(\"{{:?}} {{:?}}\", go(1, 2), go(5, 9)); }}",
                body(self)
            ),
            2 => format!(
                "pub struct S(i64); @ATTR@ impl S {{ fn go(&mut self, n: i64, mut m: i64) -> Result<i64, String> {{ {} self.0 += 1; m ^= self.0; @H@; Ok(m) }} }} pub fn run() {{ println!(\"{{:?}}\", S(2).go(3, 4)); }}",
                body(self)
            ),
            3 => format!(
                "@ATTR@ async fn go(n: i64, mut m: i64) -> i64 {{ {} m ^= later(n).await; @H@; m }} pub fn run() {{ println!(\"{{}}\", wait(go(3, 4))); }}",
                body(self)
            ),
            4 => format!(
                "@ATTR@ fn go<T: Clone + Debug, const K: usize>(t: [T; K], n: i64, mut m: i64) -> i64 {{ {} println!(\"{{t:?}}\"); m ^= K as i64; @H@; m }} pub fn run() {{ println!(\"{{}}\", go([\"x\", \"y\"], 3, 4)); }}",
                body(self)
            ),
            5 => format!(
                "@ATTR@ fn go(n: i64, mut m: i64) -> impl Iterator<Item = i64> {{ {} m ^= 1; (0..3).map(move |x| {{ @H@; x ^ m }}) }} pub fn run() {{ println!(\"{{:?}}\", go(3, 4).collect::<Vec<_>>()); }}",
                body(self).replace("return Default::default()", "panic!()")
            ),
            6 => format!(
                "@ATTR@ fn go(n: i64, mut m: i64) -> Box<dyn Fn(i64) -> i64> {{ {} m ^= 1; @H@; Box::new(move |x| {{ @H@; x ^ m }}) }} pub fn run() {{ println!(\"{{}}\", go(3, 4)(5)); }}",
                body(self).replace("return Default::default()", "panic!()")
            ),
            7 => format!(
                "pub trait T {{ fn id(&self) -> i64; @ATTR@ fn go(&self, n: i64, mut m: i64) -> i64 {{ {} m ^= self.id(); @H@; m }} }} impl T for u8 {{ @ATTR@ fn id(&self) -> i64 {{ @H@; i64::from(*self) }} }} pub fn run() {{ println!(\"{{}}\", 7_u8.go(3, 4)); }}",
                body(self)
            ),
            8 => format!(
                "@ATTR@ fn go<'a>(s: &'a str, n: i64, mut m: i64) -> &'a str {{ {} m ^= 1; @H@; &s[..(m & 1) as usize] }} pub fn run() {{ println!(\"{{}}\", go(\"abc\", 3, 4)); }}",
                body(self)
            ),
            _ => format!(
                "@ATTR@ fn go(given: D, n: i64, mut m: i64) -> (i64, D) {{ {} m ^= given.0; @H@; (m, given) }} pub fn run() {{ println!(\"{{}}\", go(D(40), 3, 4).0); }}",
                body(self).replace("return Default::default()", "panic!()")
            ),
        };
        format!("pub mod f{index} {{ use super::*;\n{text} }}\n")
    }
}
