/** Worker thread that resamples and levels the sound of every voice. Started by speech.ts through worker-client.ts. */
import type { Pcm } from './api.js';
import { finishAudio } from './audio/finish-audio.js';
import { serveRequests } from './worker-protocol.js';

serveRequests((pcm) => finishAudio(pcm as Pcm));
