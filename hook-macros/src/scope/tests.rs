//! The names in scope at every hook of a function: hooks in order, names outermost first.

use syn::ItemFn;

use super::BindingKind::{Destructured, InPattern, Plain};
use super::{Kept, Reach, Scopes, Visible, walk};
use crate::syntax::hook::mark;

fn scopes(source: &str) -> Scopes {
    let mut item: ItemFn = syn::parse_str(source).expect("the test is a function");
    let hooks = mark(&mut item.block, false, &mut Vec::new());
    walk(&item.attrs, &item.sig, &item.block, None, &hooks)
}

/// `expect`: the hooks separated by ` | `; a name has `?` behind it if it is perhaps none of a binding, `~` if it is
/// not of the hook's own body, and `~~` if it cannot be reached.
fn check(source: &str, expect: &str) {
    let scopes = scopes(source);
    let mut sites: Vec<_> = scopes.sites.iter().collect();
    sites.sort_by_key(|site| site.number);
    let names = sites.iter().map(|site| {
        let names = site.visible.iter().map(|visible| {
            let reach = match scopes.reach(site, visible.binding) {
                Reach::Own => "",
                Reach::Shared | Reach::Mutable => "~",
                Reach::None => "~~",
            };
            let binding = &scopes.bindings[visible.binding];
            let doubtful = if binding.doubtful { "?" } else { "" };
            format!("{}{doubtful}{reach}", binding.name())
        });
        names.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(names.collect::<Vec<_>>().join(" | "), expect, "{source}");
}

#[test]
fn lets() {
    check("fn f() { hook!(); }", "");
    check("fn f() { let a = 1; hook!(); let b = 2; hook!(); }", "a | a b");
    check("fn f() { let (a, [b, .., c]) = x; hook!(); }", "a b c");
    check("fn f() { let P { a, b: c, d: Q(e, _), .. } = x; hook!(); }", "a c e");
    check(
        "fn f() { let ref a = x; let &b = y; let c @ Some(d) = z; hook!(); }",
        "a b c d",
    );
    check("fn f() { let x; hook!(); x = 1; }", "x");
    check("fn f() { let Some(a) = b else { hook!(); return }; hook!(); }", " | a");
    check(
        "fn f(A: u8) { let None = b else { return }; let mut X = 1; let _Y = 2; let あ = 3; hook!(); }",
        "A? None? X _Y? あ?",
    );
    // Of our own names no binding is made, and the one before stays what it is.
    check(
        "fn f() { match a { None => { let __hookable_err = b; hook!(); } _ => {} } }",
        "None?",
    );
    check("fn f() { let a: u8 = { let b = 1; hook!(); b }; hook!(); }", "b | a");
}

#[test]
fn shadowing() {
    check("fn f() { let a = 1; let b = 2; let a = 3; hook!(); }", "b a");
    check("fn f(a: u8) { { let a = 1; hook!(); } hook!(); }", "a | a");
    check("fn f(a: u8) { let a = { hook!(); a }; hook!(); }", "a | a");
}

#[test]
fn parameters() {
    check("fn f(a: u8, (b, mut c): (u8, u8)) { hook!(); }", "a b c");
    check("fn f(&self, a: u8) { hook!(); }", "self a");
    check("fn f(mut self: Box<Self>) { hook!(); }", "self");
    check("fn f<T, const N: usize>(a: [T; N]) { hook!(); }", "N a");
    check("async fn f(a: u8) { hook!(); }", "a");
}

#[test]
fn what_is_behind_a_reference_is_captured_whole_by_what_moves() {
    check("fn f(a: &A) { async move { a.b; hook!(); } }", "a~ a.b~");
    check("fn f(a: &A) { async { a.b; hook!(); } }", "a~~ a.b~");
    check("fn f(a: A) { async move { a.b; hook!(); } }", "a~~ a.b~");
    check("fn f(&self) { move || { || self.b; hook!(); } }", "self~ self.b~");
    check("fn f(&self) { || { move || self.b; hook!(); } }", "self~ self.b~");
    check(
        "fn f(&mut self) { move || { || { self.b; hook!(); } } }",
        "self~~ self.b~",
    );
    check(
        "fn f(&self, a: &A) { move || { let _ = a.b; match self.c {} hook!(); } }",
        "self~~ self.c~~ a~ a.b~",
    );
}

#[test]
fn what_other_attributes_may_write_elsewhere() {
    let kinds = |source: &str| {
        let kinds = scopes(source).bindings.into_iter().map(|binding| binding.kind);
        kinds.collect::<Vec<_>>()
    };
    let plain = kinds("#[inline] fn f(a: u8, (b, _): (u8, u8), Some(c): Option<u8>) { let (d, e) = (1, 2); hook!(); }");
    assert_eq!(plain, [Plain, Plain, Destructured, Plain, Plain]);
    let cached =
        kinds("#[cached] fn f(a: u8, (b, _): (u8, u8), Some(c): Option<u8>) { let (d, e) = (1, 2); hook!(); }");
    assert_eq!(cached, [Plain, InPattern, InPattern, Plain, Plain]);
}

#[test]
fn what_a_future_keeps_for_a_hook_alone() {
    // `*` stands behind what may be kept, and `?` behind what may be if its type is `Copy`.
    let check = |source: &str, expect: &str| {
        let scopes = scopes(source);
        let sites = scopes.sites.iter().map(|site| {
            let kept = |visible: &Visible| match scopes.may_keep(site, visible.binding) {
                Some(Kept::Any) => "*",
                Some(Kept::IfCopied) => "?",
                None => "",
            };
            let names = site.visible.iter();
            let names = names.map(|visible| scopes.bindings[visible.binding].name() + kept(visible));
            names.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(sites.collect::<Vec<_>>().join(" | "), expect, "{source}");
    };
    check(
        "async fn f(a: A) { let b = g(a); hook!(); h(b); i.await; hook!(); }",
        "a b* | a b",
    );
    check("fn f() { let b = g(); hook!(); h(b); async { i.await }; }", "b");
    check("fn f() { async move { let b = g(); hook!(); h(b); i.await; }; }", "b*");
    check(
        "fn f() { async |a: A| { let b = g(a); hook!(); h(b); i.await; }; }",
        "a b*",
    );
    // The function borrows it, uses it at the `.await` or later, or its scope ends before.
    check("async fn f() { let b = g(); hook!(); h(&b); k(b); i.await; }", "b");
    check(
        "async fn f() { let b = g(); hook!(); b.push(1); drop(b); i.await; }",
        "b?",
    );
    check("async fn f() { let b = g(); hook!(); h(&b).await; }", "b");
    // What is moved there need not be in what is awaited.
    check("async fn f() { let b = g(); hook!(); h(b).await; }", "b*");
    check("async fn f() { let b = g(); hook!(); i.await; h(b); }", "b");
    check("async fn f() { { let b = g(); hook!(); h(b); } i.await; }", "b");
    // A method may move it, and a macro may await.
    check(
        "async fn f() { let b = g(); hook!(); let c = b.collect(); i.await; }",
        "b*",
    );
    check(
        "async fn f() { let b = g(); hook!(); h(b); select! { _ = i => {} } }",
        "b*",
    );
    check("async fn f() { let b = g(); hook!(); info!(1); h(b); i.await; }", "b*");
    check("async fn f() { let b = 1; hook!(); h(b); i.await; }", "b");
}

#[test]
fn what_a_future_keeps_in_one_branch() {
    let check = |code: &str, expect: &str| {
        let scopes = scopes(&format!("async fn f() {{ {code} }}"));
        let kept = scopes.sites.iter().map(|site| {
            let all = site.visible.iter();
            let of = all.filter(|visible| scopes.bindings[visible.binding].ident == "b");
            of.map(|visible| scopes.may_keep(site, visible.binding))
                .next()
                .flatten()
        });
        let kept = kept.map(|kept| match kept {
            Some(Kept::Any) => '*',
            Some(Kept::IfCopied) => '?',
            None => '-',
        });
        assert_eq!(kept.collect::<String>(), expect, "{code}");
    };
    // One branch moves it, or ends, and the other one uses it.
    check("let b = g(); hook!(); if c { b.x() } else { b.y() }; i.await;", "*");
    check(
        "let b = g(); hook!(); match c { 1 => b.x(), _ => b.y() }; i.await;",
        "*",
    );
    check(
        "let b = g(); hook!(); if c { h(b); i.await; hook!(); return; } b.x();",
        "*-",
    );
    check(
        "let b = g(); hook!(); if c { h(b); i.await; std::process::exit(1) } b.x();",
        "*",
    );
    check(
        "let b = g(); hook!(); match c { 1 => { h(b); i.await; } _ => h(b) }",
        "*",
    );
    check("let b = g(); hook!(); if c { h(&b); return; } h(b); i.await;", "*");
    check(
        "let b = g(); hook!(); let Some(d) = c else { h(&b); return }; h(b); i.await;",
        "*",
    );
    check(
        "let b = g(); hook!(); if c { println!(\"{b}\"); bail!() } h(b); i.await;",
        "*",
    );
    check("let b = g(); hook!(); if c { h(&b); } h(b); i.await;", "-");
    check("let b = g(); hook!(); if c { i.await; } h(b);", "-");
    check("let b = g(); if c { hook!(); h(b); } else { h(b); i.await; }", "-");
    check("let b = g(); hook!(); if c { println!(\"{b}\"); } h(b); i.await;", "-");
    // It has another value there.
    check("let mut b = g(); hook!(); h(b); i.await; b = g(); h(b);", "*");
    check("let mut b = g(); loop { hook!(); h(b); i.await; b = g(); }", "*");
    // It is used again when the loop comes there again.
    check("let b = g(); loop { hook!(); b.x(); i.await; }", "-");
    check("let b = g(); loop { i.await; hook!(); if c { h(b); return; } }", "-");
    check(
        "loop { let b = g(); hook!(); if c { h(b); i.await; continue } b.x(); }",
        "*",
    );
    // A closure that moves it does not borrow it for the function.
    check("let b = g(); hook!(); (move || h(&b))(); i.await;", "*");
    check("let b = g(); hook!(); (|| h(&b))(); i.await;", "-");
    check("let b = g(); hook!(); (|| { h(&b); k(b) })(); i.await;", "*");
    // What `select!` runs at last comes after its `.await`.
    check("let b = g(); hook!(); select! { c = i => h(b) }", "-");
    check("let b = g(); hook!(); select! { c = h(b) => 1 }", "*");
}

#[test]
fn what_a_future_keeps_that_a_macro_makes() {
    let kept = |source: &str| {
        let scopes = scopes(source);
        let site = &scopes.sites[0];
        let last = site.visible.last().expect("there is one");
        scopes.may_keep(site, last.binding)
    };
    let any = Some(Kept::Any);
    assert_eq!(kept("fn f() { stream! { let b = g(); hook!(); h(b); yield 1; } }"), any);
    assert_eq!(
        kept("fn f() { spawn!({ let b = g(); hook!(); h(b); i.await; }); }"),
        any
    );
    assert_eq!(kept("fn f() { quote! { let b = g(); hook!(); h(b); m!(); } }"), None);
}

#[test]
fn parameters_of_closures_under_cfg() {
    let scopes = scopes("fn f() { |#[cfg(a)] b: B, #[cfg(c)] (d, _): D, e| { hook!(); }; }");
    let cfgs = scopes
        .bindings
        .iter()
        .map(|binding| binding.cfgs.iter().map(ToString::to_string).collect::<String>());
    assert_eq!(cfgs.collect::<Vec<_>>(), ["a", "c", ""]);
}

#[test]
fn what_an_attribute_made_of_self() {
    let made = "fn f(&mut self) { Box::pin(async move { let mut __self = self; __self.a += 1; hook!(); }) }";
    check(made, "self self.a");
    check(
        "fn f(&self) { let __self = self; async { __self.a; hook!(); } }",
        "self~~ self.a~",
    );
    check("fn f(&self) { let __self = self; async { __self; hook!(); } }", "self~");
    check("fn f() { let __self = 1; hook!(); }", "");
}

#[test]
fn control_flow() {
    check(
        "fn f() { match x { Some(a) if { hook!(); true } => hook!(), A(b) | B(b) => { hook!(); } _ => hook!() } }",
        "a | a | b | ",
    );
    check(
        "fn f() { if let Some(a) = x && let Some(b) = a { hook!(); } else { hook!(); } }",
        "a b | ",
    );
    check("fn f() { while let Some(a) = x { hook!(); } hook!(); }", "a | ");
    check("fn f() { for (i, a) in x { hook!(); } hook!(); }", "i a | ");
    check("fn f() { 'l: { let a = 1; hook!(); break 'l; } hook!(); }", "a | ");
    check(
        "fn f() { unsafe { let a = 1; hook!(); } loop { let b = 1; hook!() } }",
        "a | b",
    );
}

#[test]
fn closures_see_what_they_capture_whole() {
    check("fn f(a: u8, b: u8) { x(|c| { hook!(); a + c }); }", "a~ b~~ c");
    check("fn f(a: A) { x(|| { hook!(); a.b }); }", "a~~ a.b~");
    check("fn f(a: A) { x(|| { hook!(); a.b(); }); }", "a~");
    check("fn f(a: A) { x(|| { hook!(); match a { B(c) => c } }); }", "a~~");
    check("fn f(a: A) { x(|| { hook!(); println!(\"{a}\"); }); }", "a~");
    check("fn f(a: A) { x(|| { hook!(); y!(a); }); }", "a~~");
    check("fn f(a: A) { x(|| { y(|| { hook!(); a }); }); }", "a~");
    check("fn f(a: A) { x(|| { y(|| hook!()); a }); }", "a~~");
    check("fn f(a: A) { async move { hook!(); a } }", "a~");
}

#[test]
fn nested_functions_are_scopes_of_their_own() {
    check("fn f(a: u8) { fn g(b: u8) { hook!(); } hook!(); }", "b | a");
    check(
        "fn f(a: u8) { impl X { fn g(&self) { hook!(); } } hook!(); }",
        "self | a",
    );
    check("fn f(a: u8) { #[hookable] fn g(b: u8) { hook!(); } hook!(); }", "a");
}

#[test]
fn closures_in_statics_are_run() {
    check(
        "fn f(a: u8) { static S: L = L::new(|| { let b = 1; hook!(); b }); const C: fn(u8) = |c| { hook!(); }; hook!(); }",
        "b | c | a",
    );
}

#[test]
fn arguments_of_macros() {
    check("fn f(a: u8) { println!(\"{}\", { let b = 1; hook!(); b }); }", "a b");
    check(
        "fn f(a: u8) { vec![{ hook!(); a }]; assert!({ hook!(); true }); }",
        "a | a",
    );
    check("fn f(a: A) { matches!(a, Some(b) if { hook!(); b }); }", "a b");
    check(
        "fn f(a: A) { select! { b = y() => { hook!(); } Some(c) = z(), if d => hook!(), else => hook!() } }",
        "a b | a c | a",
    );
    check(
        "fn f(a: A) { select! { recv(a) -> b => { hook!(); } send(a, { hook!(); 1 }) -> Ok(c) => hook!(), recv({ let d = 1; a }) \
         -> _ => { hook!() }, default(e) => hook!() } }",
        "a b | a | a c | a | a",
    );
    check(
        "fn f(a: A) { select! { recv(a) -> b => match b { Ok(c) => { hook!(); } _ => {} }, default => hook!() } }",
        "a b c | a",
    );
    check(
        "fn f(a: A) { select! { b = a => hook!(), complete => hook!() } }",
        "a b | a",
    );
    check("fn f(a: A) { anything!(let b = 1; hook!();); }", "a b");
    check("fn f(a: A) { anything!(=> { hook!() } <=); }", "a");
    check(
        "fn f(a: A) { let d = anything!(b, let c = a; hook!(); c); hook!(); }",
        "a c | a d",
    );
}

#[test]
fn fields_that_a_function_names() {
    check(
        "fn f(&mut self) { let r = &mut self.a; hook!(); self.b.0 += 1; self.c(); }",
        "self self.a self.b.0 r",
    );
    check(
        "fn f(a: A) { x(|| { hook!(); a.b.c() + a.d[0] + *a.e; }); a.f; }",
        "a~~ a.b~ a.d~ a.e~ a.f~~",
    );
    check(
        "fn f(a: A) { x(|| { hook!(); match a.b { C => a.b.d.e } }); }",
        "a~~ a.b~~ a.b.d.e~",
    );
    check("fn f(a: A) { x(|| { hook!(); &a.b; a.b.c }); }", "a~~ a.b~ a.b.c~");
}

#[test]
fn names_that_a_macro_may_bind() {
    check("fn f() { bind!(a, 5); hook!(); }", "a?");
    check("fn f() { bind!(Some(a) = b.c(d) else { e::f; }); hook!(); }", "a? d?");
    check("fn f(a: u8) { bind!(a, 5); hook!(); }", "a");
    check(
        "fn f(a: u8) { let b = make!(a, c); info!(d = 1); println!(\"{}\", e); hook!(); }",
        "a b",
    );
    let scopes = scopes("fn f(a: u8) { hook!(); bind!(a, 5); hook!(); a }");
    let seen = |site: usize| scopes.sites[site].visible.last().unwrap().binding;
    assert_ne!(seen(0), seen(1));
    assert!(scopes.mentions.iter().all(|mention| scopes.is_of(mention, seen(0))));
}

#[test]
fn definitions_of_macros() {
    check(
        "fn f(a: A) { let b = 1; macro_rules! m { ($e:expr) => {{ let c = $e; hook!(); c }}; () => { hook!() } } m!(2); }",
        "a b c | a b",
    );
    check(
        "fn f(a: A) { macro_rules! m { ($($n:ident),*) => { $( let $n = 1; )* let d = [$($n),*]; hook!(); } } }",
        "a d",
    );
    check(
        "fn f(a: A) { macro_rules! m { ($t:ty) => { impl $t { fn g(&self) { hook!(); } } } } }",
        "self",
    );
    check("fn f(a: A) { macro_rules! m { () => { => hook!() <= } } }", "a");
}

#[test]
fn what_a_hook_is_told_to_evaluate_is_captured_with_it() {
    check(
        "fn f(a: A, b: B) { x(|| { hook!(\"{a}\", when = b == 2); }); }",
        "a~ b~",
    );
    check("fn f(a: A, b: B) { x(|| { hook!(\"{}\", a); }); }", "a~ b~~");
}

#[test]
fn what_the_text_may_move() {
    let moved = |source: &str, expect: &str| {
        let scopes = scopes(source);
        let site = scopes.sites.last().unwrap();
        let names = site
            .visible
            .iter()
            .filter(|visible| scopes.may_be_moved(visible.binding));
        let names: Vec<_> = names
            .map(|visible| scopes.bindings[visible.binding].ident.to_string())
            .collect();
        assert_eq!(names.join(" "), expect, "{source}");
    };
    moved("fn f(a: A, b: B, c: C) { x(&a, &mut b); c += 1; hook!(); }", "");
    moved("fn f(a: A, b: B) { println!(\"{a} {}\", b); hook!(); }", "");
    moved("fn f(a: A, b: B, c: C) { x(a); b.c(); let d = c; hook!(); }", "a b c");
    moved(
        "fn f(a: A, b: B, c: C) { for d in a {} match b {} C { c }; hook!(); }",
        "a b c",
    );
    moved("fn f(a: A) { x(|| &a.b); hook!(); }", "");
    moved(
        "fn f(a: A, b: B) { x(move || &a); async move { &mut b }; hook!(); }",
        "a b",
    );
    moved("fn f(a: A) { job! { a }; hook!(); }", "a");
    moved("fn f() { x(move || { let a = 1; &a; hook!(); }); }", "");
}

#[test]
fn macros_that_stand_between() {
    let across = |source: &str, expect: &str| {
        let scopes = scopes(source);
        let site = scopes.sites.last().unwrap();
        let names = site
            .visible
            .iter()
            .filter(|visible| scopes.across_macro(site, visible.binding));
        let names: Vec<_> = names
            .map(|visible| scopes.bindings[visible.binding].ident.to_string())
            .collect();
        assert_eq!(names.join(" "), expect, "{source}");
    };
    across("fn f<const N: usize>(a: A) { let b = 1; hook!(); }", "");
    across("fn f<const N: usize>(a: A) { job! { let b = 1; hook!(); } }", "a");
    across(
        "fn f(a: A) { job! { let b = 1; other! { let c = 1; hook!(); } } }",
        "a b",
    );
    across("fn f(a: A) { job! { || { let b = 1; hook!(); } } }", "a");
}

#[test]
fn cfgs() {
    let scopes = scopes("fn f(a: u8) { #[cfg(x)] let a = 1; hook!(); }");
    let cfgs: Vec<_> = scopes.sites[0]
        .visible
        .iter()
        .map(|visible| visible.cfgs[0].to_string())
        .collect();
    assert_eq!(cfgs, ["not (all (x))", "x"]);
}

#[test]
fn where_a_hook_may_vanish_nothing_depends_on_it() {
    let conditional = |source| scopes(source).sites[0].conditional;
    assert!(!conditional("fn f() { hook!(); }"));
    assert!(conditional("fn f() { #[cfg(x)] { hook!(); } }"));
    assert!(conditional("fn f() { #[cfg(x)] hook!(); }"));
    assert!(conditional("fn f() { println!(\"{}\", { hook!(); 1 }); }"));
}
