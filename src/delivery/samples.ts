/** An example body of each type of webhook: every documented field, with telling values. */
import type { CitizenEmailBody, EffectivePermissionsBody, ReceiptBody, Sent } from '../consent/render';
import type { UpdateType } from '../subscriptions/schema';

/** An example of each type. */
export interface SamplePayloads {
  readonly 'effective-permission': Sent<EffectivePermissionsBody>;
  readonly 'consent-receipts': Sent<ReceiptBody>;
  readonly 'citizen-emails': Sent<CitizenEmailBody>;
}

/** The application of the examples, unless one is given. */
const SAMPLE_APPLICATION = 'your-application';

/** The part of the catalogue that examples are about, unless a filter names another. */
const SAMPLE_KEYS: readonly string[] = [
  'option:newsletter',
  'option:profiling',
  'preference:contact-frequency',
];

/** What decides how the example of a subscription looks. */
export interface SampleSettings {
  readonly updateType: UpdateType;
  readonly applicationId: string;
  /** Keys as in `Change.altered`; none: everything. */
  readonly filter: readonly string[];
  /** Entries of a receipt say what was before (rule `previous-on-request`). */
  readonly payloadPrevious: boolean;
}

/**
 * Example bodies as if sent at `at`. They name nobody who exists: the service makes no ids of this version, and the
 * addresses belong to a reserved domain (RFC 2606 §3).
 */
export function samplePayloads(at: Date, applicationId: string = SAMPLE_APPLICATION): SamplePayloads {
  return samplesOf({ applicationId, filter: [], payloadPrevious: false }, at);
}

/** The example for a subscription: of what its filter names, and with what it asks for beside. */
export function samplePayload({ updateType, ...settings }: SampleSettings, at: Date): object {
  return samplesOf(settings, at)[updateType];
}

function samplesOf(
  { applicationId, filter, payloadPrevious }: Omit<SampleSettings, 'updateType'>,
  at: Date,
): SamplePayloads {
  const citizen = { applicationId, citizenId: sampleId(1), externalRef: 'customer-4711' };
  const sentAt = at.toISOString();
  const keys = filter.length > 0 ? filter : SAMPLE_KEYS;
  const isAnswer = (key: string): boolean => key.startsWith('preference:');
  const permissions = keys
    .filter((key) => !isAnswer(key))
    .slice(0, 2)
    .map((key, index) =>
      permission(key, { transactionId: sampleId(2 + index), state: index === 0 ? 'GRANTED' : 'DENIED' }, at),
    );
  const preferences = keys
    .filter(isAnswer)
    .slice(0, 1)
    .map((key) => preference(key, sentAt));
  const [altered] = permissions;
  const denied = { transactionId: sampleId(6), state: 'DENIED' };
  return {
    'effective-permission': { ...citizen, permissions, preferences, sentAt },
    'consent-receipts': {
      ...citizen,
      ...(altered
        ? { permissions: [{ ...altered, ...(payloadPrevious && { previous: { ...altered, ...denied } }) }] }
        : {
            preferences: preferences.map((entry) => ({
              ...entry,
              ...(payloadPrevious && { previous: null }),
            })),
          }),
      sentAt,
    },
    'citizen-emails': { ...citizen, ...email(at), sentAt },
  };
}

function preference(key: string, updatedAt: string): EffectivePermissionsBody['preferences'][number] {
  const reference = key.slice(key.indexOf(':') + 1);
  const isOurs = SAMPLE_KEYS.includes(key);
  return {
    preference: reference,
    choices: [
      isOurs ? { reference: 'weekly', label: 'Once a week' } : { reference: 'choice-1', label: 'A choice' },
    ],
    label: isOurs ? 'How often may we write to you?' : `Label of ${reference}`,
    submissionId: sampleId(4),
    updatedAt,
  };
}

function permission(
  key: string,
  { transactionId, state }: { readonly transactionId: string; readonly state: string },
  at: Date,
): EffectivePermissionsBody['permissions'][number] {
  const [optionType = ''] = key.split(':');
  return {
    transactionId,
    optionType,
    optionId: key.slice(optionType.length + 1),
    justification: 'consent',
    state,
    channel: 'web',
    campaign: 'spring-sale',
    privacyPolicyId: 'privacy-2026',
    privacyPolicyRef: 'Privacy policy of January 2026',
    permissionStatementId: 'newsletter-v3',
    permissionStatementRef: 'Newsletter statement, version 3',
    recordedBy: 'agent-7',
    recordedByName: 'Alex Example',
    recordedClient: 'website',
    recordedClientName: 'Website',
    delegatedAuthorityId: null,
    delegatedAuthorityName: null,
    recordedAt: at.toISOString(),
    obtainedAt: at.toISOString(),
    validFrom: null,
    validUntil: null,
  };
}

function email(at: Date): Omit<CitizenEmailBody, 'applicationId' | 'citizenId' | 'externalRef'> {
  const confirmUrl = 'https://consent.example.com/confirm/sample-token';
  return {
    emailId: sampleId(5),
    type: 'double-opt-in',
    transactionIds: [sampleId(2)],
    locale: 'en',
    from: { email: 'news@example.com', name: 'Example Shop' },
    to: [{ email: 'citizen@example.com', name: null }],
    replyTo: null,
    subject: 'Please confirm your subscription',
    text: `Please confirm that we may send you our newsletter: ${confirmUrl}\n`,
    html: `<p>Please confirm that we may send you our newsletter: <a href="${confirmUrl}">Confirm</a></p>`,
    headers: [{ name: 'X-Entity-Ref-ID', value: sampleId(5) }],
    confirmUrl,
    expiresAt: new Date(at.getTime() + 7 * 86_400_000).toISOString(),
  };
}

/** A UUID of version 8, which is free for anybody's use (RFC 9562 §5.8). */
function sampleId(n: number): string {
  return `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
}
