/** What a caller records. Shapes are checked by the caller; meaning is checked here. */
import type { SeenApplication } from '../../access/visibility';
import type { Justification, PermissionState } from '../rules/matrix';
import type { OptionType } from '../rules/keys';

/** A citizen, by our id or by the application's own reference. */
export type CitizenReference =
  | { readonly externalRef: string; readonly citizenId?: undefined }
  | { readonly citizenId: string; readonly externalRef?: undefined };

/** Who did something, with the name at the time. */
export interface Actor {
  readonly id: string;
  readonly name?: string | null | undefined;
}

/** One permission transaction. */
export interface PermissionChange {
  readonly optionType: OptionType;
  readonly optionId: string;
  readonly justification: Justification;
  readonly state: PermissionState;
  readonly validFrom?: Date | null | undefined;
  /** Exclusive. */
  readonly validUntil?: Date | null | undefined;
  /** Decides which transaction is in effect; default: when it is recorded. */
  readonly obtainedAt?: Date | null | undefined;
  /** Microseconds of `obtainedAt` beyond its millisecond; default: 0. */
  readonly obtainedMicros?: number | undefined;
}

/** The answer to one preference; no choices take the earlier answer back. */
export interface PreferenceChange {
  readonly preference: string;
  readonly choices: readonly string[];
}

/** One call: everything in it is one change. At least one of `changes` and `preferences` has entries. */
export type RecordChangeInput = CitizenReference & {
  readonly applicationId: SeenApplication;
  readonly changes?: readonly PermissionChange[] | undefined;
  readonly preferences?: readonly PreferenceChange[] | undefined;
  /** `bulk`: part of an import, whose deliveries give way to all others. */
  readonly priority?: 'normal' | 'bulk' | undefined;
  /** Channel the transactions were received through. */
  readonly channel?: string | null | undefined;
  readonly campaign?: string | null | undefined;
  readonly privacyPolicyId?: string | null | undefined;
  readonly permissionStatementId?: string | null | undefined;
  readonly recordedBy?: Actor | null | undefined;
  readonly delegatedAuthority?: Actor | null | undefined;
  /** The API key that called. */
  readonly recordedClient?: Actor | null | undefined;
};
