//! What is drawn of a line's value: of an iterator, what it gives. Autoref specialization tells the one from the other.

use std::ops::Deref;

use super::safepoint::safepoint;

/// A value that is drawn: `(&mut &mut value).__hookable_drawn(line)` finds the first of the two ways that its type
/// permits.
pub struct DrawnValue<'v, V>(pub &'v mut V);

/// Draws what an iterator gives.
pub trait DrawItems {
    /// Is an element.
    type Item;

    /// Returns the elements. `line` is the number of the line, which Ctrl-C ends.
    fn __hookable_drawn(&mut self, line: u64) -> Box<Vec<Self::Item>>;
}

impl<V: Iterator> DrawItems for &mut DrawnValue<'_, V> {
    type Item = V::Item;

    fn __hookable_drawn(&mut self, line: u64) -> Box<Vec<V::Item>> {
        let items = self.0.by_ref().inspect(|_| safepoint(line));
        Box::new(items.collect())
    }
}

/// Draws the value itself.
pub trait DrawValue {
    /// Is the type of the value.
    type Value;

    /// Returns the value.
    fn __hookable_drawn(&mut self, line: u64) -> impl Deref<Target = Self::Value>;
}

impl<V> DrawValue for DrawnValue<'_, V> {
    type Value = V;

    fn __hookable_drawn(&mut self, _: u64) -> impl Deref<Target = V> {
        &*self.0
    }
}
