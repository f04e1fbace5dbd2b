//! The entries of hash tables. std's are those of hashbrown: beside the entries, which lie before it, is a byte for
//! each that says whether there is one.

use super::std_types::MOST;
use crate::object::{Data, Object};

/// The greatest table that is looked through.
const LARGEST: u64 = 1 << 24;

pub(super) fn map(object: &Object) -> Option<Vec<(Object, Object)>> {
    let table = (object.path(&["base", "table"])).or_else(|| object.path(&["table"]))?;
    entries(&table)?
        .into_iter()
        .map(|entry| entry.path(&["__0"]).zip(entry.path(&["__1"])))
        .collect()
}

pub(super) fn set(object: &Object) -> Option<Vec<Object>> {
    let table = (object.path(&["base", "map", "table"])).or_else(|| object.path(&["map", "table"]))?;
    let entries = entries(&table)?.into_iter();
    entries.map(|entry| entry.path(&["__0"])).collect()
}

fn entries(table: &Object) -> Option<Vec<Object>> {
    let of = table.ty().argument("T")?;
    let size = table.reading.types.get(of).size;
    let inner = table.path(&["table"])?;
    let buckets = inner.path(&["bucket_mask"])?.number()?.checked_add(1)?;
    let control = inner.path(&["ctrl", "pointer"])?.number()?;
    let items = inner.path(&["items"])?.number()?;
    if buckets > LARGEST || items > buckets {
        return None;
    }
    let is_full = table.reading.memory.read(control, buckets)?;
    let full = is_full.iter().zip(1..).filter(|(byte, _)| **byte < 0x80);
    let entry = |(_, number): (&u8, u64)| {
        let address = control.checked_sub(size.checked_mul(number)?)?;
        Some(table.inner(of, Data::Memory(address)))
    };
    full.take(MOST as usize).map(entry).collect()
}
