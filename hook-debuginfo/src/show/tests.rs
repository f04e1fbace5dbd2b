use std::collections::HashMap;
use std::rc::Rc;

use super::*;
use crate::memory::Memory;
use crate::object::{Data, Reading};
use crate::types::{Field, Types, Variant, Variants};

/// Types by number, and memory as pieces.
#[derive(Default)]
struct World {
    types: HashMap<TypeId, Rc<Type>>,
    vtables: HashMap<u64, TypeId>,
    pieces: Vec<(u64, Vec<u8>)>,
}

struct Pieces(Vec<(u64, Vec<u8>)>);

impl Memory for Pieces {
    fn read(&self, address: u64, len: u64) -> Option<Vec<u8>> {
        self.0.iter().find_map(|(start, bytes)| {
            let from = usize::try_from(address.checked_sub(*start)?).ok()?;
            Some(bytes.get(from..from.checked_add(len as usize)?)?.to_vec())
        })
    }
}

struct Table(HashMap<TypeId, Rc<Type>>, HashMap<u64, TypeId>);

impl Types for Table {
    fn get(&self, id: TypeId) -> Rc<Type> {
        self.0[&id].clone()
    }

    fn of_vtable(&self, address: u64) -> Option<TypeId> {
        self.1.get(&address).copied()
    }
}

impl World {
    fn add(&mut self, name: &str, size: u64, shape: Shape) -> TypeId {
        self.generic(name, size, shape, &[])
    }

    fn generic(&mut self, name: &str, size: u64, shape: Shape, arguments: &[TypeId]) -> TypeId {
        let id = TypeId {
            unit: 0,
            offset: self.types.len(),
        };
        let ty = Type {
            name: name.into(),
            size,
            shape,
            arguments: arguments.iter().map(|ty| ("T".into(), *ty)).collect(),
        };
        self.types.insert(id, Rc::new(ty));
        id
    }

    /// Adds a struct whose fields lie one behind the other.
    fn structure(&mut self, name: &str, fields: &[(&str, TypeId)]) -> TypeId {
        let (fields, size) = self.fields(fields);
        self.add(name, size, Shape::Struct(fields))
    }

    fn fields(&self, fields: &[(&str, TypeId)]) -> (Vec<Field>, u64) {
        let mut offset = 0;
        let mut all = Vec::new();
        for (name, ty) in fields {
            let name = (*name).to_owned();
            all.push(Field { name, ty: *ty, offset });
            offset += self.types[ty].size;
        }
        (all, offset)
    }

    fn byte(&mut self) -> TypeId {
        self.add("u8", 1, Shape::Unsigned)
    }

    fn word(&mut self) -> TypeId {
        self.add("usize", 8, Shape::Unsigned)
    }

    /// Adds `Vec<of>`, as std makes it.
    fn vec(&mut self, of: TypeId) -> TypeId {
        let (byte, word) = (self.byte(), self.word());
        let raw = self.add("*const u8", 8, Shape::Pointer(Some(byte)));
        let non_null = self.structure("NonNull<u8>", &[("pointer", raw)]);
        let unique = self.structure("Unique<u8>", &[("pointer", non_null)]);
        let inner = self.structure("RawVecInner", &[("ptr", unique), ("cap", word)]);
        let buffer = self.structure("RawVec<T>", &[("inner", inner)]);
        let (fields, size) = self.fields(&[("buf", buffer), ("len", word)]);
        self.generic("Vec<T, alloc::alloc::Global>", size, Shape::Struct(fields), &[of])
    }

    fn show(self, ty: TypeId, bytes: &[u8]) -> String {
        let mut text = String::new();
        let object = self.object(ty, bytes);
        fmt::Write::write_fmt(&mut text, format_args!("{object:?}")).expect("a text");
        text
    }

    fn object(self, ty: TypeId, bytes: &[u8]) -> Object {
        Object {
            reading: Rc::new(Reading {
                types: Box::new(Table(self.types, self.vtables)),
                memory: Box::new(Pieces(self.pieces)),
            }),
            ty,
            data: Data::Bytes(bytes.into(), 0),
            depth: 0,
        }
    }
}

#[track_caller]
fn check(make: impl FnOnce(&mut World) -> TypeId, bytes: &[u8], expected: &str) {
    let mut world = World::default();
    let ty = make(&mut world);
    assert_eq!(world.show(ty, bytes), expected);
}

/// Returns the bytes of words, one behind the other.
fn words(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

#[test]
fn scalars() {
    check(World::byte, &[7], "7");
    check(|world| world.add("i16", 2, Shape::Signed), &[0xfe, 0xff], "-2");
    check(|world| world.add("bool", 1, Shape::Bool), &[1], "true");
    check(|world| world.add("bool", 1, Shape::Bool), &[2], "<invalid>");
    check(|world| world.add("char", 4, Shape::Char), &[0x27, 0, 0, 0], r"'\''");
    check(|world| world.add("char", 4, Shape::Char), &[0xff; 4], "<invalid>");
    check(|world| world.add("f64", 8, Shape::Float), &1.5_f64.to_le_bytes(), "1.5");
    check(|world| world.add("()", 0, Shape::Unsigned), &[], "()");
    check(World::word, &[1, 2], "<not readable>");
}

#[test]
fn structs_and_tuples() {
    let pair = |name: &'static str, fields: [&'static str; 2]| {
        move |world: &mut World| {
            let byte = world.byte();
            world.structure(name, &fields.map(|field| (field, byte)))
        }
    };
    check(pair("shop::Pair<u8>", ["a", "b"]), &[1, 2], "Pair { a: 1, b: 2 }");
    check(pair("Pair", ["__0", "__1"]), &[1, 2], "Pair(1, 2)");
    check(pair("(u8, u8)", ["__0", "__1"]), &[1, 2], "(1, 2)");
    check(pair("{closure_env#0}", ["a", "b"]), &[1, 2], "<closure>");
    check(|world| world.structure("Unit", &[]), &[], "Unit");
}

/// An enum of a `Some` with a byte behind the tag 1, and of a `None` with `none` for its tag.
fn option(none: Option<u128>) -> impl FnOnce(&mut World) -> TypeId {
    move |world| {
        let byte = world.byte();
        let some = Field {
            name: "__0".into(),
            ty: byte,
            offset: 1,
        };
        let some = world.add("Some", 2, Shape::Struct(vec![some]));
        let empty = world.add("None", 2, Shape::Struct(Vec::new()));
        let field = |ty, offset| Field {
            name: String::new(),
            ty,
            offset,
        };
        let variant = |tag, ty| Variant {
            tag,
            fields: field(ty, 0),
        };
        let variants = Variants {
            tag: Some(field(byte, 0)),
            all: vec![variant(none, empty), variant(Some(1), some)],
        };
        world.add("Option<u8>", 2, Shape::Enum(variants))
    }
}

#[test]
fn enums() {
    check(option(Some(0)), &[0, 9], "None");
    check(option(Some(0)), &[1, 9], "Some(9)");
    check(option(Some(0)), &[2, 9], "<invalid>");
    // The variant without a tag is there for all others.
    check(option(None), &[2, 9], "None");
    let plain = |world: &mut World| world.add("Level", 1, Shape::Plain(vec![(0xff, "Low".into()), (5, "High".into())]));
    check(plain, &[0xff], "Low");
    check(plain, &[5], "High");
    check(plain, &[6], "<invalid>");
}

#[test]
fn pointers() {
    let to_byte = |name: &'static str| {
        move |world: &mut World| {
            world.pieces.push((0x100, vec![5]));
            let byte = world.byte();
            world.add(name, 8, Shape::Pointer(Some(byte)))
        }
    };
    check(to_byte("&u8"), &words(&[0x100]), "5");
    check(
        to_byte("alloc::boxed::Box<u8, alloc::alloc::Global>"),
        &words(&[0x100]),
        "5",
    );
    check(to_byte("*const u8"), &words(&[0x100]), "0x100");
    check(to_byte("&u8"), &words(&[0x200]), "<not readable>");
}

#[test]
fn what_refers_to_itself_ends() {
    check(
        |world| {
            world.pieces.push((0x100, words(&[0x100])));
            let id = TypeId { unit: 0, offset: 0 };
            world.add("&Loop", 8, Shape::Pointer(Some(id)))
        },
        &words(&[0x100]),
        "..",
    );
}

#[test]
fn slices_and_texts() {
    let fat = |name: &'static str| {
        move |world: &mut World| {
            world.pieces.push((0x100, b"a\"b".to_vec()));
            let (byte, word) = (world.byte(), world.word());
            let data = world.add("*const u8", 8, Shape::Pointer(Some(byte)));
            world.structure(name, &[("data_ptr", data), ("length", word)])
        }
    };
    check(fat("&str"), &words(&[0x100, 3]), r#""a\"b""#);
    check(fat("&mut [u8]"), &words(&[0x100, 2]), "[97, 34]");
    check(
        fat("alloc::boxed::Box<str, alloc::alloc::Global>"),
        &words(&[0x100, 1]),
        "\"a\"",
    );
    check(fat("&[u8]"), &words(&[0x100, 4]), "[97, 34, 98, <not readable>]");
    check(fat("&str"), &words(&[0x100, u64::MAX]), "<not readable>");
}

#[test]
fn trait_objects() {
    let object = |vtable: u64| {
        move |world: &mut World| {
            let byte = world.byte();
            world.pieces.push((0x100, vec![3]));
            world.vtables.insert(0x900, byte);
            let pointer = world.add("*const ()", 8, Shape::Pointer(Some(byte)));
            let bytes = words(&[0x100, vtable]);
            world.pieces.push((0x300, bytes));
            world.structure("&dyn shop::Speak", &[("pointer", pointer), ("vtable", pointer)])
        }
    };
    check(object(0x900), &words(&[0x100, 0x900]), "3");
    check(object(0x900), &words(&[0x100, 0x901]), "<dyn shop::Speak>");
}

#[test]
fn vectors() {
    let of_bytes = |world: &mut World| {
        world.pieces.push((0x100, vec![1, 2, 3]));
        let byte = world.byte();
        world.vec(byte)
    };
    check(of_bytes, &words(&[0x100, 4, 3]), "[1, 2, 3]");
    check(of_bytes, &words(&[0x100, 4, 0]), "[]");
    // What has more elements than room is none, and is shown as it lies there.
    let text = {
        let mut world = World::default();
        let ty = of_bytes(&mut world);
        world.show(ty, &words(&[0x100, 1, 3]))
    };
    assert!(text.starts_with("Vec { buf: "), "{text}");
    check(
        |world| {
            let vec = of_bytes(world);
            world.structure("String", &[("vec", vec)])
        },
        &words(&[0x100, 4, 3]),
        r#""\u{1}\u{2}\u{3}""#,
    );
}

/// A writer that is full at once.
struct Full;

impl fmt::Write for Full {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Err(fmt::Error)
    }
}

#[test]
fn nothing_is_read_for_a_writer_that_is_full() {
    let mut world = World::default();
    let unit = world.structure("Unit", &[]);
    let vec = world.vec(unit);
    let object = world.object(vec, &words(&[0x100, 0, u64::MAX]));
    assert!(fmt::Write::write_fmt(&mut Full, format_args!("{object:?}")).is_err());
}

#[test]
fn members() {
    let mut world = World::default();
    let byte = world.byte();
    let inner = world.structure("(u8, u8)", &[("__0", byte), ("__1", byte)]);
    let outer = world.structure("Outer", &[("a", byte), ("inner", inner)]);
    world.pieces.push((0x100, vec![1, 2, 3]));
    let pointer = world.add("&Outer", 8, Shape::Pointer(Some(outer)));
    let object = world.object(pointer, &words(&[0x100]));
    let text = |path: &[&str]| {
        let found = path
            .iter()
            .try_fold(object.clone(), |object, name| member(&object, name));
        found.map(|found| format!("{found:?}"))
    };
    assert_eq!(text(&["a"]).as_deref(), Some("1"));
    assert_eq!(text(&["inner", "1"]).as_deref(), Some("3"));
    assert_eq!(text(&["inner", "2"]), None);
    assert_eq!(text(&["b"]), None);
}
