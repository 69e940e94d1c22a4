/** Answers a request whatever state its transaction is in. */
import { messageOf } from '../../errors.js';
import type { SrfResponse } from '../libraries.js';

/** The library throws when the transaction is over (the party hung up meanwhile); then the text says why. */
export function answer(
  response: SrfResponse,
  status: number,
  options: { body?: string; headers?: Record<string, string> } = {},
): string | undefined {
  try {
    response.send(status, options);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
