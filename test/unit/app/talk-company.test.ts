import { describe, expect, it } from 'vitest';
import type { LegRecord } from '../../../src/domain/calls/call.js';
import { servedBy, talkAmong } from '../../../src/app/calls/recovery/talk-company.js';
import type { LiveChannel } from '../../../src/app/ports/switch.js';

const leg = (channelUuid: string, state: LegRecord['state'] = 'answered') =>
  ({ id: `leg-${channelUuid}`, state, identity: { sipCallId: 's', channelUuid } }) as unknown as LegRecord;

const channel = (uuid: string, about: Partial<LiveChannel> = {}): LiveChannel => ({
  uuid,
  createdAt: 0,
  ...about,
});

const bridge = (one: string, other: string) => [
  channel(one, { bridgedTo: other }),
  channel(other, { bridgedTo: one }),
];

const [ANNA, BEN, CHIEF] = [leg('a'), leg('b'), leg('c')];

describe('who still hears whom', () => {
  it('two that are bridged', () => {
    expect(talkAmong([ANNA, BEN], bridge('a', 'b'))).toEqual({ legs: [ANNA, BEN], ties: [] });
  });

  it('nobody: one is gone, has not answered, is parked, or talks with a stranger', () => {
    expect(talkAmong([ANNA, BEN], [channel('a', { bridgedTo: 'b' })])).toBeUndefined();
    expect(talkAmong([ANNA, leg('b', 'ringing')], bridge('a', 'b'))).toBeUndefined();
    expect(talkAmong([ANNA, BEN], [channel('a'), channel('b')])).toBeUndefined();
    expect(talkAmong([ANNA, BEN], [...bridge('a', 'x'), channel('b')])).toBeUndefined();
  });

  it('two over a tie line, which goes with them', () => {
    const ends = [
      channel('a', { bridgedTo: 'x' }),
      channel('x', { bridgedTo: 'a', tie: 'a' }),
      channel('y', { bridgedTo: 'b', tie: 'a' }),
      channel('b', { bridgedTo: 'y' }),
    ];
    expect(talkAmong([ANNA, BEN], ends)).toEqual({ legs: [ANNA, BEN], ties: ['x', 'y'] });
  });

  it('three in a conference; one who listens is not of the talk', () => {
    const room = [channel('a', { room: 'r' }), channel('b', { room: 'r' })];
    const all = [ANNA, BEN, CHIEF];
    expect(talkAmong(all, [...room, channel('c', { room: 'r' })])).toEqual({ legs: all, ties: [] });
    expect(talkAmong(all, [...room, channel('c', { hears: 'a' })])).toEqual({ legs: [ANNA, BEN], ties: [] });
    expect(talkAmong(all, [...room, channel('c', { room: 'other' })])?.legs).toEqual([ANNA, BEN]);
  });
});

describe('whom a channel serves', () => {
  it('itself, whom it is with, and whom it hears', () => {
    const ear = channel('x', { hears: 'a', tie: 'c' });
    const channels = [...bridge('a', 'b'), ear, channel('y', { bridgedTo: 'c', tie: 'c' }), channel('c')];
    expect(servedBy(ear, channels)).toEqual(['x', 'y', 'c', 'a']);
    expect(servedBy(channel('lonely'), [channel('lonely'), ...channels])).toEqual(['lonely']);
  });
});
