import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftOfBody } from '../../../src/http/lead-body.js';
import { Fault } from '../../../src/errors.js';

describe('the body of a lead', () => {
  it('understands the names that sites post', () => {
    expect(
      draftOfBody({
        fio: 'Иван',
        phone: '8 916 123-45-67',
        ga_cid: '1.2',
        yaClientId: '33',
        utm_source: 'ya',
        page_url: 'https://s.example/x',
        colour: 'blue',
      }),
    ).toMatchObject({
      source: 'api',
      kind: 'form',
      clientName: 'Иван',
      rawPhone: '8 916 123-45-67',
      touch: { ga_client_id: '1.2', ym_client_id: '33', utm_source: 'ya', page_url: 'https://s.example/x' },
      answers: [{ field: 'colour', value: 'blue' }],
    });
    expect(draftOfBody({ phone: '1', gcid: '9.8' }).touch).toEqual({ ga_client_id: '9.8' });
  });

  it('takes answers as a map or a list, utm as a map, and every kind', () => {
    expect(draftOfBody({ kind: 'basket', answers: { size: 'L' }, utm: { source: 'x' } })).toMatchObject({
      kind: 'basket',
      answers: [{ field: 'size', value: 'L' }],
      touch: { utm_source: 'x' },
    });
    expect(draftOfBody({ answers: [{ field: 'a', value: 1 }] }).answers).toEqual([
      { field: 'a', value: '1' },
    ]);
  });

  it('joins a first and a last name', () => {
    expect(draftOfBody({ name: 'Jan', last_name: 'Novák' })).toMatchObject({
      clientName: 'Jan Novák',
      answers: [],
    });
    expect(draftOfBody({ příjmení: 'Novák' }).clientName).toBe('Novák');
  });

  it('reads a wished time only with its zone', () => {
    expect(draftOfBody({ call_at: '2026-11-22T10:00:00+03:00' }).callAt).toBe(Date.UTC(2026, 10, 22, 7));
    expect(() => draftOfBody({ call_at: '2026-11-22 10:00' })).toThrow(/call_at/);
  });

  it('names every field that cannot be used', () => {
    try {
      draftOfBody({ kind: 'sausage', call_at: 'soon' });
      expect.unreachable();
    } catch (error) {
      expect((error as Fault).code).toBe('field-invalid');
      expect((error as Fault).fields.map(({ field }) => field)).toEqual(['kind', 'call_at']);
    }
  });

  it('says that a list is no lead', () => {
    expect(() => draftOfBody([])).toThrow(/object of fields/);
  });

  it('never throws anything but a Fault, and loses no field', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }),
          fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
        ),
        (body) => {
          try {
            const draft = draftOfBody(body);
            const kept = draft.answers.length + Object.keys(draft.touch).length;
            expect(kept).toBeLessThanOrEqual(Object.keys(body).length);
          } catch (error) {
            expect(error).toBeInstanceOf(Fault);
          }
        },
      ),
    );
  });
});
