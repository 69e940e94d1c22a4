/** What an audit found is kept, one row a number, and whoever watches hears of numbers that broke or came back. */
import { auditNews, type AuditedNumber } from '../../domain/numbers/audited-number.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';

export async function keepAudit(context: AppContext, audited: AuditedNumber): Promise<void> {
  await commit(context, async ({ tx, tell }) => {
    if (audited.result === 'not-tried') return;
    const before = await tx.numberAudits.ofNumber(audited.number);
    await tx.numberAudits.put(audited);
    const { number, result, trunk, arrivedAs, sipStatus } = audited;
    const news = auditNews(before?.result, result);
    const payload = { number, result, trunk, arrived_as: arrivedAs ?? null, sip_status: sipStatus ?? null };
    if (news !== undefined) tell({ name: news, payload });
  });
}
