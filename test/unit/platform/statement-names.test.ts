import { createStatementNames } from '../../../src/platform/statement-names';

describe('the names of statements', () => {
  it('are the same for the same text, and differ for others', () => {
    const nameOf = createStatementNames();
    const [one, other] = [nameOf('SELECT 1', 0), nameOf('SELECT 2', 0)];
    expect(one).not.toBe('');
    expect(other).not.toBe(one);
    expect(nameOf('SELECT 1', 0)).toBe(one);
  });

  it('are bounded: what comes later has none', () => {
    const nameOf = createStatementNames(2);
    const first = nameOf('SELECT 1', 0);
    const names = [2, 3, 4].map((n) => nameOf(`SELECT ${n}`, 0));
    expect(names).toEqual([expect.stringMatching(/./), '', '']);
    expect(nameOf('SELECT 1', 0)).toBe(first);
  });

  it('go to no text that holds a list, of which there is one for each length', () => {
    expect(createStatementNames()('SELECT 1 WHERE 1 IN ($1)', 100)).toBe('');
  });

  it.each(['SELECT * FROM "Subscription" FOR UPDATE', 'SELECT a.* FROM "PreferenceAnswer" a'])(
    'go to no text that a new column would break: %s',
    (text) => expect(createStatementNames()(text, 1)).toBe(''),
  );
});
