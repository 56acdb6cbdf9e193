/**
 * The data of DNS records as text, close to how zone files have it: names in lower case without a dot at the end, the
 * strings of a TXT record joined and without quotes. Pure; reading beyond the end throws a RangeError.
 */

export const TYPE_CODES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  DNAME: 39,
  DS: 43,
  SSHFP: 44,
  DNSKEY: 48,
  TLSA: 52,
  SMIMEA: 53,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  SVCB: 64,
  HTTPS: 65,
  URI: 256,
  CAA: 257,
} as const;

export type RecordType = keyof typeof TYPE_CODES;

/** For choosing from. */
export const RECORD_TYPES = Object.keys(TYPE_CODES) as [RecordType, ...RecordType[]];

/** A label and its length, or two bytes that point to where the rest of the name stands. */
const POINTER = 0xc0;
const MAX_NAME_BYTES = 255;

/** `next` is where the name ends here, wherever its pointers lead. */
export function readName(message: Buffer, offset: number): { name: string; next: number } {
  const labels: string[] = [];
  let next: number | undefined;
  let bytes = 0;
  let at = offset;
  for (;;) {
    const length = message.readUInt8(at);
    if (length >= POINTER) {
      const target = message.readUInt16BE(at) & 0x3fff;
      next ??= at + 2;
      // Pointing backwards only: no name is without end.
      if (target >= at) throw new RangeError('a name points forwards');
      at = target;
      bytes += 1;
    } else {
      if (length === 0) return { name: labels.join('.') || '.', next: next ?? at + 1 };
      labels.push(labelText(slice(message, at + 1, at + 1 + length)));
      at += length + 1;
      bytes += length + 1;
    }
    if (length < POINTER && length > 63) throw new RangeError('a label is too long');
    if (bytes > MAX_NAME_BYTES) throw new RangeError('a name is too long');
  }
}

/** The record whose data stands from `start` to `end` of the message. */
export function recordText(type: RecordType, message: Buffer, start: number, end: number): string {
  // Nothing of the next record may be read as this one's; pointers lead backwards, so the beginning stays.
  const field = new Fields(message.subarray(0, end), start);
  switch (type) {
    case 'A':
      return [...field.bytes(4)].join('.');
    case 'AAAA':
      return ipv6(field.bytes(16));
    case 'NS':
    case 'CNAME':
    case 'DNAME':
    case 'PTR':
      return field.name();
    case 'MX':
      return `${field.short()} ${field.name()}`;
    case 'TXT':
      return field.strings().join('');
    case 'SOA':
      return [field.name(), field.name(), ...Array.from({ length: 5 }, () => field.long())].join(' ');
    case 'SRV':
      return `${field.short()} ${field.short()} ${field.short()} ${field.name()}`;
    case 'NAPTR': {
      const numbers = `${field.short()} ${field.short()}`;
      return `${numbers} ${field.quoted()} ${field.quoted()} ${field.quoted()} ${field.name()}`;
    }
    case 'DS':
    case 'CDS':
      return `${field.short()} ${field.byte()} ${field.byte()} ${field.rest().toString('hex')}`;
    case 'DNSKEY':
    case 'CDNSKEY':
      return `${field.short()} ${field.byte()} ${field.byte()} ${field.rest().toString('base64')}`;
    case 'SSHFP':
      return `${field.byte()} ${field.byte()} ${field.rest().toString('hex')}`;
    case 'TLSA':
    case 'SMIMEA':
      return `${field.byte()} ${field.byte()} ${field.byte()} ${field.rest().toString('hex')}`;
    case 'OPENPGPKEY':
      return field.rest().toString('base64');
    case 'URI':
      return `${field.short()} ${field.short()} ${JSON.stringify(field.rest().toString())}`;
    case 'CAA':
      return `${field.byte()} ${field.string()} ${JSON.stringify(field.rest().toString())}`;
    case 'SVCB':
    case 'HTTPS':
      return [field.short(), field.name(), ...serviceParameters(field)].join(' ');
  }
}

const SERVICE_KEYS = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint', 'dohpath'];

/** `alpn=h2,h3 port=8443` (RFC 9460). */
function serviceParameters(field: Fields): string[] {
  const result: string[] = [];
  while (field.isMore) {
    const code = field.short();
    const key = SERVICE_KEYS[code] ?? `key${code}`;
    const value = new Fields(field.bytes(field.short()), 0);
    const text = serviceValue(key, value);
    result.push(text === '' ? key : `${key}=${text}`);
  }
  return result;
}

function serviceValue(key: string, value: Fields): string {
  const list = (read: () => string | number): string => {
    const items: (string | number)[] = [];
    while (value.isMore) items.push(read());
    return items.join(',');
  };
  if (key === 'mandatory')
    return list(() => {
      const code = value.short();
      return SERVICE_KEYS[code] ?? `key${code}`;
    });
  if (key === 'alpn') return list(() => value.string());
  if (key === 'port') return String(value.short());
  if (key === 'ipv4hint') return list(() => [...value.bytes(4)].join('.'));
  if (key === 'ipv6hint') return list(() => ipv6(value.bytes(16)));
  if (key === 'dohpath') return value.rest().toString();
  return value.rest().toString('base64');
}

/** Reads one field after the other. */
class Fields {
  readonly #message: Buffer;
  #at: number;

  constructor(message: Buffer, at: number) {
    this.#message = message;
    this.#at = at;
  }

  get isMore(): boolean {
    return this.#at < this.#message.length;
  }

  byte(): number {
    return this.bytes(1).readUInt8();
  }

  short(): number {
    return this.bytes(2).readUInt16BE();
  }

  long(): number {
    return this.bytes(4).readUInt32BE();
  }

  bytes(count: number): Buffer {
    const from = this.#at;
    this.#at += count;
    return slice(this.#message, from, this.#at);
  }

  rest(): Buffer {
    return this.bytes(this.#message.length - this.#at);
  }

  name(): string {
    const { name, next } = readName(this.#message, this.#at);
    this.#at = next;
    return name;
  }

  string(): string {
    return this.bytes(this.byte()).toString();
  }

  quoted(): string {
    return JSON.stringify(this.string());
  }

  strings(): string[] {
    const result: string[] = [];
    while (this.isMore) result.push(this.string());
    return result;
  }
}

function slice(message: Buffer, from: number, to: number): Buffer {
  if (to > message.length) throw new RangeError('a field ends after its message');
  return message.subarray(from, to);
}

/** Signs that mean something in a name, and those that cannot be printed, are escaped as in zone files. */
function labelText(label: Buffer): string {
  return label
    .toString('latin1')
    .toLowerCase()
    .replaceAll(/[.\\]/g, (sign) => `\\${sign}`)
    .replaceAll(/[^\x21-\x7e]/g, (sign) => `\\${String(sign.charCodeAt(0)).padStart(3, '0')}`);
}

/** In the one spelling of RFC 5952. */
function ipv6(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
