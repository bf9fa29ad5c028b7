import type { History } from '../histories';
import type { WorkflowRig } from '../workflow-rig';

/** Plays one life of a workflow until its history can be taken: one history for each run of it. */
export type Shape = (rig: WorkflowRig) => Promise<History[]>;
