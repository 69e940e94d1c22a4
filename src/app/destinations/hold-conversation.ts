/** Holds a conversation with a destination: sends what it asks, gives it the answers, keeps what it wants remembered. */
import type {
  Ask,
  Told,
  Tools,
  VendorAnswer,
  VendorRequest,
  Verdict,
} from '../../domain/destinations/conversation.js';
import type { Destination } from '../../domain/destinations/destination.js';
import { converse, secretsOf, subjectOf } from '../../domain/destinations/kinds/table.js';
import type { AppContext } from '../context.js';
import type { SendOutcome } from '../ports/ports.js';

const TIMEOUT_MS = 15_000;
/** Found contacts come with all their fields. */
const LONGEST_ANSWER = 262_144;

/** `rehearse`: nothing leaves, every answer is the one that would let it go on. `try`: it leaves, nothing is remembered. */
export type Manner = 'live' | 'try' | 'rehearse';

export interface HeldExchange {
  readonly request: VendorRequest;
  readonly answer: VendorAnswer;
}

export interface HeldConversation {
  readonly verdicts: readonly Verdict[];
  readonly exchanges: readonly HeldExchange[];
}

export async function holdConversation(
  context: AppContext,
  destination: Destination,
  {
    told,
    secrets,
    manner,
  }: { readonly told: readonly Told[]; readonly secrets: Tools['secrets']; readonly manner: Manner },
): Promise<HeldConversation> {
  const conversation = converse(destination, told, toolsOf(context, secrets, manner));
  const exchanges: HeldExchange[] = [];
  let turn = conversation.next();
  while (turn.done !== true) {
    const asked = turn.value;
    const answer = manner === 'rehearse' ? assumedAnswer(asked) : await sent(context, asked.request);
    exchanges.push({ request: asked.request, answer });
    if (manner === 'live') await remember(context, destination, asked, { told, answer });
    turn = conversation.next(answer);
  }
  return { verdicts: turn.value, exchanges };
}

/** Values of its secret references; the reference that has none, when one is missing. */
export async function readSecrets(
  { ports }: AppContext,
  destination: Destination,
): Promise<{ readonly secrets: Tools['secrets'] } | { readonly missing: string }> {
  const secrets: Record<string, string> = {};
  for (const reference of secretsOf(destination)) {
    const value = await ports.secrets.get(reference);
    if (value === undefined || value === '') return { missing: reference };
    secrets[reference] = value;
  }
  return { secrets };
}

function toolsOf({ ports }: AppContext, secrets: Tools['secrets'], manner: Manner): Tools {
  return {
    secrets,
    hash: ports.sha256,
    mode: manner === 'live' ? 'live' : 'test',
    fill(template, facts) {
      const filled = ports.templates.fill(template, facts);
      return filled.ok ? filled.text : template;
    },
  };
}

function assumedAnswer({ assumed }: Ask): VendorAnswer {
  return {
    kind: 'answered',
    status: 200,
    body: typeof assumed === 'string' ? assumed : JSON.stringify(assumed),
  };
}

async function sent(
  { ports }: AppContext,
  { method, url, headers, body }: VendorRequest,
): Promise<VendorAnswer> {
  const outcome = await ports.sender.send({
    ...{ method, url, headers, body },
    timeoutMs: TIMEOUT_MS,
    longestAnswer: LONGEST_ANSWER,
  });
  return outcome.kind === 'unreachable' ? outcome : answered(outcome);
}

function answered(outcome: Exclude<SendOutcome, { readonly kind: 'unreachable' }>): VendorAnswer {
  return { ...outcome, kind: 'answered' };
}

async function remember(
  { ports }: AppContext,
  destination: Destination,
  { keep, places }: Ask,
  { told, answer }: { readonly told: readonly Told[]; readonly answer: VendorAnswer },
): Promise<void> {
  const memory = keep?.(answer) ?? {};
  if (Object.keys(memory).length === 0) return;
  const whose = places === undefined ? told : places.flatMap((place) => told[place] ?? []);
  await ports.store.transaction(async (tx) => {
    for (const { occasion } of whose)
      await tx.destinationMemory.keep(
        destination.name,
        subjectOf(destination, occasion),
        memory,
        ports.clock.now(),
      );
  });
}
