#!/usr/bin/env bash
# What hooks cost a build: medians of paired runs, with hooks against without, each cold and after a small change.
# usage: benches/build_cost.sh [PAIRS]    (5 if not given; on a quiet machine)
set -euo pipefail
pairs=${1:-5}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=1 CARGO_TARGET_DIR="$work/target"

# seconds DIR: how long its build takes.
seconds() {
    local start=$EPOCHREALTIME
    (cd "$1" && cargo build -q)
    awk -v from="$start" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.3f", to - from }'
}

cold() {
    (cd "$1" && cargo clean -q -p "$(basename "$1")")
    # The probe keeps an incremental folder of its own.
    rm -rf "$work/target/debug/hookable" "$work/target/debug/incremental"
    seconds "$1"
}

warm() {
    sed -i "0,/is too long[^:]*:/s//is too long, $RANDOM:/" "$1/src/part0.rs"
    seconds "$1"
}

median() { sort -n | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'; }

# compare NAME FUNCTIONS HOOKS
compare() {
    local without="$work/without" with="$work/with" how n a b
    rm -rf "$without" "$with"
    "$root/benches/generate.sh" "$without" "$2" none
    "$root/benches/generate.sh" "$with" "$2" "$3"
    seconds "$without" > /dev/null
    seconds "$with" > /dev/null
    for how in cold warm; do
        : > "$work/pairs"
        for n in $(seq "$pairs"); do
            a=$($how "$without")
            b=$($how "$with")
            echo "$a $b" >> "$work/pairs"
        done
        awk '{ print $2 / $1 }' "$work/pairs" | median > "$work/ratio"
        printf '| %-32s | %-4s | %6.2f s | %6.2f s | %5.2f |\n' "$1" "$how" "$(awk '{ print $1 }' "$work/pairs" | median)" \
            "$(awk '{ print $2 }' "$work/pairs" | median)" "$(cat "$work/ratio")"
    done
}

printf '| %-32s | %-4s | %8s | %8s | %5s |\n|---|---|---|---|---|\n' "$pairs pairs" "" without with ratio
compare "one hook in 52,600 lines" 2500 one
compare "a hook in each of 40 functions" 40 each
compare "attributes alone on 40 functions" 40 attributes
