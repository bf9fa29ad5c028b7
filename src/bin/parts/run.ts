/** From the start of a process to its orderly end. */
import { ConfigError } from '../../platform/config-reader';
import { EmbeddedStackError } from '../../embedded/index';
import { describeError, type DescribedError } from '../../platform/describe-error';
import { stopRequested } from '../../platform/stop-request';
import { MigrationError } from '../../platform/migrations';
import { WrongKeyError } from '../../platform/key-ring';
import { TemporalSetupError } from '../../platform/temporal';
import { TimeZoneError } from '../../platform/time-zone';
import { NotYetError, StoppedError } from './await-part';
import type { RunningProcess } from './process';

/** What whoever runs it can mend. */
const FOR_THE_OPERATOR = [
  ...[ConfigError, EmbeddedStackError, MigrationError, WrongKeyError],
  ...[NotYetError, TemporalSetupError, TimeZoneError],
];

/** A graceful stop that takes longer is cut short: a supervisor would kill the process anyway. Milliseconds. */
const STOP_LIMIT_MS = 30_000;

/**
 * Starts a process and stops it at a stop request; a second request ends it at once. An error that the operator can fix (a
 * wrong setting, a port that is taken) ends it with one line and status 1, without a stack. Once it runs, others' words are left out of
 * what is said of an error, as of whatever is logged.
 */
export async function runUntilStopped(start: () => Promise<RunningProcess>): Promise<void> {
  const signalled = stopRequested();
  process.on('uncaughtException', (error) => {
    say(describedOf(error));
    process.exit(1);
  });
  try {
    const starting = start();
    const running = await Promise.race([starting, signalled.then(() => undefined)]);
    const failure = running && (await Promise.race([signalled, running.failed.catch(asError)]));
    if (failure) say(describedOf(failure)); // before the stop, which may be cut short
    const limit = setTimeout(() => process.exit(1), STOP_LIMIT_MS);
    await (await starting).stop();
    clearTimeout(limit);
    process.exit(failure ? 1 : 0);
  } catch (error) {
    if (error instanceof StoppedError) process.exit(0);
    say(messageOf(asError(error)));
    process.exit(1);
  }
}

function say(text: string): void {
  process.stderr.write(`cpm-webhooks: ${text}\n`);
}

/** Of an error at the start, when nobody's data have been read yet. */
function messageOf(error: Error): string {
  return isForTheOperator(error) ? error.message : (error.stack ?? error.message);
}

function describedOf(error: Error): string {
  return isForTheOperator(error) ? error.message : linesOf(describeError(error)).join('\n');
}

function linesOf({ name, code, frames, cause }: DescribedError): string[] {
  return [
    code === undefined ? name : `${name} (${code})`,
    ...frames.map((frame) => `    ${frame}`),
    ...(cause ? linesOf(cause).map((line, index) => (index === 0 ? `caused by ${line}` : line)) : []),
  ];
}

function isForTheOperator(error: Error): boolean {
  return FOR_THE_OPERATOR.some((kind) => error instanceof kind);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
