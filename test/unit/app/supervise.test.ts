/** Supervision of a running talk: by command and by star code, over a real in-memory store and simulated phones. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveCall } from '../../../src/app/calls/call-registry.js';
import type { SupervisionAction } from '../../../src/app/calls/orders/supervise-call.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import { simTelephony } from '../../../src/cli/simulate/sim-telephony.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { idle, listening, liveCall, simTalk, supervise, untilHolds } from '../../support/sim/supervised.js';

const PHONE = '10.0.0.9:5060';

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed({ inboundPlan: 'inbound' });
  const telephony = simTelephony();
  const chief = {
    name: 'chief',
    displayName: 'Chief',
    devices: [{ kind: 'registered', user: 'chief' }],
    supervises: ['sales'],
  } as const;
  const operators = { ...telephony.operators, chief };
  bed.app.swapTelephony({ ...bed.app.telephonySet(), telephony: { ...telephony, operators } });
});
afterEach(() => bed.close());

const until = (what: string, holds: () => boolean) => untilHolds(bed, what, holds);
const live = () => liveCall(bed);
const talk = () => simTalk(bed);

function hangUp(phone: string): void {
  const line = bed.telephone.world.lines.find((one) => one.phone === phone && one.state === 'answered');
  if (line === undefined) throw new Error(`${phone} does not talk`);
  bed.telephone.world.leave(line);
}

const command = (call: LiveCall, action: SupervisionAction, operator: string) =>
  supervise(bed, call, action, operator);

async function told({ callId }: LiveCall): Promise<readonly [string, unknown][]> {
  const all = await bed.store.events.ofCall(callId);
  return all
    .filter(({ name }) => /^supervision|taken-over|commanded|transferred/.test(name))
    .map(({ name, payload }) => [name, payload['mode'] ?? payload['by'] ?? payload['target']]);
}

describe('a supervisor', () => {
  it('listens, speaks, leaves, and each is told with who ordered it', async () => {
    const { call, operator, caller } = await talk();
    expect(call.legs.map(({ role }) => role).sort()).toEqual(['caller', 'operator']);
    const supervisor = idle(operator);
    await listening(bed, call, supervisor);
    expect(await command(call, 'barge', supervisor)).toEqual({ kind: 'accepted' });
    await bed.pass(100);
    expect(live()?.supervisors).toMatchObject([{ mode: 'barge', by: 'key wall' }]);
    await command(call, 'leave', supervisor);
    await bed.pass(1000);
    expect(live()).toMatchObject({ state: 'bridged', supervisors: [] });
    expect(await told(call)).toEqual([
      ['supervision.started', 'listen'],
      ['supervision.changed', 'barge'],
      ['supervision.ended', 'key wall'],
    ]);
    const legs = await bed.store.calls.legsOf(call.callId);
    expect(legs.filter(({ role }) => role === 'supervisor').map(({ party }) => party)).toContain(supervisor);
    caller.hangUp();
  });

  it('takes over: the talk goes on without the operator', async () => {
    const { call, operator } = await talk();
    const supervisor = idle(operator);
    await listening(bed, call, supervisor);
    await command(call, 'take-over', supervisor);
    await bed.pass(2000);
    expect(live()?.state).toBe('bridged');
    expect(live()?.legs.map(({ party }) => party)).toContain(supervisor);
    expect(live()?.legs.map(({ party }) => party)).not.toContain(operator);
    expect(await told(call)).toContainEqual(['call.taken-over', 'key wall']);
  });

  it('sits in a conference, mutes its members, and goes on when the operator leaves', async () => {
    const { call, operator } = await talk();
    const supervisor = idle(operator);
    await listening(bed, call, supervisor);
    const mute = { callId: call.callId, by: 'key wall', action: 'mute', operator: supervisor } as const;
    expect(await bed.app.superviseCall({ ...mute, member: 'client' })).toEqual({
      kind: 'refused',
      why: 'no-conference',
    });
    await command(call, 'three-way', supervisor);
    await bed.pass(100);
    expect(await bed.app.superviseCall({ ...mute, member: 'client' })).toEqual({ kind: 'accepted' });
    await bed.pass(100);
    const changes = (await bed.store.events.ofCall(call.callId)).filter(
      ({ name }) => name === 'supervision.changed',
    );
    expect(changes.map(({ payload }) => [payload['mode'], payload['member'], payload['change']])).toEqual([
      ['three-way', undefined, undefined],
      ['three-way', 'client', 'mute'],
    ]);
    hangUp(operator);
    await bed.pass(2000);
    expect(live()?.state).toBe('bridged');
    expect(live()?.legs.map(({ party }) => party)).toContain(supervisor);
    expect(await told(call)).toContainEqual(['call.taken-over', supervisor]);
  });

  it('is rung to nobody without a talk, and never for an operator who does not exist', async () => {
    const { call, operator, caller } = await talk();
    await expect(command(call, 'listen', 'ana')).rejects.toMatchObject({
      code: 'field-invalid',
      message: /did you mean anna/,
    });
    expect(await command(call, 'listen', 'chief')).toEqual({ kind: 'refused', why: 'no-device' });
    caller.hangUp();
    await bed.pass(90_000);
    expect(await command(call, 'listen', idle(operator))).toEqual({ kind: 'refused', why: 'closed' });
  });
});

describe('a star code', () => {
  const dial = (dnis: string, authenticatedAs?: string) =>
    new SimCaller(bed.telephone, {
      remoteAddress: PHONE,
      dnis,
      ...(authenticatedAs === undefined ? {} : { authenticatedAs }),
    });

  it('brings its caller into the talk as a supervisor', async () => {
    const { call, operator } = await talk();
    const chief = dial(`*72${operator}`, 'chief');
    await until('the chief is in', () => live()?.supervisors[0]?.state === 'listening');
    expect(chief.answered).toBe(true);
    expect(live()?.supervisors).toMatchObject([{ operator: 'chief', mode: 'whisper', by: 'chief' }]);
    chief.hangUp();
    await bed.pass(1000);
    expect(live()).toMatchObject({ state: 'bridged', supervisors: [] });
    expect((await told(call)).map(([name]) => name)).toEqual(['supervision.started', 'supervision.ended']);
  });

  it('takes over at once', async () => {
    const { operator } = await talk();
    dial(`*74${operator}`, 'chief');
    await until(
      'the operator has left',
      () => live()?.legs.some(({ party }) => party === operator) === false,
    );
    expect(live()?.state).toBe('bridged');
  });

  it('brings a colleague into one’s own talk', async () => {
    const { operator } = await talk();
    const colleague = idle(operator);
    const code = dial(`*76${colleague}`, operator);
    await until('the colleague is rung', () => live()?.supervisors.length === 1);
    expect(code.answered).toBe(true);
    expect(live()?.supervisors).toMatchObject([{ operator: colleague, mode: 'three-way', by: operator }]);
    const stranger = dial(`*76${operator}`, colleague);
    await bed.pass(100);
    expect(stranger.rejectedWith).toBe(480);
  });

  it('is refused to strangers, to those who supervise nobody, and without a talk', async () => {
    const early = dial('*71anna', 'chief');
    await bed.pass(100);
    expect(early.rejectedWith).toBe(480);
    const { operator } = await talk();
    const callers = [
      dial(`*71${operator}`),
      dial(`*71${operator}`, idle(operator)),
      dial('*71nobody', 'chief'),
    ];
    await bed.pass(100);
    expect(callers.map(({ rejectedWith }) => rejectedWith)).toEqual([403, 403, 404]);
  });
});
