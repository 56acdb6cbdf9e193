import { describe, expect, test } from 'vitest';
import { interpolate, isMet, resolve, type Scope } from './expression.ts';

const scope = (status: Scope['status'] = 'success'): Scope => ({
  status,
  contexts: {
    github: { ref_name: 'main', event_name: 'schedule' },
    needs: { plan: { result: 'skipped', outputs: { matrix: '{"include":[{"location":"eu","shard":"1/2"}]}' } } },
    steps: { probe: { outcome: 'failure', outputs: { build: 'true' } } },
  },
});

describe('a condition', () => {
  test.each<[string | undefined, Scope['status'], boolean]>([
    [undefined, 'success', true],
    [undefined, 'failure', false],
    [undefined, 'skipped', false],
    ['${{ !cancelled() }}', 'skipped', true],
    ["steps.probe.outputs.build == 'true'", 'success', true],
    ["steps.probe.outputs.build == 'true'", 'failure', false],
    ["always() && steps.probe.outputs.build == 'true'", 'failure', true],
    ["failure() || needs.plan.result == 'skipped'", 'success', true],
    ["!failure() && github.event_name != 'push'", 'skipped', true],
    ['steps.none.outputs.build', 'success', false],
  ])('%s after %s', (condition, status, expected) => {
    expect(isMet(condition, scope(status))).toBe(expected);
  });
});

test('text and values', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: as it stands in a workflow.
  expect(interpolate('on ${{ github.ref_name }}, ${{ steps.probe.outcome }}', scope())).toBe('on main, failure');
  expect(resolve('${{ fromJSON(needs.plan.outputs.matrix) }}', scope())).toEqual({
    include: [{ location: 'eu', shard: '1/2' }],
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as it stands in a workflow.
});
