/**
 * The conferences of this server (mod_conference), audio only and with the one profile `default`: who is in which, what
 * each member may do, and the events of all of it. Called by the application and by the `conference` API.
 */
import { Conference as Mix } from '../../../media/conference.js';
import type { ConferenceSeat } from '../../../media/api.js';
import { basicHeaders } from '../channel/channel-headers.js';
import type { Channel } from '../channel/channel.js';
import type { Core } from '../core.js';
import type { CallingSite } from '../events/calling-sites.js';
import type { MutableHeaders } from '../events/event-bus.js';
import { ConferenceRecording } from './conference-recording.js';

/** mod_conference's own, when the profile names none. */
export const DEFAULT_DOMAIN = 'cluecon.com';
const MAINTENANCE = 'conference::maintenance';

export interface Member {
  readonly id: number;
  readonly channel: Channel;
  readonly seat: ConferenceSeat;
  speak: 'yes' | 'no';
  hear: 'yes' | 'no';
  floor: 'yes' | 'no';
  /** Set by `kick` and `hup`: the application ends. */
  state: 'in' | 'kicked';
}

export class Conference {
  readonly name: string;
  readonly uuid: string;
  readonly members = new Map<number, Member>();
  readonly mix = new Mix();
  readonly recordings = new Map<string, ConferenceRecording>();
  readonly #core: Core;

  constructor(core: Core, name: string) {
    this.#core = core;
    this.name = name;
    this.uuid = core.ids.uuid();
  }

  /** The floor goes to whoever may speak first. */
  giveFloor(): void {
    const all = [...this.members.values()];
    const next = all.find(({ speak }) => speak === 'yes');
    if (next === undefined || all.some(({ floor }) => floor === 'yes')) return;
    next.floor = 'yes';
    this.#core.bus.fire(kindOf('conferenceFloor'), (headers) => {
      this.#own(headers);
      Object.assign(headers, { Action: 'floor-change', 'Old-ID': 'none' });
      memberHeaders(headers, next);
      headers['New-ID'] = String(next.id);
    });
  }

  fire(site: CallingSite, member: Member, action: MutableHeaders): void {
    this.#core.bus.fire(kindOf(site), (headers) => {
      this.#own(headers);
      memberHeaders(headers, member);
      Object.assign(headers, action);
    });
  }

  #own(headers: MutableHeaders): void {
    Object.assign(headers, {
      'Conference-Name': this.name,
      'Conference-Domain': DEFAULT_DOMAIN,
      'Conference-Size': String(this.members.size),
      'Conference-Ghosts': '0',
      'Conference-Profile-Name': 'default',
      'Conference-Unique-ID': this.uuid,
    });
  }
}

function kindOf(site: CallingSite) {
  return { name: 'CUSTOM', subclass: MAINTENANCE, site };
}

function memberHeaders(headers: MutableHeaders, member: Member): void {
  headers['Floor'] = String(member.floor === 'yes');
  basicHeaders(headers, member.channel);
  Object.assign(headers, {
    Video: 'false',
    Hear: String(member.hear === 'yes'),
    See: 'true',
    Speak: String(member.speak === 'yes'),
    Talking: 'false',
    'Mute-Detect': 'false',
    Hold: 'false',
    'Member-ID': String(member.id),
    'Member-Type': 'member',
    'Member-Ghost': 'false',
    'Energy-Level': '100',
    'Current-Energy': '0',
  });
}

export class Conferences {
  readonly #byName = new Map<string, Conference>();
  #nextMember: number;

  constructor(firstMember: number) {
    this.#nextMember = firstMember;
  }

  get all(): readonly Conference[] {
    return [...this.#byName.values()];
  }

  named(name: string): Conference | undefined {
    return this.#byName.get(name);
  }

  join(core: Core, name: string, about: Omit<Member, 'id' | 'seat' | 'floor' | 'state'>): Member | undefined {
    const { channel } = about;
    const conference = this.#byName.get(name) ?? new Conference(core, name);
    const seat = channel.port?.sit(conference.mix);
    if (seat === undefined) return undefined;
    this.#byName.set(name, conference);
    const member: Member = { ...about, id: this.#nextMember, seat, floor: 'no', state: 'in' };
    if (member.speak === 'no') seat.shut('mouth');
    this.#nextMember += 1;
    conference.members.set(member.id, member);
    return member;
  }

  /** A recording is a member of its own, with a number, but is not counted. */
  record(conference: Conference, path: string): void {
    const [first] = conference.members.values();
    if (first?.channel.port === undefined || conference.recordings.has(path)) return;
    const recording = new ConferenceRecording(path);
    this.#nextMember += 1;
    conference.recordings.set(path, recording);
    recording.begin(first.channel.port);
  }

  /** The last one to leave closes it. */
  leave(conference: Conference, member: Member): void {
    member.seat.leave();
    conference.members.delete(member.id);
    const [next] = conference.members.values();
    for (const recording of conference.recordings.values())
      if (member.channel.port !== undefined) recording.leave(member.channel.port, next?.channel.port);
    if (conference.members.size === 0) this.#byName.delete(conference.name);
    conference.fire('conferenceLeft', { ...member, floor: 'no' }, { Action: 'del-member' });
  }
}
