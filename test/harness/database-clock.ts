/** A clock of a database's own, which a test puts ahead: what takes a day happens at once. */
import { runSql } from './stack';

/** SQL: functions that are found before those of PostgreSQL by every session that begins later, and that defaults of columns go by. */
const OWN_CLOCK = `
  CREATE SCHEMA clock;
  CREATE TABLE clock.ahead (by interval NOT NULL);
  INSERT INTO clock.ahead VALUES ('0');
  CREATE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT pg_catalog.now() + by FROM clock.ahead';
  CREATE FUNCTION clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.clock_timestamp() + by FROM clock.ahead';
  DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT table_name, column_name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_default = 'CURRENT_TIMESTAMP'
    LOOP EXECUTE format('ALTER TABLE public.%I ALTER %I SET DEFAULT clock.now()', c.table_name, c.column_name); END LOOP;
    EXECUTE format('ALTER DATABASE %I SET search_path = clock, public, pg_catalog', current_database());
  END $$`;

export class DatabaseClock {
  private constructor(private readonly url: string) {}

  /** Before anybody else is connected. @param url of a superuser */
  static async in(url: string): Promise<DatabaseClock> {
    await runSql(url, OWN_CLOCK);
    return new DatabaseClock(url);
  }

  /** From now on it is so much later for whoever asks the database. */
  async putAhead(ms: number): Promise<void> {
    await runSql(this.url, `UPDATE clock.ahead SET by = by + interval '${ms} milliseconds'`);
  }
}
