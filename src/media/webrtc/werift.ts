/**
 * The ICE and DTLS-SRTP library, loaded with the first leg that needs it: it costs some 30 MB and 0.3 s, and a switch
 * without browsers never pays. It is an optional dependency.
 */
import type * as library from 'werift';
import { Fault, messageOf } from '../../errors.js';

export type Werift = typeof library;

let loading: Promise<Werift> | undefined;

/** Throws Fault `switch-unavailable` when it is not installed. */
export function loadWerift(): Promise<Werift> {
  loading ??= import('werift').catch((cause: unknown) => {
    loading = undefined;
    throw new Fault('switch-unavailable', `Calls of browsers need the package werift: ${messageOf(cause)}`, {
      cause,
    });
  });
  return loading;
}
