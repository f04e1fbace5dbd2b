//! What patterns bind by value, and by reference.
#![deny(warnings)]
#![allow(non_upper_case_globals)]

use hookable::{hook, hookable};

struct Json<T>(T);
#[derive(Clone, Copy, Debug)]
enum Unit {
    One,
    Two(u8),
    Three { n: u8 },
}
const three: u32 = 3;

struct Point(String, u8);

mod aliases {
    pub(crate) type Point = &'static super::Point;
}

#[hookable]
fn parameters(Json(add): Json<String>, (a, &b): (u8, &u8), &(c, ref d): &(u8, String)) -> usize {
    hook!();
    //~ add: String = "add"
    //~ a: u8 = 1
    //~ b: u8 = 2
    //~ c: u8 = 3
    //~ d: &String = "four" -- read_only: bound by a pattern, without `mut`
    add.len() + usize::from(a + b + c) + d.len()
}

#[hookable]
fn cases(unit: Unit, nested: Option<Result<u8, u8>>) -> u8 {
    let n = match unit {
        Unit::Two(n @ 5) | Unit::Two(n) | Unit::Three { n } => {
            hook!();
            //~ unit: Unit = Three { n: 6 }
            //~ nested: Option<Result<u8, u8>> = Some(Err(7))
            //~ n: u8 = 6
            n
        }
        Unit::One => 0,
    };
    if let Some(Ok(m) | Err(m)) = nested {
        hook!();
        //~ unit: Unit = Three { n: 6 }
        //~ nested: Option<Result<u8, u8>> = Some(Err(7))
        //~ n: u8 = 6
        //~ m: u8 = 7
        return n + m;
    }
    n
}

#[hookable]
fn arms(n: u32) -> u32 {
    match n {
        three => {
            hook!();
            //~ n: u32 = 3
            30
        }
        even if even % 2 == 0 => {
            hook!();
            //~ n: u32 = 4
            //~ even: u32 = 4
            even
        }
        odd if {
            hook!();
            //~ n: u32 = 5 -- read_only: borrowed by odd, line -1
            //~ odd: u32 = 5 -- read_only: a guard cannot write what its pattern binds
            odd > 9
        } =>
        {
            odd
        }
        _ => 0,
    }
}

#[hookable]
fn references(pair: &mut (String, u8)) -> usize {
    let (text, n) = pair;
    hook!();
    //~ pair: &mut (String, u8) -- borrowed: mutably borrowed by text, line -1
    //~ text: &mut String = "a"
    //~ n: &mut u8 = 1
    text.push('b');
    *n += 1;
    usize::from(*n) + text.len()
}

#[hookable]
fn behind_references(list: &mut [u8]) -> u8 {
    let mut sum = 0;
    for &mut item in list.iter_mut() {
        hook!(when = item == 1);
        //~ list: &mut [u8] -- borrowed: mutably borrowed, line -1
        //~ sum: u8 = 0
        //~ item: u8 = 1
        sum += item;
    }
    let (Some((first, _)), [.., last]) = (Some((1u8, 2)), &*list) else {
        return 0;
    };
    hook!();
    //~ list: &mut [u8] = [1, 2] -- read_only: borrowed by first, line -3
    //~ sum: u8 = 3
    //~ first: u8 = 1
    //~ last: &u8 = 2 -- read_only: bound by a pattern, without `mut`
    sum + last + first
}

#[hookable]
fn assigned_later() -> u8 {
    let (a, b);
    (a, b) = (1u8, 2u8);
    hook!();
    //~ a: u8 = 1
    //~ b: u8 = 2
    a + b
}

#[hookable]
fn closures() -> u32 {
    let add = |(a, b): (u32, u32), (Ok(c) | Err(c)): Result<u8, u8>| {
        hook!();
        //~ a: u32 = 1
        //~ b: u32 = 2
        //~ c: u8 = 3
        a + b + u32::from(c)
    };
    [(1, 2)].into_iter().map(|(a, b)| add((a, b), Ok(3))).sum()
}

#[hookable]
fn of_a_type_parameter<T: Clone>(pairs: &[(usize, T)]) -> usize {
    let mut sum = 0;
    for (k, t) in pairs.to_vec() {
        hook!();
        //~ pairs: &[(usize, &str)]
        //~ sum: usize = 0
        //~ k: usize = 1
        //~ t: &str = "a"
        sum += k;
        drop(t);
    }
    sum
}

#[hookable]
async fn futures((a, b): (String, u8)) -> String {
    let (c, _d) = std::future::ready((1, 2)).await;
    std::future::ready(()).await;
    hook!();
    //~ a: String = "a"
    //~ b: u8 = 1
    //~ c: i32 = 1
    //~ _d: i32 = 2
    std::future::ready(()).await;
    format!("{a}{b}{c}")
}

/// The type has the name of the pattern, and is a reference to what that matches.
#[hookable]
fn of_an_alias(Point(name, n): aliases::Point) -> usize {
    hook!();
    //~ name: &String = "a" -- read_only: bound by a pattern, without `mut`
    //~ n: &u8 = 1 -- read_only: bound by a pattern, without `mut`
    name.len() + usize::from(*n)
}

/// One case binds a reference by value, the other one binds by reference.
#[hookable]
fn of_two_modes(found: &(&&u8, &Option<u8>)) -> u8 {
    match *found {
        (&a, None) | (_, Some(a)) => {
            hook!();
            //~ found: &(&&u8, &Option<u8>) = (1, Some(2))
            //~ a: &u8 = 2 -- read_only: bound by a pattern, without `mut`
            *a
        }
    }
}

macro_rules! err {
    ($pattern:pat) => {
        Err($pattern)
    };
}

/// A macro binds the name in one case, where no `mut` can be added.
#[hookable]
fn of_a_macro_case(found: Result<u8, u8>) -> u8 {
    let (Ok(a) | err!(a)) = found;
    let (err!(b) | Ok(b)) = found;
    hook!();
    //~ found: Result<u8, u8> = Err(1)
    //~ a: u8 = 1 -- read_only: bound by a pattern, without `mut`
    //~ b: u8 = 1 -- read_only: bound by a pattern, without `mut`
    a + b
}

macro_rules! bound_twice {
    ($function:ident, $name:ident) => {
        #[hookable]
        fn $function(text: Option<String>) -> usize {
            let $name = 5;
            let n = $name;
            if let Some($name) = &text {
                hook!();
                //~ text: Option<String> = Some("a") -- read_only: borrowed, line +11
                //~ n: usize = 5
                //~ twice: &String = "a" -- read_only: bound by a pattern, without `mut`
                return $name.len() + n;
            }
            n
        }
    };
}

bound_twice!(of_a_macro, twice);

fn call() {
    static POINT: std::sync::LazyLock<Point> = std::sync::LazyLock::new(|| Point("a".into(), 1));
    assert_eq!((of_an_alias(&POINT), of_two_modes(&(&&1, &Some(2)))), (2, 2));
    assert_eq!((of_a_macro(Some("a".into())), of_a_macro_case(Err(1))), (6, 2));
    assert_eq!(parameters(Json("add".into()), (1, &2), &(3, "four".into())), 13);
    assert_eq!(cases(Unit::Three { n: 6 }, Some(Err(7))), 13);
    assert_eq!((cases(Unit::One, None), arms(3), arms(4), arms(5)), (0, 30, 4, 0));
    assert_eq!((references(&mut ("a".into(), 1)), behind_references(&mut [1, 2])), (4, 6));
    assert_eq!((assigned_later(), closures(), of_a_type_parameter(&[(1, "a")])), (3, 6, 1));
    assert_eq!(now(futures(("a".into(), 1))), "a11");
}

/// Runs a future that is never pending.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => unreachable!("it waits for nothing"),
    }
}

/// Each is given another value at the prompt.
#[hookable]
fn written(Json(add): Json<String>, pair: Option<(u32, u32)>) {
    for (i, &n) in [1, 2].iter().enumerate() {
        hook!(when = i == 1);
        //~ add: String = "add"
        //~ pair: Option<(u32, u32)> = Some((1, 2))
        //~ i: usize = 1
        //~ n: i32 = 2
        println!("{i} {n}");
    }
    let Some((a, _)) = pair else { return };
    match Unit::Two(1) {
        Unit::Two(n) | Unit::Three { n } if a > 0 => {
            hook!();
            //~ add: String = "add"
            //~ pair: Option<(u32, u32)> = Some((1, 2))
            //~ a: u32 = 1
            //~ n: u8 = 1
            println!("{add} {a} {n}");
        }
        _ => {}
    }
}

fn call_written() {
    written(Json("add".into()), Some((1, 2)));
}

programs::run!(call, call_written);
