/** Fields that several kinds of files share. */
import { z } from 'zod';
import { parseDuration } from '../domain/values/duration.js';

/** Seconds, written `30s`, `5m`, `1h30m`, `2d` or a bare number. */
export const seconds = z
  .union([z.number(), z.string()])
  .transform((value, context) => {
    const parsed = parseDuration(value);
    if (parsed === undefined)
      context.addIssue({ code: 'custom', message: 'expected a duration such as 30s, 5m, 1h30m or 2d' });
    return parsed ?? 0;
  })
  .meta({ examples: ['30s', '5m', '1h30m'] });

/** A secret is never written here: `env:NAME`, `file:/path` or `store:name`. */
export const secretRef = z
  .string()
  .regex(/^(env:[A-Z0-9_]+|file:.+|store:[a-z0-9-]+)$/, 'expected env:NAME, file:/path or store:name')
  .meta({ description: 'Reference to a secret: env:NAME, file:/path or store:name' });
