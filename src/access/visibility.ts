/**
 * What exists for a caller (rule `others-do-not-exist`). A service that finds rows for callers takes a `Visibility`, and one that is
 * told an application takes a `SeenApplication`. Both are made of a caller alone, so a route that forgets to ask for them does not
 * compile, and what a service finds by them is never another application's.
 */
import { Prisma } from '../platform/database';
import { refusal } from '../platform/errors';
import type { Caller } from './authenticate';

declare const seen: unique symbol;

/** The id of an application that its caller sees, should there be one. */
export type SeenApplication = string & { readonly [seen]: true };

/** The applications that somebody sees. */
export class Visibility {
  /** For parts of the service that act for no caller. The API never uses it. */
  static readonly everything = new Visibility(null);

  /** What a caller sees. */
  static of({ applicationIds }: Caller): Visibility {
    return applicationIds === null ? Visibility.everything : new Visibility(applicationIds);
  }

  /** @param only the applications; null: all. */
  private constructor(private readonly only: readonly string[] | null) {}

  /** Whether only some applications exist for the caller. */
  get isLimited(): boolean {
    return this.only !== null;
  }

  /** Whether rows of an application exist for the caller. */
  admits(applicationId: string): applicationId is SeenApplication {
    return this.only === null || this.only.includes(applicationId);
  }

  /** @throws ServiceError `application_not_found`, as for one that does not exist. */
  application(applicationId: string): SeenApplication {
    if (this.admits(applicationId)) return applicationId;
    throw refusal('application_not_found', { applicationId });
  }

  /** Prisma condition on the column `applicationId` of a row, and that it is a certain one where somebody asks for that. */
  rows(applicationId?: string): { applicationId?: { equals?: string; in?: string[] } } {
    if (this.only === null && applicationId === undefined) return {};
    return {
      applicationId: {
        ...(applicationId !== undefined && { equals: applicationId }),
        ...(this.only !== null && { in: [...this.only] }),
      },
    };
  }

  /** Prisma condition on the applications themselves. */
  applications(): { id?: { in: string[] } } {
    return this.only === null ? {} : { id: { in: [...this.only] } };
  }

  /** SQL condition on a column that holds an application's id. */
  condition(column: Prisma.Sql): Prisma.Sql {
    return this.only === null ? Prisma.sql`true` : Prisma.sql`${column} = ANY(${this.only}::text[])`;
  }

  /** The part of it that is one application. */
  within(applicationId: string): Visibility {
    return new Visibility([this.application(applicationId)]);
  }

  /** To be kept with what goes on for the caller: the columns `isLimited` and `applicationIds` of its row. */
  toKeep(): { isLimited: boolean; applicationIds: string[] } {
    return { isLimited: this.only !== null, applicationIds: [...(this.only ?? [])] };
  }

  /** What was kept of a caller. */
  static kept({ isLimited, applicationIds }: { isLimited: boolean; applicationIds: string[] }): Visibility {
    return isLimited ? new Visibility(applicationIds) : Visibility.everything;
  }

  /** SQL condition on a row that keeps what its caller saw: this one sees as much, or more. */
  covers(row: string): Prisma.Sql {
    const columns = Prisma.raw(`${row}."isLimited" AND ${row}."applicationIds"`);
    return this.only === null ? Prisma.sql`true` : Prisma.sql`${columns} <@ ${this.only}::text[]`;
  }
}
