/**
 * Reads every document at the address it is given with @aero/statuspage, and prints what the client made of them. A process
 * of its own: the client's undici takes over the dispatcher of `fetch`, or is itself taken over, where both run.
 */
import { createRequire } from 'node:module';

export interface AeroEvent {
  name: string;
  status: string;
  impact: string;
  url: string;
  updated: string;
  updates: { description: string; status: string; updated: string }[];
}
export interface AeroComponent {
  name: string;
  status: string;
  children: AeroComponent[];
}
export interface AeroReport {
  summary: {
    page: { name: string; updated: string };
    status: { indicator: string; description: string };
    components: AeroComponent[];
    incidents: AeroEvent[];
    maintenances: AeroEvent[];
  };
  status: { status: { indicator: string; description: string } };
  components: AeroComponent[];
  incidents: AeroEvent[];
  unresolved: AeroEvent[];
  all: AeroEvent[];
  active: AeroEvent[];
  upcoming: AeroEvent[];
}

interface Client {
  summary(): Promise<AeroReport['summary']>;
  status(): Promise<AeroReport['status']>;
  components(): Promise<AeroComponent[]>;
  incidents(isUnresolved?: boolean): Promise<AeroEvent[]>;
  maintenances(type: number): Promise<AeroEvent[]>;
}

// It comes without types.
const require = createRequire(import.meta.url);
const { StatusPageClient, maintenances } = require('@aero/statuspage') as {
  StatusPageClient: new (url: string) => Client;
  maintenances: Record<'ALL' | 'ACTIVE' | 'UPCOMING', number>;
};

/** It remembers the path of the call before, so each call gets a client of its own. */
const client = (): Client => new StatusPageClient(process.argv[2]!);

const report: AeroReport = {
  summary: await client().summary(),
  status: await client().status(),
  components: await client().components(),
  incidents: await client().incidents(),
  unresolved: await client().incidents(true),
  all: await client().maintenances(maintenances.ALL),
  active: await client().maintenances(maintenances.ACTIVE),
  upcoming: await client().maintenances(maintenances.UPCOMING),
};
process.stdout.write(JSON.stringify(report));
