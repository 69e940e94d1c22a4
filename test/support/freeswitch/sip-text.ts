/** The few things a replay needs to know of SIP text, without the parser under test. */
export function sipHeader(text: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*?)\\r?$`, 'im').exec(text)?.[1];
}

export function sipTag(value: string | undefined): string | undefined {
  return /;tag=([^;>\s]+)/.exec(value ?? '')?.[1];
}

/** Content-Length made true again after a change. */
export function withTrueLength(text: string): string {
  const split = text.indexOf('\r\n\r\n');
  const body = text.slice(split + 4);
  return (
    text.slice(0, split).replace(/^Content-Length:.*$/im, `Content-Length: ${Buffer.byteLength(body)}`) +
    text.slice(split)
  );
}

/** 200 to a request, as drachtio answers a BYE. */
export function okTo(request: string): string {
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(
    (name) => `${name}: ${sipHeader(request, name) ?? ''}`,
  );
  return `${['SIP/2.0 200 OK', ...copied, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`;
}
