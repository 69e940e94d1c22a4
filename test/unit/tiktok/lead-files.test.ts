import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { leadOfRow } from '../../../src/domain/tiktok/exported-lead.js';
import { readLeadFile } from '../../../src/tiktok/lead-files.js';

const CSV =
  '\uFEFFLead ID,Ad ID,Ad Name,Campaign Name,Created Time,Name,Phone number,"Что, именно?"\r\n' +
  '7312345678901234567,7300000000000000001,Баннер,Лето,2026-11-26 10:00:00,Иван,+79991234567,"две\nстроки"\r\n';
const ROW = {
  'Lead ID': '7312345678901234567',
  'Ad ID': '7300000000000000001',
  'Ad Name': 'Баннер',
  'Campaign Name': 'Лето',
  'Created Time': '2026-11-26 10:00:00',
  Name: 'Иван',
  'Phone number': '+79991234567',
  'Что, именно?': 'две\nстроки',
};
const form = { externalId: '7', displayName: 'Запись' };

/** As Info-ZIP writes one, with a comment at its end. */
function zipOf(files: readonly string[], method: 0 | 8): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const text of files) {
    const content = method === 8 ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30 + 1);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(1, 26);
    const entry = Buffer.alloc(46 + 1 + 4);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt16LE(1, 28);
    entry.writeUInt16LE(4, 30);
    entry.writeUInt32LE(at, 42);
    locals.push(local, content);
    entries.push(entry);
    at += local.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(2, 20);
  return Buffer.concat([...locals, ...entries, end, Buffer.from('hi')]);
}

describe('the file of an export', () => {
  it('is read with its marks, quotes and line breaks', () => {
    expect(readLeadFile(Buffer.from(CSV))).toEqual({ kind: 'ok', value: [ROW] });
  });

  it.each([0, 8] as const)('may be a zip of several (method %i)', (method) => {
    expect(readLeadFile(zipOf([CSV, CSV], method))).toEqual({ kind: 'ok', value: [ROW, ROW] });
  });

  it('that is damaged, or an error in its place, is told', () => {
    const zip = zipOf([CSV], 8);
    expect(readLeadFile(zip.subarray(0, zip.length - 30))).toMatchObject({ kind: 'refused' });
    expect(readLeadFile(Buffer.from('PK'))).toMatchObject({ kind: 'refused' });
    expect(readLeadFile(Buffer.from('The task has expired'))).toMatchObject({
      refusal: { kind: 'unreadable', message: expect.stringContaining('has expired') as unknown },
    });
  });
});

describe('a row of it', () => {
  it('is the lead that a push would have brought', () => {
    expect(leadOfRow(ROW, form)).toEqual({
      leftAt: Date.parse('2026-11-26T10:00:00Z'),
      entry: {
        externalId: '7312345678901234567',
        kind: 'form',
        form,
        campaign: 'Лето',
        ad: 'Баннер',
        fields: [
          { field: 'Name', value: 'Иван' },
          { field: 'Phone number', value: '+79991234567' },
          { field: 'Что, именно?', value: 'две\nстроки' },
        ],
        touch: {
          utm_source: 'tiktok',
          utm_medium: 'cpc',
          utm_campaign: 'Лето',
          ad_id: '7300000000000000001',
        },
      },
    });
  });

  it('keeps its id however a spreadsheet wrote it, and is none without one', () => {
    for (const written of ['l:7312345678901234567', '"7312345678901234567"', '7312345678901234567\t'])
      expect(leadOfRow({ lead_id: written }, form)?.entry.externalId).toBe('7312345678901234567');
    expect(leadOfRow({ 'Lead ID': '', Name: 'x' }, form)).toBeUndefined();
    expect(leadOfRow({ Name: 'x' }, form)).toBeUndefined();
    expect(leadOfRow({ 'Lead ID': '7312345', 'Create Time': 'soon' }, form)).not.toHaveProperty('leftAt');
  });
});
