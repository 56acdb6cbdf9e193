import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editorSchema } from '../../src/config/editor-schema.ts';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblem } from '../../src/config/problems.ts';
import { reference } from '../../src/config/reference.ts';
import { channelSettingsOf, loadChannels } from '../../src/effects/channel-registry.ts';
import { loadRegistry, settingsOf } from '../../src/probing/registry.ts';

/** As much of ajv as is used here. */
type Validator = new (options: object) => { compile(schema: object): { (data: unknown): boolean; errors: unknown } };

const ROOT = new URL('../../', import.meta.url);
const kinds = settingsOf(await loadRegistry());
const channels = channelSettingsOf(await loadChannels());
const schema = editorSchema(kinds, channels);
/** What the examples take from the environment. */
const ENV = new Proxy(
  {},
  { get: (_, name) => (String(name).endsWith('_URL') ? 'https://receiver.example/x' : 'secret') },
);
const read = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');

test('services.schema.json is what the code says today', () => {
  expect(read('services.schema.json'), 'out of date: npm run vedette -- schema').toBe(
    `${JSON.stringify(schema, null, 2)}\n`,
  );
});

test('docs/configuration.md is what the code says today', () => {
  expect(read('docs/configuration.md'), 'out of date: npm run vedette -- schema --markdown').toBe(reference(schema));
});

describe.each(['services.yml', ...readdirSync(new URL('examples/', ROOT)).map((file) => `examples/${file}`)])(
  '%s',
  (file) => {
    test('loads without problems', async () => {
      const result = await loadConfig(fileURLToPath(new URL(file, ROOT)), { kinds, channels, env: ENV });
      expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([]);
    });

    test('points at the schema in its first line', () => {
      const up = '../'.repeat(file.split('/').length - 1) || './';
      expect(read(file).split('\n')[0]).toBe(`# yaml-language-server: $schema=${up}services.schema.json`);
    });

    test('is accepted by the schema', () => {
      // Comes with html-validate; a JSON Schema validator of our own would be one package more.
      const fromHtmlValidate = createRequire(createRequire(import.meta.url).resolve('html-validate'));
      const { Ajv2020 } = fromHtmlValidate('ajv/dist/2020.js') as { Ajv2020: Validator };
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
      validate(parse(read(file)));
      expect(validate.errors).toBeNull();
    });
  },
);
