//! A probe whose files are broken: rustc counts as not asked, and the build goes on.

use crate::support::{Package, bare, run, succeeds};

/// A macro that, in a probe, breaks what stands in it: the name of a file, and what becomes of its text.
const BREAKS: &str = r#"
use proc_macro::TokenStream;
#[proc_macro]
pub fn breaks(how: TokenStream) -> TokenStream {
    let how = how.to_string();
    let (name, how) = how.split_once(' ').unwrap();
    let folder = std::env::var_os("HOOKABLE_PROBE").map(std::path::PathBuf::from);
    let entries = folder.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap().flatten());
    let folders = entries.map(|entry| entry.path()).chain(folder.clone());
    for file in folders.map(|folder| folder.join(name)).filter(|file| file.is_file()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let text = match how {
            "half" => text[..text.len() / 2].to_owned(),
            "empty" => String::new(),
            _ => text.replace("records 1", "records 2"),
        };
        std::fs::write(file, text).unwrap();
    }
    TokenStream::new()
}
"#;

const FUNCTION: &str = "#[hookable::hookable]\nfn main() {\n    let v = vec![1];\n    let w = v;\n    hookable::hook!();\n    \
                        println!(\"{w:?}\");\n}\n";

/// Builds a program with the macro before the function or after it. The banner has the note.
#[track_caller]
fn check(how: &str, before: bool, note: &str) {
    let call = format!("breaking::breaks!({how});\n");
    let main = match before {
        true => format!("{call}{FUNCTION}"),
        false => format!("{FUNCTION}{call}"),
    };
    let package = Package::new(if before { "broken_told" } else { "broken_left" })
        .manifest("breaking = { path = \"breaking\" }")
        .file(
            "breaking/Cargo.toml",
            "[package]\nname = \"breaking\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
        )
        .file("breaking/src/lib.rs", BREAKS)
        .main(&main);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let said = run(&mut bare(&package.executable("debug")), "v\n:c\n");
    assert!(said.stdout.ends_with("[1]\n"), "{how}: {}{}", said.stdout, said.stderr);
    assert!(said.stderr.contains(note), "{how}: {}", said.stderr);
    let not_asked = "note: rustc was not asked what can be captured: failed to read ";
    assert!(said.stderr.contains(not_asked), "{how}: {}", said.stderr);
}

#[test]
fn what_a_probe_left_is_not_whole() {
    check("report half", false, "the file is not whole");
    check("report empty", false, "the file is not whole");
    check(
        "report other",
        false,
        "the file was written by another version of hookable",
    );
    check("arrived half", false, "the list of hooks that rustc came to is broken");
}

#[test]
fn what_a_probe_is_told_is_not_whole() {
    check("table half", true, "what is known so far: the file is not whole");
    check(
        "table other",
        true,
        "the file was written by another version of hookable",
    );
}
