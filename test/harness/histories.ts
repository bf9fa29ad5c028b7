/** The corpus of recorded workflow histories: each shape that a workflow's life can take, as a server recorded it. */
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

const DIRECTORY = path.resolve(__dirname, '../histories');

/** The folder of a workflow's histories, like that of its code: `deliver-webhook` for `deliverWebhook`. */
export function folderOf(workflowType: string): string {
  return workflowType.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}

/** Folders of workflows that histories were recorded of. */
export function recordedWorkflows(): string[] {
  return readdirSync(DIRECTORY).sort();
}

/** Everything that was ever recorded of a workflow and not removed since. */
export function recordedHistories(workflow: string): RecordedHistory[] {
  return readdirSync(path.join(DIRECTORY, workflow))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const name = path.basename(file, '.json');
      const recorded = JSON.parse(readFileSync(path.join(DIRECTORY, workflow, file), 'utf8')) as Record<
        string,
        unknown
      >;
      return { name, shape: name.replace(/-\d+$/, ''), history: Schema.fromObject(recorded) };
    });
}

/** Adds a generation of a shape; never writes over one, for workflows of that time may still run. Answers with its file. */
export function keepHistory(workflow: string, shape: string, history: History): string {
  const directory = path.join(DIRECTORY, workflow);
  mkdirSync(directory, { recursive: true });
  let generation = 1;
  const file = (): string => path.join(directory, `${shape}-${generation}.json`);
  while (existsSync(file())) generation += 1;
  const plain = Schema.toObject(Schema.fromObject(history), { enums: String, longs: String, bytes: String });
  // What names the machine of the recording is nobody's business: workers' identities, and directories in stack traces.
  const text = JSON.stringify(plain, (key, value: unknown) => (key === 'identity' ? undefined : value));
  writeFileSync(file(), `${text.replaceAll(`${path.resolve(__dirname, '../..')}/`, '')}\n`);
  return file();
}
