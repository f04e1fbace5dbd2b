//! Hooks in an `async fn` of a library that only the program awaits, so that rustc made its code there.

use super::{merged, typed};
use crate::support::{Package, root, succeeds};

const LIBRARY: &str = r#"use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

hookable::this_crate!();

pub struct Db(pub Vec<u32>);

pub async fn turn() {
    let mut polled = false;
    std::future::poll_fn(|_| match std::mem::replace(&mut polled, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await
}

async fn find(db: &Db, key: usize) -> Option<u32> {
    let found = db.0.get(key);
    turn().await;
    let found = found.copied();
    found
}

impl Db {
    pub async fn sum(&self, keys: &[usize]) -> u32 {
        let mut sum = 0;
        for key in keys {
            let one = find(self, *key).await.unwrap_or(100);
            sum += one;
        }
        sum
    }

    pub async fn twice(self, n: u32) -> u32 {
        let owned = String::from("ab");
        let inner = async move {
            turn().await;
            let len = owned.len() as u32;
            len * n
        };
        let got = inner.await;
        got + self.0.len() as u32
    }
}

pub trait Load {
    fn load(&self, n: u32) -> impl Future<Output = u32>;
}

impl Load for Db {
    async fn load(&self, n: u32) -> u32 {
        let doubled = n * 2;
        turn().await;
        doubled + self.0[0]
    }
}

pub async fn either(first: bool) -> u32 {
    let (a, b) = (async { turn().await; 1 }, async { turn().await; 2 });
    match first {
        true => a.await,
        false => b.await,
    }
}

pub async fn generic<T: Copy>(value: T) -> T {
    turn().await;
    let copy = value;
    copy
}

pub fn poll<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

pub fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Some(value) = poll(future.as_mut()) {
            return value;
        }
    }
}
"#;

const MAIN: &str = r#"use std::pin::pin;

use hookable::{hook, hookable};
use live_elsewhere_db::{Db, Load, either, generic, now, poll};

#[hookable]
fn stop(round: u32) {
    hook!();
    let _ = round;
}

fn main() {
    let db = Db(vec![10, 20]);
    let mut suspended = pin!(db.sum(&[0, 1, 2]));
    assert_eq!(poll(suspended.as_mut()), None);
    for round in 1..=2 {
        stop(round);
        println!("{:?}", poll(suspended.as_mut()));
        println!("{} {}", now(db.load(round)), now(Db(vec![round]).twice(round)));
        println!("{} {}", now(either(round == 1)), now(generic(round)));
    }
}
"#;

/// Builds the library and the program, each in a package.
fn package() -> Package {
    let hookable = root().display();
    let manifest = format!(
        "[package]\nname = \"live_elsewhere_db\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n\
         hookable = {{ path = \"{hookable}\" }}\n"
    );
    let package = Package::new("live_elsewhere")
        .manifest("live_elsewhere_db = { path = \"db\" }\n")
        .file("db/Cargo.toml", &manifest)
        .file("db/src/lib.rs", LIBRARY)
        .main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    package
}

#[test]
fn futures_that_another_crate_polls() {
    typed(
        &mut merged(&package().executable("debug"), &[]),
        &[
            (
                ":break db/src/lib.rs:21",
                "hook 2 is planted at db/src/lib.rs:21 in find",
            ),
            (
                ":break db/src/lib.rs:29",
                "hook 3 is planted at db/src/lib.rs:29 in Db::sum",
            ),
            (
                ":trace db/src/lib.rs:39 len",
                "trace 4 is planted at db/src/lib.rs:39 in Db::twice",
            ),
            (
                ":break db/src/lib.rs:54",
                "hook 5 is planted at db/src/lib.rs:54 in Db::load",
            ),
            (
                ":break generic",
                "no hook was planted: the program has no code of that `async fn` that could be replaced. Nothing awaits it, or it has type \
                 parameters, or closures that cannot be told apart, and rustc compiled it in the crate that awaits it: a `hook!` in its source \
                 stops in it, after a build",
            ),
            (":c", ""),
            // The future was suspended before anything was planted.
            ("found", "Some(10)"),
            (":c", ""),
            ("one", "10"),
            ("one = 11", ""),
            ("now(turn())", ""),
            (":delete 2", ""),
            (":c", "None"),
            ("doubled", "2"),
            ("doubled += 1; self.0.len()", "2"),
            (":c", "db/src/lib.rs:39 Db::twice: len = 2\n13 3\n1 1"),
            ("round", "2"),
            (":delete 3 4 5", ""),
        ],
        "None\n14 5\n2 2",
    );
}

const GENERIC: &str = r#"use hookable::{hook, hookable};

#[derive(Debug)]
pub struct Report {
    pub code: usize,
}

#[hookable]
pub fn all<A: AsRef<str>>(paths: &[A]) -> usize {
    let mut count = 0;
    let mut process = |path: &A| {
        let result = path.as_ref().parse().map(|code| Report { code });
        match result {
            Ok(stats) => {
                hook!();
                count += stats.code;
            }
            Err(_) => count += 1,
        }
    };
    paths.iter().for_each(&mut process);
    count
}

pub fn other(n: usize) -> usize {
    let m = n + 1;
    m * 2
}
"#;

const CALLS: &str = r#"use planted_generic::{all, other};

fn main() {
    println!("{}", all(&["1", "b", "5"]));
    println!("{}", other(1));
}
"#;

/// rustc made no code in the library of the function that is stopped, and hooks are planted in its text.
#[test]
fn lines_in_a_function_that_is_planted_in_new_code_alone() {
    let package = Package::new("planted_generic").lib(GENERIC).main(CALLS);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let lines = &[
        ("stats.code + 1", "2"),
        (":break other", "hook 2 is planted at src/lib.rs:26 in other"),
        // What is taken out of `other` is what the program gets.
        (":delete 2", ""),
        (
            ":next",
            "hook 3: the program has no code of `all` that could be replaced; it stops where new code calls that\n\
             this call of `all` has no hooks before its statements: `:c` goes on with it. A call that new code makes has them: hook 3 \
             stops at its beginning, and there `:next` goes on to the next statement. A function with `#[hookable(step)]` has them in \
             every call",
        ),
        ("stats.code + 2", "3"),
        ("stats.code = 7", ""),
        (":c", ""),
        ("stats.code * 2", "10"),
        (":break other", "hook 4 is planted at src/lib.rs:26 in other"),
        ("stats.code * 3", "15"),
        (":c", "13"),
        ("n", "1"),
    ];
    typed(&mut merged(&package.executable("debug"), &[]), lines, "4");
}
