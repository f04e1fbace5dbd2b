//! What can be written in the parentheses of `hook!`, and where it can stand.
#![allow(unused)]

use hookable::{hook, hookable};

#[hookable]
fn message() {
    let trees = 3;
    hook!("after training, {trees} trees, {:.2}, {name}", 1.0 / 3.0, name = "x");
    //~ trees: i32 = 3
}

#[hookable]
fn read_only() {
    let a = 1;
    let mut v = vec![2];
    let r = &mut v;
    hook!(read_only);
    //~ a: i32 = 1
    //~ v: Vec<i32> -- borrowed: mutably borrowed by r, line -1
    //~ r: &mut Vec<i32> = [2]
    r.push(a);
}

#[hookable]
fn when() {
    for i in 0..4 {
        hook!("i is {i}", when = i % 2 == 1);
        //~ i: i32 = 1
    }
}

#[hookable]
fn every() {
    let n = 3;
    for i in 1..=7 {
        hook!(every = n);
        //~ not reached
    }
}

#[hookable]
fn all_options() {
    for i in 1..=4 {
        hook!("no. {i}", target = "my::log", every = 2, read_only, when = i != 4);
        //~ not reached
    }
}

#[hookable]
fn positions() -> i32 {
    let a = 1;
    let unit = hook!();
    //~ a: i32 = 1
    let b = if a == 1 {
        hook!();
        //~ a: i32 = 1
        //~ unit: () = ()
        2
    } else {
        3
    };
    let tail = || hook!();
    //~ a -- unavailable: not captured whole by this closure
    //~ unit -- unavailable: not captured whole by this closure
    //~ b -- unavailable: not captured whole by this closure
    tail();
    match b {
        2 => hook!(),
        //~ a: i32 = 1
        //~ unit: () = ()
        //~ b: i32 = 2
        //~ tail: {{closure}}
        _ => {}
    }
    let c = {
        let inside = 4;
        hook!();
        //~ a: i32 = 1
        //~ unit: () = ()
        //~ b: i32 = 2
        //~ tail: {{closure}}
        //~ inside: i32 = 4
        inside
    };
    unsafe {
        hook!();
        //~ a: i32 = 1
        //~ unit: () = ()
        //~ b: i32 = 2
        //~ tail: {{closure}}
        //~ c: i32 = 4
    }
    a + b + c
}

fn call_positions() {
    println!("{}", positions());
}

#[hookable]
fn tail_unit(n: u8) {
    hook!()
    //~ n: u8 = 1
}

fn call_tail_unit() {
    tail_unit(1);
}

#[hookable]
fn paths() {
    let a = 1;
    hookable::hook!();
    //~ a: i32 = 1
    ::hookable::hook!["brackets"];
    hook! { "braces" }
}

macro_rules! twice {
    ($body:block) => {{
        $body
        $body
    }};
}

macro_rules! with {
    ($name:ident = $value:expr => $body:expr) => {{
        let $name = $value;
        $body
    }};
}

macro_rules! arms {
    ($on:expr; $($pattern:pat $(if $guard:expr)? => $body:expr),* $(,)?) => {
        match $on { $($pattern $(if $guard)? => $body),* }
    };
}

#[hookable]
fn in_macros() {
    let a = 1;
    let v = vec![1, { hook!(); 2 }, 3];
    //~ a: i32 = 1
    println!("{} {}", a, { hook!(); a });
    //~ a: i32 = 1 -- read_only: borrowed, line +0
    //~ v: Vec<i32> = [1, 2, 3]
    assert!({ hook!(); a == 1 }, "{a}");
    //~ a: i32 = 1
    //~ v: Vec<i32> = [1, 2, 3]
    assert_eq!(a, { hook!(); 1 });
    //~ a: i32 = 1 -- read_only: borrowed, line +0
    //~ v: Vec<i32> = [1, 2, 3]
    let matched = matches!({ hook!(); Some(a) }, Some(n) if { hook!(); n == 1 });
    //~ a: i32 = 1
    //~ v: Vec<i32> = [1, 2, 3]
    let text = format!("{:?}", { let inner = 5; hook!(); inner });
    //~ a: i32 = 1
    //~ v: Vec<i32> = [1, 2, 3]
    //~ matched: bool = true
    //~ inner: i32 = 5 -- read_only: not declared `mut`
    if !matched {
        panic!("{}", { hook!(); "never" });
        //~ not reached
    }
}

#[hookable]
fn in_own_macros() {
    let a = 1;
    twice!({
        let inner = 2;
        hook!();
        //~ a: i32 = 1
        //~ inner: i32 = 2 -- read_only: not declared `mut`
    });
    with!(b = 3 => { hook!(); b });
    //~ a: i32 = 1
    //~ b: i32 = 3 -- read_only: bound by a pattern, without `mut`
    arms!(Some(4); Some(n) if n > 3 => { hook!(); }, _ => ());
    //~ a: i32 = 1
    let done = a;
}

trait Greets {
    fn name(&self) -> String;

    #[hookable]
    fn greet(&self, times: u8) -> String {
        let name = self.name();
        hook!();
        //~ self: &Person -- read_only: a shared reference to it is all there is
        //~ times: u8 = 9
        //~ name: String = "Grace"
        format!("{name} {times}")
    }
}

struct Person(String);

#[hookable]
impl Greets for Person {
    fn name(&self) -> String {
        hook!();
        //~ self: &Person -- read_only: a shared reference to it is all there is
        self.0.clone()
    }
}

#[hookable]
impl Person {
    const LIMIT: u8 = 9;

    fn rename<'a>(&mut self, to: &'a str) -> &'a str {
        self.0 = to.to_owned();
        hook!();
        //~ self: &mut Person
        //~ to: &str = "Grace"
        to
    }

    fn untouched(&self) -> u8 {
        Self::LIMIT
    }
}

fn methods() {
    let mut person = Person("Ada".into());
    person.rename("Grace");
    person.greet(person.untouched());
}

#[hookable]
mod module {
    use hookable::hook;

    pub(super) fn outer(n: i32) -> i32 {
        hook!();
        //~ n: i32 = 1
        inner::deep(n)
    }

    mod inner {
        use hookable::hook;

        pub(super) fn deep(n: i32) -> i32 {
            let m = n + 1;
            hook!();
            //~ n: i32 = 1
            //~ m: i32 = 2
            m
        }
    }
}

fn modules() {
    module::outer(1);
}

#[hookable]
trait Shape {
    fn area(&self) -> f64;

    fn describe(&self) -> String
    where
        Self: Sized,
    {
        let area = self.area();
        hook!();
        //~ self: &f64 = 2.0 -- read_only: a shared reference to it is all there is
        //~ area: f64 = 4.0
        format!("{area}")
    }
}

impl Shape for f64 {
    fn area(&self) -> f64 {
        self * self
    }
}

fn traits() {
    2.0.describe();
}

#[hookable]
#[inline]
#[must_use]
fn beside_attributes(n: u8) -> u8 {
    hook!();
    //~ n: u8 = 1
    n
}

fn call_beside_attributes() {
    let _ = beside_attributes(1);
}

/// What a closure or an async block returns decides its type, and the value at its end is coerced to it.
#[hookable]
fn coerced() {
    use std::fmt::Debug;
    let boxed = |x: i32| {
        hook!();
        //~ x: i32 = 1
        if x > 1 {
            return Box::new(x) as Box<dyn Debug>;
        }
        Box::new("small")
    };
    assert_eq!(format!("{:?}", boxed(1)), "\"small\"");
    let slice = |y: u8| {
        if y == 0 {
            return &[1_u8] as &[u8];
        }
        hook!();
        //~ boxed -- unavailable: not captured whole by this closure
        //~ y: u8 = 1
        match y {
            1 => &[2, 3],
            _ => &[4],
        }
    };
    assert_eq!(slice(1), [2, 3]);
    let future = async {
        let z = 1;
        hook!();
        //~ boxed -- unavailable: not captured whole by this closure
        //~ slice -- unavailable: not captured whole by this closure
        //~ z: i32 = 1
        if z > 5 {
            return Box::new(1) as Box<dyn Debug>;
        }
        Box::new("a")
    };
    let mut future = Box::pin(future);
    let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::future::Future::poll(future.as_mut(), context).is_ready());
}

/// A closure in what is evaluated at compile time is run, and sees nothing around it.
#[hookable]
fn in_statics(n: u32) {
    static LAZY: std::sync::LazyLock<u32> = std::sync::LazyLock::new(|| {
        let inner = 2;
        hook!();
        //~ inner: u32 = 2
        inner + 1
    });
    const TWICE: fn(u32) -> u32 = |m| {
        hook!();
        //~ m: u32 = 1
        m * 2
    };
    hook!();
    //~ n: u32 = 1
    assert_eq!(*LAZY + TWICE(n), 5);
}

fn statics() {
    in_statics(1);
}

fn panics(n: u64) -> u64 {
    if n != 9 {
        panic!("not {n}");
    }
    n
}

/// What a hook's arguments compute may panic: that costs the hook, not the program.
#[hookable]
fn arguments_panic() {
    // Where all functions run, nothing is to be said.
    if std::env::args().len() == 1 {
        return;
    }
    let n = 1;
    let mut v = vec![1];
    hook!("{}", panics(n));
    //~ not reached
    hook!(every = panics(n));
    //~ not reached
    hook!(when = panics(n) == 9);
    //~ not reached
    hook!(when = { let m = panics(n); m == 9 });
    //~ not reached
    hook!(when = v.pop() == Some(1), "popped {}", v.len());
    //~ not reached
    v.push(2);
}

programs::run!(
    arguments_panic,
    message,
    coerced,
    statics,
    read_only,
    when,
    every,
    all_options,
    call_positions,
    call_tail_unit,
    paths,
    in_macros,
    in_own_macros,
    methods,
    modules,
    traits,
    call_beside_attributes,
);
