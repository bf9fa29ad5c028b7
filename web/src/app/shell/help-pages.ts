/** Which page of the help is about a page, by the first part of its path. */
export const HELP_PAGES: Readonly<Record<string, string>> = {
  overview: 'guides/operator',
  integrations: 'guides/integrator',
  deliveries: 'guides/operator',
  alerts: 'runbook',
  citizens: 'guides/marketing-operations',
  catalogue: 'guides/marketing-operations',
  templates: 'email',
  'api-keys': 'signing-in',
  audit: 'guides/data-protection',
  account: 'signing-in',
};
