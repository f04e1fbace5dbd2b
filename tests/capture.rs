//! What a hook sees.

use crate::support::expect;

#[test]
fn every_form_of_binding() {
    expect::check("bindings");
}

#[test]
fn what_patterns_bind_by_value() {
    expect::check("destructured");
}

#[test]
fn every_kind_of_type() {
    expect::check("types");
}

#[test]
fn where_errors_leave() {
    expect::check("exits");
}

#[test]
fn what_is_hard_to_ask() {
    expect::check("probed");
}

#[test]
fn fields_and_what_a_loop_ends() {
    expect::check("parts");
}

#[test]
fn what_impls_ask_of_lifetimes() {
    expect::check("impls");
}
