import { readRunnableConfig } from '../../../src/bin/parts/process';

const given = {
  DATABASE_URL: 'postgresql://localhost/cpm',
  TEMPORAL_ADDRESS: 'localhost:7233',
  CPM_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
};

describe('a part that runs by itself', () => {
  it.each([
    ['CPM_ADMIN_PASSWORD', { CPM_ADMIN_EMAIL: 'ada@example.com' }],
    ['CPM_ADMIN_EMAIL', { CPM_ADMIN_PASSWORD: 'a long password of hers' }],
  ])('asks for %s where only the other of the two is set', (missing, set) => {
    expect(() => readRunnableConfig({ ...given, ...set })).toThrow(`${missing} must be set too`);
  });

  it('takes both, and neither', () => {
    const both = { CPM_ADMIN_EMAIL: 'ada@example.com', CPM_ADMIN_PASSWORD: 'a long password of hers' };
    expect(readRunnableConfig({ ...given, ...both }).admin.email).toBe('ada@example.com');
    expect(readRunnableConfig(given).admin.email).toBeUndefined();
  });
});
