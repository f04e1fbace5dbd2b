//! The plan without rustc: `name` writable, `name?` readable, `name=` copied, `name!` left out.

use syn::ItemFn;

use super::{CapturePlan, Level, Typing, Unasked, ambitious, conservative};
use crate::scope::{Scopes, walk};
use crate::syntax::hook::mark;

fn check(source: &str, expect: &str) {
    check_plan(&conservative, source, expect);
}

/// As `check`, at the last hook.
fn check_last(source: &str, expect: &str) {
    let (scopes, plan) = planned(&conservative, source);
    check_site(&scopes, &plan, scopes.sites.len() - 1, source, expect);
}

fn check_plan(plan: &dyn Fn(&Scopes) -> CapturePlan, source: &str, expect: &str) {
    let (scopes, plan) = planned(plan, source);
    check_site(&scopes, &plan, 0, source, expect);
}

fn planned(plan: &dyn Fn(&Scopes) -> CapturePlan, source: &str) -> (Scopes, CapturePlan) {
    let mut item: ItemFn = syn::parse_str(source).expect("the test is a function");
    let hooks = mark(&mut item.block, false, &mut Vec::new());
    let scopes = walk(&item.attrs, &item.sig, &item.block, None, &hooks);
    let plan = plan(&scopes);
    (scopes, plan)
}

fn check_site(scopes: &Scopes, plan: &CapturePlan, site: usize, source: &str, expect: &str) {
    let names = scopes.sites[site]
        .visible
        .iter()
        .zip(&plan[site])
        .map(|(visible, capture)| {
            let level = match capture.level {
                Level::Unique => "",
                Level::Shared => "?",
                Level::Copied => "=",
                Level::Snapshot | Level::None => "!",
            };
            format!("{}{level}", scopes.bindings[visible.binding].ident)
        });
    assert_eq!(names.collect::<Vec<_>>().join(" "), expect, "{source}");
}

#[test]
fn what_nothing_has_named_is_writable() {
    check(
        "fn f(mut a: String, b: &str) { let mut c = vec![1]; hook!(); drop(a); }",
        "a b? c",
    );
    check("fn f(mut a: String) { println!(\"{a} {}\", a); hook!(); }", "a");
}

#[test]
fn what_a_planted_hook_leaves_alone() {
    check("fn f(a: A, b: B, c: u8) { hook!(without = \"a b\"); }", "a! b! c");
    check(
        "fn f(a: A) { let b = move || { hook!(without = \"a\"); drop(a); }; }",
        "a!",
    );
}

#[test]
fn what_a_planted_hook_copies() {
    let check_ambitious = |source, expect| check_plan(&|scopes| ambitious(scopes, &Unasked), source, expect);
    let source = "fn f(a: A, b: u8) { hook!(copied = \"a\"); }";
    check_ambitious(source, "a= b");
    // Whether the type is `Copy`, only rustc knows.
    check(source, "a! b");
    check_ambitious("fn f(a: A) { hook!(copied = \"a\", without = \"a\"); }", "a!");
    check_ambitious(
        "fn f(a: A, b: B) { let c = move || { hook!(copied = \"a b\"); drop(a); }; }",
        "a= b!",
    );
}

#[test]
fn what_may_be_moved_or_borrowed_is_left_out() {
    check("fn f(a: A) { drop(a); hook!(); }", "a!");
    check("fn f(a: A) { let r = &mut a; hook!(); }", "a! r!");
    check("fn f(a: A) { let r = a.iter(); hook!(); }", "a! r!");
    check("fn f(a: A) { g(&a); hook!(); }", "a?");
    check("fn f(a: A) { loop { hook!(); drop(a); } }", "a!");
    check("fn f() { let x; hook!(); x = 1; }", "x!");
    check("fn f(a: A) { for b in a { hook!(); } }", "a! b!");
    check(
        "fn f(a: A) { macro_rules! m { () => { drop(a) } } m!(); hook!(); }",
        "a!",
    );
}

/// A macro of the user's that is called as one of std's is told by its arguments, where they are none for that.
#[test]
fn what_std_does_not_format_may_be_moved() {
    check("fn f(mut a: A) { println!(a); hook!(); }", "a!");
    check("fn f(mut a: A) { let b = format!(a, b); hook!(); }", "a! b!");
    check("fn f(mut a: A) { write!(f, a); hook!(); }", "a!");
    check("fn f(mut a: A) { write!(f, \"{}\", a); hook!(); }", "a");
    check("fn f(mut a: A) { println!(concat!(\"{}\", \"x\"), a); hook!(); }", "a");
    check("fn f(mut a: A) { assert!(true, a); hook!(); }", "a!");
    check("fn f(mut a: A) { assert_eq!(a, 1, \"{}\", 2); hook!(); }", "a");
    check("fn f(mut a: A) { assert_eq!(a, 1); hook!(); }", "a!");
    check("fn f(a: u8) { assert_eq!(a, 1); hook!(); }", "a?");
    check("fn f(mut a: u8) { let b = vec![a]; hook!(); }", "a! b!");
    check("fn f(a: u8) { let b = dbg!(a); hook!(); }", "a? b!");
    check("fn f(a: A) { dbg!(&a); matches!(a, A(1)); hook!(); }", "a!");
    check(
        "fn f(mut a: u8) { println!(\"{}\", vec![a].len()); println!(\"{a}\"); hook!(); }",
        "a!",
    );
}

/// A closure captures what the arguments of a hook in it name, and such an argument may move it.
#[test]
fn what_the_arguments_of_hooks_name() {
    check_last(
        "fn f(n: u8) { let c = || { hook!(when = n > 1); 1 }; hook!(); c(); }",
        "n? c!",
    );
    check_last(
        "fn f(a: A) { let c = || { hook!(when = a.is()); 1 }; hook!(); c(); }",
        "a! c!",
    );
    check_last(
        "fn f(a: A) { let c = || { hook!(when = { a += 1; a > 1 }); 1 }; hook!(); c(); }",
        "a! c!",
    );
    check("fn f(a: A) { hook!(when = full(a)); }", "a!");
    check("fn f(n: u8) { hook!(when = n > 1); }", "n");
}

/// All traits are asked for only of what is surely a number or the like, since an impl may be for some lifetimes only.
#[test]
fn what_is_asked_of_types() {
    let check = |source: &str, expected: Typing| {
        let (_, plan) = planned(&conservative, source);
        assert_eq!(plan[0][0].typing, expected, "{source}");
    };
    check("fn f(a: u8) { hook!(); }", Typing::Full);
    check("fn f(a: u8) { g(a); hook!(); }", Typing::Full);
    check("fn f(a: Vec<u8>) { hook!(); }", Typing::OfStd);
    check("fn f(a: Held) { hook!(); }", Typing::OfStd);
    check("fn f() { let a = new(); hook!(); }", Typing::OfStd);
    check("fn f(a: Held) { g(a); hook!(); }", Typing::Named);
    check("fn f() { |a: Held| { g(a); hook!(); }; }", Typing::Unknown);
}

#[test]
fn what_is_surely_a_binding_can_be_written() {
    check("fn f() { let unit = new(); hook!(); }", "unit?");
    check("fn f() { let mut a = new(); hook!(); }", "a");
    check("fn f() { let a = 1; hook!(); }", "a");
}

#[test]
fn what_is_surely_copied_stays() {
    check("fn f(n: u8) { g(n); hook!(); }", "n");
    check("fn f() { let n = 1; let c = || n; hook!(); }", "n? c!");
    check("fn f() { let mut n = 1; n += 1; hook!(); }", "n");
}

#[test]
fn what_can_only_be_read_is() {
    check("fn f<const N: usize>(&self) { hook!(); }", "N? self?");
    check("fn f(&mut self) { hook!(); }", "self?");
    check("fn f(a: A) { x(|| { hook!(); a }); }", "a!");
}
