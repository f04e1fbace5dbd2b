//! The libraries that a call takes code from.

use std::path::{Path, PathBuf};

use super::Invocation;
use crate::args::{codegen, values};
use crate::sorted::sort;

impl Invocation {
    /// Returns the Rust libraries that the call may take code from.
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
        sort(&mut found);
        found.dedup();
        found
    }

    /// Returns the archive of the C library that a program of this call has in itself: of the folders that linkers are
    /// told of, or the one that comes with the standard library. For glibc there is none, as its own linker is missing.
    pub fn c_library(&self) -> Option<PathBuf> {
        if !cfg!(all(target_env = "musl", target_feature = "crt-static")) {
            return None;
        }
        let args = self.split();
        let folders = values(&args, "-L").filter_map(|path| match path.split_once('=') {
            Some(("native" | "all", path)) => Some(path),
            Some(_) => None,
            None => Some(path),
        });
        let told = folders.map(|folder| self.dir.join(folder));
        let is_elsewhere = codegen(&args, "link-self-contained").is_some_and(|what| matches!(what, "n" | "no" | "off"));
        let comes = (!is_elsewhere).then(|| self.sysroot()).into_iter().flatten();
        let comes = comes.map(|folder| folder.join("self-contained"));
        let mut files = told.chain(comes).map(|folder| folder.join("libc.a"));
        files.find(|file| file.is_file())
    }

    /// Returns the name that the crate gives a library, which is found by the name of its file.
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

    /// Returns the libraries that the source can name, each by its name there and its file.
    pub fn named_libraries(&self) -> Vec<(String, PathBuf)> {
        let args = self.split();
        let named = values(&args, "--extern").filter_map(|named| named.split_once('='));
        // The name may have options before it: `priv,noprelude:name`.
        let named = named.map(|(name, path)| (name.rsplit(':').next().unwrap_or(name), path));
        named
            .map(|(name, path)| (name.to_owned(), self.dir.join(path)))
            .collect()
    }

    /// Returns the crates among the libraries that the source cannot name: they have no `--extern`, and are none of the
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
        sort(&mut unnamed);
        unnamed.dedup();
        unnamed
    }

    /// Returns the folders of the standard library's files: of the target that the call names, or of those that are as
    /// the host is. A distribution has its own name for that, as `x86_64-alpine-linux-musl`.
    fn sysroot(&self) -> Vec<PathBuf> {
        let args = self.split();
        let given = values(&args, "--sysroot").last().map(|path| self.dir.join(path));
        let of_program = || Some(self.program.parent()?.parent()?.to_path_buf());
        let Some(targets) = given.or_else(of_program).map(|sysroot| sysroot.join("lib/rustlib")) else {
            return Vec::new();
        };
        if let Some(target) = values(&args, "--target").last() {
            return vec![targets.join(target).join("lib")];
        }
        let entries = std::fs::read_dir(targets).into_iter().flatten().flatten();
        let hosts = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_as_host));
        hosts.map(|entry| entry.path().join("lib")).collect()
    }
}

/// How the name of a target ends that has the system and the C library of this program.
const SYSTEM: &str = if cfg!(target_os = "macos") {
    "-darwin"
} else if cfg!(all(windows, target_env = "msvc")) {
    "-windows-msvc"
} else if cfg!(windows) {
    "-windows-gnu"
} else if cfg!(target_env = "musl") {
    "-linux-musl"
} else {
    "-linux-gnu"
};

/// Whether a target may be the host. Where a call of rustc names no target, this program is of the host, too.
fn is_as_host(target: &str) -> bool {
    let rest = target.strip_prefix(std::env::consts::ARCH);
    rest.is_some_and(|rest| rest.starts_with('-') && rest.ends_with(SYSTEM))
}

#[cfg(test)]
mod tests {
    use super::super::tests::call;
    use super::SYSTEM;
    use crate::temporary;

    #[test]
    fn the_standard_library_is_that_of_the_target_or_of_the_host() {
        let sysroot = temporary::folder(&std::env::temp_dir(), "hookable-test-").unwrap();
        let host = format!("{}-distribution{SYSTEM}", std::env::consts::ARCH);
        let other = format!("{}-distribution{SYSTEM}-other", std::env::consts::ARCH);
        let target = format!("other{SYSTEM}");
        for name in [&host, &other, &target] {
            let folder = sysroot.join("lib/rustlib").join(name).join("lib");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("libstd-1.rlib"), "").unwrap();
        }
        let check = |args: &str, expect: &str| {
            let libraries = call(&format!("a.rs --sysroot {} {args}", sysroot.display())).libraries();
            let expect = sysroot.join("lib/rustlib").join(expect).join("lib/libstd-1.rlib");
            assert_eq!(libraries, [expect], "{args}");
        };
        check("", &host);
        check(&format!("--target {target}"), &target);
        check(&format!("--target={other}"), &other);
        std::fs::remove_dir_all(sysroot).unwrap();
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
}
