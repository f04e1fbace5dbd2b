//! The same functions for platforms where the program cannot listen.

use std::convert::Infallible;
use std::ffi::OsString;

use crate::console::{Flow, Prompt};
use crate::frame::Frame;
use crate::record::Recorder;
use crate::turn::Turn;

/// An address of a socket. There is none on this platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(Infallible);

impl Address {
    /// Returns the reason why no address can be listened at.
    pub(crate) fn parse(_: Option<&str>) -> Result<Self, &'static str> {
        Err(
            "failed to listen: a program listens on Linux only; HOOKABLE=script=FILE or record=FILE needs no terminal either",
        )
    }
}

/// What a hook does that is reached while no client is there. There is no client on this platform.
pub(crate) struct Unattended(Infallible);

impl Unattended {
    pub(crate) fn parse(_: Option<OsString>) -> Result<Self, String> {
        Err("failed to listen: a program listens on Linux only".to_owned())
    }
}

pub(crate) fn start(address: &Address) -> Result<Option<String>, Infallible> {
    match address.0 {}
}

pub(crate) fn opens(unattended: &Unattended, _: u64) -> bool {
    match unattended.0 {}
}

pub(crate) fn record(unattended: &Unattended) -> Option<&Recorder> {
    match unattended.0 {}
}

/// It is never called on this platform, since no mode listens.
pub(crate) fn serve(_: &mut Frame<'_, '_>, _: &Turn, _: &[String], _: Prompt<'_>) -> Flow {
    Flow::Resume
}

/// Keeps nothing.
pub(crate) fn traced(_: &str) {}
