//! Mistakes: what the attribute says of its own, and that it leaves rustc's as they are.

use std::collections::BTreeMap;
use std::fs;

use crate::support::{Package, root, run};

/// Each file of `tests/ui`, with what rustc says of it beside it. All are built in one go.
#[test]
fn of_ours() {
    let folder = root().join("tests/ui");
    let mut expected = BTreeMap::new();
    for entry in fs::read_dir(&folder).expect("it is there").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            let beside = path.with_extension("stderr");
            expected.insert(name, (beside.clone(), fs::read_to_string(beside).unwrap_or_default()));
        }
    }
    let bins = expected.keys().map(|name| {
        let path = folder.join(name).with_extension("rs");
        format!("[[bin]]\nname = \"{name}\"\npath = \"{}\"\n", path.display())
    });
    let package = Package::new("ui").manifest(&bins.collect::<String>());
    let said = run(
        &mut package.cargo(&["build", "-q", "--bins", "--keep-going", "--message-format=json"]),
        "",
    );
    let mut happened: BTreeMap<String, String> = BTreeMap::new();
    for line in said.stdout.lines() {
        let message: serde_json::Value = serde_json::from_str(line).expect("cargo writes JSON");
        if let (Some(name), Some(text)) = (
            message["target"]["name"].as_str(),
            message["message"]["rendered"].as_str(),
        ) && message["message"]["spans"]
            .as_array()
            .is_some_and(|spans| !spans.is_empty())
        {
            let text = text.replace(&format!("{}/", root().display()), "");
            happened.entry(name.to_owned()).or_default().push_str(&text);
        }
    }
    let mut wrong = String::new();
    for (name, (beside, expected)) in &expected {
        let happened = happened.get(name).map_or("", |text| text.trim_end());
        if std::env::var_os("HOOKABLE_BLESS").is_some() {
            fs::write(beside, format!("{happened}\n")).expect("the expectations are in a folder of ours");
        } else if expected.trim_end() != happened {
            wrong.push_str(&format!("== {name}, expected:\n{expected}\n== happened:\n{happened}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}{}", said.stderr);
}

/// What stands in a `hook!` is Rust as well, and rustc's to judge.
#[test]
fn in_the_arguments() {
    let hooks = [
        r#"hook!("{missing}");"#,
        r#"hook!("{}");"#,
        "hook!(when = 5);",
        r#"hook!(every = "two");"#,
        "hook!(when = gone());",
    ];
    let source = format!(
        "use hookable::{{hook, hookable}};\n#[hookable]\nfn main() {{\n{}\n}}\n",
        hooks.join("\n")
    );
    let package = Package::new("arguments").main(&source);
    let said = run(&mut package.cargo(&["build", "-q"]), "");
    let mut places: Vec<_> = said
        .stderr
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--> src/main.rs:"))
        .collect();
    places.sort_unstable();
    assert_eq!(places, ["4:9", "5:8", "6:14", "7:15", "8:14"], "{}", said.stderr);
}

/// Functions with a mistake in each, as rustc finds them in one go.
const MISTAKES: &[(&str, &str)] = &[
    (
        "types",
        "fn f(a: i32) -> String {\n    let b: u8 = \"x\";\n    hook!();\n    let c = a + 1.0;\n    a\n}",
    ),
    (
        "names",
        "fn f(a: i32) -> i32 {\n    hook!();\n    let c = bb + a;\n    missing(c);\n    a.nothing()\n}",
    ),
    (
        "moves",
        "fn f(s: String) -> String {\n    drop(s);\n    hook!();\n    s\n}",
    ),
    (
        "borrows",
        "fn f(mut v: Vec<i32>) {\n    let r = &v[0];\n    hook!();\n    v.push(1);\n    println!(\"{r}\");\n}",
    ),
    (
        "mutability",
        "fn f(v: Vec<i32>) {\n    let n = 1;\n    hook!();\n    v.push(n);\n    n += 1;\n}",
    ),
    (
        "lifetimes",
        "fn f<'a>() -> &'a str {\n    let s = String::new();\n    hook!();\n    &s\n}",
    ),
    ("inference", "fn f() {\n    let v = Vec::new();\n    hook!();\n}"),
    (
        "arms",
        "fn f(o: Option<u8>) -> u8 {\n    hook!();\n    match o {\n        Some(n) => n,\n    }\n}",
    ),
    (
        "returns",
        "fn f(a: bool) -> u8 {\n    hook!();\n    if a {\n        return \"x\";\n    }\n}",
    ),
    (
        "question",
        "fn f(a: &str) -> u8 {\n    hook!();\n    a.parse::<u8>()?\n}",
    ),
    (
        "closure",
        "fn f() -> impl Fn() {\n    let s = String::new();\n    move || {\n        hook!();\n        drop(s)\n    }\n}",
    ),
    (
        "future",
        "async fn f() -> u8 {\n    let r = std::rc::Rc::new(1);\n    hook!();\n    std::future::ready(()).await;\n    *r\n}\nfn g() {\n    fn send<T: Send>(_: T) {}\n    send(f());\n}",
    ),
    ("unassigned", "fn f() -> u8 {\n    let a;\n    hook!();\n    a\n}"),
];

/// A mistake of the user's reads as it does without the attribute.
#[test]
fn of_the_users() {
    let mut wrong = String::new();
    for (name, function) in MISTAKES {
        let plain = stderr("plain", &function.replace("hook!();", "        "), "           ");
        let hooked = stderr("hooked", function, "#[hookable]");
        if plain != hooked {
            wrong.push_str(&format!("== {name}, without:\n{plain}== with:\n{hooked}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn stderr(name: &str, function: &str, attribute: &str) -> String {
    let source =
        format!("#![allow(unused)]\nuse hookable::{{hook, hookable}};\n{attribute}\n{function}\nfn main() {{}}\n");
    let package = Package::new(&format!("mistakes_{name}")).main(&source);
    let said = run(&mut package.cargo(&["build", "-q"]), "");
    assert_eq!(said.code, Some(101), "{source}");
    let text = said
        .stderr
        .replace("hook!();", "        ")
        .replace("#[hookable]", "           ");
    // The source lines that rustc cites differ in the words taken out alone.
    text.lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect::<String>()
        .replace(&format!("mistakes_{name}"), "mistakes")
}
