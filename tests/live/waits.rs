//! A line waits for what it awaits.

use super::check;

#[test]
fn beside_other_threads_of_the_runtime() {
    check(
        "live_tasks",
        "tasks",
        &[
            ("soon(before).await + soon(1).await", "5"),
            ("it + 1", "6"),
            ("let told = tokio::spawn(soon(5)).await;", ""),
            ("told?", "5"),
            (":type soon(1).await", "u32"),
            ("before = soon(10).await", ""),
            (":undo", "before is 4 again"),
            ("tokio::join!(soon(1), async { soon(2).await })", "(1, 2)"),
            ("println!(\"{}\", soon(3).await)", "3"),
            ("for n in 0..2 { before += soon(n).await; }", ""),
            ("Err::<u8, _>(soon(7).await)?; before = 0", "Err(7)"),
            ("panic!(\"{}\", soon(9).await)", "the line panicked: 9\n --> hook:1:1"),
            (
                "n.await",
                "error[E0277]: `u32` is not a future\n --> hook:1:3\n | n.await\n |   ^^^^^ `u32` is not a future\n  \
                 = help: the trait `Future` is not implemented for `u32`\n  \
                 = note: u32 must be a future or must implement `IntoFuture` to be awaited\n  \
                 = note: required for `u32` to implement `IntoFuture`\n  = help: remove the `.await`: `n`",
            ),
        ],
        "5",
    );
}

#[test]
fn where_the_hook_has_the_only_thread_of_the_runtime() {
    check(
        "live_tasks",
        "single_task",
        &[
            ("soon(n).await", "3"),
            ("tokio::spawn(soon(4)).await?", "4"),
            (
                "tokio::time::timeout(Duration::from_millis(1), std::future::pending::<()>()).await.is_err()",
                "true",
            ),
        ],
        "4",
    );
}

#[test]
fn without_a_runtime() {
    check(
        "live_tasks",
        "unhosted",
        &[
            ("async { x += 1; x }.await + soon(1).await as i32", "12"),
            ("async fn one() -> u8 { 1 }", ""),
            ("one().await", "1"),
        ],
        "11",
    );
}
