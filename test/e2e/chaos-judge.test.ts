/** The judge of chaos runs on evidence made by hand: it must see every kind of broken promise, and no other. */
import { describe, expect, it } from 'vitest';
import type { CallView, LeadView } from '../../src/cli/chaos/api-client.js';
import {
  endError,
  isLost,
  rungTwice,
  talksAcross,
  unaccounted,
  wentOn,
  type JudgedLead,
} from '../../src/cli/chaos/judge.js';
import { planPoints, POINT_NAMES } from '../../src/cli/chaos/points.js';
import { seededRandom } from '../../src/cli/chaos/seeded-random.js';
import type { SipDialogView } from '../../src/cli/chaos/sip-dialogs.js';

const START = Date.parse('2026-01-01T12:00:00Z');

function dialog(
  callId: string,
  from: number,
  until?: number,
  over: Partial<SipDialogView> = {},
): SipDialogView {
  return {
    phone: 'client',
    callId,
    called: '+79161230000',
    number: 1,
    invitedAt: START + from,
    answeredAt: START + from,
    ...(until !== undefined && { endedAt: START + until, endedBy: 'phone' }),
    ...over,
  };
}

function call(...callIds: string[]): CallView {
  return {
    call_id: 'call',
    state: 'closed',
    bridged_at: null,
    ended_at: new Date(START + 5000).toISOString(),
    adopted_at: null,
    legs: callIds.map((id) => ({ role: 'client', sip_call_id: id })),
  };
}

function lead(over: Partial<Omit<JudgedLead, 'view'>> & { view?: Partial<LeadView> }): JudgedLead {
  return {
    posted: {
      leadId: 'lead',
      number: '+79161230000',
      operator: 'operator-1',
      colleagues: ['operator-1-declines'],
    },
    calls: [],
    operatorDialogs: [],
    colleagueDialogs: [],
    clientDialogs: [],
    ...over,
    view: {
      lead_id: 'lead',
      status: 'reached',
      attempts: [{ number: 1, call_id: 'call' }],
      timeline: [{ name: 'lead.received' }, { name: 'lead.reached' }],
      ...over.view,
    },
  };
}

describe('a lead', () => {
  it('that ended once is not lost', () => {
    expect(isLost(lead({}))).toBe(false);
  });

  it('that has not ended, or ended twice, is', () => {
    expect(isLost(lead({ view: { status: 'calling', timeline: [] } }))).toBe(true);
    expect(isLost(lead({ view: { timeline: [{ name: 'lead.unreached' }, { name: 'lead.reached' }] } }))).toBe(
      true,
    );
  });
});

describe('a phone', () => {
  const attempts = [
    { number: 1, call_id: 'one' },
    { number: 2, call_id: 'two' },
  ];

  it('may be rung once an attempt, one after the other', () => {
    const clientDialogs = [dialog('a', 0, 1000), dialog('b', 2000, 3000)];
    expect(rungTwice(lead({ clientDialogs, view: { attempts } }))).toBe(0);
  });

  it('is rung twice when there are more INVITEs than attempts', () => {
    const operatorDialogs = [dialog('a', 0, 1000), dialog('b', 2000, 3000)];
    expect(rungTwice(lead({ operatorDialogs }))).toBe(1);
  });

  it('is rung twice when a second INVITE comes while the first call goes on', () => {
    expect(
      rungTwice(lead({ clientDialogs: [dialog('a', 0, 2500), dialog('b', 2000)], view: { attempts } })),
    ).toBe(1);
    expect(rungTwice(lead({ clientDialogs: [dialog('a', 0), dialog('b', 2000)], view: { attempts } }))).toBe(
      1,
    );
  });

  it('is rung twice as a colleague’s, too, while another phone of the group may ring at the same time', () => {
    const operatorDialogs = [dialog('a', 0, 1000)];
    expect(rungTwice(lead({ operatorDialogs, colleagueDialogs: [[dialog('b', 0, 400)]] }))).toBe(0);
    const twice = [dialog('b', 0, 400), dialog('c', 500, 900)];
    expect(rungTwice(lead({ operatorDialogs, colleagueDialogs: [twice] }))).toBe(1);
    expect(unaccounted(lead({ colleagueDialogs: [twice], calls: [call('b')] }))).toBe(1);
  });

  it('is rung by nobody when no leg has the Call-ID', () => {
    const clientDialogs = [dialog('a', 0, 1000), dialog('b', 2000, 3000)];
    expect(unaccounted(lead({ clientDialogs, calls: [call('a')] }))).toBe(1);
  });
});

describe('a talk', () => {
  const outage = { killedAt: START + 2000, readyAt: START + 3000 };
  const talking = (client: Partial<SipDialogView>) =>
    lead({
      calls: [call('op', 'cl')],
      operatorDialogs: [dialog('op', 0, 5100, { endedBy: 'far-end' })],
      clientDialogs: [dialog('cl', 500, 4900, client)],
    });

  it('across a kill goes on until a phone hangs up, and is closed at that time', () => {
    const [talk] = talksAcross([talking({})], [outage]);
    expect(talk && wentOn(talk)).toBe(true);
    expect(talk && endError(talk, [outage])).toBe(100);
  });

  it('that Dialtrace ended was cut', () => {
    const [talk] = talksAcross([talking({ endedBy: 'far-end' })], [outage]);
    expect(talk && wentOn(talk)).toBe(false);
  });

  it('that began with the kill, or was over before it, is none across it', () => {
    expect(talksAcross([talking({ answeredAt: START + 1900 })], [outage])).toEqual([]);
    expect(talksAcross([talking({ endedAt: START + 1500 })], [outage])).toEqual([]);
  });

  it('whose end no controller could see is not judged by it', () => {
    const [talk] = talksAcross([talking({ endedAt: START + 2500 })], [outage]);
    expect(talk && endError(talk, [outage])).toBeUndefined();
  });
});

describe('the plan of points', () => {
  it('is the same for the same seed, and another for another', () => {
    const plan = (seed: number) => planPoints(20, POINT_NAMES, seededRandom(seed));
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7).map(({ name }) => name)).not.toEqual(plan(8).map(({ name }) => name));
  });

  it('gives every lead a group of two or three', () => {
    const sizes = planPoints(40, POINT_NAMES, seededRandom(1)).map(({ colleagues }) => 1 + colleagues.length);
    expect(new Set(sizes)).toEqual(new Set([2, 3]));
  });

  it('kills everywhere about equally often', () => {
    const counts = new Map<string, number>();
    for (const { name } of planPoints(20, POINT_NAMES, seededRandom(1)))
      counts.set(name, (counts.get(name) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([...POINT_NAMES].sort());
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
  });
});
