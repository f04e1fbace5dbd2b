//! Private fields and methods of the crate, named from a hook outside of their module.

use super::typed;
use crate::live::merged;
use crate::support::{Package, succeeds};

const STORE: &str = r#"
pub trait Size {
    fn size(&self) -> usize {
        7
    }
}

#[derive(Debug, Clone)]
pub struct Engine {
    name: String,
    pub(super) limits: (u8, u8),
}

pub struct Counter<T: Copy, const N: usize = 2>(T, [u32; N]);

#[derive(Default)]
pub struct Store {
    count: usize,
    r#type: u8,
    engine: Option<Box<Engine>>,
    words: Vec<String>,
}

impl Size for Store {}

impl Store {
    pub fn new() -> Store {
        let engine = Engine { name: "e".into(), limits: (1, 2) };
        Store { engine: Some(Box::new(engine)), words: vec!["w".into()], ..Store::default() }
    }

    fn add(&mut self, (by, times): (usize, usize), word: &str) -> &mut Store {
        self.count += by * times;
        self.words.push(word.to_owned());
        self
    }

    fn longest<'a, T: AsRef<str>>(&'a self, than: &'a T) -> Option<&'a str>
    where
        T: ?Sized,
    {
        self.words.iter().map(String::as_str).find(|word| word.len() > than.as_ref().len())
    }

    fn made(count: usize) -> Store {
        Store { count, ..Store::new() }
    }

    async fn later(self: Box<Self>) -> usize {
        self.count
    }

    fn r#match(&self) -> u8 {
        3
    }

    unsafe fn risky(&self) -> u8 {
        self.r#type
    }

    pub fn told(&mut self) -> String {
        self.add((1, 1), "x");
        let longest = self.longest("").unwrap_or_default().to_owned();
        let made = Store::made(1).count + usize::from(unsafe { self.risky() } + self.r#match() - 3);
        drop(Box::new(Store::made(0)).later());
        format!("{} {} {longest} {made} {:?}", self.count, self.words.len(), self.engine)
    }
}

impl<T: Copy> Counter<T> {
    pub fn new(value: T) -> Counter<T> {
        Counter(value, [1, 2])
    }

    fn first(&self) -> (T, u32) {
        (self.0, self.1[0])
    }

    pub fn sum(&self) -> u32 {
        self.first().1 + self.1[1]
    }
}
"#;

const MAIN: &str = r#"
mod store;

use hookable::{hook, hookable};
use store::{Counter, Size, Store};

#[hookable]
fn main() {
    let mut store = Store::new();
    let counter = Counter::new('c');
    hook!();
    println!("{} {} {}", store.told(), counter.sum(), store.size());
}
"#;

#[test]
fn fields_and_methods() {
    let package = Package::new("live_private").file("src/store.rs", STORE).main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let lines = [
        // Read, wherever it stands.
        ("store.count", "0"),
        ("store.words[0].len() + store.count", "1"),
        ("store.engine.as_ref().unwrap().name", "\"e\""),
        ("store.engine.as_ref().map(|engine| engine.name.len())", "Some(1)"),
        ("println!(\"{} {:?}\", store.count, store.words)", "0 [\"w\"]"),
        ("store.r#type", "0"),
        (
            "(counter.0, counter.1[1], counter.1.iter().sum::<u32>())",
            "('c', 2, 3)",
        ),
        (
            "if store.count == 0 && !store.words.is_empty() { \"new\" } else { \"old\" }",
            "\"new\"",
        ),
        // Written.
        ("store.count = 5", ""),
        ("store.count += store.words.len()", ""),
        // Of two, one is written; the other can only be read.
        ("store.words[0] += &counter.1[1].to_string()", ""),
        ("store.words.push(\"longer\".to_string())", ""),
        ("store.engine.as_mut().unwrap().name.push('!')", ""),
        ("{ let all = &mut store.words; all.len() }", "2"),
        ("std::mem::take(&mut store.words[0])", "\"w2\""),
        // Called.
        ("store.add((1, 2), \"y\").count", "8"),
        ("store.longest(\"abc\")", "Some(\"longer\")"),
        ("store.longest::<str>(\"abcdef\")", "None"),
        ("Store::made(3).count", "3"),
        ("store.r#match()", "3"),
        ("unsafe { store.risky() }", "0"),
        ("Box::new(Store::made(4)).later().await", "4"),
        ("counter.first()", "('c', 1)"),
        ("(1..3).map(|n| Store::made(n).count).collect::<Vec<_>>()", "[1, 2]"),
        // What another line made of it.
        ("let made = Store::made(6);", ""),
        ("made.count * 2", "12"),
        ("let count = store.count;", ""),
        ("count + store.size()", "15"),
        // What is wrong is said of what was typed.
        (
            "store.count = \"x\"",
            "error[E0308]: mismatched types\n --> hook:1:15\n | store.count = \"x\"\n | ----------- expected due to the type of this \
             binding\n |               ^^^ expected `usize`, found `&str`",
        ),
        (
            "let words = store.words;",
            "error[E0507]: cannot move out of a shared reference\n --> hook:1:13\n | let words = store.words;\n |             ^^^^^^^^^^^ \
             move occurs because value has type `Vec<String>`, which does not implement the `Copy` trait\n  = help: consider \
             borrowing here: `let words = &store.words;`",
        ),
        (
            "String::new().vec",
            "error[E0616]: field `vec` of struct `String` is private\n --> hook:1:15\n | String::new().vec\n |               ^^^ private \
             field",
        ),
        (
            ":undo",
            "what `store.add((1, 2), \"y\").count` may have written to `store` cannot be taken back; `:undo` again goes on to the \
             write before it",
        ),
    ];
    let end = "9 4 longer 1 Some(Engine { name: \"e!\", limits: (1, 2) }) 3 7";
    typed(&mut merged(&package.executable("debug"), &[]), &lines, end);
}
