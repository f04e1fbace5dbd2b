//! Async functions and blocks, on tokio.
#![allow(unused)]

use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use hookable::{hook, hookable};

fn is_send<T: Send>(value: T) -> T {
    value
}

#[hookable]
async fn plain(n: u32) -> u32 {
    let before = vec![n];
    hook!();
    //~ n: u32 = 1
    //~ before: Vec<u32> = [1]
    tokio::task::yield_now().await;
    let after = before.len();
    hook!();
    //~ n: u32 = 1
    //~ before: Vec<u32> = [1]
    //~ after: usize = 1
    n + 1
}

#[hookable]
async fn held_across(text: String) -> usize {
    let r = &text;
    tokio::task::yield_now().await;
    hook!();
    //~ text: String = "text" -- read_only: borrowed by r, line -2
    //~ r: &String = "text"
    r.len()
}

fn consume(count: Rc<u8>) -> u8 {
    *count
}

/// A hook that borrows `count` would keep it up to the `.await`, and the future could not be sent.
#[hookable]
async fn moved_before() -> u8 {
    let (count, first) = (Rc::new(5), 1);
    hook!();
    //~ count: Rc<u8> -- unavailable: an `.await` behind this hook would keep it, and the future would not be `Send`
    //~ first: u8 = 1
    let n = consume(count);
    tokio::task::yield_now().await;
    n + first
}

struct Count(Rc<u8>);

impl Count {
    fn consumed(self) -> u8 {
        consume(self.0)
    }
}

/// Of two calls of a method the syntax does not say that they move `count`, so it is asked whether that is `Send`.
#[hookable]
async fn moved_by_methods(n: u8) -> u8 {
    let count = Count(Rc::new(n));
    if n == 0 {
        return count.consumed();
    }
    hook!();
    //~ n: u8 = 2
    //~ count: Count -- unavailable: an `.await` behind this hook would keep it, and the future would not be `Send`
    let n = count.consumed();
    tokio::task::yield_now().await;
    n
}

#[hookable]
fn recursive(n: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async move {
        hook!(when = n == 0);
        //~ n: u8 = 0 -- read_only: captured by this closure
        if n == 0 { 0 } else { recursive(n - 1).await + 1 }
    })
}

#[hookable]
async fn recursive_fn(n: u8) -> u8 {
    hook!();
    //~ n: u8 = 1
    if n == 0 { 0 } else { Box::pin(recursive_fn(n - 1)).await + 1 }
}

#[hookable]
async fn selects() -> &'static str {
    let limit = Duration::from_secs(60);
    let answer = tokio::select! {
        biased;
        value = async { hook!(); 5 } => {
        //~ limit -- unavailable: not captured whole by this closure
            hook!();
            //~ limit: Duration = 60s
            //~ value: i32 = 5 -- read_only: bound by a pattern, without `mut`
            "first"
        }
        () = tokio::time::sleep(limit), if limit.as_secs() > 9 => {
            hook!("never");
            //~ not reached
            "second"
        }
    };
    let (a, b) = tokio::join!(async { hook!(); 1 }, async { 2 });
    //~ limit -- unavailable: not captured whole by this closure
    //~ answer -- unavailable: not captured whole by this closure
    answer
}

#[hookable]
async fn spawns() {
    let shared = std::sync::Arc::new(3);
    let given = shared.clone();
    let task = tokio::spawn(async move {
        let own = *given;
        hook!();
        //~ shared -- unavailable: not captured whole by this closure
        //~ given: Arc<i32> = 3 -- read_only: captured by this closure
        //~ own: i32 = 3
        tokio::task::yield_now().await;
        own
    });
    task.await.unwrap();
    let closure = async |n: u8| {
        hook!();
        //~ shared -- unavailable: not captured whole by this closure
        //~ given -- unavailable: not captured whole by this closure
        //~ task -- unavailable: not captured whole by this closure
        //~ n: u8 = 4
        n
    };
    closure(4).await;
}

struct Service {
    calls: u32,
}

#[derive(Debug)]
struct Request {
    weight: u32,
}

#[hookable]
impl Service {
    #[tracing::instrument(skip(self))]
    async fn call(&mut self, name: &str) -> u32 {
        self.calls += 1;
        hook!();
        //~ self: &mut Service
        //~ name: &str = "name"
        tokio::task::yield_now().await;
        self.calls
    }

    /// This is what `#[async_trait]` makes of an `async fn`.
    fn boxed<'a>(&'a mut self, count: u32, other: &'a Request) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>> {
        Box::pin(async move {
            let mut __self = self;
            let count = count;
            let __ret: u32 = {
                __self.calls += count + other.weight;
                hook!();
                //~ other: &Request = Request { weight: 0 } -- read_only: captured by this closure
                //~ self: &mut Service
                //~ count: u32 = 2
                __self.calls
            };
            __ret
        })
    }
}

#[hookable]
#[tracing::instrument]
fn instrumented(n: u8) -> Result<u8, String> {
    let m = n.checked_add(1).ok_or("too large")?;
    hook!();
    //~ n: u8 = 7
    //~ m: u8 = 8
    Ok(m)
}

#[tokio::main]
#[hookable]
async fn main() {
    let first = 1;
    hook!();
    //~ first: u32 = 1
    is_send(plain(first)).await;
    is_send(held_across("text".into())).await;
    is_send(moved_before()).await;
    is_send(moved_by_methods(2)).await;
    recursive(2).await;
    is_send(recursive_fn(1)).await;
    is_send(selects()).await;
    is_send(spawns()).await;
    is_send(Service { calls: 0 }.call("name")).await;
    is_send(Service { calls: 0 }.boxed(2, &Request { weight: 0 })).await;
    instrumented(7).unwrap();
    inner_main();
}

#[hookable]
#[tokio::main(flavor = "current_thread")]
async fn inner_runtime(n: u8) {
    let local = n;
    hook!();
    //~ n: u8 = 8
    //~ local: u8 = 8
}

fn inner_main() {
    std::thread::spawn(|| inner_runtime(8)).join().unwrap();
}
