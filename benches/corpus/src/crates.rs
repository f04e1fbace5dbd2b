//! The crates, from whatever registry cargo is configured to use.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate as it was published.
pub(crate) struct Published {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Where cargo keeps it.
    pub(crate) folder: PathBuf,
    /// Its files name other crates by `::name`, as those of each edition since 2018 do.
    pub(crate) names_crates: bool,
}

/// Has cargo fetch crates, each as a dependency of a package that has nothing else.
pub(crate) fn fetch(scratch: &Path, crates: &[String]) -> Result<Vec<Published>, Box<dyn Error>> {
    let mut fetched = Vec::new();
    for named in crates {
        let (name, version) = named
            .split_once('=')
            .ok_or_else(|| format!("`{named}` is no CRATE=VERSION: name one as `semver=1.0.27`"))?;
        let folder = scratch.join(name);
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("src/lib.rs"), "")?;
        let manifest = format!(
            "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{name} = \"={version}\"\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        let (folder, edition) = source(&folder, name, version)?;
        fetched.push(Published {
            name: name.to_owned(),
            version: version.to_owned(),
            folder,
            names_crates: edition != "2015",
        });
    }
    Ok(fetched)
}

/// Where the sources of a dependency are, which cargo downloads for the answer, and of which edition it is.
fn source(package: &Path, name: &str, version: &str) -> Result<(PathBuf, String), Box<dyn Error>> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1"])
        .current_dir(package)
        .output()?;
    if !output.status.success() {
        return Err(format!(
            "failed to fetch {name} {version}:\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let found = packages
        .filter(|package| package["name"] == name && package["version"] == version)
        .find_map(|package| {
            let folder = Path::new(package["manifest_path"].as_str()?).parent()?;
            Some((folder.to_owned(), package["edition"].as_str()?.to_owned()))
        });
    Ok(found.ok_or_else(|| format!("cargo knows no {name} {version}"))?)
}

/// Makes a copy of a crate a workspace of its own, without the versions that its authors had locked.
pub(crate) fn stand_alone(folder: &Path) -> Result<(), Box<dyn Error>> {
    let _ = fs::remove_file(folder.join("Cargo.lock"));
    append(folder, "\n[workspace]\n")
}

/// Has the targets of a copy in its folder `src` name this repository's crate, for an edition in which `::hookable` is
/// what the root of a crate has of that name.
pub(crate) fn name_hookable(folder: &Path) -> Result<(), Box<dyn Error>> {
    let of_names = ["lib.rs", "main.rs"].map(|name| folder.join("src").join(name));
    let binaries = fs::read_dir(folder.join("src/bin")).into_iter().flatten();
    let binaries = binaries.filter_map(|entry| Some(entry.ok()?.path()));
    for root in of_names.into_iter().chain(binaries).filter(|root| root.is_file()) {
        let text = fs::read_to_string(&root)?;
        // At the end it is behind all that has to be first in a file.
        fs::write(&root, text + "\nextern crate hookable;\n")?;
    }
    Ok(())
}

/// Adds this repository's crate to the dependencies of a copy.
pub(crate) fn depend_on_hookable(folder: &Path) -> Result<(), Box<dyn Error>> {
    let hookable = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    append(
        folder,
        &format!(
            "\n[dependencies.hookable]\npath = {:?}\n",
            hookable.display().to_string()
        ),
    )
}

fn append(folder: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    let manifest = folder.join("Cargo.toml");
    let before = fs::read_to_string(&manifest)?;
    Ok(fs::write(manifest, before + text)?)
}
