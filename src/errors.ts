/**
 * The one table of thrown errors. Outcomes (busy, no answer, closed, hung up) are values and never appear here;
 * a thrown fault always carries a stable `code` of this table. docs/errors.md lists the same codes (a test compares).
 */

/** Text shown to people, HTTP status when the fault reaches a request, and what the reader can do about it. */
export interface ErrorRow {
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
}

export const ERRORS = {
  'body-malformed': {
    status: 400,
    title: 'The body is not readable as what its content type says',
    remedy: 'Send valid JSON or form-urlencoded UTF-8.',
  },
  'media-type-unsupported': {
    status: 415,
    title: 'This content type is not read here',
    remedy: 'Send application/json or application/x-www-form-urlencoded.',
  },
  'field-invalid': {
    status: 422,
    title: 'A field has a value that cannot be used',
    remedy: 'Correct the fields listed in `fields`.',
  },
  'option-unknown': {
    status: 422,
    title: 'An option or field is not known',
    remedy: 'Use the nearest name given in the text.',
  },
  'idempotency-conflict': {
    status: 409,
    title: 'This Idempotency-Key was used with another body',
    remedy: 'Use a new key for a new request.',
  },
  'signature-invalid': {
    status: 401,
    title: 'The signature of the push does not match',
    remedy: 'Check the app secret of the connection.',
  },
  'telephony-refused': {
    status: 422,
    title: 'The telephony files have mistakes; the last good set stays in force',
    remedy:
      'Correct the places named in the text; `dialtrace config check` and `dialtrace dialplan lint` show them.',
  },
  unauthenticated: {
    status: 401,
    title: 'An API key is needed',
    remedy: 'Send `Authorization: Bearer <key>`; create one with `dialtrace apikey add`.',
  },
  forbidden: {
    status: 403,
    title: 'This API key may not do that',
    remedy: 'Use a key with the scope named in the text.',
  },
  'origin-refused': {
    status: 403,
    title: 'This page is not on a site of the project',
    remedy: 'Add the origin of the page to `projects.<name>.sites`.',
  },
  'not-found': { status: 404, title: 'There is nothing with this id', remedy: 'Check the id.' },
  conflict: {
    status: 409,
    title: 'The stored state does not allow this',
    remedy: 'Read the resource again and decide anew.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is larger than allowed',
    remedy: 'Split the push, or raise `http.bodyLimitBytes`.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait for the seconds given in Retry-After.',
  },
  'stopped-calling': {
    status: 503,
    title: 'The emergency stop is on: no new calls',
    remedy: 'Lift it with `dialtrace stop-calling --off`.',
  },
  'store-unavailable': {
    status: 503,
    title: 'The store cannot be written or read',
    remedy: 'Check disk space, rights and `store.path`.',
  },
  'store-newer': {
    status: 503,
    title: 'The store was written by a newer version',
    remedy: 'Start the newer version, or restore a backup made by this one.',
  },
  'switch-unavailable': {
    status: 503,
    title: 'The switch is not connected',
    remedy: 'Check `switch.*` addresses and secrets; run `dialtrace doctor`.',
  },
  'switch-timeout': {
    status: 504,
    title: 'The switch did not answer in time',
    remedy: 'Run `dialtrace doctor`; see the log around this time.',
  },
  'switch-refused': {
    status: 502,
    title: 'The switch refused a command',
    remedy: 'The text holds the answer of the switch.',
  },
  'leg-gone': {
    status: 409,
    title: 'The leg has ended',
    remedy: 'None: the party hung up before the command arrived.',
  },
  'speech-failed': {
    status: 502,
    title: 'No voice provider could speak the text',
    remedy: 'Run `dialtrace doctor`; check `speech.providers`.',
  },
  'template-invalid': {
    status: 422,
    title: 'The text template cannot be used',
    remedy: 'Correct the place named in the text.',
  },
  'settings-invalid': {
    status: 500,
    title: 'The settings cannot be used',
    remedy: 'Correct the lines listed; `dialtrace config check` repeats the check.',
  },
  'dialplan-invalid': {
    status: 500,
    title: 'The dialplan cannot be used',
    remedy: 'Correct the lines listed; `dialtrace dialplan lint` repeats the check.',
  },
  'port-in-use': {
    status: 500,
    title: 'A network port is taken',
    remedy: 'Stop the other program or change the port named in the text.',
  },
  'file-unwritable': {
    status: 500,
    title: 'A file or folder cannot be written',
    remedy: 'Check rights and free space of the path named in the text.',
  },
  'lease-lost': {
    status: 500,
    title: 'Another process owns this call now',
    remedy: 'None: the other process goes on with it.',
  },
  'secret-unreadable': {
    status: 500,
    title: 'A secret in the store cannot be opened',
    remedy:
      'Bring back the key that sealed it (`store.secretKey`, else the file beside the store), or set the secret again.',
  },
  'tiktok-refused': {
    status: 502,
    title: 'TikTok did not do what was asked',
    remedy:
      'The text holds its words; `dialtrace connections list` shows whether the account must be authorised again.',
  },
  'tiktok-not-configured': {
    status: 409,
    title: 'The settings name no app of TikTok, or not where it reaches us',
    remedy: 'Set `tiktok.appId`, `tiktok.secret` and `http.publicUrl` (docs/tiktok.md).',
  },
  'state-unknown': {
    status: 400,
    title: 'This authorisation was not begun here, was used before, or took too long',
    remedy: 'Begin anew: `dialtrace connections authorise NAME`.',
  },
  bug: {
    status: 500,
    title: 'Dialtrace did something it should not',
    remedy: 'Report it with the log lines around this time.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

export interface FaultDetails {
  readonly fields?: readonly FieldProblem[];
  readonly cause?: unknown;
  /** Seconds after which a retry makes sense; becomes Retry-After. */
  readonly retryAfterSeconds?: number;
}

/** The one thrown class. `message` is one sentence for a person; `code` is for programs and never changes its meaning. */
export class Fault extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Fault';
    this.code = code;
    this.fields = details.fields ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get remedy(): string {
    return ERRORS[this.code].remedy;
  }
}

/** What a person should read of any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
