/** Runs inside the namespace: a name server that does what the first label says, then the probes of argv. */
import { createSocket } from 'node:dgram';
import { run, task } from '../probing/probe-once.ts';
import type { NamespaceTask } from './namespace.ts';

const RCODES: Readonly<Record<string, number>> = { v4only: 0, servfail: 2, nx: 3, refused: 5 };

/** The answer to a query; undefined for silence. `v4only` has the address 127.0.0.1, and no other. */
function answerTo(query: Buffer): Buffer | undefined {
  const labelEnd = 13 + query[12]!;
  const rcode = RCODES[query.toString('latin1', 13, labelEnd).toLowerCase()];
  if (rcode === undefined) return undefined;
  let end = 12;
  while (query[end] !== 0) end += query[end]! + 1;
  const question = query.subarray(12, end + 5);
  const hasAddress = rcode === 0 && question.readUInt16BE(question.length - 4) === 1;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | rcode, 2);
  header.writeUInt16BE(hasAddress ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([header, question, ...(hasAddress ? [record] : [])]);
}

const server = createSocket('udp4');
server.on('message', (query, { port, address }) => {
  const reply = answerTo(query);
  if (reply) server.send(reply, port, address);
});
await new Promise<void>((done) => server.bind(53, '127.0.0.1', done));

const tasks = JSON.parse(process.argv[2]!) as NamespaceTask[];
const observations = await run(tasks.map(({ kind, settings, timeoutMs }) => task(kind, settings, { timeoutMs })));
process.stdout.write(JSON.stringify(observations));
server.close();
