/**
 * All rows of a list, read a page at a time: for lists that are too long for memory. `read` gets the last row of the
 * page before, undefined for the first page, and the number of rows to read. It continues behind that row by a key,
 * such as `WHERE id > $1 ORDER BY id LIMIT $2`. An end is a page that isn't full.
 *
 * @example
 * const sql = "SELECT id, title FROM posts WHERE author_id = $1 AND id > $2 ORDER BY id LIMIT $3";
 * const posts = rowsInPages<{ id: string; title: string }>(100, (last, limit) =>
 *   auth.database.all(sql, userId, last?.id ?? "", limit),
 * );
 * for await (const { title } of posts) console.log(title);
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
