/** Counts attempts in the database, so that a limit holds for all processes together and over restarts. */
import { createHash } from 'node:crypto';
import { Prisma, type Database } from '../platform/database';

/** Attempts of somebody within the present window. */
export interface Attempts {
  readonly totalHits: number;
  readonly resetTime: Date;
}

/** Counts the attempts under one limit; the form that express-rate-limit asks for. */
export class AttemptCounter {
  /** Counts are shared with other processes. */
  readonly localKeys = false;

  /**
   * @param limit name of what is limited
   * @param windowMs from the first attempt on, in milliseconds
   */
  constructor(
    private readonly db: Database,
    private readonly limit: string,
    private readonly windowMs: number,
  ) {}

  /** Counts one attempt, before it is made: many at once gain nothing. */
  async increment(key: string): Promise<Attempts> {
    const [row] = await this.db.$queryRaw<Row[]>(Prisma.sql`
      INSERT INTO "Throttle" AS t ("key", "hits", "resetAt")
      VALUES (${this.hashOf(key)}, 1, now() + ${this.windowMs} * interval '1 millisecond')
      ON CONFLICT ("key") DO UPDATE SET
        "hits" = CASE WHEN t."resetAt" <= now() THEN 1 ELSE t."hits" + 1 END,
        "resetAt" = CASE WHEN t."resetAt" <= now() THEN excluded."resetAt" ELSE t."resetAt" END
      RETURNING ${COUNTED}`);
    if (!row) throw new Error('an attempt was not counted');
    return attemptsOf(row);
  }

  /** The attempts of the present window; undefined where there are none. */
  async get(key: string): Promise<Attempts | undefined> {
    const [row] = await this.db.$queryRaw<Row[]>(Prisma.sql`
      SELECT ${COUNTED} FROM "Throttle" AS t WHERE "key" = ${this.hashOf(key)} AND "resetAt" > now()`);
    return row && attemptsOf(row);
  }

  /** Takes one back: it succeeded. */
  async decrement(key: string): Promise<void> {
    await this.db.throttle.updateMany({
      where: { key: this.hashOf(key), hits: { gt: 0 } },
      data: { hits: { decrement: 1 } },
    });
  }

  /** Forgets somebody's attempts. */
  async resetKey(key: string): Promise<void> {
    await this.db.throttle.deleteMany({ where: { key: this.hashOf(key) } });
  }

  /** Addresses of people and machines are not kept. */
  private hashOf(key: string): string {
    return createHash('sha256').update(`${this.limit}:${key}`).digest('hex');
  }
}

interface Row {
  readonly hits: number;
  readonly leftMs: number;
}

/** SQL: a count, and how long it holds. The window is the database's; a process may have another clock. */
const COUNTED = Prisma.sql`t."hits", (extract(epoch FROM t."resetAt" - now()) * 1000)::float8 AS "leftMs"`;

function attemptsOf({ hits, leftMs }: Row): Attempts {
  return { totalHits: hits, resetTime: new Date(Date.now() + leftMs) };
}

/** Forgets counts whose window is over. */
export async function purgeAttempts(db: Database): Promise<void> {
  await db.$executeRaw`DELETE FROM "Throttle" WHERE "resetAt" <= now()`;
}
