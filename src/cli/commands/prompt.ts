/** `prompt preview`: renders a prompt with given names, speaks it, and writes or plays the WAV. */
import { copyFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { Fault } from '../../errors.js';
import { openSpeech, requirePrompts } from '../../main/services.js';
import { createSecrets } from '../../settings/secrets.js';
import { requireConfiguration } from '../../settings/configuration.js';
import { playFile, previewPrompt, type Preview } from '../../speech/preview-prompt.js';
import { runs, type Action } from '../context.js';

interface PreviewOptions {
  readonly locale?: string;
  readonly set?: readonly string[];
  readonly voice?: string;
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
  const hint = preview.nearest === undefined ? '' : `; did you mean "${preview.nearest}"?`;
  throw new Fault('not-found', `there is no prompt "${id}"${hint}`);
}

const preview: Action<PreviewOptions> = async (
  { configDirectory, environment, output, signal },
  options,
  id = '',
) => {
  const { settings } = await requireConfiguration({ directory: configDirectory, environment });
  const catalogue = await requirePrompts(settings.paths.prompts);
  const speech = await openSpeech(settings, catalogue, createSecrets({ environment }));
  try {
    const { locale = settings.speech.locale, voice } = options;
    const request = { id, locale, names: namesOf(options.set), ...(voice === undefined ? {} : { voice }) };
    const { text, spoken } = requireSpoken(await previewPrompt(speech, catalogue, request), id);
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
        path,
        seconds: spoken.seconds,
        provider: spoken.provider,
        played: played ?? null,
      },
      () =>
        [
          `“${text}”`,
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

export function promptCommand(program: Command): void {
  program
    .command('prompt')
    .description('what is said in calls')
    .command('preview')
    .description('speak one prompt; writes or plays the WAV')
    .argument('<prompt>', 'for example whisper')
    .option('--locale <locale>', 'language')
    .option('--set <name=value>', 'a name in the text, e.g. form="Spring offer"; may be repeated', collect)
    .option('--voice <voice>', 'voice of the provider')
    .option('--out <file>', 'write the WAV there')
    .option('--play', 'play it')
    .action(runs(preview));
}
