/**
 * The number-swap script: one request a page, then signs of life. Until the answer is there the numbers keep their room
 * but not their colour; without an answer they come back as they were. Built to dist/dni/dni.js, served as /dni.js.
 */
import { adopt, allow, cookie, decorate, forget, isAllowed, keep, recall, type Memory } from './memory.js';
import { address, analytics, browser } from './report.js';
import { home, settings } from './settings.js';
import { dialledBy, observed, rememberAll, swapIn, type Shown } from './swap.js';

const BEAT_MS = 20_000;
/** So long numbers stay hidden at most, and so long an answer is waited for. */
const HIDDEN_MS = 800;
const ANSWER_MS = 10_000;

interface Answer {
  readonly visitor_id: string | null;
  readonly session_id: string | null;
  readonly numbers: readonly {
    readonly site_number: string;
    readonly number: string | null;
    readonly display: string | null;
    readonly seconds: number | null;
  }[];
}

type Listener = (number: string, display: string) => void;

let memory: Memory = { shown: [] };
let swaps = new Map<string, Shown>();
let isOn = false;
let isHiding = false;
let asked = '';
const seen = new Set<string>();
const listeners: Listener[] = [];

/* ---- hiding without moving anything ---- */

const highlight = 'Highlight' in window ? new Highlight() : undefined;
const hidden = new Set<HTMLElement>();

function hide(range: () => Range, element: HTMLElement): void {
  if (highlight) highlight.add(range());
  else {
    hidden.add(element);
    element.style.visibility = 'hidden';
  }
}

function startHiding(): void {
  isHiding = true;
  if (highlight) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('::highlight(dt){color:transparent;-webkit-text-fill-color:transparent}');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    CSS.highlights.set('dt', highlight);
  }
  setTimeout(reveal, HIDDEN_MS);
}

function reveal(): void {
  isHiding = false;
  highlight?.clear();
  hidden.forEach((element) => element.style.removeProperty('visibility'));
  hidden.clear();
}

/* ---- what stands on the page ---- */

function scan(root: Node): void {
  swapIn(root, swaps, (siteNumber, range, element) => {
    seen.add(siteNumber);
    if (isHiding && range && element) hide(range, element);
  });
  // What was just written by us is no news.
  observer.takeRecords();
}

const observer = new MutationObserver((records) => {
  const roots = new Set<Node>();
  for (const { type, target, addedNodes } of records) {
    const parent = type === 'characterData' ? target.parentNode : target;
    if (parent && parent !== document.body && parent !== document.documentElement) roots.add(parent);
    else addedNodes.forEach((node) => roots.add(node.nodeType === 3 ? (node.parentNode ?? node) : node));
  }
  roots.forEach((root) => root.isConnected && scan(root));
  if (document.readyState !== 'loading') ask();
});

function show(): void {
  const now = Date.now();
  const valid = memory.shown.filter(([, , until]) => until > now);
  swaps = new Map(valid.map(([siteNumber, shown]) => [siteNumber, shown]));
  rememberAll(swaps);
  scan(document.documentElement);
  reveal();
  swaps.forEach(({ number, display }) => listeners.forEach((tell) => tell(number, display)));
}

/* ---- talking to the server ---- */

async function post(path: string, body: object): Promise<unknown> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ANSWER_MS);
  try {
    // Text needs no preflight; the ids are in the body, so no cookies travel.
    const answer = await fetch(`${home}/dni/v1/${path}`, {
      method: 'POST',
      body: JSON.stringify({ project: settings.p, ...body }),
      credentials: 'omit',
      keepalive: true,
      signal: stop.signal,
    });
    const json: unknown = await answer.json();
    if (!answer.ok) throw json;
    return json;
  } finally {
    clearTimeout(timer);
  }
}

async function open(): Promise<void> {
  memory = { ...memory, ...recall() };
  const answer = (await post('session', {
    visitor_id: memory.visitor,
    session_id: memory.session,
    url: address(),
    title: document.title,
    referrer: document.referrer,
    ttp: cookie('_ttp'),
    numbers: [...seen],
    ...analytics(),
    ...browser(),
  })) as Answer;
  if (!isOn || !answer.visitor_id) return;
  const now = Date.now();
  memory = {
    visitor: answer.visitor_id,
    session: answer.session_id ?? undefined,
    shown: answer.numbers.flatMap(({ site_number, number, display, seconds }) =>
      number ? [[site_number, { number, display: display ?? number }, now + (seconds ?? 1e9) * 1000]] : [],
    ),
  };
  keep(memory);
}

/** Once for the numbers that are known of: all when there is only one, else those that stand on the page. */
function ask(): void {
  if (settings.n.length === 1) seen.add(settings.n[0]?.[0] ?? '');
  const wanted = [...seen].sort().join();
  if (!isOn || wanted === asked || (!wanted && document.readyState === 'loading')) return;
  asked = wanted;
  // Tabs that open together ask one after another: the first makes the visitor, the others are the same.
  const turn = (): Promise<void> => open();
  void ('locks' in navigator ? navigator.locks.request('_dt', turn) : turn()).catch(failed).then(show);
}

/** The next sign of life asks again; until then the page has its own numbers, or those of before while they last. */
function failed(): void {
  asked = '';
}

/* ---- signs of life ---- */

let page = '';
let inFront = 0;
let since = 0;

function secondsInFront(): number {
  const now = performance.now();
  if (!document.hidden) inFront += now - since;
  since = now;
  return Math.round(inFront / 1000);
}

function sign(more: object = {}): object {
  return {
    session_id: memory.session,
    url: page,
    title: document.title,
    seconds: secondsInFront(),
    ...analytics(),
    ...more,
  };
}

/** For moments when the page may be gone before an answer. */
function beacon(more?: object): void {
  if (!isOn || !memory.session) return;
  navigator.sendBeacon(`${home}/dni/v1/heartbeat`, JSON.stringify({ project: settings.p, ...sign(more) }));
}

async function beat(): Promise<void> {
  if (!isOn || document.hidden) return;
  const isStale = memory.shown.some(([, , until]) => until <= Date.now());
  if (!asked || isStale) {
    asked = '';
    ask();
    return;
  }
  const answer = (await post('heartbeat', sign()).catch(() => undefined)) as
    { state: string; seconds: number | null } | undefined;
  if (answer && answer.state !== 'kept') {
    asked = '';
    ask();
  } else if (answer?.seconds) prolong(answer.seconds);
}

/** The server counts the hold anew from every sign of life; so does the copy that other tabs see. */
function prolong(seconds: number): void {
  const until = Date.now() + seconds * 1000;
  memory = {
    ...recall(),
    shown: memory.shown.map(([one, shown, end]) => [one, shown, Math.max(end, until)]),
  };
  keep(memory);
}

function turnPage(): void {
  const next = address();
  if (next === page) return;
  if (page) beacon();
  page = next;
  inFront = 0;
  since = performance.now();
  if (asked) void beat();
}

function listen(): void {
  for (const name of ['pushState', 'replaceState'] as const) {
    const own = history[name].bind(history);
    history[name] = (...args) => {
      own(...args);
      turnPage();
    };
  }
  addEventListener('popstate', turnPage);
  addEventListener('pagehide', () => beacon());
  document.addEventListener('visibilitychange', () => (document.hidden ? beacon() : void beat()));
  // Another tab has other numbers now.
  addEventListener('storage', ({ key }) => {
    if (key !== '_dt' || !isOn) return;
    memory = recall();
    show();
  });
  for (const name of ['click', 'auxclick'])
    document.addEventListener(
      name,
      ({ target }) => {
        const link = target instanceof Element ? target.closest('a') : null;
        if (!link || !isOn) return;
        if (link.protocol === 'tel:') beacon({ tel_click: dialledBy(link.href) ?? true });
        else decorate(link, memory);
      },
      true,
    );
  setInterval(() => void beat(), BEAT_MS);
}

/* ---- life of the script ---- */

function start(): void {
  if (isOn || !isAllowed()) return;
  isOn = true;
  memory = adopt(recall());
  if (memory.visitor) keep(memory);
  turnPage();
  if (memory.shown.some(([, , until]) => until > Date.now())) show();
  else if (!asked) startHiding();
  scan(document.documentElement);
  observer.observe(document, observed);
  ask();
  document.addEventListener('DOMContentLoaded', ask);
}

function stop(): void {
  isOn = false;
  asked = '';
  observer.disconnect();
  forget();
  memory = { shown: [] };
  show();
}

const queued = (window as { dialtrace?: unknown }).dialtrace;
const api = {
  version: '1',
  /** What is shown instead of this number of the site (the first when none is named); undefined: the number itself. */
  number: (siteNumber = settings.n[0]?.[0] ?? ''): Shown | undefined => swaps.get(siteNumber),
  /** Called now if a number is shown, and whenever another is. */
  onNumber(tell: Listener): void {
    listeners.push(tell);
    swaps.forEach(({ number, display }) => tell(number, display));
  },
  visitor: () => ({ visitor_id: memory.visitor, session_id: memory.session }),
  /** Resolves with what will be done; rejects with the problem document. */
  callback: (fields: object) => post('callback', { page_url: address(), ...api.visitor(), ...fields }),
  consent(answer: 'yes' | 'no' = 'yes'): void {
    allow(answer);
    if (answer === 'yes') start();
    else stop();
  },
  push: (run: (api: object) => void): void => run(api),
};
(window as { dialtrace?: unknown }).dialtrace = api;

listen();
if ((document as { prerendering?: boolean }).prerendering)
  document.addEventListener('prerenderingchange', start, { once: true });
else start();
if (Array.isArray(queued)) for (const run of queued as ((api: object) => void)[]) run(api);
