/** The people of a segment, read in pages: leads and calls of years may be asked. Nobody of the do-not-call list is among them. */
import type { Segment } from '../../domain/tiktok/audience.js';
import {
  asksForCalls,
  asksForLeads,
  hasCall,
  hasLead,
  memberGatherer,
  type Member,
} from '../../domain/tiktok/segment.js';
import type { AppContext } from '../context.js';
import type { DoNotCall } from '../ports/people.js';

const PAGE = 1000;

export async function peopleOf(context: AppContext, segment: Segment): Promise<readonly Member[]> {
  const called = asksForCalls(segment) ? await phonesCalled(context, segment) : undefined;
  const gatherer = memberGatherer(await mustNotBeCalled(context));
  const now = context.ports.clock.now();
  for await (const lead of leadsOf(context)) {
    const belongs = called === undefined || (lead.phone !== undefined && called.has(lead.phone));
    if (belongs && hasLead(segment, lead, now)) gatherer.add(lead);
  }
  if (called !== undefined && !asksForLeads(segment))
    for (const phone of called) gatherer.add({ id: phone, phone });
  return gatherer.members();
}

async function* leadsOf({ ports }: AppContext) {
  let after = '';
  for (;;) {
    const page = await ports.store.audiences.leadsAfter(after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}

async function phonesCalled({ ports }: AppContext, segment: Segment) {
  const phones = new Set<Exclude<Member['phone'], undefined>>();
  let after = '';
  for (;;) {
    const page = await ports.store.audiences.callsAfter(after, PAGE);
    for (const call of page) if (hasCall(segment, call)) phones.add(call.phone);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return phones;
    after = last.id;
  }
}

async function mustNotBeCalled({ ports }: AppContext): Promise<ReadonlySet<string>> {
  const phones = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await ports.store.doNotCall.list({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const entry of page.items) if (isInForce(entry, ports.clock.now())) phones.add(entry.phone);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return phones;
}

function isInForce({ until }: DoNotCall, now: number): boolean {
  return until === undefined || until > now;
}
