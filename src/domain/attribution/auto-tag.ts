/**
 * Tags that advertising systems fill in for every click. Ours is `dt_tag=c:…~g:…~a:…~k:…~t:…~b:…` (docs/dni.md lists
 * the templates of Yandex Direct, Google Ads and TikTok); `calltouch_tm` of sites that move to us is read as well.
 */
import { present } from '../values/present.js';
import { cleaned } from './clean-text.js';

export interface AutoTag {
  readonly campaign?: string;
  readonly adGroup?: string;
  readonly ad?: string;
  readonly keyword?: string;
  /** `search`, `context`, … */
  readonly placementType?: string;
  /** `premium`, `other`, or the position in its block. */
  readonly blockPosition?: string;
}

type Field = keyof AutoTag;

const OURS: Readonly<Record<string, Field>> = {
  c: 'campaign',
  g: 'adGroup',
  a: 'ad',
  k: 'keyword',
  t: 'placementType',
  b: 'blockPosition',
};

/** Keys of `calltouch_tm=yd_c:{campaign_id}_gb:{gbid}_ad:{ad_id}_ph:{phrase_id}_st:{source_type}_pt:{position_type}_…`. */
const CALLTOUCH: Readonly<Record<string, Field>> = {
  c: 'campaign',
  gb: 'adGroup',
  ad: 'ad',
  ph: 'keyword',
  st: 'placementType',
  pt: 'blockPosition',
};
const CALLTOUCH_PART = /_(?=(?:c|gb|ad|ph|st|pt|p|s|dt|reg|ret|apt):)/;

/** Undefined when neither tag says anything. A place-holder that was not filled in (`{keyword}`) says nothing. */
export function parseAutoTag(query: Readonly<Record<string, string>>): AutoTag | undefined {
  const ours = fieldsOf(query['dt_tag']?.slice(0, 2000).split('~'), OURS);
  const theirs = fieldsOf(query['calltouch_tm']?.slice(0, 2000).split(CALLTOUCH_PART), CALLTOUCH);
  const tag = { ...theirs, ...ours };
  return Object.keys(tag).length === 0 ? undefined : tag;
}

function fieldsOf(parts: readonly string[] = [], names: Readonly<Record<string, Field>>): AutoTag {
  const found: Partial<Record<Field, string | undefined>> = {};
  for (const part of parts) {
    const colon = part.indexOf(':');
    const field = Object.hasOwn(names, part.slice(0, colon)) ? names[part.slice(0, colon)] : undefined;
    const value = cleaned(part.slice(colon + 1));
    if (field !== undefined && value !== undefined && !/^\{.*\}$/.test(value)) found[field] ??= value;
  }
  return present(found);
}
