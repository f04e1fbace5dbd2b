//! A hook at an exit of a function sees the error that leaves there, and may have its expression evaluated again.

use std::cell::Cell;
use std::marker::PhantomData;
use std::task::Poll;

/// Says what stands at a hook besides the hook.
pub enum Exit {
    /// Nothing: it is a `hook!` of the source.
    None,
    /// An error leaves the function, and its expression can be evaluated again.
    Retries,
    /// An error leaves the function. Its expression cannot be evaluated again, for this reason.
    Stops(&'static str),
    /// A panic leaves the function.
    Panics,
}

/// Is implemented for what may be an error.
pub trait Failing: Sized {
    /// The error.
    type Error;

    /// Returns the error, or the value whole where it is none.
    fn check(self) -> Result<Self, Self::Error>;

    /// Returns the value that is this error.
    fn of(error: Self::Error) -> Self;
}

impl<T, E> Failing for Result<T, E> {
    type Error = E;

    #[inline]
    fn check(self) -> Result<Self, E> {
        self.map(Ok)
    }

    #[inline]
    fn of(error: E) -> Self {
        Err(error)
    }
}

impl<T, E> Failing for Poll<Result<T, E>> {
    type Error = E;

    #[inline]
    fn check(self) -> Result<Self, E> {
        match self {
            Poll::Ready(Err(error)) => Err(error),
            other => Ok(other),
        }
    }

    #[inline]
    fn of(error: E) -> Self {
        Poll::Ready(Err(error))
    }
}

impl<T, E> Failing for Poll<Option<Result<T, E>>> {
    type Error = E;

    #[inline]
    fn check(self) -> Result<Self, E> {
        match self {
            Poll::Ready(Some(Err(error))) => Err(error),
            other => Ok(other),
        }
    }

    #[inline]
    fn of(error: E) -> Self {
        Poll::Ready(Some(Err(error)))
    }
}

/// Returns the error that a value is, or the value whole.
#[inline]
pub fn checked<F: Failing>(value: F) -> Result<F, F::Error> {
    value.check()
}

/// Returns the value that an error is.
#[inline]
pub fn failed<F: Failing>(error: F::Error) -> F {
    F::of(error)
}

/// The type that a function returns, which rustc infers from code that never runs.
pub struct Out<R>(PhantomData<fn() -> R>);

/// Makes an [`Out`].
#[inline]
pub fn out<R>() -> Out<R> {
    Out(PhantomData)
}

/// Ties an [`Out`] to the type that the function around returns. It stands only in code that never runs.
pub fn never_returned<R>(_: &Out<R>) -> R {
    unreachable!("never_returned() stands only in unreachable code")
}

/// Returns a value that the function is about to return. It has rustc know its type.
#[inline]
pub fn returned<R>(_: &Out<R>, value: R) -> R {
    value
}

thread_local! {
    /// A line at the hook that this thread has just left wants the expression evaluated again.
    static RETRY: Cell<bool> = const { Cell::new(false) };
}

/// Tells, once, whether a line wanted the expression evaluated again.
pub fn retries() -> bool {
    RETRY.try_with(|retry| retry.replace(false)).unwrap_or(false)
}

/// Has the expression at this hook evaluated again.
pub fn retry() {
    let _ = RETRY.try_with(|retry| retry.set(true));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_whole<F: Failing<Error = u8> + PartialEq + Clone>(value: F) -> bool {
        match checked(value.clone()) {
            Ok(whole) => whole == value,
            Err(error) => {
                assert!(failed::<F>(error) == value);
                false
            }
        }
    }

    #[test]
    fn what_is_an_error() {
        assert!(is_whole::<Result<i32, u8>>(Ok(1)));
        assert!(!is_whole::<Result<i32, u8>>(Err(1)));
        assert!(is_whole(Poll::Ready(Ok::<i32, u8>(1))));
        assert!(is_whole(Poll::<Result<i32, u8>>::Pending));
        assert!(!is_whole(Poll::Ready(Err::<i32, u8>(1))));
        assert!(is_whole(Poll::Ready(Some(Ok::<i32, u8>(1)))));
        assert!(is_whole(Poll::<Option<Result<i32, u8>>>::Ready(None)));
        assert!(!is_whole(Poll::Ready(Some(Err::<i32, u8>(1)))));
    }

    #[test]
    fn a_retry_is_wanted_once() {
        assert!(!retries());
        retry();
        assert!(retries() && !retries());
    }
}
