/**
 * All rows of a list, read a page at a time: for lists that are too long for memory. `read` gets the last row of the
 * page before, undefined for the first page, and the number of rows to read. It continues behind that row by a key,
 * such as `WHERE id > $1 ORDER BY id LIMIT $2`. An end is a page that isn't full.
 *
 * @example
 * const notes = rowsInPages<Note>(100, (last, limit) => listNotes(core.db, user.id, last?.id ?? "", limit));
 * @see https://use-the-index-luke.com/no-offset
 */
export async function* rowsInPages<Row>(
  size: number,
  read: (last: Row | undefined, limit: number) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let last: Row | undefined;
  for (;;) {
    const page = await read(last, size);
    yield* page;
    if (page.length < size) return;
    last = page.at(-1);
  }
}
