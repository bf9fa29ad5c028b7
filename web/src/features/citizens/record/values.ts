import { isTime } from '../../../components/TimeInput';
import type { ConsentState } from '../api';
import type { Justification, State } from '../matrix';

export interface RecordValues {
  readonly applicationId: string;
  readonly externalRef: string;
  /** `option:newsletter`, `group:marketing`; empty: no permission is changed. */
  readonly permission: string;
  readonly justification: Justification;
  readonly state: State;
  /** Times as inputs write them; empty: at once, never ending, now. */
  readonly validFrom: string;
  readonly validUntil: string;
  readonly obtainedAt: string;
  readonly channel: string;
  readonly campaign: string;
  /** Ids of entries of the catalogue; empty: none. */
  readonly privacyPolicyId: string;
  readonly permissionStatementId: string;
  /** Who has recorded it, and who acts for the citizen; without an id: nobody. */
  readonly recordedBy: Actor;
  readonly delegatedAuthority: Actor;
  /** Requests a confirmation by e-mail; only for granted consent. */
  readonly doubleOptIn: boolean;
  /** Where that e-mail goes; empty: to the stored address. */
  readonly email: string;
  /** Reference of a preference; empty: none is answered. */
  readonly preference: string;
  readonly choices: string[];
}

export interface Actor {
  readonly id: string;
  readonly name: string;
}

/** Nothing is entered yet. */
export const NOTHING_RECORDED: RecordValues = {
  ...{ applicationId: '', externalRef: '', permission: '', justification: 'consent', state: 'GRANTED' },
  ...{ validFrom: '', validUntil: '', obtainedAt: '', channel: '', campaign: '' },
  ...{ privacyPolicyId: '', permissionStatementId: '' },
  ...{ recordedBy: { id: '', name: '' }, delegatedAuthority: { id: '', name: '' } },
  ...{ doubleOptIn: false, email: '', preference: '', choices: [] },
};

export function toBody(values: RecordValues): ConsentState {
  const { applicationId, permission, justification, state, preference, choices } = values;
  const [optionType, ...id] = permission.split(':');
  return {
    applicationId,
    externalRef: values.externalRef.trim(),
    ...(permission !== '' && {
      changes: [
        {
          optionType: optionType === 'group' ? 'group' : 'option',
          optionId: id.join(':'),
          justification,
          state,
          ...given('validFrom', moment(values.validFrom)),
          ...given('validUntil', moment(values.validUntil)),
          ...given('obtainedAt', moment(values.obtainedAt)),
        },
      ],
    }),
    ...(preference !== '' && { preferences: [{ preference, choices }] }),
    ...(takesDoubleOptIn(values) && values.doubleOptIn && pending(values.email)),
    ...given('channel', values.channel),
    ...given('campaign', values.campaign),
    ...given('privacyPolicyId', values.privacyPolicyId),
    ...given('permissionStatementId', values.permissionStatementId),
    ...actor('recordedBy', values.recordedBy),
    ...actor('delegatedAuthority', values.delegatedAuthority),
  };
}

/** A member of the body, where its field is not empty. */
function given<K extends string>(name: K, text: string): { [N in K]?: string } {
  return text.trim() === '' ? {} : ({ [name]: text.trim() } as { [N in K]: string });
}

function moment(time: string): string {
  return isTime(time) ? new Date(time).toISOString() : '';
}

function actor<K extends string>(name: K, { id, name: called }: Actor): { [N in K]?: Actor } {
  return id.trim() === ''
    ? {}
    : ({ [name]: { id: id.trim(), ...given('name', called) } } as { [N in K]: Actor });
}

/** Whether this may wait for a confirmation. */
export function takesDoubleOptIn({ permission, justification, state }: RecordValues): boolean {
  return permission !== '' && justification === 'consent' && state === 'GRANTED';
}

function pending(email: string): { submitAsPending: true; email?: string } {
  return { submitAsPending: true, ...(email.trim() !== '' && { email: email.trim() }) };
}
