/**
 * The people of a chaos world: a group of two or three operators a lead and one client phone for all numbers, in the judge's process, each
 * writing what it sees to a file of its own. They behave as people do; nothing here knows what Dialtrace stores.
 */
import { join } from 'node:path';
import { Fault } from '../../errors.js';
import { openMedia } from '../../media/open-media.js';
import type { Media, Source } from '../../media/api.js';
import { openPhone } from '../../phone/open-phone.js';
import type { Phone, PhoneCall, PhoneScript, Reaction } from '../../phone/api.js';
import { systemClock } from '../../sip/system.js';
import { parseSipUri } from '../../wire/sip-uri.js';
import { Sightings } from './sightings.js';

/** Hz; each hears the other's. */
export const TONES = { operator: 500, client: 1330 } as const;
export const CLIENT = 'client';
export const ACCEPT_AFTER_MS = 1200;
const OPERATOR_RINGS_MS = 1000;
const DECLINES_MS = 400;
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
  /** For operators whose phone registers: when the registrar is there. Throws Fault when it refuses. */
  open(plan: OperatorPlan, registration: Registration): Promise<void>;
  close(): Promise<void>;
}

/**
 * `silent` phones send no 180: the time between INVITE and ringing is what they are for. `declines` and `rings-on` are
 * colleagues who never accept: a call is refused, or rings until it is cancelled.
 */
export interface OperatorPlan {
  readonly name: string;
  /** They ring together; named after the operator who accepts. */
  readonly group: string;
  readonly manner: 'rings' | 'silent' | 'declines' | 'rings-on';
  readonly reached: 'by-uri' | 'registered';
}

export interface Registration {
  readonly registrarPort: number;
  readonly password: string;
}

const tone = (frequency: number): Source => ({ kind: 'tone', spec: `v=-13;%(1000,0,${frequency});loops=-1` });

function reactionOf(manner: OperatorPlan['manner']): Reaction {
  if (manner === 'declines') return { kind: 'reject', status: 603, afterMs: DECLINES_MS };
  if (manner === 'rings-on') return { kind: 'ring-only' };
  const ringing = { kind: manner === 'silent' ? 'none' : 'plain' } as const;
  return { kind: 'answer', afterMs: OPERATOR_RINGS_MS, ringing };
}

function operatorScript(directory: string, { name, manner }: OperatorPlan): PhoneScript {
  return {
    onCall: reactionOf(manner),
    press: [{ digits: '1', when: { kind: 'after', ms: ACCEPT_AFTER_MS } }],
    play: tone(TONES.operator),
    recordHeard: (call) => heardPath(directory, name, call),
    hangUpAfterMs: PATIENCE_MS,
  };
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

interface Stage {
  readonly directory: string;
  readonly media: Media;
  readonly sightings: Sightings;
}

async function openOperator(
  { directory, media, sightings }: Stage,
  plan: OperatorPlan,
  registration?: Registration,
): Promise<Operator> {
  const { name } = plan;
  const phone = await openPhone({
    user: name,
    script: operatorScript(directory, plan),
    media,
    logPath: sipLogPath(directory, name),
    ...(registration && accountOf(name, registration)),
  });
  phone.onCall((call) => {
    sightings.see('operator-invited', name);
    void call.answered.then((how) => how === 'answered' && sightings.see('operator-answered', name));
    void call.ended.then(() => sightings.see('operator-left', name));
  });
  const status = await phone.registered;
  if (status !== undefined && status !== 200)
    throw new Fault('switch-refused', `${name} could not register: ${status}`);
  return { name, phone };
}

/** Asks for the shortest time the registrar grants: registrations die with the controller. */
function accountOf(name: string, { registrarPort, password }: Registration) {
  return {
    credentials: { username: name, password },
    account: { registrar: `sip:127.0.0.1:${registrarPort}`, expiresSeconds: 60 },
  };
}

/** Opens the client and every operator that is reached by its address. */
export async function openCast(directory: string, plans: readonly OperatorPlan[]): Promise<Cast> {
  const media = await openMedia({ address: '127.0.0.1' });
  const sightings = new Sightings();
  const stage = { directory, media, sightings };
  const operators: Operator[] = [];
  for (const plan of plans) if (plan.reached === 'by-uri') operators.push(await openOperator(stage, plan));
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
    operators,
    patient,
    busy,
    open: async (plan, registration) => void operators.push(await openOperator(stage, plan, registration)),
    close: async () => {
      await Promise.all([client, ...operators.map(({ phone }) => phone)].map((phone) => phone.close()));
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
