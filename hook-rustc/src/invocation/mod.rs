//! The command line of a call of rustc: what it says of the crate, and how the call is made again.

mod again;
mod graph;
mod libraries;
mod stand_in;

pub use graph::GraphLibrary;
pub use stand_in::StandIn;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::RustcError;
use crate::args::{Arg, codegen, split, values};

/// The lint by which rustc answers a question of which it reports no error. The type checker itself reports it, so
/// neither answer keeps anything else from being judged.
pub const ANSWER: &str = "deprecated";

/// A linker of this name does not exist. rustc has done all else when it says so.
pub(crate) const NO_LINKER: &str = "hookable-links-nothing";

/// The lint that warns of a function which cannot return without calling itself. A way out that a hook adds would keep
/// it away.
pub const RECURSION: &str = "unconditional_recursion";

/// The lint that warns of a `return` whose value is of the type `!`. A way out that a hook adds would be one.
pub const UNREACHABLE: &str = "unreachable_code";

/// A rustc call, complete enough to be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The compiler.
    pub program: PathBuf,
    /// The arguments, with the contents of `@file`s in their place.
    pub args: Vec<String>,
    /// The folder in which it ran.
    pub dir: PathBuf,
}

impl Invocation {
    /// Returns the call of the process that this runs in, from within a proc macro. The process is rustc, or a program
    /// that takes its arguments.
    ///
    /// # Errors
    ///
    /// If the process was started with a file of arguments that is gone.
    pub fn of_this_process() -> Result<Self, RustcError> {
        let program = std::env::current_exe().map_err(RustcError::io("find the compiler"))?;
        let mut args = Vec::new();
        for arg in std::env::args_os().skip(1) {
            let arg = arg
                .into_string()
                .map_err(|_| RustcError::NotRepeatable("an argument of rustc is not UTF-8"))?;
            match arg.strip_prefix('@') {
                Some(file) => {
                    let text = std::fs::read_to_string(file).map_err(RustcError::io(format!("read {file}")))?;
                    args.extend(text.lines().map(String::from));
                }
                None => args.push(arg),
            }
        }
        let dir = std::env::current_dir().map_err(RustcError::io("find the working directory"))?;
        Ok(Invocation { program, args, dir })
    }

    pub(crate) fn split(&self) -> Vec<Arg> {
        split(&self.args)
    }

    /// Returns whether the call makes code, and not metadata for a check or pages of documentation. A language server's
    /// process, which compiles no crate, does not.
    pub fn makes_code(&self) -> bool {
        let args = self.split();
        let of_a_crate = ["--crate-name", "--crate-type"]
            .iter()
            .any(|option| values(&args, option).next().is_some());
        // A call may name no more of its crate than a file: `rustc main.rs`.
        let of_a_file = self.stem() == "rustc" && args.iter().any(|arg| matches!(arg, Arg::Input(_)));
        if self.stem() == "rustdoc" || !(of_a_crate || of_a_file) {
            return false;
        }
        let mut kinds = values(&args, "--emit").flat_map(|kinds| kinds.split(',')).peekable();
        // Without `--emit`, rustc links.
        kinds.peek().is_none() || kinds.any(|kind| !matches!(kind.split('=').next(), Some("metadata" | "dep-info")))
    }

    fn stem(&self) -> String {
        self.program
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// Returns whether `cfg(debug_assertions)` holds in the crate.
    pub fn debug_assertions(&self) -> bool {
        let args = self.split();
        let on = |value: &str| !matches!(value, "no" | "n" | "off" | "false");
        codegen(&args, "debug-assertions").map_or_else(|| !self.is_optimized(), on)
    }

    /// Returns whether other crates may be compiled against what the call makes.
    pub fn is_library(&self) -> bool {
        let args = self.split();
        let mut kinds = values(&args, "--crate-type").flat_map(|kinds| kinds.split(','));
        kinds.any(|kind| matches!(kind, "lib" | "rlib" | "dylib")) && !args.contains(&Arg::Flag("--test".into()))
    }

    /// Returns whether code is optimized.
    pub fn is_optimized(&self) -> bool {
        let args = self.split();
        let level = codegen(&args, "opt-level").map(|level| level != "0");
        level.unwrap_or_else(|| args.contains(&Arg::Flag("-O".into())))
    }

    /// Returns whether lints are capped, as cargo caps those of what is of a registry.
    pub(crate) fn caps_lints(&self) -> bool {
        values(&self.split(), "--cap-lints").next().is_some()
    }

    /// Returns whether the call can be made again.
    ///
    /// # Errors
    ///
    /// If the program is not rustc itself, or reads a source that cannot be read again.
    pub fn repeatable(&self) -> Result<(), RustcError> {
        if self.stem() != "rustc" {
            return Err(RustcError::NotRustc(self.stem()));
        }
        if self.split().contains(&Arg::Input("-".into())) {
            return Err(RustcError::NotRepeatable("the source came from standard input"));
        }
        Ok(())
    }

    /// Returns a name for what the call makes, unlike that of any other call into the same folder: `name-0123abcd`.
    pub fn unit(&self) -> String {
        let (args, name) = (self.split(), self.crate_name());
        let extra = codegen(&args, "extra-filename").map(String::from).unwrap_or_else(|| {
            let mut hasher = DefaultHasher::new();
            self.args.hash(&mut hasher);
            format!("-{:016x}", hasher.finish())
        });
        format!("{name}{extra}")
    }

    /// Returns the name of the crate.
    pub fn crate_name(&self) -> String {
        let (args, input) = (self.split(), self.input());
        let stem = input.as_ref().and_then(|input| input.file_stem()?.to_str());
        let name = values(&args, "--crate-name").last().or(stem);
        name.unwrap_or("crate").to_owned()
    }

    /// Returns the crate's first source file, relative to the folder in which the call ran.
    pub fn input(&self) -> Option<PathBuf> {
        self.split().into_iter().find_map(|arg| match arg {
            Arg::Input(input) => Some(PathBuf::from(input)),
            _ => None,
        })
    }

    /// Returns the folder of the outputs, if one is named.
    pub fn out_dir(&self) -> Option<PathBuf> {
        values(&self.split(), "--out-dir").last().map(|dir| self.dir.join(dir))
    }

    /// Returns the folder for what is known of the call: beside the folder of its outputs, or in it where none was
    /// named.
    pub fn beside(&self) -> PathBuf {
        let args = self.split();
        let named = values(&args, "--emit")
            .flat_map(|kinds| kinds.split(','))
            .filter_map(|kind| kind.strip_prefix("link="));
        let output = named.chain(values(&args, "-o")).last();
        let within = match (self.out_dir(), output) {
            (Some(dir), _) => dir.parent().map(Path::to_path_buf).unwrap_or(dir),
            (None, Some(file)) => self.dir.join(file).parent().unwrap_or(&self.dir).to_path_buf(),
            (None, None) => self.dir.clone(),
        };
        within.join("hookable")
    }

    /// Returns the name that rustc gives a file in its messages.
    pub fn shown(&self, file: &str) -> String {
        let args = self.split();
        // rustc takes the last prefix that fits.
        let remapped = values(&args, "--remap-path-prefix").filter_map(|value| {
            let (from, to) = value.rsplit_once('=')?;
            let rest = Path::new(file).strip_prefix(from).ok()?;
            Some(if rest.as_os_str().is_empty() {
                to.into()
            } else {
                Path::new(to).join(rest)
            })
        });
        remapped
            .last()
            .map_or_else(|| file.to_owned(), |path| path.to_string_lossy().into_owned())
    }

    /// Returns the edition of the crate. A call that names none means that of 2015.
    pub fn edition(&self) -> u32 {
        let edition = values(&self.split(), "--edition")
            .last()
            .and_then(|edition| edition.parse().ok());
        edition.unwrap_or(2015)
    }

    /// Returns the name of the crate by which code of every edition, and without the standard library, names what is in
    /// `core`.
    pub(crate) fn core(&self) -> &'static str {
        if self.edition() == 2015 { "std" } else { "core" }
    }

    /// Returns whether a function of the program is what its source says, as far as nothing optimizes it that its
    /// level does not tell.
    pub fn keeps_functions(&self) -> bool {
        let args = self.split();
        let unstable = |option: &&str| option.contains("mir") || option.contains("inline");
        !self.lto() && !values(&args, "-Z").any(|option| unstable(&option))
    }

    /// Returns whether code of several crates is optimized together.
    pub fn lto(&self) -> bool {
        let args = self.split();
        let given = |name| codegen(&args, name).is_some_and(|kind| !matches!(kind, "off" | "no" | "n" | "false"));
        given("lto") || given("linker-plugin-lto")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    pub(super) fn call(line: &str) -> Invocation {
        let args = line.split_whitespace().map(String::from).collect();
        Invocation {
            program: "/bin/rustc".into(),
            args,
            dir: "/w".into(),
        }
    }

    #[test]
    fn a_check_makes_no_code() {
        assert!(call("--crate-name a src/lib.rs --emit=dep-info,metadata,link").makes_code());
        assert!(call("--crate-name a src/lib.rs --emit=obj=a.o").makes_code());
        assert!(call("--crate-name a src/lib.rs").makes_code());
        assert!(call("--crate-type bin -o a src/lib.rs").makes_code());
        assert!(!call("--crate-name a src/lib.rs --emit=dep-info,metadata").makes_code());
        assert!(!call("--crate-name a src/lib.rs --emit metadata=a.rmeta").makes_code());
        assert!(!call("--socket").makes_code());
        assert!(call("main.rs").makes_code());
        assert!(call("-g main.rs --emit=obj").makes_code());
        assert!(!call("main.rs --emit=metadata").makes_code());
        assert!(!call("--version").makes_code());
    }

    #[test]
    fn libraries_are_known() {
        assert!(call("src/lib.rs --crate-type lib").is_library());
        assert!(call("src/lib.rs --crate-type=cdylib,rlib").is_library());
        assert!(!call("src/lib.rs --crate-type lib --test").is_library());
        assert!(!call("src/main.rs --crate-type bin").is_library());
        assert!(!call("src/main.rs").is_library());
    }

    #[test]
    fn debug_assertions_follow_the_optimization_unless_said() {
        assert!(call("src/lib.rs").debug_assertions());
        assert!(call("src/lib.rs -C opt-level=0").debug_assertions());
        assert!(!call("src/lib.rs -C opt-level=3").debug_assertions());
        assert!(!call("src/lib.rs -O").debug_assertions());
        assert!(call("src/lib.rs -C opt-level=3 -C debug-assertions=on").debug_assertions());
        assert!(call("src/lib.rs -O -C debug-assertions").debug_assertions());
        assert!(!call("src/lib.rs -C debug-assertions=off").debug_assertions());
    }

    #[test]
    fn the_edition_is_that_of_2015_unless_said() {
        assert_eq!(call("a.rs").edition(), 2015);
        assert_eq!(call("a.rs --edition=2021").edition(), 2021);
        assert_eq!(call("a.rs --edition 2018").edition(), 2018);
        assert_eq!(call("a.rs --edition=new").edition(), 2015);
    }

    #[track_caller]
    fn check_beside(line: &str, expect: &str) {
        assert_eq!(call(line).beside(), Path::new(expect), "{line}");
    }

    #[test]
    fn what_is_known_stays_beside_the_outputs() {
        check_beside("a.rs --out-dir /t/debug/deps", "/t/debug/hookable");
        check_beside("a.rs --out-dir deps", "/w/hookable");
        check_beside("a.rs -o /b/a", "/b/hookable");
        check_beside("a.rs --emit=dep-info,link=b/a", "/w/b/hookable");
        check_beside("a.rs", "/w/hookable");
    }

    #[test]
    fn a_file_is_shown_as_it_was_asked() {
        let call = call("a.rs --remap-path-prefix=/=/all --remap-path-prefix=/w=");
        assert_eq!(crate::slashes(&call.shown("/tmp/line.rs")), "/all/tmp/line.rs");
        assert_eq!(call.shown("/w/src/a.rs"), "src/a.rs");
        assert_eq!(call.shown("src/a.rs"), "src/a.rs");
    }

    #[test]
    fn a_source_from_standard_input_cannot_be_read_again() {
        assert!(call("--crate-name a -").repeatable().is_err());
        assert!(call("--crate-name a src/lib.rs").repeatable().is_ok());
    }

    #[test]
    fn another_program_is_not_asked() {
        let call = Invocation {
            program: "/bin/miri".into(),
            ..call("--crate-name a src/lib.rs")
        };
        assert!(matches!(call.repeatable(), Err(RustcError::NotRustc(name)) if name == "miri"));
    }

    #[test]
    fn a_test_compiles_nothing() {
        assert!(!Invocation::of_this_process().unwrap().makes_code());
    }
}
