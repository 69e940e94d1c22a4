// The four transaction machines on a virtual clock, against RFC 3261 §17, table 4 and RFC 6026.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/errors.js';
import { clientStage, serverStage } from '../support/sip/recording-transport.js';

const LATER = 1_000_000;

describe('INVITE client', () => {
  it('repeats over UDP at 0.5, 1.5, 3.5 … s and gives up at 32 s (timers A, B)', () => {
    const { clock, log } = clientStage('INVITE');
    clock.advanceTo(LATER);
    const sends = [0, 500, 1500, 3500, 7500, 15500, 31500].map((at) => `${String(at)} send INVITE`);
    expect(log).toEqual([...sends, '32000 timed out', '32000 end']);
    expect(clock.timerCount).toBe(0);
  });

  it('does not repeat over TCP', () => {
    const { clock, log } = clientStage('INVITE', 'tcp');
    clock.advanceTo(LATER);
    expect(log).toEqual(['0 send INVITE', '32000 timed out', '32000 end']);
  });

  it('acknowledges a failure and its repeats, for 32 s (timer D)', () => {
    const { clock, log, answer } = clientStage('INVITE');
    answer(486);
    clock.advanceTo(1000);
    answer(486);
    clock.advanceTo(LATER);
    expect(log).toEqual(['0 send INVITE', '0 send ACK', '0 final 486', '1000 send ACK', '32000 end']);
  });

  it('lets a failure go at once over TCP', () => {
    const { clock, log, answer } = clientStage('INVITE', 'tcp');
    answer(486);
    clock.advanceTo(0);
    expect(log.at(-1)).toBe('0 end');
  });

  it('leaves the ACK of a 2xx to its owner, and tells repeats and forks apart (RFC 6026)', () => {
    const { clock, log, answer } = clientStage('INVITE');
    answer(200, 'one');
    answer(200, 'one');
    answer(200, 'two');
    clock.advanceTo(LATER);
    expect(log).toEqual(['0 send INVITE', '0 final 200', '0 repeated 2xx', '0 final 200', '32000 end']);
  });

  it('waits without limit once it rings', () => {
    const { clock, log, answer } = clientStage('INVITE');
    answer(180);
    clock.advanceTo(LATER);
    expect(log).toEqual(['0 send INVITE', '0 provisional 180']);
  });

  it('sends CANCEL only after a provisional (§9.1), and stops waiting 32 s later', () => {
    const { clock, log, answer, transaction } = clientStage('INVITE');
    expect(transaction.cancel()).toEqual({ sent: false });
    clock.advanceTo(100);
    answer(100);
    expect(log.slice(1)).toEqual(['100 provisional 100', '100 send CANCEL']);
    clock.advanceTo(LATER);
    expect(log.slice(3)).toEqual(['32100 timed out', '32100 end']);
  });

  it('sends no CANCEL when the final came first', () => {
    const { log, answer, transaction } = clientStage('INVITE');
    transaction.cancel();
    answer(200);
    expect(transaction.cancel()).toEqual({ sent: false });
    expect(log).toEqual(['0 send INVITE', '0 final 200']);
  });

  it('tells a transport failure once', () => {
    const { log, transaction } = clientStage('INVITE');
    transaction.transportFailed(new Error('gone'));
    transaction.transportFailed(new Error('gone'));
    expect(log).toEqual(['0 send INVITE', '0 transport failed', '0 end']);
  });
});

describe('non-INVITE client', () => {
  it('repeats up to every 4 s and gives up at 32 s (timers E, F)', () => {
    const { clock, log } = clientStage('OPTIONS');
    clock.advanceTo(LATER);
    const at = [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500];
    expect(log).toEqual([...at.map((ms) => `${String(ms)} send OPTIONS`), '32000 timed out', '32000 end']);
  });

  it('repeats every 4 s after a provisional, and still gives up at 32 s', () => {
    const { clock, log, answer } = clientStage('OPTIONS');
    answer(100);
    clock.advanceTo(LATER);
    expect(log.slice(2, 5)).toEqual(['500 send OPTIONS', '4500 send OPTIONS', '8500 send OPTIONS']);
    expect(log.slice(-2)).toEqual(['32000 timed out', '32000 end']);
  });

  it('absorbs repeated finals for 5 s (timer K)', () => {
    const { clock, log, answer } = clientStage('OPTIONS');
    answer(200);
    answer(200);
    clock.advanceTo(LATER);
    expect(log).toEqual(['0 send OPTIONS', '0 final 200', '5000 end']);
  });
});

describe('INVITE server', () => {
  it('repeats the latest provisional when the INVITE comes again', () => {
    const { log, answer, transaction } = serverStage('INVITE');
    transaction.repeated();
    answer(180);
    transaction.repeated();
    expect(log).toEqual(['0 send 180', '0 send 180']);
  });

  it('repeats a failure until the ACK, then lingers 5 s (timers G, I)', () => {
    const { clock, log, answer, transaction } = serverStage('INVITE');
    answer(486);
    clock.advanceTo(2000);
    expect(transaction.ack()).toBe('absorbed');
    clock.advanceTo(LATER);
    expect(log).toEqual(['0 send 486', '500 send 486', '1500 send 486', '7000 end']);
  });

  it('gives up on the ACK after 32 s (timer H)', () => {
    const { clock, log, answer } = serverStage('INVITE');
    answer(486);
    clock.advanceTo(LATER);
    expect(log.slice(-2)).toEqual(['32000 ack timeout', '32000 end']);
  });

  it('repeats a 2xx up to every 4 s until acknowledged, and absorbs the INVITE for 32 s (timer L)', () => {
    const { clock, log, answer, transaction } = serverStage('INVITE');
    answer(200);
    clock.advanceTo(8000);
    expect(transaction.ack()).toBe('passed');
    transaction.acknowledged();
    transaction.repeated();
    clock.advanceTo(LATER);
    const sends = [0, 500, 1500, 3500, 7500].map((at) => `${String(at)} send 200`);
    expect(log).toEqual([...sends, '32000 end']);
  });

  it('answers an INVITE that comes again while its 2xx is not acknowledged', () => {
    const { log, answer, transaction } = serverStage('INVITE');
    answer(200);
    transaction.repeated();
    expect(log).toEqual(['0 send 200', '0 send 200']);
  });

  it('tells that a 2xx was never acknowledged', () => {
    const { clock, log, answer } = serverStage('INVITE');
    answer(200);
    clock.advanceTo(LATER);
    expect(log.slice(-2)).toEqual(['32000 ack timeout', '32000 end']);
  });

  it('takes one final only', () => {
    const { answer } = serverStage('INVITE');
    answer(486);
    expect(() => {
      answer(200);
    }).toThrow(Fault);
  });
});

describe('non-INVITE server', () => {
  it('answers repeats again for 32 s (timer J)', () => {
    const { clock, log, answer, transaction } = serverStage('OPTIONS');
    transaction.repeated();
    answer(200);
    transaction.repeated();
    clock.advanceTo(LATER);
    expect(log).toEqual(['0 send 200', '0 send 200', '32000 end']);
  });

  it('is freed when nobody answers', () => {
    const { clock, log } = serverStage('OPTIONS');
    clock.advanceTo(LATER);
    expect(log).toEqual(['32000 end']);
  });
});

describe('any order of events', () => {
  const clientStep = fc.oneof(
    fc.constantFrom(100, 180, 200, 200, 302, 486).map((status) => ({ kind: 'answer', status }) as const),
    fc.integer({ min: 0, max: 40_000 }).map((ms) => ({ kind: 'wait', ms }) as const),
    fc.constantFrom({ kind: 'cancel' } as const, { kind: 'fail' } as const),
  );

  it('a client tells at most one ending, ends once and leaves no timer', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('INVITE', 'OPTIONS'),
        fc.array(clientStep, { maxLength: 12 }),
        (method, steps) => {
          const on = clientStage(method);
          for (const step of steps) {
            if (step.kind === 'answer') on.answer(step.status);
            else if (step.kind === 'wait') on.clock.advance(step.ms);
            else if (step.kind === 'cancel') on.transaction.cancel();
            else on.transaction.transportFailed(new Error('x'));
          }
          on.transaction.forget();
          on.clock.advanceTo(LATER * 2);
          const endings = on.log.filter((line) => /final|timed out|transport failed/.test(line));
          expect(endings.length).toBeLessThanOrEqual(1);
          expect(on.log.filter((line) => line.endsWith(' end'))).toHaveLength(1);
          expect(on.clock.timerCount).toBe(0);
        },
      ),
    );
  });

  it('a server sends nothing after its end and leaves no timer', () => {
    const step = fc.oneof(
      fc.constantFrom(100, 180, 200, 486).map((status) => ({ kind: 'answer', status }) as const),
      fc.integer({ min: 0, max: 40_000 }).map((ms) => ({ kind: 'wait', ms }) as const),
      fc.constantFrom({ kind: 'repeat' } as const, { kind: 'ack' } as const),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('INVITE', 'OPTIONS'),
        fc.array(step, { maxLength: 12 }),
        (method, steps) => {
          const on = serverStage(method);
          for (const each of steps) {
            if (each.kind === 'wait') on.clock.advance(each.ms);
            else if (each.kind === 'repeat') on.transaction.repeated();
            else if (each.kind === 'ack') on.transaction.ack();
            else answerOrFault(() => on.answer(each.status));
          }
          on.transaction.forget();
          on.clock.advanceTo(LATER * 2);
          const end = on.log.findIndex((line) => line.endsWith(' end'));
          expect(on.log.slice(end + 1)).toEqual([]);
          expect(on.clock.timerCount).toBe(0);
        },
      ),
    );
  });
});

function answerOrFault(answer: () => void): void {
  try {
    answer();
  } catch (fault) {
    expect(fault).toBeInstanceOf(Fault);
  }
}
