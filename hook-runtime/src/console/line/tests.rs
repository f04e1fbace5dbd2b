use super::*;
use crate::syntax::random::Random;

#[track_caller]
fn check(text: &str, expected: TypedLine<'_>) {
    assert_eq!(parse(text), expected);
}

#[track_caller]
fn writes(text: &str, name: &str, value: &str) {
    let literal = Literal::parse(value).unwrap();
    check(text, TypedLine::Write { name, literal });
}

#[test]
fn fields() {
    let name = |text| of_field(text).map(|(line, name)| (matches!(line, TypedLine::Name(_)), name));
    assert_eq!(name("self.a.0;"), Some((true, "self.a.0")));
    assert_eq!(name("self.a = 1"), Some((false, "self.a")));
    assert_eq!(name("self.a = f()"), Some((false, "self.a")));
    assert_eq!(name("self.a == 1"), None);
    assert_eq!(name("self.a.f()"), None);
}

#[test]
fn empty() {
    check("", TypedLine::Empty);
    check("  \t", TypedLine::Empty);
    check("// a remark", TypedLine::Empty);
    check("// one\n  // two", TypedLine::Empty);
}

#[test]
fn commands() {
    let command = |name, rest| TypedLine::Command { name, rest };
    check(":locals", command("locals", ""));
    check("  :save clf  my model.json ", command("save", "clf  my model.json"));
    check(":c", command("c", ""));
    check(":", command("", ""));
    check(":where 3", command("where", "3"));
}

#[test]
fn quitting() {
    for text in ["exit", "quit", ":q", ":quit", "quit()", "exit()", "exit();"] {
        check(text, TypedLine::Quit(text.trim_end_matches(';')));
    }
    check("exit(3)", TypedLine::Rust("exit(3)"));
    check("quitter", TypedLine::Name("quitter"));
}

#[test]
fn questions() {
    for text in ["?", "help", "help()"] {
        check(text, TypedLine::Help(text));
    }
    check("?words", TypedLine::Asked("words"));
    check("?order.lines", TypedLine::Asked("order.lines"));
    check("?shop::open", TypedLine::Asked("shop::open"));
    check("?crate::f", TypedLine::Asked("crate::f"));
    check("?shop::", TypedLine::Rust("?shop::"));
    check("?f::<u8>", TypedLine::Rust("?f::<u8>"));
    check("words?", TypedLine::Rust("words?"));
    check("?? words", TypedLine::Asked("words"));
    check("f()?", TypedLine::Rust("f()?"));
    check("self.a?", TypedLine::Rust("self.a?"));
    check("words?;", TypedLine::Rust("words?;"));
    check("help(1)", TypedLine::Rust("help(1)"));
}

#[test]
fn names() {
    check("a", TypedLine::Name("a"));
    check(" words ; ", TypedLine::Ended("words"));
    check("self", TypedLine::Name("self"));
    check("_x1", TypedLine::Name("_x1"));
    check("größe", TypedLine::Name("größe"));
    check("r#type", TypedLine::Name("r#type"));
    check("a b", TypedLine::Rust("a b"));
    check("1a", TypedLine::Rust("1a"));
    check("_", TypedLine::Rust("_"));
    check("return", TypedLine::Rust("return"));
}

#[track_caller]
fn assigns(text: &str, name: &str, value: &str) {
    check(text, TypedLine::Assign { name, value });
}

#[test]
fn writes_at_once() {
    writes("a = 1000", "a", "1000");
    writes("a=1000;", "a", "1000");
    writes("s = \"x = y;\"", "s", "\"x = y;\"");
    writes("f = -2.5e3", "f", "-2.5e3");
    writes("v = [\n 1,\n 2\n]", "v", "[1, 2]");
    writes("r#type = 'x'", "r#type", "'x'");
    writes("m = {\"k\": 1}", "m", "{\"k\": 1}");
    writes("m = {1: 'x'}", "m", "{1: 'x'}");
    writes("o = null", "o", "null");
}

#[test]
fn writes_in_rust() {
    assigns("a = b", "a", " b");
    assigns("a = LIMIT;", "a", " LIMIT");
    assigns("a = i32::MAX", "a", " i32::MAX");
    assigns("a = - -1", "a", " - -1");
    assigns("a = 1 + 2", "a", " 1 + 2");
    assigns("a = 1; b", "a", " 1; b");
    assigns("v = vec![1]", "v", " vec![1]");
    assigns("v = [1; 3]", "v", " [1; 3]");
    assigns("v = [LIMIT]", "v", " [LIMIT]");
    assigns("p = Point { x: 1.0 }", "p", " Point { x: 1.0 }");
    assigns("o = Some(3)", "o", " Some(3)");
    assigns("o = { 1 }", "o", " { 1 }");
    assigns("s = \"x\".into()", "s", " \"x\".into()");
    assigns("a =", "a", "");
    assigns("f = 1e400", "f", " 1e400");
    assigns("f = -1e40_f32", "f", " -1e40_f32");
}

#[test]
fn everything_else_is_rust() {
    for text in [
        "a == 1",
        "a += 1",
        "a => 1",
        "a.b",
        "a.b = 1",
        "a[0] = 1",
        "f(a)",
        "1 + 1",
        "let a = 1;",
        "*a = 1",
        "a, b = 1",
        "println!(\"{a}\")",
        "use std::fmt;",
        "::std::process::id()",
    ] {
        check(text, TypedLine::Rust(text));
    }
}

#[test]
fn open_brackets_go_on() {
    for text in [
        "v = [1,",
        "f(a",
        "if a {",
        "fn f() {\n  g(",
        "f(\"x\", (1)",
        "r\"open",
        "r#\"a\"",
        "/* remark",
        "/* a /* b */",
        "p = Point {",
        "f(\"open",
        "f('(', ",
        "s = \"open",
        "\"a\\\"",
        "#[derive(Debug)]",
        "#[derive(Debug)] // why",
        "#[derive(Debug)]\n#[allow(dead_code)]",
        "#",
        "fn f() -> u8",
        "pub(crate) const unsafe fn f<T>()\nwhere T: Copy",
        "unsafe extern \"C\" fn f()",
        "impl<T> A for B<T>",
        "a; trait T: Sized",
        "{ 1 } enum E",
    ] {
        assert!(is_incomplete(text), "{text}");
    }
}

#[test]
fn hidden_brackets_do_not() {
    for text in [
        "",
        "a",
        "v = [1, 2]",
        "\"[\"",
        "\"\\\"[\"",
        "'['",
        "'\\''",
        "'\\u{5b}'",
        "r\"[\\\"",
        "r#\"[\"\"#",
        "br##\"(\"#\"##",
        "// [",
        "/* [ */",
        "/* /* [ */ */",
        "f(&'a x)",
        "a'[']",
        ")",
        ":where (",
        ":save a b[",
        "bar",
        "r#type",
        "r#fn + 1",
        "a'b'",
        "#[derive(Debug)] struct S;",
        "#[a]\nfn f() {}",
        "fn f() { g(|| 1) }",
        "fn f();",
        "impl A {} a",
        "let f: fn(u8) = g",
        "unsafe { f() }",
        "struct S",
        "f(1))",
        "(]",
        ") [",
        "::std::f()",
        "c\"[\"",
        "b'['",
    ] {
        assert!(!is_incomplete(text), "{text}");
    }
}

#[track_caller]
fn faulty(text: &str, message: &str, at: usize) {
    let (told, place, _) = BracketScanner::fault(text).expect("it is no Rust").told();
    assert_eq!((told.as_str(), place), (message, at), "{text}");
}

#[test]
fn what_can_be_no_rust() {
    faulty("a )", "`)` closes nothing", 2);
    faulty("f(ä])", "`]` does not close what is open", 4);
    faulty("a \"b", "a string that is not closed", 2);
    faulty("r#\"b\"", "a string that is not closed", 0);
    faulty("a /* b", "a comment that is not closed", 2);
    faulty("f(1, [2]", "`(` is not closed", 1);
    faulty(&"[".repeat(1_000_000), "brackets nest deeper than 128", 128);
    assert_eq!(BracketScanner::fault("f(\")\", ')', /* ( */ r#\")\"#) // )"), None);
}

#[test]
fn a_command_ends_an_item_without_a_body() {
    let ends = |text: &str, line: &str| {
        let mut whole = Whole::default();
        assert!(whole.add(text), "{text}");
        whole.ends_before(line)
    };
    assert!(ends("fn", ":c") && ends("#[derive(Debug)]", "  :locals"));
    assert!(!ends("fn f()", "{ 1 }") && !ends("fn f()", "::g"));
    assert!(!ends("s = \"a", ":c") && !ends("f(", ":c"));
}

/// Checks that the cost of a long text grows with its length only, whatever number of lines it has.
#[test]
fn many_lines() {
    let mut whole = Whole::default();
    assert!(whole.add("f(\""));
    (0..100_000).for_each(|_| assert!(whole.add("/*\\\\")));
    assert!(!whole.add("\")"));
    for part in ["/*", "*/", "r#\"", "'", "a;", "{}", "#[a]", "\""] {
        let mut whole = Whole::default();
        whole.add(&part.repeat(MOST / part.len()));
    }
}

#[test]
fn what_is_too_long_is_not_read_on() {
    let mut whole = Whole::default();
    assert!(!whole.add(&"(".repeat(MOST + 1)));
}

/// Checks that any input is parsed without a panic.
#[test]
fn nonsense() {
    let parts = "a = \" ' \\ r# b c\" ( ) [ ] { } fn impl self it #[ /* */ // :: : - 1 0x e5 . _ ä \n Some vec! u8 < , ; # ! & \u{1F600} \0 \u{301}";
    let parts: Vec<&str> = parts.split(' ').chain([" "]).collect();
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            // These are the constants of Knuth's MMIX generator.
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            text.push_str(parts[(state >> 33) as usize % parts.len()]);
        }
        let _ = (parse(&text), is_incomplete(&text));
        let _ = crate::render::short(&text);
        let _ = BracketScanner::fault(&text).map(|fault| text.split_at(fault.told().1));
        let _ = Literal::parse(&text);
    }
}

/// Checks that a line of Rust with random edits is parsed without a panic.
#[test]
fn random_edits() {
    let (mut random, rounds) = Random::new();
    for _ in 0..rounds {
        let text = random.edited();
        let mut whole = Whole::default();
        for line in text.split('\n') {
            whole.add(line);
        }
        let _ = (
            parse(&text),
            BracketScanner::fault(&text).map(|fault| text.split_at(fault.told().1)),
        );
    }
}
