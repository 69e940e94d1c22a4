/**
 * Yandex.Metrica, Management API: uploads of offline conversions and of calls (yandex.com/dev/metrika/management). Rows are
 * gathered and uploaded together; an upload is followed until Metrica says what became of it.
 */
import { idOf, jsonOf, objectOf, quoted, troubleOf } from '../answers.js';
import type { Ask, Conversation, Kind, Memory, Told, Tools, VendorAnswer, Verdict } from '../conversation.js';
import type { YandexMetrica } from '../destination.js';
import { ID_TYPES, metricaCsv, metricaRow, multipart, type MetricaRow } from './metrica-rows.js';

/** Metrica needs up to two hours. */
const LOOK_AGAIN_SECONDS = 900;
const LONGEST_PROCESSING_MS = 24 * 3_600_000;

interface Waiting {
  readonly place: number;
  readonly told: Told;
}

interface Rowed extends Waiting {
  readonly row: MetricaRow;
}

function* converse(destination: YandexMetrica, told: readonly Told[], tools: Tools): Conversation {
  const verdicts = new Map<number, Verdict>();
  const all = told.map((one, place): Waiting => ({ place, told: one }));
  for (const [upload, waiting] of grouped(all, ({ told: { memory } }) => memory['upload'] ?? '')) {
    if (upload === '') yield* uploadAll(destination, waiting, tools, verdicts);
    else yield* lookAfter(destination, upload, waiting, tools, verdicts);
  }
  return told.map((_, place) => verdicts.get(place) ?? { kind: 'dead', why: 'it was not told' });
}

type Verdicts = Map<number, Verdict>;

function* uploadAll(
  destination: YandexMetrica,
  waiting: readonly Waiting[],
  tools: Tools,
  verdicts: Verdicts,
): Generator<Ask, void, VendorAnswer> {
  const rows: Rowed[] = [];
  for (const one of waiting) {
    const row = metricaRow(destination, one.told.occasion);
    if (typeof row === 'string') verdicts.set(one.place, { kind: 'skipped', why: row });
    else rows.push({ ...one, row });
  }
  const tableOf = ({ row: { table, by } }: Rowed): string =>
    table === 'calls' || destination.upload === 'by-id' ? `${table} ${by}` : table;
  for (const [, together] of grouped(rows, tableOf)) {
    const verdict = yield* upload(destination, together, tools);
    for (const { place } of together) verdicts.set(place, verdict);
  }
}

function* upload(
  destination: YandexMetrica,
  rows: readonly Rowed[],
  tools: Tools,
): Generator<Ask, Verdict, VendorAnswer> {
  const [first] = rows;
  if (first === undefined) return { kind: 'dead', why: 'there is nothing to upload' };
  const answer = yield {
    request: uploadRequest(destination, rows, first, tools),
    assumed: {
      uploading: { id: 0, source_quantity: rows.length, line_quantity: rows.length, status: 'UPLOADED' },
    },
    places: rows.map(({ place }) => place),
    keep: (taken) => uploadMemory(taken, first.told.occasion.now),
  };
  const trouble = troubleOf(answer);
  if (trouble !== undefined) return trouble;
  const id = uploadId(answer);
  if (id === undefined)
    return lineCount(answer) === 0
      ? { kind: 'dead', why: 'Metrica refused every row of the upload' }
      : { kind: 'retry', why: 'the answer names no upload' };
  return { kind: 'later', why: `Metrica works on upload ${id}`, afterSeconds: LOOK_AGAIN_SECONDS };
}

function uploadMemory(answer: VendorAnswer, now: number): Memory {
  const id = uploadId(answer);
  return id === undefined ? {} : { upload: id, uploadedAt: String(now) };
}

function uploadRequest(
  destination: YandexMetrica,
  rows: readonly Rowed[],
  { row: { table, by }, told: { occasion } }: Rowed,
  tools: Tools,
): Ask['request'] {
  const boundary = `dialtrace-${tools.hash(occasion.id).slice(0, 24)}`;
  const byId = table === 'calls' || destination.upload === 'by-id';
  const kind = byId ? `client_id_type=${ID_TYPES[by]}` : 'type=BASIC';
  const path = table === 'calls' ? 'upload_calls' : 'upload';
  return {
    what: `upload ${rows.length} ${table}`,
    method: 'POST',
    url: `${counterUrl(destination)}/offline_conversions/${path}?${kind}&comment=dialtrace`,
    headers: {
      ...authorization(destination, tools),
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    body: multipart(metricaCsv(rows.map(({ row }) => row)), boundary),
  };
}

function counterUrl({ url, counter }: YandexMetrica): string {
  return `${url}/management/v1/counter/${encodeURIComponent(counter)}`;
}

function authorization({ tokenRef }: YandexMetrica, { secrets }: Tools): Ask['request']['headers'] {
  return { authorization: `OAuth ${secrets[tokenRef] ?? ''}` };
}

/** Undefined when it was not taken, or no row of it could be read. */
function uploadId(answer: VendorAnswer): string | undefined {
  if (troubleOf(answer) !== undefined || lineCount(answer) === 0) return undefined;
  return idOf(uploadingOf(answer)['id']);
}

function uploadingOf(answer: VendorAnswer) {
  return objectOf(jsonOf(answer)['uploading']);
}

function lineCount(answer: VendorAnswer): unknown {
  return uploadingOf(answer)['line_quantity'];
}

function* lookAfter(
  destination: YandexMetrica,
  id: string,
  waiting: readonly Waiting[],
  tools: Tools,
  verdicts: Verdicts,
): Generator<Ask, void, VendorAnswer> {
  const [first] = waiting;
  const isCalls = first?.told.occasion.event === 'call.ended' && destination.calls === 'calls';
  const answer = yield {
    request: {
      what: `what became of upload ${id}`,
      method: 'GET',
      url: `${counterUrl(destination)}/offline_conversions/${isCalls ? 'calls_uploading' : 'uploading'}/${id}`,
      headers: authorization(destination, tools),
      body: '',
    },
    assumed: { uploading: { id, status: 'PROCESSED' } },
  };
  const uploadedAt = Number(first?.told.memory['uploadedAt'] ?? 0);
  const age = (first?.told.occasion.now ?? 0) - uploadedAt;
  for (const { place } of waiting) verdicts.set(place, fateOf(answer, id, age));
}

/** States between the first and these are many and change: only the ends are known by name. */
function fateOf(answer: VendorAnswer, id: string, age: number): Verdict {
  const trouble = troubleOf(answer);
  if (trouble !== undefined) return trouble;
  const status = uploadingOf(answer)['status'];
  if (status === 'PROCESSED') return { kind: 'delivered', note: `upload ${id}` };
  if (status === 'LINKAGE_FAILURE')
    return { kind: 'dead', why: `Metrica could link no row of upload ${id} to a visit` };
  const said = quoted(String(status));
  return age > LONGEST_PROCESSING_MS
    ? { kind: 'delivered', note: `upload ${id}, which Metrica still calls ${said} after a day` }
    : { kind: 'later', why: `upload ${id} is ${said}`, afterSeconds: LOOK_AGAIN_SECONDS };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

export const YANDEX_METRICA: Kind<YandexMetrica> = {
  batched: 'yes',
  secretsOf: ({ tokenRef }) => [tokenRef],
  subjectOf: (_, { id }) => id,
  converse,
};
