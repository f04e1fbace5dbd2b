//! A program has a part of the C library in itself, and a line needs more of it.

use super::*;

/// Stands for what the program has of the library.
#[unsafe(no_mangle)]
extern "C" fn of_program() -> i32 {
    5
}

/// Loads a line that calls `later`, which this library has.
fn load(name: &str, library: &str) -> Result<Slot, LoadError> {
    assert_eq!(std::hint::black_box(of_program as extern "C" fn() -> i32)(), 5);
    let source = format!("extern int later_{name}(void); int SLOT(void) {{ return later_{name}(); }}");
    let line = compile(name, &source, &[]);
    let library = library.replace("later", &format!("later_{name}"));
    let member = compile(
        name,
        &library,
        &["-ffunction-sections", "-fdata-sections", "-fno-inline"],
    );
    let archive = line.folder.path().join("libc.a");
    let ar = std::env::var_os("AR").unwrap_or_else(|| "ar".into());
    stdout(Command::new(ar).arg("rcs").arg(&archive).arg(member.object(0)));
    line.load_with(Archives::index_with([], Some(archive)))
}

#[test]
fn a_function_without_variables() {
    let library = "static const int table[] = { 3, 4 }; static int at(int n) { return table[n]; }\n\
                   int later(void) { volatile int n = 1; return at(n); }";
    assert_eq!(load("pure", library).expect("loaded")(), 4);
}

#[test]
fn a_function_with_a_variable() {
    let library = "static int count; int later(void) { return ++count; }";
    let loaded = load("counting", library);
    assert!(
        matches!(&loaded, Err(LoadError::Missing(names)) if names == &["count"]),
        "{loaded:?}"
    );
    let loaded = load("local", "static __thread int own; int later(void) { return ++own; }");
    assert!(
        matches!(&loaded, Err(LoadError::Missing(names)) if names == &["own"]),
        "{loaded:?}"
    );
}

#[test]
fn a_weak_definition_gives_way_to_that_of_the_program() {
    let library = "static int nothing(void) { return 1; }\n\
                   extern int of_program(void) __attribute__((weak, alias(\"nothing\")));\n\
                   int later(void) { return of_program(); }";
    assert_eq!(load("weak_in_c", library).expect("loaded")(), 5);
    let library = library.replace("of_program", "of_nobody");
    assert_eq!(load("weak_of_nobody", &library).expect("loaded")(), 1);
}
