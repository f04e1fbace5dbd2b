use super::*;

#[track_caller]
fn check(text: &str, expected: Line<'_>) {
    assert_eq!(parse(text), expected);
}

#[track_caller]
fn writes(text: &str, name: &str, value: &str) {
    let literal = Literal::parse(value).unwrap();
    check(text, Line::Write { name, literal });
}

#[test]
fn empty() {
    check("", Line::Empty);
    check("  \t", Line::Empty);
    check("// a remark", Line::Empty);
    check("// one\n  // two", Line::Empty);
}

#[test]
fn commands() {
    let command = |name, rest| Line::Command { name, rest };
    check(":locals", command("locals", ""));
    check("  :save clf  my model.json ", command("save", "clf  my model.json"));
    check(":c", command("c", ""));
    check(":", command("", ""));
    check(":where 3", command("where", "3"));
}

#[test]
fn quitting() {
    for text in ["exit", "quit", ":q", ":quit", "quit()", "exit()", "exit();"] {
        check(text, Line::Quit(text.trim_end_matches(';')));
    }
    check("exit(3)", Line::Rust("exit(3)"));
    check("quitter", Line::Name("quitter"));
}

#[test]
fn names() {
    check("a", Line::Name("a"));
    check(" words ; ", Line::Name("words"));
    check("self", Line::Name("self"));
    check("_x1", Line::Name("_x1"));
    check("größe", Line::Name("größe"));
    check("r#type", Line::Name("r#type"));
    check("a b", Line::Rust("a b"));
    check("1a", Line::Rust("1a"));
    check("_", Line::Rust("_"));
    check("return", Line::Rust("return"));
}

#[test]
fn literal_writes() {
    writes("a = 1000", "a", "1000");
    writes("a=1000;", "a", "1000");
    writes("s = \"x = y;\"", "s", "\"x = y;\"");
    writes("f = -2.5e3", "f", "-2.5e3");
    writes("v = [\n 1,\n 2\n]", "v", "[1, 2]");
    writes("r#type = 'x'", "r#type", "'x'");
    writes("p = Point { x: 1.0 }", "p", "Point { x: 1.0 }");
    writes("m = {\"k\": 1}", "m", "{\"k\": 1}");
    writes("o = Some(3)", "o", "Some(3)");
}

#[test]
fn everything_else_is_rust() {
    for text in [
        "a == 1",
        "a += 1",
        "a = b",
        "a = f(1)",
        "a = 1 + 2",
        "a =",
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
        "a = \"open",
    ] {
        check(text, Line::Rust(text));
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
        "s = \"open",
        "bar",
        "c\"[\"",
        "b'['",
    ] {
        assert!(!is_incomplete(text), "{text}");
    }
}

/// Whatever is typed, it is read without a panic.
#[test]
fn nonsense() {
    let parts = "a = \" ' \\ r# b c\" ( ) [ ] { } /* */ // :: : - 1 0x e5 . _ ä \n Some vec! u8 < , ; # ! & \u{1F600} \0 \u{301}";
    let parts: Vec<&str> = parts.split(' ').chain([" "]).collect();
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            // Knuth's MMIX generator.
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            text.push_str(parts[(state >> 33) as usize % parts.len()]);
        }
        let _ = (parse(&text), is_incomplete(&text));
        let _ = crate::render::short(&text);
        let _ = Literal::parse(&text);
    }
}
