/** The pieces of a body, behind an empty one. It cancels the body when it is left early. */
async function* piecesOf(
  read: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield new Uint8Array();
    yield* read;
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // Of a body that was read to its end this does nothing.
    await reader.cancel().catch(() => undefined);
  }
}

/** A response's body: as a whole if it is one piece, which almost all are, otherwise its pieces. Null without one. */
export async function bodyOf(response: Response): Promise<Uint8Array | AsyncGenerator<Uint8Array> | null> {
  if (response.body === null) return null;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const first = await reader.read();
  if (first.done) return new Uint8Array();
  const second = await reader.read();
  if (second.done) return first.value;
  const pieces = piecesOf([first.value, second.value], reader);
  // It is under way from here on: a generator that never began would not cancel the body.
  await pieces.next();
  return pieces;
}
