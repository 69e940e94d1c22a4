/** An adopted talk on a media server that does not come back: it ends, and so do its dialogs. */
import { describe, expect, it } from 'vitest';
import type { LegRole } from '../../../src/domain/calls/call.js';
import type { CallId, LegId } from '../../../src/domain/values/ids.js';
import { adopt, StopReports } from '../../../src/switch/legs/adopt.js';
import type { SwitchContext } from '../../../src/switch/context.js';
import { Fleet } from '../../../src/switch/servers/fleet.js';
import type { MediaLink } from '../../../src/switch/servers/media-server.js';
import type { Signalling } from '../../../src/switch/servers/signalling.js';
import { VirtualClock } from '../../support/store/virtual-clock.js';

/** `answers`: of phones to an OPTIONS within their dialog; without an entry they are silent. */
function bed(roles: readonly LegRole[] = ['operator'], answers: Record<string, number> = {}) {
  const clock = new VirtualClock();
  const sent: string[] = [];
  const common = { name: 'one', since: clock.now(), version: undefined };
  const signalling = {
    ...common,
    ...{ node: 'sip:1', state: 'ready', srf: { on: () => undefined } },
    request: (
      { method, stackDialogId }: { readonly method: string; readonly stackDialogId: string },
      answered?: (response: { readonly status: number }) => void,
    ) => {
      sent.push(method);
      const status = answers[stackDialogId];
      if (status !== undefined) answered?.({ status });
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
  const leg = (role: LegRole) => ({
    legId: role as string as LegId,
    role,
    identity: {
      ...{ sipCallId: role, dialogId: role, channelUuid: role },
      ...{ signallingNode: 'sip:1', mediaNode: 'fs:1' },
    },
  });
  const left: string[] = [];
  const request = {
    callId: 'c' as CallId,
    ties: [],
    legs: roles.map(leg),
    left: (legId: LegId, why: string) => void left.push(`${legId} ${why}`),
  };
  return { clock, sent, left, answers, media, talk: adopt(request, new StopReports(context), context) };
}

describe('an adopted talk', () => {
  it('goes on while its media server is away for a moment, and ends when it stays away', async () => {
    const { clock, sent, media, talk } = bed();
    Object.assign(media, { state: 'lost', since: clock.now() });
    await clock.advance(10_000);
    expect(sent).not.toContain('BYE');
    await clock.advance(10_000);
    expect(await talk.outcome).toMatchObject({ kind: 'ended', why: 'lost', endedLeg: 'operator' });
    expect(sent.at(-1)).toBe('BYE');
    expect(clock.pending).toBe(0);
  });

  it('goes on while the server answers that its channel is there', async () => {
    const { clock, media, sent, talk } = bed();
    Object.assign(media, { eventSocket: { api: () => Promise.resolve({ kind: 'value', value: 'true' }) } });
    await clock.advance(60_000);
    expect(new Set(sent)).toEqual(new Set(['OPTIONS']));
    talk.stop();
    expect(await talk.outcome).toMatchObject({ why: 'stopped' });
  });

  it('of three goes on without a party that has given its dialog up, and ends with the client', async () => {
    const { clock, left, answers, media, talk } = bed(['operator', 'client', 'supervisor'], { client: 200 });
    Object.assign(media, { eventSocket: { api: () => Promise.resolve({ kind: 'value', value: 'true' }) } });
    await clock.advance(10_000);
    answers['operator'] = 481;
    await clock.advance(10_000);
    expect(left).toEqual(['operator remote-bye']);
    answers['client'] = 481;
    await clock.advance(10_000);
    expect(await talk.outcome).toMatchObject({ why: 'remote-bye', endedLeg: 'client' });
    expect(left).toHaveLength(1);
  });
});
