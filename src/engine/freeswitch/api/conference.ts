/** `conference`: the commands for members and lists of mod_conference (conference_api.c). Others are not known here. */
import type { CallingSite } from '../events/calling-sites.js';
import type { Conference, Member } from '../conference/conferences.js';
import type { Core } from '../core.js';
import { soundPath } from '../applications/sound-path.js';
import { recordingPath } from '../channel/recording-session.js';
import { words } from './answers.js';
import { CONFERENCE_USAGE } from './conference-usage.js';

const LISTS: readonly string[] = ['list', 'count', 'json_list', 'xml_list'];

export function conference(core: Core, argument: string): string {
  const [name, command = '', ...rest] = words(argument);
  if (name === undefined) return CONFERENCE_USAGE;
  if (LISTS.includes(name)) return listAll(core);
  const found = core.conferences.named(name);
  if (found === undefined) return `-ERR Conference ${name} not found\n`;
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (run !== undefined) return run(core, found, rest);
  const change = Object.hasOwn(MEMBER_COMMANDS, command) ? MEMBER_COMMANDS[command] : undefined;
  return change === undefined
    ? `Conference command '${command}' not found.\n`
    : forMembers(found, rest[0], change);
}

type Command = (core: Core, found: Conference, words: readonly string[]) => string;

const COMMANDS: Readonly<Record<string, Command>> = {
  list: (_core, found, rest) => list(found, rest),
  count: (_core, { members }) => String(members.size),
  play,
  record,
  norecord: (_core, found, rest) => stopRecording(found, rest),
};

function listAll({ conferences }: Core): string {
  const { all } = conferences;
  if (all.length === 0) return '+OK No active conferences.\n';
  return all
    .map((one) => {
      const count = one.members.size;
      return `+OK Conference ${one.name} (${count} member${count === 1 ? '' : 's'} rate: 8000 flags: running|answered|enforce_min|dynamic)\n${list(one, [])}`;
    })
    .join('');
}

/** Newest first. */
function list({ members }: Conference, [how]: readonly string[]): string {
  if (how === 'count') return String(members.size);
  return [...members.values()]
    .reverse()
    .map(({ id, channel, ...member }) => {
      const { name, uuid, profile } = channel;
      const flags = flagsOf(member).join('|');
      return `${id};${name};${uuid};${profile.callerIdName};${profile.callerIdNumber ?? ''};${flags};0;0;100\n`;
    })
    .join('');
}

function flagsOf({ hear, speak, floor }: Pick<Member, 'hear' | 'speak' | 'floor'>): readonly string[] {
  return [
    ...(hear === 'yes' ? ['hear'] : []),
    ...(speak === 'yes' ? ['speak'] : []),
    ...(floor === 'yes' ? ['floor'] : []),
  ];
}

interface MemberCommand {
  readonly site: CallingSite;
  readonly action: string;
  readonly answer: string;
  readonly act: (member: Member) => void;
}

const MEMBER_COMMANDS: Readonly<Record<string, MemberCommand>> = {
  mute: command('conferenceMute', 'mute', (member) => {
    member.speak = 'no';
    member.seat.shut('mouth');
  }),
  unmute: command('conferenceUnmute', 'unmute', (member) => {
    member.speak = 'yes';
    member.seat.open('mouth');
  }),
  deaf: command('conferenceDeaf', 'deaf', (member) => {
    member.hear = 'no';
    member.seat.shut('ears');
  }),
  undeaf: command('conferenceUndeaf', 'undeaf', (member) => {
    member.hear = 'yes';
    member.seat.open('ears');
  }),
  kick: { ...command('conferenceKick', 'kick', expel), answer: 'kicked' },
  hup: command('conferenceHup', 'hup', expel),
};

function command(site: CallingSite, name: string, act: (member: Member) => void): MemberCommand {
  return { site, action: `${name}-member`, answer: name, act };
}

function expel(member: Member): void {
  member.state = 'kicked';
  member.channel.thread.stir();
}

function forMembers(
  found: Conference,
  which: string | undefined,
  { site, action, answer, act }: MemberCommand,
): string {
  const members = chosen(found, which);
  if (members.length === 0) return nobody(which);
  for (const member of members) {
    act(member);
    found.fire(site, member, { Action: action });
  }
  return members.map(({ id }) => `+OK ${answer} ${id}\n`).join('');
}

function chosen({ members }: Conference, which: string | undefined): readonly Member[] {
  const all = [...members.values()];
  if (which === 'all') return all;
  const one = which === 'last' ? all.at(-1) : members.get(Number(which));
  return one === undefined ? [] : [one];
}

function nobody(which: string | undefined): string {
  return `-ERR Non-Existant ID ${which ?? ''}\n`;
}

function record({ conferences }: Core, found: Conference, [path = '']: readonly string[]): string {
  const [first] = found.members.values();
  if (first !== undefined) conferences.record(found, recordingPath(first.channel, path));
  return `+OK Record file ${path}\n`;
}

/** The count leaves out what the line before has stopped (seen on 1.10.12). */
function stopRecording({ recordings }: Conference, [path = '']: readonly string[]): string {
  const stopped = [...recordings].filter(([recorded]) => path === 'all' || recorded === path);
  for (const [recorded, recording] of stopped) {
    recording.stop();
    recordings.delete(recorded);
  }
  return `Stopped recording file ${path}\n+OK Stopped recording 0 files\n`;
}

/** To one member: what is played to the whole conference is out of this server's reach. */
function play(core: Core, found: Conference, [path = '', id]: readonly string[]): string {
  const [member] = chosen(found, id);
  if (member === undefined) return nobody(id);
  member.channel.port?.play({ kind: 'file', path: soundPath(core, path) });
  found.fire('conferencePlay', member, { Action: 'play-file-member', File: path });
  return `+OK (play) Playing file ${path} to member ${member.id}\n`;
}
