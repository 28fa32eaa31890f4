import type { Finding } from "./run-tool.ts";
import { counted, printable } from "./text.ts";

const levels: readonly Finding["level"][] = ["serious", "warning", "note", "ok"];
const WIDTH = 100;

/** Breaks a text at spaces into lines of at most `WIDTH` characters, all but the first indented. */
function wrapped(text: string, indent: number): string {
  const lines = [""];
  for (const word of printable(text).split(" ")) {
    const line = lines.at(-1) as string;
    if (line !== "" && line.length + word.length + 1 > WIDTH - indent) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((each) => each.level === level).length;
  const [serious, warnings, notes] = [count("serious"), count("warning"), count("note")];
  const parts = [
    `${serious} serious`,
    counted(warnings, "warning"),
    counted(notes, "note"),
    `${count("ok")} ok`,
  ];
  return `${parts.join(", ")}.`;
}

/** The findings for people: by group, the worst first, each with its fix. */
export function reportText(findings: readonly Finding[]): string {
  const groups = [...new Set(findings.map(({ group }) => group))];
  const indent = 11;
  const sections = groups.map((group) => {
    const own = findings
      .filter((each) => each.group === group)
      .sort((one, other) => levels.indexOf(one.level) - levels.indexOf(other.level));
    const lines = own.map(({ level, check, finding, fix }) => {
      const head = `  ${level.padEnd(7)}  ${wrapped(`${finding} [${check}]`, indent)}`;
      return fix === null ? head : `${head}\n${" ".repeat(indent)}${wrapped(`Fix: ${fix}`, indent)}`;
    });
    return `${group.charAt(0).toUpperCase()}${group.slice(1)}\n${lines.join("\n")}`;
  });
  return [...sections, summary(findings)].join("\n\n");
}
