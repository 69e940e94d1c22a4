/** What the page shows of its phone. Changed by phone.ts only. */

/** `lost`: the connection broke and is tried again. `refused`: user or password. */
export type LineState = 'signed-out' | 'connecting' | 'registered' | 'lost' | 'refused';

/** A talk with a colleague while the other side is on hold. */
export interface Consultation {
  /** SIP Call-ID, once it is called. */
  id?: string;
  /** As it was chosen or dialled. */
  with: string;
  state: 'ringing' | 'answering' | 'talking';
  /** Clock milliseconds. */
  since?: number;
}

/** To whom, and how far it is. `failed`: the talk goes on, `why` is a sentence. */
export type Transfer =
  | { state: 'asked'; to: string }
  | { state: 'done'; to: string }
  | { state: 'failed'; to: string; why: string };

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
  transfer?: Transfer;
  consultation?: Consultation;
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
