/** What rings whom without the controller: the routes, what is lost, and XML that reads as XML. */
import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failsafeSet,
  type FailsafeRequest,
  type FailsafeSet,
} from '../../../src/domain/failsafe/failsafe-set.js';
import { failsafeFiles } from '../../../src/domain/failsafe/freeswitch-xml.js';
import { hoursXml } from '../../../src/domain/failsafe/hours-xml.js';
import { waysOf } from '../../../src/domain/failsafe/plan-ways.js';
import { clockAt, isOpen } from '../../../src/domain/schedule/opening-hours.js';
import { posixZone } from '../../../src/domain/schedule/posix-zone.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';
import { planFrom, shippedPlan } from '../../support/dialplan/plans.js';

const NUMBER = '+4930123456';
const SOCKET = { address: '127.0.0.1', port: 5070 };

function setOf(telephony: object, change: Partial<FailsafeRequest> = {}): FailsafeSet {
  return failsafeSet({
    telephony: buildTelephony(telephonySchema.parse(telephony)),
    plans: { inbound: shippedPlan('inbound') },
    inboundPlan: 'inbound',
    numbers: [{ number: NUMBER }],
    contacts: {},
    ...change,
  });
}

/** Every tag that is opened is closed, in order, and nothing that would need escaping stands in a value. */
function wellFormed(xml: string): boolean {
  const open: string[] = [];
  const bare = xml.replaceAll(/<!--.*?-->/gs, '').replace(/^<\?xml[^>]*\?>/, '');
  for (const [, close, name = '', attributes = '', self] of bare.matchAll(
    /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<&]*(?:&\w+;[^"<&]*)*")*)\s*(\/?)>/g,
  )) {
    if (close === '' && self === '') open.push(name);
    else if (close !== '' && (attributes !== '' || open.pop() !== name)) return false;
  }
  return open.length === 0 && !/[<>]/.test(bare.replaceAll(/<\/?[\w-]+(?:\s+[\w-]+="[^"]*")*\s*\/?>/g, ''));
}

const SALES = {
  trunks: { carrier: { gateways: [{ host: '192.0.2.1' }], format: 'digits' } },
  operators: {
    anna: { devices: [{ uri: 'sip:anna@192.0.2.9' }] },
    boris: { devices: [{ number: '+4915112345678' }] },
    cleo: { devices: [{ phone: 'cleo' }] },
  },
  groups: { sales: { operators: ['anna', 'boris', 'cleo'], ring: '15s' } },
  callbacks: { default: { group: 'sales' } },
};

describe('the failsafe set', () => {
  it('rings operators by address, by trunk and by a given contact', () => {
    const { routes, lost } = setOf(SALES, { contacts: { cleo: 'sip:cleo@192.0.2.10:5061' } });
    expect(routes[0]?.ways).toEqual([
      {
        when: [],
        rings: [
          {
            who: 'sales',
            strategy: 'simultaneous',
            ringSeconds: 15,
            dial: [
              ['sofia/failsafe/anna@192.0.2.9'],
              ['sofia/gateway/carrier/4915112345678'],
              ['sofia/failsafe/cleo@192.0.2.10:5061'],
            ],
          },
        ],
      },
    ]);
    expect(lost).toEqual([]);
  });

  it('says what it cannot keep', () => {
    expect(setOf(SALES).lost).toEqual([
      'cleo: the phone cleo registers with the controller; give its address with --contacts',
    ]);
    const alone = setOf({ ...SALES, trunks: {} });
    expect(alone.lost).toContain('boris: there is no trunk to dial +4915112345678');
    expect(setOf({}).lost).toContain(
      `${NUMBER}: no group is rung by its plan, and there is no default policy`,
    );
  });

  it('rings the number that the carrier would be told, when nobody answers', () => {
    const { routes } = setOf(SALES, { numbers: [{ number: NUMBER, failSafe: '+4930999999' }] });
    expect(routes[0]?.then).toEqual(['sofia/gateway/carrier/4930999999']);
  });

  it('goes through every gateway of a trunk, in the order in which calls do', () => {
    const gateways = [{ host: '192.0.2.1' }, { host: '192.0.2.2', port: 5070 }];
    const set = setOf(
      { ...SALES, trunks: { carrier: { gateways } } },
      { contacts: { cleo: 'sip:c@192.0.2.3' } },
    );
    expect(set.routes[0]?.ways[0]?.rings[0]?.dial[1]).toEqual([
      'sofia/gateway/carrier-1/+4915112345678',
      'sofia/gateway/carrier-2/+4915112345678',
    ]);
    const files = failsafeFiles(set, SOCKET, 0);
    expect(files['failsafe/profile.xml']).toContain('<gateway name="carrier-2">');
    expect(files['failsafe/profile.xml']).toContain('"proxy" value="192.0.2.2:5070;transport=udp"');
    expect(files['failsafe/dialplan.xml']).toContain(
      ':_:[leg_timeout=15]sofia/gateway/carrier-1/+4915112345678|[leg_timeout=15]sofia/gateway/carrier-2/+4915112345678:_:',
    );
  });
});

describe('the ways of a plan', () => {
  const waysIn = (plan: string) => waysOf({ [plan]: shippedPlan(`cookbook/${plan}`) }, plan);

  it('part by opening hours', () => {
    const { ways, lost } = waysIn('office-hours');
    expect(ways.map(({ when, rung }) => [when, rung.length])).toEqual([
      [[{ hours: 'office', is: 'open' }], 1],
      [[{ hours: 'office', is: 'closed' }], 0],
    ]);
    expect(lost).toEqual(['office-hours/leave-message: voicemail needs the controller']);
  });

  it('part by a schedule, whose rows shut each other out', () => {
    expect(waysIn('seasonal').ways.map(({ when }) => when)).toEqual([
      [{ hours: 'christmas', is: 'open' }],
      [
        { hours: 'christmas', is: 'closed' },
        { hours: 'office', is: 'open' },
      ],
      [
        { hours: 'christmas', is: 'closed' },
        { hours: 'office', is: 'closed' },
      ],
    ]);
  });

  it('ring one team after another, and numbers', () => {
    const [way] = waysIn('overflow').ways;
    expect(way?.rung.map((one) => one.kind === 'group' && one.group)).toEqual(['sales', 'support']);
    const [stopped, asUsual] = waysIn('emergency-stop').ways;
    expect(stopped?.rung).toEqual([]);
    expect(asUsual?.rung).toMatchObject([{ kind: 'group' }]);
  });

  it.each([
    ['ivr-departments', 'departments: menu is not decided; calls go on to desk'],
    ['partner-split', 'share: percent is not decided; calls go on to find-operator'],
    ['whisper-by-source', 'by-source: switch is not decided; calls go on to everybody'],
  ])('of %s say what nobody decides', (plan, said) => {
    expect(waysIn(plan).lost).toContain(`${plan}/${said}`);
    expect(waysIn(plan).ways[0]?.rung).toMatchObject([{ kind: 'group', group: undefined }]);
  });

  it('end in a plan that goes round', () => {
    const steps = { a: { do: 'wait', seconds: 1, next: 'b' }, b: { do: 'goto', step: 'a' } };
    const plan = planFrom({ name: 'round', start: 'a', steps });
    expect(waysOf({ round: plan }, 'round')).toEqual({ ways: [{ when: [], rung: [] }], lost: [] });
  });
});

describe('opening hours as conditions', () => {
  /** What FreeSWITCH does with them: each condition that fits sets the variable, the last one counts. */
  function isOpenByXml(lines: readonly string[], at: number): boolean {
    const { weekday, hour, minute, date } = clockAt('UTC', at);
    const clock = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`;
    const [year, month, day] = date.split('-').map(Number);
    const known: Readonly<Record<string, string>> = {
      wday: String((weekday % 7) + 1),
      year: String(year),
      mon: String(month),
      mday: String(day),
    };
    const fits = (line: string): boolean =>
      [...line.matchAll(/(wday|year|mon|mday|time-of-day)="([^"]*)"/g)].every(([, name = '', value = '']) => {
        if (name !== 'time-of-day') return known[name] === value;
        const [from = '', to = ''] = value.split('-');
        return from <= clock && clock <= to;
      });
    return (
      lines
        .filter((line) => line.includes('break="never"') && fits(line))
        .at(-1)
        ?.includes('=open') === true
    );
  }

  const minutes = fc
    .tuple(fc.nat(1439), fc.nat(1439))
    .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1 }));
  const days = fc.constantFrom('2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05');

  it('say the same as the controller at every minute', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('1', '2', '3', '7'), fc.array(minutes, { maxLength: 2 })),
        fc.dictionary(days, fc.array(minutes, { maxLength: 2 })),
        fc.integer({ min: 0, max: 7 * 1440 - 1 }),
        (week, exceptions, minute) => {
          const hours = { name: 'office', week, exceptions };
          const at = Date.UTC(2026, 2, 1) + minute * 60_000;
          expect(isOpenByXml(hoursXml([hours], 'UTC'), at)).toBe(isOpen(hours, 'UTC', at));
        },
      ),
    );
  });

  it.each([
    ['Europe/Berlin', 'STD-1DST-2,M3.5.0/2,M10.5.0/3'],
    ['Europe/Moscow', 'STD-3'],
    ['America/New_York', 'STD5DST4,M3.2.0/2,M11.1.0/2'],
    ['Asia/Kolkata', 'STD-5:30'],
    ['Australia/Sydney', 'STD-10DST-11,M10.1.0/2,M4.1.0/3'],
    ['UTC', 'STD0'],
  ])('%s is %s', (zone, text) => {
    expect(posixZone(zone, Date.UTC(2026, 5, 1))).toBe(text);
  });
});

describe('its XML', () => {
  it('is well formed, whatever the names are', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.string(), (lost, group) => {
        const route = {
          number: NUMBER,
          ways: [
            {
              when: [{ hours: group, is: 'open' }],
              rings: [{ who: group, strategy: 'simultaneous', ringSeconds: 9, dial: [[group]] }],
            },
          ],
          then: [],
        } as const;
        const hours = [{ name: group, week: {}, exceptions: {} }];
        const files = failsafeFiles(
          { routes: [route], trunks: [], hours, zone: 'Europe/Berlin', lost },
          SOCKET,
          0,
        );
        for (const text of Object.values(files)) {
          expect(wellFormed(text)).toBe(true);
          for (const [, comment = ''] of text.matchAll(/<!--(.*?)-->/gs)) expect(comment).not.toContain('--');
        }
      }),
    );
  });

  it('lets only trunks in, on a port and a context of its own', () => {
    const files = failsafeFiles(setOf(SALES), SOCKET, 0);
    const read = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
    expect(read.parse(files['failsafe/acl.xml'] ?? '')).toMatchObject({
      list: { default: 'deny', node: { type: 'allow', cidr: '192.0.2.1/32' } },
    });
    expect(files['failsafe/profile.xml']).toContain('name="apply-inbound-acl" value="failsafe-trunks"');
    expect(files['failsafe/profile.xml']).not.toContain('drachtio_mrf');
    expect(files['failsafe/dialplan.xml']).toContain(
      '[leg_timeout=15]sofia/failsafe/anna@192.0.2.9:_:[leg_timeout=15]',
    );
    expect(files['failsafe/dialplan.xml']).toContain('expression="^(?:\\+|00)?4930123456$"');
  });
});
