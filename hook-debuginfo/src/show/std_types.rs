//! What types of std hold. Debug information has only how they are made.
//!
//! A type is known by its name and by the fields that it is read by. One of the program that is called the same has
//! other fields, and is shown by them; so is a type of std that was made anew since this was written.

use std::fmt::{self, Debug, Formatter};
use std::time::Duration;

use super::{Elements, hash, tree};
use crate::object::{Data, Object};
use crate::types::{Field, Shape, Type, TypeId};

/// What a value of std holds.
pub(crate) enum Known {
    Text(Text),
    List(Elements),
    /// Elements that do not lie one behind the other.
    Gathered(Vec<Object>),
    Set(Vec<Object>),
    Map(Vec<(Object, Object)>),
    /// It is shown as what it holds.
    Inside(Object),
    /// It has a name and one field that says something.
    Wrapped(&'static str, &'static str, Object),
    Said(String),
}

/// A text in memory.
pub(crate) struct Text {
    object: Object,
    len: u64,
}

/// A text is read up to this length in bytes.
const LONGEST: u64 = 1 << 24;

impl Debug for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.object.bytes(self.len.min(LONGEST)) {
            Some(bytes) => String::from_utf8_lossy(&bytes).fmt(f),
            None => f.write_str("<not readable>"),
        }
    }
}

impl Debug for Known {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Known::Text(text) => text.fmt(f),
            Known::List(elements) => elements.fmt(f),
            Known::Gathered(elements) => f.debug_list().entries(elements).finish(),
            Known::Set(elements) => f.debug_set().entries(elements).finish(),
            Known::Map(entries) => f
                .debug_map()
                .entries(entries.iter().map(|(key, value)| (key, value)))
                .finish(),
            Known::Inside(object) => object.fmt(f),
            Known::Wrapped(name, field, object) => f.debug_struct(name).field(field, object).finish(),
            Known::Said(text) => f.write_str(text),
        }
    }
}

/// Returns what a value holds if it is of a type of std, or a pointer. It returns `None` for all others.
pub(crate) fn known(object: &Object) -> Option<Known> {
    let ty = object.ty();
    match &ty.shape {
        Shape::Pointer(Some(_)) => reference(object, &ty),
        Shape::Struct(fields) => match &fields[..] {
            [_, second] if second.name == "length" => slice(object, &ty),
            [first, second] if second.name == "vtable" => Some(of_trait(object, first, second, target_name(&ty.name))),
            _ => by_name(object, &ty),
        },
        _ => None,
    }
}

fn reference(object: &Object, ty: &Type) -> Option<Known> {
    let is_shown_by_target = ty.name.starts_with('&') || ty.base_name() == "Box";
    let target = object.target().filter(|target| target.ty().shape != Shape::Opaque)?;
    is_shown_by_target.then_some(Known::Inside(target))
}

/// Returns the name of what a pointer of this name leads to: `str` of `&mut str` and of `alloc::boxed::Box<str>`.
fn target_name(pointer: &str) -> &str {
    let boxed = pointer.split_once("Box<").map(|(_, rest)| rest);
    let target = boxed.map_or(pointer, |rest| {
        rest.split(", alloc::alloc")
            .next()
            .unwrap_or(rest)
            .trim_end_matches('>')
    });
    let target = target.trim_start_matches('&');
    ["mut ", "*const ", "*mut "]
        .iter()
        .fold(target, |target, prefix| target.strip_prefix(prefix).unwrap_or(target))
}

/// Returns what a pointer to a trait object leads to.
fn of_trait(object: &Object, pointer: &Field, vtable: &Field, name: &str) -> Known {
    let concrete = || {
        let ty = object.reading.types.of_vtable(object.field(vtable).number()?)?;
        Some(object.inner(ty, Data::Memory(object.field(pointer).number()?)))
    };
    concrete().map_or_else(|| Known::Said(format!("<{name}>")), Known::Inside)
}

fn is_text(name: &str) -> bool {
    matches!(
        name,
        "str" | "std::path::Path" | "std::ffi::os_str::OsStr" | "core::ffi::c_str::CStr"
    )
}

/// Returns what a pointer to a slice leads to.
fn slice(object: &Object, ty: &Type) -> Option<Known> {
    let len = object.path(&["length"])?.number()?;
    let start = object.path(&["data_ptr"])?;
    let target = target_name(&ty.name);
    if target.starts_with('*') {
        return None;
    }
    sized(&start.target()?, target, len)
}

/// Returns what a value holds whose size is known when the program runs.
fn sized(target: &Object, name: &str, len: u64) -> Option<Known> {
    let ty = target.ty();
    match &ty.shape {
        _ if is_text(name) => Some(Known::Text(Text {
            object: target.clone(),
            // The length of a C string counts the zero behind it.
            len: len.saturating_sub(u64::from(name.ends_with("CStr"))),
        })),
        Shape::Array { of, .. } => Some(Known::List(Elements::new(target, *of, len))),
        _ if name.starts_with('[') => Some(Known::List(Elements::new(target, target.ty, len))),
        _ => None,
    }
}

/// Returns the value that a guard of a lock or a cell leads to.
fn guarded(object: &Object, ty: &Type) -> Option<Known> {
    let held = match ty.base_name() {
        "MutexGuard" | "RwLockWriteGuard" => object.path(&["lock"])?.target()?.path(&["data", "value"])?,
        "RwLockReadGuard" => object.path(&["data", "pointer"])?.target()?,
        _ => object.path(&["value", "pointer"])?.target()?,
    };
    Some(Known::Inside(held))
}

fn by_name(object: &Object, ty: &Type) -> Option<Known> {
    match ty.base_name() {
        "String" => text(&object.path(&["vec"])?),
        "PathBuf" => Some(Known::Inside(object.path(&["inner"])?)),
        "OsString" => text(&object.path(&["inner", "inner"])?),
        "Vec" => vec(object, ty).map(Known::List),
        "VecDeque" => deque(object, ty).map(Known::Gathered),
        "HashMap" => hash::map(object).map(Known::Map),
        "HashSet" => hash::set(object).map(Known::Set),
        "BTreeMap" => tree::map(object).map(Known::Map),
        "BTreeSet" => tree::set(object).map(Known::Set),
        "BinaryHeap" => Some(Known::Inside(object.path(&["data"])?)),
        "LinkedList" => linked(object).map(Known::Gathered),
        "Rc" | "Arc" => counted(object),
        "Weak" => object.path(&["ptr"]).map(|_| Known::Said("(Weak)".into())),
        "MutexGuard" | "RwLockReadGuard" | "RwLockWriteGuard" | "Ref" | "RefMut" => guarded(object, ty),
        "NonNull" | "Unique" => Some(Known::Said(format!("{:#x}", object.path(&["pointer"])?.number()?))),
        "Cell" | "UnsafeCell" | "SyncUnsafeCell" => wrapped("Cell", "value", object, &["value"]),
        "RefCell" => {
            object.path(&["borrow"])?;
            wrapped("RefCell", "value", object, &["value"])
        }
        "Mutex" => wrapped("Mutex", "data", object, &["data"]),
        "RwLock" => wrapped("RwLock", "data", object, &["data"]),
        "ManuallyDrop" => Some(Known::Inside(object.path(&["value"])?)),
        "NonZero" => Some(Known::Inside(innermost(object)?)),
        "Duration" => duration(object),
        "Range" => range(object, ".."),
        "RangeInclusive" => range(object, "..="),
        "PhantomData" => Some(Known::Said("PhantomData".into())),
        name if name.starts_with("Atomic") => Some(Known::Inside(object.path(&["v", "value"])?)),
        _ => None,
    }
}

/// Returns a value that a cell or a lock holds, without its own cells.
fn wrapped(name: &'static str, field: &'static str, object: &Object, path: &[&str]) -> Option<Known> {
    let mut inner = object.path(path)?;
    if inner.ty().base_name() == "UnsafeCell" {
        inner = inner.path(&["value"])?;
    }
    Some(Known::Wrapped(name, field, inner))
}

/// Follows structs of one field that has a size.
fn innermost(object: &Object) -> Option<Object> {
    let ty = object.ty();
    match &ty.shape {
        Shape::Struct(fields) => {
            let field = fields
                .iter()
                .find(|field| object.reading.types.get(field.ty).size == ty.size)?;
            (object.depth < 64).then(|| innermost(&object.field(field)))?
        }
        _ => Some(object.clone()),
    }
}

/// Finds a pointer within what a collection is made of.
fn pointer(object: &Object) -> Option<u64> {
    for path in [
        &["buf", "inner", "ptr", "pointer", "pointer"][..],
        &["buf", "ptr", "pointer", "pointer"],
    ] {
        if let Some(found) = object.path(path) {
            return found.number();
        }
    }
    None
}

fn capacity(object: &Object) -> Option<u64> {
    let capacity = object
        .path(&["buf", "inner", "cap"])
        .or_else(|| object.path(&["buf", "cap"]))?;
    capacity.number()
}

/// Returns where the elements of a vector or a deque are, and the type of them. What the vector was before it was
/// filled, or after it was moved, can be anything.
fn buffer(object: &Object, ty: &Type, len: u64) -> Option<(Object, TypeId)> {
    let of = ty.argument("T")?;
    let start = object.inner(of, Data::Memory(pointer(object)?));
    let is_valid = object.reading.types.get(of).size == 0 || len <= capacity(object)?;
    is_valid.then_some((start, of))
}

fn vec(object: &Object, ty: &Type) -> Option<Elements> {
    let len = object.path(&["len"])?.number()?;
    let (start, of) = buffer(object, ty, len)?;
    Some(Elements::new(&start, of, len))
}

fn text(vec: &Object) -> Option<Known> {
    let elements = match vec.ty().base_name() {
        "Vec" => self::vec(vec, &vec.ty())?,
        _ => return text(&vec.path(&["inner"])?),
    };
    let len = elements.len;
    let object = match elements.get(0) {
        Some(first) => first,
        None => vec.clone(),
    };
    Some(Known::Text(Text { object, len }))
}

fn deque(object: &Object, ty: &Type) -> Option<Vec<Object>> {
    let (head, len) = (object.path(&["head"])?.number()?, object.path(&["len"])?.number()?);
    let (start, of) = buffer(object, ty, len)?;
    let capacity = capacity(object)?.max(1);
    let size = object.reading.types.get(of).size;
    let element = |index: u64| Some(start.at(of, (head.checked_add(index)? % capacity).checked_mul(size)?));
    (0..len.min(MOST)).map(element).collect()
}

/// So many elements are looked up of what does not lie in a row.
pub(super) const MOST: u64 = 10_000;

/// Returns what a counted pointer leads to, behind the counts.
fn counted(object: &Object) -> Option<Known> {
    let pointer = object.path(&["ptr", "pointer"])?;
    let ty = pointer.ty();
    if let (Some(first), Some(second)) = (ty.field("pointer"), ty.field("vtable")) {
        return counted_of_trait(&pointer, first, second);
    }
    let (target, len) = match ty.field("length") {
        None => (pointer.target()?, None),
        Some(length) => (pointer.path(&["data_ptr"])?.target()?, pointer.field(length).number()),
    };
    let inner = target.ty();
    let is_held = |field: &&Field| matches!(&*field.name, "value" | "data");
    let held = target.field(inner.fields().iter().find(is_held)?);
    match len {
        None => Some(Known::Inside(held)),
        Some(len) => {
            let (_, name) = inner.name.split_once('<')?;
            sized(&held, name.strip_suffix('>')?, len)
        }
    }
}

/// Returns what a counted pointer to a trait object leads to. Behind the counts it begins as its alignment demands,
/// which the third entry of the table tells.
fn counted_of_trait(pointer: &Object, first: &Field, vtable: &Field) -> Option<Known> {
    const COUNTS: u64 = 16;
    let memory = &pointer.reading.memory;
    let table = pointer.field(vtable).number()?;
    let align = memory.number(table.checked_add(16)?, 8)?.max(1);
    let ty = pointer.reading.types.of_vtable(table)?;
    let start = pointer.field(first).number()?;
    let start = start.checked_add(COUNTS.checked_next_multiple_of(align)?)?;
    Some(Known::Inside(pointer.inner(ty, Data::Memory(start))))
}

fn range(object: &Object, dots: &str) -> Option<Known> {
    let (start, end) = (object.path(&["start"])?, object.path(&["end"])?);
    Some(Known::Said(format!("{start:?}{dots}{end:?}")))
}

fn linked(object: &Object) -> Option<Vec<Object>> {
    let mut next = object.path(&["head"])?;
    let mut elements = Vec::new();
    for _ in 0..object.path(&["len"])?.number()?.min(MOST) {
        let node = next.live().path(&["__0", "pointer"])?.target()?;
        elements.push(node.path(&["element"])?);
        next = node.path(&["next"])?;
    }
    // Each element is within the list, not within the one before it.
    elements.iter_mut().for_each(|element| element.depth = object.depth + 1);
    Some(elements)
}

fn duration(object: &Object) -> Option<Known> {
    let nanos = innermost(&object.path(&["nanos"])?)?.number()?;
    let nanos = u32::try_from(nanos).ok().filter(|nanos| *nanos < 1_000_000_000)?;
    let duration = Duration::new(object.path(&["secs"])?.number()?, nanos);
    Some(Known::Said(format!("{duration:?}")))
}
