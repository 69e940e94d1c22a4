/** JSON Schemas for editors (`# yaml-language-server: $schema=`), generated from the zod schemas. */
import { z } from 'zod';
import { dialplanJsonSchema } from '../domain/dialplan/schema.js';
import { settingsSchema } from './schema.js';
import { telephonySchema } from './telephony-schema.js';

const text = (schema: object, title: string): string => `${JSON.stringify({ ...schema, title }, null, 2)}\n`;

/** File name in config/ → schema text. `npm run check` fails when the committed files differ. */
export function jsonSchemas(): Record<string, string> {
  const everything = z.strictObject({ ...settingsSchema.shape, ...telephonySchema.shape });
  const settings = z.toJSONSchema(everything, { io: 'input', unrepresentable: 'any' });
  return {
    'config.schema.json': text(settings, 'Dialtrace settings and telephony'),
    'dialplan.schema.json': text(dialplanJsonSchema() as object, 'Dialtrace dialplan'),
  };
}
