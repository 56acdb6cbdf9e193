/** `vedette check`: is services.yml right, and what does it say? */
import { dirname } from 'node:path';
import type { Verb } from '../cli.ts';
import { readableAccent } from '../config/accent.ts';
import type { Config, Service } from '../config/config.ts';
import { buildGraph } from '../config/graph.ts';
import { loadBrand } from '../config/load-brand.ts';
import type { Channel } from '../config/notifications.ts';
import { formatProblem } from '../config/problems.ts';
import { durationInWords, plural } from '../units.ts';
import { loadAssumingSecrets } from './assume-secrets.ts';
import { type Constellation, loadConstellation } from './constellation.ts';
import { readWorkflowFiles } from './doctor/workflow-files.ts';
import { shortJobFix, shortJobInWords, shortJobs } from './job-time.ts';

export const check: Verb = {
  summary: 'say every problem in services.yml, or what it watches',
  help: `usage: vedette check [--config FILE] [--assume-secrets]

Reads services.yml and prints every problem with line and column, or a summary of the constellation.
Nothing is probed. A job in .github/workflows beside it that ends before its rounds do is a warning.

  --config FILE      the file to check (default services.yml)
  --assume-secrets   take every \${NAME} for set: for machines that must not have the secrets, as those of pull requests

Exit code: 0 fine, 1 problems.`,
  options: {
    config: { type: 'string', default: 'services.yml' },
    'assume-secrets': { type: 'boolean', default: false },
  },
  async run({ config: file, 'assume-secrets': isAssuming }, io) {
    const load = isAssuming ? loadAssumingSecrets : loadConstellation;
    const constellation = await load(String(file), io);
    if (!constellation) return 1;
    const brand = await loadBrand(String(file), constellation.config.page);
    if (!brand.ok) {
      io.stderr.write(`${brand.problems.map(formatProblem).join('\n')}\n`);
      return 1;
    }
    const { schedule } = constellation.config;
    for (const short of shortJobs(schedule, await readWorkflowFiles(dirname(String(file)))))
      io.stderr.write(`warning: ${shortJobInWords(short, schedule)}; ${shortJobFix(short)}\n`);
    io.stdout.write(`${summary(String(file), constellation).join('\n')}\n`);
    return 0;
  },
};

function summary(
  file: string,
  { config, channels, notUsedYet }: Pick<Constellation, 'config' | 'channels' | 'notUsedYet'>,
): string[] {
  const { services } = config;
  const graph = buildGraph(services);
  const edges = services.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
  const probes = services.flatMap((service) => service.probes);
  const kinds = [...Map.groupBy(probes, ({ kind }) => kind)].map(([kind, list]) => `${list.length} ${kind}`);
  const names = (list: readonly Service[]): string => list.map(({ id }) => id).join(', ');
  const unprobed = services.filter((service) => service.probes.length === 0);
  const cycles = graph.components.filter(({ length }) => length > 1);
  return [
    `${file} is fine.`,
    `  ${plural(services.length, 'service')}, ${plural(edges, 'dependency', 'dependencies')}, ${plural(probes.length, 'probe')}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`,
    `  critical: ${names(graph.critical)}`,
    ...(unprobed.length > 0 ? [`  not probed: ${names(unprobed)}`] : []),
    ...cycles.map((members) => `  cycle: ${[...members].sort().join(', ')}`),
    ...(config.maintenance.length > 0 ? [`  ${plural(config.maintenance.length, 'maintenance', 'maintenances')}`] : []),
    ...config.notifications.map((channel) => `  tells ${channelInWords(channel, channels)}`),
    ...accentInWords(config.page),
    ...(notUsedYet.length > 0 ? [`  accepted, but without effect in this version: ${notUsedYet.join(', ')}`] : []),
  ];
}

/** Never where it leads to. */
function channelInWords({ name, kind, alert, when, remindMs }: Channel, channels: Constellation['channels']): string {
  const levels = alert ?? channels.get(kind)!.alert;
  const parts = [
    ...(levels.length === 1 ? [`only ${levels[0]}`] : []),
    ...(when ? [when.join(', ')] : []),
    ...(remindMs === undefined ? [] : [`reminders after ${durationInWords(remindMs)}`]),
  ];
  return `${name}${name === kind ? '' : ` by ${kind}`}${parts.length > 0 ? ` (${parts.join('; ')})` : ''}`;
}

/** Only where another colour is shown than the one that stands there. */
function accentInWords({ brand }: Config['page']): string[] {
  if (brand?.accent === undefined) return [];
  const { light, dark } = readableAccent(brand.accent);
  const given = brand.accent.toLowerCase();
  const changed = [...(light === given ? [] : [`${light} on light`]), ...(dark === given ? [] : [`${dark} on dark`])];
  return changed.length > 0
    ? [`  accent: ${brand.accent} is shown as ${changed.join(' and ')} ground, to be readable`]
    : [];
}
