import { Command } from 'commander';
import { type AppError, asAppError } from '../errors.ts';

/** Prints an error as a person reads it: what, then each fault with its place and its hint. */
export const printError = (error: AppError): void => {
  const lines = [`error: ${error.message} (${error.code})`];
  for (const fault of error.faults)
    lines.push(`  ${fault.path}: ${fault.message}${fault.hint ? ` (${fault.hint})` : ''}`);
  if (error.hint) lines.push(`  hint: ${error.hint}`);
  process.stderr.write(`${lines.join('\n')}\n`);
};

/** 2 for a wrong call, config or input, 1 for any other failure. */
export const exitCodeOf = (error: AppError): number =>
  error.code === 'CONFIG_INVALID' || error.code === 'INPUT_INVALID' ? 2 : 1;

/** A root command that throws instead of exiting, for `runCommand`. */
export const createCommand = (name: string, description: string): Command =>
  new Command(name).description(description).exitOverride().showHelpAfterError();

/** How somebody calls `line`, which begins with a name of ours: by npx beside a checkout, plainly where it is installed. */
export const calledAs = (line: string): string => {
  const isByNpm = process.env['npm_command'] !== undefined || /[/\\]\.bin[/\\]/.test(process.argv[1] ?? '');
  return isByNpm ? `npx ${line}` : line;
};

/** Text below the help of a command: lines as one types them. */
export const exampleOf = (...lines: readonly string[]): string =>
  `\nExample:\n${lines.map((line) => `  $ ${calledAs(line)}\n`).join('')}`;

/** Who reads what we print has gone, as `head` does: what runs on ends in good order, as after SIGTERM. */
const endWhenNobodyReads = (): void => {
  let isEnding = false;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (!isEnding) process.kill(process.pid, 'SIGTERM');
      isEnding = true;
    });
};

/** Runs a command line to its exit code: 0, 2 (wrong call or config) or 1 (failure); errors go to stderr. */
export const runCommand = async (command: Command, args: readonly string[]): Promise<void> => {
  endWhenNobodyReads();
  try {
    await command.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (
      error instanceof Error &&
      'exitCode' in error &&
      'code' in error &&
      String(error.code).startsWith('commander.')
    ) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const known = asAppError(error);
    printError(known);
    if (known.code === 'INTERNAL' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = exitCodeOf(known);
  }
};
