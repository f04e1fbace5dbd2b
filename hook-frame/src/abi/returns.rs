//! A line returns from the function around its hook: it leaves the value, and ends.

use std::fmt::Debug;

use super::like::Like;
use super::line::{Role, RunningLine};
use super::run::{Ended, ended};
use super::slot::CapturedPlace;
use crate::format::Form;
use crate::frame::Returned;

impl<R> CapturedPlace<'_, Returned<R>> {
    /// Returns a value of the type that the function returns.
    pub fn returned(&self, value: R) -> R {
        value
    }

    /// Tells rustc the type that the function returns.
    pub fn returns(&self, _: Like<R>) {}
}

impl RunningLine<'_> {
    /// Leaves a value for the function to return. Only what was typed can end the function.
    pub fn returns<R>(&mut self, place: &CapturedPlace<'_, Returned<R>>, value: R) {
        match self.role {
            Role::Typed => place.shared().set(value),
            Role::Aside | Role::Timed | Role::Instance => self.discard(value),
        }
    }
}

/// Returns the outcome of a line with a macro that returns an error from the function.
pub fn returning<V, T, E: Debug>(
    ran: Result<Result<V, E>, Ended>,
    line: &mut RunningLine<'_>,
    place: &CapturedPlace<'_, Returned<Result<T, E>>>,
) -> Result<V, Ended> {
    match ran {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            let error: Result<T, E> = Err(error);
            if let Err(error) = &error {
                line.show(Form::Debug(&Err::<(), &E>(error)), "Err");
            }
            line.returns(place, error);
            Err(ended().into())
        }
        Err(ended) => Err(ended),
    }
}
