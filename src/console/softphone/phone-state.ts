/** What the page shows of its phone. Changed by phone.ts only. */

/** `lost`: the connection broke and is tried again. `refused`: user or password. */
export type LineState = 'signed-out' | 'connecting' | 'registered' | 'lost' | 'refused';

export interface PhoneCall {
  /** SIP Call-ID, the same as the leg's in the call record. */
  id: string;
  direction: 'incoming' | 'outgoing';
  state: 'ringing' | 'answering' | 'talking' | 'ended';
  /** As the switch shows the caller: the form, or a name. */
  name: string;
  number: string;
  microphone: 'on' | 'muted';
  held: 'no' | 'yes';
  transfer: 'none' | 'asked' | 'refused';
  /** Clock milliseconds, for the length of the talk. */
  since?: number;
  /** Why it ended, or what does not work. */
  note?: string;
}

export interface PhoneState {
  line: LineState;
  user?: string;
  /** Of the line. */
  problem?: string;
  call?: PhoneCall;
  /** 0 to 1. */
  volume: number;
}

export const SIGNED_OUT: PhoneState = { line: 'signed-out', volume: 1 };

/** How a call's end reads; JsSIP's causes. */
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
