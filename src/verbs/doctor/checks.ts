/** What the doctor looks at, in the order in which it says it. A new check is a file in `checks/`, and its line here. */
import type { RunnableCheck } from './check.ts';
import cadence from './checks/cadence.ts';
import canaries from './checks/canaries.ts';
import clock from './checks/clock.ts';
import configuration from './checks/configuration.ts';
import git from './checks/git.ts';
import githubApi from './checks/github-api.ts';
import history from './checks/history.ts';
import issues from './checks/issues.ts';
import lastRound from './checks/last-round.ts';
import network from './checks/network.ts';
import node from './checks/node.ts';
import page from './checks/page.ts';
import pages from './checks/pages.ts';
import permissions from './checks/permissions.ts';
import repository from './checks/repository.ts';
import runs from './checks/runs.ts';
import schedule from './checks/schedule.ts';
import secrets from './checks/secrets.ts';
import size from './checks/size.ts';
import workflows from './checks/workflows.ts';

export const CHECKS: readonly RunnableCheck[] = [
  node,
  git,
  repository,
  configuration,
  secrets,
  history,
  size,
  lastRound,
  cadence,
  clock,
  canaries,
  network,
  page,
  workflows,
  permissions,
  githubApi,
  pages,
  schedule,
  runs,
  issues,
];
