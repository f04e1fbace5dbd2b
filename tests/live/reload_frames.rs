//! `:reload` beside frames that go on in old code, and beside values that old code made.

use std::fs;

use super::merged;
use crate::support::{Package, run, succeeds};

/// A function `look` that is edited, a place that keeps values, and a frame that goes on.
const PROGRAM: &str = r#"
#![allow(dead_code, unused)]
use std::any::Any;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use hookable::{hook, hookable};

static KEPT: Mutex<Vec<Box<dyn Any + Send>>> = Mutex::new(Vec::new());

fn keep() {}

fn look() -> String {
    "nothing".into()
}

fn polled<F: Future>(future: F) -> F::Output {
    match Box::pin(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!(),
    }
}

/// The first two futures are made before the reload, the others after it.
fn futures() -> usize {
    let mut all = Vec::new();
    for n in 0..4 {
        let text = format!("text {n}");
        all.push(async move { text.len() });
        if n == 1 {
            stop();
        }
    }
    all.into_iter().map(polled).sum()
}

fn numbers() -> impl Iterator<Item = usize> {
    0..3
}

async fn counted(n: usize) -> usize {
    let held = [n; 2];
    let mut first = true;
    std::future::poll_fn(move |_| if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }).await;
    held.iter().sum()
}

/// What is opaque is held by a frame during the reload: an iterator, and a future that was polled once.
fn opaque() -> (usize, usize) {
    let mut sum = 0;
    let mut future = Box::pin(counted(1));
    let mut waiting = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut waiting).is_pending());
    for n in numbers() {
        if n == 1 {
            stop();
        }
        sum += n;
    }
    match future.as_mut().poll(&mut waiting) {
        Poll::Ready(n) => (sum, n),
        Poll::Pending => unreachable!(),
    }
}

fn sum_of<T: Copy + Into<u64>, const N: usize>(numbers: [T; N]) -> u64 {
    numbers.iter().map(|&n| n.into()).sum()
}

struct Counter;
impl Counter {
    fn next() -> u64 {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }
}

#[hookable]
fn stop() {
    let here = 1;
    hook!();
}

fn main() {
    keep();
    println!("look: {} {}", look(), Counter::next());
    println!("futures: {}", futures());
    println!("futures: {}", futures());
    println!("opaque: {:?}", opaque());
    println!("opaque: {:?}", opaque());
    println!("sum: {}", sum_of([1_u8, 2, 3]));
}
"#;

/// A name, edits of the program's text, and the lines that are typed behind them.
type Step<'s> = (&'s str, &'s [(&'s str, &'s str)], &'s str);

/// Types at the first hook, between edits, and at the second that the program ends. What is said has the expected texts
/// in order.
#[track_caller]
fn check(name: &str, steps: &[Step<'_>], expected: &[&str]) {
    let package = Package::new(name).main(PROGRAM);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let source = package.path().join("src/main.rs");
    let (mut script, mut text) = (String::new(), PROGRAM.to_owned());
    for (number, (edited, edits, lines)) in steps.iter().enumerate() {
        if *edited == "from the beginning" {
            text = PROGRAM.to_owned();
        }
        for (from, to) in *edits {
            assert_eq!(text.matches(from).count(), 1, "{from}");
            text = text.replace(from, to);
        }
        let version = package.path().join(format!("{number}.rs"));
        fs::write(&version, &text).unwrap();
        script += &format!("let _ = std::fs::copy({version:?}, {source:?}).unwrap();\n{lines}\n");
    }
    let said = run(&mut merged(&package.executable("debug"), &[]), &(script + ":off\n:c\n"));
    assert_eq!(said.code, Some(0), "{}", said.stdout);
    let mut rest = said.stdout.as_str();
    for expected in expected {
        let at = rest.find(expected);
        rest = &rest[at.unwrap_or_else(|| panic!("{expected}\n{}", said.stdout)) + expected.len()..];
    }
}

#[test]
fn a_frame_has_values_of_a_coroutine_that_has_another_layout_now() {
    let larger = "async move { let all = [text.len(); 64]; std::future::ready(()).await; all.iter().sum::<usize>() }";
    let edits = &[("async move { text.len() }", larger)][..];
    check(
        "live_reload_coroutine",
        &[("on", edits, ":reload")],
        &[
            "replaced live_reload_coroutine::futures",
            "futures: 24",
            "futures: 1536",
        ],
    );
}

#[test]
fn a_frame_has_what_an_opaque_type_was_before() {
    check(
        "live_reload_opaque",
        &[(
            "on",
            &[
                ("0..3", "vec![1, 10, 100].into_iter().chain([1000; 3])"),
                ("[n; 2]", "vec![n; 200]"),
            ],
            ":c\n:c\n:reload",
        )],
        &[
            "new code calls the new live_reload_opaque::counted",
            "new code calls the new live_reload_opaque::numbers",
            "opaque: (3, 2)",
            "opaque: (3111, 200)",
        ],
    );
}

#[test]
fn a_type_that_was_taken_back_comes_again_with_other_fields() {
    let first = "struct P { a: u64 }\nfn keep() { KEPT.lock().unwrap().push(Box::new(P { a: 5 })) }";
    let shown = "if let Some(p) = KEPT.lock().unwrap()[0].downcast_ref::<P>() { return format!(\"{:?}\", p.a) }\n    \"nothing\"";
    let other = ("fn keep() {}", "struct P { a: String }\nfn keep() {}");
    let same = ("fn keep() {}", "struct P { a: u64 }\nfn keep() {}");
    check(
        "live_reload_undone_type",
        &[
            ("on", &[("fn keep() {}", first)], ":reload\nkeep()\n:reload undo"),
            (
                "from the beginning",
                &[other, ("\"nothing\"", shown)],
                ":reload\nlook()",
            ),
            ("from the beginning", &[same, ("\"nothing\"", shown)], ":reload\nlook()"),
        ],
        &[
            "the functions are as they were before the last reload",
            "struct `P` (src/main.rs:10): values of it are in memory as they were",
            "\"nothing\"",
            "replaced live_reload_undone_type::look",
            "\"5\"",
        ],
    );
}

#[test]
fn a_closure_within_a_generic_function() {
    check(
        "live_reload_within_generic",
        &[("on", &[("n.into())", "n.into() * 10)")], ":reload\n:c")],
        &["replaced live_reload_within_generic::sum_of", "sum: 60"],
    );
}

#[test]
fn a_static_in_an_impl_keeps_what_it_has() {
    let (before, behind) = ("struct Counter;", "#[hookable]\nfn stop() {");
    let more = "impl Clone for Counter { fn clone(&self) -> Self { Counter } }";
    let changed = ("\"nothing\"", "\"something\"");
    check(
        "live_reload_renumbered",
        &[
            ("on", &[(before, &format!("{before}\n{more}")), changed], ":reload"),
            (
                "from the beginning",
                &[(behind, &format!("{more}\n{behind}")), changed],
                ":reload",
            ),
        ],
        &[
            "these statics would begin anew, since an impl or a block before them came or went",
            "`live_reload_renumbered::Counter::next::NEXT`",
            "replaced live_reload_renumbered::look",
        ],
    );
}

#[test]
fn a_kept_future_of_an_old_body_is_gone() {
    check(
        "live_reload_kept_future",
        &[
            (
                "on",
                &[],
                "let mut f = Box::pin(counted(1));\nlet r = (&here, counted(2));\nlet n = 5;\n(&r).0",
            ),
            ("on", &[("[n; 2]", "vec![n; 200]")], ":reload\nf\n(&r).0\nn"),
        ],
        &[
            "1\n",
            "new code calls the new live_reload_kept_future::counted",
            "`f` is gone: a body that its type follows from was reloaded",
            "`r` is gone: a body that its type follows from was reloaded",
            "`f` cannot be used here",
            "error",
            "`r`",
            "5\n",
        ],
    );
}
