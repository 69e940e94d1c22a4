/** Paths of the controller as the media server must be told them: another mount of the same folder, or URLs. */
import { posix } from 'node:path';
import { Fault } from '../errors.js';
import type { SwitchFiles } from './options.js';

export interface FilePaths {
  readonly mode: SwitchFiles['mode'];
  prompt(path: string): string;
  recording(path: string): string;
  /** How long a finished recording may take to appear at the controller. */
  readonly arrivalMs: number;
}

/** A closed file of a shared folder is visible at once, but for caches of network mounts. */
const SHARED_ARRIVAL_MS = 1000;

export function filePaths(files: SwitchFiles): FilePaths {
  if (files.mode === 'http') {
    return {
      mode: 'http',
      prompt: (path) => `http_cache://${files.promptUrl(path)}`,
      recording: (path) => `http_cache://${files.recordingUrl(path)}`,
      arrivalMs: files.arrivalMs,
    };
  }
  const translate = (path: string) => translated(path, files.controllerPath, files.switchPath);
  return { mode: 'shared', prompt: translate, recording: translate, arrivalMs: SHARED_ARRIVAL_MS };
}

function translated(path: string, controllerPath: string, switchPath: string): string {
  const inside = posix.relative(controllerPath, path);
  if (inside.startsWith('..') || posix.isAbsolute(inside)) {
    throw new Fault(
      'settings-invalid',
      `${path} is outside switch.files.controllerPath (${controllerPath}): the media server cannot see it.`,
    );
  }
  return posix.join(switchPath, inside);
}
