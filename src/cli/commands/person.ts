/** `person export|erase`: what is stored about a phone, and forgetting it. */
import type { Command } from 'commander';
import { Fault } from '../../errors.js';
import { runs, type Action } from '../context.js';
import { withApp } from '../with-app.js';

const show: Action<object> = async (context, _options, phone = '') => {
  const person = await withApp(context, ({ app }) => app.exportPerson(phone));
  context.output.result(person, () => JSON.stringify(person, null, 2));
  return 0;
};

const erase: Action<{ readonly yes?: true }> = async (context, { yes }, phone = '') => {
  if (yes === undefined)
    throw new Fault('option-unknown', 'erasing cannot be undone: look at `person export` and say --yes');
  const counts = await withApp(context, ({ app }) => app.erasePerson(phone, 'cli'));
  context.output.result({ ok: true, ...counts }, () => {
    const { leads, calls, recordings, events, deliveries, pushes, deals } = counts;
    return `forgotten: ${leads} lead(s), ${calls} call(s), ${recordings} recording(s), ${events} event(s), ${deliveries} webhook(s), ${pushes} raw push(es), ${deals} deal(s)`;
  });
  return 0;
};

export function personCommand(program: Command): void {
  const person = program.command('person').description('what is stored about a phone');
  person.command('export').argument('<phone>').action(runs(show));
  person.command('erase').argument('<phone>').option('--yes', 'it cannot be undone').action(runs(erase));
}
