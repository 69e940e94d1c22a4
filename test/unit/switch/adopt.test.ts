/** An adopted talk on a media server that does not come back: it ends, and so do its dialogs. */
import { describe, expect, it } from 'vitest';
import type { CallId, LegId } from '../../../src/domain/values/ids.js';
import { adopt, StopReports } from '../../../src/switch/legs/adopt.js';
import type { SwitchContext } from '../../../src/switch/context.js';
import { Fleet } from '../../../src/switch/servers/fleet.js';
import type { MediaLink } from '../../../src/switch/servers/media-server.js';
import type { Signalling } from '../../../src/switch/servers/signalling.js';
import { VirtualClock } from '../../support/store/virtual-clock.js';

function bed() {
  const clock = new VirtualClock();
  const sent: string[] = [];
  const common = { name: 'one', since: clock.now(), version: undefined };
  const signalling = {
    ...common,
    ...{ node: 'sip:1', state: 'ready', srf: { on: () => undefined } },
    request: ({ method }: { readonly method: string }) => {
      sent.push(method);
      return Promise.resolve({ kind: 'value' });
    },
  };
  const media = {
    ...common,
    ...{ node: 'fs:1', state: 'ready', eventSocket: undefined as unknown },
    ...{ subscribe: () => undefined, watch: () => () => undefined, kill: () => Promise.resolve(false) },
  };
  const context = {
    clock,
    signalling: new Fleet([signalling as unknown as Signalling], () => 0),
    media: new Fleet([media as unknown as MediaLink], () => 0),
  } as unknown as SwitchContext;
  const identity = {
    sipCallId: 'a',
    dialogId: 'a;from-tag=1',
    channelUuid: 'u',
    signallingNode: 'sip:1',
    mediaNode: 'fs:1',
  };
  const request = {
    callId: 'c' as CallId,
    ties: [],
    legs: [{ legId: 'l' as LegId, role: 'operator' as const, identity }],
  };
  return { clock, sent, media, talk: adopt(request, new StopReports(context), context) };
}

describe('an adopted talk', () => {
  it('goes on while its media server is away for a moment, and ends when it stays away', async () => {
    const { clock, sent, media, talk } = bed();
    Object.assign(media, { state: 'lost', since: clock.now() });
    await clock.advance(10_000);
    expect(sent).toEqual(['OPTIONS']);
    await clock.advance(10_000);
    expect(await talk.outcome).toMatchObject({ kind: 'ended', why: 'lost', endedLeg: 'l' });
    expect(sent).toEqual(['OPTIONS', 'BYE']);
    expect(clock.pending).toBe(0);
  });

  it('goes on while the server answers that its channel is there', async () => {
    const { clock, media, sent, talk } = bed();
    Object.assign(media, { eventSocket: { api: () => Promise.resolve({ kind: 'value', value: 'true' }) } });
    await clock.advance(60_000);
    expect(sent).toEqual(['OPTIONS']);
    talk.stop();
    expect(await talk.outcome).toMatchObject({ why: 'stopped' });
  });
});
