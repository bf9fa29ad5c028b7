import {
  checkAgainstCatalogue,
  type CatalogueExcerpt,
  type CataloguePreference,
} from '../../../src/consent/recording/check-catalogue';
import { checkInput } from '../../../src/consent/recording/check-input';
import type { RecordChangeInput } from '../../../src/consent/recording/input';
import { at } from '../../harness/consent-builders';
import { application } from '../../harness/visibility';

const to = { applicationId: application('shop'), externalRef: 'customer-1' };
const grant = {
  optionType: 'option',
  optionId: 'newsletter',
  justification: 'consent',
  state: 'GRANTED',
} as const;
const paths = (problems: readonly { path: string }[]): string[] => problems.map(({ path }) => path);

describe('a change is refused for what is wrong in itself:', () => {
  it.each<[string, Partial<RecordChangeInput>, string[]]>([
    ['without entries', {}, ['changes']],
    [
      'when the justification does not allow the state, naming both',
      { changes: [grant, { ...grant, justification: 'contract' }] },
      ['changes.1.justification', 'changes.1.state'],
    ],
    [
      'when it ends before it begins',
      { changes: [{ ...grant, validFrom: at(2), validUntil: at(2) }] },
      ['changes.0.validUntil'],
    ],
    [
      'when it answers a preference twice',
      {
        preferences: [
          { preference: 'colour', choices: [] },
          { preference: 'colour', choices: [] },
        ],
      },
      ['preferences.1.preference'],
    ],
    [
      'when it makes a choice twice',
      { preferences: [{ preference: 'colour', choices: ['red', 'blue', 'red'] }] },
      ['preferences.0.choices.2'],
    ],
  ])('%s', (_, fields, expected) => {
    expect(paths(checkInput({ ...to, ...fields } as RecordChangeInput))).toEqual(expected);
  });

  it('but not for naming one permission twice: the later entry counts', () => {
    expect(checkInput({ ...to, changes: [grant, { ...grant, state: 'DENIED' }] })).toEqual([]);
  });
});

describe('a change, compared with the catalogue and the clock, is refused', () => {
  const catalogue: CatalogueExcerpt = {
    now: at(10),
    objections: 'auto',
    options: new Set(['newsletter']),
    groups: new Set(['marketing']),
    policies: new Map(),
    statements: new Map(),
    preferences: new Map([
      ['colour', preference('single', ['red', 'blue'])],
      ['topics', preference('multiple', ['sport', 'art'])],
    ]),
  };
  function preference(type: string, choices: string[]): CataloguePreference {
    return { type, label: 'Label', choices: choices.map((reference) => ({ reference, label: reference })) };
  }
  const minutes = (count: number): Date => new Date(at(10).getTime() + count * 60_000);

  it.each<[string, Partial<RecordChangeInput>, string[]]>([
    [
      'for an unknown option',
      { changes: [grant, { ...grant, optionId: 'marketing' }] },
      ['changes.1.optionId'],
    ],
    ['for an unknown group', { changes: [{ ...grant, optionType: 'group' }] }, ['changes.0.optionId']],
    ['for an unknown policy', { changes: [grant], privacyPolicyId: 'p' }, ['privacyPolicyId']],
    ['for an unknown statement', { changes: [grant], permissionStatementId: 's' }, ['permissionStatementId']],
    [
      'for an unknown preference',
      { preferences: [{ preference: 'size', choices: [] }] },
      ['preferences.0.preference'],
    ],
    [
      'for an unknown choice',
      { preferences: [{ preference: 'topics', choices: ['art', 'red'] }] },
      ['preferences.0.choices.1'],
    ],
    [
      'for two choices of a preference that takes one',
      { preferences: [{ preference: 'colour', choices: ['red', 'blue'] }] },
      ['preferences.0.choices'],
    ],
    [
      'when it was obtained more than five minutes from now',
      {
        changes: [
          { ...grant, obtainedAt: minutes(5) },
          { ...grant, obtainedAt: minutes(5.001) },
        ],
      },
      ['changes.1.obtainedAt'],
    ],
  ])('%s', (_, fields, expected) => {
    expect(paths(checkAgainstCatalogue({ ...to, ...fields } as RecordChangeInput, catalogue))).toEqual(
      expected,
    );
  });

  it.each<[string, Partial<RecordChangeInput>]>([
    ['a group', { changes: [{ ...grant, optionType: 'group', optionId: 'marketing' }] }],
    ['no choice, which takes the answer back', { preferences: [{ preference: 'colour', choices: [] }] }],
    ['several of multiple choice', { preferences: [{ preference: 'topics', choices: ['art', 'sport'] }] }],
  ])('but not for %s', (_, fields) => {
    expect(checkAgainstCatalogue({ ...to, ...fields } as RecordChangeInput, catalogue)).toEqual([]);
  });
});
