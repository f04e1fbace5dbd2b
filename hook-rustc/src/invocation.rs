//! The command line of a call of rustc: what it says of the crate, and how the call is made again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use crate::RustcError;
use crate::args::{Arg, codegen, split, values};

/// The lint by which rustc answers a question of which it reports no error. The type checker itself reports it, so
/// neither answer keeps anything else from being judged.
pub const ANSWER: &str = "deprecated";

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
    /// Gives the call of the process that this runs in, from within a proc macro. The process is rustc, or a program
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

    /// Tells whether the call makes code, and not metadata for a check or pages of documentation. A language server's
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

    /// Tells whether `cfg(debug_assertions)` holds in the crate.
    pub fn debug_assertions(&self) -> bool {
        let args = self.split();
        let on = |value: &str| !matches!(value, "no" | "n" | "off" | "false");
        let optimized = || {
            let level = codegen(&args, "opt-level").map(|level| level != "0");
            level.unwrap_or_else(|| args.contains(&Arg::Flag("-O".into())))
        };
        codegen(&args, "debug-assertions").map_or_else(|| !optimized(), on)
    }

    /// Tells whether the call can be made again.
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

    /// Gives a name for what the call makes, unlike that of any other call into the same folder: `name-0123abcd`.
    pub fn unit(&self) -> String {
        let args = self.split();
        let input = self.input();
        let stem = input.as_ref().and_then(|input| input.file_stem()?.to_str());
        let name = values(&args, "--crate-name").last().or(stem).unwrap_or("crate");
        let extra = codegen(&args, "extra-filename").map(String::from).unwrap_or_else(|| {
            let mut hasher = DefaultHasher::new();
            self.args.hash(&mut hasher);
            format!("-{:016x}", hasher.finish())
        });
        format!("{name}{extra}")
    }

    /// Gives the crate's first source file, relative to the folder in which the call ran.
    pub fn input(&self) -> Option<PathBuf> {
        self.split().into_iter().find_map(|arg| match arg {
            Arg::Input(input) => Some(PathBuf::from(input)),
            _ => None,
        })
    }

    /// Gives the folder of the outputs, if one is named.
    pub fn out_dir(&self) -> Option<PathBuf> {
        values(&self.split(), "--out-dir").last().map(|dir| self.dir.join(dir))
    }

    /// Gives the folder for what is known of the call: beside the folder of its outputs, or in it where none was named.
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

    /// Gives the name that rustc gives a file in its messages.
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

    /// Tells whether code of several crates is optimized together.
    pub fn lto(&self) -> bool {
        let args = self.split();
        let given = |name| codegen(&args, name).is_some_and(|kind| !matches!(kind, "off" | "no" | "n" | "false"));
        given("lto") || given("linker-plugin-lto")
    }

    /// Gives the same call on a copy of its sources in a folder that stands for the root. Whatever it makes of them has the names that
    /// it had without.
    pub(crate) fn within(&self, root: &Path) -> Invocation {
        let at_root = |path: &str| self.dir.join(path).to_string_lossy().into_owned();
        // Before the `=` stands what it is, if anything.
        let library = |value: &str, bare: bool| match value.split_once('=') {
            Some((kind, path)) => format!("{kind}={}", at_root(path)),
            None if bare => at_root(value),
            None => value.to_owned(),
        };
        let (mut args, mut remapped) = (Vec::new(), vec![format!("{}=/", root.display())]);
        for arg in self.split() {
            let (name, value) = match arg {
                Arg::Flag(flag) => {
                    args.push(flag);
                    continue;
                }
                Arg::Input(input) => {
                    let input = Path::new(&input);
                    let moved = if input.is_absolute() {
                        within(root, input)
                    } else {
                        input.to_path_buf()
                    };
                    args.push(moved.to_string_lossy().into_owned());
                    continue;
                }
                Arg::Option(name, value) => (name, value),
            };
            let value = match name.as_str() {
                "--extern" => library(&value, false),
                "-L" => library(&value, true),
                "--sysroot" => at_root(&value),
                "--remap-path-prefix" => {
                    if value.starts_with('/') {
                        remapped.push(format!("{}{value}", root.display()));
                    }
                    value
                }
                _ => value,
            };
            match name.starts_with("--") {
                true => args.push(format!("{name}={value}")),
                false => args.extend([name, value]),
            }
        }
        args.extend(remapped.iter().map(|value| format!("--remap-path-prefix={value}")));
        Invocation {
            program: self.program.clone(),
            args,
            dir: within(root, &self.dir),
        }
    }

    /// Gives the Rust libraries that the call may take code from.
    pub fn libraries(&self) -> Vec<PathBuf> {
        let args = self.split();
        let mut found: Vec<PathBuf> = Vec::new();
        let named = values(&args, "--extern").filter_map(|named| named.split_once('='));
        found.extend(named.map(|(_, path)| self.dir.join(path)));
        let kinds = ["dependency=", "crate=", "all="];
        let folders = values(&args, "-L").filter_map(|path| match path.split_once('=') {
            Some(_) => kinds.iter().find_map(|kind| path.strip_prefix(kind)),
            None => Some(path),
        });
        let folders = folders.map(|folder| self.dir.join(folder)).chain(self.sysroot());
        for folder in folders {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            found.extend(
                entries
                    .map(|entry| entry.path())
                    .filter(|path| path.extension().is_some_and(|kind| kind == "rlib")),
            );
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Gives the name that the crate gives a library, which is found by the name of its file.
    pub fn name_of_library(&self, library: &str) -> Option<String> {
        let args = self.split();
        let named = values(&args, "--extern").filter_map(|named| named.split_once('='));
        let mut found = named.filter_map(|(name, path)| {
            let file = Path::new(path).file_stem()?.to_str()?;
            let file = file.strip_prefix("lib").unwrap_or(file);
            let of_it = file.strip_prefix(library)?;
            // The name may have options before it: `priv,noprelude:name`.
            (of_it.is_empty() || of_it.starts_with('-')).then(|| name.rsplit(':').next().unwrap_or(name).to_owned())
        });
        found.next()
    }

    /// Gives the crates among the libraries that the source cannot name: they have no `--extern`, and are none of the
    /// standard library's three.
    pub fn unnamed_crates(&self) -> Vec<String> {
        let args = self.split();
        let named: Vec<&str> = values(&args, "--extern")
            .map(|named| named.split_once('=').map_or(named, |(name, _)| name))
            // The name may have options before it: `--extern noprelude:a=..`.
            .map(|name| name.rsplit(':').next().unwrap_or(name))
            .chain(["std", "core", "alloc"])
            .collect();
        let libraries = self.libraries();
        let stems = libraries.iter().filter_map(|path| path.file_stem()?.to_str());
        let crates = stems.filter_map(|stem| stem.strip_prefix("lib")?.split('-').next());
        let mut unnamed: Vec<String> = crates.filter(|name| !named.contains(name)).map(String::from).collect();
        unnamed.sort_unstable();
        unnamed.dedup();
        unnamed
    }

    /// Gives the folder of the standard library's files.
    fn sysroot(&self) -> Option<PathBuf> {
        let args = self.split();
        let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let target = values(&args, "--target").last().unwrap_or(&host);
        let given = values(&args, "--sysroot").last().map(|path| self.dir.join(path));
        let sysroot = given.or_else(|| Some(self.program.parent()?.parent()?.to_path_buf()))?;
        Some(sysroot.join("lib/rustlib").join(target).join("lib"))
    }

    /// Gives the same call with no output but diagnostics, as JSON, for a check of the crate that leaves every file of
    /// the first call alone. Lints are silenced, except for the one that the code of a check answers with; errors are
    /// not.
    pub fn check(&self, folder: &Path) -> Command {
        let mut command = self.reporting(folder, folder, Some("--emit=metadata,dep-info"), "allow");
        command.arg(format!("--force-warn={ANSWER}"));
        command
    }

    /// Gives the same call with its objects in a folder's own incremental folder, and diagnostics as JSON. Nothing is
    /// linked, and no file of the first call is touched.
    ///
    /// All that decides how code is cut up and cached stays as it is: with another `--emit`, all of it would be made
    /// anew each time.
    pub fn line(&self, folder: &Path) -> Command {
        let mut command = self.reporting(folder, &folder.join("out"), None, "warn");
        // Optimization across the parts of a crate renames what they share, and does so otherwise each time.
        command
            .arg("-C")
            .arg(format!("linker={}", idle()))
            .args(["-C", "lto=off"]);
        if codegen(&self.split(), "split-debuginfo") == Some("packed") {
            // Debug information is packed out of what was linked, and nothing is linked.
            command.args(["-C", "split-debuginfo=off"]);
        }
        // What rustc denies unless told otherwise is wrong in a line, too. What it only warns of is of no interest.
        command.args(["-A", "unused", "-A", "nonstandard-style", "-A", "deprecated"]);
        // This lint tells which places of its frame a line only reads.
        command.arg("--force-warn=unused_mut");
        command
    }

    /// Gives the same call with another place for its outputs, an incremental folder in `folder`, diagnostics as JSON
    /// and lints capped. `emit` takes the place of what it emits.
    fn reporting(&self, folder: &Path, out: &Path, emit: Option<&str>, lints: &str) -> Command {
        let quiet = [
            "--out-dir",
            "-o",
            "--print",
            "--error-format",
            "--json",
            "--cap-lints",
            "--diagnostic-width",
        ];
        let without: Vec<&str> = quiet.into_iter().chain(emit.map(|_| "--emit")).collect();
        let mut command = self.again(&without);
        command.arg("--error-format=json").args(emit);
        command.arg(format!("--cap-lints={lints}")).arg("--out-dir").arg(out);
        let incremental = folder.join("incremental");
        command.arg("-C").arg(format!("incremental={}", incremental.display()));
        command
    }

    /// Gives the same call without some options and without its incremental folder.
    fn again(&self, without: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.dir);
        for arg in self.split() {
            match arg {
                Arg::Flag(flag) => command.arg(flag),
                Arg::Input(input) => command.arg(input),
                Arg::Option(name, _) if without.contains(&name.as_str()) => &mut command,
                Arg::Option(name, value) if is_codegen(&name) && value.starts_with("incremental=") => &mut command,
                Arg::Option(name, value) if is_codegen(&name) && value.starts_with("save-temps") => &mut command,
                Arg::Option(name, kinds) if name == "--emit" => {
                    command.arg(format!("--emit={}", without_paths(&kinds)))
                }
                Arg::Option(name, value) if name.starts_with("--") => command.arg(format!("{name}={value}")),
                Arg::Option(name, value) => command.arg(name).arg(value),
            };
        }
        // The jobserver belongs to cargo, and its pipes are not passed on.
        command.env_remove("CARGO_MAKEFLAGS").env_remove("MAKEFLAGS");
        command
    }
}

/// Gives a path from the root on, within another root.
pub(crate) fn within(root: &Path, path: &Path) -> PathBuf {
    let normal = |component: &Component<'_>| !matches!(component, Component::RootDir | Component::Prefix(_));
    root.join(path.components().filter(normal).collect::<PathBuf>())
}

fn is_codegen(option: &str) -> bool {
    matches!(option, "-C" | "--codegen")
}

/// Gives what rustc is to emit, without the files that are named beside it, which are the user's: rustc puts each where
/// it does by itself.
fn without_paths(kinds: &str) -> String {
    let kinds: Vec<&str> = kinds
        .split(',')
        .map(|kind| kind.split('=').next().unwrap_or(kind))
        .collect();
    kinds.join(",")
}

/// Gives a linker that does nothing. It is named by its whole path, for there may be no variable `PATH`.
fn idle() -> &'static str {
    let known = ["/bin/true", "/usr/bin/true"];
    known
        .into_iter()
        .find(|path| Path::new(path).exists())
        .unwrap_or("true")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(line: &str) -> Invocation {
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
    fn a_check_keeps_what_the_crate_is_and_drops_what_it_writes() {
        let call =
            call("--crate-name a src/lib.rs --emit=link -C metadata=1 -C incremental=/i --out-dir /o --cap-lints warn");
        let args: Vec<_> = call
            .check(Path::new("/p"))
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            args.join(" "),
            "--crate-name=a src/lib.rs -C metadata=1 --error-format=json --emit=metadata,dep-info --cap-lints=allow --out-dir /p \
             -C incremental=/p/incremental --force-warn=deprecated",
        );
    }

    #[test]
    fn a_library_has_the_name_that_the_crate_gives_it() {
        check_name("--extern hk=/d/libhookable-01ab.rlib", Some("hk"));
        check_name(
            "--extern hookable_x=libhookable_x-1.rlib --extern hookable=libhookable-1.rmeta",
            Some("hookable"),
        );
        check_name("--extern priv,noprelude:dbg=/d/libhookable.rlib", Some("dbg"));
        check_name("--extern proc_macro --extern hook_macros=/d/libhook_macros-1.so", None);
    }

    #[track_caller]
    fn check_name(args: &str, expect: Option<&str>) {
        assert_eq!(call(args).name_of_library("hookable").as_deref(), expect, "{args}");
    }

    #[track_caller]
    fn check_line(line: &str, expect: &str) {
        let args: Vec<_> = call(line)
            .line(Path::new("/l"))
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        let end = " --error-format=json --cap-lints=warn --out-dir /l/out -C incremental=/l/incremental";
        let all = args.join(" ").replace(&format!("linker={}", idle()), "linker=true");
        let (start, more) = all.split_once(end).expect(&all);
        assert_eq!(format!("{start} ..{more}"), expect, "{line}");
    }

    #[test]
    fn a_line_writes_no_file_that_was_named() {
        let more = " .. -C linker=true -C lto=off -A unused -A nonstandard-style -A deprecated --force-warn=unused_mut";
        check_line(
            "a.rs --emit=link=/o/a,dep-info=/o/a.d",
            &format!("a.rs --emit=link,dep-info{more}"),
        );
        check_line("a.rs --emit obj=a.o -o a.o", &format!("a.rs --emit=obj{more}"));
        check_line("a.rs -Csave-temps --codegen incremental=/i", &format!("a.rs{more}"));
        check_line("a.rs --print=link-args=/o/args --out-dir /o", &format!("a.rs{more}"));
        let off = more.replace("lto=off", "lto=off -C split-debuginfo=off");
        check_line(
            "a.rs -Csplit-debuginfo=packed",
            &format!("a.rs -C split-debuginfo=packed{off}"),
        );
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
        assert_eq!(call.shown("/tmp/line.rs"), "/all/tmp/line.rs");
        assert_eq!(call.shown("/w/src/a.rs"), "src/a.rs");
        assert_eq!(call.shown("src/a.rs"), "src/a.rs");
    }

    #[track_caller]
    fn check_within(line: &str, expect: &str) {
        let call = call(line).within(Path::new("/r"));
        assert_eq!(call.dir, Path::new("/r/w"));
        assert_eq!(call.args.join(" "), expect, "{line}");
    }

    #[test]
    fn a_copy_of_the_sources_has_their_names() {
        check_within(
            "src/lib.rs -Ldependency=deps -L native=/n -L . --extern a=liba.rlib --extern proc_macro -Copt-level=1 --test",
            "src/lib.rs -L dependency=/w/deps -L native=/n -L /w/. --extern=a=/w/liba.rlib --extern=proc_macro -C opt-level=1 --test \
             --remap-path-prefix=/r=/",
        );
        check_within(
            "/p/src/lib.rs --remap-path-prefix=/p=here --remap-path-prefix src=there",
            "/r/p/src/lib.rs --remap-path-prefix=/p=here --remap-path-prefix=src=there --remap-path-prefix=/r=/ \
             --remap-path-prefix=/r/p=here",
        );
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
