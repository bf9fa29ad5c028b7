/** What a history is made of, each as often as it stands here. */
import type { CommandArbitrary } from './command';
import {
  answerIsLost,
  backdate,
  cancel,
  createCitizen,
  dateAhead,
  deleteCitizen,
  filter,
  grant,
  grantForAnHour,
  pause,
  probe,
  receiver,
  resend,
  resume,
  resync,
  retry,
  retryAll,
  rotate,
  signalIsLost,
  sweep,
  temporalForgets,
  timePasses,
  validityPasses,
  withdraw,
  workerDies,
} from './happenings';
import { ROWS } from './rows';

const OFTEN = [grant(), withdraw(), pause(), resume(), resend(), timePasses, receiver('takes')];

export const COMMANDS: readonly CommandArbitrary[] = [
  ...OFTEN,
  ...OFTEN,
  ...[...ROWS, ...ROWS],
  ...[resync(), resync()],
  ...[backdate(), dateAhead(), grantForAnHour(), validityPasses],
  ...[sweep, sweep],
  ...[filter(), filter(), probe, cancel(), retry(), retryAll, rotate, deleteCitizen, createCitizen],
  ...[receiver('takes slowly'), receiver('takes slowly'), receiver('takes slowly')],
  receiver('fails'),
  ...[receiver('takes and fails'), receiver('takes and fails')],
  ...[workerDies, temporalForgets, signalIsLost, answerIsLost],
];
