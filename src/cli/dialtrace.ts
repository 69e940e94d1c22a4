#!/usr/bin/env node
/** The command line: one visible table of commands. Each says how it is used; `--json` works for all. */
import { Command } from 'commander';
import { accessCommands } from './commands/access.js';
import { configCommand } from './commands/config.js';
import { demoCommand } from './commands/demo.js';
import { dialplanCommand } from './commands/dialplan.js';
import { doctorCommand } from './commands/doctor.js';
import { engineCommand } from './commands/engine.js';
import { leadCommand } from './commands/lead.js';
import { maintenanceCommands } from './commands/maintenance.js';
import { phoneCommand } from './commands/phone.js';
import { promptCommand } from './commands/prompt.js';
import { sourceCommands } from './commands/sources.js';
import { startCommand } from './commands/start.js';
import { DEFAULT_CONFIG_DIRECTORY } from './context.js';

const COMMANDS: readonly ((program: Command) => void)[] = [
  startCommand,
  demoCommand,
  leadCommand,
  sourceCommands,
  accessCommands,
  dialplanCommand,
  promptCommand,
  phoneCommand,
  configCommand,
  maintenanceCommands,
  doctorCommand,
  engineCommand,
];

const USAGE_EXIT = 2;

const program = new Command('dialtrace')
  .description('Call tracking and lead callbacks on your own switch')
  .option('--json', 'the last line on stdout is one JSON object; everything else goes to stderr')
  .option('--config <folder>', 'folder of the YAML files', DEFAULT_CONFIG_DIRECTORY)
  .showSuggestionAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : USAGE_EXIT);
  });
for (const add of COMMANDS) add(program);
await program.parseAsync();
