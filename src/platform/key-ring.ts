/**
 * The keys that anything in the database may be sealed with, each with a canary: a value sealed under it. A process that can't open
 * one of them would deliver nothing of what that key has sealed, so it does not start (rule `keys-fit-the-database`).
 *
 * The canary is of use besides: it is the key of the fingerprints, which so stay the same when the key is changed.
 */
import { randomBytes } from 'node:crypto';
import { Prisma, type Database, type Tx } from './database';
import { createSealer, keyId, SealError, type Sealer } from './encryption';
import type { GivenKeys } from './encryption-keys';
import { SEALED_TABLES } from './sealed-columns';

/** The keys of a process can't open what is stored. The message is one line, and holds nothing secret. */
export class WrongKeyError extends Error {
  /** @param id of the key that is missing */
  constructor(id: string) {
    super(
      `CPM_ENCRYPTION_KEY must be the key that the database is sealed with, of the id ${id}; ` +
        'if the key was changed, CPM_PREVIOUS_ENCRYPTION_KEYS must hold that one',
    );
    this.name = 'WrongKeyError';
  }
}

/**
 * Opens the sealer of a process, once its keys have opened every canary; the first process of an installation leaves one. A key that
 * seals from now on gets a canary too.
 * @throws WrongKeyError
 */
export async function openSealer(db: Database, keys: GivenKeys): Promise<Sealer> {
  const sealer = createSealer(keys);
  const fingerprintKey = await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('sealing keys', 0))`;
    const stored = await tx.sealingKey.findMany({ orderBy: { createdAt: 'asc' } });
    const opened = stored.map(({ id, canarySealed }) => openCanary(sealer, id, canarySealed));
    if (stored.length === 0) await tryStoredValues(tx, sealer);
    const canary = opened[0] ?? randomBytes(32);
    const current = keyId(keys[0]);
    if (!stored.some(({ id }) => id === current)) {
      const canarySealed = sealer.seal(canary.toString('base64'), 'canary');
      await tx.sealingKey.create({ data: { id: current, canarySealed } });
    }
    return canary;
  });
  return createSealer(keys, fingerprintKey);
}

function openCanary(sealer: Sealer, id: string, canarySealed: string): Buffer {
  try {
    return Buffer.from(sealer.open(canarySealed, 'canary'), 'base64');
  } catch (error) {
    if (error instanceof SealError) throw new WrongKeyError(id);
    throw error;
  }
}

/** A database of a version that left no canary: what it has sealed tells. */
async function tryStoredValues(tx: Tx, sealer: Sealer): Promise<void> {
  for (const { table, columns } of SEALED_TABLES) {
    for (const [column, purpose] of Object.entries(columns)) {
      const [row] = await tx.$queryRaw<{ sealed: string }[]>(Prisma.sql`
        SELECT ${Prisma.raw(`"${column}"`)} AS "sealed" FROM ${Prisma.raw(`"${table}"`)}
        WHERE ${Prisma.raw(`"${column}"`)} IS NOT NULL LIMIT 1`);
      if (!row) continue;
      try {
        sealer.open(row.sealed, purpose);
      } catch (error) {
        if (error instanceof SealError) throw new WrongKeyError(row.sealed.split('.')[0] ?? '');
        throw error;
      }
    }
  }
}
