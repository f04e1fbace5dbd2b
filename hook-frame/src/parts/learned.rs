//! Functions that show values of types, by the id of the type, which lines have brought in.
//!
//! Of a type without `Debug` the program has no code that shows it, and generic code does not know the type. A line
//! that can name the type brings a function for it. That function is there for all lifetimes that the type may have, so
//! an id without lifetimes is enough to find it. For types that type parameters often stand for there is one from the
//! start.
#![allow(unsafe_code)]

use std::any::{TypeId, type_name};
use std::cell::Cell;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fmt::{self, Debug, Formatter};
use std::marker::PhantomData;
use std::mem::transmute;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{By, ByParts, Debugged, Displayed, InParts, Named, Nothing, Way};
use crate::render;
use crate::type_id::erased_id;

/// A function that shows the values of one type.
type ShowType<V> = fn(&V, &mut Formatter<'_>) -> fmt::Result;

/// What stands before and behind the name of a type that nothing shows, while it is looked for such types.
const MARKS: (&str, &str) = ("<hookable-part:", ":>");

/// Types in types are looked for so many times.
const DEPTH: usize = 6;

thread_local! {
    /// This is true while it is looked for types that nothing shows.
    static PROBES: Cell<bool> = const { Cell::new(false) };
}

/// Functions, whose types are erased, by the ids of the types that they show.
type LearnedTypes = HashMap<TypeId, fn()>;

fn functions() -> MutexGuard<'static, LearnedTypes> {
    static FUNCTIONS: LazyLock<Mutex<LearnedTypes>> = LazyLock::new(|| Mutex::new(common_types()));
    FUNCTIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the functions for types that type parameters often stand for, and for types that are made of these.
fn common_types() -> LearnedTypes {
    fn add<V: Debug>(types: &mut LearnedTypes) {
        let show: ShowType<V> = <V as Debug>::fmt;
        // SAFETY: the function is only called as what it is, see `learned`.
        types.insert(id_of::<V>(), unsafe { transmute::<ShowType<V>, fn()>(show) });
    }
    fn add_made_of<V: Debug>(types: &mut LearnedTypes) {
        add::<V>(types);
        add::<&V>(types);
        add::<&mut V>(types);
        add::<Option<V>>(types);
        add::<&[V]>(types);
        add::<Vec<V>>(types);
    }
    let mut types = LearnedTypes::new();
    macro_rules! each {
        ($add:ident: $($ty:ty)*) => { $( $add::<$ty>(&mut types); )* };
    }
    each!(add_made_of: bool char u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 &str String);
    each!(add: () u128 &u128 i128 &i128 &() &mut str &String Box<str> PathBuf &Path OsString &OsStr Duration Instant);
    types
}

/// Is implemented by the ways in which a value is shown.
pub trait WayKind {
    /// Whether only the name of the type is shown.
    const IS_NAME: bool = false;
}

impl WayKind for Debugged {}
impl WayKind for Displayed {}
impl WayKind for InParts {}
impl WayKind for Named {
    const IS_NAME: bool = true;
}

/// Keeps the function that shows values of a type, unless it shows only the name of the type, and tells whether that is
/// so.
pub fn learn<V: ?Sized, W: WayKind>(show: ShowType<V>, _: fn(&V) -> Way<'_, V, W>) -> bool {
    if !W::IS_NAME {
        learn_fields(show);
    }
    W::IS_NAME
}

/// Keeps the function that shows values of a type.
pub fn learn_fields<V: ?Sized>(show: ShowType<V>) {
    // SAFETY: the function is only called as what it is, see `learned`.
    insert(id_of::<V>(), unsafe { transmute::<ShowType<V>, fn()>(show) });
}

/// The type by whose id a function is kept. A reload knows it by its name: the values of such a type are told by it no
/// more once the functions are forgotten.
struct ShownType<V: ?Sized>(PhantomData<V>);

fn id_of<V: ?Sized>() -> TypeId {
    erased_id::<ShownType<V>>()
}

/// Forgets the functions that lines have brought, because types may be laid out in another way than they have it.
pub fn forget() {
    *functions() = common_types();
}

#[inline(never)]
fn insert(id: TypeId, show: fn()) {
    functions().insert(id, show);
}

#[inline(never)]
fn find(id: TypeId) -> Option<fn()> {
    functions().get(&id).copied()
}

/// Returns the function that shows values of a type, if a line has brought one.
pub fn learned<V: ?Sized>() -> Option<ShowType<V>> {
    // SAFETY: the function was kept under the id of the type that it shows. It was compiled for all lifetimes that this
    // type may have, so that it does not matter that the id tells none.
    find(id_of::<V>()).map(|show| unsafe { transmute::<fn(), ShowType<V>>(show) })
}

/// Returns a value as a `Debug`, if its type was learned.
pub(crate) fn learned_value<V>(value: &V) -> Option<&dyn Debug> {
    #[repr(transparent)]
    struct Learned<V>(V);
    impl<V> Debug for Learned<V> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            show(&self.0, f)
        }
    }
    learned::<V>()?;
    // SAFETY: `Learned<V>` is `repr(transparent)` over `V`, and the result borrows the value as long.
    Some(unsafe { &*(&raw const *value).cast::<Learned<V>>() })
}

/// Returns a `Debug` for a value that is made of values of one type, if that type was learned.
pub(crate) fn learned_parts<V: ByParts + ?Sized>(value: &V) -> Option<impl Debug + '_> {
    let is_one = erased_id::<V::B>() == TypeId::of::<Nothing>();
    let part = learned::<V::A>().filter(|_| is_one)?;
    Some(By(move |f: &mut Formatter<'_>| {
        value.parts(f, &part, &|_, _| Ok(()), &|_, _| Ok(()), &|_, _| Ok(()))
    }))
}

/// Shows a value whose type has neither `Debug` nor parts.
pub(super) fn show<V: ?Sized>(value: &V, f: &mut Formatter<'_>) -> fmt::Result {
    match learned::<V>() {
        Some(show) => show(value, f),
        None => write_name(type_name::<V>(), f),
    }
}

#[inline(never)]
fn write_name(name: &str, f: &mut Formatter<'_>) -> fmt::Result {
    if !PROBES.get() {
        return write!(f, "<{}>", render::short(name));
    }
    // As digits the name is one word, however the text is laid out.
    f.write_str(MARKS.0)?;
    name.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))?;
    f.write_str(MARKS.1)
}

/// Makes the linker keep functions that only the code of lines may call.
pub fn linked() {
    std::hint::black_box((insert as fn(_, _), find as fn(_) -> _, write_name as fn(_, _) -> _));
}

/// While this lives, values of types that nothing shows have texts on this thread that [`until_known`] finds.
pub struct TypeProbe(());

impl TypeProbe {
    /// Begins to give values such texts.
    pub fn new() -> TypeProbe {
        PROBES.set(true);
        TypeProbe(())
    }
}

impl Drop for TypeProbe {
    fn drop(&mut self) {
        PROBES.set(false);
    }
}

/// Returns the names of the types that nothing shows, from a text that was made while there was a [`TypeProbe`].
fn unknown(text: &str) -> Vec<String> {
    let name = |rest: &str| {
        let (digits, _) = rest.split_once(MARKS.1)?;
        let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
        String::from_utf8(bytes?).ok()
    };
    let mut names: Vec<String> = text.split(MARKS.0).skip(1).filter_map(name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A function that learns types by the names that `std::any::type_name` gives them. It returns `false` if there was
/// nothing to learn.
pub type Learns<'l> = &'l dyn Fn(&[String]) -> bool;

/// Learns the types in a value that nothing shows, and the types in those. `show` makes what is shown of the value, and
/// `text` returns its text. Returns what was shown last, if that names no such type.
pub fn until_known<S>(show: &dyn Fn() -> S, text: fn(&S) -> Option<&str>, learns: Learns<'_>) -> Option<S> {
    for _ in 0..DEPTH {
        let probe = TypeProbe::new();
        let shown = show();
        drop(probe);
        let unknown = text(&shown).map(unknown).unwrap_or_default();
        if unknown.is_empty() {
            return Some(shown);
        }
        if !learns(&unknown) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bare<'b>(&'b u8);

    fn shown(value: &Bare<'_>) -> String {
        format!("{:?}", By(|f: &mut Formatter<'_>| crate::__part!(value, f)))
    }

    #[test]
    fn a_type_is_shown_once_there_is_a_function() {
        let value = Bare(&1);
        assert_eq!(shown(&value), "<Bare>");
        let probe = TypeProbe::new();
        let name = type_name::<Bare<'_>>();
        assert_eq!(unknown(&shown(&value)), [name]);
        assert_eq!(
            unknown("a <hookable-part:6> <hookable-part:zz:> <hookable-part:"),
            [""; 0]
        );
        drop(probe);
        fn by_name(value: &Bare<'_>, f: &mut Formatter<'_>) -> fmt::Result {
            crate::__part!(value, f)
        }
        assert!(learn(by_name, |value| crate::__way!(value)));
        assert_eq!(shown(&value), "<Bare>");
        learn_fields(|value: &Bare<'_>, f: &mut Formatter<'_>| f.debug_tuple("Bare").field(value.0).finish());
        assert_eq!(shown(&value), "Bare(1)");
        assert_eq!(format!("{:?}", learned_parts(&vec![&value]).map(|_| ())), "None");
        assert_eq!(format!("{:?}", learned_value(&value)), "Some(Bare(1))");
        assert_eq!(format!("{:?}", learned_parts(&vec![value]).unwrap()), "[Bare(1)]");
    }

    #[test]
    fn types_in_types_are_learned_while_they_are_there() {
        /// Checks what is asked for, and what is returned, where each of these texts names one type more than the next.
        fn check(texts: &[&str], refused: &str, asked: &str, shown: Option<&str>) {
            let (at, names) = (Cell::new(0), Cell::new(String::new()));
            let show = || {
                let text = texts[at.replace(at.get() + 1)];
                text.replace('<', MARKS.0).replace('>', MARKS.1)
            };
            let learns = |unknown: &[String]| {
                names.set(names.take() + &unknown.join(" ") + ";");
                unknown.iter().any(|name| name != refused)
            };
            let known = until_known(&show, |text| Some(text.as_str()), &learns);
            assert_eq!((known.as_deref(), names.take().as_str()), (shown, asked));
        }
        check(&["1"], "", "", Some("1"));
        check(&["<61> <62> <61>", "1 <63>", "1 2"], "", "a b;c;", Some("1 2"));
        check(&["<61> 1", "<62> 1"], "b", "a;b;", None);
        check(&["<61>"; DEPTH], "", "a;a;a;a;a;a;", None);
    }

    #[test]
    fn types_that_are_known_from_the_start() {
        fn check<T>(value: T, expect: &str) {
            assert_eq!(
                learned_value(&value).map_or("None".to_owned(), |value| format!("{value:?}")),
                expect
            );
        }
        check(String::from("short").as_str(), "\"short\"");
        check(&mut 1_u8, "1");
        check(Some([0.5, 1.0].as_slice()), "None");
        check([0.5, 1.0].as_slice(), "[0.5, 1.0]");
        check(vec![Some('a')], "None");
        check(Duration::from_millis(2), "2ms");
        check(|| 1, "None");
    }
}
