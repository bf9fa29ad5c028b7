/** An application with its catalogue, e-mail templates and subscriptions, as the API has it and as a file says it. */
import { parse, stringify } from 'yaml';
import { ApiError, type ApiClient } from '../api-client';
import { refer } from './references';

/** Members of an entry, as a PUT of it takes them. */
export type Content = Readonly<Record<string, unknown>>;

/** One thing that can be written by itself. */
export interface Entry {
  /** Its list in the file; `application` for the application itself. */
  readonly list: string;
  /** Tells it from the others of its list. */
  readonly key: string;
  readonly content: Content;
  /** Of a subscription that there is: its id in the API. */
  readonly id?: string;
}

/** Something is wrong with the file, or with what was asked. */
export class UsageError extends Error {}

/** Lists of the catalogue in the order in which they can be written, with their part of the path. */
const COLLECTIONS = {
  options: ['options', ['id']],
  optionGroups: ['option-groups', ['id']],
  privacyPolicies: ['privacy-policies', ['id']],
  permissionStatements: ['permission-statements', ['id']],
  preferences: ['preferences', ['reference']],
  emailTemplates: ['email-templates', ['type', 'locale']],
} as const satisfies Record<string, readonly [path: string, key: readonly string[]]>;
type Collection = keyof typeof COLLECTIONS;

/** The list of subscriptions, which callers know by their names. */
export const SUBSCRIPTIONS = 'subscriptions';
const VERSION = 1;

/** What only the service writes; and what it tells of a certificate. */
const READ_ONLY = [
  ...['applicationId', 'createdAt', 'updatedAt', 'health', 'signingSecret', 'signingSecretSet', 'signingKey'],
];
const OF_CERTIFICATE = ['subject', 'notAfter'];

/** All that the API has of an application; nothing where there is no such one. */
export async function readEntries(api: ApiClient, applicationId: string): Promise<Entry[]> {
  const path = pathOf(applicationId);
  let application: Content;
  try {
    application = await api.call('GET', path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
  const entries: Entry[] = [{ list: 'application', key: applicationId, content: writable(application) }];
  for (const list of Object.keys(COLLECTIONS) as Collection[]) {
    const found = await api.all<Content>(`${path}/${COLLECTIONS[list][0]}`);
    entries.push(
      ...found.map((content) => ({ list, key: keyOf(list, content), content: writable(content) })),
    );
  }
  const query = `applicationId=${encodeURIComponent(applicationId)}`;
  for (const { id, ...shown } of await api.all<{ id: string; name: string }>(`/v1/subscriptions?${query}`)) {
    const content = refer(writable(shown), shown.name);
    entries.push({ list: SUBSCRIPTIONS, key: shown.name, content, id });
  }
  requireUnique(entries, 'the application has');
  return entries;
}

/** Writes an entry. @param present the same as the API has it now; undefined: it is new */
export function writeEntry(
  api: ApiClient,
  applicationId: string,
  { list, key, content }: Entry,
  present: Entry | undefined,
): Promise<Content> {
  const path = pathOf(applicationId);
  if (list === 'application') return api.call('PUT', path, content);
  if (list !== SUBSCRIPTIONS) {
    const parts = key.split('/').map(encodeURIComponent).join('/');
    return api.call('PUT', `${path}/${COLLECTIONS[list as Collection][0]}/${parts}`, content);
  }
  return present?.id === undefined
    ? api.call('POST', '/v1/subscriptions', { ...content, applicationId })
    : api.call('PUT', `/v1/subscriptions/${present.id}`, content);
}

/** The file that says the same as entries. */
export function toYaml(entries: readonly Entry[]): string {
  const of = (list: string): Content[] =>
    entries.filter((entry) => entry.list === list).map((e) => e.content);
  const lists = [...Object.keys(COLLECTIONS), SUBSCRIPTIONS].map((list) => [list, of(list)] as const);
  return stringify(
    {
      version: VERSION,
      application: of('application')[0],
      ...Object.fromEntries(lists.filter(([, contents]) => contents.length > 0)),
    },
    { lineWidth: 0 },
  );
}

/** What a file says. @throws UsageError where it is none of ours */
export function fromYaml(text: string): {
  readonly applicationId: string;
  readonly entries: readonly Entry[];
} {
  const file = asMembers(parsed(text), 'the file');
  const { version, application, ...lists } = file;
  if (version !== VERSION) throw new UsageError(`version: ${VERSION} is the only one that there is`);
  const content = asMembers(application, 'application');
  if (typeof content.id !== 'string') throw new UsageError('application.id is missing');
  const entries: Entry[] = [{ list: 'application', key: content.id, content }];
  const known = [...Object.keys(COLLECTIONS), SUBSCRIPTIONS];
  const unknown = Object.keys(lists).filter((list) => !known.includes(list));
  if (unknown.length > 0) throw new UsageError(`there is no ${unknown.join(', ')}, but ${known.join(', ')}`);
  for (const list of known) {
    const found = lists[list] ?? [];
    if (!Array.isArray(found)) throw new UsageError(`${list} is no list`);
    found.forEach((entry: unknown, index) => {
      const members = asMembers(entry, `${list}[${index}]`);
      entries.push({ list, key: keyOf(list, members), content: members });
    });
  }
  requireUnique(entries, 'the file has');
  return { applicationId: content.id, entries };
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`the file is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function asMembers(value: unknown, what: string): Content {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Content;
  throw new UsageError(`${what} is no mapping`);
}

function keyOf(list: string, content: Content): string {
  const names = list === SUBSCRIPTIONS ? ['name'] : COLLECTIONS[list as Collection][1];
  return names
    .map((name) => {
      const value = content[name];
      if (typeof value !== 'string') throw new UsageError(`an entry of ${list} has no ${name}`);
      return value;
    })
    .join('/');
}

function requireUnique(entries: readonly Entry[], who: string): void {
  const seen = new Set<string>();
  for (const { list, key } of entries) {
    const name = `${list}/${key}`;
    if (seen.has(name)) throw new UsageError(`${who} ${name} twice: they are told apart by their names`);
    seen.add(name);
  }
}

function writable(content: Content): Content {
  return withoutReadOnly(content) as Content;
}

function withoutReadOnly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReadOnly);
  if (typeof value !== 'object' || value === null) return value;
  const readOnly = 'certificate' in value ? OF_CERTIFICATE : READ_ONLY;
  const kept = Object.entries(value).filter(([key]) => !readOnly.includes(key));
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutReadOnly(member)]));
}

function pathOf(applicationId: string): string {
  return `/v1/applications/${encodeURIComponent(applicationId)}`;
}
