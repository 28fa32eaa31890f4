import { lineAt, readSource } from "./source-text.ts";

/** One import or re-export as it stands in a file. */
export interface Import {
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
  /** True for `import type` and `export type`: nothing is left of them at run time. */
  readonly typeOnly: boolean;
}

// Each pattern ends at the opening quote of the module's name. The first may not run over a second statement.
const FROM =
  /(?<![.\w$])(?:import|export)(?<type>\s+type(?=\s*[{*]|\s+(?!from\b)[\w$]))?(?:(?!\b(?:import|export)\b)[\w$\s{},*])*?\bfrom\s*(?=["'])/g;
const BARE = /(?<![.\w$])import\s*(?=["'])/g;
const CALL = /(?<![.\w$])import\s*\(\s*(?=["'`])/g;

/**
 * Lists what a TypeScript source imports: `import … from`, `export … from`, `import "x"`, `import("x")`, and
 * `import("x")` in types. Computed names can't be read and are left out.
 */
export function readImports(text: string): Import[] {
  const { code, literals } = readSource(text);
  const names = new Map(literals.map((literal) => [literal.start, literal.value]));
  const imports: Import[] = [];
  for (const pattern of [FROM, BARE, CALL]) {
    for (const match of code.matchAll(pattern)) {
      const specifier = names.get(match.index + match[0].length);
      if (specifier === undefined) continue;
      const typeOnly = match.groups?.type !== undefined;
      imports.push({ specifier, line: lineAt(text, match.index), typeOnly });
    }
  }
  return imports.sort((a, b) => a.line - b.line);
}
