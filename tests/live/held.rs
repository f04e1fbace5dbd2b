//! What a `let` binds may borrow from the frame, and is held until the hook goes on.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"
use hookable::{hook, hookable};
use std::cell::RefCell;
use std::sync::Mutex;

#[derive(Debug)]
pub struct Item {
    pub name: String,
    pub price: u32,
}

#[derive(Debug)]
pub struct Inventory {
    pub items: Vec<Item>,
    pub count: usize,
}

impl Inventory {
    pub fn total(&self) -> u32 {
        self.items.iter().map(|item| item.price).sum()
    }
}

/// Says when it is dropped, and what it has then.
pub struct Loud<'l>(pub &'l Item);

impl Drop for Loud<'_> {
    fn drop(&mut self) {
        println!("dropped {}", self.0.price);
    }
}

/// Has a `Debug` for what the whole program borrows.
pub struct Far<'f>(pub &'f usize);

impl std::fmt::Debug for Far<'static> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "far {}", self.0)
    }
}

fn new(name: &str, price: u32) -> Item {
    Item { name: name.to_owned(), price }
}

#[hookable]
fn run(text: &str, depth: usize) -> usize {
    let mut inv = Inventory { items: vec![new("a", 3), new("b", 5)], count: depth };
    let mut words: Vec<&str> = text.split(' ').collect();
    let lock = Mutex::new(vec![1, 2]);
    let cell = RefCell::new(1);
    let mut n = 1;
    hook!();
    words.push("end");
    n += 1;
    inv.count += n + words.len() + lock.lock().unwrap().len() + *cell.borrow();
    inv.count + inv.total() as usize
}

#[hookable]
fn generic<T: Clone + std::fmt::Debug>(value: T, more: &mut Vec<T>) {
    hook!();
    more.push(value);
}

/// With a type in the frame that names `'static`.
#[hookable]
fn objects(mut text: String) {
    let mut any: Box<dyn std::any::Any> = Box::new(1_u8);
    let cell = RefCell::new(1);
    let large = [7_u8; 9000];
    hook!();
    text.push('.');
    any = Box::new((cell, large, any));
    drop(any);
}

fn main() {
    let text = String::from("one two three");
    println!("{}", run(&text, 2));
    println!("{}", run(&text, 0));
    let mut more = vec![];
    generic(text.as_str(), &mut more);
    println!("{more:?}");
    objects(text);
}
"#;

const ALL_GONE: &str = "dropped 3
dropped 3
`v`, `loud`, `a` are gone: they borrowed from `inv`, which this may write or move";

const FOR_LONGER: &str = "error: `h` is held only while this hook is open, and this line would need it for longer";

const LINES: &[(&str, &str)] = &[
    ("let far = Far(&depth)", ""),
    (
        "far",
        "error: `far` cannot be shown: its `Debug` or `Display` is for what is borrowed for longer; fields of it can be",
    ),
    ("far.0 + 1", "3"),
    ("&*Box::leak(Box::new(Far(Box::leak(Box::new(4)))))", "far 4"),
    ("let item = &inv.items[0]", ""),
    ("item.price * 2", "6"),
    ("it + 1", "7"),
    ("item", "Item { name: \"a\", price: 3 }"),
    (":type item", "&Item"),
    ("inv.total() + item.price", "11"),
    // What does not need the place leaves it borrowed.
    ("n += 1", ""),
    ("item.price", "3"),
    // A line that uses the value cannot write what it borrows.
    (
        "{ inv.count += 1; item.price }",
        "error: `inv` cannot be written or moved here: `item` borrows from it\n --> hook:1:3\n | { inv.count += 1; item.price }\n |   \
         ^^^^^^^^^\n  = help: a line that does not use `item` can do that, and `item` is gone then",
    ),
    (
        "inv.count += 1",
        "`item` is gone: it borrowed from `inv`, which this may write or move",
    ),
    (
        "item",
        "error: `item` cannot be used here: it borrowed from `inv`, which may have been written or moved since\n --> hook:1:1\n | item\n | ^^^^",
    ),
    // So does a write that is no Rust, and taking one back.
    ("let r = &n", ""),
    (
        "n = 7",
        "`r` is gone: it borrowed from `n`, which this may write or move",
    ),
    ("let r = &n", ""),
    ("n + *r", "14"),
    (
        ":undo",
        "`r` is gone: it borrowed from `n`, which this may write or move\nn is 2 again",
    ),
    // Patterns, closures, iterators.
    ("let Inventory { items, .. } = &inv", ""),
    ("items.len()", "2"),
    ("let f = |i: usize| &inv.items[i]", ""),
    ("f(1).price + f(0).price", "8"),
    ("let mut prices = inv.items.iter().map(|item| item.price + 1)", ""),
    ("prices.next()", "Some(4)"),
    ("prices.next()", "Some(6)"),
    ("prices.next()", "None"),
    // The value of such a line borrows from what is held.
    ("let mut letters = text.chars().peekable()", ""),
    ("letters.next()", "Some('o')"),
    ("letters.peek()", "Some('n')"),
    ("letters.peek_mut().map(|c| *c = 'x')", "Some(())"),
    ("letters.next()", "Some('x')"),
    ("let first = words.iter().next()", ""),
    ("first", "Some(\"one\")"),
    ("let last = text.split(' ').last()", ""),
    (
        "words.clear()",
        "`first` is gone: it borrowed from `words`, which this may write or move",
    ),
    ("last", "Some(\"three\")"),
    ("words = text.split(' ').collect()", ""),
    ("last", "Some(\"three\")"),
    // Of values that borrow uniquely.
    (
        "let p = &mut inv.items[1]",
        "`f`, `items`, `prices` are gone: they borrowed from `inv`, which this may write or move",
    ),
    ("p.price += 4", ""),
    ("p.price", "9"),
    (":locals inv", "inv: Inventory   `p` may write it"),
    ("inv", "`inv` cannot be read: `p` may write it; `drop(p)` ends that"),
    // A name that is bound anew needs no word.
    ("let p = &mut inv.items[1]", ""),
    (
        "let mut up = || { inv.items[1].price += 1; inv.items[1].price }",
        "`p` is gone: it borrowed from `inv`, which this may write or move",
    ),
    ("up() + up()", "21"),
    ("let mut up = || { inv.items[1].price -= 1; inv.items[1].price }", ""),
    ("up() + up()", "19"),
    ("let (up, p) = (1, &mut inv.items[1]); p.price += up", ""),
    ("p.price -= 1", ""),
    (
        "inv.total() + p.price",
        "error: `inv` cannot be used here: `p`, which the line uses too, may write it\n --> hook:1:1\n | inv.total() + p.price\n | ^^^",
    ),
    (
        "inv.total()",
        "12\n`p` is gone: it borrowed from `inv`, which this may write or move",
    ),
    // What borrows uniquely from a value that borrows uniquely takes its place.
    ("let all = &mut inv.items", ""),
    ("let one = &mut all[0]", ""),
    ("one.price += 1; one.price", "4"),
    (
        "all.len()",
        "error: `all` cannot be used here: an earlier line moved it out\n --> hook:1:1\n | all.len()\n | ^^^",
    ),
    (
        "let inventory = &mut inv",
        "`one` is gone: it borrowed from `inv`, which this may write or move",
    ),
    ("let inventory = &mut inventory.items", ""),
    ("let (left, right) = inventory.split_at_mut(1)", ""),
    ("left[0].price -= 1; right[0].price + left[0].price", "12"),
    ("let mut each = right.iter_mut()", ""),
    ("each.next().map(|item| item.price)", "Some(9)"),
    (
        "let pair = (1, &mut inv.items)",
        "`left`, `each` are gone: they borrowed from `inv`, which this may write or move",
    ),
    (
        "let second = &mut pair.1",
        "error: `pair` cannot be borrowed mutably by what is kept, only by a line that keeps nothing\n --> hook:1:19\n | let second = &mut pair.1\n |                   ^^^^^^",
    ),
    ("(&mut pair.1).len()", "2"),
    ("drop(pair)", ""),
    ("let g = lock.lock().unwrap()", ""),
    ("(lock.try_lock().is_err(), g.len())", "(true, 2)"),
    ("drop(g)", ""),
    ("lock.try_lock().is_err()", "false"),
    // Values with values in them, and values that borrow from values.
    ("let (a, b) = (&inv.items[0], 5)", ""),
    ("a.price as i32 + b", "8"),
    ("let mut v = vec![a]", ""),
    ("v.push(&inv.items[1]); v.len()", "2"),
    ("let w = v.iter().map(|item| item.price).max()", ""),
    ("w", "Some(9)"),
    ("let one = &v[0]", ""),
    ("one.price + v[1].price", "12"),
    (
        "v.clear()",
        "`one` is gone: it borrowed from `v`, which this may write or move",
    ),
    ("v.push(a); v.extend(inv.items.iter().skip(1)); v.len()", "2"),
    ("let loud = (Loud(&inv.items[0]), Loud(a))", ""),
    ("inv.items[0].price = 4", ALL_GONE),
    ("let loud = Loud(&inv.items[1])", ""),
    ("let loud = Loud(&inv.items[0])", "dropped 9"),
    // A line that fails leaves what is held as it was.
    (
        "{ let moved = loud; panic!(\"no\") }",
        "dropped 4\nthe line panicked: no\n --> hook:1:21\n`loud` is gone: the line had moved it",
    ),
    // A reference to a held value.
    ("let r = &n", ""),
    ("let rr = &r", ""),
    ("**rr + *r", "4"),
    ("let rrr = (&rr, &r)", ""),
    ("***rrr.0 + **rrr.1", "4"),
    // No borrow gets into what is kept for good, though a held value shares it.
    ("let s = std::rc::Rc::new(std::cell::RefCell::new(\"x\"))", ""),
    ("let h = (s.clone(), &n)", ""),
    ("h.0.replace(inv.items[0].name.as_str())", FOR_LONGER),
    ("s", "RefCell { value: \"x\" }"),
    ("let h = (std::sync::Arc::new(Mutex::new(\"x\")), &n)", ""),
    ("let k = h.0.clone()", ""),
    ("*h.0.lock().unwrap() = inv.items[0].name.as_str()", FOR_LONGER),
    ("*h.0.lock().unwrap() = \"y\"", ""),
    ("k", "Mutex { data: \"y\", poisoned: false, .. }"),
    ("let h = (&*Box::leak(Box::new(std::cell::Cell::new(\"x\"))), &n)", ""),
    ("h.0", "Cell { value: \"x\" }"),
    ("h.0.set(inv.items[0].name.as_str())", FOR_LONGER),
    ("it.get()", "\"x\""),
    ("let mut h = (Vec::<std::sync::Arc<Mutex<&str>>>::new(), &n)", ""),
    ("h.0.push(k.clone())", ""),
    ("*h.0[0].lock().unwrap() = inv.items[0].name.as_str()", FOR_LONGER),
    ("let g = (std::sync::Arc::new(Mutex::new(\"x\")), &n)", ""),
    ("let h = (g.0.clone(), &n)", ""),
    ("let k = g.0.clone()", ""),
    ("*h.0.lock().unwrap() = inv.items[0].name.as_str()", FOR_LONGER),
    ("*k.lock().unwrap()", "\"x\""),
    ("let g = (std::sync::Arc::new(Mutex::new(\"x\")), &n)", ""),
    ("let h = (g.0.clone(), &n)", ""),
    (
        "{ let moved = g.0; std::thread::spawn(move || moved.lock().unwrap().len()); }",
        "",
    ),
    ("*h.0.lock().unwrap() = inv.items[0].name.as_str()", FOR_LONGER),
    ("let kept = vec![1, 2, 3]", ""),
    (
        "let k = &kept",
        "error: `k` cannot be kept: it borrows from `kept`, which moves into each line that uses it\n --> hook:1:10\n | let k = &kept\n \
         |          ^^^^ borrowed here\n  = help: with `let kept = &*Box::leak(Box::new(..))` the value stays where it is",
    ),
    (
        "text.make_ascii_lowercase()",
        "error: `*text` cannot be written: it is behind a `&` reference\n --> hook:1:1\n | text.make_ascii_lowercase()\n | ^^^^",
    ),
    ("let loud = Loud(&inv.items[0])", ""),
    // The hook goes on, and another hit of it opens.
    (
        ":c\nloud.0.price",
        "dropped 4\n26\nerror: `loud` cannot be used here: it borrowed from the frame of another hook, and such a value is held only while \
         its hook is open\n --> hook:1:1\n | loud.0.price\n | ^^^^",
    ),
    ("kept.len()", "3"),
    ("let item = &inv.items[0]", ""),
    ("item.price", "3"),
    // In a generic function, what a type parameter stands for may borrow.
    (":c\nlet v = value.clone()", "17"),
    ("v", "\"one two three\""),
    ("more.push(v)", ""),
    (":c\nlet whole = &text", "[\"one two three\", \"one two three\"]"),
    ("whole.len()", "13"),
    ("let number = any.downcast_ref::<u8>().unwrap()", ""),
    ("*number + 1", "2"),
    ("any.downcast_ref::<u8>()", "Some(1)"),
    ("any.downcast_ref::<u16>()", "None"),
    ("let guard = cell.borrow()", ""),
    ("*guard", "1"),
    ("let last = large.last().unwrap()", ""),
    ("*last", "7"),
    ("let longer = |n: usize| text.len() + n", ""),
    ("longer(2)", "15"),
];

#[test]
fn values_that_borrow_from_the_frame() {
    let package = Package::new("held_live").main(MAIN);
    for level in ["0", "3"] {
        let config = format!("profile.dev.package.held_live.opt-level={level}");
        succeeds(&mut package.cargo(&["--config", &config, "build", "-q"]));
        typed(&mut merged(&package.executable("debug"), &[]), LINES, "");
    }
}
