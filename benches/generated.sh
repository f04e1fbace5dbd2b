#!/usr/bin/env bash
# usage: generated.sh FROM TO   programs made up at random, one for each seed from FROM up to, but not, TO, with their hooks and without
set -euo pipefail
cd "$(dirname "$0")/.."
HOOKABLE_GENERATE="$1..$2" cargo test --test it -- generated:: --nocapture
