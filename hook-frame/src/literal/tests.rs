use super::*;

#[track_caller]
fn parses(text: &str, expected: Literal) {
    assert_eq!(Literal::parse(text), Ok(expected));
}

#[track_caller]
fn refuses(text: &str, message: &str) {
    assert_eq!(Literal::parse(text).unwrap_err().to_string(), message);
}

fn int(value: i64) -> Literal {
    typed(value, "")
}

fn typed(value: i64, suffix: &'static str) -> Literal {
    Literal::Int {
        negative: value < 0,
        magnitude: value.unsigned_abs().into(),
        suffix,
    }
}

fn float(value: f64) -> Literal {
    Literal::Float { value, suffix: "" }
}

fn string(value: &str) -> Literal {
    Literal::Str(value.to_owned())
}

#[test]
fn integers() {
    parses("0", int(0));
    parses("1_000", int(1000));
    parses("-5", int(-5));
    parses("- 5", int(-5));
    parses("5u8", typed(5, "u8"));
    parses("-5_i64", typed(-5, "i64"));
    parses("0xFFu8", typed(255, "u8"));
    parses("0b1010_1010", int(0xaa));
    parses("0o17", int(15));
    parses("b'a'", typed(97, "u8"));
    parses("-0", int(0));
    parses(
        "340282366920938463463374607431768211455",
        Literal::Int {
            negative: false,
            magnitude: u128::MAX,
            suffix: "",
        },
    );
    refuses("5u9", "`5u9` cannot be read: `u9` is no integer type");
    refuses("--5", "`-` before no number");
}

#[test]
fn floats() {
    parses("2.5", float(2.5));
    parses("-2.5e3", float(-2500.0));
    parses("1.", float(1.0));
    parses("1e3", float(1000.0));
    parses(
        "1_0.5f32",
        Literal::Float {
            value: 10.5,
            suffix: "f32",
        },
    );
    parses(
        "1f64",
        Literal::Float {
            value: 1.0,
            suffix: "f64",
        },
    );
    parses("inf", float(f64::INFINITY));
    parses("-inf", float(f64::NEG_INFINITY));
    parses(
        "f64::INFINITY",
        Literal::Float {
            value: f64::INFINITY,
            suffix: "f64",
        },
    );
    assert!(matches!(Literal::parse("NaN"), Ok(Literal::Float { value, .. }) if value.is_nan()));
}

#[test]
fn words_and_chars() {
    parses("true", Literal::Bool(true));
    parses("false", Literal::Bool(false));
    parses("null", Literal::Null);
    parses("()", Literal::Unit);
    parses("'x'", Literal::Char('x'));
    parses(r"'\n'", Literal::Char('\n'));
    parses(r"'\u{1F600}'", Literal::Char('\u{1F600}'));
    parses(r"'\''", Literal::Char('\''));
}

#[test]
fn strings() {
    parses(r#""a \"b\"\t\u{e9}""#, string("a \"b\"\t\u{e9}"));
    parses(r##"r#"a "b" \"#"##, string("a \"b\" \\"));
    parses(r#"String::from("x")"#, string("x"));
    parses(r#""x".to_string()"#, string("x"));
    parses(r#""x".into()"#, string("x"));
    parses(r#""x".to_owned()"#, string("x"));
    parses("b\"ab\"", Literal::Bytes(b"ab".to_vec()));
    parses("String::new()", Literal::Empty);
    refuses("\"x\".len()", "`len` is not part of a value");
    refuses("\"x", "a quote or a bracket is not closed");
}

#[test]
fn collections() {
    parses("[1, 2]", Literal::Seq(vec![int(1), int(2)]));
    parses("[1, 2,]", Literal::Seq(vec![int(1), int(2)]));
    parses("vec![1]", Literal::Seq(vec![int(1)]));
    parses("[]", Literal::Seq(vec![]));
    parses("Vec::new()", Literal::Empty);
    parses("(1, 'x')", Literal::Tuple(vec![int(1), Literal::Char('x')]));
    parses("(1,)", Literal::Tuple(vec![int(1)]));
    parses("(1)", int(1));
    parses(
        "[[1], []]",
        Literal::Seq(vec![Literal::Seq(vec![int(1)]), Literal::Seq(vec![])]),
    );
    parses(r#"{"k": 1}"#, Literal::Map(vec![(string("k"), int(1))]));
    parses(
        r#"HashMap::from([("k", 1)])"#,
        Literal::Seq(vec![Literal::Tuple(vec![string("k"), int(1)])]),
    );
    refuses("[1 2]", "`2` is not part of a value");
    refuses("[1; 3]", "`;` is not part of a value");
    refuses("vec", "`vec` is not a value");
}

#[test]
fn structs_and_variants() {
    parses("None", Literal::Path("None".into()));
    parses("Some(3)", Literal::Call("Some".into(), vec![int(3)]));
    parses(
        "Shape::Circle(2.0)",
        Literal::Call("Shape::Circle".into(), vec![float(2.0)]),
    );
    parses(
        "Point { x: 1.0 }",
        Literal::Struct("Point".into(), vec![("x".into(), float(1.0))]),
    );
    parses("Unit {}", Literal::Struct("Unit".into(), vec![]));
    parses("Box::new(1)", int(1));
    parses("r#Type", Literal::Path("r#Type".into()));
    refuses("Point { x }", "a value is missing for field x");
    refuses("Point { x: 1.0 y: 2.0 }", "`y` is not part of a value");
}

#[test]
fn expressions_are_no_literals() {
    refuses("", "a value is missing");
    refuses("a", "`a` is not a value");
    refuses("f(1)", "`f` is not a value");
    refuses("1 + 1", "`+` is not part of a value");
    refuses("[a]", "`a` is not a value");
    refuses("shape::circle", "`shape::circle` is not a value");
    refuses("&1", "`&` is not part of a value");
    refuses("|| 1", "`|` is not part of a value");
    refuses(&"[".repeat(100_000), "brackets nest deeper than 128");
}

#[test]
fn json_where_rust_is_silent() {
    parses(r#""a\/\u0041\ud83d\ude00""#, string("a/A\u{1F600}"));
    parses(r#"{"a": "\u0041"}"#, Literal::Map(vec![(string("a"), string("A"))]));
}

#[test]
fn plain_text_for_from_str() {
    let plain = |text: &str, ty| match Literal::parse(text).unwrap().plain_text(ty) {
        Ok(text) => text,
        Err(error) => error.to_string(),
    };
    assert_eq!(plain("1_000", "i32"), "1000");
    assert_eq!(plain("-0x10", "i32"), "-16");
    assert_eq!(plain("3", "f64"), "3");
    assert_eq!(plain("5u8", "i32"), "expected i32, found u8");
    assert_eq!(plain("5", "alloc::string::String"), "expected String, found an integer");
    assert_eq!(plain("\"127.0.0.1\"", "core::net::ip_addr::IpAddr"), "127.0.0.1");
    assert_eq!(plain("'x'", "char"), "x");
    assert_eq!(plain("1", "bool"), "expected bool, found an integer");
}
