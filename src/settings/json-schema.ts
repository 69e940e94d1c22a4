/** JSON Schemas for editors (`# yaml-language-server: $schema=`), generated from the zod schemas. */
import { z } from 'zod';
import { dialplanJsonSchema } from '../domain/dialplan/schema.js';
import { fileSchema } from './plan-test-schema.js';
import { settingsSchema } from './schema.js';
import { telephonySchema } from './telephony-schema.js';

/** The rules of speech/prompt-file.ts, for editors; it alone reads the files, and says more about the texts. */
const promptText = z
  .string()
  .describe('What is said; {{ form }}, {{ client.phone | digits }} and the like are replaced');
const promptsSchema = z
  .record(
    z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
    z.union([
      promptText,
      z.strictObject({
        text: promptText,
        variants: z.array(z.string()).optional().describe('Other wordings; each call hears one'),
        short: z.string().optional().describe('What its recording says, when the text has names in it'),
        names: z
          .array(z.string())
          .optional()
          .describe('Names that the dialplan gives, beside those of the lead'),
      }),
    ]),
  )
  .meta({ examples: [{ greeting: 'Good day. One moment, please.' }] });

const text = (schema: object, title: string): string => `${JSON.stringify({ ...schema, title }, null, 2)}\n`;

/** File name in config/ → schema text. `npm run check` fails when the committed files differ. */
export function jsonSchemas(): Record<string, string> {
  const everything = z.strictObject({ ...settingsSchema.shape, ...telephonySchema.shape });
  const settings = z.toJSONSchema(everything, { io: 'input', unrepresentable: 'any' });
  const tests = z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' });
  return {
    'tests.schema.json': text(tests, 'Dialtrace tests beside the dialplans'),
    'prompts.schema.json': text(
      z.toJSONSchema(promptsSchema, { io: 'input' }),
      'Dialtrace prompts of one language',
    ),
    'config.schema.json': text(settings, 'Dialtrace settings and telephony'),
    'dialplan.schema.json': text(dialplanJsonSchema() as object, 'Dialtrace dialplan'),
  };
}
