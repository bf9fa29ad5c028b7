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

/**
 * Example bodies as if sent at `at`. They name nobody who exists: the service makes no ids of this version, and the
 * addresses belong to a reserved domain (RFC 2606 §3).
 */
export function samplePayloads(at: Date, applicationId: string = SAMPLE_APPLICATION): SamplePayloads {
  const citizen = { applicationId, citizenId: sampleId(1), externalRef: 'customer-4711' };
  const sentAt = at.toISOString();
  const granted = permission({ transactionId: sampleId(2), optionId: 'newsletter', state: 'GRANTED' }, at);
  const denied = permission({ transactionId: sampleId(3), optionId: 'profiling', state: 'DENIED' }, at);
  const preferences = [
    {
      preference: 'contact-frequency',
      choices: [{ reference: 'weekly', label: 'Once a week' }],
      label: 'How often may we write to you?',
      submissionId: sampleId(4),
      updatedAt: sentAt,
    },
  ];
  return {
    'effective-permission': { ...citizen, permissions: [granted, denied], preferences, sentAt },
    'consent-receipts': { ...citizen, permissions: [granted], sentAt },
    'citizen-emails': { ...citizen, ...email(at), sentAt },
  };
}

/** The example of one type. */
export function samplePayload(updateType: UpdateType, at: Date, applicationId: string): object {
  return samplePayloads(at, applicationId)[updateType];
}

function permission(
  values: { readonly transactionId: string; readonly optionId: string; readonly state: string },
  at: Date,
): EffectivePermissionsBody['permissions'][number] {
  return {
    transactionId: values.transactionId,
    optionType: 'option',
    optionId: values.optionId,
    justification: 'consent',
    state: values.state,
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
