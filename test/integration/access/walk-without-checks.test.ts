/** The walk with the checks before the routes taken out, as if somebody had forgotten them: the queries themselves hold. */
import { ApiRig } from '../../harness/api';
import { Walk } from '../../harness/walk';

jest.mock('../../../src/api/hidden', () => ({ refuseHidden: () => undefined }));
jest.mock('../../../src/access/permit', () => ({ requireAccess: () => undefined }));

describe('what another application has', () => {
  it('does not exist for a key without a scope either, where no route checks anything', async () => {
    const api = await ApiRig.start();
    try {
      const walk = await Walk.prepare(api);
      const own = walk.operations.filter((operation) => operation['x-required-scope'] !== undefined);
      const { pairs, leaks } = await walk.leaks(await walk.key({ scopes: [] }), own);
      expect(leaks).toEqual([]);
      expect(pairs).toBeGreaterThan(70);
      console.info(`Pairs of requests of the walk without checks: ${pairs}`); // eslint-disable-line no-console
    } finally {
      await api.stop();
    }
  }, 120_000);
});
