/**
 * Comparing a message with its recording. Everything that may differ between two runs is named in RULES and nowhere
 * else; each such value is bound to its counterpart at first sight and must keep it for the rest of the scenario.
 */

interface Rule {
  readonly kind: string;
  /** Group 1 is the value. */
  readonly pattern: RegExp;
  /** What is compared instead of a bound value, when the value itself says something. */
  readonly reduce?: (value: string, text: string) => string;
}

/** Of frames only: `bytes` belongs to the message (give or take what the server wrote into Via), to another, or is 0. */
function reduceBytes(value: string, text: string): string {
  if (value === '0') return '0';
  const size = Buffer.byteLength(text.slice(text.indexOf('\r\n') + 2));
  return Number(value) <= size && Number(value) >= size - 40 ? 'own' : 'other';
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const RULES: readonly Rule[] = [
  { kind: 'frame-length', pattern: /^(\d+)(?=#)/, reduce: () => '' },
  { kind: 'message-id', pattern: new RegExp(`(?<=^\\d*#)(${UUID})`), reduce: () => '' },
  { kind: 'bytes', pattern: /(?<=\|(?:network|application)\|)(\d+)(?=\|)/, reduce: reduceBytes },
  { kind: 'time', pattern: /(\d\d:\d\d:\d\d\.\d{6})/, reduce: () => '' },
  // Transaction ids and the Call-IDs that the server makes are both UUIDs.
  { kind: 'uuid', pattern: new RegExp(`(${UUID})`) },
  { kind: 'branch', pattern: /(?<=branch=)([^;\s]+)/ },
  { kind: 'tag', pattern: /(?<=tag=)([^;>|\s]+)/ },
  { kind: 'port', pattern: /(?<=127\.0\.0\.1[:|]|rport=)(\d+)/ },
  // Numbers that the server starts anywhere: CSeq of requests outside dialogs, RSeq. Their steps are kept.
  { kind: 'cseq', pattern: /(?<=CSeq: |RAck: \d+ )(\d{6,10})/ },
  { kind: 'rseq', pattern: /(?<=RSeq: |RAck: )(\d{6,10})/ },
];

interface Found {
  readonly kind: string;
  readonly value: string;
}

interface Skeleton {
  readonly text: string;
  readonly found: readonly Found[];
}

/** Replaces every variable value by its kind. */
function skeletonOf(text: string): Skeleton {
  const found: Found[] = [];
  const combined = new RegExp(
    RULES.map(({ kind, pattern }) => `(?<${kind.replace('-', '_')}>${bare(pattern)})`).join('|'),
    'gm',
  );
  const skeleton = text.replace(combined, (whole, ...rest) => {
    const groups = rest.at(-1) as Record<string, string | undefined>;
    const rule = RULES.find(({ kind }) => groups[kind.replace('-', '_')] !== undefined);
    if (!rule) return whole;
    if (rule.reduce) return `<${rule.kind}:${rule.reduce(whole, text)}>`;
    found.push({ kind: rule.kind, value: whole });
    return `<${rule.kind}>`;
  });
  return { text: skeleton, found };
}

/** The pattern's source with its capture group made plain, for the combined expression. */
function bare(pattern: RegExp): string {
  return pattern.source.replace(/\((?!\?)/g, '(?:');
}

export interface Bindings {
  /** Fixes a pair before the scenario starts (ports). */
  bind(kind: string, recorded: string, actual: string): void;
  /** A recorded client message with the values of this run. */
  translate(text: string): string;
  /** Lines in which the message differs from its recording. */
  compare(recorded: string, actual: string): string[];
}

export function createBindings(): Bindings {
  const toActual = new Map<string, string>();
  const toRecorded = new Map<string, string>();

  function bind(kind: string, recorded: string, actual: string): void {
    toActual.set(`${kind} ${recorded}`, actual);
    toRecorded.set(`${kind} ${actual}`, recorded);
  }

  /** Counting numbers are bound by their distance, so that a wrong step shows. */
  function countFrom(kind: string, recorded: string, actual: string): string[] {
    const key = `${kind}-start`;
    const distance = String(Number(actual) - Number(recorded));
    const known = toActual.get(key);
    if (known === undefined) toActual.set(key, distance);
    return known === undefined || known === distance ? [] : [`${kind} ${recorded} became ${actual}`];
  }

  function agree({ kind, value: recorded }: Found, actual: string): string[] {
    if (kind === 'rseq') return countFrom(kind, recorded, actual);
    const bound = toActual.get(`${kind} ${recorded}`);
    const back = toRecorded.get(`${kind} ${actual}`);
    if (bound === undefined && back === undefined) bind(kind, recorded, actual);
    else if (bound !== actual || back !== recorded)
      return [`${kind} ${recorded} became ${actual}, expected ${bound ?? 'a new one'}`];
    return [];
  }

  return {
    bind,
    translate(text) {
      const combined = new RegExp(
        RULES.filter(({ reduce }) => !reduce)
          .map(({ pattern }) => bare(pattern))
          .join('|'),
        'gm',
      );
      return text.replace(combined, (value) => {
        const kinds = ['uuid', 'branch', 'tag', 'port', 'cseq'];
        const kind = kinds.find((each) => toActual.has(`${each} ${value}`));
        if (kind !== undefined) return toActual.get(`${kind} ${value}`) ?? value;
        const distance = toActual.get('rseq-start');
        return /^\d{6,}$/.test(value) && distance !== undefined
          ? String(Number(value) + Number(distance))
          : value;
      });
    },
    compare(recorded, actual) {
      const expected = skeletonOf(recorded);
      const got = skeletonOf(actual);
      if (expected.text !== got.text) return lineDifferences(expected.text, got.text);
      return expected.found.flatMap((found, at) => agree(found, got.found[at]!.value));
    },
  };
}

function lineDifferences(expected: string, actual: string): string[] {
  const left = expected.split('\r\n');
  const right = actual.split('\r\n');
  const count = Math.max(left.length, right.length);
  return Array.from({ length: count }, (_, at) => at)
    .filter((at) => left[at] !== right[at])
    .map((at) => `expected ${JSON.stringify(left[at])}, got ${JSON.stringify(right[at])}`);
}
