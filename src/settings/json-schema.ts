/** JSON Schemas for editors (`# yaml-language-server: $schema=`), generated from the zod schemas. */
import { z } from 'zod';
import { settingsSchema } from './schema.js';
import { telephonySchema } from './telephony-schema.js';

/** File name in config/ → schema text. `npm run check` fails when the committed files differ. */
export function jsonSchemas(): Record<string, string> {
  const write = (schema: z.ZodType, title: string): string =>
    `${JSON.stringify({ ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), title }, null, 2)}\n`;
  const everything = z.strictObject({ ...settingsSchema.shape, ...telephonySchema.shape });
  return { 'config.schema.json': write(everything, 'Dialtrace settings and telephony') };
}
