/** Graphviz, compiled to WebAssembly, as the engine that places nodes. It runs at build time only. */
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import type { Engine, Part, PlacedPart, Point } from './layout.ts';

/** Graphviz counts in inches. */
const DPI = 72;
const BETWEEN_NODES = 14;
/** What has more is not drawn: nobody could read it, and it would take minutes. */
const MOST_NODES = 3000;
const MOST_EDGES = 6000;

export async function loadGraphviz(): Promise<Engine> {
  const graphviz = await Graphviz.load();
  return (part) => {
    if (part.nodes.length > MOST_NODES || part.edges.length > MOST_EDGES) return undefined;
    return fromPlain(graphviz.layout(toDot(part), 'plain', 'dot'), part);
  };
}

function toDot({ nodes, edges, gap }: Part): string {
  return [
    'digraph {',
    // The limits bound what optimizing costs, at little loss.
    `rankdir=LR nodesep=${BETWEEN_NODES / DPI} ranksep=${gap / DPI} nslimit=4 nslimit1=4 mclimit=${edges.length > 1000 ? 0.5 : 2}`,
    'node [shape=box fixedsize=true label=""] edge [arrowhead=none]',
    ...nodes.map(([width, height], index) => `${index} [width=${width / DPI} height=${height / DPI}]`),
    ...edges.map(([from, to]) => `${from} -> ${to}`),
    '}',
  ].join('\n');
}

/**
 * Graphviz says where nodes stand, and between which of them a line passes the columns on its way. Lines themselves are
 * drawn anew: level through every column, a curve in every gap, so that they start and end level and touch no node.
 */
function fromPlain(plain: string, { nodes, edges }: Part): PlacedPart {
  const [graph, ...rows] = plain.split('\n').map((line) => line.split(' '));
  const width = Math.round(Number(graph![2]) * DPI);
  const height = Math.round(Number(graph![3]) * DPI);
  // The ground is below.
  const pointOf = (x: string, y: string): Point => [Number(x) * DPI, height - Number(y) * DPI];
  const centres: Point[] = [];
  const splines = new Map<string, Point[][]>();
  for (const [kind, ...fields] of rows) {
    if (kind === 'node') centres[Number(fields[0])] = pointOf(fields[1]!, fields[2]!);
    if (kind !== 'edge') continue;
    const points = Array.from({ length: Number(fields[2]) }, (_, index) =>
      pointOf(fields[3 + 2 * index]!, fields[4 + 2 * index]!),
    );
    const key = `${fields[0]} ${fields[1]}`;
    splines.set(key, [...(splines.get(key) ?? []), points]);
  }
  const corners = nodes.map(([w, h], index): Point => {
    const [x, y] = centres[index]!;
    return [Math.round(x - w / 2), Math.round(y - h / 2)];
  });
  const columns = columnsIn(corners, nodes);
  return {
    width,
    height,
    nodes: corners,
    edges: edges.map(([from, to]) => {
      const start: Point = [corners[from]![0] + nodes[from]![0], corners[from]![1] + nodes[from]![1] / 2];
      const end: Point = [corners[to]![0], corners[to]![1] + nodes[to]![1] / 2];
      return throughColumns(start, end, splines.get(`${from} ${to}`)!.shift()!, columns);
    }),
  };
}

interface Column {
  left: number;
  right: number;
}

function columnsIn(corners: readonly Point[], nodes: Part['nodes']): Column[] {
  const spans = corners.map(([x], index) => ({ left: x, right: x + nodes[index]![0] }));
  const columns: Column[] = [];
  for (const { left, right } of spans.toSorted((a, b) => a.left - b.left)) {
    const last = columns.at(-1);
    if (last && left < last.right) last.right = Math.max(last.right, right);
    else columns.push({ left, right });
  }
  return columns;
}

/** A start, then three points a curve. */
function throughColumns(start: Point, end: Point, spline: readonly Point[], columns: readonly Column[]): Point[] {
  const points: Point[] = [start];
  const level = ([x, y]: Point): void => {
    const [fromX, fromY] = points.at(-1)!;
    if (fromX !== x || fromY !== y) points.push([fromX, fromY], [x, y], [x, y]);
  };
  const curve = ([x, y]: Point): void => {
    const [fromX, fromY] = points.at(-1)!;
    const middle = round((fromX + x) / 2);
    points.push([middle, fromY], [middle, y], [x, y]);
  };
  for (const { left, right } of columns) {
    // The rest of the own column is passed level: wider nodes stand in it.
    if (left <= start[0] && start[0] <= right) level([right, start[1]]);
    if (left > start[0] && right < end[0]) {
      const y = round(heightAt(spline, (left + right) / 2));
      curve([left, y]);
      level([right, y]);
    }
    if (left > start[0] && left <= end[0] && end[0] <= right) {
      curve([left, end[1]]);
      level(end);
    }
  }
  return points;
}

/** Of a spline that runs from left to right, at x. */
function heightAt(spline: readonly Point[], x: number): number {
  let first = 0;
  while (first + 6 < spline.length && spline[first + 3]![0] < x) first += 3;
  const [a, b, c, d] = spline.slice(first, first + 4) as [Point, Point, Point, Point];
  const at = (t: number, axis: 0 | 1): number =>
    (1 - t) ** 3 * a[axis] + 3 * (1 - t) ** 2 * t * b[axis] + 3 * (1 - t) * t ** 2 * c[axis] + t ** 3 * d[axis];
  let [low, high] = [0, 1];
  for (let step = 0; step < 20; step += 1) {
    const middle = (low + high) / 2;
    if (at(middle, 0) < x) low = middle;
    else high = middle;
  }
  return at(low, 1);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
