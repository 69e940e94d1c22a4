/** `dialtrace demo --json` as CI and other programs run it: every promised field, and what it means. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWavHeader } from '../../src/wire/wav-header.js';
import { runCli, type CliResult } from '../support/http/run-cli.js';

interface DemoLeg {
  readonly role: string;
  readonly sip_call_id: string;
  readonly ringing_at: string;
  readonly answered_at: string;
  readonly ended_at: string;
  readonly heard_path: string;
}

interface DemoLine {
  readonly legs: readonly [DemoLeg, DemoLeg];
  readonly recording: { readonly path: string; readonly seconds: number };
  readonly [field: string]: unknown;
}

const TALK_SECONDS = 4;

describe('dialtrace demo --json', { timeout: 90_000 }, () => {
  let directory: string;
  let result: CliResult;
  let line: DemoLine;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialtrace-demo-'));
    result = await runCli(['demo', '--json', '--talk', String(TALK_SECONDS), '--directory', directory], {
      cwd: directory,
      deadlineMs: 80_000,
    });
    line = result.json as unknown as DemoLine;
  }, 90_000);
  afterAll(() => rm(directory, { recursive: true }));

  it('ends with 0 and one line on stdout, the result', () => {
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(result.stderr).toContain('call.bridged');
  });

  it('says what became of the lead and the call', () => {
    expect(line).toMatchObject({
      ok: true,
      switch: 'embedded',
      lead_id: expect.stringMatching(/^\w+$/) as unknown,
      call_id: expect.stringMatching(/^\w+$/) as unknown,
      disposition: 'answered',
      accept_key: '1',
      whisper_text: expect.stringMatching(/Spring offer.*Blue boots.*Ivan Petrov/) as unknown,
      will_call_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
      lead_to_operator_invite_ms: expect.any(Number) as unknown,
    });
  });

  it('tells the legs in their order: the client is called after the operator answered', () => {
    const [operator, client] = line.legs;
    expect(line.legs.map(({ role }) => role)).toEqual(['operator', 'client']);
    expect(operator.sip_call_id).not.toBe(client.sip_call_id);
    for (const { ringing_at, answered_at, ended_at } of line.legs)
      expect([ringing_at, answered_at, ended_at]).toEqual([ringing_at, answered_at, ended_at].sort());
    expect(client.ringing_at > operator.answered_at).toBe(true);
    const talked = (Date.parse(client.ended_at) - Date.parse(client.answered_at)) / 1000;
    expect(talked).toBeGreaterThan(TALK_SECONDS - 0.5);
    expect(line['bridged_seconds']).toBeCloseTo(talked, 0);
  });

  it('recorded both sides, apart, as long as they talked', async () => {
    expect(line.recording).toMatchObject({
      channels: 2,
      channel_roles: ['operator', 'client'],
      sample_rate: 8000,
    });
    const wav = await readFile(line.recording.path);
    expect(readWavHeader(wav)).toMatchObject({ header: { channels: 2, sampleRate: 8000 } });
    expect(Math.abs(line.recording.seconds - Number(line['bridged_seconds']))).toBeLessThan(1);
    expect(wav.length).toBeGreaterThan(line.recording.seconds * 8000 * 4);
    expect(line['checks']).toMatchObject({
      operator_tone_ch0: true,
      client_tone_ch1: true,
      whisper_in_client_ear: false,
    });
    expect((line['checks'] as { crosstalk_db: number }).crosstalk_db).toBeLessThan(-40);
  });

  it('kept what each phone heard', async () => {
    for (const { heard_path: path } of line.legs)
      expect((await readFile(path)).length).toBeGreaterThan(TALK_SECONDS * 16_000);
  });
});
