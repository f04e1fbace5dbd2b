use super::*;

#[track_caller]
fn check(ty: &str, value: &str, expected: &str) {
    assert_eq!(rebuilt(value, ty, "demo", &|name| name == "Point"), expected);
}

#[test]
fn scalars_and_texts() {
    check("i32", "-5", "-5");
    check("f64", "1e-7", "1e-7");
    check("[f64; 2]", "[0, -2]", "[0.0, -2.0]");
    check("f32", "NaN", "f32::NAN");
    check("f64", "-inf", "-f64::INFINITY");
    check("bool", "true", "true");
    check("char", "'\\''", "'\\''");
    check("&str", "\"a\"", "\"a\"");
    check("alloc::string::String", "\"a\"", "\"a\".into()");
    check("std::path::PathBuf", "\"/a\"", "\"/a\".into()");
    check("()", "()", "()");
}

#[test]
fn collections() {
    check(
        "alloc::vec::Vec<alloc::string::String>",
        "[\"a\"]",
        "vec![\"a\".into()]",
    );
    check("alloc::vec::Vec<u8>", "[]", "vec![]");
    check("[[u8; 2]; 1]", "[[1, 2]]", "[[1, 2]]");
    check("&[u8]", "[1, 2]", "&[1, 2]");
    check("&mut alloc::vec::Vec<u8>", "[1]", "&mut vec![1]");
    check("alloc::collections::vec_deque::VecDeque<u8>", "[1]", "[1].into()");
    check(
        "std::collections::hash::map::HashMap<alloc::string::String, alloc::vec::Vec<u8>>",
        "{\"k\": [1]}",
        "[(\"k\".into(), vec![1])].into()",
    );
    check(
        "alloc::collections::btree::set::BTreeSet<u8>",
        "{1, 2}",
        "[1, 2].into()",
    );
    check(
        "std::collections::hash::map::HashMap<u8, u8>",
        "{}",
        "Default::default()",
    );
}

#[test]
fn wrappers() {
    check(
        "core::option::Option<alloc::string::String>",
        "Some(\"a\")",
        "Some(\"a\".into())",
    );
    check("core::option::Option<u8>", "None", "None");
    check(
        "core::result::Result<u8, alloc::string::String>",
        "Err(\"a\")",
        "Err(\"a\".into())",
    );
    check("alloc::boxed::Box<u8>", "5", "::std::boxed::Box::new(5)");
    check(
        "alloc::rc::Rc<core::cell::RefCell<u8>>",
        "RefCell { value: 5 }",
        "::std::rc::Rc::new(::std::cell::RefCell::new(5))",
    );
    check("(u8, &str)", "(1, \"a\")", "(1, \"a\")");
    check("(u8,)", "(1,)", "(1,)");
}

#[test]
fn types_of_the_crate() {
    check(
        "demo::m::Point",
        "Point { x: 1, name: \"a\" }",
        "crate::m::Point { x: 1, name: \"a\".into() }",
    );
    check("demo::Shape", "Circle(1.5)", "crate::Shape::Circle(1.5)");
    check("demo::Shape", "Empty", "crate::Shape::Empty");
    check("demo::Unit", "Unit", "crate::Unit");
    check(
        "alloc::vec::Vec<demo::Shape>",
        "[Empty, Circle(1.0)]",
        "vec![crate::Shape::Empty, crate::Shape::Circle(1.0)]",
    );
    // Within a struct, only the names of structs are known.
    check(
        "demo::Line",
        "Line { from: Point { x: 1 } }",
        "crate::Line { from: Point { x: 1 } }",
    );
}

#[test]
fn what_cannot_be_made() {
    check(
        "demo::Line",
        "Line { kind: Dashed }",
        "todo!(\"Line {{ kind: Dashed }}\")",
    );
    check("core::time::Duration", "1.5s", "todo!(\"1.5s\")");
    check("other::Point", "Point { x: 1 }", "todo!(\"Point {{ x: 1 }}\")");
    check("demo::Open", "Open { x: 1, .. }", "todo!(\"Open {{ x: 1, .. }}\")");
    check("core::num::nonzero::NonZero<u8>", "5", "todo!(\"5\")");
    check("demo::Id", "\"custom", "todo!(\"\\\"custom\")");
}
