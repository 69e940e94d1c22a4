import { expect, it } from 'vitest';
import { openHttpBed } from '../../support/http/http-bed.js';

it('a secret is sealed in the store, read by its reference, replaced and removed', async () => {
  const bed = await openHttpBed();
  const { app } = bed;
  const { secrets, store } = bed.services;
  await app.setSecret('crm-token', 'тайна');
  expect(await secrets.get('store:crm-token')).toBe('тайна');
  expect(await store.sealedSecrets.get('crm-token')).not.toContain('тайна');
  await app.setSecret('crm-token', 'another');
  expect(await secrets.get('store:crm-token')).toBe('another');
  await app.removeSecret('crm-token');
  expect(await secrets.get('store:crm-token')).toBeUndefined();
  for (const [name, value] of [
    ['Crm', 'x'],
    ['', 'x'],
    ['tiktok-token-1', 'x'],
    ['crm', ''],
  ] as const)
    await expect(app.setSecret(name, value)).rejects.toMatchObject({ code: 'field-invalid' });
  await bed.close();
});
