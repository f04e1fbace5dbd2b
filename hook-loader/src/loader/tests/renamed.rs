//! A variable that is private to a crate of several modules: LLVM puts `.llvm.` and a number behind its name.

use super::*;

/// Stands for what the program has of a library.
#[unsafe(export_name = "_ZN4demo5COUNT17h0000000000000000E.llvm.77")]
static COUNT: i32 = 5;

/// Loads a line that calls a function of a library which the program does not have, and which reads a variable.
fn read(name: &str, variable: &str) -> i32 {
    assert_eq!(std::hint::black_box(&COUNT), &5);
    let source = format!("extern int later_{name}(void); int SLOT(void) {{ return later_{name}(); }}");
    let line = compile(name, &source, &[]);
    let library = format!(
        "extern int count __asm__(\"{variable}\") __attribute__((visibility(\"hidden\"))); int count = 1;\n\
         int later_{name}(void) {{ return count; }}"
    );
    let member = compile(name, &library, &["-ffunction-sections", "-fdata-sections"]);
    let archive = line.folder.path().join("libdemo.a");
    let ar = std::env::var_os("AR").unwrap_or_else(|| "ar".into());
    stdout(Command::new(ar).arg("rcs").arg(&archive).arg(member.object(0)));
    line.load_with(Archives::index([archive])).expect("loaded")()
}

#[test]
fn a_variable_of_a_library_is_that_of_the_program() {
    assert_eq!(read("renamed", "_ZN4demo5COUNT17h0000000000000000E.llvm.77"), 5);
    assert_eq!(read("otherwise", "_ZN4demo5COUNT17h0000000000000000E.llvm.8"), 5);
}

#[test]
fn what_is_called_by_a_number_is_its_objects_own() {
    assert_eq!(read("numbered", "anon.4.5.llvm.77"), 1);
}
