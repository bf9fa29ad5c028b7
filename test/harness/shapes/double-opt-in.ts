/** The shapes that a double opt-in's life can take. */
import { optInChanged } from '../../../workflows/double-opt-in/contract';
import { DAY_MS, optInEnded, optInWaits, playOptIn, type Look, type OptInHandle } from '../opt-in-rig';
import type { WorkflowRig } from '../workflow-rig';
import type { Shape } from './shape';

type Meanwhile = (handle: OptInHandle, rig: WorkflowRig) => Promise<unknown>;

const untilItsEnd: Meanwhile = (handle) => handle.result();

const changedAfterADay: Meanwhile = async (handle, rig) => {
  await rig.env.sleep('1 day');
  await handle.signal(optInChanged);
  await handle.result();
};

const afterADay: Meanwhile = (_, rig) => rig.env.sleep('1 day');

function shapeOf(looks: readonly Look[], meanwhile: Meanwhile = untilItsEnd): Shape {
  return async (rig) => {
    const played = await playOptIn(rig, looks, async (handle) => {
      await meanwhile(handle, rig);
      return rig.takeHistories(handle);
    });
    return played.result;
  };
}

const forTheReminder = optInWaits(2 * DAY_MS, 'reminder');
const forTheExpiry = optInWaits(5 * DAY_MS, 'expiry');

/** By the name of the file that a recording gets. */
export const OPT_IN_SHAPES: Readonly<Record<string, Shape>> = {
  'confirmed-after-a-day': shapeOf([forTheReminder, optInEnded('confirmed')], changedAfterADay),
  'declined-after-a-day': shapeOf([forTheReminder, optInEnded('declined')], changedAfterADay),
  'reminder-then-expiry': shapeOf([forTheReminder, forTheExpiry, optInEnded('expired')]),
  'joined-by-a-submission': shapeOf(
    [forTheReminder, forTheReminder, forTheExpiry, optInEnded('expired')],
    changedAfterADay,
  ),
  'changed-during-a-look': shapeOf([
    async (workflow) => {
      await workflow.signal(optInChanged);
      return forTheReminder;
    },
    optInEnded('voided'),
  ]),
  'e-mail-not-possible-at-first': shapeOf([
    optInWaits(60_000, 'e-mail'),
    optInWaits(60_000, 'e-mail'),
    forTheExpiry,
    optInEnded('expired'),
  ]),
  'citizen-deleted': shapeOf([forTheReminder, optInEnded('gone')], changedAfterADay),
  'still-waiting': shapeOf([forTheReminder], afterADay),
};
