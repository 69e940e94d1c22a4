/**
 * The people of a chaos world: one operator a lead and one client phone for all numbers, in the judge's process, each
 * writing what it sees to a file of its own. They behave as people do; nothing here knows what Dialtrace stores.
 */
import { join } from 'node:path';
import { Fault } from '../../errors.js';
import { openMedia } from '../../media/open-media.js';
import type { Media, Source } from '../../media/api.js';
import { openPhone } from '../../phone/open-phone.js';
import type { Phone, PhoneCall, PhoneScript } from '../../phone/api.js';
import { systemClock } from '../../sip/system.js';
import { parseSipUri } from '../../wire/sip-uri.js';
import { Sightings } from './sightings.js';

/** Hz; each hears the other's. */
export const TONES = { operator: 500, client: 1330 } as const;
export const CLIENT = 'client';
export const ACCEPT_AFTER_MS = 1200;
const OPERATOR_RINGS_MS = 1000;
const CLIENT_RINGS_MS = 900;
const TALK_MS = 2500;
/** A person who hears nothing any more puts the phone down. */
const PATIENCE_MS = 25_000;

export interface Operator {
  readonly name: string;
  readonly phone: Phone;
}

export interface Cast {
  readonly sightings: Sightings;
  readonly clientPort: number;
  readonly operators: readonly Operator[];
  /** The client's numbers whose talk goes on until told. */
  readonly patient: Map<string, Promise<void>>;
  /** Numbers that are busy once, the next time they are called. */
  readonly busy: Set<string>;
  /** Registers an operator at the switch; it rings at its address until then. */
  close(): Promise<void>;
}

const tone = (frequency: number): Source => ({ kind: 'tone', spec: `v=-13;%(1000,0,${frequency});loops=-1` });

function operatorScript(directory: string, name: string): PhoneScript {
  return {
    onCall: { kind: 'answer', afterMs: OPERATOR_RINGS_MS },
    press: [{ digits: '1', when: { kind: 'after', ms: ACCEPT_AFTER_MS } }],
    play: tone(TONES.operator),
    recordHeard: (call) => heardPath(directory, name, call),
    hangUpAfterMs: PATIENCE_MS,
  };
}

/** INVITE seen, nothing rings: the time between the two is what this operator is for. */
export function silently(script: PhoneScript): PhoneScript {
  return { ...script, onCall: { kind: 'answer', afterMs: OPERATOR_RINGS_MS, ringing: { kind: 'none' } } };
}

function clientScript(directory: string): PhoneScript {
  return {
    onCall: { kind: 'answer', afterMs: CLIENT_RINGS_MS },
    play: tone(TONES.client),
    recordHeard: (call) => heardPath(directory, CLIENT, call),
  };
}

export function heardPath(directory: string, phone: string, call: number): string {
  return join(directory, `heard-${phone}-${call}.wav`);
}

export function sipLogPath(directory: string, phone: string): string {
  return join(directory, `sip-${phone}.jsonl`);
}

export const portOf = ({ uri }: Phone): number => parseSipUri(uri)?.port ?? 0;

export const operatorName = (index: number): string => `operator-${index + 1}`;

async function openOperator(
  { directory, media, sightings }: Stage,
  name: string,
  script: PhoneScript,
): Promise<Operator> {
  const phone = await openPhone({ user: name, script, media, logPath: sipLogPath(directory, name) });
  phone.onCall((call) => {
    sightings.see('operator-invited', name);
    void call.answered.then((how) => how === 'answered' && sightings.see('operator-answered', name));
  });
  return { name, phone };
}

interface Stage {
  readonly directory: string;
  readonly media: Media;
  readonly sightings: Sightings;
}

export interface CastOptions {
  readonly directory: string;
  /** One operator each; `silent` ones send no 180. */
  readonly operators: readonly ('rings' | 'silent')[];
}

export async function openCast({ directory, operators }: CastOptions): Promise<Cast> {
  const media = await openMedia({ address: '127.0.0.1' });
  const sightings = new Sightings();
  const stage = { directory, media, sightings };
  const phones: Operator[] = [];
  for (const [index, manner] of operators.entries()) {
    const name = operatorName(index);
    const script = operatorScript(directory, name);
    phones.push(await openOperator(stage, name, manner === 'silent' ? silently(script) : script));
  }
  const client = await openPhone({
    user: CLIENT,
    script: clientScript(directory),
    media,
    logPath: sipLogPath(directory, CLIENT),
  });
  const patient = new Map<string, Promise<void>>();
  const busy = new Set<string>();
  client.onCall((call) => void meetClient(call, { sightings, patient, busy }));
  return {
    sightings,
    clientPort: portOf(client),
    operators: phones,
    patient,
    busy,
    close: async () => {
      await Promise.all([client, ...phones.map(({ phone }) => phone)].map((phone) => phone.close()));
      await media.close();
    },
  };
}

/** The number that was called; the client's phone has them all. */
function numberOf({ request }: PhoneCall): string {
  const number = parseSipUri(request?.uri ?? '')?.user;
  if (number === undefined) throw new Fault('bug', 'an INVITE without a number');
  return number;
}

async function meetClient(
  call: PhoneCall,
  { sightings, patient, busy }: Pick<Cast, 'sightings' | 'patient' | 'busy'>,
): Promise<void> {
  const number = numberOf(call);
  sightings.see('client-invited', number);
  if (busy.delete(number)) {
    void call.hangUp();
    sightings.see('client-refused', number);
    return;
  }
  if ((await call.answered) === 'not-answered') return;
  sightings.see('client-answered', number);
  const long = patient.get(number);
  const bored = (): void => {
    void call.hangUp();
    sightings.see('client-hung-up', number);
  };
  if (long === undefined) systemClock.after(TALK_MS, bored);
  else void long.then(bored);
}
