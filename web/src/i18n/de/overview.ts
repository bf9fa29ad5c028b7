export const overview = {
  overview: {
    title: 'Übersicht',
    subtitle: 'Ob alles in Ordnung ist, und wonach zuerst zu sehen ist.',
    well: 'Alles in Ordnung.',
    wellText: 'Was erfasst wurde, ist zugestellt oder unterwegs.',
    withdrawalLate: 'Ein Empfänger weiß noch nichts von einem Widerruf.',
    withdrawalSince: 'Der älteste wurde erfasst:',
    failing_one: '{{count}} Integration schlägt fehl.',
    failing_other: '{{count}} Integrationen schlagen fehl.',
    troubled_one: '{{count}} Integration ist mit Zustellungen im Verzug.',
    troubled_other: '{{count}} Integrationen sind mit Zustellungen im Verzug.',
    nothingLost:
      'Nichts geht verloren: Was wartet, wird von selbst erneut versucht. Die Integration zeigt, woran es liegt und was hilft.',
    onlyAlerts:
      'Alles ist zugestellt oder unterwegs. Sehen Sie nach den Warnungen, bevor daraus Störungen werden.',
    paused_one:
      'Alles ist zugestellt, aber {{count}} Integration ist pausiert: Ihr entgeht unterdessen jede Änderung.',
    paused_other:
      'Alles ist zugestellt, aber {{count}} Integrationen sind pausiert: Ihnen entgeht unterdessen jede Änderung.',
    oldest: 'Älteste ausstehende Zustellung',
    oldestWithdrawal: 'Ältester ausstehender Widerruf',
    accepted: 'Angenommen in der letzten Stunde',
    failed: 'Fehlversuche in der letzten Stunde',
    none: 'Nichts',
    alerts: 'Offene Warnungen',
    moreAlerts: 'Alle',
    pastAlerts: 'Frühere Warnungen',
    itsIntegrations: 'Als Liste',
    lastHour: 'Letzte Stunde',
    acceptedCount: '{{number}} angenommen',
    failedCount: '{{number}} fehlgeschlagen',
  },
} as const;
