/** Is a destination told of this? One question, answered with the reason when it is not. Pure. */
import type { Destination, DestinationFilter } from './destination.js';
import type { Occasion } from './occasion.js';

/** Undefined: it is told. */
export function whyNotTold({ filter }: Pick<Destination, 'filter'>, occasion: Occasion): string | undefined {
  return RULES.map((rule) => rule(filter, occasion)).find((why) => why !== undefined) ?? repeated(occasion);
}

type Rule = (filter: DestinationFilter, occasion: Occasion) => string | undefined;

const among = (
  wanted: readonly string[] | undefined,
  value: string | undefined,
  what: string,
): string | undefined =>
  wanted === undefined || (value !== undefined && wanted.includes(value))
    ? undefined
    : `${what} ${value ?? 'is not known'}, and only ${wanted.join(', ')} is told`;

/** A lead that is none, or is held; one that is released from quarantine is told then. */
const NO_LEADS = ['blocked', 'duplicate', 'quarantined'] as const;

const RULES: readonly Rule[] = [
  (_, { lead }) => (lead?.test === 'yes' ? 'the lead is a test' : undefined),
  (_, { event, lead }) =>
    event === 'lead.received' && NO_LEADS.some((status) => status === lead?.status)
      ? `the lead is ${String(lead?.status)}`
      : undefined,
  ({ projects }, { project }) => among(projects, project, 'the project'),
  ({ sources }, { source }) => among(sources, source.source, 'the source'),
  ({ forms }, { lead }) => among(forms, lead?.form, 'the form'),
  ({ directions }, { call }) => call && among(directions, call.direction, 'the direction'),
  ({ marks }, { call, deal }) => (deal === undefined ? among(marks, call?.mark, 'the mark') : undefined),
  ({ target }, { call, deal }) =>
    deal === undefined ? among(target && [target], call?.target, 'whether it is a target call') : undefined,
  ({ minTalkSeconds = 0 }, { call, deal, event }) =>
    deal === undefined && isOver(event) && (call?.talkSeconds ?? 0) < minTalkSeconds
      ? `they talked ${call?.talkSeconds ?? 0} s, less than ${minTalkSeconds} s`
      : undefined,
  (_, { event, keys = [] }) =>
    event === 'key.pressed' && keys.length === 0 ? 'no operator pressed it in a talk' : undefined,
  ({ keys }, { event, keys: pressed = [] }) =>
    event !== 'key.pressed' || keys === undefined || pressed.some((key) => keys.includes(key))
      ? undefined
      : `the key is ${pressed.join(' or ')}, and only ${keys.join(', ')} is told`,
  ({ deals = ['won'] }, { deal }) => deal && among(deals, deal.status, 'the deal is'),
];

/** Talks are measured when they are over. */
function isOver(event: Occasion['event']): boolean {
  return event === 'call.ended' || event === 'call.marked';
}

/** A deal that only got another amount or client stands where it stood. */
function repeated({ deal }: Occasion): string | undefined {
  return deal !== undefined && deal.was === deal.status ? `the deal was ${deal.status} before` : undefined;
}
