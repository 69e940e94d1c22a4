/** Many whole calls after one another and side by side: memory, sockets, channels and maps are as before. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pendingIn, watchLibrary, type SrfInside } from '../support/switch/library-inside.js';
import type { Leg } from '../../src/app/ports/switch.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const CALLS = Number(process.env['SOAK_CALLS'] ?? 60);
const WARM_UP = Number(process.env['SOAK_WARM_UP'] ?? 20);
const AT_ONCE = Number(process.env['SOAK_AT_ONCE'] ?? 8);
/** More than 32 s shows true memory: so long the look-alikes in this process keep the SIP side of a leg (timer J). */
const SETTLE_MS = Number(process.env['SOAK_SETTLE_MS'] ?? 0);
const SLACK_BYTES = SETTLE_MS > 32_000 ? 15e6 : 50e6;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe.skipIf(missingServers() !== undefined)(`switch soak (${kind})`, () => {
  let bed: TestSwitch;
  let folder: string;
  const phones: TestPhone[] = [];
  let libraries: SrfInside[] = [];

  beforeAll(async () => {
    libraries = watchLibrary();
    folder = await mkdtemp(join(tmpdir(), 'switch-soak-'));
    bed = await openTestSwitch();
  });
  afterAll(async () => {
    for (const phone of phones) await phone.close();
    await bed.close();
    await rm(folder, { recursive: true });
    vi.restoreAllMocks();
  });

  let serial = 0;
  const ring = async (phone: TestPhone) => {
    const leg = bed.originate({ target: { kind: 'uri', uri: phone.uri } });
    const incoming = await Promise.race([phone.nextCall(), failureOf(leg)]);
    const call = await phone.answer(incoming);
    await Promise.race([signalOf(leg, 'answered', 15_000), failureOf(leg)]);
    return { leg, call };
  };

  /** Two phones: play, bridge, record 0.3 s; every third time a phone hangs up, every third time we do. */
  async function wholeCall(one: TestPhone, two: TestPhone): Promise<void> {
    const [a, b] = await Promise.all([ring(one), ring(two)]);
    expect(await a.leg.play([{ kind: 'silence', ms: 40 }]).outcome).toMatchObject({ kind: 'played' });
    const bridge = a.leg.bridge(b.leg);
    const turn = (serial += 1);
    const path = join(folder, `${turn}.wav`);
    const recording = a.leg.record({ path, startedAt: Date.now() });
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (turn % 3 === 0) await a.call.dialog.bye();
    if (turn % 3 === 1) await b.call.dialog.bye();
    recording.stop();
    expect(await recording.outcome).toMatchObject({ kind: 'ready', channels: 2 });
    await Promise.all([a.leg.hangup('normal'), b.leg.hangup('normal')]);
    expect(await bridge.outcome).toMatchObject({ kind: 'leg-ended' });
    await Promise.all([a.call.ended, b.call.ended]);
    for (const { line } of [a.call, b.call]) {
      line.close();
      line.forget();
    }
    await rm(path, { force: true });
  }

  async function run(calls: number): Promise<void> {
    let left = calls;
    const lane = async (one: TestPhone, two: TestPhone) => {
      while (left > 0) {
        left -= 1;
        await wholeCall(one, two);
      }
    };
    const lanes = Promise.all(
      phones.flatMap((one, at) => {
        const two = phones[at + 1];
        return two && at % 2 === 0 ? [lane(one, two)] : [];
      }),
    );
    await lanes.catch((error: unknown) => {
      throw new Error(complaints().join('; '), { cause: error });
    });
    await until('no leg', () => bed.switch.status().legs === 0);
    await bed.untilNoChannels();
    bed.forgetLegs();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    await until('no transaction under way', () => pendingIn(libraries) === 0, 10_000);
  }

  const complaints = () => bed.log.filter((line) => /^(?:warn|error)/.test(line));

  function usage() {
    collectGarbage();
    const { heapUsed, rss } = process.memoryUsage();
    return {
      heapUsed,
      rss,
      handles: process.getActiveResourcesInfo().filter((each) => /TCP|UDP|Pipe/.test(each)).length,
    };
  }

  it(
    `makes ${CALLS} calls`,
    async () => {
      for (let count = 0; count < 2 * AT_ONCE; count += 1) phones.push(await openTestPhone());
      await run(WARM_UP);
      const before = usage();
      const startedAt = Date.now();
      await run(CALLS);
      const after = usage();
      if (process.env['SOAK_CALLS'] !== undefined)
        console.warn(
          JSON.stringify({ calls: CALLS, seconds: (Date.now() - startedAt) / 1000, before, after }),
        );
      expect(libraries.map(({ _dialogs }) => _dialogs.size)).toEqual([0]);
      expect(after.handles).toBeLessThanOrEqual(before.handles + 2);
      expect(after.heapUsed - before.heapUsed).toBeLessThan(SLACK_BYTES);
      expect(complaints()).toEqual([]);
    },
    CALLS * 2000 + 20_000 + 2 * SETTLE_MS,
  );
});

/** Rejects when the leg ends. */
function failureOf(leg: Leg): Promise<never> {
  return new Promise((_resolve, reject) => {
    leg.onSignal((signal) => {
      if (signal.kind === 'ended') reject(new Error(`leg ended: ${JSON.stringify(signal.ending)}`));
    });
  });
}
