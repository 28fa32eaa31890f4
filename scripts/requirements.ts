/**
 * Reports which test proves which security requirement, from the ids in test titles: `it("[CK-01, CK-02] …")`.
 *
 * - `node scripts/requirements.ts` prints the table and fails if a required row has neither test nor reason
 * - `--write` also writes docs/security/coverage.md
 * - `--check` also fails if that file isn't current
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import { globFiles } from "./source-files.ts";
import { readTestTitles } from "./test-titles.ts";

/** One row of docs/security/requirements.json. Only the fields that this script reads. */
export interface Requirement {
  readonly id: string;
  readonly group: string;
  readonly requirement: string;
  readonly priority: string;
}

/** A test that names a requirement in its title. */
export interface Proof {
  readonly id: string;
  readonly file: string;
  readonly title: string;
}

/** The proven rows, the waiting rows and the faults. */
export interface Coverage {
  readonly rows: readonly Requirement[];
  readonly proofs: ReadonlyMap<string, readonly Proof[]>;
  /** Id → reason, from docs/security/pending.json. */
  readonly pending: Readonly<Record<string, string>>;
  /** Id → what its tests don't prove yet, from docs/security/partial.json. */
  readonly partial: Readonly<Record<string, string>>;
  /** Required rows without a test and without a reason to wait. */
  readonly missing: readonly Requirement[];
  /** Sentences about wrong ids. */
  readonly mistakes: readonly string[];
}

/** The groups whose must-rows need a test. */
const REQUIRED_GROUPS = [
  ...["PW", "SU", "CK", "SL", "LO", "CF", "RD", "HD", "IN", "KY", "AZ"],
  ...["RA", "RS", "VE", "CE", "EM", "PV", "TH", "LG"],
];

const ROWS = "docs/security/requirements.json";
const PENDING = "docs/security/pending.json";
const PARTIAL = "docs/security/partial.json";
const COVERAGE = "docs/security/coverage.md";

/** Reads the rows, the pending list and every test title of a project. */
export function readCoverage(root: string): Coverage {
  const rows = JSON.parse(readFileSync(join(root, ROWS), "utf8")) as Requirement[];
  const pending = readReasons(join(root, PENDING));
  const partial = readReasons(join(root, PARTIAL));
  const proofs = new Map<string, Proof[]>();
  for (const proof of readProofs(root)) proofs.set(proof.id, [...(proofs.get(proof.id) ?? []), proof]);

  const known = new Set(rows.map((row) => row.id));
  const mistakes: string[] = [];
  for (const [id, found] of proofs) {
    if (!known.has(id)) mistakes.push(`${id} in ${found[0]!.file} isn't a row of ${ROWS}.`);
  }
  for (const [id, reason] of Object.entries(pending)) {
    const test = proofs.get(id)?.[0];
    if (!known.has(id)) mistakes.push(`${id} in ${PENDING} isn't a row of ${ROWS}.`);
    else if (test)
      mistakes.push(`${id} waits in ${PENDING} but ${test.file} tests it: take it off the list.`);
    else if (reason.trim() === "") mistakes.push(`${id} in ${PENDING} needs a reason.`);
  }
  for (const [id, open] of Object.entries(partial)) {
    if (!proofs.has(id)) mistakes.push(`${id} in ${PARTIAL} has no test: move it to ${PENDING}.`);
    else if (open.trim() === "") mistakes.push(`${id} in ${PARTIAL} must say what is open.`);
  }
  const missing = rows.filter((row) => isRequired(row) && !proofs.has(row.id) && !(row.id in pending));
  return { rows, proofs, pending, partial, missing, mistakes };
}

function readReasons(path: string): Record<string, string> {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

/** The text of docs/security/coverage.md. */
export function renderCoverage({ rows, proofs, pending, partial }: Coverage): string {
  const lines = [
    "# Which test proves which requirement",
    "",
    "Written by `node scripts/requirements.ts --write` from the ids in test titles. Do not edit.",
    `[requirements.json](requirements.json) holds the full rows. Of ${rows.length} rows ${proven(rows, proofs)} have tests,`,
    `${Object.keys(partial).length} of them in part: the table says what their tests leave open.`,
  ];
  for (const [group, members] of groups(rows)) {
    lines.push("", `## ${group}: ${members[0]!.group}`, "");
    lines.push("| id | requirement | priority | tests |", "| --- | --- | --- | --- |");
    for (const { id, requirement, priority } of members) {
      const tests = (proofs.get(id) ?? []).map(({ file, title }) => `\`${file}\`: ${cell(title)}`);
      if (partial[id] !== undefined) tests.push(`**open:** ${cell(partial[id])}`);
      const reason = pending[id] === undefined ? "none" : `waiting: ${cell(pending[id])}`;
      lines.push(
        `| ${id} | ${cell(shorten(requirement))} | ${cell(priority)} | ${tests.join("<br>") || reason} |`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The table for the terminal: one line per group. */
export function renderTable({ rows, proofs, pending }: Coverage): string {
  const lines = ["group                                   rows  tested  untested  waiting"];
  const line = (name: string, members: readonly Requirement[]) => {
    const tested = proven(members, proofs);
    const waiting = members.filter((row) => row.id in pending).length;
    const numbers = [members.length, tested, members.length - tested, waiting];
    const widths = [6, 8, 10, 9];
    return name.padEnd(38) + numbers.map((number, index) => String(number).padStart(widths[index]!)).join("");
  };
  for (const [group, members] of groups(rows)) {
    lines.push(line(`${group} ${members[0]!.group}${REQUIRED_GROUPS.includes(group) ? " *" : ""}`, members));
  }
  return [...lines, line("all", rows), "* every must-row needs a test"].join("\n");
}

function readProofs(root: string): Proof[] {
  return globFiles(root, "{src,app,tests,scripts}/**/*.test.{ts,tsx}").flatMap((file) =>
    readTestTitles(file, readFileSync(join(root, file), "utf8")).flatMap((title) =>
      idsIn(title).map((id) => ({ id, file, title })),
    ),
  );
}

/** The ids in a title's brackets. Other text in brackets, such as `[A-SF-01]`, isn't an id. */
function idsIn(title: string): string[] {
  const items = [...title.matchAll(/\[([^[\]]*)\]/g)].flatMap((match) => match[1]!.split(","));
  return [...new Set(items.map((item) => item.trim()).filter((item) => /^[A-Z]{2}-\d{2}$/.test(item)))];
}

function isRequired({ id, priority }: Requirement): boolean {
  return priority === "must" && REQUIRED_GROUPS.includes(id.slice(0, 2));
}

function groups(rows: readonly Requirement[]): Map<string, Requirement[]> {
  return Map.groupBy(rows, (row) => row.id.slice(0, 2));
}

function proven(rows: readonly Requirement[], proofs: Coverage["proofs"]): number {
  return rows.filter((row) => proofs.has(row.id)).length;
}

function shorten(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 120).replace(/\s+\S*$/, "")} …`;
}

function cell(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/\s+/g, " ");
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const coverage = readCoverage(root);
  const problems = [...coverage.mistakes];
  console.log(renderTable(coverage));
  for (const [id, reason] of Object.entries(coverage.pending)) console.log(`waiting ${id}: ${reason}`);
  for (const [id, open] of Object.entries(coverage.partial)) console.log(`in part ${id}: ${open}`);
  for (const { id, requirement } of coverage.missing) {
    problems.push(`${id} has no test and is not in ${PENDING}: ${shorten(requirement)}`);
  }

  const current = renderCoverage(coverage);
  const path = join(root, COVERAGE);
  if (process.argv.includes("--write")) writeFileSync(path, current);
  else if (process.argv.includes("--check")) {
    const written = existsSync(path) ? readFileSync(path, "utf8").replaceAll("\r\n", "\n") : "";
    if (written !== current)
      problems.push(`${COVERAGE} is not current: node scripts/requirements.ts --write`);
  }
  for (const problem of problems) console.error(styleText("red", problem, { stream: process.stderr }));
  process.exitCode = problems.length === 0 ? 0 : 1;
}
