import { arrivedAt, type Promised, waitOf } from '../load/application';
import { percentile } from '../measure/numbers';
import type { Figures } from './scenario';

/** How long deliveries took from their 202 to their arrival, in milliseconds; `what` stands before each figure's name. */
export function waitFigures(what: string, deliveries: readonly Promised[]): Figures {
  const waits = deliveries.map(waitOf);
  return {
    ...(Object.fromEntries(
      [0.5, 0.95, 0.99].map((share) => [`${what}p${share * 100} ms from 202`, percentile(waits, share)]),
    ) as Figures),
    [`${what}longest ms from 202`]: percentile(waits, 1),
  };
}

/** The same from when the request was due: with what the API kept its callers waiting. */
export function lagFigures(what: string, deliveries: readonly Promised[]): Figures {
  const lags = deliveries.map((promised) => (arrivedAt(promised) ?? Infinity) - promised.dueAt);
  return Object.fromEntries(
    [0.5, 0.99].map((share) => [`${what}p${share * 100} ms from when it was due`, percentile(lags, share)]),
  );
}
