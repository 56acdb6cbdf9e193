/**
 * What a kind brings to the contract that all kinds keep: `test/probes/<kind>.fixture.ts` exports one of these as its
 * default. A target is a true local one, in one condition.
 */
import type { Phase, Reason } from '../../src/model.ts';
import type { TestServer } from '../servers.ts';

export interface Fixture {
  /** A target of the short form, as in `- http: https://example.org`. */
  shortForm: string;
  /** Settings that aim at a server on loopback. */
  aimAt(port: number): Record<string, unknown>;
  /** Settings with the password `hunter2` in every place where one may stand. */
  withPassword: unknown;
  up(): Promise<TestServer>;
  /** Accepts, and says nothing. */
  silent(): Promise<TestServer>;
  silentIs: { reason: Reason; phase: Phase };
  /** Answers what no peer of this kind would. */
  garbage(): Promise<TestServer>;
  garbageIs: { reason: Reason; phase: Phase };
}
