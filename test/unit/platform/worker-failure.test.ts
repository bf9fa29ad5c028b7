import { IllegalStateError } from '@temporalio/common';
import { failureOf, WorkerFailedError } from '../../../src/platform/worker-failure';

type State = 'RUNNING' | 'FAILED' | 'STOPPED';
const unending = new Promise<void>(() => undefined);
const going = (): boolean => false;
const stopping = (): boolean => true;

describe('a worker', () => {
  it('that has failed is noticed though it never ends', async () => {
    let state: State = 'RUNNING';
    const failed = failureOf({ getState: () => state }, unending, going, 1);
    state = 'FAILED';
    await expect(failed).rejects.toThrow(WorkerFailedError);
  });

  it('that ends by an error fails by that one', async () => {
    const failed = failureOf({ getState: () => 'RUNNING' }, Promise.reject(new Error('its own')), going, 1);
    await expect(failed).rejects.toThrow('its own');
  });

  it('whose polls were refused is told from one that ends by a mistake', async () => {
    const ofTheSdk = Promise.reject(
      new IllegalStateError('Worker still in use: Expected 1 reference, but got 2'),
    );
    const failed = failureOf({ getState: () => 'FAILED' }, ofTheSdk, going, 1);
    await expect(failed).rejects.toThrow(WorkerFailedError);
  });

  it.each([
    ['never ends', () => unending],
    ['ends by an error', () => Promise.reject(new IllegalStateError('should have been disposed first'))],
  ])('whose stop was cut short, and that %s, has not failed', async (_how, run) => {
    const failed = failureOf({ getState: () => 'FAILED' }, run(), stopping, 1);
    const other = new Promise((resolve) => setTimeout(resolve, 20, 'nothing'));
    expect(await Promise.race([failed, other])).toBe('nothing');
  });

  it('that was stopped has not failed', async () => {
    const failed = failureOf({ getState: () => 'STOPPED' }, Promise.resolve(), going, 1);
    const other = new Promise((resolve) => setTimeout(resolve, 20, 'nothing'));
    expect(await Promise.race([failed, other])).toBe('nothing');
  });
});
