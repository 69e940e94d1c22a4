import { describe, expect, it } from 'vitest';
import { RejectionRing } from '../../../src/app/signalling/rejection-ring.js';
import { BanList, isScanner } from '../../../src/domain/routing/ban-list.js';
import { CallRate, overloadOf } from '../../../src/domain/routing/admission.js';
import { ladderSvg, ladderText } from '../../../src/domain/signalling/ladder.js';
import { summaryOf, withoutSecrets } from '../../../src/domain/signalling/signalling.js';
import type { LegId } from '../../../src/domain/values/ids.js';
import { CallIdBook, readTold } from '../../../src/switch/messages/sip-tap.js';
import { writePcap } from '../../../src/wire/pcap.js';

describe('withoutSecrets', () => {
  it('takes digest responses and SRTP keys out and leaves the rest', () => {
    const text = [
      'INVITE sip:1@h SIP/2.0',
      'Authorization: Digest username="u", response="abc", uri="sip:h"',
      'proxy-authorization: Digest response = "def"',
      '',
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:SECRET|2^20',
    ].join('\r\n');
    const clean = withoutSecrets(text);
    expect(clean).not.toMatch(/abc|def|SECRET/);
    expect(clean).toContain('username="u", response="(removed)", uri="sip:h"');
  });
});

describe('summaryOf', () => {
  it.each([
    ['INVITE sip:1@h SIP/2.0\r\nTo: x', 'INVITE'],
    ['SIP/2.0 180 Ringing\r\n', '180 Ringing'],
    ['', ''],
  ])('%j is %s', (text, summary) => {
    expect(summaryOf(text)).toBe(summary);
  });
});

describe('ladders', () => {
  const legs = [
    { id: 'a' as LegId, title: 'operator anna' },
    { id: 'b' as LegId, title: 'client +7999<x>' },
  ];
  const traces = [
    { legId: 'a' as LegId, at: 1000, direction: 'out' as const, text: 'INVITE sip:anna SIP/2.0\r\n' },
    { legId: 'b' as LegId, at: 1250, direction: 'in' as const, text: 'SIP/2.0 603 Decline\r\n' },
  ];

  it('as text have an arrow a message, at its time', () => {
    const [head, first, second] = ladderText(legs, traces).split('\n');
    expect(head).toMatch(/dialtrace\s+operator anna\s+client/);
    expect(first).toMatch(/^ {4}0 ms │── INVITE ─+▶$/);
    expect(second).toMatch(/^ {2}250 ms │◀─ 603 Decline ─+┤$/);
    expect((second ?? '').length).toBeGreaterThan((first ?? '').length);
    expect(ladderText(legs, [])).toBe('no messages are kept of this call');
  });

  it('as SVG escape what carriers write', () => {
    const svg = ladderSvg(legs, traces);
    expect(svg.match(/marker-end/g)).toHaveLength(2);
    expect(svg).toContain('client +7999&#60;x&#62;');
  });
});

describe('writePcap', () => {
  it('makes frames with the addresses, the length and a right IP checksum', () => {
    const capture = writePcap([
      {
        at: 1_700_000_000_123,
        from: { address: '192.0.2.1', port: 5060 },
        to: { address: '198.51.100.2', port: 5080 },
        text: 'OPTIONS',
      },
    ]);
    expect(capture.readUInt32LE(0)).toBe(0xa1b2c3d4);
    expect([capture.readUInt32LE(24), capture.readUInt32LE(28)]).toEqual([1_700_000_000, 123_000]);
    expect(capture.readUInt32LE(32)).toBe(14 + 20 + 8 + 7);
    const ip = capture.subarray(24 + 16 + 14);
    expect([...ip.subarray(12, 20)]).toEqual([192, 0, 2, 1, 198, 51, 100, 2]);
    expect([ip.readUInt16BE(20), ip.readUInt16BE(22), ip.readUInt16BE(24)]).toEqual([5060, 5080, 15]);
    let sum = 0;
    for (let index = 0; index < 20; index += 2) sum += ip.readUInt16BE(index);
    expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
    expect(ip.subarray(28).toString()).toBe('OPTIONS');
  });
});

describe('readTold', () => {
  const sip = 'SIP/2.0 180 Ringing\r\nCall-ID: abc@h\r\n\r\n';

  it('reads what came in, and what went out', () => {
    expect(readTold(`id|sip|network|300|udp|192.0.2.1|5060|10:00|txn|dlg|\r\n${sip}`)).toEqual({
      callId: 'abc@h',
      trace: { direction: 'in', protocol: 'udp', remote: '192.0.2.1:5060', text: sip },
    });
    expect(
      readTold(`id|response|msg|OK|application|300|tcp|10.0.0.1|5070|10:00|txn|Msg sent:|\r\n${sip}`),
    ).toMatchObject({ trace: { direction: 'out', protocol: 'tcp', local: '10.0.0.1:5070' } });
  });

  it.each(['id|response|msg|OK|pong', 'id|response|msg|NOK|why\r\nx', 'id|sip|network|1\r\nno headers'])(
    'leaves %j',
    (frame) => {
      expect(readTold(frame)).toBeUndefined();
    },
  );
});

describe('CallIdBook', () => {
  it('knows a leg for half a minute after its end', () => {
    let now = 0;
    const living = new Map([['c', 'leg' as LegId]]);
    const clock = { now: () => now, after: () => () => undefined };
    const book = new CallIdBook((callId) => living.get(callId), clock);
    expect(book.legOf('c')).toBe('leg');
    living.clear();
    now = 34_000;
    expect(book.legOf('c')).toBe('leg');
    now = 36_000;
    expect(book.legOf('c')).toBeUndefined();
    expect(book.legOf('other')).toBeUndefined();
  });
});

describe('RejectionRing', () => {
  it('keeps the newest 500, newest first', () => {
    const ring = new RejectionRing();
    for (let at = 0; at < 700; at += 1)
      ring.add({ at, from: 'x', dnis: '', ani: '', sipStatus: 403, why: 'stranger' });
    expect(ring.latest(3).map(({ at }) => at)).toEqual([699, 698, 697]);
    expect(ring.latest(1000)).toHaveLength(500);
  });
});

describe('BanList', () => {
  const list = () => new BanList({ strikes: 3, windowMs: 1000, banMs: 5000 });

  it('bans at the last strike within the window, and forgets in time', () => {
    const bans = list();
    expect([bans.strike('a', 0), bans.strike('a', 500), bans.isBanned('a', 600)]).toEqual([
      'counted',
      'counted',
      false,
    ]);
    expect(bans.strike('a', 900)).toBe('banned');
    expect([bans.isBanned('a', 5899), bans.isBanned('a', 5900), bans.isBanned('b', 900)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('does not count old strikes', () => {
    const bans = list();
    for (const at of [0, 500, 1100, 1700, 2300]) expect(bans.strike('a', at)).toBe('counted');
  });

  it.each([
    ['friendly-scanner', true],
    ['SIPVicious 0.3', true],
    ['Grandstream GXP1625', false],
    [undefined, false],
  ])('%s is a scanner: %s', (agent, answer) => {
    expect(isScanner(agent)).toBe(answer);
  });
});

describe('admission', () => {
  it('says what is too much', () => {
    const terms = { mostLegs: 10, mostLagMs: 100, leastIdleCpu: 0.1 };
    const load = { media: 'ready' as const, legs: 9, eventLoopLagMs: 100 };
    expect(overloadOf(terms, load)).toBeUndefined();
    expect(overloadOf(terms, { ...load, media: 'away' })).toBe('media');
    expect(overloadOf(terms, { ...load, legs: 10 })).toBe('legs');
    expect(overloadOf(terms, { ...load, eventLoopLagMs: 101 })).toBe('lag');
    expect(overloadOf(terms, { ...load, idleCpu: 0.09 })).toBe('processor');
    expect(overloadOf(terms, { ...load, idleCpu: 0.1 })).toBeUndefined();
    expect(overloadOf({ ...terms, leastIdleCpu: 0 }, { ...load, idleCpu: 0 })).toBeUndefined();
  });

  it('takes so many in any second, and does not count the refused', () => {
    const rate = new CallRate(2);
    const answers = [0, 100, 200, 900, 1000, 1001, 1100].map((now) => rate.take(now));
    expect(answers).toEqual(['taken', 'taken', 'full', 'full', 'taken', 'full', 'taken']);
  });
});
