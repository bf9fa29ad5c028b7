import type { Database } from '../platform/database';
import { advanceWakeUp } from './bulk-signals';

/** Deliveries woken by one step; with the interval of the sweep it bounds the rate (rule `bounded-bulk-signals`). */
const STEP = 500;

/** Takes one step with every wake-up that is owed. Answers how many were advanced. */
export async function advanceWakeUps(db: Database): Promise<number> {
  const owed = await db.wakeUp.findMany({ select: { id: true }, orderBy: { createdAt: 'asc' }, take: 20 });
  for (const { id } of owed) await db.$transaction((tx) => advanceWakeUp(tx, id, STEP));
  return owed.length;
}
