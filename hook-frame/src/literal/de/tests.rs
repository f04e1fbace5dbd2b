use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;

use serde::Deserialize;

use super::*;

#[track_caller]
fn reads<T: Deserialize<'static> + PartialEq + Debug>(text: &str, expected: T) {
    let literal = Literal::parse(text).unwrap();
    assert_eq!(T::deserialize(&literal), Ok(expected));
}

#[track_caller]
fn refuses<T: for<'de> Deserialize<'de> + Debug>(text: &str, message: &str) {
    let literal = Literal::parse(text).unwrap();
    assert_eq!(T::deserialize(&literal).unwrap_err().to_string(), message);
}

#[derive(Debug, PartialEq, Deserialize)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Meters(f64);

#[derive(Debug, PartialEq, Deserialize)]
struct Pair(u8, String);

#[derive(Debug, PartialEq, Deserialize)]
struct Marker;

#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Empty,
    Circle(f64),
    Line(Point, Point),
    Square { side: f64 },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Renamed {
    first_name: String,
    level: Level,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
enum Level {
    VeryLow,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    A { x: u8 },
}

#[test]
fn numbers() {
    reads("300", 300_u16);
    reads("-128", i8::MIN);
    reads("18446744073709551616", 1_u128 << 64);
    reads("-170141183460469231731687303715884105728", i128::MIN);
    reads("5usize", 5_usize);
    reads("2", 2.0_f64);
    reads("-2.5e3", -2500.0_f32);
    reads("7", std::num::NonZeroU8::new(7).unwrap());
    refuses::<u8>("300", "300 is out of range for u8");
    refuses::<usize>("-1", "-1 is out of range for usize");
    refuses::<i32>("5u8", "expected i32, found u8");
    refuses::<i32>("\"x\"", "expected i32, found a string");
    refuses::<i32>("2.0", "expected i32, found a float");
    refuses::<f32>("1e40", "1e40 is out of range for f32");
    refuses::<f64>("1i32", "expected f64, found i32");
    refuses::<std::num::NonZeroU8>("0", "expected a nonzero u8, found integer `0`");
}

#[test]
fn text() {
    reads("\"x\"", "x".to_owned());
    reads("\"x\"", "x");
    reads("'x'", 'x');
    reads("\"x\"", 'x');
    reads("String::new()", String::new());
    reads("\"a/b\"", std::path::PathBuf::from("a/b"));
    reads("\"x\"", std::borrow::Cow::Borrowed("x"));
    refuses::<String>("5", "expected a string, found an integer");
    refuses::<String>("'x'", "expected a string, found a char");
    refuses::<char>("\"xy\"", "expected a character, found a string");
    refuses::<bool>("1", "expected a boolean, found an integer");
}

#[test]
fn options() {
    reads("Some(3)", Some(3));
    reads("None", None::<i32>);
    reads("null", None::<i32>);
    reads("3", Some(3));
    reads("Some(None)", Some(None::<u8>));
    reads("Option::Some(\"x\")", Some("x".to_owned()));
    reads("Ok(3)", Ok::<i32, String>(3));
    refuses::<Option<u8>>("Some(300)", "300 is out of range for u8");
}

#[test]
fn collections() {
    reads("[1, 2]", vec![1, 2]);
    reads("vec![\"a\"]", vec!["a".to_owned()]);
    reads("Vec::new()", Vec::<i32>::new());
    reads("[1, 2, 3]", [1_u8, 2, 3]);
    reads("b\"ab\"", vec![97_u8, 98]);
    reads("(1, 'x')", (1, 'x'));
    reads("[1, \"x\"]", (1, "x".to_owned()));
    reads("[1, 1]", HashSet::from([1]));
    reads("()", ());
    reads("{\"k\": 1}", BTreeMap::from([("k".to_owned(), 1)]));
    reads("HashMap::from([(1, 'x')])", BTreeMap::from([(1, 'x')]));
    reads("{1: 'x'}", BTreeMap::from([(1, 'x')]));
    reads("{\"1\": \"x\"}", BTreeMap::from([(1, 'x')]));
    refuses::<[u8; 3]>("[1, 2]", "expected an array of length 3, found a sequence of 2");
    refuses::<(u8, u8)>("(1, 2, 3)", "expected a tuple of size 2, found a tuple of 3");
    refuses::<Vec<u8>>("[1, 300]", "in element 1: 300 is out of range for u8");
    refuses::<Vec<u8>>("(1, 2)", "expected a sequence, found a tuple of 2");
    refuses::<BTreeMap<String, u8>>("[1]", "expected a pair of key and value, found an integer");
    refuses::<BTreeMap<String, u8>>("{\"k\": 'x'}", "in \"k\": expected u8, found a char");
}

#[test]
fn structs() {
    let point = || Point { x: 1.0, y: 2.5 };
    reads("Point { x: 1.0, y: 2.5 }", point());
    reads("geo::Point { y: 2.5, x: 1 }", point());
    reads("{\"x\": 1, \"y\": 2.5}", point());
    reads("Meters(5.0)", Meters(5.0));
    reads("5.0", Meters(5.0));
    reads("Pair(1, \"x\".into())", Pair(1, "x".into()));
    reads("[1, \"x\"]", Pair(1, "x".into()));
    reads("Marker", Marker);
    reads(
        "Renamed { first_name: \"Ada\", level: Level::VeryLow }",
        Renamed {
            first_name: "Ada".into(),
            level: Level::VeryLow,
        },
    );
    refuses::<Point>("Point { x: 1.0 }", "missing field `y`");
    refuses::<Point>("Point { x: 1.0, z: 2.5 }", "Point has no field z: it has x, y");
    refuses::<Point>("Point { x: \"1\", y: 2.5 }", "in field x: expected f64, found a string");
    refuses::<Point>("Circle { x: 1.0, y: 2.5 }", "expected Point, found Circle { .. }");
    refuses::<Point>("5", "expected struct Point, found an integer");
    refuses::<Pair>("Pair(1)", "Pair has 2 fields, found 1");
}

#[test]
fn enums() {
    reads("Empty", Shape::Empty);
    reads("Shape::Empty", Shape::Empty);
    reads("\"Empty\"", Shape::Empty);
    reads("Circle(2.0)", Shape::Circle(2.0));
    reads("{\"Circle\": 2.0}", Shape::Circle(2.0));
    reads("Square { side: 3 }", Shape::Square { side: 3.0 });
    reads("{\"Square\": {\"side\": 3}}", Shape::Square { side: 3.0 });
    reads(
        "Shape::Line(Point { x: 0, y: 0 }, Point { x: 1, y: 1 })",
        Shape::Line(Point { x: 0.0, y: 0.0 }, Point { x: 1.0, y: 1.0 }),
    );
    reads("5", Either::Number(5));
    reads("\"x\"", Either::Text("x".into()));
    reads("{\"kind\": \"A\", \"x\": 1}", Tagged::A { x: 1 });
    refuses::<Shape>("Circel(2.0)", "Shape has no variant Circel: did you mean Circle?");
    refuses::<Shape>(
        "Hexagon",
        "Shape has no variant Hexagon: it has Empty, Circle, Line, Square",
    );
    refuses::<Shape>("Color::Empty", "expected Shape, found Color::Empty");
    refuses::<Shape>(
        "Circle",
        "expected Circle with 1 value in brackets, found nothing after its name",
    );
    refuses::<Shape>(
        "Empty(1)",
        "expected Empty with nothing after its name, found 1 value in brackets",
    );
    refuses::<Shape>("Circle(\"x\")", "in Circle: expected f64, found a string");
    refuses::<Shape>("Square { sid: 3 }", "Square has no field sid: did you mean side?");
    refuses::<Shape>("3", "expected Shape, found an integer");
}

#[test]
fn json_values() {
    let value: serde_json::Value = serde_json::json!({"a": [1, -2, 2.5, null, "x", true]});
    let literal = Literal::from_json(value.to_string().as_bytes()).unwrap();
    assert_eq!(serde_json::Value::deserialize(&literal), Ok(value));
}
