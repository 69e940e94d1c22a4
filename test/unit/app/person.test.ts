/** What is stored about a person comes out whole, and is gone after erasing: no column of the store still says the phone. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import { openAppBed } from '../../support/sim/app-bed.js';

const PHONE = '+79161000001';
const draft: LeadDraft = {
  source: 'api',
  kind: 'form',
  rawPhone: PHONE,
  clientName: 'Ivan Petrov',
  email: 'ivan@example.com',
  answers: [{ field: 'city', value: 'Tver' }],
  touch: { utm_source: 'tiktok' },
  clientAddress: '192.0.2.77',
  consent: { text: 'I agree' },
};

describe('a person', () => {
  it('is exported with everything, then erased from everywhere but the do-not-call list', async () => {
    const bed = await openAppBed();
    const { leadId } = await bed.app.takeLead(draft);
    const other = { source: 'api', kind: 'form', answers: [], touch: {} } as const;
    await bed.app.takeLead({ ...other, rawPhone: '+79161000002', clientName: 'Somebody Else' });
    await bed.pass(86_400_000);
    await bed.app.importDoNotCall([{ phone: PHONE }], { by: 'test' });
    const person = await bed.app.exportPerson('+7 (916) 100-00-01');
    expect(person.leads.map(({ lead }) => lead.clientName)).toEqual(['Ivan Petrov']);
    expect(person.calls.length).toBeGreaterThan(0);
    expect(person.doNotCall?.by).toBe('test');
    const counts = await bed.app.erasePerson(PHONE, 'boss');
    expect(counts).toMatchObject({ leads: 1, calls: person.calls.length });
    expect(counts.events).toBeGreaterThan(0);
    expect(await bed.store.leads.byId(leadId)).toMatchObject({ answers: [], touch: {} });

    const folder = await mkdtemp(join(tmpdir(), 'dialtrace-erased-'));
    await bed.app.removeDoNotCall(PHONE, { by: 'test' });
    await bed.store.backup(join(folder, 'copy.sqlite'));
    const bytes = await readFile(join(folder, 'copy.sqlite'), 'latin1');
    await rm(folder, { recursive: true });
    for (const trace of ['Ivan Petrov', 'ivan@example.com', 'Tver', '192.0.2.77', 'I agree'])
      expect(bytes.includes(trace), trace).toBe(false);
    expect(bytes.includes('Somebody Else')).toBe(true);
    await bed.close();
  });

  it('is forgotten field by field when the settings say so', async () => {
    const keepPeopleDays = { phone: 0, name: 2, address: 1, answers: 0, texts: 0 };
    const bed = await openAppBed({ keepPeopleDays });
    const { leadId } = await bed.app.takeLead(draft);
    const sweep = async (days: number) => {
      await bed.pass(days * 86_400_000);
      await bed.app.chores.find(({ name }) => name === 'sweep')?.run();
      return bed.store.leads.byId(leadId);
    };
    expect(await sweep(0.5)).toMatchObject({ clientName: 'Ivan Petrov', clientAddress: '192.0.2.77' });
    const [call] = (await bed.app.exportPerson(PHONE)).calls;
    expect(call?.call.whisperText).toBeDefined();
    const second = await sweep(1);
    expect(second).toMatchObject({ clientName: 'Ivan Petrov' });
    expect(second?.clientAddress).toBeUndefined();
    const third = await sweep(1);
    expect(third).toMatchObject({ phone: PHONE, answers: draft.answers });
    expect(third?.clientName).toBeUndefined();
    // A text that says the name goes with the name.
    expect((await bed.app.exportPerson(PHONE)).calls[0]?.call.whisperText).toBeUndefined();
    await bed.close();
  });

  it('is not erased while a call goes on, and nobody calls about what is forgotten', async () => {
    const bed = await openAppBed();
    await bed.app.takeLead(draft);
    await bed.pass(10);
    await expect(bed.app.erasePerson(PHONE, 'boss')).rejects.toMatchObject({ code: 'conflict' });
    await bed.close();
    const lonely = await openAppBed({ users: [] });
    await lonely.app.takeLead(draft);
    await lonely.app.erasePerson(PHONE, 'boss');
    await lonely.pass(3_600_000);
    expect(lonely.world.log).toEqual([]);
    expect(await lonely.app.exportPerson(PHONE)).toMatchObject({ leads: [], calls: [] });
    await expect(lonely.app.erasePerson('nobody', 'boss')).rejects.toMatchObject({ code: 'field-invalid' });
    await lonely.close();
  });
});
