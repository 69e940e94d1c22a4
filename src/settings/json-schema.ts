/** JSON Schemas for editors (`# yaml-language-server: $schema=`), generated from the zod schemas. */
import { z } from 'zod';
import { dialplanJsonSchema } from '../domain/dialplan/schema.js';
import { VERBS } from '../domain/dialplan/verbs/table.js';
import { fileSchema } from './plan-test-schema.js';
import { templateSchema, useSchema } from './plan-templates.js';
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

/** As speech/pronunciation-file.ts reads it. */
const pronunciationSchema = z
  .record(z.string(), z.string().describe('What the voice gets in its place'))
  .describe('Word or phrase → how the voices of this language shall say it')
  .meta({ examples: [{ TikTok: 'tick tock', '24/7': 'twenty-four seven' }] });

/** A parameter may stand in any text of a template, so that an editor can know no more of a step than its verb. */
const verbs = Object.entries(VERBS).map(([name, { summary }]) => z.literal(name).describe(summary));
const templatesSchema = z.union([
  templateSchema.extend({
    plan: z
      .looseObject({
        start: z.string().describe('First step'),
        steps: z.record(z.string(), z.looseObject({ do: z.union(verbs) })).describe('Steps by name'),
      })
      .describe(templateSchema.shape.plan.description ?? ''),
  }),
  useSchema,
]);

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
    'pronunciation.schema.json': text(
      z.toJSONSchema(pronunciationSchema, { io: 'input' }),
      'Dialtrace pronunciation of one language',
    ),
    'template.schema.json': text(
      z.toJSONSchema(templatesSchema, { io: 'input' }),
      'Dialtrace template of dialplans, or plans made of one',
    ),
    'config.schema.json': text(settings, 'Dialtrace settings and telephony'),
    'dialplan.schema.json': text(dialplanJsonSchema() as object, 'Dialtrace dialplan'),
  };
}
