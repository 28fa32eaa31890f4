/** A chunk leaves once it has so many characters … */
const CHUNK_CHARACTERS = 64 * 1024;
/** … or so many pieces, which small rows are: making each costs time, too. */
const CHUNK_PIECES = 100;

/** The members of a JSON object, each made when its turn comes. */
export type JsonMembers =
  | Iterable<readonly [name: string, value: unknown]>
  | AsyncIterable<readonly [name: string, value: unknown]>;

function isRows(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return (
    Array.isArray(value) || (typeof value === "object" && value !== null && Symbol.asyncIterator in value)
  );
}

/** An object whose members may be rows. Others, such as dates, know their own JSON. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || "toJSON" in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Rows are a list, read one after the other. A row itself is written as a whole. */
async function* piecesOf(value: unknown): AsyncGenerator<string> {
  if (isRows(value)) {
    let before = "[";
    for await (const row of value) {
      yield before + (JSON.stringify(row) ?? "null");
      before = ",";
    }
    yield before === "[" ? "[]" : "]";
  } else if (isPlain(value)) yield* membersOf(Object.entries(value));
  else yield JSON.stringify(value) ?? "null";
}

async function* membersOf(members: JsonMembers): AsyncGenerator<string> {
  let before = "{";
  for await (const [name, value] of members) {
    // As JSON leaves them out.
    if (value === undefined || typeof value === "function" || typeof value === "symbol") continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* piecesOf(value);
    before = ",";
  }
  yield before === "{" ? "{}" : "}";
}

/**
 * A JSON object of any size, in chunks of UTF-8. A list may be an async iterable, whose rows are read while they are
 * written. Between two chunks the event loop has a turn, so that a large document makes no other request wait.
 */
export async function* jsonChunks(members: JsonMembers): AsyncGenerator<Uint8Array> {
  let chunk = "";
  let pieces = 0;
  for await (const piece of membersOf(members)) {
    chunk += piece;
    pieces += 1;
    if (chunk.length < CHUNK_CHARACTERS && pieces < CHUNK_PIECES) continue;
    yield Buffer.from(chunk);
    chunk = "";
    pieces = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (chunk !== "") yield Buffer.from(chunk);
}
