/** `history/site.json`: what the page shows that visitors have. Written by whoever has deployed one, after that. */
import { z } from 'zod';
import { parseJson } from './files.ts';
import { openFolder } from './folder.ts';
import { withLock } from './lock.ts';

const digest = z.string().max(64);

const deployedPage = z.object({
  v: z.literal(1),
  /** When it was deployed. */
  at: z.iso.datetime(),
  /** Digests of what it was built from, to be compared and nothing else. */
  shows: z.object({ configuration: digest, states: digest, incidents: digest, maintenance: digest }),
});
export type Shown = z.output<typeof deployedPage>['shows'];

export interface Deployed {
  at: number;
  shows: Shown;
}

const PATH = 'site.json';

/** Undefined when none was, or nothing is known of it: then one more is built than needed, and none too few. */
export async function readDeployed(folder: string): Promise<Deployed | undefined> {
  const text = (await openFolder(folder).read(PATH)) ?? '';
  // Two who wrote it at once have left two lines; the later one is what is there.
  const found = text.split('\n').flatMap((line) => deployedPage.safeParse(parseJson(line)).data ?? []);
  return found
    .map(({ at, shows }): Deployed => ({ at: Date.parse(at), shows }))
    .reduce<Deployed | undefined>((newest, each) => (newest && newest.at >= each.at ? newest : each), undefined);
}

export function writeDeployed(folder: string, { at, shows }: Deployed): Promise<void> {
  return withLock(folder, async () => {
    const line = JSON.stringify({ v: 1, at: new Date(at).toISOString(), shows } satisfies z.input<typeof deployedPage>);
    await openFolder(folder).write(PATH, `${line}\n`);
  });
}
