/**
 * Contacts of one person: calls, requests and texts that share a phone, a visitor or a lead id, directly or through one
 * another. Counts of unique contacts and the difference another model would make are computed over stored facts.
 */
import type { Instant } from '../values/ids.js';
import type { Attribution } from './attribution.js';
import { creditsOf, leadingTouch, type ModelName } from './models.js';

export interface Contact {
  readonly id: string;
  readonly kind: 'call' | 'request' | 'text';
  readonly at: Instant;
  readonly phone?: string;
  readonly visitorId?: string;
  readonly leadId?: string;
}

/** Contact id → person, named by the first contact's id. Independent of the order given. */
export function personsOf(contacts: readonly Contact[]): ReadonlyMap<string, string> {
  const ordered = [...contacts].sort(byTime);
  const places = new Map(ordered.map(({ id }, place) => [id, place]));
  const parents = new Map<string, string>();
  const holders = new Map<string, string>();
  for (const contact of ordered) {
    parents.set(contact.id, contact.id);
    for (const key of keysOf(contact)) {
      const holder = holders.get(key);
      if (holder === undefined) holders.set(key, contact.id);
      else join(parents, [rootOf(parents, contact.id), rootOf(parents, holder)], places);
    }
  }
  return new Map(ordered.map(({ id }) => [id, rootOf(parents, id)]));
}

/** Whoever is asked on the way is one step from the root afterwards. */
function rootOf(parents: Map<string, string>, id: string): string {
  let root = id;
  for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
    root = parent;
  parents.set(id, root);
  return root;
}

function join(
  parents: Map<string, string>,
  [one, other]: readonly [string, string],
  places: ReadonlyMap<string, number>,
): void {
  if (one === other) return;
  const isFirst = (places.get(one) ?? 0) < (places.get(other) ?? 0);
  parents.set(isFirst ? other : one, isFirst ? one : other);
}

function keysOf({ phone, visitorId, leadId }: Contact): readonly string[] {
  return Object.entries({ phone, visitorId, leadId }).flatMap(([kind, value]) =>
    value === undefined ? [] : [`${kind}:${value}`],
  );
}

function byTime(one: Contact, other: Contact): number {
  return one.at - other.at || (one.id < other.id ? -1 : 1);
}

const DAY_MS = 86_400_000;

export interface Uniqueness {
  /** A person's contacts within so many days of the first count once; absent: without end. */
  readonly windowDays?: number;
  readonly unique: 'across-kinds' | 'per-kind';
}

/** Ids of the contacts that are the first of their person in the window. */
export function uniqueContacts(
  contacts: readonly Contact[],
  { windowDays, unique }: Uniqueness,
): ReadonlySet<string> {
  const persons = personsOf(contacts);
  const lastFirstAt = new Map<string, Instant>();
  const found = new Set<string>();
  for (const { id, kind, at } of [...contacts].sort(byTime)) {
    const person = `${persons.get(id) ?? id}${unique === 'per-kind' ? ` ${kind}` : ''}`;
    const firstAt = lastFirstAt.get(person);
    if (firstAt !== undefined && (windowDays === undefined || at - firstAt < windowDays * DAY_MS)) continue;
    lastFirstAt.set(person, at);
    found.add(id);
  }
  return found;
}

export interface ModelDifference {
  readonly calls: number;
  readonly changed: number;
  /** `google / cpc / brand → direct / none`: how many. */
  readonly moves: Readonly<Record<string, number>>;
}

type Touched = Pick<Attribution, 'at' | 'touches' | 'labels'>;

/** What another model, or another window, would say of stored calls. Nothing is changed. */
export function differenceOf(
  attributions: readonly Touched[],
  next: { readonly model: ModelName; readonly windowDays?: number },
): ModelDifference {
  const moves: Record<string, number> = {};
  let changed = 0;
  for (const { at, touches, labels } of attributions) {
    const after = leadingTouch(
      creditsOf(next.model, touches, {
        until: at,
        ...(next.windowDays === undefined ? {} : { days: next.windowDays }),
      }),
    );
    const [from, to] = [nameOf(labels), nameOf(after ?? labels)];
    if (from === to) continue;
    changed += 1;
    moves[`${from} → ${to}`] = (moves[`${from} → ${to}`] ?? 0) + 1;
  }
  return { calls: attributions.length, changed, moves };
}

function nameOf({ source, medium, campaign }: Attribution['labels']): string {
  return [source ?? 'direct', medium ?? 'none', campaign].filter((part) => part !== undefined).join(' / ');
}
