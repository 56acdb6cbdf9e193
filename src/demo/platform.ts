/** The demo's small platform: which services there are, and what each of them needs. */
import type { Dependency } from '../config/config.ts';
import type { Protocol } from './calls.ts';

export interface DemoService {
  id: string;
  name: string;
  description: string;
  group: string;
  /** Markdown. */
  notes?: string;
  /** Absent for one that is outside: nothing of it runs here, so it is not probed either. */
  speaks?: Protocol;
  /** What its server really calls before it answers; services.yml is told the same. */
  dependsOn: readonly Dependency[];
}

export const SERVICES: readonly DemoService[] = [
  {
    id: 'gateway',
    name: 'Gateway',
    description: 'The one door through which people and programs come in.',
    group: 'Front',
    speaks: 'http',
    dependsOn: [hard('web', 'pages'), hard('api', 'requests of programs')],
  },
  {
    id: 'web',
    name: 'Web',
    description: 'Renders the pages that people see.',
    group: 'Front',
    speaks: 'http',
    dependsOn: [hard('api')],
  },
  {
    id: 'api',
    name: 'API',
    description: 'Takes orders and answers every question that the pages ask.',
    group: 'Platform',
    notes: 'Mail, search and payments are used softly: without them orders are still taken.',
    speaks: 'http',
    dependsOn: [
      hard('database', 'orders'),
      hard('queue', 'work for later'),
      hard('cache', 'sessions'),
      soft('search', 'search box'),
      soft('mail', 'receipts'),
      soft('payments', 'cards'),
    ],
  },
  {
    id: 'worker',
    name: 'Worker',
    description: 'Does what takes longer: invoices, thumbnails, exports.',
    group: 'Platform',
    speaks: 'http',
    dependsOn: [hard('queue', 'what is to be done'), hard('object-store', 'finished files')],
  },
  {
    id: 'queue',
    name: 'Queue',
    description: 'Keeps the work that waits to be done, in order.',
    group: 'Platform',
    speaks: 'http',
    dependsOn: [hard('database', 'waiting work')],
  },
  {
    id: 'search',
    name: 'Search',
    description: 'Finds things in an index of its own.',
    group: 'Platform',
    speaks: 'http',
    dependsOn: [],
  },
  {
    id: 'database',
    name: 'Database',
    description: 'Remembers everything that must not be lost.',
    group: 'Data',
    notes: 'Queue, API and all above them stop without it. Break it with `b database` and see who is named.',
    speaks: 'line',
    dependsOn: [],
  },
  {
    id: 'cache',
    name: 'Cache',
    description: 'Remembers what was asked lately; works while one of its two replicas lives.',
    group: 'Data',
    speaks: 'http',
    dependsOn: [{ anyOf: ['cache-a', 'cache-b'], need: 1, strength: 'hard' }],
  },
  {
    id: 'cache-a',
    name: 'Cache replica A',
    description: 'One of two interchangeable halves of the cache.',
    group: 'Data',
    speaks: 'line',
    dependsOn: [],
  },
  {
    id: 'cache-b',
    name: 'Cache replica B',
    description: 'The other half.',
    group: 'Data',
    speaks: 'line',
    dependsOn: [],
  },
  {
    id: 'object-store',
    name: 'Object store',
    description: 'Holds files: pictures, invoices, exports.',
    group: 'Data',
    speaks: 'http',
    dependsOn: [],
  },
  {
    id: 'mail',
    name: 'Mail',
    description: 'Sends receipts.',
    group: 'Outside',
    speaks: 'mail',
    dependsOn: [],
  },
  {
    id: 'payments',
    name: 'Payment provider',
    description: 'Charges cards; it belongs to somebody else and cannot be probed from here.',
    group: 'Outside',
    dependsOn: [],
  },
];

function hard(service: string, note?: string): Dependency {
  return { service, strength: 'hard', ...(note !== undefined && { note }) };
}

function soft(service: string, note: string): Dependency {
  return { service, strength: 'soft', note };
}
