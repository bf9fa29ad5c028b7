/** The five kinds of catalogue entries: how each is listed and written. */
import type { ReactElement, ReactNode } from 'react';
import type { Operation } from '../session/permission';
import type { Kind, Kinds } from './api';
import {
  OptionFields,
  OptionGroupFields,
  PermissionStatementFields,
  PreferenceFields,
  PrivacyPolicyFields,
  type FieldsProps,
} from './fields';

export const KINDS = [
  'options',
  'option-groups',
  'preferences',
  'privacy-policies',
  'permission-statements',
] as const satisfies readonly Kind[];

export interface KindDefinition<K extends Kind> {
  /** What writes an entry, and what deletes it. */
  readonly calls: { readonly put: Operation; readonly remove: Operation };
  readonly blank: Kinds[K]['input'];
  readonly idOf: (view: Kinds[K]['view']) => string;
  readonly nameOf: (view: Kinds[K]['view']) => string;
  /** The second column. */
  readonly detailOf?: (view: Kinds[K]['view']) => ReactNode;
  readonly toInput: (view: Kinds[K]['view']) => Kinds[K]['input'];
  readonly Fields: (props: FieldsProps<Kinds[K]['input']>) => ReactElement;
}

export const DEFINITIONS: { readonly [K in Kind]: KindDefinition<K> } = {
  options: {
    calls: { put: 'putOption', remove: 'deleteOption' },
    blank: { name: '' },
    idOf: ({ id }) => id,
    nameOf: ({ name }) => name,
    toInput: ({ name }) => ({ name }),
    Fields: OptionFields,
  },
  'option-groups': {
    calls: { put: 'putOptionGroup', remove: 'deleteOptionGroup' },
    blank: { name: '', optionIds: [] },
    idOf: ({ id }) => id,
    nameOf: ({ name }) => name,
    detailOf: ({ optionIds }) => optionIds.join(', '),
    toInput: ({ name, optionIds }) => ({ name, optionIds }),
    Fields: OptionGroupFields,
  },
  preferences: {
    calls: { put: 'putPreference', remove: 'deletePreference' },
    blank: { label: '', type: 'single', choices: [{ reference: '', label: '' }] },
    idOf: ({ reference }) => reference,
    nameOf: ({ label }) => label,
    detailOf: ({ choices }) => choices.map(({ label }) => label).join(', '),
    toInput: ({ label, type, choices }) => ({ label, type, choices }),
    Fields: PreferenceFields,
  },
  'privacy-policies': {
    calls: { put: 'putPrivacyPolicy', remove: 'deletePrivacyPolicy' },
    blank: { reference: '', name: '', url: '' },
    idOf: ({ id }) => id,
    nameOf: ({ name }) => name,
    detailOf: ({ reference }) => reference,
    toInput: ({ reference, name, url }) => ({ reference, name, url: url ?? '' }),
    Fields: PrivacyPolicyFields,
  },
  'permission-statements': {
    calls: { put: 'putPermissionStatement', remove: 'deletePermissionStatement' },
    blank: { reference: '', text: '' },
    idOf: ({ id }) => id,
    nameOf: ({ reference }) => reference,
    detailOf: ({ text }) => text,
    toInput: ({ reference, text }) => ({ reference, text }),
    Fields: PermissionStatementFields,
  },
};
