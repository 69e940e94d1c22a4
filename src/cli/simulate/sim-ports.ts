/** The ports of one simulated life besides store and switch: silent where nothing is to be seen, seeded where chance is. */
import { createHash } from 'node:crypto';
import type { Ids, Ports, SendOutcome, SendRequest } from '../../app/ports/ports.js';
import type { Store } from '../../app/ports/store.js';
import type { SimClock, SimRandom } from './sim-clock.js';
import type { SimSwitch } from './sim-switch.js';

export interface SimPortsParts {
  readonly store: Store;
  readonly telephone: SimSwitch;
  readonly clock: SimClock;
  readonly random: SimRandom;
  readonly ids: Ids;
  readonly receive: (request: SendRequest) => Promise<SendOutcome>;
  /** Errors that the program logs. */
  readonly failed: (why: string) => void;
}

export function simPorts({ store, telephone, clock, random, ids, receive, failed }: SimPortsParts): Ports {
  const { life } = telephone;
  const silent = (): void => undefined;
  const logger: Ports['logger'] = {
    debug: silent,
    info: silent,
    warn: silent,
    error: (fields, text) => (life.isAlive() ? failed(`${text} ${JSON.stringify(fields)}`) : undefined),
    child: () => logger,
  };
  const nothing = (): Promise<undefined> => telephone.answer(undefined);
  return {
    store,
    switch: telephone,
    clock: {
      now: () => clock.now(),
      after: (ms, act) => clock.after(ms, () => (life.isAlive() ? act() : undefined)),
    },
    ids,
    random,
    speech: {
      speak: () =>
        random.chance(0.1)
          ? Promise.reject(new Error('no voice'))
          : telephone.answer({ path: '/x.wav', seconds: 2, provider: 'sim', cached: false }),
      health: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    },
    templates: {
      render: (prompt, locale) => ({ ok: true, text: prompt, locale }),
      fill: (text) => ({ ok: true, text, locale: 'en' }),
      renderText: (text, locale) => ({ ok: true, text, locale }),
      check: (template) => (template.includes('{{ wrong }}') ? ['1:4 there is no name `wrong`'] : []),
      recorded: () => undefined,
      own: () => undefined,
    },
    ownPrompts: { has: () => false, keep: () => Promise.reject(new Error('nothing is recorded here')) },
    files: { size: nothing, remove: nothing, ensureDirectory: nothing, freeBytes: nothing },
    sender: { send: receive },
    secrets: { get: () => telephone.answer('secret') },
    sealer: { seal: (_, plain) => plain, open: (_, sealed) => sealed, nonce: () => ids.next() },
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    webhookSigner: { sign: (_, { id }) => ({ 'webhook-id': id }) },
    logger,
    metrics: { count: silent, observe: silent },
    events: { publish: silent, subscribe: () => silent },
  };
}
