/**
 * Spaces and characters without a shape, as phone keyboards and copying add them. Not among them are the characters
 * that turn the direction of text around: their author means to deceive.
 */
const EDGE = "(?:[\\s\\p{Z}]|(?![\\u202d\\u202e])\\p{Default_Ignorable_Code_Point})+";
const EDGES = new RegExp(`^${EDGE}|(?<!${EDGE.slice(0, -1)})${EDGE}$`, "gu");

/** An address or a name as its owner means it: without spaces and invisible characters around it. */
export function trimTyped(text: string): string {
  return text.replace(EDGES, "");
}
