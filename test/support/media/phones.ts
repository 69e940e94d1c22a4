/** Test phones that close with their test, and what the tests ask of their recordings. */
import type { TestContext } from 'vitest';
import type { Phone, PhoneOptions } from '../../../src/phone/api.js';
import { openPhone } from '../../../src/phone/open-phone.js';
import { clearestLevels } from './scratch.js';

export async function phoneFor(
  context: Pick<TestContext, 'onTestFinished'>,
  options: Partial<PhoneOptions> = {},
): Promise<Phone> {
  const phone = await openPhone({ user: '100', ...options });
  context.onTestFinished(() => phone.close());
  return phone;
}

/** The frequencies, of those asked for, that are as loud in a mono recording as a tone that was played. */
export async function tonesIn(path: string, frequencies: readonly number[]): Promise<number[]> {
  const [levels] = await clearestLevels(path, frequencies);
  return frequencies.filter((_, index) => (levels?.[index] ?? -Infinity) > -20);
}
