import { useForm, type UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useRequired } from '../../../components/use-required';
import { keepsSecrets, type IntegrationValues, type StoredSecrets } from './values';

export type IntegrationFormState = UseFormReturnType<IntegrationValues>;

/** The form with the checks that need no call: required fields, and the form of a URL. */
export function useIntegrationForm(initial: IntegrationValues, stored: StoredSecrets): IntegrationFormState {
  const { t } = useTranslation();
  const required = useRequired();
  return useForm<IntegrationValues>({
    initialValues: initial,
    validate: (values) => {
      const { authType, apiKeyAuth, bearerAuth, oauth2Auth } = values.authentication;
      const keeps = keepsSecrets(initial.url, values.url);
      const problems: Record<string, string | null> = {
        applicationId: required(values.applicationId),
        name: required(values.name),
        url: required(values.url) ?? (isUrl(values.url) ? null : t('integrations.form.urlWrong')),
      };
      if (authType === 'api-key') {
        problems['authentication.apiKeyAuth.key'] = required(apiKeyAuth.key);
        if (!stored.apiKey || !keeps)
          problems['authentication.apiKeyAuth.value'] = required(apiKeyAuth.value);
      }
      if (authType === 'bearer' && (!stored.token || !keeps)) {
        problems['authentication.bearerAuth.token'] = required(bearerAuth.token);
      }
      if (authType === 'oauth2') {
        const at = 'authentication.oauth2Auth';
        problems[`${at}.tokenUrl`] =
          required(oauth2Auth.tokenUrl) ??
          (isUrl(oauth2Auth.tokenUrl) ? null : t('integrations.form.urlWrong'));
        problems[`${at}.clientId`] = required(oauth2Auth.clientId);
        if (!stored.clientSecret || !keeps)
          problems[`${at}.clientSecret`] = required(oauth2Auth.clientSecret);
      }
      for (const [index, { name, value, stored: kept }] of values.headers.entries()) {
        problems[`headers.${index}.name`] = required(name);
        if (!kept || !keeps) problems[`headers.${index}.value`] = required(value);
      }
      return problems;
    },
  });
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text.trim()) && URL.canParse(text.trim());
}
