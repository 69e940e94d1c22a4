/** One name for a gateway wherever it is listed, stored or counted: `udp:203.0.113.10:5060`, `tls:sip.example.net`. */
import type { Gateway } from './telephony.js';

export function gatewayKey({ host, port, transport }: Gateway): string {
  return `${transport}:${host}${port === undefined ? '' : `:${port}`}`;
}
