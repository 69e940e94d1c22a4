/** Sample rate of everything a phone line plays (G.711), in Hz. Apart from finish-audio.ts, which loads WebAssembly. */
export const LINE_RATE = 8_000;
