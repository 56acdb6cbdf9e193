/** `vedette maintenance …`: what people announce beside services.yml. */
import type { VerbGroup } from '../cli.ts';

export const maintenance: VerbGroup = {
  summary: 'announce maintenance, change or cancel it',
  verbs: {
    add: async () => (await import('./maintenance/add.ts')).add,
    update: async () => (await import('./maintenance/change.ts')).update,
    cancel: async () => (await import('./maintenance/change.ts')).cancel,
    list: async () => (await import('./maintenance/list.ts')).list,
  },
};
