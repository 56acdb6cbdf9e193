import { expect, test } from 'vitest';
import { parseCommand } from '../../src/demo/commands.ts';
import { parseFlags } from '../../src/demo/flags.ts';

const SERVICES = ['api', 'database', 'cache-a'];

test.each([
  ['b database', { kind: 'break', service: 'database' }],
  ['  r   api ', { kind: 'repair', service: 'api' }],
  ['d api', { kind: 'slow', service: 'api' }],
  ['n', { kind: 'network' }],
  ['s', { kind: 'replay' }],
  ['q', { kind: 'quit' }],
  ['', { kind: 'nothing' }],
])('%j', (line, command) => {
  expect(parseCommand(line, SERVICES)).toEqual(command);
});

test('a mistake says what there is', () => {
  const messages = ['b databse', 'b zzzzzzzz', 'b', 'b api database', 'n api', 'toString', 'break api'].map((line) => {
    const command = parseCommand(line, SERVICES);
    return command.kind === 'mistake' ? command.message : command;
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "No service here is called "databse". Did you mean database? The services are api, database, cache-a.",
      "No service here is called "zzzzzzzz". The services are api, database, cache-a.",
      "Which service? Say b <service>. The services are api, database, cache-a.",
      "One service at a time: b api",
      "n stands alone; h shows what there is.",
      "There is no command "toString"; h shows what there is.",
      "There is no command "break"; h shows what there is.",
    ]
  `);
});

test.each([
  [[], { rounds: undefined, everyMs: 5000, port: 4321, out: undefined }],
  [['--rounds', '4', '--no-serve'], { rounds: 4, everyMs: 1000, port: undefined, out: 'dist' }],
  [['--no-serve', '--out', 'x'], { rounds: 12, everyMs: 1000, port: undefined, out: 'x' }],
  [['--port', '0', '--every', '2s'], { rounds: undefined, everyMs: 2000, port: 0, out: undefined }],
])('%j', (args, flags) => {
  expect(parseFlags(args)).toEqual({ kind: 'flags', flags });
});

test('a wrong flag says the rule', () => {
  const wrong = [
    ['--round', '4'],
    ['x'],
    ['--rounds', '0'],
    ['--every', '5'],
    ['--every', '500ms'],
    ['--port', '70000'],
    ['--no-serve', '--port', '1'],
  ];
  const messages = wrong.map((args) => {
    const parsed = parseFlags(args);
    return parsed.kind === 'mistake' ? parsed.message : parsed;
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "unknown option '--round'",
      "unexpected argument 'x'",
      "--rounds expects a whole number from 1 to 100000, got "0"",
      "--every expects a duration of at least 1s, like 5s, got "5"",
      "--every expects a duration of at least 1s, like 5s, got "500ms"",
      "--port expects a port from 0 to 65535, got "70000"",
      "--port makes no sense with --no-serve",
    ]
  `);
});
