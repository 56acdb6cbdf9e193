/** What a page weighs. What it costs in time depends on the machine: `npm run bench -- site` looks at that, too. */
import { expect, test } from 'vitest';
import { BUDGETS } from '../budgets.ts';
import { fixtureSite } from './built-site.ts';

test.each([20, 200, 500])('the page of %i services fits its budgets', async (services) => {
  const site = await fixtureSite({ services, days: 90, everyMs: 1_800_000, outageAtEnd: true });
  const budgets = BUDGETS.filter((budget) => budget.services === services);
  expect(budgets.length).toBeGreaterThan(0);
  for (const { what, most, found } of budgets) {
    expect(found(site.folder), what).toBeGreaterThan(0);
    expect(found(site.folder), what).toBeLessThanOrEqual(most);
  }
  await site.close();
});
