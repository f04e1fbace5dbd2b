#!/usr/bin/env bash
# What the first build of a user's crate costs, and what its executable grows by, with debug information of dependencies and without. The
# crates of this workspace are packaged and unpacked first, so that they are built as those of a registry are.
# usage: benches/first_build.sh [RUNS]    (3 if not given; needs the network for crates)
set -euo pipefail
runs=${1:-3}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TERM_COLOR=never
unset CARGO_TARGET_DIR

# generate NAME DEPENDENCY HOOK: a crate with one function.
generate() {
    mkdir -p "$work/$1/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n%s\n' "$1" "$2" > "$work/$1/Cargo.toml"
    printf '%s\nfn main() {\n    let name = String::from("a");\n    let n = 1000;\n    %s\n    println!("{name} {n}");\n}\n' \
        "${3:+use hookable::*; #[hookable]}" "$3" > "$work/$1/src/main.rs"
}

median() { sort -n | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'; }

# timed COMMAND..: appends to $work/times how long it took, and the processor time of it and its children.
timed() {
    local TIMEFORMAT='%R %U %S'
    { time "$@" > /dev/null 2>&1; } 2>> "$work/times"
}

# report LABEL
report() {
    printf '| %-52s | %6.2f s | %6.2f s |\n' "$1" "$(awk '{ print $1 }' "$work/times" | median)" "$(awk '{ print $2 + $3 }' "$work/times" | median)"
    : > "$work/times"
}

build() { cargo build -q --offline --manifest-path "$work/$1/Cargo.toml"; }
size() { stat -c %s "$work/$1/target/debug/$1"; }

(cd "$root" && cargo package -q --workspace --exclude datascience --no-verify --allow-dirty --target-dir "$work/packages")
generate with "hookable = { path = \"$root\" }" 'hook!();'
(cd "$work/with" && cargo vendor -q "$work/vendor" > /dev/null)
for crate in "$work"/packages/package/*.crate; do
    tar xzf "$crate" -C "$work/vendor"
    echo '{"files":{}}' > "$work/vendor/$(basename "$crate" .crate)/.cargo-checksum.json"
done
rm "$work/with/Cargo.lock"
generate with 'hookable = "0.1.0"' 'hook!();'
generate without '' ''
cp -r "$work/with" "$work/lean"
sed -i 's/name = "with"/name = "lean"/' "$work/lean/Cargo.toml"
printf '[profile.dev.package."*"]\ndebug = false\n' >> "$work/lean/Cargo.toml"
mkdir "$work/.cargo"
printf '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "%s"\n' "$work/vendor" > "$work/.cargo/config.toml"
cd "$work"
: > times

printf '| medians of %s | wall | processor |\n|---|---|---|\n' "$runs"
for crate in with lean; do
    for _ in $(seq "$runs"); do
        rm -rf "$crate/target"
        timed build $crate
    done
    case $crate in with) report "the first build" ;; lean) report "the first build, \`debug = false\` for packages" ;; esac
done
build without
for crate in without with lean; do
    for _ in $(seq "$runs"); do
        sed -i "s/let n = [0-9]*/let n = $RANDOM/" $crate/src/main.rs
        timed build $crate
    done
    case $crate in
        without) report "after a change, without a hook" ;;
        with) report "after a change, with one" ;;
        lean) report "after a change, with one, \`debug = false\` for packages" ;;
    esac
done
for crate in with lean; do
    echo "$crate: the executable grows by $(( ($(size $crate) - $(size without)) / 1000000 )) MB"
done
