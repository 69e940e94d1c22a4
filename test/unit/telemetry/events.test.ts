import { describe, expect, it } from 'vitest';
import { createEventHub } from '../../../src/telemetry/events.js';
import { rememberingLogger } from '../../support/store/quiet.js';
import { anEvent } from '../../support/store/samples.js';

describe('the event hub', () => {
  it('gives every listener every event in order, also those published meanwhile', () => {
    const hub = createEventHub({ logger: rememberingLogger() });
    const seen: string[] = [];
    hub.subscribe(({ id }) => {
      if (id === 'a') hub.publish([anEvent('c')]);
    });
    hub.subscribe(({ id }) => void seen.push(id));
    hub.publish([anEvent('a'), anEvent('b')]);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('goes on when a listener throws', () => {
    const logger = rememberingLogger();
    const hub = createEventHub({ logger });
    const seen: string[] = [];
    hub.subscribe(() => {
      throw new Error('no');
    });
    hub.subscribe(({ id }) => void seen.push(id));
    hub.publish([anEvent('a')]);
    expect(seen).toEqual(['a']);
    expect(logger.lines.map(({ text }) => text)).toEqual(['a listener of events failed']);
  });

  it('forgets a listener that left, and refuses too many', () => {
    const hub = createEventHub({ logger: rememberingLogger(), mostListeners: 2 });
    const seen: string[] = [];
    const listener = () => void seen.push('x');
    const leave = hub.subscribe(listener);
    hub.subscribe(listener);
    expect(() => hub.subscribe(listener)).toThrow(expect.objectContaining({ code: 'rate-limited' }));
    leave();
    leave();
    hub.publish([anEvent('a')]);
    expect(seen).toEqual(['x']);
  });
});
