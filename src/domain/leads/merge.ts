/** A duplicate brings contents the first lead may lack: they are merged into it, and nothing known is overwritten. */
import { present } from '../values/present.js';
import type { Lead, LeadAnswer, LeadDraft } from './lead.js';

type Merged = Pick<Lead, 'answers' | 'touch'> &
  Partial<Pick<Lead, 'clientName' | 'email' | 'campaign' | 'adGroup' | 'ad'>>;

/** What changes in `first` by the contents of `repeat`. Merging twice changes nothing more. */
export function mergeDuplicate(first: Lead, repeat: LeadDraft): Merged {
  return {
    answers: mergeAnswers(first.answers, repeat.answers),
    touch: { ...repeat.touch, ...first.touch },
    ...present({
      clientName: first.clientName ?? repeat.clientName,
      email: first.email ?? repeat.email,
      campaign: first.campaign ?? repeat.campaign,
      adGroup: first.adGroup ?? repeat.adGroup,
      ad: first.ad ?? repeat.ad,
    }),
  };
}

/** A field answered in another way is kept beside the first answer; the same answer is not said twice. */
function mergeAnswers(first: readonly LeadAnswer[], repeat: readonly LeadAnswer[]): readonly LeadAnswer[] {
  const known = new Set(first.map(({ field, value }) => JSON.stringify([field, value])));
  return [...first, ...repeat.filter(({ field, value }) => !known.has(JSON.stringify([field, value])))];
}
