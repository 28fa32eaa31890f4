/** An import of one room by another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly file: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

/** The import that closes a circle, and the circle as text: `core/a -> core/b -> core/a`. */
export interface Circle {
  readonly edge: Edge;
  readonly rooms: string;
}

/** The circles at run time, and those that only imported types cause. */
export function findCircles(edges: readonly Edge[]): { real: Circle[]; typeOnly: Circle[] } {
  const values = edges.filter((edge) => !edge.typeOnly);
  const atRunTime = new Set(values.map(({ from, to }) => `${from} ${to}`));
  const typeOnly: Circle[] = [];
  const met = new Set<string>();
  for (const edge of edges) {
    const step = `${edge.from} ${edge.to}`;
    if (atRunTime.has(step) || met.has(step)) continue;
    met.add(step);
    const back = shortestWay(edges, edge.to, edge.from);
    if (back === undefined) continue;
    const members = [...back].sort().join(" ");
    if (!met.has(members)) typeOnly.push({ edge, rooms: inWords([edge.from, ...back]) });
    met.add(members);
  }
  return { real: circlesOf(values), typeOnly };
}

/** Each import that closes a circle on a walk through the rooms, deepest first. */
function circlesOf(edges: readonly Edge[]): Circle[] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const circles: Circle[] = [];
  const seen = new Set<string>();
  const visit = (room: string, path: readonly string[]) => {
    seen.add(room);
    for (const edge of next.get(room) ?? []) {
      const start = path.indexOf(edge.to);
      if (start !== -1) circles.push({ edge, rooms: inWords([...path.slice(start), edge.to]) });
      else if (!seen.has(edge.to)) visit(edge.to, [...path, edge.to]);
    }
  };
  for (const room of next.keys()) if (!seen.has(room)) visit(room, [room]);
  return circles;
}

/** The rooms from one to another, both included; undefined without a way. */
function shortestWay(edges: readonly Edge[], from: string, to: string): string[] | undefined {
  const next = Map.groupBy(edges, (edge) => edge.from);
  const queue: string[][] = [[from]];
  const seen = new Set([from]);
  for (const path of queue) {
    const room = path.at(-1)!;
    if (room === to) return path;
    for (const edge of next.get(room) ?? []) {
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      queue.push([...path, edge.to]);
    }
  }
  return undefined;
}

function inWords(rooms: readonly string[]): string {
  return rooms.map((room) => room.replace("src/", "")).join(" -> ");
}
