/** Why history could not be brought to its branch; every message says what failed, the rule and the fix. */
export type PublishFailure =
  | 'git-missing'
  | 'git-failed'
  | 'no-repository'
  | 'bad-folder'
  | 'no-remote'
  | 'no-branch'
  | 'not-own-branch'
  | 'rejected'
  | 'unreachable'
  | 'busy'
  | 'contended'
  | 'timeout';

export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly kind: PublishFailure;
  /** It may be gone in a moment, as a connection that broke. */
  readonly isPassing: boolean;

  constructor(kind: PublishFailure, message: string, options: { cause?: unknown; isPassing?: boolean } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.isPassing = options.isPassing ?? false;
  }
}
