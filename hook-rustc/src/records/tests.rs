use std::path::PathBuf;

use super::*;
use crate::{enum_fields, struct_fields};

#[derive(Debug, PartialEq)]
struct Sample {
    name: String,
    path: PathBuf,
    shape: Shape,
    all: Vec<(usize, Option<bool>)>,
}
struct_fields!(Sample { name, path, shape, all });

#[derive(Debug, PartialEq)]
enum Shape {
    Empty,
    Named(String),
    Sized(u64, u64),
}
enum_fields!(Shape { Empty = "empty", Named(name) = "named", Sized(width, height) = "sized" });

fn samples() -> Vec<Sample> {
    let sample = |name: &str, shape, all| Sample {
        name: name.to_owned(),
        path: "/a b/\\c".into(),
        shape,
        all,
    };
    vec![
        sample("", Shape::Empty, vec![]),
        sample("tab\tend\nback\\slash\\n\r", Shape::Named("\n".into()), vec![(1, None)]),
        sample("あ", Shape::Sized(u64::MAX, 0), vec![(0, Some(true)), (2, Some(false))]),
    ]
}

fn in_file<T>(name: &str, with: impl FnOnce(&Path) -> T) -> T {
    let file = std::env::temp_dir().join(format!("hookable-records-{name}-{}", std::process::id()));
    let result = with(&file);
    let _ = fs::remove_file(file);
    result
}

#[test]
fn a_file_is_read_as_it_was_written() {
    in_file("whole", |file| {
        write_file(file, "samples", &samples()).unwrap();
        assert_eq!(read_file::<Sample>(file, "samples").unwrap(), samples());
        write_file::<Sample>(file, "samples", []).unwrap();
        assert_eq!(read_file::<Sample>(file, "samples").unwrap(), []);
    });
}

#[test]
fn a_file_that_was_cut_off_is_an_error_wherever_that_was() {
    let text = in_file("cut", |file| {
        write_file(file, "samples", &samples()).unwrap();
        fs::read_to_string(file).unwrap()
    });
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        assert!(records::<Sample>(&text[..end], "samples").is_err(), "{end}");
    }
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    assert_eq!(records::<Shape>(text, "shapes").unwrap_err(), expected, "{text:?}");
}

#[test]
fn what_is_no_such_file() {
    check_error("", "is not whole");
    check_error("\n", "was written by another version of hookable");
    check_error(
        "hookable-records 2 shapes\nend 0\n",
        "was written by another version of hookable",
    );
    check_error(
        "hookable-records 1 others\nend 0\n",
        "was written by another version of hookable",
    );
    check_error("hookable-records 1 shapes\n", "is not whole");
    check_error("hookable-records 1 shapes\nempty\nend 2\n", "is not whole");
    check_error("hookable-records 1 shapes\nempty\nend -1\n", "is not whole");
    for record in [
        "round",
        "",
        "empty\t",
        "named",
        "named\t\\x",
        "sized\t1",
        "sized\t1\tx",
        "sized\t1\t2\t3",
    ] {
        let text = format!("hookable-records 1 shapes\n{record}\nend 1\n");
        check_error(&text, "has a record that is not known");
    }
}

#[test]
fn a_count_that_is_a_lie_reserves_nothing() {
    assert_eq!(from_line::<Vec<u64>>("18446744073709551615\t1"), None);
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_cannot_be_written() {
    use std::os::unix::ffi::OsStrExt as _;
    let path = PathBuf::from(std::ffi::OsStr::from_bytes(b"\xff"));
    assert_eq!(to_line(&path).unwrap_err().to_string(), "a path is not UTF-8");
}
