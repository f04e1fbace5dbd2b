use super::super::parse;
use super::*;

/// A line with the pattern around `^` taken apart. Structs with names in capitals are of the crate.
#[track_caller]
fn check(line: &str, expect: Option<&str>) {
    let byte = line.find('^').expect("it is marked");
    let line = line.replace('^', "");
    let reach = |owner: &str, field: &str| {
        let is_there = owner.chars().all(|c| c.is_ascii_uppercase());
        is_there.then(|| format!("g_{field}"))
    };
    let mut parsed = parse(&line).expect("it can be read");
    let found = parsed.take_apart(byte, &reach).map(|taken_apart| {
        parsed.replacements.clear();
        for (bytes, text) in taken_apart.written {
            parsed.put(bytes, &text);
        }
        let mut text = line.clone();
        for (bytes, replacement) in parsed.replacements.iter().rev() {
            if let super::super::Replacement::Other(other) = replacement {
                text.replace_range(bytes.clone(), other);
            }
        }
        text.replace(WHOLE, "_w")
    });
    assert_eq!(found.as_deref(), expect, "{line}");
}

#[test]
fn lets() {
    check(
        "let a::B { ^c, d: e, .. } = &f.g; c",
        Some("let _w4 = &f.g; let &a::B { .. } = _w4; let (c, e, ) = (_w4.g_c(), _w4.g_d(), ); c"),
    );
    check(
        "{ let B(_, ^Some(a), ..) = self.b(); a }",
        Some("{ let _w6 = self.b(); let &B { .. } = _w6; let (_, Some(a), ) = (_w6.g_0(), _w6.g_1(), ); a }"),
    );
    check(
        "let A { ^a } = if b { &c } else { &d }",
        Some("let _w4 = if b { &c } else { &d }; let &A { .. } = _w4; let (a, ) = (_w4.g_a(), )"),
    );
    check(
        "let A { ^b: B(c) } = &d",
        Some("let _w4 = &d; let &A { .. } = _w4; let &B { .. } = _w4.g_b(); let (c, ) = (_w4.g_b().g_0(), )"),
    );
    check(
        "let A { ^b: other::Enum(B { c }) } = &d",
        Some(
            "let _w4 = &d; let &A { .. } = _w4; let (other::Enum(_w23), ) = (_w4.g_b(), ); let &B { .. } = _w23; let (c, ) = (_w23.g_c(), )",
        ),
    );
    check(
        "let (A { ^a }, c) = (&b, 1)",
        Some("let (_w5, c) = (&b, 1); let &A { .. } = _w5; let (a, ) = (_w5.g_a(), )"),
    );
}

#[test]
fn lets_that_may_not_fit() {
    check(
        "let A { ^a: 1 } = &b else { return }; a",
        Some("let _w4 = &b; let &A { .. } = _w4; let (1, ) = (_w4.g_a(), ) else { return }; a"),
    );
    check(
        "let Some(A { ^a }) = &b else { return }",
        Some("let Some(_w9) = &b else { return }; let &A { .. } = _w9; let (a, ) = (_w9.g_a(), )"),
    );
    check("let Some(A { ^a: 1 }) = &b else { return }", None);
}

#[test]
fn conditions() {
    check(
        "if let A { ^a: \"x\", b } = &c && d { b } else { e }",
        Some(
            "if let (&\"x\", b, ) = match &c { _w7 => { let &A { .. } = _w7; (_w7.g_a(), _w7.g_b(), ) } } && d { b } else { e }",
        ),
    );
    check(
        "while let Some(A { ^a }) = b.next() { a }",
        Some("while let Some(_w15) = b.next() { let &A { .. } = _w15; let (a, ) = (_w15.g_a(), ); a }"),
    );
    check(
        "for (n, A { ^a }) in &b { a }",
        Some("for (n, _w8) in &b { let &A { .. } = _w8; let (a, ) = (_w8.g_a(), ); a }"),
    );
    check("if let Some(A { ^a: 1 }) = &b { a }", None);
    check("if let A { ^a: 1 } = match b { c => c } { a }", None);
}

#[test]
fn arms() {
    check(
        "match b { A { ^c } => c + 1, _ => f::<u8, u8>() }",
        Some("match b { _w10 => { let &A { .. } = _w10; let (c, ) = (_w10.g_c(), ); c + 1 }, _ => f::<u8, u8>() }"),
    );
    check(
        "match b { None => {} Some(A { ^c: 1 }) if d => { e } }",
        Some(
            "match b { None => {} Some(_w26) if { let &A { .. } = _w26; match (_w26.g_c(), ) { (1, ) if d => true, _ => false } } => { let \
             &A { .. } = _w26; let (1, ) = (_w26.g_c(), ) else { ::core::unreachable!() }; { e } } }",
        ),
    );
    check(
        "matches!(b, A { ^c: 1 })",
        Some("matches!(b, _w12 if { let &A { .. } = _w12; match (_w12.g_c(), ) { (1, ) => true, _ => false } })"),
    );
}

#[test]
fn closures() {
    check(
        "a.map(|n, A { ^a }| a + n, 1)",
        Some("a.map(|n, _w10| { let &A { .. } = _w10; let (a, ) = (_w10.g_a(), ); a + n }, 1)"),
    );
    check(
        "|A { ^a }: &A| -> u8 { *a }",
        Some("|_w1: &A| -> u8 { let &A { .. } = _w1; let (a, ) = (_w1.g_a(), ); *a }"),
    );
}

#[test]
fn other_patterns_stay_as_they_are() {
    for line in [
        "let other { ^a } = &b",
        "let A { ^ref a } = b",
        "let A { ^mut a } = &b",
        "let A { a: ^&b } = &c",
        "let A(.., ^a) = &b",
        "let A::<u8> { ^a } = &b",
        "let a = A { ^b: 1 }",
        "f(A { ^b: 1 }, |c| c)",
        "match b { c => A { ^b: 1 } }",
    ] {
        check(line, None);
    }
}
