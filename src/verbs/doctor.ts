/** `vedette doctor`: what is missing, each thing with what to do. */
import { styleText } from 'node:util';
import type { Io, Verb } from '../cli.ts';
import { redact } from '../probing/redact.ts';
import { plural } from '../units.ts';
import type { Finding, Level } from './doctor/check.ts';
import { CHECKS } from './doctor/checks.ts';
import { createWorld } from './doctor/world.ts';

export const doctor: Verb = {
  summary: 'say what is missing here and on GitHub, and what to do',
  help: `usage: vedette doctor [--config FILE] [--history DIR] [--json]

Looks at this machine, the repository, services.yml, the history, the published page and, with GITHUB_TOKEN, at GitHub:
Pages, permissions, schedule, last runs. Changes nothing. GITHUB_REPOSITORY (owner/name) is taken from the remote when it
is not set; GITHUB_API_URL is another API than api.github.com.

  --config FILE    what is watched (default services.yml)
  --history DIR    the observations (default history)
  --json           print one JSON object

Exit code: 0 no problem, whatever warnings there are; 1 at least one problem.`,
  options: {
    config: { type: 'string', default: 'services.yml' },
    history: { type: 'string', default: 'history' },
    json: { type: 'boolean', default: false },
  },
  async run(flags, io) {
    const place = { configFile: String(flags.config), historyFolder: String(flags.history) };
    const world = await createWorld(place, io.env, Date.now());
    const secrets = world.assumed.loaded?.secrets ?? [];
    const found = await Promise.all(
      CHECKS.map(async (check) => (await check.run(world)).map((finding) => clean(check.name, finding, secrets))),
    );
    const findings = found.flat();
    io.stdout.write(flags.json ? `${JSON.stringify(asJson(findings))}\n` : inWords(findings, io));
    return count(findings, 'problem') > 0 ? 1 : 0;
  },
};

type NamedFinding = Finding & { check: string };

/** What servers and files of others said must not steer the terminal, or fill it. */
const MAX_WORDS = 500;

function clean(check: string, finding: Finding, secrets: readonly string[]): NamedFinding {
  const plain = (text: string): string =>
    redact(text, secrets)
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
      .slice(0, MAX_WORDS);
  const message = plain(finding.message);
  return finding.level === 'ok'
    ? { check, level: 'ok', message }
    : { ...finding, check, message, fix: plain(finding.fix) };
}

function count(findings: readonly Finding[], level: Level): number {
  return findings.filter((finding) => finding.level === level).length;
}

function asJson(findings: readonly NamedFinding[]): object {
  return { v: 1, problems: count(findings, 'problem'), warnings: count(findings, 'warning'), findings };
}

const SIGNS = { ok: '✓', warning: '!', problem: '✗' } as const satisfies Record<Level, string>;
const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red' } as const satisfies Record<Level, string>;

function inWords(findings: readonly NamedFinding[], { stdout }: Io): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap((finding) => {
    const { check, level, message } = finding;
    const sign = styleText(COLOURS[level], SIGNS[level], { stream: stdout, validateStream: true });
    const fix = finding.level === 'ok' ? [] : [`  ${' '.repeat(width)}  → ${finding.fix}`];
    return [`${sign} ${check.padEnd(width)}  ${message}`, ...fix];
  });
  return `${[...lines, '', summary(count(findings, 'problem'), count(findings, 'warning'))].join('\n')}\n`;
}

function summary(problems: number, warnings: number): string {
  if (problems + warnings === 0) return 'Everything is in order.';
  const parts = [
    ...(problems > 0 ? [plural(problems, 'problem')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ];
  return `${parts.join(', ')}.`;
}
