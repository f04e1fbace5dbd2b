//! The libraries that a call takes in because others need them.
//!
//! A crate's metadata have the names of the crates that it needs, and what the names of their files end in. So a
//! library in the folders that rustc searches belongs to the call if the end of its file's name stands in the metadata
//! of another that belongs to it. The libraries that the call names are the first.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::{fs, iter};

use super::Invocation;
use crate::args::values;
use crate::content::metadata_of;
use crate::sorted::sort;

/// A library that a call takes in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GraphLibrary {
    /// The version of its package, if that is known.
    pub version: Option<String>,
    /// The file.
    pub path: PathBuf,
}

/// The kinds of library, the best first.
const KINDS: [&str; 4] = ["rlib", "so", "dylib", "rmeta"];

impl Invocation {
    /// Returns the libraries of crates of this name that the call takes in.
    pub fn in_graph(&self, name: &str) -> Vec<GraphLibrary> {
        let of_name = self.taken_in().into_iter();
        let of_name = of_name.filter(|path| parts(path).is_some_and(|(other, _)| other == name));
        let library = |path: PathBuf| GraphLibrary {
            version: version(&path, &self.dir),
            path,
        };
        let mut found: Vec<GraphLibrary> = of_name.map(library).collect();
        sort(&mut found);
        found
    }

    /// Returns the files that a library was compiled from, if rustc left a list of them beside it.
    pub fn sources_of(&self, library: &Path) -> Vec<PathBuf> {
        let mut sources: Vec<PathBuf> = listed(library).iter().map(|file| self.dir.join(file)).collect();
        sort(&mut sources);
        sources.dedup();
        sources
    }

    /// Returns the libraries that the call takes in because others need them.
    pub fn taken_in(&self) -> Vec<PathBuf> {
        let mut found: HashMap<String, Vec<PathBuf>> = HashMap::new();
        for path in self.searched() {
            if let Some((_, end)) = parts(&path) {
                found.entry(end.to_owned()).or_default().push(path);
            }
        }
        let mut taken_in: Vec<PathBuf> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        let mut open: Vec<PathBuf> = self.named();
        while let Some(path) = open.pop() {
            let Ok(metadata) = metadata_of(&path) else { continue };
            for end in ends(&metadata) {
                let Some(paths) = found.get(end).filter(|_| !seen.contains(end)) else {
                    continue;
                };
                seen.insert(end.to_owned());
                let Some(path) = best(paths) else { continue };
                taken_in.push(path.clone());
                open.push(path.clone());
            }
        }
        sort(&mut taken_in);
        taken_in.dedup();
        taken_in
    }

    /// Returns the libraries that the call names.
    fn named(&self) -> Vec<PathBuf> {
        let args = self.split();
        let named = values(&args, "--extern").filter_map(|named| named.split_once('='));
        named.map(|(_, path)| self.dir.join(path)).collect()
    }

    /// Returns the files in the folders that rustc searches for what libraries need.
    pub(crate) fn searched(&self) -> Vec<PathBuf> {
        let args = self.split();
        let folders = values(&args, "-L").filter_map(|path| match path.split_once('=') {
            Some((kind, path)) => ["dependency", "all"].contains(&kind).then_some(path),
            None => Some(path),
        });
        let folders = folders.map(|folder| self.dir.join(folder));
        let entries = folders.flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
        entries.map(|entry| entry.path()).collect()
    }
}

/// Returns the name of the crate and the end of the file's name: `memchr` and `0123abcd` of `libmemchr-0123abcd.rlib`.
pub(super) fn parts(path: &Path) -> Option<(&str, &str)> {
    let kind = path.extension()?.to_str()?;
    KINDS.contains(&kind).then_some(())?;
    path.file_stem()?.to_str()?.strip_prefix("lib")?.split_once('-')
}

fn best(paths: &[PathBuf]) -> Option<&PathBuf> {
    let of_kind = |kind: &&str| {
        paths
            .iter()
            .find(|path| path.extension().is_some_and(|other| other == *kind))
    };
    KINDS.iter().find_map(of_kind)
}

/// Returns the words behind a `-` in metadata. Of a program with many libraries there are dozens of megabytes, and this
/// code is not optimized, so the hyphens are found by std's.
pub(super) fn ends(metadata: &[u8]) -> impl Iterator<Item = &str> {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut rest = metadata;
    let words = iter::from_fn(move || {
        rest.skip_until(b'-').ok().filter(|_| !rest.is_empty())?;
        let length = rest.iter().take(64).take_while(|byte| part(byte)).count();
        Some(&rest[..length])
    });
    words.filter_map(|word| str::from_utf8(word).ok().filter(|end| !end.is_empty()))
}

/// Returns the version of the package that a library was made of. Beside it lies a list of its sources. A package of a
/// registry lies in a folder that is called after its version, and another one has it in its manifest.
fn version(path: &Path, dir: &Path) -> Option<String> {
    let sources = listed(path);
    let mut folders = sources.iter().flat_map(|file| file.split(['/', '\\']));
    folders.find_map(of_folder).or_else(|| {
        let source = dir.join(sources.first()?);
        let manifests = source.ancestors().map(|folder| folder.join("Cargo.toml"));
        let manifest = manifests
            .into_iter()
            .find_map(|manifest| fs::read_to_string(manifest).ok())?;
        of_manifest(&manifest)
    })
}

/// Returns the Rust sources of a library in the list of them beside it.
fn listed(library: &Path) -> Vec<String> {
    let unit = library.file_stem().and_then(|stem| stem.to_str()?.strip_prefix("lib"));
    let list = unit.and_then(|unit| fs::read_to_string(library.with_file_name(format!("{unit}.d"))).ok());
    // As in files of make, a backslash stands before a space in a name.
    let list = list.unwrap_or_default().replace("\\ ", "\0");
    let files = list.split_whitespace().filter(|file| file.ends_with(".rs"));
    files.map(|file| file.replace('\0', " ")).collect()
}

fn of_folder(name: &str) -> Option<String> {
    let (at, _) = name.match_indices('-').find(|(at, _)| {
        let numbers = name[at + 1..].split(|c: char| !c.is_ascii_digit() && c != '.').next();
        numbers.is_some_and(|numbers| numbers.matches('.').count() == 2)
    })?;
    Some(name[at + 1..].to_owned())
}

fn of_manifest(text: &str) -> Option<String> {
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix("version")?.trim_start().strip_prefix('='));
    Some(value?.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::tests::call;
    use super::*;

    fn compile(folder: &Path, name: &str, end: &str, text: &str, more: &[&str]) {
        let source = folder.join(format!("{name}.rs"));
        fs::write(&source, text).unwrap();
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc
            .current_dir(folder)
            .arg(source)
            .args(["--crate-type=rlib", "--edition=2024"]);
        rustc.args(["--crate-name", name, "-Ldependency=.", &format!("-Cmetadata={end}")]);
        rustc.arg(format!("-Cextra-filename=-{end}")).args(more);
        assert!(rustc.status().unwrap().success());
    }

    #[test]
    fn words_behind_hyphens() {
        let found = |metadata: &[u8]| ends(metadata).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(found(b"a\0liba-00a1.rlib\xff--b_2-\xff-c"), ["00a1", "b_2", "c"]);
        assert_eq!(found(b"-a-"), ["a"]);
        assert!(found(b"").is_empty() && found(b"-").is_empty() && found(b"a").is_empty());
        assert_eq!(found(&[b"-", &[b'a'; 70][..]].concat())[0].len(), 64);
    }

    #[test]
    fn versions_of_packages() {
        assert_eq!(of_folder("deep-1.2.3").as_deref(), Some("1.2.3"));
        assert_eq!(of_folder("a-b-2-0.1.0-beta.1").as_deref(), Some("0.1.0-beta.1"));
        assert_eq!(of_folder("src-1"), None);
        assert_eq!(
            of_manifest("[package]\nversion = \"2.0.0\"\n").as_deref(),
            Some("2.0.0")
        );
    }

    #[test]
    fn what_others_need_belongs_to_the_call() {
        let folder = std::env::temp_dir().join(format!("hookable-graph-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        compile(&folder, "deep", "00d1", "pub fn f() -> u8 { 1 }", &[]);
        compile(&folder, "deep", "00d2", "pub fn f() -> u8 { 2 }", &[]);
        compile(&folder, "deep", "00d3", "pub fn f() -> u8 { 3 }", &[]);
        compile(
            &folder,
            "a",
            "00a1",
            "pub fn g() -> u8 { deep::f() }",
            &["--extern=deep=libdeep-00d1.rlib"],
        );
        compile(&folder, "b", "00b1", "pub use a::g;", &["--extern=a=liba-00a1.rlib"]);
        compile(
            &folder,
            "c",
            "00c1",
            "pub use deep::f;",
            &["--extern=deep=libdeep-00d2.rlib"],
        );
        fs::write(folder.join("deep-00d1.d"), "x: /r/src/index/deep-1.2.3/src/lib.rs\n").unwrap();
        let graph = |named: &str| {
            let args = format!("x.rs -L dependency={} {named}", folder.display());
            let call = Invocation {
                dir: folder.clone(),
                ..call(&args)
            };
            let found = call.in_graph("deep").into_iter();
            found
                .map(|library| (parts(&library.path).unwrap().1.to_owned(), library.version))
                .collect::<Vec<_>>()
        };
        let first = ("00d1".to_owned(), Some("1.2.3".to_owned()));
        assert_eq!(graph("--extern b=libb-00b1.rlib"), std::slice::from_ref(&first));
        assert_eq!(
            graph("--extern b=libb-00b1.rlib --extern c=libc-00c1.rlib"),
            [("00d2".to_owned(), None), first]
        );
        assert_eq!(graph(""), []);
        fs::remove_dir_all(&folder).unwrap();
    }
}
