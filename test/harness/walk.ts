/**
 * A walk over all operations of the OpenAPI document, in the place of somebody who may see little: what an application has is
 * made by the document's own examples, and then asked for by a caller for whom it does not exist.
 */
import { hashOfToken } from '../../src/access/secret-token';
import { SCOPES } from '../../src/access/scopes';
import { newId } from '../../src/platform/ids';
import type { ApiRig } from './api';
import { Newcomer, tellStory, type PreparedRequest } from './newcomer';
import { OpenApi, type Operation } from './openapi';

/** The application of the examples, and one that does not exist. */
const [THEIRS, GHOST] = ['acme-shop', 'ghost-shop'];
/** The application of the callers. */
export const OURS = 'other-shop';

/** What was answered. */
export interface Answered {
  readonly operation: Operation;
  readonly status: number;
  readonly code: unknown;
  readonly params: unknown;
}

/** Headers that say who calls. */
export type Credentials = Readonly<Record<string, string>>;

export class Walk {
  /** Operations that are not open to everybody. */
  readonly operations: readonly Operation[];

  private constructor(
    private readonly api: ApiRig,
    private readonly newcomer: Newcomer,
    openApi: OpenApi,
  ) {
    this.operations = openApi.operations.filter(({ security }) => security.length > 0);
  }

  /** Makes what the walk asks for. */
  static async prepare(api: ApiRig): Promise<Walk> {
    const openApi = await OpenApi.read(api.url);
    const newcomer = new Newcomer(api, openApi);
    const sent = await tellStory(newcomer, api, openApi);
    expect(sent.filter(({ problems }) => problems.length > 0)).toEqual([]);
    await api.call('PUT', `/v1/applications/${OURS}`, { body: { name: 'Other' } });
    return new Walk(api, newcomer, openApi);
  }

  /** A key as the database could hold it. */
  async key({
    scopes = SCOPES,
    applicationIds = [OURS],
    ...more
  }: {
    scopes?: readonly string[];
    applicationIds?: string[];
    expiresAt?: Date;
    revokedAt?: Date;
  }): Promise<Credentials> {
    const key = `cpm_${newId()}`;
    const data = { id: newId(), name: 'Walker', prefix: 'cpm_', hash: hashOfToken(key) };
    await this.api.db.apiKey.create({
      data: { ...data, scopes: [...scopes], isLimited: true, applicationIds, ...more },
    });
    return { 'x-api-key': key };
  }

  /** Sends the examples of every operation. */
  async everywhere(who: Credentials): Promise<Answered[]> {
    const answers: Answered[] = [];
    for (const operation of this.operations) {
      for (const request of this.newcomer.requestsFor(operation)) {
        const { status, text } = await this.send(who, request);
        const { code, params } = (text.startsWith('{') ? JSON.parse(text) : {}) as Partial<Answered>;
        answers.push({ operation, status, code, params });
      }
    }
    return answers;
  }

  /**
   * Asks for everything that another application has, and for the same of an application that does not exist.
   * @returns how many pairs there were, and those whose answers differ, or tell of the other application.
   */
  async leaks(
    who: Credentials,
    operations = this.operations,
  ): Promise<{ readonly pairs: number; readonly leaks: readonly string[] }> {
    const ghosts = new Map<string, string>([
      ...this.newcomer.ids.map((id): [string, string] => [id, newId()]),
      [THEIRS ?? '', GHOST ?? ''],
    ]);
    const haunted = (text: string): string =>
      [...ghosts].reduce((whole, [id, ghost]) => whole.replaceAll(id, ghost), text);
    const withoutTimes = (text: string): string => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T');
    const leaks: string[] = [];
    let pairs = 0;
    for (const operation of operations) {
      for (const request of this.newcomer.requestsFor(operation)) {
        const ghost = JSON.parse(haunted(JSON.stringify(request))) as PreparedRequest;
        const [real, unreal] = [await this.send(who, request), await this.send(who, ghost)];
        pairs += 1;
        const asked = JSON.stringify(request);
        const told = [...ghosts.keys()].filter((id) => real.text.includes(id) && !asked.includes(id));
        const same =
          real.status === unreal.status &&
          withoutTimes(haunted(real.text)) === withoutTimes(haunted(unreal.text));
        if (!same || told.length > 0)
          leaks.push(
            `${operation.operationId}: ${real.status} ${real.text} / ${unreal.status} ${unreal.text}`,
          );
      }
    }
    return { pairs, leaks };
  }

  /** Fingerprints of all that applications have, by table. */
  async fingerprints(): Promise<Record<string, string>> {
    const tables = await this.api.db.$queryRaw<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
        AND table_name NOT IN ('ApiKey', 'AuditEvent', 'Session', 'Throttle', 'IdempotencyKey')`;
    const entries = await Promise.all(
      tables.map(async ({ name }): Promise<[string, string]> => {
        const [row] = await this.api.db.$queryRawUnsafe<{ print: string }[]>(
          `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS print FROM "${name}" t`,
        );
        return [name, row?.print ?? ''];
      }),
    );
    return Object.fromEntries(entries);
  }

  private async send(
    who: Credentials,
    { method, target, type, accept, body }: PreparedRequest,
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(this.api.url + target, {
      method,
      headers: {
        ...who,
        ...(type !== undefined && { 'content-type': type }),
        ...(accept !== undefined && { accept }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }
}
