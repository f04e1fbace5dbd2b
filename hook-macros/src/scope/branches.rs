//! The branches and loops of a function: which of its points surely come after one another.

use syn::{Block, Expr, Macro, Stmt};

use super::{Moment, Scopes};

/// A piece of code that is not run each time, or more than once.
pub(crate) struct Branch {
    /// Where that begins, and where it ends.
    pub(crate) extent: (Moment, Moment),
    pub(crate) kind: BranchKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BranchKind {
    /// One of those of an `if` or a `match`, all of which have its number.
    Arm {
        choice: usize,
        /// It may never come to its end, for it returns or panics there.
        ends: bool,
    },
    /// What `select!` runs when something was awaited.
    Handler,
    Loop,
}

impl Branch {
    fn contains(&self, moment: Moment) -> bool {
        self.extent.0 < moment && moment < self.extent.1
    }

    fn choice(&self) -> Option<usize> {
        match self.kind {
            BranchKind::Arm { choice, .. } => Some(choice),
            _ => None,
        }
    }

    fn ends(&self) -> bool {
        matches!(self.kind, BranchKind::Arm { ends: true, .. })
    }
}

impl Scopes {
    fn around(&self, moment: Moment) -> impl Iterator<Item = &Branch> {
        self.branches.iter().filter(move |branch| branch.contains(moment))
    }

    /// Tells whether the two stand in different arms of an `if` or a `match`.
    pub(super) fn exclude(&self, one: Moment, other: Moment) -> bool {
        let differ = |arm: &Branch| {
            let mut others = self.around(other).filter(|branch| branch.choice().is_some());
            !arm.contains(other) && others.any(|branch| branch.choice() == arm.choice())
        };
        self.around(one).any(differ)
    }

    /// Tells whether what stands first in the text is surely followed, some time, by what stands later in it.
    pub(super) fn leads(&self, first: Moment, later: Moment) -> bool {
        let left = |branch: &&Branch| !branch.contains(later);
        first < later && !self.exclude(first, later) && !self.around(first).filter(left).any(Branch::ends)
    }

    /// Returns the loops around both that are in the scope which begins there.
    pub(super) fn loops_around(&self, scope: Moment, one: Moment, other: Moment) -> impl Iterator<Item = &Branch> {
        let around = self.around(one);
        around
            .filter(move |branch| branch.kind == BranchKind::Loop && branch.extent.0 > scope && branch.contains(other))
    }

    /// Tells whether the code at this point surely comes to the end of the loop.
    pub(super) fn repeats(&self, moment: Moment, around: &Branch) -> bool {
        let inner = |branch: &&Branch| branch.extent.0 > around.extent.0;
        !self.around(moment).filter(inner).any(Branch::ends)
    }

    /// Tells whether this is what a `select!` that begins there runs at last.
    pub(super) fn is_handled(&self, moment: Moment, select: Moment) -> bool {
        let handler = |branch: &Branch| branch.kind == BranchKind::Handler && branch.extent.0 > select;
        self.around(moment).any(handler)
    }
}

/// Returns whether a block may never come to its end.
pub(super) fn block_ends(block: &Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(expr, _)) => ends(expr),
        Some(Stmt::Macro(stmt)) => macro_ends(&stmt.mac),
        _ => false,
    }
}

/// Returns whether an expression may never come to its end.
pub(super) fn ends(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Block(block) => block_ends(&block.block),
        Expr::Unsafe(block) => block_ends(&block.block),
        Expr::Paren(paren) => ends(&paren.expr),
        Expr::If(branches) => {
            let otherwise = branches.else_branch.as_ref();
            block_ends(&branches.then_branch) && otherwise.is_some_and(|(_, otherwise)| ends(otherwise))
        }
        Expr::Match(branches) => branches.arms.iter().all(|arm| ends(&arm.body)),
        Expr::Loop(_) => true,
        Expr::Try(fails) => matches!(&*fails.expr, Expr::Call(call) if is_called(call, &["Err"])),
        Expr::Call(call) => is_called(
            call,
            &["abort", "exit", "panic_any", "resume_unwind", "unreachable_unchecked"],
        ),
        Expr::Macro(expr) => macro_ends(&expr.mac),
        _ => false,
    }
}

fn is_called(call: &syn::ExprCall, names: &[&str]) -> bool {
    let Expr::Path(path) = &*call.func else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// Returns whether a macro may return or panic; those that only print do neither.
fn macro_ends(mac: &Macro) -> bool {
    const PRINT: [&str; 12] = [
        "print", "println", "eprint", "eprintln", "write", "writeln", "format", "vec", "trace", "debug", "info", "warn",
    ];
    let last = mac.path.segments.last();
    !last.is_some_and(|last| PRINT.iter().any(|name| last.ident == name))
}
