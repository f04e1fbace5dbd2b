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
        let folder = source(&folder, name, version)?;
        fetched.push(Published {
            name: name.to_owned(),
            version: version.to_owned(),
            folder,
        });
    }
    Ok(fetched)
}

/// Where the sources of a dependency are, which cargo downloads for the answer.
fn source(package: &Path, name: &str, version: &str) -> Result<PathBuf, Box<dyn Error>> {
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
    let manifest = packages
        .filter(|package| package["name"] == name && package["version"] == version)
        .find_map(|package| package["manifest_path"].as_str());
    let folder = manifest.and_then(|manifest| Path::new(manifest).parent());
    Ok(folder
        .ok_or_else(|| format!("cargo knows no {name} {version}"))?
        .to_owned())
}

/// Makes a copy of a crate a workspace of its own, without the versions that its authors had locked.
pub(crate) fn stand_alone(folder: &Path) -> Result<(), Box<dyn Error>> {
    let _ = fs::remove_file(folder.join("Cargo.lock"));
    append(folder, "\n[workspace]\n")
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
