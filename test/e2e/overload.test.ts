/**
 * More than the whole program carries, on the embedded switch or on real servers (SWITCH=external): what is refused hears so,
 * what was accepted keeps its quality, what can wait waits, and it is over soon.
 */
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallId } from '../../src/domain/values/ids.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';
import { toneOf } from '../support/media/scratch.js';
import { freePort, hasSipp, startSipp, type SippRun } from '../support/sip/sipp.js';
import type { FinishedCall } from '../support/sipp/program.js';
import { openTestPhone } from '../support/switch/test-phone.js';
import { until } from '../support/switch/test-switch.js';

const LEAD = { source: 'api', kind: 'form', rawPhone: CLIENT, answers: [], touch: {} } as const;
const [OPERATOR_TONE, CLIENT_TONE] = [500, 1330];
const OFFERED = 60;
const PER_SECOND = 25;

let office: Office | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') await office?.untilNothingIsLeft();
  await office?.close();
  office = undefined;
});

describe.skipIf(!hasSipp)('60 calls in a second by SIPp to a program that takes 25', () => {
  it('take 25, which are completed; the rest hear 503; a talk goes on undisturbed; it recovers within 5 s', async () => {
    const opened = (office = await openOffice({
      operator: { onCall: { kind: 'answer' }, play: toneOf(OPERATOR_TONE, 60_000) },
      client: { onCall: { kind: 'answer' }, play: toneOf(CLIENT_TONE, 60_000) },
      inbound: {
        speak: { do: 'answer', next: 'hold' },
        hold: { do: 'play', leg: 'caller', what: [{ silenceMs: 30_000 }], next: 'end' },
        end: { do: 'hangup' },
      },
      settings: { calls: { drainSeconds: 1, inboundPlan: 'inbound-test', perSecond: PER_SECOND } },
    }));
    const { dialtrace } = opened;
    const callId = await talk(opened);
    const started = Date.now();
    const { successful, failed } = await flood(opened, OFFERED);
    const ended = Date.now();
    expect(successful).toBeGreaterThanOrEqual(PER_SECOND);
    expect(successful).toBeLessThanOrEqual(PER_SECOND * (1 + Math.floor((ended - started) / 1000)));
    expect(failed).toBe(OFFERED - successful);
    expect(await flood(opened, 5)).toEqual({ successful: 5, failed: 0 });
    expect(Date.now() - ended).toBeLessThan(5000);
    const rejections = await (await fetch(`${dialtrace.url}/v1/rejections?limit=100`)).json();
    expect(JSON.stringify(rejections).match(/"overload"/g)).toHaveLength(failed);
    await opened.operator.calls[0]?.hangUp();
    const { call, recordings } = await finishedCall(opened, callId);
    expect([call.disposition, recordings[0]?.state]).toEqual(['answered', 'ready']);
    const qualities = () => dialtrace.services.store.signalling.qualitiesOf(callId);
    await expect.poll(async () => (await qualities()).length, { timeout: 5000 }).toBe(2);
    // Jitter, and MOS with it, says how busy this machine is with its phones; a packet that is lost was lost by the switch.
    for (const { lost, packets } of await qualities()) expect(lost / packets).toBeLessThan(0.02);
  }, 60_000);
});

/** The operator and the client speak to each other. */
async function talk(inOffice: Office): Promise<CallId> {
  const bridged = inOffice.nextEvent('call.bridged');
  await inOffice.dialtrace.app.startCall({ number: CLIENT, order: 'operator-first' });
  return (await bridged).callId as CallId;
}

/** So many calls by SIPp within a second; each lasts 0.3 s. */
async function flood(onto: Office, calls: number): Promise<SippRun> {
  const options = [onto.sip, '-s', '+4930999', '-m', String(calls), '-r', String(calls), '-d', '300'];
  return (await startSipp('uac', ['-mp', String(await freePort()), ...options])).done;
}

/** Those of the flood end as well, in their own time. */
async function finishedCall(from: Office, id: CallId): Promise<FinishedCall> {
  const finished = await from.nextFinished();
  return finished.call.id === id ? finished : finishedCall(from, id);
}

describe('an event loop that runs late', { timeout: 60_000 }, () => {
  it('takes no call: 503 for SIP, 429 for the API, and a lead waits until it is over', async () => {
    const opened = (office = await openOffice({
      operator: { onCall: { kind: 'reject', status: 603 } },
      inbound: { end: { do: 'hangup' } },
      settings: { calls: { drainSeconds: 1, inboundPlan: 'inbound-test', mostLag: 0.03 } },
    }));
    const { dialtrace, operator } = opened;
    const busy = makeLate();
    await until('it is seen', () => dialtrace.switch.status().overload === 'lag', 10_000);
    const carrier = await openTestPhone();
    const outcome = await carrier.agent.invite({ uri: opened.sipUri('+4930999'), body: '' }).outcome;
    expect(outcome).toMatchObject({ kind: 'failed', response: { status: 503 } });
    if (outcome.kind === 'failed') expect(headerOf(outcome.response, 'Retry-After')).toBe('5');
    await carrier.close();
    const asked = await fetch(`${dialtrace.url}/v1/calls`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ number: CLIENT }),
    });
    expect([asked.status, asked.headers.get('retry-after')]).toEqual([429, '5']);
    const { leadId } = await dialtrace.app.takeLead(LEAD);
    const reason = async () => (await dialtrace.services.store.leads.byId(leadId))?.reason;
    await expect.poll(reason, { timeout: 10_000 }).toBe('overload');
    expect(operator.calls).toEqual([]);
    const rung = new Promise((resolve) => operator.onCall(resolve));
    busy.stop();
    const over = Date.now();
    await rung;
    expect(Date.now() - over).toBeLessThan(5000);
  });
});

/** Keeps the event loop late by a tenth of a second at every turn. */
function makeLate(): { stop(): void } {
  const state = { now: 'busy' };
  const turn = async (): Promise<void> => {
    while (state.now === 'busy') {
      for (const since = performance.now(); performance.now() - since < 100;) continue;
      await setImmediate();
    }
  };
  void turn();
  return { stop: () => (state.now = 'over') };
}
