//! Every form in which a name is bound, and what shadows what.
#![allow(unused)]

use hookable::{hook, hookable};

#[hookable]
fn lets() {
    let plain = 1;
    let typed: u8 = 2;
    let mut mutable = "three".to_string();
    let late;
    let (a, mut b) = (4, 5.5);
    let [first, .., last] = [6, 7, 8];
    let [head, tail @ ..] = [9, 10, 11];
    let (whole @ (left, _), _) = ((12, 13), 14);
    let Point { x, y: renamed } = Point { x: 15, y: 16 };
    let Wrapper(ref by_ref) = Wrapper(vec![17]);
    let Some(inner) = Some(18) else { return };
    let _ignored = 19;
    let r#type = 20;
    late = 21;
    hook!();
    //~ plain: i32 = 1
    //~ typed: u8 = 2
    //~ mutable: String = "three"
    //~ late: i32 = 21
    //~ a: i32 = 4
    //~ b: f64 = 5.5
    //~ first: i32 = 6
    //~ last: i32 = 8
    //~ head: i32 = 9
    //~ tail: [i32; 2] = [10, 11]
    //~ whole: (i32, i32) = (12, 13)
    //~ left: i32 = 12
    //~ x: i32 = 15
    //~ renamed: i32 = 16
    //~ by_ref: &Vec<i32> = [17] -- read_only: bound by a pattern, without `mut`
    //~ inner: i32 = 18
    //~ _ignored: i32 = 19
    //~ type: i32 = 20
    println!("{by_ref:?}");
}

#[hookable]
fn shadows() {
    let a = 1;
    let a = a + 1;
    {
        let a = "inner";
        hook!();
        //~ a: &str = "inner"
        println!("{a}");
    }
    hook!();
    //~ a: i32 = 2
    println!("{a}");
}

#[hookable]
fn parameters(a: u8, mut b: String, (c, d): (i32, i32), [e, ..]: [u8; 2], Point { x, .. }: Point, f: &str, g: &mut Vec<u8>) {
    hook!();
    //~ a: u8 = 1
    //~ b: String = "two"
    //~ c: i32 = 3
    //~ d: i32 = 4
    //~ e: u8 = 5
    //~ x: i32 = 7
    //~ f: &str = "nine"
    //~ g: &mut Vec<u8> = [10]
    println!("{f} {g:?}");
}

fn call_parameters() {
    parameters(1, "two".into(), (3, 4), [5, 6], Point { x: 7, y: 8 }, "nine", &mut vec![10]);
}

struct Account {
    balance: i64,
}

impl Account {
    #[hookable]
    fn shared(&self, amount: i64) -> i64 {
        hook!();
        //~ self: &Account -- read_only: a shared reference to it is all there is
        //~ amount: i64 = 2
        self.balance + amount
    }

    #[hookable]
    fn exclusive(&mut self, amount: i64) {
        hook!();
        //~ self: &mut Account
        //~ amount: i64 = 3
        self.balance += amount;
    }

    #[hookable]
    fn owned(self) -> i64 {
        hook!();
        //~ self: Account
        self.balance
    }

    #[hookable]
    fn boxed(self: Box<Self>) -> i64 {
        hook!();
        //~ self: Box<Account>
        self.balance
    }

    #[hookable]
    fn associated() -> i64 {
        let n = 1;
        hook!();
        //~ n: i64 = 1
        n
    }
}

fn receivers() {
    let mut account = Account { balance: 1 };
    account.shared(2);
    account.exclusive(3);
    account.owned();
    Box::new(Account { balance: 4 }).boxed();
    Account::associated();
}

#[hookable]
fn arms(value: Option<Shape>) {
    match value {
        Some(Shape::Circle(radius)) if radius > 1.0 => {
            hook!();
            //~ value: Option<Shape> = Some(Circle(2.0))
            //~ radius: f64 = 2.0
        }
        Some(Shape::Square { side: _, ref name }) => {
            hook!();
            //~ value: Option<Shape> = Some(Square { side: 3, name: "four" }) -- read_only: borrowed by name, line -1
            //~ name: &String = "four" -- read_only: bound by a pattern, without `mut`
            println!("{name}");
        }
        Some(small @ (Shape::Circle(_) | Shape::Unit)) => {
            hook!();
            //~ value: Option<Shape> -- moved: partly moved at line -1
            //~ small: Shape = Unit
            drop(small);
        }
        None => hook!(),
        //~ value: Option<Shape> = None
    }
}

fn call_arms() {
    arms(Some(Shape::Circle(2.0)));
    arms(Some(Shape::Square { side: 3, name: "four".into() }));
    arms(Some(Shape::Unit));
    arms(None);
}

#[hookable]
fn conditions(value: Option<i32>, other: Result<u8, String>) {
    if let Some(n) = value
        && n > 0
        && let Ok(m) = &other
    {
        hook!();
        //~ value: Option<i32> = Some(1)
        //~ other: Result<u8, String> = Ok(2) -- read_only: borrowed by m, line -2
        //~ n: i32 = 1
        //~ m: &u8 = 2 -- read_only: bound by a pattern, without `mut`
        println!("{m}");
    } else if let Err(error) = &other {
        println!("{error}");
    }
    let mut stack = vec![1, 2];
    while let Some(top) = stack.pop() {
        hook!();
        //~ value: Option<i32> = Some(1)
        //~ other: Result<u8, String> = Ok(2)
        //~ stack: Vec<i32> = [1]
        //~ top: i32 = 2
    }
    if let n @ 1..=9 = 5 {
        hook!();
        //~ value: Option<i32> = Some(1)
        //~ other: Result<u8, String> = Ok(2)
        //~ stack: Vec<i32> = []
        //~ n: i32 = 5
    }
}

fn call_conditions() {
    conditions(Some(1), Ok(2));
}

#[hookable]
fn loops() {
    let mut total = 0;
    for i in 0..2 {
        hook!();
        //~ total: i32 = 0
        //~ i: i32 = 0
        total += i;
    }
    for (index, name) in ["a", "b"].into_iter().enumerate() {
        hook!();
        //~ total: i32 = 1
        //~ index: usize = 0
        //~ name: &str = "a" -- read_only: bound by a pattern, without `mut`
    }
    let found = 'outer: loop {
        let mut tries = 0;
        loop {
            tries += 1;
            hook!();
            //~ total: i32 = 1
            //~ tries: i32 = 1
            if tries > 1 {
                break 'outer tries;
            }
        }
    };
    let block = 'block: {
        let inside = 1;
        hook!();
        //~ total: i32 = 1
        //~ found: i32 = 2
        //~ inside: i32 = 1
        if inside == 1 {
            break 'block "early";
        }
        "late"
    };
    hook!();
    //~ total: i32 = 1
    //~ found: i32 = 2
    //~ block: &str = "early"
}

#[hookable]
fn closures() {
    let outside = 1;
    let unmentioned = 2;
    let add = |a: i32, (b, c): (i32, i32)| {
        let sum = a + b + c + outside;
        hook!();
        //~ outside: i32 = 1 -- read_only: captured by this closure
        //~ unmentioned -- unavailable: not captured whole by this closure
        //~ a: i32 = 3
        //~ b: i32 = 4
        //~ c: i32 = 5
        //~ sum: i32 = 13
        sum
    };
    add(3, (4, 5));
    let mut counter = 0;
    let mut count = |by| {
        counter += by;
        hook!();
        //~ outside -- unavailable: not captured whole by this closure
        //~ unmentioned -- unavailable: not captured whole by this closure
        //~ add -- unavailable: not captured whole by this closure
        //~ counter: i32 = 6
        //~ by: i32 = 6
    };
    count(6);
    count(7);
    let name = String::from("eight");
    let consume = move || {
        hook!();
        //~ outside -- unavailable: not captured whole by this closure
        //~ unmentioned -- unavailable: not captured whole by this closure
        //~ add -- unavailable: not captured whole by this closure
        //~ counter -- unavailable: not captured whole by this closure
        //~ count -- unavailable: not captured whole by this closure
        //~ name: String = "eight" -- read_only: captured by this closure
        name
    };
    consume();
    let nested = |a: i32| {
        move |b: i32| {
            hook!();
            //~ outside -- unavailable: not captured whole by this closure
            //~ unmentioned -- unavailable: not captured whole by this closure
            //~ add -- unavailable: not captured whole by this closure
            //~ counter -- unavailable: not captured whole by this closure
            //~ count -- unavailable: not captured whole by this closure
            //~ name -- unavailable: not captured whole by this closure
            //~ consume -- unavailable: not captured whole by this closure
            //~ a: i32 = 9 -- read_only: captured by this closure
            //~ b: i32 = 10
            a + b
        }
    };
    nested(9)(10);
    let tail = |n: u8| hook!();
    //~ outside -- unavailable: not captured whole by this closure
    //~ unmentioned -- unavailable: not captured whole by this closure
    //~ add -- unavailable: not captured whole by this closure
    //~ counter -- unavailable: not captured whole by this closure
    //~ count -- unavailable: not captured whole by this closure
    //~ name -- unavailable: not captured whole by this closure
    //~ consume -- unavailable: not captured whole by this closure
    //~ nested -- unavailable: not captured whole by this closure
    //~ n: u8 = 11
    tail(11);
}

#[hookable]
fn nested_items() {
    let outer = 1;
    fn inner(n: i32) {
        hook!();
        //~ n: i32 = 2
        println!("{n}");
    }
    inner(outer + 1);
    const HIDDEN: i32 = 3;
    static SEEN: i32 = 4;
    struct Local;
    impl Local {
        fn method(&self) {
            let own = 5;
            hook!();
            //~ self: &Local -- read_only: a shared reference to it is all there is
            //~ own: i32 = 5
        }
    }
    Local.method();
    #[hookable]
    fn own(n: u8) {
        hook!();
        //~ n: u8 = 6
    }
    own(6);
}

#[hookable]
fn constants<const N: usize, const YES: bool>(array: [u8; N]) {
    hook!();
    //~ N: usize = 2 -- read_only: a constant
    //~ YES: bool = true -- read_only: a constant
    //~ array: [u8; 2] = [1, 2]
}

fn call_constants() {
    constants::<2, true>([1, 2]);
}

#[hookable]
fn configured(#[cfg(any())] absent: u8, #[cfg(all())] present: u8) {
    #[cfg(any())]
    let value = 1;
    #[cfg(not(any()))]
    let value = "two";
    #[cfg(any())]
    let gone = 3;
    match 4 {
        #[cfg(any())]
        dropped => {}
        kept => {
            hook!();
            //~ present: u8 = 5
            //~ value: &str = "two"
            //~ kept: i32 = 4
        }
    }
    #[cfg(all())]
    let value = value.len();
    hook!();
    //~ present: u8 = 5
    //~ value: usize = 3
    #[cfg(all())]
    let present = u16::from(present);
    let add = |#[cfg(any())] absent: Absent, #[cfg(all())] (a, b): (u8, u8)| {
        hook!();
        //~ value -- unavailable: not captured whole by this closure
        //~ present -- unavailable: not captured whole by this closure
        //~ a: u8 = 1
        //~ b: u8 = 2
        a + b
    };
    println!("{value} {present} {}", add((1, 2)));
}

fn call_configured() {
    configured(5);
}

#[hookable]
fn references() {
    let mut some = Some(1);
    if let Some(n) = some.as_mut() {
        hook!();
        //~ some: Option<i32> -- borrowed: mutably borrowed by n, line -1
        //~ n: &mut i32 = 1
        *n += 1;
    }
    match some {
        Some(ref mut n) => {
            let shared = &*n;
            hook!();
            //~ some: Option<i32> -- borrowed: mutably borrowed by n, line -2
            //~ n: &mut i32 = 2 -- read_only: borrowed by shared, line -1
            //~ shared: &i32 = 2
            println!("{shared}");
        }
        None => {}
    }
    let mut pairs = [(1, 'a'), (2, 'b')];
    for (index, (n, c)) in pairs.iter_mut().enumerate() {
        hook!();
        //~ some: Option<i32> = Some(2)
        //~ pairs: [(usize, char); 2] -- borrowed: mutably borrowed, line -1
        //~ index: usize = 0
        //~ n: &mut usize = 1
        //~ c: &mut char = 'a'
        *n += index;
        let moved = n;
        hook!();
        //~ some: Option<i32> = Some(2)
        //~ pairs: [(usize, char); 2] -- borrowed: mutably borrowed, line -9
        //~ index: usize = 0
        //~ n: &mut usize -- moved: moved at line -1
        //~ c: &mut char = 'a'
        //~ moved: &mut usize = 1
        println!("{moved} {c}");
    }
    let (first, rest) = pairs.split_at_mut(1);
    first.iter_mut().zip(rest).for_each(|(a, b)| {
        hook!();
        //~ some -- unavailable: not captured whole by this closure
        //~ pairs -- unavailable: not captured whole by this closure
        //~ first -- unavailable: not captured whole by this closure
        //~ rest -- unavailable: not captured whole by this closure
        //~ a: &mut (usize, char) = (1, 'a')
        //~ b: &mut (usize, char) = (3, 'b')
        std::mem::swap(a, b);
    });
    if let Some(n) = some.as_mut() {
        *n += 1;
        // The owner is what people look at, and `n` is not used again.
        hook!();
        //~ some: Option<i32> = Some(3)
        //~ pairs: [(usize, char); 2] = [(3, 'b'), (1, 'a')]
        //~ first: &mut [(usize, char)] = [(3, 'b')] -- read_only: shown as the hook opened: it borrows pairs
        //~ rest: &mut [(usize, char)] -- moved: moved at line -13
        //~ n: &mut i32 = 3 -- read_only: shown as the hook opened: it borrows some
    }
    // Where a hook may be left out, or stands in what a macro is given, traits are chosen on the spot.
    for (index, n) in [1, 2].iter_mut().enumerate() {
        #[cfg(all())]
        hook!();
        //~ some: Option<i32> = Some(3)
        //~ pairs: [(usize, char); 2] = [(3, 'b'), (1, 'a')]
        //~ first: &mut [(usize, char)] -- borrowed: not used again: pairs is shown, which it borrows
        //~ rest: &mut [(usize, char)] -- moved: moved at line -23
        //~ index: usize = 0
        //~ n: &mut usize = 1
        *n += index;
    }
    let all = vec![match &mut some {
        Some(n) => {
            hook!();
            //~ some: Option<i32> -- borrowed: mutably borrowed, line -2
            //~ pairs: [(usize, char); 2] = [(3, 'b'), (1, 'a')]
            //~ first: &mut [(usize, char)] -- borrowed: last used before line -11, where pairs is shown
            //~ rest: &mut [(usize, char)] -- moved: moved at line -34
            //~ n: &mut i32 = 3
            *n
        }
        None => 0,
    }];
    println!("{some:?} {pairs:?} {all:?}");
}

/// Is like crossbeam's `select!`.
macro_rules! select {
    ($(recv($from:expr) -> $got:pat => $then:expr,)* default($wait:expr) => $other:expr) => {
        loop {
            $(if let Some(value) = $from.pop() {
                let $got: Result<_, ()> = Ok(value);
                break $then;
            })*
            let _: u8 = $wait;
            break $other;
        }
    };
}

#[hookable]
fn selections() {
    let (mut numbers, mut texts, wait) = (vec![1], vec!["a", "b"], 5);
    for _ in 0..4 {
        select! {
            recv(numbers) -> number => {
                hook!();
                //~ numbers: Vec<i32> = []
                //~ texts: Vec<&str> = ["a", "b"]
                //~ wait: u8 = 5
                //~ number: Result<i32, ()> = Ok(1) -- read_only: bound by a pattern, without `mut`
                drop(number);
            },
            recv(texts) -> text => match text {
                Ok(word) => hook!("{word}"),
                //~ numbers: Vec<i32> = []
                //~ texts: Vec<&str> = ["a"]
                //~ wait: u8 = 5
                //~ text: Result<&str, ()> = Ok("b") -- read_only: bound by a pattern, without `mut`
                //~ word: &str = "b" -- read_only: bound by a pattern, without `mut`
                Err(()) => hook!("never"),
                //~ not reached
            },
            default(wait) => hook!()
            //~ numbers: Vec<i32> = []
            //~ texts: Vec<&str> = []
            //~ wait: u8 = 5
        }
    }
}

struct Point {
    x: i32,
    y: i32,
}

struct Wrapper(Vec<i32>);

#[derive(Debug)]
enum Shape {
    Circle(f64),
    Square { side: u32, name: String },
    Unit,
}

programs::run!(
    lets,
    shadows,
    call_parameters,
    receivers,
    call_arms,
    call_conditions,
    loops,
    closures,
    nested_items,
    call_constants,
    call_configured,
    references,
    selections,
);
