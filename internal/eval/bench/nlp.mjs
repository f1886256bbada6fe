// Asks the same questions of node-nlp (@nlpjs/basic): an intent for each entry,
// its wordings as utterances. Reads {"entries": [{"id", "wordings"}], "questions":
// [text]} and writes, after "RESULT ", {"answers": [{"ranked": [id], "score"}],
// "times": [ms], "memory": bytes}.
import { readFileSync } from "node:fs";
import { dockStart } from "@nlpjs/basic";

const { entries, questions } = JSON.parse(readFileSync(process.argv[2], "utf8"));
globalThis.gc?.();
const before = process.memoryUsage().rss;
const dock = await dockStart({ settings: { nlp: { log: false, autoSave: false, languages: ["en"], nlu: { log: false } } }, use: ["Basic"] });
const nlp = dock.get("nlp");
nlp.addLanguage("en");
for (const { id, wordings } of entries) {
  for (const wording of wordings) nlp.addDocument("en", wording, id);
}
const begin = performance.now();
await nlp.train();
const training = performance.now() - begin;
const answers = [];
const times = [];
for (const question of questions) {
  const start = performance.now();
  const { intent, classifications, score } = await nlp.process("en", question);
  times.push(performance.now() - start);
  // "None" is its way of saying that nothing fits; it says so by intent, not by
  // score.
  const ranked = classifications.map((c) => c.intent).filter((i) => i !== "None");
  answers.push({ ranked, score: intent === "None" ? 0 : score });
}
globalThis.gc?.();
console.log("RESULT " + JSON.stringify({ answers, times, training, memory: process.memoryUsage().rss - before }));
