//! What a reload is told, and what it tells.

/// What a function of the crate is to a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// All who call it can go on with the new code.
    Plain,
    /// It is a closure, or the like: a value that lives on belongs to the old code.
    Closure,
    /// It is a closure that may be a coroutine, the body of something `async`, or makes one. Values of it are laid out
    /// as its code has it, of which its name says nothing.
    Coroutine,
    /// It may be an instance of a generic function that was made with a closure. If it refers to one that is new, it
    /// counts as one.
    Generic,
    /// It is called in another way than the function of this name was, and its name does not tell.
    Resigned,
}

impl FunctionKind {
    /// Returns whether old code needs the old function: it has values that belong to it, or calls it in another way.
    pub(crate) fn is_needed_by_old_code(self) -> bool {
        matches!(
            self,
            FunctionKind::Closure | FunctionKind::Coroutine | FunctionKind::Resigned
        )
    }
}

/// What a reload has to know of the crate.
pub struct ReloadRules<'r> {
    /// This is the name of the crate.
    pub krate: &'r str,
    /// Hooks have the number of their build in their code, which is no difference. These are such numbers.
    pub builds: &'r [u64],
    /// Functions of the program may have others inlined, other ones than the objects have.
    pub is_optimized: bool,
    /// A variable with this in its name is the site of a hook, of which the new code has its own where it differs.
    pub site: &'r str,
    /// A constant with this in its name is a table of how a type is laid out.
    pub table: &'r str,
    /// Says whether functions are replaced, by all tables that both have, and by the types of which the `Drop` came or
    /// went, as paths without type arguments.
    pub suits: &'r dyn Fn(&[ComparedTable<'_>], &[String]) -> bool,
    /// Says of a function by its mangled name that those who call it do so as they did before, though rustc names it
    /// otherwise.
    pub is_called_as_before: &'r dyn Fn(&str) -> bool,
    /// Says whether other crates may have made code of a closure, by its mangled name, and no other closure of its
    /// function has the rest of that name unless the crate makes code of that, too.
    pub may_be_elsewhere: &'r dyn Fn(&str) -> bool,
    /// Says whether new code may ask for the `TypeId` of a type with closures or coroutines in it, where functions that
    /// give one are among what uses values of coroutines that have changed.
    pub asks_for_type_ids: bool,
    /// Gives the kind of a function by its mangled name.
    pub kind: &'r dyn Fn(&str) -> FunctionKind,
}

/// A table of how a type is laid out, which old and new code have.
#[derive(Clone, Copy, Debug)]
pub struct ComparedTable<'n> {
    /// This is its mangled name.
    pub name: &'n str,
    /// It says the same in both.
    pub is_same: bool,
}

/// What a reload did.
#[derive(Clone, Debug, Default)]
pub struct Reload {
    /// The functions that were loaded.
    pub functions: Vec<ReloadedFunction>,
    /// The mangled names of functions that are new. They are loaded where something leads to them.
    pub added: Vec<String>,
    /// The mangled names of functions that the program has and that differ, to which nothing leads that was replaced.
    pub unreached: Vec<String>,
    /// The addresses of the sites of hooks in functions that were replaced.
    pub sites: Vec<usize>,
}

/// A function that was loaded by a reload.
#[derive(Clone, Debug)]
pub struct ReloadedFunction {
    /// This is its mangled name.
    pub name: String,
    /// The new code begins at this address.
    pub address: usize,
    /// It is another in the sources before.
    pub is_changed: bool,
    /// Calls of the old code lead to the new code.
    pub is_replaced: bool,
    /// The program had it before.
    pub was_there: bool,
    /// Its code is the same, and what differs is only what it refers to: a text, or the number of a line.
    pub is_moved: bool,
    /// If it is not replaced: the mangled names of the replaced functions whose new code leads to it.
    pub entrances: Vec<String>,
}
