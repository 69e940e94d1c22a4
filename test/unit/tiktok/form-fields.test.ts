import { describe, expect, it } from 'vitest';
import { firstMap, formFields, staleEntries } from '../../../src/domain/tiktok/form-fields.js';

describe('fields of an instant form', () => {
  it('become what the map says, else what everybody calls them, else answers', () => {
    expect(formFields(['phone_number', 'name', 'Бюджет', 'utm_source'], { Бюджет: 'budget' })).toEqual([
      { field: 'phone_number', becomes: 'phone', by: 'alias' },
      { field: 'name', becomes: 'client_name', by: 'alias' },
      { field: 'Бюджет', becomes: 'budget', by: 'map' },
      { field: 'utm_source', becomes: 'utm_source', by: 'alias' },
    ]);
  });

  it('that look like ours are suggested, by whole words', () => {
    const labels = ['Телефон для связи', 'Which hotel?', 'Vui lòng nhập số điện thoại', 'Как Ваше имя?'];
    expect(formFields(labels, {}).map(({ suggested }) => suggested)).toEqual([
      'phone',
      undefined,
      'phone',
      'client_name',
    ]);
    expect(firstMap(labels)).toEqual({ 'Телефон для связи': 'phone', 'Как Ваше имя?': 'client_name' });
  });

  it('are not suggested for what the form has already', () => {
    expect(firstMap(['phone', 'Second phone'])).toEqual({});
    expect(formFields(['A', 'Телефон для связи'], { A: 'phone' })[1]).not.toHaveProperty('suggested');
  });

  it('that are gone leave stale entries', () => {
    expect(staleEntries(['phone'], { phone: 'phone', Телефон: 'phone' })).toEqual(['Телефон']);
  });
});
