/** Comments that were edited or deleted after their words had become lines. */
import type { Comment, SeenIssue } from './issue.ts';

interface Line {
  id: string;
  text?: string | undefined;
}

export interface Edit {
  id: string;
  at: number;
  edits: string;
  text?: string;
  isWithdrawn?: true;
}

/**
 * The words of a comment (`r`, a remark) have this id in the history, whoever reads them and however often. Within a
 * second lines are in order of their ids: the opening (`i`) comes before it, what was done to the issue (`s`) behind.
 */
export function lineIdOf(subject: string, comment: Pick<Comment, 'id'>): string {
  return `${subject}/gh-r${comment.id}`;
}

/** What was edited by now, and what is missing. `textOf`: what a comment says to the public. */
export function editsOf(
  lines: readonly Line[],
  { comments, hasAllComments, writers }: SeenIssue,
  now: number,
  textOf: (comment: Comment) => string,
): Edit[] {
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  return lines.flatMap(({ id, text = '' }): Edit[] => {
    const number = Number(/\/gh-r(\d+)$/.exec(id)?.[1] ?? Number.NaN);
    if (Number.isNaN(number) || text === '') return [];
    const comment = byId.get(number);
    if (!comment) return hasAllComments ? [{ id: `${id}-w`, at: now, edits: id, isWithdrawn: true }] : [];
    const words = textOf(comment);
    if (words === text || !writers.has(comment.author.login)) return [];
    const said = words === '' ? ({ isWithdrawn: true } as const) : { text: words };
    return [{ id: `${id}-e${comment.updatedAt}`, at: comment.updatedAt, edits: id, ...said }];
  });
}
