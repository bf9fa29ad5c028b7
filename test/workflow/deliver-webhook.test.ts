import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { workflowMetadataQuery } from '@temporalio/workflow';
import {
  ATTEMPTS_PER_CYCLE,
  attemptEnded,
  predecessorFinished,
  retryNow,
  stateQuery,
  subscriptionChanged,
  type AttemptResult,
  type DeliverWebhookInput,
  type DeliverWebhookResult,
} from '../../workflows/deliver-webhook/contract';
import { DeliveryRig, RETRY_INTERVAL_MS, type Act } from '../harness/delivery-rig';
import type { RunningWorkflow } from '../harness/workflow-rig';

let rig: DeliveryRig;
beforeAll(async () => {
  rig = await DeliveryRig.create();
});
afterAll(() => rig.teardown());

const delivered = { status: 'delivered', lastStatusCode: 200 };
const shows = {
  applicationId: 'app',
  subscriptionId: 's-1',
  citizenId: 'c-1',
  updateType: 'consent-receipts',
};
const labels = {
  CpmApplicationId: ['app'],
  CpmSubscriptionId: ['s-1'],
  CpmCitizenId: ['c-1'],
  CpmUpdateType: ['consent-receipts'],
};
const leavesItsTask: Act = () => ({ kind: 'continuing', attemptId: 'a-1', withinMs: 20_000 });

/** What a run has told visibility, in turn, and how many workflow tasks it has taken. */
async function told(
  handle: Pick<RunningWorkflow<unknown>, 'fetchHistory'>,
): Promise<{ upserts: string[][]; tasks: number }> {
  const { events } = await handle.fetchHistory();
  return {
    upserts: (events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) =>
      upsert ? [Object.keys(upsert.searchAttributes?.indexedFields ?? {}).sort()] : [],
    ),
    tasks: (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes).length,
  };
}
const downFor = (cycles: number) => Array.from({ length: cycles * 3 }, () => 'down' as const);

describe('an endpoint that answers', () => {
  it('gets one attempt, inside the workflow task where it looks healthy', async () => {
    const result = await rig.deliver({ input: { inlineFirst: true } }, (handle) => handle.result());
    expect(result).toEqual(delivered);
    expect(rig.calls.map(({ activity }) => activity)).toEqual(['postWebhookInline']);
  });

  it('gets one attempt as a normal activity where nothing good is known of it', async () => {
    expect(await rig.deliver({}, (handle) => handle.result())).toEqual(delivered);
    expect(rig.calls.map(({ activity }) => activity)).toEqual(['postWebhook']);
  });

  it('is shown as delivered to visibility, by one upsert in its last task', async () => {
    await rig.deliver({ input: { inlineFirst: true, showsEnd: true } }, async (handle) => {
      await handle.result();
      const { searchAttributes } = await handle.describe();
      expect(searchAttributes).toMatchObject({ CpmDeliveryStatus: ['delivered'], CpmLastStatusCode: [200] });
      const { upserts, tasks } = await told(handle);
      expect([upserts.length, tasks]).toEqual([1, 1]);
    });
  });

  it('is found by what it is of, as one that is delivered, by one upsert in its last task', async () => {
    await rig.deliver({ input: { inlineFirst: true, shows } }, async (handle) => {
      await handle.result();
      expect((await handle.describe()).searchAttributes).toEqual({
        ...labels,
        ...{ CpmDeliveryStatus: ['delivered'], CpmLastStatusCode: [200] },
      });
      const { upserts, tasks } = await told(handle);
      expect([upserts.length, tasks]).toEqual([1, 1]);
    });
  });

  it.each<[string, Act[], boolean]>([
    ['an activity', [], false],
    ['a request that goes on', [leavesItsTask], true],
  ])('is shown as under way where its first attempt is %s', async (_, acts, inlineFirst) => {
    await rig.deliver({ acts, input: { inlineFirst, shows } }, async (handle) => {
      await handle.result();
      expect((await handle.describe()).searchAttributes).toMatchObject({
        ...labels,
        CpmDeliveryStatus: ['delivered'],
      });
      const status = ['CpmDeliveryStatus'];
      expect((await told(handle)).upserts).toEqual([
        [...Object.keys(labels), ...status].sort(),
        [...status, 'CpmLastStatusCode'],
      ]);
    });
  });

  it('ends as it would have before, where its run was started by a version that upserted nothing', async () => {
    await rig.deliver({}, async (handle) => {
      await handle.result();
      expect((await told(handle)).upserts).toEqual([]);
    });
  });
});

describe('the reader of the Web UI', () => {
  const TIME = String.raw`(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)`;
  const read = async (handle: Pick<RunningWorkflow<unknown>, 'query'>): Promise<string> =>
    (await handle.query(workflowMetadataQuery)).currentDetails ?? '';

  it.each<[string, Act[], string]>([
    [
      'sleeps',
      downFor(1),
      'waits for the next cycle of attempts. That begins at TIME, or at once with the signal `retryNow`. The last answer was HTTP 500.',
    ],
    [
      'is paused',
      ['paused'],
      'waits because its subscription is paused. It goes on when that is active again.',
    ],
    [
      'is blocked',
      ['blocked'],
      'waits for an earlier delivery of the same citizen. It goes on when that one is finished; `waitsFor` of GET /v1/deliveries/{id} names it.',
    ],
    [
      'waits as the endpoint has asked',
      [() => ({ kind: 'failed', statusCode: 429, attemptsLeft: 2, sleepMs: 0, waitMs: 3_600_000 })],
      'waits for the next attempt (as the endpoint has asked (Retry-After)). It is made at TIME, and 2 are left of this cycle. The last answer was HTTP 429.',
    ],
  ])('is told since when a delivery %s, and what comes next', async (_, acts, words) => {
    await rig.deliver({ acts }, async (handle) => {
      await rig.env.sleep('10 minutes');
      const escaped = words.replace(/[.(){}/]/g, String.raw`\$&`).replaceAll('TIME', TIME);
      const [, since, next] = new RegExp(`^Since ${TIME}: ${escaped}$`).exec(await read(handle)) ?? [];
      expect(since).toBeDefined();
      if (next) expect(Date.parse(next) - Date.parse(since ?? '')).toBe(RETRY_INTERVAL_MS);
      await handle.signal(retryNow);
      await handle.result();
      expect(await read(handle)).toMatch(new RegExp(`^Ended at ${TIME}: delivered\\.$`));
    });
  });

  it('finds a summary on each activity and timer', async () => {
    const acts: Act[] = ['busy', ...downFor(1), 'unrecorded'];
    await rig.deliver({ acts }, async (handle) => {
      await handle.result();
      const { events } = await handle.fetchHistory();
      const begun = (events ?? []).filter(
        (event) => event.activityTaskScheduledEventAttributes ?? event.timerStartedEventAttributes,
      );
      expect(begun.length).toBeGreaterThan(4);
      expect(begun.filter(({ userMetadata }) => !userMetadata?.summary)).toEqual([]);
    });
  });
});

describe('an endpoint that fails', () => {
  it('is delivered at the third attempt of the first cycle', async () => {
    expect(await rig.deliver({ acts: ['down', 'down'] }, (handle) => handle.result())).toEqual(delivered);
    expect(rig.attempts).toHaveLength(3);
    expect(rig.gapsInMinutes).toEqual([0, 0]);
  });

  it('goes on as a normal activity with the two attempts left when the inline one fails', async () => {
    await rig.deliver({ acts: ['down', 'down'], input: { inlineFirst: true } }, (handle) => handle.result());
    expect(rig.calls.map(({ activity }) => activity)).toEqual([
      'postWebhookInline',
      'postWebhook',
      'postWebhook',
    ]);
  });

  it('waits 1 s before the second and 2 s before the third attempt, inline or not', async () => {
    for (const inlineFirst of [true, false]) {
      await rig.deliver({ acts: ['down', 'down'], input: { inlineFirst } }, (handle) => handle.result());
      const [first, second, third] = rig.attempts.map(({ at }) => at) as [number, number, number];
      expect(Math.round((second - first) / 1000)).toBe(1);
      expect(Math.round((third - second) / 1000)).toBe(2);
    }
  });

  it('gets three attempts an hour', async () => {
    expect(await rig.deliver({ acts: downFor(4) }, (handle) => handle.result())).toEqual(delivered);
    expect(rig.gapsInMinutes).toEqual([0, 0, 60, 0, 0, 60, 0, 0, 60, 0, 0, 60]);
  });

  it('is tried for days, across continue-as-new, without an end', async () => {
    const hours = 24 * 9;
    await rig.deliver({ acts: downFor(hours) }, async (handle) => {
      const first = handle.firstExecutionRunId;
      expect(await handle.result()).toEqual(delivered);
      const { runId, searchAttributes } = await rig.client.getHandle(handle.workflowId).describe();
      expect(runId).not.toBe(first);
      expect(searchAttributes).toMatchObject({ CpmDeliveryStatus: ['delivered'], CpmLastStatusCode: [200] });
    });
    expect(rig.attempts).toHaveLength(hours * 3 + 1);
    expect(rig.gapsInMinutes.filter((gap) => gap === 60)).toHaveLength(hours);
    expect(rig.gapsInMinutes.every((gap) => gap === 0 || gap === 60)).toBe(true);
  });

  it('shows its status and last answer in the search attributes', async () => {
    await rig.deliver({ acts: downFor(1) }, async (handle) => {
      await handle.result();
      const { searchAttributes } = await handle.describe();
      expect(searchAttributes).toMatchObject({ CpmDeliveryStatus: ['delivered'], CpmLastStatusCode: [200] });
    });
  });

  it('sleeps no longer than the result says', async () => {
    const soon = () => ({ kind: 'failed', statusCode: 503, attemptsLeft: 0, sleepMs: 120_000 }) as const;
    await rig.deliver({ acts: [soon] }, (handle) => handle.result());
    expect(rig.gapsInMinutes).toEqual([2]);
  });
});

describe('an endpoint that asks for a wait within a cycle', () => {
  const asked: Act = () => ({
    ...{ kind: 'failed', statusCode: 429, attemptsLeft: 2, sleepMs: 0 },
    waitMs: 600_000,
  });

  it.each([true, false])('gets its next attempt no sooner: inline %s', async (inlineFirst) => {
    expect(await rig.deliver({ acts: [asked], input: { inlineFirst } }, (handle) => handle.result())).toEqual(
      delivered,
    );
    expect(rig.gapsInMinutes).toEqual([10]);
  });

  it('gets the attempts that are left of the cycle, then the hour', async () => {
    const lastTwo: Act[] = [2, 1].map((left) => () => ({
      ...{ kind: 'failed', statusCode: 503, attemptsLeft: left - 1 },
      sleepMs: left === 1 ? 3_600_000 : 0,
    }));
    await rig.deliver({ acts: [asked, ...lastTwo] }, (handle) => handle.result());
    expect(rig.gapsInMinutes).toEqual([10, 0, 60]);
  });

  it.each([retryNow, subscriptionChanged])('gets it at once after a signal: %j', async (signal) => {
    await rig.deliver({ acts: [asked] }, async (handle) => {
      await until(async () => (await timersOf(handle)) > 0);
      await handle.signal(signal);
      expect(await handle.result()).toEqual(delivered);
    });
    expect(rig.gapsInMinutes).toEqual([0]);
  });

  async function timersOf(handle: RunningWorkflow<DeliverWebhookResult>): Promise<number> {
    const { events } = await handle.fetchHistory();
    return events?.filter((event) => event.timerStartedEventAttributes).length ?? 0;
  }
});

describe('a signal', () => {
  it.each([retryNow, subscriptionChanged, predecessorFinished])(
    'ends the hour at once: %j',
    async (signal) => {
      await rig.deliver({ acts: downFor(1) }, async (handle) => {
        await until(async () => (await handle.query(stateQuery)).status === 'waiting');
        await handle.signal(signal);
        expect(await handle.result()).toEqual(delivered);
      });
      expect(rig.gapsInMinutes).toEqual([0, 0, 0]);
    },
  );

  const woken = async (input: Partial<DeliverWebhookInput>, acts: Act[]): Promise<string[]> => {
    await rig.deliver({ acts: [...downFor(1), ...acts], input }, async (handle) => {
      await until(async () => (await handle.query(stateQuery)).status === 'waiting');
      await handle.signal(retryNow);
      expect(await handle.result()).toEqual(delivered);
    });
    return rig.calls.slice(ATTEMPTS_PER_CYCLE).map(({ activity }) => activity);
  };

  it('has the attempt made inside its workflow task, of which two are left when it fails', async () => {
    const input = { inlineAfterSignal: true } as const;
    expect(await woken(input, [])).toEqual(['postWebhookInline']);
    expect(await woken(input, ['down', 'down'])).toEqual(['postWebhookInline', 'postWebhook', 'postWebhook']);
    expect(rig.gapsInMinutes.every((gap) => gap === 0)).toBe(true);
  });

  it('has it made as a normal activity where the endpoint is none for that, or the run an older one', async () => {
    expect(await woken({ inlineAfterSignal: true }, [() => ({ kind: 'notInline' })])).toEqual([
      'postWebhookInline',
      'postWebhook',
    ]);
    expect(await woken({}, [])).toEqual(['postWebhook']);
  });

  it('is what an attempt inside the workflow task needs: an hour that is over has a normal one', async () => {
    const input = { inlineAfterSignal: true } as const;
    expect(await rig.deliver({ acts: downFor(1), input }, (handle) => handle.result())).toEqual(delivered);
    expect(rig.calls.map(({ activity }) => activity)).not.toContain('postWebhookInline');
  });

  it('that arrives during an attempt is not lost', async () => {
    let signalled = false;
    await rig.deliver(
      {
        acts: [
          async (workflow) => {
            await workflow.signal(retryNow);
            signalled = true;
            return { kind: 'failed', statusCode: 500, attemptsLeft: 0, sleepMs: 3_600_000 };
          },
        ],
      },
      (handle) => handle.result(),
    );
    expect(signalled).toBe(true);
    expect(rig.gapsInMinutes).toEqual([0]);
  });

  it('is what a delivery waits for that is blocked by a request in flight, until that is surely over', async () => {
    const byRequest = () => ({ kind: 'blocked', retryInMs: 60_000 }) as const;
    await rig.deliver({ acts: [byRequest, byRequest] }, async (handle) => {
      await until(async () => (await handle.query(stateQuery)).status === 'blocked');
      await handle.signal(predecessorFinished);
      expect(await handle.result()).toEqual(delivered);
    });
    expect(rig.gapsInMinutes).toEqual([0, 1]);
  });

  it.each(['paused', 'blocked'] as const)(
    'is what a %s delivery waits for, without a timer',
    async (kind) => {
      await rig.deliver({ acts: [kind] }, async (handle) => {
        await until(async () => (await handle.query(stateQuery)).status === kind);
        await rig.env.sleep('3 days');
        expect(rig.attempts).toHaveLength(1);
        const { events } = await handle.fetchHistory();
        expect(events?.some((event) => event.timerStartedEventAttributes)).toBe(false);
        await handle.signal(kind === 'paused' ? subscriptionChanged : predecessorFinished);
        expect(await handle.result()).toEqual(delivered);
      });
    },
  );
});

describe('an attempt that leaves its workflow task, since the receiver has not answered yet', () => {
  const input = { inlineFirst: true };
  const withinMs = 20_000;
  const continuing = () => ({ kind: 'continuing', attemptId: 'a-1', withinMs }) as const;
  const failed = { kind: 'failed', statusCode: 503, attemptsLeft: 2, sleepMs: 0 } as const;
  /** Plays a delivery whose first attempt ends so, once it has left its task. */
  const deliver = (acts: Act[], result: AttemptResult): Promise<DeliverWebhookResult> =>
    rig.deliver({ acts: [continuing, ...acts], input }, async (handle) => {
      await begun();
      await handle.signal(attemptEnded, { attemptId: 'a-1', result });
      return handle.result();
    });
  const begun = () => until(() => Promise.resolve(rig.attempts.length > 0));

  it('is over when its end is signalled, without another activity', async () => {
    expect(await deliver([], { kind: 'finished', status: 'delivered', statusCode: 200 })).toEqual(delivered);
    expect(rig.calls.map(({ activity }) => activity)).toEqual(['postWebhookInline']);
  });

  it('counts among the three of its cycle when it fails, with the wait that follows a first attempt', async () => {
    const last = () => ({ kind: 'failed', statusCode: 503, attemptsLeft: 0, sleepMs: 3_600_000 }) as const;
    const second = () => ({ kind: 'failed', statusCode: 503, attemptsLeft: 1, sleepMs: 0 }) as const;
    expect(await deliver([second, last], failed)).toEqual(delivered);
    expect(rig.gapsInMinutes).toEqual([0, 0, 60]);
  });

  it('is not repeated while it may be in flight, also when a signal asks for another', async () => {
    await rig.deliver({ acts: [continuing], input }, async (handle) => {
      await begun();
      await handle.signal(retryNow);
      await handle.signal(attemptEnded, { attemptId: 'of-another', result: failed });
      expect(await handle.result()).toEqual(delivered);
    });
    const [first, second] = rig.attempts.map(({ at }) => at) as [number, number];
    expect(second - first).toBeGreaterThanOrEqual(withinMs);
  });

  it('is made again once it is surely over, where its process has died', async () => {
    const result = await rig.deliver({ acts: [continuing], input }, (handle) => handle.result());
    expect(result).toEqual(delivered);
    expect(rig.calls.map(({ activity }) => activity)).toEqual(['postWebhookInline', 'postWebhook']);
  });

  it('may end before the workflow knows that it goes on', async () => {
    const act: Act = async (workflow) => {
      const result = { kind: 'finished', status: 'delivered', statusCode: 200 } as const;
      await workflow.signal(attemptEnded, { attemptId: 'a-1', result });
      return continuing();
    };
    expect(await rig.deliver({ acts: [act], input }, (handle) => handle.result())).toEqual(delivered);
    expect(rig.attempts).toHaveLength(1);
  });

  it('has its outcome recorded where its process could not', async () => {
    const outcome = { outcome: 'delivered', statusCode: 200, error: null, durationMs: 2_000 } as const;
    const attempt = { deliveryId: 'd', attemptId: 'a-1', ...outcome };
    expect(await deliver([], { kind: 'unrecorded', attempt })).toEqual(delivered);
    expect(rig.calls.map(({ activity }) => activity)).toEqual(['postWebhookInline', 'recordAttempt']);
  });

  describe('in a workflow that is cancelled meanwhile', () => {
    const cancelDuring = (
      result: AttemptResult,
      during: (handle: RunningWorkflow<DeliverWebhookResult>) => Promise<unknown>,
    ) =>
      rig.deliver({ acts: [continuing], input }, async (handle) => {
        await begun();
        await handle.cancel();
        await handle.signal(attemptEnded, { attemptId: 'a-1', result });
        await during(handle);
      });

    it('makes it delivered by a 2xx', () =>
      cancelDuring({ kind: 'finished', status: 'delivered', statusCode: 200 }, async (handle) => {
        expect(await handle.result()).toEqual(delivered);
      }));

    it('is the last one where it fails', async () => {
      await cancelDuring(failed, (handle) => expect(handle.result()).rejects.toThrow(WorkflowFailedError));
      expect(rig.calls.map(({ activity }) => activity)).toEqual(['postWebhookInline', 'cancelDelivery']);
    });
  });
});

describe('an attempt that cannot be made inside the workflow task after all', () => {
  it('is made as a normal activity, and none is spent', async () => {
    const acts: Act[] = [() => ({ kind: 'notInline' }), ...downFor(1)];
    await rig.deliver({ acts, input: { inlineFirst: true } }, (handle) => handle.result());
    expect(rig.gapsInMinutes).toEqual([0, 0, 0, 60]);
  });
});

describe('an endpoint with as many requests in flight as it may have', () => {
  it('gets the attempt when it is its turn, without looks in between, and none is spent', async () => {
    const acts: Act[] = [() => ({ kind: 'busy', retryInMs: 120_000, inTurn: true }), ...downFor(1)];
    await rig.deliver({ acts }, (handle) => handle.result());
    expect(rig.gapsInMinutes).toEqual([2, 0, 0, 60]);
  });

  it('is found by what it is of while it awaits its turn, though it was only looked at inside its first task', async () => {
    const inTurn: Act = () => ({ kind: 'busy', retryInMs: 120_000, inTurn: true, isShown: true });
    await rig.deliver({ acts: [inTurn], input: { inlineFirst: true, shows } }, async (handle) => {
      await handle.result();
      const { upserts } = await told(handle);
      expect(upserts[0]).toEqual([...Object.keys(labels), 'CpmDeliveryStatus'].sort());
      expect(upserts).toHaveLength(2);
      const { events } = await handle.fetchHistory();
      const kinds = (events ?? []).map((event) =>
        event.upsertWorkflowSearchAttributesEventAttributes
          ? 'told'
          : event.timerStartedEventAttributes
            ? 'waits'
            : '',
      );
      expect(kinds.filter(Boolean)).toEqual(['told', 'waits', 'told']);
    });
  });
});

describe('trouble of our own', () => {
  it('is waited out in seconds and spends no attempt', async () => {
    await rig.deliver({ acts: ['busy', 'busy', 'busy', 'down', 'busy', 'down'] }, (handle) =>
      handle.result(),
    );
    expect(rig.attempts).toHaveLength(7);
    expect(rig.gapsInMinutes.every((gap) => gap === 0)).toBe(true);
  });

  it('lasting for a day never makes it sleep an hour', async () => {
    const acts = Array.from({ length: 200 }, () => 'busy' as const);
    await rig.deliver({ acts }, (handle) => handle.result());
    const longest = Math.max(...rig.attempts.slice(1).map((call, i) => call.at - (rig.attempts[i]?.at ?? 0)));
    expect(longest).toBeLessThan(20_000);
  });

  it('such as a worker that dies in an attempt costs the receiver none of its three', async () => {
    const input = { requestTimeoutMs: -9_000 }; // with its margin the attempt's limit is a second: no clock skips an activity
    await rig.deliver({ acts: ['down', 'crash', 'crash', 'down', 'down'], input }, (handle) =>
      handle.result(),
    );
    // Two crashes and three failures, all within the first cycle; the sixth is an hour later.
    expect(rig.gapsInMinutes.at(-1)).toBe(60);
    expect(rig.attempts).toHaveLength(6);
  });

  it('such as a mistake in an activity is retried, never the end of the delivery', async () => {
    expect(await rig.deliver({ acts: ['bug', 'bug'] }, (handle) => handle.result())).toEqual(delivered);
  });

  it('after a successful POST has the outcome recorded without posting again', async () => {
    expect(await rig.deliver({ acts: ['unrecorded'] }, (handle) => handle.result())).toEqual(delivered);
    expect(rig.calls.map(({ activity }) => activity)).toEqual(['postWebhook', 'recordAttempt']);
  });
});

describe('cancelling the workflow', () => {
  it.each([
    ['waits for the next hour', downFor(1), 'waiting'],
    ['is paused', ['paused' as const], 'paused'],
    ['is blocked', ['blocked' as const], 'blocked'],
  ])('cancels the delivery when it %s', async (_, acts, status) => {
    await rig.deliver({ acts, fallback: 'down' }, async (handle) => {
      await until(async () => (await handle.query(stateQuery)).status === status);
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({
        constructor: WorkflowFailedError,
        cause: expect.any(CancelledFailure) as CancelledFailure,
      });
      expect((await handle.describe()).status.name).toBe('CANCELLED');
    });
    expect(rig.calls.at(-1)?.activity).toBe('cancelDelivery');
  });
});

describe('a delivery that needs no request', () => {
  it.each(['cancelled', 'expired', 'gone'] as const)('ends at once when it is %s', async (status) => {
    const act = () => ({ kind: 'finished', status, statusCode: null }) as const;
    const result = await rig.deliver({ acts: [act] }, (handle) => handle.result());
    expect(result).toEqual({ status, lastStatusCode: null });
  });
});

/** Awaits a condition while the skipping clock goes on. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return;
    await rig.env.sleep(200);
  }
  throw new Error('the condition did not become true');
}
