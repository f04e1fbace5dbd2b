//! `:test` prints a test that makes the locals anew. What it prints is compiled at the hook itself.

use super::{answers, merged};
use crate::support::program;

#[test]
fn what_is_printed_compiles_and_gives_the_same_values() {
    let program = program("live_locals");
    let at = |lines: &[&str]| answers(&mut merged(&program, &["locals"]), lines).0;
    let typed = [
        "a = 5",
        "?words",
        "words.push(\"three\".into())",
        "exit",
        "help",
        "// no",
        ":test again",
    ];
    let printed = &at(&typed)[typed.len() - 1];
    for part in [
        "#[test]\n",
        "fn again() {\n",
        "    let mut a: i32 = 5;\n",
        "    let mut words: ::std::vec::Vec<::std::string::String> = vec![\"one\".into(), \"two\".into(), \"three\".into()];\n",
        "    let mut p: crate::Point = crate::Point { x: 3.0, y: 4.0 };\n",
        "    let mut shape = todo!(\"it has neither Debug nor Display\");\n",
        "    let mut map: ::std::collections::HashMap<::std::string::String, i32> = Default::default();\n",
        "    a = 5;\n    words.push(\"three\".into());\n}",
    ] {
        assert!(printed.contains(part), "{printed}");
    }
    let made: Vec<_> = printed
        .lines()
        .filter(|line| line.starts_with("    let") && !line.contains("todo!"))
        .collect();
    let again = format!("{{ {} (a, words.len(), p.norm(), map.len()) }}", made.join(" "));
    assert_eq!(at(&[&again])[0], "(5, 3, 5.0, 0)");
}

#[test]
fn what_is_printed_in_a_method_names_no_self() {
    let program = program("live_undone");
    let lines = ["self.tick += 2", "let n = self.lines.len();", ":test again"];
    let printed = &answers(&mut merged(&program, &["undone_in_part"]), &lines).0[2];
    for part in [
        "    let mut this: ",
        "    this.tick += 2;\n    let mut n = this.lines.len();\n}",
    ] {
        assert!(printed.contains(part), "{printed}");
    }
    assert!(!printed.contains("self"), "{printed}");
}
