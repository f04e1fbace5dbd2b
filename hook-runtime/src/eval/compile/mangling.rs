//! How the symbols of the program are made, where the call of rustc does not say it.
//!
//! What lets a stable rustc take options that are not stable has it make symbols as one of the nightly channel does. A
//! line's slot is found by its symbol, so such a call is told how the program's were made.

use std::process::Command;
use std::sync::LazyLock;

use hook_loader::Host;
use hook_rustc::CallRecord;

/// Tells a call that may make other symbols how those of the program are made.
pub(super) fn keep(record: &CallRecord, command: &mut Command) {
    static IS_V0: LazyLock<bool> = LazyLock::new(is_v0);
    let is_unstable = command
        .get_envs()
        .any(|(name, value)| name == "RUSTC_BOOTSTRAP" && value.is_some());
    if is_unstable && record.call.may_change_mangling() {
        let mangling = if *IS_V0 { "v0" } else { "legacy" };
        command.args(["-Z", "unstable-options", "-C"]);
        command.arg(format!("symbol-mangling-version={mangling}"));
    }
}

/// Returns whether this crate, which the same rustc compiled, has symbols of the scheme v0.
fn is_v0() -> bool {
    let own = super::child::prepare as fn(&mut Command);
    let slot = Host::of_this_process().and_then(|host| host.slot_at(own as usize));
    slot.is_ok_and(|slot| slot.is_some_and(|slot| slot.name.starts_with("_R")))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn symbols_of_this_program() {
        let own = super::super::child::prepare as fn(&mut Command);
        let slot = Host::of_this_process().unwrap().slot_at(own as usize);
        let name = slot.unwrap().expect("a test has symbols").name;
        assert!(name.contains("7prepare"), "{name}");
        assert_eq!(is_v0(), !name.starts_with("_ZN"), "{name}");
    }
}
