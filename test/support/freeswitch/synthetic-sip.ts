/**
 * Some scenarios were recorded without their SIP. What drachtio must have sent follows from the event socket: an INVITE
 * before each outbound connection, an ACK, and a BYE before each leg's end that no command caused. Those messages are
 * made here so that the scenario can be replayed; they are not compared.
 */
import type { Trace, TraceLine } from './trace.js';

const BYE_LEAD_MS = 11;
const PORT = 5082;

export function withSip(trace: Trace): Trace {
  const conns = [...new Set(trace.lines.map(({ conn }) => conn))].filter((conn) =>
    conn.startsWith('esl-out-'),
  );
  if (conns.length === 0 || trace.lines.some(({ conn }) => conn === 'sip')) return trace;
  const made = conns.flatMap((conn) => messagesOf(trace, conn));
  const lines = [...trace.lines];
  for (const message of made) {
    const at = lines.findIndex(({ t_ms }) => t_ms > message.t_ms);
    lines.splice(at < 0 ? lines.length : at, 0, message);
  }
  return { ...trace, lines, synthetic: true };
}

interface Dialog {
  readonly variables: ReadonlyMap<string, string>;
  readonly port: number;
}

function messagesOf(trace: Trace, conn: string): TraceLine[] {
  const own = trace.lines.filter((line) => line.conn === conn && line.dir === 's>c');
  const opened = own.find(({ event }) => event === 'open')?.t_ms ?? 0;
  const dialog: Dialog = { variables: variablesOf(own), port: PORT };
  const end = own.find(({ text }) => text.includes('"Hangup-Cause"') || text.includes('disconnect-notice'));
  const uuid = dialog.variables.get('uuid') ?? '';
  const killed = trace.lines.some(({ text }) => text.startsWith(`api uuid_kill ${uuid}`));
  return [
    line(opened - 3, 'c>s', invite(dialog)),
    line(opened - 1, 's>c', ok(dialog)),
    line(opened, 'c>s', inDialog(dialog, 'ACK')),
    ...(end === undefined || killed ? [] : [line(end.t_ms - BYE_LEAD_MS, 'c>s', inDialog(dialog, 'BYE'))]),
  ];
}

function line(t_ms: number, dir: 'c>s' | 's>c', text: string): TraceLine {
  const [src, dst] = dir === 'c>s' ? [5070, PORT] : [PORT, 5070];
  return { t_ms, conn: 'sip', dir, text, src, dst };
}

/** First value of each variable; of those that the ACK sets, the value it sets. */
function variablesOf(lines: readonly TraceLine[]): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const { text } of lines) {
    const acknowledged = text.includes('variable_sip_cseq');
    for (const [name, value] of entriesOf(text)) {
      const key = acknowledged && name === 'sip_full_via' ? 'ack_via' : name;
      if (!variables.has(key)) variables.set(key, value);
    }
  }
  return variables;
}

function entriesOf(text: string): [string, string][] {
  if (text.startsWith('Event-Name: ')) {
    return text.split('\n').flatMap((header) => {
      const match = /^variable_([^:]+): (.*)$/.exec(header);
      return match === null ? [] : [[match[1] ?? '', decodeURIComponent(match[2] ?? '')] as [string, string]];
    });
  }
  const brace = text.indexOf('{');
  if (!text.includes('text/event-json') || brace < 0) return [];
  const headers = JSON.parse(text.slice(brace)) as Record<string, unknown>;
  return Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('variable_') ? [[name.slice(9), String(value)] as [string, string]] : [],
  );
}

function via(value: string | undefined): string {
  return (value ?? 'SIP/2.0/UDP 127.0.0.1:5070;rport;branch=z9hG4bKmade').replace(/rport=\d+/, 'rport');
}

function hash(text: string): number {
  return Array.from(text).reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) | 0, 7);
}

function of(dialog: Dialog, name: string): string {
  return dialog.variables.get(name) ?? '';
}

function invite(dialog: Dialog): string {
  const body = `${of(dialog, 'switch_r_sdp')}a=sendrecv\r\n`;
  const headers = [
    `INVITE sip:drachtio@127.0.0.1:${dialog.port} SIP/2.0`,
    `Via: ${via(dialog.variables.get('sip_full_via') ?? `SIP/2.0/UDP 127.0.0.1:5070;rport;branch=z9hG4bKmade${Math.abs(hash(of(dialog, 'sip_call_id')))}`)}`,
    'Max-Forwards: 70',
    `From: <sip:127.0.0.1:5070>;tag=${of(dialog, 'sip_from_tag')}`,
    `To: <sip:drachtio@127.0.0.1:${dialog.port}>`,
    `Call-ID: ${of(dialog, 'sip_call_id')}`,
    `CSeq: ${of(dialog, 'sip_cseq')} INVITE`,
    'Contact: <sip:127.0.0.1:5070>',
    `User-Agent: ${of(dialog, 'sip_user_agent')}`,
    'Content-Type: application/sdp',
    `Content-Length: ${body.length}`,
    `X-esl-outbound: ${of(dialog, 'sip_h_X-esl-outbound')}`,
  ];
  return `${headers.join('\r\n')}\r\n\r\n${body}`;
}

function ok(dialog: Dialog): string {
  const headers = [
    'SIP/2.0 200 OK',
    `From: <sip:127.0.0.1:5070>;tag=${of(dialog, 'sip_from_tag')}`,
    `To: <sip:drachtio@127.0.0.1:${dialog.port}>;tag=${of(dialog, 'sip_to_tag')}`,
  ];
  return `${[...headers, `Call-ID: ${of(dialog, 'sip_call_id')}`, `CSeq: ${of(dialog, 'sip_cseq')} INVITE`].join('\r\n')}\r\n\r\n`;
}

function inDialog(dialog: Dialog, method: 'ACK' | 'BYE'): string {
  const number = Number(of(dialog, 'sip_cseq')) + (method === 'BYE' ? 1 : 0);
  const top =
    method === 'ACK'
      ? via(dialog.variables.get('ack_via'))
      : `SIP/2.0/UDP 127.0.0.1:5070;rport;branch=z9hG4bKbye${Math.abs(hash(of(dialog, 'sip_call_id')))}`;
  const headers = [
    `${method} sip:drachtio@127.0.0.1:${dialog.port};transport=udp SIP/2.0`,
    `Via: ${top}`,
    'Max-Forwards: 70',
    `From: <sip:127.0.0.1:5070>;tag=${of(dialog, 'sip_from_tag')}`,
    `To: <sip:drachtio@127.0.0.1:${dialog.port}>;tag=${of(dialog, 'sip_to_tag')}`,
    `Call-ID: ${of(dialog, 'sip_call_id')}`,
    `CSeq: ${number} ${method}`,
    'Content-Length: 0',
  ];
  return `${headers.join('\r\n')}\r\n\r\n`;
}
