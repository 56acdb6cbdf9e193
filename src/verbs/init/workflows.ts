/** Vedette's own workflows, as they must be where Vedette is not the repository but lies beside the files of another. */
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';

/** The commit of Vedette that a workflow checks out. */
export interface Pin {
  /** `owner/name` on GitHub. */
  repository: string;
  commit: string;
  version: string;
}

/** Where it is checked out, in the folder of the other repository. */
export const BESIDE = '.vedette';
const CHECKOUT = 'actions/checkout@';

/** Those that are about a page; the others are about Vedette's own code. */
export function isAboutAPage(workflow: string): boolean {
  return workflow.includes('src/cli.ts');
}

/** Throws for a workflow that cannot be moved so: the test of Vedette's own ones finds that. */
export function besides(workflow: string, { repository, commit, version }: Pin, branch: string): string {
  const document = parseDocument(workflow);
  const jobs = document.get('jobs');
  for (const { value: job } of isMap(jobs) ? jobs.items : []) {
    const steps = isMap(job) ? job.get('steps') : undefined;
    if (!isSeq(steps)) continue;
    for (let index = 0; index < steps.items.length; index += 1) {
      const step = steps.items[index];
      if (!isMap(step)) continue;
      if (String(step.get('uses') ?? '').startsWith('./')) throw new Error(`${step.get('uses')} is only in Vedette`);
      const run = step.get('run');
      if (typeof run === 'string') step.set('run', moved(run));
      if (!String(step.get('uses') ?? '').startsWith(CHECKOUT)) continue;
      const added = step.clone() as YAMLMap;
      for (const key of ['name', 'id', 'if']) added.delete(key);
      added.commentBefore = ' Vedette itself, beside the files of this repository.';
      const given = { repository, ref: commit, path: BESIDE, 'persist-credentials': false };
      added.set('with', document.createNode(given));
      const ref = added.getIn(['with', 'ref'], true) as { comment?: string };
      ref.comment = ` Vedette ${version}`;
      steps.items.splice(index + 1, 0, added);
      index += 1;
    }
  }
  const pushed = document.getIn(['on', 'push', 'branches']);
  if (isSeq(pushed)) document.setIn(['on', 'push', 'branches'], document.createNode([branch], { flow: true }));
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function moved(script: string): string {
  if (/npm (run|test|start)\b/.test(script)) throw new Error(`"${script}" runs in the folder of Vedette only`);
  return script.replaceAll('src/cli.ts', `${BESIDE}/src/cli.ts`).replaceAll(/\bnpm ci\b/g, `npm ci --prefix ${BESIDE}`);
}
