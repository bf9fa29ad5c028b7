/** The Effective Permissions body, as the webhook sends it and GET shows it. */
import { z } from 'zod';
import { id } from '../../platform/fields';

const text = z.string().nullable();
const time = z.iso.datetime();

const permission = z
  .object({
    transactionId: id,
    optionType: z.string(),
    optionId: z.string(),
    justification: z.string(),
    state: z.string().nullable(),
    channel: text,
    campaign: text,
    privacyPolicyId: text,
    privacyPolicyRef: text,
    permissionStatementId: text,
    permissionStatementRef: text,
    recordedBy: text,
    recordedByName: text,
    recordedClient: text,
    recordedClientName: text,
    delegatedAuthorityId: text,
    delegatedAuthorityName: text,
    recordedAt: time,
    obtainedAt: time,
    validFrom: time.nullable(),
    validUntil: time.nullable(),
  })
  .meta({ id: 'EffectivePermission' });

const preference = z
  .object({
    preference: z.string(),
    choices: z.array(z.object({ reference: z.string(), label: text })),
    label: text,
    submissionId: id,
    updatedAt: time,
  })
  .meta({ id: 'EffectivePreference' });

export const effectivePermissions = z
  .object({
    applicationId: z.string(),
    citizenId: id,
    externalRef: z.string(),
    permissions: z.array(permission),
    preferences: z.array(preference),
    sentAt: time,
  })
  .meta({ id: 'EffectivePermissions' });
