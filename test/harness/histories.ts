/** The corpus of recorded workflow histories: each shape that a delivery's life can take, as a server recorded it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporal } from '@temporalio/proto';

const { History: Schema } = temporal.api.history.v1;
export type History = temporal.api.history.v1.IHistory;

export interface RecordedHistory {
  /** Shape and generation, like `failed-cycles-1`. */
  readonly name: string;
  readonly shape: string;
  readonly history: History;
}

const DIRECTORY = path.resolve(__dirname, '../histories/deliver-webhook');

/** Everything that was ever recorded and not removed since. */
export function recordedHistories(): RecordedHistory[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const name = path.basename(file, '.json');
      const recorded = JSON.parse(readFileSync(path.join(DIRECTORY, file), 'utf8')) as Record<
        string,
        unknown
      >;
      return { name, shape: name.replace(/-\d+$/, ''), history: Schema.fromObject(recorded) };
    });
}

/** Adds a generation of a shape; never writes over one, for deliveries of that time may still run. Answers with its file. */
export function keepHistory(shape: string, history: History): string {
  mkdirSync(DIRECTORY, { recursive: true });
  let generation = 1;
  const file = (): string => path.join(DIRECTORY, `${shape}-${generation}.json`);
  while (existsSync(file())) generation += 1;
  const plain = Schema.toObject(Schema.fromObject(history), { enums: String, longs: String, bytes: String });
  // Stack traces of failures name the directory they were recorded in, which is nobody's business.
  const text = JSON.stringify(plain).replaceAll(`${path.resolve(__dirname, '../..')}/`, '');
  writeFileSync(file(), `${text}\n`);
  return file();
}
