/** When a call leaves its plan for the fail-safe number, and when it does not. */
import { describe, expect, it } from 'vitest';
import { advance } from '../../../src/domain/dialplan/advance.js';
import { decide } from '../../../src/domain/dialplan/decide.js';
import type { Directive } from '../../../src/domain/dialplan/directives.js';
import type { Facts } from '../../../src/domain/dialplan/facts.js';
import type { Input } from '../../../src/domain/dialplan/inputs.js';
import { parseDialplan } from '../../../src/domain/dialplan/schema.js';
import { startSession, type Plans, type Session } from '../../../src/domain/dialplan/session.js';
import type { Operator } from '../../../src/domain/routing/telephony.js';
import { without } from '../../../src/domain/values/present.js';
import type { ActivityId, CallId, E164 } from '../../../src/domain/values/ids.js';

const FAIL_SAFE = '+74957654321' as E164;
const ANNA = {
  name: 'anna',
  devices: [{ kind: 'registered', user: 'anna' }],
  skills: [],
} as unknown as Operator;
const FACTS: Facts = {
  callId: 'c' as CallId,
  direction: 'inbound',
  locale: 'en',
  operators: [ANNA],
  failSafe: { number: FAIL_SAFE, trunk: 'carrier' },
};

function plan(steps: Readonly<Record<string, object>>): Plans {
  const parsed = parseDialplan({ name: 'own', start: Object.keys(steps)[0], steps });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { own: parsed.plan };
}

/** Issues all that is due, and answers what it was. */
function settle(session: Session, facts: Facts, plans: Plans): { session: Session; issued: Directive[] } {
  const issued: Directive[] = [];
  let now = session;
  for (;;) {
    const wanted = decide(now, facts);
    if (wanted.kind !== 'directives') return { session: now, issued };
    issued.push(...wanted.directives);
    now = advance(now, { kind: 'issued', directives: wanted.directives }, facts, plans, 0);
  }
}

const begun = (plans: Plans, facts = FACTS, name = 'own') =>
  settle(
    startSession({
      plan: name,
      callId: FACTS.callId,
      legs: [{ ref: 'caller', role: 'caller', party: '1' }],
      at: 0,
    }),
    facts,
    plans,
  );

const dialled = (issued: readonly Directive[]): unknown[] =>
  issued.flatMap((one) => (one.verb === 'originate' ? [one.dialled] : []));

const TO_FAIL_SAFE = { kind: 'number', number: FAIL_SAFE, trunk: 'carrier' };
const RING = plan({
  ring: { do: 'ring-group', on: { accepted: 'end', nobody: 'end' } },
  end: { do: 'hangup' },
});

function afterRing(...inputs: ((activity: ActivityId, leg: string) => Input)[]): unknown[] {
  const { session, issued } = begun(RING);
  const ring = issued.find((one) => one.verb === 'originate');
  if (ring === undefined) throw new Error('nobody was rung');
  let now = session;
  const all: Directive[] = [];
  for (const input of inputs) {
    const next = settle(advance(now, input(ring.activity, ring.leg), FACTS, RING, 0), FACTS, RING);
    now = next.session;
    all.push(...next.issued);
  }
  return dialled(all);
}

const ended =
  (ending: { readonly sipStatus?: number; readonly reason?: string }) =>
  (_: ActivityId, leg: string): Input => ({
    kind: 'signal',
    leg,
    at: 0,
    signal: { kind: 'ended', ending: { by: 'callee', at: 0, ...ending } },
  });

describe('a call whose number has a fail-safe', () => {
  it('goes there when its plan does not exist, or is broken', () => {
    expect(dialled(begun({}, FACTS, 'fail-safe').issued)).toEqual([TO_FAIL_SAFE]);
    expect(dialled(begun({}).issued)).toEqual([TO_FAIL_SAFE]);
    const loop = plan({ a: { do: 'goto', step: 'b' }, b: { do: 'goto', step: 'a' } });
    expect(dialled(begun(loop).issued)).toEqual([TO_FAIL_SAFE]);
  });

  it('goes there when no phone can be rung', () => {
    expect(dialled(begun(RING, { ...FACTS, operators: [] }).issued)).toEqual([TO_FAIL_SAFE]);
    expect(
      afterRing((activity) => ({
        kind: 'outcome',
        activity,
        outcome: { kind: 'not-allowed', why: 'no-device' },
      })),
    ).toEqual([TO_FAIL_SAFE]);
    expect(afterRing(ended({ sipStatus: 503 }))).toEqual([TO_FAIL_SAFE]);
  });

  it('stays in its plan when a phone rang, or said no', () => {
    expect(afterRing(ended({ sipStatus: 486 }))).toEqual([]);
    const rang = (_: ActivityId, leg: string): Input => ({
      kind: 'signal',
      leg,
      at: 0,
      signal: { kind: 'ringing', sipStatus: 180 },
    });
    expect(afterRing(rang, ended({ sipStatus: 480 }))).toEqual([]);
  });

  it('ends when there is none', () => {
    const bare = without(FACTS, 'failSafe');
    const { session, issued } = begun({}, bare);
    expect(dialled(issued)).toEqual([]);
    expect(decide(session, bare)).toMatchObject({ kind: 'end', reason: 'no step ' });
  });

  it('is not forwarded for ever when the far end fails too', () => {
    const { session, issued } = begun({});
    const dial = issued.find((one) => one.verb === 'originate');
    const input: Input = {
      kind: 'signal',
      leg: dial?.leg ?? '',
      at: 0,
      signal: { kind: 'ended', ending: { by: 'callee', at: 0, sipStatus: 503 } },
    };
    const after = settle(advance(session, input, FACTS, {}, 0), FACTS, {});
    expect(dialled(after.issued)).toEqual([]);
    expect(decide(after.session, FACTS)).toMatchObject({ kind: 'end' });
  });
});
