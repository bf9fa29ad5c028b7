/** The time zone of the database's sessions: times are read and written without one, so it has to be UTC. */
import type { Pool } from 'pg';

/** Sessions have another zone: every time would be off. The message is one line that says what helps. */
export class TimeZoneError extends Error {
  constructor(zone: string) {
    super(
      `the sessions of the database must have the time zone UTC and have ${zone}, since something between (a pooler) drops` +
        ` what this process asks for: ALTER ROLE … SET timezone TO 'UTC' for the role of DATABASE_URL`,
    );
    this.name = 'TimeZoneError';
  }
}

/** @throws TimeZoneError */
export async function refuseOtherTimeZones(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ zone: string }>(`SELECT current_setting('TimeZone') AS zone`);
  const { zone = '' } = rows[0] ?? {};
  if (!/^(etc\/)?(utc|uct|gmt|universal|zulu)$/i.test(zone)) throw new TimeZoneError(zone);
}
