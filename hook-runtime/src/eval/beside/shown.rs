//! The code that shows values of a type by their fields, in the manner of a derived `Debug`.

use std::fmt::Write as _;

use super::Node;
use super::definition::{Definition, Field, Fields, Shape};

/// The names of the closures that show values of the type parameters.
const SHOWS: [&str; 4] = ["__a", "__b", "__c", "__d"];

/// Returns the impl of `ByParts`, in a constant, that is to stand beside the type. A type that has a `Debug` gets none.
/// `private` is the path of what the runtime exports.
pub(super) fn code(definition: &Definition, private: &str) -> Option<String> {
    if definition.has_debug {
        return None;
    }
    let (declared, ty) = definition.generics();
    let bounds = match definition.bounds.as_str() {
        "" => String::new(),
        bounds => format!(" where {bounds}"),
    };
    let types = definition.params.iter().filter(|param| param.is_type);
    let params: Vec<(&str, &str)> = types.map(|param| &*param.name).zip(SHOWS).collect();
    let (mut assigned, mut arguments) = (String::new(), String::new());
    for (position, (letter, show)) in ["A", "B", "C", "D"].into_iter().zip(SHOWS).enumerate() {
        let param = params
            .get(position)
            .map_or("__hookable_private::Nothing", |(name, _)| name);
        let _ = write!(assigned, "type {letter} = {param}; ");
        let _ = write!(arguments, ", {show}: __hookable_private::Show<'_, {param}>");
    }
    let name = &definition.name;
    let body = match &definition.shape {
        Shape::Struct(fields) if definition.is_packed => {
            format!("{}{}", copies(fields), built(name, fields, &params, is_copied))
        }
        Shape::Struct(fields) => format!(
            "let Self {} = self; {}",
            pattern(fields),
            built(name, fields, &params, |_| true)
        ),
        Shape::Enum(variants) if variants.is_empty() => "match *self {}".to_owned(),
        Shape::Enum(variants) => {
            let arms = variants.iter().map(|variant| {
                format!(
                    "{} Self::{} {} => {{ {} }} ",
                    variant.cfgs,
                    variant.name,
                    pattern(&variant.fields),
                    built(&variant.name, &variant.fields, &params, |_| true)
                )
            });
            format!("match self {{ {}}}", arms.collect::<String>())
        }
    };
    let cfgs = &definition.cfgs;
    let constant = name.trim_start_matches("r#");
    Some(format!(
        " {cfgs} #[allow(warnings)] const __HOOKABLE_PARTS_OF_{constant}: () = {{ use {private} as __hookable_private; \
         impl{declared} __hookable_private::ByParts for {ty}{bounds} {{ {assigned}fn parts(&self, __f: &mut \
         __hookable_private::Formatter<'_>{arguments}) -> __hookable_private::FormatResult {{ {body} }} }} }};"
    ))
}

/// Returns a pattern that binds the fields to the names `__0`, `__1`, ..
fn pattern(fields: &Fields) -> String {
    let field = |(number, field): (usize, &Field)| format!("{} {}: __{number}, ", field.cfgs, field.name);
    let all = fields.all().iter().enumerate().map(field);
    format!("{{ {}.. }}", all.collect::<String>())
}

/// Returns the code that binds copies of the fields of a packed struct to these names, since such a field cannot be
/// borrowed.
fn copies(fields: &Fields) -> String {
    let all = fields.all().iter().enumerate().filter(|(_, field)| is_copied(field));
    let copy =
        |(number, field): (usize, &Field)| format!("{} let __{number} = &{{ self.{} }}; ", field.cfgs, field.name);
    all.map(copy).collect()
}

/// Returns whether the type of a field is surely `Copy`: a number or the like, a shared reference, or an array of such.
fn is_copied(field: &Field) -> bool {
    const PLAIN: [&str; 16] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "bool",
        "char",
    ];
    let mut ty = field.ty.trim();
    while let Some((element, _)) = ty.strip_prefix('[').and_then(|array| array.rsplit_once(';')) {
        ty = element.trim();
    }
    let is_shared = |of: &str| !of.split_whitespace().take(2).any(|word| word == "mut");
    PLAIN.contains(&ty) || ty.strip_prefix('&').is_some_and(is_shared)
}

/// Returns the code that shows the fields that have names. Of the others it shows the type.
fn built(name: &str, fields: &Fields, params: &[(&str, &str)], has_name: impl Fn(&Field) -> bool) -> String {
    let name = name.trim_start_matches("r#");
    let kind = match fields {
        Fields::Unit => return format!("__hookable_private::Formatter::write_str(__f, {name:?})"),
        Fields::Tuple(_) => "tuple",
        Fields::Named(_) => "struct",
    };
    let shown = fields.all().iter().enumerate().map(|(number, field)| {
        let label = match fields {
            Fields::Named(_) => format!("{:?}, ", field.name.trim_start_matches("r#")),
            _ => String::new(),
        };
        if !has_name(field) {
            let ty = format!("<{}>", field.ty);
            return format!(
                "{} __s.field({label}&__hookable_private::format_args!(\"{{}}\", {ty:?})); ",
                field.cfgs
            );
        }
        let show = Node::of(&field.ty).code(params);
        format!(
            "{} __s.field({label}&__hookable_private::by(__{number}, &{show})); ",
            field.cfgs
        )
    });
    let shown: String = shown.collect();
    format!("let mut __s = __hookable_private::Formatter::debug_{kind}(__f, {name:?}); {shown}__s.finish()")
}

#[cfg(test)]
mod tests {
    use super::super::definitions;
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let code = code(&definitions(text)[0], "::hookable::__private").unwrap();
        let code = code.replace("__hookable_private::", "");
        assert!(!code.contains('\n'), "{code}");
        for expect in expect {
            assert!(code.contains(expect), "{code}\n{expect}");
        }
    }

    #[test]
    fn impls() {
        check(
            "struct A<T: Ord> { r#type: T, b: Vec<T> }",
            &[
                "impl<T: Ord> ByParts for A<T> { type A = T; type B = Nothing;",
                "let Self {  r#type: __0,  b: __1, .. } = self;",
                "debug_struct(__f, \"A\");  __s.field(\"type\", &by(__0, &|__v, __f| given!(__v, __f, __a)));",
                "__s.field(\"b\", &by(__1, &|__v, __f| part!(__v, __f, |__v, __f| given!(__v, __f, __a))));",
            ],
        );
        check(
            "#[cfg(x)] enum E { A, #[cfg(y)] B(u8) }",
            &[
                " #[cfg(x)] #[allow(warnings)] const",
                " Self::A { .. } => { Formatter::write_str(__f, \"A\") }",
                "#[cfg(y)] Self::B {  0: __0, .. } => {",
            ],
        );
        check(
            "#[repr(packed)] struct A<'a> { a: [[u8; 2]; 3], b: &'a str, c: String, d: &'a mut u8 }",
            &[
                "{  let __0 = &{ self.a };  let __1 = &{ self.b }; let mut __s =",
                "__s.field(\"c\", &format_args!(\"{}\", \"<String>\")); ",
                "__s.field(\"d\", &format_args!(\"{}\", \"<&'a mut u8>\"));",
            ],
        );
        check("enum Never {}", &["match *self {}"]);
        check("struct A<T>(T) where T: Copy;", &["for A<T> where T: Copy {"]);
    }
}
