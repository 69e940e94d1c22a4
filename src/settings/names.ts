/** Spellings that several schemas share. */
import { z } from 'zod';

export const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/i, 'use letters, digits and hyphens');
export const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, 'expected E.164, for example +74951234567');
export const country = z.string().length(2, 'expected an ISO 3166 code such as DE').toUpperCase();
