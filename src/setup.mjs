// Brings what the npm scripts need: the packages of package-lock.json, among them Node 24 itself.
// Plain JavaScript, because it runs on whatever Node the machine has, before there is anything else.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const stamp = new URL('node_modules/.vedette-lock', root);
const lock = createHash('sha256')
  .update(readFileSync(new URL('package-lock.json', root)))
  .digest('hex');
// `npm run vedette` is also what the scheduled job calls; there it must do with the few packages that probing needs.
const probingOnly = process.argv.includes('--probing');

if (!isInstalled()) {
  process.stderr.write('Installing packages (once, about a minute) …\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-audit', '--no-fund'];
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  const { status, error } = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: true });
  if (status !== 0) {
    process.stderr.write(`npm ci failed${error ? `: ${error.message}` : ''}. Run it by hand to see why.\n`);
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
requireNode24();

function isInstalled() {
  if (probingOnly && isReadable(new URL('node_modules/zod/package.json', root))) return true;
  try {
    return readFileSync(stamp, 'utf8') === lock;
  } catch {
    return false;
  }
}

function isReadable(file) {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}

// The scripts after this one find Node 24 first on their path, where the registry has it for this platform.
function requireNode24() {
  const { stdout } = spawnSync('node', ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
  const major = Number(/^v(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
  if (major >= 24) return;
  process.stderr.write(
    `Vedette runs on Node 24; this machine has ${stdout?.trim() || 'none'}, and no package brings Node 24 for ` +
      `${process.platform}-${process.arch}. Install it from https://nodejs.org and try again.\n`,
  );
  process.exit(1);
}
