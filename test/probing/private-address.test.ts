import { isIPv6 } from 'node:net';
import { expect, test } from 'vitest';
import { isPrivate } from '../../src/probing/private-address.ts';

const familyOf = (address: string): 4 | 6 => (isIPv6(address) ? 6 : 4);

test.each([
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:a00:1',
  '::ffff:127.0.0.1',
  '::ffff:0.0.0.0',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
])('%s is private', (address) => {
  expect(isPrivate({ address, family: familyOf(address) })).toBe(true);
});

test.each([
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '223.255.255.255',
  '::ffff:1.1.1.1',
  '2606:4700:4700::1111',
  '2001:db8::1',
])('%s is public', (address) => {
  expect(isPrivate({ address, family: familyOf(address) })).toBe(false);
});
