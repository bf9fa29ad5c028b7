/**
 * A walk over all operations as each kind of caller: nobody sees or changes what does not exist for them. The service runs as a role
 * of the database that owns nothing, so every operation is seen to work for that one.
 */
import { ROLES, SCOPES, isAtLeast, type Role } from '../../../src/access/scopes';
import { hashOfToken } from '../../../src/access/secret-token';
import { ApiRig } from '../../harness/api';
import { expectReasonsInWords } from '../../harness/audit-reasons';
import { startAsServiceRole } from '../../harness/service-role';
import { OURS, Walk, type Answered, type Credentials } from '../../harness/walk';

let api: ApiRig;
let walk: Walk;
const counts: Record<string, number> = {};

beforeAll(async () => {
  api = await ApiRig.start({}, await startAsServiceRole());
  walk = await Walk.prepare(api);
});
afterAll(async () => {
  console.info(`Requests of the walk by caller: ${JSON.stringify(counts)}`); // eslint-disable-line no-console
  await api.stop();
});

async function everywhere(name: string, who: Credentials): Promise<Answered[]> {
  const answers = await walk.everywhere(who);
  counts[name] = answers.length;
  expect(answers.length).toBeGreaterThan(80);
  return answers;
}

const refusalOf = ({ status, code, params }: Answered): unknown[] => [status, code, params];
const nameOf = ({ operation: { operationId }, status }: Answered): string => `${operationId}: ${status}`;

async function person(role: Role, applicationIds: readonly string[] | null = [OURS]): Promise<Credentials> {
  const { cookie = '', csrfToken = '' } = await api.logIn(role, applicationIds);
  return { cookie, 'x-csrf-token': csrfToken };
}

describe('what another application has', () => {
  it.each<[string, () => Promise<Credentials>]>([
    ['a key of all scopes', () => walk.key({})],
    ...ROLES.map((role): [string, () => Promise<Credentials>] => [`a person, ${role}`, () => person(role)]),
  ])('does not exist for %s: each answer is that for something that there never was', async (name, who) => {
    const caller = await who();
    const before = await walk.fingerprints();
    const { pairs, leaks } = await walk.leaks(caller);
    counts[`${name}, other application`] = pairs * 2;
    expect(leaks).toEqual([]);
    expect(await walk.fingerprints()).toEqual(before);
    expect(pairs).toBeGreaterThan(80);
  });
});

describe('a key', () => {
  it.each(['none', ...SCOPES])(
    'of the scope %s is let through to what needs it, and nowhere else',
    async (scope) => {
      const scopes = scope === 'none' ? [] : [scope];
      for (const answer of await everywhere(`scope ${scope}`, await walk.key({ scopes }))) {
        const needed = answer.operation['x-required-scope'];
        if (needed === undefined) expect(refusalOf(answer)).toEqual([403, 'session_required', undefined]);
        else if (needed === scope) expect([401, 403]).not.toContain(answer.status);
        else expect(refusalOf(answer)).toEqual([403, 'missing_scope', { scope: needed }]);
      }
    },
  );

  it.each([
    ['is over', { expiresAt: new Date(Date.now() - 1) }],
    ['was revoked', { revokedAt: new Date() }],
  ])('that %s is let through to nothing', async (name, ended) => {
    const answers = await everywhere(`key that ${name}`, await walk.key(ended));
    expect(answers.filter(({ status }) => status !== 401).map(nameOf)).toEqual([]);
  });
});

describe('a session', () => {
  it.each<[string, (session: { hash: string }) => Promise<unknown>]>([
    ['is over', ({ hash }) => api.db.session.update({ where: { hash }, data: { expiresAt: new Date(0) } })],
    ['was ended', ({ hash }) => api.db.session.delete({ where: { hash } })],
  ])('that %s lets through to nothing', async (name, end) => {
    const who = await person('owner', null);
    const hash = hashOfToken(who.cookie?.split('=')[1] ?? '');
    await end(await api.db.session.findUniqueOrThrow({ where: { hash } }));
    const answers = await everywhere(`session that ${name}`, who);
    expect(answers.filter(({ status }) => status !== 401).map(nameOf)).toEqual([]);
  });
});

describe('a person', () => {
  // Whoever may do most comes last: what they do takes away what the others ask for.
  it.each([
    ...ROLES.map((role) => [role, 'some applications', [OURS]] as const),
    ...ROLES.map((role) => [role, 'all applications', null] as const),
  ])(
    'with the role %s for %s is let through to what it may do, which its session tells, and nowhere else',
    async (role, whose, ids) => {
      const who = await person(role, ids);
      const told = (await api.call('GET', '/v1/session', { headers: who })).body.operations as string[];
      for (const answer of await everywhere(`role ${role}, ${whose}`, who)) {
        const { operationId } = answer.operation;
        expect({ operationId, told: told.includes(operationId) }).toEqual({
          operationId,
          told: answer.status !== 403,
        });
        const needed = answer.operation['x-required-role'] as Role;
        const concernsAll = answer.operation.description.includes('all applications exist');
        if (!isAtLeast(role, needed))
          expect(refusalOf(answer)).toEqual([403, 'missing_role', { role: needed }]);
        else if (concernsAll && ids !== null)
          expect(refusalOf(answer)).toEqual([403, 'all_applications_required', undefined]);
        else expect([401, 403, 500]).not.toContain(answer.status);
      }
    },
  );
});

it('what was refused is told in the audit trail in words', () => expectReasonsInWords(api.db));
