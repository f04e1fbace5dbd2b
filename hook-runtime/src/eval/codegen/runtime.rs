//! The runtime that a line waits in is named by the line's own code, because only the crate of the hook can name it.
//! Pure.
//!
//! The code stands in functions and not in closures, because closures are numbered, and a line that is repeated names
//! no runtime.

use crate::eval::codegen::piece::{Piece, Written};

/// The code for a crate that can name no runtime.
pub(crate) const NONE: &str = "let __hookable_runtime = __hookable_private::Runtime::NONE;\n";

/// The features of the runtime that the line can name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Runtime {
    #[default]
    Threads,
    /// The runtime can have no other threads.
    Single,
    Nothing,
}

impl Runtime {
    /// Lowers the features by one step. Returns `false` if none is left.
    pub(crate) fn lower(&mut self) -> bool {
        let lower = match self {
            Runtime::Threads => Runtime::Single,
            Runtime::Single | Runtime::Nothing => Runtime::Nothing,
        };
        std::mem::replace(self, lower) != lower
    }
}

/// Writes the functions of the runtime for a line. `tokio` is the name by which the crate can name it.
pub(crate) fn name(out: &mut Written, tokio: Option<&str>, runtime: Runtime) {
    let Some(tokio) = tokio.filter(|_| runtime != Runtime::Nothing) else {
        out.push(NONE);
        return;
    };
    let blocking = match runtime {
        Runtime::Threads => format!("::{tokio}::task::block_in_place(|| run())"),
        Runtime::Single | Runtime::Nothing => "run()".to_owned(),
    };
    let text = format!(
        "fn __hookable_within() -> __hookable_private::Within {{\n\
         match ::{tokio}::runtime::Handle::try_current().map(|handle| handle.runtime_flavor()) {{\n\
         __hookable_private::Result::Ok(::{tokio}::runtime::RuntimeFlavor::CurrentThread) => __hookable_private::Within::Single,\n\
         __hookable_private::Result::Ok(_) => __hookable_private::Within::Several,\n\
         __hookable_private::Result::Err(_) => __hookable_private::Within::Nothing,\n\
         }}\n}}\n\
         fn __hookable_blocking(run: &mut dyn FnMut()) {{ {blocking} }}\n\
         fn __hookable_beside(run: &mut dyn FnMut()) {{\n\
         let handle = __hookable_private::beside(|| {{\n\
         let runtime = ::{tokio}::runtime::Builder::new_current_thread().enable_all().build().ok()?;\n\
         let handle = runtime.handle().clone();\n\
         ::std::thread::Builder::new().name(\"hookable-tokio\".into()).spawn(move || runtime.block_on(::std::future::pending::<()>())).ok()?;\n\
         __hookable_private::Option::Some(handle)\n\
         }});\n\
         let _guard = handle.as_ref().map(|handle| handle.enter());\n\
         run();\n\
         }}\n\
         let __hookable_runtime = __hookable_private::Runtime {{ within: __hookable_within, blocking: __hookable_blocking, beside: __hookable_beside }};\n"
    );
    out.piece_of(&text, Piece::Runtime);
}
