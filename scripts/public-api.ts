import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { type Node, parse, type Syntax, walk } from "./syntax.ts";

/** The place of a declaration. */
export interface Declared {
  /** Relative to the project, with slashes. */
  readonly file: string;
  readonly name: string;
}

/** One name that an entry of the package exports. */
export interface PublicName extends Declared {
  /** The entry and the name in it, such as `latchkey/hono requireLogin`. */
  readonly path: string;
  readonly kind: "function" | "class" | "value" | "type";
  /** The doc comment above it, without its stars; empty without one. */
  readonly comment: string;
  /** Doc comments inside a type or class. Editors show them with its members. */
  readonly inner: readonly string[];
  /** Types of this project in its signature, with module-local ones resolved. */
  readonly types: readonly Declared[];
}

type Statement = Syntax["program"]["body"][number];

interface Module {
  readonly syntax: Syntax;
  /** Local name → its origin; the name is `*` for a whole module. */
  readonly imports: ReadonlyMap<string, Declared>;
  readonly declarations: ReadonlyMap<string, readonly Statement[]>;
  /** Exported name → local name, or the origin of the export. */
  readonly exports: ReadonlyMap<string, string | Declared>;
  readonly stars: readonly string[];
}

const nameOf = (node: Node): string =>
  node.type === "Identifier" ? node.name : node.type === "Literal" ? String(node.value) : "";

/** Reads what a project's entries export, from its sources. Doesn't run them. */
export class PublicApi {
  readonly #root: string;
  readonly #modules = new Map<string, Module>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Every exported name of every entry. `entries` are pairs of the specifier and the file. */
  names(entries: readonly (readonly [specifier: string, file: string])[]): PublicName[] {
    return entries.flatMap(([specifier, file]) => this.#namesOf(specifier, file));
  }

  /** Types in the interfaces of a global namespace, such as the functions of features. */
  globalTypes(file: string, interfaces: readonly string[]): Declared[] {
    return this.#interfaces(file, interfaces).flatMap((node) => this.#typesIn(file, node));
  }

  /** The doc comments in such interfaces. */
  globalComments(file: string, interfaces: readonly string[]): string[] {
    const { syntax } = this.#module(file);
    return this.#interfaces(file, interfaces).flatMap((node) => docCommentsIn(syntax, node));
  }

  #interfaces(file: string, names: readonly string[]): Node[] {
    const found: Node[] = [];
    walk(this.#module(file).syntax.program, (node) => {
      if (node.type === "TSInterfaceDeclaration" && names.includes(node.id.name)) found.push(node);
    });
    return found;
  }

  #namesOf(prefix: string, file: string): PublicName[] {
    const module = this.#module(file);
    const names = [...module.exports.keys()].flatMap((name): PublicName[] => {
      const declared = this.#resolve(file, name);
      if (declared === undefined) return [];
      if (declared.name === "*") return this.#namesOf(`${prefix} ${name}`, declared.file);
      const statements = this.#module(declared.file).declarations.get(declared.name) ?? [];
      return [
        {
          ...declared,
          path: `${prefix} ${name}`,
          kind: kindOf(statements),
          comment: statements.map((each) => this.#comment(declared.file, each)).join("\n"),
          inner: statements.flatMap((each) => this.#inner(declared.file, each)),
          types: statements.flatMap((each) => this.#typesIn(declared.file, each)),
        },
      ];
    });
    return [...names, ...module.stars.flatMap((star) => this.#namesOf(prefix, star))];
  }

  /** Follows re-exports to the declaration; undefined for names of packages. */
  #resolve(file: string, exported: string): Declared | undefined {
    const module = this.#module(file);
    const target = module.exports.get(exported);
    if (target === undefined) {
      for (const star of module.stars) {
        const found = this.#resolve(star, exported);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (typeof target !== "string") return this.#follow(target);
    const imported = module.imports.get(target);
    return imported === undefined ? this.#local(file, target) : this.#follow(imported);
  }

  #local(file: string, name: string): Declared | undefined {
    return this.#module(file).declarations.has(name) ? { file, name } : undefined;
  }

  #follow({ file, name }: Declared): Declared | undefined {
    if (!file.endsWith(".ts")) return undefined;
    return name === "*" ? { file, name } : this.#resolve(file, name);
  }

  /** The types of this project in a declaration. Function bodies and private members don't count. */
  #typesIn(file: string, declaration: Node, seen = new Set<string>()): Declared[] {
    const own = new Set<string>();
    const referred: string[] = [];
    walk(declaration, (node) => {
      if (node.type === "BlockStatement") return false;
      if (node.type === "PropertyDefinition" && node.key.type === "PrivateIdentifier") return false;
      if (node.type === "VariableDeclarator" && node.init != null) {
        if (node.id.type === "Identifier" && node.id.typeAnnotation) referred.push(...namesIn(node.id));
        return false;
      }
      if (node.type === "AssignmentPattern") {
        referred.push(...namesIn(node.left));
        return false;
      }
      if (node.type === "TSTypeParameter") own.add(nameOf(node.name as Node));
      if (node.type === "TSTypeReference" && node.typeName.type === "Identifier")
        referred.push(node.typeName.name);
      if (node.type === "TSInterfaceHeritage" && node.expression.type === "Identifier")
        referred.push(node.expression.name);
      return true;
    });
    return referred.filter((name) => !own.has(name)).flatMap((name) => this.#named(file, name, seen));
  }

  #named(file: string, name: string, seen: Set<string>): Declared[] {
    if (seen.has(`${file} ${name}`)) return [];
    seen.add(`${file} ${name}`);
    const module = this.#module(file);
    const imported = module.imports.get(name);
    if (imported !== undefined) {
      const declared = this.#follow(imported);
      return declared === undefined ? [] : [declared];
    }
    const statements = module.declarations.get(name);
    if (statements === undefined) return [];
    if ([...module.exports.values()].includes(name)) return [{ file, name }];
    return statements.flatMap((each) => this.#typesIn(file, each, seen));
  }

  /** The last doc comment between the declaration and the code before it. */
  #comment(file: string, statement: Node): string {
    const { syntax } = this.#module(file);
    const before = Math.max(
      0,
      ...syntax.program.body.map(({ end }) => end).filter((end) => end <= statement.start),
    );
    const comment = syntax.comments.findLast(
      ({ type, value, start, end }) =>
        type === "Block" && value.startsWith("*") && start >= before && end <= statement.start,
    );
    return withoutStars(comment?.value ?? "");
  }

  #inner(file: string, statement: Node): string[] {
    if (!["type", "class"].includes(kindOf([statement as Statement]))) return [];
    return docCommentsIn(this.#module(file).syntax, statement);
  }

  #module(file: string): Module {
    let module = this.#modules.get(file);
    if (module === undefined) {
      module = readModule(file, readFileSync(join(this.#root, file), "utf8"));
      this.#modules.set(file, module);
    }
    return module;
  }
}

/** The doc comments inside a node, without their stars. */
const withoutStars = (value: string) => value.replace(/^\s*\*+ ?/gm, "").trim();

function docCommentsIn({ comments }: Syntax, { start, end }: Node): string[] {
  return comments
    .filter((each) => each.value.startsWith("*") && each.start >= start && each.end <= end)
    .map(({ value }) => withoutStars(value));
}

function namesIn(node: Node): string[] {
  const names: string[] = [];
  walk(node, (each) => {
    if (each.type === "TSTypeReference" && each.typeName.type === "Identifier")
      names.push(each.typeName.name);
  });
  return names;
}

function kindOf(statements: readonly Statement[]): PublicName["kind"] {
  const kinds = statements.map((statement) => {
    const node =
      statement.type === "ExportNamedDeclaration" && statement.declaration
        ? statement.declaration
        : statement;
    if (node.type === "FunctionDeclaration" || node.type === "TSDeclareFunction") return "function";
    if (node.type === "ClassDeclaration") return "class";
    return node.type === "VariableDeclaration" ? "value" : "type";
  });
  return kinds.find((kind) => kind !== "type") ?? "type";
}

function readModule(file: string, text: string): Module {
  const syntax = parse(file, text);
  const imports = new Map<string, Declared>();
  const declarations = new Map<string, Statement[]>();
  const exports = new Map<string, string | Declared>();
  const stars: string[] = [];
  const target = (specifier: string) =>
    specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier;
  for (const statement of syntax.program.body) {
    if (statement.type === "ImportDeclaration") {
      for (const each of statement.specifiers) {
        const name =
          each.type === "ImportSpecifier"
            ? nameOf(each.imported as Node)
            : each.type === "ImportNamespaceSpecifier"
              ? "*"
              : "default";
        imports.set(each.local.name, { file: target(statement.source.value), name });
      }
    } else if (statement.type === "ExportAllDeclaration") {
      const from = target(statement.source.value);
      if (statement.exported === null) stars.push(from);
      else exports.set(nameOf(statement.exported as Node), { file: from, name: "*" });
    } else if (statement.type === "ExportNamedDeclaration" && statement.declaration === null) {
      for (const { local, exported } of statement.specifiers) {
        const name = nameOf(local as Node);
        const from = statement.source === null ? name : { file: target(statement.source.value), name };
        exports.set(nameOf(exported as Node), from);
      }
    } else {
      const exported = statement.type === "ExportNamedDeclaration";
      for (const name of declaredNames((exported ? statement.declaration : statement) as Node)) {
        declarations.set(name, [...(declarations.get(name) ?? []), statement]);
        if (exported) exports.set(name, name);
      }
    }
  }
  return { syntax, imports, declarations, exports, stars };
}

function declaredNames(node: Node): string[] {
  if (node.type === "VariableDeclaration")
    return node.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []));
  const id = (node as { id?: Node | null }).id;
  return id?.type === "Identifier" ? [id.name] : [];
}
