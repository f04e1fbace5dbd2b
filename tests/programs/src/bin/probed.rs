//! Functions that make it hard to ask what their hooks can capture. All of them compile without hooks.
#![allow(unused)]

use std::task::{Context, Waker};

use hookable::{hook, hookable};

// rustc 1.95 crashes where it wants to suggest the argument of the closure, and finds its place twice.

#[hookable]
fn argument_of_the_type(outer: i32) -> i32 {
    let add = |e: i32| {
        let x = outer;
        hook!();
        //~ outer: i32 = 1 -- read_only: captured by this closure
        //~ e: i32 = 1
        //~ x: i32 = 1
        x + e
    };
    hook!();
    //~ outer: i32 = 1 -- read_only: borrowed by add, line -8
    //~ add: {{closure}}
    add(1)
}

#[hookable]
fn another_of_that_kind(outer: &'static str) -> usize {
    let long = |other: &'static str| {
        let x = outer;
        hook!();
        //~ outer: &str = "a" -- read_only: captured by this closure
        //~ other: &str = "ab"
        //~ x: &str = "a"
        x.len() + other.len()
    };
    hook!();
    //~ outer: &str = "a" -- read_only: borrowed by long, line -8
    //~ long: {{closure}}
    long("ab")
}

// In a closure, rustc takes what a `_` takes nothing of for read.

#[hookable]
fn arguments_that_take_nothing(s: String) -> String {
    let t = s;
    hook!(when = { let _ = s; true });
    //~ s: String -- moved: moved at line -1
    //~ t: String = "a"
    let pair = (t, 1);
    let t = pair.0;
    hook!("{}", { let (_, b) = pair; b });
    //~ s: String -- moved: moved at line -6
    //~ pair: (String, i32) -- moved: partly moved at line -1
    //~ t: String = "a"
    hook!(every = { let _ = pair; 1 });
    //~ s: String -- moved: moved at line -10
    //~ pair: (String, i32) -- moved: partly moved at line -5
    //~ t: String = "a"
    t
}

// A closure captures all of what is packed.

#[repr(packed)]
struct Packed {
    a: u32,
    b: u8,
}

#[hookable]
fn arguments_of_what_is_packed(mut p: Packed) -> u32 {
    let r = &mut p.b;
    hook!(when = { p.a } == 1);
    //~ p: Packed -- borrowed: mutably borrowed by r, line -1
    //~ r: &mut u8 = 2
    hook!("{}", { p.a });
    //~ p: Packed -- borrowed: mutably borrowed by r, line -4
    //~ r: &mut u8 = 2
    hook!(every = { p.a as u64 });
    //~ p: Packed -- borrowed: mutably borrowed by r, line -7
    //~ r: &mut u8 = 2
    *r += 1;
    let r = &p.b;
    hook!(when = { p.a += 1; true });
    //~ p: Packed -- read_only: borrowed by r, line -1
    //~ r: &u8 = 3
    u32::from(*r) + p.a
}

#[hookable]
fn sized(n: u8) -> impl Sized {
    hook!();
    //~ n: u8 = 1
    n
}

#[hookable]
fn late() -> i32 {
    let q;
    hook!();
    //~ q: i32 -- unassigned: not yet assigned
    q = 1;
    q
}

#[hookable]
fn both_ways() -> i32 {
    let base = 10;
    let mut all = vec![];
    let mut add = |x: i32| {
        all.push(x + base);
        hook!();
        //~ base: i32 = 10 -- read_only: captured by this closure
        //~ all: Vec<i32> = [11] -- read_only: captured by this closure
        //~ x: i32 = 1
    };
    add(1);
    hook!();
    //~ base: i32 = 10 -- read_only: borrowed by add
    //~ all: Vec<i32> = [11]
    //~ add: {{closure}} -- read_only: shown as the hook opened: it borrows all
    all[0]
}

#[hookable]
fn in_conditions() {
    let mut d = Some(1);
    if let Some(one) = d.as_mut()
        && {
            hook!();
            //~ d: Option<i32> = Some(1)
            //~ one: &mut i32 = 1 -- read_only: shown as the hook opened: it borrows d
            true
        }
    {
        println!("in");
    }
    while let Some(one) = d.as_mut()
        && {
            hook!();
            //~ d: Option<i32> = Some(1)
            //~ one: &mut i32 = 1 -- read_only: shown as the hook opened: it borrows d
            false
        }
    {
        println!("in");
    }
    match d {
        Some(ref mut one)
            if {
                hook!();
                //~ d: Option<i32> = Some(1) -- read_only: borrowed
                //~ one: &mut i32 = 1 -- read_only: shown as the hook opened: it borrows d
                true
            } =>
        {
            println!("a");
        }
        _ => {}
    }
}

// Without hooks nothing reads these, so `unused_variables` is what rustc says, and never that a first value is for
// nothing. A check, which has no captures, is denied.
#[hookable]
#[deny(unused_assignments)]
fn only_assigned(mut p: u8, o: Option<u8>) {
    p = 2;
    let mut x = 1;
    x = 2;
    if let Some(mut n) = o {
        n = 3;
        hook!();
        //~ p: u8 = 2
        //~ o: Option<u8> = Some(2)
        //~ x: i32 = 2
        //~ n: u8 = 3
    }
    hook!();
    //~ p: u8 = 2
    //~ o: Option<u8> = Some(2)
    //~ x: i32 = 2
}

#[hookable]
fn named_as_a_local(n: i32) -> i32 {
    if n == 0 {
        return 1;
    }
    let once = {
        let named_as_a_local = 3;
        hook!();
        //~ n: i32 = 1
        //~ named_as_a_local: i32 = 3
        named_as_a_local
    };
    named_as_a_local(n - 1) + once
}

macro_rules! bind {
    ($name:ident, $value:expr) => {
        let $name = $value;
    };
}

#[hookable]
fn shadowed_by_a_macro(s: Option<i32>) -> i32 {
    hook!();
    //~ s: Option<i32> = None
    bind!(s, 18);
    hook!();
    //~ s: i32 = 18 -- read_only: bound by a macro, without `mut`
    s
}

#[hookable]
fn bound_by_a_macro(r: Result<u8, ()>) {
    bind!(b, 5);
    macro_rules! ok {
        ($name:ident = $result:expr) => {
            let Ok(mut $name) = $result else { return };
        };
    }
    ok!(value = r);
    hook!();
    //~ r: Result<u8, ()> = Ok(1)
    //~ b: i32 = 5 -- read_only: not declared `mut`
    //~ value: u8 = 1
}

#[allow(non_upper_case_globals)]
const limit: u8 = 3;
#[allow(non_camel_case_types)]
struct unit;
#[allow(non_camel_case_types)]
enum Kind {
    first,
    Other,
}
const MOST: u8 = 9;

#[hookable]
#[allow(non_snake_case, non_upper_case_globals)]
fn constants(A: &[f64], n: u8) -> f64 {
    use Kind::*;
    let X = A[0] * 2.0;
    let Σ: f64 = A.iter().sum();
    match n {
        limit => hook!(),
        //~ A: &[f64] = [1.0]
        //~ n: u8 = 3
        //~ X: f64 = 2.0
        //~ Σ: f64 = 1.0
        MOST => hook!(),
        //~ A: &[f64] = [1.0]
        //~ n: u8 = 9
        //~ X: f64 = 2.0
        //~ Σ: f64 = 1.0
        N => hook!(),
        //~ A: &[f64] = [1.0]
        //~ n: u8 = 4
        //~ X: f64 = 2.0
        //~ Σ: f64 = 1.0
        //~ N: u8 = 4 -- read_only: bound by a pattern, without `mut`
    }
    match (Kind::first, unit, Some(1)) {
        (first, unit, None) => hook!(),
        //~ not reached
        (Other, unit, x) => hook!(),
        //~ not reached
        (first, unit, x) => hook!(),
        //~ A: &[f64] = [1.0]
        //~ n: u8 = 3
        //~ X: f64 = 2.0
        //~ Σ: f64 = 1.0
        //~ x: Option<i32> = Some(1)
    }
    X + Σ
}

macro_rules! job {
    ($($body:tt)*) => { move || { $($body)* } };
}

macro_rules! task {
    ($($body:tt)*) => { async move { $($body)* } };
}

macro_rules! plain {
    ($($body:tt)*) => {{ $($body)* }};
}

#[hookable]
fn closures_of_macros(id: u8) -> usize {
    let text = String::from("abc");
    let job = job! {
        let n = 1;
        hook!();
        //~ id -- unavailable: not captured whole by this closure
        //~ text -- unavailable: not captured whole by this closure
        //~ n: usize = 1 -- read_only: not declared `mut`
        plain! { let m = 2; hook!("{text}", when = id == 7); }
        //~ id -- unavailable: not captured whole by this closure
        //~ text -- unavailable: not captured whole by this closure
        //~ n -- unavailable: not captured whole by this closure
        //~ m: i32 = 2 -- read_only: bound by a pattern, without `mut`
        n + 1
    };
    let task = task! { hook!(); };
    //~ id -- unavailable: not captured whole by this closure
    //~ text -- unavailable: not captured whole by this closure
    //~ job -- unavailable: not captured whole by this closure
    let part = vec![job!(hook!())];
    //~ id -- unavailable: not captured whole by this closure
    //~ text -- unavailable: not captured whole by this closure
    //~ job -- unavailable: not captured whole by this closure
    //~ task -- unavailable: not captured whole by this closure
    plain! {
        let k = 3;
        hook!();
        //~ id: u8 = 7
        //~ text: String = "abc"
        //~ job: {{closure}}
        //~ task: {{closure}}
        //~ part: Vec<{{closure}}>
        //~ k: i32 = 3 -- read_only: bound by a pattern, without `mut`
        hook!("{text}", when = id == 7);
        //~ id: u8 = 7
        //~ text: String = "abc"
        //~ job: {{closure}}
        //~ task: {{closure}}
        //~ part: Vec<{{closure}}>
        //~ k: i32 = 3 -- read_only: bound by a pattern, without `mut`
    }
    part[0]();
    let mut task = std::pin::pin!(task);
    let _ = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    job() + text.len()
}

macro_rules! made {
    ($name:ident, $type:ty, $value:expr) => {
        #[hookable]
        fn $name(outer: $type) -> $type {
            let inside = $value;
            hook!();
            //~ outer: u8 = 1
            //~ inside: u8 = 1
            let add = |more: $type| {
                hook!();
                //~ outer: u8 = 1 -- read_only: captured by this closure
                //~ inside -- unavailable: not captured whole by this closure
                //~ more: u8 = 1
                outer + more
            };
            add(inside)
        }
    };
    ($name:ident, $block:block) => {
        #[hookable]
        fn $name() $block
    };
    (impl $type:ty) => {
        #[hookable]
        impl $type {
            fn made(&mut self) {
                let inside = 1;
                hook!();
                //~ self: &mut Made
                //~ inside: i32 = 1
            }
        }
    };
    ($item:item) => {
        #[hookable]
        $item
    };
}

struct Made {
    n: u8,
}

made!(made_expression, u8, 1);
made!(made_block, {
    let inside = 2;
    hook!();
    //~ inside: i32 = 2
});
made!(impl Made);
made! {
    fn made_item(a: u8) {
        let mut v = vec![a];
        let r = &mut v;
        hook!();
        //~ a: u8 = 1
        //~ v: Vec<u8> -- borrowed: mutably borrowed by r, line -1
        //~ r: &mut Vec<u8> = [1]
        r.push(1);
    }
}

#[hookable]
fn in_definitions(a: u8) -> u8 {
    macro_rules! look {
        ($e:expr) => {{
            let mut value = $e;
            hook!();
            //~ a: u8 = 1
            //~ value: u8 = 2
            value
        }};
        (never) => { hook!() };
        //~ not reached
    }
    macro_rules! later {
        ($($e:expr),*) => { move || { hook!(); 0 $(+ $e)* } };
        //~ a -- unavailable: not captured whole by this closure
    }
    let text = String::from("not moved");
    let later = later!(1, 2);
    let sum = look!(a + 1) + look!(a + 2) + later();
    drop(text);
    sum
}

#[hookable]
fn used_much_later(mut v: Vec<i32>) -> usize {
    let r = &mut v;
    let s = &mut *r;
    for i in 0..3 {
        hook!();
        //~ v: Vec<i32> -- borrowed: mutably borrowed by r, line -3
        //~ r: &mut Vec<i32> -- borrowed: mutably borrowed by s, line -2
        //~ s: &mut Vec<i32> = [1]
        //~ i: i32 = 0
        if i < 5 {
            continue;
        }
        for j in 0..2 {
            if j == 1 {
                continue;
            }
            s.push(j);
        }
    }
    v.len()
}

// A macro of this name is the standard library's elsewhere.

macro_rules! matches {
    ($value:expr) => {
        match $value {
            Some(value) => value,
            None => return 0,
        }
    };
}

#[hookable]
fn own_macros(n: Option<i32>) -> i32 {
    hook!(when = matches!(n) == 1);
    //~ n: Option<i32> = Some(1)
    hook!("{}", matches!(n));
    //~ n: Option<i32> = Some(1)
    2
}

// rustc proves such bounds for types that live forever, if a closure stands in the function.

trait Lend {
    type Item<'a>
    where
        Self: 'a;
    fn lend(&mut self) -> Self::Item<'_>;
}

struct Windows<'t>(&'t mut [u8]);

impl<'t> Lend for Windows<'t> {
    type Item<'a>
        = &'a mut [u8]
    where
        Self: 'a;
    fn lend(&mut self) -> &mut [u8] {
        self.0
    }
}

#[hookable]
fn without_closures<L: for<'a> Lend<Item<'a> = &'a mut [u8]>>(mut lender: L) -> usize {
    let step = 1;
    hook!(when = step > 0);
    //~ lender: Windows<'_>
    //~ step: i32 = 1
    lender.lend().len()
}

struct Held<L>(L);

impl<L: for<'a> Lend<Item<'a> = &'a mut [u8]>> Held<L> {
    #[hookable]
    fn without_closures(&mut self) -> usize {
        hook!();
        //~ self: &mut Held<Windows<'_>>
        self.0.lend().len()
    }
}

fn main() {
    arguments_that_take_nothing(String::from("a"));
    arguments_of_what_is_packed(Packed { a: 1, b: 2 });
    argument_of_the_type(1);
    another_of_that_kind("a");
    sized(1);
    late();
    both_ways();
    in_conditions();
    only_assigned(1, Some(2));
    named_as_a_local(1);
    shadowed_by_a_macro(None);
    bound_by_a_macro(Ok(1));
    for n in [3, 9, 4] {
        constants(&[1.0], n);
    }
    closures_of_macros(7);
    made_expression(1);
    made_block();
    Made { n: 1 }.made();
    made_item(1);
    in_definitions(1);
    used_much_later(vec![1]);
    own_macros(Some(1));
    own_macros(None);
    without_closures(Windows(&mut []));
    Held(Windows(&mut [])).without_closures();
}
