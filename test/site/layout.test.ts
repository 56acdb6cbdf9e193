import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadGraphviz } from '../../src/site/graphviz.ts';
import { backwardEdges, columnsOf, type Engine, type Layout, layOut, type Topology } from '../../src/site/layout.ts';
import { openLayoutCache } from '../../src/site/layout-cache.ts';

let graphviz: Engine;
beforeAll(async () => {
  graphviz = await loadGraphviz();
});

const SIZE = { width: 140, height: 56 };
const SMALL = { width: 52, height: 26 };

function topology(count: number, edges: Topology['edges'], small: readonly number[] = []): Topology {
  const nodes = Array.from({ length: count }, (_, index) => (small.includes(index) ? SMALL : SIZE));
  return { nodes, edges, gap: 40, maxWidth: 916 };
}

const topologies = fc
  .record({
    count: fc.integer({ min: 1, max: 25 }),
    picks: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 50 }),
    small: fc.array(fc.nat(24), { maxLength: 4 }),
  })
  .map(({ count, picks, small }) =>
    topology(
      count,
      picks.map(([from, to]) => [from % count, to % count] as const).filter(([from, to]) => from !== to),
      small,
    ),
  );

describe('whatever the graph', () => {
  test('no node overlaps another, all are inside, lines join what they should', () => {
    fc.assert(
      fc.property(topologies, (graph) => {
        const layout = layOut(graph, graphviz)!;
        const boxes = graph.nodes.map(({ width, height }, index) => {
          const [x, y] = layout.nodes[index]!;
          return { left: x, top: y, right: x + width, bottom: y + height };
        });
        for (const [index, a] of boxes.entries()) {
          expect(a.left >= 0 && a.top >= 0 && a.right <= layout.width && a.bottom <= layout.height).toBe(true);
          for (const b of boxes.slice(index + 1)) {
            expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
          }
        }
        expect(layout.edges).toHaveLength(graph.edges.length);
        for (const [index, [from, to]] of graph.edges.entries()) {
          const [start, end] = [layout.edges[index]![0]!, layout.edges[index]!.at(-1)!];
          const isBackward = layout.backward.has(index);
          expect(start[0]).toBe(isBackward ? boxes[from]!.left : boxes[from]!.right);
          expect(end[0]).toBe(isBackward ? boxes[to]!.right : boxes[to]!.left);
          expect(start[1] > boxes[from]!.top && start[1] < boxes[from]!.bottom).toBe(true);
          expect(end[1] > boxes[to]!.top && end[1] < boxes[to]!.bottom).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('no line passes through a node', () => {
    fc.assert(
      fc.property(topologies, (graph) => {
        const layout = layOut(graph, graphviz)!;
        for (const [index, [from, to]] of graph.edges.entries()) {
          for (const [x, y] of samples(layout.edges[index]!)) {
            const hit = graph.nodes.findIndex(({ width, height }, node) => {
              const [left, top] = layout.nodes[node]!;
              return x > left + 1 && x < left + width - 1 && y > top + 1 && y < top + height - 1;
            });
            expect(hit === -1 || hit === from || hit === to, `${from} > ${to} through ${hit}`).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the same again is the same', () => {
    fc.assert(
      fc.property(topologies, (graph) => {
        expect(layOut(graph, graphviz)).toEqual(layOut(graph, graphviz));
      }),
      { numRuns: 20 },
    );
  });

  test('without its backward edges there is no circle', () => {
    fc.assert(
      fc.property(topologies, ({ nodes, edges }) => {
        const backward = backwardEdges(nodes.length, edges);
        expect(
          backwardEdges(
            nodes.length,
            edges.filter((_, index) => !backward.has(index)),
          ).size,
        ).toBe(0);
      }),
    );
  });
});

function* samples(points: Layout['edges'][number]): Generator<readonly [number, number]> {
  for (let index = 0; index + 3 < points.length; index += 3) {
    const [a, b, c, d] = points.slice(index, index + 4) as [number, number][];
    for (let t = 0; t <= 1; t += 0.1) {
      const at = (axis: 0 | 1): number =>
        (1 - t) ** 3 * a![axis] + 3 * (1 - t) ** 2 * t * b![axis] + 3 * (1 - t) * t ** 2 * c![axis] + t ** 3 * d![axis];
      yield [at(0), at(1)];
    }
  }
}

test('users stand left of what they need', () => {
  const { nodes } = layOut(
    topology(3, [
      [0, 1],
      [1, 2],
    ]),
    graphviz,
  )!;
  expect(nodes.map(([x]) => x)).toEqual(nodes.map(([x]) => x).sort((a, b) => a - b));
  expect(
    columnsOf(3, [
      [0, 1],
      [1, 2],
    ]),
  ).toBe(3);
});

test('what does not hang together stands in rows no wider than the page, the largest first', () => {
  const { nodes, width } = layOut(
    topology(13, [
      [10, 11],
      [11, 12],
    ]),
    graphviz,
  )!;
  expect(width).toBeLessThanOrEqual(916);
  expect(nodes[10]![1]).toBeLessThan(nodes[9]![1]);
});

test('what is too much is not drawn', () => {
  const edges = Array.from({ length: 7000 }, () => [0, 1] as const);
  expect(layOut(topology(2, edges), graphviz)).toBeUndefined();
});

test('a thousand in one chain, in one circle, around one', () => {
  const chain = Array.from({ length: 999 }, (_, index) => [index, index + 1] as const);
  for (const edges of [chain, [...chain, [999, 0] as const], chain.map(([, to]) => [to, 0] as const)]) {
    expect(layOut(topology(1000, edges), graphviz)!.nodes).toHaveLength(1000);
  }
});

describe('the cache', () => {
  const graph = topology(3, [
    [0, 1],
    [1, 2],
  ]);
  const never: Engine = () => {
    throw new Error('it was laid out again');
  };

  test('a second build lays nothing out again, and one with other edges does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vedette-layouts-'));
    const first = await openLayoutCache(folder, 'a', graphviz);
    const layout = layOut(graph, first.engine);
    await first.save();
    expect(layOut(graph, (await openLayoutCache(folder, 'a', never)).engine)).toEqual(layout);
    const other = await openLayoutCache(folder, 'a', never);
    expect(() =>
      layOut(
        topology(3, [
          [0, 2],
          [1, 2],
        ]),
        other.engine,
      ),
    ).toThrow('laid out again');
    await rm(folder, { recursive: true });
  });

  test.each([
    ['no JSON', 'x'],
    ['null', 'null'],
    ['an entry that is no layout', '{"KEY":5}'],
    ['an entry of another size', '{"KEY":{"width":1,"height":1,"nodes":[],"edges":[]}}'],
    ['an entry without numbers', '{"KEY":{"width":1,"height":1,"nodes":[[0,null],[0,0],[0,0]],"edges":[[],[]]}}'],
  ])('a broken file does no harm: %s', async (_, content) => {
    const folder = await mkdtemp(join(tmpdir(), 'vedette-layouts-'));
    const first = await openLayoutCache(folder, 'a', graphviz);
    const layout = layOut(graph, first.engine);
    await first.save();
    const [name] = await readdir(folder);
    const [key] = Object.keys(JSON.parse(await readFile(join(folder, name!), 'utf8')));
    await writeFile(join(folder, name!), content.replace('KEY', key!));
    const again = await openLayoutCache(folder, 'a', graphviz);
    expect(layOut(graph, again.engine)).toEqual(layout);
    await again.save();
    expect(layOut(graph, (await openLayoutCache(folder, 'a', never)).engine)).toEqual(layout);
    await rm(folder, { recursive: true });
  });

  test('a folder that cannot be made does no harm', async () => {
    const cache = await openLayoutCache('/dev/null/x', 'a', graphviz);
    expect(layOut(graph, cache.engine)).toBeDefined();
    await cache.save();
  });
});
