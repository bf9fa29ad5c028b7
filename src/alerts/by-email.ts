/** Messages to operators by e-mail, in every language that there is: nobody's is known. */
import { createTransport } from 'nodemailer';
import type { AlertEmailSettings } from '../platform/alert-settings';
import { describeError } from '../platform/describe-error';
import type { AlertView } from './alerts';
import { LANGUAGES, sentenceOf, type Language, type Resolution, type Severity } from './kinds';
import type { OutgoingMessage, Sender } from './send-message';

interface Words {
  readonly severities: Readonly<Record<Severity, string>>;
  readonly resolutions: Readonly<Record<Resolution, string>>;
  readonly since: (time: string) => string;
  readonly more: (count: number) => string;
  readonly all: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    severities: { critical: 'CRITICAL', warning: 'Warning', notice: 'Notice' },
    resolutions: { recovered: 'Works again', over: 'Over', paused: 'Paused', deleted: 'Deleted' },
    since: (time) => `since ${time}`,
    more: (count) => `And ${count} more.`,
    all: 'All alerts',
  },
  de: {
    severities: { critical: 'KRITISCH', warning: 'Warnung', notice: 'Hinweis' },
    resolutions: { recovered: 'Geht wieder', over: 'Vorbei', paused: 'Pausiert', deleted: 'Gelöscht' },
    since: (time) => `seit ${time}`,
    more: (count) => `Und ${count} weitere.`,
    all: 'Alle Warnungen',
  },
};

/** No line of two hyphens, which would make a signature of what follows. */
const BETWEEN_LANGUAGES = '\n* * *\n\n';
/** A mail server that does not answer holds an attempt no longer than this. Milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * Sends messages by SMTP.
 * @param publicUrl how people reach the admin UI
 */
export function byEmail({ to, from, smtpUrl }: AlertEmailSettings, publicUrl: string): Sender {
  const limits = {
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  };
  const transport = createTransport({ url: smtpUrl, ...limits });
  return async (message) => {
    try {
      await transport.sendMail({
        ...{ from, to: [...to], messageId: `<${message.id}@${from.slice(from.lastIndexOf('@') + 1)}>` },
        subject: subjectOf(message),
        text: LANGUAGES.map((language) => textOf(message, language, publicUrl)).join(BETWEEN_LANGUAGES),
        // RFC 3834: nobody's absence is to be told of.
        headers: { 'auto-submitted': 'auto-generated' },
      });
      return null;
    } catch (error) {
      // Not the message: it may hold what the mail server has answered.
      return `the mail server has not taken it (${describeError(error).code ?? 'unknown'})`;
    }
  };
}

/** The loudest, in both languages. */
export function subjectOf({ alerts, more }: OutgoingMessage): string {
  const [first] = alerts;
  if (!first) return 'cpm-webhooks';
  const others = alerts.length - 1 + more;
  const of = (language: Language): string =>
    first.resolution === null
      ? sentenceOf(first.kind, language)
      : `${WORDS[language].resolutions[first.resolution]}: ${sentenceOf(first.kind, language)}`;
  return `${LANGUAGES.map(of).join(' / ')}${others > 0 ? ` (+${others})` : ''}`;
}

/** The text in a language. */
export function textOf({ alerts, more }: OutgoingMessage, language: Language, publicUrl: string): string {
  const words = WORDS[language];
  const lines = alerts.map((alert) => entryOf(alert, language, publicUrl));
  if (more > 0) lines.push(words.more(more));
  return [...lines, `${words.all}: ${publicUrl}/alerts`, ''].join('\n\n');
}

function entryOf(alert: AlertView, language: Language, publicUrl: string): string {
  const { severities, resolutions, since } = WORDS[language];
  const { kind, severity, resolution, subjectName, applicationId, subscriptionId } = alert;
  const state = resolution === null ? severities[severity] : resolutions[resolution];
  return [
    `${state}: ${sentenceOf(kind, language)}`,
    `${subjectName}${applicationId === null ? '' : ` (${applicationId})`}, ${since(alert.since)}`,
    ...(subscriptionId === null ? [] : [`${publicUrl}/integrations/${subscriptionId}`]),
  ].join('\n');
}
