import { z } from 'zod';
import type { SeenApplication, Visibility } from '../../access/visibility';
import { submitAsPending as submitPending } from '../../consent/double-opt-in/submit-as-pending';
import { readEffectivePermissions } from '../../consent/effective-permissions';
import type { RecordChangeInput } from '../../consent/recording/input';
import { Pace } from '../../consent/recording/pace';
import { recordChange, type RecordedChange } from '../../consent/recording/record-change';
import { withSentAt } from '../../consent/render';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { fieldProblem, invalid } from '../../platform/errors';
import type { StatementTx } from '../../platform/statement-transaction';
import { applicationId } from '../../subscriptions/schema';
import * as examples from '../examples/consent';
import { route, type Route, type ValidRequest } from '../route';
import {
  consentStateInput,
  externalRef,
  recordedChange,
  submissionInput,
  transactionsInput,
} from '../schemas/consent';
import { effectivePermissions } from '../schemas/effective-permissions';

const tag = 'Consent';

const RECORDED =
  'The 202 means: committed, and the delivery to every active subscription will start. While earlier deliveries of the ' +
  'application are late, a call that takes no consent away waits up to two seconds before it is recorded.';

/** Recording of permissions and preferences, and what is in effect. */
export function consentRoutes(db: Database, sealer: Sealer): Route[] {
  const pace = new Pace();
  const read = (path: string, operationId: string): Route =>
    route({
      method: 'get',
      path,
      operationId,
      tag,
      access: { scope: 'consent:read' },
      summary: 'Get what is in effect for a citizen',
      description: 'The body of the Effective Permissions webhook.',
      query: z.strictObject({ applicationId, externalRef }),
      status: 200,
      answer: effectivePermissions,
      refusals: [404],
      read: async ({ visible, query: { externalRef: reference, ...query } }) => {
        const found = { applicationId: visible.application(query.applicationId), externalRef: reference };
        return withSentAt((await readEffectivePermissions(db, found)).body, new Date());
      },
    });
  return [
    read('/v1/permissions', 'getPermissions'),
    route({
      method: 'post',
      path: '/v1/permissions/transactions',
      operationId: 'recordPermissionTransactions',
      tag,
      access: { scope: 'consent:write' },
      summary: 'Record permission transactions',
      description: RECORDED,
      body: transactionsInput,
      examples: examples.transactions,
      status: 202,
      answer: recordedChange,
      admit: (request) => keepPace(pace, request),
      record: (tx, request) => record(tx, sealer, pace, request),
    }),
    route({
      method: 'post',
      path: '/v1/preferences/submissions',
      operationId: 'recordPreferenceSubmission',
      tag,
      access: { scope: 'consent:write' },
      summary: 'Record a preference submission',
      description: RECORDED,
      body: submissionInput,
      examples: examples.submission,
      status: 202,
      answer: recordedChange,
      admit: (request) => keepPace(pace, request),
      record: (tx, request) => record(tx, sealer, pace, request),
    }),
    read('/v1/consent-state', 'getConsentState'),
    route({
      method: 'post',
      path: '/v1/consent-state',
      operationId: 'recordConsentState',
      tag,
      access: { scope: 'consent:write' },
      summary: 'Record permissions and preferences as one change',
      description: RECORDED,
      body: consentStateInput,
      examples: examples.consentState,
      status: 202,
      answer: recordedChange,
      admit: (request) => keepPace(pace, request),
      record: (tx, request) => record(tx, sealer, pace, request),
    }),
  ];
}

type Submission = Omit<
  RecordChangeInput,
  'applicationId' | 'externalRef' | 'citizenId' | 'recordedClient'
> & {
  readonly applicationId: string;
  readonly externalRef?: string | undefined;
  readonly citizenId?: string | undefined;
  readonly submitAsPending?: boolean | undefined;
  readonly email?: string | null | undefined;
  readonly locale?: string | null | undefined;
};

/** What may take consent away is never kept waiting. */
const MAY_WAIT: readonly string[] = ['GRANTED', 'CLAIMED', 'PENDING'];

type SubmissionRequest = Pick<ValidRequest<unknown, unknown, Submission>, 'body' | 'caller' | 'visible'>;

async function keepPace(pace: Pace, { visible, body }: SubmissionRequest): Promise<void> {
  const { applicationId: queue, changes = [] } = body;
  seenApplication(visible, queue);
  if (changes.every(({ state }) => MAY_WAIT.includes(state))) await pace.keep(queue);
}

async function record(
  tx: StatementTx,
  sealer: Sealer,
  pace: Pace,
  { body, caller: { id, name }, visible }: SubmissionRequest,
): Promise<Omit<RecordedChange, 'sequence' | 'queueHead'> & { optInId?: string }> {
  const { externalRef: ref, citizenId, submitAsPending, email, locale, ...submitted } = body;
  const application = seenApplication(visible, submitted.applicationId);
  const citizen = citizenReference(ref, citizenId);
  const input = { ...submitted, applicationId: application, ...citizen, recordedClient: { id, name } };
  const {
    sequence: _internal,
    queueHead,
    ...recorded
  } = submitAsPending
    ? await submitPending(tx, sealer, { ...input, email, locale })
    : await recordChange(tx, sealer, input);
  pace.note(input.applicationId, queueHead);
  return recorded;
}

function citizenReference(
  ref: string | undefined,
  citizenId: string | undefined,
): { externalRef: string } | { citizenId: string } {
  if (ref !== undefined) return { externalRef: ref };
  if (citizenId !== undefined) return { citizenId };
  throw invalid(fieldProblem('externalRef', 'citizen_required'));
}

/** Refused as one that does not exist. */
function seenApplication(visible: Visibility, id: string): SeenApplication {
  if (visible.admits(id)) return id;
  throw invalid(fieldProblem('applicationId', 'unknown_application', { applicationId: id }));
}
