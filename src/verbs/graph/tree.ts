/**
 * Every service once with what it depends on below it, from those that nobody depends on downwards. What is needed in
 * several places, or by itself in a cycle, is drawn once and pointed to from the others.
 */
import type { Dependency } from '../../config/config.ts';
import type { GraphSurvey, SurveyedService } from '../../status/graph-survey.ts';
import { plain } from './drawing.ts';

/** Deeper ones begin again at the margin: a chain of thousands must not walk out of the terminal. */
const MAX_INDENT = 10;

export function treeOf({ services, unused, cycles }: GraphSurvey, nameOf: (id: string) => string): string[] {
  const byId = new Map(services.map((service) => [service.id, service]));
  const inCycle = new Set(cycles.flat());
  const drawn = new Set<string>();
  const postponed: string[] = [];
  const lines: string[] = [];

  const draw = (id: string, prefix: string, branch: string, edge: string, indent: number): void => {
    const service = byId.get(id)!;
    const isRepeated = drawn.has(id) && service.dependsOn.length > 0;
    const isTooDeep = !isRepeated && indent > MAX_INDENT && service.dependsOn.length > 0;
    const pointer = isRepeated ? ', see above' : isTooDeep ? ', see below' : '';
    lines.push(
      `${prefix}${branch}${nameOf(id)}${edge}${pointer}${isRepeated || isTooDeep ? '' : marksOf(service, inCycle)}`,
    );
    if (isTooDeep) postponed.push(id);
    if (isRepeated || isTooDeep) return;
    drawn.add(id);
    drawBelow(service, `${prefix}${continuation(branch)}`, indent + 1);
  };
  const drawBelow = ({ dependsOn }: SurveyedService, prefix: string, indent: number): void => {
    for (const [index, edge] of dependsOn.entries()) {
      const branch = index === dependsOn.length - 1 ? '└─ ' : '├─ ';
      if (edge.service !== undefined) {
        draw(edge.service, prefix, branch, edgeInWords(edge), indent);
        continue;
      }
      lines.push(`${prefix}${branch}${edge.need} of ${edge.anyOf.length}${edgeInWords(edge)}`);
      for (const [place, member] of edge.anyOf.entries()) {
        const twig = place === edge.anyOf.length - 1 ? '└─ ' : '├─ ';
        draw(member, `${prefix}${continuation(branch)}`, twig, '', indent + 1);
      }
    }
  };

  // Those that nobody depends on lead to all but cycles that nobody outside needs.
  for (const root of [...unused, ...services.map(({ id }) => id)]) {
    if (!drawn.has(root)) draw(root, '', '', '', 0);
    for (let next = postponed.shift(); next !== undefined; next = postponed.shift())
      if (!drawn.has(next)) draw(next, '', '', '', 0);
  }
  return lines;
}

function continuation(branch: string): string {
  return branch.replace('├─', '│ ').replace('└─', '  ');
}

/** " (soft): receipts" */
function edgeInWords({ strength, note }: Dependency): string {
  return `${strength === 'hard' ? '' : ` (${strength})`}${note === undefined ? '' : `: ${plain(note)}`}`;
}

/** "  [critical, not probed]" */
function marksOf({ id, criticalBecause, isProbed }: SurveyedService, inCycle: ReadonlySet<string>): string {
  const marks = [
    ...(criticalBecause ? ['critical'] : []),
    ...(isProbed ? [] : ['not probed']),
    ...(inCycle.has(id) ? ['in a cycle'] : []),
  ];
  return marks.length > 0 ? `  [${marks.join(', ')}]` : '';
}
