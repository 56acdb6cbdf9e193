/** Which branch of which remote holds the history, and in whose name it is written. */
import type { Flags, Io } from '../../cli.ts';
import type { Config } from '../../config/config.ts';
import type { Branch } from '../../round/publishing.ts';

export const REMOTE_OPTIONS = {
  remote: { type: 'string', default: 'origin' },
  branch: { type: 'string' },
} as const;
export const AUTHOR_OPTION = { author: { type: 'string' } } as const;

export const AUTHOR_HELP = `  --author TEXT    "Name <address>"; git's own identity when absent`;

/** `config`: that of services.yml, if there is one. */
export function branchOf(flags: Flags, config: Config | undefined, { env }: Io): Branch {
  const own = config?.history.branch;
  // On GitHub a run of a tag or a commit has a detached HEAD, and the name in its environment.
  const branch = (flags.branch as string | undefined) ?? own ?? env.GITHUB_REF_NAME;
  const author = parseAuthor(flags.author);
  return {
    folder: String(flags.history),
    remote: String(flags.remote),
    ...(branch !== undefined && { branch }),
    ownBranch: own !== undefined && branch === own,
    env,
    ...(author && { author }),
  };
}

/** What is wrong with `--author`, if anything. */
export function authorProblem({ author }: Flags): string | undefined {
  if (author === undefined || parseAuthor(author)) return undefined;
  return `--author: expected "Name <address>", got ${JSON.stringify(author)}`;
}

function parseAuthor(text: Flags[string]): { name: string; email: string } | undefined {
  const [, name, email] = /^\s*([^<>]*[^<>\s])\s*<([^<>\s]+)>\s*$/.exec(String(text ?? '')) ?? [];
  return name !== undefined && email !== undefined ? { name, email } : undefined;
}
