import { useTranslation } from 'react-i18next';
import type { AuditEvent } from './api';
import { wordsForReason } from './reasons';

interface AuditWords {
  /** What somebody did; an operation that this page does not know by its name. */
  readonly action: (operation: string) => string;
  /** All operations that have words, in their order. */
  readonly actions: readonly { readonly value: string; readonly label: string }[];
  /** Why something was refused. */
  readonly reason: (code: string) => string;
  /** Who did it. */
  readonly actor: (event: AuditEvent) => string;
}

/** The audit trail in the reader's language. */
export function useAuditWords(): AuditWords {
  const { t, i18n } = useTranslation();
  const words: Readonly<Record<string, string>> = t('audit.actions', { returnObjects: true });
  const reasons: Readonly<Record<string, string>> = t('audit.reasons', { returnObjects: true });
  return {
    action: (operation) => words[operation] ?? operation,
    actions: Object.entries(words)
      .map(([value, label]) => ({ value, label }))
      .sort((a, b) => a.label.localeCompare(b.label, i18n.language)),
    reason: (code) => wordsForReason(code, reasons) ?? code,
    actor: ({ actorKind, actorId, actorName }) =>
      actorKind === 'unknown' ? t('audit.unknown') : (actorName ?? actorId ?? t('audit.unknown')),
  };
}

/** The page of what an action concerned; undefined where it has none. */
export function pageOfObject({ action, objectId }: AuditEvent): string | undefined {
  if (objectId === null) return undefined;
  const [id = ''] = objectId.split('/');
  if (/Subscription|SigningSecret|Resync/.test(action)) return `/integrations/${id}`;
  if (/Delivery|Attempt/.test(action)) return `/deliveries/${id}`;
  if (/Citizen|^record/.test(action)) return `/citizens/${id}`;
  return undefined;
}
