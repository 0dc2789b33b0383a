import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError, Command as Declaration, Help } from 'commander';
import type { Command, Outcome } from './commands/command.js';
import { ProgressDisplay } from './commands/progressDisplay.js';
import { commands } from './commands/registry.js';
import { type Config, projectRoot, readConfig } from './config.js';
import { handOver } from './control/client.js';
import { toFailure } from './control/message.js';
import { Owner } from './control/owner.js';
import { STOPPED, stopSignal } from './control/stopSignal.js';

// A reader that has seen enough (`starkin status | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code: 0 all done, 1 some input failed and the rest is stored, 2 nothing done */
async function main(words: string[]): Promise<number> {
  let exitCode = 0;
  const program = declareProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`starkin: ${toFailure(error).message}\n`);
    return 2;
  }
  return exitCode;
}

function declareProgram(ended: (exitCode: number) => void): Declaration {
  const { version, description } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const program = new Declaration('starkin')
    .description(description)
    .version(version)
    .exitOverride()
    // That a switch is off unless it is given need not be said of every one.
    .configureHelp({
      optionDescription: (option) => {
        const text =
          option.defaultValue === false
            ? option.description
            : Help.prototype.optionDescription.call(new Help(), option);
        return option.mandatory ? `${text} (required)` : text;
      },
    })
    .showHelpAfterError('(starkin --help, or starkin COMMAND --help, tells more)');
  program
    .command('serve')
    .description('serve the archive over HTTP; the first start in an empty folder builds the demonstration')
    .action(async () => ended(await (await import('./server.js')).serve()));
  for (const command of commands) declareCommand(program, command, ended);
  return program;
}

function declareCommand(program: Declaration, command: Command, ended: (exitCode: number) => void): void {
  const words = command.name.split(' ');
  const last = words.pop() as string;
  const parent = words.reduce(
    (level, word) => level.commands.find((child) => child.name() === word) ?? level.command(word),
    program,
  );
  const declaration = parent.command(last).description(command.summary);
  // What lies below is what an overview can tell of a word that does nothing alone.
  if (parent !== program) parent.description(parent.commands.map((child) => child.name()).join(', '));
  command.declare(declaration);
  declaration.option('--json', 'print the result as JSON on stdout', false);
  declaration.action(async () => ended(await execute(command, declaration)));
}

async function execute(command: Command, declaration: Declaration): Promise<number> {
  const options = declaration.opts();
  const display = new ProgressDisplay();
  const signal = stopSignal();
  try {
    const config = readConfig();
    const request = command.request(declaration.args, options);
    const outcome = await perform(config, command, request, { report: display.report, signal });
    display.finish();
    process.stdout.write(`${options.json ? JSON.stringify(outcome.data, null, 2) : outcome.text}\n`);
    return outcome.exitCode;
  } catch (error) {
    display.finish();
    if (signal.aborted) {
      process.stderr.write('stopped; what was done is kept, and the same command goes on from there\n');
      return STOPPED;
    }
    const failure = toFailure(error);
    if (options.json) process.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
    process.stderr.write(
      `starkin ${command.name}: ${failure.message}\n${failure.remedy ? `  remedy: ${failure.remedy}\n` : ''}`,
    );
    return 2;
  }
}

/** The process that owns an embedded archive does the work; where there is none, this one does. */
async function perform(
  config: Config,
  command: Command,
  request: unknown,
  course: Parameters<Owner['perform']>[2],
): Promise<Outcome> {
  const { data, databaseUrl } = config.environment;
  if (command.archive !== 'none' && !databaseUrl && existsSync(data)) {
    const outcome = await handOver(data, command.name, request, course);
    if (outcome) return outcome;
  }
  const owner = new Owner(config);
  try {
    return await owner.perform(command.name, request, course);
  } finally {
    await owner.close();
  }
}
