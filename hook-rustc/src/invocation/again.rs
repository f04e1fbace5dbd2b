//! How a call is made again: for a check, for a line, and on a copy of its sources.

use std::path::Path;
use std::process::Command;

use super::{ANSWER, Invocation, NO_LINKER, RECURSION, UNREACHABLE};
use crate::args::{Arg, codegen, values};
use crate::source_path::{remapped, within};

/// The options that say where a call writes what, and how it reports.
const QUIET: [&str; 7] = [
    "--out-dir",
    "-o",
    "--print",
    "--error-format",
    "--json",
    "--cap-lints",
    "--diagnostic-width",
];

/// Lines take options of rustc that are not stable.
const NEEDS_UNSTABLE: bool = cfg!(all(windows, target_env = "gnu"));

impl Invocation {
    /// Returns whether the call of a line may make other symbols than the call itself did, unless it is told which.
    pub fn may_change_mangling(&self) -> bool {
        NEEDS_UNSTABLE && codegen(&self.split(), "symbol-mangling-version").is_none()
    }

    /// Returns the same call on a copy of its sources in a folder that stands for the root. Whatever it makes of them
    /// has the names that it had without.
    pub(crate) fn within(&self, root: &Path) -> Invocation {
        let at_root = |path: &str| self.dir.join(path).to_string_lossy().into_owned();
        // Before the `=` stands what it is, if anything.
        let library = |value: &str, bare: bool| match value.split_once('=') {
            Some((kind, path)) => format!("{kind}={}", at_root(path)),
            None if bare => at_root(value),
            None => value.to_owned(),
        };
        let (input, out_dir) = (self.input(), self.out_dir());
        let drives = [Some(&self.dir), input.as_ref(), out_dir.as_ref()];
        let drives = drives.into_iter().flatten().map(|path| &**path);
        let (mut args, mut remapped) = (Vec::new(), remapped(root, drives));
        for arg in self.split() {
            let (name, value) = match arg {
                Arg::Flag(flag) => {
                    args.push(flag);
                    continue;
                }
                Arg::Input(input) => {
                    let input = Path::new(&input);
                    let moved = if input.has_root() {
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
                    if let Some((from, to)) = value.rsplit_once('=').filter(|(from, _)| Path::new(from).has_root()) {
                        remapped.push(format!("{}={to}", within(root, Path::new(from)).display()));
                    }
                    value
                }
                _ => value,
            };
            Arg::Option(name, value).add_to(&mut args);
        }
        args.extend(remapped.iter().map(|value| format!("--remap-path-prefix={value}")));
        Invocation {
            program: self.program.clone(),
            args,
            dir: within(root, &self.dir),
        }
    }

    /// Returns the same call for sources without most of their bodies. No lint is stricter than it is by itself, for of
    /// code that nothing uses rustc is to say nothing. Where code is optimized, all that has a symbol can be seen from
    /// other objects: else LLVM takes a variable that none of the bodies left writes for a constant.
    pub(crate) fn without_bodies(&self) -> Invocation {
        let stricter = ["-D", "-F", "-W", "--deny", "--forbid", "--warn"];
        let mut args = Vec::new();
        for arg in self.split() {
            match arg {
                Arg::Option(name, _) if stricter.contains(&name.as_str()) => {}
                arg => arg.add_to(&mut args),
            }
        }
        if self.is_optimized() {
            args.extend(["-C", "link-dead-code=yes"].map(String::from));
        }
        Invocation { args, ..self.clone() }
    }

    /// Returns the same call with no output but diagnostics, as JSON, for a check of the crate that leaves every file
    /// of the first call alone. Lints are silenced, except for the one that the code of a check answers with, the
    /// one that such code may keep away, and the one that it may cause; errors are not. The incremental folder is in
    /// `cache`.
    pub fn check(&self, folder: &Path, cache: &Path) -> Command {
        let mut command = self.reporting(cache, folder, Some("--emit=metadata,dep-info"), "allow", "json");
        for lint in [ANSWER, RECURSION, UNREACHABLE] {
            command.arg(format!("--force-warn={lint}"));
        }
        command
    }

    /// Returns a call of the same compiler on a file of its own, which has nothing to do with the crate. It only
    /// reports errors, as JSON.
    pub fn of_file(&self, file: &Path, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.dir);
        if let Some(sysroot) = values(&self.split(), "--sysroot").last() {
            command.arg(format!("--sysroot={sysroot}"));
        }
        let alone = [
            "--edition=2024",
            "--crate-type=lib",
            "--emit=metadata",
            "--error-format=json",
            "--cap-lints=allow",
        ];
        command.args(alone).arg("--out-dir").arg(folder).arg(file);
        unseen(&mut command);
        command
    }

    /// Returns the same call with its objects in a folder's own incremental folder, and diagnostics as JSON. Nothing is
    /// linked, and no file of the first call is touched.
    ///
    /// All that decides how code is cut up and cached stays as it is: with another `--emit`, all of it would be made
    /// anew each time.
    pub fn line(&self, folder: &Path) -> Command {
        self.line_reporting(folder, "json")
    }

    /// Returns the call of a line that is never to be compiled, since it has errors, which are all that is wanted of
    /// it. It begins where the last line ended, and leaves no trace for the next. `format` is how the errors are
    /// reported.
    pub fn question(&self, folder: &Path, format: &str) -> Command {
        let mut command = self.line_reporting(folder, format);
        // Types are written out in full.
        command.arg("--diagnostic-width=1000");
        command
    }

    fn line_reporting(&self, folder: &Path, format: &str) -> Command {
        let mut command = self.reporting(folder, &folder.join("out"), None, "warn", format);
        // Optimization across the parts of a crate renames what they share, and does so otherwise each time.
        command.args(["-C", "lto=off"]);
        if NEEDS_UNSTABLE {
            // There rustc puts all functions of a module into one section, and there is no program that does nothing.
            // The two options are not stable. What lets a stable rustc take them lets it accept `#![feature(..)]`, too,
            // and tell of something unstable which feature it is.
            command.args(["-Z", "function-sections=yes", "-Z", "no-link"]);
            command.env("RUSTC_BOOTSTRAP", "1");
        } else {
            command.arg("-C").arg(format!("linker={}", idle()));
        }
        if codegen(&self.split(), "split-debuginfo") == Some("packed") || cfg!(target_os = "macos") {
            // Debug information is packed out of what was linked, and nothing is linked. On macOS, rustc does that
            // unless told otherwise.
            command.args(["-C", "split-debuginfo=off"]);
        }
        if cfg!(target_os = "macos") {
            // There another program than the linker takes symbols out of what was linked.
            command.args(["-C", "strip=none"]);
        }
        // What rustc denies unless told otherwise is wrong in a line, too. What it only warns of is of no interest.
        command.args(["-A", "unused", "-A", "nonstandard-style", "-A", "deprecated"]);
        // This lint tells which places of its frame a line only reads.
        command.arg("--force-warn=unused_mut");
        command
    }

    /// Returns the call that writes what LLVM gets as one text into a folder, with the debug information of all types.
    pub fn debug_text(&self, folder: &Path) -> Command {
        let mut command = self.again(&[&QUIET[..], &["--emit"]].concat());
        command
            .args([
                "--error-format=json",
                "--emit=llvm-ir",
                "--cap-lints=allow",
                "--out-dir",
            ])
            .arg(folder);
        command.args(["-C", "debuginfo=2", "-C", "codegen-units=1", "-C", "lto=off"]);
        command
    }

    /// Returns the same call with another place for its outputs, an incremental folder in `folder`, diagnostics in a
    /// format and lints capped. `emit` takes the place of what it emits.
    fn reporting(&self, folder: &Path, out: &Path, emit: Option<&str>, lints: &str, format: &str) -> Command {
        let without: Vec<&str> = QUIET.into_iter().chain(emit.map(|_| "--emit")).collect();
        let mut command = self.again(&without);
        command.arg(format!("--error-format={format}")).args(emit);
        command.arg(format!("--cap-lints={lints}")).arg("--out-dir").arg(out);
        let incremental = folder.join("incremental");
        command.arg("-C").arg(format!("incremental={}", incremental.display()));
        command
    }

    /// Returns the same call without some options and without its incremental folder.
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
        unseen(&mut command);
        command
    }
}

/// Makes a call that the user does not know of. The jobserver belongs to cargo, and its pipes are not passed on. A
/// compiler of the nightly channel that crashes leaves a file in the user's folder, unless it is told not to.
fn unseen(command: &mut Command) {
    command.env_remove("CARGO_MAKEFLAGS").env_remove("MAKEFLAGS");
    command.env("RUSTC_ICE", "0");
}

fn is_codegen(option: &str) -> bool {
    matches!(option, "-C" | "--codegen")
}

/// Returns what rustc is to emit, without the files that are named beside it, which are the user's: rustc puts each
/// where it does by itself.
fn without_paths(kinds: &str) -> String {
    let kinds: Vec<&str> = kinds
        .split(',')
        .map(|kind| kind.split('=').next().unwrap_or(kind))
        .collect();
    kinds.join(",")
}

/// Returns a linker that does nothing. It is named by its whole path, for there may be no variable `PATH`. Windows has
/// no such program, and there it is one that does not exist.
fn idle() -> &'static str {
    if cfg!(windows) {
        return NO_LINKER;
    }
    let known = ["/bin/true", "/usr/bin/true"];
    known
        .into_iter()
        .find(|path| Path::new(path).exists())
        .unwrap_or("true")
}

#[cfg(test)]
mod tests {
    use super::super::tests::call;
    use super::*;
    use crate::slashes;

    /// Returns arguments as a text with `/` in their paths.
    fn text(args: &[String]) -> String {
        slashes(&args.join(" "))
    }

    #[test]
    fn a_check_keeps_what_the_crate_is_and_drops_what_it_writes() {
        let call =
            call("--crate-name a src/lib.rs --emit=link -C metadata=1 -C incremental=/i --out-dir /o --cap-lints warn");
        let args: Vec<_> = call
            .check(Path::new("/p"), Path::new("/p"))
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            text(&args),
            "--crate-name=a src/lib.rs -C metadata=1 --error-format=json --emit=metadata,dep-info --cap-lints=allow --out-dir /p \
             -C incremental=/p/incremental --force-warn=deprecated --force-warn=unconditional_recursion \
             --force-warn=unreachable_code",
        );
    }

    #[test]
    fn a_crash_leaves_no_file() {
        let call = call("src/lib.rs");
        let (folder, file) = (Path::new("/p"), Path::new("/p/e.rs"));
        for command in [
            call.check(folder, folder),
            call.line(folder),
            call.of_file(file, folder),
        ] {
            let said: Vec<_> = command.get_envs().filter(|(name, _)| *name == "RUSTC_ICE").collect();
            assert_eq!(said, [("RUSTC_ICE".as_ref(), Some("0".as_ref()))]);
        }
    }

    #[test]
    fn a_file_of_its_own_has_nothing_of_the_crate() {
        let call = call("--crate-name a src/lib.rs --sysroot /s -Copt-level=3 -Dwarnings --cfg a -L deps");
        let args: Vec<_> = call
            .of_file(Path::new("/p/e.rs"), Path::new("/p"))
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            text(&args),
            "--sysroot=/s --edition=2024 --crate-type=lib --emit=metadata --error-format=json --cap-lints=allow --out-dir /p /p/e.rs"
        );
    }

    #[track_caller]
    fn check_line(line: &str, expect: &str) {
        let args: Vec<_> = call(line)
            .line(Path::new("/l"))
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        let end = " --error-format=json --cap-lints=warn --out-dir /l/out -C incremental=/l/incremental";
        // What stands for a linker that does nothing.
        let idle = match NEEDS_UNSTABLE {
            true => "-Z function-sections=yes -Z no-link".to_owned(),
            false => format!("-C linker={}", slashes(idle())),
        };
        let all = text(&args).replace(&idle, "-C linker=true");
        let (start, more) = all.split_once(end).expect(&all);
        assert_eq!(format!("{start} ..{more}"), expect, "{line}");
    }

    #[test]
    fn a_line_writes_no_file_that_was_named() {
        let more = " .. -C lto=off -C linker=true -A unused -A nonstandard-style -A deprecated --force-warn=unused_mut";
        check_line(
            "a.rs --emit=link=/o/a,dep-info=/o/a.d",
            &format!("a.rs --emit=link,dep-info{more}"),
        );
        check_line("a.rs --emit obj=a.o -o a.o", &format!("a.rs --emit=obj{more}"));
        check_line("a.rs -Csave-temps --codegen incremental=/i", &format!("a.rs{more}"));
        check_line("a.rs --print=link-args=/o/args --out-dir /o", &format!("a.rs{more}"));
        let off = more.replace("linker=true", "linker=true -C split-debuginfo=off");
        check_line(
            "a.rs -Csplit-debuginfo=packed",
            &format!("a.rs -C split-debuginfo=packed{off}"),
        );
    }

    #[test]
    fn lints_are_as_strict_as_they_are_by_themselves() {
        let call = call(
            "src/lib.rs -Dwarnings -F unsafe_code --warn=unused --forbid a -A b --allow=c --cap-lints=warn --test",
        );
        let expect = "src/lib.rs -A b --allow=c --cap-lints=warn --test";
        assert_eq!(call.without_bodies().args.join(" "), expect);
    }

    #[track_caller]
    fn check_within(line: &str, expect: &str) {
        let call = call(line).within(Path::new("/r"));
        assert_eq!(call.dir, Path::new("/r/w"));
        assert_eq!(text(&call.args), expect, "{line}");
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
}
