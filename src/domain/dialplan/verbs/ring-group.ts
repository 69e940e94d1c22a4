/** `ring-group`: rings the operators of a group until one accepts. */
import { orFailSafe } from '../fail-safe.js';
import { rungGroup } from '../groups.js';
import { defineVerb } from '../verb.js';
import { notYetAsked } from './ring-candidates.js';
import { RING_OUTCOMES, ringStep, type RingStep } from './ring-step.js';
import { beginRinging, reactRinging, type RingState } from './ringing.js';

export const ringGroup = defineVerb<RingStep, RingState>({
  summary:
    'Rings the operators on duty, all at once or one after another, whispers what the call is about and asks for the accept key.',
  example: `
find-operator:
  do: ring-group
  strategy: simultaneous
  ringSeconds: 20
  ask: everyone
  keys: { accept: '1', repeat: '2', later: '3', not-mine: '4', spam: '9' }
  keySeconds: 8
  tries: 2
  waiting: { leg: caller, hears: [{ file: music.wav }] }
  on: { accepted: talk, nobody: apologise }
`,
  more: `Operators come from the group of the policy or number: those on duty, in order. With \`sequential\` they ring one after another, with \`simultaneous\` all at once; all devices of one operator ring together. \`ask\` says who hears the whisper and must press the accept key: \`everyone\`, only \`mobiles\` (devices that are plain numbers, where a mailbox may answer), or \`nobody\`.

The first **accept** wins, not the first answer. Until then other phones go on ringing and other operators go on listening; afterwards those who listened hear \`already-taken\`, and those who rang are cancelled as "completed elsewhere".

| key              | meaning  | what follows                                            |
| ---------------- | -------- | ------------------------------------------------------- |
| 1                | accept   | outcome \`accepted\`; the leg is called \`operator\` (\`as\`) |
| 2                | repeat   | the whisper again, at most five times                   |
| 3                | later    | every phone stops; outcome \`later\`                      |
| 4                | not mine | this operator is let go, the others go on               |
| 9                | spam     | every phone stops; outcome \`spam\`                       |
| none, or another | silence  | asked again (\`tries\` times in all), then let go         |

The texts are ordered with \`prepare\` before the first phone rings, so the whisper plays the moment somebody answers. Prompts used: \`whisper\` (or the form's template), \`operator-keys\`, \`already-taken\`. \`operator-keys\` names the keys in force: the policy's \`keys\`, else the step's; a meaning whose key another one took is not named.`,
  schema: ringStep,
  outcomes: RING_OUTCOMES,
  names: (step) => ({
    makesLegs: [step.as],
    ...(step.group === undefined
      ? {}
      : { refersTo: [{ kind: 'group' as const, name: step.group, path: ['group'] }] }),
    usesLegs: step.waiting === undefined ? [] : [{ leg: step.waiting.leg, path: ['waiting', 'leg'] }],
  }),
  begin(turn, step) {
    const { operators } = rungGroup(turn.facts, step.group);
    const asked = notYetAsked(operators, turn.session.legs, turn.facts.direction);
    const begun = beginRinging(turn, step, asked);
    return orFailSafe(turn, begun) ?? begun;
  },
  react: (turn, step, state, event) => orFailSafe(turn, reactRinging(turn, step, state, event)),
});
