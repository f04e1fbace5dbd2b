//! The traits of a captured type that matter at a hook.

use std::collections::BTreeMap;

use super::{Capture, CapturePlan, Typing};
use crate::scope::{Scopes, Site};

/// Says whether a type has `Debug`, `Display`, `FromStr`, `Serialize` and `Deserialize`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Abilities(pub(crate) [bool; 5]);

impl Abilities {
    /// Reads the digits of the notes in `hook_frame::value::told`.
    pub(crate) fn read(digits: &str) -> Option<Abilities> {
        let digits: Option<Vec<bool>> = digits.bytes().map(Self::digit).collect();
        Some(Abilities(digits?.try_into().ok()?))
    }

    fn digit(digit: u8) -> Option<bool> {
        matches!(digit, b'0' | b'1').then_some(digit == b'1')
    }

    /// Writes the digits that `read` reads.
    pub(crate) fn digits(self) -> String {
        self.0.iter().map(|has| if *has { '1' } else { '0' }).collect()
    }

    /// Returns whether no more was asked of the type than this permits.
    pub(crate) fn are_permitted(self, typing: Typing) -> bool {
        let [debug, others @ ..] = self.0;
        let others = others.contains(&true);
        match typing {
            Typing::Unknown => false,
            Typing::Named => !debug && !others,
            Typing::OfStd | Typing::Shown => !others,
            Typing::Full => true,
        }
    }
}

/// What is known of the abilities of each binding at each site, in the order of the plan.
pub(crate) type KnownAbilities = Vec<Vec<Option<Abilities>>>;

/// Returns what is known, where `told` says what a probe was told of the binding at this position of a site. A probe
/// chooses the traits once for all hooks of a body and is told of them at the first that names the type; at a hook that
/// is conditional it chooses for that hook alone.
pub(crate) fn known_abilities(
    scopes: &Scopes,
    plan: &CapturePlan,
    told: &dyn Fn(&Site, usize) -> Option<Abilities>,
) -> KnownAbilities {
    let mut of_bodies = BTreeMap::new();
    let mut known = |site: &Site, position: usize, capture: &Capture| {
        if capture.typing == Typing::Unknown {
            return None;
        }
        let told = || told(site, position);
        let known = match site.conditional {
            true => told(),
            false => {
                let binding = (site.body, site.visible[position].binding);
                *of_bodies.entry(binding).or_insert_with(told)
            }
        };
        known.filter(|known| known.are_permitted(capture.typing))
    };
    let of_site = |(site, captures): (&Site, &Vec<Capture>)| {
        let captures = captures.iter().enumerate();
        captures
            .map(|(position, capture)| known(site, position, capture))
            .collect()
    };
    scopes.sites.iter().zip(plan).map(of_site).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abilities_are_read_as_they_were_written() {
        for digits in ["00000", "10110", "11111"] {
            assert_eq!(Abilities::read(digits).unwrap().digits(), digits);
        }
        for digits in ["", "1111", "111111", "1011x", "no reference"] {
            assert_eq!(Abilities::read(digits), None, "{digits}");
        }
    }

    #[test]
    fn a_typing_permits_what_may_be_asked() {
        let check = |digits: &str, least: Typing| {
            let abilities = Abilities::read(digits).unwrap();
            for typing in [Typing::Unknown, Typing::Named, Typing::Shown, Typing::Full] {
                assert_eq!(abilities.are_permitted(typing), typing >= least, "{digits} {typing:?}");
            }
        };
        check("00000", Typing::Named);
        check("10000", Typing::Shown);
        check("10010", Typing::Full);
        check("01000", Typing::Full);
    }
}
