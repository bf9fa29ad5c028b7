/** Calls that are due together share their statements. */
import { isDatabaseAway } from './database-errors';

/** In place of an answer: the call has to be made alone. */
export const ALONE = Symbol('to be made alone');

/** How calls are made. */
export interface BatchedCall<Key, Answer> {
  /**
   * Makes many calls at once, which must not wait for anybody's lock.
   * @returns an answer for each key in their order, or {@link ALONE}.
   */
  readonly many: (keys: readonly Key[]) => Promise<readonly (Answer | typeof ALONE)[]>;
  /** Makes one call, and waits where it must. */
  readonly one: (key: Key) => Promise<Answer>;
}

/** When calls set out. */
export interface BatcherOptions {
  /** How long calls gather before a batch sets out. Milliseconds; 0, the default, is at once. Asked for each batch. */
  readonly gatherMs?: () => number;
}

/** No more are waited for. */
const ENOUGH = 8;
/** Calls of one batch: enough to share, and few enough that a statement stays short. */
const MOST_IN_BATCH = 100;
/** A batch that takes longer has lost its turn: the next one sets out beside it. Milliseconds. */
const TURN_MS = 50;
/** Batches under way at once, whatever becomes of their turns: each holds a connection. */
const MOST_UNDER_WAY = 4;

interface Waiting<Key, Answer> {
  readonly key: Key;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A function that makes a call at once when nothing is under way, unless calls are to gather first, and lets them gather while a
 * batch is. Nobody pays for
 * a neighbour: what a batch leaves out, or all of it when it fails, is made one by one, each with its own answer or error.
 * Only when the database is away all of a batch share the error.
 */
export function createBatcher<Key, Answer>(
  call: BatchedCall<Key, Answer>,
  { gatherMs = () => 0 }: BatcherOptions = {},
): (key: Key) => Promise<Answer> {
  const waiting: Waiting<Key, Answer>[] = [];
  let turnTaken = false;
  let underWay = 0;
  let due = false;
  let gathering: NodeJS.Timeout | undefined;

  const setOut = (): void => {
    due = false;
    clearTimeout(gathering);
    gathering = undefined;
    if (waiting.length === 0 || turnTaken || underWay >= MOST_UNDER_WAY) return;
    const batch = waiting.splice(0, MOST_IN_BATCH);
    turnTaken = true;
    underWay += 1;
    let hasTurn = true;
    const endTurn = (): void => {
      if (hasTurn) turnTaken = false;
      hasTurn = false;
      gather();
    };
    const turn = setTimeout(endTurn, TURN_MS);
    void make(call, batch).finally(() => {
      clearTimeout(turn);
      underWay -= 1;
      endTurn();
    });
  };

  const gather = (): void => {
    if (due || waiting.length === 0) return;
    const forMs = waiting.length < ENOUGH ? gatherMs() : 0;
    if (forMs > 0) {
      gathering ??= setTimeout(setOut, forMs);
      return;
    }
    due = true;
    setImmediate(setOut); // those that this turn of the event loop finds due share a batch
  };

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      gather();
    });
}

/** Settles all of a batch; never rejects. */
async function make<Key, Answer>(
  { many, one }: BatchedCall<Key, Answer>,
  batch: readonly Waiting<Key, Answer>[],
): Promise<void> {
  let answers: readonly (Answer | typeof ALONE)[];
  try {
    answers = await many(batch.map(({ key }) => key));
  } catch (error) {
    if (batch.length === 1 || isDatabaseAway(error)) {
      for (const { reject } of batch) reject(error);
      return;
    }
    answers = batch.map(() => ALONE);
  }
  answers.forEach((answer, index) => {
    const { key, resolve } = batch[index] as Waiting<Key, Answer>;
    resolve(answer === ALONE ? one(key) : answer);
  });
}
