/** The Files port on the local file system. */
import { mkdir, rm, stat, statfs } from 'node:fs/promises';
import type { Files } from '../../app/ports/ports.js';
import { Fault, messageOf } from '../../errors.js';

export const localFiles: Files = {
  size: (path) =>
    stat(path).then(
      (file) => file.size,
      () => undefined,
    ),
  remove: (path) => rm(path, { force: true }),
  ensureDirectory: async (path) => {
    await mkdir(path, { recursive: true }).catch((error: unknown) => {
      throw new Fault('file-unwritable', `${path} cannot be made: ${messageOf(error)}`, { cause: error });
    });
  },
  freeBytes: (path) =>
    statfs(path).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => undefined,
    ),
};
