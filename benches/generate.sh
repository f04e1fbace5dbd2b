#!/usr/bin/env bash
# Writes a crate of functions of 21 lines each, for the other scripts to build.
# usage: benches/generate.sh DIR FUNCTIONS HOOKS    (HOOKS is none, attributes, one or each)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

mkdir -p "$1/src"
cat > "$1/Cargo.toml" <<TOML
[package]
name = "$(basename "$1")"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
hookable = { path = "$root" }
TOML
awk -v functions="$2" -v hooks="$3" -v dir="$1/src" 'BEGIN {
    lib = dir "/lib.rs"
    print "#![allow(unused)]" > lib
    for (n = 0; n < functions; n++) {
        if (n % 100 == 0) {
            file = sprintf("%s/part%d.rs", dir, n / 100)
            printf "pub mod part%d;\n", n / 100 > lib
            print "use std::collections::BTreeMap;\nuse hookable::{hook, hookable};\n" > file
        }
        hooked = hooks == "each" || (hooks == "one" && n == int(functions / 2))
        if (hooked || hooks == "attributes") print "#[hookable]" > file
        printf "pub fn function%d(words: &[String], limit: usize) -> Result<BTreeMap<String, usize>, String> {\n", n > file
        print "    let mut counts = BTreeMap::new();" > file
        print "    let mut longest = None;" > file
        print "    for (index, word) in words.iter().enumerate() {" > file
        print "        let key = word.trim().to_lowercase();" > file
        print "        if key.len() > limit {" > file
        printf "            return Err(format!(\"word {index} is too long: {key} ({})\", %d));\n", n > file
        print "        }" > file
        print "        if longest.as_ref().is_none_or(|longest: &String| longest.len() < key.len()) {" > file
        print "            longest = Some(key.clone());" > file
        print "        }" > file
        print "        *counts.entry(key).or_insert(0) += 1;" > file
        print "    }" > file
        if (hooked) print "    hook!();" > file
        print "    let total: usize = counts.values().sum();" > file
        print "    match longest {" > file
        printf "        Some(word) if total > %d => counts.insert(word, total),\n", n > file
        print "        Some(_) | None => None," > file
        print "    };" > file
        print "    Ok(counts)" > file
        print "}\n" > file
    }
}'
