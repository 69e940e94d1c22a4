/** When TikTok takes an upload into an audience; every answer is a wait with its reason, an end, or go. */
import type { Instant } from '../values/ids.js';
import type { AudienceAction, AudienceTask } from './audience.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Vendor docs 1739940570793985: at most 24 updates of an audience in 24 hours, one of them a replacement. */
const UPDATES_A_DAY = 24;
/** A removal or replacement that would leave fewer matched people is refused. */
const LEAST_MATCHED = 1000;

/** As TikTok tells of it. */
export interface AudienceStanding {
  readonly isValid: boolean;
  readonly isExpiring: boolean;
  readonly matched?: number;
  readonly error?: string;
}

export type UploadVerdict =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly until: Instant; readonly why: string }
  | { readonly kind: 'never'; readonly state: 'failed' | 'gone'; readonly why: string };

export interface UploadFacts {
  readonly action: AudienceAction;
  readonly standing: AudienceStanding;
  /** Uploads of this audience that left, with their times. */
  readonly earlier: readonly Pick<AudienceTask, 'action' | 'sentAt'>[];
  readonly now: Instant;
}

export function mayUpload({ action, standing, earlier, now }: UploadFacts): UploadVerdict {
  const { error, isExpiring, isValid, matched } = standing;
  if (error !== undefined)
    return { kind: 'never', state: 'failed', why: `TikTok made nothing of it: ${error}` };
  if (isExpiring)
    return { kind: 'never', state: 'gone', why: 'The audience expires; TikTok changes it no more.' };
  if (!isValid)
    return wait(
      now + HOUR_MS,
      'TikTok is still matching it: a new audience takes uploads from the next day on.',
    );
  if (action !== 'append' && matched !== undefined && matched < LEAST_MATCHED)
    return wait(
      now + DAY_MS,
      `TikTok has matched ${matched} people; it shrinks no audience below ${LEAST_MATCHED}.`,
    );
  return withinLimits(action, earlier, now);
}

function withinLimits(action: AudienceAction, earlier: UploadFacts['earlier'], now: Instant): UploadVerdict {
  const times = (some: UploadFacts['earlier']): readonly Instant[] =>
    some.flatMap(({ sentAt }) => (sentAt === undefined || sentAt <= now - DAY_MS ? [] : [sentAt]));
  const replaced = times(earlier.filter((one) => one.action === 'replace'));
  if (action === 'replace' && replaced.length > 0)
    return wait(Math.max(...replaced) + DAY_MS, 'TikTok replaces an audience once a day.');
  const all = times(earlier);
  return all.length < UPDATES_A_DAY
    ? { kind: 'go' }
    : wait(Math.min(...all) + DAY_MS, `TikTok takes ${UPDATES_A_DAY} uploads a day into one audience.`);
}

function wait(until: Instant, why: string): UploadVerdict {
  return { kind: 'wait', until, why };
}
