/** `prompt lint`, `prompt list`; and `prompt preview`: renders a prompt with given names, speaks it, writes or plays the WAV. */
import { copyFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { spokenSeconds } from '../../domain/dialplan/advice/texts.js';
import type { Prompt } from '../../domain/prompts/prompt-catalogue.js';
import { Fault } from '../../errors.js';
import { PromptShelf } from '../../main/prompt-shelf.js';
import { openSpeech, promptFolders, requirePrompts } from '../../main/services.js';
import { createSecrets } from '../../settings/secrets.js';
import { requireConfiguration } from '../../settings/configuration.js';
import { decodeWav } from '../../speech/audio/wav.js';
import { loadPrompts } from '../../speech/load-prompts.js';
import { playFile, previewPrompt, type Preview } from '../../speech/preview-prompt.js';
import { askServer, type ServerOptions } from '../ask-server.js';
import { runs, type Action, type CommandContext } from '../context.js';

interface PreviewOptions {
  readonly locale?: string;
  readonly set?: readonly string[];
  readonly voice?: string;
  readonly variant?: string;
  readonly out?: string;
  readonly play?: true;
}

function namesOf(pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s, 2) as [string, string]));
}

function requireSpoken(preview: Preview, id: string): Extract<Preview, { kind: 'spoken' }> {
  if (preview.kind === 'spoken') return preview;
  if (preview.kind === 'invalid')
    throw new Fault(
      'template-invalid',
      preview.problems.map(({ line, column, problem }) => `${id}:${line}:${column}: ${problem}`).join('\n'),
    );
  if (preview.kind === 'no-variant')
    throw new Fault('not-found', `the prompt "${id}" has ${preview.wordings} wording(s); count from 1`);
  const hint = preview.nearest === undefined ? '' : `; did you mean "${preview.nearest}"?`;
  throw new Fault('not-found', `there is no prompt "${id}"${hint}`);
}

const preview: Action<PreviewOptions> = async (
  { configDirectory, environment, output, signal },
  options,
  id = '',
) => {
  const { settings } = await requireConfiguration({ directory: configDirectory, environment });
  const prompts = await requirePrompts(settings.paths);
  const speech = await openSpeech(settings, new PromptShelf(prompts), createSecrets({ environment }));
  try {
    const { locale = settings.speech.locale, voice } = options;
    const request = {
      id,
      locale,
      names: namesOf(options.set),
      variant: Number(options.variant ?? 1),
      ...(voice === undefined ? {} : { voice }),
    };
    const previewed = await previewPrompt(speech, prompts.catalogue, request);
    const { text, pronounced, spoken } = requireSpoken(previewed, id);
    const path = options.out ?? spoken.path;
    if (options.out !== undefined) await copyFile(spoken.path, options.out);
    const played =
      options.play === undefined ? undefined : await playFile(path, environment['PATH'] ?? '', signal);
    output.result(
      {
        ok: true,
        id,
        locale,
        text,
        pronounced,
        path,
        seconds: spoken.seconds,
        provider: spoken.provider,
        played: played ?? null,
      },
      () =>
        [
          `“${text}”`,
          ...(pronounced === text ? [] : [`said as “${pronounced}”`]),
          `${path}  (${spoken.seconds.toFixed(1)} s, ${spoken.provider})`,
          ...(played === 'no-player' ? ['no program that plays sound was found'] : []),
        ].join('\n'),
    );
    return 0;
  } finally {
    await speech.close();
  }
};

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

async function loadedPrompts({ configDirectory, environment }: CommandContext, folder: string) {
  if (folder !== '' && folder !== 'undefined')
    return { folder, loaded: await loadPrompts([resolve(folder)]) };
  const { settings } = await requireConfiguration({ directory: configDirectory, environment });
  return { folder: settings.paths.prompts, loaded: await loadPrompts(promptFolders(settings.paths)) };
}

const lint: Action<object> = async (context, _options, argument = '') => {
  const { folder, loaded } = await loadedPrompts(context, argument);
  const problems = loaded.ok ? [] : loaded.problems;
  const lines = problems.map(({ file, line, column, problem }) => `${file}:${line}:${column}: ${problem}`);
  context.output.result({ ok: loaded.ok, problems }, () =>
    loaded.ok ? `${folder}: no problems` : [...lines, `${lines.length} problem(s)`].join('\n'),
  );
  return loaded.ok ? 0 : 1;
};

interface ListedPrompt {
  readonly id: string;
  readonly locale: string;
  readonly text: string;
  readonly variants: readonly string[];
  /** Length of its recording, else an estimate from its text. */
  readonly seconds: number;
  readonly recorded: string | null;
}

async function listedPrompt({ id, locale, text, variants = [], recordings }: Prompt): Promise<ListedPrompt> {
  const recording = recordings?.[0];
  if (recording === undefined)
    return { id, locale, text, variants, seconds: rounded(spokenSeconds(text)), recorded: null };
  const { samples, sampleRate } = decodeWav(await readFile(recording.path));
  return {
    id,
    locale,
    text,
    variants,
    seconds: rounded(samples.length / sampleRate),
    recorded: recording.path,
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

const list: Action<{ readonly locale?: string }> = async (context, { locale }, argument = '') => {
  const { loaded } = await loadedPrompts(context, argument);
  if (!loaded.ok) return lint(context, {}, argument);
  const prompts = Object.values(loaded.catalogue).flatMap((own) => Object.values(own));
  const wanted = prompts.filter((prompt) => locale === undefined || prompt.locale === locale);
  const listed = await Promise.all(wanted.map(listedPrompt));
  context.output.result({ ok: true, prompts: listed }, () =>
    listed
      .flatMap(({ id, locale: own, text, variants, seconds, recorded }) => [
        `${own}  ${id.padEnd(24)} ${recorded === null ? '≈' : ' '}${seconds.toFixed(1).padStart(5)} s  ${text}`,
        ...variants.map((variant) => `${own}  ${''.padEnd(24)}       or  ${variant}`),
      ])
      .join('\n'),
  );
  return 0;
};

interface RecordOptions extends ServerOptions {
  readonly operator: string;
  readonly locale: string;
}

const record: Action<RecordOptions> = async (context, options, id = '') => {
  const { operator, locale } = options;
  const path = `/v1/prompts/${encodeURIComponent(id)}/record`;
  const answer = await askServer<{ readonly call_id: string }>(context, options, {
    method: 'POST',
    path,
    body: { operator, locale },
  });
  context.output.result({ ok: true, ...answer }, () => `${operator} is being rung (call ${answer.call_id})`);
  return 0;
};

export function promptCommand(program: Command): void {
  const prompt = program.command('prompt').description('what is said in calls');
  prompt
    .command('lint')
    .description('report every mistake of the prompt files')
    .argument('[folder]', 'folder of prompts; default: that of the settings')
    .action(runs(lint));
  prompt
    .command('list')
    .description('every prompt with its language, text, and length: of its recording, or estimated (≈)')
    .argument('[folder]', 'folder of prompts; default: that of the settings')
    .option('--locale <locale>', 'only this language')
    .action(runs(list));
  prompt
    .command('record')
    .description('ring an operator, who says the prompt; kept, it is played in the place of a voice')
    .argument('<prompt>', 'for example no-operator')
    .requiredOption('--operator <name>', 'whose phone rings')
    .requiredOption('--locale <locale>', 'language of the text')
    .option('--url <url>', 'where Dialtrace listens', 'http://127.0.0.1:8080')
    .option('--key <key>', 'API key (or DIALTRACE_API_KEY)')
    .action(runs(record));
  prompt
    .command('preview')
    .description('speak one prompt; writes or plays the WAV')
    .argument('<prompt>', 'for example whisper')
    .option('--locale <locale>', 'language')
    .option('--set <name=value>', 'a name in the text, e.g. form="Spring offer"; may be repeated', collect)
    .option('--variant <number>', 'which of its wordings, from 1')
    .option('--voice <voice>', 'voice of the provider')
    .option('--out <file>', 'write the WAV there')
    .option('--play', 'play it')
    .action(runs(preview));
}
