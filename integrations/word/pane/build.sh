#!/bin/sh
# Checks, tests and builds the pane, away from the sources, and writes the result to ../static.
# Usage: integrations/word/pane/build.sh [TARGET]   TARGET is ../static by default.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$here/../static}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$here/." "$work"
cd "$work"
# A test compares this with the sources, so that what is committed cannot fall behind them.
sources=$(find src public ./*.html ./*.json ./*.ts -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-64)
npm ci --silent --no-audit --no-fund
npm run --silent check
npm run --silent test
npm run --silent build
printf '%s\n' "$sources" >dist/sources.sha256
rm -rf "$target"
mkdir -p "$(dirname "$target")"
cp -R dist "$target"
