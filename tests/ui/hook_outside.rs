use hookable::hook;

fn main() {
    let a = 1;
    hook!();
    hook!("a is {a}", read_only);
}
