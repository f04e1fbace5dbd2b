//! Code that stands beside the types of the crate, for a line only, and shows their values by their parts.
//!
//! The code stands in a named constant right behind the definition of the type. So it sees what is private, no line of
//! the file moves, and no other symbol depends on it. The definitions are found by their names in the text of the
//! sources, in whatever module or function they are. A type of the same name elsewhere gets such code too, which nobody
//! uses.

mod definition;
mod globs;
mod layout;
mod learned;
mod private;
mod scan;
mod shown;
mod tree;
mod visible;

pub(crate) use definition::Definition;
pub(crate) use layout::{LAYOUT_TABLE, tabled_types, tables};
pub(crate) use learned::{AskedShape, candidates, is_tuple, learn, learn_fields, learn_tuple};
pub(crate) use private::{CALL, FIELD, FIELD_MUT, MAKE, MadeOf};
pub(crate) use scan::{definitions, is_defined};
pub(crate) use tree::Node;
pub(crate) use visible::{PrivateItem, private_item, types};

use std::collections::HashMap;

/// The code that stands beside the definitions of a file, by its place in the text.
pub(crate) type Additions = Vec<(usize, String)>;

/// The definitions in the sources of a crate, as far as they were looked for until now.
#[derive(Default)]
pub(crate) struct Definitions {
    files: HashMap<String, Vec<Definition>>,
}

/// At most so many types get code for one value. The others are shown by their names.
const MOST: usize = 200;

impl Definitions {
    /// Returns the code beside the structs of a name that hands out one of their fields.
    pub(crate) fn field(
        &mut self,
        owner: &str,
        field: &str,
        sources: &[(String, String)],
    ) -> HashMap<String, Additions> {
        self.beside(owner, sources, |definition| private::getters(definition, field))
    }

    /// Returns the code beside the structs of a name that makes one of some fields.
    pub(crate) fn make(
        &mut self,
        owner: &str,
        of: &MadeOf,
        sources: &[(String, String)],
    ) -> HashMap<String, Additions> {
        self.beside(owner, sources, |definition| private::maker(definition, of))
    }

    fn beside(
        &mut self,
        owner: &str,
        sources: &[(String, String)],
        code: impl Fn(&Definition) -> Option<String>,
    ) -> HashMap<String, Additions> {
        let mut additions: HashMap<String, Additions> = HashMap::new();
        // The name may be a keyword, which the definition alone spells with `r#`.
        let owner = owner.trim_start_matches("r#");
        let raw = format!("r#{owner}");
        let is_it = |text: &str| is_defined(text, owner) || is_defined(text, &raw);
        for (file, text) in sources.iter().filter(|(_, text)| is_it(text)) {
            let all = self.in_file(file, text).iter();
            for definition in all.filter(|definition| definition.name.trim_start_matches("r#") == owner) {
                if let Some(code) = code(definition) {
                    additions.entry(file.clone()).or_default().push((definition.end, code));
                }
            }
        }
        additions
    }

    fn in_file(&mut self, file: &str, text: &str) -> &[Definition] {
        self.files.entry(file.to_owned()).or_insert_with(|| definitions(text))
    }

    /// Returns the code that shows values of a type, and of all types that its parts are made of, by file. `sources`
    /// are the files with their texts, `private` is the path of what the runtime exports for it.
    pub(crate) fn shown(
        &mut self,
        type_name: &str,
        sources: &[(String, String)],
        private: &str,
    ) -> HashMap<String, Additions> {
        let mut additions: HashMap<String, Additions> = HashMap::new();
        let mut wanted = tree::names(type_name);
        let mut known = wanted.clone();
        let mut count = 0;
        while let Some(name) = wanted.pop() {
            for (file, text) in sources.iter().filter(|(_, text)| is_defined(text, &name)) {
                let all = self.in_file(file, text);
                for definition in all.iter().filter(|definition| definition.name == name) {
                    let Some(text) = shown::code(definition, private).filter(|_| count < MOST) else {
                        continue;
                    };
                    count += 1;
                    additions.entry(file.clone()).or_default().push((definition.end, text));
                    let more = definition.field_types().flat_map(tree::names);
                    for more in more.filter(|more| !known.contains(more)).collect::<Vec<_>>() {
                        if !known.contains(&more) {
                            known.push(more.clone());
                            wanted.push(more);
                        }
                    }
                }
            }
        }
        additions.values_mut().for_each(|additions| additions.sort());
        additions
    }
}

/// Returns the code that calls the private method of this name that begins at a byte of the text, and the place for
/// that code.
pub(crate) fn method(text: &str, from: usize, name: &str) -> Option<(usize, String)> {
    private::caller(text, from, name)
}

/// Returns why a private item of a source has to stay private, in words for the user.
pub(crate) fn stays_private(item: &PrivateItem, file: &str, sources: &[(String, String)]) -> Option<String> {
    let PrivateItem { name, kind, .. } = item;
    let visible = format!("write `pub(crate)` before `{kind} {name}`, and build the program again");
    if item.lends_visibility {
        return Some(format!(
            "how visible the fields of an enum are is a part of its type, so a line cannot reach `{name}`: {visible}"
        ));
    }
    globs::may_change(item, file, sources).then(|| {
        format!("a `use` elsewhere in the crate would import `{name}`, too, if a line could reach it: {visible}")
    })
}
