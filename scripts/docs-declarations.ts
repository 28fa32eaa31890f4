import type { ESTree } from "rolldown/utils";
import { keyName, parse, type Syntax, walk } from "./syntax.ts";

/** One member of an interface. */
export interface Member {
  /** With the names of the objects around it, such as `session.data.store`. */
  path: string;
  /** As written, on one line; empty for an object whose members follow. */
  type: string;
  optional: boolean;
  /** The comment as one text, paragraphs joined by a space. */
  comment: string;
}

/** The members that features add to an interface of the namespace `Latchkey`. */
type Merged = (name: string) => readonly Member[];

const nothingMerged: Merged = () => [];

/**
 * The members of an exported interface with their doc comments, nested objects flattened. Throws for a member that it
 * can't show, so that no member is silently missing.
 * @param merged the members of `Latchkey.NAME` in the type of a member
 */
export function readInterface(text: string, name: string, merged: Merged = nothingMerged): Member[] {
  const syntax = parse(`${name}.ts`, text);
  for (const statement of syntax.program.body) {
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : null;
    if (declared?.type !== "TSInterfaceDeclaration" || declared.id.name !== name) continue;
    return membersOf({ ...syntax, merged }, name, declared.body.body, declared.body.start, []);
  }
  throw new Error(`Missing "export interface ${name}": the docs are made from it.`);
}

/** The members of every interface of this name in a `declare global` of the source. */
export function readMerged(text: string, name: string): Member[] {
  const syntax = parse(`${name}.ts`, text);
  const members: Member[] = [];
  walk(syntax.program, (node, ancestors) => {
    if (node.type !== "TSInterfaceDeclaration" || node.id.name !== name) return;
    if (!ancestors.some(({ type }) => type === "TSModuleDeclaration")) return;
    members.push(
      ...membersOf({ ...syntax, merged: nothingMerged }, name, node.body.body, node.body.start, []),
    );
  });
  return members;
}

function membersOf(
  syntax: Syntax & { merged: Merged },
  name: string,
  signatures: readonly ESTree.TSSignature[],
  start: number,
  around: readonly string[],
): Member[] {
  let before = start;
  return signatures.flatMap((signature) => {
    const member =
      signature.type === "TSPropertySignature" ? keyName(signature.key, signature.computed) : undefined;
    const type =
      signature.type === "TSPropertySignature" ? signature.typeAnnotation?.typeAnnotation : undefined;
    if (signature.type !== "TSPropertySignature" || member === undefined || type === undefined) {
      const written = syntax.text.slice(signature.start, signature.end);
      throw new Error(`In ${name} this member can't be read for the docs: ${written}`);
    }
    const path = [...around, member];
    const comment = docComment(syntax, before, signature.start);
    before = signature.end;
    const inner = innerMembers(syntax, name, type, path);
    const written = syntax.text.slice(type.start, type.end).replace(/\s+/g, " ").replace(/^\| /, "");
    return [
      { path: path.join("."), type: inner ? "" : written, optional: signature.optional, comment },
      ...(inner ?? []),
    ];
  });
}

/** The text inside an object's type; undefined for a type that is shown as it is. */
function innerMembers(
  syntax: Syntax & { merged: Merged },
  name: string,
  type: ESTree.TSType,
  path: readonly string[],
): Member[] | undefined {
  if (type.type === "TSIntersectionType") {
    const parts = type.types.flatMap((part) => innerMembers(syntax, name, part, path) ?? []);
    return parts.length > 0 ? parts : undefined;
  }
  // Members without any doc comment, as in `{ label: string; href: string }`, are shown as a type.
  if (type.type === "TSTypeLiteral" && docComment(syntax, type.start, type.end) !== "")
    return membersOf(syntax, name, type.members, type.start, path);
  const mergedName = /^Latchkey\.(\w+)$/.exec(syntax.text.slice(type.start, type.end))?.[1];
  if (mergedName === undefined) return undefined;
  return syntax.merged(mergedName).map((member) => ({ ...member, path: [...path, member.path].join(".") }));
}

/** The doc comments between two offsets as one text, without their stars. */
function docComment({ comments }: Syntax, from: number, to: number): string {
  return comments
    .filter(({ type, value, start, end }) => {
      return type === "Block" && value.startsWith("*") && start >= from && end <= to;
    })
    .flatMap(({ value }) => value.slice(1).split("\n"))
    .map((line) => line.trim().replace(/^\*\s*/, ""))
    .filter((line) => line !== "")
    .join(" ");
}

// Up to the end of the sentence; a dot inside backquotes or a number doesn't end it.
const defaultSentence = /(?<= |^)Default(?:(?: is)?:? )((?:`[^`]*`|[^`.;]|\.(?=\S))+)\.(?= |$)/;

/** The default that a comment states: the sentence that begins with "Default", or the name before "(default)". */
export function defaultOf({ comment, optional }: Member): string {
  const marked = /`([^`]+)` \(default\)/.exec(comment);
  if (marked !== null) return `\`${marked[1]}\``;
  const said = defaultSentence.exec(comment);
  if (said !== null) return (said[1] as string).trim();
  return optional ? "" : "required";
}

/** A comment without its sentence about the default, and without the numbers of requirement rows. */
export function meaningOf({ comment }: Member): string {
  const shorter = comment
    .replace(defaultSentence, "")
    .replace(/,? ?\brows? [A-Z]{2}-\d+(?:, [A-Z]{2}-\d+)*/g, "");
  return shorter.replace(" ()", "").replace(/\s+/g, " ").trim();
}
