/**
 * The one table of what a final status says about going on: the called party's own word, or a fault of the gateway that
 * another one may get round. Design: failover only without an 18x from this gateway, so that nobody is rung twice.
 */

export interface CauseRow {
  readonly onFinal: 'stop' | 'next-gateway';
  readonly why: string;
}

const STOP = (why: string): CauseRow => ({ onFinal: 'stop', why });
const NEXT = (why: string): CauseRow => ({ onFinal: 'next-gateway', why });

const CAUSES: Readonly<Record<number, CauseRow>> = {
  401: NEXT('the gateway does not take our credentials'),
  403: NEXT('the gateway does not let us call'),
  404: STOP('the number does not exist'),
  407: NEXT('the gateway does not take our credentials'),
  408: NEXT('no answer from the gateway'),
  410: STOP('the number does not exist any more'),
  480: STOP('the party cannot be reached now'),
  484: STOP('the number is not complete'),
  486: STOP('the party is busy'),
  487: STOP('we gave the call up'),
  488: STOP('no common codec'),
  600: STOP('the party is busy everywhere'),
  603: STOP('the party declined'),
  604: STOP('the number does not exist'),
};

export function causeOf(status: number): CauseRow {
  const row = CAUSES[status];
  if (row !== undefined) return row;
  if (status >= 500 && status < 600) return NEXT('the gateway failed');
  return status >= 600 ? STOP('refused everywhere') : STOP('refused');
}

/** Faults of a gateway, not of the called party: another one may reach it. */
export function isGatewayFault(status: number): boolean {
  return causeOf(status).onFinal === 'next-gateway';
}
