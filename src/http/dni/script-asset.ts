/** /dni.js as it is sent: the built script around the settings of one project, with its ETag, plain and gzipped. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Project } from '../../domain/attribution/project.js';

export interface ScriptAsset {
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

/** The names are short because every visitor loads them; src/dni/config.ts says what they are. */
export function scriptSettings(project: Project): object {
  return {
    p: project.name,
    n: project.siteNumbers.map((number) => [number, callingCode(number)]),
    s: project.sites,
    m: project.sessionMinutes,
    ...(project.cookieDomain === undefined ? {} : { d: project.cookieDomain }),
    ...(project.consent === 'required' ? { c: 1 } : {}),
  };
}

/** `7` of `+7495…`: pages write numbers with and without it. */
function callingCode(number: string): string {
  return parsePhoneNumberFromString(number)?.countryCallingCode ?? '';
}

export function scriptAsset(script: string, project: Project): ScriptAsset {
  const plain = Buffer.from(
    `(function(DIALTRACE){${script.trim()}\n})(${JSON.stringify(scriptSettings(project))});\n`,
  );
  return {
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    gzipped: gzipSync(plain, { level: 9 }),
  };
}

/** Made once for each project of the settings in force. */
export class ScriptAssets {
  readonly #script: string;
  #made = new WeakMap<Project, ScriptAsset>();

  constructor(script: string) {
    this.#script = script;
  }

  of(project: Project): ScriptAsset {
    const known = this.#made.get(project);
    if (known !== undefined) return known;
    const asset = scriptAsset(this.#script, project);
    this.#made.set(project, asset);
    return asset;
  }
}
