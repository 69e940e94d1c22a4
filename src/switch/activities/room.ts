/**
 * A conference of three (mod_conference): a talk leaves its bridge for a room, a supervisor joins it. Only for that: for a
 * talk of two a bridge is enough. Who is in a room is sent to park before he is bridged anew (bridge.ts).
 */
import type { MemberChange } from '../../domain/calls/supervision.js';
import type { Endpoint } from '../legs/endpoint.js';
import type { Settled } from '../lifetime.js';

const PROFILE = 'default';

export type Entered = { readonly kind: 'in' } | { readonly kind: 'failed'; readonly why: string };

/** The talk of `one` and whom it is bridged with goes on in a room that `endpoint` joins. */
export async function enterRoom(endpoint: Endpoint, one: Endpoint): Promise<Entered> {
  const other = one.peer;
  if (other === undefined) return { kind: 'failed', why: 'nobody talks' };
  const room = one.room ?? `dialtrace-${one.uuid}`;
  if (one.room === undefined) {
    if (!(await hasRooms(one))) return { kind: 'failed', why: 'FreeSWITCH has no mod_conference' };
    const moved = await sendTo(one, `-both ${inRoom(room)}`);
    if (moved !== undefined) return { kind: 'failed', why: moved };
    one.room = room;
    other.room = room;
  }
  const joined = await sendTo(endpoint, inRoom(room));
  if (joined !== undefined) return { kind: 'failed', why: joined };
  endpoint.room = room;
  return { kind: 'in' };
}

/** A transfer to an application that is not there would end the talk. */
async function hasRooms(endpoint: Endpoint): Promise<boolean> {
  const asked = await endpoint.api('conference', 'dialtrace list');
  return asked.kind === 'value' && !/command not found/i.test(asked.value);
}

function inRoom(room: string): string {
  return `conference:${room}@${PROFILE} inline`;
}

/** From the argument of the application. */
export function roomOf(argument: string): string {
  return argument.split('@', 1)[0] ?? '';
}

/** Whoever is in no room stays where he is. */
export async function leaveRoom(endpoint: Endpoint): Promise<void> {
  if (endpoint.room === undefined) return;
  endpoint.room = undefined;
  await sendTo(endpoint, 'park inline');
}

/** Undefined: done. */
async function sendTo(endpoint: Endpoint, where: string): Promise<string | undefined> {
  const sent = await endpoint.api('uuid_transfer', `${endpoint.uuid} ${where}`);
  return isOk(sent) ? undefined : answerOf(sent);
}

/** Whoever is in no room has nothing to be changed. */
export async function changeMember(endpoint: Endpoint, change: MemberChange): Promise<void> {
  const { room } = endpoint;
  if (room === undefined) return;
  const listed = await endpoint.api('conference', `${room} list`);
  const row = listed.kind === 'value' ? rowOf(listed.value, endpoint.uuid) : undefined;
  if (row !== undefined) await endpoint.api('conference', `${room} ${change} ${row}`);
}

/** `member;channel;uuid;…`, one a line. */
function rowOf(list: string, uuid: string): string | undefined {
  const rows = list.split('\n').map((line) => line.split(';'));
  return rows.find((row) => row[2] === uuid)?.[0];
}

function isOk(answered: Settled<string>): boolean {
  return answered.kind === 'value' && answered.value.startsWith('+OK');
}

function answerOf(answered: Settled<string>): string {
  return answered.kind === 'value' ? answered.value.trim() : answered.kind;
}
