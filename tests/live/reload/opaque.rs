//! Edits of what has a type that follows from a body: coroutines, closures, and what is returned as an `impl Trait`.

use super::edits::{Edit, edit};

/// Returns the text of a module in which futures are polled by hand: `again` is pending once, `polled` polls a future
/// once, and `ended` polls it to its end.
macro_rules! polling {
    ($text:literal) => {
        concat!(
            "use std::task::{Context, Poll, Waker};\n\
             fn polled<F: Future + ?Sized>(future: &mut std::pin::Pin<Box<F>>) -> Option<F::Output> {\n    \
             match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) { Poll::Ready(n) => Some(n), Poll::Pending => None }\n}\n\
             async fn again() { let mut first = true; std::future::poll_fn(move |_| if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }).await }\n\
             fn ended<F: Future>(future: F) -> F::Output { let mut future = Box::pin(future); loop { if let Some(n) = polled(&mut future) { return n } } }\n",
            $text
        )
    };
}

/// Edits that the running program follows.
pub(super) const OPAQUE: &[Edit] = &[
    edit(
        "async_fn",
        polling!("async fn later() -> i32 { again().await; 1 }\npub fn run() -> i32 { ended(later()) }"),
        &[("again().await; 1 }", "again().await; 2 }")],
        ("1", "2"),
        &["new code calls the new later"],
    ),
    edit(
        "async_state",
        polling!("async fn later() -> i32 { again().await; 1 }\npub fn run() -> i32 { ended(later()) }"),
        &[(
            "again().await; 1 }",
            "let all = [1; 300]; again().await; again().await; all.iter().sum() }",
        )],
        ("1", "300"),
        &["new code calls the new later"],
    ),
    edit(
        "async_within",
        polling!(
            "async fn inner() -> i32 { again().await; 1 }\nasync fn outer() -> i32 { let n = 3; inner().await * n }\npub fn run() -> i32 { ended(async { outer().await + 1 }) }"
        ),
        &[(
            "again().await; 1 }",
            "let all = [1; 300]; again().await; all.iter().sum() }",
        )],
        ("4", "901"),
        &["new code calls the new inner"],
    ),
    edit(
        "async_suspended",
        polling!(
            "type Kept = std::pin::Pin<Box<dyn Future<Output = i32> + Send>>;\n\
         static KEPT: std::sync::Mutex<Option<Kept>> = std::sync::Mutex::new(None);\n\
         async fn later(by: i32) -> i32 { let all = [by; 4]; again().await; all.iter().sum() }\n\
         pub fn run() -> String {\n    let mut kept = KEPT.lock().unwrap();\n    let kept = kept.get_or_insert_with(|| Box::pin(later(1)));\n    \
         format!(\"{:?} {}\", polled(kept), ended(later(2)))\n}"
        ),
        &[
            ("[by; 4]; again()", "[by; 400]; let more = vec![by]; again()"),
            ("all.iter().sum()", "all.iter().chain(&more).sum()"),
        ],
        ("None 8", "Some(4) 802"),
        &["new code calls the new later"],
    ),
    edit(
        "async_generic",
        polling!(
            "async fn later<T: Copy + Into<i64>>(n: T) -> i64 { again().await; n.into() }\npub fn run() -> i64 { ended(later(1_u8)) + ended(later(2_i32)) }"
        ),
        &[(
            "again().await; n",
            "let all = [n; 50]; again().await; all[49].into() * 2 + n",
        )],
        ("3", "9"),
        &["new code calls the new later"],
    ),
    edit(
        "async_method",
        polling!(
            "trait T { fn get(&self) -> impl Future<Output = i32>; }\nstruct A(i32);\nimpl T for A { async fn get(&self) -> i32 { again().await; self.0 } }\nfn by<X: T>(x: X) -> i32 { ended(x.get()) }\npub fn run() -> i32 { by(A(3)) }"
        ),
        &[(
            "again().await; self.0",
            "let all = [self.0; 9]; again().await; all.iter().sum()",
        )],
        ("3", "27"),
        &["new code calls the new <A as T>::get"],
    ),
    edit(
        "async_signature",
        polling!("async fn later(n: u8) -> i32 { again().await; n.into() }\npub fn run() -> i32 { ended(later(1)) }"),
        &[
            (
                "n: u8) -> i32 { again().await; n.into() }",
                "n: i32, m: i32) -> i32 { let all = [m; 9]; again().await; n + all[8] }",
            ),
            ("later(1)", "later(1, 5)"),
        ],
        ("1", "6"),
        &["added later", "replaced run"],
    ),
    edit(
        "opaque",
        "fn all() -> impl Iterator<Item = u8> { 0..3 }\npub fn run() -> u8 { all().map(|n| n + 1).sum() }",
        &[("{ 0..3 }", "{ vec![1, 2].into_iter().chain([50; 2]) }")],
        ("6", "107"),
        &["new code calls the new all"],
    ),
    edit(
        "opaque_closure",
        "fn make(by: i32) -> impl Fn(i32) -> i32 { move |n| n + by }\nfn twice(f: impl Fn(i32) -> i32) -> i32 { f(1) + f(2) }\npub fn run() -> i32 { twice(make(1)) }",
        &[(
            "{ move |n| n + by }",
            "{ let all = vec![by; 3]; move |n| n + all.iter().sum::<i32>() }",
        )],
        ("5", "9"),
        &["new code calls the new make"],
    ),
    edit(
        "captures_kept",
        "use std::sync::Mutex;\nstatic KEPT: Mutex<Option<Box<dyn Fn() -> String + Send>>> = Mutex::new(None);\n\
         fn boxed<T: Send + 'static>(held: T, f: impl Fn(&T) -> String + Send + 'static) -> Box<dyn Fn() -> String + Send> { Box::new(move || f(&held)) }\n\
         fn make() -> Box<dyn Fn() -> String + Send> { let (a, b) = (7_u64, String::from(\"b\")); boxed((), move |()| format!(\"{a} {b}\")) }\n\
         pub fn run() -> String { let made = make(); let shown = KEPT.lock().unwrap().get_or_insert_with(make)(); let taken = KEPT.lock().unwrap().take().unwrap(); let after = taken(); drop(taken); *KEPT.lock().unwrap() = Some(made); format!(\"{shown}, {after}\") }",
        &[
            ("(7_u64, String::from(\"b\"))", "(String::from(\"a\"), vec![1_u8; 3])"),
            ("{a} {b}", "{b:?} {a}"),
        ],
        ("7 b, 7 b", "7 b, 7 b"),
        &["replaced make"],
    ),
    // What was made a `dyn T` has the table that it was made with.
    edit(
        "default_overridden",
        "use std::sync::Mutex;\ntrait T { fn name(&self) -> &'static str { \"default\" } }\nstruct A;\nimpl T for A {}\n\
         static KEPT: Mutex<Option<Box<dyn T + Send>>> = Mutex::new(None);\n\
         pub fn run() -> String { let mut kept = KEPT.lock().unwrap(); let kept = kept.get_or_insert_with(|| Box::new(A)); let new: Box<dyn T> = Box::new(A); format!(\"{} {}\", kept.name(), new.name()) }",
        &[(
            "impl T for A {}",
            "impl T for A { fn name(&self) -> &'static str { \"own\" } }",
        )],
        ("default default", "default own"),
        &["added <A as T>::name"],
    ),
];
