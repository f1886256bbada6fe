#!/bin/sh
# Asks bleve, node-nlp (where Node is present) and our search the same questions
# in one run. Run it from the top of the repository.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

go build -o "$tmp/bench" ./internal/eval/bench
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo "node-nlp skipped: node and npm are not both installed"
	exec "$tmp/bench"
fi
cp internal/eval/bench/nlp.mjs "$tmp"
if ! (cd "$tmp" && npm install --silent --no-audit --no-fund --no-save @nlpjs/basic@4.27.0 >npm.log 2>&1); then
	echo "node-nlp skipped: npm could not install the package"
	exec "$tmp/bench"
fi
"$tmp/bench" -write "$tmp/in.json"
(cd "$tmp" && node --expose-gc nlp.mjs in.json 2>/dev/null | sed -n 's/^RESULT //p' >out.json)
"$tmp/bench" -nlp "$tmp/out.json"
