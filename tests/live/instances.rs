//! Lines in functions of a library of which another crate made the code: futures, generic functions, inline ones.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const LIB: &str = r#"
use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};

use hookable::{hook, hookable};

pub static CALLS: AtomicU32 = AtomicU32::new(0);

fn private(n: u32) -> u32 {
    CALLS.fetch_add(1, Ordering::SeqCst);
    n + 1
}

pub struct Server {
    names: Vec<String>,
    count: u32,
}

#[hookable]
impl Server {
    pub fn new() -> Server {
        Server { names: vec!["a".to_owned()], count: 1 }
    }

    pub async fn run(&mut self, step: u32) -> u32 {
        let first = private(step);
        self.inner(first).await;
        hook!();
        self.count += first;
        std::future::ready(()).await;
        self.count
    }

    // Only a function that nobody here awaits leads to this one.
    async fn inner(&mut self, n: u32) {
        let name = format!("n{n}");
        std::future::ready(()).await;
        hook!();
        self.names.push(name);
    }
}

#[hookable]
pub fn doubled<T: Debug + Clone>(value: T) -> Vec<T> {
    let mut list = vec![value.clone()];
    hook!();
    list.push(value);
    list
}

pub struct Stack<T>(pub Vec<T>);

impl<T: Clone + Debug> Stack<T> {
    #[hookable]
    pub fn top<U: From<T>>(&mut self) -> Option<U> {
        let top = self.0.last().cloned();
        let count = || {
            let n = self.0.len();
            hook!();
            n
        };
        (count() > 0).then_some(top.map(U::from)?)
    }
}

pub trait Shape {
    fn area(&self) -> u32;
    #[hookable]
    fn twice(&self) -> u32 {
        let area = self.area();
        hook!();
        area * 2
    }
}

impl Shape for u32 {
    fn area(&self) -> u32 {
        *self
    }
}

#[hookable]
pub async fn sent<T: Debug>(value: T) -> String {
    let text = format!("{value:?}");
    std::future::ready(()).await;
    hook!();
    text
}

pub struct Table<K, V> {
    rows: Vec<(K, V)>,
}

impl<K: Clone, V> Table<K, V> {
    pub fn new() -> Self {
        Table { rows: Vec::new() }
    }

    // A path cannot give the types that stand for `impl Trait`.
    #[hookable]
    pub fn insert<'k, 'v, const N: usize>(
        &mut self,
        key: impl std::borrow::Borrow<K> + 'k,
        values: &'v [impl Clone + Into<V>; N],
        mut each: impl Iterator<Item = impl Into<u64>>,
    ) -> u64 {
        let count = each.by_ref().map(Into::into).sum();
        hook!();
        self.rows.extend(values.iter().map(|value| (key.borrow().clone(), value.clone().into())));
        count
    }

    #[hookable]
    pub async fn inserted(&mut self, key: impl Into<K>, value: V) -> usize {
        hook!();
        self.rows.push((key.into(), value));
        std::future::ready(self.rows.len()).await
    }
}

// There is nothing but `impl Trait` to give types to.
#[hookable]
pub fn written(mut out: impl std::io::Write, paths: impl IntoIterator<Item = impl AsRef<str>>) -> usize {
    let mut length = 0;
    for path in paths {
        length += path.as_ref().len();
        hook!();
    }
    writeln!(out, "{length}").map_or(0, |()| length)
}

impl Server {
    #[hookable]
    pub async fn named(&mut self, name: impl Into<String>) -> usize {
        hook!();
        self.names.push(name.into());
        std::future::ready(self.names.len()).await
    }
}

#[hookable]
#[inline]
pub fn inlined(n: u32) -> u32 {
    let m = n * 2;
    hook!();
    m + 1
}
"#;

const BIN: &str = r#"
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use PACKAGE::*;

fn block<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

#[derive(Debug, Clone)]
struct Own(#[allow(dead_code)] u8);

fn main() {
    let mut server = Server::new();
    println!("{}", block(server.run(3)));
    println!("{:?}", doubled(5_u64));
    println!("{:?}", doubled(String::from("x")));
    println!("{:?}", doubled(Own(1)));
    println!("{:?}", Stack(vec![1_u8, 2]).top::<u32>());
    println!("{}", 7_u32.twice());
    println!("{}", block(sent(Some('c'))));
    let mut table: Table<String, f64> = Table::new();
    println!("{}", table.insert(String::from("k"), &[1_u8, 2], [3_u32].into_iter()));
    println!("{}", block(table.inserted("l", 0.5)));
    println!("{}", written(std::io::stdout().lock(), [String::from("abc")]));
    println!("{}", block(server.named("k")));
    println!("{}", inlined(4));
    println!("{:?}", CALLS);
}
"#;

const UNMADE: &str = "rust cannot run at this hook: another crate made this copy of the function, `doubled<Own>`, and the crate that the \
                      function is written in cannot name all of these types, as it can in a test of its own; or the line gives one \
                      of the locals another type";

const LINES: &[(&str, &str)] = &[
    // `Server::inner`.
    ("self.names.len() + name.len()", "3"),
    ("name += \"!\"", ""),
    ("async { self.count + 1 }.await", "2"),
    // `Server::run`.
    (":c\nself.names", "[\"a\", \"n4!\"]"),
    (":type self.names.iter()", "Iter<'_, String>"),
    ("let kept = first * 10;", ""),
    ("fn more(n: u32) -> u32 { private(n) }", ""),
    ("self.count = kept + more(0)", ""),
    ("CALLS.load(Ordering::SeqCst)", "2"),
    ("std::ptr::eq(&CALLS, &crate::CALLS)", "true"),
    (":c\nlist.len()", "45\n1"),
    ("list.push(value.clone())", ""),
    ("T::clone(&value)", "5"),
    ("kept", "40"),
    // The same function, made for another type.
    (":c\nlist[0].clone()", "[5, 5, 5]\n\"x\""),
    ("list.clear()", ""),
    // Its own type, the library cannot name.
    (":c\nlist", "[\"x\"]\n[Own(1)]"),
    ("list.len()", UNMADE),
    ("1 + 1", UNMADE),
    (":c\nself.0.len()", "[Own(1), Own(1)]\n2"),
    (":c\narea + self.area()", "Some(2)\n14"),
    ("area = 10", ""),
    (":c\ntext.len()", "20\n9"),
    ("text.truncate(4)", ""),
    // `Table::insert`.
    (":c\nself.rows.len()", "Some\n0"),
    (":locals key count", "key: String = \"k\"\ncount: u64  = 3"),
    ("values[0].clone().into()", "1.0"),
    ("values.len() + N", "4"),
    ("each.next().is_none()", "true"),
    ("count += 1", ""),
    // `Table::inserted`.
    (":c\nself.rows.len()", "4\n2"),
    ("value", "0.5"),
    (":type key", "&str"),
    // `written`.
    (":c\npath.as_ref().len() + 1", "3\n4"),
    ("length += private(9) as usize", ""),
    // `Server::named`.
    (":c\nself.names.len()", "13\n13\n2"),
    (":type name", "&str"),
    (":c\nm + private(0)", "3\n9"),
    ("m = 1", ""),
];

const END: &str = "2\n4";

#[test]
fn code_that_another_crate_made() {
    let package = Package::new("instances_live")
        .lib(LIB)
        .main(&BIN.replace("PACKAGE", "instances_live"));
    for level in ["0", "3"] {
        let config = format!("profile.dev.package.instances_live.opt-level={level}");
        succeeds(&mut package.cargo(&["--config", &config, "build", "-q"]));
        typed(&mut merged(&package.executable("debug"), &[]), LINES, END);
    }
}

#[cfg(unix)]
#[test]
fn code_that_another_crate_made_with_v0_names() {
    use std::os::unix::fs::PermissionsExt;

    // rustc is called for the crates of a workspace as this script calls it.
    const V0: &str = "#!/bin/sh\nexec \"$@\" -C symbol-mangling-version=v0\n";
    let package = Package::new("instances_v0")
        .lib(LIB)
        .main(&BIN.replace("PACKAGE", "instances_v0"))
        .file("v0", V0);
    let wrapper = package.path().join("v0");
    std::fs::set_permissions(&wrapper, std::fs::Permissions::from_mode(0o755)).expect("the file is ours");
    succeeds(package.cargo(&["build", "-q"]).env("RUSTC_WORKSPACE_WRAPPER", wrapper));
    typed(&mut merged(&package.executable("debug"), &[]), LINES, END);
}

/// Its types are defined in private modules, and exported by modules around these. Of one, another type has the
/// name there, and one is not exported at all.
const EXPORTS: &str = r#"
mod inner {
    pub mod deep {
        pub struct Open<T>(pub T);
        pub struct Sealed(pub u8);
    }
    pub use deep::Open;
}
pub mod net {
    mod tcp {
        #[derive(Debug, Clone)]
        pub struct Stream(pub u8);
        pub struct Plain {
            pub size: u8,
        }
    }
    pub use tcp::{Plain, Stream};
    pub mod udp {
        mod socket {
            pub struct Stream(pub u8);
        }
        pub fn stream() -> socket::Stream {
            socket::Stream(6)
        }
    }
}
pub use inner::Open;
pub fn sealed() -> inner::deep::Sealed {
    inner::deep::Sealed(4)
}
"#;

const GENERIC: &str = r#"
use hookable::{hook, hookable};

pub struct Delimited<U>(U);

impl<U> Delimited<U> {
    pub fn new(inner: U) -> Self {
        Delimited(inner)
    }

    #[hookable]
    pub async fn recv<T: Default>(&mut self) -> T {
        let count = 1;
        hook!();
        std::future::ready(()).await;
        let _ = count;
        T::default()
    }
}
"#;

const CALLS: &str = r#"
use std::pin::pin;
use std::task::{Context, Waker};

use PACKAGE::Delimited;

fn received<U>(inner: U) {
    let mut delimited = Delimited::new(inner);
    let future = pin!(delimited.recv::<Vec<u8>>());
    let _ = future.poll(&mut Context::from_waker(Waker::noop()));
    println!("received");
}

fn main() {
    received(exports::net::Stream(1));
    received(exports::Open(exports::net::Plain { size: 2 }));
    received(std::collections::BTreeMap::from([(3, 'c')]).into_iter());
    received(exports::sealed());
    received(exports::net::udp::stream());
}
"#;

#[test]
fn types_that_a_module_around_their_own_exports() {
    let package = Package::new("instances_exports")
        .lib(GENERIC)
        .main(&CALLS.replace("PACKAGE", "instances_exports"))
        .manifest("exports = { path = \"exports\" }")
        .file(
            "exports/Cargo.toml",
            "[package]\nname = \"exports\"\nversion = \"0.0.0\"\nedition = \"2024\"\n",
        )
        .file("exports/src/lib.rs", EXPORTS);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let unmade = |ty: &str| UNMADE.replace("doubled<Own>", &format!("Delimited<{ty}>::recv<Vec<u8>>"));
    let lines = &[
        ("count + 1", "2"),
        ("self", "Delimited(Stream(1))"),
        (":c\nstd::mem::size_of_val(&self.0)", "received\n1"),
        ("self", "Delimited(Open(Plain { size: 2 }))"),
        (":c\ncount + 1", "received\n2"),
        ("self", "Delimited([(3, 'c')])"),
        (":c\ncount + 1", &*format!("received\n{}", unmade("Sealed"))),
        (":c\ncount + 1", &*format!("received\n{}", unmade("Stream"))),
    ];
    typed(&mut merged(&package.executable("debug"), &[]), lines, "received");
}
