/** What the machine gives without Dialtrace, measured in the same run: the other side of every ratio. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '../../errors.js';
import { systemClock } from '../../sip/system.js';
import { openLoadPhone } from './load-phone.js';
import { percentile } from './figures.js';
import { residentMegabytes } from './process-usage.js';

const ROUNDS = 300;

async function timed(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = systemClock.now();
    await work();
    times.push(systemClock.now() - startedAt);
  }
  // The first ones warm the code up.
  return times.slice(Math.floor(rounds / 10));
}

/** Median ms of `GET` of a server that answers nothing, over a kept connection, in one process. */
export async function bareHttpMs(): Promise<number> {
  const server = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const times = await timed(ROUNDS, async () => (await fetch(url)).arrayBuffer());
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return percentile(times, 0.5);
}

/** Median ms of INVITE → 200 between two of our SIP stacks on loopback. */
export async function bareSipMs(): Promise<number> {
  return withPair(async (call) => percentile(await timed(ROUNDS, call), 0.5));
}

/** Calls a second (INVITE, 180, 200, ACK, BYE, 200) between two of our stacks, `atOnce` going on at any time. */
export async function bareCallsPerSecond(calls: number, atOnce: number): Promise<number> {
  return withPair(async (call) => {
    const startedAt = systemClock.now();
    let begun = 0;
    const line = async (): Promise<void> => {
      while (begun < calls) {
        begun += 1;
        await call();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, line));
    return (calls * 1000) / (systemClock.now() - startedAt);
  });
}

async function withPair<T>(measure: (call: () => Promise<void>) => Promise<T>): Promise<T> {
  const callee = await openLoadPhone({ user: 'callee', script: { ringMs: 0, then: { kind: 'answer' } } });
  const caller = await openLoadPhone({ user: 'caller' });
  try {
    return await measure(async () => {
      const outcome = await caller.call({ number: 'callee', port: callee.port, from: 'caller' });
      if (outcome.kind !== 'answered')
        throw new Fault('bug', `a bare call was not answered: ${outcome.kind}`);
      await outcome.dialog.bye();
    });
  } finally {
    await Promise.all([caller.close(), callee.close()]);
  }
}

/** A Node process that does nothing. */
export interface BareProcess {
  /** From its start to its first word. */
  readonly ms: number;
  readonly megabytes: number;
}

export async function bareProcess(): Promise<BareProcess> {
  const startedAt = systemClock.now();
  const idle = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 10000); console.log(1)']);
  await new Promise((resolve) => idle.stdout.once('data', resolve));
  const ms = systemClock.now() - startedAt;
  const megabytes = (await residentMegabytes(idle.pid ?? 0)) ?? Number.NaN;
  idle.kill();
  return { ms, megabytes };
}

const TICK_MS = 20;

/** 99th percentile of how late an idle process wakes from a 20 ms timer, in ms, over `ms`. */
export async function bareTimerLatenessMs(ms: number): Promise<number> {
  const late: number[] = [];
  const until = systemClock.now() + ms;
  while (systemClock.now() < until) {
    const dueAt = systemClock.now() + TICK_MS;
    await new Promise<void>((resolve) => void systemClock.after(TICK_MS, resolve));
    late.push(systemClock.now() - dueAt);
  }
  return percentile(late, 0.99);
}
