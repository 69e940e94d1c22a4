/**
 * URLs by which a media server on another host fetches prompts and delivers recordings (`switch.files.mode: http`).
 * A link is `<base>/switch-files/<kind>/<mac>/<path>.wav`: the MAC covers kind and path, so a link to fetch cannot be used
 * to write, and no path can be asked for that the controller did not name. The extension stays last because
 * mod_http_cache takes the file type from it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type LinkKind = 'prompts' | 'recordings';

export interface FileLinks {
  /** `path`: absolute, as the controller sees it; ends in `.wav`. */
  url(kind: LinkKind, path: string): string;
  /** The path that a link of ours names; undefined for any other. */
  pathOf(kind: LinkKind, mac: string, name: string): string | undefined;
}

const EXTENSION = '.wav';

/** `secret` must be the same after a restart: a recording may arrive at the next process. */
export function createFileLinks(baseUrl: string, secret: string): FileLinks {
  const base = baseUrl.replace(/\/+$/, '');
  const macOf = (kind: LinkKind, path: string) =>
    createHmac('sha256', `dialtrace switch files ${secret}`).update(`${kind}\n${path}`).digest('hex');
  return {
    url: (kind, path) =>
      `${base}/switch-files/${kind}/${macOf(kind, path)}/${Buffer.from(path).toString('base64url')}${EXTENSION}`,
    pathOf: (kind, mac, name) => {
      if (!name.endsWith(EXTENSION)) return undefined;
      const path = Buffer.from(name.slice(0, -EXTENSION.length), 'base64url').toString();
      const right = Buffer.from(macOf(kind, path));
      const given = Buffer.from(mac);
      return given.length === right.length && timingSafeEqual(given, right) ? path : undefined;
    },
  };
}
