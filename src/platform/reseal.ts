/**
 * Seals anew, under the key that seals now, what other keys have sealed, while the service goes on (rule `keys-fit-the-database`).
 *
 * Nothing is lost: a value is replaced only as long as it is the very one that was read. Nobody waits: rows that somebody else has
 * locked are left to the next pass, and each batch is one statement. It can be cut off and repeated at any moment.
 */
import type { Database } from './database';
import { keyId, SealError, type Sealer } from './encryption';
import type { GivenKeys } from './encryption-keys';
import { SEALED_TABLES, type SealedTable } from './sealed-columns';

/** Blocks of a table, of 8 KiB each, that a batch goes through. */
const BATCH_BLOCKS = 64;
/** A value that is written under the former key while a pass goes on is found by the next one. */
const MOST_PASSES = 20;

/** How far it has come. */
export interface ResealProgress {
  readonly table: string;
  /** From 0 to 1. */
  readonly done: number;
  /** Rows sealed anew, of all tables. */
  readonly resealed: number;
}

/** What it came to. */
export interface ResealResult {
  /** Rows. */
  readonly resealed: number;
  /** Values that no key opens; they stay as they are. */
  readonly unreadable: number;
  /** Rows with values of former keys that were still found at last: a process may still seal with one of them. */
  readonly left: number;
}

/**
 * Goes through everything that is sealed, until a pass finds nothing more to do. Former keys are forgotten then: a process no longer
 * needs them to start.
 */
export async function resealAll(
  db: Database,
  sealer: Sealer,
  keys: GivenKeys,
  onProgress: (progress: ResealProgress) => void = () => undefined,
): Promise<ResealResult> {
  let resealed = 0;
  for (let pass = 1; ; pass += 1) {
    const found = { stale: 0, unreadable: 0 };
    for (const sealed of SEALED_TABLES) {
      const blocks = await blocksOf(db, sealed.table);
      for (let block = 0; block < blocks; block += BATCH_BLOCKS) {
        const batch = await resealBatch(db, sealer, sealed, [block, block + BATCH_BLOCKS]);
        resealed += batch.resealed;
        found.stale += batch.stale;
        found.unreadable += batch.unreadable;
        const done = Math.min(1, (block + BATCH_BLOCKS) / blocks);
        onProgress({ table: sealed.table, done, resealed });
      }
    }
    if (found.stale > 0 && pass < MOST_PASSES) continue;
    if (found.stale === 0 && found.unreadable === 0)
      await db.sealingKey.deleteMany({ where: { id: { not: keyId(keys[0]) } } });
    return { resealed, unreadable: found.unreadable, left: found.stale };
  }
}

async function blocksOf(db: Database, table: string): Promise<number> {
  const [row] = await db.$queryRaw<{ blocks: number }[]>`
    SELECT ceil(pg_relation_size(${`"${table}"`}::regclass) / current_setting('block_size')::float)::int AS blocks`;
  return row?.blocks ?? 0;
}

/** A row, with the place that it had when it was read. */
type Row = Record<string, string | null> & { readonly place: string };

async function resealBatch(
  db: Database,
  sealer: Sealer,
  { table, columns }: SealedTable,
  [from, to]: readonly [number, number],
): Promise<{ stale: number; resealed: number; unreadable: number }> {
  const names = Object.keys(columns);
  const { rows } = await db.pool.query<Row>(
    `SELECT ctid::text AS place, ${names.map(quoted).join(', ')} FROM ${quoted(table)}
     WHERE ctid >= $1::tid AND ctid < $2::tid AND (${names.map((name) => `${quoted(name)} IS NOT NULL`).join(' OR ')})`,
    [`(${from},0)`, `(${to},0)`],
  );
  let unreadable = 0;
  const anew = (sealed: string | null, name: string): string | null => {
    const purpose = columns[name];
    if (sealed === null || purpose === undefined || sealer.isCurrent(sealed)) return sealed;
    try {
      return sealer.seal(sealer.open(sealed, purpose), purpose);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      unreadable += 1;
      return sealed;
    }
  };
  const changed = rows
    .map((before) => ({ before, after: names.map((name) => anew(before[name] ?? null, name)) }))
    .filter(({ before, after }) => names.some((name, i) => before[name] !== after[i]));
  if (changed.length === 0) return { stale: 0, resealed: 0, unreadable };

  const old = names.map((name) => changed.map(({ before }) => before[name]));
  const given = names.map((_, i) => changed.map(({ after }) => after[i]));
  const places = changed.map(({ before }) => before.place);
  const { rowCount } = await db.pool.query(replacing(table, names), [places, ...old, ...given]);
  return { stale: changed.length, resealed: rowCount ?? 0, unreadable };
}

/** SQL that replaces the values of rows that are as they were read, and that nobody has locked. */
function replacing(table: string, names: readonly string[]): string {
  const columns = names.map(quoted);
  const arrays = Array.from({ length: 2 * names.length }, (_, i) => `$${i + 2}::text[]`);
  const [before, after] = [columns.map((_, i) => `b${i}`), columns.map((_, i) => `a${i}`)];
  const same = columns.map((column, i) => `t.${column} IS NOT DISTINCT FROM g.b${i}`).join(' AND ');
  return `
    WITH g AS (SELECT * FROM unnest($1::text[]::tid[], ${arrays.join(', ')}) AS g(place, ${[...before, ...after].join(', ')})),
    free AS (SELECT t.ctid FROM g JOIN ${quoted(table)} t ON t.ctid = g.place AND ${same} FOR NO KEY UPDATE OF t SKIP LOCKED)
    UPDATE ${quoted(table)} t SET ${columns.map((column, i) => `${column} = g.a${i}`).join(', ')}
    FROM g WHERE t.ctid = g.place AND ${same} AND t.ctid IN (SELECT ctid FROM free)`;
}

function quoted(name: string): string {
  return `"${name}"`;
}
