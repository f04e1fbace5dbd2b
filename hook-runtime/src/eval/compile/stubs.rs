//! Most bodies of the crate are left out of what a line is compiled from, and their functions are the program's.
//!
//! Where the program does not have a function that a line needs, the line is compiled again with the body of that
//! function, and so it is where rustc rejects what stands for a body. Where the crate does not compile without its
//! bodies for another reason, or no code is made of the hook's own function, lines are compiled with all of them.

use hook_rustc::RustcOutcome;

use super::CrateCompiler;

impl CrateCompiler {
    /// Turns to a hook. rustc is to make code of the function that the hook is in, at a place of a
    /// source, though what calls the function may be left out.
    pub(crate) fn turn_to(&self, id: u64, path: Option<&str>, place: (u32, u32)) {
        self.is_whole.set(self.is_compiled_whole(id));
        // Should the folder not be there, the line says so.
        if self.ready().is_err() || self.is_whole.get() {
            return;
        }
        let is_new = self.rooted.borrow_mut().insert(id);
        let Some(path) = path.filter(|_| is_new) else { return };
        let path = self.source_path(path);
        let copied = self.workspace().copied.borrow();
        let root = copied.as_ref().and_then(|copied| copied.root_of(&path, place));
        if let Some(root) = root {
            self.add_root(path.to_string_lossy().into_owned(), root);
        }
    }

    fn add_root(&self, path: String, root: (usize, String)) {
        let mut roots = self.roots.borrow_mut();
        let of_file = roots.entry(path).or_default();
        if !of_file.contains(&root) {
            of_file.push(root);
        }
    }

    /// Has an instance made of the function that a hook is in: another crate made that of the program, and none here
    /// may lead to one. `called` names it, if it can be named. Returns `false` if that was tried, or cannot be.
    pub(crate) fn make_instance(&self, path: Option<&str>, place: (u32, u32), called: Option<&str>) -> bool {
        let Some(path) = path.map(|path| self.source_path(path)) else {
            return false;
        };
        let key = (path.clone(), place, called.map(str::to_owned));
        if !self.wanted_instances.borrow_mut().insert(key) {
            return false;
        }
        let copied = self.workspace().copied.borrow();
        let made = copied
            .as_ref()
            .and_then(|copied| copied.instance_of(&path, place, called));
        if let Some(made) = made {
            let path = path.to_string_lossy().into_owned();
            self.instances.borrow_mut().entry(path).or_default().push(made);
            return true;
        }
        false
    }

    /// Notes that the crate cannot make the instance that a slot is in.
    pub(crate) fn note_unmade(&self, slot: &'static str) {
        self.unmade.borrow_mut().insert(slot);
    }

    /// Returns whether it is known that the crate cannot make the instance that a slot is in.
    pub(crate) fn is_unmade(&self, slot: &str) -> bool {
        self.unmade.borrow().contains(slot)
    }

    /// Has later lines compiled with the bodies of what leads to the function that a hook is in: of that function there
    /// is code only where it is called with types, or awaited. Returns `false` if that was done, or cannot be.
    pub(crate) fn restore_callers(&self, id: u64, path: Option<&str>, place: (u32, u32)) -> bool {
        let is_new = !self.is_whole.get() && self.led_to.borrow_mut().insert(id);
        let Some(path) = path.filter(|_| is_new) else {
            return false;
        };
        let path = self.source_path(path);
        let mut copied = self.workspace().copied.borrow_mut();
        let roots = copied.as_mut().and_then(|copied| copied.restore_callers(&path, place));
        let is_found = roots.is_some();
        for (path, root) in roots.into_iter().flatten() {
            self.add_root(path, root);
        }
        is_found
    }

    /// Has later lines compiled with the bodies that were left out and that a line turned out to need. Returns `false`
    /// if none of them was left out.
    pub(crate) fn restore(&self, id: u64, symbols: &[String]) -> bool {
        if self.is_whole.get() {
            return false;
        }
        let mut copied = self.workspace().copied.borrow_mut();
        let restored = copied.as_mut().is_some_and(|copied| copied.restore(symbols));
        drop(copied);
        restored || self.needs_all(id)
    }

    /// Puts the bodies back whose stubs rustc rejects. Returns `false` if it rejects none.
    pub(super) fn restore_rejected(&self, outcome: &RustcOutcome) -> bool {
        let mut copied = self.workspace().copied.borrow_mut();
        let Some(copied) = copied.as_mut().filter(|_| !outcome.success) else {
            return false;
        };
        let errors = outcome.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let mut restored = false;
        for span in errors.flat_map(|error| &error.spans).filter(|span| span.primary) {
            restored |= copied.restore_at(&self.source_path(&span.file), span.bytes.start);
        }
        restored
    }

    pub(super) fn is_compiled_whole(&self, id: u64) -> bool {
        self.stubbed.is_none() || self.whole_hooks.borrow().contains(&id)
    }

    /// Has all lines of a hook compiled with all bodies from now on. Returns `false` if they are already.
    pub(crate) fn needs_all(&self, id: u64) -> bool {
        self.stubbed.is_some() && self.whole_hooks.borrow_mut().insert(id)
    }
}
