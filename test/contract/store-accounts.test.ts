/** What every store must do with accounts, pushes, deliveries and keys, and how it forgets what is old. */
import { describe, expect, it } from 'vitest';
import { BACKENDS, fault } from '../support/store/backends.js';
import { aConnection, aDelivery, aForm, aPush, branded } from '../support/store/samples.js';

describe.each(BACKENDS)('$name', ({ fresh }) => {
  it('removes what is too old in batches, and nothing else', async () => {
    const { store } = await fresh();
    await store.connections.add(aConnection());
    await store.transaction(async (tx) => {
      for (let n = 0; n < 1234; n += 1) {
        await tx.pushes.add(aPush({ id: branded(`push-${n}`), receivedAt: n }));
        await tx.outbox.add([
          aDelivery({ id: branded(`event-${n}`), createdAt: n, state: n % 2 ? 'dead' : 'waiting' }),
        ]);
        await tx.idempotency.claim('leads', `key-${n}`, 'hash', n);
      }
    });
    expect(await store.pushes.removeOlderThan(1200)).toBe(1200);
    expect(await store.outbox.removeOlderThan(1200)).toBe(600);
    expect(await store.idempotency.removeOlderThan(1200)).toBe(1200);
    expect(await store.pushes.byId(branded('push-1200'))).toBeDefined();
    expect(await store.outbox.countByState()).toEqual({ waiting: 617, dead: 17 });
  });

  it('keeps deliveries a receiver and their state', async () => {
    const { store } = await fresh();
    await store.outbox.add([aDelivery(), aDelivery({ endpoint: 'bi' })]);
    await store.outbox.update(branded('event-1'), 'bi', { state: 'dead', tries: 8, lastError: '500' });
    expect(await store.outbox.byId(branded('event-1'), 'crm')).toEqual(aDelivery());
    const dead = aDelivery({ endpoint: 'bi', state: 'dead', tries: 8, lastError: '500' });
    expect(await store.outbox.byId(branded('event-1'), 'bi')).toEqual(dead);
  });

  describe('accounts', () => {
    it('keep connections and forms, each once', async () => {
      const { store } = await fresh();
      await store.connections.add(aConnection());
      await expect(store.connections.add(aConnection({ id: branded('connection-2') }))).rejects.toEqual(
        fault('conflict'),
      );
      await store.connections.update(branded('connection-1'), { enabled: 'off', secretRef: 'env:SECRET' });
      const changed = aConnection({ enabled: 'off', secretRef: 'env:SECRET' });
      expect(await store.connections.byId(branded('connection-1'))).toEqual(changed);
      expect(await store.connections.byName('tiktok', 'main')).toEqual(changed);
      expect(await store.connections.list()).toEqual([changed]);
      expect(await store.forms.add(aForm())).toBe('added');
      expect(await store.forms.add(aForm({ id: branded('form-2') }))).toBe('exists');
      await store.forms.update(branded('form-1'), { group: 'sales' });
      const form = aForm({ group: 'sales' });
      expect(await store.forms.byId(branded('form-1'))).toEqual(form);
      expect(await store.forms.byExternalId(branded('connection-1'), form.externalId)).toEqual(form);
      expect(await store.forms.list()).toEqual([form]);
      expect(await store.forms.list(branded('connection-9'))).toEqual([]);
    });

    it('keep pushes with what became of each entry', async () => {
      const { store } = await fresh();
      await store.connections.add(aConnection());
      await store.pushes.add(aPush());
      await store.pushes.update(branded('push-1'), {
        results: [{ result: 'stored', leadId: branded('lead-1') }],
      });
      expect(await store.pushes.byId(branded('push-1'))).toEqual(
        aPush({ results: [{ result: 'stored', leadId: branded('lead-1') }] }),
      );
    });

    it('keep API keys until revoked, HA1 by realm and algorithm, and flags', async () => {
      const { store } = await fresh();
      const key = {
        id: branded('key-1'),
        name: 'crm',
        prefix: 'dt_1',
        hash: 'h',
        scopes: ['leads'],
        createdAt: 1,
      };
      await store.apiKeys.add(key);
      await store.apiKeys.revoke(key.id, 5);
      expect(await store.apiKeys.byPrefix('dt_1')).toEqual([{ ...key, revokedAt: 5 }]);
      expect(await store.apiKeys.list()).toEqual([{ ...key, revokedAt: 5 }]);
      await store.credentials.set('anna', 'dialtrace', 'MD5', 'old');
      await store.credentials.set('anna', 'dialtrace', 'MD5', 'new');
      await store.credentials.set('anna', 'dialtrace', 'SHA-256', 'sha');
      expect(await store.credentials.ha1('anna', 'dialtrace', 'MD5')).toBe('new');
      expect(await store.credentials.ha1('anna', 'elsewhere', 'MD5')).toBeUndefined();
      expect(await store.credentials.users()).toEqual(['anna']);
      const desk = {
        user: 'anna',
        contact: 'sip:a@x',
        source: '192.0.2.1:5060',
        transport: 'udp',
        expiresAt: 100,
        phone: 'p',
      };
      await store.registrations.save(desk);
      await store.registrations.save({
        ...desk,
        expiresAt: 200,
        agent: 'desk',
        signallingNode: 'sip-a:9022',
      });
      await store.registrations.save({ ...desk, contact: 'sip:b@x', expiresAt: 300 });
      await store.registrations.remove({ user: 'anna', contact: 'sip:b@x' });
      expect(await store.registrations.live(150)).toEqual([
        { ...desk, expiresAt: 200, agent: 'desk', signallingNode: 'sip-a:9022' },
      ]);
      expect(await store.registrations.live(200)).toEqual([]);
      await store.flags.set('stop', 'on');
      await store.flags.set('stop', 'off');
      expect(await store.flags.get('stop')).toBe('off');
      await store.flags.remove('stop');
      expect(await store.flags.get('stop')).toBeUndefined();
    });
  });

  describe('idempotency keys', () => {
    it('are free for whoever asks while they are released', async () => {
      const { store } = await fresh();
      await store.idempotency.claim('leads', 'k', 'hash', 0);
      const [claim] = await Promise.all([
        store.idempotency.claim('leads', 'k', 'hash', 1),
        store.idempotency.release('leads', 'k'),
      ]);
      expect(claim).toEqual({ kind: 'new' });
    });

    const DAY = 86_400_000;

    it('replay the answer for a day', async () => {
      const { store } = await fresh();
      const claim = (hash: string, now: number, key = 'k') =>
        store.idempotency.claim('leads', key, hash, now);
      expect(await claim('h', 0)).toEqual({ kind: 'new' });
      expect(await claim('h', 1)).toEqual({ kind: 'running' });
      await store.idempotency.answer('leads', 'k', '{"lead_id":"1"}');
      expect(await claim('h', DAY - 1)).toEqual({ kind: 'replay', answer: '{"lead_id":"1"}' });
      expect(await claim('other', DAY - 1)).toEqual({ kind: 'conflict' });
      expect(await claim('other', DAY)).toEqual({ kind: 'new' });
      expect(await claim('h', 0, 'k2')).toEqual({ kind: 'new' });
    });

    it('free a request that a crash left without an answer', async () => {
      const { store } = await fresh();
      await store.idempotency.claim('leads', 'k', 'h', 0);
      expect(await store.idempotency.claim('leads', 'k', 'h', 59_999)).toEqual({ kind: 'running' });
      expect(await store.idempotency.claim('leads', 'k', 'h', 60_000)).toEqual({ kind: 'new' });
    });
  });
});
