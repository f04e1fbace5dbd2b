//! How a section of a crate differs from the section of the same name in an earlier compilation of the crate.
//!
//! Both are objects, so what they refer to is compared by name. What has no name, a text or a table, is compared by its
//! contents.

use std::collections::HashMap;

use super::named::{NamedSections, without_suffix};
use crate::LoadError;
use crate::loader::object::{Definition, Relocation, SectionKind};
use crate::loader::resolve::{ObjectId, SectionId, is_same_but_for};

/// The more two sections differ, the greater this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    Same,
    /// Only what they refer to without a name differs, such as a text.
    SameCode,
    Different,
}

/// Two compilations of a crate.
pub(super) struct Comparison<'a> {
    before: &'a NamedSections<'a>,
    after: &'a NamedSections<'a>,
    /// Each has the number of its build in it, which is one of these.
    builds: &'a [u64],
    /// A variable that has this in its name is compared by its contents, too.
    site: &'a str,
    /// The earlier names of functions by their new ones.
    renamed: &'a HashMap<&'a str, &'a str>,
    known: HashMap<(SectionId, SectionId), Likeness>,
}

/// What a relocation refers to.
enum Referent<'a> {
    Named(&'a str, u64),
    Section(SectionId, u64),
    Other(Definition),
}

impl<'a> Comparison<'a> {
    pub(super) fn new(
        before: &'a NamedSections<'a>,
        after: &'a NamedSections<'a>,
        builds: &'a [u64],
        site: &'a str,
        renamed: &'a HashMap<&'a str, &'a str>,
    ) -> Self {
        Comparison {
            before,
            after,
            builds,
            site,
            renamed,
            known: HashMap::new(),
        }
    }

    /// Compares a section of the earlier compilation with one of the later.
    pub(super) fn compare(&mut self, before: SectionId, after: SectionId) -> Result<Likeness, LoadError> {
        if let Some(&known) = self.known.get(&(before, after)) {
            return Ok(known);
        }
        // What comes back here, in a circle, does not tell them apart.
        self.known.insert((before, after), Likeness::Same);
        let likeness = self.compare_contents(before, after)?;
        self.known.insert((before, after), likeness);
        Ok(likeness)
    }

    fn compare_contents(&mut self, before: SectionId, after: SectionId) -> Result<Likeness, LoadError> {
        let (old_object, new_object) = (self.before.object(before.object), self.after.object(after.object));
        let (old, new) = (old_object.section(before.section)?, new_object.section(after.section)?);
        let builds = match new.kind {
            SectionKind::Code => &[],
            _ => self.builds,
        };
        if (old.kind, old.size) != (new.kind, new.size) || !is_same_but_for(builds, old.data, new.data) {
            return Ok(Likeness::Different);
        }
        let (old, new) = (
            old_object.relocations(before.section)?,
            new_object.relocations(after.section)?,
        );
        if old.len() != new.len() {
            return Ok(Likeness::Different);
        }
        let mut all = Likeness::Same;
        for (old, new) in old.iter().zip(new.iter()) {
            if (old.offset, old.kind) != (new.offset, new.kind) {
                return Ok(Likeness::Different);
            }
            all = all.max(self.compare_referents((before.object, old), (after.object, new))?);
            if all == Likeness::Different {
                break;
            }
        }
        Ok(all)
    }

    fn compare_referents(
        &mut self,
        (old_object, old): (ObjectId, Relocation),
        (new_object, new): (ObjectId, Relocation),
    ) -> Result<Likeness, LoadError> {
        let (old, old_addend) = referent(self.before, old_object, &old)?;
        let (new, new_addend) = referent(self.after, new_object, &new)?;
        if old_addend != new_addend {
            return Ok(Likeness::Different);
        }
        let is_same = match (old, new) {
            (Referent::Named(old, old_at), Referent::Named(new, new_at)) => {
                if (old, old_at) == (new, new_at) && new.contains(self.site) {
                    return self.compare_sites(new);
                }
                old_at == new_at && (old == new || self.renamed.get(new) == Some(&old))
            }
            (Referent::Section(old, old_at), Referent::Section(new, new_at)) => {
                return match self.is_same_part(old, old_at, new, new_at)? {
                    Some(true) => Ok(Likeness::Same),
                    Some(false) => Ok(Likeness::SameCode),
                    None => Ok(self.compare(old, new)?.min(Likeness::SameCode)),
                };
            }
            (Referent::Other(old), Referent::Other(new)) => old == new,
            _ => false,
        };
        Ok(if is_same { Likeness::Same } else { Likeness::Different })
    }

    /// Compares parts of two sections that linkers cut into parts; `None` if all of the sections counts.
    fn is_same_part(
        &self,
        old: SectionId,
        old_at: u64,
        new: SectionId,
        new_at: u64,
    ) -> Result<Option<bool>, LoadError> {
        let old = self.before.object(old.object).section(old.section)?;
        let new = self.after.object(new.object).section(new.section)?;
        Ok(match (old.part(old_at), new.part(new_at)) {
            (Some(old), Some(new)) => Some(old == new),
            _ if old_at != new_at => Some(false),
            _ => None,
        })
    }

    /// Compares the sites of a hook, which are variables: they begin with where the hook is.
    fn compare_sites(&mut self, name: &str) -> Result<Likeness, LoadError> {
        match (self.before.find(name), self.after.find(name)) {
            (Some(before), Some(after)) => Ok(self.compare(before.id, after.id)?.min(Likeness::SameCode)),
            (None, None) => Ok(Likeness::Same),
            _ => Ok(Likeness::Different),
        }
    }
}

/// Returns what a relocation refers to, and what of its addend does not say that.
fn referent<'a>(
    sections: &NamedSections<'a>,
    id: ObjectId,
    relocation: &Relocation,
) -> Result<(Referent<'a>, i64), LoadError> {
    let object = sections.object(id);
    let symbol = object.symbol(relocation.symbol)?;
    let referent = match symbol.definition {
        Definition::Section { index, offset } => match object.name_of_section(index)? {
            Some(name) => {
                let Definition::Section { offset: start, .. } = name.definition else {
                    return Ok((Referent::Other(symbol.definition), relocation.addend));
                };
                Referent::Named(without_suffix(name.name), offset.wrapping_sub(start))
            }
            None => {
                let (offset, addend) = symbol.part_at(offset, relocation);
                let id = SectionId {
                    object: id,
                    section: index,
                };
                return Ok((Referent::Section(id, offset), addend));
            }
        },
        Definition::Undefined => Referent::Named(without_suffix(symbol.name), 0),
        other @ Definition::Absolute(_) => Referent::Other(other),
    };
    Ok((referent, relocation.addend))
}
