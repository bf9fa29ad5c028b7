/** `cpm-webhooks export` and `cpm-webhooks import`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ApiClient } from '../api-client';
import { changesFor, describe, leftAlone, nameOf, type Change } from './changes';
import { fromYaml, readEntries, SUBSCRIPTIONS, toYaml, UsageError, writeEntry } from './configuration';
import { resolved } from './references';

/** Where the program stands. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly errors: (text: string) => void;
  /** Asks a person; undefined where there is none. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

/** Exit codes. */
export const EXIT = { done: 0, failed: 1, usage: 2, differs: 3 } as const;
type Exit = (typeof EXIT)[keyof typeof EXIT];

const HELP = `usage: cpm-webhooks export APPLICATION [--out FILE]
       cpm-webhooks import FILE [--application ID] [--dry-run] [--yes] [--secrets]

Catalogue, e-mail templates and subscriptions of an application as YAML, by the REST API at CPM_URL (default
http://127.0.0.1:3000) with the API key CPM_API_KEY. Secrets stand in the file as \${env:NAME}, and are read from the environment.

  --out FILE         write into a file
  --application ID   import into another application than the one of the file
  --dry-run          only tell what would be written
  --yes              write without a question
  --secrets          write the secrets of subscriptions too that are otherwise as the file says

exit codes: 0 it is as the file says, 1 failed, 2 wrong usage or file, 3 it differs from the file and was not written`;

const OPTIONS = {
  out: { type: 'string' },
  application: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  secrets: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Runs the program. @returns its exit code */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<Exit> {
  const { env, out, errors } = surroundings;
  try {
    const { values, positionals } = parsed(args);
    if (values.help) {
      out(`${HELP}\n`);
      return EXIT.done;
    }
    const [command, subject] = positionals;
    if (subject === undefined || positionals.length > 2) throw new UsageError(HELP);
    if (!env.CPM_API_KEY) throw new UsageError('CPM_API_KEY is missing: an API key of the service');
    const api = new ApiClient((env.CPM_URL ?? 'http://127.0.0.1:3000').replace(/\/+$/, ''), env.CPM_API_KEY);
    if (command === 'export') return await exportTo(api, subject, values.out, out);
    if (command === 'import') return await importFrom(api, subject, values, surroundings);
    throw new UsageError(HELP);
  } catch (error) {
    errors(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

type Parsed = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;

function parsed(args: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

async function exportTo(
  api: ApiClient,
  applicationId: string,
  file: string | undefined,
  out: (text: string) => void,
): Promise<Exit> {
  const entries = await readEntries(api, applicationId);
  if (entries.length === 0) throw new Error(`there is no application ${applicationId}`);
  const yaml = toYaml(entries);
  if (file === undefined) out(yaml);
  else writeFileSync(file, yaml);
  return EXIT.done;
}

interface ImportOptions {
  readonly application?: string | undefined;
  readonly 'dry-run'?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly secrets?: boolean | undefined;
}

async function importFrom(
  api: ApiClient,
  file: string,
  options: ImportOptions,
  { env, out, errors, ask }: Surroundings,
): Promise<Exit> {
  const { applicationId: own, entries } = fromYaml(readFile(file));
  const applicationId = options.application ?? own;
  const wanted = entries.map((entry) =>
    entry.list === 'application'
      ? { ...entry, key: applicationId, content: { ...entry.content, id: applicationId } }
      : entry,
  );
  const present = await readEntries(api, applicationId);
  const changes = changesFor(wanted, present);
  const names = new Set(changes.map(({ entry }) => nameOf(entry)));
  const more = options.secrets
    ? present.filter((one) => one.list === SUBSCRIPTIONS && !names.has(nameOf(one)))
    : [];
  const secrets = more.flatMap((one): Change[] => {
    const entry = wanted.find((each) => nameOf(each) === nameOf(one));
    return entry
      ? [{ entry: { ...entry, content: { ...one.content, ...entry.content } }, present: one }]
      : [];
  });
  const toWrite = [...changes, ...secrets].map(withSecrets(env));
  for (const change of changes) out(`${describe(change)}\n`);
  for (const { entry } of secrets) out(`~ ${nameOf(entry)}\n    its secrets\n`);
  for (const name of leftAlone(wanted, present)) out(`  ${name} is not in the file, and stays\n`);
  if (toWrite.length === 0) {
    out('It is as the file says.\n');
    return EXIT.done;
  }
  if (options['dry-run']) return EXIT.differs;
  if (!options.yes) {
    if (!ask) throw new UsageError('nobody is there to be asked: --yes writes without a question');
    if (!(await ask(`Write ${toWrite.length} to ${api.baseUrl}?`))) return EXIT.differs;
  }
  for (const { entry, present: before } of toWrite) {
    const { signingSecret } = await writeEntry(api, applicationId, entry, before);
    errors(`written: ${nameOf(entry)}\n`);
    if (typeof signingSecret === 'string')
      out(`The signing secret of ${entry.key}, shown only now: ${signingSecret}\n`);
  }
  return EXIT.done;
}

/** What is sent of a change. A secret that a new subscription needs has to be there; others stay as they are stored. */
function withSecrets(env: Surroundings['env']): (change: Change) => Change {
  return ({ entry, present }) => {
    if (entry.list !== SUBSCRIPTIONS) return { entry, present };
    const { value: content, missing } = resolved(entry.content, env);
    if (!present && missing.length > 0)
      throw new UsageError(`${nameOf(entry)} is new and needs ${missing.join(', ')} in the environment`);
    return { entry: { ...entry, content }, present };
  };
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
