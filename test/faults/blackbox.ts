/** prometheus-blackbox-exporter as a child process, when this machine has it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort } from '../servers.ts';

const PROGRAM = 'prometheus-blackbox-exporter';

export const hasBlackbox = spawnSync(PROGRAM, ['--version']).status === 0;

export interface Blackbox extends AsyncDisposable {
  pid: number;
  /** Answers of `/probe`, by the modules of the configuration. */
  probeUrl(module: string, target: string): string;
}

/** `config` gets the path of a file with `authority` in it. */
export async function startBlackbox(config: (caFile: string) => string, authority: string): Promise<Blackbox> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'vedette-blackbox-'));
  const caFile = join(folder.path, 'ca.pem');
  const configFile = join(folder.path, 'blackbox.yml');
  await writeFile(caFile, authority);
  await writeFile(configFile, config(caFile));
  const address = `127.0.0.1:${await closedPort()}`;
  const flags = [`--config.file=${configFile}`, `--web.listen-address=${address}`, '--log.level=error'];
  const child = spawn(PROGRAM, flags, { stdio: 'ignore', env: { ...process.env, GOMAXPROCS: '2' } });
  const ended = once(child, 'exit');
  for (let tries = 0; ; tries += 1) {
    const isReady = await fetch(`http://${address}/-/healthy`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) break;
    if (tries === 100 || child.exitCode !== null) throw new Error(`${PROGRAM} does not start`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    pid: child.pid!,
    probeUrl: (module, target) => `http://${address}/probe?${new URLSearchParams({ module, target })}`,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
      await folder[Symbol.asyncDispose]();
    },
  };
}
