/** Two bells a second apart every four seconds, made here: no file to fetch. Silent until the page was clicked once. */

const BELLS = [
  { at: 0, hertz: 880 },
  { at: 0.28, hertz: 660 },
] as const;
const PERIOD_MS = 2600;
const LOUDNESS = 0.25;

function strike(context: AudioContext): void {
  for (const { at, hertz } of BELLS) {
    const bell = context.createOscillator();
    const fade = context.createGain();
    const from = context.currentTime + at;
    bell.frequency.value = hertz;
    fade.gain.setValueAtTime(LOUDNESS, from);
    fade.gain.exponentialRampToValueAtTime(0.001, from + 0.9);
    bell.connect(fade).connect(context.destination);
    bell.start(from);
    bell.stop(from + 1);
  }
}

/** Answers how to stop. */
export function ring(): () => void {
  const context = new AudioContext();
  strike(context);
  const timer = setInterval(() => strike(context), PERIOD_MS);
  const title = document.title;
  document.title = `☎ ${title}`;
  return () => {
    clearInterval(timer);
    document.title = title;
    void context.close();
  };
}
