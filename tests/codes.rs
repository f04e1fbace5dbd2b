//! The codes of rustc's errors that captures, completion and what is shown of private fields rest on. They are no
//! interface. A compiler that says one of them differently fails here by the code, before it fails elsewhere by what
//! follows from it.
//!
//! All of it was seen with 1.95, 1.96 and the nightly of 1.97.

use std::io::Write;
use std::process::{Command, Stdio};

/// What rustc says of one mistake: the code, a part of the message where that is read, too, the line of the primary
/// span, and the source.
type Said = (&'static str, &'static str, u64, &'static str);

/// The borrow checker's, by which a capture is lowered (`is_borrow_check` in `hook-macros/src/probe/diagnostics`).
const BORROW_CHECK: &[Said] = &[
    ("E0381", "", 2, "pub fn f() {\nlet x: u8; let _y = &x; }"),
    (
        "E0382",
        "borrow of moved value",
        3,
        "pub fn f(v: Vec<u8>) {\ndrop(v);\nlet _r = &v; }",
    ),
    (
        "E0382",
        "partially",
        3,
        "pub fn f(v: (String, String)) {\ndrop(v.0);\nlet _r = &v; }",
    ),
    (
        "E0384",
        "",
        3,
        "pub fn f() {\nlet x = 1; let _ = x;\nx = 2; let _ = x; }",
    ),
    (
        "E0499",
        "",
        3,
        "pub fn f(mut v: Vec<u8>) {\nlet a = &mut v;\nlet b = &mut v;\na.push(1); b.push(1); }",
    ),
    (
        "E0500",
        "",
        3,
        "pub fn f(v: &mut u8) {\nlet a = &mut *v;\nlet b = || *v = 1;\n*a = 1; drop(b); }",
    ),
    (
        "E0501",
        "",
        3,
        "pub fn f(v: &mut u8) {\nlet mut a = || *v = 1;\nlet b = &*v;\na(); drop(b); }",
    ),
    (
        "E0502",
        "also borrowed as immutable",
        3,
        "pub fn f(mut v: Vec<u8>) {\nlet a = &v;\nlet b = &mut v;\ndrop(a); b.push(1); }",
    ),
    (
        "E0503",
        "",
        3,
        "pub fn f(mut v: u8) {\nlet a = &mut v;\nlet _b = v + 1;\n*a = 1; }",
    ),
    (
        "E0505",
        "",
        3,
        "pub fn f(v: Vec<u8>) {\nlet a = &v;\ndrop(v);\nlet _ = a.len(); }",
    ),
    (
        "E0506",
        "",
        3,
        "pub fn f(mut v: u8) {\nlet a = &v;\nv = 2;\nlet _ = *a; }",
    ),
    ("E0507", "", 2, "pub fn f(v: &Vec<u8>) {\ndrop(*v); }"),
    ("E0508", "", 2, "pub fn f(v: [String; 2], n: usize) {\ndrop(v[n]); }"),
    (
        "E0509",
        "",
        2,
        "pub struct D(String); impl Drop for D { fn drop(&mut self) {} } pub fn f(d: D) {\ndrop(d.0); }",
    ),
    ("E0515", "", 2, "pub fn f() -> &'static u8 { let x = 1;\n&x }"),
    (
        "E0521",
        "",
        2,
        "pub fn f(x: &u8) {\nstd::thread::spawn(move || drop(*x)); }",
    ),
    ("E0594", "", 2, "pub fn f() { let x = (1, 2);\nx.0 = 2; let _ = x; }"),
    (
        "E0596",
        "cannot borrow",
        2,
        "pub fn f() { let x = vec![1];\nx.push(2); }",
    ),
    (
        "E0597",
        "",
        2,
        "pub fn f() { let r; { let x = 1;\nr = &x;\n} let _: u8 = *r; }",
    ),
    (
        "E0716",
        "",
        2,
        "pub fn f() { let r: &String;\nr = &String::new();\ndrop(r.len()); }",
    ),
];

/// Those of name resolution and of the types.
const OTHERS: &[Said] = &[
    ("E0435", "", 2, "pub fn f(limit: usize) {\nconst _: () = { limit; }; }"),
    ("E0767", "", 2, "pub fn f() { 'a: { let _ = || {\nbreak 'a; }; } }"),
    ("E0426", "", 2, "pub fn f() { loop {\nbreak 'a; } }"),
    ("E0267", "", 2, "pub fn f() { loop { let _ = || {\nbreak; }; } }"),
    ("E0745", "", 2, "pub fn f() {\nlet _ = &raw const 2; }"),
    ("E0407", "", 2, "pub trait T {} impl T for u8 {\nfn a() {} }"),
    ("E0308", "mismatched types", 2, "pub fn f() {\nlet _: u8 = \"\"; }"),
    (
        "E0615",
        "attempted to take value of method `push` on type",
        2,
        "pub fn f(v: Vec<u8>) {\nv.push; }",
    ),
    (
        "E0616",
        "field `a` of struct `S` is private",
        2,
        "mod m { pub struct S { a: u8 } } pub fn f(s: m::S) {\ns.a; }",
    ),
    (
        "E0609",
        "no field `a` on type `S`",
        2,
        "pub struct S; pub fn f(s: S) {\ns.a; }",
    ),
    ("E0599", "", 2, "pub fn f(s: u8) {\ns.absent(); }"),
    ("E0603", "", 2, "mod m { fn p() {} } pub fn f() {\nm::p(); }"),
    (
        "E0624",
        "",
        2,
        "mod m { pub struct S; impl S { fn p(&self) {} } } pub fn f(s: m::S) {\ns.p(); }",
    ),
    ("E0282", "", 2, "pub fn f() {\nlet _ = Vec::new(); }"),
    ("E0283", "", 2, "pub fn f() {\nlet _ = [1u8].iter().sum(); }"),
    (
        "E0790",
        "",
        2,
        "pub fn f() {\nlet _ = Tr::N; } pub trait Tr { const N: u8; }",
    ),
    (
        "E0034",
        "",
        3,
        "pub trait A { fn a() {} } pub trait B { fn a() {} } impl A for u8 {} impl B for u8 {}\npub fn f() {\nu8::a(); }",
    ),
    (
        "E0573",
        "expected type, found module",
        2,
        "pub mod m {} pub fn f() {\nlet _: m; }",
    ),
    (
        "E0061",
        "takes 1 argument but 0 arguments were supplied",
        2,
        "fn g(_: u8) {} pub fn f() {\ng(); }",
    ),
    (
        "E0057",
        "takes 1 argument but 0 arguments were supplied",
        2,
        "pub fn f() { let g = |_: u8| {};\ng(); }",
    ),
    ("E0277", "", 2, "pub fn f() {\nlet _ = 1u8 + 1u16; }"),
    ("E0425", "cannot find value `a`", 2, "pub fn f() {\na; }"),
    ("E0618", "", 2, "pub fn f() { let a = 1;\na(); }"),
    (
        "E0040",
        "",
        2,
        "pub struct D; impl Drop for D { fn drop(&mut self) {} } pub fn f(mut d: D) {\nd.drop(); }",
    ),
    (
        "E0574",
        "expected struct, variant or union type, found enum",
        2,
        "pub enum E { A } pub fn f(e: E) {\nlet E {} = e; }",
    ),
    (
        "E0769",
        "tuple variant `E::A` written as struct variant",
        2,
        "pub enum E { A(u8) } pub fn f(e: E) {\nlet E::A {} = e; }",
    ),
    (
        "E0451",
        "field `a` of struct `S` is private",
        2,
        "mod m { pub struct S { a: u8 } } pub fn f(s: m::S) {\nlet m::S { a: _ } = s; }",
    ),
    (
        "E0004",
        "non-exhaustive patterns: `E::B` not covered",
        2,
        "pub enum E { A, B } pub fn f(e: E) {\nmatch e { E::A => {} } }",
    ),
    (
        "E0027",
        "pattern does not mention field `b`",
        2,
        "pub struct S { a: u8, b: u8 } pub fn f(s: S) {\nlet S { a: _ } = s; }",
    ),
];

/// Returns what rustc says of a library: the code, the message and the first line of a primary span of each error.
fn errors(source: &str) -> Vec<(String, String, u64)> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = env!("CARGO_TARGET_TMPDIR");
    let mut child = Command::new(rustc)
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--crate-name=said",
            "--emit=metadata",
        ])
        .args(["--error-format=json", "--out-dir", folder, "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("rustc is there");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(source.as_bytes()).expect("rustc reads it");
    drop(stdin);
    let output = child.wait_with_output().expect("it was started");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let values = text
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let errors = values.filter(|value| value["level"] == "error" && value["code"]["code"].is_string());
    let error = |value: serde_json::Value| {
        let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let spans = value["spans"].as_array().cloned().unwrap_or_default();
        let primary = spans.iter().find(|span| span["is_primary"] == true);
        let line = primary.and_then(|span| span["line_start"].as_u64()).unwrap_or(0);
        (word(&value["code"]["code"]), word(&value["message"]), line)
    };
    errors.map(error).collect()
}

#[track_caller]
fn check(table: &[Said]) {
    let mut differs = Vec::new();
    for &(code, message, line, source) in table {
        let said = errors(source);
        if !said
            .iter()
            .any(|(found, text, at)| found == code && text.contains(message) && *at == line)
        {
            differs.push(format!("{code} {message:?} at line {line} of\n{source}\nis {said:?}"));
        }
    }
    assert!(differs.is_empty(), "{}", differs.join("\n\n"));
}

#[test]
fn of_the_borrow_checker() {
    check(BORROW_CHECK);
}

#[test]
fn of_names_and_types() {
    check(OTHERS);
}
