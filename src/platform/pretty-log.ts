/** Log lines for people at a terminal. */
import type { DestinationStream } from 'pino';

const LEVELS: Readonly<Record<number, string>> = {
  ...{ 10: 'TRACE', 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' },
};
/** Yellow and red, of a terminal's sixteen colours. */
const COLOURS: Readonly<Record<number, number>> = { 40: 33, 50: 31, 60: 31 };
/** What is no news on one's own machine. */
const LEFT_OUT: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'msg']);
/** Everything else is quoted, so that no value can steer the terminal or look like another. */
const PLAIN = /^[\w./:{}-]+$/;

/**
 * Where a process's log goes on standard output in a form for people; undefined where that stays JSON.
 * @param format undefined: by whether standard output is a terminal
 */
export function forPeople(format: 'json' | 'pretty' | undefined): DestinationStream | undefined {
  const { stdout } = process;
  if (format === 'json' || (format === undefined && !stdout.isTTY)) return undefined;
  return prettyLog(stdout, { colours: stdout.isTTY && !process.env.NO_COLOR });
}

/** Where a logger writes JSON lines, which go on as lines like `14:05:22.004Z INFO  request name=api status=202`. */
export function prettyLog(
  out: { write(text: string): unknown },
  { colours }: { readonly colours: boolean },
): DestinationStream {
  return {
    write(line) {
      out.write(`${prettyLine(JSON.parse(line) as LogLine, colours)}\n`);
    },
  };
}

interface LogLine extends Readonly<Record<string, unknown>> {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
}

function prettyLine(line: LogLine, colours: boolean): string {
  const word = (LEVELS[line.level] ?? String(line.level)).padEnd(5);
  const colour = colours ? COLOURS[line.level] : undefined;
  const level = colour === undefined ? word : `\u001b[${colour}m${word}\u001b[0m`;
  const members = Object.entries(line).filter(([name]) => !LEFT_OUT.has(name));
  return [
    ...[new Date(line.time).toISOString().slice(11), level, line.msg ?? ''],
    ...members.map(([name, value]) => `${name}=${told(value)}`),
  ].join(' ');
}

function told(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return PLAIN.test(text) ? text : JSON.stringify(value);
}
