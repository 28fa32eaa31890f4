/** The number of a page's rows: the requested number, limited to 1 to `most`. */
export const pageLimit = (limit: number, most: number): number =>
  Math.min(Math.max(Math.floor(limit), 1), most);
