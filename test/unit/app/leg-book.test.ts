/** Several signals of one leg in one step: each is judged by what the one before it did, and nothing holds after a rollback. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LegBook } from '../../../src/app/calls/leg-book.js';
import type { Told, Unit } from '../../../src/app/events/commit.js';
import type { LegRecord } from '../../../src/domain/calls/call.js';
import type { Input } from '../../../src/domain/dialplan/inputs.js';
import type { CallId, LegId } from '../../../src/domain/values/ids.js';

type Signal = Extract<Input, { kind: 'signal' }>;

const trying: LegRecord = {
  id: 'leg-1' as LegId,
  callId: 'call-1' as CallId,
  role: 'client',
  party: '+79161000001',
  state: 'trying',
  identity: { sipCallId: 'x@dialtrace' },
  invitedAt: 0,
};
const answered: Signal = { kind: 'signal', leg: 'client', signal: { kind: 'answered' }, at: 10 };
const ended: Signal = {
  kind: 'signal',
  leg: 'client',
  signal: { kind: 'ended', ending: { by: 'callee', at: 20 } },
  at: 20,
};

let told: Told[];
let stored: Partial<LegRecord>;
let unit: Unit;
let book: LegBook;

beforeEach(() => {
  told = [];
  stored = {};
  const tx = {
    calls: {
      updateLeg: (_: LegId, change: Partial<LegRecord>) => void Object.assign(stored, change),
      endActivity: () => undefined,
    },
    leases: { releaseOwner: () => undefined },
  };
  unit = { tx: tx as unknown as Unit['tx'], now: 0, tell: (event) => void told.push(event) };
  book = new LegBook(undefined);
  book.add('client', trying);
});

describe('LegBook', () => {
  it('an answer and the end in one step are an answered leg', async () => {
    await book.book(unit, answered);
    await book.book(unit, ended);
    book.settle('committed');
    expect(stored).toMatchObject({ state: 'ended', disposition: 'answered', answeredAt: 10 });
    expect(book.record('client')).toMatchObject({ state: 'ended', disposition: 'answered', answeredAt: 10 });
  });

  it('an end that is said twice in one step is told once, and a late answer wakes no dead leg', async () => {
    await book.book(unit, ended);
    await book.book(unit, ended);
    await book.book(unit, answered);
    book.settle('committed');
    expect(told.map(({ name }) => name)).toEqual(['leg.ended']);
    expect(stored.state).toBe('ended');
  });

  it('forgets what was rolled back', async () => {
    await book.book(unit, answered);
    book.settle('rolled-back');
    expect(book.record('client')).toEqual(trying);
    await book.book(unit, ended);
    book.settle('committed');
    expect(book.record('client')?.answeredAt).toBeUndefined();
  });
});
