/** The call for the overview. */
import { answer, api } from '../../api/client';
import type { components } from '../../api/schema';

export type Overview = components['schemas']['Overview'];
export type OverviewApplication = components['schemas']['OverviewApplication'];
export type OverviewSubscription = components['schemas']['OverviewSubscription'];

export const overviewApi = {
  read: (): Promise<Overview> => answer(api.GET('/v1/overview')),
} as const;
