/** The variables of templates of a double opt-in e-mail (docs/email.md). */

/** One permission to be confirmed. */
export interface EmailItem {
  /** Name of the option or group. */
  readonly name: string;
  /** Text of the permission statement. */
  readonly statement: string | null;
  readonly privacyPolicy: { readonly name: string; readonly url: string | null } | null;
}

/** Values of one e-mail. */
export interface EmailValues {
  readonly application: {
    readonly name: string;
    /** Colour of buttons, and that of the text on them. */
    readonly accent: string;
    readonly accentText: string;
  };
  readonly citizen: { readonly externalRef: string };
  readonly items: readonly EmailItem[];
  readonly confirmUrl: string;
  /** In the words of the locale. */
  readonly expiresAt: string;
  /** The language the e-mail is written in. */
  readonly locale: string;
  /** It is the reminder. */
  readonly reminder: boolean;
}

const VARIABLES = [
  ...['application', 'application.name', 'application.accent', 'application.accentText'],
  ...['citizen', 'citizen.externalRef', 'confirmUrl', 'expiresAt', 'locale', 'reminder'],
];

/** Whether a variable of this path exists. Members of items are checked only when a template is rendered. */
export function isVariable(path: string): boolean {
  return VARIABLES.includes(path) || path === 'items' || path.startsWith('items.');
}

const ITEM: EmailItem = {
  name: 'Newsletter',
  statement: 'I would like to hear about news and offers by e-mail. I can withdraw this at any time.',
  privacyPolicy: { name: 'Privacy policy', url: 'https://example.com/privacy' },
};

/** Values to show a template with. */
export function sampleValues(locale: string, applicationName: string): EmailValues {
  return {
    application: { name: applicationName, accent: '#1a5fb4', accentText: '#ffffff' },
    citizen: { externalRef: 'customer-4711' },
    items: [ITEM, { ...ITEM, name: 'Profiling', statement: null, privacyPolicy: null }],
    confirmUrl: 'https://consent.example.com/confirm/sample',
    expiresAt: formatMoment(new Date('2030-01-31T12:00:00Z'), locale),
    locale,
    reminder: false,
  };
}

/** Permissions of the largest e-mail that a template is tried with. */
const MANY = 500;

/** An e-mail that asks for many permissions. */
export function largestSample(locale: string): EmailValues {
  return {
    ...sampleValues(locale, 'Example'),
    items: Array.from({ length: MANY }, (_, index) => ({ ...ITEM, name: `Option ${index + 1}` })),
  };
}

/** The first e-mail, also with many permissions, and the reminder, with values that take every branch a template can have, and each with a link of its own. */
export function everySample(locale: string): EmailValues[] {
  const sample = sampleValues(locale, 'Example');
  return [
    sample,
    {
      ...sample,
      reminder: true,
      items: [{ ...ITEM, privacyPolicy: { name: 'P', url: null } }],
      confirmUrl: 'https://consent.example.com/confirm/reminder',
    },
    largestSample(locale),
  ];
}

/** A moment in the words of a locale. It is in UTC and says so, because the reader's time zone is not known. */
export function formatMoment(at: Date, locale: string): string {
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat([locale, 'en'], options).format(at)} UTC`;
}
