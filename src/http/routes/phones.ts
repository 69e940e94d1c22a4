/** /v1/phones: which phones of the operators are registered now, and who of them talks. */
import { z } from 'zod';
import type { LiveCall } from '../../app/calls/call-registry.js';
import type { Registered } from '../../app/ports/switch.js';
import type { Device, Operator } from '../../domain/routing/telephony.js';
import type { HttpContext, HttpServer } from '../context.js';
import { isoTime, time } from '../schemas/common.js';

const contactSchema = z.object({
  contact: z.string(),
  source: z.string(),
  transport: z.string(),
  agent: z.string().nullable(),
  expires_at: time,
});

const phonesSchema = z
  .object({
    operator: z.string(),
    presence: z.enum(['talking', 'ringing', 'available', 'offline']).meta({
      description: 'available: one of his phones can be rung; offline: none is registered',
    }),
    devices: z.array(
      z.object({
        kind: z.enum(['registered', 'uri', 'number']),
        at: z.string(),
        contacts: z.array(contactSchema),
      }),
    ),
  })
  .meta({ id: 'OperatorPhones' });

type Phones = z.input<typeof phonesSchema>;

function contactJson({
  contact,
  source,
  transport,
  agent,
  expiresAt,
}: Registered): z.input<typeof contactSchema> {
  return { contact, source, transport, agent: agent ?? null, expires_at: isoTime(expiresAt) };
}

function deviceJson(device: Device, registrations: readonly Registered[]): Phones['devices'][number] {
  if (device.kind === 'uri') return { kind: 'uri', at: device.uri, contacts: [] };
  if (device.kind === 'number') return { kind: 'number', at: device.number, contacts: [] };
  const own = registrations.filter(({ user }) => user === device.user);
  return { kind: 'registered', at: device.user, contacts: own.map(contactJson) };
}

function presenceOf(
  { name, devices }: Operator,
  calls: readonly LiveCall[],
  shown: Phones['devices'],
): Phones['presence'] {
  const legs = calls.flatMap((call) => call.legs).filter(({ party }) => party === name);
  if (legs.some(({ state }) => state === 'answered' || state === 'held')) return 'talking';
  if (legs.length > 0) return 'ringing';
  const isReachable = shown.some(({ contacts }) => contacts.length > 0);
  return isReachable || devices.some(({ kind }) => kind !== 'registered') ? 'available' : 'offline';
}

export function phoneRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/phones', {
    config: { scope: 'read' },
    schema: {
      summary: 'Operators with their phones: registrations and presence',
      tags: ['live'],
      response: { 200: z.object({ items: z.array(phonesSchema) }) },
    },
    handler: () => {
      const [calls, registrations] = [app.liveCalls(), app.registrations()];
      const items = Object.values(app.telephonySet().telephony.operators).map((operator): Phones => {
        const devices = operator.devices.map((device) => deviceJson(device, registrations));
        return { operator: operator.name, presence: presenceOf(operator, calls, devices), devices };
      });
      return { items };
    },
  });
}
