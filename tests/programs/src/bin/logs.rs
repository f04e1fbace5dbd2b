//! A program with a logger of its own.

use std::io::Write;

use hookable::{hook, hookable};

#[hookable]
fn default_target() {
    hook!();
}

#[hookable]
fn own_target() {
    hook!(target = "my::log");
}

fn main() {
    env_logger::Builder::new()
        .filter_level(log::LevelFilter::Debug)
        .target(env_logger::Target::Stdout)
        .format(|out, record| {
            let (file, line) = (record.file().unwrap_or("?"), record.line().unwrap_or(0));
            let (target, module) = (record.target(), record.module_path().unwrap_or("?"));
            writeln!(out, "{} {target} {module} {file}:{line} {}", record.level(), record.args())
        })
        .init();
    default_target();
    own_target();
}
