/**
 * What the simulation says of the shipped plans is what happens: the scripts of their tests, played by phones over SIP and
 * RTP on the whole program, start the same activities in the same order. On the embedded switch, or on real servers
 * (SWITCH=external).
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Dialplan } from '../../src/domain/dialplan/schema.js';
import { kindOfNumber } from '../../src/domain/numbers/tracked-number.js';
import type { E164 } from '../../src/domain/values/ids.js';
import { openPhone } from '../../src/phone/open-phone.js';
import type { Phone } from '../../src/phone/api.js';
import { planFrom, shippedPlan } from '../support/dialplan/plans.js';
import { playPlan, type Played, type Stage } from '../support/dialplan/phones-play.js';
import { startProgram, type Program } from '../support/sipp/program.js';
import { startVoiceServer, type VoiceServer } from '../support/speech/voice-server.js';
import { tone } from '../support/speech/sounds.js';
import { missingServers, until } from '../support/switch/test-switch.js';

const CALLER = '+4930123456';
const OUTSIDE = '+4930900000';
const CLIENT = '+4930555555';
/** Three days from now: a lead is put off until then. */
const LATER = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
const always = {
  week: Object.fromEntries(
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, '00:00-24:00']),
  ),
};

const hours = (plan: Dialplan, from: string, to: string): Dialplan =>
  JSON.parse(JSON.stringify(plan).replaceAll(`"${from}"`, `"${to}"`)) as Dialplan;

/** Verbs that no quick case of the cookbook shows. */
const OWN: readonly Dialplan[] = [
  planFrom({
    name: 'parked',
    start: 'pick-up',
    steps: {
      'pick-up': { do: 'answer', next: 'parking' },
      parking: { do: 'park', slots: '701-702', on: { 'picked-up': 'talk', timeout: 'finish' } },
      talk: { do: 'bridge', a: 'caller', b: 'operator' },
      finish: { do: 'hangup' },
    },
  }),
  planFrom({
    name: 'held',
    start: 'find',
    steps: {
      find: { do: 'ring-group', ask: 'nobody', on: { accepted: 'pick-up', nobody: 'finish' } },
      'pick-up': { do: 'answer', next: 'talk' },
      talk: { do: 'bridge', a: 'caller', b: 'operator', keys: { '*8': { step: 'wait-a-moment' } } },
      'wait-a-moment': { do: 'hold', leg: 'caller', next: 'look-up' },
      'look-up': { do: 'wait', seconds: 0.3, next: 'talk' },
      finish: { do: 'hangup' },
    },
  }),
  planFrom({
    name: 'known-by-heart',
    start: 'pick-up',
    steps: {
      'pick-up': { do: 'answer', next: 'choose' },
      choose: {
        do: 'menu',
        what: [{ text: 'Words that take their time.' }],
        keys: { 2: 'finish' },
        on: { 'no-choice': 'ask-again' },
        tries: 1,
        timeoutSeconds: 1,
      },
      'ask-again': { do: 'wait', seconds: 20, next: 'finish' },
      finish: { do: 'hangup' },
    },
  }),
];

const PLANS: Readonly<Record<string, Dialplan>> = Object.fromEntries(
  [
    ...[
      'office-hours',
      'ivr-departments',
      'queue-callback',
      'emergency-stop',
      'vip',
      'partner-split',
      'whisper-by-source',
    ],
    ...['seasonal', 'after-hours-callback', 'voicemail-mail', 'overflow', 'lead-client-first'],
  ]
    .map((name) => shippedPlan(`cookbook/${name}`))
    .concat(OWN)
    .concat([hours({ ...shippedPlan('cookbook/after-hours-callback'), name: 'at-night' }, 'office', 'never')])
    .map((plan) => [plan.name, plan]),
);
const DIDS: Readonly<Record<string, E164>> = Object.fromEntries(
  Object.keys(PLANS).map((name, index) => [name, `+49309100${String(100 + index)}` as E164]),
);

/** plan, what happens, script; `from` decides a split by percent. */
const CASES: readonly (readonly [plan: string, what: string, script: string, from?: string])[] = [
  [
    'office-hours',
    'nobody is there, a message is left',
    '1 operator:anna ends 486 | 2 operator:boris ends 486 | 3 caller answers | 4 caller has-heard | 5 caller presses # | 6 caller has-heard',
  ],
  [
    'ivr-departments',
    'a wrong key, then support',
    '1 caller answers | 2 caller presses 7 | 3 caller presses 2 | 4 operator:carla answers | 5 operator:carla hangs-up',
  ],
  [
    'queue-callback',
    'anna is free',
    '1 caller answers | 2 caller has-heard | 3 queue is-at 1 | 4 queue offers anna | 5 operator:anna answers | 6 operator:anna presses 1 | 7 caller hangs-up',
  ],
  [
    'emergency-stop',
    'the duty phone is called',
    '1 caller answers | 2 caller presses 1 | 3 target answers | 4 target hangs-up',
  ],
  [
    'vip',
    'a number of the list',
    '1 operator:boris answers | 2 caller answers | 3 caller hangs-up',
    '+4930777777',
  ],
  [
    'partner-split',
    'the partner is busy, we take it',
    '1 caller answers | 2 target ends 486 | 3 operator:anna answers | 4 operator:anna hangs-up',
    '+4930123456',
  ],
  [
    'whisper-by-source',
    'the whisper is heard before the caller is answered',
    '1 operator:anna answers | 2 operator:anna has-heard | 3 caller answers | 4 caller hangs-up',
  ],
  [
    'seasonal',
    'an ordinary day, nobody is there',
    '1 operator:anna ends 486 | 2 operator:boris ends 486 | 3 caller answers | 4 caller has-heard',
  ],
  [
    'at-night',
    'a callback is asked for',
    '1 caller answers | 2 caller presses 1 | 3 callback becomes queued | 4 caller has-heard',
  ],
  [
    'voicemail-mail',
    'a message, and the mailer is told',
    '1 caller answers | 2 caller presses 1 | 3 caller has-heard | 4 caller presses # | 5 webhook responds 200 | 6 caller has-heard',
  ],
  [
    'overflow',
    'the second team takes it',
    '1 operator:anna ends 486 | 2 operator:boris ends 486 | 3 operator:carla answers | 4 caller answers | 5 operator:carla hangs-up',
  ],
  [
    'parked',
    'boris picks the caller up',
    '1 caller answers | 2 park gets 701 | 3 park wanted-by boris | 4 operator:boris answers | 5 caller hangs-up',
  ],
  [
    'held',
    'the caller waits with music and comes back',
    '1 operator:anna answers | 2 caller answers | 3 operator:anna presses *8 | 4 wait elapses | 5 caller hangs-up',
  ],
];

let program: Program;
let voice: VoiceServer;
/** Voices that wait for a test to let them go on. */
const held: (() => void)[] = [];
const phones: Record<string, Phone> = {};

const portOf = ({ uri }: Phone): number => Number(/:(\d+)$/.exec(uri)?.[1]);

beforeAll(async () => {
  const sound = Buffer.from(tone({ seconds: 0.2, sampleRate: 8000 }).samples.buffer);
  voice = await startVoiceServer((response, { body }) => {
    const answer = () => response.writeHead(200, { 'content-type': 'audio/pcm' }).end(sound);
    if (body.includes('take their time')) held.push(answer);
    else answer();
  });
  for (const user of ['anna', 'boris', 'carla', OUTSIDE, CALLER]) phones[user] = await openPhone({ user });
  const operator = (user: string) => ({
    devices: [{ uri: `sip:${user}@127.0.0.1:${portOf(phones[user] as Phone)}` }],
  });
  const group = (...operators: string[]) => ({
    operators,
    country: 'DE',
    locale: 'en',
    strategy: 'sequential',
    // A lead that a plan makes is not called back while the next test runs.
    hours: 'later',
  });
  program = await startProgram({
    plans: PLANS,
    speech: { providers: [{ kind: 'http', url: `${voice.url}/speech`, format: 'pcm16', sampleRate: 8000 }] },
    telephony: {
      trunks: {
        carrier: {
          gateways: [{ host: '127.0.0.1', port: portOf(phones[OUTSIDE] as Phone) }],
          callerId: OUTSIDE,
        },
      },
      operators: { anna: operator('anna'), boris: operator('boris'), carla: operator('carla') },
      groups: {
        sales: group('anna', 'boris'),
        desk: { ...group('anna'), hours: 'office' },
        support: group('carla'),
        young: group('carla'),
        'key-accounts': group('boris'),
      },
      hours: {
        office: always,
        emergency: always,
        christmas: { week: {} },
        never: { week: {} },
        later: { week: {}, exceptions: { [LATER]: '10:00-11:00' } },
      },
      callbacks: {
        leads: { dialplan: 'lead-client-first', group: 'desk', trunk: 'carrier' },
        default: {
          dialplan: 'lead-client-first',
          group: 'sales',
          trunk: 'carrier',
          liveKeys: { '*5': 'target' },
        },
      },
      webhooks: { mailer: { url: `${voice.url}/mail`, secret: 'env:TEST_SIGNALLING', events: [] } },
      projects: { shop: { sites: ['https://shop.example'], siteNumbers: [OUTSIDE], country: 'DE' } },
    },
  });
  for (const [dialplan, number] of Object.entries(DIDS))
    await program.dialtrace.services.store.numbers.put({
      number,
      dialplan,
      state: 'static',
      project: 'shop',
      labels: {},
      ...kindOfNumber(number),
    });
}, 60_000);
afterAll(async () => {
  await Promise.all(Object.values(phones).map((phone) => phone.close()));
  await program.close();
  await voice.close();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await Promise.all(Object.values(phones).flatMap(({ calls }) => calls.map((call) => call.hangUp())));
  await program.untilNothingIsLeft();
});

function stageOf(plan: string, from: string): Stage {
  return {
    program,
    phoneOf: (leg) => phones[leg.replace(/^operator:/, '').replace(/^(target|client)$/, OUTSIDE)] as Phone,
    begin: () =>
      (phones[CALLER] as Phone).call(`sip:${DIDS[plan] ?? ''}@${program.sip}`, {
        from: `<sip:${from}@127.0.0.1>`,
      }),
  };
}

function play(plan: string, script: string, from: string): Promise<Played> {
  return playPlan(stageOf(plan, from), { plan, plans: PLANS, script: script.split(' | ') });
}

describe.skipIf(missingServers() !== undefined)('the script of a test', { timeout: 15_000 }, () => {
  const cases = CASES.map(([plan, what, script, from = CALLER]) => [plan, what, script, from] as const);

  it.each(cases)('%s: %s', async (plan, _what, script, from) => {
    const { live, simulated, run, call } = await play(plan, script, from);
    expect(live).toEqual(simulated);
    expect(run.decision).toMatchObject({ kind: 'end', disposition: call.disposition });
  });

  it('has the keys of the default policy when a call comes in', async () => {
    const script =
      '1 operator:anna answers | 2 caller answers | 3 operator:anna presses *5 | 4 caller hangs-up';
    const { live, simulated, call } = await play('office-hours', script, CALLER);
    expect(live).toEqual(simulated);
    expect(call).toMatchObject({ disposition: 'answered', outcome: { mark: 'target', by: 'anna' } });
  });

  it('is heard when the key of a menu comes before its words', async () => {
    const finished = program.nextFinished();
    const call = await stageOf('known-by-heart', CALLER).begin();
    await call?.answered;
    await until('the voice is asked', () => held.length > 0);
    const pressed = program.nextEvent('key.pressed');
    await call?.press('2');
    await pressed;
    for (const answer of held.splice(0)) answer();
    expect((await finished).call).toMatchObject({ disposition: 'answered' });
    expect(await call?.ended).toMatchObject({ by: 'them' });
  });

  it('of lead-client-first is played by a lead', async () => {
    const begin = async (): Promise<undefined> => {
      const lead = {
        source: 'api',
        kind: 'form',
        rawPhone: CLIENT,
        answers: [],
        touch: {},
        policy: 'leads',
      } as const;
      await program.dialtrace.app.takeLead(lead);
    };
    const script =
      '1 client answers | 2 client presses 1 | 3 operator:anna answers | 4 operator:anna presses 1 | 5 client hangs-up';
    const { live, simulated, call } = await playPlan(
      { ...stageOf('lead-client-first', CALLER), begin },
      { plan: 'lead-client-first', plans: PLANS, script: script.split(' | ') },
    );
    expect(live).toEqual(simulated);
    expect(call).toMatchObject({ direction: 'callback', disposition: 'answered' });
  });
});
