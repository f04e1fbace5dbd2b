//! What `:bt` and `:up` say of the functions that led to a hook.

#[cfg(target_os = "linux")]
use std::path::Path;

#[cfg(target_os = "linux")]
use super::answers;
use super::{merged, typed};
#[cfg(target_os = "linux")]
use crate::support::bare;
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
            #[cfg(target_os = "linux")]
            (
                ":up",
                "#1 in Machine::add\nthe code was loaded while the program ran, so there is no debug information of it",
            ),
            #[cfg(target_os = "linux")]
            (
                ":up",
                "#2 in main at src/main.rs:19\n> 19      machine.add();\nmachine: Machine = Machine([1, 2, 3])",
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

/// As [`typed`], with the closure of `sum` named as the older scheme of names has it.
#[track_caller]
#[cfg(target_os = "linux")]
fn looked_at(program: &Path, lines: &[(&str, &str)], end: &str) {
    let only: Vec<&str> = lines.iter().map(|(line, _)| *line).collect();
    let (answers, said) = answers(&mut merged(program, &[]), &only);
    let answers = answers.iter().map(|answer| in_old_scheme(answer));
    let expected = lines.iter().map(|(_, answer)| *answer).chain([end]);
    for (answer, expected) in answers.clone().zip(expected) {
        assert_eq!(answer, expected, "{}", said.stdout);
    }
    assert_eq!(
        (answers.len(), said.code),
        (lines.len() + 1, Some(0)),
        "{}",
        said.stdout
    );
}

#[cfg(target_os = "linux")]
fn in_old_scheme(text: &str) -> String {
    text.replace("sum::<u8>::{closure#0}", "sum::{{closure}}")
}

#[cfg(target_os = "linux")]
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
    looked_at(
        &package.executable("debug"),
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

/// What is said at `sum::{{closure}}` instead of its variables.
#[track_caller]
#[cfg(target_os = "linux")]
fn check_refused(package: &Package, build: &[&str], expected: &str) {
    succeeds(&mut package.cargo(build));
    let program = package.executable("debug");
    let expected = expected.replace("PROGRAM", &program.display().to_string());
    let refused =
        format!("#1 in sum::{{{{closure}}}} at src/main.rs:41\n> 41              innermost(order) * twice\n{expected}");
    looked_at(
        &program,
        &[
            (":up", &refused),
            (
                "twice",
                "`twice` is no variable of sum::{{closure}} that is in scope there; `:locals` lists them, and `:frame 0` leads back to the hook",
            ),
            (":frame", &refused),
            (":frame x", "usage: :frame [N]"),
            (":up x", "usage: :up [N]"),
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
    let setting = |setting| ["build", "-q", "--config", setting];
    check_refused(
        &package,
        &setting("profile.dev.debug='line-tables-only'"),
        "there is no debug information of the variables of this function: its crate was built without `debug = true`",
    );
    check_refused(
        &package,
        &setting("profile.dev.split-debuginfo='packed'"),
        "the debug information of PROGRAM is in other files: build with `split-debuginfo = \"off\"` in the profile",
    );
    let compressed = ["rustc", "-q", "--", "-Clink-arg=-Wl,--compress-debug-sections=zlib"];
    check_refused(
        &package,
        &compressed,
        "the debug information of PROGRAM is compressed, and is read as it is only",
    );
}

#[test]
#[cfg(target_os = "linux")]
fn callers_in_a_stripped_program() {
    let package = Package::new("live_callers_stripped").main(LOOKED_AT);
    succeeds(&mut package.cargo(&["build", "-q", "--config", "profile.dev.strip='debuginfo'"]));
    let program = package.executable("debug");
    let refused = format!(
        "#1 in sum::{{{{closure}}}}\n{} has no debug information: build with `debug = true` in the profile",
        program.display()
    );
    looked_at(
        &program,
        &[
            (":up", &refused),
            (
                ":off all",
                "no hook stops any more, once this one resumes; `:on` takes that back",
            ),
        ],
        "47",
    );
}

/// Sends requests to a program that listens, each in a line. Returns the answers.
#[cfg(target_os = "linux")]
fn asked(program: &Path, requests: &[&str]) -> Vec<serde_json::Value> {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::os::unix::net::UnixStream;
    use std::time::{Duration, Instant};

    // A path to a socket may have about a hundred bytes.
    let socket = std::env::temp_dir().join(format!("hookable-callers-{}", std::process::id()));
    let mut command = bare(program);
    command.env("HOOKABLE", format!("listen={}", socket.display()));
    let mut child = command.stdin(std::process::Stdio::null()).spawn().expect("it starts");
    let began = Instant::now();
    let stream = loop {
        match UnixStream::connect(&socket) {
            Ok(stream) => break stream,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(60), "{error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let mut answers = BufReader::new(stream.try_clone().expect("a second end")).lines();
    let answer = |request: &&str| {
        writeln!(&stream, "{request}").expect("it listens");
        let line = answers.next().expect("an answer").expect("a line");
        serde_json::from_str(&line).expect("JSON")
    };
    let all = requests.iter().map(answer).collect();
    let _ = std::fs::remove_file(&socket);
    child.kill().and_then(|()| child.wait()).expect("it ends");
    all
}

#[test]
#[cfg(target_os = "linux")]
fn clients_are_told_of_callers() {
    let package = Package::new("live_callers_clients").main(LOOKED_AT);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let answers = asked(
        &package.executable("debug"),
        &[
            r#"{"hookable":1,"do":"wait","seconds":60}"#,
            r#"{"hookable":1,"do":"variables","frame":1}"#,
            r#"{"hookable":1,"do":"variables","frame":99}"#,
            r#"{"hookable":1,"do":"evaluate","line":":frame 1\ntwice"}"#,
            r#"{"hookable":1,"do":"evaluate","line":":frame 0\norder.id"}"#,
        ],
    );
    let stop = &answers[0]["stop"];
    let row = in_old_scheme(stop["backtrace"][1].as_str().expect("a text"));
    assert_eq!(row, "sum::{{closure}} at src/main.rs:41");
    assert_eq!(
        (&stop["frames"][1], &stop["frames"][2]),
        (&1.into(), &serde_json::Value::Null)
    );
    let expected = serde_json::json!([
        { "name": "order", "type": "&Order", "value": "Order { id: 1, customer: \"a\", kind: Express { days: 2 } }" },
        { "name": "factor", "type": "u8", "value": "2" },
        { "name": "twice", "type": "u32", "value": "4" },
    ]);
    assert_eq!(answers[1]["variables"], expected);
    assert_eq!(
        answers[2]["error"],
        "there is no frame #99: `:bt all` lists them up to #9"
    );
    let value = answers[3]["value"].as_str().expect("a text");
    assert!(value.ends_with("twice: u32    = 4\n4"), "{value}");
    assert!(
        answers[4]["value"].as_str().expect("a text").ends_with("\n1"),
        "{}",
        answers[4]
    );
}
