/** From what phones, API and media engine showed to the figures of a chaos report. */
import type { LeadView, PostedLead } from './api-client.js';
import { CLIENT } from './cast.js';
import type { Outage } from './controller.js';
import { heardEachOther } from './hearing.js';
import { endError, isLost, rungTwice, talksAcross, unaccounted, wentOn, type JudgedLead } from './judge.js';
import { readDialogs } from './sip-dialogs.js';
import type { World } from './world.js';

/** A lead with its calls as the API tells of them, before the phones' files are read. */
export type CollectedLead = Pick<JudgedLead, 'posted' | 'view' | 'calls'>;

export interface Verdict {
  readonly lost: number;
  readonly rung_twice: number;
  /** INVITEs that no stored leg of the lead accounts for. */
  readonly unaccounted_rings: number;
  /** Talks over which a controller died. */
  readonly talks_across: number;
  /** Of these: ended by Dialtrace instead of going on. */
  readonly talks_cut: number;
  /** Of these: one party no longer heard the other after the kill. */
  readonly talks_unheard: number;
  /** Of these, when a controller could see the end: closed more than 1 s off the BYE. */
  readonly wrong_ends: number;
  readonly worst_end_error_ms: number;
}

const MOST_END_ERROR_MS = 1000;

export async function collectLead(
  { api }: World,
  posted: PostedLead,
  view: LeadView,
): Promise<CollectedLead> {
  const ids = view.attempts.flatMap(({ call_id: id }) => (id === null ? [] : [id]));
  return { posted, view, calls: await Promise.all(ids.map((id) => api.call(id))) };
}

/** To be asked when the phones are closed: their files are complete then. */
export async function judge(
  directory: string,
  collected: readonly CollectedLead[],
  outages: readonly Outage[],
): Promise<Verdict> {
  const leads = await withDialogs(directory, collected);
  const sum = (count: (lead: JudgedLead) => number): number =>
    leads.reduce((total, lead) => total + count(lead), 0);
  return {
    lost: sum((lead) => (isLost(lead) ? 1 : 0)),
    rung_twice: sum(rungTwice),
    unaccounted_rings: sum(unaccounted),
    ...(await judgeTalks(directory, leads, outages)),
  };
}

async function withDialogs(directory: string, collected: readonly CollectedLead[]): Promise<JudgedLead[]> {
  const clients = await readDialogs(directory, CLIENT);
  return Promise.all(
    collected.map(async (lead) => ({
      ...lead,
      operatorDialogs: await readDialogs(directory, lead.posted.operator),
      colleagueDialogs: await Promise.all(lead.posted.colleagues.map((name) => readDialogs(directory, name))),
      clientDialogs: clients.filter(({ called }) => called === lead.posted.number),
    })),
  );
}

async function judgeTalks(directory: string, leads: readonly JudgedLead[], outages: readonly Outage[]) {
  const talks = talksAcross(leads, outages);
  const going = talks.filter(wentOn);
  const heard = await Promise.all(going.map((talk) => heardEachOther(directory, talk)));
  const errors = going.flatMap((talk) => endError(talk, outages) ?? []);
  return {
    talks_across: talks.length,
    talks_cut: talks.length - going.length,
    talks_unheard: heard.filter((answer) => answer === 'no').length,
    wrong_ends: errors.filter((error) => error > MOST_END_ERROR_MS).length,
    worst_end_error_ms: Math.round(Math.max(0, ...errors)),
  };
}
