import { workflowMetadataQuery } from '@temporalio/workflow';
import { optInChanged } from '../../workflows/double-opt-in/contract';
import {
  DAY_MS,
  optInEnded as ended,
  optInWaits as waiting,
  playOptIn,
  type Look,
  type OptInHandle,
} from '../harness/opt-in-rig';
import { WorkflowRig } from '../harness/workflow-rig';

let rig: WorkflowRig;
beforeAll(async () => {
  rig = await WorkflowRig.create();
});
afterAll(() => rig.teardown());

/** Plays an opt-in; answers with the hours between the looks. */
async function play(
  looks: readonly Look[],
  during: (handle: OptInHandle) => Promise<unknown>,
): Promise<readonly number[]> {
  return (await playOptIn(rig, looks, during)).gapsInHours;
}

const endsAs = (status: string) => async (handle: OptInHandle) =>
  expect(await handle.result()).toEqual({ status });

describe('a double opt-in', () => {
  it('waits for the reminder, then for the expiry, and ends there', async () => {
    const looks = [waiting(2 * DAY_MS, 'reminder'), waiting(5 * DAY_MS, 'expiry'), ended('expired')];
    expect(await play(looks, endsAs('expired'))).toEqual([48, 120]);
  });

  it.each(['confirmed', 'declined', 'voided'] as const)('ends at once when it is %s', async (status) => {
    const gaps = await play([waiting(7 * DAY_MS, 'expiry'), ended(status)], async (handle) => {
      await rig.env.sleep('3 days');
      expect((await handle.query(workflowMetadataQuery)).currentDetails).toMatch(
        /^Since .* UTC: waits for the confirmation\. The link ends at .* UTC\.$/,
      );
      await handle.signal(optInChanged);
      await endsAs(status)(handle);
    });
    expect(gaps).toEqual([72]);
  });

  it('looks again when a submission joins it', async () => {
    const looks = [waiting(7 * DAY_MS, 'expiry'), waiting(7 * DAY_MS, 'expiry'), ended('expired')];
    const gaps = await play(looks, async (handle) => {
      await rig.env.sleep('1 day');
      await handle.signal(optInChanged);
      await endsAs('expired')(handle);
    });
    expect(gaps).toEqual([24, 168]);
  });

  it('loses no signal that comes while it looks', async () => {
    const looks: Look[] = [
      async (workflow) => {
        await workflow.signal(optInChanged);
        return waiting(7 * DAY_MS, 'expiry');
      },
      ended('confirmed'),
    ];
    expect(await play(looks, endsAs('confirmed'))).toEqual([0]);
  });

  it('tries again for as long as our own side is in trouble', async () => {
    const trouble = Array.from({ length: 200 }, () => new Error('the database is away'));
    const gaps = await play([...trouble, ended('gone')], endsAs('gone'));
    expect(gaps).toHaveLength(200);
    expect(Math.max(...gaps)).toBe(0);
  });

  it('ends where nothing is left of it', async () => {
    expect(await play([ended('gone')], endsAs('gone'))).toEqual([]);
  });

  it('holds nothing but its id', async () => {
    const { result: input } = await playOptIn(rig, [ended('confirmed')], async (handle, optInId) => {
      await handle.result();
      const { events } = await handle.fetchHistory();
      const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      return { optInId, stored: JSON.parse(Buffer.from(payload?.data ?? []).toString()) as unknown };
    });
    expect(input.stored).toEqual({ optInId: input.optInId });
  });
});
