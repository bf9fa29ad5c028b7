/** Alerts as they are read. */
import { z } from 'zod';
import type { Visibility } from '../access/visibility';
import type { Database, Prisma } from '../platform/database';
import { idOf, moment, shownTime } from '../platform/fields';
import { MOST_COUNTED } from '../platform/most-counted';
import { ordered, readPage, type Page, type Paging } from '../platform/paging';
import { NAMED as NAMED_SUBSCRIPTION, subscriptionDeleted } from '../subscriptions/named';
import { applicationId, subscriptionId } from '../subscriptions/schema';
import { ALERT_KINDS, RESOLUTIONS, sentenceOf, SEVERITIES, SEVERITY_OF, type AlertKind } from './kinds';

const status = z
  .enum(['open', 'closed'])
  .meta({ description: 'Whether the trouble lasts.', examples: ['open'] });
const kind = z.enum(ALERT_KINDS).meta({
  description:
    '`withdrawal_late`: a withdrawal of consent is undelivered for longer than `CPM_ALERT_WITHDRAWAL_AFTER`; `endpoint_failing`: ' +
    'the endpoint fails, and a whole cycle of attempts was in vain; `endpoint_failing_for_a_day`: it has for a day; ' +
    '`no_progress`: a delivery should have gone on by now, and has not; `credential_expires`: the bearer token ends within 7 ' +
    'days, or has; `certificate_expires`: the client certificate does; `api_key_expires`: an API key ends within 7 days; ' +
    '`resync_stalled`, `double_opt_ins_stalled`, `bulk_action_stalled`: one should have gone on by now, and has not.',
  examples: ['endpoint_failing'],
});

/** Filters of the list; all that are given must hold. */
export const alertFilters = {
  applicationId: applicationId.optional(),
  subscriptionId: subscriptionId.optional(),
  kind: kind.optional(),
  status: status.optional(),
  from: moment.optional().meta({ description: 'Only alerts opened at or after this time.' }),
  to: moment.optional().meta({ description: 'Only alerts opened before this time.' }),
};

/** An alert as it is shown. */
export const alertView = z
  .object({
    id: idOf('alert'),
    kind,
    severity: z.enum(SEVERITIES).meta({ description: 'How loud it is.', examples: ['warning'] }),
    status,
    message: z.string().meta({
      description: 'What it says, in English.',
      examples: ['The endpoint fails, and what is sent to it waits.'],
    }),
    applicationId: applicationId
      .nullable()
      .meta({ description: 'The application; `null` where the alert is of none, or of several.' }),
    subscriptionId: subscriptionId
      .nullable()
      .meta({ description: 'The subscription that is in trouble; `null` where the alert is of none.' }),
    subscriptionDeleted,
    subject: z.string().meta({
      description:
        'Id of what is in trouble: the subscription; of `double_opt_ins_stalled` the application, of `bulk_action_stalled` the ' +
        'bulk action, of `api_key_expires` the API key.',
      examples: ['01976a3e-2f6b-7c3d-8e4f-5a6b7c8d9e0f'],
    }),
    subjectName: z.string().meta({
      description: 'What that is called; of a bulk action what it does.',
      examples: ['CRM'],
    }),
    since: shownTime('When the trouble began.'),
    openedAt: shownTime('When the alert was opened first.'),
    closedAt: shownTime('When it was closed; `null`: it is open.').nullable(),
    resolution: z
      .enum(RESOLUTIONS)
      .nullable()
      .meta({
        description:
          'Why it was closed: `recovered`: the endpoint accepts webhooks again; `over`: the trouble is over otherwise; `paused`, ' +
          '`deleted`: the subscription is. `null`: it is open.',
        examples: [null, 'recovered'],
      }),
    reopened: z.int().meta({
      description: 'How often the trouble has returned within an hour after it was over.',
      examples: [0],
    }),
  })
  .meta({ id: 'Alert', description: 'What is wrong, or was.' });
export type AlertView = z.output<typeof alertView>;

/** Which alerts to list. */
export interface AlertFilter {
  readonly applicationId?: string | undefined;
  readonly subscriptionId?: string | undefined;
  readonly kind?: AlertKind | undefined;
  readonly status?: 'open' | 'closed' | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** One page, the newest first. */
export function listAlerts(
  db: Database,
  visible: Visibility,
  filter: AlertFilter & Paging,
): Promise<Page<AlertView>> {
  const where = whereOf(visible, filter);
  return readPage(
    ordered('alerts', 'id', 'desc', 'id'),
    filter,
    ({ after, ...window }) =>
      db.alert.findMany({ where: { ...where, AND: after }, include: NAMED, ...window }),
    () => db.alert.count({ where, take: MOST_COUNTED }),
    showAlert,
  );
}

/** What an alert is shown with. */
export const NAMED = { subscription: { select: NAMED_SUBSCRIPTION } } as const;

function whereOf(
  visible: Visibility,
  {
    applicationId: application,
    subscriptionId: subscription,
    kind: only,
    status: wanted,
    from,
    to,
  }: AlertFilter,
): Prisma.AlertWhereInput {
  return {
    ...visible.rows(application),
    ...(subscription !== undefined && { subscriptionId: subscription }),
    ...(only !== undefined && { kind: only }),
    ...(wanted !== undefined && { closedAt: wanted === 'open' ? null : { not: null } }),
    ...((from ?? to) && { openedAt: { ...(from && { gte: from }), ...(to && { lt: to }) } }),
  };
}

/** A stored alert as it is shown. */
export function showAlert(row: Prisma.AlertGetPayload<{ include: typeof NAMED }>): AlertView {
  const of = kind.parse(row.kind);
  return {
    id: row.id,
    kind: of,
    severity: SEVERITY_OF[of],
    status: row.closedAt === null ? 'open' : 'closed',
    message: `${sentenceOf(of, 'en')}.`,
    applicationId: row.applicationId,
    subscriptionId: row.subscriptionId,
    subscriptionDeleted: row.subscription !== null && row.subscription.deletedAt !== null,
    subject: row.subject,
    subjectName: row.subscription?.name ?? row.subjectName ?? row.subject,
    since: row.since.toISOString(),
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    resolution: row.resolution === null ? null : alertView.shape.resolution.parse(row.resolution),
    reopened: row.reopened,
  };
}

/** How many alerts are open, of each kind. */
export async function countOpenAlerts(
  db: Database,
): Promise<readonly { readonly kind: AlertKind; readonly count: number }[]> {
  const counts = await db.alert.groupBy({ by: ['kind'], where: { closedAt: null }, _count: true });
  return ALERT_KINDS.map((of) => ({ kind: of, count: counts.find((row) => row.kind === of)?._count ?? 0 }));
}
