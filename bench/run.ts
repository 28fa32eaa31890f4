/*
 * Measures the figures of docs/benchmarks.md. All of them: `npm run bench`; one: `npm run bench -- session-check`. Each
 * runs in a separate process, one after another.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Figure, table } from "./figure.ts";
import { load, machine } from "./machine.ts";

const benchmarks = ["session-check", "adapters", "start", "login", "mail", "flood", "download"];

async function measure(name: string): Promise<Figure[]> {
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)));
  let figures: Figure[] = [];
  child.on("message", (message) => {
    figures = message as Figure[];
  });
  const [code] = (await once(child, "exit")) as [number];
  if (code !== 0) throw new Error(`The benchmark ${name} ended with ${code}.`);
  return figures;
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !benchmarks.includes(name));
if (unknown !== undefined) {
  console.error(`Unknown benchmark ${unknown}: choose from ${benchmarks.join(", ")}.`);
  process.exitCode = 2;
} else {
  console.log(
    `${machine()}\n${new Date().toISOString().slice(0, 10)}, load before the start ${load()}. The ratios count.\n`,
  );
  const figures: Figure[] = [];
  for (const name of wanted.length === 0 ? benchmarks : wanted) figures.push(...(await measure(name)));
  console.log(table(figures));
}
