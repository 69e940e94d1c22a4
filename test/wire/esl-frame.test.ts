import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { EslCommandReader, type EslCommand } from '../../src/wire/esl-command.js';
import {
  encodeEslValue,
  EslFrameReader,
  writeApiResponse,
  writeCommandReply,
  writeDisconnectNotice,
  writeEslHeaders,
  writeJsonEvent,
  writePlainEvent,
} from '../../src/wire/esl-frame.js';

const chunked = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

describe('percent encoding', () => {
  it('encodes as switch_url_encode does', () => {
    expect(encodeEslValue('50% of: ü €')).toBe('50%25%20of%3A%20%C3%BC%20%E2%82%AC');
    expect(encodeEslValue('Sun, 22 Nov 2026 01:02:22 GMT')).toBe(
      'Sun,%2022%20Nov%202026%2001%3A02%3A22%20GMT',
    );
    expect(encodeEslValue('RTP/AVP 0')).toBe('RTP/AVP%200');
    expect(encodeEslValue(['a:1', 'a:1'])).toBe('ARRAY%3A%3Aa%3A1%7C%3Aa%3A1');
  });

  test.prop([fc.string({ unit: 'grapheme' })])('is undone by decodeURIComponent', (text) => {
    expect(decodeURIComponent(encodeEslValue(text))).toBe(text);
  });

  test.prop([fc.string({ unit: 'grapheme' })])('leaves no line feed and no stray percent sign', (text) => {
    expect(writeEslHeaders({ x: text }).split('\n')).toHaveLength(2);
  });
});

describe('frames', () => {
  const written = [
    writeCommandReply('+OK accepted'),
    writeCommandReply('+OK Job-UUID: 7', { 'Job-UUID': '7' }),
    writeApiResponse('ü\n\n-ERR\n'),
    writeApiResponse(''),
    writeJsonEvent({ 'Event-Name': 'X', variable_list: ['1', '2'] }, 'body\n\n'),
    writePlainEvent({ 'Event-Name': 'X', value: 'a b' }, 'body'),
    writePlainEvent({ 'Event-Name': 'X' }),
    writeDisconnectNotice('uuid'),
    writeDisconnectNotice(),
  ];

  test.prop([fc.integer({ min: 1, max: 60 })])('are read whole from pieces of any size', (size) => {
    const reader = new EslFrameReader();
    const frames = chunked(Buffer.from(written.join('')), size).flatMap((chunk) => reader.read(chunk));
    expect(frames).toHaveLength(written.length);
    expect(frames[2]?.body).toBe('ü\n\n-ERR\n');
    expect(JSON.parse(frames[4]?.body ?? '')).toEqual({
      'Event-Name': 'X',
      variable_list: ['1', '2'],
      'Content-Length': '6',
      _body: 'body\n\n',
    });
    expect(frames[5]?.body).toBe('Event-Name: X\nvalue: a%20b\nContent-Length: 4\n\nbody');
    expect(frames[7]?.headers['Controlled-Session-UUID']).toBe('uuid');
  });

  it('say goodbye in 67 bytes', () => {
    expect(writeDisconnectNotice()).toContain('Content-Length: 67\n\n');
  });
});

describe('commands', () => {
  const read = (text: string, size = 1000) => {
    const reader = new EslCommandReader();
    return chunked(Buffer.from(text), size).flatMap((chunk): readonly (EslCommand | 'too-large')[] => {
      const result = reader.read(chunk);
      return result.kind === 'commands' ? result.commands : ['too-large'];
    });
  };

  test.prop([fc.integer({ min: 1, max: 80 })])(
    'are read from pieces of any size, bodies included',
    (size) => {
      const text =
        'auth x\n\nsendmsg u\nexecute-app-name: set\nexecute-app-arg: \ncall-command: execute\n\nsendevent CUSTOM\ncontent-length: 4\n\na\n\nbapi status\r\n\r\n';
      expect(read(text, size)).toMatchObject([
        { verb: 'auth', rest: 'x' },
        { verb: 'sendmsg', rest: 'u', headers: { 'execute-app-name': 'set', 'execute-app-arg': '' } },
        { verb: 'sendevent', body: 'a\n\nb' },
        { verb: 'api', rest: 'status' },
      ]);
    },
  );

  test.prop([fc.uint8Array({ maxLength: 400 })])('never throw on any bytes', (bytes) => {
    expect(new EslCommandReader().read(Buffer.from(bytes)).kind).toBe('commands');
  });

  it('without an end are cut off', () => {
    expect(new EslCommandReader().read(Buffer.alloc(1_100_000, 'x')).kind).toBe('too-large');
  });
});
