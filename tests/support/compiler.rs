//! A compiler that does more than the one it stands for.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::succeeds;

/// Makes a script that does `before` before it becomes rustc, and returns its path.
pub(crate) fn compiler(folder: &Path, before: &str) -> PathBuf {
    let sysroot = succeeds(Command::new("rustc").args(["--print", "sysroot"])).stdout;
    let rustc = Path::new(sysroot.trim()).join("bin/rustc");
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = --print ] && exit\n{before}\nexec '{}' \"$@\"\n",
        rustc.display()
    );
    let path = folder.join("rustc");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}
