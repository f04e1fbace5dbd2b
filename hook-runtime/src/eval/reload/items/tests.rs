use super::*;

#[track_caller]
fn check(text: &str, expected: &[(ItemKind, &str, &str)]) {
    let items = items(text);
    let found: Vec<_> = items
        .iter()
        .map(|item| (item.kind, item.name.as_str(), item.text.as_str()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn what_counts_of_an_item() {
    check(
        "/// a\n#[derive(Debug)]\n#[repr(C)]\npub struct S<'a> { a: &'a u8 }",
        &[(
            ItemKind::Struct,
            "S",
            "#[repr ( C )] pub struct S < ' a > { a : & ' a u8 }",
        )],
    );
    check(
        "enum E { A, B(u8) }",
        &[(ItemKind::Enum, "E", "enum E { A , B ( u8 ) }")],
    );
    check("struct U;", &[(ItemKind::Struct, "U", "struct U ;")]);
    check(
        "static mut N: &'static str = \"a\";",
        &[(ItemKind::Static, "N", "static mut N : & ' static str = \"a\" ;")],
    );
    check(
        "trait T: Sized { const C: u8; fn f(&self) -> u8 { 1 } }",
        &[
            (
                ItemKind::Trait,
                "T",
                "trait T : Sized { const C : u8 ; fn f ( & self ) - > u8 }",
            ),
            (ItemKind::Meaning, "C", "const C : u8 ;"),
            (ItemKind::Function, "f", "fn f ( & self ) - > u8"),
        ],
    );
    check(
        "impl Drop for S { fn drop(&mut self) {} }",
        &[
            (ItemKind::Drop, "S", "impl Drop for S"),
            (ItemKind::Function, "drop", "fn drop ( & mut self )"),
        ],
    );
    check(
        "use a::{b, c::{self, D as E}};",
        &[
            (ItemKind::Import, "b", "a::b"),
            (ItemKind::Import, "self", "a::c::self"),
            (ItemKind::Import, "E", "a::c::D as E"),
        ],
    );
    check(
        "thread_local! { static A: u8 = 1; }\nmade! { x }",
        &[
            (ItemKind::Static, "A", "static A : u8 = 1 ;"),
            (ItemKind::Macro, "made", "made ! { x }"),
        ],
    );
}

#[test]
fn functions() {
    let flags = |text: &str| {
        let items = items(text);
        let item = items.iter().rfind(|item| item.kind == ItemKind::Function).expect(text);
        (item.is_generic, item.is_opaque, item.is_inline)
    };
    assert_eq!(flags("fn f(a: u8) -> u8 { a }"), (false, false, false));
    assert_eq!(flags("fn f<T>(a: T) {}"), (true, false, false));
    assert_eq!(flags("impl<T> A<T> { #[inline] fn f(&self) {} }"), (true, false, true));
    assert_eq!(flags("pub async fn f() {}"), (false, true, false));
    // A lifetime makes no other code.
    assert_eq!(flags("impl<'a> A<'a> { fn f<'b>(&self) {} }"), (false, false, false));
    assert_eq!(flags("impl<'a, T> A<'a, T> { fn f(&self) {} }"), (true, false, false));
    assert_eq!(flags("fn f<'a, const N: usize>() {}"), (true, false, false));
    assert_eq!(flags("#[cfg_attr(a, inline(never))] fn f() {}"), (false, false, false));
    assert_eq!(flags("#[inline(always)] fn f() {}"), (false, false, true));
    assert_eq!(
        flags("fn f(a: impl Fn()) -> impl Iterator<Item = u8> { 0..3 }"),
        (true, true, false)
    );
    assert_eq!(
        flags("fn f() -> fn(u8) -> u8 { fn g(a: u8) -> u8 { a } g }"),
        (false, false, false)
    );
    let found = items("fn f() { static N: u8 = 1; struct In { a: fn(u8) } let x: In; }");
    let names: Vec<&str> = found.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["f", "N", "In"]);
}
