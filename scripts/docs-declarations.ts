/*
 * Reads the members of an interface with their doc comments from formatted TypeScript. It goes by lines, since the
 * formatter leaves one declaration a line and TypeScript 7 has no stable parser to import.
 */

/** One member of an interface. */
export interface Member {
  /** With the names of the objects around it, such as `session.data.store`. */
  path: string;
  /** As written; empty for an object whose members follow. */
  type: string;
  optional: boolean;
  /** The comment as one text, paragraphs joined by a space. */
  comment: string;
}

/** The text of a doc comment without its stars. */
function commentText(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim().replace(/^\/\*\*|\*\/$/g, ""))
    .map((line) =>
      line
        .trim()
        .replace(/^\*\s?/, "")
        .trim(),
    )
    .filter((line) => line !== "")
    .join(" ");
}

function bodyOf(text: string, name: string): string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => new RegExp(`^export interface ${name}\\b`).test(line));
  if (start === -1) throw new Error(`There is no "export interface ${name}": the docs are made from it.`);
  const opening = lines.findIndex((line, index) => index >= start && /\{$/.test(line));
  const end = lines.findIndex((line, index) => index > opening && line === "}");
  return lines.slice(opening + 1, end);
}

/**
 * The members of an exported interface, nested objects flattened.
 * Throws for a line it can't read, so that nothing goes missing from the docs silently.
 */
export function readInterface(text: string, name: string): Member[] {
  const members: Member[] = [];
  const around: string[] = [];
  let comment: string[] = [];
  let inComment = false;
  for (const line of bodyOf(text, name)) {
    const plain = line.trim();
    if (inComment || plain.startsWith("/**")) {
      comment.push(line);
      inComment = !plain.endsWith("*/");
      continue;
    }
    if (plain === "" || plain.startsWith("//")) continue;
    if (plain === "};") {
      around.pop();
      continue;
    }
    const match = /^(?:readonly )?(\w+)(\?)?: (.+?);?$/.exec(plain);
    if (match === null) throw new Error(`In ${name} this line can't be read for the docs: ${plain}`);
    const [, member, question, type] = match as unknown as [string, string, string | undefined, string];
    const opens = type === "{";
    members.push({
      path: [...around, member].join("."),
      type: opens ? "" : type,
      optional: question !== undefined,
      comment: commentText(comment),
    });
    comment = [];
    if (opens) around.push(member);
  }
  return members;
}

// Up to the end of the sentence; a dot inside backquotes or a number doesn't end it.
const defaultSentence = /(?<= |^)Default(?:(?: is)?:? )((?:`[^`]*`|[^`.;]|\.(?=\S))+)\.(?= |$)/;

/** The default that a comment states: the sentence that begins with "Default", or the name in front of "(default)". */
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
