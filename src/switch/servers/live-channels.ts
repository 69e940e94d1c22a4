/** The channel list of the media server, for reconciling after a restart. */
import type { LiveChannel } from '../../app/ports/switch.js';
import { Fault } from '../../errors.js';
import type { Fleet } from './fleet.js';
import { tieOf } from '../legs/tie-line.js';
import { roomOf } from '../activities/room.js';
import { present } from '../../domain/values/present.js';
import { whyOf } from '../lifetime.js';
import type { MediaLink } from './media-server.js';

type Row = Readonly<Partial<Record<string, string>>>;

/** Of all servers that are there. Throws Fault `switch-unavailable` when none is, or one does not answer. */
export async function liveChannels({ all }: Fleet<MediaLink>): Promise<readonly LiveChannel[]> {
  const there = all.filter(({ state }) => state === 'ready');
  if (there.length === 0) throw new Fault('switch-unavailable', 'The media server is not connected.');
  return (await Promise.all(there.map((media) => channelsOf(media)))).flat();
}

/** Needs the core database (FreeSWITCH not started with -nosql). */
async function channelsOf(media: MediaLink): Promise<readonly LiveChannel[]> {
  const [channels, calls] = await Promise.all([rowsOf(media, 'channels'), rowsOf(media, 'calls')]);
  const partners = new Map(calls.flatMap(partnersOf));
  return channels.map((row) => {
    const uuid = row['uuid'] ?? '';
    return {
      uuid,
      createdAt: Number(row['created_epoch'] ?? 0) * 1000,
      ...present({ bridgedTo: partners.get(uuid), tie: tieOf(row['initial_cid_num'] ?? '') }),
      ...companyOf(row),
    };
  });
}

/** By the application that it is in now. */
function companyOf({ application, application_data: given = '' }: Row): Pick<LiveChannel, 'room' | 'hears'> {
  if (application === 'eavesdrop') return { hears: given };
  return application === 'conference' ? { room: roomOf(given) } : {};
}

async function rowsOf(media: MediaLink, table: 'channels' | 'calls'): Promise<readonly Row[]> {
  const shown = await media.eventSocket?.api(`show ${table} as json`);
  if (!shown) throw new Fault('switch-unavailable', 'The media server is not connected.');
  if (shown.kind !== 'value') throw new Fault('switch-unavailable', whyOf(shown, `show ${table}`));
  try {
    return (JSON.parse(shown.value) as { rows?: readonly Row[] }).rows ?? [];
  } catch (cause) {
    throw new Fault('switch-unavailable', `show ${table}: ${shown.value.trim()}`, { cause });
  }
}

/** `show calls` has one row for a pair of bridged channels. */
function partnersOf(row: Row): [string, string][] {
  const { uuid, b_uuid: other } = row;
  if (uuid === undefined || other === undefined || other === '') return [];
  return [
    [uuid, other],
    [other, uuid],
  ];
}
