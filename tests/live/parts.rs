//! Values without `Debug` are shown by their fields, in the manner of a derived `Debug`.

use std::fs;

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
"#;

const MAIN: &str = r#"
mod shop;

use hookable::{hook, hookable};
use shop::{Item, Packed, Shop, Tag};

struct Wrapped<T>(T, Vec<T>);

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
    hook!();
    drop(guard);
    println!("{} {}", shop.len() + wrapped.1.len(), u32::from(packed.a) + { packed.b });
    generic(item);
}
"#;

const ITEM: &str = "Item { name: \"a\", tag: Custom { type: \"t\", inner: Sale( 3, Unit, ), }, }";

#[test]
fn values_without_debug() {
    let package = Package::new("live_parts").file("src/shop.rs", SHOP).main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.executable("debug");
    let whole = format!(
        "Shop {{ items: [ Some( {ITEM}, ), None, ], by_name: {{ \"b\": Item {{ name: \"b\", tag: Plain, }}, }}, slot: Slot {{ content: \
         Some( Item {{ name: \"x\", tag: Plain, }}, ), counts: [1, 2], }}, cell: RefCell {{ value: Unit, }}, copied: Cell {{ \
         value: Unit, }}, lock: Mutex {{ data: <locked>, poisoned: false, .. }}, pair: ( Item( 1, ( 2, Known( 3, ), ), ), 4, ), call: \
         <dyn Fn(u8) -> u8>, }}"
    );
    let lines = [
        (
            ":locals item",
            "item: Item = <Item> read-only: borrowed by shop, line 20",
        ),
        ("item", "Item { name: \"x\", tag: Plain }"),
        (
            ":locals item",
            "item: Item = Item { name: \"x\", tag: Pl... read-only: borrowed by shop, line 20",
        ),
        (":full shop", &*whole),
        ("wrapped", "Wrapped(Some(Item { name: \"w\", tag: Plain }), [])"),
        ("wrapped.0", "Some(Item { name: \"w\", tag: Plain })"),
        ("Tag::Sale(1, shop::Unit)", "Sale(1, Unit)"),
        ("let tags = vec![(1, Tag::Plain)];", ""),
        ("tags", "[(1, Plain)]"),
        ("packed", "<Packed> Packed has neither Debug nor Display"),
        (
            "|| 1",
            "<main::{{closure}}> main::{{closure}} has neither Debug nor Display",
        ),
        ("item.len()", "2"),
        (":c\nwrapped", "2 3 Wrapped(<Item>, [])"),
    ];
    let check = || {
        let (answers, said) = answers(&mut merged(&program, &[]), &lines.map(|(line, _)| line));
        for ((line, expected), answer) in lines.iter().zip(&answers) {
            let words: Vec<&str> = answer.split_whitespace().collect();
            assert_eq!(words.join(" "), *expected, "{line}\n{}", said.stdout);
        }
        assert_eq!(said.code, Some(0));
    };
    check();
    // The sources may be others meanwhile.
    fs::write(package.path().join("src/shop.rs"), "").unwrap();
    check();
}
