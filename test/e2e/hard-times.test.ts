/**
 * Inbound calls on real sockets when something is broken: the store is locked by another process, the plan does not
 * exist, no phone of the group can be rung.
 */
import SqliteDatabase from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../src/domain/calls/call.js';
import type { CallId, E164 } from '../../src/domain/values/ids.js';
import { openPhone } from '../../src/phone/open-phone.js';
import type { OutgoingOptions, Phone, PhoneCall } from '../../src/phone/api.js';
import { visit } from '../support/sim/tracked.js';
import { startProgram, type Program } from '../support/sipp/program.js';
import { did, poolNumber } from '../support/store/numbers.js';

const opened: { program?: Program; phones: Phone[] } = { phones: [] };

afterEach(async ({ task }) => {
  for (const phone of opened.phones.splice(0)) await phone.close();
  if (task.result?.state !== 'fail') await opened.program?.untilNothingIsLeft();
  await opened.program?.close();
  delete opened.program;
});

const portOf = (phone: Phone): number => Number(/:(\d+)/.exec(phone.uri)?.[1]);

async function phone(user: string): Promise<Phone> {
  const one = await openPhone({ user, script: { onCall: { kind: 'answer' } } });
  opened.phones.push(one);
  return one;
}

interface Company {
  readonly carrier: Phone;
  readonly device: object;
  readonly project?: object;
}

async function open({ carrier, device, project = { dialplan: 'inbound' } }: Company): Promise<Program> {
  const site = { sites: ['https://shop.example'], siteNumbers: ['+74950000000'], country: 'RU' };
  opened.program = await startProgram({
    telephony: {
      trunks: { carrier: { gateways: [{ host: '127.0.0.1', port: portOf(carrier) }] } },
      operators: { anna: { devices: [device] } },
      groups: { sales: { operators: ['anna'], country: 'RU' } },
      callbacks: { default: { group: 'sales' } },
      projects: { shop: { ...site, rules: [{ name: 'all', show: 'static' }], ...project } },
      pools: { ads: { project: 'shop' } },
    },
  });
  return opened.program;
}

async function callTo(
  program: Program,
  caller: Phone,
  number: string,
  options: OutgoingOptions = {},
): Promise<PhoneCall> {
  return caller.call(`sip:${number}@${program.sip}`, options);
}

const tracked = { ...poolNumber(1), state: 'static', labels: { source: 'radio' } } as const;

describe('an inbound call', { timeout: 60_000 }, () => {
  it('is served while another process holds the store, and recorded when it lets go', async () => {
    const carrier = await phone('+79161234567');
    const anna = await phone('anna');
    const program = await open({ carrier, device: { uri: `sip:anna@127.0.0.1:${portOf(anna)}` } });
    const { services, app } = program.dialtrace;
    await services.store.numbers.put(tracked);
    // Any look into the list makes it known.
    await app.showNumber(visit('ann', services.clock.now(), { source: { source: 'radio' } }));

    const thief = new SqliteDatabase(program.storePath);
    thief.exec('begin immediate');
    const bridged = program.nextEvent('call.bridged');
    const ended = program.nextEvent('call.ended');
    const talk = await callTo(program, carrier, did(1));
    await bridged;
    await expect.poll(() => app.liveCalls()).toMatchObject([{ state: 'bridged', operator: 'anna' }]);
    await talk.hangUp();
    const callId = (await ended).callId as CallId;
    expect(thief.prepare('select count(*) as calls from calls').get()).toEqual({ calls: 0 });
    thief.exec('rollback');
    thief.close();

    await expect
      .poll(() => services.store.calls.byId(callId), { timeout: 15_000 })
      .toMatchObject({
        disposition: 'answered',
        state: 'closed',
        did: did(1),
        operator: 'anna',
        attribution: { outcome: 'static', source: 'radio' },
      });
    expect(await services.store.calls.legsOf(callId)).toHaveLength(2);
    const told = (await services.store.events.ofCall(callId)).map(({ name }) => name);
    expect([told[0], told.at(-1)]).toEqual(['call.started', expect.stringMatching(/ended|ready|failed/)]);
    expect(told).toContain('operator.accepted');
    expect(await services.store.recordings.ofCall(callId)).toHaveLength(1);
  });

  it('goes to the fail-safe number: without a plan to the number’s, without a phone to ring to the project’s', async () => {
    const carrier = await phone('+79161234567');
    const project = { failSafe: '+74957654321' };
    const program = await open({ carrier, device: { phone: 'anna' }, project });
    const { numbers } = program.dialtrace.services.store;
    await numbers.put({ ...tracked, failSafe: '+74951112233' as E164 });
    await numbers.put({ ...poolNumber(2), dialplan: 'inbound' });
    await goesTo('74951112233', program, carrier, { did: did(1), dialplan: 'fail-safe' });
    await goesTo('74957654321', program, carrier, { did: did(2), dialplan: 'inbound' });
    for (const from of ['<sip:anonymous@anonymous.invalid>', '<sip:+@127.0.0.1>', '<sip:My-Bank@127.0.0.1>'])
      await servesCaller(program, carrier, from);
  });
});

/** Without a number that is one: served all the same, and nobody to call back. */
async function servesCaller(program: Program, carrier: Phone, from: string): Promise<void> {
  const bridged = program.nextEvent('call.bridged');
  const talk = await callTo(program, carrier, did(2), { from });
  await bridged;
  await talk.hangUp();
  const { call } = await program.nextFinished();
  expect(call).toMatchObject({ did: did(2), disposition: 'answered' });
  expect(call.clientNumber, from).toBeUndefined();
}

/** The carrier's phone is both: it calls, and is called at the fail-safe number. */
async function goesTo(
  digits: string,
  program: Program,
  carrier: Phone,
  record: Pick<CallRecord, 'did' | 'dialplan'>,
): Promise<void> {
  const bridged = program.nextEvent('call.bridged');
  const talk = await callTo(program, carrier, record.did ?? '');
  await bridged;
  const forwarded = carrier.calls.findLast(({ direction }) => direction === 'in');
  expect(forwarded?.request?.uri).toContain(digits);
  await talk.hangUp();
  const { call } = await program.nextFinished();
  expect(call).toMatchObject({ ...record, disposition: 'answered' });
  expect(call.tags).toContain('fail-safe');
}
