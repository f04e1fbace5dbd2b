//! The values of names are printed.

use super::Console;
use super::error::ConsoleError;
use super::show::show;
use crate::eval::frame::EvalFrame;
use crate::eval::{self, Purpose};
use crate::format::{Limit, Shown};
use crate::syntax::spelled;
use crate::value::Access;

impl Console<'_, '_, '_> {
    /// Prints the value that a name means.
    pub(super) fn value(&mut self, name: &str) -> Result<(), ConsoleError> {
        if self.is_rust(name) {
            self.rust(name, Purpose::Run)
        } else {
            self.print(name)
        }
    }

    /// Returns whether Rust has to evaluate a name: it is not the name of a local, or a kept value shadows the local.
    pub(super) fn is_rust(&self, name: &str) -> bool {
        let is_local = self.frame.find(name).is_ok();
        self.frame.slot.is_some() && (!is_local || eval::shadows(name, self.frame.opening))
    }

    /// Returns the text of a local whose type has neither `Debug` nor `Display`, by its fields. From then on the local
    /// has a text without a compiler. There is none while a line cannot see the local, since a value of the session has
    /// its name.
    pub(super) fn shown_by_parts(&mut self, name: &str, ty: &'static str, full: bool) -> Option<Shown> {
        if self.frame.slot.is_none() || eval::shadows(name, self.frame.opening) {
            return None;
        }
        let frame = EvalFrame::of(self.frame);
        eval::by_parts(&frame, spelled(name), ty, full, self.out.width)
    }

    /// Makes known how a local is shown, if only the name of its type is.
    pub(super) fn make_known(&mut self, name: &str) -> Result<(), ConsoleError> {
        let local = self.frame.find(name)?;
        let is_opaque = local.value().is_some() && local.line(Limit::line(1)) == Some(Shown::Opaque);
        if let Some(ty) = local.type_name().filter(|_| is_opaque) {
            let _ = self.shown_by_parts(name, ty, false);
        }
        Ok(())
    }

    /// Prints a local whose type has neither `Debug` nor `Display`, by its fields.
    pub(super) fn by_parts(&mut self, name: &str, full: bool) -> Result<(), ConsoleError> {
        let Some(ty) = self.frame.find(name)?.type_name() else {
            return Ok(());
        };
        let shown = self.shown_by_parts(name, ty, full).unwrap_or(Shown::Opaque);
        show(self.out, self.frame.site, &shown, name, &format!("`{name}`"), ty);
        Ok(())
    }

    /// Notes what means a value that was printed, for a command that shows all of it.
    pub(super) fn printed(&mut self, what: &str, shown: &Shown) {
        if self.frame.printed.is_none() || matches!(shown, Shown::Text { cut: true, .. }) {
            self.frame.printed = Some(what.to_owned());
        }
    }

    pub(super) fn print(&mut self, name: &str) -> Result<(), ConsoleError> {
        let local = self.frame.find(name)?;
        let shown = local.shown(self.out.width, Limit::prompt())?;
        if shown == Shown::Opaque && local.value().is_some() {
            return self.by_parts(name, false);
        }
        let ty = local.type_name().unwrap_or_default();
        show(self.out, self.frame.site, &shown, name, &format!("`{name}`"), ty);
        let is_snapshot = matches!(local.access, Access::Snapshot(_));
        self.printed(name, &shown);
        if is_snapshot && self.frame.is_written() {
            self.out
                .remark(&format!("{name} is shown as it was when the hook was reached"));
        }
        Ok(())
    }
}
