/** A directive as one line for people: in transcripts, in `dialplan sim` and in `dialplan explain`. */
import type { Dialled, Directive, Spoken } from '../dialplan/directives.js';

export function describeSpoken(spoken: Spoken): string {
  switch (spoken.kind) {
    case 'prompt':
      return `prompt ${spoken.prompt}${localeOf(spoken.locale)}${namesOf(spoken.names)}`;
    case 'template':
      return `text "${spoken.template}"${localeOf(spoken.locale)}${namesOf(spoken.names)}`;
    case 'file':
      return `file ${spoken.path}`;
    case 'tone':
      return `tone ${spoken.tone}`;
    case 'keys':
      return `keys ${spoken.digits}`;
    case 'recording':
      return `recording ${spoken.recording}`;
    case 'silence':
      return `silence ${spoken.ms} ms`;
  }
}

function localeOf(locale: string | undefined): string {
  return locale === undefined ? '' : ` (${locale})`;
}

function namesOf(names: Extract<Spoken, { kind: 'prompt' }>['names']): string {
  return names === undefined ? '' : ` ${JSON.stringify(names)}`;
}

function describeDialled(dialled: Dialled): string {
  if (dialled.kind === 'operator') return `${dialled.operator} device ${dialled.device}`;
  return dialled.kind === 'uri'
    ? dialled.uri
    : `${dialled.number}${dialled.trunk === undefined ? '' : ` via ${dialled.trunk}`}`;
}

function list(what: readonly Spoken[]): string {
  return what.map(describeSpoken).join(' + ');
}

type Described = {
  readonly [V in Directive['verb']]: (directive: Extract<Directive, { verb: V }>) => string;
};

const DESCRIBED: Described = {
  originate: (d) =>
    `originate ${d.leg} to ${describeDialled(d.dialled)} showing ${d.callerName ?? '-'} <${d.callerNumber ?? '-'}> for ${d.ringSeconds} s`,
  'keep-prompt': (d) => `keep ${d.recording} as prompt ${d.prompt} (${d.locale})`,
  ring: (d) => `ring ${d.leg}`,
  'early-media': (d) => `early media to ${d.leg}`,
  answer: (d) => `answer ${d.leg}`,
  reject: (d) => `reject ${d.leg} ${d.sipStatus}`,
  play: (d) => `play to ${d.leg}${d.repeat === undefined ? '' : ' again and again'}: ${list(d.what)}`,
  gather: (d) =>
    `gather from ${d.leg} (${d.minDigits}-${d.maxDigits}, ${d.timeoutSeconds} s): ${list(d.what)}`,
  bridge: (d) => `bridge ${d.a} with ${d.b}`,
  eavesdrop: (d) => `${d.leg} hears ${d.watched} (${d.mode})`,
  'conference-member': (d) => `${d.change} ${d.leg} in the conference`,
  'eavesdrop-mode': (d) => `the supervisor's mode is ${d.mode}`,
  record: (d) =>
    d.other === undefined
      ? `record a message of ${d.leg} for ${d.box ?? ''}`
      : `record ${d.leg} and ${d.other}`,
  'pause-recording': () => 'pause the recording',
  'resume-recording': () => 'resume the recording',
  wait: (d) => `wait ${d.seconds} s`,
  webhook: (d) => `webhook ${d.endpoint} ${JSON.stringify(d.payload)}`,
  queue: (d) => `queue ${d.leg} for ${d.queue}${d.priority === 0 ? '' : ` with priority ${d.priority}`}`,
  'leave-queue': (d) => `leave the queue: ${d.how}${d.operator === undefined ? '' : ` (${d.operator})`}`,
  park: (d) =>
    `park ${d.leg} in ${d.slots[0] ?? ''}${d.slots.length > 1 ? ` to ${d.slots.at(-1) ?? ''}` : ''}`,
  unpark: (d) => `free the parking slot ${d.slot}`,
  'pick-up': (d) => `pick up from ${d.slot} for ${d.operator}`,
  callback: (d) => `call ${d.number} back, not before ${d.delaySeconds} s`,
  prepare: (d) => `prepare ${list(d.what)}`,
  stop: (d) => `stop ${d.stopped}`,
  'hang-up': (d) => `hang up ${d.leg} (${d.reason})`,
  'answer-transfer': (d) => `answer the transfer of ${d.leg}: ${d.answer}`,
  'transfer-progress': (d) => `tell ${d.leg} the transfer is at ${d.sipStatus}`,
  'fetch-party': (d) => `fetch whom ${d.consulted} of call ${d.from} consulted`,
  'hand-over': (d) =>
    d.parties.length === 0
      ? `call ${d.to} gets nobody`
      : `hand ${d.parties.map(({ leg }) => leg).join(', ')} over to call ${d.to}`,
  'release-consultation': (d) => `call ${d.from} may end`,
  tell: (d) => `tell ${d.event} ${JSON.stringify(d.payload)}`,
  tag: (d) => `tag ${d.tags.join(', ')}`,
};

export function describeDirective(directive: Directive): string {
  const line = DESCRIBED[directive.verb] as (d: Directive) => string;
  const id = 'activity' in directive ? `[${directive.activity.split('.').at(-1) ?? ''}] ` : '';
  return `${id}${line(directive)}`;
}
