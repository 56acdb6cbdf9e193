/** From and to the branch that holds the history, as a round needs it. */
import { fetchHistory } from '../history/git/fetch.ts';
import { publish } from '../history/git/publish.ts';
import { settleDigests } from '../history/settle.ts';

export interface Branch {
  folder: string;
  remote: string;
  branch?: string;
  ownBranch: boolean;
  env: Readonly<Record<string, string | undefined>>;
  /** Of commits; git's own identity when absent. */
  author?: { name: string; email: string };
}

export interface Publishing {
  /** Brings what others have published. Throws a PublishError. */
  fetch(): Promise<void>;
  /** Commits and pushes whatever the folder has that the branch has not. Throws a PublishError. */
  publish(message: string): Promise<void>;
}

export function publishingTo(branch: Branch): Publishing {
  return {
    async fetch() {
      // On any other branch the files came with the checkout, and are git's to change.
      if (branch.ownBranch) await fetchHistory(branch);
    },
    async publish(message) {
      await publish({ ...branch, message, dryRun: false, settle: settleDigests });
    },
  };
}
