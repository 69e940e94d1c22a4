/** A reader of Server-Sent Events over a real socket; waits for events by deadline, never by sleeping. */
import { get, type IncomingMessage } from 'node:http';

export interface StreamedEvent {
  readonly id: string;
  readonly name: string;
  readonly value: unknown;
}

export interface EventStream {
  readonly status: number;
  readonly events: readonly StreamedEvent[];
  /** Resolves when so many events have come; rejects after the deadline or when the stream ends before. */
  until(count: number): Promise<readonly StreamedEvent[]>;
  readonly ended: Promise<void>;
  close(): void;
}

const DEADLINE_MS = 5000;

function parseEvent(text: string): StreamedEvent | undefined {
  const fields = new Map(text.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
  const [id, name, json] = [fields.get('id'), fields.get('event'), fields.get('data')];
  return id === undefined || name === undefined || json === undefined
    ? undefined
    : { id, name, value: JSON.parse(json) as unknown };
}

function follow(response: IncomingMessage, onEvent: (event: StreamedEvent) => void): void {
  let rest = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n\n');
    rest = parts.pop() ?? '';
    for (const event of parts.map(parseEvent)) if (event !== undefined) onEvent(event);
  });
}

export async function openEventStream(
  url: string,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  const request = get(url, { headers });
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    request.on('response', resolve).on('error', reject),
  );
  request.on('error', () => undefined);
  const events: StreamedEvent[] = [];
  const waiting = new Set<() => void>();
  const ended = new Promise<void>((resolve) => response.on('error', () => undefined).on('close', resolve));
  follow(response, (event) => {
    events.push(event);
    for (const check of waiting) check();
  });
  const until = (count: number) =>
    new Promise<readonly StreamedEvent[]>((resolve, reject) => {
      const fail = (): void => reject(new Error(`${events.length} of ${count} events came`));
      const timer = setTimeout(fail, DEADLINE_MS);
      const check = (): void => {
        if (events.length < count) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve(events);
      };
      waiting.add(check);
      void ended.then(fail);
      check();
    });
  return { status: response.statusCode ?? 0, events, until, ended, close: () => request.destroy() };
}
