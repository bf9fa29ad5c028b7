/**
 * Deliveries wait for days, over many releases: whatever history a running one has, the workflow of today must go on from it.
 * A change that fails here needs `patched()` (docs/operations.md, "Changing the workflow").
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { recordedHistories } from '../harness/histories';
import { SHAPES } from '../harness/shapes';

let workflowBundle: WorkflowBundleOption;
beforeAll(async () => {
  const built = path.resolve(__dirname, '../../dist/workflow-bundle.js');
  workflowBundle = existsSync(built)
    ? { codePath: built }
    : await bundleWorkflowCode({ workflowsPath: path.resolve(__dirname, '../../workflows/index.ts') });
});

const corpus = recordedHistories();

describe('the corpus of recorded histories', () => {
  it('holds every shape', () => {
    const recorded = new Set(corpus.map(({ shape }) => shape));
    expect(Object.keys(SHAPES).filter((shape) => !recorded.has(shape))).toEqual([]);
  });

  it.each(corpus)('is replayed by the workflow of today: $name', async ({ history }) => {
    await Worker.runReplayHistory({ workflowBundle }, history);
  });

  it('would not be, had the workflow done something else', async () => {
    const [recorded] = corpus.filter(({ shape }) => shape === 'delivered-normally');
    const events = recorded?.history.events?.map((event) => {
      const scheduled = event.activityTaskScheduledEventAttributes;
      if (!scheduled) return event;
      return {
        ...event,
        activityTaskScheduledEventAttributes: { ...scheduled, activityType: { name: 'somethingElse' } },
      };
    });
    await expect(Worker.runReplayHistory({ workflowBundle }, { events: events ?? [] })).rejects.toThrow(
      /[Nn]ondeterminism/,
    );
  });
});
