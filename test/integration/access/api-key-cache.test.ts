import { API_KEYS_CHANNEL, createApiKey, revokeApiKey } from '../../../src/access/api-keys';
import { createApiKeyAuthenticator, type ApiKeyAuthenticator } from '../../../src/access/authenticate';
import { hashOfToken } from '../../../src/access/secret-token';
import { openDatabase } from '../../../src/platform/database';
import { startListener } from '../../../src/platform/listener';
import { createLogger } from '../../../src/platform/logger';
import { useTestDatabase } from '../../harness/database';
import { countRoundTrips } from '../../harness/round-trips';
import { eventually } from '../../harness/service';
import { withClockAhead } from '../../harness/wrong-clock';

/** A key that nobody has been told of would be taken for ten seconds; less than that shows that it was heard. */
const EXPIRES_MS = 8_000;

const database = useTestDatabase();

/** An authenticator of another process, that hears of what this one revokes. */
async function another(): Promise<{ authenticator: ApiKeyAuthenticator; stop: () => Promise<void> }> {
  const authenticator = createApiKeyAuthenticator(database.db);
  let heard = 0;
  const listener = startListener({
    ...{ databaseUrl: database.url, channel: API_KEYS_CHANNEL, logger: createLogger('silent', 'test') },
    onNotification() {
      heard += 1;
      authenticator.forget();
      authenticator.hearOthers(true);
    },
    onLost: () => authenticator.hearOthers(false),
  });
  await eventually(() => expect(heard).toBe(1));
  return { authenticator, stop: () => listener.stop() };
}

const revoke = (id: string): Promise<void> => database.db.$transaction((tx) => revokeApiKey(tx, id));

describe('an API key', () => {
  it('is looked up once, not for each request, and its use is written down once', async () => {
    const { key } = await createApiKey(database.db, { name: 'CRM', scopes: ['consent:read'] });
    const counter = await countRoundTrips(database.url);
    const db = openDatabase(counter.url);
    await db.$queryRaw`SELECT 1`;
    const authenticator = createApiKeyAuthenticator(db);
    authenticator.hearOthers(true);
    await authenticator.authenticate(key);
    counter.take();
    for (let i = 0; i < 20; i++) expect(await authenticator.authenticate(key)).toMatchObject({ name: 'CRM' });
    expect(counter.take()).toBe(0);
    await db.$disconnect();
    await counter.stop();
  });

  it('that has ended is looked up once for its refusal and the audit trail together', async () => {
    const { id, key } = await createApiKey(database.db, { name: 'Ended', scopes: ['consent:read'] });
    await revoke(id);
    const looks = jest.spyOn(database.db.apiKey, 'findUnique');
    expect(await createApiKeyAuthenticator(database.db).recognise(key)).toEqual({ endedId: id });
    expect(looks).toHaveBeenCalledTimes(1);
    looks.mockRestore();
  });

  it.each([
    ['fast', 3_600_000],
    ['slow', -3_600_000],
  ])('ends by the database’s clock, where that of the process is %s', async (_, aheadMs) => {
    const create = async (inMs: number): Promise<string> => {
      const expiresAt = new Date(Date.now() + inMs);
      const created = await createApiKey(database.db, { name: 'K', scopes: ['consent:read'], expiresAt });
      return created.key;
    };
    const [valid, over] = [await create(600_000), await create(600_000)];
    await database.db.$executeRaw`
      UPDATE "ApiKey" SET "expiresAt" = now() - interval '1 minute' WHERE "hash" = ${hashOfToken(over)}`;
    const callers = await withClockAhead(aheadMs, async () => {
      const authenticator = createApiKeyAuthenticator(database.db);
      return [await authenticator.authenticate(valid), await authenticator.authenticate(over)];
    });
    expect(callers).toEqual([expect.objectContaining({ name: 'K' }), undefined]);
  });

  it('that another process revokes is refused within moments', async () => {
    const { id, key } = await createApiKey(database.db, { name: 'Revoked', scopes: ['consent:read'] });
    const { authenticator, stop } = await another();
    expect(await authenticator.authenticate(key)).toMatchObject({ id });
    const since = Date.now();
    await revoke(id);
    await eventually(async () => expect(await authenticator.authenticate(key)).toBeUndefined());
    expect(Date.now() - since).toBeLessThan(EXPIRES_MS);
    await stop();
  });

  it('that this process revokes is refused at once, even when it is looked up at that very moment', async () => {
    const { id, key } = await createApiKey(database.db, { name: 'Raced', scopes: ['consent:read'] });
    const authenticator = createApiKeyAuthenticator(database.db);
    const looking = authenticator.authenticate(key);
    await revoke(id);
    authenticator.forget();
    await looking;
    expect(await authenticator.authenticate(key)).toBeUndefined();
  });

  it('is looked up again after two seconds where notifications are lost', async () => {
    const { id, key } = await createApiKey(database.db, { name: 'Unheard', scopes: ['consent:read'] });
    const { authenticator, stop } = await another();
    expect(await authenticator.authenticate(key)).toMatchObject({ id });
    await stop();
    const since = Date.now();
    await revoke(id);
    await eventually(async () => expect(await authenticator.authenticate(key)).toBeUndefined());
    expect(Date.now() - since).toBeLessThan(EXPIRES_MS);
  });
});
