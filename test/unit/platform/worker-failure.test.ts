import { IllegalStateError } from '@temporalio/common';
import { failureOf, WorkerFailedError } from '../../../src/platform/worker-failure';

type State = 'RUNNING' | 'FAILED' | 'STOPPED';
const unending = new Promise<void>(() => undefined);

describe('a worker', () => {
  it('that has failed is noticed though it never ends', async () => {
    let state: State = 'RUNNING';
    const failed = failureOf({ getState: () => state }, unending, 1);
    state = 'FAILED';
    await expect(failed).rejects.toThrow(WorkerFailedError);
  });

  it('that ends by an error fails by that one', async () => {
    const failed = failureOf({ getState: () => 'RUNNING' }, Promise.reject(new Error('its own')), 1);
    await expect(failed).rejects.toThrow('its own');
  });

  it('whose polls were refused is told from one that ends by a mistake', async () => {
    const ofTheSdk = Promise.reject(
      new IllegalStateError('Worker still in use: Expected 1 reference, but got 2'),
    );
    const failed = failureOf({ getState: () => 'FAILED' }, ofTheSdk, 1);
    await expect(failed).rejects.toThrow(WorkerFailedError);
  });

  it('that was stopped has not failed', async () => {
    const failed = failureOf({ getState: () => 'STOPPED' }, Promise.resolve(), 1);
    const other = new Promise((resolve) => setTimeout(resolve, 20, 'nothing'));
    expect(await Promise.race([failed, other])).toBe('nothing');
  });
});
