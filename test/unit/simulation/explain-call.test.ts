/** A stored call told in order: causes before what follows from them, outcomes in words. */
import { describe, expect, it } from 'vitest';
import type { ActivityOutcome } from '../../../src/domain/dialplan/inputs.js';
import { TRACE_LENGTH } from '../../../src/domain/dialplan/session.js';
import { explainCall } from '../../../src/domain/simulation/explain-call.js';
import { aCall, anActivity, anEvent, branded } from '../../support/store/samples.js';

const step = (at: number, name: string, why: string) => ({ at, plan: 'callback', step: name, why });

function session(...trace: ReturnType<typeof step>[]): string {
  return JSON.stringify({ trace, ending: { reason: 'talk: b-left', by: 'dialplan' } });
}

const wait = (outcome: ActivityOutcome) =>
  anActivity({
    id: branded('call-1.7'),
    verb: 'wait',
    directive: JSON.stringify({ verb: 'wait', activity: 'call-1.7', seconds: 2 }),
    startedAt: 10,
    endedAt: 20,
    outcome: JSON.stringify(outcome),
  });

describe('explaining a call', () => {
  it('puts events, outcomes, steps and directives of one instant in that order', () => {
    const { told, ending } = explainCall({
      call: aCall({ session: session(step(10, 'pause', 'the call began'), step(20, 'talk', 'pause: done')) }),
      activities: [wait({ kind: 'elapsed' })],
      inputs: [],
      events: [
        anEvent('e1', {
          name: 'leg.answered',
          at: 20,
          payload: { leg: 'client', leg_id: 'x', role: 'client' },
        }),
      ],
    });
    expect(told.map(({ at, text }) => `${at} ${text}`)).toEqual([
      '10 callback/pause, because the call began',
      '10 [7] wait 2 s',
      '20 leg.answered client',
      '20 [7] wait: elapsed',
      '20 callback/talk, because pause: done',
    ]);
    expect(ending).toEqual({ reason: 'talk: b-left', by: 'dialplan' });
  });

  it.each<[ActivityOutcome, string]>([
    [
      { kind: 'not-answered', ending: { by: 'callee', sipStatus: 486, at: 1 } },
      'not answered (by callee, SIP 486)',
    ],
    [
      { kind: 'not-answered', ending: { by: 'system', reason: 'taken', at: 1 } },
      'not answered (by system, taken)',
    ],
    [{ kind: 'not-allowed', why: 'busy-device' }, 'not allowed: busy-device'],
    [{ kind: 'digits', digits: '12' }, 'digits 12'],
    [{ kind: 'responded', status: 404, body: 'secret' }, 'responded 404'],
    [{ kind: 'leg-ended', leg: 'client' }, 'client ended'],
    [{ kind: 'failed', why: 'no-voice' }, 'failed: no-voice'],
    [{ kind: 'unknown' }, 'not known, the process ended before'],
  ])('%j reads as words', (outcome, words) => {
    const { told } = explainCall({ call: aCall(), activities: [wait(outcome)], events: [], inputs: [] });
    expect(told.at(-1)?.text).toBe(`[7] wait: ${words}`);
  });

  it('works for a call without a session, and says when the trace was cut', () => {
    expect(explainCall({ call: aCall(), activities: [], events: [], inputs: [] })).toEqual({
      told: [],
      ending: undefined,
      steps: 'complete',
      choices: [],
    });
    const long = Array.from({ length: TRACE_LENGTH }, (_, at) => step(at, 'again', 'again: step'));
    expect(
      explainCall({ call: aCall({ session: session(...long) }), activities: [], events: [], inputs: [] })
        .steps,
    ).toBe('cut');
  });
});
