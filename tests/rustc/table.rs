//! The errors of rustc that messages rest on: code, what else is read of it, and code that has the error.

/// An error that is read, with the text that is looked for in it. The text is empty where the code says all.
pub(super) struct Said {
    pub(super) code: &'static str,
    /// This is a part of the message, of a label, of a note, or of what is suggested.
    pub(super) text: &'static str,
    /// The code has this error, in the edition of 2024.
    pub(super) source: &'static str,
}

pub(super) const fn said(code: &'static str, text: &'static str, source: &'static str) -> Said {
    Said { code, text, source }
}

/// Errors that are read and that no code of a stable compiler has.
pub(super) const UNSTABLE: [&str; 2] = ["E0626", "E0712"];

/// What compilers before 1.95 say where later ones say another of the errors that are read: E0425.
pub(super) const EARLIER: [&str; 1] = ["E0412"];

/// Errors about the libraries that rustc is given, which no code by itself has.
pub(super) const OF_LIBRARIES: [&str; 2] = ["E0460", "E0514"];

/// The words that the probe reads of its errors (`hook-macros/src/probe/diagnostics`): why a capture is not permitted.
pub(super) const WORDS: &[Said] = &[
    said(
        "E0382",
        "value moved here",
        "pub fn f(a: String) { drop(a); let _b = &a; }",
    ),
    said(
        "E0382",
        "partially moved",
        "pub fn f(a: (String, String)) { drop(a.0); let _b = &a; }",
    ),
    said(
        "E0382",
        "value moved into closure here",
        "pub fn f(a: String) { let _c = move || a.len(); let _b = &a; }",
    ),
    said("E0382", "move occurs", "pub fn f(a: String) { drop(a); let _b = &a; }"),
    said(
        "E0384",
        "cannot assign twice",
        "pub fn f() { let a = 1; a = 2; let _ = a; }",
    ),
    said("E0596", "cannot borrow", "pub fn f(a: u8) { let _b = &mut a; }"),
    said(
        "E0499",
        "later used",
        "pub fn f(mut a: u8) { let b = &mut a; let _c = &mut a; *b = 1; }",
    ),
    said(
        "E0502",
        "also borrowed as immutable",
        "pub fn f(mut a: u8) { let b = &a; let _c = &mut a; let _ = *b; }",
    ),
    said(
        "E0502",
        "also borrowed as mutable",
        "pub fn f(mut a: u8) { let b = &mut a; let _c = &a; *b = 1; }",
    ),
    said(
        "E0502",
        "immutable borrow later used here",
        "pub fn f(mut a: u8) { let b = &a; a_mut(&mut a); let _ = *b; } fn a_mut(_: &mut u8) {}",
    ),
    said(
        "E0502",
        "mutable borrow occurs here",
        "pub fn f(mut a: u8) { let b = &mut a; let _c = &a; *b = 1; }",
    ),
    said(
        "E0515",
        "returns a reference to data owned by the current function",
        "pub fn f() -> &'static str { let a = String::new(); &a }",
    ),
    said(
        "E0521",
        "escapes outside of",
        "pub fn f(a: &str) { std::thread::spawn(move || a.len()); }",
    ),
    said(
        "E0597",
        "does not live long enough",
        "pub fn f() { let b: &u8; { let a = 1; b = &a; } let _ = *b; }",
    ),
    said(
        "E0597",
        "requires that",
        "pub fn g(_: &'static str) {} pub fn f() { let a = String::new(); g(&a); }",
    ),
    said(
        "E0716",
        "temporary value dropped",
        "pub fn f() { let b: &String = String::new().as_ref_(); let _ = b.len(); } trait A { fn as_ref_(&self) -> &Self; } impl A for String { fn as_ref_(&self) -> &String { self } }",
    ),
];

/// What is read of a line that was refused (`hook-runtime/src/eval`): whether it compiles in another way, and what
/// the user is told.
pub(super) const PROMPT: &[Said] = &[
    // What is not known, or not there.
    said("E0405", "", "impl Unknown for u8 {}"),
    said("E0422", "", "pub fn f() { Unknown { a: 1 }; }"),
    said("E0425", "", "pub fn f() { unknown; }"),
    said("E0432", "", "use unknown::a;"),
    said("E0433", "", "pub fn f() { unknown::a(); }"),
    said("E0463", "", "extern crate unknown;"),
    said("E0530", "", "pub fn f() { static a: u8 = 1; let a = 2; }"),
    said("E0728", "", "pub fn f(a: impl Future) { a.await; }"),
    // Types.
    said(
        "E0271",
        "",
        "pub fn f(a: impl Iterator<Item = u8>) { g(a); } fn g(_: impl Iterator<Item = u16>) {}",
    ),
    said("E0277", "", "pub struct S; pub fn f() { g(S); } fn g(_: impl Clone) {}"),
    said(
        "E0277",
        "the `?` operator",
        "pub fn f() -> Option<u8> { let a = 1; a?; None }",
    ),
    said("E0282", "", "pub fn f() { let _a = Vec::new(); }"),
    said("E0283", "", "pub fn f(a: u32) { let _b: u32 = a.into() * a; }"),
    said("E0284", "", "pub fn f() { let _a = \"\".parse().unwrap_or_default(); }"),
    said("E0308", "mismatched types", "pub fn f() { let _a: u8 = \"\"; }"),
    said(
        "E0308",
        "expected `String`, found `&str`",
        "pub fn f(mut a: String) { a = \"\"; drop(a); }",
    ),
    said("E0689", "", "pub fn f() { let a = 2.0; a.powi(2); }"),
    said("E0790", "", "trait T { fn g(); } pub fn f() { T::g(); }"),
    // Lifetimes.
    said(
        "E0310",
        "",
        "pub fn f<T>(a: T) -> Box<dyn std::any::Any> where T: std::fmt::Debug { g(a) } fn g<T: 'static>(a: T) -> Box<dyn std::any::Any> { Box::new(a) }",
    ),
    said("E0373", "", "pub fn f() { let a = 1; std::thread::spawn(|| a + 1); }"),
    said(
        "E0515",
        "local variable `",
        "pub fn f<'a>() -> &'a String { let a = String::new(); &a }",
    ),
    said(
        "E0521",
        "borrowed data escapes outside of closure",
        "pub fn f() { let mut a: Vec<&u8> = Vec::new(); let mut c = |b: &u8| a.push(b); c(&1); }",
    ),
    said(
        "E0521",
        "reference to `",
        "pub fn f() { let mut a: Vec<&u8> = Vec::new(); let mut c = |b: &u8| a.push(b); c(&1); }",
    ),
    said(
        "E0597",
        "`'static`",
        "pub fn f() { let a = 1; std::thread::spawn({ let b = &a; move || *b }); }",
    ),
    said(
        "",
        "lifetime may not live long enough",
        "pub fn f<'a>(a: &'a u8, _: &u8) -> &'static u8 { a }",
    ),
    // Items.
    said("E0119", "", "pub trait T {} impl T for u8 {} impl T for u8 {}"),
    said("E0592", "", "pub struct S; impl S { fn f() {} } impl S { fn f() {} }"),
    said(
        "E0751",
        "",
        "pub struct S; impl !Send for S {} unsafe impl Send for S {}",
    ),
    // What is private.
    said("E0603", "is defined here", "mod m { fn g() {} } pub fn f() { m::g(); }"),
    said(
        "",
        "type `S` is private",
        "mod m { struct S; pub fn g() -> Option<S> { None } } pub fn f() { m::g(); }",
    ),
    said(
        "",
        "trait `T` is private",
        "mod m { trait T {} pub fn g() -> Option<Box<dyn T>> { None } } pub fn f() { m::g(); }",
    ),
    said(
        "E0603",
        "constructor",
        "mod m { pub struct S(u8); } pub fn f() { m::S(1); }",
    ),
    said(
        "E0423",
        "private fields",
        "mod m { pub struct S(u8); } use m::S; pub fn f() { S(1); }",
    ),
    said(
        "E0532",
        "private fields",
        "mod m { pub struct S(u8); } use m::S; pub fn f(a: S) { let S(_) = a; }",
    ),
    said("E0004", "", "pub fn f(a: bool) { match a { true => {} } }"),
    said(
        "E0793",
        "",
        "#[repr(packed)] pub struct S { pub a: u32 } pub fn f(b: &S) { let _c = &b.a; }",
    ),
    said(
        "E0451",
        "of struct `",
        "mod m { pub struct S { a: u8 } } pub fn f() { m::S { a: 1 }; }",
    ),
    said(
        "E0446",
        "`S` in public",
        "mod m { struct S; pub trait T { type A; } impl T for u8 { type A = S; } }",
    ),
    said(
        "E0364",
        "`S` is private",
        "mod m { struct S; pub(crate) use self::S as R; }",
    ),
    said(
        "E0365",
        "`n` is private",
        "mod m { mod n {} pub(crate) use self::n as o; }",
    ),
    said(
        "E0616",
        "of struct `",
        "mod m { pub struct S { a: u8 } } pub fn f(s: m::S) { s.a; }",
    ),
    said(
        "E0624",
        "",
        "mod m { pub struct S; impl S { fn g(&self) {} } } pub fn f(s: m::S) { s.g(); }",
    ),
    said("E0005", "", "pub fn f(a: Option<u8>) { let Some(_b) = a; }"),
    // The path of a type that wants arguments, and that of what is no type.
    said("E0107", "", "pub fn f() { let _: Vec; unknown; }"),
    said("E0573", "", "pub fn f() { let _: f; }"),
    // The sum at the end, which points nowhere.
    said("", "aborting due to", "pub fn f() { unknown; }"),
];

/// What completion reads (`hook-runtime/src/eval/complete`): what can be typed, and its type.
pub(super) const COMPLETION: &[Said] = &[
    said("E0308", "found fn item", "pub fn f() { let _: () = u8::swap_bytes; }"),
    said(
        "E0308",
        "expected `()`, found `u8`",
        "pub fn f(a: u8) { let _: () = a; }",
    ),
    said(
        "E0034",
        "",
        "trait A { fn g(&self) {} } impl A for u8 {} trait B { fn g(&self) {} } impl B for u8 {} pub fn f(a: u8) { a.g(); }",
    ),
    said(
        "E0040",
        "",
        "pub struct D; impl Drop for D { fn drop(&mut self) {} } pub fn f(mut d: D) { d.drop(); }",
    ),
    said("E0057", "argument", "pub fn f() { let c = |a: u8| a; c(); }"),
    said(
        "E0061",
        "arguments of type `u8` and `u16` are missing",
        "pub fn f() { g(); } fn g(_: u8, _: u16) {}",
    ),
    said(
        "E0061",
        "argument #1 of type `u8` is missing",
        "pub fn f() { g(); } fn g(_: u8) {}",
    ),
    said(
        "E0061",
        "takes 2 arguments",
        "pub fn f() { g(); } fn g(_: u8, _: u16) {}",
    ),
    said(
        "E0061",
        "(/* u8 */, /* u16 */)",
        "pub fn f() { g(); } fn g(_: u8, _: u16) {}",
    ),
    said("E0061", "defined here", "pub fn f() { g(); } fn g(_: u8, _: u16) {}"),
    said("E0573", "found module", "pub mod m {} const A: m = 1;"),
    said("E0573", "", "pub enum E { V } const A: E::V = 1;"),
    said("E0599", "", "pub fn f(a: u8) { a.unknown(); }"),
    said("E0609", "", "pub struct S; pub fn f(s: S) { s.unknown; }"),
    said(
        "E0615",
        "",
        "pub struct S; impl S { fn g(&self) {} } pub fn f(s: S) { s.g; }",
    ),
    said("E0618", "", "pub fn f(a: u8) { a(); }"),
    said("E0658", "", "pub fn f() { core::intrinsics::abort(); }"),
];

/// The lints that are read.
pub(super) const LINTS: &[Said] = &[
    said("unused_mut", "", "pub fn f() { let mut a = 1; let _ = a; }"),
    said("unconditional_recursion", "", "pub fn f(a: u8) { f(a) }"),
    said("unreachable_code", "", "pub fn f(g: fn() -> !) { return g(); }"),
    said("deprecated", "", "#[deprecated] pub fn g() {} pub fn f() { g(); }"),
];
