/**
 * What a kind brings to the contract that all kinds keep: `test/probes/<kind>.fixture.ts` exports one of these as its
 * default. A target is a true local one, in one condition.
 */
import type { Outcome, Phase, Reason } from '../../src/model.ts';
import type { TestServer } from '../servers.ts';

export type Fixture = FixtureSettings & (FixtureServers | WithoutServers);

interface FixtureSettings {
  /** A target of the short form, as in `- http: https://example.org`. */
  shortForm: unknown;
  /** Settings that aim at a server on loopback. */
  aimAt(port: number): Record<string, unknown>;
  /** Settings with the password `hunter2` in every place where one may stand. */
  withPassword: unknown;
}

interface WithoutServers {
  /** Why no server on a port can stand for the target; what a server would show is left to the tests of the kind. */
  withoutServers: string;
}

export interface FixtureServers {
  up(): Promise<TestServer>;
  /** Where the port is closed; refused when connecting, unless the kind cannot tell or the target is another. */
  closedIs?: Expected;
  /** Accepts, and says nothing. */
  silent(): Promise<TestServer>;
  silentIs: Expected;
  /** Answers what no peer of this kind would. */
  garbage(): Promise<TestServer>;
  garbageIs: Expected;
}

/** Down, except where the target is not to blame for the server. */
export interface Expected {
  outcome?: Outcome;
  reason: Reason;
  phase: Phase;
  message?: string;
}
