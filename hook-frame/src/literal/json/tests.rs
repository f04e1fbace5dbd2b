//! These tests check that what is saved is read back the same.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use super::*;

fn saved(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    match save(value, &mut bytes) {
        Ok(()) => String::from_utf8(bytes).unwrap().trim_end().to_owned(),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn check<T: Serialize + for<'de> Deserialize<'de> + PartialEq + Debug>(value: T, json: &str) {
    assert_eq!(saved(&value), json);
    let read = T::deserialize(&read(json.as_bytes()).unwrap());
    assert_eq!(read, Ok(value));
}

#[track_caller]
fn refuses(value: impl Serialize, why: &str) {
    assert_eq!(saved(&value), why);
}

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
enum Level {
    Low,
    Number(u8),
}

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Id(u32);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Empty,
    Circle(f64),
    Line((i32, i32), (i32, i32)),
    Square { side: f32 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Model {
    name: String,
    weights: Vec<f64>,
    layers: Vec<(u8, char)>,
    shape: Shape,
    best: Option<f64>,
    marker: (),
}

#[test]
fn scalars() {
    check(true, "true");
    check('"', r#""\"""#);
    check("a\u{1b}[1m\r\n".to_owned(), r#""a\u001b[1m\u000d\n""#);
    check((), "null");
    check(None::<u8>, "null");
    check(Some(3), "3");
}

#[test]
fn integers_to_the_last_digit() {
    check(u64::MAX, "18446744073709551615");
    check(u128::MAX, "340282366920938463463374607431768211455");
    check(i128::MIN, "-170141183460469231731687303715884105728");
}

#[test]
fn floats_to_the_last_bit() {
    check(0.1 + 0.2, "0.30000000000000004");
    check(1.0, "1.0");
    check(f64::MAX, "1.7976931348623157e308");
    check(f64::MIN_POSITIVE, "2.2250738585072014e-308");
    check(5e-324, "5e-324");
    check(0.1_f32, "0.1");
    check(f32::MAX, "3.4028235e38");
    check(7.038531e-26_f32, "7.038530691851209e-26");
    let zero = f64::deserialize(&read(saved(&-0.0).as_bytes()).unwrap()).unwrap();
    assert!(zero.is_sign_negative());
    let some = (0..=u32::MAX).step_by(0x10_0001).map(f32::from_bits);
    for float in some.filter(|float| float.is_finite()) {
        let read = f32::deserialize(&read(saved(&float).as_bytes()).unwrap());
        assert_eq!(read.map(f32::to_bits), Ok(float.to_bits()));
    }
}

#[test]
fn keys() {
    check(
        BTreeMap::from([(1, 'a'), (-2, 'b')]),
        "{\n  \"-2\": \"b\",\n  \"1\": \"a\"\n}",
    );
    check(
        BTreeMap::from([(u128::MAX, 1)]),
        "{\n  \"340282366920938463463374607431768211455\": 1\n}",
    );
    check(HashMap::from([(true, 1)]), "{\n  \"true\": 1\n}");
    check(HashMap::from([('1', 1)]), "{\n  \"1\": 1\n}");
    check(HashMap::from([("1".to_owned(), 1)]), "{\n  \"1\": 1\n}");
    check(HashMap::from([(Level::Low, 1)]), "{\n  \"Low\": 1\n}");
    check(HashMap::from([(Id(7), 1)]), "{\n  \"7\": 1\n}");
    check(HashMap::from([(Some(7_u8), 1)]), "{\n  \"7\": 1\n}");
    let why = "JSON has no form for a map whose keys are more than a string, a number, a bool or a plain variant";
    refuses(HashMap::from([((1, 2), 3)]), why);
    refuses(HashMap::from([(Level::Number(1), 3)]), why);
    refuses(HashMap::from([(None::<u8>, 3)]), why);
}

#[test]
fn structure() {
    check(vec![vec![1, 2], vec![], vec![3]], "[\n  [1, 2],\n  [],\n  [3]\n]");
    let shapes = vec![
        Shape::Empty,
        Shape::Circle(2.0),
        Shape::Line((0, 0), (1, -1)),
        Shape::Square { side: 0.5 },
    ];
    let json = r#"["Empty",
  {
    "Circle": 2.0
  },
  {
    "Line": [
      [0, 0],
      [1, -1]
    ]
  },
  {
    "Square": {
      "side": 0.5
    }
  }
]"#;
    check(shapes, json);
    let model = Model {
        name: "m".to_owned(),
        weights: vec![0.5, -1.0],
        layers: vec![(1, 'a')],
        shape: Shape::Empty,
        best: None,
        marker: (),
    };
    let json = r#"{
  "name": "m",
  "weights": [0.5, -1.0],
  "layers": [
    [1, "a"]
  ],
  "shape": "Empty",
  "best": null,
  "marker": null
}"#;
    check(model, json);
}

#[test]
fn long_values_go_out_in_pieces() {
    let many: Vec<(u32, String)> = (0..20_000).map(|n| (n, "x".repeat(20))).collect();
    let json = saved(&many);
    assert_eq!(Vec::deserialize(&read(json.as_bytes()).unwrap()), Ok(many));
}

#[test]
fn as_deep_as_can_be_read() {
    let nested = |depth| (1..depth).fold(serde_json::json!([1]), |inner, _| serde_json::json!([inner]));
    assert!(read(saved(&nested(DEEPEST)).as_bytes()).is_ok());
    assert!(saved(&nested(DEEPEST + 1)).ends_with("it nests deeper than 128, and :load reads no more"));
}

#[test]
fn what_would_not_come_back_is_refused() {
    refuses(f64::NAN, "JSON has no number for NaN");
    refuses(f32::NEG_INFINITY, "JSON has no number for -inf");
    refuses(vec![1.0, f64::INFINITY], "in element 1: JSON has no number for inf");
    refuses(
        Shape::Square { side: f32::NAN },
        "in field side: JSON has no number for NaN",
    );
    refuses(
        BTreeMap::from([("k", f64::NAN)]),
        "in \"k\": JSON has no number for NaN",
    );
    refuses(Some(None::<u8>), "JSON does not tell this Some from None");
}

#[test]
fn a_stream_that_is_full_is_named() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for length in [1, 100_000] {
        assert!(matches!(save(&vec![7; length], &mut Full), Err(SaveError::Io(_))));
    }
}
