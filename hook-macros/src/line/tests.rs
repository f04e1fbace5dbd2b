use super::*;

/// What comes of a line where `a` and `b` are references, and what is kept of `c`, and of `r`, which is written
/// through.
fn lines(line: &str) -> (String, Vec<String>) {
    let tokens: TokenStream =
        format!("(ref a) (ref b) (save c 3) (through r 4) {{ before }} {{ {line} }} {{ behind }}")
            .parse()
            .unwrap();
    let text = plain(&places(tokens).to_string());
    let text = text
        .strip_prefix("{before(||{")
        .unwrap()
        .strip_suffix("behind}")
        .unwrap();
    let (mut saves, mut rest) = (Vec::new(), text);
    while let Some(after) = rest.strip_prefix("__hookable_private::RunningLine::before(") {
        let (save, behind) = after.split_once(").__hookable_save());").unwrap();
        saves.push(
            save.rsplit_once("|&mut")
                .unwrap()
                .1
                .trim_end_matches(",)}")
                .replace("__hookable_root", "_"),
        );
        rest = behind;
    }
    (rest.strip_prefix("})();").unwrap().to_owned(), saves)
}

/// Tokens are told apart by more than spaces here.
fn plain(text: &str) -> String {
    text.split_whitespace().collect()
}

#[track_caller]
fn rewritten(line: &str, expected: &str) {
    assert_eq!(
        lines(line).0,
        plain(&expected.parse::<TokenStream>().unwrap().to_string()),
        "{line}"
    );
}

#[track_caller]
fn kept(line: &str, expected: &[&str]) {
    assert_eq!(lines(line).1, expected, "{line}");
}

#[test]
fn a_name_is_what_the_reference_points_at() {
    rewritten("a", "(*a)");
    rewritten("a.x + b[0].y", "(*a).x + (*b)[0].y");
    rewritten("for p in &a { f(p, b) }", "for p in &(*a) { f(p, (*b)) }");
    rewritten("a == vec![]", "(*a) == vec![]");
    rewritten("*a", "*(*a)");
    rewritten("S { a, x: b, ..b }", "S { a: (*a), x: (*b), ..(*b) }");
    rewritten("|| a.len()", "|| (*a).len()");
    rewritten("async { a.len() }", "async { (*a).len() }");
    rewritten("a(3)", "(*a)(3)");
    rewritten("a = b", "(*a) = (*b)");
    rewritten("x[a..b]", "x[(*a)..(*b)]");
}

#[test]
fn a_name_is_something_else() {
    rewritten("x.a", "x.a");
    rewritten("x.a()", "x.a()");
    rewritten("a::b + m::a", "a::b + m::a");
    rewritten("f::<a>()", "f::<a>()");
    rewritten("a!(x)", "a!(x)");
    rewritten("'a: loop { break 'a a }", "'a: loop { break 'a (*a) }");
    rewritten("S { a: 1 }", "S { a: 1 }");
    rewritten("fn f(a: u8) -> u8 { a } f(1)", "fn f(a: u8) -> u8 { a } f(1)");
    rewritten("let S { a: x } = s; x", "let S { a: x } = s; x");
    rewritten("const { a }", "const { a }");
}

#[test]
fn a_name_is_given_anew() {
    rewritten(
        "a; let a = a; a; { b; let b = 1; b } b",
        "(*a); let a = (*a); a; { (*b); let b = 1; b } (*b)",
    );
    rewritten("let Some(a) = x else { a }; a", "let Some(a) = x else { (*a) }; a");
    rewritten("|a, (b, _)| a + b", "|a, (b, _)| a + b");
    rewritten(
        "match a { Some(a) => a, b @ None => b, _ => b }",
        "match (*a) { Some(a) => a, b @ None => b, _ => (*b) }",
    );
    rewritten(
        "match x { a if a > b => a, y if a => y }",
        "match x { a if a > (*b) => a, y if (*a) => y }",
    );
    rewritten("for a in a { a }", "for a in (*a) { a }");
    rewritten(
        "if let Some(a) = a && a > b { a } else { a }",
        "if let Some(a) = (*a) && a > (*b) { a } else { (*a) }",
    );
    rewritten("while let Some(b) = a { b }", "while let Some(b) = (*a) { b }");
    rewritten("if a > b { let a = 1; } a", "if (*a) > (*b) { let a = 1; } (*a)");
}

#[test]
fn macros_are_read_as_what_they_most_likely_are() {
    rewritten(
        r#"println!("{a} {} {x}", a, x = b)"#,
        r#"println!("{a} {} {x}", (*a), x = (*b))"#,
    );
    rewritten("assert_eq!(a, b)", "assert_eq!((*a), (*b))");
    rewritten(
        "assert!(a.ok())",
        r#"assert!((*a).ok(), "{}", "assertion failed: a.ok()")"#,
    );
    rewritten("assert!(x.ok())", "assert!(x.ok())");
    rewritten("dbg!(a, 1)", r#"dbg!(@ "a", (*a), "1", 1,)"#);
    rewritten("vec![a; 3]", "vec![(*a); 3]");
    rewritten("matches!(a, Some(b) if b > 1)", "matches!((*a), Some(b) if b > 1)");
    rewritten("stringify!(a)", "stringify!(a)");
    rewritten("info!(a, n = b.len(), a.x)", "info!(a, n = (*b).len(), (*a).x)");
    rewritten("info!(?a, %b, n = ?a.x)", "info!(?a, %b, n = ?(*a).x)");
    rewritten(
        r#"json!({ "a": a, "b": [b, 1] })"#,
        r#"json!({ "a": (*a), "b": [(*b), 1] })"#,
    );
    rewritten("quote!(#a x.b b: 1)", "quote!(#a x.b b: 1)");
    rewritten("go! { let a = 1; a + b }", "go! { let a = 1; a + (*b) }");
}

#[test]
fn what_a_line_may_write_is_kept() {
    kept("c", &[]);
    kept("c.x + f(&c)", &[]);
    kept("c = 1", &["(*_)"]);
    kept("c.x = 1", &["(*_).x"]);
    kept("c.x.y += c.z", &["(*_).x.y"]);
    kept("c.x = 1; c.y[0] = 2; c.x = 3", &["(*_).x", "(*_).y[0]"]);
    kept("c.x.y = 1; c.x = z", &["(*_).x"]);
    kept("c.x = 1; c.go()", &["(*_)"]);
    kept("c.x = c.v.len()", &["(*_).x"]);
    kept("c.v.push(1)", &["(*_).v"]);
    kept("c[i].x = 1", &["(*_)[i].x"]);
    kept("c[i + 1].x = 1", &["(*_)"]);
    kept("f(&mut c.x, &mut c.y)", &["(*_).x", "(*_).y"]);
    kept("*c.x = 1", &["(*(*_).x)"]);
    kept("c.get(1).unwrap().x = 1", &["(*_)"]);
    kept("|| c.x = 1", &["(*_).x"]);
    kept("let c = 1; c.x = 1", &[]);
    kept("if let Some(ref mut x) = c.x { *x = 1 }", &["(*_).x"]);
    kept("*r = 1", &["(*(*_))"]);
    kept("r.x = 1", &["(*_).x"]);
    kept("r.go()", &["(**_)"]);
    kept("f(r)", &["(**_)"]);
    kept("f(&r, r.len(), *r + 1, r.x + r[1]); println!(\"{}\", r)", &[]);
    kept("go!(c)", &["(*_)"]);
    kept("c.x = 1; c.y.z = 1; r[3] = 2", &["(*_).x", "(*_).y.z", "(*_)[3]"]);
}
