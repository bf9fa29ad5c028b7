import { access } from './access';
import { alerts } from './alerts';
import { audit } from './audit';
import { catalogue } from './catalogue';
import { common } from './common';
import { consent } from './consent';
import { deliveries } from './deliveries';
import { developers } from './developers';
import { integrations } from './integrations';
import { overview } from './overview';

export const de = {
  ...common,
  ...access,
  ...alerts,
  ...audit,
  ...integrations,
  ...deliveries,
  ...developers,
  ...consent,
  ...catalogue,
  ...overview,
} as const;
export { reasons } from './reasons';
export { refusals } from './refusals';
