/** Which number a call through a trunk shows, and what else the carrier is told about the caller. Pure; the switch writes the headers. */
import type { Trunk } from './telephony.js';

export interface CallerFacts {
  /** What the call itself asks to show: the policy's or the request's number. */
  readonly asked?: string;
  /** Tracked number that was dialled, when the call began as an inbound one. */
  readonly did?: string;
  /** The other party's own number, for a call that is passed on. */
  readonly caller?: string;
  readonly campaign?: string;
}

export interface ShownCaller {
  /** From; absent: anonymous. */
  readonly number?: string;
  readonly privacy: 'shown' | 'hidden';
  /** Who is asserted towards the carrier; also for a hidden caller, because the carrier bills by it. */
  readonly asserted?: string;
  /** Number on whose behalf the call is passed on. */
  readonly diverted?: string;
}

type Rules = Pick<Trunk, 'callerId' | 'callerIdRules'>;

export function shownCaller(trunk: Rules, facts: CallerFacts): ShownCaller {
  const own = trunk.callerId;
  const asked = firstOf(facts.asked, own);
  switch (trunk.callerIdRules?.show ?? 'own') {
    case 'own':
      return shown(firstOf(campaignNumber(trunk, facts), asked), own, facts.did);
    case 'tracked':
      return shown(firstOf(facts.did, campaignNumber(trunk, facts), asked), own, facts.did);
    case 'pass-through':
      return shown(firstOf(facts.caller, asked), own, firstOf(facts.did, own));
    case 'hidden':
      return { privacy: 'hidden', ...(own !== undefined && { asserted: own }) };
  }
}

function firstOf(...numbers: readonly (string | undefined)[]): string | undefined {
  return numbers.find((number) => number !== undefined);
}

function shown(
  number: string | undefined,
  own: string | undefined,
  diverted: string | undefined,
): ShownCaller {
  const asserted = number ?? own;
  return {
    privacy: 'shown',
    ...(number !== undefined && { number }),
    ...(asserted !== undefined && { asserted }),
    ...(diverted !== undefined && diverted !== number && { diverted }),
  };
}

function campaignNumber({ callerIdRules }: Rules, { campaign }: CallerFacts): string | undefined {
  const numbers = callerIdRules?.campaigns ?? {};
  return campaign !== undefined && Object.hasOwn(numbers, campaign) ? numbers[campaign] : undefined;
}
