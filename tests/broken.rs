//! What would break a build: files of a probe that are broken, attributes that write parameters elsewhere, and futures
//! that another crate sends.

use crate::support::hits::record;
use crate::support::{Package, bare, run, succeeds};

/// A macro that, in a probe, breaks what stands in it: the name of a file, and what becomes of its text.
const BREAKS: &str = r#"
use proc_macro::TokenStream;
#[proc_macro]
pub fn breaks(how: TokenStream) -> TokenStream {
    let how = how.to_string();
    let (name, how) = how.split_once(' ').unwrap();
    let folder = std::env::var_os("HOOKABLE_PROBE").map(std::path::PathBuf::from);
    let entries = folder.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap().flatten());
    let folders = entries.map(|entry| entry.path()).chain(folder.clone());
    for file in folders.map(|folder| folder.join(name)).filter(|file| file.is_file()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let text = match how {
            "half" => text[..text.len() / 2].to_owned(),
            "empty" => String::new(),
            _ => text.replace("records 1", "records 2"),
        };
        std::fs::write(file, text).unwrap();
    }
    TokenStream::new()
}
"#;

const FUNCTION: &str = "#[hookable::hookable]\nfn main() {\n    let v = vec![1];\n    let w = v;\n    hookable::hook!();\n    \
                        println!(\"{w:?}\");\n}\n";

/// Builds a program with the macro before the function or after it. The banner has the note.
#[track_caller]
fn check(how: &str, before: bool, note: &str) {
    let call = format!("breaking::breaks!({how});\n");
    let main = match before {
        true => format!("{call}{FUNCTION}"),
        false => format!("{FUNCTION}{call}"),
    };
    let package = Package::new(if before { "broken_told" } else { "broken_left" })
        .manifest("breaking = { path = \"breaking\" }")
        .file(
            "breaking/Cargo.toml",
            "[package]\nname = \"breaking\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
        )
        .file("breaking/src/lib.rs", BREAKS)
        .main(&main);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let said = run(&mut bare(&package.executable("debug")), "v\n:c\n");
    assert!(said.stdout.ends_with("[1]\n"), "{how}: {}{}", said.stdout, said.stderr);
    assert!(said.stderr.contains(note), "{how}: {}", said.stderr);
    let not_asked = "note: rustc was not asked what can be captured: failed to read ";
    assert!(said.stderr.contains(not_asked), "{how}: {}", said.stderr);
}

#[test]
fn what_a_probe_left_is_not_whole() {
    check("report half", false, "the file is not whole");
    check("report empty", false, "the file is not whole");
    check(
        "report other",
        false,
        "the file was written by another version of hookable",
    );
    check("arrived half", false, "the list of hooks that rustc came to is broken");
}

#[test]
fn what_a_probe_is_told_is_not_whole() {
    check("table half", true, "what is known so far: the file is not whole");
    check(
        "table other",
        true,
        "the file was written by another version of hookable",
    );
}

/// An attribute that puts the function into another one, which calls it with the parameters as they are written.
const FORWARDS: &str = r#"
use proc_macro::{Delimiter, Group, TokenStream, TokenTree};
#[proc_macro_attribute]
pub fn forwards(_: TokenStream, item: TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = item.clone().into_iter().collect();
    let at = trees.iter().position(|tree| tree.to_string() == "fn").unwrap();
    let TokenTree::Group(inputs) = &trees[at + 2] else { panic!("parameters") };
    let (mut args, mut is_pattern) = (TokenStream::new(), true);
    for tree in inputs.stream() {
        is_pattern = match tree.to_string().as_str() { "," => true, ":" => false, _ => is_pattern };
        args.extend(is_pattern.then_some(tree));
    }
    let call = [trees[at + 1].clone(), Group::new(Delimiter::Parenthesis, args).into()];
    let body = item.into_iter().chain(call).collect();
    let body = [TokenTree::from(Group::new(Delimiter::Brace, body))];
    trees[..trees.len() - 1].iter().cloned().chain(body).collect()
}
"#;

/// Futures that are sent elsewhere, and functions below another attribute. All of this compiles without hooks.
const LIBRARY: &str = r#"#![deny(warnings)]
use std::rc::Rc;
use hookable::{hook, hookable};
use forwarding::forwards;

fn consume(count: Rc<u8>) -> u8 { *count }
macro_rules! stop { () => { hook!() } }

#[hookable]
pub async fn moved(n: u8) -> u8 {
    let (count, own) = (Rc::new(n), n + 1);
    hook!();
    let n = consume(count);
    std::future::ready(()).await;
    n + own
}

#[hookable]
pub async fn pointer(text: String) -> bool {
    let start = text.as_ptr();
    stop!();
    let null = start.is_null() && start.is_aligned();
    std::future::ready(()).await;
    null
}

#[hookable]
pub fn block(n: u8) -> impl Future<Output = usize> {
    async move {
        let all: Box<dyn Iterator<Item = u8>> = Box::new(0..n);
        hook!();
        let all: Vec<u8> = all.collect();
        std::future::ready(()).await;
        all.len()
    }
}

pub struct Ticket(Rc<u8>);
impl Ticket {
    fn look(&self) -> u8 { *self.0 }
    fn first(self) -> u8 { *self.0 }
    fn second(self) -> u8 { *self.0 + 1 }
}

fn spend(ticket: Box<Ticket>) -> u8 { ticket.first() }

#[hookable]
pub async fn branches(n: u8) -> u8 {
    let ticket = Ticket(Rc::new(n));
    hook!();
    if n == 9 {
        let seen = &ticket;
        return seen.look();
    }
    let n = if n == 1 { ticket.first() } else { ticket.second() };
    std::future::ready(()).await;
    n
}

#[hookable]
pub async fn in_awaited(n: u8) -> u8 {
    let ticket = Ticket(Rc::new(n));
    hook!();
    match n {
        1 => std::future::ready(ticket.first()).await,
        _ => ticket.second(),
    }
}

#[hookable]
pub async fn behind_a_box(n: u8) -> u8 {
    let ticket = Box::new(Ticket(Rc::new(n)));
    hook!();
    let seen = ticket.look() + ticket.look();
    let n = spend(ticket);
    std::future::ready(()).await;
    n + seen
}

#[hookable]
pub async fn borrowed() -> u8 {
    let count = Rc::new(1);
    hook!();
    let twice = *count * 2;
    std::future::ready(()).await;
    twice + *count
}

#[hookable]
#[forwards]
pub fn below((a, b): (u8, u8)) -> u8 {
    hook!();
    a + b
}

#[hookable]
#[forwards]
pub fn plainly_below(a: u8) -> u8 {
    hook!();
    a
}
"#;

const SENDS: &str = r#"
fn sent<T: Send>(future: T) -> T { future }
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => unreachable!("it waits for nothing"),
    }
}
fn main() {
    use unbroken as lib;
    println!("{} {}", now(sent(lib::moved(1))), now(sent(lib::pointer("a".into()))));
    println!("{} {}", now(sent(lib::block(3))), now(lib::borrowed()));
    println!("{} {} {}", now(sent(lib::branches(1))), now(sent(lib::in_awaited(1))), now(sent(lib::behind_a_box(1))));
    println!("{} {}", lib::below((1, 2)), lib::plainly_below(3));
}
"#;

#[test]
fn what_compiles_without_hooks() {
    let package = Package::new("unbroken")
        .manifest("forwarding = { path = \"forwarding\" }")
        .file(
            "forwarding/Cargo.toml",
            "[package]\nname = \"forwarding\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
        )
        .file("forwarding/src/lib.rs", FORWARDS)
        .file("src/lib.rs", LIBRARY)
        .main(SENDS);
    // With `off` rustc is not asked.
    for ask in ["off", "on"] {
        succeeds(&mut package.cargo(&["clean", "-q", "-p", "unbroken"]));
        succeeds(package.cargo(&["build", "-q"]).env("HOOKABLE_ASK", ask));
        let said = run(&mut bare(&package.executable("debug")), "");
        assert_eq!(said.stdout, "3 false\n3 3\n1 1 3\n3 3\n", "{ask}: {}", said.stderr);
    }
    let hits = record(&mut bare(&package.executable("debug")));
    let kept = "an `.await` behind this hook would keep it, and the future would not be `Send`";
    for (hit, name) in [
        (0, "count"),
        (1, "start"),
        (2, "all"),
        (4, "ticket"),
        (5, "ticket"),
        (6, "ticket"),
    ] {
        assert_eq!(hits[hit].local(name).reason.as_deref(), Some(kept), "{name}");
    }
    assert_eq!(
        (&*hits[0].local("own").state, &*hits[3].local("count").state),
        ("writable", "writable")
    );
    assert_eq!(hits[7].local("b").value.as_deref(), Some("2"));
}
