/** The second factor of passwords: codes that change with the time (TOTP, RFC 6238), and recovery codes (rule `second-factor`). */
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import { databaseNow, Prisma, type Database, type Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid, refusal } from '../platform/errors';
import { shownTime } from '../platform/fields';
import { requireAdministrator, requireOwnAccount } from './administrators';
import { givenPassword, requirePassword } from './password';
import { hashOfToken } from './secret-token';
import { closeOtherSessions, closeSessions, type LiveSession } from './sessions';

/** What authenticator apps take for granted, most of them whatever the address says. */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
const SECRET_BYTES = 20; // RFC 4226 §4
/** Steps that a clock may be ahead or behind (RFC 6238 §5.2). */
const WINDOW = 1;

const RECOVERY_CODES = 8;
/** 120 bits: too many to be guessed from a plain hash. */
const RECOVERY_CODE_BYTES = 15;

/** A code that somebody enters. */
export const givenCode = z
  .string()
  .min(1)
  .max(60)
  .meta({
    description: 'Six digits of the authenticator app, or one of the recovery codes.',
    examples: ['492039'],
  });

/** Body of what asks for the password again. */
export const secondFactorBegin = z
  .strictObject({ currentPassword: givenPassword })
  .meta({ id: 'SecondFactorBegin', description: 'Who is logged in shows that it is they who ask.' });

/** A secret to put into an authenticator app, shown this once. */
export const secondFactorSecret = z
  .object({
    secret: z
      .string()
      .meta({ description: 'In base32, to type.', examples: ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'] }),
    url: z.string().meta({
      description: 'The same as apps read it, from a QR code for instance.',
      examples: ['otpauth://totp/CPM%20Webhooks:admin%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'],
    }),
  })
  .meta({ id: 'SecondFactorSecret', description: 'What codes are made of. Shown only here.' });
export type SecondFactorSecret = z.output<typeof secondFactorSecret>;

/** Body of what takes a code. */
export const secondFactorCode = z
  .strictObject({ code: givenCode })
  .meta({ id: 'SecondFactorCode', description: 'A code.' });

/** Codes for when the app is lost, shown this once. */
export const recoveryCodes = z
  .object({
    recoveryCodes: z.array(z.string()).meta({
      description: 'Each lets in once in place of a code of the app.',
      examples: [['abcd-efgh-ijkl-mnop-qrst-uvwx']],
    }),
  })
  .meta({ id: 'RecoveryCodes', description: 'What to keep for when the app is lost. Shown only here.' });

/** Body of the end of it. */
export const secondFactorEnd = z
  .strictObject({ currentPassword: givenPassword, code: givenCode })
  .meta({ id: 'SecondFactorEnd', description: 'Both factors, for the last time.' });

/** Whether there is one, as shown to whose it is. */
export const secondFactorView = z
  .object({
    since: shownTime('Since when it is asked for; `null`: it is not.').nullable(),
    recoveryCodesLeft: z.int().meta({ description: 'Recovery codes that were not used yet.', examples: [8] }),
  })
  .meta({ id: 'SecondFactor', description: 'The second factor of who is logged in.' });

/** Tells somebody of their own. */
export async function showSecondFactor(
  db: Database,
  { administratorId: id }: LiveSession,
): Promise<z.output<typeof secondFactorView>> {
  const row = await db.administrator.findUniqueOrThrow({ where: { id } });
  return {
    since: row.secondFactorSince?.toISOString() ?? null,
    recoveryCodesLeft: row.recoveryCodeHashes.length,
  };
}

/**
 * Gives somebody a secret for their app. It is asked for only once they have shown that it works.
 * @throws ServiceError where the password is wrong, or there is a second factor already.
 */
export async function beginSecondFactor(
  db: Database,
  sealer: Sealer,
  { administratorId: id, email }: LiveSession,
  given: z.output<typeof secondFactorBegin>,
): Promise<SecondFactorSecret> {
  const account = await requireOwnAccount(db, id);
  await requirePassword(given.currentPassword, account);
  const secret = new Secret({ size: SECRET_BYTES });
  const begun = await db.administrator.updateMany({
    where: { id, secondFactorSince: null },
    data: { totpSecretSealed: sealer.seal(secret.base32, 'second-factor') },
  });
  if (begun.count === 0) throw refusal('second_factor_exists');
  return {
    secret: secret.base32,
    url: new TOTP({ ...FORM, issuer: 'CPM Webhooks', label: email, secret }).toString(),
  };
}

/**
 * Has the second factor asked for from now on, since a code of the app was right. The other sessions end.
 * @returns recovery codes.
 * @throws ServiceError where the code is wrong, none was begun, or there is one already.
 */
export async function confirmSecondFactor(
  db: Database,
  sealer: Sealer,
  session: LiveSession,
  { code }: z.output<typeof secondFactorCode>,
): Promise<z.output<typeof recoveryCodes>> {
  const { id, totpSecretSealed, secondFactorSince } = await requireOwnAccount(db, session.administratorId);
  if (secondFactorSince !== null) throw refusal('second_factor_exists');
  if (totpSecretSealed === null) throw refusal('second_factor_not_begun');
  const now = await databaseNow(db);
  const step = stepOf(sealer.open(totpSecretSealed, 'second-factor'), code, now);
  if (step === undefined) throw wrongCode();
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  return db.$transaction(async (tx) => {
    const confirmed = await tx.administrator.updateMany({
      where: { id, secondFactorSince: null, totpSecretSealed },
      data: {
        ...{ secondFactorSince: now, totpLastStep: step },
        recoveryCodeHashes: codes.map((each) => hashOfToken(plain(each))),
      },
    });
    if (confirmed.count === 0) throw refusal('second_factor_not_begun');
    await closeOtherSessions(tx, session);
    return { recoveryCodes: codes };
  });
}

/**
 * Ends the second factor of who is logged in.
 * @throws ServiceError where one of the factors is wrong, or there is no second one.
 */
export async function endSecondFactor(
  db: Database,
  sealer: Sealer,
  session: LiveSession,
  given: z.output<typeof secondFactorEnd>,
): Promise<void> {
  const account = await requireOwnAccount(db, session.administratorId);
  await requirePassword(given.currentPassword, account);
  if (account.secondFactorSince === null) throw refusal('second_factor_not_begun');
  if (!(await acceptCode(db, sealer, account, given.code))) throw wrongCode();
  await forgetSecondFactor(db, account.id);
}

/**
 * Ends somebody's second factor, should there be one: they have lost it. Their sessions end.
 * @throws ServiceError where there is no such administrator.
 */
export async function resetSecondFactor(tx: Tx, id: string): Promise<void> {
  await requireAdministrator(tx, id);
  await forgetSecondFactor(tx, id);
  await closeSessions(tx, id);
}

async function forgetSecondFactor(tx: Tx, id: string): Promise<void> {
  await tx.administrator.update({ where: { id }, data: NO_SECOND_FACTOR });
}

/** What is stored where there is none. */
export const NO_SECOND_FACTOR = {
  ...{ totpSecretSealed: null, secondFactorSince: null, totpLastStep: null },
  recoveryCodeHashes: [] as string[],
};

/** Whether a code is right. It is used up by that: neither it, nor one of an earlier step, is right again. */
export async function acceptCode(
  tx: Tx,
  sealer: Sealer,
  { id, totpSecretSealed }: Pick<Prisma.AdministratorModel, 'id' | 'totpSecretSealed'>,
  code: string,
): Promise<boolean> {
  if (totpSecretSealed === null) return false;
  const step = stepOf(sealer.open(totpSecretSealed, 'second-factor'), code, await databaseNow(tx));
  if (step === undefined) return useRecoveryCode(tx, id, code);
  const used = await tx.administrator.updateMany({
    where: { id, totpLastStep: { lt: step } },
    data: { totpLastStep: step },
  });
  return used.count === 1;
}

/** The time step that a code is of; undefined where it is of none of about now, by the database's clock (rule `database-clock`). */
function stepOf(secret: string, code: string, now: Date): number | undefined {
  const totp = new TOTP({ ...FORM, secret: Secret.fromBase32(secret) });
  const timestamp = now.getTime();
  const delta = totp.validate({ token: code.replace(/\s/g, ''), timestamp, window: WINDOW });
  return delta === null ? undefined : totp.counter({ timestamp }) + delta;
}

async function useRecoveryCode(tx: Tx, id: string, code: string): Promise<boolean> {
  const hash = hashOfToken(plain(code));
  const used = await tx.$executeRaw(Prisma.sql`
    UPDATE "Administrator" SET "recoveryCodeHashes" = array_remove("recoveryCodeHashes", ${hash})
    WHERE "id" = ${id}::uuid AND ${hash} = ANY ("recoveryCodeHashes")`);
  return used === 1;
}

/** In base32, in groups: easy to read out and to type. */
function newRecoveryCode(): string {
  return new Secret({ size: RECOVERY_CODE_BYTES }).base32.toLowerCase().match(/.{4}/g)?.join('-') ?? '';
}

/** However it was typed. */
function plain(recoveryCode: string): string {
  return recoveryCode.toLowerCase().replace(/[^a-z2-7]/g, '');
}

function wrongCode(): Error {
  return invalid(fieldProblem('code', 'wrong_code'));
}
