/** A shop with a catalogue, on a database of the test file's own. */
import type { SeenApplication } from '../../src/access/visibility';
import { randomBytes } from 'node:crypto';
import { putApplication } from '../../src/consent/catalogue/applications';
import { putOptionGroup } from '../../src/consent/catalogue/option-groups';
import { putOption } from '../../src/consent/catalogue/options';
import { putPermissionStatement } from '../../src/consent/catalogue/permission-statements';
import { putPreference } from '../../src/consent/catalogue/preferences';
import { putPrivacyPolicy } from '../../src/consent/catalogue/privacy-policies';
import { readEffectivePermissions } from '../../src/consent/effective-permissions';
import type { PermissionChange, RecordChangeInput } from '../../src/consent/recording/input';
import { recordChange, type RecordedChange } from '../../src/consent/recording/record-change';
import type { EffectivePermissionsBody, ReceiptBody } from '../../src/consent/render';
import { openDatabase, type Database, type DatabaseOptions, type Tx } from '../../src/platform/database';
import { createSealer } from '../../src/platform/encryption';
import { newId } from '../../src/platform/ids';
import { inTransaction } from '../../src/platform/statement-transaction';
import { startTestPostgres } from './stack';
import { application } from './visibility';

/** Changes of this application unless a test says otherwise. */
export const SHOP: SeenApplication = application('shop');

export class ConsentRig {
  readonly sealer = createSealer([randomBytes(32)]);

  private constructor(
    readonly db: Database,
    private readonly drop: () => Promise<void>,
  ) {}

  static async start(options?: DatabaseOptions): Promise<ConsentRig> {
    const postgres = await startTestPostgres();
    const rig = new ConsentRig(openDatabase(postgres.url, options), () => postgres.stop());
    await rig.openShop(SHOP);
    return rig;
  }

  async stop(): Promise<void> {
    await this.db.$disconnect();
    await this.drop();
  }

  /** An application with a bit of everything. */
  async openShop(shopId: string, objections: 'auto' | 'manual' = 'auto'): Promise<void> {
    const { db } = this;
    const id = application(shopId);
    await putApplication(db, id, { name: 'Shop', objections });
    for (const option of ['newsletter', 'profiling', 'calls'])
      await putOption(db, id, option, { name: option });
    await this.transact((tx) =>
      putOptionGroup(tx, id, 'marketing', { name: 'All', optionIds: ['newsletter'] }),
    );
    await putPrivacyPolicy(db, id, 'policy', { reference: 'Privacy 2026', name: 'Privacy' });
    await putPermissionStatement(db, id, 'statement', { reference: 'News by e-mail', text: 'Yes, please.' });
    const [red, blue, green] = ['Red', 'Blue', 'Green'].map((label) => ({
      reference: label.toLowerCase(),
      label,
    }));
    if (!red || !blue || !green) throw new Error('three colours');
    await this.transact(async (tx) => {
      await putPreference(tx, id, 'colour', { label: 'Colour', type: 'single', choices: [red, blue] });
      await putPreference(tx, id, 'colours', {
        label: 'Colours',
        type: 'multiple',
        choices: [red, blue, green],
      });
    });
  }

  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.db.$transaction(work, { maxWait: 120_000, timeout: 120_000 });
  }

  record({
    applicationId = SHOP,
    ...input
  }: Partial<Omit<RecordChangeInput, 'applicationId'>> & {
    applicationId?: string;
    externalRef: string;
  }): Promise<RecordedChange> {
    const whole = { applicationId: application(applicationId), ...input } as RecordChangeInput;
    return inTransaction(this.db, (tx) => recordChange(tx, this.sealer, whole));
  }

  /** Records one transaction. */
  recordOne(externalRef: string, fields: Partial<PermissionChange>): Promise<RecordedChange> {
    return this.record({ externalRef, changes: [permission(fields)] });
  }

  async effective(externalRef: string): Promise<{ body: EffectivePermissionsBody; sequence: number }> {
    return readEffectivePermissions(this.db, { applicationId: SHOP, externalRef });
  }

  /** `option:newsletter GRANTED` and the like. */
  async states(externalRef: string): Promise<string[]> {
    const { body } = await this.effective(externalRef);
    return body.permissions.map((entry) => `${entry.optionType}:${entry.optionId} ${String(entry.state)}`);
  }

  async subscribe(
    updateType: 'effective-permission' | 'consent-receipts' | 'citizen-emails',
    fields: Partial<Record<'applicationId' | 'status', string>> & {
      filter?: string[];
      payloadPrevious?: boolean;
    } = {},
  ): Promise<string> {
    const id = newId();
    const fixed = { name: 'CRM', url: 'https://example.com', authType: 'none' };
    const row = { id, applicationId: SHOP, status: 'active', updateType, ...fixed, ...fields };
    await this.db.subscription.create({ data: row });
    return id;
  }

  /** Ends all subscriptions, so that the next test has only its own. */
  async unsubscribeAll(): Promise<void> {
    await this.db.subscription.updateMany({ data: { deletedAt: new Date() } });
  }

  /** The stored body of a delivery. */
  async body(deliveryId: string): Promise<ReceiptBody | null> {
    const { bodySealed } = await this.db.delivery.findUniqueOrThrow({ where: { id: deliveryId } });
    return bodySealed === null ? null : (JSON.parse(this.sealer.open(bodySealed, 'payload')) as ReceiptBody);
  }

  /** Pretends that time has passed for a citizen: moves all that was recorded into the past. */
  async age(citizenId: string, ms: number): Promise<void> {
    const by = `${ms} milliseconds`;
    await this.db.$executeRaw`
      UPDATE "PermissionTransaction" SET "recordedAt" = "recordedAt" - ${by}::interval,
        "obtainedAt" = "obtainedAt" - ${by}::interval, "validFrom" = "validFrom" - ${by}::interval,
        "validUntil" = "validUntil" - ${by}::interval
      WHERE "citizenId" = ${citizenId}::uuid`;
    await this.db.$executeRaw`
      UPDATE "Citizen" SET "evaluatedAt" = "evaluatedAt" - ${by}::interval,
        "nextTransitionAt" = "nextTransitionAt" - ${by}::interval
      WHERE "id" = ${citizenId}::uuid`;
  }
}

/** A transaction of a request: GRANTED for the newsletter unless a test wants another. */
export function permission(fields: Partial<PermissionChange> = {}): PermissionChange {
  return {
    optionType: 'option',
    optionId: 'newsletter',
    justification: 'consent',
    state: 'GRANTED',
    ...fields,
  };
}

/** A moment so many milliseconds from now. */
export const inMs = (ms: number): Date => new Date(Date.now() + ms);
