/** What the API says when it refuses; `#` stands for a number. What is missing here is shown in English. */
export const refusals: Readonly<Record<string, string>> = {
  'is required': 'Diese Angabe wird benötigt.',
  'is required: none is stored': 'Diese Angabe wird benötigt: Es ist keine gespeichert.',
  'is required: the citizen has no stored e-mail address':
    'Diese Angabe wird benötigt: Zu dieser Person ist keine E-Mail-Adresse gespeichert.',
  'is wrong': 'Das ist nicht richtig.',
  'is named twice': 'Das ist doppelt genannt.',
  'names a locale twice': 'Eine Sprache ist doppelt genannt.',
  'must not be empty': 'Dieses Feld darf nicht leer sein.',
  'must have an entry': 'Hier wird mindestens ein Eintrag benötigt.',
  'must have at most # characters': 'Höchstens # Zeichen sind möglich.',
  'must have at least # characters': 'Mindestens # Zeichen werden benötigt.',
  'must have at most one entry: the preference is single choice': 'Hier ist nur eine Antwort möglich.',
  'must not hold control characters': 'Steuerzeichen sind nicht möglich.',
  'must be an e-mail address': 'Geben Sie eine E-Mail-Adresse ein.',
  'must be an http or https URL': 'Geben Sie eine URL ein, die mit https:// oder http:// beginnt.',
  'must be a locale like en or de-AT': 'Geben Sie Sprachen wie en oder de-AT ein.',
  'must be a colour like #1a5fb4': 'Geben Sie eine Farbe wie #1a5fb4 ein.',
  'must be shorter than expiryMs': 'Das muss kürzer sein als die Gültigkeit der Links.',
  'must hold {{ confirmUrl }}: without it nobody can confirm':
    'Hier fehlt {{ confirmUrl }}: Ohne ihn kann niemand bestätigen.',
  'there is no such application': 'Diese Anwendung gibt es nicht.',
  'there is no such option': 'Diese Option gibt es nicht.',
  'A choice that is left out is in use: citizens have chosen it.':
    'Eine weggelassene Möglichkeit wird verwendet: Personen haben sie gewählt.',
  'A resync of the subscription is running already.': 'Ein Abgleich läuft bereits.',
  'An e-mail is never sent again; ask for a new one.': 'Eine E-Mail wird nie erneut gesendet.',
  'An earlier delivery of the same citizen is undelivered; retry or cancel that one.':
    'Eine frühere Zustellung derselben Person ist noch offen. Versuchen Sie jene erneut, oder geben Sie sie auf.',
  'Only Effective Permissions can be sent again: receipts tell of changes, not of a state.':
    'Nur Effective Permissions lassen sich abgleichen.',
  'The application has citizens.': 'Die Anwendung hat noch Personen.',
  'The application has subscriptions.': 'Die Anwendung hat noch Integrationen.',
  'The application has no sender of e-mails, so it can not ask for a confirmation.':
    'Die Anwendung hat keinen Absender für E-Mails und kann deshalb um keine Bestätigung bitten.',
  'The log still holds deliveries of the application.':
    'Es sind noch Zustellungen der Anwendung verzeichnet.',
  'The content of the delivery is erased.': 'Der Inhalt der Zustellung ist gelöscht.',
  'The citizen is deleted, and the content with them.': 'Die Person ist gelöscht, und mit ihr der Inhalt.',
  'The delivery is being cancelled; try again in a moment.':
    'Die Zustellung wird gerade abgebrochen; versuchen Sie es gleich noch einmal.',
  'The last administrator can not be removed.': 'Wer als Letztes verwaltet, kann nicht entfernt werden.',
  'The option belongs to a group.': 'Die Option gehört zu einer Gruppe.',
  'The option is in use: permissions name it.': 'Die Option wird verwendet: Einwilligungen nennen sie.',
  'The option group is in use: permissions name it.': 'Die Gruppe wird verwendet: Einwilligungen nennen sie.',
  'The permission statement is in use: permissions name it.':
    'Die Erklärung wird verwendet: Einwilligungen nennen sie.',
  'The privacy policy is in use: permissions name it.':
    'Die Datenschutzerklärung wird verwendet: Einwilligungen nennen sie.',
  'The preference is in use: citizens have answered it.':
    'Die Präferenz wird verwendet: Personen haben sie beantwortet.',
  'The preference cannot become single choice: citizens have made several choices.':
    'Die Präferenz kann nicht auf eine Antwort beschränkt werden: Personen haben mehrere gewählt.',
  'The subscription is paused.': 'Die Integration ist pausiert.',
  'The subscription is paused; its deliveries go on when it is active again.':
    'Die Integration ist pausiert; ihre Zustellungen gehen weiter, wenn Sie sie fortsetzen.',
  'The subscription is paused; the delivery goes on when it is active again.':
    'Die Integration ist pausiert; die Zustellung geht weiter, wenn Sie sie fortsetzen.',
  'There is an administrator already; log in.': 'Die Einrichtung ist abgeschlossen; melden Sie sich an.',
  'There is an administrator with this e-mail address already.':
    'Mit dieser E-Mail-Adresse kann sich bereits jemand anmelden.',
};
