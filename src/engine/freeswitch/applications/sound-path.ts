/** Where a sound file is that a command names. */
import { isAbsolute, join } from 'node:path';
import type { Core } from '../core.js';

export function soundPath({ settings }: Pick<Core, 'settings'>, path: string): string {
  const bare = path.replace(/^file:\/\//, '');
  return isAbsolute(bare) ? bare : join(settings.soundsDir, bare);
}
