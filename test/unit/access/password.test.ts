import { scryptSync } from 'node:crypto';
import { hashPassword, newPassword, verifyPassword } from '../../../src/access/password';

describe('a hashed password', () => {
  it('is verified by the password alone', async () => {
    const stored = await hashPassword('correct horse battery');
    expect(stored).toMatch(/^scrypt\$\d+\$\d+\$\d+\$[\w-]+\$[\w-]+$/);
    expect(stored).not.toContain('horse');
    expect(await verifyPassword('correct horse battery', stored)).toBe(true);
    expect(await verifyPassword('correct horse batterY', stored)).toBe(false);
    expect(await verifyPassword('', stored)).toBe(false);
  });

  it('is another each time', async () => {
    expect(await hashPassword('correct horse battery')).not.toBe(await hashPassword('correct horse battery'));
  });

  it('is verified however the keyboard has composed its letters', async () => {
    const stored = await hashPassword('ein schönes Pferd'.normalize('NFC'));
    expect(await verifyPassword('ein schönes Pferd'.normalize('NFD'), stored)).toBe(true);
  });

  it('is verified by the parameters that it was hashed with, also when others are chosen since', async () => {
    const hash = scryptSync('from long ago', Buffer.from('saltsaltsaltsalt'), 32, { N: 2, r: 1, p: 1 });
    const stored = `scrypt$2$1$1$c2FsdHNhbHRzYWx0c2FsdA$${hash.toString('base64url')}`;
    expect(await verifyPassword('from long ago', stored)).toBe(true);
    expect(await verifyPassword('from now', stored)).toBe(false);
  });

  it('is refused where there is no account, after as much work', async () => {
    expect(await verifyPassword('whatever it is', undefined)).toBe(false);
  });

  it('is right for each of many that are verified at once', async () => {
    const stored = await hashPassword('correct horse battery');
    const given = ['correct horse battery', 'wrong', 'correct horse battery', 'wrong', 'wrong'];
    const verified = await Promise.all(given.map((password) => verifyPassword(password, stored)));
    expect(verified).toEqual([true, false, true, false, false]);
  });
});

describe('a password to set', () => {
  it('has from 12 to 200 characters', () => {
    const accepted = ['x'.repeat(11), 'x'.repeat(12), 'x'.repeat(200), 'x'.repeat(201)].map(
      (password) => newPassword.safeParse(password).success,
    );
    expect(accepted).toEqual([false, true, true, false]);
  });
});
