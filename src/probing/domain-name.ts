/** Names in the DNS as services.yml writes them. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { z } from 'zod';

const NAME_RULE = 'expected a name like example.org';
/** What zones hold in practice: hosts, `_dmarc`, wildcards, and the slashes of RFC 2317. */
const LABEL = /^[\w*/-]{1,63}$/;

/** `Bücher.example.` → `xn--bcher-kva.example`; the root is `.`, and addresses stay what they are. */
export function domainName(): z.ZodType<string, string> {
  return z.string(NAME_RULE).transform((text, context) => {
    if (text === '.' || isIP(text)) return text;
    const ascii = /^[\x20-\x7e]*$/.test(text) ? text : domainToASCII(text);
    const name = ascii.toLowerCase().replace(/\.$/, '');
    if (name.length <= 253 && name.split('.').every((label) => LABEL.test(label))) return name;
    const hint = URL.canParse(text) && new URL(text).hostname ? `: write ${new URL(text).hostname.slice(0, 80)}` : '';
    context.addIssue({ code: 'custom', message: `${NAME_RULE}${hint}` });
    return z.NEVER;
  });
}

/** `192.0.2.1` → `1.2.0.192.in-addr.arpa`; undefined for what is no address. */
export function reverseName(address: string, family: number): string | undefined {
  if (family === 4) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  if (family !== 6) return undefined;
  return `${[...ipv6Digits(address)].reverse().join('.')}.ip6.arpa`;
}

/** The 32 hexadecimal digits of an address in any spelling. */
function ipv6Digits(address: string): string {
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)];
  return all.map((group) => group.padStart(4, '0')).join('');
}
