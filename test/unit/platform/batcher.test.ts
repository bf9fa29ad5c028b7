import { ALONE, createBatcher, type BatcherOptions } from '../../../src/platform/batcher';

/** A batch that a test lets go on. */
interface Batch {
  readonly keys: readonly number[];
  end(answers?: readonly (number | typeof ALONE)[]): void;
  fail(error: Error): void;
}

function batched(
  one: (key: number) => Promise<number> = (key) => Promise.resolve(key),
  options: BatcherOptions = {},
) {
  const batches: Batch[] = [];
  const call = createBatcher<number, number>(
    {
      many: (keys) =>
        new Promise((resolve, reject) => {
          batches.push({ keys, end: (answers = keys) => resolve(answers), fail: reject });
        }),
      one,
    },
    options,
  );
  const nth = async (index: number): Promise<Batch> => {
    for (;;) {
      const batch = batches[index];
      if (batch) return batch;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { call, batches, nth };
}

describe('a batched call', () => {
  it('sets out at once when it is alone', async () => {
    const { call, nth } = batched();
    const answer = call(1);
    (await nth(0)).end();
    expect(await answer).toBe(1);
  });

  it('gathers while a batch is under way, and shares the next one', async () => {
    const { call, batches, nth } = batched();
    const first = call(1);
    const underWay = await nth(0);
    const gathered = [2, 3, 4].map(call);
    await new Promise((resolve) => setImmediate(resolve));
    expect(batches).toHaveLength(1);
    underWay.end();
    (await nth(1)).end();
    expect(await Promise.all([first, ...gathered])).toEqual([1, 2, 3, 4]);
    expect(batches.map(({ keys }) => keys)).toEqual([[1], [2, 3, 4]]);
  });

  it('goes out in batches of a bounded size', async () => {
    const { call, nth } = batched();
    const answers = Array.from({ length: 150 }, (_, key) => call(key));
    (await nth(0)).end();
    (await nth(1)).end();
    expect(await Promise.all(answers)).toHaveLength(150);
    expect((await nth(0)).keys).toHaveLength(100);
  });

  it('does not wait for a batch that takes long, but only a few of those are under way', async () => {
    const { call, batches, nth } = batched();
    const answers = [];
    for (let index = 0; index < 4; index++) {
      answers.push(call(index));
      await nth(index);
    }
    answers.push(call(4));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(batches).toHaveLength(4);
    batches.forEach((batch) => batch.end());
    (await nth(4)).end();
    expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('calls that are to gather', () => {
  const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  it('wait for others for so long', async () => {
    const { call, batches, nth } = batched(undefined, { gatherMs: () => 100 });
    const answers = [call(1)];
    await passed(10);
    answers.push(call(2));
    expect(batches).toHaveLength(0);
    (await nth(0)).end();
    expect(await Promise.all(answers)).toEqual([1, 2]);
  });

  it('wait no longer once they are enough', async () => {
    const { call, nth } = batched(undefined, { gatherMs: () => 60_000 });
    const answers = Array.from({ length: 8 }, (_, key) => call(key));
    (await nth(0)).end();
    expect(await Promise.all(answers)).toHaveLength(8);
  });

  it('gather anew after each batch, and not where there is no need to any more', async () => {
    let gatherMs = 50;
    const { call, nth } = batched(undefined, { gatherMs: () => gatherMs });
    const first = call(1);
    const underWay = await nth(0);
    const second = call(2);
    gatherMs = 0;
    underWay.end();
    (await nth(1)).end();
    expect(await Promise.all([first, second, Promise.resolve((await nth(1)).keys)])).toEqual([1, 2, [2]]);
  });
});

describe('a batch', () => {
  it('leaves to be made alone what has to be', async () => {
    const { call, nth } = batched((key) => Promise.resolve(key * 10));
    const answers = [1, 2, 3].map(call);
    (await nth(0)).end([1, ALONE, 3]);
    expect(await Promise.all(answers)).toEqual([1, 20, 3]);
  });

  it('that fails harms only whom it has to: each is made alone', async () => {
    const { call, nth } = batched((key) =>
      key === 2 ? Promise.reject(new Error('poisoned')) : Promise.resolve(key),
    );
    const answers = Promise.allSettled([1, 2, 3].map(call));
    (await nth(0)).fail(new Error('one of them is poisoned'));
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('is not repeated one by one while the database is away', async () => {
    const one = jest.fn((key: number) => Promise.resolve(key));
    const { call, nth } = batched(one);
    const answers = Promise.allSettled([1, 2, 3].map(call));
    (await nth(0)).fail(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(one).not.toHaveBeenCalled();
  });
});
