//! rustc's command line, split into options and their values.

/// An argument of rustc: an option with its value, or an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arg {
    /// An option without a value: `-O`, `--test`.
    Flag(String),
    /// An option with a value: `--emit=link`, `--emit link`, `-C opt-level=3`, `-Copt-level=3`. The name is `--emit`,
    /// `-C`.
    Option(String, String),
    /// The source file.
    Input(String),
}

const FLAGS: [&str; 9] = [
    "-O",
    "-g",
    "-h",
    "-v",
    "-V",
    "--help",
    "--test",
    "--verbose",
    "--version",
];

/// Splits a command line.
pub(crate) fn split(args: &[String]) -> Vec<Arg> {
    let mut out = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        out.push(if !arg.starts_with('-') || arg == "-" {
            Arg::Input(arg.clone())
        } else if FLAGS.contains(&arg.as_str()) {
            Arg::Flag(arg.clone())
        } else if arg.starts_with("--") {
            match arg.split_once('=') {
                Some((name, value)) => Arg::Option(name.into(), value.into()),
                None => option(arg, args.next()),
            }
        } else if arg.len() > 2 {
            Arg::Option(arg[..2].into(), arg[2..].into())
        } else {
            option(arg, args.next())
        });
    }
    out
}

impl Arg {
    /// Adds the argument to a command line.
    pub(crate) fn add_to(self, args: &mut Vec<String>) {
        match self {
            Arg::Option(name, value) if name.starts_with("--") => args.push(format!("{name}={value}")),
            Arg::Option(name, value) => args.extend([name, value]),
            Arg::Flag(arg) | Arg::Input(arg) => args.push(arg),
        }
    }
}

fn option(name: &str, value: Option<&String>) -> Arg {
    match value {
        Some(value) => Arg::Option(name.into(), value.clone()),
        None => Arg::Flag(name.into()),
    }
}

/// Returns the values of an option, in order.
pub(crate) fn values<'a>(args: &'a [Arg], name: &str) -> impl Iterator<Item = &'a str> {
    args.iter().filter_map(move |arg| match arg {
        Arg::Option(option, value) if option == name => Some(value.as_str()),
        _ => None,
    })
}

/// Returns the last value of `-C NAME`, which is the one that rustc takes. It is empty where the option is given
/// without a value.
pub(crate) fn codegen<'a>(args: &'a [Arg], name: &str) -> Option<&'a str> {
    let options = values(args, "-C").chain(values(args, "--codegen"));
    let named = options.filter_map(|option| match option.split_once('=') {
        Some((key, value)) => (key.replace('_', "-") == name).then_some(value),
        None => (option.replace('_', "-") == name).then_some(""),
    });
    named.last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: &str) {
        let args: Vec<String> = line.split_whitespace().map(String::from).collect();
        assert_eq!(format!("{:?}", split(&args)), expect);
    }

    #[test]
    fn options_are_split_from_their_values() {
        check("src/lib.rs -O", r#"[Input("src/lib.rs"), Flag("-O")]"#);
        check(
            "--emit=link --out-dir d -",
            r#"[Option("--emit", "link"), Option("--out-dir", "d"), Input("-")]"#,
        );
        check(
            "-C opt-level=3 -Cdebuginfo=1",
            r#"[Option("-C", "opt-level=3"), Option("-C", "debuginfo=1")]"#,
        );
        check(
            "--test --cfg a=\"b\"",
            r#"[Flag("--test"), Option("--cfg", "a=\"b\"")]"#,
        );
    }

    #[test]
    fn the_last_codegen_option_counts() {
        let args: Vec<String> = ["-C", "opt-level=1", "-Copt_level=3"].map(String::from).into();
        assert_eq!(codegen(&split(&args), "opt-level"), Some("3"));
        assert_eq!(codegen(&split(&args), "debug-assertions"), None);
    }
}
