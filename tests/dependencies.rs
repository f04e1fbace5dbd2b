//! The versions of dependencies that the manifests allow.

use std::collections::BTreeMap;
use std::fs;

use crate::support::{bare, cargo, root, run, succeeds, target};

/// Each dependency with the lowest version that works, and none lower: `tests/lowest` pins them, and its lockfile says
/// that the crates of this workspace got them, too.
#[test]
fn the_lowest_versions_build_and_run() {
    succeeds(
        cargo()
            .args(["build", "-q", "--locked"])
            .current_dir(root().join("tests/lowest")),
    );
    let script = ":locals moved\nwords.push(format!(\"{}\", point.x))\n:locls\nwords = [\"b\"]\npoint = {\"x\": 1.5, \"name\": \"p\"}\n\
                  point.name\npoint = Point { x: 2.5, name: None }\n:c\nn\nself.0 + n\na\n:c\n";
    let said = run(&mut bare(&target().join("debug/lowest")), script);
    assert_eq!(
        said.stdout,
        "moved: Vec<String>   moved at line 29\nSome(\"p\")\n2\n3\n2\nPoint { x: 2.5, name: None } [\"b\"] true\n",
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.contains("hooked at src/main.rs:30 in main, "),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("did you mean `:locals`"), "{}", said.stderr);
    assert_eq!(said.code, Some(0));
}

#[test]
fn each_lower_bound_is_what_was_built() {
    let lockfile = fs::read_to_string(root().join("tests/lowest/Cargo.lock")).expect("it is beside its manifest");
    let mut locked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in lockfile.split("[[package]]").skip(1) {
        let field = |name: &str| {
            package
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_suffix('"'))
        };
        let (name, version) = (field("name = \""), field("version = \""));
        locked
            .entry(name.expect("a name"))
            .or_default()
            .push(version.expect("a version"));
    }
    for manifest in [
        "hook-debuginfo",
        "hook-frame",
        "hook-loader",
        "hook-macros",
        "hook-runtime",
        "hook-rustc",
    ] {
        let text = fs::read_to_string(root().join(manifest).join("Cargo.toml")).expect("a member has a manifest");
        for (name, bound) in lower_bounds(&text) {
            assert_eq!(locked.get(name), Some(&vec![bound]), "{name} in {manifest}");
        }
    }
}

/// The dependencies of a manifest that come from the registry, those of its tests left out.
fn lower_bounds(manifest: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for table in manifest.split("\n[").filter(|table| {
        let name = table.split('\n').next().unwrap_or_default();
        name.ends_with("dependencies]") && !name.ends_with("dev-dependencies]")
    }) {
        for line in table.lines().skip(1).filter(|line| !line.starts_with('#')) {
            let Some((name, rest)) = line.split_once(" = ") else {
                continue;
            };
            let Some(version) = rest.split('"').nth(1).filter(|_| !rest.contains("workspace")) else {
                continue;
            };
            let lowest = version.trim_start_matches(">=").split(',').next().unwrap_or_default();
            found.push((name, lowest));
        }
    }
    assert!(!found.is_empty());
    found
}

/// What a user's program is built with, without that of the tests: `deny.toml` says why each of these may not be there.
#[test]
fn no_crate_that_changes_what_a_user_infers() {
    let deny = fs::read_to_string(root().join("deny.toml")).expect("it is in the tree");
    let banned = deny
        .lines()
        .filter_map(|line| line.trim().strip_prefix("{ crate = \"")?.split('"').next());
    let banned: Vec<&str> = banned.collect();
    assert!(banned.contains(&"serde_json"), "{deny}");
    let mut tree = cargo();
    tree.args([
        "tree",
        "-p",
        "hookable",
        "--all-features",
        "--edges=normal,build",
        "--prefix=none",
    ]);
    let tree = succeeds(tree.current_dir(root())).stdout;
    let crates = || tree.lines().filter_map(|line| line.split(' ').next());
    assert!(crates().any(|name| name == "rustyline"), "{tree}");
    assert_eq!(crates().find(|name| banned.contains(name)), None, "{tree}");
}
