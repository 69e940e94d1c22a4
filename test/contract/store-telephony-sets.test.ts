/** What every store must do with versions of the telephony, and with the inputs of calls. */
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/store/backends.js';
import { aCall, branded } from '../support/store/samples.js';

const VERSION = {
  hash: 'h1',
  appliedAt: 5,
  author: 'anna',
  source: 'api',
  percent: 100,
  changes: ['+ groups.x'],
} as const;

describe.each(BACKENDS)('$name', ({ fresh }) => {
  it('numbers versions from 1, and keeps a set once', async () => {
    const { store } = await fresh();
    await store.telephonySets.keep('h1', '{"a":1}');
    await store.telephonySets.keep('h1', '{"a":2}');
    expect(await store.telephonySets.byHash('h1')).toBe('{"a":1}');
    expect([
      await store.telephonySets.add(VERSION),
      await store.telephonySets.add({ ...VERSION, percent: 5 }),
    ]).toEqual([1, 2]);
    expect(await store.telephonySets.byNumber(1)).toEqual({ ...VERSION, number: 1 });
    expect((await store.telephonySets.latest(1)).map(({ number }) => number)).toEqual([2]);
  });

  it('removes old versions and their sets, but none that a call names', async () => {
    const { store } = await fresh();
    for (const hash of ['h1', 'h2', 'h3', 'h4']) {
      await store.telephonySets.keep(hash, '{}');
      await store.telephonySets.add({ ...VERSION, hash });
    }
    await store.calls.add(aCall({ setVersion: 2 }));
    expect(await store.telephonySets.removeUnused(1)).toBe(2);
    expect((await store.telephonySets.latest(9)).map(({ number }) => number)).toEqual([4, 2]);
    expect(await store.telephonySets.byHash('h2')).toBe('{}');
    expect(await store.telephonySets.byHash('h3')).toBeUndefined();
  });

  it('keeps the inputs of a call in the order of its steps', async () => {
    const { store } = await fresh();
    const call = aCall({ setVersion: 1, facts: '{"locale":"en"}' });
    await store.calls.add(call);
    const inputs = [2, 1].map((step) => ({ callId: branded('call-1'), step, at: step, inputs: `[${step}]` }));
    for (const one of inputs) await store.calls.addInputs(one);
    expect(await store.calls.inputsOf(call.id)).toEqual(inputs.toReversed());
    expect(await store.calls.byId(call.id)).toEqual(call);
  });
});
