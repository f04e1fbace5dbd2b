//! What a line of a probe file is about, written behind it so that a diagnostic's own excerpt says it.

/// What rustc is asked by a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Is its name that of a binding?
    Name,
    /// Does a macro make a closure or the like around the hook?
    Enclosed,
    /// Can it be borrowed mutably, by itself?
    Unique,
    /// Can it be borrowed at all, by itself?
    Shared,
    /// Is it whole? See `emit/questions.rs`.
    Whole,
    /// Can its type be named?
    Type,
    /// Can its traits be asked for?
    Traits,
    /// Is it a mutable reference?
    Reference,
    /// Can it be captured together with all the others?
    Capture,
}

const ROLES: [(Role, &str); 9] = [
    (Role::Name, "name"),
    (Role::Enclosed, "enclosed"),
    (Role::Unique, "unique"),
    (Role::Shared, "shared"),
    (Role::Whole, "whole"),
    (Role::Type, "type"),
    (Role::Traits, "traits"),
    (Role::Reference, "reference"),
    (Role::Capture, "capture"),
];

/// The origin of a line: a hook, the position of a binding among those visible there, and the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) position: usize,
    pub(crate) role: Role,
}

const MARK: &str = "//~ ";

impl Tag {
    /// Puts the tag behind a line.
    pub(crate) fn line(&self, code: &str) -> String {
        let role = ROLES
            .iter()
            .find(|(role, _)| *role == self.role)
            .expect("every role has a name")
            .1;
        format!(
            "{} {MARK}{} {} {role}\n",
            code.replace('\n', " "),
            self.key,
            self.position
        )
    }

    /// Reads the tag behind a line.
    pub(crate) fn read(line: &str) -> Option<Tag> {
        let tag = &line[line.rfind(MARK)? + MARK.len()..];
        let mut words = tag.trim_end().rsplitn(3, ' ');
        let (role, position, key) = (words.next()?, words.next()?, words.next()?);
        let role = ROLES.iter().find(|(_, name)| *name == role)?.0;
        Some(Tag {
            key: key.to_string(),
            position: position.parse().ok()?,
            role,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_as_it_was_written() {
        for (role, _) in ROLES {
            let tag = Tag {
                key: "src/a b.rs:3:5#0".into(),
                position: 7,
                role,
            };
            assert_eq!(Tag::read(&tag.line("let _ = &a;\n// b")), Some(tag));
        }
        assert_eq!(Tag::read("let a = 1; // 3 4 unique"), None);
    }
}
