/** The client's card in the CRM, as the CRM named it while it was told of the call. */
import { Anchor } from '@mantine/core';
import type { CallDetail } from './records.js';

/** The latest one; only what a browser may open, whoever answered it. */
export function cardAddress(call: Pick<CallDetail, 'timeline'> | undefined): string | undefined {
  const url = call?.timeline.findLast(({ name }) => name === 'crm.linked')?.payload['url'];
  return typeof url === 'string' && /^https?:\/\//.test(url) ? url : undefined;
}

export function CrmCard({ call }: { call: Pick<CallDetail, 'timeline'> | undefined }) {
  const address = cardAddress(call);
  if (address === undefined) return null;
  return (
    <Anchor size="sm" href={address} target="_blank" rel="noopener noreferrer">
      Open in the CRM
    </Anchor>
  );
}
