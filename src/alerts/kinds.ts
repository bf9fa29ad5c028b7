/** Kinds of alerts, how loud each is, and what it says. */

/** From the loudest to the quietest. */
export const SEVERITIES = ['critical', 'warning', 'notice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What operators are told of: most are of a subscription each. */
export const ALERT_KINDS = [
  'withdrawal_late',
  'endpoint_failing_for_a_day',
  'endpoint_failing',
  'no_progress',
  'resync_stalled',
  'double_opt_ins_stalled',
  'bulk_action_stalled',
  'credential_expires',
  'certificate_expires',
  'api_key_expires',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Nothing is worse than a withdrawal that its receiver does not know of. */
export const SEVERITY_OF: Readonly<Record<AlertKind, Severity>> = {
  withdrawal_late: 'critical',
  endpoint_failing_for_a_day: 'warning',
  endpoint_failing: 'warning',
  no_progress: 'warning',
  resync_stalled: 'warning',
  double_opt_ins_stalled: 'warning',
  bulk_action_stalled: 'warning',
  credential_expires: 'notice',
  certificate_expires: 'notice',
  api_key_expires: 'notice',
};

/** Why an alert was closed: its endpoint accepts webhooks again, the trouble is over otherwise, or the subscription is. */
export const RESOLUTIONS = ['recovered', 'over', 'paused', 'deleted'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Languages that alerts are told in. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

type Words = Readonly<Record<AlertKind, string>>;

/** What each says of what is in trouble: nothing of citizens, and no secrets. */
const SENTENCES: Readonly<Record<Language, Words>> = {
  en: {
    withdrawal_late: 'A withdrawal of consent has not been delivered',
    endpoint_failing_for_a_day: 'The endpoint has accepted nothing for a day or longer',
    endpoint_failing: 'The endpoint fails, and what is sent to it waits',
    no_progress: 'Deliveries should have gone on by now, and have not',
    credential_expires: 'The bearer token ends within seven days, or has ended',
    certificate_expires: 'The client certificate ends within seven days, or has ended',
    resync_stalled: 'A resync should have gone on by now, and has not',
    double_opt_ins_stalled: 'Double opt-ins should have gone on by now, and have not',
    bulk_action_stalled: 'A bulk action should have gone on by now, and has not',
    api_key_expires: 'An API key ends within seven days',
  },
  de: {
    withdrawal_late: 'Ein Widerruf ist nicht zugestellt',
    endpoint_failing_for_a_day: 'Der Endpunkt hat seit einem Tag oder länger nichts angenommen',
    endpoint_failing: 'Der Endpunkt antwortet mit Fehlern, und was an ihn geht, wartet',
    no_progress: 'Zustellungen hätten längst weitergehen sollen und tun es nicht',
    credential_expires: 'Das Bearer-Token endet in weniger als sieben Tagen oder ist abgelaufen',
    certificate_expires: 'Das Client-Zertifikat endet in weniger als sieben Tagen oder ist abgelaufen',
    resync_stalled: 'Ein Resync hätte längst weitergehen sollen und tut es nicht',
    double_opt_ins_stalled: 'Double-Opt-ins hätten längst weitergehen sollen und tun es nicht',
    bulk_action_stalled: 'Eine Sammelaktion hätte längst weitergehen sollen und tut es nicht',
    api_key_expires: 'Ein API-Schlüssel endet in weniger als sieben Tagen',
  },
};

/** What an alert says, without a full stop. */
export function sentenceOf(kind: AlertKind, language: Language): string {
  return SENTENCES[language][kind];
}
