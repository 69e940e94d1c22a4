/**
 * How an operator's browser reaches the phone of the console, as the settings have it: page, WebSocket, and what a browser
 * would refuse. Pure; told by `operator provision`, and by `doctor`, which tries the WebSocket too.
 */
import { lineFor } from '../http/softphone-line.js';
import type { Configuration } from '../settings/configuration.js';
import { failure, ok, warning, type Finding } from './doctor/finding.js';

type Settings = Configuration['settings'];

export interface BrowserPhone {
  /** Address of its page. */
  readonly page: string;
  /** Undefined: a finding says why. */
  readonly webSocket: string | undefined;
  readonly findings: readonly Finding[];
}

/** Stands in addresses for a server that listens everywhere and was not told its name. */
const UNNAMED = 'this-server';
const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];
const MANUAL = 'docs/softphone.md, "For whoever runs the server"';

export function browserPhoneOf(settings: Settings): BrowserPhone {
  const base = baseOf(settings);
  const { protocol, hostname } = new URL(base);
  const page = `${base.replace(/\/$/, '')}/#/phone`;
  const { webSocket: socket } = settings.switch.kind === 'embedded' ? settings.switch.sip : {};
  const line = lineFor(
    {
      realm: settings.switch.realm,
      iceServers: [],
      ...(settings.softphone.webSocketUrl !== undefined && {
        webSocketUrl: settings.softphone.webSocketUrl,
      }),
      ...(socket !== undefined && { socket }),
    },
    { hostname, protocol: protocol === 'https:' ? 'https' : 'http' },
  );
  if (line.kind === 'closed') return { page, webSocket: undefined, findings: [closed(settings, line.why)] };
  return { page, webSocket: line.url, findings: [judgePage(page), ...judgeLine(page, line.url)] };
}

function baseOf({ http }: Settings): string {
  if (http.publicUrl !== undefined) return http.publicUrl;
  const host = EVERYWHERE.includes(http.address) ? UNNAMED : http.address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${http.port}`;
}

/** No browsers are wanted, or they would be and cannot come. */
function closed({ switch: { sip, kind } }: Settings, why: string): Finding {
  const isWanted = kind === 'embedded' && sip.webSocket !== undefined;
  return isWanted
    ? failure('browser phone', why, `Set softphone.webSocketUrl: ${MANUAL}.`)
    : ok('browser phone', `off: ${why}`);
}

/** W3C Secure Contexts §3.1: what is on this machine is trusted without TLS. */
function isOnThisMachine(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

function judgePage(page: string): Finding {
  const { protocol, hostname } = new URL(page);
  if (protocol === 'https:') return ok('browser phone page', page);
  if (isOnThisMachine(hostname)) return ok('browser phone page', `${page}, for browsers of this machine`);
  return warning(
    'browser phone page',
    `${page} comes by plain http: browsers give no microphone there, but on this machine as http://localhost`,
    `Put a TLS proxy before it (config/deploy/nginx.conf) and set http.publicUrl to its https:// address: ${MANUAL}.`,
  );
}

function judgeLine(page: string, url: string): readonly Finding[] {
  if (!page.startsWith('https:') || url.startsWith('wss:')) return [];
  return [
    failure(
      'browser phone line',
      `the page comes by https and ${url} is plain: browsers refuse that`,
      `Set softphone.webSocketUrl to the wss:// address of the proxy: ${MANUAL}.`,
    ),
  ];
}
