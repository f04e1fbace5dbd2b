//! The plan without rustc: `name` writable, `name?` readable, `name=` copied, `name!` left out.

use syn::ItemFn;

use super::{CapturePlan, Level, Unasked, ambitious, conservative};
use crate::scope::{Scopes, walk};
use crate::syntax::hook::mark;

fn check(source: &str, expect: &str) {
    check_plan(&conservative, source, expect);
}

fn check_plan(plan: &dyn Fn(&Scopes) -> CapturePlan, source: &str, expect: &str) {
    let mut item: ItemFn = syn::parse_str(source).expect("the test is a function");
    let hooks = mark(&mut item.block, false, &mut Vec::new());
    let scopes = walk(&item.attrs, &item.sig, &item.block, None, &hooks);
    let plan = plan(&scopes);
    let names = scopes.sites[0].visible.iter().zip(&plan[0]).map(|(visible, capture)| {
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
    check("fn f(a: A, b: &B) { let c = new(); hook!(); drop(a); }", "a b c");
    check("fn f(a: A) { println!(\"{a} {}\", a); hook!(); }", "a");
}

#[test]
fn what_a_planted_hook_leaves_alone() {
    check("fn f(a: A, b: B, c: C) { hook!(without = \"a b\"); }", "a! b! c");
    check(
        "fn f(a: A) { let b = move || { hook!(without = \"a\"); drop(a); }; }",
        "a!",
    );
}

#[test]
fn what_a_planted_hook_copies() {
    let check_ambitious = |source, expect| check_plan(&|scopes| ambitious(scopes, &Unasked), source, expect);
    let source = "fn f(a: A, b: B) { hook!(copied = \"a\"); }";
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
    check("fn f(&mut self) { hook!(); }", "self");
    check("fn f(a: A) { x(|| { hook!(); a }); }", "a!");
}
