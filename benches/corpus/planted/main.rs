//! Calls functions of published crates, after hooks were planted in them from the hook here.

use std::hint::black_box;

use hookable::{hook, hookable};

#[hookable]
fn main() {
    let rounds: usize = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    for _round in 0..rounds {
        hook!();
        calls();
    }
    println!("end");
}

/// Calls all that hooks are planted in.
fn calls() {
    use heck::{ToKebabCase, ToShoutySnakeCase, ToUpperCamelCase};

    let version = semver::Version::parse("1.20.3-alpha.1+build.5").expect("it is a version");
    black_box(format!("{version:>30}"));
    for required in [">=1.2, <2", "~1.20", "^1", "1.*"] {
        let required = semver::VersionReq::parse(required).expect("it is a requirement");
        black_box(required.matches(&semver::Version::new(1, 20, 3)));
        black_box(required.matches(&version));
    }
    black_box("planted hook".to_kebab_case());
    black_box("planted hook".to_shouty_snake_case());
    black_box("planted hook".to_upper_camel_case());

    let duration = humantime::parse_duration("2h 37min 1.5s").expect("it is a duration");
    black_box(humantime::format_duration(duration).to_string());
    black_box(humantime::format_rfc3339(std::time::UNIX_EPOCH + duration).to_string());
    black_box(humantime::parse_rfc3339("2018-02-14T00:28:07Z").expect("it is a time"));

    black_box(shlex::split("say \"to all\" 'or none'").expect("it is well quoted"));
    black_box(shlex::try_quote("it's").expect("it has no nul"));

    black_box(strsim::levenshtein("kitten", "sitting"));
    black_box(strsim::normalized_levenshtein("kitten", "sitting"));
    black_box(strsim::osa_distance("ab", "bca"));
    black_box(strsim::jaro_winkler("cheeseburger", "cheese fries"));
    black_box(strsim::damerau_levenshtein("ab", "bca"));
    black_box(strsim::generic_damerau_levenshtein(&[1, 2], &[2, 3, 1]));
    black_box(strsim::sorensen_dice("french", "quebec"));
    black_box(strsim::hamming("hammers", "hamming")).expect("they are of one length");

    black_box(hex::decode("c0ffee").expect("it is hexadecimal"));
    black_box(hex::encode([1, 2]));
    black_box(adler2::adler32_slice(b"Wikipedia"));
    black_box(percent_encoding::percent_decode_str("foo%20bar%3f").decode_utf8_lossy());
    black_box(percent_encoding::utf8_percent_encode("a b", percent_encoding::NON_ALPHANUMERIC).to_string());
}
