/** The texts of the confirm page. */

/** The texts of one language; a text that holds a name or a moment is a function. */
export interface PageTexts {
  readonly locale: string;
  readonly open: {
    readonly title: string;
    readonly intro: (application: string) => string;
    readonly policy: string;
    readonly until: (moment: string) => string;
    readonly confirm: string;
    readonly decline: string;
  };
  readonly confirmed: Notice;
  readonly declined: Notice;
  readonly alreadyConfirmed: DatedNotice;
  readonly alreadyDeclined: DatedNotice;
  readonly expired: Notice & { readonly invitation: string; readonly button: string };
  readonly over: Notice;
  readonly renewed: Notice;
  readonly voided: Notice;
  readonly unknown: Notice;
  readonly tooMany: Notice;
  readonly failed: Notice;
  readonly back: (application: string) => string;
}

/** A heading and a sentence or two. */
export interface Notice {
  readonly title: string;
  readonly text: string;
}

interface DatedNotice {
  readonly title: string;
  readonly text: (moment: string) => string;
}

const en: PageTexts = {
  locale: 'en',
  open: {
    title: 'Confirm your consent',
    intro: (application) => `${application} asks you to confirm that you consent to the following.`,
    policy: 'Privacy policy:',
    until: (moment) => `You can answer until ${moment}.`,
    confirm: 'Confirm',
    decline: 'Decline',
  },
  confirmed: { title: 'Thank you', text: 'Your consent is confirmed. You can close this page.' },
  declined: {
    title: 'You have declined',
    text: 'The consent does not count. You need not do anything else and can close this page.',
  },
  alreadyConfirmed: {
    title: 'You have confirmed already',
    text: (moment) => `You confirmed on ${moment}. There is nothing left to do.`,
  },
  alreadyDeclined: {
    title: 'You have declined already',
    text: (moment) => `You declined on ${moment}. There is nothing left to do.`,
  },
  expired: {
    title: 'This link has expired',
    text: 'Nothing was confirmed.',
    invitation: 'If you still want to answer, we can send you a new e-mail.',
    button: 'Send a new e-mail',
  },
  over: {
    title: 'This link has expired',
    text: 'Nothing was confirmed, and no further e-mail can be sent for it. To give your consent, sign up again.',
  },
  renewed: {
    title: 'A new e-mail is on its way',
    text: 'Please open the link in it. You can close this page.',
  },
  voided: {
    title: 'This link no longer counts',
    text: 'Something else was recorded about this consent in the meantime, so there is nothing left to confirm.',
  },
  unknown: {
    title: 'This link is not known',
    text: 'It may be incomplete. Please copy the whole address from the e-mail.',
  },
  tooMany: { title: 'Too many requests', text: 'Please try again later.' },
  failed: { title: 'That did not work', text: 'Nothing was recorded. Please try again in a few minutes.' },
  back: (application) => `Back to ${application}`,
};

const de: PageTexts = {
  locale: 'de',
  open: {
    title: 'Bestätigen Sie Ihre Einwilligung',
    intro: (application) => `${application} bittet Sie zu bestätigen, dass Sie in Folgendes einwilligen.`,
    policy: 'Datenschutzerklärung:',
    until: (moment) => `Sie können bis ${moment} antworten.`,
    confirm: 'Bestätigen',
    decline: 'Ablehnen',
  },
  confirmed: {
    title: 'Vielen Dank',
    text: 'Ihre Einwilligung ist bestätigt. Sie können diese Seite schließen.',
  },
  declined: {
    title: 'Sie haben abgelehnt',
    text: 'Die Einwilligung gilt nicht. Sie müssen nichts weiter tun und können diese Seite schließen.',
  },
  alreadyConfirmed: {
    title: 'Sie haben bereits bestätigt',
    text: (moment) => `Sie haben am ${moment} bestätigt. Es ist nichts mehr zu tun.`,
  },
  alreadyDeclined: {
    title: 'Sie haben bereits abgelehnt',
    text: (moment) => `Sie haben am ${moment} abgelehnt. Es ist nichts mehr zu tun.`,
  },
  expired: {
    title: 'Dieser Link ist abgelaufen',
    text: 'Es wurde nichts bestätigt.',
    invitation: 'Falls Sie noch antworten möchten, können wir Ihnen eine neue E-Mail senden.',
    button: 'Neue E-Mail senden',
  },
  over: {
    title: 'Dieser Link ist abgelaufen',
    text: 'Es wurde nichts bestätigt, und es kann dafür keine weitere E-Mail gesendet werden. Melden Sie sich erneut an, um einzuwilligen.',
  },
  renewed: {
    title: 'Eine neue E-Mail ist unterwegs',
    text: 'Bitte öffnen Sie den Link darin. Sie können diese Seite schließen.',
  },
  voided: {
    title: 'Dieser Link gilt nicht mehr',
    text: 'Zu dieser Einwilligung wurde inzwischen etwas anderes festgehalten. Es gibt nichts mehr zu bestätigen.',
  },
  unknown: {
    title: 'Dieser Link ist nicht bekannt',
    text: 'Vielleicht ist er unvollständig. Bitte kopieren Sie die ganze Adresse aus der E-Mail.',
  },
  tooMany: { title: 'Zu viele Anfragen', text: 'Bitte versuchen Sie es später noch einmal.' },
  failed: {
    title: 'Das hat nicht geklappt',
    text: 'Es wurde nichts festgehalten. Bitte versuchen Sie es in einigen Minuten noch einmal.',
  },
  back: (application) => `Zurück zu ${application}`,
};

/** The texts of every language that the page is written in. */
export const PAGE_TEXTS: readonly [PageTexts, ...PageTexts[]] = [en, de];
