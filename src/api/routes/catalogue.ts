import type { SeenApplication } from '../../access/visibility';
import { z } from 'zod';
import * as groups from '../../consent/catalogue/option-groups';
import * as options from '../../consent/catalogue/options';
import * as statements from '../../consent/catalogue/permission-statements';
import * as preferences from '../../consent/catalogue/preferences';
import * as policies from '../../consent/catalogue/privacy-policies';
import type { Database, Tx } from '../../platform/database';
import type { Page, Paging } from '../../platform/paging';
import { applicationId } from '../../subscriptions/schema';
import * as examples from '../examples/catalogue';
import { type DeepReadonly, type Examples, route, type Route } from '../route';
import * as schemas from '../schemas/catalogue';
import { pageOf, paging } from '../schemas/common';

/** One kind of entry: how it looks, and what can be done with it. */
interface Kind<I extends z.ZodType, V extends z.ZodType> {
  /** Last but one part of the path. */
  readonly collection: string;
  /** What an entry is called in sentences, with its article, and in lists. */
  readonly entry: string;
  readonly entries: string;
  /** The same in names of operations and schemas. */
  readonly name: string;
  readonly plural: string;
  readonly id: z.ZodString;
  readonly input: I;
  readonly examples: Examples<z.input<I>>;
  readonly view: V;
  readonly list: (
    db: Database,
    application: SeenApplication,
    paging: Paging,
  ) => Promise<Page<DeepReadonly<z.input<V>>>>;
  readonly put: (
    tx: Tx,
    application: SeenApplication,
    id: string,
    input: z.output<I>,
  ) => Promise<DeepReadonly<z.input<V>>>;
  readonly get: (tx: Tx, application: SeenApplication, id: string) => Promise<DeepReadonly<z.input<V>>>;
  readonly remove: (tx: Tx, application: SeenApplication, id: string) => Promise<void>;
}

/** The catalogue of an application: what its citizens can permit and answer. */
export function catalogueRoutes(db: Database): Route[] {
  return [
    ...entryRoutes(db, {
      collection: 'options',
      entry: 'an option',
      entries: 'options',
      name: 'Option',
      plural: 'Options',
      id: schemas.optionView.shape.id,
      input: schemas.optionInput,
      examples: examples.option,
      view: schemas.optionView,
      list: options.listOptions,
      put: options.putOption,
      get: options.getOption,
      remove: options.deleteOption,
    }),
    ...entryRoutes(db, {
      collection: 'option-groups',
      entry: 'an option group',
      entries: 'option groups',
      name: 'OptionGroup',
      plural: 'OptionGroups',
      id: schemas.optionGroupView.shape.id,
      input: schemas.optionGroupInput,
      examples: examples.optionGroup,
      view: schemas.optionGroupView,
      list: groups.listOptionGroups,
      put: groups.putOptionGroup,
      get: groups.getOptionGroup,
      remove: groups.deleteOptionGroup,
    }),
    ...entryRoutes(db, {
      collection: 'privacy-policies',
      entry: 'a privacy policy',
      entries: 'privacy policies',
      name: 'PrivacyPolicy',
      plural: 'PrivacyPolicies',
      id: schemas.privacyPolicyView.shape.id,
      input: schemas.privacyPolicyInput,
      examples: examples.privacyPolicy,
      view: schemas.privacyPolicyView,
      list: policies.listPrivacyPolicies,
      put: policies.putPrivacyPolicy,
      get: policies.getPrivacyPolicy,
      remove: policies.deletePrivacyPolicy,
    }),
    ...entryRoutes(db, {
      collection: 'permission-statements',
      entry: 'a permission statement',
      entries: 'permission statements',
      name: 'PermissionStatement',
      plural: 'PermissionStatements',
      id: schemas.permissionStatementView.shape.id,
      input: schemas.permissionStatementInput,
      examples: examples.permissionStatement,
      view: schemas.permissionStatementView,
      list: statements.listPermissionStatements,
      put: statements.putPermissionStatement,
      get: statements.getPermissionStatement,
      remove: statements.deletePermissionStatement,
    }),
    ...entryRoutes(db, {
      collection: 'preferences',
      entry: 'a preference',
      entries: 'preferences',
      name: 'Preference',
      plural: 'Preferences',
      id: schemas.preferenceView.shape.reference,
      input: schemas.preferenceInput,
      examples: examples.preference,
      view: schemas.preferenceView,
      list: preferences.listPreferences,
      put: preferences.putPreference,
      get: preferences.getPreference,
      remove: preferences.deletePreference,
    }),
  ];
}

function entryRoutes<I extends z.ZodType, V extends z.ZodType>(db: Database, kind: Kind<I, V>): Route[] {
  const collection = `/v1/applications/{applicationId}/${kind.collection}`;
  const path = `${collection}/{id}`;
  const params = z.object({ applicationId, id: kind.id });
  const tag = 'Catalogue';
  return [
    route({
      method: 'get',
      path: collection,
      operationId: `list${kind.plural}`,
      tag,
      access: { scope: 'catalogue:read' },
      summary: `List ${kind.entries}`,
      params: z.object({ applicationId }),
      query: z.strictObject(paging),
      status: 200,
      answer: pageOf(kind.view, `${kind.name}Page`),
      refusals: [404],
      read: ({ visible, params: { applicationId: application }, query }) =>
        kind.list(db, visible.application(application), query),
    }),
    route({
      method: 'put',
      path,
      operationId: `put${kind.name}`,
      tag,
      access: { scope: 'catalogue:write' },
      summary: `Create or replace ${kind.entry}`,
      params,
      body: kind.input,
      examples: kind.examples,
      status: 200,
      answer: kind.view,
      refusals: [404, 409],
      change: (tx, { visible, params: { applicationId: application, id }, body }) =>
        kind.put(tx, visible.application(application), id, body),
    }),
    route({
      method: 'get',
      path,
      operationId: `get${kind.name}`,
      tag,
      access: { scope: 'catalogue:read' },
      summary: `Get ${kind.entry}`,
      params,
      status: 200,
      answer: kind.view,
      refusals: [404],
      resource: {
        show: (tx, { visible, params: { applicationId: application, id } }) =>
          kind.get(tx, visible.application(application), id),
      },
    }),
    route({
      method: 'delete',
      path,
      operationId: `delete${kind.name}`,
      tag,
      access: { scope: 'catalogue:write' },
      summary: `Delete ${kind.entry} that is not in use`,
      params,
      status: 204,
      refusals: [404, 409],
      change: (tx, { visible, params: { applicationId: application, id } }) =>
        kind.remove(tx, visible.application(application), id),
    }),
  ];
}
