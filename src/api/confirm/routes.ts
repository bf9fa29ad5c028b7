/**
 * The page that the link of a confirmation e-mail opens. Nobody logs in: the link's token is the credential, so there is no
 * session that another site could abuse. A GET changes nothing; the page needs no JavaScript.
 */
import { randomBytes } from 'node:crypto';
import express, { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { AttemptCounter } from '../../access/throttle';
import { findConfirmation, type Confirmation } from '../../consent/double-opt-in/confirmation';
import { recordDecision } from '../../consent/double-opt-in/record-decision';
import { renew } from '../../consent/double-opt-in/renew';
import { firstIn, localeChain } from '../../emails/locale';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { refusal, type ServiceError } from '../../platform/errors';
import type { OutboxNotifier } from '../../outbox/notify';
import type { Logger } from '../../platform/logger';
import { addressOf, countFailed } from '../attempt-limit';
import { refuseLargeBody } from '../body';
import { errorHandler } from '../error-handler';
import { refuseMethod } from '../mount';
import { headersOf } from '../problem';
import { nameRoute } from '../request-log';
import { allowOnlyStyles } from '../security-headers';
import { requireUtf8Target, verifyForm } from '../utf8';
import { confirmationPage, donePage, noticePage } from './contents';
import { renderPage, type Page } from './page';
import { PAGE_TEXTS, type PageTexts } from './texts';

/** What the page needs. */
export interface ConfirmDependencies {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly outboxNotifier: OutboxNotifier;
  readonly logger: Logger;
}

const PATTERN = '/confirm/:token';
const FORM_BYTES = 4_096;
/**
 * Guessing a token is hopeless; this limit keeps the attempts from costing anything. A known token is never counted, nor refused for
 * what others do at the same address: whoever wants to decline must be able to.
 */
const WRONG_TOKENS = { name: 'confirm-token', most: 60, windowMs: 15 * 60_000 } as const;
/** New e-mails that one network address may request, over all its links. */
const RENEWALS = { name: 'confirm-renewal', most: 10, windowMs: 3_600_000 } as const;

const form = z.union([
  z.object({ decision: z.enum(['confirmed', 'declined']), shown: z.coerce.number().int().min(1) }),
  z.object({ decision: z.literal('renew') }),
]);

/** Serves the page. */
export function confirmPage({ db, sealer, outboxNotifier, logger }: ConfirmDependencies): Router {
  const router = Router({ caseSensitive: true });
  const renewals = new AttemptCounter(db, RENEWALS.name, RENEWALS.windowMs);
  const wrongTokens = new AttemptCounter(db, WRONG_TOKENS.name, WRONG_TOKENS.windowMs);
  const refuseUnknown = async (req: Request, res: Response): Promise<void> => {
    await countFailed(wrongTokens, WRONG_TOKENS.most, addressOf(req));
    showUnknown(req, res);
  };

  const answer = async (req: Request, res: Response): Promise<void> => {
    const token = tokenOf(req);
    const known = await findConfirmation(db, sealer, token);
    if (!known) return refuseUnknown(req, res);
    const given = form.safeParse(req.body);
    if (!given.success) throw refusal('invalid_request');
    const texts = textsOf(known);
    const submitted = given.data;
    if (submitted.decision === 'renew') await countFailed(renewals, RENEWALS.most, addressOf(req));
    const outcome = await db.$transaction((tx) =>
      submitted.decision === 'renew'
        ? renew(tx, sealer, token)
        : recordDecision(tx, sealer, { ...submitted, token, address: req.ip, language: texts.locale }),
    );
    if (!outcome) return showUnknown(req, res);
    outboxNotifier.notify();
    const notice = submitted.decision === 'renew' ? texts.renewed : texts[submitted.decision];
    const page = outcome.done
      ? donePage(notice, texts, outcome.application)
      : confirmationPage(outcome, texts);
    show(res, 200, page);
  };

  router.use('/confirm', requireUtf8Target);
  router.all(PATTERN, nameRoute('/confirm/{token}'));
  router.get(PATTERN, async (req, res) => {
    const known = await findConfirmation(db, sealer, tokenOf(req));
    if (known) show(res, 200, confirmationPage(known, textsOf(known)));
    else await refuseUnknown(req, res);
  });
  router.post(
    PATTERN,
    refuseLargeBody(FORM_BYTES),
    express.urlencoded({ extended: false, limit: FORM_BYTES, parameterLimit: 10, verify: verifyForm }),
    answer,
  );
  router.all(PATTERN, refuseMethod(['GET', 'POST']));
  router.use('/confirm', nameRoute('/confirm'), (req, res) => showUnknown(req, res));
  router.use('/confirm', errorHandler(logger, showError));
  return router;
}

function tokenOf({ params: { token } }: Request): string {
  return typeof token === 'string' ? token : '';
}

/** The texts in the citizen's language, where the page is written in it. */
function textsOf({ locale, application }: Confirmation): PageTexts {
  return firstIn(localeChain(locale, application.locales), PAGE_TEXTS) ?? PAGE_TEXTS[0];
}

/** The texts for an unknown link: the browser's preferred language decides. */
function textsFor(req: Request): PageTexts {
  const language = req.acceptsLanguages(PAGE_TEXTS.map(({ locale }) => locale));
  return PAGE_TEXTS.find(({ locale }) => locale === language) ?? PAGE_TEXTS[0];
}

function showUnknown(req: Request, res: Response): void {
  const texts = textsFor(req);
  show(res, 404, noticePage(texts.unknown, texts));
}

function showError(req: Request, res: Response, refused: ServiceError): void {
  const texts = textsFor(req);
  const { status } = refused;
  res.set(headersOf(refused));
  show(res, status, noticePage(status === 429 ? texts.tooMany : texts.failed, texts));
}

function show(res: Response, status: number, page: Page): void {
  const nonce = randomBytes(16).toString('base64');
  allowOnlyStyles(nonce)(res.req, res, () => undefined);
  res.status(status).type('html').send(renderPage(page, nonce));
}
