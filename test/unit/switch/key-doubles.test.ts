import { describe, expect, it } from 'vitest';
import { KeyDoubles } from '../../../src/switch/messages/key-doubles.js';

function bed() {
  let now = 0;
  let timers: { at: number; action: () => void }[] = [];
  const clock = {
    now: () => now,
    after: (ms: number, action: () => void) => {
      const timer = { at: now + ms, action };
      timers.push(timer);
      return () => (timers = timers.filter((each) => each !== timer));
    },
  };
  const pressed: string[] = [];
  const doubles = new KeyDoubles(clock);
  return {
    pressed,
    rtp: (digit: string) => doubles.heardInMedia(digit),
    info: (digit: string) => doubles.heardByInfo(digit, () => pressed.push(digit)),
    pass: (ms: number) => {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { action } of due) action();
    },
    close: () => doubles.close(),
  };
}

describe('KeyDoubles', () => {
  it('presses an INFO without a twin after a moment, and the next ones at once', () => {
    const { info, pass, pressed } = bed();
    info('1');
    expect(pressed).toEqual([]);
    pass(400);
    info('2');
    expect(pressed).toEqual(['1', '2']);
  });

  it('drops an INFO whose twin came before or comes after', () => {
    const { info, rtp, pass, pressed } = bed();
    rtp('1');
    info('1');
    info('2');
    pass(300);
    rtp('2');
    pass(1000);
    expect(pressed).toEqual([]);
  });

  it('lets one key in RTP stand for one INFO only, and not for long', () => {
    const { info, rtp, pass, pressed } = bed();
    rtp('1');
    info('1');
    info('1');
    pass(400);
    expect(pressed).toEqual(['1']);
    rtp('3');
    pass(1001);
    info('3');
    pass(400);
    expect(pressed).toEqual(['1', '3']);
  });

  it('presses nothing once the leg is over', () => {
    const { info, pass, pressed, close } = bed();
    info('1');
    close();
    pass(1000);
    expect(pressed).toEqual([]);
  });
});
