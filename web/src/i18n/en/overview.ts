export const overview = {
  overview: {
    title: 'Overview',
    subtitle: 'Whether all is well, and what to look at first.',
    well: 'All is well.',
    wellText: 'Whatever was recorded is delivered, or is under way.',
    withdrawalLate: 'Somebody has not been told of a withdrawal.',
    withdrawalSince: 'The oldest was recorded',
    failing_one: '{{count}} integration fails.',
    failing_other: '{{count}} integrations fail.',
    troubled_one: '{{count}} integration is late with some deliveries.',
    troubled_other: '{{count}} integrations are late with some deliveries.',
    nothingLost:
      'Nothing is lost: what waits is tried again by itself. Open the integration to see why, and what helps.',
    onlyAlerts: 'Everything is delivered, or is under way. Look at the alerts before they become trouble.',
    paused_one:
      'Everything is delivered, but {{count}} integration is paused: it misses every change meanwhile.',
    paused_other:
      'Everything is delivered, but {{count}} integrations are paused: they miss every change meanwhile.',
    oldest: 'Oldest undelivered',
    oldestWithdrawal: 'Oldest undelivered withdrawal',
    accepted: 'Accepted in the last hour',
    failed: 'Failed attempts in the last hour',
    none: 'None',
    alerts: 'Open alerts',
    moreAlerts: 'All of them',
    pastAlerts: 'Past alerts',
    itsIntegrations: 'As a list',
    lastHour: 'Last hour',
    acceptedCount: '{{number}} accepted',
    failedCount: '{{number}} failed',
  },
} as const;
