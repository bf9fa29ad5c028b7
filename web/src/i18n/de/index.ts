import { access } from './access';
import { audit } from './audit';
import { catalogue } from './catalogue';
import { common } from './common';
import { consent } from './consent';
import { deliveries } from './deliveries';
import { integrations } from './integrations';

export const de = {
  ...common,
  ...access,
  ...audit,
  ...integrations,
  ...deliveries,
  ...consent,
  ...catalogue,
} as const;
export { refusals } from './refusals';
