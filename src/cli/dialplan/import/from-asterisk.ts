/**
 * Asterisk extensions.conf: `exten =>` and `same =>` of full numbers, with Answer, Wait, Playback, Dial through a trunk,
 * Busy, Congestion, Hangup. Everything else is listed.
 */
import { e164Of, planName, type Imported, type ImportedAction, type LeftOut } from './imported.js';

interface Line {
  readonly kind: string;
  readonly exten: string;
  readonly application: string;
  readonly data: string;
}

const LINE = /^(exten|same)\s*=>?\s*(?:([^,]+),)?\s*(?:n|\d+)(?:\([\w-]+\))?\s*,\s*(\w+)(?:\((.*)\))?$/i;

function lineOf(text: string): Line | undefined {
  const match = LINE.exec(text);
  if (match === null) return undefined;
  const [, kind = '', exten = '', application = '', data = ''] = match;
  return { kind: kind.toLowerCase(), exten, application, data };
}

export function fromAsterisk(text: string): Imported {
  const actions = new Map<string, ImportedAction[]>();
  const left: LeftOut[] = [];
  let number: string | undefined;
  text.split('\n').forEach((whole, index) => {
    const written = whole.replace(/;.*$/, '').trim();
    if (written === '' || /^\[[\w-]+\]$/.test(written)) return;
    const line = lineOf(written);
    if (line?.kind === 'exten') number = e164Of(line.exten.replace(/^_/, ''));
    const why = take(actions, number, line);
    if (why !== undefined) left.push({ line: index + 1, text: written, why });
  });
  const plans = [...actions].map(([one, own]) => ({ name: planName(one), numbers: [one], actions: own }));
  return { plans, left };
}

/** Why the line is left out; undefined when it was taken. */
function take(
  actions: Map<string, ImportedAction[]>,
  number: string | undefined,
  line: Line | undefined,
): string | undefined {
  if (line === undefined) return 'only exten and same lines are translated';
  if (number === undefined) return 'only extensions that are full numbers are translated';
  const own = actions.get(number) ?? [];
  actions.set(number, own);
  const action = actionOf(line.application.toLowerCase(), line.data);
  if (action === undefined) return `${line.application} with this data is not translated`;
  own.push(action);
  return undefined;
}

function actionOf(application: string, data: string): ImportedAction | undefined {
  switch (application) {
    case 'answer':
    case 'hangup':
      return { do: application };
    case 'busy':
      return { do: 'reject', sipStatus: 486 };
    case 'congestion':
      return { do: 'reject', sipStatus: 503 };
    case 'wait':
      return Number(data) > 0 ? { do: 'wait', seconds: Number(data) } : undefined;
    case 'playback':
      return /^\/[^&,]+$/.test(data) ? { do: 'play', file: `${data}.wav` } : undefined;
    case 'dial':
      return dialOf(data);
    default:
      return undefined;
  }
}

/** `PJSIP/+4930…@trunk,20` or `SIP/trunk/+4930…,20`. Options change what Dial does, so a line with some is not ours. */
function dialOf(data: string): ImportedAction | undefined {
  const [target = '', seconds = '', options = ''] = data.split(',').map((part) => part.trim());
  const dialled = targetOf(target);
  if (dialled === undefined || options !== '') return undefined;
  return { do: 'dial', ...dialled, ...(Number(seconds) > 0 ? { seconds: Number(seconds) } : {}) };
}

function targetOf(target: string): { readonly number: string; readonly trunk: string } | undefined {
  const match =
    /^PJSIP\/(?<number>\+?\d+)@(?<trunk>[\w-]+)$/i.exec(target) ??
    /^SIP\/(?<trunk>[\w-]+)\/(?<number>\+?\d+)$/i.exec(target);
  const number = e164Of(match?.groups?.['number'] ?? '');
  return number === undefined ? undefined : { number, trunk: match?.groups?.['trunk'] ?? '' };
}
