//! Sources with a mark at each point: `·` before a statement, `«` and `»` around an expression.

use super::functions;

/// Checks the points of all functions in a text.
#[track_caller]
fn check(marked: &str) {
    let text: String = marked.chars().filter(|c| !matches!(c, '·' | '«' | '»')).collect();
    let mut marks: Vec<(usize, char)> = Vec::new();
    for function in functions(&text) {
        for point in function.points {
            marks.push((point.at, if point.end.is_some() { '«' } else { '·' }));
            marks.extend(point.end.map(|end| (end, '»')));
        }
    }
    marks.sort_by_key(|(at, mark)| (*at, *mark != '»'));
    let mut found = text;
    for (at, mark) in marks.into_iter().rev() {
        found.insert(at, mark);
    }
    assert_eq!(found, marked);
}

#[test]
fn statements() {
    check("fn f() { ·let a = 1; ·g(a); ·a + 1 }");
    check("fn f() {}");
    check("fn f() { #![allow(unused)] ·#[cfg(x)] let a = 1; ; ·a }");
    check("fn f() { ·if a { ·b; } ·c }");
    check("fn f() { ·if a { ·b } else if let S { x, .. } = c { ·x } else { ·d } }");
    check("fn f() { ·while let Some(a) = b.next() { ·c; } ·'l: loop { ·break 'l; } }");
    check("fn f() { ·for S { a, b } in [S { a: 1, b: 2 }] { ·g(a); } }");
    check("fn f() { ·let Some(a) = b else { ·return; }; ·a }");
    check("fn f() { ·let S { a, .. } = s; ·let x = if a { ·1 } else { ·2 }; ·unsafe { ·h() } }");
    check("fn f() -> S { ·S { a: { ·1 }, b: T::<u8> { c: 2 } } }");
    check("fn f() { ·let v = { ·let a = 1; ·a }; ·g({ ·v }, [{ ·1 }]); }");
    check("fn f() { ·if a == (S { x: 1 }) && b || c != d { ·e } }");
    check("fn f() { ·async { ·a.await }; ·async move { ·b }; ·return { ·c }; }");
}

#[test]
fn arms() {
    check(
        "fn f() { ·match a { A => «1», B { x, .. } | C { x } => { ·x } D if { ·g() } => «h(), » } }"
            .replace(", »", "»,")
            .as_str(),
    );
    check("fn f() { ·let x = match a.b(|c| «c.d») { Some(E { e }) => «return e», None => «S { a: 1 }» }; }");
    check("fn f() { ·match a { 0..=9 => «\"=>\"», _ => «match b { _ => «0» }» } }");
}

#[test]
fn tokens_of_macros() {
    check("fn f() { ·vec![{ a; }]; ·assert!(g({ b; })); ·own! { a => { b } } }");
    check(
        "async fn f() { ·tokio::select! { biased; Some((a, b)) = c.next(), if { ·d } => { ·e; ·f } g = h(|i| j) => «k», } }",
    );
    check(
        "async fn f() { ·join!(async { ·a.await }, g(|b| «c»)); ·let s = stream! { ·yield a; ·match b { c => { ·d } } }; }",
    );
}

#[test]
fn closures() {
    check("fn f() { ·v.iter().map(|a| «a + 1»).filter(|&b| { ·b > 0 }).for_each(drop); }");
    check("fn f() { ·let g = |a: u8, b| -> Result<S, E> { ·a }; ·let h = move || «b || c | d»; }");
    check("fn f() { ·g(|| «1», || «2»); ·let t = || «|x| «x»»; }");
    check("fn f() { ·let a = b | c || d; ·if a | b == c || d { ·e } }");
    check("fn f() { ·match a { A | B => «1», | C => «2» } }");
}

#[test]
fn what_has_no_points() {
    check("fn f() { ·println!(\"{}\", { 1 }); ·vec![{ a; b }]; ·const { 1; 2 }; ·m! { a; b } }");
    check("fn f() { struct S { a: u8 } const A: u8 = { 1; 2 }; use a::{b, c}; ·a }");
    check(
        "fn f() { ·let a: [u8; { 1 }] = g::<{ 2 }>(); }"
            .replace("{ 1 }", "3")
            .as_str(),
    );
    check("struct S { a: u8 } enum E { A { b: u8 } } static X: u8 = { 1; 2 }; m! { fn g() { a; } } fn f() { ·a }");
    check("macro_rules! m { () => { a; b } } fn f() { ·a }");
    check("trait T { fn f(); fn g() { ·a } } extern \"C\" { fn h(); }");
}

#[test]
fn functions_in_functions() {
    check("fn f() { fn g() { ·a; } impl S { fn h(&self) { ·b } } ·c }");
}

/// Checks paths and the places of attributes, which are marked with `@`.
#[track_caller]
fn places(marked: &str, expected: &str) {
    let text = marked.replace('@', "");
    let marks: Vec<usize> = marked
        .match_indices('@')
        .enumerate()
        .map(|(number, (at, _))| at - number)
        .collect();
    let found: Vec<String> = functions(&text)
        .iter()
        .map(|function| {
            let mark = function
                .attribute
                .map(|at| marks.iter().position(|mark| *mark == at).map(|mark| mark.to_string()));
            let mark = mark.map_or("-".to_owned(), |mark| mark.unwrap_or("?".to_owned()));
            let is_const = if function.is_const { " const" } else { "" };
            format!(
                "{} {mark}{is_const} ({})",
                function.path.join("::"),
                function.params.join(" ")
            )
        })
        .collect();
    assert_eq!(found.join(", "), expected);
}

#[test]
fn paths_and_attributes() {
    places(
        "use a::b;\n@/// Doc.\n#[inline]\npub(crate) async unsafe fn f(mut a: u8, _: u8, (b, c): D, e: F<G, H>) {}",
        "f 0 (a b c e)",
    );
    places(
        "@fn f(a: ::b::C, (d, e): ::F<G>, &h: &::I, ::J(k): J, m: ::N) {}",
        "f 0 (a d e h k m)",
    );
    places(
        "#[hookable] fn f() {} #[hookable::hookable(crate = a)] impl S { fn g(&self) {} }",
        "f - (), S::g - (self)",
    );
    places(
        "impl<T: Copy> Deref for r#mod::S<T> where T: A { @fn g(&mut self, a: impl Fn(u8, u8) -> u8, b: u8) {} }",
        "S::g 0 (self a b)",
    );
    places(
        "mod m { trait T { @fn h(self: Box<Self>) {} } @fn i() { @fn j() {} } }",
        "m::T::h 0 (self), m::i 1 (), m::i::j 2 ()",
    );
    places(
        "@const fn f() {} @extern \"C\" fn g() {} @pub const unsafe fn h() {} const A: u8 = 1; @fn i() {}",
        "f 0 const (), g 1 (), h 2 const (), i 3 ()",
    );
    places(
        "@fn f<const N: usize>(a: [u8; { N }]) -> A<{ N }> {} @default fn r#g() {}",
        "f 0 (a), g 1 ()",
    );
}

#[test]
fn what_a_function_takes_and_returns() {
    let check = |text: &str, expected: &str| {
        let found = functions(text);
        let [function] = &found[..] else { panic!("{found:?}") };
        let output = function.output.clone().map_or("()", |at| &text[at]);
        let kind = if function.is_async { "async " } else { "" };
        assert_eq!(
            format!("{kind}({}) -> {output}", function.params.join(" ")),
            expected,
            "{text}"
        );
    };
    check("fn f() {}", "() -> ()");
    check(
        "fn f<F: Fn(u8) -> u8>(g: F) -> Vec<F> where F: Copy { }",
        "(g) -> Vec<F>",
    );
    check(
        "async fn f(&mut self, n: u8) -> Result<(), Box<dyn Fn() -> u8>> { }",
        "async (self n) -> Result<(), Box<dyn Fn() -> u8>>",
    );
    check(
        "fn f(mut self: Box<Self>, _: u8, _a: u8) -> &'static str { }",
        "(self _a) -> &'static str",
    );
    check(
        "fn f(P { x, y: (z, _) }: P, [a, ref mut b, ..]: [u8; 3], N(c): m::N) { }",
        "(x z a b c) -> ()",
    );
    check("fn f(&(a, b): &(u8, u8), r#in: u8) where A: B { }", "(a b r#in) -> ()");
}

#[test]
fn what_a_method_stands_in() {
    let check = |text: &str, expected: &str| {
        let found = functions(text);
        let outer = found[0].outer.as_ref();
        let said = outer.map_or(String::new(), |outer| {
            format!("{} {}", outer.name, outer.generics.join(" "))
        });
        assert_eq!(said.trim(), expected, "{text}");
    };
    check("fn f<T>() {}", "");
    check("impl Account { fn f(&self) {} }", "Account");
    check(
        "impl<'a, T: Fn(u8) -> u8, const N: usize, U> A<'a, T, U> { fn f() {} }",
        "A T U",
    );
    check("impl<T> Deref for m::S<T> { fn f() {} }", "S T");
    check("unsafe trait Area<T = u8>: A<B, C> { fn f(&self) {} }", "Area T Self");
    check("mod m { fn f() {} }", "");
}

#[test]
fn a_brace_behind_a_comma_is_a_body_unless_it_is_an_argument() {
    check("fn f<F>(a: F) where F: Fn(u8) -> u8, { ·a } fn g() { ·b }");
    check("fn f() -> A<u8, { N + 1 }> { ·a } fn g() { ·b }");
    check("impl A<{ N }, { M }> { fn g() { ·b } }");
}
