#!/usr/bin/env node
/**
 * The command line: one visible table of commands. Only the room of the command that is asked for is loaded; all of
 * them for the help. `--json` works for every command.
 */
import { Command } from 'commander';
import { DEFAULT_CONFIG_DIRECTORY } from './context.js';
import { keepYoungHeapSmall } from './young-heap.js';

type Room = () => Promise<(program: Command) => void>;

const access: Room = async () => (await import('./commands/access.js')).accessCommands;
const sources: Room = async () => (await import('./commands/sources.js')).sourceCommands;
const gate: Room = async () => (await import('./commands/gate.js')).gateCommands;
const attribution: Room = async () => (await import('./commands/attribution.js')).attributionCommands;
const maintenance: Room = async () => (await import('./commands/maintenance.js')).maintenanceCommands;

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, Room>> = {
  start: async () => {
    keepYoungHeapSmall();
    return (await import('./commands/start.js')).startCommand;
  },
  demo: async () => (await import('./commands/demo.js')).demoCommand,
  doctor: async () => (await import('./commands/doctor.js')).doctorCommand,
  lead: async () => (await import('./commands/lead.js')).leadCommand,
  connections: sources,
  forms: sources,
  apikey: access,
  operator: access,
  secret: async () => (await import('./commands/secret.js')).secretCommand,
  person: async () => (await import('./commands/person.js')).personCommand,
  dnc: gate,
  quarantine: gate,
  route: async () => (await import('./commands/route.js')).routeCommand,
  dialplan: async () => (await import('./commands/dialplan.js')).dialplanCommand,
  prompt: async () => (await import('./commands/prompt.js')).promptCommand,
  numbers: async () => (await import('./commands/numbers.js')).numbersCommand,
  pool: async () => (await import('./commands/pool.js')).poolCommand,
  attribution,
  placements: attribution,
  costs: attribution,
  destination: async () => (await import('./commands/destination.js')).destinationCommand,
  deals: async () => (await import('./commands/deals.js')).dealsCommand,
  audience: async () => (await import('./commands/audience.js')).audienceCommands,
  report: async () => (await import('./commands/report.js')).reportCommand,
  phone: async () => (await import('./commands/phone.js')).phoneCommand,
  config: async () => (await import('./commands/config.js')).configCommand,
  'stop-calling': maintenance,
  switch: async () => (await import('./commands/switch.js')).switchCommand,
  backup: maintenance,
  restore: maintenance,
  engine: async () => (await import('./commands/engine.js')).engineCommand,
};

const USAGE_EXIT = 2;

const program = new Command('dialtrace')
  .description('Call tracking and lead callbacks on your own switch')
  .option('--json', 'the last line on stdout is one JSON object; everything else goes to stderr')
  .option('--config <folder>', 'folder of the YAML files', DEFAULT_CONFIG_DIRECTORY)
  .showSuggestionAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : USAGE_EXIT);
  });
/** A folder may be called like a command: what follows --config is none. */
const words = process.argv.slice(2).filter((_word, index, all) => all[index - 1] !== '--config');
const asked = words.find((word) => Object.hasOwn(COMMANDS, word));
const rooms = asked === undefined ? Object.values(COMMANDS) : [COMMANDS[asked]];
for (const room of new Set(rooms)) (await room?.())?.(program);
await program.parseAsync();
