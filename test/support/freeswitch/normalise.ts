/**
 * What may differ between FreeSWITCH's recording and a replay, in one table. Everything else (which fields there are,
 * their order and their values) must be equal. A value is replaced by a placeholder that keeps what matters of it:
 * uuids keep their identity, times keep whether they are 0.
 */
import { EslFrameReader, type EslFrame } from '../../../src/wire/esl-frame.js';

/** Lines `Name: value`, in order; first line of SIP is its start line. */
export type NormalFrame = readonly string[];

/** Numbers that depend on the moment; equal when not further apart than this. */
export const TOLERANCES: Readonly<Record<string, { readonly most: number; readonly why: string }>> = {
  variable_playback_last_offset_pos: {
    most: 8000,
    why: 'samples played when a prompt was broken off: ± 1 s on a busy machine',
  },
  variable_record_samples: {
    most: 16_000,
    why: 'the recorded far end sent no RTP, and FreeSWITCH then writes fewer frames',
  },
  variable_record_ms: { most: 2000, why: 'as record_samples' },
  variable_record_seconds: { most: 2, why: 'as record_samples; record limits are in whole wall seconds' },
  variable_record_file_size: { most: 64_000, why: 'as record_samples' },
  variable_record_record_file_size: { most: 64_000, why: 'as record_samples' },
};

interface Rule {
  readonly name: RegExp;
  readonly why: string;
  readonly replace: (value: string) => string;
}

const keepZero = (value: string) => (value === '0' ? '0' : '<n>');

const HEADER_RULES: readonly Rule[] = [
  { name: /^Content-Length$/, why: 'follows from other replaced values', replace: () => '<n>' },
  {
    name: /^(?:Core-UUID|Event-Sequence|Event-Date-.*)$/,
    why: 'of the moment and the server',
    replace: () => '<of the moment>',
  },
  { name: /^FreeSWITCH-IPv[46]$/, why: 'the address of the machine', replace: () => '<address>' },
  {
    name: /-(?:Created|Answered|Progress|Media|Hangup|Transfer|Bridged)-Time$|-Last-Hold$|-Hold-Accum$/,
    why: 'of the moment',
    replace: keepZero,
  },
  {
    name: /^variable_(?:session_id|rtp_use_ssrc|local_media_port|sip_invite_stamp)$/,
    why: 'chosen by the server',
    replace: () => '<n>',
  },
  { name: /^variable_.*_(?:stamp|epoch|uepoch)$/, why: 'of the moment', replace: keepZero },
  {
    name: /^variable_[a-z_]*(?:duration|(?:bill|progress|answer|wait|media)[mu]?sec)$/,
    why: 'of the moment; FreeSWITCH reads a cached clock, in which short times are 0',
    replace: () => '<n>',
  },
  { name: /^variable_hold_accum_/, why: 'of the moment', replace: keepZero },
  { name: /^variable_rtp_audio_(?:in|out|rtcp)_/, why: 'media statistics', replace: () => '<n>' },
  {
    name: /^variable_rtp_use_codec_string$/,
    why: 'the codec-prefs of the profile: the recorded one also had Opus',
    replace: () => '<codec-prefs>',
  },
  {
    name: /^variable_transfer_(?:source|history)$|^Caller-Transfer-Source$/,
    why: 'begins with the epoch second',
    replace: (value) => value.replace(/\b\d{10}:/g, '<epoch>:'),
  },
  {
    name: /^(?:Up-Time|Uptime-msec|Session-(?!Per-Sec$).*|Idle-CPU)$/,
    why: 'of the moment',
    replace: () => '<n>',
  },
];

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** One per connection and side: uuids are numbered as they appear. */
export class Normaliser {
  readonly #uuids = new Map<string, string>();

  esl(frame: EslFrame): NormalFrame {
    const { headers, body } = frame;
    if (headers['Content-Type'] === 'text/event-json')
      return this.#headers(JSON.parse(body) as Record<string, unknown>);
    if (headers['Event-Name'] !== undefined) return this.#headers(decoded(headers));
    const lines = this.#headers(headers);
    return body === '' ? lines : [...lines, ...this.#body(body)];
  }

  sip(text: string): NormalFrame {
    const split = text.indexOf('\r\n\r\n');
    const [start = '', ...headers] = text.slice(0, split).split('\r\n');
    const ownRequest = !start.startsWith('SIP/2.0');
    return [
      start,
      ...headers.map((line) => sipLine(line, ownRequest)),
      ...sdpText(text.slice(split + 4)).split('\r\n'),
    ];
  }

  #headers(headers: Readonly<Record<string, unknown>>): NormalFrame {
    return Object.entries(headers).map(([name, value]) => `${name}: ${this.#value(name, value)}`);
  }

  #value(name: string, value: unknown): string {
    const text = Array.isArray(value) ? `[${value.join(' , ')}]` : String(value);
    const rule = HEADER_RULES.find((each) => each.name.test(name));
    const kept = rule === undefined ? text : rule.replace(text);
    return this.#label(name === '_body' ? bodyText(kept) : sdpText(kept));
  }

  #body(body: string): NormalFrame {
    if (body.startsWith('Event-Name: '))
      return this.#headers(decoded(new EslFrameReader().read(Buffer.from(body))[0]?.headers ?? {}));
    return bodyText(this.#label(body)).split('\n');
  }

  #label(text: string): string {
    return text.replace(UUID, (uuid) => {
      if (uuid.startsWith('00000000-')) return uuid;
      const label = this.#uuids.get(uuid) ?? `uuid-${this.#uuids.size + 1}`;
      this.#uuids.set(uuid, label);
      return label;
    });
  }
}

function decoded(headers: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, plainArray(decodeURIComponent(value))]),
  );
}

/** `ARRAY::a|:b`, which JSON events show as an array. */
function plainArray(value: string): unknown {
  return value.startsWith('ARRAY::') ? value.slice('ARRAY::'.length).split('|:') : value;
}

/** o= of FreeSWITCH and its RTP port are chosen by the server. */
function sdpText(text: string): string {
  if (!text.includes('o=FreeSWITCH ')) return text;
  return text
    .replace(/o=FreeSWITCH \d+ \d+ IN IP4 [0-9.]+/, 'o=FreeSWITCH <id> <version> IN IP4 <address>')
    .replace(/m=audio \d+/g, 'm=audio <port>');
}

/** Texts for people: numbers of the moment, and columns that move with the length of a port. */
function bodyText(text: string): string {
  if (/^\d+\n$/.test(text)) return '<seconds up>';
  if (/^20\d\d$/.test(text)) return '<year>';
  if (text.startsWith('UP '))
    return text
      .replace(/\d+(?:\.\d+)?/g, '<n>')
      .replace(/(year|day|hour|minute|millisecond|microsecond|second)s?\b/g, '$1s');
  if (text.includes('mod_sofia@'))
    return text.replace(/ +/g, ' ').replace(/RUNNING \(\d+\)/, 'RUNNING (<n>)');
  return text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{10}/g, '<created>');
}

function sipLine(line: string, ownRequest: boolean): string {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon);
  if (name === 'Content-Length') return 'Content-Length: <n>';
  // Sequence numbers of a dialog's own side are free (RFC 3261 §8.1.1.5).
  if (name === 'CSeq' && ownRequest) return line.replace(/\d+/, '<n>');
  // The stack adds received= whenever rport was asked for (RFC 3581 §4); sofia only when it differs from sent-by.
  if (name === 'Via')
    return line
      .replace(';received=127.0.0.1', '')
      .replace(
        /;(rport(?:=\d+)?|branch=[^;]+)/g,
        (_, part: string) => `;${ownRequest && part.startsWith('branch') ? 'branch=<branch>' : part}`,
      );
  return line;
}
