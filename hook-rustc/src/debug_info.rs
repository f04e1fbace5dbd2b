//! The debug information of this project's own libraries, and of those that are there for them alone: no program needs
//! it.
//!
//! It is three times as large as their code: at opt-level 0 each closure and each adapter of an iterator is a function
//! with a name of its own. cargo lets no library decide about that. But ELF has a flag by which a section says that the
//! linker is to leave it out of what it makes, and every linker heeds it. So the sections `.debug_*` of the libraries
//! get it before the program is linked. Nothing else of a file changes, not even its size or its times: to cargo and to
//! rustc it is the same library.
//!
//! What else these libraries need may be the user's, too. The `Cargo.lock` of the workspace in whose folder the
//! libraries lie tells whether it is, for all members, which share the files. Where somebody else comes to need such a
//! library, it loses the flag. The sources that rustc notes beside a library tell whether it is of the package that has
//! its name.

use std::fs::{self, File, Metadata};
use std::io::{self, Seek as _, SeekFrom, Write as _};
#[cfg(unix)]
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::Invocation;
use crate::archive::{ENTRY, MAGIC, Member, SectionTable, some};
use crate::lockfile::{Dependencies, dependencies_of, has_local};
use crate::temporary::TemporaryFile;

/// The environment variable that keeps the debug information, for whoever has to debug these libraries.
const KEEP: &str = "HOOKABLE_DEBUG_INFO";
/// The packages of the libraries that are linked into a program.
const OWN: [&str; 6] = [
    "hook-debuginfo",
    "hook-frame",
    "hook-line",
    "hook-loader",
    "hook-runtime",
    "hook-rustc",
];
/// All packages of this project that are in a user's graph.
const PACKAGES: [&str; 8] = [
    "hook-debuginfo",
    "hook-frame",
    "hook-line",
    "hook-loader",
    "hook-macros",
    "hook-runtime",
    "hook-rustc",
    "hookable",
];
/// The name of a copy begins with this.
const COPY: &str = ".hookable-";
/// Bit 31 of a section's flags, `SHF_EXCLUDE`, is the highest one of this byte of its header.
const EXCLUDE: (usize, u8) = (11, 0x80);

/// Keeps the debug information of this project's libraries out of what is linked with them, and of those that are there
/// for them alone. A library that another process is still making, or that nobody may write, stays as it is.
pub fn leave_out(call: &Invocation) {
    let keeps = std::env::var_os(KEEP).is_some_and(|value| value == "keep");
    let libraries = call.searched();
    let folder = libraries.first().and_then(|library| library.parent());
    // Cargo caps the lints of what is of a registry, and of that no workspace is known.
    let member = std::env::var("CARGO_PKG_NAME").ok().filter(|_| !call.caps_lints());
    let lock = folder.zip(member).and_then(|(folder, member)| lock(folder, &member));
    let dependencies = lock.map(|lock| dependencies_of(&PACKAGES, &lock)).unwrap_or_default();
    for path in libraries {
        let Some(package) = package(&path) else { continue };
        if let Some(is_left_out) = is_left_out(&package, &dependencies) {
            let _ = mark(&path, is_left_out && !keeps && is_of(&package, &path, &call.dir));
        }
    }
}

/// Returns whether the debug information of a package's library is left out; `None` if that is not ours to say.
fn is_left_out(package: &str, Dependencies { alone, shared }: &Dependencies) -> Option<bool> {
    // A name in a file has no hyphens.
    let is = |name: &str| name.replace('-', "_") == package;
    if shared.iter().any(|name| is(name)) {
        return Some(false);
    }
    (OWN.into_iter().any(is) || alone.iter().any(|name| is(name))).then_some(true)
}

/// Returns the name of the package whose library a file is: `hook_rustc` of `libhook_rustc-0123abcd.rlib`.
fn package(library: &Path) -> Option<String> {
    let name = library.file_name()?.to_str()?.strip_suffix(".rlib")?;
    let (name, _) = name.strip_prefix("lib")?.rsplit_once('-')?;
    Some(name.to_owned())
}

/// Returns whether a library is of the package that has its name, and not of another one that gives its library this
/// name. cargo keeps the sources of a registry in folders that are named after packages, and of others the manifest has
/// the name: a package of the user's that is called `hook_frame` is none of ours. `dir` is the folder that the names of
/// sources begin in.
fn is_of(package: &str, library: &Path, dir: &Path) -> bool {
    let list = library.file_stem().and_then(|stem| stem.to_str()?.strip_prefix("lib"));
    let list = list.map(|stem| library.with_file_name(format!("{stem}.d")));
    let list = list.and_then(|list| fs::read_to_string(list).ok()).unwrap_or_default();
    let first = list.split_once(": ").map_or("", |(_, files)| files);
    // The folder of the index, and that of the package.
    let folder = first
        .split_once("/registry/src/")
        .and_then(|(_, path)| path.split('/').nth(1));
    if let Some(folder) = folder {
        return without_version(folder).replace('-', "_") == package;
    }
    let is_own = |name: &str| OWN.into_iter().any(|own| own == name);
    let may_be_own = OWN.into_iter().any(|own| own.replace('-', "_") == package);
    !may_be_own || package_of(&dir.join(first_file(first))).is_none_or(|name| is_own(&name))
}

/// Returns the first of some files. In a list for make, a backslash stands before a space that is in a name.
fn first_file(files: &str) -> String {
    let files = files.replace("\\ ", "\0");
    let first = files.split_whitespace().next().unwrap_or_default();
    first.replace('\0', " ")
}

/// Returns the name of the package that a source is of, which its manifest has before other names.
fn package_of(source: &Path) -> Option<String> {
    let manifests = source.ancestors().map(|folder| folder.join("Cargo.toml"));
    let manifest = manifests
        .into_iter()
        .find_map(|manifest| fs::read_to_string(manifest).ok())?;
    let (_, after) = manifest.split_once("[package]")?;
    let value = |line: &str| {
        Some(
            line.strip_prefix("name")?
                .trim_start()
                .strip_prefix('=')?
                .trim()
                .to_owned(),
        )
    };
    let name = after.lines().map(str::trim).find_map(value)?;
    Some(name.split(['"', '\'']).nth(1)?.to_owned())
}

/// Returns the name of a package: `nix` of `nix-0.30.1-beta.2`.
fn without_version(folder: &str) -> &str {
    let is_version = |at: &usize| {
        let major = folder[at + 1..].split('.').next().unwrap_or_default();
        !major.is_empty() && major.chars().all(|c| c.is_ascii_digit())
    };
    let mut hyphens = folder.match_indices('-').map(|(at, _)| at);
    hyphens.find(is_version).map_or(folder, |at| &folder[..at])
}

/// Returns the content of the `Cargo.lock` of the workspace that is built into a folder, from a package of that. Where
/// workspaces share a folder outside of them, it is not known which of them need a library, and where somebody else
/// than cargo builds, there is none.
fn lock(folder: &Path, member: &str) -> Option<String> {
    let files = folder.ancestors().map(|folder| folder.join("Cargo.lock"));
    let lock = files.into_iter().find(|file| file.is_file())?;
    fs::read_to_string(lock).ok().filter(|lock| has_local(member, lock))
}

/// Marks the sections of a library that hold debug information as left out or not, unless they are so already. The
/// library is replaced by a copy, since others may be reading it. Returns whether that was done.
fn mark(library: &Path, is_left_out: bool) -> io::Result<bool> {
    let mut file = File::open(library)?;
    let meta = file.metadata()?;
    let (Some(folder), true) = (library.parent(), some(&mut file, 0, MAGIC.len())? == MAGIC) else {
        return Ok(false);
    };
    let mut copy: Option<TemporaryFile> = None;
    let mut at = MAGIC.len() as u64;
    while let Some(member) = Member::at(&mut file, at)? {
        at = member.next();
        // What rustc puts into a library for itself, `lib.rmeta` and `lib.rmeta-link`, is an object without code.
        let table = match SectionTable::read(&mut file, member.content.start)? {
            Some(table) if !member.name.starts_with("lib.rmeta") => table,
            _ => continue,
        };
        let Some(marked) = marked(&table, is_left_out) else {
            // All objects of a library have debug information, or none has.
            if copy.is_none() {
                return Ok(false);
            }
            continue;
        };
        let copy = match &mut copy {
            Some(copy) => copy,
            None => {
                remove_left(folder)?;
                let new = copy.insert(TemporaryFile::within(folder, COPY)?);
                new.file.try_lock()?;
                file.seek(SeekFrom::Start(0))?;
                io::copy(&mut file, &mut new.file)?;
                new
            }
        };
        copy.file.seek(SeekFrom::Start(table.at))?;
        copy.file.write_all(&marked)?;
    }
    let Some(copy) = copy else { return Ok(false) };
    copy.file.set_permissions(meta.permissions())?;
    copy.file.set_modified(meta.modified()?)?;
    // rustc puts a library that it made anew in the place of the old one at once, and the copy must not undo that.
    let is_as_it_was = is_same(&meta, &library.metadata()?)?;
    if is_as_it_was {
        copy.keep(library)?;
    }
    Ok(is_as_it_was)
}

/// Removes the copies of builds that were ended while they made one. A copy is locked as long as somebody makes it.
fn remove_left(folder: &Path) -> io::Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(COPY.as_bytes())
            && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
        {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// Returns whether a path still leads to the file that was read.
fn is_same(before: &Metadata, now: &Metadata) -> io::Result<bool> {
    #[cfg(unix)]
    let is_same_file = before.ino() == now.ino();
    #[cfg(not(unix))]
    let is_same_file = true;
    Ok(is_same_file && before.len() == now.len() && before.modified()? == now.modified()?)
}

/// Returns the headers of sections with those of debug information marked, or `None` if all are as they shall be.
fn marked(table: &SectionTable, is_left_out: bool) -> Option<Vec<u8>> {
    let (byte, flag) = EXCLUDE;
    let mut bytes = table.bytes.clone();
    let mut any = false;
    for (number, entry) in table.entries().iter().enumerate() {
        if table.name(entry).starts_with(b".debug_") && (entry[byte] & flag != 0) != is_left_out {
            bytes[number * ENTRY + byte] ^= flag;
            any = true;
        }
    }
    any.then_some(bytes)
}

#[cfg(all(test, target_os = "linux", target_pointer_width = "64", target_endian = "little"))]
mod tests {
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;
    use crate::temporary;

    fn rustc(folder: &Path, args: &[&str]) {
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.current_dir(folder).args(["--edition=2024", "-L."]).args(args);
        assert!(rustc.status().unwrap().success(), "{args:?}");
    }

    /// Makes a library and a program that calls it, and returns the folder and the library's file.
    fn library(debug: &str) -> (PathBuf, PathBuf) {
        let folder = temporary::folder(&std::env::temp_dir(), "hookable-test-").unwrap();
        let text =
            "pub mod a { pub fn f<T: ToString>(t: T) -> String { t.to_string() } } pub fn g() -> String { a::f(21) }";
        fs::write(folder.join("own.rs"), text).unwrap();
        fs::write(folder.join("main.rs"), "fn main() { println!(\"{}\", own::g()) }").unwrap();
        rustc(&folder, &["own.rs", "--crate-type=rlib", debug]);
        let file = folder.join("libown.rlib");
        (folder, file)
    }

    fn linked(folder: &Path) -> u64 {
        rustc(folder, &["main.rs", "--extern=own=libown.rlib", "-Cdebuginfo=2"]);
        let program = folder.join("main");
        let output = Command::new(&program).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "21\n");
        program.metadata().unwrap().len()
    }

    #[test]
    fn a_program_is_linked_without_it() {
        let (folder, file) = library("-Cdebuginfo=2");
        let (before, whole) = (file.metadata().unwrap(), linked(&folder));
        assert!(mark(&file, true).unwrap());
        let after = file.metadata().unwrap();
        assert_eq!(after.len(), before.len());
        assert_eq!(after.modified().unwrap(), before.modified().unwrap());
        assert_eq!(after.permissions(), before.permissions());
        assert!(linked(&folder) < whole);
        assert!(!mark(&file, true).unwrap(), "it is marked already");
        let left = fs::read_dir(&folder).unwrap().flatten();
        assert!(
            !left
                .into_iter()
                .any(|entry| entry.file_name().as_encoded_bytes().starts_with(b".hook"))
        );
        fs::remove_dir_all(folder).unwrap();
    }

    /// rustc 1.97 and later have a second one.
    #[test]
    fn members_without_code_are_passed_over() {
        let (folder, file) = library("-Cdebuginfo=2");
        let mut bytes = fs::read(&file).unwrap();
        let mut open = File::open(&file).unwrap();
        let mut at = MAGIC.len() as u64;
        let metadata = loop {
            let member = Member::at(&mut open, at).unwrap().unwrap();
            if member.name == "lib.rmeta" {
                break at as usize..member.next() as usize;
            }
            at = member.next();
        };
        let mut second = bytes[metadata.clone()].to_vec();
        second[..16].copy_from_slice(b"lib.rmeta-link/ ");
        bytes.splice(metadata.start..metadata.start, second);
        fs::write(&file, bytes).unwrap();
        assert!(mark(&file, true).unwrap());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_somebody_else_needs_has_it_again() {
        let (folder, file) = library("-Cdebuginfo=2");
        let before = fs::read(&file).unwrap();
        assert!(!mark(&file, false).unwrap(), "it is not marked");
        assert!(mark(&file, true).unwrap());
        assert!(mark(&file, false).unwrap());
        assert_eq!(fs::read(&file).unwrap(), before);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn which_libraries() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let dependencies = Dependencies {
            alone: names(&["unicode-width"]),
            shared: names(&["log", "hook-loader"]),
        };
        let check = |file: &str, expected: Option<bool>| {
            let found = package(Path::new(file)).and_then(|package| is_left_out(&package, &dependencies));
            assert_eq!(found, expected, "{file}");
        };
        check("/d/libhook_rustc-0123abcd.rlib", Some(true));
        check("/d/libhook_frame-0123abcd.rlib", Some(true));
        check("/d/libhook_loader-0123abcd.rlib", Some(false));
        check("/d/libunicode_width-0123abcd.rlib", Some(true));
        check("/d/liblog-0123abcd.rlib", Some(false));
        check("/d/libmine-0123abcd.rlib", None);
        check("/d/liblog-0123abcd.rmeta", None);
        check("/d/liblog.rlib", None);
        check("/d/log-0123abcd", None);
    }

    #[test]
    fn a_library_that_has_the_name_of_another_package() {
        let folder = temporary::folder(&std::env::temp_dir(), "hookable-test-").unwrap();
        let library = folder.join("libunicode_width-0123.rlib");
        let check = |sources: &str, expected: bool| {
            let rules = format!("/t/libunicode_width-0123.rlib: {sources}\n\n/t/unicode_width-0123.d: {sources}\n");
            fs::write(folder.join("unicode_width-0123.d"), rules).unwrap();
            assert_eq!(is_of("unicode_width", &library, &folder), expected, "{sources}");
        };
        assert!(is_of("unicode_width", &library, &folder));
        check("/c/registry/src/index/unicode-width-0.2.0/src/lib.rs /a.rs", true);
        check("/c/registry/src/index/unicode-width-0.2.0-beta.1/src/lib.rs", true);
        check("/c/registry/src/index/unicode-width-16-0.1.0/src/lib.rs", false);
        check("/w/vendor/unicode-width/src/lib.rs", true);
        check("", true);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_package_that_is_called_as_one_of_ours_is() {
        let folder = temporary::folder(&std::env::temp_dir(), "hookable-test-").unwrap();
        let library = folder.join("libhook_frame-0123.rlib");
        let check = |name: &str, expected: bool| {
            let manifest = format!("[lib]\nname = \"x\"\n[package]\nedition = \"2024\"\nname = \"{name}\"\n");
            fs::create_dir_all(folder.join("a b/src")).unwrap();
            fs::write(folder.join("a b/Cargo.toml"), manifest).unwrap();
            fs::write(
                folder.join("hook_frame-0123.d"),
                "/t/x.rlib: a\\ b/src/lib.rs a\\ b/src/m.rs\n",
            )
            .unwrap();
            assert_eq!(is_of("hook_frame", &library, &folder), expected, "{name}");
        };
        assert!(is_of("hook_frame", &library, &folder));
        check("hook-frame", true);
        check("hook_frame", false);
        check("frames", false);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_lock_file_of_the_workspace_that_is_built() {
        let root = temporary::folder(&std::env::temp_dir(), "hookable-test-").unwrap();
        let write = |path: &str, members: &[&str]| {
            let text: String = members
                .iter()
                .map(|name| format!("[[package]]\nname = \"{name}\"\n"))
                .collect();
            fs::create_dir_all(root.join(path)).unwrap();
            fs::write(root.join(path).join("Cargo.lock"), &text).unwrap();
            text
        };
        // A member has a lock file from before it was one, and a library beside the workspace has its own.
        let app = write("app", &["app", "member", "beside"]);
        write("app/member", &["member"]);
        write("beside", &["beside"]);
        let deps = root.join("app/target/debug/deps");
        for member in ["app", "member", "beside"] {
            assert_eq!(lock(&deps, member).as_ref(), Some(&app), "{member}");
        }
        assert_eq!(lock(&deps, "other"), None);
        assert_eq!(lock(&root.join("target/debug/deps"), "app"), None);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_library_that_was_made_anew_is_another() {
        let (folder, file) = library("-Cdebuginfo=2");
        let (before, content) = (file.metadata().unwrap(), fs::read(&file).unwrap());
        assert!(is_same(&before, &file.metadata().unwrap()).unwrap());
        let new = folder.join("new.rlib");
        fs::write(&new, content).unwrap();
        File::open(&new)
            .unwrap()
            .set_modified(before.modified().unwrap())
            .unwrap();
        fs::rename(&new, &file).unwrap();
        assert!(!is_same(&before, &file.metadata().unwrap()).unwrap());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_an_interrupted_build_left_is_removed() {
        let (folder, file) = library("-Cdebuginfo=2");
        let (left, made) = (folder.join(".hookable-left"), folder.join(".hookable-made"));
        fs::write(&left, "part").unwrap();
        let other = File::create(&made).unwrap();
        other.lock().unwrap();
        assert!(mark(&file, true).unwrap());
        assert!(!left.exists() && made.exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn others_that_share_the_file_keep_it() {
        let (folder, file) = library("-Cdebuginfo=2");
        let (cached, before) = (folder.join("cached"), fs::read(&file).unwrap());
        fs::hard_link(&file, &cached).unwrap();
        assert!(mark(&file, true).unwrap());
        assert_eq!(fs::read(&cached).unwrap(), before);
        assert_ne!(fs::read(&file).unwrap(), before);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn several_mark_it_at_once() {
        let (folder, file) = library("-Cdebuginfo=2");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| mark(&file, true));
            }
        });
        assert!(!mark(&file, true).unwrap(), "it is marked");
        linked(&folder);
        let names = fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.file_name());
        assert!(
            names
                .into_iter()
                .all(|name| !name.as_encoded_bytes().starts_with(b".hookable"))
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_has_none_stays_as_it_is() {
        let (folder, file) = library("-Cdebuginfo=0");
        let before = fs::read(&file).unwrap();
        assert!(!mark(&file, true).unwrap());
        assert_eq!(fs::read(&file).unwrap(), before);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn no_damaged_library_is_written() {
        let (folder, file) = library("-Cdebuginfo=2");
        let whole = fs::read(&file).unwrap();
        for end in (0..whole.len()).step_by(whole.len() / 300) {
            fs::write(&file, &whole[..end]).unwrap();
            let _ = mark(&file, true);
            assert_eq!(fs::read(&file).unwrap().len(), end);
        }
        fs::write(&file, "no archive").unwrap();
        assert!(!mark(&file, true).unwrap());
        assert!(mark(&folder.join("none"), true).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
