/**
 * The whole program with several servers: what becomes of calls and leads when a FreeSWITCH or a drachtio-server is killed or
 * drained, and of talks when a connection is lost. What was heard and when is read from the phones' own logs. With
 * SWITCH=external on real servers (see test-switch.ts), with FREESWITCH_BIN and DRACHTIO_BIN those that die are genuine too.
 */
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/domain/calls/events.js';
import type { Phone } from '../../src/phone/api.js';
import { openPhone } from '../../src/phone/open-phone.js';
import { startCli, finished } from '../support/http/run-cli.js';
import { toneOf } from '../support/media/scratch.js';
import {
  startProgram,
  type FinishedCall,
  type Program,
  type ProgramOptions,
} from '../support/sipp/program.js';
import { startServerProcess } from '../support/switch/engine-process.js';
import { openRelay } from '../support/switch/relay.js';
import {
  FLEET_TEST_MS,
  kind,
  missingServers,
  startSecondServers,
  startServers,
} from '../support/switch/test-switch.js';

const HOST = '127.0.0.1';
const ELSEWHERE_WITHIN_MS = 2000;
const isMissing = missingServers() !== undefined;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Of each one operator. */
const GROUPS = { one: 'anna', two: 'ben', slow: 'cora' } as const;

interface Office {
  readonly program: Program;
  readonly client: Phone;
  readonly phones: Readonly<Record<'anna' | 'ben' | 'cora', Phone>>;
}

/** Two operators who accept at once, one who never does, and a carrier whose phone answers. */
async function openOffice(servers: ProgramOptions['servers'], sip: string): Promise<Office> {
  const client = await openPhone({
    user: 'client',
    script: { onCall: { kind: 'answer', ringing: { kind: 'plain' } }, play: toneOf(1330, 60_000) },
  });
  closing.push(() => client.close());
  const gateway = { host: HOST, port: Number(/:(\d+)$/.exec(client.uri)?.[1]) };
  const program = await startProgram({
    ...(servers && { servers }),
    telephony: {
      trunks: { carrier: { gateways: [gateway], channels: 4 } },
      operators: Object.fromEntries(Object.values(GROUPS).map((name) => [name, {}])),
      groups: Object.fromEntries(
        Object.entries(GROUPS).map(([group, name]) => [group, { operators: [name], country: 'DE' }]),
      ),
      callbacks: Object.fromEntries(Object.keys(GROUPS).map((group) => [group, { group, trunk: 'carrier' }])),
    },
  });
  closing.push(() => program.close());
  const operator = async (user: string, keys = 8) => {
    const phone = await openPhone({
      user,
      credentials: { username: user, password: await program.passwordOf(user) },
      account: { registrar: `sip:${sip}` },
      script: {
        onCall: { kind: 'answer', ringing: { kind: 'plain' } },
        // Again and again: a whisper whose voice is still being made does not listen yet.
        press: Array.from({ length: keys }, () => ({
          digits: '1',
          when: { kind: 'after' as const, ms: 800 },
        })),
        play: toneOf(500, 60_000),
      },
    });
    closing.push(() => phone.close());
    expect(await phone.registered).toBe(200);
    return phone;
  };
  const phones = {
    anna: await operator('anna'),
    ben: await operator('ben'),
    cora: await operator('cora', 0),
  };
  return { program, client, phones };
}

let leads = 0;
function takeLead({ program }: Office, policy: keyof typeof GROUPS) {
  leads += 1;
  return program.dialtrace.app.takeLead({
    source: 'api',
    kind: 'form',
    rawPhone: `+49301234${String(leads).padStart(2, '0')}`,
    answers: [],
    touch: {},
    policy,
  });
}

const placesOf = async ({ program: { dialtrace } }: Office, callId: string) => {
  const legs = await dialtrace.services.store.calls.legsOf(callId as never);
  return new Set(legs.map(({ identity }) => identity.mediaNode));
};

type FinishedCalls<Ids> = { readonly [K in keyof Ids]: FinishedCall };

/** Others that end meanwhile are passed over: leads go on. */
async function finishedOf<Ids extends readonly (string | undefined)[]>(program: Program, ...callIds: Ids) {
  const finished = new Map<string, FinishedCall>();
  const found = () => callIds.flatMap((id) => finished.get(id ?? '') ?? []);
  while (found().length < callIds.length) {
    const one = await program.nextFinished();
    finished.set(one.call.id, one);
  }
  return found() as unknown as FinishedCalls<Ids>;
}

/** A talk goes on, and its recording has begun. */
async function untilHeard(phone: Phone): Promise<void> {
  const received = () => phone.calls[0]?.port.stats.packetsReceived ?? 0;
  const before = received();
  await expect.poll(received, { timeout: 5000 }).toBeGreaterThan(before + 25);
}

const invitedAt = (phone: Phone): number => phone.log.events('invited').at(-1)?.at ?? 0;

describe.skipIf(isMissing)(`several media servers (${kind})`, { timeout: 1.5 * FLEET_TEST_MS }, () => {
  it('a killed one ends its calls as lost, their leads go on, and the next call is elsewhere', async () => {
    const [near, dying] = [await startServers(), await startServerProcess('freeswitch')];
    closing.push(
      () => near.close(),
      () => dying.close(),
    );
    const servers = { signalling: near.signalling, media: { dying, other: near.media } };
    const office = await openOffice(servers, near.sip);
    const { program, phones } = office;
    const { app, services } = program.dialtrace;
    const onDying = new Set([`${HOST}:${dying.port}`]);

    await app.drainServer({ server: 'other', wish: 'drain', by: 'test' });
    const answered = program.nextEvent('leg.answered');
    await takeLead(office, 'slow');
    const { callId: whispering } = await answered;
    const bridged = program.nextEvent('call.bridged');
    await takeLead(office, 'one');
    const { callId: talking } = await bridged;
    await app.drainServer({ server: 'other', wish: 'undrain', by: 'test' });
    for (const id of [whispering, talking]) expect(await placesOf(office, id ?? '')).toEqual(onDying);
    await untilHeard(phones.anna);

    const lost = new Promise<TimelineEvent>((found) =>
      services.events.subscribe(
        (event) => event.name === 'attempt.ended' && event.callId === whispering && found(event),
      ),
    );
    const killedAt = Date.now();
    dying.signal('SIGKILL');
    const bridgedElsewhere = program.nextEvent('call.bridged');
    await takeLead(office, 'two');
    const { callId: second } = await bridgedElsewhere;
    expect(invitedAt(phones.ben) - killedAt).toBeLessThan(ELSEWHERE_WITHIN_MS);
    expect(await placesOf(office, second ?? '')).toEqual(new Set([`${HOST}:${near.media.port}`]));

    expect((await lost).payload).toMatchObject({ disposition: 'no-operator', client_rung: 'no' });
    expect((await lost).payload['next_attempt_at']).not.toBeNull();
    expect((await services.store.calls.legsOf(whispering!)).map(({ disposition }) => disposition)).toEqual([
      'lost',
    ]);
    const [talk] = await finishedOf(program, talking);
    expect(talk.call).toMatchObject({ id: talking, disposition: 'answered' });
    expect(talk.call.tags).toContain('cut');
    expect(talk.events.find(({ name }) => name === 'call.cut')?.payload).toMatchObject({ reason: 'lost' });
    const [cut] = await services.store.attempts.ofLead(talk.call.leadId!);
    expect(cut?.nextAttemptAt).toBeLessThan(killedAt + 12_000 + ELSEWHERE_WITHIN_MS);
    const legs = await services.store.calls.legsOf(talk.call.id);
    expect(legs.map(({ disposition }) => disposition)).toEqual(['lost', 'lost']);
    expect(talk.recordings).toMatchObject([{ state: 'failed' }]);
    for (const phone of [phones.anna, phones.cora])
      expect(phone.log.events('ended').at(-1)?.at ?? Infinity).toBeLessThan(killedAt + ELSEWHERE_WITHIN_MS);
    for (const live of phones.ben.calls) await live.hangUp();
    expect((await finishedOf(program, second))[0].call).toMatchObject({ disposition: 'answered' });
  });

  it('drained by command: the talk there goes on, the next call is elsewhere', async () => {
    const [near, far] = [await startServers(), await startSecondServers()];
    closing.push(
      () => near.close(),
      () => far.close(),
    );
    const servers = { signalling: near.signalling, media: { 'fs-a': near.media, 'fs-b': far.media } };
    const office = await openOffice(servers, near.sip);
    const { program, phones } = office;
    const { app } = program.dialtrace;
    await app.drainServer({ server: 'fs-b', wish: 'drain', by: 'test' });
    const first = program.nextEvent('call.bridged');
    await takeLead(office, 'one');
    const { callId: talking } = await first;
    await app.drainServer({ server: 'fs-b', wish: 'undrain', by: 'test' });

    const run = (...args: string[]) =>
      finished(startCli(['switch', ...args, '--url', program.dialtrace.url, '--json'], { cwd: tmpdir() }));
    expect((await run('drain', 'fs-a')).json).toMatchObject({
      ok: true,
      server: { name: 'fs-a', standing: 'draining', legs: 2 },
    });
    const next = program.nextEvent('call.bridged');
    await takeLead(office, 'two');
    const { callId: elsewhere } = await next;
    expect(await placesOf(office, elsewhere ?? '')).toEqual(new Set([`${HOST}:${far.media.port}`]));
    expect(await placesOf(office, talking ?? '')).toEqual(new Set([`${HOST}:${near.media.port}`]));
    expect(phones.anna.calls).toHaveLength(1);
    for (const phone of [phones.anna, phones.ben]) await untilHeard(phone);
    for (const phone of [phones.anna, phones.ben]) for (const call of phone.calls) await call.hangUp();
    for (let count = 0; count < 2; count += 1)
      expect((await program.nextFinished()).recordings).toMatchObject([{ state: 'ready' }]);
    const listed = await run('list');
    expect(listed.json).toMatchObject({
      ok: true,
      servers: [{}, { name: 'fs-a', legs: 0 }, { name: 'fs-b' }],
    });
    expect((await run('undrain', 'fs-a')).json).toMatchObject({ server: { standing: 'taking' } });
    expect(await run('drain', 'fs-z')).toMatchObject({ exitCode: 3, json: { ok: false, code: 'not-found' } });
  });
});

describe.skipIf(isMissing)(`a killed drachtio-server (${kind})`, { timeout: 1.5 * FLEET_TEST_MS }, () => {
  it('ends its calls when it is back without them, and new ones are elsewhere at once', async () => {
    const [near, dying] = [await startServers(), await startServerProcess('drachtio')];
    closing.push(
      () => near.close(),
      () => dying.close(),
    );
    const relay = await openRelay(HOST, dying.port);
    closing.push(() => relay.close());
    const signalling = { dying: { ...dying, port: relay.port }, other: near.signalling };
    const office = await openOffice({ signalling, media: near.media }, near.sip);
    const { program, phones } = office;
    const { app, services } = program.dialtrace;

    await app.drainServer({ server: 'other', wish: 'drain', by: 'test' });
    const answered = program.nextEvent('leg.answered');
    await takeLead(office, 'slow');
    const { callId: whispering } = await answered;
    const bridged = program.nextEvent('call.bridged');
    await takeLead(office, 'one');
    const { callId: talking } = await bridged;
    await app.drainServer({ server: 'other', wish: 'undrain', by: 'test' });
    await untilHeard(phones.anna);

    const killedAt = Date.now();
    dying.signal('SIGKILL');
    const elsewhere = program.nextEvent('call.bridged');
    await takeLead(office, 'two');
    const { callId: second } = await elsewhere;
    expect(invitedAt(phones.ben) - killedAt).toBeLessThan(ELSEWHERE_WITHIN_MS);
    await untilHeard(phones.anna); // Nobody is left to end the talk: it goes on.

    const anew = await startServerProcess('drachtio');
    closing.push(() => anew.close());
    relay.aim(anew.port);
    const [whisper, talk] = await finishedOf(program, whispering, talking);
    expect(whisper.call).toMatchObject({ id: whispering, disposition: 'lost' });
    expect(talk.call).toMatchObject({ id: talking, disposition: 'answered' });
    expect(talk.call.tags).toContain('cut');
    const dispositions = (await services.store.calls.legsOf(talk.call.id)).map((leg) => leg.disposition);
    expect(dispositions).toEqual(['lost', 'lost']);
    await phones.ben.calls[0]!.hangUp();
    expect((await finishedOf(program, second))[0].call).toMatchObject({ disposition: 'answered' });
    await program.untilNothingIsLeft();
  });
});

/** Its way to drachtio can be cut. */
async function openRelayedOffice() {
  const near = await startServers();
  closing.push(() => near.close());
  const relay = await openRelay(HOST, near.signalling.port);
  closing.push(() => relay.close());
  const signalling = { ...near.signalling, port: relay.port };
  return { relay, office: await openOffice({ signalling, media: near.media }, near.sip) };
}

describe.skipIf(isMissing)(
  `a lost connection to drachtio (${kind})`,
  { timeout: 1.5 * FLEET_TEST_MS },
  () => {
    it('lets a talk go on, adopted, with its recording whole', async () => {
      const { office, relay } = await openRelayedOffice();
      const { program, phones, client } = office;
      const bridged = program.nextEvent('call.bridged');
      await takeLead(office, 'one');
      const { callId } = await bridged;
      await untilHeard(client);
      const adopted = program.nextEvent('call.adopted');
      relay.cut('once');
      expect((await adopted).callId).toBe(callId);
      await untilHeard(client);
      await phones.anna.calls[0]!.hangUp();
      const { call, recordings } = await program.nextFinished();
      expect(call).toMatchObject({ id: callId, disposition: 'answered' });
      expect(recordings).toMatchObject([{ state: 'ready', channels: 2 }]);
      await expect.poll(() => client.calls, { timeout: 5000 }).toEqual([]);
      await program.untilNothingIsLeft();
    });

    it('lets three talk on, then two, and ends with the client', async () => {
      const { office, relay } = await openRelayedOffice();
      const { program, phones, client } = office;
      const { app, services } = program.dialtrace;
      const bridged = program.nextEvent('call.bridged');
      await takeLead(office, 'one');
      const { callId } = await bridged;
      await untilHeard(phones.anna);
      const joined = program.nextEvent('supervision.started');
      const wish = { callId: callId!, by: 'test', operator: 'ben' } as const;
      expect(await app.superviseCall({ ...wish, action: 'three-way' })).toEqual({ kind: 'accepted' });
      await joined;
      await untilHeard(phones.ben);
      const adopted = program.nextEvent('call.adopted');
      relay.cut('once');
      expect((await adopted).callId).toBe(callId);
      for (const phone of [client, phones.anna, phones.ben]) await untilHeard(phone);
      const left = program.nextEvent('leg.ended');
      await phones.anna.calls[0]!.hangUp();
      expect((await left).payload).toMatchObject({ role: 'operator', party: 'anna' });
      for (const phone of [client, phones.ben]) await untilHeard(phone);
      await client.calls[0]!.hangUp();
      const { call } = await program.nextFinished();
      expect(call).toMatchObject({ id: callId, disposition: 'answered' });
      expect(call.tags).not.toContain('cut');
      const legs = await services.store.calls.legsOf(call.id);
      expect(legs.every(({ state }) => state === 'ended')).toBe(true);
      await expect.poll(() => phones.ben.calls, { timeout: 5000 }).toEqual([]);
      await program.untilNothingIsLeft();
    });
  },
);
