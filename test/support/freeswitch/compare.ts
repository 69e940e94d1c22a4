/** Differences between two sequences of normalised frames, as lines a person can read. */
import { TOLERANCES, type NormalFrame } from './normalise.js';

export function compareFrames(
  conn: string,
  recorded: readonly NormalFrame[],
  live: readonly NormalFrame[],
): string[] {
  const differences: string[] = [];
  for (let index = 0; index < Math.max(recorded.length, live.length); index += 1) {
    const title = `${conn} #${index + 1} ${titleOf(recorded[index] ?? live[index] ?? [])}`;
    differences.push(
      ...compareLines(recorded[index] ?? [], live[index] ?? []).map((line) => `${title}: ${line}`),
    );
  }
  return differences;
}

function titleOf(frame: NormalFrame): string {
  const words = ['Event-Name', 'Application', 'Channel-Call-State', 'Reply-Text'].flatMap((name) =>
    frame.filter((line) => line.startsWith(`${name}: `)),
  );
  return words.length > 0 ? words.join(' ') : (frame[0] ?? '');
}

/** Longest common subsequence; lines left over on either side are differences. */
function compareLines(recorded: NormalFrame, live: NormalFrame): string[] {
  const lengths = table(recorded, live);
  const lines: string[] = [];
  let [r, l] = [0, 0];
  while (r < recorded.length && l < live.length) {
    if (same(recorded[r]!, live[l]!)) [r, l] = [r + 1, l + 1];
    else if (lengths[r + 1]![l]! >= lengths[r]![l + 1]!) lines.push(`- ${recorded[r++] ?? ''}`);
    else lines.push(`+ ${live[l++] ?? ''}`);
  }
  return [
    ...lines,
    ...recorded.slice(r).map((line) => `- ${line}`),
    ...live.slice(l).map((line) => `+ ${line}`),
  ];
}

function table(recorded: NormalFrame, live: NormalFrame): number[][] {
  const lengths = Array.from({ length: recorded.length + 1 }, () =>
    new Array<number>(live.length + 1).fill(0),
  );
  for (let r = recorded.length - 1; r >= 0; r -= 1) {
    for (let l = live.length - 1; l >= 0; l -= 1) {
      lengths[r]![l] = same(recorded[r]!, live[l]!)
        ? lengths[r + 1]![l + 1]! + 1
        : Math.max(lengths[r + 1]![l]!, lengths[r]![l + 1]!);
    }
  }
  return lengths;
}

function same(recorded: string, live: string): boolean {
  if (recorded === live) return true;
  const [name = '', value] = recorded.split(': ');
  const [liveName, liveValue] = live.split(': ');
  const tolerance = TOLERANCES[name];
  return (
    tolerance !== undefined &&
    name === liveName &&
    Math.abs(Number(value) - Number(liveValue)) <= tolerance.most
  );
}
