import { z } from 'zod';
import { instant } from '../../platform/fields';
import { count } from './common';

const MOST_BUCKETS = 200;

const moment = instant.transform((text) => new Date(text));

/** Which part of the time; the last day in hours by default. */
export const statisticsQuery = z.strictObject({
  from: moment.optional().meta({ description: 'A day before `to` by default.' }),
  to: moment.optional().meta({ description: 'Not included; now by default.' }),
  buckets: count(1, MOST_BUCKETS, 24),
});

export const statistics = z
  .object({
    buckets: z.array(
      z.object({
        at: z.iso.datetime().meta({ description: 'Where it begins.' }),
        delivered: z.int(),
        failed: z.int(),
        p50Ms: z.int().nullable().meta({ description: 'Median duration of the attempts.' }),
        p95Ms: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: 'Statistics' });
