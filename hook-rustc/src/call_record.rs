//! A call of rustc that is kept in a folder, so that it can be made again when the program runs.
//!
//! Of the environment, the record keeps what cargo sets for a crate, and what `env!` read. It keeps no other variable
//! of the user's.

use std::path::Path;

use crate::dep_info::dep_info;
use crate::sorted::sort;
use crate::{Invocation, RustcError, StandIn, records, struct_fields};

/// The environment variable that names the folder of a line to be compiled.
pub const LINE: &str = "HOOKABLE_LINE";
/// The file of what the hooks capture, beside the record.
pub const TABLE: &str = "table";
pub(crate) const FILE: &str = "call";

/// A call and its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// The call itself.
    pub call: Invocation,
    /// The names and values of its environment variables.
    pub env: Vec<(String, String)>,
}

impl CallRecord {
    /// Records the call of this process; `checked` is the folder of a check of it, which has the names that `env!`
    /// read.
    pub fn of(call: &Invocation, checked: &Path) -> CallRecord {
        let read = dep_info(checked);
        let read = read.lines().filter_map(|line| line.strip_prefix("# env-dep:"));
        let mut names: Vec<String> = read
            .map(|name| name.split('=').next().unwrap_or_default().to_string())
            .collect();
        names.extend(
            std::env::vars_os()
                .filter_map(|(name, _)| name.into_string().ok())
                .filter(|name| is_cargo(name)),
        );
        sort(&mut names);
        names.dedup();
        let env = names
            .into_iter()
            .filter_map(|name| Some((name.clone(), std::env::var(name).ok()?)))
            .collect();
        CallRecord {
            call: call.clone(),
            env,
        }
    }

    /// Returns the call on a copy of its sources in a folder that stands for the root of all files.
    pub fn within(&self, root: &Path) -> Invocation {
        self.call.within(root)
    }

    /// Returns the record of the same call with what stands for some libraries in their place.
    pub fn with(&self, stand_ins: &[StandIn]) -> CallRecord {
        CallRecord {
            call: self.call.with(stand_ins),
            env: self.env.clone(),
        }
    }

    /// Leaves it in a folder.
    ///
    /// # Errors
    ///
    /// If the file cannot be written, or a path of the call is not UTF-8.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        records::write_file(&folder.join(FILE), FILE, [self])
    }

    /// Reads it back.
    ///
    /// # Errors
    ///
    /// If the file is not there, or not whole.
    pub fn read(folder: &Path) -> Result<CallRecord, RustcError> {
        let file = folder.join(FILE);
        records::read_one(&file, FILE).map_err(RustcError::io(format!("read {}", file.display())))
    }
}

struct_fields!(CallRecord { call, env });
struct_fields!(Invocation { program, args, dir });

/// Returns whether a folder has a record.
pub fn is_recorded(folder: &Path) -> bool {
    folder.join(FILE).is_file()
}

/// Returns whether a variable is cargo's own, and one that holds no secret, or lets a crate use what is not stable.
fn is_cargo(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "RUSTC_BOOTSTRAP",
        "CARGO",
        "OUT_DIR",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_CRATE_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_TMPDIR",
    ];
    NAMES.contains(&name) || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_BIN_")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let call = Invocation {
            program: "/r/rustc".into(),
            args: vec!["a\\n\nb".into(), String::new(), "c".into()],
            dir: "/w".into(),
        };
        let record = CallRecord {
            call,
            env: vec![("OUT_DIR".into(), "/o=1\n".into())],
        };
        let folder = std::env::temp_dir().join(format!("hookable-record-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        record.write(&folder).unwrap();
        let read = CallRecord::read(&folder);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(read.unwrap(), record);
    }

    #[test]
    fn secrets_are_not_recorded() {
        for name in [
            "CARGO_REGISTRY_TOKEN",
            "CARGO_REGISTRIES_X_TOKEN",
            "HOME",
            "CARGO_MAKEFLAGS",
            "CARGO_HTTP_PROXY",
        ] {
            assert!(!is_cargo(name), "{name}");
        }
        assert!(is_cargo("CARGO_PKG_VERSION"));
    }
}
