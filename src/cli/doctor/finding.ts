/** What a check of the doctor says: one sentence, and what to do about it. */

export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failure';
  readonly detail: string;
  readonly remedy?: string;
}

export const ok = (check: string, detail: string): Finding => ({ check, state: 'ok', detail });
export const warning = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'warning',
  detail,
  remedy,
});
export const failure = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'failure',
  detail,
  remedy,
});
