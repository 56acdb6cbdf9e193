/** The JSON Schema of services.yml: completion and help in editors, the source of docs/configuration.md. */
import { z } from 'zod';
import type { ChannelKinds } from './notifications.ts';
import { type ProbeKinds, servicesFile } from './schema.ts';

export interface JsonSchema {
  type?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  default?: unknown;
  examples?: unknown[];
  pattern?: string;
  $ref?: string;
  /** What may stand instead of the mapping: a URL for a service, a name for a dependency. */
  shorthand?: JsonSchema;
  [key: string]: unknown;
}

export function editorSchema(kinds: ProbeKinds, channels: ChannelKinds): JsonSchema {
  return z.toJSONSchema(servicesFile(kinds, channels), {
    io: 'input',
    override({ jsonSchema }) {
      const schema = jsonSchema as JsonSchema;
      if (!schema.shorthand) return;
      const { shorthand, description, default: fallback, examples, ...full } = structuredClone(schema);
      for (const key of Object.keys(schema)) delete schema[key];
      Object.assign(schema, { ...(description && { description }), ...(examples && { examples }) });
      if (fallback !== undefined) schema.default = fallback;
      schema.anyOf = [full, shorthand!];
    },
  }) as JsonSchema;
}

/** The keys that the mapping at `path` may have; empty where any may stand. */
export function keysAt(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  // A rule may hold a rule, and is then referred to by name.
  const resolved = (part: JsonSchema): JsonSchema => {
    const name = part.$ref?.replace('#/$defs/', '');
    return (name !== undefined && (schema.$defs as Record<string, JsonSchema> | undefined)?.[name]) || part;
  };
  const at = path.reduce<JsonSchema | undefined>((outer, segment) => outer && step(resolved(outer), segment), schema);
  return Object.keys((at && asMapping(resolved(at)).properties) ?? {});
}

function step(schema: JsonSchema, segment: PropertyKey): JsonSchema | undefined {
  const { properties, items, additionalProperties } = asMapping(schema);
  if (typeof segment === 'number') return items;
  const property = properties?.[String(segment)];
  return property ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}

/** Beside a shorthand the mapping or list is the alternative that has parts. */
export function asMapping(schema: JsonSchema): JsonSchema {
  const parts = ({ properties, items, additionalProperties }: JsonSchema) =>
    properties ?? items ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
  return schema.anyOf?.find(parts) ?? schema;
}
