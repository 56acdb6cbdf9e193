/** Commits made of parts, without an index: neither the work tree nor the index nor HEAD of the clone is touched. */
import { changeTree } from './change-tree.ts';
import { git, runGit } from './git.ts';
import { storeObjects } from './pack.ts';
import type { Repository } from './repository.ts';
import { rootOf, type Tree } from './tree.ts';
import { idOf, type NewObject } from './tree-object.ts';

export interface Author {
  name: string;
  email: string;
}

export interface Signed {
  message: string;
  author?: Author | undefined;
}

/** Content by path inside the history: an id, or undefined to take the file away. */
export type Changes = ReadonlyMap<string, string | undefined>;

const NOBODY: Author = { name: 'Vedette', email: 'vedette@localhost' };
const ATTRIBUTES = (path: string): string => `${path}/** -text merge=binary linguist-generated\n`;

/** A latin1 text as content of git, byte for byte, whatever filters are set up. */
export function blobOf({ hash }: Repository, text: string): NewObject {
  const content = Buffer.from(text, 'latin1');
  return { type: 'blob', id: idOf('blob', content, hash), content };
}

/** The tip with some files of its history changed, whose contents are stored, too; without a tip, the first of a branch. */
export async function commitOnTip(
  repository: Repository,
  {
    tip,
    changes,
    blobs,
    ...signed
  }: { tip: string | undefined; changes: Changes; blobs: readonly NewObject[] } & Signed,
): Promise<string> {
  const { path, ownBranch } = repository;
  const paths = new Map([...changes].map(([inside, id]) => [`${path}/${inside}`, id]));
  const added = [...blobs];
  if (ownBranch && tip === undefined) {
    const attributes = blobOf(repository, ATTRIBUTES(path));
    added.push(attributes);
    paths.set('.gitattributes', attributes.id);
  }
  const root = tip === undefined ? undefined : await rootOf(repository, tip);
  const { id, trees } = await changeTree(repository, root, paths);
  await storeObjects(repository, [...added, ...trees]);
  return commitTree(repository, [id, ...(tip === undefined ? [] : ['-p', tip])], signed);
}

/** The same files without a past. */
export function commitAsRoot(repository: Repository, tip: string, signed: Signed): Promise<string> {
  return commitTree(repository, [`${tip}^{tree}`], signed);
}

/** A commit that nobody but this clone sees, for git to keep these files. */
export function commitOfFolder(repository: Repository, files: Tree, blobs: readonly NewObject[]): Promise<string> {
  const signed = { message: 'The folder as it was published', author: NOBODY };
  // Without the attributes that a branch begins with.
  return commitOnTip({ ...repository, ownBranch: false }, { tip: undefined, changes: files, blobs, ...signed });
}

/** In the name of whom git knows, else in ours: a machine without a name must not keep history from being kept. */
async function commitTree(
  { place }: Repository,
  args: readonly string[],
  { message, author }: Signed,
): Promise<string> {
  const input = asMessage(message);
  const command = ['commit-tree', '--no-gpg-sign', ...args];
  if (author) return git(place, command, { input, env: signedBy(author) });
  const { code, stdout } = await runGit(place, command, { input });
  return code === 0 ? stdout.toString('latin1').trim() : git(place, command, { input, env: signedBy(NOBODY) });
}

function signedBy({ name, email }: Author): Record<string, string> {
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

function asMessage(text: string): string {
  return utf8(`${text.trimEnd()}\n`);
}

/** What goes to git goes as bytes. */
function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}
