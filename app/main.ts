import { flushCompileCache } from "node:module";
import { start } from "./start.ts";
import { startupSentence } from "./startup-sentence.ts";

try {
  await start(process.env);
  // Kept for the next start, even if this process is killed.
  flushCompileCache();
} catch (problem) {
  process.stderr.write(`${startupSentence(problem)}\n`);
  process.exit(1);
}
