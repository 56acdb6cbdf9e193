/**
 * Where the nodes of a diagram stand and how its lines run: users left, what they need right, so that a page grows
 * downwards, as pages do. Parts that do not hang together are laid out each for itself and stand in rows.
 */

export interface Topology {
  nodes: readonly { width: number; height: number }[];
  /** From a user to what it needs, by index. */
  edges: readonly (readonly [from: number, to: number])[];
  /** Between columns. */
  gap: number;
  /** Parts stand side by side up to this width; a wider one stands alone. */
  maxWidth: number;
}

export interface Layout {
  width: number;
  height: number;
  /** Upper left corners. */
  nodes: readonly Point[];
  /** A start, then three points a Bézier curve, from the user to what it needs. */
  edges: readonly (readonly Point[])[];
  /** Edges that run from right to left, as they close a circle. */
  backward: ReadonlySet<number>;
}

export type Point = readonly [x: number, y: number];

/** A part that hangs together, without circles: what it looks like does not depend on who is in it. */
export interface Part {
  nodes: readonly (readonly [width: number, height: number])[];
  edges: readonly (readonly [from: number, to: number])[];
  gap: number;
}

export interface PlacedPart {
  width: number;
  height: number;
  nodes: readonly Point[];
  edges: readonly (readonly Point[])[];
}

/** Lays out one part; undefined when that cannot be done in reasonable time. */
export type Engine = (part: Part) => PlacedPart | undefined;

const MARGIN = 4;
const BETWEEN_PARTS = 28;
const BETWEEN_LONERS = 14;

/** Undefined when a part of it was too much for the engine. */
export function layOut(topology: Topology, engine: Engine): Layout | undefined {
  const backward = backwardEdges(topology.nodes.length, topology.edges);
  const parts = partsOf(topology.nodes.length, topology.edges);
  const boxes: Box[] = [];
  for (const { members, edges } of parts) {
    const placed = placePart(topology, members, edges, backward, engine);
    if (!placed) return undefined;
    boxes.push({ members, edges, placed });
  }
  return inRows(topology, boxes, backward);
}

interface Box {
  members: readonly number[];
  edges: readonly number[];
  placed: PlacedPart;
}

function placePart(
  { nodes, edges, gap }: Topology,
  members: readonly number[],
  own: readonly number[],
  backward: ReadonlySet<number>,
  engine: Engine,
): PlacedPart | undefined {
  const [first] = members;
  if (members.length === 1 && own.length === 0) {
    const { width, height } = nodes[first!]!;
    return { width, height, nodes: [[0, 0]], edges: [] };
  }
  const indexOf = new Map(members.map((member, index) => [member, index]));
  const placed = engine({
    nodes: members.map((member) => [nodes[member]!.width, nodes[member]!.height]),
    edges: own.map((edge) => {
      const [from, to] = edges[edge]!.map((end) => indexOf.get(end)!) as [number, number];
      return backward.has(edge) ? [to, from] : [from, to];
    }),
    gap,
  });
  if (!placed) return undefined;
  return {
    ...placed,
    edges: placed.edges.map((points, index) => (backward.has(own[index]!) ? backwards(points) : points)),
  };
}

const BESIDE = 9;

/** Between neighbours there is often a line the other way, too: it runs beside that one. */
function backwards(points: readonly Point[]): Point[] {
  const isSingleCurve = points.length === 4;
  return points.toReversed().map(([x, y]) => [x, isSingleCurve ? y + BESIDE : y]);
}

/** Larger parts first, then as in services.yml; those that stand alone fill rows more closely. */
function inRows({ nodes, edges, maxWidth }: Topology, boxes: readonly Box[], backward: Layout['backward']): Layout {
  const placedNodes: Point[] = nodes.map(() => [0, 0]);
  const placedEdges: (readonly Point[])[] = edges.map(() => []);
  const sorted = boxes.toSorted((a, b) => b.members.length - a.members.length || a.members[0]! - b.members[0]!);
  let [x, y, rowHeight, width] = [MARGIN, MARGIN, 0, 0];
  for (const [index, { members, edges: own, placed }] of sorted.entries()) {
    const gap = members.length === 1 && sorted[index - 1]?.members.length === 1 ? BETWEEN_LONERS : BETWEEN_PARTS;
    if (x > MARGIN && x + gap + placed.width + MARGIN > maxWidth) {
      [x, y] = [MARGIN, y + rowHeight + gap];
      rowHeight = 0;
    } else if (x > MARGIN) {
      x += gap;
    }
    const [left, top] = [x, y];
    const shift = ([px, py]: Point): Point => [left + px, top + py];
    for (const [position, member] of members.entries()) placedNodes[member] = shift(placed.nodes[position]!);
    for (const [position, edge] of own.entries()) placedEdges[edge] = placed.edges[position]!.map(shift);
    x += placed.width;
    rowHeight = Math.max(rowHeight, placed.height);
    width = Math.max(width, x + MARGIN);
  }
  return { width, height: y + rowHeight + MARGIN, nodes: placedNodes, edges: placedEdges, backward };
}

/** What hangs together, in the order of the first member; edges by index. */
function partsOf(count: number, edges: Topology['edges']): { members: number[]; edges: number[] }[] {
  const parent = Array.from({ length: count }, (_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]!]!;
      root = parent[root]!;
    }
    return root;
  };
  for (const [from, to] of edges) {
    const [a, b] = [rootOf(from), rootOf(to)];
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  const parts = new Map<number, { members: number[]; edges: number[] }>();
  for (let index = 0; index < count; index += 1) {
    const root = rootOf(index);
    if (!parts.has(root)) parts.set(root, { members: [], edges: [] });
    parts.get(root)!.members.push(index);
  }
  for (const [index, [from]] of edges.entries()) parts.get(rootOf(from))!.edges.push(index);
  return [...parts.values()];
}

/** Edges that lead back to a node on the way to them; the way begins at those that nobody needs. */
export function backwardEdges(count: number, edges: Topology['edges']): Set<number> {
  const outgoing: number[][] = Array.from({ length: count }, () => []);
  const isNeeded = new Array<boolean>(count).fill(false);
  for (const [index, [from, to]] of edges.entries()) {
    outgoing[from]!.push(index);
    isNeeded[to] = true;
  }
  const state = new Uint8Array(count);
  const backward = new Set<number>();
  const visit = (root: number): void => {
    // With a stack of its own: a chain of thousands of services must not overflow the call stack.
    const frames = [{ node: root, next: 0 }];
    state[root] = 1;
    while (frames.length > 0) {
      const frame = frames.at(-1)!;
      const edge = outgoing[frame.node]![frame.next];
      frame.next += 1;
      if (edge === undefined) {
        state[frame.node] = 2;
        frames.pop();
        continue;
      }
      const target = edges[edge]![1];
      if (state[target] === 1) backward.add(edge);
      if (state[target] !== 0) continue;
      state[target] = 1;
      frames.push({ node: target, next: 0 });
    }
  };
  for (let node = 0; node < count; node += 1) if (!isNeeded[node]) visit(node);
  for (let node = 0; node < count; node += 1) if (state[node] === 0) visit(node);
  return backward;
}

/** How many columns the longest way takes. */
export function columnsOf(count: number, edges: Topology['edges']): number {
  const backward = backwardEdges(count, edges);
  const forward = edges.filter((_, index) => !backward.has(index));
  const outgoing = Map.groupBy(forward, ([from]) => from);
  const waiting = new Array<number>(count).fill(0);
  for (const [, to] of forward) waiting[to]! += 1;
  const depth = new Array<number>(count).fill(1);
  const ready = depth.flatMap((_, index) => (waiting[index] === 0 ? [index] : []));
  for (const node of ready) {
    for (const [, to] of outgoing.get(node) ?? []) {
      depth[to] = Math.max(depth[to]!, depth[node]! + 1);
      waiting[to]! -= 1;
      if (waiting[to] === 0) ready.push(to);
    }
  }
  return depth.reduce((most, each) => Math.max(most, each), 1);
}
