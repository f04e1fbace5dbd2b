//! The paths of sources: on the machine, and in a copy that stands for the root of all files.
//!
//! rustc joins what a `mod`, a `#[path]` or an `include!` says to the path of the file that says so, as it is written:
//! with `..` in it, and on Windows with separators of both kinds. Two such texts may name one file, so whoever knows
//! files by their texts takes them from here.
//!
//! On Windows a path may begin with `\\?\`, as one that was looked up does; the same path without that names the same
//! file. The letter of a drive is as it was written, since rustc's names of files have it so.

use std::path::{Component, Path, PathBuf, Prefix, PrefixComponent};

/// Returns the path on the machine of a source that rustc, which runs in the folder `dir`, names `file`.
pub fn source_path(dir: &Path, file: impl AsRef<Path>) -> PathBuf {
    let mut path = PathBuf::new();
    dir.join(file)
        .components()
        .for_each(|component| enter(&mut path, component));
    path
}

/// Goes on by one component of a path.
pub(crate) fn enter(path: &mut PathBuf, component: Component<'_>) {
    match component {
        Component::CurDir => {}
        Component::ParentDir => drop(path.pop()),
        Component::Prefix(prefix) => match folder_of(prefix).and_then(|folder| root_of(&folder)) {
            Some(root) => path.push(root),
            None => path.push(component),
        },
        component => path.push(component),
    }
}

/// Returns whether a path ends with another in whole components, as texts of which one may have been typed.
pub fn ends_with(path: &str, end: &str) -> bool {
    let (path, end) = (slashes(path), slashes(end));
    path.strip_suffix(&*end)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// Returns a path as a text with `/` between its components.
pub fn slashes(path: &str) -> String {
    path.replace('\\', "/")
}

/// The folder of a drive or of a shared folder, in a folder that stands for the root of all files, begins with this.
const DRIVE: &str = "drive.";
const SHARE: &str = "share.";

/// Returns where a copy in the folder `root` has what is at a path.
pub(crate) fn within(root: &Path, path: &Path) -> PathBuf {
    let mut copy = root.to_path_buf();
    for component in path.components() {
        match component {
            Component::Prefix(prefix) => copy.extend(folder_of(prefix)),
            Component::RootDir => {}
            component => copy.push(component),
        }
    }
    copy
}

/// Returns the path on the machine of what is in a copy; `None` if the path is none in the copy.
pub fn out_of(root: &Path, path: &Path) -> Option<PathBuf> {
    let within = path.strip_prefix(root).ok()?;
    let mut components = within.components();
    let first = components.clone().next().filter(|_| cfg!(windows));
    let first = first.and_then(|first| root_of(first.as_os_str().to_str()?));
    Some(match first {
        Some(prefix) => {
            components.next();
            Path::new(&prefix).join(components)
        }
        None => Path::new("/").join(within),
    })
}

/// Returns what rustc is to be told so that it gives what it reads in a copy the names that it has on the machine.
/// `paths` are on all drives that matter.
pub(crate) fn remapped<'p>(root: &Path, paths: impl Iterator<Item = &'p Path>) -> Vec<String> {
    let mut all = vec![format!("{}=/", root.display())];
    for path in paths {
        if let Some(Component::Prefix(prefix)) = path.components().next()
            && let Some(folder) = folder_of(prefix)
            && let Some(prefix) = root_of(&folder)
        {
            let remap = format!("{}={prefix}", root.join(folder).display());
            if !all.contains(&remap) {
                all.push(remap);
            }
        }
    }
    all
}

fn folder_of(prefix: PrefixComponent<'_>) -> Option<String> {
    match prefix.kind() {
        Prefix::Disk(_) | Prefix::VerbatimDisk(_) => {
            let letter = prefix.as_os_str().to_str()?.strip_suffix(':')?.chars().next_back()?;
            Some(format!("{DRIVE}{letter}"))
        }
        Prefix::UNC(server, share) | Prefix::VerbatimUNC(server, share) => {
            Some(format!("{SHARE}{}@{}", server.to_str()?, share.to_str()?))
        }
        _ => None,
    }
}

/// Returns the root that a folder stands for.
fn root_of(folder: &str) -> Option<String> {
    match folder.strip_prefix(SHARE).and_then(|share| share.split_once('@')) {
        Some((server, share)) => Some(format!(r"\\{server}\{share}\")),
        None => folder.strip_prefix(DRIVE).map(|letter| format!(r"{letter}:\")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_source(dir: &str, file: &str, expected: &str) {
        assert_eq!(source_path(Path::new(dir), file).to_str(), Some(expected), "{file}");
    }

    /// Checks where a copy has a file, and that this leads back.
    #[track_caller]
    fn check_copy(path: &str, expected: &str) {
        let root = Path::new(if cfg!(windows) { r"C:\t\root" } else { "/t/root" });
        let copy = within(root, Path::new(path));
        assert_eq!(copy, root.join(expected), "{path}");
        assert_eq!(out_of(root, &copy), Some(path.into()), "{path}");
        assert_eq!(out_of(root, Path::new("/t/other")), None);
    }

    #[test]
    fn ends_of_paths() {
        assert!(ends_with("src/bin/a.rs", "bin/a.rs") && ends_with("a.rs", "a.rs"));
        assert!(ends_with(r"src\bin\a.rs", "bin/a.rs") && ends_with("src/bin/a.rs", r"bin\a.rs"));
        assert!(!ends_with("src/data.rs", "a.rs"));
    }

    #[cfg(unix)]
    #[test]
    fn one_file_has_one_text() {
        for file in ["src/a.rs", "./src//a.rs", "src/b/../a.rs", "/w/src/a.rs"] {
            check_source("/w", file, "/w/src/a.rs");
        }
    }

    #[cfg(unix)]
    #[test]
    fn in_a_copy() {
        check_copy("/w/src/a.rs", "w/src/a.rs");
        assert_eq!(remapped(Path::new("/t"), [Path::new("/w")].into_iter()), ["/t=/"]);
    }

    #[cfg(windows)]
    #[test]
    fn one_file_has_one_text() {
        for file in [
            r"src\a.rs",
            "src/a.rs",
            r"src\b/../a.rs",
            r"C:\w\src/a.rs",
            r"\w\src\a.rs",
        ] {
            check_source(r"C:\w", file, r"C:\w\src\a.rs");
        }
        check_source(r"C:\w", r"D:\a.rs", r"D:\a.rs");
        check_source(r"\\s\f\w", "a b.rs", r"\\s\f\w\a b.rs");
        check_source(r"c:\w", "a.rs", r"c:\w\a.rs");
        // As a folder is named that was looked up.
        check_source(r"\\?\C:\w", r"src\b/../a.rs", r"C:\w\src\a.rs");
        check_source(r"\\?\UNC\s\f\w", "../a.rs", r"\\s\f\a.rs");
        check_source(r"C:\w", r"\\?\D:\a.rs", r"D:\a.rs");
    }

    #[cfg(windows)]
    #[test]
    fn in_a_copy() {
        check_copy(r"C:\w\a.rs", r"drive.C\w\a.rs");
        check_copy(r"D:\w\a.rs", r"drive.D\w\a.rs");
        check_copy(r"\\server\of us\w\a.rs", r"share.server@of us\w\a.rs");
        check_copy(r"\w\a.rs", r"w\a.rs");
        let root = Path::new(r"C:\t");
        assert_eq!(within(root, Path::new(r"\\?\D:\w")), Path::new(r"C:\t\drive.D\w"));
        assert_eq!(
            out_of(root, &within(root, Path::new(r"d:\w")))
                .as_deref()
                .and_then(Path::to_str),
            Some(r"d:\w")
        );
        let paths = [r"c:\w", r"\w", r"D:\w", r"C:\v"].map(Path::new);
        assert_eq!(
            remapped(Path::new(r"C:\t"), paths.into_iter()),
            [r"C:\t=/", r"C:\t\drive.c=c:\", r"C:\t\drive.D=D:\", r"C:\t\drive.C=C:\"]
        );
    }
}
