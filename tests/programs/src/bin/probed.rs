//! Functions that make it hard to ask what their hooks can capture. All of them compile without hooks.
#![allow(unused)]

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
    //~ outer: i32 = 1 -- read_only: borrowed by add, line -5
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
    //~ outer: &str = "a" -- read_only: borrowed by long, line -5
    //~ long: {{closure}}
    long("ab")
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
    //~ s -- unavailable: mismatched types
    s
}

fn main() {
    argument_of_the_type(1);
    another_of_that_kind("a");
    sized(1);
    late();
    both_ways();
    in_conditions();
    shadowed_by_a_macro(None);
}
