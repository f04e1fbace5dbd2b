//! No warning, no error, no trace in anybody's crate.

use std::fs;
use std::path::Path;

use crate::support::{Package, root, run, succeeds, target};

/// As strict as a library can be.
const STRICT: &str = r#"//! A library.
#![no_std]
#![forbid(unsafe_code, unused, unused_imports, unused_macros, unreachable_code)]
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused, unused_qualifications, unused_results)]
#![deny(future_incompatible, nonstandard_style, rust_2018_idioms, trivial_casts, trivial_numeric_casts, unused_lifetimes)]
#![deny(let_underscore_drop, meta_variable_misuse, non_ascii_idents, single_use_lifetimes, variant_size_differences)]
#![deny(clippy::all, clippy::pedantic)]
#![allow(clippy::must_use_candidate)]

use hookable::{hook, hookable};

hookable::this_crate!();

/// What a hook alone uses.
#[hookable]
pub fn only_for_the_hook(n: u32) {
    let twice = n * 2;
    let (a, b) = (1, 2);
    hook!();
}

/// Every branch ends.
#[hookable]
pub fn returns(n: u32) -> u32 {
    if n > 3 {
        hook!("{n} is large", when = n > 5);
        return 1;
    }
    let mut m = n;
    loop {
        hook!();
        m += 1;
        if m > 9 {
            break m;
        }
    }
}

/// Never returns.
#[hookable]
pub fn forever() -> ! {
    hook!();
    loop {
        core::hint::spin_loop();
    }
}

/// Closures never return, whether they say so or not.
///
/// # Panics
///
/// It panics where `n` is above 3, and what it returns panics.
#[hookable]
pub fn forever_in_closures(n: u32) -> [fn(u32) -> !; 3] {
    let says = |m: u32| -> ! {
        hook!();
        assert!(m > 100);
        forever()
    };
    hook!();
    if n > 3 {
        says(n);
    }
    let told = |m| {
        let twice = m * 2;
        hook!();
        assert!(twice > 1);
        panic!()
    };
    let ends = |m| loop {
        hook!();
        assert!(m > 1);
    };
    [says, told, ends]
}

macro_rules! stop {
    () => {
        hook!()
    };
}

/// A hook out of a macro, and one in a closure that returns.
#[hookable]
pub fn chosen(numbers: &[u32]) -> u32 {
    stop!();
    let chosen = numbers.iter().map(|n| {
        hook!();
        if *n > 3 {
            return 1;
        }
        u32::from(*n == 2)
    });
    chosen.sum()
}

/// What has no name, behind a `return` at the end.
#[hookable]
#[allow(clippy::needless_return)]
pub fn counted(n: u32) -> impl Iterator<Item = u32> {
    hook!();
    return 0..n;
}

/// Borrows and gives back.
#[hookable]
pub fn longest<'a>(left: &'a str, right: &'a str) -> &'a str {
    let longer = if left.len() > right.len() { left } else { right };
    hook!();
    longer
}

/// A generic type.
#[derive(Debug, Default)]
pub struct Stack<T> {
    top: Option<T>,
}

#[hookable]
impl<T: Copy> Stack<T> {
    /// The value, taken.
    pub fn take(&mut self) -> Option<T> {
        let taken = self.top.take();
        hook!();
        taken
    }

    /// Nothing is hooked here.
    pub fn put(&mut self, value: T) {
        self.top = Some(value);
    }
}

/// A closure, and a tail.
#[hookable]
pub fn sum(numbers: &[u32]) -> u32 {
    let add = |sum: u32, n: &u32| {
        hook!();
        sum + n
    };
    numbers.iter().fold(0, add)
}

/// In the future.
#[hookable]
pub async fn later(n: u32) -> u32 {
    let m = core::future::ready(n).await;
    hook!();
    m
}
"#;

/// What the arguments of a hook alone use.
const ARGUMENTS: &str = r#"
fn wanted(n: u32) -> bool {
    n > 1
}

/// What the arguments of a hook alone use.
#[hookable]
pub fn only_for_the_arguments(n: u32) {
    use core::cmp::{max, min};
    let often = u64::from(n);
    hook!("{} and {n}", max(n, 1), when = wanted(min(n, 9)), every = often);
}
"#;

/// Builds, lints and documents a crate that denies all warnings.
#[track_caller]
fn is_quiet(package: &Package) {
    are_quiet(
        package,
        &[&["build"], &["build", "--release"], &["clippy"], &["doc", "--no-deps"]],
    );
}

/// Runs commands of cargo that have nothing to say.
#[track_caller]
fn are_quiet(package: &Package, commands: &[&[&str]]) {
    for args in commands {
        let said = run(&mut package.cargo(args), "");
        let ours = said.stderr.contains("warning");
        assert!(said.code == Some(0) && !ours, "{args:?}:\n{}", said.stderr);
    }
}

#[test]
fn a_strict_library() {
    for edition in ["2018", "2021", "2024"] {
        is_quiet(
            &Package::new(&format!("strict{edition}"))
                .edition(edition)
                .lib(&format!("{STRICT}{ARGUMENTS}")),
        );
    }
}

#[test]
fn without_features() {
    let forbidding = "#![forbid(unused, unused_variables)]\nuse hookable::{hook, hookable};\n\
                      #[hookable] pub fn shown(n: u32) -> u32 { let twice = n * 2; hook!(); twice }";
    is_quiet(
        &Package::new("forbidding_off")
            .features(", default-features = false")
            .lib(forbidding),
    );
    // What is there only for a hook is unused.
    let strict = STRICT.replace(
        "unsafe_code, unused, unused_imports, unused_macros, unreachable_code",
        "unsafe_code",
    );
    is_quiet(
        &Package::new("strict_off")
            .features(", default-features = false")
            .lib(&strict),
    );
    // Each of the other commands would build the console once more, for code in which nothing has to do with serde.
    are_quiet(
        &Package::new("strict_console")
            .features(", default-features = false, features = [\"console\"]")
            .lib(&strict),
        &[&["build"]],
    );
}

#[test]
fn without_features_a_hook_is_nothing() {
    let source = r#"#![deny(warnings)]
        use hookable::hook;
        fn main() {
            let unit: () = hook!("any {arguments}", at = all, ..);
            let used = 1;
            hook!();
            println!("{unit:?} {used}");
        }"#;
    let package = Package::new("off").features(", default-features = false").main(source);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let said = run(&mut crate::support::bare(&package.executable("debug")), "used\n");
    assert_eq!((&*said.stdout, &*said.stderr), ("() 1\n", ""));
    let tree = succeeds(&mut package.cargo(&["tree", "-e", "normal", "--prefix", "none"])).stdout;
    let crates: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(crates, ["off", "hookable", "hook-macros"]);
}

/// Everything that the emitted code might name is called something else here.
#[test]
fn own_names() {
    let source = r#"#![deny(warnings)]
        #![allow(non_camel_case_types, non_upper_case_globals, dead_code, unused_macros)]
        use hookable::{hook, hookable};
        hookable::this_crate!();
        struct Option; struct Some; struct None; struct String; struct Vec; struct Result; struct Box; struct bool; struct u64; struct str;
        trait Debug {} trait Fn {} trait Iterator {} trait Default {} trait From {}
        mod core {} mod alloc {}
        fn drop() {} fn late() {} fn writable() {} fn void() {}
        const SITE: u8 = 0;
        macro_rules! format_args { ($($t:tt)*) => { compile_error!("not this one") } }
        macro_rules! include { ($($t:tt)*) => { compile_error!("not this one") } }
        macro_rules! module_path { ($($t:tt)*) => { compile_error!("not this one") } }
        macro_rules! resolve { ($($t:tt)*) => { compile_error!("not this one") } }
        macro_rules! by_value { ($($name:ident)*) => {
            trait ByValue: Sized { $(fn $name(self) -> ByValueOnly { ByValueOnly })* }
            impl<T> ByValue for T {}
        } }
        struct ByValueOnly;
        by_value! {
            tie resolve opaque probe reached hit message open open_live code next take is put before kept keep put_back
            restore ran discard type_of aborts keep_last tables address into_iter clone
        }
        #[hookable]
        fn main() {
            let hit = 1_i32;
            let site = 2_i32;
            let late = "three";
            hook!("message {hit}", when = 1 == 1, every = 1);
            let _ = (Option, Some, None, String, Vec, Result, Box, bool, u64, str, SITE);
        }"#;
    let package = Package::new("own_names").main(source);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let said = run(
        &mut crate::support::bare(&package.executable("debug")),
        "hit\nsite\nlate\nlet kept = hit + 4\nsite += kept\nsite\nlet moved = kept\n:type moved\nlate.len()\n",
    );
    assert_eq!(said.stdout, "1\n2\n\"three\"\n7\ni32\n5\n", "{}", said.stderr);
}

/// A crate that only depends on `hookable` infers types as it does without.
#[test]
fn inference_is_untouched() {
    let source = r#"fn main() {
            let v: Vec<u8> = Vec::new();
            assert_eq!(&*v, &[]);
            let s = String::from("a");
            assert_eq!(s, *"a".to_owned());
            assert_eq!(&s.as_bytes()[1..], &[]);
            let n = 1_u8;
            assert_eq!(n, "1".parse().unwrap());
            let sum = n + [1].iter().sum::<u8>();
            assert!(sum.eq(&2.into()));
            assert_eq!(i64::from(n) + 1, 2.into());
        }"#;
    let with = Package::new("inference").main(&format!("#[allow(unused_imports)]\nuse hookable::hookable;\n{source}"));
    succeeds(&mut with.cargo(&["build", "-q"]));
}

/// The names in a program's symbol table.
fn symbols(executable: &Path) -> Vec<String> {
    use object::{Object, ObjectSymbol};
    let data = fs::read(executable).expect("it was just built");
    let file = object::File::parse(&*data).expect("it is an executable");
    let names = file
        .symbols()
        .filter_map(|symbol| symbol.name().ok().map(str::to_owned))
        .collect::<Vec<_>>();
    assert!(names.len() > 100, "it has a symbol table");
    names
}

#[test]
fn nothing_is_left_in_a_release_build() {
    // The example in a package of its own, as a user's: in this workspace it would come with all that the tests depend
    // on.
    let source = fs::read_to_string(root().join("examples/quickstart.rs")).expect("it is there");
    let package = Package::new("left").main(&format!("{source}\nhookable::this_crate!();\n"));
    succeeds(&mut package.cargo(&["build", "-q", "--release"]));
    let release = package.executable("release");
    let ours = |program: &Path| {
        let ours = [
            "hookable",
            "hook_debuginfo",
            "hook_frame",
            "hook_loader",
            "hook_runtime",
            "hook_rustc",
        ];
        let names = symbols(program).into_iter();
        names
            .filter(|name| ours.iter().any(|ours| name.contains(ours)))
            .collect::<Vec<_>>()
    };
    assert_eq!(ours(&release), Vec::<String>::new());
    assert_eq!(
        succeeds(&mut crate::support::bare(&release)).stdout,
        "Starting program.\n1\n2\n101\n"
    );
    succeeds(&mut package.cargo(&["build", "-q"]));
    let debug = ours(&package.executable("debug"));
    assert!(
        debug.iter().any(|name| name.contains("hook_runtime")),
        "the names are found where they are"
    );
}

/// A program that uses much of std takes instances of std's functions from this crate's libraries, whether it has a
/// hook or not.
#[test]
fn nothing_is_linked_without_a_hook() {
    let source = r#"
        use std::collections::{BTreeMap, HashMap};
        use std::io::Write;
        use std::sync::{Arc, Mutex};

        #[hookable::hookable]
        fn main() {
            let words: HashMap<String, String> = [("a".to_owned(), "b".to_owned())].into();
            let mut all: Vec<String> = words.iter().map(|(a, b)| format!("{a}{b}")).collect();
            all.sort();
            let lengths: BTreeMap<String, usize> = all.iter().cloned().map(|word| (word, 2)).collect();
            let shared = Arc::new(Mutex::new(lengths));
            let other = Arc::clone(&shared);
            std::thread::spawn(move || other.lock().unwrap().insert("x".into(), 1)).join().unwrap();
            let paths: Vec<_> = std::env::current_dir().unwrap().ancestors().map(|path| path.to_owned()).collect();
            let text = std::fs::read_to_string("none").unwrap_or_default();
            let parsed = text.trim().parse::<u32>().map_err(|error| Box::<dyn std::error::Error>::from(error));
            writeln!(std::io::stdout().lock(), "{} {}", !paths.is_empty(), parsed.is_err()).unwrap();
            println!("{shared:?} {}", all.join(","));
        }"#;
    let package = Package::new("no_hook").main(source);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.executable("debug");
    // A file that code comes from has its name there, too. By the scheme v0 the crate that an instance is taken from
    // stands behind the function's own name.
    let crates = [
        "_14hook_debuginfo",
        "_10hook_frame",
        "_11hook_loader",
        "_12hook_runtime",
        "_10hook_rustc",
    ];
    let ours = |name: &String| {
        let own = crates.iter().find_map(|krate| name.strip_suffix(krate)).unwrap_or(name);
        own.contains("hook_") && !name.contains("-cgu.")
    };
    assert_eq!(symbols(&program).into_iter().find(ours), None);
    let said = succeeds(crate::support::bare(&program).env("HOOKABLE", "listen"));
    assert_eq!(
        said.stdout,
        "true true\nMutex { data: {\"ab\": 2, \"x\": 1}, poisoned: false, .. } ab\n"
    );
}

/// With and without the attribute, the same machine code.
#[test]
fn a_release_build_is_the_same_code() {
    let source = r#"
        ATTR
        pub fn sum(numbers: &[u64], limit: u64) -> Option<u64> {
            let mut total = 0_u64;
            for (index, n) in numbers.iter().enumerate() {
                HOOK
                let scaled = n.checked_mul(index as u64)?;
                if scaled > limit { return None; }
                HOOK
                total += scaled;
            }
            HOOK
            Some(total)
        }
        ATTR
        pub fn named(text: String, then: impl Fn(&str) -> usize) -> Box<dyn Fn(usize) -> usize> {
            let length = then(&text);
            Box::new(move |n| { HOOK text.len() + n + length })
        }
        ATTR
        pub async fn later(n: u8) -> u8 { let m = n + 1; HOOK std::future::ready(m).await }
        pub fn uses() -> usize { named("x".into(), |s| s.len())(1) }
    "#;
    let assembly = |attribute: &str, hook: &str| {
        let source = source.replace("ATTR", attribute).replace("HOOK", hook);
        let package = Package::new("same_code").lib(&format!(
            "#[allow(unused_imports)] use hookable::{{hook, hookable}};\n{source}"
        ));
        let folder = target().join("release/deps");
        succeeds(&mut package.cargo(&["rustc", "-q", "--release", "--lib", "--", "--emit=asm"]));
        let files = fs::read_dir(folder)
            .expect("it was just built")
            .filter_map(|entry| entry.ok().map(|entry| entry.path()));
        let file = files.into_iter().find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("same_code") && name.ends_with(".s")
        });
        let file = file.expect("the assembly was emitted");
        let text = fs::read_to_string(&file).expect("it was just emitted");
        fs::remove_file(file).expect("it was just emitted");
        text
    };
    let without = assembly("           ", "        ");
    assert!(without.contains("sum"));
    assert_eq!(assembly("#[hookable]", "hook!();"), without);
}
