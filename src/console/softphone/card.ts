/** Whose call rings here: the call record has the same SIP Call-ID as the INVITE, and leads to the lead. */
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { cardAddress } from '../crm-card.js';
import type { CallDetail, LeadDetail } from '../records.js';

export interface Card {
  call: CallDetail;
  lead: LeadDetail | undefined;
}

/** Calls beyond that are not looked through. */
const MOST_LOOKED_AT = 20;
const LOOK_MS = 2000;
const MOST_LOOKS = 15;

/** Null when it is not among the calls that go on: then only the INVITE tells who calls. */
async function findCard(sipCallId: string, user: string): Promise<Card | null> {
  const live = await api.live();
  const isMine = ({ legs }: (typeof live)[number]): boolean => legs.some(({ party }) => party === user);
  const likeliest = [...live.filter(isMine), ...live.filter((call) => !isMine(call))].slice(
    0,
    MOST_LOOKED_AT,
  );
  for (const { call_id: id } of likeliest) {
    const call = await api.call(id);
    if (!call.legs.some(({ sip_call_id: legId }) => legId === sipCallId)) continue;
    return { call, lead: call.lead_id === null ? undefined : await api.lead(call.lead_id) };
  }
  return null;
}

export function useCard(sipCallId: string, user: string): Card | undefined {
  const { data } = useQuery({
    queryKey: ['card', sipCallId],
    queryFn: () => findCard(sipCallId, user),
    // The CRM names its card a moment after the call began, or never.
    refetchInterval: ({ state }) =>
      state.dataUpdateCount > MOST_LOOKS || cardAddress(state.data?.call) !== undefined ? false : LOOK_MS,
  });
  return data ?? undefined;
}
