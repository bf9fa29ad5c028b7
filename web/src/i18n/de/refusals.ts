import type { components } from '../../api/schema';
import type { RefusalCode } from '../refusals';
import { fieldRefusals } from './field-refusals';

const problems: Readonly<Record<components['schemas']['ErrorCode'], string>> = {
  invalid_request: 'Bitte prüfen Sie die markierten Felder.',
  invalid_encoding: 'Die Anfrage enthält Bytes, die kein UTF-8 sind.',
  null_character: 'Die Adresse enthält ein Nullzeichen.',
  repeated_member: 'Die Anfrage nennt ein Feld zweimal; welches gemeint ist, ist unklar.',
  unreadable_request: 'Die Anfrage war nicht lesbar: Ihr Inhalt muss JSON sein und ihr Pfad richtig kodiert.',
  unauthenticated: 'Ihre Sitzung ist beendet. Melden Sie sich erneut an.',
  wrong_credentials: 'Die E-Mail-Adresse oder das Passwort ist falsch.',
  password_login_off: 'Passwörter sind hier abgeschaltet: Melden Sie sich mit dem Identitätsanbieter an.',
  no_identity_provider: 'Es gibt keinen Identitätsanbieter zum Anmelden.',
  identity_provider_unavailable:
    'Der Identitätsanbieter antwortet nicht, wie er soll. Versuchen Sie es später noch einmal.',
  log_in_not_begun: 'Diese Anmeldung wurde nicht in diesem Browser begonnen, oder vor zu langer Zeit.',
  identity_not_proven: 'Die Antwort des Identitätsanbieters belegt nicht, wer Sie sind.',
  identity_without_role: 'Der Identitätsanbieter kennt Sie, gibt Ihnen hier aber keine Rolle.',
  identity_too_weak:
    'Der Identitätsanbieter kennt Sie, hat aber nicht so viel verlangt, wie es hier nötig ist. Melden Sie sich dort mit einem zweiten Faktor an.',
  identity_without_email: 'Der Identitätsanbieter nennt keine E-Mail-Adresse von Ihnen, die er geprüft hat.',
  identity_email_taken: 'Jemand anders vom Identitätsanbieter hat hier Ihre E-Mail-Adresse.',
  csrf_token_invalid: 'Das ist nicht erlaubt. Laden Sie die Seite neu und versuchen Sie es erneut.',
  path_not_found: 'Unter dieser Adresse gibt es nichts.',
  not_found: 'Das gibt es nicht oder nicht mehr.',
  method_not_allowed: 'Diese Adresse nimmt nur {allowed} an.',
  idempotency_conflict: 'Der Idempotency-Key wurde schon für eine andere Anfrage verwendet.',
  idempotency_in_progress: 'Die erste Anfrage mit diesem Idempotency-Key läuft noch.',
  body_too_large: 'Der Inhalt ist größer als {limit}.',
  unsupported_media_type: 'Der Inhalt muss {expected} sein.',
  too_many_attempts: 'Zu viele Versuche. Versuchen Sie es in {seconds} s erneut.',
  internal_error:
    'Der Dienst hat gerade Schwierigkeiten. Nichts ging verloren; versuchen Sie es gleich noch einmal.',
  database_unavailable:
    'Der Dienst hat gerade Schwierigkeiten. Nichts ging verloren; versuchen Sie es gleich noch einmal.',
  content_unreadable: 'Gespeichertes konnte nicht entschlüsselt werden: Dem Dienst fehlt ein Schlüssel.',

  already_set_up: 'Die Einrichtung ist abgeschlossen; melden Sie sich an.',
  session_required: 'Das dürfen nur angemeldete Personen, nicht API-Schlüssel.',
  changed_meanwhile: 'Jemand hat das inzwischen geändert. Es wurde nichts gespeichert.',
  exists_already: 'Das gibt es schon. Es wurde nichts gespeichert.',
  missing_scope: 'Dafür braucht der API-Schlüssel das Recht {scope}.',
  all_applications_required: 'Das dürfen nur Personen, die für alle Anwendungen zuständig sind.',
  missing_role: 'Dafür brauchen Sie die Rolle {role}.',
  second_factor_required: 'Wer sich mit einem Passwort anmeldet, braucht hier einen zweiten Faktor.',
  session_not_found: 'Diese Sitzung gibt es nicht oder nicht mehr.',
  administrator_not_found: 'Diesen Zugang gibt es nicht oder nicht mehr.',
  administrator_exists: 'Mit dieser E-Mail-Adresse kann sich bereits jemand anmelden.',
  second_factor_exists: 'Es gibt schon einen zweiten Faktor.',
  second_factor_not_begun: 'Es gibt keinen zweiten Faktor, und es wurde keiner begonnen.',
  administrator_of_provider:
    'Dieser Zugang kommt vom Identitätsanbieter. Dort entscheidet sich, was er darf; hier hat er kein Passwort.',
  password_link_not_found:
    'Mit diesem Link lässt sich kein Passwort festlegen: Er wurde benutzt, durch einen neueren ersetzt oder ist abgelaufen.',
  last_administrator:
    'Die letzte Person mit der Rolle „owner“ kann weder entfernt werden noch eine andere Rolle bekommen.',
  api_key_not_found: 'Diesen API-Schlüssel gibt es nicht, oder er wurde widerrufen.',

  application_not_found: 'Die Anwendung „{applicationId}“ gibt es nicht.',
  option_not_found: 'In der Anwendung „{applicationId}“ gibt es keine Option „{id}“.',
  option_group_not_found: 'In der Anwendung „{applicationId}“ gibt es keine Gruppe „{id}“.',
  privacy_policy_not_found: 'In der Anwendung „{applicationId}“ gibt es keine Datenschutzerklärung „{id}“.',
  permission_statement_not_found: 'In der Anwendung „{applicationId}“ gibt es keine Erklärung „{id}“.',
  preference_not_found: 'In der Anwendung „{applicationId}“ gibt es keine Präferenz „{reference}“.',
  email_template_not_found:
    'Die Anwendung „{applicationId}“ hat keine eigene Vorlage „{type}“ in der Sprache {locale}.',
  citizen_not_found: 'Diese Person gibt es nicht oder nicht mehr.',
  opt_in_not_found: 'Dieses Double-Opt-in gibt es nicht oder nicht mehr.',
  application_has_citizens: 'Die Anwendung hat noch Personen.',
  application_has_subscriptions: 'Die Anwendung hat noch Integrationen.',
  application_has_deliveries: 'Es sind noch Zustellungen der Anwendung verzeichnet.',
  option_in_group: 'Die Option gehört zu einer Gruppe.',
  named_by_filter: 'Der Filter einer Integration nennt sie.',
  option_in_use: 'Die Option wird verwendet: Einwilligungen nennen sie.',
  option_group_in_use: 'Die Gruppe wird verwendet: Einwilligungen nennen sie.',
  privacy_policy_in_use: 'Die Datenschutzerklärung wird verwendet: Einwilligungen nennen sie.',
  permission_statement_in_use: 'Die Erklärung wird verwendet: Einwilligungen nennen sie.',
  preference_in_use: 'Die Präferenz wird verwendet: Personen haben sie beantwortet.',
  choice_in_use: 'Eine weggelassene Möglichkeit wird verwendet: Personen haben sie gewählt.',
  several_choices_in_use:
    'Die Präferenz kann nicht auf eine Antwort beschränkt werden: Personen haben mehrere gewählt.',
  external_ref_taken: 'Eine Person mit dieser Referenz gibt es schon.',
  sender_missing:
    'Die Anwendung hat keinen Absender für E-Mails und kann deshalb um keine Bestätigung bitten.',

  subscription_not_found: 'Diese Integration gibt es nicht oder nicht mehr.',
  subscription_paused:
    'Die Integration ist pausiert; ihre Zustellungen gehen weiter, wenn Sie sie fortsetzen.',
  subscription_deleted: 'Die Integration ist gelöscht.',
  too_many_tests: 'Es laufen zu viele Tests; versuchen Sie es gleich noch einmal.',
  resync_not_found: 'Diesen Abgleich gibt es nicht oder nicht mehr.',
  journal_not_supported: 'Integrationen für E-Mails haben kein Journal.',
  digest_not_supported: 'Nur bei Effective Permissions ist bekannt, welcher Stand zuletzt zugestellt wurde.',
  resync_not_supported: 'Nur Effective Permissions lassen sich abgleichen.',
  resync_running: 'Ein Abgleich läuft bereits.',
  bulk_action_not_found: 'Diese Sammelaktion gibt es nicht oder nicht mehr.',
  bulk_action_finished: 'Die Sammelaktion ist schon beendet.',
  too_many_deliveries:
    'Das sind mehr als {most} Zustellungen. Grenzen Sie den Zeitraum ein und gehen Sie in mehreren Schritten vor.',
  resync_finished: 'Der Abgleich ist schon beendet.',
  delivery_not_found: 'Diese Zustellung gibt es nicht oder nicht mehr.',
  attempt_not_found: 'Diesen Versuch gibt es nicht oder nicht mehr.',
  delivery_finished: 'Die Zustellung ist schon beendet.',
  delivery_unfinished: 'Die Zustellung läuft noch.',
  delivery_blocked:
    'Eine frühere Zustellung derselben Person ist noch offen. Versuchen Sie jene erneut, oder geben Sie sie auf.',
  delivery_being_cancelled: 'Die Zustellung wird gerade abgebrochen; versuchen Sie es gleich noch einmal.',
  email_not_resendable: 'Eine E-Mail wird nie erneut gesendet.',
  citizen_deleted: 'Die Person ist gelöscht, und mit ihr der Inhalt.',
  content_erased: 'Der Inhalt der Zustellung ist gelöscht.',
};

/** What the API says when it refuses, for every code. */
export const refusals: Readonly<Record<RefusalCode, string>> = { ...problems, ...fieldRefusals };
