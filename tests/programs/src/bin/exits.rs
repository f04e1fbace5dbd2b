//! Hooks where errors leave functions. Most of this is here to be compiled; a line that ends in `// fails` is one where
//! a hook opens.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::{self, Debug, Display, Write as _};
use std::num::ParseIntError;
use std::sync::Mutex;
use std::task::Poll;

use hookable::{hook, hookable};

type Res<T> = Result<T, String>;
type Dyn<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[hookable(on_err)]
fn option(a: Option<i32>) -> Option<i32> {
    let b = a?;
    Some(b + 1)
}

#[hookable(on_err)]
fn constants(a: Option<i32>) -> Res<u8> {
    match a {
        None => {
            let n: u8 = "x".parse().map_err(|_| "no number")?; // fails
            //~ a: Option<i32> = None
            //~ err: &str = "no number"
            Ok(n)
        }
        Some(n) => Ok(n.unsigned_abs() as u8),
    }
}

#[hookable(on_err)]
fn mixed(a: Option<i32>) -> Res<i32> {
    let f = |x: Option<i32>| -> Option<i32> { Some(x? + 1) };
    let b = f(a).ok_or("none")?;
    Ok(b)
}

#[hookable(on_err)]
fn moved(a: String) -> Res<usize> {
    fn take(a: String) -> Result<usize, String> {
        if a.is_empty() { Err(a) } else { Ok(a.len()) }
    }
    let n = take(a)?; // fails
    //~ a: String -- moved: moved at line +0
    //~ err: String = ""
    Ok(n)
}

#[hookable(on_err)]
fn guard(m: &Mutex<HashMap<u8, u8>>) -> Res<u8> {
    let v = *m.lock().unwrap().get(&1).ok_or("no")?; // fails
    //~ m: &Mutex<HashMap<u8, u8>> = Mutex { data: "<locked>", poisoned: false, .. }
    //~ err: &str = "no"
    let g = m.lock().map_err(|e| e.to_string())?;
    let w = g.get(&1).ok_or_else(|| format!("{v}"))?;
    Ok(*w)
}

#[hookable(on_err)]
fn borrowed<'a>(m: &'a mut HashMap<u8, String>) -> Res<&'a mut String> {
    let v = m.get_mut(&1).ok_or("no")?; // fails
    //~ m: &mut HashMap<u8, String> -- borrowed: mutably borrowed, line +0
    //~ err: &str = "no"
    v.push('x');
    Ok(v)
}

#[hookable(on_err)]
fn tail_coerce(n: u8) -> Dyn<Box<dyn Fn() -> u8>> {
    if n > 3 {
        return Err("big".into());
    }
    let x = make(n);
    match n {
        0 => Err(Box::new(fmt::Error)), // fails
        //~ n: u8 = 0
        //~ x: Result<Box<dyn Fn() -> u8>, Box<dyn Error + Send + Sync>>
        //~ err: Box<dyn Error + Send + Sync> = Error
        1 => Err("one")?, // fails
        //~ n: u8 = 1
        //~ x: Result<Box<dyn Fn() -> u8>, Box<dyn Error + Send + Sync>>
        //~ err: &str = "one"
        2 => x,
        _ => Ok(Box::new(move || n)),
    }
}
fn make(n: u8) -> Dyn<Box<dyn Fn() -> u8>> {
    Ok(Box::new(move || n))
}

#[hookable(on_err)]
fn imp(n: u8) -> Result<impl Iterator<Item = u8>, String> {
    if n == 0 {
        return Err("zero".to_string());
    }
    let s: u8 = n.to_string().parse().map_err(|e| format!("{e}"))?;
    Ok((0..s).map(move |x| x + n))
}

#[hookable(on_err)]
fn generic<T: std::str::FromStr, E>(s: &str, f: impl Fn(T::Err) -> E) -> Result<Vec<T>, E> {
    let mut out = Vec::new();
    for part in s.split(',') {
        out.push(part.parse().map_err(&f)?);
    }
    let r = s.split(',').map(str::parse).collect::<Result<Vec<T>, _>>().map_err(f);
    let v = r?;
    out.extend(v);
    Ok(out)
}

#[hookable(on_err)]
fn display(w: &mut String, n: i32) -> fmt::Result {
    write!(w, "{n}")?;
    for i in 0..n {
        let (a, b) = match i {
            0 => continue,
            1 => (1, 2),
            9 => break,
            n => (n, n),
        };
        write!(w, "{a}{b}")?;
    }
    writeln!(w)
}

struct D(RefCell<u8>);
#[hookable(on_err)]
impl Display for D {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0.try_borrow().map_err(|_| fmt::Error)?;
        write!(f, "{n}")?;
        Debug::fmt(&n, f)
    }
}

#[hookable(on_err)]
fn poll(p: Poll<Result<u8, String>>) -> Poll<Result<u8, String>> {
    let v = p?; // fails
    //~ p: Poll<Result<u8, String>> -- moved: moved at line -2
    //~ err: String = "poll"
    match v {
        Poll::Ready(n) => Poll::Ready(Ok(n)),
        Poll::Pending => Poll::Pending,
    }
}

#[hookable(on_err)]
fn macros(v: &[&str]) -> Res<Vec<i32>> {
    let all = vec![v[0].parse::<i32>().map_err(|e| e.to_string())?, 2];
    println!("{}", v[0].parse::<i32>().map_err(|e| e.to_string())?);
    assert!(v.first().ok_or("empty")?.len() < 9);
    macro_rules! tr {
        ($e:expr) => {
            $e.map_err(|e| format!("{e}"))?
        };
    }
    let n: i32 = tr!(v[0].parse::<i32>());
    Ok([all, vec![n]].concat())
}

#[hookable(on_err)]
fn early(err: u8) -> Result<u8, u8> {
    let f = |e: u8| if e == 0 { Err(e) } else { Ok(e) };
    let a = f(err)?; // fails
    //~ f: {{closure}}
    //~ err: u8 = 0
    let x = 'l: {
        if a > 3 {
            break 'l f(a)?;
        }
        a
    };
    let Some(y) = Some(x) else { return Err(7) };
    if let Ok(z) = f(y)
        && f(z)? > 200
    {
        return f(z);
    }
    while f(y)? == 0 {}
    loop {
        match f(y) {
            Ok(n) => return Ok(n),
            e => return e,
        }
    }
}

#[hookable(on_err)]
fn hooked(a: &str) -> Res<i32> {
    let mut n: i32 = a.parse().map_err(|_| "a")?;
    hook!();
    //~ a: &str = "1"
    //~ n: i32 = 1
    n += 1;
    let t = {
        hook!();
        //~ a: &str = "1"
        //~ n: i32 = 2
        a.parse::<i32>()
    }
    .map_err(|_| "b")?;
    Ok(n + t)
}

trait Tr {
    fn go(&self) -> Res<u8>;
    fn by_default(&self) -> Res<u8> {
        let n = self.go()?;
        Ok(n)
    }
}
#[hookable(on_err)]
impl Tr for u8 {
    fn go(&self) -> Res<u8> {
        let s = self.to_string();
        s.parse().map_err(|_| String::new())
    }
}

#[hookable(on_err)]
trait Tr2 {
    fn a(&self) -> Res<u8>;
    fn provided(&self) -> Res<u8> {
        let n = self.a()?;
        Ok(n)
    }
}
impl Tr2 for u8 {
    fn a(&self) -> Res<u8> {
        Ok(*self)
    }
}

macro_rules! make_fn {
    ($name:ident, $e:expr) => {
        #[hookable(on_err)]
        fn $name(s: &str) -> Res<i32> {
            let v = s.parse::<i32>().map_err(|e| e.to_string())?; // fails
            //~ s: &str = "x"
            //~ err: String = "invalid digit found in string"
            let w = $e;
            Ok(v + w)
        }
    };
}
make_fn!(made, 3);
make_fn!(made_again, 4);

#[hookable(on_err)]
async fn awaits(s: &str) -> Dyn<u8> {
    let n = one(s).await?; // fails
    //~ s: &str = "x"
    //~ err: ParseIntError = ParseIntError { kind: InvalidDigit }
    let counted = std::rc::Rc::new(1);
    drop(counted);
    let m = one(s).await.map_err(|e| e.to_string())?;
    let f = async {
        let k = one(s).await?;
        Dyn::Ok(k)
    };
    let k = f.await?;
    if n == 9 {
        return Err("nine".into());
    }
    Ok(one(&format!("{}", n + m + k)).await?)
}
async fn one(s: &str) -> Result<u8, std::num::ParseIntError> {
    s.parse()
}
struct NotSend(std::rc::Rc<u8>);
async fn two(s: &str) -> Result<u8, NotSend> {
    s.parse().map_err(|_| NotSend(std::rc::Rc::new(1)))
}
#[hookable(on_err)]
async fn drops_between(s: &str) -> Result<u8, String> {
    let n = two(s).await.map_err(|e| e.0.to_string())?;
    let r = two(s).await;
    let m = match r {
        Ok(n) => n,
        Err(e) => return Err(e.0.to_string()),
    };
    Ok(n + m)
}
fn send<T: Send>(t: T) -> T {
    t
}

#[hookable(on_err)]
fn recursion(n: u8) -> Res<u8> {
    if n == 0 {
        Err("end".into()) // fails
        //~ n: u8 = 0
        //~ err: String = "end"
    } else {
        let m = recursion(n - 1)?; // fails
        //~ n: u8 = 1
        //~ err: String = "end"
        Ok(m)
    }
}

struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}
impl Loud {
    fn res(&self) -> Res<u8> {
        Ok(1)
    }
}
fn temp(s: &'static str) -> Loud {
    Loud(s)
}
fn add(a: u8, b: u8) -> u8 {
    println!("add");
    a + b
}
#[hookable(on_err)]
fn order() -> Res<u8> {
    let _l = Loud("local");
    let n = add(temp("t1").res()?, temp("t2").res()?);
    temp("t3").res().map(|m| m + n)
}

#[hookable(on_err)]
fn closures() -> Res<u8> {
    let v = vec!["1", "x"];
    let r: Vec<u8> = v
        .iter()
        .map(|s| s.parse::<u8>().map_err(|e| e.to_string()))
        .collect::<Result<_, _>>()?; // fails
        //~ v: Vec<&str> = ["1", "x"]
        //~ err: String = "invalid digit found in string"
    let s = (|| -> Res<u8> {
        let a = v[0].parse::<u8>().map_err(|e| e.to_string())?;
        Ok(a)
    })()?;
    let mut opt: Option<u8> = Default::default();
    let b: u8 = std::mem::take(&mut opt).ok_or("none".to_string())?;
    opt = Some(1u8);
    let _ = opt;
    Ok(r[0] + s + b)
}

#[hookable(on_err)]
fn one_expression(text: &str) -> Res<impl Iterator<Item = u8>> {
    let plain = |text: &str| -> Result<u8, ParseIntError> { Ok(text.parse::<u8>()? + 1) };
    let open = |text: &str| { Ok::<u8, ParseIntError>(text.parse::<u8>()?) };
    let _ = async { Ok::<u8, ParseIntError>(text.parse::<u8>()?) };
    Ok((0..plain(text).map_err(|error| error.to_string())?).map(move |n| n + open("1").unwrap_or(0)))
}

#[hookable(on_err)]
fn breaks(n: u8) -> Res<u8> {
    let tried = |m: u8| if m > 2 { Err(format!("{m}")) } else { Ok(m) };
    'tries: loop {
        let last = 'kept: {
            if n == 1 {
                break 'kept tried(n);
            }
            tried(n + 1)
        };
        for more in 0..n {
            if more == 1 {
                break 'tries tried(more + 9); // fails
                //~ n: u8 = 2
                //~ tried: {{closure}}
                //~ last: Result<u8, String> = Err("3")
                //~ more: u8 = 1
                //~ err: String = "10"
            }
        }
        break last;
    }
}

#[hookable(on_err)]
fn constant() -> Res<u8> {
    #[allow(non_upper_case_globals)]
    const err: u8 = 1;
    let n: u8 = "1".parse().map_err(|_| "x")?;
    Ok(n + err)
}

#[hookable(on_err)]
const fn constantly() -> Result<u8, u8> {
    Err(1)
}

fn hard() {
    print(&option(None));
    print(&constants(None));
    print(&mixed(Some(1)));
    print(&moved(String::new()));
    print(&guard(&Mutex::default()));
    print(&borrowed(&mut HashMap::new()));
    for n in 0..4 {
        print(&tail_coerce(n).map(|f| f()));
    }
    print(&imp(0).map(|all| all.sum::<u8>()));
    print(&generic::<u8, _>("1,2", |e| e));
    print(&display(&mut String::new(), 2));
    print(&D(RefCell::new(1)).to_string());
    print(&poll(Poll::Ready(Err("poll".into()))));
    print(&macros(&["x"]));
    print(&early(0));
    print(&hooked("1"));
    print(&1u8.by_default());
    print(&1u8.provided());
    print(&made("x"));
    print(&made_again("1"));
    print(&recursion(2));
    print(&closures());
    print(&one_expression("1").map(Iterator::count));
    (0..3).for_each(|n| print(&breaks(n)));
    print(&constant());
    print(&constantly());
    print(&steps("x"));
    print(&wait(send(awaits("x"))));
    print(&wait(send(drops_between("1"))));
}

fn print(value: &dyn Debug) {
    println!("{value:?}");
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    match future
        .as_mut()
        .poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

#[derive(Debug)]
#[allow(dead_code, reason = "they are printed")]
enum ReadError {
    Missing(&'static str),
    Number(ParseIntError),
}

impl From<ParseIntError> for ReadError {
    fn from(error: ParseIntError) -> Self {
        ReadError::Number(error)
    }
}

/// Its expression is evaluated again with other locals.
#[hookable(on_err)]
fn read(text: &str, limit: i32) -> Result<i32, ReadError> {
    let trimmed = text.trim();
    let number: i32 = trimmed.parse()?; // fails
    //~ text: &str = " 12x "
    //~ limit: i32 = 20
    //~ trimmed: &str = "12x"
    //~ err: ParseIntError = ParseIntError { kind: InvalidDigit }
    if number > limit {
        return Err(ReadError::Missing("too large")); // fails
        //~ text: &str = "30"
        //~ limit: i32 = 20
        //~ trimmed: &str = "30"
        //~ number: i32 = 30
        //~ err: ReadError = Missing("too large")
    }
    Ok(number)
}

/// Hooks that sleep stand beside those at the exits.
#[hookable(on_err, step)]
fn steps(text: &str) -> Result<u8, ParseIntError> {
    let number: u8 = text.parse()?; // fails
    //~ text: &str = "x"
    //~ err: ParseIntError = ParseIntError { kind: InvalidDigit }
    Ok(number + 1)
}

fn retries() {
    print(&read(" 12x ", 20));
    print(&read("30", 20));
    print(&moved(String::new()));
    print(&borrowed(&mut HashMap::new()).map(|text| text.len()));
}

fn order_of_drops() {
    print(&order());
}

programs::run!(hard, order_of_drops, retries);
