/** The form's fields. They are named as the API's body is, so that what it finds wrong is shown at the field. */
import type { Subscription, SubscriptionCreation, UpdateType } from '../../../api/types';
import { toLocalTime } from '../../../components/TimeInput';

export type AuthType = 'none' | 'api-key' | 'bearer' | 'oauth2';

export interface IntegrationValues {
  readonly applicationId: string;
  readonly name: string;
  readonly url: string;
  readonly updateType: UpdateType;
  readonly maxInFlight: number | '';
  readonly earlyRecovery: Subscription['earlyRecovery'];
  readonly halfOpenProbing: Subscription['halfOpenProbing'];
  readonly signing: Subscription['signing'];
  readonly filter: FilterValues;
  readonly payload: Subscription['payload'];
  readonly headers: readonly HeaderValues[];
  readonly clientCertificate: { readonly certificate: string; readonly privateKey: string };
  readonly authentication: {
    readonly authType: AuthType;
    readonly apiKeyAuth: {
      readonly location: 'header' | 'query';
      readonly key: string;
      readonly value: string;
    };
    /** `expiresAt` as a local time input writes it. */
    readonly bearerAuth: { readonly token: string; readonly expiresAt: string };
    readonly oauth2Auth: OAuth2Values;
  };
}

/** What it is told of; nothing chosen: everything. */
export interface FilterValues {
  readonly options: readonly string[];
  readonly optionGroups: readonly string[];
  readonly preferences: readonly string[];
}

/** Where access tokens come from. */
export interface OAuth2Values {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly audience: string;
  readonly refreshToken: string;
  /** The stored one is to be removed. */
  readonly forgetRefreshToken: boolean;
}

/** A header of the integration's own. */
export interface HeaderValues {
  readonly name: string;
  readonly value: string;
  /** The service holds its value; an empty field keeps it. */
  readonly stored: boolean;
}

/** Which secrets the service holds already: their fields may stay empty. */
export interface StoredSecrets {
  readonly apiKey: boolean;
  readonly token: boolean;
  readonly clientSecret: boolean;
  readonly refreshToken: boolean;
}

export const NOTHING_STORED: StoredSecrets = {
  apiKey: false,
  token: false,
  clientSecret: false,
  refreshToken: false,
};

export const NEW_INTEGRATION: IntegrationValues = {
  applicationId: '',
  name: '',
  url: '',
  updateType: 'effective-permission',
  maxInFlight: 100,
  earlyRecovery: 'default',
  halfOpenProbing: 'default',
  signing: 'hmac',
  filter: { options: [], optionGroups: [], preferences: [] },
  payload: { previous: false },
  headers: [],
  clientCertificate: { certificate: '', privateKey: '' },
  authentication: {
    authType: 'none',
    apiKeyAuth: { location: 'header', key: 'X-API-Key', value: '' },
    bearerAuth: { token: '', expiresAt: '' },
    oauth2Auth: {
      ...{ tokenUrl: '', clientId: '', clientSecret: '', scope: '', audience: '' },
      ...{ refreshToken: '', forgetRefreshToken: false },
    },
  },
};

/** An integration as the form shows it; its secrets stay where they are. */
export function toValues({ authentication, ...rest }: Subscription): IntegrationValues {
  const { applicationId, name, url, updateType, maxInFlight, earlyRecovery, halfOpenProbing, signing } = rest;
  const blank = NEW_INTEGRATION.authentication;
  return {
    ...{ applicationId, name, url, updateType, maxInFlight, earlyRecovery, halfOpenProbing, signing },
    filter: rest.filter ?? NEW_INTEGRATION.filter,
    payload: rest.payload,
    headers: rest.headers.map(({ name, valueSet }) => ({ name, value: '', stored: valueSet })),
    clientCertificate: { certificate: rest.clientCertificate?.certificate ?? '', privateKey: '' },
    authentication: {
      authType: authentication.authType,
      apiKeyAuth:
        authentication.authType === 'api-key'
          ? { location: authentication.apiKeyAuth.location, key: authentication.apiKeyAuth.key, value: '' }
          : blank.apiKeyAuth,
      bearerAuth:
        authentication.authType === 'bearer'
          ? { token: '', expiresAt: localTimeOrNone(authentication.bearerAuth.expiresAt) }
          : blank.bearerAuth,
      oauth2Auth:
        authentication.authType === 'oauth2' ? oauth2Values(authentication.oauth2Auth) : blank.oauth2Auth,
    },
  };
}

function localTimeOrNone(at: string | null): string {
  return at === null ? '' : toLocalTime(at);
}

function oauth2Values(
  shown: Extract<Subscription['authentication'], { authType: 'oauth2' }>['oauth2Auth'],
): OAuth2Values {
  const { tokenUrl, clientId, scope, audience } = shown;
  return {
    tokenUrl,
    clientId,
    scope: scope ?? '',
    audience: audience ?? '',
    clientSecret: '',
    refreshToken: '',
    forgetRefreshToken: false,
  };
}

export function storedSecrets({ authentication }: Subscription): StoredSecrets {
  return {
    apiKey: authentication.authType === 'api-key' && authentication.apiKeyAuth.valueSet,
    token: authentication.authType === 'bearer' && authentication.bearerAuth.tokenSet,
    clientSecret: authentication.authType === 'oauth2' && authentication.oauth2Auth.clientSecretSet,
    refreshToken: authentication.authType === 'oauth2' && authentication.oauth2Auth.refreshTokenSet,
  };
}

/** Whether stored secrets may be kept: they are sent to no other scheme, host or port than the one they were given for. */
export function keepsSecrets(before: string, url: string): boolean {
  const [from, to] = [before.trim(), url.trim()];
  return !URL.canParse(from) || !URL.canParse(to) || new URL(from).origin === new URL(to).origin;
}

/** What is sent: only the fields of the chosen authentication, and no empty secret but to remove one. */
export function toBody(values: IntegrationValues): SubscriptionCreation {
  const {
    authentication,
    headers,
    clientCertificate,
    applicationId,
    name,
    url,
    updateType,
    maxInFlight,
    earlyRecovery,
    halfOpenProbing,
    signing,
    filter,
    payload,
  } = values;
  return {
    ...{ applicationId, updateType, earlyRecovery, halfOpenProbing, signing },
    ...(maxInFlight !== '' && { maxInFlight }),
    filter: filterBody(updateType, filter),
    payload: { previous: payload.previous && updateType === 'consent-receipts' },
    name: name.trim(),
    url: url.trim(),
    authentication: authenticationBody(authentication),
    clientCertificate: certificateBody(clientCertificate),
    headers: headers.map(({ name, value }) => ({ name: name.trim(), ...(value !== '' && { value }) })),
  };
}

function filterBody(
  updateType: UpdateType,
  filter: FilterValues,
): NonNullable<SubscriptionCreation['filter']> | null {
  const { options, optionGroups, preferences } = filter;
  const isEmpty = options.length + optionGroups.length + preferences.length === 0;
  if (updateType === 'citizen-emails' || isEmpty) return null;
  return { options: [...options], optionGroups: [...optionGroups], preferences: [...preferences] };
}

function certificateBody({
  certificate,
  privateKey,
}: IntegrationValues['clientCertificate']): NonNullable<SubscriptionCreation['clientCertificate']> | null {
  if (certificate.trim() === '') return null;
  return { certificate, ...(privateKey.trim() !== '' && { privateKey }) };
}

function authenticationBody({
  authType,
  apiKeyAuth,
  bearerAuth,
  oauth2Auth,
}: IntegrationValues['authentication']): NonNullable<SubscriptionCreation['authentication']> {
  switch (authType) {
    case 'none':
      return { authType };
    case 'api-key': {
      const { location, key, value } = apiKeyAuth;
      return { authType, apiKeyAuth: { location, key: key.trim(), ...(value !== '' && { value }) } };
    }
    case 'oauth2': {
      const { tokenUrl, clientId, clientSecret, scope, audience, forgetRefreshToken } = oauth2Auth;
      const refreshToken = forgetRefreshToken ? '' : oauth2Auth.refreshToken;
      return {
        authType,
        oauth2Auth: {
          tokenUrl: tokenUrl.trim(),
          clientId: clientId.trim(),
          scope: scope.trim() || null,
          audience: audience.trim() || null,
          ...(clientSecret !== '' && { clientSecret }),
          ...((refreshToken !== '' || forgetRefreshToken) && { refreshToken }),
        },
      };
    }
    case 'bearer': {
      const { token, expiresAt } = bearerAuth;
      const end = expiresAt === '' ? null : new Date(expiresAt).toISOString();
      return { authType, bearerAuth: { expiresAt: end, ...(token !== '' && { token: token.trim() }) } };
    }
  }
}

/** What is shown at a field: everything else is listed above the button. */
export function isField(path: string): boolean {
  return FIELDS.has(path) || /^headers\.\d+\.(name|value)$/.test(path);
}

const FIELDS = new Set([
  ...[
    'applicationId',
    'name',
    'url',
    'updateType',
    'maxInFlight',
    'earlyRecovery',
    'halfOpenProbing',
    'signing',
  ],
  ...['certificate', 'privateKey'].map((name) => `clientCertificate.${name}`),
  ...['location', 'key', 'value'].map((name) => `authentication.apiKeyAuth.${name}`),
  ...['tokenUrl', 'clientId', 'clientSecret', 'scope', 'audience', 'refreshToken'].map(
    (name) => `authentication.oauth2Auth.${name}`,
  ),
  ...['token', 'expiresAt'].map((name) => `authentication.bearerAuth.${name}`),
]);
