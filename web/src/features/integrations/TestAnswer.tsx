import { Accordion, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../components/CodeBlock';
import { formatBody, formatDuration, formatJson } from '../../components/format';
import { formatHeaders } from '../../components/headers';
import { Note } from '../../components/Note';
import { translateReasons } from '../../i18n/reasons';
import { adviceOf } from './advice';
import type { TestResult } from './api';
import classes from './integrations.module.css';

/** What the receiver answered to an example, in a sentence and in full. */
export function TestAnswer({ result }: { readonly result: TestResult }): ReactElement {
  const { t, i18n } = useTranslation();
  const { delivered, statusCode, durationMs, request, responseHeaders, responseBody } = result;
  const error = translateReasons(result.error ?? '', result.errorCodes);
  const duration = formatDuration(durationMs, i18n.language);
  const outcome =
    statusCode === null
      ? t('integrations.test.noAnswer', { error, duration })
      : t(delivered ? 'integrations.test.delivered' : 'integrations.test.refused', { statusCode, duration });
  const advice = adviceOf(result);
  return (
    <Stack gap="sm">
      <Note tone={delivered ? 'good' : 'bad'} live>
        {outcome}
        {advice !== undefined && <p className={classes.advice}>{t(`developers.advice.${advice}`)}</p>}
      </Note>
      <Accordion variant="separated" multiple>
        {statusCode !== null && (
          <Accordion.Item value="answer">
            <Accordion.Control>{t('deliveries.response')}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="xs">
                <CodeBlock
                  label={t('deliveries.responseHeaders')}
                  text={formatHeaders(responseHeaders ?? {})}
                />
                {responseBody !== null && responseBody !== '' && (
                  <CodeBlock label={t('deliveries.responseBody')} text={formatBody(responseBody)} />
                )}
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        )}
        <Accordion.Item value="request">
          <Accordion.Control>{t('deliveries.request')}</Accordion.Control>
          <Accordion.Panel>
            <Stack gap="xs">
              <CodeBlock
                label={t('deliveries.requestHeaders')}
                text={`POST ${request.url}\n${formatHeaders(request.headers)}`}
              />
              <CodeBlock
                label={t('deliveries.payload')}
                text={typeof request.body === 'string' ? formatBody(request.body) : formatJson(request.body)}
              />
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}
