#!/usr/bin/env bash
# What hooks cost a build, in processor time: medians of paired runs, with hooks against without, each cold and after a small change.
# usage: benches/build_cost.sh [PAIRS]    (5 if not given)
set -euo pipefail
pairs=${1:-5}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=1 CARGO_TARGET_DIR="$work/target"

# seconds DIR: the processor time of its build, of all processes.
seconds() {
    local TIMEFORMAT='%U %S'
    { time (cd "$1" && cargo build -q) >&2; } 2>&1 | awk '{ printf "%.3f", $1 + $2 }'
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

# compare NAME FUNCTIONS HOOKS [linked]    (a library, or a program)
compare() {
    local without="$work/without" with="$work/with" how n a b
    rm -rf "$without" "$with"
    "$root/benches/generate.sh" "$without" "$2" none
    "$root/benches/generate.sh" "$with" "$2" "$3"
    if [ "${4:-}" = linked ]; then
        for n in "$without" "$with"; do
            { cat "$n/src/lib.rs"; echo 'fn main() { let _ = part0::function0(&[], 1); }'; } > "$n/src/main.rs"
            rm "$n/src/lib.rs"
        done
    fi
    seconds "$without" > /dev/null
    seconds "$with" > /dev/null
    for how in cold warm; do
        # A cold build of one removes the incremental folders of both.
        [ "$how" = cold ] || { warm "$without"; warm "$with"; } > /dev/null
        : > "$work/pairs"
        for n in $(seq "$pairs"); do
            a=$($how "$without")
            b=$($how "$with")
            echo "$a $b" >> "$work/pairs"
        done
        awk '{ print $2 / $1 }' "$work/pairs" | median > "$work/ratio"
        printf '| %-42s | %-4s | %6.2f s | %6.2f s | %5.2f |\n' "$1" "$how" "$(awk '{ print $1 }' "$work/pairs" | median)" \
            "$(awk '{ print $2 }' "$work/pairs" | median)" "$(cat "$work/ratio")"
    done
}

printf '| %-42s | %-4s | %8s | %8s | %5s |\n|---|---|---|---|---|\n' "$pairs pairs" "" without with ratio
compare "one hook in 52,600 lines" 2500 one
compare "a hook in each of 40 functions" 40 each
compare "attributes alone on 40 functions" 40 attributes
compare "one hook in a program of one function" 1 one linked
