//! Which functions of the line's crate lead to one that the program has otherwise.
//!
//! The slot calls the line by way of functions (`catch_unwind`, say) that are the same in the program, but lead to the
//! empty line there. So it is not enough that a function is the same: all that it leads to must be, too. Functions lead
//! to each other in circles, and what one of a circle leads to, all do. The strongly connected components are found by
//! Tarjan's algorithm, without recursion, for chains of calls are as long as the program likes.

use std::collections::HashMap;

use super::{Resolution, SectionId, SymbolId};
use crate::LoadError;
use crate::loader::object::{Definition, SectionKind};

/// A section is being visited until all that it leads to was.
struct Visit {
    id: SectionId,
    next: Vec<SectionId>,
    /// Visits are numbered. `low` is the lowest number that this one leads back to.
    number: usize,
    low: usize,
    leads_to_change: bool,
}

impl Visit {
    fn note(&mut self, leads_to_change: bool) {
        if leads_to_change {
            self.leads_to_change = true;
            self.next.clear();
        }
    }
}

impl Resolution<'_> {
    /// Returns whether a section is a function that the program has otherwise, or leads to one. All that it leads to is
    /// looked at, which is quicker than to load it.
    pub(super) fn leads_to_change(&mut self, root: SectionId) -> Result<bool, LoadError> {
        if let Some(&known) = self.leads_to_change.get(&root) {
            return Ok(known);
        }
        let mut visits = vec![self.visit(root, 0)?];
        // These are visited, but their component is not known yet.
        let mut open = vec![root];
        let mut numbers = HashMap::from([(root, 0)]);
        while let Some(visit) = visits.last_mut() {
            if let Some(next) = visit.next.pop() {
                if let Some(&known) = self.leads_to_change.get(&next) {
                    visit.note(known);
                } else if let Some(&number) = numbers.get(&next) {
                    visit.low = visit.low.min(number);
                } else {
                    let number = numbers.len();
                    numbers.insert(next, number);
                    open.push(next);
                    visits.push(self.visit(next, number)?);
                }
                continue;
            }
            let Some(visit) = visits.pop() else { break };
            if visit.low == visit.number {
                // It is the first of its component, and what is open behind it is the rest.
                let first = open.iter().rposition(|&other| other == visit.id).unwrap_or(0);
                let component = open.split_off(first).into_iter();
                self.leads_to_change
                    .extend(component.map(|id| (id, visit.leads_to_change)));
            }
            if let Some(before) = visits.last_mut() {
                before.low = before.low.min(visit.low);
                before.note(visit.leads_to_change);
            }
        }
        Ok(self.leads_to_change.get(&root).copied().unwrap_or(true))
    }

    fn visit(&mut self, id: SectionId, number: usize) -> Result<Visit, LoadError> {
        let object = self.object(id.object);
        let section = object.section(id.section)?;
        let name = object.name_of_section(id.section)?;
        let (leads_to_change, leads_on) = match (&name, section.kind) {
            _ if self.slot == Some(id) => (false, false),
            (Some(name), SectionKind::Code) => (self.identical_in_image(id, &section, name).is_none(), true),
            (None, SectionKind::Code | SectionKind::Constant) => (false, true),
            // What has a name is the program's, or is loaded, whatever it leads to.
            _ => (false, false),
        };
        let mut next = Vec::new();
        if leads_on && !leads_to_change {
            for relocation in object.relocations(id.section)?.iter() {
                let symbol = SymbolId {
                    object: id.object,
                    symbol: relocation.symbol,
                };
                let (SymbolId { object, .. }, symbol) = self.definition(symbol)?;
                if let Definition::Section { index, .. } = symbol.definition {
                    next.push(SectionId { object, section: index });
                }
            }
        }
        Ok(Visit {
            id,
            next,
            number,
            low: number,
            leads_to_change,
        })
    }
}
