/** Fetches a history once; the child of the test of who is killed in the middle of it. */
import { fetchHistory } from '../../../src/history/git/fetch.ts';
import { ENV, OWN } from './clones.ts';

await fetchHistory({ folder: process.argv[2]!, branch: OWN.branch, env: ENV });
