//! The entries of `BTreeMap` and `BTreeSet`. A node has its keys, its values, and if it is no leaf, behind those the
//! pointers to the nodes below.

use super::std_types::MOST;
use crate::object::{Data, Object};
use crate::types::Shape;

/// No node has more entries.
const CAPACITY: u64 = 11;
/// No tree that fits into memory is higher.
const HIGHEST: u64 = 24;

pub(super) fn map(object: &Object) -> Option<Vec<(Object, Object)>> {
    let length = object.path(&["length"])?.number()?;
    let mut entries = Vec::new();
    if length > 0 {
        let root = object.path(&["root"])?.live();
        let root = root.path(&["__0"])?;
        let height = root.path(&["height"])?.number()?;
        let node = root.path(&["node", "pointer"])?.target()?;
        gather(&node, height, &mut entries)?;
    }
    Some(entries)
}

pub(super) fn set(object: &Object) -> Option<Vec<Object>> {
    let entries = map(&object.path(&["map"])?)?;
    Some(entries.into_iter().map(|(key, _)| key).collect())
}

fn gather(node: &Object, height: u64, entries: &mut Vec<(Object, Object)>) -> Option<()> {
    if entries.len() >= MOST as usize {
        return Some(());
    }
    let len = node.path(&["len"])?.number()?;
    if height > HIGHEST || len > CAPACITY {
        return None;
    }
    for index in 0..=len {
        if height > 0 {
            gather(&below(node, index)?, height - 1, entries)?;
        }
        if index < len {
            entries.push((slot(node, "keys", index)?, slot(node, "vals", index)?));
        }
    }
    Some(())
}

/// Returns a key or a value, which lies in a `MaybeUninit`.
fn slot(node: &Object, name: &str, index: u64) -> Option<Object> {
    let all = node.path(&[name])?;
    let Shape::Array { of, .. } = all.ty().shape else {
        return None;
    };
    let size = node.reading.types.get(of).size;
    let slot = all.at(of, size.checked_mul(index)?);
    let ty = slot.ty();
    let Shape::Union(fields) = &ty.shape else { return None };
    let value = slot.field(fields.iter().find(|field| field.name == "value")?);
    value.path(&["value"]).map(unwrapped)
}

/// `ManuallyDrop` holds its value in a struct of its own in some versions of std.
fn unwrapped(object: Object) -> Object {
    let is_wrapper = object.ty().base_name() == "MaybeDangling";
    is_wrapper.then(|| object.path(&["__0"])).flatten().unwrap_or(object)
}

/// Returns a node below one that is no leaf. It begins as a leaf does, and the pointers lie behind that.
fn below(node: &Object, index: u64) -> Option<Object> {
    let Data::Memory(address) = node.data else { return None };
    let edges = address.checked_add(node.ty().size.next_multiple_of(8))?;
    let edge = node.reading.memory.number(edges.checked_add(8 * index)?, 8)?;
    Some(node.inner(node.ty, Data::Memory(edge)))
}
