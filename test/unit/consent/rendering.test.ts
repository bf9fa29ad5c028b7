import { diff } from '../../../src/consent/rules/diff';
import { effectiveState, NOTHING_IN_EFFECT } from '../../../src/consent/rules/effective-state';
import { pruneReceipt, withSentAt } from '../../../src/consent/render';
import { renderEffectivePermissions } from '../../../src/consent/rendering/effective-permissions';
import type { Labels } from '../../../src/consent/rendering/labels';
import { renderReceipt } from '../../../src/consent/rendering/receipt';
import { answer, at, transaction } from '../../harness/consent-builders';

const envelope = { applicationId: 'shop', citizenId: 'citizen', externalRef: 'customer-1' };
const labels: Labels = {
  policies: new Map([['policy', 'Privacy 2026']]),
  statements: new Map([['statement', 'News by e-mail']]),
  preferences: new Map([
    [
      'colour',
      {
        label: 'Favourite colour',
        choices: new Map([
          ['red', 'Red'],
          ['blue', 'Blue'],
        ]),
      },
    ],
  ]),
};
const full = transaction({
  id: 'transaction',
  channel: 'web',
  campaign: 'spring',
  privacyPolicyId: 'policy',
  permissionStatementId: 'statement',
  recordedById: 'user',
  recordedByName: 'Ada',
  recordedClientId: 'client',
  recordedClientName: 'CRM',
  delegatedAuthorityId: 'delegate',
  delegatedAuthorityName: 'Bob',
  recordedAt: at(1),
  obtainedAt: at(0),
  validFrom: at(0),
  validUntil: at(90),
});
const chosen = answer({ choices: ['red', 'blue'] });
const state = effectiveState([full], [chosen], at(2));
const nothing = NOTHING_IN_EFFECT;

const PERMISSION = {
  transactionId: 'transaction',
  optionType: 'option',
  optionId: 'newsletter',
  justification: 'consent',
  state: 'GRANTED',
  channel: 'web',
  campaign: 'spring',
  privacyPolicyId: 'policy',
  privacyPolicyRef: 'Privacy 2026',
  permissionStatementId: 'statement',
  permissionStatementRef: 'News by e-mail',
  recordedBy: 'user',
  recordedByName: 'Ada',
  recordedClient: 'client',
  recordedClientName: 'CRM',
  delegatedAuthorityId: 'delegate',
  delegatedAuthorityName: 'Bob',
  recordedAt: '2026-01-01T01:00:00.000Z',
  obtainedAt: '2026-01-01T00:00:00.000Z',
  validFrom: '2026-01-01T00:00:00.000Z',
  validUntil: '2026-01-04T18:00:00.000Z',
};
const PREFERENCE = {
  preference: 'colour',
  choices: [
    { reference: 'red', label: 'Red' },
    { reference: 'blue', label: 'Blue' },
  ],
  label: 'Favourite colour',
  submissionId: 'submission',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
/** As text, so that the order of the fields counts too. */
const json = (body: unknown): string => JSON.stringify(body, null, 1);

describe('Effective Permissions', () => {
  it('have exactly the documented fields, in the documented order', () => {
    const body = withSentAt(renderEffectivePermissions(envelope, state, labels), at(3));
    expect(json(body)).toBe(
      json({
        ...envelope,
        permissions: [PERMISSION],
        preferences: [PREFERENCE],
        sentAt: '2026-01-01T03:00:00.000Z',
      }),
    );
  });

  it('have both arrays where nothing is in effect', () => {
    expect(json(renderEffectivePermissions(envelope, nothing, labels))).toBe(
      json({ ...envelope, permissions: [], preferences: [] }),
    );
  });

  it('say null where there is nothing to say, and leave no field out', () => {
    const plain = effectiveState([transaction()], [], at(1));
    const [entry] = renderEffectivePermissions(envelope, plain, labels).permissions;
    expect(Object.keys(entry ?? {})).toEqual(Object.keys(PERMISSION));
    expect(entry).toMatchObject({
      channel: null,
      privacyPolicyRef: null,
      recordedBy: null,
      validUntil: null,
    });
  });

  it('are the same for the same state, however it came about', () => {
    const all = ['b', 'a'].map((optionId) => transaction({ optionId }));
    const rendered = [all, [...all].reverse()].map((arrived) =>
      json(renderEffectivePermissions(envelope, effectiveState(arrived, [], at(1)), labels)),
    );
    expect(rendered[0]).toBe(rendered[1]);
  });
});

describe('a Consent Receipt', () => {
  it('has the same envelope and entries', () => {
    const body = withSentAt(renderReceipt(envelope, diff(nothing, state), labels), at(3));
    expect(json(body)).toBe(
      json({
        ...envelope,
        permissions: [PERMISSION],
        preferences: [PREFERENCE],
        sentAt: '2026-01-01T03:00:00.000Z',
      }),
    );
  });

  it('says at the end of each entry what was in effect before, where that is asked for', () => {
    const later = effectiveState(
      [
        transaction({ id: 'later', sequence: 2, state: 'DENIED' }),
        transaction({ id: 'new', optionId: 'calls' }),
      ],
      [answer({ sequence: 2, choices: ['blue'] })],
      at(2),
    );
    const { permissions, preferences } = renderReceipt(envelope, diff(state, later), labels, state);
    expect(permissions).toEqual([
      expect.objectContaining({ transactionId: 'new', previous: null }),
      expect.objectContaining({ transactionId: 'later', state: 'DENIED', previous: PERMISSION }),
    ]);
    expect(Object.keys(permissions?.[0] ?? {})).toEqual([...Object.keys(PERMISSION), 'previous']);
    expect(preferences).toEqual([expect.objectContaining({ previous: PREFERENCE })]);
    const ended = renderReceipt(envelope, diff(state, nothing), labels, state);
    expect(ended.permissions).toEqual([{ ...PERMISSION, state: null, previous: PERMISSION }]);
    expect(ended.preferences).toEqual([{ ...PREFERENCE, choices: [], previous: PREFERENCE }]);
  });

  it('omits a kind without an altered entry', () => {
    const permission = renderReceipt(envelope, diff(nothing, effectiveState([full], [], at(2))), labels);
    expect(Object.keys(permission)).toEqual([...Object.keys(envelope), 'permissions']);
    const preference = renderReceipt(envelope, diff(nothing, effectiveState([], [chosen], at(2))), labels);
    expect(Object.keys(preference)).toEqual([...Object.keys(envelope), 'preferences']);
  });

  it('says state null of what ended with nothing in its place, with the ended one’s other fields', () => {
    expect(json(renderReceipt(envelope, diff(state, nothing), labels))).toBe(
      json({
        ...envelope,
        permissions: [{ ...PERMISSION, state: null }],
        preferences: [{ ...PREFERENCE, choices: [] }],
      }),
    );
  });
});

describe('a receipt that waited through a pause', () => {
  const receipt = renderReceipt(envelope, diff(nothing, state), labels);

  it('leaves out what was overridden since', () => {
    expect(json(pruneReceipt(receipt, new Set(['option:newsletter'])))).toBe(
      json({ ...envelope, preferences: [PREFERENCE] }),
    );
    expect(json(pruneReceipt(receipt, new Set(['preference:colour'])))).toBe(
      json({ ...envelope, permissions: [PERMISSION] }),
    );
  });

  it('tells an option from a group of the same id', () => {
    expect(pruneReceipt(receipt, new Set(['group:newsletter']))).toEqual(receipt);
  });

  it('is nothing where no entry remains', () => {
    expect(pruneReceipt(receipt, new Set(['option:newsletter', 'preference:colour']))).toBeUndefined();
  });

  it('stays as it is where nothing was overridden, the empty one of a deletion too', () => {
    const empty = renderReceipt(envelope, diff(nothing, nothing), labels);
    expect(pruneReceipt(empty, new Set())).toEqual(envelope);
  });
});
