//! Which functions of the line's crate lead to one that the program has otherwise.
//!
//! The slot calls the line by way of functions (`catch_unwind`, say) that are the same in the program, but lead to the empty line
//! there. So a function that is the same is not enough: all that it leads to must be, too. Functions lead to each other in
//! circles, and what one of a circle leads to, all do: they are found together, by Tarjan's algorithm.

use std::collections::HashMap;

use super::object::{Place, Relocation, Role};
use super::resolve::Plan;
use crate::LoadError;

/// A section, by its unit and index.
type Node = (usize, u32);

/// One that is being looked at.
struct Visit {
    node: Node,
    next: Vec<Node>,
    /// Its number in the order of visits, and the lowest that it leads back to.
    number: usize,
    low: usize,
    changed: bool,
}

impl Visit {
    fn note(&mut self, changed: bool) {
        if changed {
            self.changed = true;
            self.next.clear();
        }
    }
}

impl Plan<'_> {
    /// Whether a section is a function that the program has otherwise, or leads to one. All that it leads to is looked at: that is
    /// quicker than loading it.
    pub(super) fn reaches_change(&mut self, unit: usize, index: u32) -> Result<bool, LoadError> {
        let root = (unit, index);
        if let Some(&known) = self.changed.get(&root) {
            return Ok(known);
        }
        let mut visits = vec![self.visit(root, 0)?];
        // Those whose circle is not known yet, in the order of visits.
        let mut open = vec![root];
        let mut numbers = HashMap::from([(root, 0)]);
        while let Some(visit) = visits.last_mut() {
            if let Some(next) = visit.next.pop() {
                if let Some(&known) = self.changed.get(&next) {
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
            let Some(Visit { node, number, low, changed, .. }) = visits.pop() else {
                break;
            };
            if low == number {
                // It is the first of its circle, and what is open behind it is the rest.
                let first = open.iter().rposition(|&other| other == node).unwrap_or(0);
                let circle = open.split_off(first);
                self.changed.extend(circle.into_iter().map(|node| (node, changed)));
            }
            if let Some(before) = visits.last_mut() {
                before.low = before.low.min(low);
                before.note(changed);
            }
        }
        Ok(self.changed.get(&root).copied().unwrap_or(true))
    }

    fn visit(&mut self, node: Node, number: usize) -> Result<Visit, LoadError> {
        let (unit, index) = node;
        let object = self.units[unit].object;
        let section = object.section(index)?;
        let named = object.name_of_section(index)?;
        let (changed, leads_on) = match (&named, section.role) {
            _ if self.slot == Some(node) => (false, false),
            (Some(symbol), Role::Code) => (self.twin(unit, index, &section, symbol).is_none(), true),
            (None, Role::Code | Role::Constant) => (false, true),
            // What has a name is the program's, or is loaded, whatever it leads to.
            _ => (false, false),
        };
        let mut next = Vec::new();
        if leads_on && !changed {
            for raw in object.relocations(index)? {
                let symbol = object.symbol(Relocation::read(raw).symbol)?;
                next.extend(match symbol.place {
                    Place::Section { index, .. } => Some((unit, index)),
                    Place::Undefined => self.exported(symbol.name)?,
                    Place::Absolute(_) => None,
                });
            }
        }
        Ok(Visit {
            node,
            next,
            number,
            low: number,
            changed,
        })
    }

    /// The section of what another object of the crate defines.
    fn exported(&self, name: &str) -> Result<Option<Node>, LoadError> {
        let Some((unit, symbol)) = self.exports.find(name) else {
            return Ok(None);
        };
        Ok(match self.units[unit].object.symbol(symbol)?.place {
            Place::Section { index, .. } => Some((unit, index)),
            _ => None,
        })
    }
}
