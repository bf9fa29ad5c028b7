import type { ConsentState } from '../api';
import type { Justification, State } from '../matrix';

export interface RecordValues {
  readonly applicationId: string;
  readonly externalRef: string;
  /** `option:newsletter`, `group:marketing`; empty: no permission is changed. */
  readonly permission: string;
  readonly justification: Justification;
  readonly state: State;
  readonly channel: string;
  /** Requests a confirmation by e-mail; only for granted consent. */
  readonly doubleOptIn: boolean;
  /** Where that e-mail goes; empty: to the stored address. */
  readonly email: string;
  /** Reference of a preference; empty: none is answered. */
  readonly preference: string;
  readonly choices: string[];
}

export function toBody(values: RecordValues): ConsentState {
  const { applicationId, permission, justification, state, channel, preference, choices } = values;
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
        },
      ],
    }),
    ...(preference !== '' && { preferences: [{ preference, choices }] }),
    ...(takesDoubleOptIn(values) && values.doubleOptIn && pending(values.email)),
    ...(channel.trim() !== '' && { channel: channel.trim() }),
  };
}

/** Whether this may wait for a confirmation. */
export function takesDoubleOptIn({ permission, justification, state }: RecordValues): boolean {
  return permission !== '' && justification === 'consent' && state === 'GRANTED';
}

function pending(email: string): { submitAsPending: true; email?: string } {
  return { submitAsPending: true, ...(email.trim() !== '' && { email: email.trim() }) };
}
