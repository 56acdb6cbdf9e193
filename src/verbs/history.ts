/** `vedette history …`: what is kept, whether it is whole, and how it moves. */
import type { VerbGroup } from '../cli.ts';

export const history: VerbGroup = {
  summary: 'look after the history: status, verify, repair, publish, export …',
  verbs: {
    status: async () => (await import('./history/status.ts')).status,
    verify: async () => (await import('./history/verify.ts')).verify,
    repair: async () => (await import('./history/repair.ts')).repair,
    compact: async () => (await import('./history/compact.ts')).compact,
    publish: async () => (await import('./history/publish.ts')).publish,
    fetch: async () => (await import('./history/publish.ts')).fetch,
    squash: async () => (await import('./history/publish.ts')).squash,
    export: async () => (await import('./history/export.ts')).exportRounds,
    import: async () => (await import('./history/import.ts')).importRounds,
  },
};
