/** Ids by which an advertising system knows a conversation, wherever a messenger puts them in its event. */
import { CLICK_IDS } from '../attribution/touch.js';
import { plain, touchName } from './aliases.js';
import type { Touch } from './lead.js';
import { treeFields, type Tree } from './tree-fields.js';

const TRACKING: readonly string[] = [...CLICK_IDS, 'tracking_id', 'ad_id', 'adgroup_id', 'campaign_id'];
const ADS: ReadonlyMap<string, string> = new Map(TRACKING.map((name) => [plain(name), name]));

function trackingName(theirs: string): string | undefined {
  const touched = touchName(theirs);
  if (touched !== undefined && (touched.startsWith('utm_') || TRACKING.includes(touched))) return touched;
  return ADS.get(plain(theirs));
}

/** UTM tags, click ids, TikTok's tracking id, ids of the advertisement; the first of each. */
export function trackingTouch(tree: Tree): Touch {
  const found: Record<string, string> = {};
  for (const { field, value, aka = [] } of treeFields(tree)) {
    const name = [field, ...aka].map(trackingName).find((known) => known !== undefined);
    if (name !== undefined) found[name] ??= value.slice(0, 500);
  }
  return found;
}
