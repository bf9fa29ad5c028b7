/**
 * Deliveries wait for days, over many releases: whatever history a running one has, the workflow of today must go on from it.
 * The same holds for the other workflows.
 * A change that fails here needs `patched()` (docs/operations.md, "Changing the workflow").
 */
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import * as workflows from '../../workflows';
import { folderOf, recordedHistories, recordedWorkflows, type History } from '../harness/histories';
import { SHAPES } from '../harness/shapes';
import { workflowBundle } from '../harness/workflow-bundle';

let bundle: WorkflowBundleOption;
beforeAll(async () => {
  bundle = await workflowBundle();
});

const folders = Object.keys(workflows).map(folderOf).sort();

/** The same history, had the workflow called another activity at each place. */
function withOtherActivities(history: History): History {
  const events = (history.events ?? []).map((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (!scheduled) return event;
    return {
      ...event,
      activityTaskScheduledEventAttributes: { ...scheduled, activityType: { name: 'somethingElse' } },
    };
  });
  return { events };
}

describe('the corpus of recorded histories', () => {
  it('has a folder for each workflow, and no other', () => {
    expect(folders.length).toBeGreaterThan(0);
    expect(recordedWorkflows()).toEqual(folders);
  });

  it('has shapes to record for each workflow, and no other', () => {
    expect(Object.keys(SHAPES).sort()).toEqual(folders);
  });
});

describe.each(folders)('the recorded histories of %s', (folder) => {
  const recorded = recordedHistories(folder);

  it('hold every shape', () => {
    const shapes = Object.keys(SHAPES[folder] ?? {});
    expect(shapes.length).toBeGreaterThan(0);
    expect([...new Set(recorded.map(({ shape }) => shape))].sort()).toEqual(shapes.sort());
  });

  // `it.each` of nothing would be an error of jest, and this file fails then too.
  it.each(recorded)('are replayed by the workflow of today: $name', async ({ history }) => {
    await Worker.runReplayHistory({ workflowBundle: bundle }, history);
  });

  it('are replayed by workers with traces too', async () => {
    const sinks = { exporter: { export: { fn: () => undefined } } };
    const options = { workflowBundle: await workflowBundle({ traced: true }), sinks };
    const histories = recorded.map(({ name, history }) => ({ workflowId: name, history }));
    const failed: string[] = [];
    for await (const { workflowId, error } of Worker.runReplayHistories(options, histories))
      if (error) failed.push(`${workflowId}: ${error.message}`);
    expect(failed).toEqual([]);
  });

  it('would not be replayed, had the workflow called other activities', async () => {
    const history = recorded.find(({ history: { events } }) =>
      events?.some((event) => event.activityTaskScheduledEventAttributes),
    )?.history;
    expect(history).toBeDefined();
    await expect(
      Worker.runReplayHistory({ workflowBundle: bundle }, withOtherActivities(history ?? {})),
    ).rejects.toThrow(/[Nn]ondeterminism/);
  });
});
