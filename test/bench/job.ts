/** What a scheduled job does itself: a whole round, in a clean folder with the packages that probing needs and no more. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, start } from './child.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TARGETS = 100;
const RUNS = 5;
const AIM_S = 5;

export async function benchJob(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'vedette-job-'));
  const target = start('target.ts', []);
  try {
    const [first] = (await once(target.stdout!, 'data')) as [Buffer];
    const [clone, remote] = [join(work, 'clone'), join(work, 'remote.git')];
    mkdirSync(clone);
    for (const name of ['src', 'probes', 'package.json', 'package-lock.json']) {
      cpSync(join(ROOT, name), join(clone, name), { recursive: true });
    }
    const url = `http://127.0.0.1:${first.toString().trim()}`;
    const services = Array.from({ length: TARGETS }, (_, n) => `  s${n}: ${url}/${n}`);
    writeFileSync(join(clone, 'services.yml'), `services:\n${services.join('\n')}\n`);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, stdio: 'ignore' });
    git('init', '--quiet', '--bare', remote);
    git('init', '--quiet', '--initial-branch=main');
    git('remote', 'add', 'origin', remote);
    git('add', 'services.yml');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--message=Start');
    git('push', '--quiet', '--set-upstream', 'origin', 'main');
    const install = seconds(() =>
      execFileSync('npm', ['ci', '--omit=dev', '--omit=optional', '--no-audit', '--no-fund'], {
        cwd: clone,
        stdio: 'ignore',
      }),
    );
    const run = () => execFileSync(process.execPath, ['src/cli.ts', 'run'], { cwd: clone, stdio: 'ignore' });
    const rounds = Array.from({ length: RUNS }, () => seconds(run));
    const packages = readdirSync(join(clone, 'node_modules')).filter((name) => !name.startsWith('.')).length;
    console.log(`\na scheduled job: ${TARGETS} healthy loopback targets, bare remote beside it`);
    console.log(`npm ci --omit=dev --omit=optional  ${install.toFixed(1)} s, ${packages} packages`);
    console.log(`vedette run, median of ${RUNS}            ${median(rounds).toFixed(2)} s, aim below ${AIM_S}`);
  } finally {
    target.kill();
    rmSync(work, { recursive: true, force: true });
  }
}

function seconds(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1000;
}
