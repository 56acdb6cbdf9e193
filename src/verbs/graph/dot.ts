/** The graph for Graphviz: `vedette graph --format dot | dot -Tsvg`. */
import type { Strength } from '../../config/config.ts';
import type { GraphSurvey } from '../../status/graph-survey.ts';
import { drawingOf, plain } from './drawing.ts';

const LINES = { hard: 'solid', soft: 'dashed', insight: 'dotted' } as const satisfies Record<Strength, string>;

export function inDot(survey: GraphSurvey, title: string): string {
  const { frames, quorums, arrows } = drawingOf(survey);
  return [
    `digraph ${quoted(plain(title))} {`,
    '  // Bold: critical. Dashed box: not probed. Arrows: solid hard, dashed soft, dotted insight.',
    '  rankdir=LR;',
    '  node [shape=box, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...frames.flatMap(({ name, boxes }, index) => {
      const lines = boxes.map(({ key, label, isCritical, isProbed }) => {
        const style = [isCritical ? 'bold' : '', isProbed ? '' : 'dashed'].filter((word) => word !== '').join(',');
        return `  ${key} [label=${quoted(label)}${style === '' ? '' : `, style="${style}"`}];`;
      });
      if (name === undefined) return lines;
      const opening = [`  subgraph cluster_${index} {`, `    label=${quoted(name)};`];
      return [...opening, ...lines.map((line) => `  ${line}`), '  }'];
    }),
    ...quorums.map(({ key, label }) => `  ${key} [label=${quoted(label)}, shape=hexagon];`),
    ...arrows.map(({ from, to, strength, label }) => {
      const named = label === undefined ? '' : `, label=${quoted(label)}`;
      return `  ${from} -> ${to} [style=${LINES[strength]}${named}];`;
    }),
    '}',
    '',
  ].join('\n');
}

/** Graphviz reads backslashes in labels as escapes, and HTML entities even in plain text. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;')}"`;
}
