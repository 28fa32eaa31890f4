/** How bad a finding is. `serious` endangers accounts or data, or stops the site; the command's exit code is then 1. */
export type Level = "ok" | "note" | "warning" | "serious";

/** What one check found, in one sentence. `fix` is null if nothing is to do. */
export interface Verdict {
  level: Level;
  finding: string;
  fix: string | null;
}

/** What a check of the doctor found, and which check it was. */
export interface Finding extends Verdict {
  /** The part of the installation, such as `configuration`. */
  group: string;
  /** The check's name, the same from version to version. */
  check: string;
}

/** Judges facts that were gathered before. Shows no secret. */
export interface Check<Facts> {
  name: string;
  look(facts: Facts): Verdict | readonly Verdict[] | Promise<Verdict | readonly Verdict[]>;
}

export const ok = (finding: string): Verdict => ({ level: "ok", finding, fix: null });
export const note = (finding: string, fix: string): Verdict => ({ level: "note", finding, fix });
export const warning = (finding: string, fix: string): Verdict => ({ level: "warning", finding, fix });
export const serious = (finding: string, fix: string): Verdict => ({ level: "serious", finding, fix });

/** Runs the checks one after another. A check that throws becomes a finding, and the other checks continue. */
export async function examine<Facts>(
  group: string,
  checks: readonly Check<Facts>[],
  facts: Facts,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, look } of checks) {
    let verdicts: Verdict | readonly Verdict[];
    try {
      verdicts = await look(facts);
    } catch (error) {
      // The error's message may quote the facts.
      const { code, name: kind } = error as NodeJS.ErrnoException;
      verdicts = warning(
        `This could not be checked (${code ?? kind}).`,
        "Check it by hand, and report this bug.",
      );
    }
    for (const verdict of [verdicts].flat()) findings.push({ group, check: name, ...verdict });
  }
  return findings;
}
