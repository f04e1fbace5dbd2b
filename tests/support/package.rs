//! A crate written for one test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{cargo, executable, of_dependencies, root, written};

/// A crate in a folder of its own, which depends on `hookable`. Its name is that of its artifacts in the common target
/// folder, so no two tests may use the same.
pub(crate) struct Package {
    name: String,
    folder: PathBuf,
    edition: &'static str,
    features: &'static str,
    /// What it calls `hookable`.
    dependency: &'static str,
    more: String,
}

impl Package {
    /// An empty crate of the current edition.
    pub(crate) fn new(name: &str) -> Package {
        let program = root().join("tests/programs/src/bin").join(name).with_extension("rs");
        assert!(!program.exists(), "there is a program of that name");
        let folder = written("crates").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("src")).expect("the target folder is ours");
        let lock = root().join("tests/programs/Cargo.lock");
        fs::copy(lock, folder.join("Cargo.lock")).expect("it is beside the programs");
        Package {
            name: name.to_owned(),
            folder,
            edition: "2024",
            features: "",
            dependency: "hookable",
            more: String::new(),
        }
        .written()
    }

    pub(crate) fn edition(mut self, edition: &'static str) -> Package {
        self.edition = edition;
        self.written()
    }

    /// What stands after the path of the dependency `hookable`: `, default-features = false`.
    pub(crate) fn features(mut self, features: &'static str) -> Package {
        self.features = features;
        self.written()
    }

    /// Another name for the dependency `hookable`.
    pub(crate) fn calling_it(mut self, dependency: &'static str) -> Package {
        self.dependency = dependency;
        self.written()
    }

    /// More of the manifest, first of all dependencies.
    pub(crate) fn manifest(mut self, more: &str) -> Package {
        self.more = more.to_owned();
        self.written()
    }

    fn written(self) -> Package {
        let Package {
            name,
            edition,
            features,
            dependency,
            more,
            ..
        } = &self;
        let hookable = root().display();
        let has_console = !features.contains("default-features = false") || features.contains("console");
        let same = match has_console {
            true => format!("features = {{ path = \"{hookable}/tests/features\" }}\n"),
            false => String::new(),
        };
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n[workspace]\nresolver = \"3\"\n\
             [dependencies]\n{dependency} = {{ package = \"hookable\", path = \"{hookable}\"{features} }}\n{same}{more}\n"
        );
        self.file("Cargo.toml", &manifest)
    }

    pub(crate) fn file(self, path: &str, text: &str) -> Package {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the target folder is ours");
        fs::write(path, text).expect("the target folder is ours");
        self
    }

    pub(crate) fn main(self, source: &str) -> Package {
        self.file("src/main.rs", source)
    }

    pub(crate) fn lib(self, source: &str) -> Package {
        self.file("src/lib.rs", source)
    }

    /// A call of cargo in its folder.
    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let mut cargo = cargo();
        cargo.args(args).current_dir(&self.folder);
        // clippy calls cargo by itself, and tells it only what stands behind the command.
        if args.first() == Some(&"clippy") {
            cargo.args(of_dependencies());
        }
        cargo
    }

    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// Its executable in a profile's folder.
    pub(crate) fn executable(&self, profile: &str) -> PathBuf {
        executable(profile, &self.name)
    }
}
