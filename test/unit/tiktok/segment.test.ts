import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  audienceFile,
  hasCall,
  hasLead,
  memberGatherer,
  plainEmail,
  type SegmentLead,
} from '../../../src/domain/tiktok/segment.js';
import { mayUpload, type UploadFacts } from '../../../src/domain/tiktok/upload-rules.js';
import type { E164, LeadId } from '../../../src/domain/values/ids.js';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const PHONE = '+79991234567' as E164;
const PHONE_HASH = 'aaa3a8d51bbd45911d65744e547c0b7094464669438951c04b8a86c56e1ce8db';
const EMAIL_HASH = '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f';
const DAY = 86_400_000;

const lead: SegmentLead = {
  id: 'lead-1' as LeadId,
  status: 'reached',
  reason: 'reached',
  receivedAt: 10 * DAY,
  touch: { utm_source: 'tiktok' },
  phone: PHONE,
};

describe('a segment', () => {
  it('has whoever meets all that it asks of leads', () => {
    const now = 12 * DAY;
    expect(hasLead({}, lead, now)).toBe(true);
    expect(hasLead({ sources: ['tiktok'], statuses: ['reached'], days: 2 }, lead, now)).toBe(true);
    expect(hasLead({ sources: ['google'] }, lead, now)).toBe(false);
    expect(hasLead({ statuses: ['unreached'] }, lead, now)).toBe(false);
    expect(hasLead({ days: 1.9 }, lead, now)).toBe(false);
    expect(hasLead({ sources: ['tiktok'] }, { ...lead, touch: {} }, now)).toBe(false);
  });

  it('never has tests, those whom the gate held, spam, and those who asked to be left alone', () => {
    for (const odd of [
      { test: 'yes' },
      { status: 'blocked', reason: 'do-not-call' },
      { status: 'quarantined' },
      { reason: 'spam' },
      { reason: 'client-refused' },
    ] as const)
      expect(hasLead({}, { ...lead, ...odd }, 0)).toBe(false);
  });

  it('asks of calls by tags and marks', () => {
    const call = { phone: PHONE, tags: ['vip', 'new'], outcome: { mark: 'sale' } as never };
    expect(hasCall({ tags: ['vip', 'old'], marks: ['sale'] }, call)).toBe(true);
    expect(hasCall({ tags: ['old'] }, call)).toBe(false);
    expect(hasCall({ marks: ['spam'] }, call)).toBe(false);
  });

  it('counts a person once, and leaves out whoever must not be called, by e-mail too', () => {
    const gatherer = memberGatherer(new Set(['+79990000000']));
    gatherer.add({ id: '1', phone: PHONE });
    gatherer.add({ id: '2', phone: PHONE, email: ' Anna@Example.com ' });
    gatherer.add({ id: '3', phone: PHONE, email: 'other@example.com' });
    gatherer.add({ id: '4', email: 'never@example.com' });
    gatherer.add({ id: '5', phone: '+79990000000' as E164, email: 'NEVER@example.com' });
    gatherer.add({ id: '6' });
    expect(gatherer.members()).toEqual([{ phone: PHONE, email: 'anna@example.com' }, {}]);
  });
});

describe('the file of an audience', () => {
  it('holds hashes as TikTok makes its own: with the plus, trimmed and in small letters', () => {
    const file = (schema: 'phone' | 'email') =>
      audienceFile([{ phone: PHONE, email: plainEmail(' ALICE_abc@gmail.com') ?? '' }], schema, { hash });
    expect(file('phone')).toEqual({ texts: [`${PHONE_HASH}\n`], valid: 1 });
    expect(file('email')).toEqual({ texts: [`${EMAIL_HASH}\n`], valid: 1 });
  });

  it('of both schemas has a header and room for what is missing', () => {
    const members = [{ phone: PHONE }, { email: 'alice_abc@gmail.com' }, {}];
    expect(audienceFile(members, 'both', { hash })).toEqual({
      texts: [`phone_SHA256,email_SHA256\n,${EMAIL_HASH}\n${PHONE_HASH},\n`],
      valid: 2,
    });
  });

  it('tells nothing but hashes, whatever the people; is the same for the same people; and is cut', () => {
    const member = fc.record(
      {
        phone: fc.constantFrom('+1', '+2', '+3', '+4').map((text) => text as E164),
        email: fc.emailAddress(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(member),
        fc.constantFrom('phone' as const, 'email' as const),
        (members, schema) => {
          const { texts, valid } = audienceFile(members, schema, { hash, linesAFile: 2 });
          const lines = texts.flatMap((text) => text.trimEnd().split('\n'));
          expect(lines).toHaveLength(valid);
          expect(texts.every((text) => text.trimEnd().split('\n').length <= 2)).toBe(true);
          expect(lines.every((line) => /^[0-9a-f]{64}$/.test(line))).toBe(true);
          const again = audienceFile([...members].reverse(), schema, { hash, linesAFile: 2 });
          expect(again.texts).toEqual(texts);
        },
      ),
    );
  });
});

describe('an upload', () => {
  const now = 100 * DAY;
  const facts: UploadFacts = {
    ...{ action: 'append', earlier: [], now },
    standing: { isValid: true, isExpiring: false, matched: 5000 },
  };

  it('goes into an audience that is valid, and waits for one that is not', () => {
    expect(mayUpload(facts)).toEqual({ kind: 'go' });
    const settling = { ...facts, standing: { isValid: false, isExpiring: false } };
    expect(mayUpload(settling)).toMatchObject({ kind: 'wait', until: now + 3_600_000 });
  });

  it('shrinks no small audience, but grows it', () => {
    const standing = { isValid: true, isExpiring: false, matched: 999 };
    expect(mayUpload({ ...facts, standing })).toEqual({ kind: 'go' });
    expect(mayUpload({ ...facts, standing, action: 'remove' })).toMatchObject({ kind: 'wait' });
    expect(mayUpload({ ...facts, standing, action: 'replace' })).toMatchObject({ kind: 'wait' });
  });

  it('replaces once a day, and no more than 24 leave a day', () => {
    const at = now - DAY / 2;
    const replaced = {
      ...facts,
      action: 'replace' as const,
      earlier: [{ action: 'replace' as const, sentAt: at }],
    };
    expect(mayUpload(replaced)).toMatchObject({ kind: 'wait', until: at + DAY });
    expect(mayUpload({ ...replaced, now: at + DAY })).toEqual({ kind: 'go' });
    const earlier = Array.from({ length: 24 }, (_, n) => ({ action: 'append' as const, sentAt: at + n }));
    expect(mayUpload({ ...facts, earlier })).toMatchObject({ kind: 'wait', until: at + DAY });
    expect(mayUpload({ ...facts, earlier: earlier.slice(1) })).toEqual({ kind: 'go' });
  });

  it('never goes where TikTok made nothing of the file, or the audience expires', () => {
    const standing = { ...facts.standing, error: 'no match' };
    expect(mayUpload({ ...facts, standing })).toMatchObject({ kind: 'never', state: 'failed' });
    const expiring = { ...facts.standing, isExpiring: true };
    expect(mayUpload({ ...facts, standing: expiring })).toMatchObject({ kind: 'never', state: 'gone' });
  });
});
