/**
 * `dialplan sim --interactive`: a person types what happens, one line at a time, and sees what the plan does. The run is
 * a script that grows, run anew with each line, so that it can be saved as a test. Called by sim-command.ts.
 */
import { createInterface } from 'node:readline/promises';
import { stdin, stderr, stdout } from 'node:process';
import { Fault } from '../../errors.js';
import { describeDirective } from '../../domain/simulation/describe-directive.js';
import {
  outcomeOf,
  runScript,
  transcriptOf,
  type Happening,
  type Script,
  type ScriptRun,
} from '../../domain/simulation/run-script.js';
import type { CommandContext } from '../context.js';
import type { ExitCode } from '../output.js';
import { saveCase } from './save-case.js';

const HELP = `Type what happens: <who> <does> …, a second later than the line before, or with its own second in front.
  caller answers · operator:anna rings · operator:anna answers · operator:anna presses 1 · caller has-heard
  client ends 486 · caller hangs-up · wait elapses · webhook responds 200 {} · api hang-up
back: takes the last line back · save <name>: keeps the run as a test · quit`;

export async function simulateByHand(
  context: CommandContext,
  script: Script,
  folder: string,
): Promise<ExitCode> {
  const hand = new Hand(context, script, folder);
  hand.begin();
  const terminal = stdin.isTTY ? (context.output.format === 'json' ? stderr : stdout) : undefined;
  const reader = createInterface({ input: stdin, ...(terminal === undefined ? {} : { output: terminal }) });
  context.signal.addEventListener('abort', () => reader.close(), { once: true });
  reader.setPrompt('> ');
  if (terminal !== undefined) reader.prompt();
  for await (const line of reader) {
    if ((await hand.take(line.trim())) === 'quit') break;
    if (terminal !== undefined) reader.prompt();
  }
  reader.close();
  hand.end();
  return 0;
}

class Hand {
  private readonly context: CommandContext;
  private readonly folder: string;
  private script: Script;
  private run: ScriptRun;
  private saved: string | undefined;

  constructor(context: CommandContext, script: Script, folder: string) {
    this.context = context;
    this.script = script;
    this.folder = folder;
    this.run = runScript(script);
  }

  begin(): void {
    this.say(HELP);
    this.show(this.run.happenings);
    this.state();
  }

  async take(text: string): Promise<'quit' | 'goes-on'> {
    const [word = '', ...rest] = text.split(/\s+/);
    if (word === 'quit' || word === 'exit') return 'quit';
    if (word === 'help') this.say(HELP);
    else if (word === 'back') this.back();
    else if (word === 'save') await this.save(rest.join(' '));
    else if (text !== '') this.add(text);
    return 'goes-on';
  }

  end(): void {
    const { plan, lines } = this.script;
    const json = {
      ok: true,
      plan,
      script: lines,
      outcome: outcomeOf(this.run),
      transcript: transcriptOf(this.run.happenings),
      saved: this.saved ?? null,
    };
    this.context.output.result(json, () =>
      this.saved === undefined ? 'not saved' : `saved in ${this.saved}`,
    );
  }

  private add(text: string): void {
    const last = Number(this.script.lines.at(-1)?.split(' ', 1)[0] ?? 0);
    const line = /^\d/.test(text) ? text : `${last + 1} ${text}`;
    const script = { ...this.script, lines: [...this.script.lines, line] };
    try {
      const run = runScript(script);
      this.show(run.happenings.slice(this.run.happenings.length));
      this.script = script;
      this.run = run;
      this.state();
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'field-invalid') throw error;
      this.say(`  ${error.message}`);
    }
  }

  private back(): void {
    this.script = { ...this.script, lines: this.script.lines.slice(0, -1) };
    this.run = runScript(this.script);
    this.say(`  ${this.script.lines.at(-1) ?? 'the beginning'}`);
    this.state();
  }

  private async save(name: string): Promise<void> {
    if (name === '') {
      this.say('  save needs a name: what the test shows');
      return;
    }
    this.saved = await saveCase(this.folder, this.script, {
      name,
      expect: { outcome: outcomeOf(this.run), transcript: transcriptOf(this.run.happenings) },
    });
    this.say(`  saved in ${this.saved}`);
  }

  private show(happenings: readonly Happening[]): void {
    for (const happening of happenings) this.say(`${seconds(happening)}  ${described(happening)}`);
  }

  private state(): void {
    const said = Object.entries(outcomeOf(this.run)).map(([key, value]) => `${key}: ${value}`);
    const legs = Object.entries(this.run.session.legs).map(([ref, { state }]) => `${ref} ${state}`);
    this.say(`  [${[...said, ...legs].join(', ')}]`);
  }

  private say(text: string): void {
    this.context.output.say(text);
  }
}

function seconds({ at }: Happening): string {
  return `${(at / 1000).toFixed(1).padStart(7)} s`;
}

function described(happening: Happening): string {
  if (happening.kind === 'step') return `── ${happening.entered.step} ── ${happening.entered.why}`;
  if (happening.kind === 'directive') return `► ${describeDirective(happening.directive)}`;
  const { subject, verb, rest } = happening.line;
  return `◄ ${[subject, verb, ...rest].join(' ')}`;
}
