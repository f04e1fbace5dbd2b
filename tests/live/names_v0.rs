//! A program whose symbols are of the scheme v0, as those of nightly compilers are: they do not tell signatures or what
//! closures capture, and they have the types that generic functions were made with.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"use std::task::{Context, Poll, Waker};

use hookable::{hook, hookable};

#[hookable]
fn turn(n: u32) -> u32 {
    let before = n;
    hook!();
    let doubled = double(before);
    doubled + 1
}

fn double(n: u32) -> u32 {
    let twice = apply(|m| m + n, n);
    twice
}

fn apply<F: Fn(u32) -> u32>(f: F, n: u32) -> u32 {
    let done = f(n);
    done
}

#[hookable]
async fn later(n: u32) -> u32 {
    let kept = n;
    std::future::ready(()).await;
    hook!();
    kept * 10
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!(),
    }
}

fn round(n: u32) {
    let turned = turn(n);
    println!("{turned} {}", now(later(n)));
}

fn main() {
    for n in 1..8 {
        round(n);
    }
}
"#;

#[test]
fn a_whole_session() {
    let package = Package::new("live_v0").main(MAIN);
    succeeds(&mut package.cargo(&["rustc", "-q", "--", "-Csymbol-mangling-version=v0"]));
    let edited = MAIN
        .replace("|m| m + n, n", "|m| m + n + extra, n")
        .replace("kept * 10", "kept * 100");
    let package = package.main(&edited.replace("    let twice", "    let extra = 1000;\n    let twice"));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            ("n + before", "2"),
            ("let all = vec![n];", ""),
            // A second hook in a function, and one in an instance that was made with a closure.
            (
                ":break 10 apply",
                "hook 2 is planted at src/main.rs:10 in turn\nhook 3 is planted at src/main.rs:19 in apply\n\
                 the call of the function that is stopped here goes on without it: it stops from the next call on",
            ),
            (":disable 1 4", ""),
            (":c", ""),
            ("f(n)", "2"),
            (":c", "3 10"),
            ("n", "2"),
            (":c", ""),
            ("doubled", "4"),
            (":delete 2 3", ""),
            // A closure captures more, and a coroutine is another.
            (
                ":reload",
                "replaced live_v0::double (src/main.rs:13)\nreplaced live_v0::turn (src/main.rs:6)\n\
                 new code calls the new live_v0::apply (src/main.rs:19), from the next call of `live_v0::double` on: what runs or is kept of it goes on as it was\n\
                 new code calls the new live_v0::later (src/main.rs:25), from the next call of `live_v0::round` on: what runs or is kept of it goes on as it was\n\
                 what is made but once, as a router, keeps the old code: restart to get the new there, or have a plain `fn` do what changes, which is replaced for all that call it\n\
                 the function at this hook goes on in its old code, and so does what is typed here",
            ),
            ("all", "[1]"),
            (":trace double n", "trace 5 is planted at src/main.rs:14 in double"),
            (":enable 1 4", ""),
            // The future of before goes on in the old body.
            (":c", ""),
            ("kept", "2"),
            (":c", "5 20"),
            (
                ":next",
                "this call of `turn` has no hooks before its statements: `:c` goes on with it. The next call has them: hook 6 stops at \
                 its beginning, and there `:next` goes on to the next statement. A function with `#[hookable(step)]` has them in every call",
            ),
            (":c", "src/main.rs:14 double: n = 3"),
            ("kept * 100", "300"),
            (":c", "1007 300"),
            (":next", ""),
            ("before", "4"),
            (":return 7", "the function returns: 7"),
            (
                ":breaks",
                "1  src/main.rs:8 in turn, hit 2 times\n4  src/main.rs:27 in later, hit once\n\
                 5  src/main.rs:14 in double, traces n, hit once\n7  src/main.rs:28 in later, hit 2 times",
            ),
            (":disable 1 7", ""),
            (":delete 5", ""),
        ],
        "7 400\n1011 500\n1013 600\n1015 700",
    );
}

const GENERIC: &str = r#"use hookable::{hook, hookable};

#[hookable]
fn repeated<T: Clone>(seed: T) -> Vec<T> {
    let n = 2;
    hook!();
    vec![seed; n as usize]
}

#[hookable]
fn main() {
    println!("{:?} {:?}", repeated("s"), repeated('c'));
    let n = 5;
    hook!();
    println!("{n}");
}
"#;

/// A line may give a local a type that rustc infers in another way without it, and the slot's name has that type then.
/// It is refused, and the next line runs.
#[test]
fn a_line_that_gives_a_local_another_type() {
    let package = Package::new("live_v0_types").main(GENERIC);
    succeeds(&mut package.cargo(&["rustc", "-q", "--", "-Csymbol-mangling-version=v0"]));
    let refused =
        "error[E0308]: mismatched types\n --> hook:1:5\n | n = u64::MAX\n |     ^^^^^^^^ expected `i32`, found `u64`";
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            ("n = u64::MAX", refused),
            ("n + 1", "3"),
            (":c", ""),
            ("n = 1", ""),
            ("n = u64::MAX", refused),
            (":c", "[\"s\", \"s\"] ['c']"),
            ("n = u64::MAX", refused),
            ("n + 1", "6"),
        ],
        "5",
    );
}
