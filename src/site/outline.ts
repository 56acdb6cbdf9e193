/** A diagram as a nested list: the same services and dependencies, for those who read rather than look. */
import type { Constellation, Edge, Node } from './constellation.ts';

export interface OutlineItem {
  node: Node;
  /** From the item above it. */
  edge?: Edge;
  items: readonly OutlineItem[];
  /** What it needs stands elsewhere in the list, under the first item of the same node. */
  seeElsewhere?: 'above' | 'below';
  /** This item is the one that others refer to. */
  isAnchor: boolean;
}

/** What stands deeper begins a list of its own: narrow screens have no room, and browsers nest only so far. */
const MAX_DEPTH = 6;

export function outlineOf({ nodes, edges }: Pick<Constellation, 'nodes' | 'edges'>): OutlineItem[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const outgoing = Map.groupBy(edges, ({ from }) => from);
  const needed = new Set(edges.map(({ to }) => to));
  const anchored = new Set<string>();
  const postponed: Node[] = [];

  const itemOf = (node: Node, depth: number, edge?: Edge): OutlineItem => {
    const below = outgoing.get(node.id) ?? [];
    const common = { node, ...(edge && { edge }) };
    if (anchored.has(node.id)) {
      return { ...common, items: [], ...(below.length > 0 && { seeElsewhere: 'above' }), isAnchor: false };
    }
    if (depth === MAX_DEPTH && below.length > 0) {
      postponed.push(node);
      return { ...common, items: [], seeElsewhere: 'below', isAnchor: false };
    }
    anchored.add(node.id);
    const items = below.map((each) => itemOf(byId.get(each.to)!, depth + 1, each));
    return { ...common, items, isAnchor: true };
  };

  const result: OutlineItem[] = [];
  const begin = (node: Node): void => {
    if (anchored.has(node.id)) return;
    result.push(itemOf(node, 0));
    for (let next = postponed.shift(); next; next = postponed.shift()) {
      if (!anchored.has(next.id)) result.push(itemOf(next, 0));
    }
  };
  for (const node of nodes) if (!needed.has(node.id)) begin(node);
  // What is left stands in circles that nobody outside needs.
  for (const node of nodes) begin(node);
  return result;
}
