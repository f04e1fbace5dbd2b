//! The code of lines that bring a function which shows values of a type that can be named at the hook.
//!
//! Such a function is generic in all lifetimes of the type, since those in the type of an argument are elided. So rustc
//! has checked it for whatever lifetimes a value has.

use std::fmt::Write as _;

use super::Node;
use crate::render;

/// Returns the ways to write a type at a hook in a `function` of a crate, the likeliest first. Types of other crates
/// are defined in modules that may be private, and are then mostly exported by the root. What the function itself
/// defines, and what was typed, has no path that leads there, and is called by its name alone.
pub(crate) fn candidates(type_name: &str, krate: &str, function: &str) -> Vec<String> {
    let full = render::path(type_name, krate);
    let at_root = shortened(&full);
    let near = render::path(&near(type_name, function), krate);
    let mut candidates: Vec<String> = Vec::new();
    for path in [full, at_root, near] {
        if !render::is_anonymous(&path) && !candidates.contains(&path) {
            candidates.push(path);
        }
    }
    candidates
}

/// Returns the name of a type with each path in it that leads through a closure, as those of what was typed do, or
/// through `function`, as its last segment: `B` for `demo::f::{{closure}}::B` and for `<demo::A as demo::T>::f::B`.
fn near(type_name: &str, function: &str) -> String {
    let through = format!("::{}::", function.rsplit("::").next().unwrap_or_default());
    let (mut out, mut rest) = (String::new(), type_name);
    while let Some(first) = rest.chars().next() {
        let (path, after) = rest.split_at(path_length(rest).max(first.len_utf8()));
        let own = path.rsplit('>').next().unwrap_or(path);
        let last = own.rsplit("::").next().unwrap_or_default();
        let is_near = own.contains("}}::") || own.contains(&through);
        out += if is_near && !last.starts_with('{') { last } else { path };
        rest = after;
    }
    out
}

/// Returns the length of the path that a text begins with, without the arguments of the last segment:
/// `demo::<impl demo::a::A<u8>>::f::B` in all.
fn path_length(text: &str) -> usize {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | ':' | '{' | '}');
    let mut length = 0;
    loop {
        let is_open = length == 0 || text[..length].ends_with("::");
        let of_impl = if is_open { qualified(&text[length..]) } else { 0 };
        length += of_impl;
        length += text[length..].find(|c| !part(c)).unwrap_or(text.len() - length);
        if of_impl == 0 && !(text[..length].ends_with("::") && qualified(&text[length..]) > 0) {
            return length;
        }
    }
}

/// Returns the length of `<A as B>` where a path begins with that, and else 0.
fn qualified(text: &str) -> usize {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' if !text[..at].ends_with('-') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return if at > 0 && text[at + 1..].starts_with("::") {
                at + 1
            } else {
                0
            };
        }
    }
    0
}

/// Returns a type with each path `::a::b::C` in it as `::a::C`.
fn shortened(path: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | ':');
    let (mut out, mut rest) = (String::new(), path);
    while !rest.is_empty() {
        let length = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        let segments: Vec<&str> = word.split("::").collect();
        match &segments[..] {
            ["", krate, _, .., last] if *krate != "std" => _ = write!(out, "::{krate}::{last}"),
            _ => out += word,
        }
        let other = after.find(part).unwrap_or(after.len());
        out += &after[..other];
        rest = &after[other..];
    }
    out
}

/// Returns whether a type is a tuple, whose fields need not be asked for.
pub(crate) fn is_tuple(path: &str) -> bool {
    path.starts_with('(') && !path.ends_with("()")
}

/// Returns the code that keeps a function for a type, unless that shows only the name. Its value tells whether it does.
pub(crate) fn learn(path: &str) -> String {
    let show = Node::of(path).shown(&[]);
    format!(
        "__hookable_private::learn({}, |__v: &{path}| __hookable_private::way!(__v))",
        function(path, &show)
    )
}

/// Returns the code that keeps a function for a tuple.
pub(crate) fn learn_tuple(path: &str) -> String {
    let node = Node::of(path);
    let parts = node.parts().iter().enumerate();
    let fields = parts.map(|(number, part)| (number.to_string(), part.code(&[])));
    let fields: String = fields
        .map(|(name, show)| field("tuple", &name, &format!("__v.{name}"), &show))
        .collect();
    let show = format!("let mut __s = __hookable_private::Formatter::debug_tuple(__f, \"\"); {fields}__s.finish()");
    kept(path, &show)
}

/// Returns the code that keeps a function for a type of these fields or variants.
pub(crate) fn learn_fields(path: &str, shape: &AskedShape) -> String {
    kept(path, &shape.shown(base(path)))
}

fn kept(path: &str, show: &str) -> String {
    format!("{{ __hookable_private::learn_fields({}); true }}", function(path, show))
}

fn function(path: &str, show: &str) -> String {
    format!(
        "{{ #[allow(warnings)] fn __shown(__v: &{path}, __f: &mut __hookable_private::Formatter<'_>) -> \
         __hookable_private::FormatResult {{ {show} }} __shown }}"
    )
}

/// Returns the path of a type without its arguments.
fn base(path: &str) -> &str {
    path.split('<').next().unwrap_or(path)
}

fn field(kind: &str, name: &str, place: &str, show: &str) -> String {
    let label = match kind {
        "struct" => format!("{:?}, ", name.trim_start_matches("r#")),
        _ => String::new(),
    };
    format!("__s.field({label}&__hookable_private::by(&{place}, &{show})); ")
}

/// The fields or variants of a type, as far as rustc has told them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AskedShape {
    /// The fields of a struct. An enum has none.
    fields: Option<AskedFields>,
    variants: Vec<(String, AskedFields)>,
    is_enum: bool,
    /// Whether the fields of the struct have numbers. rustc names such fields only where a pattern has one.
    is_tuple: bool,
    /// Whether there are variants that cannot be named.
    has_more: bool,
}

/// The fields of a struct or a variant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct AskedFields {
    names: Vec<String>,
    /// Whether there are fields that cannot be named here.
    has_more: bool,
    /// Whether rustc has yet to name the fields.
    is_open: bool,
}

impl AskedShape {
    /// Returns a line that rustc refuses with an error which names fields or variants.
    pub(crate) fn question(&self, path: &str) -> String {
        let base = base(path);
        let asked = match self.is_enum {
            false if self.is_tuple => {
                let fields = self.fields.clone().unwrap_or_else(AskedFields::first);
                let fields: String = fields.names.iter().map(|name| format!("{name}: _, ")).collect();
                format!("let {base} {{ {fields}}} = __v;")
            }
            false => format!("let {base} {{}} = __v;"),
            true => {
                let arms = self.variants.iter().map(|(name, fields)| {
                    let fields: String = fields.names.iter().map(|name| format!("{name}: _, ")).collect();
                    format!("{base}::{name} {{ {fields} }} => {{}} ")
                });
                format!("match *__v {{ {}}}", arms.collect::<String>())
            }
        };
        format!("{{ #[allow(warnings)] fn __asked(__v: &{path}) {{ {asked} }} }}")
    }

    /// Takes what rustc said. Returns `false` if nothing can be asked any more.
    pub(crate) fn answered(&mut self, error: &str) -> bool {
        let mut is_new = false;
        for line in error.lines().filter_map(|line| line.strip_prefix("error")) {
            if line.starts_with("[E0574]") && !self.is_enum {
                self.is_enum = true;
                return true;
            }
            if line.starts_with("[E0769]") && !self.is_tuple {
                self.is_tuple = true;
                return true;
            }
            is_new |= match self.is_enum {
                false => self.struct_fields(line),
                true => self.variant_fields(line) || self.more_variants(line),
            };
        }
        // rustc tells which of the fields are private once the pattern has all of them.
        let is_open = self.is_tuple && !self.take_private(error);
        (self.is_enum || is_open) && is_new
    }

    /// Returns whether all is known that a function needs.
    pub(crate) fn is_known(&self) -> bool {
        match self.is_enum {
            true => !self.variants.is_empty() && self.variants.iter().all(|(_, fields)| !fields.is_open),
            false => self.fields.as_ref().is_some_and(|fields| !fields.names.is_empty()),
        }
    }

    /// Notes that rustc accepts the pattern without any field.
    pub(crate) fn accepted(&mut self) {
        match self.is_enum {
            true => self.variants.iter_mut().for_each(|(_, fields)| fields.is_open = false),
            false if self.is_tuple => _ = self.fields.get_or_insert_with(AskedFields::first),
            false => self.fields = Some(AskedFields::default()),
        }
    }

    fn struct_fields(&mut self, error: &str) -> bool {
        let Some(mut fields) = fields_of(error) else {
            return false;
        };
        if self.is_tuple {
            fields.names.insert(0, "0".to_owned());
        }
        self.fields = Some(fields);
        true
    }

    /// Takes the private fields of a tuple out. Returns `false` if there are none.
    fn take_private(&mut self, error: &str) -> bool {
        let private = error.lines().filter(|line| line.starts_with("error[E0451]"));
        let private: Vec<&str> = private.flat_map(|line| line.split('`').skip(1).step_by(2)).collect();
        let fields = self.fields.get_or_insert_with(AskedFields::first);
        fields.names.retain(|name| !private.contains(&name.as_str()));
        fields.has_more |= !private.is_empty();
        !private.is_empty()
    }

    /// The fields are those of the first variant whose fields rustc did not name before.
    fn variant_fields(&mut self, error: &str) -> bool {
        let Some(fields) = fields_of(error) else { return false };
        let open = self.variants.iter_mut().find(|(_, fields)| fields.is_open);
        open.is_some_and(|(_, open)| {
            *open = fields;
            true
        })
    }

    fn more_variants(&mut self, error: &str) -> bool {
        let Some(patterns) = error.strip_prefix("[E0004]: non-exhaustive patterns: ") else {
            return false;
        };
        let mut is_new = false;
        for pattern in patterns.split('`').skip(1).step_by(2) {
            let (path, rest) = pattern.split_at(pattern.find(['(', ' ']).unwrap_or(pattern.len()));
            let name = path.rsplit("::").next().unwrap_or_default().trim_start_matches('&');
            if name.is_empty() || name == "_" {
                self.has_more = true;
                continue;
            }
            let arity = rest.matches('_').count();
            let fields = AskedFields {
                names: (0..arity).map(|number| number.to_string()).collect(),
                has_more: false,
                is_open: rest.starts_with(" {"),
            };
            if self.variants.iter().all(|(known, _)| known != name) {
                self.variants.push((name.to_owned(), fields));
                is_new = true;
            }
        }
        is_new
    }

    fn shown(&self, base: &str) -> String {
        let name = base.rsplit("::").next().unwrap_or(base);
        if !self.is_enum {
            let fields = self.fields.clone().unwrap_or_default();
            return fields.shown(name, &|field| format!("__v.{field}"));
        }
        let arms = self.variants.iter().map(|(name, fields)| {
            let bound = fields.names.iter().enumerate();
            let bound: String = bound.map(|(number, field)| format!("{field}: __{number}, ")).collect();
            let number = |field: &str| fields.names.iter().position(|name| name == field).unwrap_or_default();
            let shown = fields.shown(name, &|field| format!("*__{}", number(field)));
            format!("{base}::{name} {{ {bound}.. }} => {{ {shown} }} ")
        });
        let arms: String = arms.collect();
        match arms.is_empty() && !self.has_more {
            true => "match *__v {}".to_owned(),
            false => format!("match __v {{ {arms}_ => __hookable_private::Formatter::write_str(__f, {name:?}) }}"),
        }
    }
}

impl AskedFields {
    /// Returns the field of a tuple that has no more.
    fn first() -> AskedFields {
        AskedFields {
            names: vec!["0".to_owned()],
            ..AskedFields::default()
        }
    }

    fn shown(&self, name: &str, place: &dyn Fn(&str) -> String) -> String {
        if self.names.is_empty() && !self.has_more {
            return format!("__hookable_private::Formatter::write_str(__f, {name:?})");
        }
        let is_tuple = self
            .names
            .iter()
            .all(|name| name.starts_with(|c: char| c.is_ascii_digit()));
        let kind = if is_tuple { "tuple" } else { "struct" };
        let show = "|__v, __f| __hookable_private::part!(__v, __f)";
        let fields: String = self
            .names
            .iter()
            .map(|name| field(kind, name, &place(name), show))
            .collect();
        let end = if self.has_more {
            "finish_non_exhaustive"
        } else {
            "finish"
        };
        format!("let mut __s = __hookable_private::Formatter::debug_{kind}(__f, {name:?}); {fields}__s.{end}()")
    }
}

/// Returns the fields that rustc misses in a pattern.
fn fields_of(error: &str) -> Option<AskedFields> {
    let missed = error.strip_prefix("[E0027]: pattern does not mention field")?;
    Some(AskedFields {
        names: missed.split('`').skip(1).step_by(2).map(str::to_owned).collect(),
        has_more: missed.contains("inaccessible"),
        is_open: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_write_a_type() {
        #[track_caller]
        fn check(name: &str, function: &str, expected: &[&str]) {
            assert_eq!(candidates(name, "demo", function), expected, "{name}");
        }
        check("demo::a::B", "f", &["crate::a::B"]);
        check(
            "alloc::vec::Vec<dep::inner::B<u8>>",
            "",
            &["::std::vec::Vec<::dep::inner::B<u8>>", "::std::vec::Vec<::dep::B<u8>>"],
        );
        check("(u8, dep::B)", "f", &["(u8, ::dep::B)"]);
        check(
            "demo::A::f::B<'_, demo::C>",
            "A::f",
            &["crate::A::f::B<'_, crate::C>", "B<'_, crate::C>"],
        );
        check(
            "demo::f::{{closure}}::{{closure}}::__hookable_level0_1::B<'_>",
            "f",
            &["B<'_>"],
        );
        check("&[demo::C<demo::f::{{closure}}::B>]", "g", &["&[crate::C<B>]"]);
        let of_impl = candidates("demo::<impl demo::a::A<u8>>::f::B<demo::C>", "demo", "A::f");
        assert_eq!(of_impl.last().map(String::as_str), Some("B<crate::C>"));
        let of_impl = candidates("<demo::A<u8> as demo::T>::f::B", "demo", "A::f");
        assert_eq!(of_impl.last().map(String::as_str), Some("B"));
        check("demo::f::{{closure}}", "f", &[]);
        check("(u8, demo::f::{{closure}}::{{closure}})", "f", &[]);
    }

    #[track_caller]
    fn check(errors: &[&str], question: &str, shown: &str) {
        let mut shape = AskedShape::default();
        for error in errors {
            shape.answered(error);
        }
        if errors.is_empty() {
            shape.accepted();
        }
        let asked = shape.question("::d::A<u8>");
        assert!(asked.contains(question), "{asked}");
        let code = learn_fields("::d::A<u8>", &shape).replace("__hookable_private::", "");
        assert!(code.contains(shown), "{code}");
        assert!(shape.is_known() || errors.is_empty());
    }

    #[test]
    fn structs() {
        check(&[], "let ::d::A {} = __v;", "Formatter::write_str(__f, \"A\")");
        check(
            &["error[E0027]: pattern does not mention fields `a`, `r#type` and inaccessible fields"],
            "fn __asked(__v: &::d::A<u8>)",
            "Formatter::debug_struct(__f, \"A\"); __s.field(\"a\", &by(&__v.a, &|__v, __f| part!(__v, __f))); __s.field(\"type\", \
             &by(&__v.r#type, &|__v, __f| part!(__v, __f))); __s.finish_non_exhaustive()",
        );
        let tuple = "error[E0769]: tuple variant `A` written as struct variant";
        check(
            &[tuple, "error[E0027]: pattern does not mention field `1`"],
            "let ::d::A { 0: _, 1: _, } = __v;",
            "debug_tuple(__f, \"A\"); __s.field(&by(&__v.0, &|__v, __f| part!(__v, __f))); __s.field(&by(&__v.1, &",
        );
        check(
            &[
                tuple,
                "error[E0027]: pattern does not mention field `1`",
                "error[E0451]: field `0` of struct `A` is private",
            ],
            "",
            "debug_tuple(__f, \"A\"); __s.field(&by(&__v.1, &|__v, __f| part!(__v, __f))); __s.finish_non_exhaustive()",
        );
        let mut private = AskedShape::default();
        assert!(!private.answered("error: pattern requires `..` due to inaccessible fields"));
        assert!(!private.is_known());
    }

    #[test]
    fn enums() {
        check(
            &[
                "error[E0574]: expected struct, variant or union type, found enum `d::A`",
                "error[E0004]: non-exhaustive patterns: `d::A::B`, `d::A::C(_, _)` and `d::A::D { .. }` not covered",
                "error[E0027]: pattern does not mention field `d`",
            ],
            "match *__v { ::d::A::B {  } => {} ::d::A::C { 0: _, 1: _,  } => {} ::d::A::D { d: _,  } => {} }",
            "::d::A::D { d: __0, .. } => { let mut __s = Formatter::debug_struct(__f, \"D\"); __s.field(\"d\", &by(&*__0, &",
        );
    }

    #[test]
    fn tuples() {
        assert!(is_tuple("(u8, ::d::A)") && !is_tuple("()") && !is_tuple("[u8]"));
        let code = learn_tuple("(u8, A, u8, u8, Vec<A>)").replace("__hookable_private::", "");
        assert!(
            code.contains(
                "__s.field(&by(&__v.4, &|__v, __f| part!(__v, __f, |__v, __f| part!(__v, __f)))); __s.finish()"
            ),
            "{code}"
        );
    }
}
