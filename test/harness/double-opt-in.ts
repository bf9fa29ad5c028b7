/** A citizen with a mailbox: what the tests of double opt-in share. */
import type { Receiver } from '../../tools/receiver/receiver';
import { addSignal } from '../../src/outbox/entries';
import { Prisma } from '../../src/platform/database';
import { bodyOf, eventually, type TestService } from './service';

/** The body of a Citizen Emails webhook. */
export interface EmailBody {
  readonly [field: string]: unknown;
  readonly emailId: string;
  readonly locale: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly confirmUrl: string;
  readonly transactionIds: readonly string[];
}

export interface Submitted {
  readonly changeId: string;
  readonly citizenId: string;
  readonly optInId: string;
  readonly transactionIds: readonly string[];
}

/** An application with a sender, and a receiver of each of the three webhooks. */
export class Mailbox {
  private constructor(
    readonly service: TestService,
    readonly app: string,
    readonly receiver: Receiver,
    readonly subscriptions: Readonly<Record<'emails' | 'receipts' | 'full', { readonly id: string }>>,
  ) {}

  static async open(service: TestService, settings: object = {}): Promise<Mailbox> {
    const app = await service.application({
      sender: { email: 'hello@shop.example', name: 'Shop' },
      locales: ['en', 'de'],
      ...settings,
    });
    await service.ok('PUT', `/v1/applications/${app}/permission-statements/s-1`, {
      reference: 'statement-1',
      text: 'I want the newsletter.',
    });
    await service.ok('PUT', `/v1/applications/${app}/privacy-policies/p-1`, {
      ...{ reference: 'policy-1', name: 'Privacy policy', url: 'https://shop.example/privacy' },
    });
    const receiver = await service.receiver();
    const subscribe = (path: string, updateType: string): Promise<{ id: string }> =>
      service.subscribe(app, `${receiver.url}/${path}`, { updateType }) as Promise<{ id: string }>;
    return new Mailbox(service, app, receiver, {
      emails: await subscribe('emails', 'citizen-emails'),
      receipts: await subscribe('receipts', 'consent-receipts'),
      full: await subscribe('full', 'effective-permission'),
    });
  }

  submit(externalRef: string, rest: object = {}, optionId = 'newsletter'): Promise<Submitted> {
    return this.service.ok('POST', '/v1/permissions/transactions', {
      applicationId: this.app,
      externalRef,
      ...{ submitAsPending: true, email: `${externalRef}@mail.example`, locale: 'en' },
      ...{ permissionStatementId: 's-1', privacyPolicyId: 'p-1' },
      changes: [{ optionType: 'option', optionId, justification: 'consent', state: 'GRANTED' }],
      ...rest,
    }) as Promise<Submitted>;
  }

  /** E-mails that were answered with a 2xx, in their order. */
  get emails(): EmailBody[] {
    return this.receiver.received
      .filter(({ path, answered }) => path === '/emails' && answered === 200)
      .map((webhook) => bodyOf(webhook) as EmailBody);
  }

  /** Awaits the n-th e-mail. */
  async email(count = 1): Promise<EmailBody> {
    return eventually(() => {
      const email = this.emails[count - 1];
      if (!email) throw new Error(`there are ${this.emails.length} e-mails`);
      return email;
    });
  }

  /** What is in effect, by option. */
  async states(externalRef: string): Promise<Record<string, string>> {
    const { permissions } = (await this.service.ok(
      'GET',
      `/v1/permissions?applicationId=${this.app}&externalRef=${externalRef}`,
    )) as { permissions: { optionId: string; state: string }[] };
    return Object.fromEntries(permissions.map(({ optionId, state }) => [optionId, state]));
  }

  /** States that a webhook has told, in their order. */
  told(path: 'receipts' | 'full'): (string | null)[] {
    return this.receiver.received
      .filter((webhook) => webhook.path === `/${path}`)
      .flatMap((webhook) => (bodyOf(webhook) as { permissions: { state: string | null }[] }).permissions)
      .map(({ state }) => state);
  }

  async optIn(id: string): Promise<{ status: string; emailsMade: number }> {
    return this.service.db.doubleOptIn.findUniqueOrThrow({ where: { id } });
  }

  async untilOptIn(id: string, status: string): Promise<void> {
    await eventually(async () => expect((await this.optIn(id)).status).toBe(status));
  }
}

/** A page as a browser without JavaScript gets it. */
export interface ShownPage {
  readonly status: number;
  readonly html: string;
  readonly heading: string;
  readonly headers: Headers;
}

/** Opens a link. */
export async function visit(url: string, headers: Record<string, string> = {}): Promise<ShownPage> {
  return shown(await fetch(url, { headers }));
}

/** Presses a button of the page that a link leads to. */
export async function press(url: string, decision: string, shownNumber?: number): Promise<ShownPage> {
  const page = shownNumber === undefined ? (await visit(url)).html : '';
  const number = shownNumber ?? /name="shown" value="(\d+)"/.exec(page)?.[1] ?? '1';
  const body = new URLSearchParams({ decision, shown: String(number) });
  return shown(await fetch(url, { method: 'POST', body }));
}

async function shown(response: Response): Promise<ShownPage> {
  const html = await response.text();
  const heading = /<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? '';
  return { status: response.status, html, heading, headers: response.headers };
}

/** Moves an opt-in through time: everything stored of it, and of its citizen's consent, becomes older by `ms`. */
export async function letPass({ db }: TestService, optInId: string, ms: number): Promise<void> {
  const { citizenId } = await db.doubleOptIn.findUniqueOrThrow({ where: { id: optInId } });
  const earlier = (column: string): Prisma.Sql =>
    Prisma.raw(`"${column}" = "${column}" - interval '${Math.round(ms)} milliseconds'`);
  const all = (...columns: readonly string[]): Prisma.Sql => Prisma.join(columns.map(earlier));
  await db.$transaction([
    db.$executeRaw(
      Prisma.sql`UPDATE "PermissionTransaction" SET ${all('recordedAt', 'obtainedAt', 'validFrom', 'validUntil')}
        WHERE "citizenId" = ${citizenId}::uuid`,
    ),
    db.$executeRaw(
      Prisma.sql`UPDATE "Email" SET ${all('createdAt', 'expiresAt')} WHERE "optInId" = ${optInId}::uuid`,
    ),
    db.$executeRaw(
      Prisma.sql`UPDATE "Citizen" SET ${all('evaluatedAt', 'nextTransitionAt')} WHERE "id" = ${citizenId}::uuid`,
    ),
    db.$executeRaw(Prisma.sql`
      UPDATE "DoubleOptIn" SET ${all('createdAt', 'expiresAt', 'emailDueAt', 'reminderAt')},
        ${addSignal('optInChanged')} WHERE "id" = ${optInId}::uuid`),
  ]);
}
