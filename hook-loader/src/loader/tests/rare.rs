//! What compilers write seldom, or never for Rust: it works as a linker would have it, or is an error.

use super::*;

#[test]
fn sections_that_refer_to_each_other() {
    let source = "
        struct ring { struct ring *next; int value; };
        static struct ring two, one = { &two, 1 }, two = { &one, 2 };
        __attribute__((noinline)) int even_in_circle(int n);
        __attribute__((noinline)) int odd_in_circle(int n) { return n == 0 ? 0 : even_in_circle(n - 1); }
        __attribute__((noinline)) int even_in_circle(int n) { return n == 0 ? 1 : odd_in_circle(n - 1); }
        int SLOT(void) {
            struct ring *volatile at = &one;
            return at->next->next->next->value * 10 + even_in_circle(at->next->value);
        }";
    let flags = ["-ffunction-sections", "-fdata-sections", "-fno-optimize-sibling-calls"];
    assert_eq!(compile("circle", source, &flags).load().expect("loaded")(), 21);
}

#[test]
fn a_slot_that_is_no_function() {
    let loaded = compile("data", "int SLOT = 3;", &[]).load();
    assert!(matches!(loaded, Err(LoadError::NoSlot(_))));
    let loaded = compile(
        "absolute",
        "__asm__(\".globl slot_absolute\\nslot_absolute = 4096\");",
        &[],
    )
    .load();
    assert!(matches!(loaded, Err(LoadError::NoSlot(_))));
    let loaded = compile("undefined", "extern int SLOT(void); int (*pointer)(void) = SLOT;", &[]).load();
    assert!(matches!(loaded, Err(LoadError::NoSlot(_))));
}

#[test]
fn duplicates_are_one() {
    // COMDAT, as C++ has inline variables.
    let counter = "
        __asm__(\".section .bss.comdat_counter,\\\"awG\\\",%nobits,comdat_counter,comdat\\n\"
                \".weak comdat_counter\\n.type comdat_counter,%object\\n.size comdat_counter, 4\\n\"
                \".balign 4\\ncomdat_counter: .zero 4\\n.text\");
        extern int comdat_counter;";
    let first = format!(
        "{counter} extern int count_elsewhere(void); int SLOT(void) {{ comdat_counter += 1; return count_elsewhere() * 10 + comdat_counter; }}"
    );
    let second = format!("{counter} int count_elsewhere(void) {{ return comdat_counter += 1; }}");
    let line = compile_all("comdat", &[&first, &second], &[]);
    assert_eq!(line.load().expect("loaded")(), 22);
}

#[test]
fn a_weak_definition_gives_way() {
    let weak = "
        __attribute__((weak, noinline)) int weak_or_not(void) { return 1; }
        int SLOT(void) { return weak_or_not(); }";
    let line = compile_all("weak", &[weak, "int weak_or_not(void) { return 2; }"], &["-fno-inline"]);
    assert_eq!(line.load().expect("loaded")(), 2);
    let line = compile(
        "weak_alone",
        &weak.replace("weak_or_not", "weak_alone"),
        &["-fno-inline"],
    );
    assert_eq!(line.load().expect("loaded")(), 1);
}

#[test]
fn a_weak_symbol_may_be_missing() {
    let source = "
        extern int nobody_has(void) __attribute__((weak));
        extern int nobody_has_data __attribute__((weak));
        int SLOT(void) { return nobody_has ? nobody_has() : &nobody_has_data ? 1 : 7; }";
    assert_eq!(compile("nobody", source, &[]).load().expect("loaded")(), 7);
    let strong = source.replace("__attribute__((weak))", "");
    let loaded = compile("somebody", &strong, &[]).load().err();
    assert!(matches!(loaded, Some(LoadError::Missing(_))), "{loaded:?}");
    // It is that of the program, here a variable of the C library.
    let source = "int optind; int SLOT(void) { return optind; }";
    let loaded = compile("common_of_program", source, &["-fcommon"]).load();
    assert_eq!(loaded.expect("loaded")(), 1);
    let thread_local =
        "extern __thread int nobody_has_local __attribute__((weak)); int SLOT(void) { return nobody_has_local; }";
    assert!(compile("local", thread_local, &[]).load().is_err());
}

#[test]
fn an_indirect_function() {
    let source = "
        static int chosen(void) { return 1; }
        static int (*choose(void))(void) { return chosen; }
        int indirect(void) __attribute__((ifunc(\"choose\")));
        int SLOT(void) { return indirect(); }";
    let loaded = compile("ifunc", source, &[]).load().err();
    assert!(
        loaded
            .as_ref()
            .is_some_and(|error| error.to_string().contains("indirect")),
        "{loaded:?}"
    );
}

#[test]
fn a_common_block() {
    let source = "int common_block; int SLOT(void) { return common_block; }";
    let loaded = compile("common", source, &["-fcommon"]).load().err();
    assert!(matches!(loaded, Some(LoadError::Missing(_))), "{loaded:?}");
    // It is that of the program, here a variable of the C library.
    let source = "int optind; int SLOT(void) { return optind; }";
    let loaded = compile("common_of_program", source, &["-fcommon"]).load();
    assert_eq!(loaded.expect("loaded")(), 1);
}

#[test]
fn thread_locals_without_room() {
    let large = "__thread char large_local[4000]; int SLOT(void) { return large_local[1]; }";
    let loaded = compile("large", large, &[]).load();
    assert!(matches!(loaded, Err(LoadError::ThreadLocalRoom(_))));
    let aligned = "__thread int aligned_local __attribute__((aligned(4096))); int SLOT(void) { return aligned_local; }";
    let loaded = compile("aligned", aligned, &[]).load();
    assert!(matches!(loaded, Err(LoadError::ThreadLocalRoom(_))));
}

#[test]
fn a_library_whose_variable_was_found_stays() {
    let folder = tempfile::tempdir().expect("folder");
    let (source, library) = (folder.path().join("stays.c"), folder.path().join("stays.so"));
    let text = "
        int hookable_test_stays = 5;
        int function(void) __asm__(\"_RNvC4stay1f\");
        int function(void) { return hookable_test_stays; }";
    std::fs::write(&source, text).expect("written");
    let mut cc = c_compiler();
    cc.args(["-shared", "-fPIC", "-o"]).args([&library, &source]);
    assert!(cc.status().expect("cc").success());
    let path = std::ffi::CString::new(library.to_str().expect("a path")).expect("no zero");
    // SAFETY: the library runs nothing as it is loaded.
    let loaded = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) };
    assert!(!loaded.is_null());
    let host = Host::of_this_process().expect("a host");
    let found = host.variables("hookable_test_stays");
    let [variable] = found[..] else { panic!("{found:?}") };
    // SAFETY: this is what was opened.
    unsafe { libc::dlclose(loaded) };
    assert_eq!(host.variables("hookable_test_stays"), found);
    let mut value = Vec::new();
    memory::read_process(variable.address as u64, 4, |bytes| {
        value.extend_from_slice(bytes);
        true
    });
    assert_eq!(value, 5_i32.to_le_bytes());
}
