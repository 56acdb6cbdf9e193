import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plain } from '../../../src/verbs/graph/drawing.ts';
import { inMermaid } from '../../../src/verbs/graph/mermaid.ts';
import { HOSTILE_NAMES, hostileSurvey } from './hostile.ts';

const TEXT = '"(?:[\\p{L}\\p{M}\\p{N} .-]|#\\d+;)*"';
/** The lines that we write; no other is good. */
const LINES = {
  header: /^flowchart LR$/,
  accTitle: /^ {2}accTitle: [\w ]+$/,
  comment: /^ {2}%% (?!\{).*$/,
  box: new RegExp(`^ {2,4}n\\d+\\[(${TEXT})\\]$`, 'u'),
  frame: new RegExp(`^ {2}subgraph g\\d+\\[(${TEXT})\\]$`, 'u'),
  end: /^ {2}end$/,
  quorum: /^ {2}q\d+\{\{"\d+ of \d+"\}\}$/,
  arrow: new RegExp(`^ {2}([nq]\\d+ (?:-->|-\\.->))(?:\\|(${TEXT})\\|)? ([nq]\\d+)$`, 'u'),
  linkStyle: /^ {2}linkStyle (\d+(?:,\d+)*) stroke-dasharray:\d \d$/,
  classDef: /^ {2}classDef \w+ [\w:-]+( \d)?$/,
  class: /^ {2}class n\d+(,n\d+)* \w+$/,
};

interface Parsed {
  labels: string[];
  arrows: string[];
  dashed: number[][];
}

function parse(text: string): Parsed {
  const parsed: Parsed = { labels: [], arrows: [], dashed: [] };
  for (const line of text.trimEnd().split('\n')) {
    const kind = Object.entries(LINES).find(([, pattern]) => pattern.test(line));
    if (!kind) throw new Error(`not Mermaid: ${line}`);
    const [name, pattern] = kind;
    const groups = pattern.exec(line)!;
    if (name === 'box' || name === 'frame') parsed.labels.push(textOf(groups[1]!));
    if (name === 'arrow') {
      parsed.arrows.push(`${groups[1]} ${groups[3]}`);
      if (groups[2] !== undefined) parsed.labels.push(textOf(groups[2]));
    }
    if (name === 'linkStyle') parsed.dashed.push(groups[1]!.split(',').map(Number));
  }
  return parsed;
}

function textOf(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

test('every name is shown as it is, and none is read as anything else', () => {
  const { labels, arrows, dashed } = parse(inMermaid(hostileSurvey(), '%%{init}%%\nend'));
  for (const name of HOSTILE_NAMES) expect(labels).toContain(plain(name));
  expect(arrows.length).toBe(HOSTILE_NAMES.length * 4);
  expect(arrows.slice(0, 5)).toEqual(['n0 --> n1', 'n0 --> q0', 'q0 --> n2', 'q0 --> n3', 'n1 -.-> n2']);
  // Soft ones and insight are dotted to Mermaid; their dashes tell them apart.
  const dotted = arrows.flatMap((arrow, index) => (arrow.includes('-.->') ? [index] : []));
  expect(dashed.flat().sort((a, b) => a - b)).toEqual(dotted);
  expect(dashed.map((numbers) => numbers[0])).toEqual([4, 8]);
});

test('names that are only words and numbers stay readable', () => {
  const text = inMermaid(hostileSurvey(['web-server', 'v1.2 beta', 'Käse', '-', 'a.']), 'x');
  expect(text).toContain('  n0["web-server"]\n');
  expect(text).toContain('  subgraph g0["v1.2 beta"]\n    n1["v1.2 beta"]\n  end\n');
});

test('whatever people write', () => {
  const names = fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 4, maxLength: 6 });
  fc.assert(
    fc.property(names, (list) => {
      const { labels } = parse(inMermaid(hostileSurvey(list), list[0]!));
      for (const name of list) expect(labels).toContain(plain(name));
    }),
    { numRuns: 40 },
  );
});
