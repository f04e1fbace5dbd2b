//! What holds before the first line of a session is typed: the user's settings, and the lines of the project.
//!
//! Scripts and records have neither, so that they do the same for everybody. The lines of the project run code of the
//! project's folder, as the program does; it is the program that reads them, so they can do no more than that.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Console, Flow, Input, line};
use crate::settings;

/// The name of the file with the lines of a project.
const LINES: &str = ".hookable.rs";

/// Reads the settings of the user. That is done once in a process. Returns what is wrong in the file.
pub(super) fn settings() -> Vec<String> {
    static READ: AtomicBool = AtomicBool::new(false);
    if READ.swap(true, Ordering::Relaxed) {
        return Vec::new();
    }
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let Some(path) = file(&variable) else { return Vec::new() };
    let Ok(text) = fs::read_to_string(&path) else {
        return Vec::new();
    };
    let errors = settings::read(&text).into_iter();
    errors
        .map(|(line, error)| format!("{}:{line}: {error}", path.display()))
        .collect()
}

/// Returns the path of the user's settings, by the convention of the platform.
fn file(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let home = || variable("HOME").filter(|home| home.is_absolute());
    let base = if cfg!(windows) {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        let config = variable("XDG_CONFIG_HOME").filter(|config| config.is_absolute());
        config.or_else(|| home().map(|home| home.join(".config")))
    };
    base.map(|base| base.join("hookable").join("settings"))
}

/// Types the lines of the project that a source file belongs to. That is done once in a process.
pub(super) fn lines(console: &mut Console<'_, '_, '_>, input: &dyn Input, source: Option<&Path>) -> Flow {
    static RAN: AtomicBool = AtomicBool::new(false);
    if !settings::has_startup() || RAN.swap(true, Ordering::Relaxed) {
        return Flow::Stay;
    }
    let Some(path) = source.and_then(of_project) else {
        return Flow::Stay;
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            console
                .out
                .error(&format!("failed to read {}: {error}", path.display()));
            return Flow::Stay;
        }
    };
    console.out.remark(&format!("{} runs", path.display()));
    for unit in joined(&line::units(&text)) {
        match console.attended(input, &unit, None) {
            Flow::Stay => {}
            flow => return flow,
        }
    }
    Flow::Stay
}

/// Returns the file of the crate that a source file belongs to, or else that of its workspace.
fn of_project(source: &Path) -> Option<PathBuf> {
    let folders = source.has_root().then(|| source.ancestors().skip(1))?;
    let mut manifests = folders.filter(|folder| folder.join("Cargo.toml").is_file());
    let krate = manifests.next()?;
    let is_workspace = |folder: &&Path| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        text.lines().any(|line| line.trim_start().starts_with("[workspace"))
    };
    let workspace = manifests.find(is_workspace);
    let mut files = [Some(krate), workspace]
        .into_iter()
        .flatten()
        .map(|folder| folder.join(LINES));
    files.find(|file| file.is_file())
}

/// Joins what is complete Rust, so that rustc runs once for all of it.
fn joined(units: &[&str]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut is_open = false;
    for unit in units.iter().filter(|unit| !unit.trim().is_empty()) {
        let is_command = unit.trim_start().starts_with([':', '?']);
        match joined.last_mut() {
            Some(last) if is_open && !is_command => {
                last.push('\n');
                last.push_str(unit);
            }
            _ => joined.push((*unit).to_owned()),
        }
        is_open = !is_command && unit.trim_end().ends_with([';', '}']);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_complete_is_one_line() {
        let check = |units: &[&str], expected: &[&str]| assert_eq!(joined(units), expected);
        check(
            &["use a::B;", "fn f() {}", "let x = 1", "x", ":set lines 5", "f();"],
            &["use a::B;\nfn f() {}\nlet x = 1", "x", ":set lines 5", "f();"],
        );
        check(&["", "use a;", " "], &["use a;"]);
    }

    #[test]
    fn the_crate_comes_before_the_workspace() {
        let folder = tempfile::tempdir().expect("a folder");
        let krate = folder.path().join("a");
        fs::create_dir_all(krate.join("src")).expect("it is made");
        let write = |path: PathBuf, text: &str| fs::write(path, text).expect("it is written");
        write(folder.path().join("Cargo.toml"), "[workspace]\nmembers = [\"a\"]\n");
        write(krate.join("Cargo.toml"), "[package]\n");
        let source = krate.join("src/main.rs");
        assert_eq!(of_project(&source), None);
        write(folder.path().join(LINES), "");
        assert_eq!(of_project(&source), Some(folder.path().join(LINES)));
        write(krate.join(LINES), "");
        assert_eq!(of_project(&source), Some(krate.join(LINES)));
        assert_eq!(of_project(Path::new("src/main.rs")), None);
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn settings_are_the_users_own() {
        let check = |variables: &[(&str, &str)], expected: Option<&str>| {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| PathBuf::from(value))
            };
            assert_eq!(file(&variable), expected.map(PathBuf::from));
        };
        check(&[("HOME", "/h")], Some("/h/.config/hookable/settings"));
        check(
            &[("HOME", "/h"), ("XDG_CONFIG_HOME", "/c")],
            Some("/c/hookable/settings"),
        );
        check(&[("XDG_CONFIG_HOME", "c")], None);
    }
}
