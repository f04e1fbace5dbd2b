//! Types whose impls ask more of the lifetimes in them than a borrow does. All of it compiles without hooks.
#![allow(unused)]

use std::cell::Cell;
use std::fmt::{self, Debug, Display, Formatter};
use std::future::Future;
use std::str::FromStr;

use hookable::{hook, hookable};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

struct Held<'a>(&'a str);

impl Debug for Held<'static> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[hookable]
fn debug(s: &str) {
    let h = Held(s);
    hook!();
    //~ s: &str = "ab"
    //~ h: Held<'_>
    drop(h);
}

#[hookable]
fn within_others(s: &str) {
    let h = vec![Some(Held(s))];
    hook!();
    //~ s: &str = "ab"
    //~ h: Vec<Option<Held<'_>>>
    drop(h);
}

#[hookable]
fn behind_a_reference(h: &Held<'_>) -> usize {
    hook!();
    //~ h: &Held<'_>
    h.0.len()
}

#[hookable]
fn behind_a_reference_that_writes<'a>(h: &mut Held<'a>, s: &'a str) {
    hook!();
    //~ h: &mut Held<'_>
    //~ s: &str = "ab"
    h.0 = s;
}

#[hookable]
fn of_a_local() {
    let s = String::from("local");
    let h = Held(&s);
    hook!();
    //~ s: String = "local" -- read_only: borrowed by h, line -1
    //~ h: Held<'_>
    drop(h);
    hook!();
    //~ s: String = "local"
    //~ h: Held<'_> -- moved: moved at line -1
}

struct Lasting<T>(T);

impl<T: 'static> Display for Lasting<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("lasting")
    }
}

#[hookable]
fn of_locals_in_branches(n: usize) -> usize {
    let mut s = String::from("local");
    let number = Lasting(n);
    let mut h = Held(&s);
    let lasting = Lasting(vec![h.0]);
    if n > 2 {
        drop(h);
        hook!();
        //~ n: usize = 3
        //~ s: String = "local" -- read_only: borrowed by h, line -4
        //~ number: Lasting<usize> = lasting
        //~ h: Held<'_> -- moved: moved at line -1
        //~ lasting: Lasting<Vec<&str>>
        h = Held("fixed");
    }
    hook!();
    //~ n: usize = 3
    //~ s: String = "local" -- read_only: borrowed by h, line -12
    //~ number: Lasting<usize> = lasting
    //~ h: Held<'_>
    //~ lasting: Lasting<Vec<&str>>
    let n = h.0.len() + lasting.0.len() + number.0;
    s.push('!');
    hook!();
    //~ s: String = "local!"
    //~ number: Lasting<usize> = lasting
    //~ h: Held<'_> -- borrowed: its borrow ended at line -1
    //~ lasting: Lasting<Vec<&str>> -- borrowed: its borrow ended at line -1
    //~ n: usize = 9
    n
}

#[hookable]
fn of_a_temporary() -> usize {
    let inner = || {
        let s = String::from("local");
        let lasting = Lasting(s.as_str());
        hook!();
        //~ s: String = "local" -- read_only: borrowed by lasting, line -1
        //~ lasting: Lasting<&str>
        lasting.0.len()
    };
    match Held(&String::from("temporary")) {
        h => {
            hook!();
            //~ inner: {{closure}}
            //~ h: Held<'_>
            h.0.len() + inner()
        }
    }
}

#[hookable]
fn in_a_closure(s: &str) -> usize {
    let h = Held(s);
    let length = |t: Held<'_>| {
        hook!();
        //~ s -- unavailable: not captured whole by this closure
        //~ h -- unavailable: not captured whole by this closure
        //~ h.0: &str = "ab" -- read_only: captured by this closure
        //~ t: Held<'_>
        h.0.len() + t.0.len()
    };
    length(Held(s))
}

#[hookable]
async fn across_an_await(s: &str) {
    let h = Held(s);
    hook!();
    //~ s: &str = "ab"
    //~ h: Held<'_>
    std::future::ready(()).await;
    drop(h);
    hook!();
    //~ s: &str = "ab"
    //~ h: Held<'_> -- moved: moved at line -1
}

#[hookable]
fn bound_by_patterns(s: &str) {
    for h in [Held(s)] {
        hook!();
        //~ s: &str = "ab"
        //~ h: Held<'_>
        drop(h);
    }
    if let Some(ref h) = Some(Held(s)) {
        hook!();
        //~ s: &str = "ab"
        //~ h: &Held<'_> -- read_only: bound by a pattern, without `mut`
        let _ = h.0;
    }
}

struct Holder<'a> {
    held: Held<'a>,
    n: u32,
}

#[hookable]
impl Holder<'_> {
    fn a_field(&mut self) {
        let n = &mut self.n;
        hook!();
        //~ self: &mut Holder<'_> -- borrowed: mutably borrowed by n, line -1
        //~ n: &mut u32 = 1
        *n += 1;
        hook!();
        //~ self: &mut Holder<'_>
        //~ n: &mut u32 = 2 -- read_only: shown as the hook opened: it borrows self
    }
}

struct Shown<'a>(&'a str);

impl Display for Shown<'static> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[hookable]
fn display(s: &str) {
    let h = Shown(s);
    hook!();
    //~ s: &str = "ab"
    //~ h: Shown<'_>
    drop(h);
}

struct Parsed<'a>(&'a str);

impl FromStr for Parsed<'static> {
    type Err = ();
    fn from_str(_: &str) -> Result<Self, ()> {
        Ok(Parsed("parsed"))
    }
}

#[hookable]
fn parse(s: &str) -> usize {
    let h = Parsed(s);
    hook!();
    //~ s: &str = "ab"
    //~ h: Parsed<'_>
    h.0.len()
}

struct Saved<'a>(&'a str);

impl Serialize for Saved<'static> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

#[hookable]
fn serialize(s: &str) -> usize {
    let h = Saved(s);
    hook!();
    //~ s: &str = "ab"
    //~ h: Saved<'_>
    h.0.len()
}

struct Read<'a>(&'a str);

impl<'de> Deserialize<'de> for Read<'static> {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Read("read"))
    }
}

#[hookable]
fn deserialize(s: &str) -> usize {
    let h = Read(s);
    hook!();
    //~ s: &str = "ab"
    //~ h: Read<'_>
    h.0.len()
}

struct Lent<'a>(&'a str);

impl<'de: 'a, 'a> Deserialize<'de> for Lent<'a> {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Lent("lent"))
    }
}

#[hookable]
fn deserialize_for_as_long_as_the_source(s: &str) -> usize {
    let h = Lent(s);
    hook!();
    //~ s: &str = "ab"
    //~ h: Lent<'_>
    h.0.len()
}

struct Takes<'a>(fn(&'a str) -> usize);

impl Debug for Takes<'static> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("takes")
    }
}

#[hookable]
fn contravariant<'a>(t: Takes<'a>, s: &'a str) -> usize {
    hook!();
    //~ t: Takes<'_>
    //~ s: &str = "ab"
    (t.0)(s)
}

struct Celled<'a>(Cell<&'a str>);

impl Debug for Celled<'static> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get())
    }
}

#[hookable]
fn invariant(s: &str) {
    let h = Celled(Cell::new(s));
    hook!();
    //~ s: &str = "ab"
    //~ h: Celled<'_>
    drop(h);
}

struct Two<'a, 'b>(&'a str, &'b str);

impl<'a> Debug for Two<'a, 'a> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[hookable]
fn of_one_lifetime<'a, 'b>(two: Two<'a, 'b>) -> (&'a str, &'b str) {
    hook!();
    //~ two: Two<'_, '_>
    (two.0, two.1)
}

#[hookable]
fn of_one_lifetime_where_that_can_be(a: &str, b: &str) -> usize {
    let two = Two(a, b);
    hook!();
    //~ a: &str = "ab"
    //~ b: &str = "b"
    //~ two: Two<'_, '_> = ab
    two.0.len()
}

struct Longer<'a, 'b>(&'a str, &'b str);

impl<'a: 'b, 'b> Debug for Longer<'a, 'b> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[hookable]
fn one_outlives_the_other<'a, 'b>(two: Longer<'a, 'b>) -> (&'a str, &'b str) {
    hook!();
    //~ two: Longer<'_, '_>
    (two.0, two.1)
}

struct Owned<T>(T);

impl<T: 'static> Debug for Owned<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("owned")
    }
}

#[hookable]
fn a_parameter_outlives_static<T>(t: T) -> T {
    let o = Owned(t);
    hook!();
    //~ t: &String -- moved: moved at line -1
    //~ o: Owned<&String>
    o.0
}

#[hookable]
fn a_parameter_that_does<T: 'static>(t: T) -> T {
    let o = Owned(t);
    hook!();
    //~ t: i32 -- moved: moved at line -1
    //~ o: Owned<i32> = owned
    o.0
}

struct Called<F>(F);

impl Debug for Called<fn(&'static str) -> usize> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("called")
    }
}

#[hookable]
fn for_all_lifetimes(s: &str) -> usize {
    let f: Called<for<'a> fn(&'a str) -> usize> = Called(|s| s.len());
    let g: Called<fn(&'static str) -> usize> = Called(|s| s.len());
    hook!();
    //~ s: &str = "ab"
    //~ f: Called<fn(&'_ str) -> usize>
    //~ g: Called<fn(&str) -> usize> = called
    (f.0)(s) + (g.0)("a")
}

trait Data: 'static {
    type Value<'a>: Copy + Debug + 'a;
}

struct Numbers;

impl Data for Numbers {
    type Value<'a> = u8;
}

fn each<'a, T: Clone + 'a>(all: &[T]) -> impl Iterator<Item = T> + 'a {
    all.to_vec().into_iter()
}

fn boxed<'a, T>(all: impl Iterator<Item = T> + 'a) -> Box<dyn Iterator<Item = T> + 'a> {
    Box::new(all)
}

// In the closure no lifetime is known for which the values live. rustc says so of the whole type of `rest`, and of no
// line that asks for it.
#[hookable]
fn a_lifetime_of_a_closure<'a, D: Data>(first: D::Value<'a>) -> Box<dyn Iterator<Item = D::Value<'a>> + 'a> {
    let all = [first];
    let call = move |last| {
        let rest = each(&all);
        hook!();
        //~ first -- unavailable: not captured whole by this closure
        //~ all: [u8; 1] = [1] -- read_only: captured by this closure
        //~ last: u8 = 1
        //~ rest -- unavailable: `<D as Data>::Value<'_>` does not live long enough
        boxed(rest.chain([last]))
    };
    hook!();
    //~ first: u8 = 1
    //~ all: [u8; 1] = [1]
    //~ call: a_lifetime_of_a_closure<'_, Numbers>{{closure}}
    call(first)
}

// Until the push, a bound is all that could tell the type of the elements, and it would tell a wrong one.
#[hookable]
fn shaped_like_a_bound<T: Copy>(n: T) -> usize
where
    Vec<T>: Debug,
{
    let mut v = Vec::new();
    hook!();
    //~ n: u16 = 7
    //~ v: Vec<u8> = []
    v.push(1u8);
    v.len()
}

// Before the call in the vector, nothing tells the type of `last`: what is asked about it there is an error wherever
// its type becomes known.
#[hookable]
fn a_type_known_later<'a, D: Data>(first: D::Value<'a>) -> usize {
    let all = vec![first];
    let call = |last| {
        let kept = vec![{
            hook!();
            //~ first -- unavailable: not captured whole by this closure
            //~ all: Vec<u8> = [1] -- read_only: captured by this closure
            //~ last: u8 = 1
            all.len()
        }];
        kept.len() + size_of_val::<D::Value<'a>>(&last)
    };
    hook!();
    //~ first: u8 = 1
    //~ all: Vec<u8> = [1] -- read_only: borrowed by call, line -10
    //~ call: a_type_known_later<Numbers>{{closure}}
    call(first)
}

fn main() {
    let s = String::from("ab");
    debug(&s);
    within_others(&s);
    behind_a_reference(&Held(&s));
    behind_a_reference_that_writes(&mut Held(&s), &s);
    of_a_local();
    of_locals_in_branches(3);
    of_a_temporary();
    in_a_closure(&s);
    let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
    let _ = std::pin::pin!(across_an_await(&s)).as_mut().poll(context);
    bound_by_patterns(&s);
    Holder { held: Held(&s), n: 1 }.a_field();
    display(&s);
    parse(&s);
    serialize(&s);
    deserialize(&s);
    deserialize_for_as_long_as_the_source(&s);
    contravariant(Takes(|s| s.len()), &s);
    invariant(&s);
    of_one_lifetime(Two(&s, "b"));
    of_one_lifetime_where_that_can_be(&s, "b");
    shaped_like_a_bound(7u16);
    one_outlives_the_other(Longer(&s, "b"));
    a_parameter_outlives_static(&s);
    a_parameter_that_does(1);
    for_all_lifetimes(&s);
    a_lifetime_of_a_closure::<Numbers>(1).count();
    a_type_known_later::<Numbers>(1);
}
