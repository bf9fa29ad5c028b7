import type { SeenApplication } from '../../../src/access/visibility';
import * as applications from '../../../src/consent/catalogue/applications';
import * as groups from '../../../src/consent/catalogue/option-groups';
import * as options from '../../../src/consent/catalogue/options';
import * as statements from '../../../src/consent/catalogue/permission-statements';
import * as preferences from '../../../src/consent/catalogue/preferences';
import * as policies from '../../../src/consent/catalogue/privacy-policies';
import { deleteCitizen } from '../../../src/consent/citizen-deletion';
import type { Page } from '../../../src/platform/paging';
import type { RecordChangeInput } from '../../../src/consent/recording/input';
import type { Tx } from '../../../src/platform/database';
import { ConsentRig, permission, SHOP } from '../../harness/consent';
import { ALL, application } from '../../harness/visibility';

let rig: ConsentRig;

beforeAll(async () => {
  rig = await ConsentRig.start();
});
afterAll(() => rig.stop());

const all = { offset: 0, limit: 100 };
const conflict = { status: 409 };
const missing = { status: 404 };
const inTransaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => rig.transact(work);

const choice = (reference: string) => ({ reference, label: reference.toUpperCase() });

interface Kind {
  readonly kind: string;
  readonly put: (tx: Tx, text: string) => Promise<unknown>;
  readonly shown: (text: string) => object;
  readonly get: (tx: Tx, applicationId: SeenApplication) => Promise<unknown>;
  readonly list: () => Promise<Page<unknown>>;
  readonly remove: (tx: Tx) => Promise<void>;
  /** A change that names it. */
  readonly use: Partial<RecordChangeInput>;
}

/** Each kind of entry: how it is written, twice, and dealt with. */
const kinds: Kind[] = [
  {
    kind: 'option',
    put: (tx: Tx, name: string) => options.putOption(tx, SHOP, 'o', { name }),
    shown: (name: string) => ({ id: 'o', applicationId: SHOP, name }),
    get: (tx: Tx, app: SeenApplication) => options.getOption(tx, app, 'o'),
    list: () => options.listOptions(rig.db, SHOP, all),
    remove: (tx: Tx) => options.deleteOption(tx, SHOP, 'o'),
    use: { changes: [permission({ optionId: 'o' })] },
  },
  {
    kind: 'option group',
    put: (tx: Tx, name: string) =>
      groups.putOptionGroup(tx, SHOP, 'g', { name, optionIds: ['profiling', 'calls'] }),
    shown: (name: string) => ({ id: 'g', applicationId: SHOP, name, optionIds: ['profiling', 'calls'] }),
    get: (tx: Tx, app: SeenApplication) => groups.getOptionGroup(tx, app, 'g'),
    list: () => groups.listOptionGroups(rig.db, SHOP, all),
    remove: (tx: Tx) => groups.deleteOptionGroup(tx, SHOP, 'g'),
    use: { changes: [permission({ optionType: 'group', optionId: 'g' })] },
  },
  {
    kind: 'privacy policy',
    put: (tx: Tx, name: string) => policies.putPrivacyPolicy(tx, SHOP, 'p', { reference: 'r', name }),
    shown: (name: string) => ({ id: 'p', applicationId: SHOP, reference: 'r', name, url: null }),
    get: (tx: Tx, app: SeenApplication) => policies.getPrivacyPolicy(tx, app, 'p'),
    list: () => policies.listPrivacyPolicies(rig.db, SHOP, all),
    remove: (tx: Tx) => policies.deletePrivacyPolicy(tx, SHOP, 'p'),
    use: { changes: [permission()], privacyPolicyId: 'p' },
  },
  {
    kind: 'permission statement',
    put: (tx: Tx, text: string) => statements.putPermissionStatement(tx, SHOP, 's', { reference: 'r', text }),
    shown: (text: string) => ({ id: 's', applicationId: SHOP, reference: 'r', text }),
    get: (tx: Tx, app: SeenApplication) => statements.getPermissionStatement(tx, app, 's'),
    list: () => statements.listPermissionStatements(rig.db, SHOP, all),
    remove: (tx: Tx) => statements.deletePermissionStatement(tx, SHOP, 's'),
    use: { changes: [permission()], permissionStatementId: 's' },
  },
  {
    kind: 'preference',
    put: (tx: Tx, label: string) =>
      preferences.putPreference(tx, SHOP, 'size', {
        label,
        type: 'single',
        choices: [choice('m'), choice('l')],
      }),
    shown: (label: string) => ({
      ...{ reference: 'size', applicationId: SHOP, label, type: 'single' },
      choices: [choice('m'), choice('l')],
    }),
    get: (tx: Tx, app: SeenApplication) => preferences.getPreference(tx, app, 'size'),
    list: () => preferences.listPreferences(rig.db, SHOP, all),
    remove: (tx: Tx) => preferences.deletePreference(tx, SHOP, 'size'),
    use: { preferences: [{ preference: 'size', choices: ['l'] }] },
  },
];

describe.each(kinds)('an entry of the catalogue: $kind', ({ kind, put, shown, get, list, remove, use }) => {
  it('is created, replaced, shown and listed', async () => {
    for (const text of ['First', 'Second', 'Second']) {
      expect(await inTransaction((tx) => put(tx, text))).toEqual(shown(text));
      expect(await get(rig.db, SHOP)).toEqual(shown(text));
    }
    expect((await list()).items).toContainEqual(shown('Second'));
    await expect(get(rig.db, application('other'))).rejects.toMatchObject(missing);
  });

  it('cannot be deleted while it is in use, and can when it is not any more', async () => {
    await inTransaction((tx) => put(tx, 'Used'));
    const { citizenId } = await rig.record({ ...use, externalRef: `uses ${kind}`, citizenId: undefined });
    await expect(inTransaction(remove)).rejects.toMatchObject(conflict);
    expect(await get(rig.db, SHOP)).toEqual(shown('Used'));
    await inTransaction((tx) => deleteCitizen(tx, ALL, rig.sealer, citizenId));
    await inTransaction(remove);
    await expect(get(rig.db, SHOP)).rejects.toMatchObject(missing);
    await expect(inTransaction(remove)).rejects.toMatchObject(missing);
  });
});

describe('an option', () => {
  it('cannot be deleted while a group has it', async () => {
    await options.putOption(rig.db, SHOP, 'member', { name: 'Member' });
    const put = (optionIds: string[]) =>
      inTransaction((tx) => groups.putOptionGroup(tx, SHOP, 'club', { name: 'Club', optionIds }));
    await put(['member', 'newsletter']);
    const remove = (): Promise<void> => inTransaction((tx) => options.deleteOption(tx, SHOP, 'member'));
    await expect(remove()).rejects.toMatchObject(conflict);
    await put(['newsletter']);
    await remove();
  });

  it('needs an application', async () => {
    await expect(options.putOption(rig.db, application('nope'), 'o', { name: 'O' })).rejects.toMatchObject(
      missing,
    );
    await expect(options.listOptions(rig.db, application('nope'), all)).rejects.toMatchObject(missing);
  });

  it('is listed in pages, in the order of the ids', async () => {
    await rig.openShop('pages');
    const page = await options.listOptions(rig.db, application('pages'), { offset: 1, limit: 1 });
    expect(page).toMatchObject({ items: [{ id: 'newsletter' }], total: 3, offset: 1, limit: 1 });
  });
});

describe('a group', () => {
  it('is refused with a member that is no option or is listed twice, naming each', async () => {
    const put = (tx: Tx) =>
      groups.putOptionGroup(tx, SHOP, 'bad', { name: 'Bad', optionIds: ['calls', 'nope', 'calls'] });
    await expect(inTransaction(put)).rejects.toMatchObject({
      problems: [{ path: 'optionIds.1' }, { path: 'optionIds.2' }],
    });
    await expect(groups.getOptionGroup(rig.db, SHOP, 'bad')).rejects.toMatchObject(missing);
  });
});

describe('a preference', () => {
  const put = (type: preferences.PreferenceType, ...references: string[]) =>
    inTransaction((tx) =>
      preferences.putPreference(tx, SHOP, 'topics', {
        label: 'Topics',
        type,
        choices: references.map(choice),
      }),
    );
  const answer = (...choices: string[]) =>
    rig.record({ externalRef: 'reader', preferences: [{ preference: 'topics', choices }] });

  it('keeps the choices that answers hold, and may drop, add and reorder the others', async () => {
    await put('multiple', 'art', 'sport', 'news');
    await answer('sport');
    await expect(put('multiple', 'art')).rejects.toMatchObject(conflict);
    expect((await put('multiple', 'film', 'sport')).choices).toEqual([choice('film'), choice('sport')]);
    await expect(answer('art')).rejects.toMatchObject({ problems: [{ path: 'preferences.0.choices.0' }] });
  });

  it('becomes single choice only as long as nobody made several choices', async () => {
    await put('single', 'film', 'sport');
    await put('multiple', 'film', 'sport');
    await answer('film', 'sport');
    await expect(put('single', 'film', 'sport')).rejects.toMatchObject(conflict);
  });

  it('shows a better label in whatever is rendered from then on', async () => {
    const choices = [
      { reference: 'film', label: 'Cinema' },
      { reference: 'sport', label: 'Sport' },
    ];
    const better = { label: 'Interests', type: 'multiple', choices } as const;
    await inTransaction((tx) => preferences.putPreference(tx, SHOP, 'topics', better));
    const { body } = await rig.effective('reader');
    expect(body.preferences[0]).toMatchObject({ label: 'Interests', choices });
  });

  it('is refused with a choice that is listed twice, naming it', async () => {
    await expect(put('single', 'art', 'art')).rejects.toMatchObject({
      problems: [{ path: 'choices.1.reference' }],
    });
  });
});

describe('an application', () => {
  const put = (input: applications.ApplicationInput) =>
    applications.putApplication(rig.db, application('app'), input);

  it('takes defaults for what is absent, and replaces all of it', async () => {
    const defaults = {
      ...{ id: 'app', name: 'App', objections: 'auto', sender: null, replyTo: null, locales: ['en'] },
      confirmPage: { expiryMs: 604_800_000, reminderMs: null, returnUrl: null, accent: null },
    };
    expect(await put({ name: 'App' })).toMatchObject(defaults);
    const whole: applications.ApplicationInput = {
      name: 'App',
      objections: 'manual',
      sender: { email: 'news@example.com', name: 'News' },
      replyTo: { email: 'help@example.com', name: null },
      locales: ['de', 'en'],
      confirmPage: {
        expiryMs: 86_400_000,
        reminderMs: 3_600_000,
        returnUrl: 'https://example.com',
        accent: '#112233',
      },
    };
    expect(await put(whole)).toMatchObject(whole);
    expect(await applications.getApplication(rig.db, application('app'))).toMatchObject(whole);
    expect(await put({ name: 'App' })).toMatchObject(defaults);
    const { items } = await applications.listApplications(rig.db, ALL, all);
    expect(items.map(({ id }) => id)).toContain('app');
  });

  it.each([
    ['no locale', { locales: [] }, 'locales'],
    ['a locale twice', { locales: ['en', 'en'] }, 'locales'],
    [
      'a reminder after the link has expired',
      { confirmPage: { expiryMs: 5, reminderMs: 5 } },
      'confirmPage.reminderMs',
    ],
  ])('is refused with %s', async (_, wrong, path) => {
    await expect(put({ name: 'App', ...wrong })).rejects.toMatchObject({ problems: [{ path }] });
  });

  it('can be deleted once it has neither citizens nor subscriptions nor a log of deliveries', async () => {
    const remove = (): Promise<void> =>
      inTransaction((tx) => applications.deleteApplication(tx, application('brief')));
    await rig.openShop('brief');
    const subscription = await rig.subscribe('consent-receipts', { applicationId: 'brief' });
    const recorded = await rig.record({ applicationId: 'brief', externalRef: 'x', changes: [permission()] });
    await expect(remove()).rejects.toMatchObject({
      ...conflict,
      message: expect.stringContaining('citizens') as string,
    });
    await inTransaction((tx) => deleteCitizen(tx, ALL, rig.sealer, recorded.citizenId));
    await expect(remove()).rejects.toMatchObject({
      message: expect.stringContaining('subscriptions') as string,
    });
    await rig.db.subscription.update({ where: { id: subscription }, data: { deletedAt: new Date() } });
    await expect(remove()).rejects.toMatchObject({ message: expect.stringContaining('log') as string });
    await rig.db.delivery.deleteMany({ where: { subscriptionId: subscription } });
    await remove();
    await expect(remove()).rejects.toMatchObject(missing);
  });
});
