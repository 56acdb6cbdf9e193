/** `vedette incident …`: what people say of incidents. */
import type { VerbGroup } from '../cli.ts';

export const incident: VerbGroup = {
  summary: 'declare an incident, say how it goes on, resolve it',
  verbs: {
    open: async () => (await import('./incident/open.ts')).open,
    update: async () => (await import('./incident/update.ts')).update,
    resolve: async () => (await import('./incident/update.ts')).resolve,
    list: async () => (await import('./incident/list.ts')).list,
  },
};
