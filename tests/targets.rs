//! Every kind of target, and every way to build it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::support::hits::{Hit, file, read, record};
use crate::support::{Package, bare, run, succeeds, written};

/// A function whose hook tells whether rustc was asked: only it knows that `v` was moved.
pub(crate) const ASKED: &str = "#[hookable::hookable]\npub fn asked() {\n    let v = vec![1];\n    let n = v.clone();\n    drop(v);\n    hookable::hook!();\n}\n";

/// Whether a hit of `asked` shows that rustc was asked.
pub(crate) fn was_asked(hit: &Hit) -> bool {
    let v = hit.local("v");
    match v.reason.as_deref() {
        Some("moved at line 5") => true,
        Some("perhaps moved or borrowed: rustc was not asked") => false,
        _ => panic!("{v:?}"),
    }
}

#[test]
fn asking_can_be_turned_off() {
    let package = Package::new("ask_off").main(&format!("{ASKED}fn main() {{ asked() }}"));
    succeeds(package.cargo(&["build", "-q"]).env("HOOKABLE_ASK", "off"));
    let hits = record(&mut bare(&package.executable("debug")));
    assert!(!was_asked(&hits[0]));
}

/// Where rustc is not asked, impls for some lifetimes only break no build either.
#[test]
fn what_impls_ask_of_lifetimes_without_asking() {
    let package = Package::new("ask_off_impls")
        .manifest("serde = \"1\"")
        .main(include_str!("programs/src/bin/impls.rs"));
    succeeds(package.cargo(&["build", "-q"]).env("HOOKABLE_ASK", "off"));
    assert!(record(&mut bare(&package.executable("debug"))).len() > 20);
}

#[test]
fn lib_bin_test_example_bench_and_doc_test() {
    let doc = "/// ```\n/// #[hookable::hookable]\n/// fn main() {\n///     let in_doc = 1;\n///     hookable::hook!();\n/// }\n/// ```\n";
    let package = Package::new("targets")
        .lib(&format!(
            "{ASKED}{doc}pub struct Documented;\n#[test]\nfn unit() {{ asked() }}\n"
        ))
        .main(&format!("{ASKED}fn main() {{ asked(); targets::asked() }}"))
        .file(
            "tests/integration.rs",
            &format!("{ASKED}#[test]\nfn integration() {{ asked(); targets::asked() }}"),
        )
        .file("examples/shown.rs", &format!("{ASKED}fn main() {{ asked() }}"))
        .file(
            "benches/measured.rs",
            &format!("{ASKED}#[test]\nfn bench() {{ asked() }}"),
        );
    let hits = |args: &[&str]| -> Vec<Hit> {
        let file = file();
        succeeds(
            package
                .cargo(args)
                .env("HOOKABLE", format!("record={}", file.display())),
        );
        read(&file)
    };
    for (args, count) in [
        (&["run", "-q"][..], 2),
        (&["run", "-q", "--example", "shown"], 1),
        (&["test", "-q", "--lib"], 1),
        (&["test", "-q", "--test", "integration"], 2),
        (&["test", "-q", "--bench", "measured"], 1),
    ] {
        let hits = hits(args);
        assert_eq!(hits.len(), count, "{args:?}");
        assert!(hits.iter().all(was_asked), "{args:?}");
    }
    let documented = hits(&["test", "-q", "--doc"]);
    assert_eq!(documented.len(), 1);
    assert_eq!(documented[0].local("in_doc").value.as_deref(), Some("1"));
}

#[test]
fn two_hooked_crates_and_a_target() {
    let inner = "[package]\nname = \"inner\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[dependencies]\nhookable = { path = \"HOOKABLE\" }\n";
    let generic = "#[hookable::hookable]\npub fn generic<T: Clone>(value: T) -> T {\n    let kept = value.clone();\n    drop(value);\n    hookable::hook!();\n    kept\n}\n";
    let package = Package::new("two_crates")
        .manifest("inner = { path = \"inner\" }")
        .file(
            "inner/Cargo.toml",
            &inner.replace("HOOKABLE", &crate::support::root().to_string_lossy()),
        )
        .file("inner/src/lib.rs", &format!("{ASKED}{generic}"))
        .main(&format!(
            "{ASKED}fn main() {{ inner::asked(); asked(); inner::generic(5_u8); inner::generic(\"x\"); }}"
        ));
    let host = succeeds(Command::new("rustc").args(["-vV"])).stdout;
    let host = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("rustc names its host");
    // Cargo, were it told of the target, would build all dependencies once more.
    succeeds(&mut package.cargo(&["rustc", "-q", "--", "--target", host]));
    let hits = record(&mut bare(&package.executable("debug")));
    assert!(was_asked(&hits[0]) && was_asked(&hits[1]));
    let types: Vec<_> = hits[2..]
        .iter()
        .map(|hit| (hit.local("kept").ty.as_deref(), hit.local("value").state.as_str()))
        .collect();
    assert_eq!(types, [(Some("u8"), "moved"), (Some("&str"), "moved")]);
}

/// What the attribute leaves beside a target folder's artifacts.
fn traces(target: &Path) -> PathBuf {
    target.join("debug/hookable")
}

/// A target folder of its own, with the dependencies as they were built and checked in the common one.
fn own_target(name: &str) -> PathBuf {
    let package = Package::new("dependencies").main("fn main() {}");
    for command in ["check", "build"] {
        succeeds(&mut package.cargo(&[command, "-q"]));
    }
    let target = written(name);
    let _ = fs::remove_dir_all(&target);
    for folder in ["deps", ".fingerprint", "build"] {
        link(
            &crate::support::target().join("debug").join(folder),
            &target.join("debug").join(folder),
        );
    }
    target
}

/// The same files under another folder. What comes and goes meanwhile, as other tests build, is of no dependency.
fn link(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder is ours");
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            link(&entry.path(), &to);
        } else {
            let _ = fs::hard_link(entry.path(), to);
        }
    }
}

#[test]
fn a_check_asks_nothing() {
    let package = Package::new("checked").main(&format!("{ASKED}fn main() {{ asked() }}"));
    let target = own_target("own");
    for args in [&["check", "-q"][..], &["clippy", "-q"], &["doc", "-q", "--no-deps"]] {
        succeeds(package.cargo(args).env("CARGO_TARGET_DIR", &target));
        assert!(!traces(&target).exists(), "{args:?}");
    }
    succeeds(package.cargo(&["build", "-q"]).env("CARGO_TARGET_DIR", &target));
    assert!(traces(&target).exists());
    unwritable(&package, &target);
    killed(&package, &target);
}

/// A folder that cannot be made, since a file has its name.
fn unwritable(package: &Package, target: &Path) {
    fs::remove_dir_all(traces(target)).expect("it was just made");
    fs::write(traces(target), "").expect("the target folder is ours");
    touch(package);
    succeeds(package.cargo(&["build", "-q"]).env("CARGO_TARGET_DIR", target));
    assert!(was_asked(&record(&mut bare(&target.join("debug/checked")))[0]));
    fs::remove_file(traces(target)).expect("it was just made");
}

/// A build that is killed at any moment leaves nothing that disturbs the next.
fn killed(package: &Package, target: &Path) {
    for wait in [50, 100, 200, 400] {
        touch(package);
        let mut build = package.cargo(&["build", "-q"]);
        let mut build = build
            .env("CARGO_TARGET_DIR", target)
            .stderr(Stdio::null())
            .spawn()
            .expect("cargo was started before");
        thread::sleep(Duration::from_millis(wait));
        let _ = build.kill();
        let _ = build.wait();
        succeeds(package.cargo(&["build", "-q"]).env("CARGO_TARGET_DIR", target));
        assert!(
            was_asked(&record(&mut bare(&target.join("debug/checked")))[0]),
            "after {wait} ms"
        );
    }
}

/// Makes cargo build it again.
fn touch(package: &Package) {
    let source = package.path().join("src/main.rs");
    let text = fs::read_to_string(&source).expect("it has a main");
    fs::write(source, text + "\n").expect("the target folder is ours");
}

#[test]
fn builds_at_the_same_time() {
    let main = format!("{ASKED}fn main() {{ asked() }}");
    let mut package = Package::new("parallel");
    for name in ["one", "two", "three", "four"] {
        package = package.file(&format!("src/bin/parallel_{name}.rs"), &main);
    }
    let checks: Vec<_> = (0..2)
        .map(|_| {
            package
                .cargo(&["build", "-q", "--bins", "-j4"])
                .stderr(Stdio::piped())
                .spawn()
                .expect("cargo is there")
        })
        .collect();
    for check in checks {
        let output = check.wait_with_output().expect("it was started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    for name in ["one", "two", "three", "four"] {
        let program = package.executable("debug").with_file_name(format!("parallel_{name}"));
        assert!(was_asked(&record(&mut bare(&program))[0]), "{name}");
    }
}

#[test]
fn a_mistake_mended_is_asked_again() {
    let package = Package::new("mended").main(&format!("{ASKED}fn main() {{ asked(); let n: u8 = \"x\"; }}"));
    assert_eq!(run(&mut package.cargo(&["build", "-q"]), "").code, Some(101));
    let package = package.main(&format!("{ASKED}fn main() {{ asked() }}"));
    succeeds(&mut package.cargo(&["build", "-q"]));
    assert!(was_asked(&record(&mut bare(&package.executable("debug")))[0]));
}

#[test]
fn an_attribute_that_takes_the_other_away() {
    let manifest = "[package]\nname = \"takes\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n";
    // As rstest does: what stands below it goes to a function that calls the first.
    let takes = r#"use proc_macro::TokenStream;
        #[proc_macro_attribute]
        pub fn takes(_: TokenStream, item: TokenStream) -> TokenStream {
            let mut taken: TokenStream = item.clone().into_iter().take(2).collect();
            let mut all: TokenStream = item.into_iter().skip(2).collect();
            taken.extend("pub fn case() { asked() }".parse::<TokenStream>());
            all.extend(taken);
            all
        }"#;
    let package = Package::new("taken")
        .manifest("takes = { path = \"takes\" }")
        .file("takes/Cargo.toml", manifest)
        .file("takes/src/lib.rs", takes)
        .main(&format!("#[takes::takes]\n{ASKED}fn main() {{ case() }}"));
    succeeds(&mut package.cargo(&["build", "-q"]));
    succeeds(&mut package.cargo(&["check", "-q"]));
    succeeds(&mut package.cargo(&["build", "-q", "--release"]));
    let executable = package.executable("debug");
    let hits = record(&mut bare(&executable));
    assert_eq!((hits.len(), hits[0].locals.len()), (1, 0));
    let said = run(&mut bare(&executable), ":c\n");
    assert!(said.stderr.contains("another attribute took `#[hookable]`"), "{said:?}");
    assert!(said.stderr.contains("hooked at src/main.rs:7, thread main"), "{said:?}");
}
