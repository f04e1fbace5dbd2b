//! A hook in each situation of which an error of rustc tells a probe.

#![allow(non_snake_case, non_upper_case_globals)]

use std::fmt::Debug;

use hookable::{hook, hookable};

struct Guard<'a> {
    text: &'a mut String,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.text.push('.');
    }
}

macro_rules! in_closure {
    ($($body:tt)*) => {
        (|| { $($body)* })()
    };
}

macro_rules! plainly {
    ($($body:tt)*) => {
        { $($body)* }
    };
}

macro_rules! in_function {
    ($number:ident, $($body:tt)*) => {{
        fn made($number: u8) -> u8 {
            $($body)*
        }
        made(7)
    }};
}

const limit: u8 = 9;

#[hookable]
fn moved(text: String) -> usize {
    let taken = text;
    let pair = (String::from("a"), 1);
    let first = pair.0;
    hook!();
    taken.len() + first.len() + usize::from(pair.1 > 0)
}

#[hookable]
fn not_there_yet(is_late: bool) -> u8 {
    let late: u8;
    let mut maybe: String;
    hook!();
    if is_late {
        late = 1;
        maybe = String::from("x");
        maybe.push('y');
        hook!();
        return late + maybe.len() as u8;
    }
    0
}

#[hookable]
fn borrowed(mut number: u8, mut list: Vec<u8>) -> u8 {
    let unique = &mut number;
    let shared = &list;
    hook!();
    *unique += shared[0];
    let last = list.last_mut();
    hook!();
    *last.unwrap() += 1;
    number + list[0]
}

#[hookable]
fn in_closures(number: &mut u8, text: &str) -> usize {
    let mut add = || {
        *number += 1;
        hook!();
    };
    hook!();
    add();
    add();
    let owned = String::from(text);
    let give = move || owned.len();
    hook!();
    give() + usize::from(*number)
}

#[hookable]
fn names(value: u8) -> u8 {
    let found = match value {
        limit => 1,
        other => {
            hook!();
            other
        }
    };
    let mut total = 0;
    'outer: for step in 0..2 {
        plainly!({
            let within = step + 1;
            hook!();
            total += within;
            if within > 5 {
                break 'outer;
            }
        });
        in_closure!({
            hook!();
            total += 1;
        });
    }
    found + total
}

#[hookable]
fn guarded(mut option: Option<String>) -> usize {
    match option {
        Some(ref mut text)
            if {
                hook!();
                text.len() > 1
            } =>
        {
            text.len()
        }
        Some(text) => {
            hook!();
            text.len()
        }
        None => 0,
    }
}

#[hookable]
fn dropped_later(text: &mut String) -> usize {
    let guard = Guard { text };
    let again = &guard.text;
    hook!();
    let length = again.len();
    hook!();
    drop(guard);
    length
}

#[hookable]
fn gives_a_borrow<'a>(guarded: &'a mut String, others: &'a [String]) -> &'a mut String {
    let first = others.first();
    hook!();
    if let Some(first) = first {
        guarded.push_str(first);
    }
    guarded
}

#[hookable]
fn temporaries() -> usize {
    let text = &String::from("temporary");
    let view = text.as_str();
    hook!();
    view.len()
}

#[hookable]
fn inner_scope() -> u8 {
    let kept: &u8;
    let number = 4;
    {
        let inner = 3;
        let near = &inner;
        hook!();
        kept = if *near > 5 { &7 } else { &number };
    }
    hook!();
    *kept
}

#[hookable]
fn generic<T: Debug + Clone>(value: T, array: [T; 2]) -> String {
    let copy = value.clone();
    let late = Vec::new();
    hook!();
    let mut late = late;
    late.push(copy);
    format!("{value:?} {array:?} {late:?}")
}

#[hookable]
fn threads(text: String) -> usize {
    let shared = std::sync::Arc::new(text);
    let other = std::thread::spawn({
        let shared = shared.clone();
        move || {
            hook!();
            shared.len()
        }
    });
    let length = other.join().unwrap();
    hook!();
    length + shared.len()
}

trait Shape {
    #[hookable]
    fn area(&self) -> u32 {
        let side = self.side();
        hook!();
        side * side
    }

    fn side(&self) -> u32;
}

struct Square(u32);

#[hookable]
impl Shape for Square {
    fn side(&self) -> u32 {
        let Square(side) = self;
        hook!();
        *side
    }
}

#[hookable]
fn loops() -> u32 {
    let mut sum = 0;
    let mut last = &0;
    let numbers = [1, 2, 3];
    for number in &numbers {
        hook!();
        sum += *last;
        last = number;
    }
    hook!();
    sum
}

#[hookable(on_err)]
fn fails(text: &str, all: &mut Vec<u8>) -> Result<usize, String> {
    let number: u8 = text.parse().map_err(|_| String::from("no number"))?;
    let last = all.last_mut().ok_or("empty")?;
    *last += number;
    if number > 5 {
        return Err(format!("{number}"));
    }
    Ok(all.len())
}

#[hookable]
fn in_patterns(pair: (u8, Option<String>)) -> usize {
    let (limit | _, text) = &pair;
    if let Some(found) = text
        && found.len() > 1
    {
        plainly!({
            fn inner(number: u8) -> u8 {
                let next = number + 1;
                hook!();
                next
            }
            hook!();
            return usize::from(inner(3)) + found.len();
        });
    }
    usize::from(limit)
}

#[hookable]
async fn later(text: String) -> usize {
    let view = &text;
    std::future::ready(()).await;
    hook!();
    view.len()
}

#[hookable]
fn kept_for_the_next_turn() -> u32 {
    let mut total = 0;
    let mut view = &0;
    let mut seen = 0;
    for step in 0..3 {
        total = step;
        hook!();
        view = &total;
        seen += *view;
    }
    seen
}

#[hookable]
fn used_before_a_hook(mut count: u8) -> u8 {
    let unique = &mut count;
    *unique += 1;
    let copied = count + 1;
    hook!();
    copied
}

trait Length {
    fn length(self, more: String) -> usize;
}

#[hookable]
impl Length for String {
    fn length(self, more: String) -> usize {
        let kept = self;
        hook!();
        let late: u8;
        let count = more.len();
        let taken = more;
        hook!();
        late = 1;
        hook!();
        kept.len() + taken.len() + count + usize::from(late)
    }
}

#[hookable]
fn named_like_constants(Number: u8) -> u8 {
    let Other = Number + 1;
    hook!();
    in_function!(number, hook!(); number + 1) + Other
}

#[hookable]
fn outlives_a_guard(text: &mut String) -> usize {
    let view;
    let length;
    {
        let guard = Guard { text };
        view = &mut *guard.text;
        view.push('x');
        length = view.len();
    }
    hook!();
    length
}

/// Has a `Debug` for one lifetime alone.
struct Held<'h>(&'h str);

impl std::fmt::Debug for Held<'static> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

#[hookable]
fn for_one_lifetime(given: Held<'_>) -> usize {
    hook!();
    let text = given.0.to_owned();
    let own = Held(&text);
    hook!();
    own.0.len() + Held(&given.0.to_owned()).0.len()
}

fn main() {
    println!("{}", for_one_lifetime(Held("ab")));
    println!("{}", moved("ab".into()));
    println!("{} {}", not_there_yet(true), not_there_yet(false));
    println!("{}", borrowed(1, vec![2]));
    println!("{}", in_closures(&mut 1, "ab"));
    println!("{} {}", names(9), names(3));
    println!("{} {}", guarded(Some("abc".into())), guarded(Some("a".into())));
    println!("{}", dropped_later(&mut "abc".into()));
    println!("{}", gives_a_borrow(&mut "a".into(), &["b".into()]));
    println!("{} {}", temporaries(), inner_scope());
    println!("{}", generic(1, [2, 3]));
    println!("{}", threads("ab".into()));
    println!("{} {}", Square(3).area(), loops());
    let mut all = vec![1];
    println!("{:?} {:?}", fails("x", &mut all), fails("7", &mut all));
    println!("{:?} {:?}", fails("2", &mut all), fails("2", &mut Vec::new()));
    println!("{} {}", in_patterns((9, Some("ab".into()))), in_patterns((9, None)));
    println!("{} {}", kept_for_the_next_turn(), used_before_a_hook(3));
    println!("{} {}", "ab".to_owned().length("c".into()), named_like_constants(2));
    println!("{}", outlives_a_guard(&mut "ab".into()));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    println!("{:?}", Box::pin(later("abc".into())).as_mut().poll(&mut context));
}
