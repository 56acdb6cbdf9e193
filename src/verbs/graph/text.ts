/** The graph for people in a terminal: what matters first, the whole tree last. */
import type { State } from '../../model.ts';
import type { GraphSurvey, SurveyedService } from '../../status/graph-survey.ts';
import { plural } from '../../units.ts';
import { plain } from './drawing.ts';
import { treeOf } from './tree.ts';

const WIDTH = 100;
/** More than this are counted: `--format json` has them all. */
const MAX_NAMES = 40;
const MAX_ROWS = 20;

type NameOf = (id: string) => string;

export function inText(survey: GraphSurvey, title: string): string {
  const nameOf = namesIn(survey);
  return [
    `${plain(title)}: ${countsIn(survey)}`,
    '',
    ...table(summaryRows(survey, nameOf)),
    '',
    ...failures(survey, nameOf),
    ...(survey.services.length > 0 ? ['', 'What each depends on:', ''] : []),
    ...treeOf(survey, nameOf),
    '',
  ].join('\n');
}

/** Two services may have one name; then their ids tell them apart. */
function namesIn({ services }: GraphSurvey): NameOf {
  const byName = Map.groupBy(services, ({ name }) => plain(name));
  const names = new Map(
    [...byName].flatMap(([name, same]) =>
      same.map(({ id }) => [id, same.length > 1 || name === '' ? `${name} (${id})`.trim() : name] as const),
    ),
  );
  return (id) => names.get(id)!;
}

function countsIn({ services, depth }: GraphSurvey): string {
  const edges = services.flatMap(({ dependsOn }) => dependsOn);
  const strengths = [...Map.groupBy(edges, ({ strength }) => strength)].map(
    ([strength, list]) => `${list.length} ${strength}`,
  );
  const onGroups = edges.filter(({ anyOf }) => anyOf !== undefined).length;
  const groups = onGroups > 0 ? `; ${onGroups} of them k of n` : '';
  const kinds = strengths.length > 0 ? ` (${strengths.join(', ')}${groups})` : '';
  const levels = services.length > 0 ? `, ${plural(depth + 1, 'level')} deep` : '';
  return `${plural(services.length, 'service')}, ${plural(edges.length, 'dependency', 'dependencies')}${kinds}${levels}`;
}

function summaryRows({ services, groups, cycles, unprobed, unused }: GraphSurvey, nameOf: NameOf): [string, string][] {
  const because = (reason: SurveyedService['criticalBecause']): string[] =>
    services.filter(({ criticalBecause }) => criticalBecause === reason).map(({ id }) => id);
  const it = (ids: readonly string[]): string => (ids.length === 1 ? 'it' : 'them');
  const critical: [string, string[]][] = [
    [`nobody depends on ${it(because('unused'))}`, because('unused')],
    ['they depend on each other, and nobody else on them', because('unused-cycle')],
    ['services.yml says so', because('named')],
  ];
  const notCritical = unused.filter((id) => because(undefined).includes(id));
  const members = groups.length > 1 || groups[0]?.name !== undefined ? groups : [];
  return labelled([
    [
      'critical',
      critical.filter(([, ids]) => ids.length > 0).map(([reason, ids]) => `${listed(ids, nameOf)} (${reason})`),
      'none: the overall state is about nothing, and always unknown',
    ],
    [
      'not critical',
      notCritical.length > 0 ? [`${listed(notCritical, nameOf)}, though nobody depends on ${it(notCritical)}`] : [],
    ],
    ['not probed', unprobed.length > 0 ? [`${listed(unprobed, nameOf)}: never called up`] : [], 'none'],
    ['cycles', cycles.map((cycle) => listed(cycle, nameOf)), 'none'],
    ['groups', members.map(({ name, services: ids }) => `${plain(name ?? 'none')}: ${listed(ids, nameOf)}`)],
  ]);
}

/** The label stands beside its first row; without rows `none` does, if there is one. */
function labelled(
  entries: readonly (readonly [label: string, rows: readonly string[], none?: string])[],
): [string, string][] {
  return entries.flatMap(([label, rows, none]) => {
    const shown = rows.length > 0 ? rows : none === undefined ? [] : [none];
    return shown.map((row, index): [string, string] => [index === 0 ? label : '', row]);
  });
}

function failures({ services, singlePointsOfFailure }: GraphSurvey, nameOf: NameOf): string[] {
  if (singlePointsOfFailure.length === 0)
    return ['No single point of failure: no loss of one service makes an outage.'];
  const losses = new Map(services.map(({ id, lossMakes }) => [id, lossMakes]));
  const all = singlePointsOfFailure.map((id) => ({ id, ...losses.get(id)! }));
  const [alone = [], taking = []] = [true, false].map((isAlone) =>
    all.filter(({ down, degraded }) => (down + degraded === 1) === isAlone),
  );
  const rows = taking
    .slice(0, MAX_ROWS)
    .map(({ id, overall, down, degraded }) => [nameOf(id), inWords(overall), companyInWords(down - 1, degraded)]);
  const more = taking.length - rows.length;
  return [
    `Single points of failure: ${all.length} of ${plural(services.length, 'service')}`,
    '',
    ...(rows.length > 0 ? columns([['IF THIS IS LOST', 'THE PAGE SAYS', 'AND WITH IT'], ...rows]) : []),
    ...(more > 0 ? [`  and ${more} more; --format json has them all`] : []),
    ...[...Map.groupBy(alone, ({ overall }) => overall)].flatMap(([overall, list]) =>
      wrapped(
        `  ${inWords(overall)}, nobody with it: ${listed(
          list.map(({ id }) => id),
          nameOf,
        )}`,
        '    ',
      ),
    ),
  ];
}

function companyInWords(down: number, degraded: number): string {
  const parts = [down > 0 ? `${plural(down, 'other')} down` : '', degraded > 0 ? `${degraded} degraded` : ''];
  return parts.filter((part) => part !== '').join(', ');
}

function inWords(state: State): string {
  return state.replaceAll('_', ' ');
}

function listed(ids: readonly string[], nameOf: NameOf): string {
  const names = ids.slice(0, MAX_NAMES).map(nameOf).join(', ');
  return ids.length > MAX_NAMES ? `${names} and ${ids.length - MAX_NAMES} more` : names;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([label]) => label.length)) + 2;
  return rows.flatMap(([label, text]) => wrapped(`  ${label.padEnd(width)}${text}`, ' '.repeat(width + 4)));
}

/** Between names, so that no line is much wider than a terminal unless a name is. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = /^ */.exec(text)![0];
  for (const part of text.slice(line.length).split(/(?<=[,:] )/)) {
    if (line.trim() !== '' && line.length + part.trimEnd().length > WIDTH) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += part;
  }
  return [...lines, line.trimEnd()];
}
