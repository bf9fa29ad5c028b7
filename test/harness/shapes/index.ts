/** The shapes that the life of each workflow can take, played on the time-skipping server to record their histories. */
import { DELIVERY_SHAPES } from './deliver-webhook';
import { OPT_IN_SHAPES } from './double-opt-in';
import { RESYNC_SHAPES } from './resync';
import { MESSAGE_SHAPES } from './tell-operators';
import type { Shape } from './shape';

/** By the workflow's folder, and the name of the file that a recording gets. */
export const SHAPES: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  'deliver-webhook': DELIVERY_SHAPES,
  'double-opt-in': OPT_IN_SHAPES,
  resync: RESYNC_SHAPES,
  'tell-operators': MESSAGE_SHAPES,
};
