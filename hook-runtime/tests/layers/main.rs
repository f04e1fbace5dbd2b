//! The folders of each crate form layers: a folder imports only what stands above it in the order that is written here.
//! So there is no cycle, and whoever reads a folder has nothing to know but the ones before it in the list.

mod scan;

use std::collections::HashSet;
use std::path::Path;

use scan::{Order, upward};

#[test]
fn hook_frame() {
    let root = [
        "suggest",
        "type_id",
        "settings",
        "lex",
        "os",
        "interruption",
        "render",
        "parts",
        "guard",
        "format",
        "literal",
        "value",
        "turn",
        "frame",
        "session",
        "abi",
        "gate",
        "private",
    ];
    let abi = [
        "names",
        "like",
        "plain",
        "safepoint",
        "drawn",
        "run",
        "line",
        "slot",
        "returns",
        "opening",
        "save",
        "shown",
        "signature",
        "wait",
    ];
    let orders = [("", &root[..]), ("abi", &abi), ("session", &["kept", "held"])];
    check("hook-frame", &orders);
}

#[test]
fn hook_runtime() {
    let root = [
        "syntax",
        "progress",
        "eval",
        "breakpoints",
        "console",
        "record",
        "listen",
        "hooks",
    ];
    // `random` is a test of all of it.
    let eval = [
        "error",
        "parse",
        "codegen",
        "session",
        "frame",
        "diagnostics",
        "beside",
        "compile",
        "sites",
        "loaded",
        "reload",
        "hooked",
        "again",
        "attempt",
        "complete",
        "macro_items",
        "mod",
        "random",
    ];
    let console = [
        "line",
        "error",
        "input",
        "reading",
        "pager",
        "output",
        "show",
        "sources",
        "waiting",
        "unstopped",
        "conditions",
        "banner",
        "stop",
        "mod",
        "run",
        "values",
        "startup",
        "session",
        "commands",
    ];
    let codegen = [
        "piece",
        "sight",
        "nest",
        "runtime",
        "fallbacks",
        "input",
        "places",
        "held",
        "body",
        "question",
        "write",
    ];
    let session = ["origin", "impls", "scopes", "history"];
    let complete = [
        "tokens",
        "cursor",
        "question",
        "answer",
        "names",
        "signature",
        "subject",
        "hook",
        "ask",
        "worker",
    ];
    let diagnostics = [
        "around",
        "lifetime",
        "slot_names",
        "findings",
        "lint",
        "within",
        "message",
    ];
    let listen = [
        "error",
        "sys",
        "address",
        "request",
        "framing",
        "socket",
        "target",
        "traces",
        "session",
        "printed",
        "reply",
        "running",
        "connection",
        "mod",
        "unsupported",
    ];
    let orders = [
        ("", &root[..]),
        ("listen", &listen),
        ("eval", &eval),
        ("eval/codegen", &codegen),
        ("eval/session", &session),
        ("eval/complete", &complete),
        ("eval/diagnostics", &diagnostics),
        ("console", &console),
    ];
    check("hook-runtime", &orders);
}

#[test]
fn hook_loader() {
    let loader = [
        "kernel32",
        "mach",
        "name_table",
        "memory",
        "relocate",
        "object",
        "image",
        "tls",
        "unwind",
        "archive",
        "process",
        "resolve",
        "link",
        "commit",
        "patch",
        "mod",
    ];
    let resolve = [
        "id",
        "exports",
        "mod",
        "private",
        "identical_code",
        "stub",
        "section",
        "call_graph",
        "symbol",
        "slot",
        "follow",
    ];
    let orders: [Order<'_>; 3] = [
        ("", &["symbol_path", "error", "reload", "mod", "loader", "unsupported"]),
        ("loader", &loader),
        ("loader/resolve", &resolve),
    ];
    check("hook-loader", &orders);
}

#[test]
fn hook_debuginfo() {
    let root = [
        "error", "file", "memory", "types", "call", "location", "function", "object", "show", "variable", "mod",
    ];
    check("hook-debuginfo", &[("", &root)]);
}

#[test]
fn hook_rustc() {
    // What can go wrong stands in the crate's own file.
    let root = [
        "mod",
        "sorted",
        "source_path",
        "lexer",
        "std_macros",
        "temporary",
        "archive",
        "bodies",
        "args",
        "records",
        "diagnostic",
        "content",
        "invocation",
        "lockfile",
        "debug_info",
        "stamp",
        "dep_info",
        "call_record",
        "kept",
        "copy",
        "sources",
        "builds",
        "run",
        "waiting",
        "request",
    ];
    check("hook-rustc", &[("", &root)]);
}

#[test]
fn hook_attach() {
    let client = [
        "error",
        "arguments",
        "connection",
        "programs",
        "terminal",
        "print",
        "replay",
        "console",
        "mcp",
        "dap",
        "mod",
    ];
    check("hook-attach", &[("", &["client", "main"]), ("client", &client)]);
}

#[track_caller]
fn check(krate: &str, orders: &[Order<'_>]) {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(krate).join("src");
    assert_eq!(upward(&src, orders), Vec::<String>::new());
}

/// The figure in `ARCHITECTURE.md` shows every folder.
#[test]
fn the_figure_shows_every_folder() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(crates.join("ARCHITECTURE.md")).unwrap();
    for folder in [
        "hook-macros/src",
        "hook-frame/src",
        "hook-runtime/src",
        "hook-runtime/src/eval",
    ] {
        for module in scan::modules_in(&crates.join(folder)) {
            let is_folder = crates.join(folder).join(&module).is_dir();
            let shown = if is_folder {
                format!(" {module}/ ")
            } else {
                format!(" {module}.rs ")
            };
            let is_minor = !is_folder && (folder.ends_with("eval") || module == "pass_through");
            assert!(
                is_minor || text.contains(&shown),
                "ARCHITECTURE.md shows no {folder}/{module}"
            );
        }
    }
}

#[test]
fn hook_macros() {
    let root = [
        "forbidden",
        "syntax",
        "forbidden",
        "scope",
        "plan",
        "probe",
        "emit",
        "line",
        "hook_macro",
        "attribute",
        "this_crate",
        "pass_through",
    ];
    let probe = [
        "protocol",
        "compiler",
        "calls",
        "diagnostics",
        "lower",
        "strip_bodies",
        "run",
        "mod",
        "asked",
    ];
    let syntax = ["location", "misuse", "root", "grouped", "hook", "function", "exit"];
    check("hook-macros", &[("", &root), ("probe", &probe), ("syntax", &syntax)]);
}

/// A name that no emitted code uses any more is taken out of the list.
#[test]
fn private_lists_what_emitted_code_names() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let private = crates.join("hook-frame/src/private.rs");
    let mut emits = ["hook-macros/src", "hook-runtime/src/eval"]
        .map(|writer| scan::text(&crates.join(writer)))
        .concat();
    // What the crate's own macros name, which stand in emitted code.
    let frame = scan::text(&crates.join("hook-frame/src"));
    let macros = frame.split("$crate::private::").skip(1);
    emits.extend(macros.map(|named| &named[..named.find(';').unwrap_or(named.len())]));
    let words: HashSet<&str> = emits.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let names = scan::imported(&private);
    assert!(names.len() > 50, "{names:?}");
    let is_used = |name: &String| words.contains(&**name) || name.starts_with("__");
    let unused: Vec<String> = names.into_iter().filter(|name| !is_used(name)).collect();
    assert_eq!(unused, Vec::<String>::new());
}

/// A crate of three folders in which everything is named that the scan must see.
#[test]
fn what_runs_upwards_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod low;\nmod middle;\nmod high;\npub use middle::Named;\n");
    write(
        "low/mod.rs",
        "mod inner;\nuse std::fs;\nuse crate::low::inner;\n// use crate::high;\nconst TEXT: &str = \"crate::high\";\n\
         macro_rules! own { () => { $crate::high::f() } }\nfn f() { crate::own!() }\n",
    );
    write(
        "low/inner.rs",
        "use super::super::high::f;\nmod deep { use super::super::super::middle; use super::g; }\n",
    );
    write(
        "middle/mod.rs",
        "use crate::{low::{self, inner}, high::{f as g, h}};\nuse crate::Named;\nfn f() { crate::low::g() }\n",
    );
    write(
        "high.rs",
        "use crate::{low, middle::Named};\nfn f() -> super::low::T { crate::root() }\n",
    );
    write("extra.rs", "");
    let order: [&str; 3] = ["low", "middle", "high"];
    let found = upward(folder.path(), &[("", &order)]);
    let expected = [
        "src: `extra` is not in the order",
        "src/high.rs:2: `high` imports crate::root",
        "src/low/inner.rs:1: `low` imports crate::high::f",
        "src/low/inner.rs:2: `low` imports crate::middle",
        "src/middle/mod.rs:1: `middle` imports crate::high::f",
        "src/middle/mod.rs:1: `middle` imports crate::high::h",
    ];
    assert_eq!(found, expected);
    // Through the root, as from any other folder.
    assert_eq!(
        upward(folder.path(), &[("", &["low", "high", "middle", "extra"])]),
        [
            "src/high.rs:1: `high` imports crate::middle::Named",
            "src/high.rs:2: `high` imports crate::root",
            "src/low/inner.rs:1: `low` imports crate::high::f",
            "src/low/inner.rs:2: `low` imports crate::middle",
        ]
    );
}
