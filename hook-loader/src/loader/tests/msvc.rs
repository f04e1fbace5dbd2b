//! Programs for msvc, linked on Linux by the linker of Rust's toolchain, which writes PDBs, and what objects have more
//! there than for gnu.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::coff::assemble_for;
use super::mutations::{Random, mutate};
use crate::LoadError;
use crate::loader::image::pdb::Pdb;
use crate::loader::image::pe::symbol_table;
use crate::loader::image::placed::SymbolTable;
use crate::loader::image::private_names::{DescribedSymbol, PrivateNames};
use crate::loader::object::coff::Object;
use crate::loader::object::{Relocation, SymbolIndex};
use crate::loader::relocate::{RelocationKind, coff_x86_64};

/// A function that others may call, one that is private, variables of both kinds, thread-locals, and the records that
/// rustc makes of what is private.
const SOURCE: &str = r#"
    .section .text$entry,"xr",one_only,entry
    .globl entry
    .def entry; .scl 2; .type 32; .endef
entry:
    mov eax, dword ptr [rip + _tls_index]
    mov rcx, qword ptr gs:[88]
    mov rcx, qword ptr [rcx + 8*rax]
    lea rax, [rcx + _ZN3one5LOCALE@SECREL32]
    jmp _ZN3one7privateE
    .text
    .def _ZN3one7privateE; .scl 3; .type 32; .endef
_ZN3one7privateE:
    mov eax, dword ptr [rip + _ZN3one5COUNTE]
    add eax, dword ptr [rip + SHARED]
    ret
    .data
_ZN3one5COUNTE:
    .long 5
    .globl SHARED
SHARED:
    .long 6
    .globl _tls_index
_tls_index:
    .long 0
    .section .tls$,"dw"
    .quad 7
_ZN3one5LOCALE:
    .quad 0
    .section .debug$S,"dr"
    .p2align 2
    .long 4
    .long 0xf1
    .long .Lsymbols_end - .Lsymbols
.Lsymbols:
    .short 24
    .short 0x110c
    .long 0x74
    .secrel32 _ZN3one5COUNTE
    .secidx _ZN3one5COUNTE
    .asciz "one::COUNT"
    .byte 0
    .short 24
    .short 0x1112
    .long 0x74
    .secrel32 _ZN3one5LOCALE
    .secidx _ZN3one5LOCALE
    .asciz "one::LOCAL"
    .byte 0
    .short 50
    .short 0x110f
    .long 0, 0, 0, 13, 0, 13, 0
    .secrel32 _ZN3one7privateE
    .secidx _ZN3one7privateE
    .byte 0
    .asciz "one::private"
    .short 2
    .short 6
.Lsymbols_end:
    .p2align 2
"#;

struct Linked {
    folder: tempfile::TempDir,
    object: Vec<u8>,
}

fn assemble() -> Vec<u8> {
    assemble_for("x86_64-pc-windows-msvc", SOURCE)
}

/// Links the source, and has the linker write a PDB.
fn link() -> Linked {
    let folder = tempfile::tempdir().expect("folder");
    let object = assemble();
    let file = folder.path().join("one.obj");
    std::fs::write(&file, &object).expect("written");
    let out = |name: &str| format!("/out:{}", folder.path().join(name).display());
    let mut linker = Command::new(super::rust_lld());
    linker.args([
        "-flavor",
        "link",
        "/dll",
        "/noentry",
        "/nodefaultlib",
        "/export:entry",
        "/debug",
    ]);
    assert!(
        linker
            .arg(out("one.dll"))
            .arg(&file)
            .status()
            .expect("rust-lld")
            .success()
    );
    Linked { folder, object }
}

impl Linked {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect(name)
    }

    fn table(&self) -> Result<SymbolTable, LoadError> {
        symbol_table(self.read("one.dll").leak(), &self.path("one.dll"))
    }
}

/// Returns what an object describes: names of linkers, and descriptions.
fn described(object: &[u8]) -> Vec<(String, String)> {
    let object = Object::parse(object).expect("an object");
    let text = |(symbol, description): (SymbolIndex, &[u8])| {
        let name = object.symbol_name(symbol).expect("a name");
        (
            name.to_owned(),
            String::from_utf8(description.to_vec()).expect("a text"),
        )
    };
    object.described_symbols().into_iter().map(text).collect()
}

#[test]
fn symbols_of_a_program() {
    let linked = link();
    let table = linked.table().expect("a table");
    assert!(table.only_describes());
    let entry: Vec<_> = table.find("entry").collect();
    assert_eq!(entry.len(), 1);
    assert!(!entry[0].is_local && !entry[0].is_thread_local);
    assert_eq!(table.functions_at(entry[0].value).collect::<Vec<_>>(), ["entry"]);
    assert_eq!(table.functions().collect::<Vec<_>>(), [(entry[0].value, "entry")]);
    let only = |name: &str| {
        let found: Vec<_> = table.find_described(name).collect();
        let first = found.first().unwrap_or_else(|| panic!("{name} is described"));
        // The linker has what is private in two lists.
        assert!(found.iter().all(|found| found.value == first.value), "{name}");
        (first.value, first.size, first.is_thread_local)
    };
    let (count, size, is_thread_local) = only("one::COUNT");
    let shared = table.find("SHARED").next().expect("SHARED");
    assert_eq!((shared.value, size, is_thread_local), (count + 4, 4, false));
    assert_eq!(only("one::LOCAL"), (8, 8, true));
    let (private, ..) = only("one::private");
    assert_eq!(table.functions_at(private).collect::<Vec<_>>(), ["one::private"]);
    // Nobody takes a description for a name, nor finds a private symbol by its name alone.
    for name in ["one::COUNT", "_ZN3one5COUNTE"] {
        assert_eq!(table.find(name).count(), 0, "{name}");
    }
    assert_eq!(
        table.variables("COUNT").map(|(address, ..)| address).next(),
        Some(count)
    );
}

#[test]
fn an_object_tells_how_its_symbols_are_described() {
    let linked = link();
    let described = described(&linked.object);
    let expected = [
        ("_ZN3one5COUNTE", "one::COUNT"),
        ("_ZN3one5LOCALE", "one::LOCAL"),
        ("_ZN3one7privateE", "one::private"),
    ];
    assert_eq!(
        described,
        expected.map(|(name, text)| (name.to_owned(), text.to_owned()))
    );
    let names = PrivateNames::default();
    let symbols = expected.map(|(name, description)| DescribedSymbol { name, description });
    names.learn(&symbols);
    let table = linked.table().expect("a table");
    for (name, _) in expected {
        let description = names.description(name).expect("a description");
        assert!(table.find_described(&description).next().is_some(), "{name}");
    }
}

#[test]
fn code_reaches_thread_locals_from_the_start_of_the_image() {
    let object = assemble();
    let object = Object::parse(&object).expect("an object");
    let code = object.definition("entry").and_then(|entry| object.section_of(entry));
    let relocations = object.relocations(code.expect("entry")).expect("relocations");
    let is_it = |relocation: &Relocation| {
        let kind = coff_x86_64::form(relocation.kind).expect("known").0;
        kind == RelocationKind::SecRel
    };
    let found: Vec<Relocation> = relocations.iter().filter(is_it).collect();
    let [found] = found[..] else { panic!("{found:?}") };
    let symbol = object.symbol(found.symbol).expect("a symbol");
    assert_eq!(
        (symbol.name, symbol.is_thread_local, found.addend),
        ("_ZN3one5LOCALE", true, 0)
    );
}

/// Returns where a PDB has the number that its program has, too. It is made of what is linked.
fn id_in(pdb: &[u8]) -> usize {
    let id = Pdb::parse(pdb).expect("a PDB").id.guid;
    pdb.windows(16).position(|part| part == id).expect("the number")
}

/// Returns where it says how often it was linked. The list of objects begins with words that are the same in all.
fn age_in(pdb: &[u8]) -> usize {
    let begin = [0xffff_ffff_u32, 19_990_903].map(u32::to_le_bytes).concat();
    let list = pdb.windows(8).position(|part| part == begin);
    list.expect("the list of objects") + 8
}

#[test]
fn a_program_without_its_pdb() {
    let linked = link();
    let other = link();
    let pdb = linked.read("one.pdb");
    std::fs::write(linked.path("one.pdb"), &pdb[..pdb.len() / 2]).expect("written");
    assert!(matches!(linked.table(), Err(LoadError::Read { .. })));
    let mut said = Vec::new();
    for at in [id_in(&pdb), age_in(&pdb)] {
        let mut changed = pdb.clone();
        changed[at] ^= 2;
        std::fs::write(linked.path("one.pdb"), changed).expect("written");
        said.push(linked.table().err());
    }
    assert!(
        said.iter().all(|said| matches!(said, Some(LoadError::Replaced(_)))),
        "{said:?}"
    );
    std::fs::remove_file(linked.path("one.pdb")).expect("removed");
    std::fs::rename(other.path("one.pdb"), linked.path("two.pdb")).expect("renamed");
    // The file names its PDB by the path that it was written to.
    assert!(matches!(linked.table(), Err(LoadError::Stripped(path)) if path == linked.path("one.dll")));
}

/// Returns how many of a damaged PDB's records can be read.
fn records_of(pdb: &[u8]) -> Option<usize> {
    Pdb::parse(pdb).map(|pdb| pdb.records().map(|record| record.name.len()).sum())
}

/// Makes a PDB of streams.
fn pdb_of(streams: &[Vec<u8>]) -> Vec<u8> {
    const BLOCK: usize = 512;
    let padded = |bytes: &[u8]| [bytes, &vec![0; bytes.len().next_multiple_of(BLOCK) - bytes.len()]].concat();
    let words = |words: &[usize]| -> Vec<u8> { words.iter().flat_map(|word| (*word as u32).to_le_bytes()).collect() };
    let (mut contents, mut sizes, mut blocks) = (vec![0; BLOCK], vec![streams.len()], Vec::new());
    for stream in streams {
        sizes.push(stream.len());
        blocks.extend(contents.len() / BLOCK..(contents.len() + stream.len()).div_ceil(BLOCK));
        contents.extend(padded(stream));
    }
    let directory = words(&[sizes, blocks].concat());
    let at = contents.len() / BLOCK;
    contents.extend(padded(&directory));
    let map = contents.len() / BLOCK;
    contents.extend(padded(&words(&Vec::from_iter(at..map))));
    let header = words(&[BLOCK, 1, map + 1, directory.len(), 0, map]);
    let magic = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0";
    contents[..magic.len()].copy_from_slice(magic);
    contents[magic.len()..][..header.len()].copy_from_slice(&header);
    contents
}

/// Makes a PDB with a list of so many objects, all of which have their records in one stream.
fn pdb_of_objects(count: usize) -> Vec<u8> {
    let mut list = vec![0; 64];
    list[20] = 2;
    list[24..28].copy_from_slice(&(count as u32 * 68).to_le_bytes());
    for _ in 0..count {
        let mut entry = [0; 68];
        entry[34] = 4;
        entry[36..40].copy_from_slice(&8_u32.to_le_bytes());
        list.extend(entry);
    }
    pdb_of(&[vec![], vec![0; 28], vec![], list, vec![0; 100_000]])
}

#[test]
fn a_pdb_is_no_larger_than_its_file() {
    assert!(Pdb::parse(&pdb_of_objects(1)).is_some());
    // Otherwise it would take all memory.
    assert!(Pdb::parse(&pdb_of_objects(1000)).is_none());
}

#[test]
fn damaged_pdbs() {
    let whole = link().read("one.pdb");
    let expected = records_of(&whole).expect("a PDB");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut read, mut differ) = (0, 0);
    for _ in 0..20_000 {
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut random);
        if let Some(records) = records_of(&bytes) {
            read += 1;
            differ += usize::from(records != expected);
        }
    }
    assert!(0 < differ && differ < read && read < 20_000, "{differ} of {read}");
    for len in (0..whole.len()).step_by(97) {
        assert!(records_of(&whole[..len]).is_none_or(|read| read <= expected), "{len}");
    }
}

/// As the linker of Visual Studio writes it in a folder whose name is no UTF-8.
#[test]
fn a_folder_that_is_no_utf_8() {
    let linked = link();
    let mut program = linked.read("one.dll");
    let name = linked.path("one.pdb").display().to_string();
    let at = program.windows(name.len()).position(|part| part == name.as_bytes());
    program[at.expect("the name of the PDB") + 1] = 0xfc;
    let table = symbol_table(program.leak(), &linked.path("one.dll")).expect("a table");
    assert_eq!(table.find("entry").count(), 1);
}

#[test]
fn damaged_programs_that_name_a_pdb() {
    let linked = link();
    let whole = linked.read("one.dll");
    let path = linked.path("one.dll");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut read = 0;
    for _ in 0..2000 {
        let mut bytes = whole.clone();
        // All of what says where something is stands at the beginning.
        mutate(&mut bytes[..0x400], &mut random);
        if let Ok(table) = symbol_table(bytes.leak(), Path::new(&path)) {
            read += 1;
            for found in table.find("entry").chain(table.find_described("one::LOCAL")) {
                assert!(found.value.checked_add(found.size).is_some());
            }
        }
    }
    assert!(0 < read && read < 2000, "{read}");
}

#[test]
fn damaged_objects() {
    let whole = assemble();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut all, mut fewer) = (0, 0);
    for _ in 0..5000 {
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut random);
        let Ok(object) = Object::parse(&bytes) else { continue };
        match object.described_symbols().len() {
            3 => all += 1,
            _ => fewer += 1,
        }
    }
    assert!(all > 0 && fewer > 0, "{all} {fewer}");
}
