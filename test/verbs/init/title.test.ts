import { expect, test } from 'vitest';
import { titleFor } from '../../../src/verbs/init/title.ts';

test.each([
  ['Shop', 'acme', 'Shop status'],
  ['my-shop', 'acme', 'my-shop status'],
  ['my-website', 'acme', 'my-website status'],
  ['status', 'acme', 'acme status'],
  ['Status', 'acme', 'acme status'],
  ['status-page', 'acme', 'acme status'],
  ['statuspage', 'acme', 'acme status'],
  ['uptime', 'acme', 'acme status'],
  ['acme-status', 'acme', 'acme status'],
  ['my_shop_status_page', 'acme', 'my-shop status'],
  ['status', 'status', 'Status'],
  ['status', undefined, 'Status'],
  ['shop-status', undefined, 'shop status'],
  ['acme.github.io', 'acme', 'acme status'],
  ['status.acme.example', 'acme', 'status.acme.example'],
  ['acme.example', 'acme', 'acme.example status'],
  ['statuses-of-orders', 'acme', 'statuses-of-orders status'],
])('a repository called %s of %s', (name, owner, title) => expect(titleFor(name, owner)).toBe(title));
