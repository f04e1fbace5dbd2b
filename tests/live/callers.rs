//! What `:bt` says of functions whose code is not that of the file.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"use hookable::{hook, hookable};

struct Machine(Vec<i64>);

impl Machine {
    fn pop(&mut self) -> i64 {
        self.0.pop().unwrap_or(0)
    }
    fn add(&mut self) {
        let sum = self.pop() + self.pop();
        self.0.push(sum);
    }
}

#[hookable]
fn main() {
    let mut machine = Machine(vec![1, 2, 3]);
    hook!();
    machine.add();
    println!("{:?}", machine.0);
}
"#;

#[test]
fn functions_that_were_replaced_are_named() {
    let package = Package::new("live_callers").main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            (
                ":break Machine::add Machine::pop",
                "hook 2 is planted at src/main.rs:10 in Machine::add\nhook 3 is planted at src/main.rs:7 in Machine::pop",
            ),
            (":c", ""),
            (
                ":bt",
                "#0 in Machine::add at src/main.rs:10\n#1 in main at src/main.rs:19",
            ),
            (":c", ""),
            (
                ":bt",
                "#0 in Machine::pop at src/main.rs:7\n#1 in Machine::add\n#2 in main at src/main.rs:19",
            ),
            (":c", ""),
            (
                ":off all",
                "no hook stops any more, once this one resumes; `:on` takes that back",
            ),
        ],
        "[1, 5]",
    );
}

const LOOKED_AT: &str = r#"use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use hookable::{hook, hookable};

trait Price {
    fn of(&self) -> u32;
}

struct Flat(u32);

impl Price for Flat {
    fn of(&self) -> u32 {
        self.0
    }
}

enum Kind {
    Plain,
    Express { days: u8 },
}

struct Order {
    id: u32,
    customer: String,
    kind: Kind,
}

#[hookable]
fn innermost(order: &Order) -> u32 {
    hook!();
    order.id
}

fn sum<T: Copy + Into<u32>>(orders: &[Order], factor: T) -> u32 {
    orders
        .iter()
        .map(|order| {
            let twice = factor.into() * 2;
            innermost(order) * twice
        })
        .sum()
}

fn count(down: u32) -> u32 {
    let here = down * 10;
    let below = if down == 0 { innermost(&Order { id: 9, customer: "c".into(), kind: Kind::Plain }) } else { count(down - 1) };
    here + below
}

fn all(orders: Vec<Order>) -> u32 {
    let by_name: HashMap<&str, usize> = orders.iter().map(|order| (&*order.customer, 1)).collect();
    let tree: BTreeMap<u32, String> = (0..20).map(|n| (n, n.to_string())).collect();
    let mut queue = VecDeque::with_capacity(2);
    queue.extend([1, 2]);
    queue.pop_front();
    queue.push_back(3);
    let shared: Rc<str> = "shared".into();
    let lock = Arc::new(Mutex::new(Some(1.5)));
    let price: Box<dyn Price> = Box::new(Flat(3));
    let nested = [(1, 'x'), (2, 'y')];
    let total = sum(&orders, 2_u8) + count(2);
    drop((by_name, tree, queue, shared, lock));
    total + price.of() + nested[0].0
}

fn main() {
    let orders = vec![Order { id: 1, customer: "a".into(), kind: Kind::Express { days: 2 } }];
    println!("{}", all(orders));
}
"#;

#[test]
#[cfg(target_os = "linux")]
fn variables_of_callers() {
    let package = Package::new("live_callers_variables").main(LOOKED_AT);
    succeeds(&mut package.cargo(&["build", "-q"]));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            (
                ":up",
                "#1 in sum::{{closure}} at src/main.rs:41\n> 41              innermost(order) * twice\norder: &Order = Order { id: 1, customer: \"a\", kind: Express { days: 2 } }\nfactor: u8    = 2\ntwice: u32    = 4",
            ),
            ("twice", "4"),
            ("order.kind.days", "2"),
            ("order.customer", "\"a\""),
            (":type order.id", "u32"),
            ("?factor", "u8\n2"),
            (
                "order.size",
                "`order.size` is nothing that debug information tells of: `&Order` has no such field or element",
            ),
            (
                "order.id + 1",
                "in a caller only its variables and what is in them can be typed, as `order.lines[0].price`: `:frame 0` leads back to the hook, where lines of Rust run",
            ),
            (
                "twic",
                "`twic` is no variable of sum::{{closure}} that is in scope there: did you mean `twice`?",
            ),
            (
                "twice = 5",
                "in a caller only its variables and what is in them can be typed, as `order.lines[0].price`: `:frame 0` leads back to the hook, where lines of Rust run",
            ),
            (":down 3", "#0 in innermost at src/main.rs:32"),
            ("order.id + 1", "2"),
            (":down", "this is the frame of the hook already"),
            (
                ":up 3",
                "#8 in all at src/main.rs:63\n> 63      let total = sum(&orders, 2_u8) + count(2);\norders: Vec<Order>            = [Order { id: 1, customer: \"a\", kind: Express ...\nby_name: HashMap<&str, usize> = {\"a\": 1}\ntree: BTreeMap<u32, String>   = {0: \"0\", 1: \"1\", 2: \"2\", 3: \"3\", 4: \"4\", 5: \"...\nqueue: VecDeque<i32>          = [2, 3]\nshared: Rc<str>               = \"shared\"\nlock: Arc<Mutex<Option<f64>>> = Mutex { data: Some(1.5) }\nprice: Box<dyn Price>         = Flat(3)\nnested: [(u32, char); 2]      = [(1, 'x'), (2, 'y')]",
            ),
            ("nested[1].1", "'y'"),
            ("orders[0].customer", "\"a\""),
            (
                "tree",
                "{\n    0:  \"0\",\n    1:  \"1\",\n    2:  \"2\",\n    3:  \"3\",\n    4:  \"4\",\n    5:  \"5\",\n    6:  \"6\",\n    7:  \"7\",\n    8:  \"8\",\n    9:  \"9\",\n    10: \"10\",\n    11: \"11\",\n    12: \"12\",\n    13: \"13\",\n    14: \"14\",\n    15: \"15\",\n    16: \"16\",\n    17: \"17\",\n    18: \"18\",\n    19: \"19\",\n}",
            ),
            (":locals price", "price: Box<dyn Price> = Flat(3)"),
            (
                ":locals prise",
                "`prise` is no variable of all that is in scope there: did you mean `price`?",
            ),
            (
                ":where 1",
                "all at src/main.rs:63\n  62      let nested = [(1, 'x'), (2, 'y')];\n> 63      let total = sum(&orders, 2_u8) + count(2);\n  64      drop((by_name, tree, queue, shared, lock));",
            ),
            (
                ":up 9",
                "#9 in main at src/main.rs:70\n> 70      println!(\"{}\", all(orders));\norders: Vec<Order> = [Order { id: 1, customer: \"a\", kind: Express { days: 2 } }]",
            ),
            (":frame 50", "there is no frame #50: `:bt all` lists them up to #9"),
            (":c", ""),
            (
                ":up 2",
                "#2 in count at src/main.rs:48\n> 48      let below = if down == 0 { innermost(&Order { id: 9, customer: \"c\".into(), kind: Kind::Plain }) } else { count(down - 1) };\ndown: u32 = 1\nhere: u32 = 10",
            ),
            (
                ":up",
                "#3 in count at src/main.rs:48\n> 48      let below = if down == 0 { innermost(&Order { id: 9, customer: \"c\".into(), kind: Kind::Plain }) } else { count(down - 1) };\ndown: u32 = 2\nhere: u32 = 20",
            ),
            (
                ":off all",
                "no hook stops any more, once this one resumes; `:on` takes that back",
            ),
        ],
        "47",
    );
}

#[test]
#[cfg(target_os = "linux")]
fn callers_without_debug_information() {
    let package = Package::new("live_callers_lines").main(LOOKED_AT);
    let lines = ["build", "-q", "--config", "profile.dev.debug='line-tables-only'"];
    succeeds(&mut package.cargo(&lines));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            (
                ":up",
                "#1 in sum::{{closure}} at src/main.rs:41\n> 41              innermost(order) * twice\nthere is no debug information of the variables of this function: its crate was built without `debug = true`",
            ),
            (
                "twice",
                "`twice` is no variable of sum::{{closure}} that is in scope there; `:locals` lists them, and `:frame 0` leads back to the hook",
            ),
            (
                ":frame",
                "#1 in sum::{{closure}} at src/main.rs:41\n> 41              innermost(order) * twice\nthere is no debug information of the variables of this function: its crate was built without `debug = true`",
            ),
            (":frame x", "usage: :frame [N]"),
            (
                ":off all",
                "no hook stops any more, once this one resumes; `:on` takes that back",
            ),
        ],
        "47",
    );
}
