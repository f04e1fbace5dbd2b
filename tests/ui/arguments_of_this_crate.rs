hookable::this_crate!(on_err);

hookable::this_crate!(crate = hookable, step);

fn main() {}
