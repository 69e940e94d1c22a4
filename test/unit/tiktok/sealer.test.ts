import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealer } from '../../../src/main/adapters/sealer.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialtrace-sealer-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('secrets in the store', () => {
  it('open under their own name and with the same key only', () => {
    const sealer = createSealer({ key: 'a phrase' });
    const sealed = sealer.seal('token', 'тайна');
    expect(sealer.seal('token', 'тайна')).not.toBe(sealed);
    expect(createSealer({ key: 'a phrase' }).open('token', sealed)).toBe('тайна');
    const unreadable = expect.objectContaining({ code: 'secret-unreadable' }) as Error;
    expect(() => sealer.open('other', sealed)).toThrow(unreadable);
    expect(() => createSealer({ key: 'another' }).open('token', sealed)).toThrow(unreadable);
    expect(() => sealer.open('token', `${sealed.slice(0, -2)}AA`)).toThrow(unreadable);
    expect(() => sealer.open('token', 'plain')).toThrow(unreadable);
  });

  it('make a key of their own, once, that only its owner reads', async () => {
    const keyFile = join(folder, 'store.sqlite.key');
    const [one, other] = [createSealer({ keyFile }), createSealer({ keyFile })];
    expect(() => one.open('token', 'v1.AAAA')).toThrow();
    const sealed = one.seal('token', 'a');
    expect(other.open('token', sealed)).toBe('a');
    expect(one.open('token', other.seal('token', 'b'))).toBe('b');
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await readFile(keyFile, 'utf8')).length).toBeGreaterThan(40);
  });
});
