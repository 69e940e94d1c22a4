/** How the outcomes of SIP read on the page. Pure. */

/** JsSIP's causes. */
const ENDINGS: Readonly<Record<string, string>> = {
  Canceled: 'Stopped ringing: the call was taken elsewhere or given up.',
  'User Denied Media Access': 'The browser may not use the microphone.',
  'WebRTC Error': 'The browser and the switch found no common way for the voice.',
  'Incompatible SDP': 'The browser and the switch found no common way for the voice.',
  'Missing SDP': 'The switch had no voice for this call.',
  'RTP Timeout': 'The voice was lost.',
  'No ACK': 'The switch did not confirm the answer.',
  'Connection Error': 'The connection to the switch broke.',
  'Request Timeout': 'The switch did not answer.',
  Busy: 'Busy.',
  Rejected: 'Declined.',
  Unavailable: 'Not available.',
  'Not Found': 'There is no such number.',
  'Authentication Error': 'The switch did not accept the password.',
};

export function endingText(cause: string): string {
  return ENDINGS[cause] ?? 'The call has ended.';
}

/** 403 is a wrong password, or too many of them (docs/operations.md, "Phones"). */
export function refusalText(status: number | undefined): string {
  if (status === 403)
    return 'User or password is wrong. After eight wrong ones the switch refuses this user from here for ten minutes.';
  return `The switch refused to register this phone${status === undefined ? '' : ` (SIP ${status})`}.`;
}

/** What NOTIFY said of the target, or the answer to the REFER itself (docs/dialling-out.md). */
const TRANSFERS: Readonly<Record<number, string>> = {
  403: 'may not be called from your phone',
  404: 'is no operator and no number',
  408: 'did not answer',
  480: 'did not answer or is not there',
  481: 'is not on the line any more',
  486: 'is busy or declined',
  487: 'was given up',
  488: 'cannot be connected: the two talks are on different media servers',
  503: 'cannot be reached now',
  603: 'declined, or a transfer is not possible in this talk',
};

export function transferText(to: string, status: number | undefined): string {
  if (status === undefined) return `No answer from the switch: ${to} was not called.`;
  return `${to} ${TRANSFERS[status] ?? `was not reached (SIP ${status})`}.`;
}
