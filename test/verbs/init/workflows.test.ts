/** Vedette's own workflows, moved beside the files of another repository, keep all that they keep here. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { besides, isAboutAPage } from '../../../src/verbs/init/workflows.ts';
import { findingsIn, readWorkflow } from '../../workflow-lint.ts';

const FOLDER = fileURLToPath(new URL('../../../.github/workflows/', import.meta.url));
const PIN = { repository: 'acme/vedette', commit: '3d3c42e5aac5ba805825da76410c181273ba90b1', version: '0.1.0' };
const own = readdirSync(FOLDER)
  .map((name) => [name, readFileSync(`${FOLDER}${name}`, 'utf8')] as const)
  .filter(([, text]) => isAboutAPage(text));

test('there are some about a page, and others', () => {
  expect([own.length > 1, own.length < readdirSync(FOLDER).length]).toEqual([true, true]);
});

describe.each(own)('%s', (_, text) => {
  const moved = besides(text, PIN, 'trunk');

  test('is as well-formed, pinned and bounded as before, and may do no more', () => {
    const before = readWorkflow(text);
    const jobs = Object.entries(before.jobs).map(([name, { permissions }]) => {
      const keepsToken = !JSON.stringify(before.jobs[name]!.steps).includes('"persist-credentials":false');
      return [name, { permissions: permissions as Record<string, string>, keepsToken }] as const;
    });
    // Of the second checkout no token is kept, whatever the first one does.
    const found = findingsIn('a.yml', moved, Object.fromEntries(jobs)).filter(
      (finding) => !finding.includes('persist-credentials: expected true'),
    );
    expect(found).toEqual([]);
  });

  test('calls Vedette where it lies then, each job after checking it out', () => {
    for (const { steps = [] } of Object.values(readWorkflow(moved).jobs)) {
      const calls = steps.filter(({ run = '' }) => run.includes('cli.ts'));
      for (const { run = '' } of calls) expect(run.replaceAll('.vedette/src/cli.ts', '')).not.toContain('src/');
      if (calls.length === 0) continue;
      const checkout = steps.findIndex(({ with: given }) => given?.repository === PIN.repository);
      expect(steps[checkout]).toEqual({
        uses: steps[0]!.uses,
        with: { repository: PIN.repository, ref: PIN.commit, path: '.vedette', 'persist-credentials': false },
      });
      expect(checkout).toBeLessThan(steps.indexOf(calls[0]!));
      expect(steps.some(({ run }) => run?.startsWith('npm ci --prefix .vedette '))).toBe(true);
    }
  });

  test('keeps its words and its comments', () => {
    const comments = text.split('\n').filter((line) => /^\s*#/.test(line));
    expect(moved.split('\n').filter((line) => comments.includes(line))).toEqual(comments);
  });
});

test('is pushed to the branch that is the default there', () => {
  expect(besides('on:\n  push:\n    branches: [main]\njobs: {}\n', PIN, 'trunk')).toContain('    branches: [trunk]\n');
});

test.each([
  ['an action of Vedette’s own', 'uses: ./.github/actions/setup', './.github/actions/setup is only in Vedette'],
  [
    'a script of its package',
    'run: npm run vedette -- probe',
    '"npm run vedette -- probe" runs in the folder of Vedette only',
  ],
])('%s cannot be moved, and that is loud', (_, step, message) => {
  expect(() => besides(`jobs:\n  a:\n    steps:\n      - ${step}\n`, PIN, 'main')).toThrow(message);
});
