/** The client of a chaos run asks for hundreds of leads: the server may tell it to come back later. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { apiClient } from '../../../src/cli/chaos/api-client.js';

let close: () => void = () => undefined;
afterEach(() => close());

async function answering(statuses: readonly number[]): Promise<string> {
  const left = [...statuses];
  const server = createServer((_request, response) => {
    response.writeHead(left.shift() ?? 200, { 'retry-after': '0', 'content-type': 'application/json' });
    response.end('{"status":"reached"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('comes back when the server says that it asked too often', async () => {
  const api = apiClient(await answering([429, 429, 200]));
  expect(await api.lead('l-1')).toEqual({ status: 'reached' });
});

it('takes any other refusal for a fault', async () => {
  const api = apiClient(await answering([429, 404]));
  await expect(api.lead('l-1')).rejects.toThrow('404');
});
