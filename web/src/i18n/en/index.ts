import { access } from './access';
import { catalogue } from './catalogue';
import { common } from './common';
import { consent } from './consent';
import { deliveries } from './deliveries';
import { integrations } from './integrations';

export const en = { ...common, ...access, ...integrations, ...deliveries, ...consent, ...catalogue } as const;
export { refusals } from './refusals';
