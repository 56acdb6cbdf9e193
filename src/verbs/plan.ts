/** `vedette plan`: which jobs a round on several machines takes. */
import type { Verb } from '../cli.ts';
import type { Config } from '../config/config.ts';
import { MAX_SHARDS } from '../probing/shards.ts';
import { plural } from '../units.ts';
import { loadServices } from './constellation.ts';

/** What GitHub takes in one matrix. */
const MAX_JOBS = 256;
/** A job probes so many in well under a minute, even when many of them hang. */
const PROBES_A_SHARD = 500;

export const plan: Verb = {
  summary: 'say which jobs a round on several machines takes, as a matrix for CI',
  help: `usage: vedette plan [--matrix] [--shards N] [--config FILE]

A round takes a job for each location and shard: \`vedette probe --location ID --shard N/M --out FILE\`. Then one more puts
together what they have seen: \`vedette run --merge DIR\`. Outside of GitHub Actions all jobs of a round are given the same
$VEDETTE_RUN_ID, another one for every round. Nothing is probed, and no secret is needed.

  --matrix         print {"include":[{"location","shard","runner"}]} for the \`matrix\` of a workflow
  --shards N       parts of each location (default one for every ${PROBES_A_SHARD} probes, with all locations at most ${MAX_JOBS})
  --config FILE    what is watched (default services.yml)

Exit code: 0 printed; 1 services.yml is wrong; 2 usage, or more than ${MAX_JOBS} jobs.`,
  options: {
    config: { type: 'string', default: 'services.yml' },
    matrix: { type: 'boolean', default: false },
    shards: { type: 'string' },
  },
  async run({ config: file, matrix, shards }, { env, stdout, stderr }) {
    const config = await loadServices(String(file), { env, stdout, stderr });
    if (!config) return 1;
    const planned = planJobs(config, shards === undefined ? undefined : String(shards));
    if ('problem' in planned) {
      stderr.write(`vedette: ${planned.problem}; see: vedette plan --help\n`);
      return 2;
    }
    const { jobs, probes, of, warning } = planned;
    if (warning !== undefined) stderr.write(`warning: ${warning}\n`);
    if (matrix) stdout.write(`${JSON.stringify({ include: jobs })}\n`);
    else
      stdout.write(
        `${plural(probes, 'probe')}, ${plural(jobs.length / of, 'location')}, ${plural(jobs.length, 'job')}.\n`,
      );
    return 0;
  },
};

interface Job {
  location: string;
  shard: string;
  runner: readonly string[];
}

interface Plan {
  jobs: Job[];
  probes: number;
  of: number;
  warning?: string;
}

export function planJobs(config: Config, wanted: string | undefined): Plan | { problem: string } {
  const probes = config.services.reduce((sum, service) => sum + service.probes.length, 0);
  const { locations } = config;
  if (locations.length === 0) return { problem: 'services.yml names no `locations` that could share the work' };
  const most = Math.floor(MAX_JOBS / locations.length);
  let of = Math.max(1, Math.ceil(probes / PROBES_A_SHARD));
  let warning: string | undefined;
  if (wanted !== undefined) {
    of = /^\d{1,4}$/.test(wanted) ? Number(wanted) : 0;
    if (of < 1)
      return { problem: `--shards: expected a number from 1 to ${MAX_SHARDS}, got ${JSON.stringify(wanted)}` };
    if (of > most) {
      const jobs = `${plural(locations.length, 'location')} of ${of} shards are ${locations.length * of} jobs`;
      return { problem: `--shards: ${jobs}, a matrix takes ${MAX_JOBS}: at most ${plural(most, 'shard')}` };
    }
  } else if (of > most) {
    warning = `${plural(probes, 'probe')} would take ${plural(of, 'shard')}, a matrix takes ${most} for each of ${plural(locations.length, 'location')}; each has more to do`;
    of = most;
  }
  const jobs = locations.flatMap(({ id, runner }) =>
    Array.from({ length: of }, (_, index): Job => ({ location: id, shard: `${index + 1}/${of}`, runner })),
  );
  return { jobs, probes, of, ...(warning !== undefined && { warning }) };
}
