/** What the workflows may do. A new job, or a wider permission, is written down here first. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Allowed, findingsIn } from './workflow-lint.ts';

const FOLDER = fileURLToPath(new URL('../.github/workflows/', import.meta.url));

const READS: Allowed = { permissions: { contents: 'read' }, keepsToken: false };

const JOBS: Readonly<Record<string, Readonly<Record<string, Allowed>>>> = {
  'ci.yml': { test: READS },
  'codeql.yml': {
    analyze: { permissions: { contents: 'read', 'security-events': 'write', actions: 'read' }, keepsToken: false },
  },
  'preview.yml': { preview: READS },
  'probe.yml': {
    plan: READS,
    observe: READS,
    round: { permissions: { contents: 'write', issues: 'write' }, keepsToken: true },
    page: { permissions: { contents: 'read', pages: 'read' }, keepsToken: true },
    deploy: { permissions: { contents: 'write', pages: 'write', 'id-token': 'write' }, keepsToken: true },
  },
};

const files = readdirSync(FOLDER).filter((file) => /\.ya?ml$/.test(file));

test('every workflow is in the table, and no other', () => {
  expect(files.sort()).toEqual(Object.keys(JOBS).sort());
});

test.each(files)('%s is well-formed, pinned, bounded, and may do what the table says', (file) => {
  expect(findingsIn(file, readFileSync(`${FOLDER}${file}`, 'utf8'), JOBS[file] ?? {})).toEqual([]);
});

describe('what would be found', () => {
  const SHA = '3d3c42e5aac5ba805825da76410c181273ba90b1';
  const GOOD = `on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@${SHA} # v7.0.1
        with:
          persist-credentials: false
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.pull_request.title }}
`;
  const found = (text: string): string[] => findingsIn('a.yml', text, { test: READS });

  test('nothing, in a good one', () => expect(found(GOOD)).toEqual([]));

  test.each([
    ['a version instead of a commit', `@${SHA} # v7.0.1`, '@v7', 'actions/checkout@v7 is not pinned'],
    ['a commit without its version', ' # v7.0.1', '', 'expected a commit, and its version behind it'],
    [
      'a step that names itself first',
      `- uses: actions/checkout@${SHA}`,
      '- name: x\n        uses: a/b@main',
      'a/b@main is not pinned',
    ],
    [
      'text of strangers in a script',
      'echo "$TITLE"',
      'echo "${{ github.head_ref }}"',
      'an expression stands in a script',
    ],
    [
      'an expression that is only ours',
      'echo "$TITLE"',
      'echo "${{ github.sha }}"',
      'an expression stands in a script',
    ],
    ['a wider permission', 'contents: read', 'contents: write', 'may do {"contents":"write"}'],
    [
      'one permission more',
      'contents: read',
      'contents: read\n      issues: write',
      'the table says {"contents":"read"}',
    ],
    ['all permissions', 'permissions:\n      contents: read', 'permissions: write-all', 'may do "write-all"'],
    ['permissions left to the repository', 'permissions: {}', '', undefined],
    ['a job without an end', '    timeout-minutes: 5\n', '', 'expected timeout-minutes of at most 60'],
    ['a token that stays', 'persist-credentials: false', 'fetch-depth: 1', 'persist-credentials: expected false'],
    ['a job that nobody wrote down', '  test:', '  other:', 'other: is not in the table'],
    ['pull_request_target', 'on: push', 'on: pull_request_target', 'runs strangers’ code'],
    ['a runner that does not exist', 'ubuntu-24.04', 'ubuntu-24.40', 'label "ubuntu-24.40" is unknown'],
    ['a key that does not exist', 'timeout-minutes', 'timeout-minuts', 'unexpected key "timeout-minuts"'],
    [
      'an expression that leads nowhere',
      'github.event.pull_request.title',
      'githup.sha',
      'undefined variable "githup"',
    ],
  ])('%s', (_, from, to, finding) => {
    expect(GOOD).toContain(from);
    const text = found(GOOD.replace(from, to)).join('\n');
    // A job that says itself what it may do needs nothing of the file.
    if (finding === undefined) expect(text).toBe('');
    else expect(text).toContain(finding);
  });

  test('nothing of a pull request sees a secret', () => {
    const text = GOOD.replace('github.event.pull_request.title', 'secrets.TOKEN');
    expect(found(text)).toEqual([]);
    for (const names of ['secrets.TOKEN', "secrets['TOKEN']", 'toJSON(secrets)']) {
      const named = GOOD.replace('github.event.pull_request.title', names).replace(
        'on: push',
        'on: [push, pull_request]',
      );
      expect(found(named)).toEqual(['names a secret where pull requests run']);
    }
  });

  test('permissions that neither the job nor the file says', () => {
    const text = GOOD.replace('permissions: {}\n', '').replace('    permissions:\n      contents: read\n', '');
    expect(found(text)).toEqual(['test: may do "the default", the table says {"contents":"read"}']);
  });
});
