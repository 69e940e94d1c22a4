/** The links by which a media server on another host fetches prompts and delivers recordings. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileLinks } from '../../src/http/file-links.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';

const links = createFileLinks('http://files.test/', 'media secret');
const pathOf = (url: string) => new URL(url).pathname;

describe('switch files', () => {
  let bed: HttpBed;
  let prompt: string;

  beforeAll(async () => {
    bed = await openHttpBed({ fileLinks: links });
    prompt = join(bed.directory, 'привет мир.wav');
    await writeFile(prompt, 'RIFF prompt');
  });
  afterAll(() => bed.close());

  const send = (method: 'GET' | 'PUT', url: string, payload?: Buffer) =>
    bed.server.inject({
      method,
      url: pathOf(url),
      ...(payload && { payload, headers: { 'content-type': 'audio/x-wav' } }),
    });

  it('serves a prompt by its link, whatever its name', async () => {
    const answer = await send('GET', links.url('prompts', prompt));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe('RIFF prompt');
    expect(answer.headers['cache-control']).toContain('max-age=');
  });

  it('takes a recording by its link, larger than other bodies may be, and keeps no half of it', async () => {
    const path = join(bed.directory, 'new folder', 'talk.wav');
    const sound = Buffer.alloc(6_000_000, 7);
    expect((await send('PUT', links.url('recordings', path), sound)).statusCode).toBe(201);
    expect((await readFile(path)).equals(sound)).toBe(true);
  });

  it('knows only links that were given out, each for its own purpose', async () => {
    const link = links.url('prompts', prompt);
    const other = createFileLinks('http://files.test', 'another secret');
    const forged = link.replace(/[^/]+\.wav$/, `${Buffer.from('/etc/passwd').toString('base64url')}.wav`);
    const wrong = [
      send('GET', forged),
      send('GET', other.url('prompts', prompt)),
      send('GET', links.url('recordings', prompt)),
      send('GET', link.replace(/\.wav$/, '')),
      send('GET', links.url('prompts', join(bed.directory, 'none.wav'))),
      send('PUT', link.replace('/prompts/', '/recordings/'), Buffer.from('x')),
    ];
    for (const answer of await Promise.all(wrong)) expect(answer.statusCode).toBe(404);
    expect(await readFile(prompt, 'utf8')).toBe('RIFF prompt');
  });
});
