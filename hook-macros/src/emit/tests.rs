//! What a build has at a hook of what rustc was asked.

use syn::ItemFn;

use super::{Context, EmitStyle, Planned, hooked};
use crate::plan::{Abilities, Capture, State, Unasked, ambitious};
use crate::scope::walk;
use crate::syntax::function::Function;
use crate::syntax::hook::{keys, mark};

/// Returns the code of a function whose hooks capture as much as they can, if a probe was told this of each type.
fn emitted(source: &str, told: &str, lower: &dyn Fn(&mut Capture)) -> String {
    let item: ItemFn = syn::parse_str(source).expect("the test is a function");
    let mut function = Function::from(item);
    let hooks = mark(&mut function.block, false, &mut Vec::new());
    let scopes = walk(&function.attrs, &function.sig, &function.block, None, &hooks);
    let mut plan = ambitious(&scopes, &Unasked);
    plan.iter_mut().flatten().for_each(lower);
    let told = Abilities::read(told);
    let context = Context {
        hooks: &hooks,
        keys: &keys(&hooks),
        scopes: &scopes,
        generics: &[],
    };
    let planned = Planned {
        context,
        plan: &plan,
        edges: &[],
        abilities: &plan
            .iter()
            .map(|captures| vec![told; captures.len()])
            .collect::<Vec<_>>(),
    };
    let style = EmitStyle::Final {
        note: None,
        build: None,
    };
    let code = hooked(&function, &planned, style).to_string().replace(' ', "");
    code.replace("hookable::__private::", "")
}

#[track_caller]
fn check(told: &str, lower: &dyn Fn(&mut Capture), has: &[&str], has_not: &[&str]) {
    let code = emitted("fn f(a: u8) { hook!(); hook!(); }", told, lower);
    for wanted in has {
        assert!(code.contains(wanted), "no {wanted}: {code}");
    }
    for unwanted in has_not {
        assert!(!code.contains(unwanted), "{unwanted}: {code}");
    }
}

#[test]
fn what_was_told_is_named() {
    let all = "writable::<_,(Yes,No,No,Yes,YesFrom<'_>)>(&muta)";
    check("10011", &|_| (), &[all], &["late", "marker", "match()"]);
    let read = |capture: &mut Capture| *capture = Capture::read_only("no `mut`");
    check("00000", &read, &["readable::<_,", "(&a)"], &["late", "marker", "Yes"]);
}

#[test]
fn what_was_not_told_is_found_behind_the_body() {
    check(
        "",
        &|_| (),
        &["late0", "marker0.__hookable_writable()(&muta)", "resolve!"],
        &["writable::<"],
    );
    // Only code that never runs may mention what was moved.
    let moved = |capture: &mut Capture| *capture = Capture::refused(State::Moved, "moved");
    check(
        "10011",
        &moved,
        &["late0", "marker0.__hookable_type()"],
        &["readable", "writable"],
    );
}
