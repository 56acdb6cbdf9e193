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
  /** The newest round that it shows; pages deployed before this was written down lack it. */
  probedAt: z.iso.datetime().optional(),
  /** Digests of what it was built from, to be compared and nothing else. */
  shows: z.object({ configuration: digest, states: digest, incidents: digest, maintenance: digest }),
});
export type Shown = z.output<typeof deployedPage>['shows'];

export interface Deployed {
  at: number;
  /** Of the newest round that it shows. */
  probedAt?: number;
  shows: Shown;
}

const PATH = 'site.json';

/** Undefined when none was, or nothing is known of it: then one more is built than needed, and none too few. */
export async function readDeployed(folder: string): Promise<Deployed | undefined> {
  const text = (await openFolder(folder).read(PATH)) ?? '';
  // Two who wrote it at once have left two lines; the newer one is what is there.
  const found = text.split('\n').flatMap((line) => deployedPage.safeParse(parseJson(line)).data ?? []);
  return found
    .map(
      ({ at, probedAt, shows }): Deployed => ({
        at: Date.parse(at),
        ...(probedAt !== undefined && { probedAt: Date.parse(probedAt) }),
        shows,
      }),
    )
    .reduce<Deployed | undefined>((newest, each) => (newest && !isOlder(newest, each) ? newest : each), undefined);
}

/** By what it shows; of two that show the same rounds by when they were made. */
export function isOlder(page: Deployed, than: Deployed): boolean {
  const [ours, theirs] = [page.probedAt, than.probedAt];
  return ours !== undefined && theirs !== undefined && ours !== theirs ? ours < theirs : page.at < than.at;
}

export function writeDeployed(folder: string, { at, probedAt, shows }: Deployed): Promise<void> {
  return withLock(folder, async () => {
    const iso = (instant: number): string => new Date(instant).toISOString();
    const page = { v: 1, at: iso(at), ...(probedAt !== undefined && { probedAt: iso(probedAt) }), shows } as const;
    const line = JSON.stringify(page satisfies z.input<typeof deployedPage>);
    await openFolder(folder).write(PATH, `${line}\n`);
  });
}
