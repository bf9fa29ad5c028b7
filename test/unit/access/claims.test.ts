import { emailOf, ruleFor } from '../../../src/access/identity/claims';
import type { RoleRule } from '../../../src/platform/log-in-settings';

const roles: RoleRule[] = [
  { value: 'admins', role: 'owner', applicationIds: null },
  { value: 'shop', role: 'editor', applicationIds: ['shop'] },
];

describe('what somebody may do', () => {
  it.each([
    ['by a list', 'groups', { groups: ['x', 'shop'] }, 'editor'],
    ['by one text', 'groups', { groups: 'admins' }, 'owner'],
    ['by the first rule, whatever the order of the claim', 'groups', { groups: ['shop', 'admins'] }, 'owner'],
    ['by a claim within others', 'realm_access.roles', { realm_access: { roles: ['shop'] } }, 'editor'],
    [
      'by a claim whose name holds dots',
      'https://a.example/r',
      { 'https://a.example/r': ['shop'] },
      'editor',
    ],
    ['by no part of a name', 'groups', { groups: ['admins2', 'Admins'] }, undefined],
    ['by nothing else than texts', 'groups', { groups: [{ value: 'admins' }, ['admins'], null] }, undefined],
    ['by no claim that there is not', 'constructor.name', {}, undefined],
  ])('is told %s', (_, roleClaim, claims, role) => {
    expect(ruleFor(claims, { roleClaim, roles })?.role).toBe(role);
  });
});

describe('the address of somebody', () => {
  it.each([
    [true, { email: ' Ada@Example.com ', email_verified: true }],
    [true, { email: 'ada@example.com', email_verified: 'true' }],
    [false, { email: 'ada@example.com' }],
    [false, { email: 'ada@example.com', email_verified: 'no' }],
    [false, { email: 'ada', email_verified: true }],
    [false, { email: ['ada@example.com'], email_verified: true }],
  ])('is taken only where the provider says that it is theirs: %s for %j', (isTaken, claims) => {
    expect(emailOf(claims, { trustsEmails: false })).toBe(isTaken ? 'ada@example.com' : undefined);
  });

  it('is taken at its word where the operator trusts the provider', () => {
    expect(emailOf({ email: 'ada@example.com' }, { trustsEmails: true })).toBe('ada@example.com');
  });
});
