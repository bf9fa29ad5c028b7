/** Calls for applications and their catalogues. */
import { answer, api, done, onlyIfUnchanged, tagged, type Tagged } from '../../api/client';
import type { components } from '../../api/schema';
import type { Application, Page } from '../../api/types';

type Schemas = components['schemas'];

export type ApplicationInput = Schemas['ApplicationInput'];
export type Option = Schemas['Option'];
export type OptionGroup = Schemas['OptionGroup'];
export type PrivacyPolicy = Schemas['PrivacyPolicy'];
export type PermissionStatement = Schemas['PermissionStatement'];
export type Preference = Schemas['Preference'];

/** The kinds of entries, by the name of their collection, with what is written and what is read. */
export interface Kinds {
  readonly options: { readonly input: Schemas['OptionInput']; readonly view: Option };
  readonly 'option-groups': { readonly input: Schemas['OptionGroupInput']; readonly view: OptionGroup };
  readonly preferences: { readonly input: Schemas['PreferenceInput']; readonly view: Preference };
  readonly 'privacy-policies': {
    readonly input: Schemas['PrivacyPolicyInput'];
    readonly view: PrivacyPolicy;
  };
  readonly 'permission-statements': {
    readonly input: Schemas['PermissionStatementInput'];
    readonly view: PermissionStatement;
  };
}
export type Kind = keyof Kinds;

/** As many as the API gives at once. */
const limit = 100;
const of = (applicationId: string): { params: { path: { applicationId: string } } } => ({
  params: { path: { applicationId } },
});
const entry = (
  applicationId: string,
  id: string,
): { params: { path: { applicationId: string; id: string } } } => ({
  params: { path: { applicationId, id } },
});

export const applicationsApi = {
  list: (): Promise<Page<Application>> =>
    answer(api.GET('/v1/applications', { params: { query: { limit } } })),
  get: (id: string): Promise<Tagged<Application>> =>
    tagged(api.GET('/v1/applications/{applicationId}', of(id))),
  /** Without a tag: creates it. */
  put: (id: string, tag: string | undefined, body: ApplicationInput): Promise<Application> =>
    answer(
      api.PUT('/v1/applications/{applicationId}', {
        params: { path: { applicationId: id }, header: onlyIfUnchanged(tag) },
        body,
      }),
    ),
  remove: (id: string): Promise<void> => done(api.DELETE('/v1/applications/{applicationId}', of(id))),
} as const;

/** The five collections have the same calls; the cast joins what the document describes one by one. */
export const catalogueApi = {
  list: <K extends Kind>(kind: K, applicationId: string): Promise<Page<Kinds[K]['view']>> =>
    answer(
      api.GET(`/v1/applications/{applicationId}/${kind}` as '/v1/applications/{applicationId}/options', {
        params: { path: { applicationId }, query: { limit } },
      }),
    ),
  get: <K extends Kind>(kind: K, applicationId: string, id: string): Promise<Tagged<Kinds[K]['view']>> =>
    tagged(api.GET(path(kind), entry(applicationId, id))),
  /** Without a tag: creates it. */
  put: <K extends Kind>(
    kind: K,
    at: { applicationId: string; id: string; tag: string | undefined },
    body: Kinds[K]['input'],
  ): Promise<void> =>
    done(
      api.PUT(path(kind), {
        params: {
          path: { applicationId: at.applicationId, id: at.id },
          header: onlyIfUnchanged(at.tag),
        },
        body: body as Kinds['options']['input'],
      }),
    ),
  remove: (kind: Kind, applicationId: string, id: string): Promise<void> =>
    done(api.DELETE(path(kind), entry(applicationId, id))),
} as const;

function path(kind: Kind): '/v1/applications/{applicationId}/options/{id}' {
  return `/v1/applications/{applicationId}/${kind}/{id}` as '/v1/applications/{applicationId}/options/{id}';
}
