//! Values without `Debug` are shown by their fields, in the manner of a derived `Debug`.

use std::fs;
use std::path::Path;

use super::{answers, merged};
use crate::support::{Package, succeeds};

const SHOP: &str = r#"
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Mutex;

pub struct Item {
    name: String,
    tag: Tag,
}

pub enum Tag {
    Plain,
    Sale(u8, Unit),
    Custom { r#type: &'static str, inner: Box<Tag> },
}

#[derive(Clone, Copy)]
pub struct Unit;

#[derive(Debug)]
pub struct Known(u8);

pub struct Slot<'a, T: ?Sized, const N: usize = 2> {
    content: Option<&'a T>,
    counts: [u8; N],
    #[cfg(any())]
    absent: Absent,
}

mod deep {
    pub struct Item(#[cfg(all())] pub(super) u64, pub(crate) (u8, super::Known));
}

pub struct Shop<'a> {
    items: Vec<Option<Item>>,
    by_name: BTreeMap<String, Rc<Item>>,
    slot: Slot<'a, Item>,
    cell: RefCell<Unit>,
    copied: Cell<Unit>,
    lock: Mutex<Tag>,
    pair: (deep::Item, u8),
    call: Box<dyn Fn(u8) -> u8>,
}

#[repr(packed)]
pub struct Packed {
    pub a: u8,
    pub b: u32,
}

impl Item {
    pub fn new(name: &str, tag: Tag) -> Item {
        Item { name: name.to_owned(), tag }
    }

    pub fn len(&self) -> usize {
        self.name.len() + usize::from(matches!(self.tag, Tag::Plain))
    }
}

impl Shop<'_> {
    pub fn new(item: &Item) -> Shop<'_> {
        let inner = Box::new(Tag::Sale(3, Unit));
        Shop {
            items: vec![Some(Item::new("a", Tag::Custom { r#type: "t", inner })), None],
            by_name: [("b".to_owned(), Rc::new(Item::new("b", Tag::Plain)))].into(),
            slot: Slot { content: Some(item), counts: [1, 2] },
            cell: RefCell::new(Unit),
            copied: Cell::new(Unit),
            lock: Mutex::new(Tag::Plain),
            pair: (deep::Item(1, (2, Known(3))), 4),
            call: Box::new(|n| n),
        }
    }

    pub fn len(&self) -> usize {
        let lengths = self.items.iter().flatten().map(Item::len).sum::<usize>();
        lengths + self.by_name.len() + usize::from((self.call)(0))
    }

    pub fn lock(&self) -> std::sync::MutexGuard<'_, Tag> {
        self.lock.lock().unwrap()
    }
}

pub struct View<'v>(pub &'v u8);
"#;

const MAIN: &str = r#"
mod shop;

use hookable::{hook, hookable};
use shop::{Item, Packed, Shop, Tag};

struct Wrapped<T>(T, Vec<T>);

mod marked {
    use std::marker::PhantomData;
    use std::pin::Pin;

    // The first has a `Debug` whatever `T` is, and the second is made of what the pointer points at.
    pub struct Marked<'a, T: 'static> {
        of: PhantomData<&'a T>,
        pinned: Pin<Box<T>>,
        list: Vec<T>,
    }

    pub struct Around<'a, T: 'static>(Marked<'a, T>);

    impl<T> Around<'_, T> {
        pub fn new(value: T) -> Self {
            Around(Marked { of: PhantomData, pinned: Box::pin(value), list: vec![] })
        }
        pub fn len(&self) -> usize {
            self.0.list.len()
        }
    }
}

#[hookable]
fn generic<T>(value: T) -> usize {
    let wrapped = Wrapped(value, vec![]);
    hook!();
    wrapped.1.len()
}

#[hookable]
fn main() {
    let item = Item::new("x", Tag::Plain);
    let packed = Packed { a: 1, b: 2 };
    let shop = Shop::new(&item);
    let guard = shop.lock();
    let wrapped = Wrapped(Some(Item::new("w", Tag::Plain)), Vec::new());
    let around = marked::Around::new(Item::new("m", Tag::Plain));
    hook!();
    drop(guard);
    println!("{} {}", shop.len() + wrapped.1.len() + around.len(), u32::from(packed.a) + { packed.b });
    generic(item);
    packed.local_types();
}

impl Packed {
    #[hookable]
    fn local_types(&self) {
        struct Seen<'s>(&'s u8, Kind);
        enum Kind { One }
        let count = 4;
        let mut shop = 5;
        hook!();
        shop += count;
        let call = |count: u8| {
            struct Inner<'s> { seen: Seen<'s> }
            hook!();
            count
        };
        call(count);
    }
}
"#;

const ITEM: &str = "Item { name: \"a\", tag: Custom { type: \"t\", inner: Sale(3, Unit) }, }";

#[test]
fn values_without_debug() {
    let package = Package::new("live_parts").file("src/shop.rs", SHOP).main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.executable("debug");
    let whole = format!(
        "Shop {{ items: [ Some({ITEM}), None, ], by_name: {{\"b\": Item {{ name: \"b\", tag: Plain }}}}, slot: Slot {{ content: \
         Some(Item {{ name: \"x\", tag: Plain }}), counts: [1, 2], }}, cell: RefCell {{ value: Unit }}, copied: Cell {{ \
         value: Unit }}, lock: Mutex {{ data: <locked>, poisoned: false, .. }}, pair: (Item(1, (2, Known(3))), 4), call: \
         <dyn Fn(u8) -> u8>, }}"
    );
    let lines = [
        (
            ":locals item",
            "item: Item = Item { name: \"x\", tag: Pl... read-only: borrowed by shop, line 43",
        ),
        ("item", "Item { name: \"x\", tag: Plain }"),
        (
            ":locals item",
            "item: Item = Item { name: \"x\", tag: Pl... read-only: borrowed by shop, line 43",
        ),
        (":full shop", &*whole),
        ("wrapped", "Wrapped(Some(Item { name: \"w\", tag: Plain }), [])"),
        ("wrapped.0", "Some(Item { name: \"w\", tag: Plain })"),
        (
            "around",
            "Around(Marked { of: PhantomData<&live_parts::shop::Item>, pinned: Item { name: \"m\", tag: Plain }, list: [], })",
        ),
        // Nothing has changed where it only became known how a value is shown.
        (":diff", "nothing that was typed here changed a local"),
        // What is drawn has fields too, and of an iterator what it gives is drawn.
        (
            ":table shop.items",
            "variant 0 0 Some Item { name: \"a\", tag: Custom { type: \"t\", inner: Sale(3, Unit) } } 1 None",
        ),
        (
            ":table shop.items.iter().flatten()",
            "name tag 0 \"a\" Custom { type: \"t\", inner: Sale(3, Unit) }",
        ),
        (":table [&item, &item]", "name tag 0 \"x\" Plain 1 \"x\" Plain"),
        (":table vec![Item::new(\"y\", Tag::Plain)]", "name tag 0 \"y\" Plain"),
        (
            ":table shop.by_name.values().map(|item| (item.len(), &item.name))",
            "0 1 0 2 \"b\"",
        ),
        (
            ":hist (0..0).map(|n| n / 2)",
            "`(0..0).map(|n| n / 2)` cannot be drawn: it is empty",
        ),
        (
            ":table (0..2).map(|n| [1, 2][n + 1..].iter().sum::<i32>() / (1 - n as i32))",
            "`(0..2).map(|n| [1, 2][n + 1..].iter().sum::<i32>() / (1 - n as i32))` cannot be drawn: it panicked: attempt to divide by zero",
        ),
        ("wrapped.0 = None", ""),
        (
            ":diff",
            "wrapped: Wrapped(Some(Item { name: \"w\",... -> Wrapped(None, [])",
        ),
        ("Tag::Sale(1, shop::Unit)", "Sale(1, Unit)"),
        ("let tags = vec![(1, Tag::Plain)];", ""),
        ("tags", "[(1, Plain)]"),
        ("packed", "Packed { a: 1, b: 2 }"),
        (
            "|| 1",
            "<main::{{closure}}> main::{{closure}} has neither Debug nor Display",
        ),
        ("item.len()", "2"),
        // A value of the session hides a local, which is still shown as what it is.
        ("let wrapped = Tag::Sale(5, shop::Unit);", ""),
        ("wrapped", "Sale(5, Unit)"),
        (":locals wrapped", "wrapped: Wrapped<Option<Item>> = Wrapped(None, [])"),
        (":c\nwrapped", "2 3 Wrapped(Item { name: \"x\", tag: Plain }, [])"),
        // No path leads to what the function defines, nor to what was typed, and what borrows is gone with its line.
        (":c\nSeen(&count, Kind::One)", "Seen(4, One)"),
        ("struct Typed<'t, T> { of: &'t T }", ""),
        ("Typed { of: &count }", "Typed { of: 4 }"),
        (
            "Some(&Typed { of: &Seen(&count, Kind::One) })",
            "Some(Typed { of: Seen(4, One) })",
        ),
        // What borrows from a local that is called as a module is stays, where a type of that module is learned.
        ("fn view(of: &u8) -> shop::View<'_> { shop::View(of) }", ""),
        ("let held = &mut shop;", ""),
        ("view(&count)", "View(4)"),
        ("*held", "5"),
        ("enum Either<'t> { A(Typed<'t, u8>), B }", ""),
        ("[Either::A(Typed { of: &count })]", "[A(Typed { of: 4 })]"),
        ("Wrapped(Typed { of: &count }, vec![])", "Wrapped(Typed { of: 4 }, [])"),
        ("macro_rules! made { ($name:ident) => { struct $name(u8); } }", ""),
        ("made!(Made);", ""),
        ("Made(1)", "Made(1)"),
        (
            ":c\nInner { seen: Seen(&count, Kind::One) }",
            "Inner { seen: Seen(4, One) }",
        ),
    ];
    check(&program, &lines);
    // `main` runs already, and no other call of it comes.
    let in_main = [
        (
            ":next",
            "this call of `main` has no hook before its statements, and there is no other: with `#[hookable(step)]` on it, the next build has them; `:break` stops in what it calls",
        ),
        (
            ":finish",
            "this call of `main` has no hook where it returns, and there is no other: with `#[hookable(step)]` on it, the next build has them; `:break` stops in what it calls",
        ),
        (
            ":break main",
            "hook 2 is planted at src/main.rs:41 in main `main` runs already, and is called but once: what is planted in it stops in its closures alone",
        ),
        (":break Item::len", "hook 3 is planted at src/shop.rs:58 in Item::len"),
    ];
    check(&program, &in_main);
    // The sources may be others meanwhile.
    fs::write(package.path().join("src/shop.rs"), "").unwrap();
    check(&program, &lines);
}

/// Types lines, and compares the words of the answers.
#[track_caller]
fn check(program: &Path, lines: &[(&str, &str)]) {
    let typed: Vec<&str> = lines.iter().map(|(line, _)| *line).collect();
    let (answers, said) = answers(&mut merged(program, &[]), &typed);
    for ((line, expected), answer) in lines.iter().zip(&answers) {
        let words: Vec<&str> = answer.split_whitespace().collect();
        assert_eq!(words.join(" "), *expected, "{line}\n{}", said.stdout);
    }
    assert_eq!(said.code, Some(0));
}

/// A crate whose types have no `Debug`, in a module that is private.
const LIBRARY: &str = r#"
mod inner {
    pub struct Config {
        pub name: String,
        pub retries: u32,
        pub(crate) secret: u8,
        pub inner: Vec<Option<Deep>>,
    }
    pub struct Deep(pub u8, pub (u8, Kind));
    pub enum Kind { A, B(u8, Leaf), C { x: u8, y: Option<Leaf> }, D, E(Box<Kind>) }
    pub struct Leaf { pub a: u8 }
    pub struct Sealed { x: u8 }
    pub struct Half(u8, pub u8);
    pub struct Pair<A, B> { pub a: A, pub b: Vec<B> }
    #[non_exhaustive]
    pub struct Open { pub n: u8 }
    #[non_exhaustive]
    pub enum OpenKind { X(u8), Y }
    pub struct View<'a> { pub text: &'a str, pub more: Option<&'a Leaf> }
    pub struct Guard<'g, R, T>(&'g T, R);

    impl<'g, T> Guard<'g, (), T> {
        pub fn new(value: &'g T) -> Self { Guard(value, ()) }
    }
    impl<R, T> std::ops::Deref for Guard<'_, R, T> {
        type Target = T;
        fn deref(&self) -> &T { self.0 }
    }

    impl Config {
        pub fn new() -> Self {
            let b = Deep(1, (2, Kind::B(1, Leaf { a: 4 })));
            let c = Deep(3, (4, Kind::C { x: 1, y: None }));
            Config { name: "n".into(), retries: 2, secret: 1, inner: vec![Some(b), None, Some(c)] }
        }
        pub fn secret(&self) -> u8 { self.secret }
    }
    impl Sealed {
        pub fn new() -> Self { Sealed { x: 1 } }
        pub fn x(&self) -> u8 { self.x }
    }
    impl Half {
        pub fn new() -> Self { Half(1, 2) }
        pub fn first(&self) -> u8 { self.0 }
    }
    impl Open {
        pub fn new() -> Self { Open { n: 1 } }
    }
}
pub use inner::*;

mod node_impl {
    #[derive(Debug)]
    pub struct Index(pub u8);
}
pub mod node {
    pub use crate::node_impl::Index;
}
"#;

const USER: &str = r#"
use hookable::{hook, hookable};
use library::{Config, Guard, Half, Kind, Leaf, Open, OpenKind, Pair, Sealed, View};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

struct Item {
    name: &'static str,
    count: Cell<u8>,
}

macro_rules! record {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        struct $name { $($field: $ty),* }
    };
}
record!(Made { a: u8, b: Option<Item> });

struct Mine {
    config: Config,
    kind: Kind,
    made: Made,
}

trait Shape {
    fn area(&self) -> f64;
}

struct Square(f64);

#[derive(Debug)]
struct Named(u8);

/// Has a `Debug` only where it borrows for as long as the program runs, and that keeps what it borrows.
struct Borrowed<'b>(&'b str);

static KEPT: Mutex<&str> = Mutex::new("");

impl fmt::Debug for Borrowed<'static> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        *KEPT.lock().unwrap() = self.0;
        Ok(())
    }
}

mod hidden {
    struct Secret(u8);

    pub fn call() -> usize {
        super::generic(Secret(1)) + usize::from(Secret(1).0)
    }

    impl super::Shape for Secret {
        fn area(&self) -> f64 { 0.0 }
    }
}

impl Shape for Square {
    fn area(&self) -> f64 { self.0 * self.0 }
}

impl Shape for Named {
    fn area(&self) -> f64 { self.0.into() }
}

impl Shape for &Config {
    fn area(&self) -> f64 { self.secret().into() }
}

impl Shape for Vec<Option<Item>> {
    fn area(&self) -> f64 { 0.0 }
}

impl Shape for Borrowed<'_> {
    fn area(&self) -> f64 { self.0.len() as f64 }
}

impl Shape for (u8, Box<dyn Fn() -> u8>) {
    fn area(&self) -> f64 { (self.1)().into() }
}

fn item(count: u8) -> Item {
    Item { name: "i", count: Cell::new(count) }
}

#[hookable]
fn generic<T: Shape>(value: T) -> usize {
    let pair = (1, vec![&value]);
    hook!();
    pair.1[0].area() as usize
}

#[hookable]
fn main() {
    let config = Config::new();
    let kind = Kind::E(Box::new(Kind::D));
    let (sealed, half, open) = (Sealed::new(), Half::new(), Open::new());
    let open_kind = if half.first() == 1 { OpenKind::X(1) } else { OpenKind::Y };
    let pair = Pair { a: item(1), b: vec![Leaf { a: 1 }] };
    let nodes = Pair { a: library::node::Index(1), b: vec![library::node::Index(2)] };
    let text = String::from("abc");
    let view = View { text: &text, more: None };
    let mine = Mine { config: Config::new(), kind: Kind::A, made: Made { a: 2, b: None } };
    let made = Made { a: 1, b: Some(item(9)) };
    let five = (item(1), 2_u8, 'c', Rc::new(item(4)), Some(item(5)));
    let shared = Arc::new(Mutex::new(item(7)));
    let locked = Arc::clone(&shared);
    let guard = locked.lock().unwrap();
    let cells = vec![Rc::new(RefCell::new(item(1)))];
    let items = vec![item(2)];
    let foreign = Guard::new(&items);
    hook!();
    drop(guard);
    println!("{} {}", sealed.x(), item(0).name.len() + usize::from(item(1).count.get()));
    let _ = (mine.config, mine.kind, mine.made, made.a, made.b, five, kind, open, open_kind, pair, nodes, view, cells, foreign);
    let sum = generic(Square(2.0)) + generic(Named(3)) + generic(&config) + generic(vec![Some(item(3))]);
    let call: Box<dyn Fn() -> u8> = Box::new(|| 1);
    let borrowed = String::from("short");
    println!("{} {}", sum + hidden::call() + generic((2, call)) + generic(Borrowed(&borrowed)), KEPT.lock().unwrap());
}
"#;

const LEAF: &str = "Item { name: \"i\", count: Cell { value: 1 } }";

#[test]
fn types_that_no_code_stands_beside() {
    let manifest = "library = { path = \"library\" }";
    let library = "[package]\nname = \"library\"\nversion = \"0.0.0\"\nedition = \"2021\"\n";
    let package = Package::new("live_reach")
        .manifest(manifest)
        .file("library/Cargo.toml", library)
        .file("library/src/lib.rs", LIBRARY)
        .main(USER);
    let config = "Config { name: \"n\", retries: 2, inner: [ Some(Deep(1, (2, B(1, Leaf { a: 4 })))), None, Some(Deep(3, (4, C { x: 1, \
                  y: None }))), ], .. }";
    let lines = [
        (":full config", config),
        (
            ":locals config",
            "config: Config = Config { name: \"n\", retries: 2, inner: [Some(Deep(1, (2, B(1...",
        ),
        ("kind", "E(D)"),
        ("sealed", "<Sealed> Sealed has neither Debug nor Display"),
        ("half", "Half(2, ..)"),
        ("open", "Open { n: 1 }"),
        ("open_kind", "<OpenKind> OpenKind has neither Debug nor Display"),
        ("pair.b", "[Leaf { a: 1 }]"),
        ("pair.a", LEAF),
        ("nodes", "Pair { a: Index(1), b: [Index(2)] }"),
        ("view", "View { text: \"abc\", more: None }"),
        ("mine.kind", "A"),
        ("mine.made", "Made { a: 2, b: None }"),
        (
            "made",
            "Made { a: 1, b: Some(Item { name: \"i\", count: Cell { value: 9 } }) }",
        ),
        // What a line makes and does not keep is shown before it is gone.
        (
            "Some((&made, [&mine.made]))",
            "Some(( Made { a: 1, b: Some(Item { name: \"i\", count: Cell { value: 9 } }) }, [Made { a: 2, b: None }], ))",
        ),
        ("five.4", "Some(Item { name: \"i\", count: Cell { value: 5 } })"),
        ("five", FIVE),
        ("shared", "Mutex { data: <locked>, poisoned: false, .. }"),
        ("guard", "Item { name: \"i\", count: Cell { value: 7 } }"),
        ("foreign", "[Item { name: \"i\", count: Cell { value: 2 } }]"),
        ("cells[0].borrow()", LEAF),
        (
            "cells",
            "[RefCell { value: Item { name: \"i\", count: Cell { value: 1 } } }]",
        ),
        // What a type parameter stands for.
        (":c\nvalue", "1 2 Square(2.0)"),
        ("pair", "(1, [Square(2.0)])"),
        ("value.area()", "4.0"),
        (":c\nvalue", "Named(3)"),
        ("pair.1", "[Named(3)]"),
        (":c\nvalue.retries", NO_FIELD),
        (":full value", config),
        (":c\nvalue", "[Some(Item { name: \"i\", count: Cell { value: 3 } })]"),
        (":c\nvalue", "Secret(1)"),
        (
            ":c\nvalue",
            "<(u8, Box<dyn Fn() -> u8>)> not known here: neither Debug nor Display of (u8, Box<dyn Fn() -> u8>) follows from the bounds of `T`",
        ),
        (
            ":c\nvalue",
            "<Borrowed> not known here: neither Debug nor Display of Borrowed follows from the bounds of `T`",
        ),
    ];
    for level in ["0", "3"] {
        let config = format!("profile.dev.package.live_reach.opt-level={level}");
        succeeds(&mut package.cargo(&["--config", &config, "build", "-q"]));
        check(&package.executable("debug"), &lines);
    }
}

const FIVE: &str = "( Item { name: \"i\", count: Cell { value: 1 } }, 2, 'c', Item { name: \"i\", count: Cell { value: 4 } }, Some(Item { name: \"i\", count: Cell { value: 5 } }), )";
const NO_FIELD: &str =
    "error[E0609]: no field `retries` on type `T` --> hook:1:7 | value.retries | ^^^^^^^ unknown field";
