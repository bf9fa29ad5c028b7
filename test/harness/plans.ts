/**
 * How PostgreSQL executed the statements that passed: its own account, with generic plans, nested statements and the checks of
 * foreign keys. The module auto_explain sends it as a notice behind each statement; a proxy before the database reads along,
 * so whoever uses the database is covered, and every statement by itself.
 */
import { Client } from 'pg';
import { startDatabaseProxy, type DatabaseProxy } from './database-proxy';

/** A node of a plan, as EXPLAIN (ANALYZE, FORMAT JSON) names its members. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A statement that was executed. */
export interface ExecutedStatement {
  readonly sql: string;
  readonly plan: PlanNode;
}

/** A proxy before a database that records plans. */
export interface PlanRecorder extends DatabaseProxy {
  /** What was executed since the last call. */
  take(): ExecutedStatement[];
}

/** Sessions that begin from now on send their plans. */
async function explainEverything(databaseUrl: string): Promise<void> {
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_level': 'notice',
    'auto_explain.log_format': 'json',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_parameter_max_length': '0',
  };
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`LOAD 'auto_explain'`); // its settings are unknown before
    const database = new URL(databaseUrl).pathname.slice(1);
    for (const [name, value] of Object.entries(settings))
      await client.query(`ALTER DATABASE "${database}" SET ${name} = '${value}'`);
  } finally {
    await client.end();
  }
}

/** Starts a proxy that records the plan of every statement that passes it. */
export async function recordPlans(databaseUrl: string): Promise<PlanRecorder> {
  await explainEverything(databaseUrl);
  let executed: ExecutedStatement[] = [];
  const proxy = await startDatabaseProxy(databaseUrl, () => ({
    fromDatabase: noticeReader((message) => {
      const [, json] = /^duration: .*? plan:\n([^]*)$/.exec(message) ?? [];
      if (json === undefined) return;
      const { 'Query Text': sql, Plan: plan } = JSON.parse(json) as { 'Query Text': string; Plan: PlanNode };
      executed.push({ sql, plan });
    }),
  }));
  return {
    ...proxy,
    take() {
      const taken = executed;
      executed = [];
      return taken;
    },
  };
}

const NOTICE = 'N'.charCodeAt(0);
/** Type and length. */
const HEADER = 5;

/** Finds the notices in what a server sends: messages of a type, a length that counts itself, and a body. */
function noticeReader(onNotice: (message: string) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (data) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    while (rest.length >= HEADER) {
      const end = 1 + rest.readUInt32BE(1);
      if (rest.length < end) return;
      if (rest[0] === NOTICE) onNotice(messageOf(rest.subarray(HEADER, end)));
      rest = rest.subarray(end);
    }
  };
}

/** The field `M` of a notice, whose fields are a letter and a text that ends with a zero. */
function messageOf(fields: Buffer): string {
  const field = fields
    .toString('utf8')
    .split('\0')
    .find((text) => text.startsWith('M'));
  return field?.slice(1) ?? '';
}

/** All nodes of a plan. */
export function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
