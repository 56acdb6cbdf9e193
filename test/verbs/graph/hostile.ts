/** Names that mean something in every language that a graph is drawn in. */
import type { Service } from '../../../src/config/config.ts';
import { buildGraph } from '../../../src/config/graph.ts';
import { type GraphSurvey, surveyGraph } from '../../../src/status/graph-survey.ts';
import { sketch } from '../../status/sketch.ts';

export const HOSTILE_NAMES = [
  'say "hi"',
  'back\\slash\\',
  '\\N \\G \\"',
  'a];n0-->n1["b',
  'x}} --> y{{',
  '<b onclick="alert(1)">bold</b>',
  '&lt;i&gt; & &amp;',
  'two\nlines\r\nof\ttext',
  'end',
  'subgraph graph flowchart style fill:#fff;',
  'classDef x: #f00;',
  '%%{init: {"theme":"dark"}}%%',
  '`markdown` **bold** _it_ ~~no~~',
  '1. a list',
  '- another',
  '#quot; #35; #',
  'a|b|c',
  '// comment /* more */ # too',
  'rôle 日本語 🎉 é',
  '\u001b[31mred',
  '[link](javascript:alert(1))',
  '$$x^2$$',
];

/** Each name as that of a service, of its group, and as a note on the edge to the next; every sort of edge among them. */
export function hostileSurvey(names: readonly string[] = HOSTILE_NAMES): GraphSurvey {
  const count = names.length;
  const needs = (index: number): string[] => [
    `${['', 'soft ', 'insight '][index % 3]}s${(index + 1) % count}`,
    `${['', 'soft '][index % 2]}1 of s${(index + 2) % count} s${(index + 3) % count}`,
  ];
  const plain = sketch(
    Object.fromEntries(
      names.map((name, index) => [`s${index}`, { name, needs: needs(index), probes: index % 4 === 0 ? [] : [{}] }]),
    ),
  );
  const services = plain.map((service, index): Service => {
    const note = names[index]!;
    const group = index % 5 === 0 ? {} : { group: note };
    return { ...service, ...group, dependsOn: service.dependsOn.map((edge) => ({ ...edge, note })) };
  });
  return surveyGraph(buildGraph(services));
}
