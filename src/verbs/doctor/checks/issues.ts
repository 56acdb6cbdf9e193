import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { defineCheck, ok, problem, warning } from '../check.ts';
import { labelList, repositoryShape, unseen } from '../github.ts';

const FOLDER = '.github/ISSUE_TEMPLATE';
const MAX_FORMS = 50;

const labels = z.union([z.array(z.string()), z.string().transform((text) => text.split(','))]);
const form = z.object({ labels: labels.default([]) });

/** A form sets only labels that are there: without them what it opens is an issue like any other. */
export default defineCheck({
  name: 'issues',
  async ask({ github, repository: { root } }) {
    const wanted = root === undefined ? [] : await labelsOfForms(join(root, FOLDER));
    const known = await github?.get('', repositoryShape);
    return {
      wanted,
      isOn: known?.kind === 'value' ? known.value.has_issues : undefined,
      labels: wanted.length > 0 ? await github?.get('/labels?per_page=100', labelList) : undefined,
    };
  },
  judge({ wanted, isOn, labels }) {
    if (isOn === undefined) return [];
    if (wanted.length === 0)
      return [ok(`no form in ${FOLDER} sets a label; incidents are told with \`vedette incident open\``)];
    if (!isOn)
      return [problem('there are forms, and issues are switched off', 'Settings → General → Features → Issues')];
    if (!labels) return [];
    if (labels.kind !== 'value') return [unseen(labels, 'give the token the permission `issues: read`')];
    // Labels are the same in either case.
    const there = new Set(labels.value.map(({ name }) => name.toLowerCase()));
    const missing = wanted.filter((name) => !there.has(name.toLowerCase()));
    if (missing.length === 0) return [ok(`the labels of the forms are there: ${wanted.join(', ')}`)];
    return [
      warning(
        `forms set labels that are not there, and so set none: ${missing.join(', ')}`,
        missing.map((name) => `gh label create ${JSON.stringify(name)}`).join('; '),
      ),
    ];
  },
});

async function labelsOfForms(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.ya?ml$/.test(name)).sort();
  const found = await Promise.all(
    names.slice(0, MAX_FORMS).map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8').catch(() => '');
      return form.safeParse(yaml(text)).data?.labels ?? [];
    }),
  );
  return [...new Set(found.flat().map((label) => label.trim()))].filter((label) => label !== '').sort();
}

function yaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}
