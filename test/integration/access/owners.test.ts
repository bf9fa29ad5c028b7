import {
  addAdministrator,
  changeAdministrator,
  removeAdministrator,
} from '../../../src/access/administrators';
import type { Database, Tx } from '../../../src/platform/database';
import { useTestDatabase } from '../../harness/database';

const database = useTestDatabase();

const add = (db: Database, email: string) =>
  addAdministrator(db, { email, passwordHash: 'none', role: 'owner', applicationIds: null });

describe('of the owners', () => {
  it.each<[string, (tx: Tx, id: string) => Promise<unknown>]>([
    ['removed', (tx, id) => removeAdministrator(tx, id)],
    ['given another role', (tx, id) => changeAdministrator(tx, id, { role: 'viewer' })],
  ])('one is always left, also where all are %s at the same time', async (_, take) => {
    const { db } = database;
    await db.administrator.deleteMany();
    const owners = await Promise.all(['ada', 'bob', 'eve'].map((name) => add(db, `${name}@example.com`)));
    const taken = await Promise.allSettled(owners.map(({ id }) => db.$transaction((tx) => take(tx, id))));
    const refused = taken.filter(({ status }) => status === 'rejected');
    expect(refused).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ code: 'last_administrator' }) as unknown }),
    ]);
    expect(await db.administrator.count({ where: { role: 'owner' } })).toBe(1);
  });

  it('one who was invited, and cannot log in yet, is none', async () => {
    const { db } = database;
    await db.administrator.deleteMany();
    const { id } = await add(db, 'ada@example.com');
    await addAdministrator(db, {
      ...{ email: 'bob@example.com', passwordHash: null, role: 'owner', applicationIds: null },
    });
    await expect(db.$transaction((tx) => removeAdministrator(tx, id))).rejects.toMatchObject({
      code: 'last_administrator',
    });
  });
});
