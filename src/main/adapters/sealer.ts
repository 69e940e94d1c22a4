/**
 * Seals the secrets of the store with AES-256-GCM. The key is what `store.secretKey` names, else a file beside the store
 * that is made with the first secret, readable by its owner only: a stolen copy of the store alone tells nothing.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Sealer } from '../../app/ports/ports.js';
import { Fault, messageOf } from '../../errors.js';

export interface SealerOptions {
  /** Of the settings; wins over the file. */
  readonly key?: string;
  /** Absent: the key lives as long as the process (a store in memory). */
  readonly keyFile?: string;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1.';
const NONCE_BYTES = 32;

export function createSealer(options: SealerOptions): Sealer {
  let key: Buffer | undefined;
  const found = (): Buffer | undefined => (key ??= keyOf(options));
  return {
    seal(name, plain) {
      key = found() ?? makeKey(options);
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(name));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return VERSION + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(name, sealed) {
      const used = found();
      if (used === undefined || !sealed.startsWith(VERSION)) throw unreadable(name);
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
      try {
        const decipher = createDecipheriv(CIPHER, used, bytes.subarray(0, IV_BYTES))
          .setAAD(Buffer.from(name))
          .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const plain = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
        return Buffer.concat(plain).toString('utf8');
      } catch (error) {
        throw unreadable(name, error);
      }
    },
    nonce: () => randomBytes(NONCE_BYTES).toString('base64url'),
  };
}

function unreadable(name: string, cause?: unknown): Fault {
  return new Fault('secret-unreadable', `the secret ${name} was sealed with another key`, { cause });
}

/** A phrase of any length becomes a key; undefined when there is none yet. */
function keyOf({ key, keyFile }: SealerOptions): Buffer | undefined {
  const phrase = key ?? (keyFile === undefined ? undefined : readKey(keyFile));
  return phrase === undefined
    ? undefined
    : Buffer.from(hkdfSync('sha256', phrase, '', 'dialtrace store secrets', KEY_BYTES));
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Fault('secret-unreadable', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Two processes may store their first secret at once: the file of the first is both’s key. */
function makeKey({ keyFile, ...rest }: SealerOptions): Buffer {
  if (keyFile === undefined) return randomBytes(KEY_BYTES);
  try {
    writeFileSync(keyFile, `${randomBytes(KEY_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
      throw new Fault('file-unwritable', `${keyFile} cannot be written: ${messageOf(error)}`, {
        cause: error,
      });
  }
  const made = keyOf({ keyFile, ...rest });
  if (made === undefined) throw new Fault('bug', `${keyFile} was written and is not there`);
  return made;
}
