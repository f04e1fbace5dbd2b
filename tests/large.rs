//! A crate so large that rustc is asked about a copy of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::hits::record;
use crate::support::{Package, bare, run, succeeds, target};
use crate::targets::{ASKED, was_asked};

/// Functions without a hook, more than it takes for a copy of the sources to pay.
fn many() -> String {
    let function = |number| {
        format!(
            "pub fn many{number}(a: u32) -> Vec<u32> {{\n    let mut all = vec![a];\n    all.push({number});\n    all\n}}\n"
        )
    };
    (0..2500).map(function).collect()
}

/// Each round asks otherwise, so what rustc keeps of one would be of no use to the other.
#[test]
fn what_rustc_keeps_of_two_rounds() {
    let package = Package::new("two_rounds").main(
        "use hookable::{hook, hookable};\n#[hookable]\nfn main() { if let Some(n) = Some(1) { hook!(); assert_eq!(n, 1); } }",
    );
    let one = Package::new("one_round")
        .main("use hookable::{hook, hookable};\n#[hookable]\nfn main() { let n = 1; hook!(); assert_eq!(n, 1); }");
    succeeds(&mut one.cargo(&["build", "-q"]));
    assert!(folder_of("one_round").join("incremental").is_dir());
    assert!(!folder_of("one_round").join("later").exists());
    for _ in 0..2 {
        succeeds(&mut package.cargo(&["build", "-q"]));
        let hits = record(&mut bare(&package.executable("debug")));
        assert_eq!(hits[0].local("n").state, "writable");
        for kept in ["", "later"] {
            let crates = entries(&folder_of("two_rounds").join(kept).join("incremental"));
            let sessions: Vec<PathBuf> = crates.iter().flat_map(|folder| entries(folder)).collect();
            let is_whole = |session: &PathBuf| session.join("dep-graph.bin").is_file();
            assert!(sessions.iter().any(is_whole), "{sessions:?}");
        }
        let main = package.path().join("src/main.rs");
        fs::write(&main, fs::read_to_string(&main).unwrap().replace("n, 1", "n, 2 - 1")).unwrap();
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The folder of the last build.
fn folder_of(name: &str) -> PathBuf {
    let mut all = entries(&target().join("debug/hookable"));
    all.retain(|folder| {
        let file = folder.file_name().unwrap_or_default().to_string_lossy();
        file.starts_with(&format!("{name}-"))
    });
    let written = |folder: &PathBuf| {
        fs::metadata(folder.join("table"))
            .and_then(|table| table.modified())
            .ok()
    };
    all.into_iter().max_by_key(written).expect("it was built")
}

fn copies(name: &str) -> Vec<PathBuf> {
    let folders = fs::read_dir(target().join("debug/hookable")).expect("it was asked");
    let own = folders.filter_map(|entry| {
        let entry = entry.expect("it can be read");
        let file = entry.file_name().into_string().expect("it is a crate's");
        file.starts_with(&format!("{name}-"))
            .then(|| entry.path().join("sources/src"))
    });
    own.filter(|copy| copy.is_dir()).collect()
}

#[test]
fn a_large_crate_is_asked_about_without_what_no_hook_sees() {
    let package = Package::new("large")
        .file("src/many.rs", &many())
        .file("src/text.txt", "a text")
        .main(&format!(
            "{ASKED}mod many;\nconst TEXT: &str = include_str!(\"text.txt\");\nfn main() {{ asked(); assert_eq!((many::many7(1).len(), TEXT), (2, \"a text\")) }}"
        ));
    let asked = |package: &Package| {
        succeeds(&mut package.cargo(&["build", "-q"]));
        was_asked(&record(&mut bare(&package.executable("debug")))[0])
    };
    for old in copies("large") {
        fs::remove_dir_all(old).expect("the target folder is ours");
    }
    assert!(asked(&package));
    let [copy] = &copies("large")[..] else {
        panic!("one build, one copy")
    };
    let size = |path: &Path| fs::metadata(path).expect("it is there").len();
    assert!(size(&copy.join("many.rs")) < size(&package.path().join("src/many.rs")));
    // What was renamed is gone there, too, else `mod many` would be ambiguous.
    fs::create_dir(package.path().join("src/many")).expect("the folder is ours");
    fs::rename(
        package.path().join("src/many.rs"),
        package.path().join("src/many/mod.rs"),
    )
    .expect("it is there");
    assert!(asked(&package));
    assert!(!copy.join("many.rs").exists());
}

#[test]
fn where_the_copy_is_not_the_crate_the_crate_is_asked_about() {
    // The length of its own text is part of a type.
    let package = Package::new("own_text").file("src/many.rs", &many()).main(&format!(
        "{ASKED}mod many;\nconst LEN: usize = {};\nconst TEXT: &[u8; LEN] = include_bytes!(\"many.rs\");\nfn main() {{ asked(); assert_eq!(many::many7(1).len() + TEXT.len(), LEN + 2) }}",
        many().len()
    ));
    succeeds(&mut package.cargo(&["build", "-q"]));
    assert!(was_asked(&record(&mut bare(&package.executable("debug")))[0]));
}

#[test]
fn a_function_with_more_locals_than_rustc_nests_tuples() {
    let lets: String = (0..300)
        .map(|number| format!("let a{number} = {number}_u32;\n"))
        .collect();
    let package = Package::new("many_locals").main(&format!(
        "use hookable::{{hook, hookable}};\n#[hookable]\nfn main() {{\n{lets}hook!();\n}}"
    ));
    succeeds(&mut package.cargo(&["build", "-q"]));
    let executable = package.executable("debug");
    let hits = record(&mut bare(&executable));
    assert_eq!(hits[0].locals.len(), 300);
    assert!(hits[0].locals.iter().all(|local| local.state == "writable"));
    let said = run(&mut bare(&executable), "a0 + a31 + a32 + a299\n");
    assert_eq!(said.stdout, "362\n", "{}", said.stderr);
}
