/** The Switch port against SIPp, which shares no code with us. Skipped, visibly, where SIPp is not installed. */
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { InboundCall } from '../../src/app/ports/switch.js';
import { endingOf, useCallBed } from '../support/switch/call-bed.js';
import { kind, missingServers, signalOf } from '../support/switch/test-switch.js';

const hasSipp = spawnSync('sipp', ['-v']).error === undefined;
if (!hasSipp) console.warn('switch contract: SIPp is not installed, 2 tests skipped');

/** Resolves with the exit code: 0 when every call of the scenario went as it should. */
function sipp(scenario: 'uac' | 'uas', port: number, ...more: readonly string[]): Promise<number | null> {
  const fixed = ['-sn', scenario, '-i', '127.0.0.1', '-p', String(port), '-nostdin', '-timeout', '15'];
  const running = spawn('sipp', [...fixed, ...more], { stdio: 'ignore', cwd: tmpdir() });
  return new Promise((resolve) => running.on('exit', resolve));
}

describe.skipIf(missingServers() !== undefined || !hasSipp)(`switch with SIPp (${kind})`, () => {
  const calls = useCallBed();
  const base = 20_000 + (process.pid % 10_000);

  it('takes calls and hears their end', async () => {
    const target = calls.bed.sipUri('x').replace(/^sip:x@/, '');
    const code = sipp(
      'uac',
      base,
      '-mp',
      String(base + 1000),
      '-m',
      '3',
      '-r',
      '3',
      '-d',
      '400',
      '-s',
      '+4930999',
      target,
    );
    const taken: InboundCall[] = [];
    for (let count = 0; count < 3; count += 1) {
      const call = await calls.bed.nextInbound();
      taken.push(call);
      await call.leg.ring();
      expect(await call.leg.answer()).toBe('answered');
    }
    for (const { leg, dnis } of taken) {
      expect(dnis).toBe('+4930999');
      expect(await endingOf(leg)).toMatchObject({ by: 'caller' });
    }
    expect(await code).toBe(0);
  });

  it('makes calls and ends them', async () => {
    const port = base + 1;
    const code = sipp('uas', port, '-mp', String(base + 1100), '-m', '2');
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (let count = 0; count < 2; count += 1) {
      const leg = calls.bed.originate({ target: { kind: 'uri', uri: `sip:service@127.0.0.1:${port}` } });
      await signalOf(leg, 'ringing');
      await signalOf(leg, 'answered');
      await leg.hangup('normal');
    }
    expect(await code).toBe(0);
  });
});
