//! Real rustc, real objects, a real program: `live/program.rs` is compiled here, and runs the lines below at its hook.
//!
//! Another machine's code runs under an emulator, with a linker and a C library for it:
//!
//! ```text
//! CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
//! CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu" \
//! cargo test -p hook-loader --test live --target aarch64-unknown-linux-gnu
//! ```
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is typed, and what comes out.
type Lines = [(&'static str, &'static str)];

/// What the program has: functions, statics, thread-locals, vtables.
const OWN: &Lines = &[
    ("*a + 1", "2"),
    (r#"{ *a = 1000; words.push("line".to_string()); private(2) }"#, "5"),
    ("COUNTER.load(Ordering::SeqCst)", "100"),
    (
        "(DEPTH.get(), WORDS.with_borrow(|n| n.clone()))",
        r#"(42, ["first", "host"])"#,
    ),
    (
        r#"{ DEPTH.set(43); WORDS.with_borrow_mut(|n| n.push("line".into())) }"#,
        "()",
    ),
    ("(shape.area(), shape.name())", r#"(4.0, "shape")"#),
    ("(TABLE[3], NAMES)", r#"(7, ["red", "green", "blue"])"#),
    ("(stop as fn(&mut Frame), private(0)).1", "2"),
];

/// What it lacks: generics never instantiated, std functions never used, new types, threads with their thread-locals.
const NEW: &Lines = &[
    ("unused(&Square(3.0), 2)", "[Square(3.0), Square(3.0)]"),
    (
        "{ let mut m = HashMap::new(); m.insert('k', 1); m.entry('k').and_modify(|v| *v += 1); m }",
        "{'k': 2}",
    ),
    (
        "{ let (tx, rx) = std::sync::mpsc::channel(); tx.send(1).unwrap(); drop(tx); rx.iter().sum::<i32>() }",
        "1",
    ),
    ("std::thread::spawn(|| DEPTH.get() + 4).join().unwrap()", "5"),
    (
        "std::thread::Builder::new().name(\"w\".into()).spawn(|| std::thread::current().name() == Some(\"w\"))\
         .unwrap().join().unwrap()",
        "true",
    ),
    ("f64::sin(0.0) + 2f64.powf(3.0)", "8.0"),
    (
        "std::process::Command::new(\"echo\").arg(\"hi\").output().map(|o| o.stdout.len())",
        "Ok(3)",
    ),
    (
        "{ struct Round; impl Shape for Round { fn area(&self) -> f64 { 3.0 } fn name(&self) -> String { \"round\".into() } } \
         *shape = Box::new(Round); }",
        "()",
    ),
    ("(shape.area(), shape.name())", r#"(3.0, "round")"#),
];

/// Constants of all kinds: numbers that code loads, tables that it jumps by, text, what is aligned to more than a page.
const CONSTANTS: &Lines = &[
    ("[1.5f64, 2.25, f64::from(*a) * 3.125]", "[1.5, 2.25, 3125.0]"),
    ("[1.5f64, 2.25, f64::from(*a) * 4.125]", "[1.5, 2.25, 4125.0]"),
    (
        "{ fn f(n: u128) -> u128 { n ^ 0x1234_5678_9abc_def0_0fed_cba9_8765_4321 } f(*a as u128) >> 64 }",
        "1311768467463790320",
    ),
    (
        "match words.len() { 0 => \"none\", 1 => \"one\", 2 => \"two\", 3 => \"three\", 4 => \"four\", _ => \"many\" }",
        "\"two\"",
    ),
    (
        "match words.len() { 0 => \"null\", 1 => \"eins\", 2 => \"zwei\", 3 => \"drei\", 4 => \"vier\", _ => \"viele\" }",
        "\"zwei\"",
    ),
    (
        "{ static S: Wide = Wide(7); (&raw const S as usize % 16384, S.0, (&raw const WIDE as usize) % 16384, WIDE.0) }",
        "(0, 7, 0, 3)",
    ),
    (
        "{ let w: &'static Wide = &Wide(9); (std::ptr::from_ref(w) as usize % 16384, w.0) }",
        "(0, 9)",
    ),
    (
        "{ static M: Mutex<Wide> = Mutex::new(Wide(1)); let mut m = M.lock().unwrap(); m.0 += 1; \
         (&raw const *m as usize % 16384, m.0) }",
        "(0, 2)",
    ),
    (
        "{ const K: [&str; 3] = [\"a\", \"b\", \"c\"]; const D: [&dyn Debug; 2] = [&1u8, &K]; format!(\"{D:?}\") }",
        "\"[1, [\\\"a\\\", \\\"b\\\", \\\"c\\\"]]\"",
    ),
    (
        "{ const K: [&str; 3] = [\"a\", \"b\", \"d\"]; const D: [&dyn Debug; 2] = [&2u8, &K]; format!(\"{D:?}\") }",
        "\"[2, [\\\"a\\\", \\\"b\\\", \\\"d\\\"]]\"",
    ),
    (
        "std::ptr::eq(NAMES[1], NAMES[1]) && std::ptr::eq(&TABLE, &raw const TABLE)",
        "true",
    ),
];

/// Variables that the program does not have are the same in all lines. (Optimizers fold what they do not see written.)
const KEPT: &Lines = &[
    ("UNUSED.fetch_add(1, Ordering::SeqCst)", "40"),
    ("UNUSED.load(Ordering::SeqCst)", "41"),
    ("UNUSED_DEPTH.set(UNUSED_DEPTH.get() + 5)", "()"),
    (
        "(UNUSED_DEPTH.get(), std::thread::spawn(|| UNUSED_DEPTH.get()).join().unwrap())",
        "(5, 0)",
    ),
    (
        "{ static N: AtomicUsize = AtomicUsize::new(5); N.fetch_add(1, Ordering::SeqCst) }",
        "5",
    ),
    (
        "{ static N: AtomicUsize = AtomicUsize::new(5); N.fetch_add(1, Ordering::SeqCst) }",
        "6",
    ),
    (
        "{ static N: AtomicUsize = AtomicUsize::new(9); N.fetch_add(1, Ordering::SeqCst) }",
        "9",
    ),
];

/// Panics leave loaded code, and run its destructors.
const PANICS: &Lines = &[
    (
        "{ let v: Vec<i32> = vec![]; v[3] }",
        "panic: index out of bounds: the len is 0 but the index is 3",
    ),
    (
        "{ let _l = Loud(\"dropped\"); panic!(\"oh {}\", 1 + 1) }",
        "panic: oh 2",
    ),
    ("CACHE.get().unwrap().lock().unwrap().clone()", r#"["dropped"]"#),
    (
        "std::panic::catch_unwind(|| { let x: Option<u8> = None; x.unwrap() }).is_err()",
        "true",
    ),
    (
        "std::thread::spawn(|| assert_eq!(DEPTH.get(), 9)).join().is_err()",
        "true",
    ),
];

const END: &str = r#"["first", "host", "line"]"#;

struct Fixture {
    folder: tempfile::TempDir,
    args: String,
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// What this test was built for: it may run under an emulator.
fn target() -> String {
    format!("--target={}-unknown-linux-gnu", std::env::consts::ARCH)
}

/// What cargo was told of the target, in words: its `LINKER`, its `RUNNER`.
fn told(what: &str) -> Vec<String> {
    let name = format!(
        "CARGO_TARGET_{}_UNKNOWN_LINUX_GNU_{what}",
        std::env::consts::ARCH.to_uppercase()
    );
    let told = std::env::var(name).unwrap_or_default();
    told.split_whitespace().map(str::to_owned).collect()
}

fn printed(what: &str) -> String {
    let printed = rustc().arg(target()).args(["--print", what]).output().expect("rustc");
    String::from_utf8(printed.stdout).expect("utf-8").trim().to_owned()
}

/// The library that this test is linked to: the newest, if there are several.
fn libraries() -> (PathBuf, PathBuf) {
    let folder = std::env::current_exe()
        .expect("path")
        .parent()
        .expect("folder")
        .to_owned();
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("libhook_loader-") && name.ends_with(".rlib")
    };
    let files = folder
        .read_dir()
        .expect("folder")
        .map(|entry| entry.expect("entry").path());
    let newest = files
        .filter(is_ours)
        .max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok());
    (newest.expect("libhook_loader"), folder)
}

fn archives(folder: &Path) -> String {
    let files = folder
        .read_dir()
        .expect("folder")
        .map(|entry| entry.expect("entry").path().display().to_string());
    files
        .filter(|path| path.ends_with(".rlib"))
        .map(|path| path + "\n")
        .collect()
}

fn build(flags: &[&str]) -> Fixture {
    let folder = tempfile::tempdir().expect("folder");
    let (library, libraries) = libraries();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/program.rs").to_owned();
    let mut args = vec![
        program,
        "--edition=2024".into(),
        "--crate-name=program".into(),
        "-Cmetadata=live".into(),
    ];
    args.push(target());
    args.extend(told("LINKER").iter().map(|linker| format!("-Clinker={linker}")));
    args.extend(flags.iter().map(|&flag| flag.to_owned()));
    args.push(format!("--extern=hook_loader={}", library.display()));
    args.push(format!("-Ldependency={}", libraries.display()));
    // Where macros are if they are built for another machine than this test.
    let host = libraries
        .ancestors()
        .nth(3)
        .expect("it is within a target folder")
        .join("debug/deps");
    args.push(format!("-Ldependency={}", host.display()));
    let built = rustc()
        .args(&args)
        .arg("-o")
        .arg(folder.path().join("program"))
        .output()
        .expect("rustc");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Fixture {
        folder,
        args: args.join("\n"),
    }
}

impl Fixture {
    fn run(&self, lines: &[&Lines], env: &[(&str, &str)]) -> Vec<String> {
        let libraries = archives(Path::new(&printed("target-libdir"))) + &archives(&libraries().1);
        let mut words = told("RUNNER");
        words.push(self.folder.path().join("program").display().to_string());
        let mut program = Command::new(&words[0])
            .args(&words[1..])
            .env("RUSTC", Path::new(&printed("sysroot")).join("bin/rustc"))
            .env("RUSTC_ARGS", &self.args)
            .env("LINE_DIR", self.folder.path())
            .env("ARCHIVES", libraries)
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("program");
        let mut input = program.stdin.take().expect("pipe");
        for (line, _) in lines.iter().copied().flatten() {
            // It may have ended before it read all.
            _ = writeln!(input, "{line}");
        }
        drop(input);
        let output = program.wait_with_output().expect("output");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout)
            .expect("utf-8")
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

fn check(flags: &[&str], lines: &[&Lines], env: &[(&str, &str)]) {
    let output = build(flags).run(lines, env);
    let expected: Vec<_> = lines.iter().copied().flatten().collect();
    for ((line, expected), found) in expected.iter().zip(&output) {
        assert_eq!(found, expected, "{line}");
    }
    let end = output.get(expected.len()).expect("the program goes on");
    assert!(
        end.starts_with("end: 1000 [\"x\", \"line\"]") && end.ends_with(END),
        "{end}"
    );
    assert_eq!(output.last().map(String::as_str), Some("writable and executable: 0"));
}

#[test]
fn unoptimized() {
    check(&[], &[OWN, NEW, KEPT, CONSTANTS, PANICS], &[]);
}

#[test]
fn optimized() {
    check(&["-Copt-level=3"], &[OWN, NEW, CONSTANTS, PANICS], &[]);
}

#[test]
fn one_object_and_v0_names() {
    check(
        &["-Csymbol-mangling-version=v0", "-Copt-level=1"],
        &[OWN, NEW, PANICS],
        &[("WHOLE", "1")],
    );
}

#[test]
fn incremental_with_debug_info() {
    let folder = tempfile::tempdir().expect("folder");
    let incremental = format!("-Cincremental={}", folder.path().display());
    check(&["-Cdebuginfo=2", &incremental], &[OWN, KEPT], &[]);
}

#[test]
fn at_a_fixed_address() {
    check(&["-Crelocation-model=static"], &[OWN, PANICS], &[]);
}

#[test]
fn std_as_a_shared_library() {
    let folder = printed("target-libdir");
    check(
        &["-Cprefer-dynamic"],
        &[OWN, NEW, PANICS],
        &[("LD_LIBRARY_PATH", &folder)],
    );
}

#[test]
fn without_unwinding() {
    check(&["-Cpanic=abort"], &[OWN, NEW], &[]);
}

#[test]
fn a_stripped_program_says_so() {
    let output = build(&["-Cstrip=symbols"]).run(&[OWN], &[]);
    assert!(
        output[0].ends_with("has no symbol table: build it without `strip` to run rust at the prompt"),
        "{output:?}"
    );
}

#[test]
fn what_cannot_be_loaded_changes_nothing() {
    const ERRORS: &Lines = &[
        (
            r#"{ unsafe extern "C" { fn nobody_has_this(); } unsafe { nobody_has_this() } }"#,
            "",
        ),
        (
            "{ thread_local! { static N: Cell<u32> = const { Cell::new(1) } } N.get() }",
            "",
        ),
        (
            "{ thread_local! { static N: Cell<[u8; 9000]> = const { Cell::new([0; 9000]) } } N.get()[0] }",
            "",
        ),
        ("*a", "1"),
    ];
    let output = build(&[]).run(&[ERRORS], &[]);
    assert_eq!(
        output[0],
        "error: the line needs code that is not in the program or its libraries: nobody_has_this"
    );
    assert!(
        output[1].contains("in the running program")
            && output[1].ends_with("has an initial value, so it cannot be added"),
        "{}",
        output[1]
    );
    assert!(
        output[2].starts_with("error: no room for the thread-local"),
        "{}",
        output[2]
    );
    assert_eq!(output[3], "1");
}
