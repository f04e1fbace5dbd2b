//! A probe learns by a lint which abilities a binding's type was found to have, as by that of `reborrow`. The build
//! names them at each hook, where they need not be inferred any more: that is most of what a capture costs rustc.

#[cfg(feature = "serde")]
use super::ability::YesFrom;
use super::ability::{No, Yes};
use super::marker::Late;

macro_rules! told {
    ($($note:literal: $debug:ty, $display:ty, $parse:ty, $serialize:ty, $deserialize:ty;)*) => {
        $(impl<T> Late<T, ($debug, $display, $parse, $serialize, $deserialize)> {
            /// Does nothing; a probe only names it, behind the choice of the abilities.
            #[deprecated(note = $note)]
            pub fn __hookable_told(&self) {}
        })*
    };
}

// Each note has a digit for each ability, in the order of the tuple: 1 where the type has it.
told! {
    "00000": No, No, No, No, No;
    "00100": No, No, Yes, No, No;
    "01000": No, Yes, No, No, No;
    "01100": No, Yes, Yes, No, No;
    "10000": Yes, No, No, No, No;
    "10100": Yes, No, Yes, No, No;
    "11000": Yes, Yes, No, No, No;
    "11100": Yes, Yes, Yes, No, No;
}
#[cfg(feature = "serde")]
told! {
    "00001": No, No, No, No, YesFrom<'_>;
    "00010": No, No, No, Yes, No;
    "00011": No, No, No, Yes, YesFrom<'_>;
    "00101": No, No, Yes, No, YesFrom<'_>;
    "00110": No, No, Yes, Yes, No;
    "00111": No, No, Yes, Yes, YesFrom<'_>;
    "01001": No, Yes, No, No, YesFrom<'_>;
    "01010": No, Yes, No, Yes, No;
    "01011": No, Yes, No, Yes, YesFrom<'_>;
    "01101": No, Yes, Yes, No, YesFrom<'_>;
    "01110": No, Yes, Yes, Yes, No;
    "01111": No, Yes, Yes, Yes, YesFrom<'_>;
    "10001": Yes, No, No, No, YesFrom<'_>;
    "10010": Yes, No, No, Yes, No;
    "10011": Yes, No, No, Yes, YesFrom<'_>;
    "10101": Yes, No, Yes, No, YesFrom<'_>;
    "10110": Yes, No, Yes, Yes, No;
    "10111": Yes, No, Yes, Yes, YesFrom<'_>;
    "11001": Yes, Yes, No, No, YesFrom<'_>;
    "11010": Yes, Yes, No, Yes, No;
    "11011": Yes, Yes, No, Yes, YesFrom<'_>;
    "11101": Yes, Yes, Yes, No, YesFrom<'_>;
    "11110": Yes, Yes, Yes, Yes, No;
    "11111": Yes, Yes, Yes, Yes, YesFrom<'_>;
}

impl<T> Late<T, No> {
    /// Does nothing; a probe only names it, behind the choice of the abilities.
    #[deprecated(note = "00000")]
    pub fn __hookable_told(&self) {}
}
