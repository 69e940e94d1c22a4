/** Prompts, keys and recordings of one party. The same against the look-alikes and against real servers (see test-switch.ts). */
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endingOf, useCallBed } from '../support/switch/call-bed.js';
import { toneShare, usualToneShare } from '../support/switch/rtp-line.js';
import { heldOffer } from '../support/switch/test-phone.js';
import { kind, missingServers, signalOf, until } from '../support/switch/test-switch.js';
import { readStereo, writeTone } from '../support/switch/tone-file.js';

describe.skipIf(missingServers() !== undefined)(`switch media (${kind})`, () => {
  const calls = useCallBed();

  describe('play', () => {
    it('plays files, silence and tones in order', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const tone = join(calls.bed.folder, 'p.wav');
      await writeTone(tone, 700, 0.6);
      const played = await leg.play([
        { kind: 'silence', ms: 100 },
        { kind: 'file', path: tone },
        { kind: 'tone', tone: 'beep' },
      ]).outcome;
      expect(played).toMatchObject({ kind: 'played' });
      expect(toneShare(call.line.heard, 1000, 0.1)).toBeGreaterThan(0.5);
      await leg.hangup('normal');
    });

    it('says which file is missing', async () => {
      const { leg } = await calls.talk(calls.anna);
      expect(await leg.play([{ kind: 'file', path: join(calls.bed.folder, 'none.wav') }]).outcome).toEqual({
        kind: 'file-missing',
        path: join(calls.bed.folder, 'none.wav'),
      });
      await leg.hangup('normal');
    });

    it('loops ringback until stopped, also when stopped at once', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const ringback = leg.play([{ kind: 'tone', tone: 'ringback' }]);
      await until('ringback is heard', () => toneShare(call.line.heard, 425) > 0.8);
      ringback.stop();
      expect(await ringback.outcome).toEqual({ kind: 'stopped' });
      const second = leg.play([{ kind: 'tone', tone: 'ringback' }]);
      second.stop();
      expect(await second.outcome).toEqual({ kind: 'stopped' });
      await leg.hangup('normal');
    });

    it('settles when the party goes', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const ringback = leg.play([{ kind: 'tone', tone: 'ringback' }]);
      await until('ringback is heard', () => toneShare(call.line.heard, 425) > 0.8);
      await call.dialog.bye();
      expect(await ringback.outcome).toEqual({ kind: 'leg-ended' });
      await endingOf(leg);
    });

    it('settles when the channel is killed', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const ringback = leg.play([{ kind: 'tone', tone: 'ringback' }]);
      await until('ringback is heard', () => toneShare(call.line.heard, 425) > 0.8);
      await calls.bed.switch.endStored({ sipCallId: 'unknown', channelUuid: leg.identity.channelUuid ?? '' });
      expect(await ringback.outcome).toEqual({ kind: 'leg-ended' });
      expect(await endingOf(leg)).toMatchObject({ by: 'system', reason: 'killed' });
      expect(await call.ended).toBe('remote-bye');
    });
  });

  describe('gather', () => {
    const request = { minDigits: 1, maxDigits: 3, timeoutMs: 1500, interDigitMs: 800, terminators: '#' };

    it('collects digits up to the terminator, during the prompt', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const tone = join(calls.bed.folder, 'g.wav');
      await writeTone(tone, 700, 5);
      const gathering = leg.gather({
        ...request,
        items: [
          { kind: 'silence', ms: 100 },
          { kind: 'file', path: tone },
        ],
      });
      await until('prompt is heard', () => toneShare(call.line.heard, 700) > 0.8);
      for (const digit of ['4', '2', '#']) await call.line.press(digit);
      expect(await gathering.outcome).toEqual({ kind: 'digits', digits: '42', terminator: '#' });
      await leg.hangup('normal');
    });

    it('takes a key pressed in the pause between two files', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const [first, second] = [join(calls.bed.folder, 'one.wav'), join(calls.bed.folder, 'two.wav')];
      await writeTone(first, 700, 1.2);
      await writeTone(second, 900, 5);
      const gathering = leg.gather({
        ...request,
        maxDigits: 1,
        items: [
          { kind: 'file', path: first },
          { kind: 'file', path: second },
        ],
      });
      await until('the first file is heard', () => toneShare(call.line.heard, 700) > 0.8);
      await until('the first file is over', () => toneShare(call.line.heard, 700, 0.06) < 0.1);
      await call.line.press('1');
      expect(await gathering.outcome).toEqual({ kind: 'digits', digits: '1' });
      expect(toneShare(call.line.heard, 900, 0.3)).toBeLessThan(0.5);
      await leg.hangup('normal');
    });

    it('takes keys that were pressed before it began', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const path = join(calls.bed.folder, 'menu.wav');
      await writeTone(path, 700, 4);
      const gathering = leg.gather({ ...request, typed: '4', maxDigits: 2, items: [{ kind: 'file', path }] });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await call.line.press('2');
      expect(await gathering.outcome).toEqual({ kind: 'digits', digits: '42' });
      expect(
        await leg.gather({ ...request, typed: '12#', maxDigits: 4, items: [{ kind: 'file', path }] }).outcome,
      ).toEqual({
        kind: 'digits',
        digits: '12',
        terminator: '#',
      });
      await leg.hangup('normal');
    });

    it('loses no key that is pressed while it begins, and none counts twice', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const keys: string[] = [];
      leg.onSignal((signal) => signal.kind === 'key' && keys.push(signal.digit));
      // A key of 40 ms ends before, with, and after the start, which comes some 20 ms after the command.
      for (const [round, digit] of Array.from('12345678').entries()) {
        const pressed = call.line.press(digit, 2);
        await new Promise((resolve) => setTimeout(resolve, 5 * round));
        if (keys.length > round) continue; // It was over already: the key of something else.
        const gathering = leg.gather({ ...request, maxDigits: 1, timeoutMs: 2000, items: [] });
        await pressed;
        expect(await gathering.outcome).toEqual({ kind: 'digits', digits: digit });
      }
      await until('every key was told', () => keys.length === 8);
      expect(keys.join('')).toBe('12345678');
      await leg.hangup('normal');
    });

    it('reports each key, takes a full input without terminator, twice', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const keys: string[] = [];
      leg.onSignal((signal) => signal.kind === 'key' && keys.push(signal.digit));
      for (const digits of ['123', '45']) {
        const gathering = leg.gather({ ...request, maxDigits: digits.length, items: [] });
        await new Promise((resolve) => setTimeout(resolve, 200));
        for (const digit of digits) await call.line.press(digit);
        expect(await gathering.outcome).toEqual({ kind: 'digits', digits });
      }
      expect(keys.join('')).toBe('12345');
      await leg.hangup('normal');
    });

    it('reports no input', async () => {
      const { leg } = await calls.talk(calls.anna);
      expect(await leg.gather({ ...request, timeoutMs: 1000, items: [] }).outcome).toEqual({
        kind: 'no-input',
      });
      await leg.hangup('normal');
    });

    it('stops, in the prompt and after it', async () => {
      const { leg } = await calls.talk(calls.anna);
      const inPrompt = leg.gather({ ...request, items: [{ kind: 'tone', tone: 'ringback' }] });
      await new Promise((resolve) => setTimeout(resolve, 300));
      inPrompt.stop();
      expect(await inPrompt.outcome).toEqual({ kind: 'stopped' });
      const after = leg.gather({ ...request, timeoutMs: 20_000, items: [] });
      await new Promise((resolve) => setTimeout(resolve, 400));
      const stoppedAt = Date.now();
      after.stop();
      expect(await after.outcome).toEqual({ kind: 'stopped' });
      expect(Date.now() - stoppedAt).toBeLessThan(1500);
      await leg.hangup('normal');
    });

    it('takes keys by SIP INFO', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const gathering = leg.gather({ ...request, maxDigits: 1, items: [] });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await call.dialog.request('INFO', {
        body: 'Signal=7\r\nDuration=160\r\n',
        headers: [{ name: 'Content-Type', value: 'application/dtmf-relay' }],
      });
      expect(await gathering.outcome).toEqual({ kind: 'digits', digits: '7' });
      expect((await signalOf(leg, 'key')).digit).toBe('7');
      await leg.hangup('normal');
    });

    it('settles when the party goes', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const gathering = leg.gather({ ...request, timeoutMs: 20_000, items: [] });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await call.dialog.bye();
      expect(await gathering.outcome).toEqual({ kind: 'leg-ended' });
    });
  });

  describe('record', () => {
    it('is stereo, channel 0 the party, and as long as the talk', async () => {
      const { one, two } = await calls.bridged();
      const path = join(calls.bed.folder, 'talk.wav');
      const recording = one.leg.record({ path, startedAt: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      recording.stop();
      const outcome = await recording.outcome;
      expect(outcome).toMatchObject({ kind: 'ready', path, channels: 2, sampleRate: 8000 });
      const [party, heard] = await readStereo(path);
      expect(usualToneShare(party, 440)).toBeGreaterThan(0.5);
      expect(usualToneShare(party, 1000)).toBeLessThan(0.01);
      expect(usualToneShare(heard, 1000)).toBeGreaterThan(0.5);
      expect(usualToneShare(heard, 440)).toBeLessThan(0.01);
      await Promise.all([one.leg.hangup('normal'), two.leg.hangup('normal')]);
    });

    it('ends with the leg, also when short', async () => {
      const { one, two } = await calls.bridged();
      const recording = one.leg.record({ path: join(calls.bed.folder, 'short.wav'), startedAt: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, 900));
      await one.call.dialog.bye();
      expect(await recording.outcome).toMatchObject({ kind: 'ready', channels: 2 });
      await two.leg.hangup('normal');
    });

    it('writes silence while paused', async () => {
      const { one, two } = await calls.bridged();
      const path = join(calls.bed.folder, 'masked.wav');
      const recording = one.leg.record({ path, startedAt: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, 500));
      await recording.pause();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await recording.resume();
      await new Promise((resolve) => setTimeout(resolve, 500));
      recording.stop();
      expect(await recording.outcome).toMatchObject({ kind: 'ready' });
      const [party] = await readStereo(path);
      const middle = party.slice(Math.round(party.length * 0.45), Math.round(party.length * 0.6));
      expect(Math.max(...middle.map(Math.abs))).toBeLessThan(200);
      expect(usualToneShare(party.slice(-3200), 440)).toBeGreaterThan(0.5);
      await Promise.all([one.leg.hangup('normal'), two.leg.hangup('normal')]);
    });

    it('leaves out the time on hold', async () => {
      const { one, two } = await calls.bridged();
      const path = join(calls.bed.folder, 'held.wav');
      const { line, dialog } = one.call;
      const recording = one.leg.record({ path, startedAt: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, 500));
      await dialog.reinvite({ body: heldOffer(line, 'sendonly', 2) });
      await signalOf(one.leg, 'held');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await dialog.reinvite({ body: heldOffer(line, 'sendrecv', 3) });
      await signalOf(one.leg, 'resumed');
      await new Promise((resolve) => setTimeout(resolve, 500));
      recording.stop();
      const outcome = await recording.outcome;
      expect(outcome).toMatchObject({ kind: 'ready' });
      expect(outcome.kind === 'ready' ? outcome.seconds : 0).toBeLessThan(1.6);
      await Promise.all([one.leg.hangup('normal'), two.leg.hangup('normal')]);
    });

    it('fails on a path that cannot be written', async () => {
      const { leg } = await calls.talk(calls.anna);
      await writeFile(join(calls.bed.folder, 'file'), '');
      const recording = leg.record({ path: join(calls.bed.folder, 'file', 'x.wav'), startedAt: Date.now() });
      expect(await recording.outcome).toMatchObject({ kind: 'failed' });
      await leg.hangup('normal');
    });

    it('fails when the length is not that of the talk', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      call.line.say(440);
      const path = join(calls.bed.folder, 'long.wav');
      const recording = leg.record({ path, startedAt: Date.now() - 10_000 });
      await new Promise((resolve) => setTimeout(resolve, 500));
      recording.stop();
      expect(await recording.outcome).toMatchObject({ kind: 'failed' });
      await access(path);
      await leg.hangup('normal');
    });
  });
});
