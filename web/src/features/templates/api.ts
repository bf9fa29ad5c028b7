/** Calls for the texts of e-mails. */
import { answer, api, done, onlyIfUnchanged, tagged, type Tagged } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type TemplateSource = Pick<Schemas['EmailTemplateInput'], 'subject' | 'mjml' | 'text'>;
/** The text in use; with a tag where the application has one of its own. */
export type StoredTemplate = Omit<Tagged<TemplateSource>, 'tag'> &
  Partial<Pick<Tagged<TemplateSource>, 'tag'>>;
export type RenderedEmail = Schemas['RenderedEmail'];

/** A type, since calls take no interfaces here: those lack an index signature. */
type TemplateParams = {
  params: { path: { applicationId: string; type: 'double-opt-in'; locale: string } };
};

const of = (applicationId: string, locale: string): TemplateParams => ({
  params: { path: { applicationId, type: 'double-opt-in', locale } },
});

const PATH = '/v1/applications/{applicationId}/email-templates/{type}/{locale}';

export const templatesApi = {
  /** Without a tag where there is none of this language yet, and the built-in one is in use. The list tells, so that no call has to fail. */
  get: async (applicationId: string, locale: string): Promise<StoredTemplate> => {
    const { items } = await answer(
      api.GET('/v1/applications/{applicationId}/email-templates', {
        params: { path: { applicationId }, query: { limit: 100 } },
      }),
    );
    const isThere = items.some((template) => template.locale === locale);
    if (isThere) return tagged(api.GET(PATH, of(applicationId, locale)));
    return { value: await answer(api.GET(`${PATH}/built-in`, of(applicationId, locale))) };
  },
  /** Without a tag: creates it. */
  put: (
    applicationId: string,
    locale: string,
    tag: string | undefined,
    body: TemplateSource,
  ): Promise<TemplateSource> =>
    answer(
      api.PUT(PATH, {
        params: { ...of(applicationId, locale).params, header: onlyIfUnchanged(tag) },
        body,
      }),
    ),
  remove: (applicationId: string, locale: string): Promise<void> =>
    done(api.DELETE(PATH, of(applicationId, locale))),
  preview: (applicationId: string, locale: string, body: TemplateSource): Promise<RenderedEmail> =>
    answer(api.POST(`${PATH}/preview`, { ...of(applicationId, locale), body })),
} as const;
