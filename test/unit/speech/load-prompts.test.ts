/** The prompt files of the program are good, and those of an admin are refused with every problem and its place. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/domain/prompts/language.js';
import { recordedText } from '../../../src/domain/prompts/prompt-catalogue.js';
import { PROGRAM_PROMPTS, type PromptNames } from '../../../src/domain/prompts/prompt-names.js';
import { createPronounce } from '../../../src/domain/prompts/pronunciation.js';
import { createTemplates } from '../../../src/speech/templates.js';
import { loadPrompts } from '../../../src/speech/load-prompts.js';
import { renderPrompt } from '../../../src/speech/templates.js';
import { loudnessOf, peakDbOf, readSound } from '../../support/speech/sounds.js';

describe('the prompts of the program', async () => {
  const loaded = await loadPrompts(['prompts']);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { catalogue } = loaded;

  it.each(LANGUAGES)('%s: every prompt has a text, and a recording that fits it', async (locale) => {
    expect(Object.keys(catalogue[locale]!).sort()).toEqual(Object.keys(PROGRAM_PROMPTS).sort());
    for (const prompt of Object.values(catalogue[locale]!)) {
      const sound = await readSound(prompt.recordings![0]!.path);
      const lettersPerSecond = recordedText(prompt).length / (sound.samples.length / sound.sampleRate);
      expect(sound.sampleRate, prompt.id).toBe(8_000);
      expect(lettersPerSecond, prompt.id).toBeGreaterThan(6);
      expect(lettersPerSecond, prompt.id).toBeLessThan(25);
      expect(loudnessOf(sound), prompt.id).toBeGreaterThan(-23);
      expect(peakDbOf(sound), prompt.id).toBeLessThanOrEqual(-2.9);
    }
  });

  it.each(LANGUAGES)('%s: every text can be said with no names and with all', (locale) => {
    const names = {
      form: 'F',
      ad: 'A',
      campaign: 'C',
      client: { name: 'N' },
      minutes: 5,
      position: 2,
      day: '2026-11-21',
      time: '09:00',
      source: 'S',
    };
    for (const prompt of Object.values(catalogue[locale]!))
      for (const given of [{}, names]) {
        const rendered = renderPrompt({ template: prompt.text, locale, names: given });
        expect(rendered.ok && rendered.text, prompt.id).toMatch(/^(?!.*(?:undefined| ,| \.|\.\.))/);
      }
  });

  it('whispers form, ad and client', () => {
    const { whisper } = catalogue['ru']!;
    const rendered = renderPrompt({
      template: whisper!.text,
      locale: 'ru',
      names: { form: 'Окна', ad: 'Лето', client: { name: 'Анна' } },
    });
    expect(rendered).toEqual({
      ok: true,
      text: 'Обратный звонок. Форма: Окна. Объявление: Лето. Клиент: Анна.',
    });
  });

  it.each(['en', 'ru', 'vi', 'cs'])('names every operator key in %s, apart from the whisper', (locale) => {
    const keys = catalogue[locale]!['operator-keys']!.text;
    expect(keys.match(/\d/g)).toEqual(['1', '2', '3', '4', '9']);
    expect(catalogue[locale]!['whisper']!.text).not.toMatch(/\d/);
  });

  it.each(LANGUAGES)('%s: says the keys of the policy, and its recording the usual ones', (locale) => {
    const { text: template, short } = catalogue[locale]!['operator-keys']!;
    const said = (names: PromptNames): string => {
      const rendered = renderPrompt({ template, locale, names });
      return rendered.ok ? rendered.text : JSON.stringify(rendered.problems);
    };
    expect(said({})).toBe(short);
    // A visitor's own field of that name changes nothing.
    expect(said({ answers: { keys: '5', accept: '6', 'keys.accept': '7' } })).toBe(short);
    const own = { accept: '5', repeat: '8', later: '0', not_mine: '4', spam: '7' };
    expect(said({ keys: own }).match(/[\d#*]/g)).toEqual(['5', '8', '0', '4', '7']);
    // A key that is no digit is said by its name.
    expect(said({ keys: { ...own, repeat: '#' } }).match(/[\d#*]/g)).toEqual(['5', '0', '4', '7']);
    const few = said({ keys: { ...own, repeat: '', not_mine: '', spam: '' } });
    expect(few.match(/[\d#*]/g)).toEqual(['5', '0']);
    expect(few).toMatch(/^\p{Lu}[\p{L} ,]*5[\p{L} ,]*0[\p{L} ,]*\.$/u);
  });
});

describe('the prompts of an admin', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialtrace-prompts-'));
    await mkdir(join(directory, 'en'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const load = async (files: Record<string, string>): Promise<Awaited<ReturnType<typeof loadPrompts>>> => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, 'en', name), text);
    return loadPrompts(['prompts', directory]);
  };

  it('win over those of the program, and may add their own with names', async () => {
    const loaded = await load({
      'own.yaml': 'client-busy: Engaged.\nsale:\n  text: "{{ percent | words }} off"\n  names: [percent]\n',
    });
    expect(loaded.ok && loaded.catalogue['en']!['client-busy']!.text).toBe('Engaged.');
    expect(loaded.ok && loaded.catalogue['en']!['sale']!.names).toEqual(['percent']);
    expect(loaded.ok && loaded.catalogue['en']!['one-moment']!.recordings?.[0]?.path).toBe(
      'prompts/en/one-moment.wav',
    );
  });

  it('may be recordings alone, numbered, of which each call hears one', async () => {
    await writeFile(join(directory, 'en', 'sale.yaml'), 'sale: A.\nsale-3: B.\n');
    for (const name of [
      'client-busy',
      'client-busy-2',
      'client-busy-4',
      'sale',
      'sale-2',
      'sale-3',
      'whisper-short',
    ])
      await writeFile(join(directory, 'en', `${name}.wav`), 'x');
    const loaded = await loadPrompts(['prompts', directory]);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const templates = createTemplates(() => loaded.catalogue);
    const heard = (id: string): readonly string[] =>
      [
        ...new Set(
          Array.from({ length: 60 }, (_, n) => basename(templates.own(id, 'en', `call-${n}`) ?? '')),
        ),
      ].sort();
    expect(heard('client-busy')).toEqual(['client-busy-2.wav', 'client-busy.wav']);
    expect(heard('sale')).toEqual(['sale-2.wav', 'sale.wav']);
    expect(heard('sale-3')).toEqual(['sale-3.wav']);
    // What has names in it is said by a voice, and its short recording steps in.
    expect(heard('whisper')).toEqual(['']);
    expect(templates.recorded('whisper', 'en')).toBe(join(directory, 'en', 'whisper-short.wav'));
    expect(heard('one-moment')).toEqual(['']);
  });

  it('are refused with every problem at once', async () => {
    const loaded = await load({
      'a.yaml': 'greeting: Hello {{ clint }}\nBad_Id: x\nempty:\nlist: [1]\nmore:\n  txt: y\n  text: z\n',
      'b.yaml': 'greeting: again\nfolded:\n  text: >-\n    two\n    lines {{ frm }}\n',
    });
    const lines = loaded.ok
      ? []
      : loaded.problems.map(
          ({ file, line, column, problem }) =>
            `${file.slice(directory.length + 4)}:${line}:${column} ${problem}`,
        );
    expect(lines).toEqual([
      'a.yaml:1:20 the name `clint` is not known here (did you mean `client`?)',
      'a.yaml:2:1 `Bad_Id` is no prompt id: small letters, digits and dashes',
      'a.yaml:3:7 the prompt `empty` must be a text',
      'a.yaml:4:7 the prompt `list` must be a text',
      'a.yaml:6:3 `txt` is not known here (did you mean `text`?)',
      'b.yaml:3:9 the name `frm` is not known here (did you mean `form`?) (line 1, column 14 of the text)',
      expect.stringMatching(/^b\.yaml:1:1 the prompt `greeting` is already in .*a\.yaml:1$/),
    ]);
  });

  it('are refused when they are no YAML, or no map', async () => {
    const loaded = await load({ 'a.yaml': 'a: "open\n', 'b.yaml': '- list\n', 'c.yaml': '' });
    expect(loaded.ok ? [] : loaded.problems.map(({ line, problem }) => `${line} ${problem}`)).toEqual([
      expect.stringMatching(/^\d Missing closing/),
      '1 a prompt file is a map from prompt id to text',
    ]);
  });

  it('may have several wordings, each checked', async () => {
    const loaded = await load({
      'own.yaml': 'hi:\n  text: Hi.\n  variants: [Hello., "Good day, {{ client }}."]\n',
    });
    expect(loaded.ok && loaded.catalogue['en']!['hi']!.variants).toEqual([
      'Hello.',
      'Good day, {{ client }}.',
    ]);
    const refused = await load({
      'own.yaml':
        'hi:\n  text: Hi.\n  variants: ["Hello {{ clint }}", 7]\nbye:\n  text: Bye.\n  variants: Goodbye.\n',
    });
    expect(
      refused.ok ? [] : refused.problems.map(({ line, column, problem }) => `${line}:${column} ${problem}`),
    ).toEqual([
      '3:35 a variant of `hi` must be a text',
      expect.stringMatching(/^3:\d+ the name `clint` is not known here/u),
      '6:13 `variants` must be a list of texts',
    ]);
  });

  it('say how words are pronounced, word by word over the program', async () => {
    await mkdir(join(directory, 'vi'));
    await writeFile(join(directory, 'vi', 'pronunciation.yaml'), 'tiktok: tóp tóp\n');
    const loaded = await load({
      'pronunciation.yaml': '# ours\n"24/7": all day\n007: >-\n  double o\n  seven\n',
    });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(Object.keys(loaded.catalogue['en']!)).not.toContain('007');
    const pronounce = createPronounce(loaded.pronunciations);
    expect(pronounce('Agent 007, 24/7', 'en-US')).toBe('Agent double o seven, all day');
    expect(pronounce('TikTok, Facebook', 'vi')).toBe('tóp tóp, phây búc');
  });

  it('are refused for every word that cannot be found or said', async () => {
    const loaded = await load({
      'pronunciation.yaml':
        'CRM: C R M\n"{{ form }}": form\nSEO: <b>\nVIP:\nlist: [1]\n"&": and\ncrm: again\n',
      'pronunciation.yml': '- list\n',
    });
    const lines = loaded.ok
      ? []
      : loaded.problems.map(({ file, line, column, problem }) =>
          `${file.slice(directory.length + 4)}:${line}:${column} ${problem}`.replace(
            /, with a letter.*/u,
            '',
          ),
        );
    expect(lines).toEqual([
      'pronunciation.yaml:2:1 `{{ form }}` must be a word',
      'pronunciation.yaml:3:6 what is said for `SEO` must be a text',
      expect.stringMatching(/^pronunciation\.yaml:4:\d what is said for `VIP` must be a text$/u),
      'pronunciation.yaml:5:7 what is said for `list` must be a text',
      'pronunciation.yaml:6:1 `&` must be a word',
      'pronunciation.yml:1:1 a pronunciation file is a map from word to what is said',
      expect.stringMatching(
        /^pronunciation\.yaml:7:1 the word `crm` is already in .*pronunciation\.yaml:1$/u,
      ),
    ]);
  });

  it('must hold every prompt of the program in the last locale', async () => {
    const loaded = await loadPrompts([directory]);
    expect(loaded.ok ? [] : loaded.problems).toHaveLength(Object.keys(PROGRAM_PROMPTS).length);
  });
});
