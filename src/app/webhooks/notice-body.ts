/** The body of a notice to a person (a messenger's hook): an admin's texts, filled with what the event and its client are. */
import type { CallRecord } from '../../domain/calls/call.js';
import type { Lead } from '../../domain/leads/lead.js';
import type { CallId, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';

type Told = Readonly<Record<string, unknown>>;

/** `told`: the stored `{type, timestamp, data}`. A text that cannot be filled goes out as it was written. */
export async function noticeBody(
  context: AppContext,
  texts: Readonly<Record<string, string>>,
  told: string,
): Promise<string> {
  const { ports } = context;
  const { type, timestamp, data } = JSON.parse(told) as { type: string; timestamp: string; data: Told };
  const call = await ports.store.calls.byId((data['call_id'] ?? '') as CallId);
  const lead = await ports.store.leads.byId((data['lead_id'] ?? call?.leadId ?? '') as LeadId);
  const names = { ...data, event: type, at: timestamp, ...clientOf(lead, call) };
  const group = context.set().telephony.groups[lead?.group ?? ''];
  const fill = (text: string): string => {
    const rendered = ports.templates.renderText(text, lead?.locale ?? group?.locale ?? 'en', names);
    return rendered.ok ? rendered.text : text;
  };
  return JSON.stringify(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)])));
}

function clientOf(lead: Lead | undefined, call: CallRecord | undefined): Told {
  const phone = lead?.phone ?? call?.clientNumber;
  return {
    client: present({ name: lead?.clientName, phone, email: lead?.email }),
    ...present({ form: lead?.formName, group: lead?.group, did: call?.did, operator: call?.operator }),
  };
}
