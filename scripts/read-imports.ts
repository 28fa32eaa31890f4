import { lineAt, type Node, parse, type Syntax, stringValue, walk } from "./syntax.ts";

/** One import or re-export of a file. */
export interface Import {
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
  /** True for `import type`, `export type` and `import("x")` in a type: they don't exist at run time. */
  readonly typeOnly: boolean;
  /** True for `await import("x")`: the module loads only when that line runs. */
  readonly dynamic: boolean;
}

/**
 * Lists what a TypeScript source imports: `import … from`, `export … from`, `import "x"`, `import("x")`, and
 * `import("x")` in types. Computed names can't be read and are left out.
 */
export function readImports(file: string, text: string): Import[] {
  return importsOf(parse(file, text));
}

/** The same for a parsed source. */
export function importsOf({ program, text }: Syntax): Import[] {
  const imports: Import[] = [];
  walk(program, (node) => {
    const found = importOf(node);
    if (found) imports.push({ ...found, line: lineAt(text, node.start) });
  });
  return imports;
}

function importOf(node: Node): Omit<Import, "line"> | undefined {
  switch (node.type) {
    case "ImportDeclaration":
      return { specifier: node.source.value, typeOnly: node.importKind === "type", dynamic: false };
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      if (node.source === null) return undefined;
      return { specifier: node.source.value, typeOnly: node.exportKind === "type", dynamic: false };
    case "TSImportType":
      return { specifier: node.source.value, typeOnly: true, dynamic: false };
    case "ImportExpression": {
      const specifier = stringValue(node.source);
      return specifier === undefined ? undefined : { specifier, typeOnly: false, dynamic: true };
    }
    default:
      return undefined;
  }
}
