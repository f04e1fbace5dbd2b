//! The errors that verdicts rest on, each with code that has it, in the edition of 2024.

/// The code of each error, and a line of Rust in which it is the only error of that code. The line stands in a module
/// of its own. Seen on rustc 1.85, 1.95, 1.96, 1.97 (nightly) and 1.98.
pub(crate) const ERRORS: &[(&str, &str)] = &[
    // Names, and what is around a hook.
    ("E0435", "pub fn f(a: u8) { const _: () = { a; }; }"),
    ("E0767", "pub fn f() { 'a: { let _ = || { break 'a; }; } }"),
    ("E0426", "pub fn f() { fn g() { loop { break 'a; } } 'a: { g() } }"),
    ("E0267", "pub fn f() { let _ = || { break; }; }"),
    ("E0745", "pub fn f() { const A: u8 = 1; let _ = &raw const A; }"),
    ("E0407", "pub trait T {} impl T for u8 { fn g() {} }"),
    // What was moved, or is not there yet.
    ("E0381", "pub fn f() { let a: u8; let _b = &a; }"),
    ("E0382", "pub fn f(a: String) { drop(a); let _b = &a; }"),
    // What may not be written.
    ("E0384", "pub fn f() { let a = 1; a = 2; let _ = a; }"),
    ("E0594", "pub fn f(a: &u8) { *a = 1; }"),
    ("E0596", "pub fn f(a: u8) { let _b = &mut a; }"),
    // What is borrowed.
    (
        "E0499",
        "pub fn f(mut a: u8) { let b = &mut a; let _c = &mut a; *b = 1; }",
    ),
    (
        "E0502",
        "pub fn f(mut a: u8) { let b = &a; let _c = &mut a; let _ = *b; }",
    ),
    (
        "E0500",
        "pub fn f(a: &mut u8) { let b = &mut *a; let c = || { *a = 1; }; *b = 1; c(); }",
    ),
    (
        "E0501",
        "pub fn f(a: &mut u8) { let mut c = || { *a = 1; }; let _b = &*a; c(); }",
    ),
    (
        "E0503",
        "pub fn f() { let mut a = 1; let b = &mut a; let _c = a + 1; *b = 1; }",
    ),
    ("E0505", "pub fn f(a: String) { let b = &a; drop(a); let _ = b.len(); }"),
    ("E0506", "pub fn f(mut a: u8) { let b = &a; a = 2; let _ = *b; }"),
    ("E0507", "pub fn f(a: &String) { let _b = *a; }"),
    ("E0508", "pub fn f(a: [String; 1]) { let i = 0; let _b = a[i]; }"),
    (
        "E0509",
        "pub struct D { s: String } impl Drop for D { fn drop(&mut self) {} } pub fn f(d: D) { let _s = d.s; }",
    ),
    (
        "E0510",
        "pub fn f(mut a: Option<u8>) { match a { None => {} Some(_) if { a = None; false } => {} Some(_) => {} } }",
    ),
    ("E0515", "pub fn f() -> &'static str { let a = String::new(); &a }"),
    ("E0521", "pub fn f(a: &str) { std::thread::spawn(move || a.len()); }"),
    (
        "E0524",
        "pub fn f(a: &mut u8) { let b = || { *a = 1; }; let c = || { *a = 2; }; b(); c(); }",
    ),
    ("E0597", "pub fn f() { let b: &u8; { let a = 1; b = &a; } let _ = *b; }"),
    (
        "E0713",
        "pub struct S<'a> { u: &'a mut String } impl Drop for S<'_> { fn drop(&mut self) {} } pub fn f<'a>(s: S<'a>) -> &'a mut String { &mut *s.u }",
    ),
    (
        "E0716",
        "pub fn f() { let b: &String = String::new().as_ref_(); let _ = b.len(); } trait A { fn as_ref_(&self) -> &Self; } impl A for String { fn as_ref_(&self) -> &String { self } }",
    ),
    // What has no such type.
    ("E0308", "pub fn f() { let _a: u8 = \"\"; }"),
];
