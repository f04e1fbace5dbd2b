//! What the objects of a crate define under names.

use std::collections::HashMap;

use crate::LoadError;
use crate::loader::object::{Definition, Object, Section, SectionKind, without_llvm_suffix};
use crate::loader::resolve::{ObjectId, SectionId};

/// The sections of a crate that are called after a symbol.
pub(super) struct NamedSections<'a> {
    /// They are in the order of the objects.
    pub(super) all: Vec<NamedSection<'a>>,
    by_name: HashMap<&'a str, usize>,
    objects: &'a [Object<'a>],
}

pub(super) struct NamedSection<'a> {
    pub(super) name: &'a str,
    pub(super) id: SectionId,
    pub(super) section: Section<'a>,
    /// The symbol begins here in the section.
    pub(super) offset: u64,
}

impl<'a> NamedSections<'a> {
    /// Gathers the sections of all objects.
    pub(super) fn of(objects: &'a [Object<'a>]) -> Result<NamedSections<'a>, LoadError> {
        let mut all = Vec::new();
        for (number, object) in objects.iter().enumerate() {
            for index in object.section_indices() {
                let Some(symbol) = object.name_of_section(index)? else {
                    continue;
                };
                let Definition::Section { offset, .. } = symbol.definition else {
                    continue;
                };
                all.push(NamedSection {
                    name: without_suffix(symbol.name),
                    id: SectionId {
                        object: ObjectId::of_crate(number),
                        section: index,
                    },
                    section: object.section(index)?,
                    offset,
                });
            }
        }
        let mut by_name = HashMap::with_capacity(all.len());
        for (number, named) in all.iter().enumerate() {
            by_name.entry(named.name).or_insert(number);
        }
        Ok(NamedSections { all, by_name, objects })
    }

    pub(super) fn object(&self, id: ObjectId) -> &'a Object<'a> {
        &self.objects[id.number()]
    }

    pub(super) fn find(&self, name: &str) -> Option<&NamedSection<'a>> {
        self.by_name.get(without_suffix(name)).map(|&number| &self.all[number])
    }

    /// Returns what has a name, or had another before that.
    pub(super) fn find_renamed(&self, name: &str, renamed: &HashMap<&str, &str>) -> Option<&NamedSection<'a>> {
        self.find(name).or_else(|| self.find(renamed.get(name)?))
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &NamedSection<'a>> {
        self.all.iter().filter(|named| named.section.kind == SectionKind::Code)
    }
}

/// Returns a name without what LLVM puts behind it.
pub(super) fn without_suffix(name: &str) -> &str {
    let len = without_llvm_suffix(name.as_bytes()).len();
    name.get(..len).unwrap_or(name)
}
