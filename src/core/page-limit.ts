/** How many rows a page has: a whole number from 1 to `most`, whatever was asked for. */
export const pageLimit = (limit: number, most: number): number =>
  Math.min(Math.max(Math.floor(limit), 1), most);
