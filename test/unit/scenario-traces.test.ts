/** What the traces of scenarios leave out and what they keep; and that each expected trace is used and documented. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildOffer } from '../../src/wire/sdp.js';
import type { SipMessage } from '../../src/wire/sip-types.js';
import { linesFor, parseExpected, readExpected, scenarioNames } from '../support/scenarios/expected-trace.js';
import { traceLines, type Seen } from '../support/scenarios/trace-lines.js';

const OFFER = buildOffer({
  address: '127.0.0.1',
  port: 9,
  sessionId: 1,
  sessionVersion: 1,
  codecs: ['PCMA'],
});

function seen(direction: Seen['direction'], message: SipMessage, party = 'carrier'): Seen {
  return { party, direction, message };
}
const headers = (method: string, branch: string, more: Readonly<Record<string, string>> = {}) =>
  Object.entries({ Via: `SIP/2.0/UDP h;branch=${branch}`, CSeq: `1 ${method}`, ...more }).map(
    ([name, value]) => ({ name, value }),
  );
const request = (method: string, branch = method, body = '', more = {}): SipMessage => {
  return { kind: 'request', method, uri: 'sip:x', headers: headers(method, branch, more), body };
};
const response = (status: number, method: string, branch = method, body = '', more = {}): SipMessage => {
  return { kind: 'response', status, reason: 'x', headers: headers(method, branch, more), body };
};

const CALL: readonly Seen[] = [
  seen('out', request('INVITE', 'a', OFFER)),
  seen('in', response(100, 'INVITE', 'a')),
  seen('in', response(200, 'INVITE', 'a', OFFER)),
  seen('out', request('ACK', 'b')),
  seen('in', request('BYE', 'c')),
  seen('out', response(200, 'BYE', 'c')),
];

describe('the lines of a trace', () => {
  it('tell direction, method or status, the method answered, and the session', () => {
    expect(traceLines(CALL)).toEqual([
      'carrier -> INVITE sdp(PCMA)',
      'carrier <- 100 INVITE',
      'carrier <- 200 INVITE sdp(PCMA)',
      'carrier -> ACK',
      'carrier <- BYE',
      'carrier -> 200 BYE',
    ]);
  });

  it('tell hold as it is written, and a body that is no session by its first line', () => {
    const null_ = OFFER.replace(/c=IN IP4 .*/, 'c=IN IP4 0.0.0.0');
    const held = OFFER.replace('a=sendrecv', 'a=sendonly');
    const bodies = [null_, held, 'Signal=4\r\nDuration=100\r\n'];
    expect(traceLines(bodies.map((body, at) => seen('out', request('INFO', `${at}`, body))))).toEqual([
      'carrier -> INFO sdp(PCMA nowhere)',
      'carrier -> INFO sdp(PCMA sendonly)',
      'carrier -> INFO Signal=4',
    ]);
  });

  it.each([
    [{ 'Retry-After': '5' }, 'Retry-After=5'],
    [{ Warning: '399 dialtrace "no"' }, 'Warning=399'],
    [{ Reason: 'Q.850;cause=16;text="NORMAL"' }, 'Reason=Q.850;cause=16'],
    [
      { 'WWW-Authenticate': 'Digest realm="r", algorithm=SHA-256, stale=true' },
      'WWW-Authenticate=SHA-256(stale)',
    ],
    [{ 'WWW-Authenticate': 'Digest realm="r"' }, 'WWW-Authenticate=MD5'],
    [{ Authorization: 'Digest response="secret"' }, 'Authorization=given'],
  ])('show %o', (more, shown) => {
    expect(traceLines([seen('in', response(401, 'INVITE', 'a', '', more))])).toEqual([
      `carrier <- 401 INVITE ${shown}`,
    ]);
  });

  it('go party by party, whoever spoke in between', () => {
    const other = [
      seen('in', request('INVITE', 'o'), 'other'),
      seen('out', response(486, 'INVITE', 'o'), 'other'),
    ];
    const mixed = [CALL[0]!, other[0]!, CALL[1]!, other[1]!];
    expect(traceLines(mixed)).toEqual([...traceLines([CALL[0]!, CALL[1]!]), ...traceLines(other)]);
  });

  it('are the same when anything is sent once more later on', () => {
    const repeats = fc
      .array(fc.nat(CALL.length - 1))
      .map((at) => [...new Set(at)].map((each) => CALL[each]!));
    fc.assert(
      fc.property(repeats, (again) => {
        expect(traceLines([...CALL, ...again])).toEqual(traceLines(CALL));
      }),
    );
  });

  it('say so when something came three times', () => {
    const [invite] = CALL;
    expect(traceLines([invite!, invite!, invite!])).toEqual(['carrier -> INVITE sdp(PCMA), again and again']);
  });

  it('tell answers with different tags apart', () => {
    const fork = (tag: string) => seen('in', response(180, 'INVITE', 'a', '', { To: `<sip:x>;tag=${tag}` }));
    expect(traceLines([fork('1'), fork('2'), fork('1')])).toHaveLength(2);
  });
});

describe('an expected trace', () => {
  const text = 'What it is\nabout.\n\na <- BYE\nb <- BYE   [external: it keeps the first Contact]\n';

  it('has lines of one kind of switch only', () => {
    const expected = parseExpected(text);
    expect(expected.about).toBe('What it is about.');
    expect(linesFor('embedded', expected)).toEqual(['a <- BYE']);
    expect(linesFor('external', expected)).toEqual(['a <- BYE', 'b <- BYE']);
    expect(expected.lines[1]).toMatchObject({ only: 'external', why: 'it keeps the first Contact' });
  });

  const tests = readdirSync('test/contract')
    .filter((name) => name.endsWith('-scenarios.test.ts'))
    .map((name) => readFileSync(`test/contract/${name}`, 'utf8'))
    .join('\n');
  const page = readFileSync('docs/carrier-scenarios.md', 'utf8');

  it.each(scenarioNames())('%s is readable, held to by a test, and in the manual', (name) => {
    const { about, lines } = readExpected(name);
    expect(about).toMatch(/\w.*\.$/);
    for (const { text: line, only = 'embedded' } of lines) {
      expect(line).toMatch(/^[\w-]+ (?:->|<-) (?:[A-Z]+|\d{3} [A-Z]+)( |,|$)/);
      expect(['embedded', 'external']).toContain(only);
    }
    expect(tests).toContain(`'${name}'`);
    expect(page).toContain(`\`${name}\``);
  });
});
