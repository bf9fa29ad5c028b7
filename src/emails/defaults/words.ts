/** The words of the built-in templates; Liquid may stand in them. */

/** One language's words. */
export interface Words {
  readonly locale: string;
  readonly subject: string;
  readonly reminderSubject: string;
  readonly heading: string;
  readonly reminder: string;
  readonly intro: string;
  readonly policy: string;
  readonly button: string;
  readonly fallback: string;
  readonly expiry: string;
  readonly ignore: string;
}

const en: Words = {
  locale: 'en',
  subject: 'Please confirm your consent for {{ application.name }}',
  reminderSubject: 'Reminder: please confirm your consent for {{ application.name }}',
  heading: 'Please confirm your consent',
  reminder: 'You have not confirmed yet. We remind you of it this one time only.',
  intro:
    '{{ application.name }} received your consent to the following. Please confirm it, so that it is certain that it came from you.',
  policy: 'Privacy policy:',
  button: 'Review and confirm',
  fallback: 'If the button does not work, open this address in your browser:',
  expiry: 'The link works until {{ expiresAt }}.',
  ignore:
    'If this was not you, you need not do anything: without a confirmation the consent does not count. On the page that the link opens you can also decline.',
};

const de: Words = {
  locale: 'de',
  subject: 'Bitte bestätigen Sie Ihre Einwilligung für {{ application.name }}',
  reminderSubject: 'Erinnerung: Bitte bestätigen Sie Ihre Einwilligung für {{ application.name }}',
  heading: 'Bitte bestätigen Sie Ihre Einwilligung',
  reminder: 'Sie haben noch nicht bestätigt. Wir erinnern Sie nur dieses eine Mal daran.',
  intro:
    '{{ application.name }} hat Ihre Einwilligung in Folgendes erhalten. Bitte bestätigen Sie sie, damit sicher ist, dass sie von Ihnen kommt.',
  policy: 'Datenschutzerklärung:',
  button: 'Prüfen und bestätigen',
  fallback: 'Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse in Ihrem Browser:',
  expiry: 'Der Link gilt bis {{ expiresAt }}.',
  ignore:
    'Falls Sie das nicht waren, müssen Sie nichts tun: Ohne Bestätigung gilt die Einwilligung nicht. Auf der Seite hinter dem Link können Sie auch ablehnen.',
};

/** Every language there is a built-in template in. */
export const WORDS: readonly Words[] = [en, de];
