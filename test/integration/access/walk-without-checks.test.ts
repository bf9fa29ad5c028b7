/** The walk with the checks before the routes taken out, as if somebody had forgotten them: the queries themselves hold. */
import type { Visibility } from '../../../src/access/visibility';
import { ApiRig } from '../../harness/api';
import { Walk } from '../../harness/walk';

jest.mock('../../../src/api/hidden', () => ({ refuseHidden: () => undefined }));
jest.mock('../../../src/access/permit', () => ({
  ...jest.requireActual<object>('../../../src/access/permit'),
  requireAccess: () => undefined,
}));

/** While it is true, every row exists for everybody, as if the condition had been left out of the statements. */
let conditionsAreForgotten = false;
jest.mock('../../../src/access/visibility', () => {
  const real = jest.requireActual<{ Visibility: typeof Visibility }>('../../../src/access/visibility');
  const of = real.Visibility.of.bind(real.Visibility);
  real.Visibility.of = (caller) => (conditionsAreForgotten ? real.Visibility.everything : of(caller));
  return real;
});

describe('what another application has', () => {
  it('does not exist for a key without a scope either, where no route checks anything', async () => {
    const api = await ApiRig.start();
    try {
      const walk = await Walk.prepare(api);
      const own = walk.operations.filter((operation) => operation['x-required-scope'] !== undefined);
      const { pairs, leaks } = await walk.leaks(await walk.key({ scopes: [] }), own);
      expect(leaks).toEqual([]);
      expect(pairs).toBeGreaterThan(70);
      // Were the queries open as well, the walk would see it.
      conditionsAreForgotten = true;
      const reads = own.filter(({ method }) => method === 'GET');
      const open = await walk.leaks(await walk.key({ scopes: [] }), reads);
      conditionsAreForgotten = false;
      expect(open.leaks.length).toBeGreaterThan(25);
      // eslint-disable-next-line no-console
      console.info(
        `Pairs of the walk without checks: ${pairs}; leaks without conditions: ${open.leaks.length}`,
      );
    } finally {
      await api.stop();
    }
  });
});
