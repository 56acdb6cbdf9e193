/** A constellation with its layout, as what is drawn: boxes with texts that fit them, lines, and what the lines mean. */
import { en, type Words } from '../messages/en.ts';
import type { State } from '../model.ts';
import type { Constellation, Edge, GroupNode, Node, ServiceNode } from './constellation.ts';
import { cutLabel, labelWidth, wrapLabel } from './label.ts';
import { columnsOf, type Engine, type Layout, layOut, type Point, type Topology } from './layout.ts';
import { type OutlineItem, outlineOf } from './outline.ts';

export interface Diagram {
  /** Undefined when there is too much of it to draw. */
  drawing?: Drawing;
  outline: readonly OutlineItem[];
  /** "12 services, 15 dependencies" */
  summary: string;
  legend: readonly LegendEntry[];
  more: number;
}

export interface Drawing {
  width: number;
  height: number;
  /** Too wide for small screens, for middling ones too, or for any; absent when it fits them all. */
  tooWide?: 'small' | 'middle' | 'always';
  services: readonly DrawnService[];
  groups: readonly DrawnGroup[];
  lines: readonly DrawnLine[];
  /** Paths of the arrow heads. */
  heads: string;
  chainHeads: string;
  /** Some arrow points to the left. */
  hasCircle: boolean;
}

export interface DrawnService extends Box {
  id: string;
  state: State;
  isInherited: boolean;
  isCause: boolean;
  isProbed: boolean;
  isCentre: boolean;
  /** In whole: "Database: down, probable cause". */
  title: string;
  lines: readonly { kind: 'name' | 'word' | 'note'; text: string; y: number }[];
}

export interface DrawnGroup extends Box {
  label: string;
  title: string;
  state: State;
}

export interface DrawnLine {
  path: string;
  title: string;
  strength: Edge['strength'];
  isOnChain: boolean;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface LegendEntry {
  sample: Edge['strength'] | 'chain' | 'unprobed';
  words: string;
}

/** What the page leaves for it. */
export const PAGE_WIDTH = 916;
const PHONE_WIDTH = 316;
const TABLET_WIDTH = 640;
/** With names of one line, or of two. */
const NODE_HEIGHTS = { 1: 56, 2: 72 } as const;
const GROUP_SIZE = { width: 52, height: 26 };
const LEAST_WIDTH = 124;
const MOST_WIDTH = 184;
const LEAST_GAP = 32;
const MOST_GAP = 56;
export const NAME_SIZE = 14;
export const WORD_SIZE = 12;
export const NOTE_SIZE = 11;
const LINE_HEIGHT = 15;
/** Left of the texts, for the icon; right of them. */
export const BEFORE_TEXT = 31;
const AFTER_TEXT = 6;
/** Bold letters are wider than others. */
const BOLD = 1.13;
const NAME_WIDTH = NAME_SIZE * BOLD;

export function diagramOf(constellation: Constellation, engine: Engine, words: Words = en): Diagram {
  const { nodes, edges, more } = constellation;
  const topology = topologyOf(nodes, edges);
  const layout = layOut(topology, engine);
  const services = nodes.filter(({ kind }) => kind === 'service').length;
  // A group's members hang on the junction; the service's own line to it is no further dependency.
  const dependencies = edges.filter(({ to }) => !to.includes(' ')).length;
  return {
    ...(layout && { drawing: drawingOf(constellation, topology, layout, words) }),
    outline: outlineOf(constellation),
    summary: words.map.summary(services, dependencies),
    legend: legendOf(nodes, edges, words),
    more,
  };
}

/**
 * All services are as wide as the longest name asks for, but so narrow that the columns fit the page. Nothing here depends
 * on states, so that nothing moves when one changes.
 */
function topologyOf(nodes: readonly Node[], edges: readonly Edge[]): Topology {
  const indexOf = new Map(nodes.map(({ id }, index) => [id, index]));
  const ends = edges.map(({ from, to }) => [indexOf.get(from)!, indexOf.get(to)!] as const);
  const columns = columnsOf(nodes.length, ends);
  const share = Math.floor((PAGE_WIDTH - 8 - (columns - 1) * LEAST_GAP) / columns);
  const names = nodes.flatMap(({ kind, name }) => (kind === 'service' ? [name] : []));
  const width = Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, share, Math.max(0, ...names.map(wantedWidth))));
  const gap = columns > 1 ? Math.floor((PAGE_WIDTH - 8 - columns * width) / (columns - 1)) : MOST_GAP;
  const isWrapped = names.some((name) => labelWidth(name, NAME_WIDTH) > width - BEFORE_TEXT - AFTER_TEXT);
  const height = NODE_HEIGHTS[isWrapped ? 2 : 1];
  return {
    nodes: nodes.map(({ kind }) => (kind === 'group' ? GROUP_SIZE : { width, height })),
    edges: ends,
    gap: Math.max(LEAST_GAP, Math.min(MOST_GAP, gap)),
    maxWidth: PAGE_WIDTH,
  };
}

/** In steps, so that a changed name seldom changes it. */
function wantedWidth(name: string): number {
  return Math.ceil((labelWidth(name, NAME_WIDTH) + BEFORE_TEXT + AFTER_TEXT) / 4) * 4;
}

function drawingOf({ nodes, edges }: Constellation, topology: Topology, layout: Layout, words: Words): Drawing {
  const boxes = nodes.map((_, index): Box => {
    const [x, y] = layout.nodes[index]!;
    return { x, y, ...topology.nodes[index]! };
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const heads = edges.map((_, index) => headOf(layout.edges[index]!, layout.backward.has(index)));
  return {
    width: Math.ceil(layout.width),
    height: Math.ceil(layout.height),
    ...(layout.width > PHONE_WIDTH && { tooWide: tooWide(layout.width) }),
    services: nodes.flatMap((node, index) =>
      node.kind === 'service' ? [drawService(node, boxes[index]!, words)] : [],
    ),
    groups: nodes.flatMap((node, index) => (node.kind === 'group' ? [drawGroup(node, boxes[index]!)] : [])),
    // What is emphasized lies on top.
    lines: edges
      .map((edge, index) => ({
        path: pathOf(layout.edges[index]!),
        title: edgeInWords(edge, byId.get(edge.from)!, byId.get(edge.to)!, words),
        strength: edge.strength,
        isOnChain: edge.isOnChain,
      }))
      .sort((a, b) => Number(a.isOnChain) - Number(b.isOnChain)),
    heads: heads.filter((_, index) => !edges[index]!.isOnChain).join(''),
    chainHeads: heads.filter((_, index) => edges[index]!.isOnChain).join(''),
    hasCircle: layout.backward.size > 0,
  };
}

function tooWide(width: number): 'small' | 'middle' | 'always' {
  if (width > PAGE_WIDTH) return 'always';
  return width > TABLET_WIDTH ? 'middle' : 'small';
}

function drawService(node: ServiceNode, box: Box, { comma, isolate }: Words): DrawnService {
  const { id, state, isInherited, isCause, isProbed, isCentre } = node;
  const room = box.width - BEFORE_TEXT - AFTER_TEXT;
  const noteWidth = (notes: readonly string[]): number => labelWidth(notes.join(comma), NOTE_SIZE);
  const whole = node.notes.filter((_, index) => noteWidth(node.notes.slice(0, index + 1)) <= room);
  const note = (whole.length > 0 ? whole : node.notes.slice(0, 1)).join(comma);
  // What comes last gives way first: a second line of the name, then the note; the title says all of it.
  const mostLines = Math.floor(box.height / LINE_HEIGHT);
  const states = wrapLabel(node.word, WORD_SIZE * BOLD, room, 2);
  const notes = note === '' || states.length > mostLines - 2 ? [] : [cutLabel(note, NOTE_SIZE, room)];
  const names = wrapLabel(node.name, NAME_WIDTH, room, states.length + notes.length < mostLines - 1 ? 2 : 1);
  const texts = [
    ...names.map((text) => ({ kind: 'name' as const, text })),
    ...states.map((text) => ({ kind: 'word' as const, text })),
    ...notes.map((text) => ({ kind: 'note' as const, text })),
  ];
  // A text stands on its line, a little above the line's lower end.
  const firstY = Math.round((box.height - texts.length * LINE_HEIGHT) / 2) + 12;
  return {
    ...box,
    id,
    state,
    isInherited,
    isCause,
    isProbed,
    isCentre,
    title: `${isolate(node.name)}: ${[node.word, ...node.notes].join(comma)}`,
    lines: texts.map((line, index) => ({ ...line, y: firstY + index * LINE_HEIGHT })),
  };
}

function drawGroup({ name, word, state }: GroupNode, box: Box): DrawnGroup {
  return { ...box, label: name, title: word, state };
}

function edgeInWords(
  { strength, note, isOnChain }: Edge,
  from: Node,
  to: Node,
  { map, comma, isolate }: Words,
): string {
  const [near, far] = [isolate(from.name), isolate(to.name)];
  const ends = from.kind === 'group' ? map.member(far, from.of) : map.edge(near, far, strength);
  return [
    `${ends} (${map.strengths[strength]})`,
    ...(note === undefined ? [] : [isolate(note)]),
    ...(isOnChain ? [map.troubleComesThisWay] : []),
  ].join(comma);
}

function pathOf([start, ...rest]: readonly Point[]): string {
  return `M${start!.join(' ')}C${rest.map((point) => point.join(' ')).join(' ')}`;
}

/** A small arrow head at the far end; lines end level there. */
function headOf(points: readonly Point[], isBackward: boolean): string {
  const [x, y] = points.at(-1)!;
  const length = isBackward ? 7 : -7;
  return `M${x} ${y}l${length} -4v8z`;
}

function legendOf(nodes: readonly Node[], edges: readonly Edge[], { map: { legend } }: Words): LegendEntry[] {
  const has = (strength: Edge['strength']): boolean => edges.some((edge) => edge.strength === strength);
  const entries: readonly (readonly [boolean, LegendEntry])[] = [
    [has('hard'), { sample: 'hard', words: legend.hard }],
    [has('soft'), { sample: 'soft', words: legend.soft }],
    [has('insight'), { sample: 'insight', words: legend.insight }],
    [edges.some(({ isOnChain }) => isOnChain), { sample: 'chain', words: legend.chain }],
    [nodes.some((node) => node.kind === 'service' && !node.isProbed), { sample: 'unprobed', words: legend.unprobed }],
  ];
  return entries.filter(([isShown]) => isShown).map(([, entry]) => entry);
}
