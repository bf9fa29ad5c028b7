import { Client } from 'pg';
import { hasCode } from './error-code';

/** PostgreSQL error codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const INVALID_CATALOG_NAME = '3D000';
const DUPLICATE_DATABASE = '42P04';
const UNIQUE_VIOLATION = '23505';

const CONNECT_LIMIT_MS = 10_000;

/** Connects to the database, which is created first where the server does not have it. The caller ends the connection. */
export async function connectCreatingDatabase(databaseUrl: string): Promise<Client> {
  try {
    return await connect(databaseUrl);
  } catch (error) {
    if (!hasCode(error, INVALID_CATALOG_NAME)) throw error;
    await createDatabase(databaseUrl);
    return await connect(databaseUrl);
  }
}

async function createDatabase(databaseUrl: string): Promise<void> {
  const server = new URL(databaseUrl);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  const client = await connect(server.href);
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // Another process was first; which of the two codes tells depends on how close it was.
    if (!hasCode(error, DUPLICATE_DATABASE) && !hasCode(error, UNIQUE_VIOLATION)) throw error;
  } finally {
    await client.end();
  }
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_LIMIT_MS });
  // Without a listener the loss of an idle connection ends the process; the next statement reports it as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}
