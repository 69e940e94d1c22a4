/**
 * Over which connection a registrant is reached: requests in a dialog with its Contact follow a phone that has registered
 * again over another one ("mid-call handoff": sip-dialog-controller.cpp, cacheTportForSubscription). Not over UDP.
 */
import type { Received, SipAddress, SipClock } from '../../sip/api.js';
import { targetOf } from '../../sip/dialog-state.js';
import { headerOf } from '../../wire/sip-message.js';
import { parseNameAddr } from '../../wire/sip-name-addr.js';
import { parameterOf } from '../../wire/sip-tokens.js';
import type { SipRequest, SipResponse } from '../../wire/sip-types.js';
import { parseSipUri } from '../../wire/sip-uri.js';

interface Line {
  readonly remote: SipAddress;
  readonly cancelExpiry: () => void;
}

export interface RegistrantLines {
  /** An application has answered this REGISTER. */
  note(register: Received<SipRequest>, answer: SipResponse): void;
  /** `target`: the far Contact of a dialog. */
  to(target: string): SipAddress | undefined;
  close(): void;
}

export function createRegistrantLines(clock: SipClock): RegistrantLines {
  const lines = new Map<string, Line>();

  function forget(key: string): void {
    lines.get(key)?.cancelExpiry();
    lines.delete(key);
  }

  return {
    note({ message, remote }, answer) {
      const key = keyOf(targetOf(message) ?? '');
      if (key === undefined || answer.status !== 200 || remote.protocol === 'udp') return;
      forget(key);
      const seconds = expiryOf(answer);
      if (seconds <= 0) return;
      lines.set(key, { remote, cancelExpiry: clock.after(seconds * 1000, () => lines.delete(key)) });
    },
    to: (target) => lines.get(keyOf(target) ?? '')?.remote,
    close() {
      for (const key of [...lines.keys()]) forget(key);
    },
  };
}

/** As the real server has it: of a URI only user and host. */
function keyOf(uri: string): string | undefined {
  const parsed = parseSipUri(uri);
  return parsed && `${parsed.user ?? ''}@${parsed.host.toLowerCase()}`;
}

/** What the first Contact of the answer says, else its Expires; nothing said: gone. */
function expiryOf(answer: SipResponse): number {
  const contact = parseNameAddr(headerOf(answer, 'Contact') ?? '');
  const said = (contact && parameterOf(contact.parameters, 'expires')) ?? headerOf(answer, 'Expires');
  return Number.parseInt(said ?? '0', 10) || 0;
}
