/** The graph for Mermaid, which GitHub draws in any Markdown file. */
import type { GraphSurvey } from '../../status/graph-survey.ts';
import { type Arrow, drawingOf, plain } from './drawing.ts';

export function inMermaid(survey: GraphSurvey, title: string): string {
  const { frames, quorums, arrows } = drawingOf(survey);
  const boxes = frames.flatMap((frame) => frame.boxes);
  const keys = (list: readonly { key: string }[]): string => list.map(({ key }) => key).join(',');
  const critical = boxes.filter(({ isCritical }) => isCritical);
  const unprobed = boxes.filter(({ isProbed }) => !isProbed);
  return [
    'flowchart LR',
    '  accTitle: The services and what they depend on',
    `  %% ${quoted(plain(title))}`,
    '  %% Thick: critical. Dashed box: not probed. Arrows: solid hard, dashed soft, dotted insight.',
    ...frames.flatMap(({ name, boxes: members }, index) => {
      const lines = members.map(({ key, label }) => `  ${key}[${quoted(label)}]`);
      if (name === undefined) return lines;
      return [`  subgraph g${index}[${quoted(name)}]`, ...lines.map((line) => `  ${line}`), '  end'];
    }),
    ...quorums.map(({ key, label }) => `  ${key}{{${quoted(label)}}}`),
    ...arrows.map(({ from, to, strength, label }) => {
      const line = strength === 'hard' ? '-->' : '-.->';
      return `  ${from} ${line}${label === undefined ? '' : `|${quoted(label)}|`} ${to}`;
    }),
    ...dashes(arrows, 'soft', '6 4'),
    ...dashes(arrows, 'insight', '1 4'),
    ...(critical.length > 0 ? ['  classDef critical stroke-width:3px', `  class ${keys(critical)} critical`] : []),
    ...(unprobed.length > 0 ? ['  classDef unprobed stroke-dasharray:6 4', `  class ${keys(unprobed)} unprobed`] : []),
    '',
  ].join('\n');
}

/** Mermaid knows one dotted arrow only; arrows are styled by their number. */
function dashes(arrows: readonly Arrow[], strength: Arrow['strength'], pattern: string): string[] {
  const numbers = arrows.flatMap((arrow, index) => (arrow.strength === strength ? [index] : []));
  return numbers.length > 0 ? [`  linkStyle ${numbers.join(',')} stroke-dasharray:${pattern}`] : [];
}

/**
 * All but letters, digits, blanks and a few marks inside words becomes `#…;`, Mermaid's own entity: labels are read as
 * Markdown, as HTML, and by expressions that look for `style …:`, depending on the version and the settings.
 */
function quoted(text: string): string {
  const unsafe = /(?<![\p{L}\p{N}])[-.]|[-.](?![\p{L}\p{N}])|[^\p{L}\p{M}\p{N} .-]/gu;
  return `"${text.replaceAll(unsafe, (mark) => `#${mark.codePointAt(0)};`)}"`;
}
