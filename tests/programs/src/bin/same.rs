//! What a program does must not depend on its hooks: the tests also build this with every `hook!` and attribute blanked
//! out.
#![allow(unused)]

use std::fmt::Display;
use std::panic;

use hookable::{hook, hookable};

struct Loud(&'static str);

impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

impl Loud {
    fn name(&self) -> &'static str {
        self.0
    }
}

fn loud(name: &'static str) -> Loud {
    Loud(name)
}

#[hookable]
fn drop_order(a: Loud, _: Loud, (b, _c): (Loud, Loud)) -> usize {
    let d = loud("d");
    let _ = loud("not kept");
    let _kept = loud("kept");
    let shadowed = loud("first");
    hook!();
    let shadowed = loud("second");
    {
        let inner = loud("inner");
        hook!();
        println!("in the block");
    }
    drop(d);
    hook!();
    let moved = a;
    println!("at the end");
    moved.name().len() + loud("temporary in the tail").name().len()
}

#[hookable]
fn temporaries() -> usize {
    let length = loud("statement").name().len();
    let kept = &loud("extended");
    hook!();
    match loud("scrutinee").name() {
        name => {
            hook!();
            println!("{name}");
        }
    }
    if let Some(name) = Some(loud("if let").name()) {
        hook!();
        println!("{name}");
    }
    kept.name().len() + length
}

#[hookable]
fn labels() -> u32 {
    let mut found = 0;
    'outer: for i in 0..4 {
        for j in 0..4 {
            hook!(when = i == 9);
            if i * j == 6 {
                found = i * 10 + j;
                break 'outer;
            }
            if j > i {
                continue 'outer;
            }
        }
    }
    let value = 'block: {
        hook!();
        if found > 0 {
            break 'block 1;
        }
        2
    };
    found + value
}

#[hookable]
fn question(text: &str) -> Result<i32, Box<dyn std::error::Error>> {
    let n: i32 = text.parse()?;
    hook!();
    let half = n.checked_div(n - 2).ok_or("by zero")?;
    Ok(half)
}

#[hookable]
fn opaque(n: u8) -> impl Iterator<Item = u8> + Clone {
    let list = vec![n; 2];
    hook!();
    list.into_iter().map(move |m| {
        hook!(when = m == 200);
        m + n
    })
}

#[hookable]
fn dynamic(yes: bool) -> Box<dyn Display> {
    if yes {
        hook!();
        return Box::new(1);
    }
    hook!();
    Box::new("one")
}

#[hookable]
fn coerced(yes: bool) -> &'static [u8] {
    hook!();
    if yes { &[1, 2] } else { &[] }
}

#[hookable]
fn index(list: &[u8], at: usize) -> u8 {
    let doubled = at * 2;
    hook!();
    list[doubled]
}

#[hookable]
fn asserts(n: i32) {
    hook!();
    assert_eq!(n, 2, "n was {n}");
}

#[hookable]
fn overflow(n: u8) -> u8 {
    hook!();
    n + 250
}

#[hookable]
fn unwraps(text: Option<&str>) -> &str {
    hook!();
    text.expect("a text")
}

#[hookable]
#[track_caller]
fn tracked() {
    hook!();
    panic!("from {}", panic::Location::caller());
}

#[hookable]
fn unwinding(a: Loud) {
    let b = loud("unwound");
    hook!();
    index(&[], 0);
}

#[hookable]
fn deep(n: u32) -> u32 {
    hook!(when = n > 1_000_000);
    if n == 0 { 0 } else { 1 + deep(n - 1) }
}

#[hookable]
fn evaluation_order() -> i32 {
    let mut log = Vec::new();
    let mut note = |n| {
        log.push(n);
        n
    };
    let sum = note(1) + note(2) * { hook!(); note(3) };
    hook!();
    println!("{log:?}");
    sum
}

#[hookable]
fn fn_once() -> String {
    let text = String::from("moved");
    let once = || {
        hook!();
        text
    };
    once()
}

#[hookable]
fn fn_shared() -> usize {
    fn twice(f: impl Fn() -> usize) -> usize {
        f() + f()
    }
    let text = String::from("shared");
    let size = size_of_val(&text);
    let closure = || {
        hook!();
        text.len()
    };
    assert_eq!(size_of_val(&closure), size_of::<usize>());
    twice(closure)
}

#[hookable]
fn disjoint() -> usize {
    let mut pair = (String::from("a"), String::from("b"));
    let first = || {
        hook!();
        pair.0.len()
    };
    pair.1.push('c');
    first() + pair.1.len()
}

#[hookable]
fn shown_text(n: i32) -> &'static str {
    let text = stringify!({ n + 1 });
    assert!({ let m = n; hook!(); m == 2 });
    text
}

fn caught<T: std::fmt::Debug>(run: impl FnOnce() -> T) {
    match panic::catch_unwind(panic::AssertUnwindSafe(run)) {
        Ok(value) => println!("= {value:?}"),
        Err(_) => println!("= panicked"),
    }
}

macro_rules! on_thread {
    ($($body:tt)*) => { std::thread::spawn(move || { $($body)* }) };
}

#[hookable]
fn in_a_macro_that_moves() {
    let outer = loud("outer of a moving macro");
    let thread = on_thread! {
        let inner = loud("inner of a moving macro");
        hook!();
        inner.name().len()
    };
    println!("joined: {}", thread.join().unwrap());
    hook!("{}", outer.name());
}

macro_rules! shown {
    ($($value:expr),*) => { concat!($(stringify!($value), ";"),*) };
}

#[hookable]
fn shown_calls(n: i32) -> &'static str {
    hook!();
    let text = shown!(vec![n, -1], String::from("a b").len(), matches!(n, 1..=2 | 4));
    assert!(vec![n].contains(&vec![1, 2][0]) && Vec::<u8>::new().is_empty(), "{text}");
    assert!(vec![n].contains(&vec![2, i32::MAX][1]));
    text
}

macro_rules! operands {
    ($name:ident, $sum:expr, $negative:literal, $shown:ty, $integer:ty) => {
        #[hookable]
        fn $name() -> (i32, &'static $shown) {
            let twice = $sum * 2;
            hook!("{}", $sum * 2, when = $sum * 2 == twice);
            let list = vec![$sum * 3, -$sum, $negative.max(-2)];
            assert!($sum * 2 == twice, "{}", stringify!($sum));
            assert!({
                hook!();
                $sum * 2 == twice
            });
            println!("{list:?} {}", $sum * 4);
            $sum;
            let small = twice as $integer < 9 && twice as $integer << 1 > 0;
            (list[0] - $sum as $integer as i32 - i32::from(small), &"shown")
        }
    };
}
operands!(of_a_sum, 1 + 2, -1, dyn Display + Sync, i64);
operands!(of_a_decision, if true { 1 } else { 2 } + 3, 1, &'static str, u8);

fn main() {
    caught(|| shown_calls(1));
    caught(|| of_a_sum().0);
    caught(|| of_a_sum().1.to_string());
    caught(of_a_decision);
    in_a_macro_that_moves();
    caught(|| drop_order(loud("a"), loud("ignored"), (loud("b"), loud("c"))));
    caught(temporaries);
    caught(labels);
    caught(|| question("5").map_err(|error| error.to_string()));
    caught(|| question("x").map_err(|error| error.to_string()));
    caught(|| question("2").map_err(|error| error.to_string()));
    caught(|| opaque(3).clone().collect::<Vec<_>>());
    caught(|| (dynamic(true).to_string(), dynamic(false).to_string(), coerced(true), coerced(false)));
    caught(|| index(&[1, 2, 3], 1));
    caught(|| index(&[1], 3));
    caught(|| asserts(1));
    caught(|| overflow(9));
    caught(|| unwraps(None).len());
    caught(tracked);
    caught(|| unwinding(loud("argument")));
    caught(|| deep(2000));
    caught(evaluation_order);
    caught(fn_once);
    caught(fn_shared);
    caught(disjoint);
    caught(|| shown_text(1));
    caught(|| shown_text(2));
}
