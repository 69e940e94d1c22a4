/** What is kept of exchanges for people to look at: no secrets, no phones, no names, and no more than helps. */
import { maskPhone } from '../values/phone.js';
import type { VendorAnswer, VendorRequest } from './conversation.js';
import { quoted } from './answers.js';
import type { Occasion } from './occasion.js';

export const HIDDEN = '•••';
const LONGEST_BODY = 600;
/** Shorter values would take away halves of other words. */
const SHORTEST = 3;

/** Without the values of secrets, however they are written. */
export function withoutSecrets(text: string, secrets: Readonly<Record<string, string>>): string {
  return hidden(text, Object.values(secrets));
}

/** Phones are masked, names, addresses and e-mails gone, also as a query writes them. */
export function withoutPersons(text: string, occasions: readonly Occasion[]): string {
  return occasions.reduce((rest, { phone, clientName, email, ids: { ip } }) => {
    const named = [clientName, email, ip].filter((value) => value !== undefined);
    const masked = phone === undefined ? rest : rest.replaceAll(phone.slice(1), maskPhone(phone).slice(1));
    return hidden(masked, named);
  }, text);
}

function hidden(text: string, values: readonly string[]): string {
  return values
    .flatMap((value) => [value, value.replace(/\/+$/, ''), encodeURIComponent(value)])
    .filter((value) => value.length > SHORTEST)
    .reduce((rest, value) => rest.replaceAll(value, HIDDEN), text);
}

export function requestLine({ method, url, body }: VendorRequest): string {
  const sent = body.length > LONGEST_BODY ? `${body.slice(0, LONGEST_BODY)}…` : body;
  return `${method} ${url}${sent === '' ? '' : `\n${sent}`}`;
}

/** What was taken is told by its status: the answers of CRMs hold other people. */
export function answerLine(answer: VendorAnswer): string {
  if (answer.kind === 'unreachable') return answer.why;
  const { status, body } = answer;
  return status < 300 && !body.includes('error') ? String(status) : `${status} ${quoted(body)}`.trim();
}
