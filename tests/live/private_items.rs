//! Private items of the crate, named from a hook in another module.

use super::typed;
use crate::live::merged;
use crate::support::{Package, succeeds};

const STORE: &str = r#"
use std::any::{Any, TypeId};
use std::cell::Cell;
use std::collections::BTreeMap as Map;
use std::sync::Mutex;

mod helper {
    #[derive(Debug, Clone, PartialEq)]
    pub struct Cfg {
        pub depth: u8,
    }

    impl Cfg {
        pub const MOST: u8 = 9;
    }

    fn doubled(of: u8) -> u8 { of * 2 }

    pub(super) fn total(of: u8) -> u8 { doubled(of) + 1 }

    pub mod deeper {
        pub(in crate::store) struct Deep;
        impl Deep {
            pub fn name(&self) -> &'static str { "deep" }
        }
    }
}

#[derive(Debug, Clone)]
struct Secret {
    pub count: usize,
    pub cfg: helper::Cfg,
}

impl Secret {
    pub fn of(count: usize) -> Secret {
        Secret { count, cfg: helper::Cfg { depth: helper::total(1) } }
    }
}

#[derive(Debug)]
struct Pair<T>(pub T, pub u8);

struct Unit;

#[derive(Debug, Clone, Default)]
struct Key<T> {
    id: u32,
    r#type: T,
    pub names: Vec<String>,
}

#[derive(Debug)]
pub struct Wrap<T: Copy>(T, [u8; 2]);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Level { Low, High }

#[derive(Debug)]
enum Event { Up(u8), Down }

trait Loud {
    type Sound;
    fn loud(&self) -> String { "LOUD".to_owned() }
}

struct Sound;

impl Loud for Secret {
    type Sound = Sound;
}
impl Loud for u8 {
    type Sound = Sound;
}

union Bits {
    pub byte: u8,
}

const LIMIT: usize = 4;
static CALLS: Mutex<Vec<Secret>> = Mutex::new(Vec::new());

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(6) };
}

macro_rules! made {
    ($name:ident) => {
        #[derive(Debug)]
        struct $name { pub a: u8 }
    };
}
made!(Made);

fn counted(secret: &Secret) -> usize {
    CALLS.lock().unwrap().push(secret.clone());
    secret.count + LIMIT
}

pub struct Store {
    secret: Secret,
    any: Box<dyn Any>,
    level: Level,
    event: Event,
}

impl Store {
    pub fn new() -> Store {
        let secret = Secret::of(3);
        DEPTH.set(secret.count as u8 + 4);
        let count = counted(&secret);
        assert_eq!((count, DEPTH.get(), Made { a: 1 }.a), (7, 7, 1));
        let _ = (Pair(1_u16, 2), Unit, Bits { byte: 1 }, helper::deeper::Deep.name(), Map::<u8, u8>::new());
        Store { any: Box::new(secret.clone()), secret, level: Level::High, event: Event::Up(3) }
    }

    pub fn ids(&self) -> [TypeId; 4] {
        [TypeId::of::<Secret>(), TypeId::of::<Vec<Pair<Level>>>(), TypeId::of::<helper::Cfg>(), TypeId::of::<Level>()]
    }

    pub fn told(&self) -> String {
        let kind = match self.event {
            Event::Up(by) => by,
            Event::Down => 0,
        };
        format!("{} {:?} {kind} {} {}", self.secret.count, self.level, 3_u8.loud(), CALLS.lock().unwrap().len())
    }
}
"#;

const MAIN: &str = r#"
#![deny(warnings)]
#![allow(dead_code)]
mod store;

use hookable::{hook, hookable};
use store::Store;

#[hookable]
fn main() {
    let mut store = Store::new();
    hook!();
    println!("{} {}", store.told(), store.ids().len());
}
"#;

#[test]
fn items() {
    for level in ["0", "3"] {
        let name = "live_private_items";
        let package = Package::new(name).file("src/store.rs", STORE).main(MAIN);
        let config = format!("profile.dev.package.{name}.opt-level={level}");
        succeeds(&mut package.cargo(&["build", "-q", "--config", &config]));
        let lines = [
            // Modules on the way, constants, statics, functions.
            ("store::helper::Cfg { depth: 2 }", "Cfg { depth: 2 }"),
            ("store::helper::Cfg::MOST + store::helper::doubled(4)", "17"),
            ("store::helper::total(2)", "5"),
            ("store::helper::deeper::Deep.name()", "\"deep\""),
            ("store::LIMIT", "4"),
            ("store::CALLS.lock().unwrap().len()", "1"),
            ("store::DEPTH.get()", "7"),
            // The program's own function writes the program's own static.
            ("store::counted(&store::Secret::of(5))", "9"),
            ("store::CALLS.lock().unwrap().len()", "2"),
            // Types.
            (
                "store::Secret { count: 1, cfg: store::helper::Cfg { depth: 1 } }.count",
                "1",
            ),
            ("{ let store::Secret { count, .. } = &store.secret; *count }", "3"),
            ("store::Pair(1, 2)", "Pair(1, 2)"),
            ("[1, 2].map(|n| store::Pair::<u8>(n, 0))[1].0", "2"),
            ("{ let store::Pair(a, _) = store::Pair(\"x\", 1); a }", "\"x\""),
            ("{ let _: Vec<store::Pair<u8>> = vec![]; store::Unit; }", ""),
            ("unsafe { store::Bits { byte: 3 }.byte }", "3"),
            ("store::Made { a: 4 }", "Made { a: 4 }"),
            ("store::Map::from([(1, 2)])", "{1: 2}"),
            ("store::Level::High == store.level", "true"),
            (
                "match store.level { store::Level::Low => 1, store::Level::High => 2 }",
                "2",
            ),
            ("store.level = store::Level::Low", ""),
            ("store.level", "Low"),
            // Structs with private fields are made.
            (
                "store::Key { id: 1, r#type: 'c', names: vec![] }",
                "Key { id: 1, type: 'c', names: [] }",
            ),
            (
                "{ let id = 2; store::Key::<Option<u8>> { id, ..store::Key { r#type: None, ..Default::default() } } }",
                "Key { id: 2, type: None, names: [] }",
            ),
            ("store::Wrap(1_u8, [2, 3])", "Wrap(1, [2, 3])"),
            ("[1, 2].map(|n| store::Wrap::<u16>(n, [0; 2]))[1]", "Wrap(2, [0, 0])"),
            ("use store::Wrap;", ""),
            ("Some((3, [1, 1])).map(|(a, b)| Wrap(a, b))", "Some(Wrap(3, [1, 1]))"),
            ("store::Wrap { 0: 'x', 1: [1, 2] }.1", "[1, 2]"),
            // A constructor is a function, and no name of what stands for it is shown.
            (
                "store::Wrap::<u8>",
                "<Wrap<u8>>\nWrap<u8> has neither Debug nor Display",
            ),
            (":type store::Wrap::<u8>", "fn(u8, [u8; 2]) -> Wrap<u8>"),
            // A pattern of a value that is moved cannot be reached.
            (
                "{ let Wrap(a, _) = Wrap(1, [1, 1]); a }",
                "error[E0532]: cannot match against a tuple struct which contains private fields\n --> hook:1:7\n | { let Wrap(a, _) = \
                 Wrap(1, [1, 1]); a }\n |       ^^^^\n  = note: constructor is not visible here due to private fields\n  = help: a pattern names what is private \
                 where it takes a reference apart, as in `let Type { field, .. } = &value`; else read the field: `value.0`",
            ),
            (
                "{ let store::Key { id, .. } = store::Key::<u8>::default(); id }",
                "error[E0451]: field `id` of struct `Key` is private\n --> hook:1:20\n | { let store::Key { id, .. } = \
                 store::Key::<u8>::default(); id }\n |                    ^^ private field\n  = help: a pattern names what is private where \
                 it takes a reference apart, as in `let Type { field, .. } = &value`; else read the field: `value.id`",
            ),
            // Values whose types nobody named.
            ("store.secret.count", "3"),
            ("let secret = store.secret.clone();", ""),
            ("secret.count + secret.cfg.depth as usize", "6"),
            // Traits.
            ("store::Loud::loud(&1_u8)", "\"LOUD\""),
            ("use store::Loud;", ""),
            ("store.secret.loud()", "\"LOUD\""),
            // The types are those of the program.
            ("store.any.downcast_ref::<store::Secret>().unwrap().count", "3"),
            ("store.any.is::<store::Secret>()", "true"),
            (
                "{ use std::any::TypeId; store.ids() == [TypeId::of::<store::Secret>(), TypeId::of::<Vec<store::Pair<store::Level>>>(), \
                 TypeId::of::<store::helper::Cfg>(), TypeId::of::<store::Level>()] }",
                "true",
            ),
            // An item that names them.
            ("fn low() -> store::Level { store::Level::Low }", ""),
            ("low()", "Low"),
            (
                "store::Event::Down",
                "error[E0603]: enum `Event` is private\n --> hook:1:8\n | store::Event::Down\n |        ^^^^^ private enum\n |               ---- \
                 unit variant `Down` is not publicly re-exported\n  = help: how visible the fields of an enum are is a part of its type, so \
                 a line cannot reach `Event`: write `pub(crate)` before `enum Event`, and build the program again",
            ),
            ("1 + 1", "2"),
        ];
        typed(
            &mut merged(&package.executable("debug"), &[]),
            &lines,
            "3 Low 3 LOUD 2 4",
        );
    }
}

/// What a line calls is compiled with it, since it is generic, and names what a `use` would import.
const IMPORTING: &str = r#"
use hookable::{hook, hookable};

macro_rules! makes {
    ($name:ident, $value:expr) => {
        fn $name() -> u8 {
            $value
        }
    };
}

mod made {
    makes!(helper, 60);
    pub fn other() {}
}
mod included {
    include!("part.rs");
}

fn helper() -> u8 {
    1
}
fn part() -> u8 {
    2
}

fn of_macro<T>() -> u8 {
    use made::*;
    other();
    helper()
}
fn of_file<T>() -> u8 {
    use included::*;
    another();
    part()
}

#[hookable]
fn main() {
    let sum = of_macro::<u8>() + of_file::<u8>();
    hook!();
    println!("{sum}");
}
"#;

#[test]
fn names_elsewhere_mean_what_they_meant() {
    let package = Package::new("private_imports_live")
        .main(IMPORTING)
        .file("src/part.rs", "fn part() -> u8 { 61 }\npub fn another() {}\n");
    succeeds(&mut package.cargo(&["build", "-q"]));
    let refused = |module: &str, name: &str| {
        let marks = " ".repeat(module.len() + 2) + &"^".repeat(name.len());
        format!(
            "error[E0603]: function `{name}` is private\n --> hook:1:{}\n | {module}::{name}()\n | {marks} private function\n  = help: a \
             `use` elsewhere in the crate would import `{name}`, too, if a line could reach it: write `pub(crate)` before `fn {name}`, \
             and build the program again",
            module.len() + 3
        )
    };
    let lines = [
        ("of_macro::<u16>() + of_file::<u16>()", "3"),
        ("made::helper()", &*refused("made", "helper")),
        ("included::part()", &*refused("included", "part")),
        ("of_macro::<u32>() + of_file::<u32>()", "3"),
    ];
    typed(&mut merged(&package.executable("debug"), &[]), &lines, "3");
}
