/** Scalars of pushes as text: vendors write the same id as a number today and in quotes tomorrow. */
import { z } from 'zod';

export const idText = z.union([z.string(), z.number(), z.bigint()]).transform(String);
export const plainText = z.union([z.string(), z.number(), z.bigint(), z.boolean()]).transform(String);

/** Undefined for what is no scalar, and for an empty one. */
export function filledText(value: unknown): string | undefined {
  const text = plainText.safeParse(value);
  return text.success && text.data.trim() !== '' ? text.data.trim() : undefined;
}

/** A scalar, or several joined; undefined when there is nothing in it. */
export function joinedText(value: unknown): string | undefined {
  if (!Array.isArray(value)) return filledText(value);
  const texts = value.flatMap((one) => filledText(one) ?? []);
  return texts.length === 0 || texts.length !== value.length ? undefined : texts.join(', ');
}
