//! What `Cargo.lock` tells of the graph of packages: which of them are there for one package alone.

use std::collections::{BTreeMap, BTreeSet};

/// A package of the graph.
#[derive(Default)]
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    /// It is a member of the workspace, or lies beside it.
    is_local: bool,
    /// The names of those that it depends on, with a version where the name alone does not tell which.
    dependencies: Vec<(&'a str, Option<&'a str>)>,
}

/// The packages that these ones depend on, by their names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Dependencies {
    /// Nothing else in the graph needs any version of these.
    pub(crate) alone: BTreeSet<String>,
    /// Others need these, too.
    pub(crate) shared: BTreeSet<String>,
}

/// Returns what the packages of these names depend on. What they depend on is not theirs alone if it can be reached
/// from another package of the workspace past them.
/// A name that two packages have is not only ours.
pub(crate) fn dependencies_of(own: &[&str], lock: &str) -> Dependencies {
    let packages = read(lock);
    let count = |name: &str| packages.iter().filter(|package| package.name == name).count();
    let (own, twice): (Vec<&str>, Vec<&str>) = own.iter().partition(|name| count(name) < 2);
    let is_own = |package: &Package<'_>| own.contains(&package.name);
    let others = reached(&packages, |package| package.is_local && !is_own(package), is_own);
    let ours = reached(&packages, is_own, |_| false);
    let names = |reached: &[bool]| -> BTreeSet<&str> {
        let reached = packages.iter().zip(reached).filter(|(_, reached)| **reached);
        reached.map(|(package, _)| package.name).collect()
    };
    let (others, ours) = (names(&others), names(&ours));
    let theirs = ours.iter().filter(|name| !own.contains(name));
    let (mut shared, alone) = theirs.partition::<Vec<&str>, _>(|name| others.contains(*name));
    shared.extend(twice);
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    Dependencies {
        alone: owned(alone),
        shared: owned(shared),
    }
}

/// Returns whether a package of this name lies in the workspace of a lock file, or beside it.
pub(crate) fn has_local(name: &str, lock: &str) -> bool {
    read(lock)
        .iter()
        .any(|package| package.is_local && package.name == name)
}

/// Returns which packages are reached from some of them, without those at which the way ends.
fn reached(
    packages: &[Package<'_>],
    from: impl Fn(&Package<'_>) -> bool,
    ends: impl Fn(&Package<'_>) -> bool,
) -> Vec<bool> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, package) in packages.iter().enumerate() {
        by_name.entry(package.name).or_default().push(at);
    }
    let mut reached = vec![false; packages.len()];
    let mut open: Vec<usize> = (0..packages.len()).filter(|&at| from(&packages[at])).collect();
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut reached[at], true) {
            continue;
        }
        for &(name, version) in &packages[at].dependencies {
            let is_it = |package: &Package<'_>| version.is_none_or(|version| version == package.version);
            let named = by_name.get(name).into_iter().flatten().copied();
            open.extend(named.filter(|&other| is_it(&packages[other]) && !ends(&packages[other])));
        }
    }
    reached
}

/// Reads the packages. cargo writes each entry on a line of its own, so this needs no more of TOML than that.
fn read(lock: &str) -> Vec<Package<'_>> {
    let (mut packages, mut is_package) = (Vec::new(), false);
    for line in lock.lines().map(str::trim) {
        if line.starts_with("[[") || line.starts_with('[') && line.ends_with(']') {
            is_package = line == "[[package]]";
            if is_package {
                packages.push(Package {
                    is_local: true,
                    ..Package::default()
                });
            }
            continue;
        }
        let Some(package) = packages.last_mut().filter(|_| is_package) else {
            continue;
        };
        match line.split_once(" = ") {
            Some(("name", name)) => package.name = name.trim_matches('"'),
            Some(("version", version)) => package.version = version.trim_matches('"'),
            Some(("source", _)) => package.is_local = false,
            _ => {
                if let Some(dependency) = line.strip_prefix('"') {
                    let mut words = dependency.trim_end_matches([',', '"']).split(' ');
                    package
                        .dependencies
                        .extend(words.next().map(|name| (name, words.next())));
                }
            }
        }
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a lock file: each package is `name`, or `name@version` if it is of a registry, and what it depends on.
    fn lock(packages: &[(&str, &[&str])]) -> String {
        let mut text = "# This file is automatically @generated by Cargo.\nversion = 4\n".to_owned();
        for (package, dependencies) in packages {
            let (name, version) = package.split_once('@').unwrap_or((package, ""));
            text += &format!(
                "\n[[package]]\nname = \"{name}\"\nversion = \"{}\"\n",
                if version.is_empty() { "0.0.0" } else { version }
            );
            if !version.is_empty() {
                text += "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"00\"\n";
            }
            if !dependencies.is_empty() {
                text += "dependencies = [\n";
                dependencies
                    .iter()
                    .for_each(|dependency| text += &format!(" \"{dependency}\",\n"));
                text += "]\n";
            }
        }
        text + "\n[[patch.unused]]\nname = \"nix\"\nversion = \"9.0.0\"\n"
    }

    #[track_caller]
    fn check(packages: &[(&str, &[&str])], alone: &[&str], shared: &[&str]) {
        let found = dependencies_of(&["hookable", "hook-runtime"], &lock(packages));
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let expected = Dependencies {
            alone: names(alone),
            shared: names(shared),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn what_nobody_else_needs() {
        const OURS: (&str, &[&str]) = ("hook-runtime@0.1.0", &["log", "rustyline"]);
        const NIX: (&str, &[&str]) = ("nix@0.30.1", &[]);
        const FACADE: (&str, &[&str]) = ("hookable@0.1.0", &["hook-runtime"]);
        const EDITOR: (&str, &[&str]) = ("rustyline@17.0.2", &["nix"]);
        const LOG: (&str, &[&str]) = ("log@0.4.29", &[]);
        check(
            &[("app", &["hookable"]), FACADE, OURS, EDITOR, NIX, LOG],
            &["log", "nix", "rustyline"],
            &[],
        );
        check(
            &[("app", &["hookable", "log"]), FACADE, OURS, EDITOR, NIX, LOG],
            &["nix", "rustyline"],
            &["log"],
        );
        let tool: (&str, &[&str]) = ("tool", &["shell"]);
        let shell: (&str, &[&str]) = ("shell@1.0.0", &["rustyline"]);
        let all = [("app", FACADE.1), tool, shell, FACADE, OURS, EDITOR, NIX, LOG];
        check(&all, &["log"], &["nix", "rustyline"]);
    }

    #[test]
    fn a_version_that_others_need() {
        let ours: (&str, &[&str]) = ("hook-runtime@0.1.0", &["nix 0.30.1"]);
        let versions: [(&str, &[&str]); 2] = [("nix@0.29.0", &[]), ("nix@0.30.1", &["cfg-if"])];
        let cfg: (&str, &[&str]) = ("cfg-if@1.0.0", &[]);
        check(
            &[
                ("app", &["hook-runtime", "nix 0.29.0"]),
                ours,
                versions[0],
                versions[1],
                cfg,
            ],
            &["cfg-if"],
            &["nix"],
        );
    }

    #[test]
    fn a_package_of_the_user_with_a_name_of_ours() {
        let theirs: (&str, &[&str]) = ("hook-runtime", &["nix"]);
        let ours: (&str, &[&str]) = ("hook-runtime@0.1.0", &["nix"]);
        let facade: (&str, &[&str]) = ("hookable@0.1.0", &["hook-runtime 0.1.0"]);
        check(
            &[("app", &["hookable"]), theirs, ours, facade, ("nix@0.30.1", &[])],
            &[],
            &["hook-runtime", "nix"],
        );
    }

    #[test]
    fn members_of_a_workspace() {
        let lock = lock(&[("app", &["log"]), ("log@0.4.29", &[])]);
        assert!(has_local("app", &lock) && !has_local("log", &lock) && !has_local("nix", &lock));
    }

    #[test]
    fn what_is_no_lock_file() {
        for text in [
            "",
            "[[package]]",
            "[[package]]\nname = ",
            "name = \"hookable\"\n\"nix\"",
            "[[package]]\n\"nix",
        ] {
            assert_eq!(dependencies_of(&["hookable"], text), Dependencies::default(), "{text}");
        }
    }
}
