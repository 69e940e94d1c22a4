/** `phone`: a scriptable SIP test phone on the command line. It answers or calls, presses keys, plays, records. */
import type { Command } from 'commander';
import { Fault } from '../../errors.js';
import type { EventEntry } from '../../phone/phone-log.js';
import { openPhone } from '../../phone/open-phone.js';
import type { Phone, PhoneOptions, PhoneScript, Press, Reaction } from '../../phone/api.js';
import { runs, type Action, type CommandContext } from '../context.js';

interface PhoneCliOptions {
  readonly user: string;
  readonly address: string;
  readonly port: string;
  readonly register?: string;
  readonly passwordEnv: string;
  readonly answerAfter: string;
  readonly meet: string;
  readonly press?: readonly string[];
  readonly play?: string;
  readonly record?: string;
  readonly hangUpAfter?: string;
  readonly call?: string;
  readonly calls: string;
  readonly log?: string;
}

const milliseconds = (seconds: string): number => Number(seconds) * 1000;

/** `1@2` presses 1 two seconds after the answer; `1` after somebody has spoken and then been silent. */
function pressOf(text: string): Press {
  const [digits = '', after] = text.split('@');
  return {
    digits,
    when: after === undefined ? { kind: 'after-speech' } : { kind: 'after', ms: milliseconds(after) },
  };
}

function reactionOf({ meet, answerAfter }: PhoneCliOptions): Reaction {
  if (meet === 'answer') return { kind: 'answer', afterMs: milliseconds(answerAfter) };
  if (meet === 'busy') return { kind: 'busy' };
  if (meet === 'ring') return { kind: 'ring-only' };
  if (/^[4-6]\d\d$/.test(meet)) return { kind: 'reject', status: Number(meet) };
  throw new Fault('option-unknown', `--meet ${meet}: say answer, ring, busy or a SIP status such as 603`);
}

function scriptOf(options: PhoneCliOptions): PhoneScript {
  const { press = [], play, record, hangUpAfter } = options;
  return {
    onCall: reactionOf(options),
    press: press.map(pressOf),
    ...(play === undefined
      ? {}
      : {
          play: play.startsWith('tone:')
            ? { kind: 'tone' as const, spec: play.slice(5) }
            : { kind: 'file' as const, path: play },
        }),
    ...(record === undefined
      ? {}
      : {
          recordHeard: (call: number) => (call === 1 ? record : record.replace(/(\.wav)?$/, `-${call}.wav`)),
        }),
    ...(hangUpAfter === undefined ? {} : { hangUpAfterMs: milliseconds(hangUpAfter) }),
  };
}

function phoneOptions(options: PhoneCliOptions, { environment }: CommandContext): PhoneOptions {
  const password = environment[options.passwordEnv];
  if (options.register !== undefined && password === undefined)
    throw new Fault(
      'settings-invalid',
      `set the password in the environment variable ${options.passwordEnv}`,
    );
  return {
    user: options.user,
    bind: [{ protocol: 'udp', host: options.address, port: Number(options.port) }],
    script: scriptOf(options),
    ...(options.register === undefined ? {} : { account: { registrar: `sip:${options.register}` } }),
    ...(password === undefined ? {} : { credentials: { username: options.user, password } }),
    ...(options.log === undefined ? {} : { logPath: options.log }),
  };
}

/** Ends after N calls, or when the command is stopped. */
function untilCalls(phone: Phone, count: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let ended = 0;
    phone.onCall((call) => {
      void call.ended.then(() => {
        ended += 1;
        if (ended >= count) resolve();
      });
    });
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function callOut(phone: Phone, { call = '', ...options }: PhoneCliOptions): Promise<void> {
  const { press, play, recordHeard, hangUpAfterMs } = scriptOf(options);
  const script = Object.fromEntries(
    Object.entries({ press, play, recordHeard, hangUpAfterMs }).filter(([, value]) => value !== undefined),
  );
  const placed = await phone.call(call.startsWith('sip:') ? call : `sip:${call}`, script);
  await placed.ended;
}

const eventJson = ({ at, event, call, detail }: EventEntry) => ({
  at: new Date(at).toISOString(),
  event,
  call: call ?? null,
  detail: detail ?? null,
});

const phone: Action<PhoneCliOptions> = async (context, options) => {
  const opened = await openPhone(phoneOptions(options, context));
  try {
    const status = await opened.registered;
    if (status !== undefined && status !== 200)
      throw new Fault(
        'switch-refused',
        `the registration was answered ${status === 0 ? 'by nobody' : status}`,
      );
    context.output.say(`${opened.uri} is ready`);
    await (options.call === undefined
      ? untilCalls(opened, Number(options.calls), context.signal)
      : callOut(opened, options));
    const events = opened.log.events().map(eventJson);
    context.output.result({ ok: true, uri: opened.uri, events }, () =>
      events.map(({ at, event, detail }) => `${at}  ${event} ${detail ?? ''}`).join('\n'),
    );
    return 0;
  } finally {
    await opened.close();
  }
};

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

export function phoneCommand(program: Command): void {
  program
    .command('phone')
    .description('a scriptable SIP test phone')
    .requiredOption('--user <name>', 'user part of its address')
    .option('--address <address>', 'local address', '127.0.0.1')
    .option('--port <port>', 'local SIP port', '0')
    .option('--register <host:port>', 'register there')
    .option('--password-env <name>', 'environment variable with the SIP password', 'DIALTRACE_PHONE_PASSWORD')
    .option('--meet <how>', 'incoming calls: answer, ring, busy, or a SIP status', 'answer')
    .option('--answer-after <seconds>', 'ring this long', '1')
    .option(
      '--press <keys[@seconds]>',
      'press keys after a prompt, or after so many seconds; may be repeated',
      collect,
    )
    .option('--play <file|tone:spec>', 'what it says')
    .option('--record <file>', 'WAV of what it hears')
    .option('--hang-up-after <seconds>', 'hang up after the answer')
    .option('--call <uri>', 'call there instead of waiting')
    .option('--calls <n>', 'end after so many calls', '1')
    .option('--log <file>', 'SIP messages and events as JSON lines')
    .action(runs(phone));
}
