/**
 * Access tokens for webhooks: kept in memory and in the database, asked for before they end, and by one worker at a time however many
 * deliveries wait for one (rule `one-token-request`).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { newId } from '../../platform/ids';
import { reasonText } from '../../platform/reasons';
import { within } from '../../platform/within';
import type { OAuth2Grant } from '../../subscriptions/oauth2';
import type { Exchanger } from '../http/post';
import { NoTokenError, requestToken, type IssuedToken } from './token-endpoint';
import { claimToken, noteNoToken, readToken, storeToken, type Lease, type StoredToken } from './token-store';

/** A token, or why there is none. */
export type Taken =
  | { readonly token: string }
  | { readonly token?: undefined; readonly reason: string; readonly retryInMs: number };

/** How a token is taken. */
export interface TakeOptions {
  /** A token that the receiver has refused: it is not given again. */
  readonly refused?: string;
  /** Longest wait for a token that is being asked for. Milliseconds. */
  readonly waitMs: number;
}

/** Longest wait of an attempt that holds a slot, counted from when the token was asked for: it comes again. */
export const SHORT_WAIT_MS = 300;
/** Between two looks at what another worker asks for. */
const LOOK_MS = 100;
/** Wait before what was given is stored again, where the database was away. */
const STORE_AGAIN_MS = 500;
/** A token that was asked for because another was refused, and is refused too: for this long no further one is asked for. */
const REFUSED_AGAIN_MS = 60_000;

const ASKED_FOR = reasonText('token_asked_for');

interface CachedToken {
  readonly grantId: string;
  readonly token: string;
  readonly refreshAt: number;
  readonly expiresAt: number;
  /** It came in place of one that the receiver had refused. */
  readonly insteadAt: number | undefined;
}

interface Renewal {
  readonly since: number;
  readonly result: Promise<Taken>;
}

/** There is one in each process. */
export class AccessTokens {
  private readonly cached = new Map<string, CachedToken>();
  private readonly renewals = new Map<string, Renewal>();

  constructor(
    private readonly db: Database,
    private readonly sealer: Sealer,
    private readonly poster: Exchanger,
  ) {}

  /** @throws where the database is away. */
  async take(subscriptionId: string, grant: OAuth2Grant, { refused, waitMs }: TakeOptions): Promise<Taken> {
    const cached = this.cached.get(subscriptionId);
    if (cached?.grantId === grant.grantId && performance.now() < cached.expiresAt) {
      if (cached.token !== refused) {
        // A failure leaves the old one, which still holds; the next attempt tries again.
        if (performance.now() >= cached.refreshAt) this.renew(subscriptionId, grant, cached.token, undefined);
        return { token: cached.token };
      }
      if (cached.insteadAt !== undefined && performance.now() - cached.insteadAt < REFUSED_AGAIN_MS)
        return { token: cached.token };
      this.cached.delete(subscriptionId);
    }
    const { since, result } = this.renew(subscriptionId, grant, refused, refused);
    const left = Math.max(0, waitMs - (performance.now() - since));
    return (await within(result, left)) ?? { reason: ASKED_FOR, retryInMs: SHORT_WAIT_MS };
  }

  /**
   * A token for a test of settings that are not saved: nothing of it is kept. So a refresh token, which may count once, is not used.
   * @throws NoTokenError
   */
  async takeUnsaved(grant: OAuth2Grant): Promise<string> {
    if (grant.refreshToken !== null) throw new NoTokenError(reasonText('token_not_tested'));
    const issued = await requestToken(this.poster, grant);
    return issued.token;
  }

  /** Finds or asks for another token than `old`, once for all who want one at the same time. */
  private renew(
    subscriptionId: string,
    grant: OAuth2Grant,
    old: string | undefined,
    refused: string | undefined,
  ): Renewal {
    const key = `${subscriptionId} ${grant.grantId} ${refused === undefined ? '' : 'refused'}`;
    const underWay = this.renewals.get(key);
    if (underWay) return underWay;
    const result = this.findOrRequest(subscriptionId, grant, old, refused !== undefined).finally(() =>
      this.renewals.delete(key),
    );
    result.catch(() => undefined); // whoever waits for it hears of it
    const renewal = { since: performance.now(), result };
    this.renewals.set(key, renewal);
    return renewal;
  }

  private async findOrRequest(
    subscriptionId: string,
    grant: OAuth2Grant,
    old: string | undefined,
    instead: boolean,
  ): Promise<Taken> {
    // Two requests, for a server may know its clients in another way, and what is written around them.
    const lease: Lease = { by: newId(), forMs: 2 * this.poster.limitMs + 5_000 };
    const until = performance.now() + lease.forMs;
    const keep = (token: StoredToken): Taken => this.keep(subscriptionId, grant, token, instead);
    while (performance.now() < until) {
      const state = await readToken(this.db, this.sealer, subscriptionId, grant);
      if (state?.token && state.token.token !== old) return keep(state.token);
      if (state && state.nextTryInMs > 0)
        return { reason: state.error ?? ASKED_FOR, retryInMs: state.nextTryInMs };
      const place = { seen: state?.sealed ?? null, worthless: instead };
      const othersAsk = state !== undefined && state.askedForMs > 0;
      if (!othersAsk && (await claimToken(this.db, subscriptionId, grant, place, lease))) {
        try {
          const issued = await requestToken(this.poster, grant, state?.clientAuth);
          return keep(await this.store(subscriptionId, grant, lease.by, issued, until));
        } catch (error) {
          if (!(error instanceof NoTokenError)) throw error;
          const retryInMs = await noteNoToken(this.db, subscriptionId, lease.by, error.message);
          return { reason: error.message, retryInMs };
        }
      }
      await sleep(LOOK_MS);
    }
    return { reason: ASKED_FOR, retryInMs: SHORT_WAIT_MS };
  }

  /** Until it is stored, or somebody else may ask for another: a refresh token in it may be the only one that counts. */
  private async store(
    subscriptionId: string,
    grant: OAuth2Grant,
    by: string,
    issued: IssuedToken,
    until: number,
  ): Promise<StoredToken> {
    for (;;) {
      try {
        return await storeToken(this.db, this.sealer, subscriptionId, grant, by, issued);
      } catch (error) {
        if (performance.now() > until) throw error;
        await sleep(STORE_AGAIN_MS);
      }
    }
  }

  private keep(
    subscriptionId: string,
    { grantId }: OAuth2Grant,
    { token, refreshInMs, expiresInMs }: StoredToken,
    instead: boolean,
  ): Taken {
    const now = performance.now();
    this.cached.set(subscriptionId, {
      ...{ grantId, token, refreshAt: now + refreshInMs, expiresAt: now + expiresInMs },
      insteadAt: instead ? now : undefined,
    });
    return { token };
  }
}
