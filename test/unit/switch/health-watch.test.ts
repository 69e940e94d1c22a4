/** When a media server is late, and when it is dead. */
import { describe, expect, it } from 'vitest';
import type { EventSocket } from '../../../src/switch/servers/event-socket.js';
import { HealthWatch } from '../../../src/switch/servers/health-watch.js';
import type { Settled } from '../../../src/switch/lifetime.js';
import { VirtualClock } from '../../support/store/virtual-clock.js';

const COMMAND_MS = 3000;
const STATUS = `2 session(s) - peak 3, last 5min 3
1 session(s) per Sec out of max 30, peak 2, last 5min 2
500 session(s) max
min idle cpu 0.00/50.00
`;

type Behaviour = 'answers' | 'hangs' | 'tells of its calls only';

function watch(first: Behaviour) {
  const clock = new VirtualClock();
  const state = { behaviour: first, bytes: 0, closed: '', ends: 0 };
  const late = () =>
    new Promise<Settled<string>>((resolve) => clock.after(COMMAND_MS, () => resolve({ kind: 'late' })));
  const eventSocket: Pick<EventSocket, 'api' | 'close' | 'bytesRead'> = {
    get bytesRead() {
      if (state.behaviour !== 'hangs') state.bytes += 1;
      return state.bytes;
    },
    api: () => (state.behaviour === 'answers' ? Promise.resolve({ kind: 'value', value: STATUS }) : late()),
    close: (why) => void (state.closed = why),
  };
  const events = { ownLegs: () => 2, dead: () => void (state.ends += 1) };
  return { clock, state, health: new HealthWatch(eventSocket as EventSocket, { clock }, events) };
}

describe('the watch over a media server', () => {
  it('reads its load, and asks again every second', async () => {
    const { clock, health } = watch('answers');
    await clock.advance(0);
    expect(health.load).toMatchObject({ sessions: 2, maxSessions: 500, idleCpu: 0.5, ownLegs: 2 });
    const before = health.load?.at ?? 0;
    await clock.advance(1000);
    expect(health.load?.at).toBe(before + 1000);
    health.close();
    expect(clock.pending).toBe(0);
  });

  it('says late after 750 ms, dead after two silent commands, and then once', async () => {
    const { clock, state, health } = watch('hangs');
    await clock.advance(749);
    expect(health.answers).toBe('in-time');
    await clock.advance(1);
    expect(health.answers).toBe('late');
    await clock.advance(2 * COMMAND_MS - 751);
    expect(state).toMatchObject({ ends: 0, closed: '' });
    await clock.advance(1);
    expect(state).toMatchObject({ ends: 1, closed: 'no answer to a health check' });
    await clock.advance(60_000);
    expect(state.ends).toBe(1);
  });

  it('takes one that tells of its calls for alive, however late', async () => {
    const { clock, state, health } = watch('tells of its calls only');
    await clock.advance(20 * COMMAND_MS);
    expect(state).toMatchObject({ ends: 0, closed: '' });
    expect(health.answers).toBe('late');
    state.behaviour = 'answers';
    await clock.advance(COMMAND_MS);
    expect(health.answers).toBe('in-time');
    health.close();
  });
});
