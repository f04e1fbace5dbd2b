//! A crate's compiler is made for the first line at a hook of it, and serves all later ones.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use hook_loader::Archives;
use hook_rustc::{CallRecord, Sources, builds};

use super::early::Early;
use super::workspace::Workspace;
use super::{CrateCompiler, child, failed, folder};
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::frame::{Recorded, Snapshot};

/// The environment variable that names the compiler, if it is no more where it was during the build.
const COMPILER: &str = "HOOKABLE_RUSTC";

/// The compilers of this process, by the folders of the crates' builds. A forked child makes its own, because those
/// that it has from its parent may be locked.
type Compilers = HashMap<(u32, &'static str), &'static Mutex<CrateCompiler>>;

fn compilers() -> MutexGuard<'static, Compilers> {
    static COMPILERS: LazyLock<Mutex<Compilers>> = LazyLock::new(Mutex::default);
    COMPILERS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CrateCompiler {
    /// Returns the compiler of a hook's crate, for one line at a time, of the sources that the frame's lines are
    /// compiled against.
    pub(crate) fn of(frame: &EvalFrame<'_>) -> Result<MutexGuard<'static, CrateCompiler>, EvaluateError> {
        match (frame.slot, &frame.snapshot) {
            (Some((_, recorded)), Some(snapshot)) => CrateCompiler::at(recorded.folder, snapshot),
            _ => Err(EvaluateError::NoSymbol("it has none")),
        }
    }

    /// Returns the compiler of the crate with the builds in this folder, for sources of it.
    pub(crate) fn at(
        built: &'static str,
        snapshot: &Snapshot,
    ) -> Result<MutexGuard<'static, CrateCompiler>, EvaluateError> {
        let compiler = match compilers().entry((std::process::id(), built)) {
            Entry::Occupied(compiler) => *compiler.get(),
            Entry::Vacant(vacant) => {
                let compiler = CrateCompiler::open(built, snapshot)?;
                *vacant.insert(Box::leak(Box::new(Mutex::new(compiler))))
            }
        };
        let mut compiler = compiler.lock().unwrap_or_else(PoisonError::into_inner);
        if compiler.snapshot != *snapshot {
            compiler.change(snapshot)?;
        }
        compiler.settle_down().map_err(failed("make a folder for compiling"))?;
        Ok(compiler)
    }

    /// Returns the compiler of a crate, if it was made before for these sources, and serves no one else at the moment.
    pub(crate) fn idle(built: &'static str, snapshot: &Snapshot) -> Option<MutexGuard<'static, CrateCompiler>> {
        let compiler = compilers().get(&(std::process::id(), built)).copied()?;
        let mut compiler = compiler.try_lock().ok()?;
        (compiler.snapshot == *snapshot && compiler.settle_down().is_ok()).then_some(compiler)
    }

    fn open(built: &'static str, snapshot: &Snapshot) -> Result<CrateCompiler, EvaluateError> {
        let (record, sources) = read(snapshot)?;
        let (made, lock) = match lasting(Path::new(built)) {
            Ok((made, lock)) => (made, Some(lock)),
            Err(_) => (PathBuf::new(), None),
        };
        let archives = Archives::index_with(record.call.libraries(), record.call.c_library());
        let tokio = record.call.name_of_library("tokio");
        // Only a symbol table of ELF tells which functions the optimizer left as their types say.
        let tells = cfg!(target_os = "linux") || !record.call.is_optimized();
        let stubbed = (tells && record.call.keeps_functions()).then(Workspace::default);
        let mut compiler = CrateCompiler {
            tokio: tokio.map(|name| &*name.leak()),
            stand_ins: RefCell::new(record.call.stand_ins()),
            record,
            built,
            snapshot: snapshot.clone(),
            sources,
            seen: RefCell::default(),
            stubbed,
            whole: Workspace::default(),
            is_whole: Cell::default(),
            has_type_ids: Cell::default(),
            whole_hooks: RefCell::default(),
            rooted: RefCell::default(),
            led_to: RefCell::default(),
            roots: RefCell::default(),
            instances: RefCell::default(),
            wanted_instances: RefCell::default(),
            polled: RefCell::default(),
            unpolled: RefCell::default(),
            is_compared: Cell::default(),
            unmade: RefCell::default(),
            beside: RefCell::default(),
            beside_items: RefCell::default(),
            definitions: RefCell::default(),
            reached: RefCell::default(),
            visible: RefCell::default(),
            named: RefCell::default(),
            early: Early::default(),
            held: builds::hold(&snapshot.build()).ok(),
            folder: PathBuf::new(),
            lock,
            archives,
        };
        compiler.place(&made);
        Ok(compiler)
    }

    /// Goes over to other sources of the crate. The libraries are the same.
    pub(super) fn change(&mut self, snapshot: &Snapshot) -> Result<(), EvaluateError> {
        (self.record, self.sources) = read(snapshot)?;
        self.snapshot = snapshot.clone();
        if self.record.call.is_optimized() {
            // The optimizer may have taken another body into what is the same in all sources.
            self.stubbed = None;
        }
        self.held = builds::hold(&snapshot.build()).ok();
        self.forget();
        Ok(())
    }

    /// Forgets all that is known of the sources that were compiled.
    pub(super) fn forget(&mut self) {
        self.seen = RefCell::default();
        self.whole.forget();
        if let Some(stubbed) = &mut self.stubbed {
            stubbed.forget();
        }
        for hooks in [&self.whole_hooks, &self.rooted, &self.led_to] {
            hooks.borrow_mut().clear();
        }
        self.roots = RefCell::default();
        self.instances = RefCell::default();
        self.wanted_instances = RefCell::default();
        self.beside = RefCell::default();
        self.definitions = RefCell::default();
        self.reached = RefCell::default();
        self.visible = RefCell::default();
    }

    /// Makes the folder that the line is read from, if it was removed since the last line.
    fn settle_down(&mut self) -> io::Result<()> {
        let recorded = Path::new(self.built);
        let beside = recorded.parent().unwrap_or(recorded);
        self.folder = folder::folder(beside)?.join(recorded.file_name().unwrap_or_default());
        if self.lock.is_none() {
            let folder = self.folder.clone();
            self.place(&folder);
        }
        fs::create_dir_all(&self.folder)
    }

    /// Returns the folder that stands for the root of all files, in which the sources are whole copies.
    pub(super) fn root(&self) -> PathBuf {
        self.whole.made.join("sources")
    }
}

/// Reads the call that compiled these sources, and the list of them.
fn read(snapshot: &Snapshot) -> Result<(CallRecord, Sources), EvaluateError> {
    let build = snapshot.build();
    is_there(snapshot)?;
    let mut record = CallRecord::read(&build)?;
    let sources = Sources::read(&build).map_err(failed("read what the build read"))?;
    if record.call.lto() {
        return Err(EvaluateError::Lto);
    }
    if let Some(named) = std::env::var_os(COMPILER).filter(|named| !named.is_empty()) {
        record.call.program = compiler(&named, &record.call.dir);
    }
    if !exists(&record.call.program)? {
        return Err(EvaluateError::NoCompiler(record.call.program));
    }
    Ok((record, sources))
}

/// Returns whether a file is there. That is not known of one in a folder that this user may not enter.
fn exists(path: &Path) -> Result<bool, EvaluateError> {
    path.try_exists().map_err(|error| EvaluateError::Unreachable {
        path: path.into(),
        error,
    })
}

/// Checks that the record of the build is where the build left it.
pub(crate) fn is_there(snapshot: &Snapshot) -> Result<(), EvaluateError> {
    match hook_rustc::is_recorded(&snapshot.build()) {
        true => Ok(()),
        false if exists(&snapshot.unit)? => Err(EvaluateError::Rebuilt),
        false => Err(EvaluateError::Cleaned(snapshot.unit.clone())),
    }
}

/// Returns the compiler that a command starts: the command itself may be rustup's, which only starts another.
fn compiler(named: &OsStr, dir: &Path) -> PathBuf {
    let mut asked = Command::new(named);
    asked.args(["--print", "sysroot"]).current_dir(dir).stdin(Stdio::null());
    child::prepare(&mut asked);
    let said = asked
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok());
    let sysroot = said.filter(|said| !said.trim().is_empty());
    let within = sysroot.map(|sysroot| Path::new(sysroot.trim()).join("bin").join(EXECUTABLE));
    within
        .filter(|compiler| compiler.exists())
        .unwrap_or_else(|| OsString::from(named).into())
}

const EXECUTABLE: &str = if cfg!(windows) { "rustc.exe" } else { "rustc" };

/// Returns whether a line of the crate was compiled before, in this process or an earlier one.
pub(crate) fn has_compiled(recorded: &Recorded) -> bool {
    lasting_folder(Path::new(recorded.folder)).join("last").exists()
}

/// Returns the folder in which rustc's outputs for lines stay from one process to the next.
fn lasting_folder(recorded: &Path) -> PathBuf {
    let unit = recorded.file_name().unwrap_or_default();
    recorded.with_file_name("lines").join(unit)
}

/// Makes the folder that stays for later processes, and locks it until this process ends.
fn lasting(recorded: &Path) -> io::Result<(PathBuf, File)> {
    let made = lasting_folder(recorded);
    fs::create_dir_all(made.join("out"))?;
    let lock = File::create(made.join("lock"))?;
    lock.try_lock()?;
    Ok((made, lock))
}
