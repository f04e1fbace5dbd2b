//! The libraries that a call takes code from.

use std::path::{Path, PathBuf};

use super::Invocation;
use crate::args::values;
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

    /// Returns the folder of the standard library's files.
    fn sysroot(&self) -> Option<PathBuf> {
        let args = self.split();
        let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let target = values(&args, "--target").last().unwrap_or(&host);
        let given = values(&args, "--sysroot").last().map(|path| self.dir.join(path));
        let sysroot = given.or_else(|| Some(self.program.parent()?.parent()?.to_path_buf()))?;
        Some(sysroot.join("lib/rustlib").join(target).join("lib"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::call;

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
