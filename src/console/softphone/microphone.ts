/** The microphone: opened for a check or a call, and how loud it is. */

/** Why it cannot be used, and what helps. */
const WHY_NOT: Readonly<Record<string, string>> = {
  NotAllowedError:
    'The browser may not use the microphone. Allow it at the lock or camera sign of the address bar, then try again.',
  NotFoundError: 'No microphone was found. Plug a headset in, then try again.',
  NotReadableError: 'Another program holds the microphone. Close it there, then try again.',
  OverconstrainedError: 'The chosen microphone is gone. Choose another one.',
};
const NO_HTTPS = 'Browsers give the microphone only to pages that came by https (or from this machine).';

/** Throws an Error whose message a person can act on. */
export async function openMicrophone(deviceId: string | undefined): Promise<MediaStream> {
  // Missing on pages that came in the clear, whatever its type says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new Error(NO_HTTPS);
  const audio = {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(deviceId !== undefined && { deviceId: { exact: deviceId } }),
  };
  try {
    return await devices.getUserMedia({ audio });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    throw new Error(WHY_NOT[name] ?? `The microphone cannot be opened (${name}).`, { cause: error });
  }
}

export function closeMicrophone(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Their names are known once one was opened. */
export async function listMicrophones(): Promise<MediaDeviceInfo[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '');
}

/** Calls back about 20 times a second with 0 (silence) to 1; answers how to stop. */
export function watchLevel(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // From -60 dB, the noise of a quiet room, to full scale.
    tell(Math.min(1, Math.max(0, 1 + (10 * Math.log10(power + 1e-9)) / 60)));
  }, 50);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
