/** `vedette schema`: what services.yml may say, for editors and for people. */
import { writeFile } from 'node:fs/promises';
import type { Verb } from '../cli.ts';
import { editorSchema } from '../config/editor-schema.ts';
import { reference } from '../config/reference.ts';
import { channelSettingsOf, loadChannels } from '../effects/channel-registry.ts';
import { loadRegistry, settingsOf } from '../probing/registry.ts';

export const schema: Verb = {
  summary: 'write services.schema.json, for completion in the editor',
  help: `usage: vedette schema [--out FILE] [--markdown]

Writes the JSON Schema of services.yml. Editors find it through the first line of services.yml:
  # yaml-language-server: $schema=./services.schema.json

  --out FILE   where to write (default services.schema.json; - for standard output)
  --markdown   write the reference for people instead (default docs/configuration.md)`,
  options: { out: { type: 'string' }, markdown: { type: 'boolean', default: false } },
  async run({ out, markdown }, { stdout, stderr }) {
    const document = editorSchema(settingsOf(await loadRegistry()), channelSettingsOf(await loadChannels()));
    const text = markdown ? reference(document) : `${JSON.stringify(document, null, 2)}\n`;
    const file = String(out ?? (markdown ? 'docs/configuration.md' : 'services.schema.json'));
    if (file === '-') {
      stdout.write(text);
      return 0;
    }
    try {
      await writeFile(file, text);
    } catch (error) {
      stderr.write(`vedette: ${file} cannot be written (${(error as NodeJS.ErrnoException).code})\n`);
      return 1;
    }
    stderr.write(`wrote ${file}\n`);
    return 0;
  },
};
