/** `demo`: the main job in half a minute, on real SIP and RTP, with proof by listening. */
import { join } from 'node:path';
import type { Command } from 'commander';
import colours from 'picocolors';
import type { LeadId } from '../../domain/values/ids.js';
import { runs, type Action, type CommandContext } from '../context.js';
import { drawLadder } from '../demo/ladder.js';
import { callDetail, timelineLine, untilFinished } from '../demo/follow.js';
import { postPush, type PushFacts } from '../demo/push.js';
import { demoReport, type DemoReport, type Finished } from '../demo/report.js';
import { CLIENT_NUMBER, setStage, type Stage } from '../demo/stage.js';

interface DemoOptions {
  readonly locale: string;
  readonly talk: string;
  readonly directory?: string;
  readonly stay?: true;
}

const DEADLINE_MS = 90_000;

/** Names of a believable lead in each language the prompts speak. */
const LEADS: Readonly<Record<string, Pick<PushFacts, 'name' | 'form' | 'ad' | 'campaign'>>> = {
  en: { name: 'Ivan Petrov', form: 'Spring offer', ad: 'Blue boots', campaign: 'Shoes, March' },
  ru: { name: 'Иван Петров', form: 'Весенняя скидка', ad: 'Синие ботинки', campaign: 'Обувь, март' },
  vi: { name: 'Nguyễn Văn An', form: 'Ưu đãi mùa xuân', ad: 'Giày xanh', campaign: 'Giày tháng ba' },
  cs: { name: 'Jan Novák', form: 'Jarní sleva', ad: 'Modré boty', campaign: 'Boty, březen' },
};

async function placeLead(stage: Stage, { output }: CommandContext, locale: string): Promise<Finished> {
  const { dialtrace, connection, appSecret } = stage;
  const start = dialtrace.services.clock.now();
  const finished = untilFinished(dialtrace.services.events, AbortSignal.timeout(DEADLINE_MS), (event) =>
    output.say(timelineLine(event, start)),
  );
  const facts = { ...(LEADS[locale] ?? LEADS['en']), phone: CLIENT_NUMBER, at: start } as PushFacts;
  const posted = await postPush(
    `${dialtrace.url}/hooks/tiktok/${connection.id}`,
    appSecret,
    facts,
    () => performance.timeOrigin + performance.now(),
  );
  const callId = await finished.callId;
  return { ...posted, detail: await callDetail(dialtrace, posted.leadId as LeadId, callId) };
}

function summary(report: DemoReport, stage: Stage): string {
  const { checks, recording } = report;
  const tick = (good: boolean): string => (good ? colours.green('✓') : colours.red('✗'));
  const lines = [
    '',
    ...drawLadder(
      { left: 'operator’s phone', middle: 'Dialtrace', right: 'client’s phone' },
      stage.operator.log,
      stage.client.log,
    ),
    '',
    `  whisper      “${report.whisper_text ?? '—'}”`,
    `  first INVITE ${report.lead_to_operator_invite_ms ?? '—'} ms after the lead was posted`,
    `  talk         ${report.bridged_seconds ?? '—'} s`,
    `  recording    ${recording?.path ?? '—'}`,
  ];
  if (checks !== null)
    lines.push(
      `  ${tick(checks.operator_tone_ch0)} the operator is on channel 0   ${tick(checks.client_tone_ch1)} the client is on channel 1   crosstalk ${checks.crosstalk_db} dB`,
      `  ${tick(checks.whisper_in_operator_ear)} the operator heard the whisper  ${tick(!checks.whisper_in_client_ear)} the client did not`,
    );
  return [
    ...lines,
    '',
    report.ok
      ? colours.green(colours.bold('  It works.'))
      : colours.red(colours.bold('  Something is wrong, see above.')),
  ].join('\n');
}

/** Ctrl-C ends it. */
function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

const demo: Action<DemoOptions> = async (context, { locale, talk, directory, stay }) => {
  const { output, environment, signal } = context;
  output.say(
    colours.bold('Dialtrace demo: a TikTok lead becomes a callback') +
      colours.dim('  (real SIP and RTP on 127.0.0.1)'),
  );
  const stage = await setStage({
    directory: directory ?? join('var', 'demo', String(process.pid)),
    locale,
    talkSeconds: Number(talk),
    environment,
  });
  try {
    output.say(`${colours.dim('the page to watch:')} ${stage.dialtrace.url}/\n`);
    const report = await demoReport(stage, await placeLead(stage, context, locale));
    if (stay !== undefined) {
      output.say(`${summary(report, stage)}\n\nThe page stays at ${stage.dialtrace.url}/ until Ctrl-C.`);
      await untilAborted(signal);
    }
    output.result(report, () => (stay === undefined ? summary(report, stage) : ''));
    return report.ok ? 0 : 1;
  } finally {
    await stage.close();
  }
};

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('a real call on this machine: lead, operator, whisper, client, recording')
    .option('--locale <locale>', 'language of the whisper: en, ru, vi, cs', 'en')
    .option('--talk <seconds>', 'how long the two talk', '6')
    .option(
      '--directory <folder>',
      'where store, recording and what the phones heard go (default: var/demo/<pid>)',
    )
    .option('--stay', 'keep the page open when the call is over')
    .action(runs(demo));
}
