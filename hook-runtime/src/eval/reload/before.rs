//! The objects of the sources that the program is as. Those of new sources are compared with them.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::eval::compile::{Compiled, CrateCompiler};
use crate::eval::error::EvaluateError;
use crate::frame::Snapshot;

/// Returns the objects of these sources, which are compiled unless that was done before.
pub(super) fn objects(compiler: &CrateCompiler, snapshot: &Snapshot) -> Result<Vec<PathBuf>, EvaluateError> {
    let known = folder(compiler, snapshot);
    if let Ok(objects) = in_folder(&known)
        && !objects.is_empty()
    {
        return Ok(objects);
    }
    // It is compiled as a whole, and the copy has to be there for the tables.
    compiler.needs_all(0);
    compiler.turn_to(0, None, (0, 0));
    compiler.put_tables();
    let compiled = compiler.compile(0, "", &[]);
    compiler.clear_beside();
    match compiled? {
        Compiled::Objects(objects, _) => keep(compiler, snapshot, &objects)?,
        Compiled::Rejected(diagnostics) => return Err(super::report::rejected(&diagnostics)),
    }
    // What rustc rejected of the code that polls futures is not in them.
    in_folder(&folder(compiler, snapshot)).map_err(|error| EvaluateError::Io {
        what: "find what rustc made",
        error,
    })
}

/// Keeps the objects of these sources. rustc removes its own at the next run.
pub(super) fn keep(compiler: &CrateCompiler, snapshot: &Snapshot, objects: &[PathBuf]) -> Result<(), EvaluateError> {
    let kept = || {
        let folder = folder(compiler, snapshot);
        fs::create_dir_all(&folder)?;
        for object in objects {
            let Some(name) = object.file_name() else { continue };
            let to = folder.join(name);
            // They may be in different file systems.
            if fs::hard_link(object, &to).is_err() {
                fs::copy(object, &to)?;
            }
        }
        Ok(())
    };
    kept().map_err(|error| EvaluateError::Io {
        what: "keep what rustc made",
        error,
    })
}

fn folder(compiler: &CrateCompiler, snapshot: &Snapshot) -> PathBuf {
    compiler.kept_objects().join(compiler.name_of(snapshot))
}

fn in_folder(folder: &PathBuf) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}
