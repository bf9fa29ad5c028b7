import { SegmentedControl, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/Card';
import { CodeBlock } from '../../components/CodeBlock';
import { Problem } from '../../components/Problem';
import { QueryView } from '../../components/QueryView';
import { EmailBody } from './EmailBody';
import { templatesApi, type TemplateSource } from './api';

interface PreviewProps {
  readonly applicationId: string;
  readonly locale: string;
  readonly source: TemplateSource;
}

/** The e-mail with example values, rendered shortly after each change. */
export function Preview({ applicationId, locale, source }: PreviewProps): ReactElement {
  const { t } = useTranslation();
  const [latest] = useDebouncedValue(source, 500);
  const [shown, setShown] = useState<'html' | 'text'>('html');
  const preview = useQuery({
    queryKey: ['templates', 'preview', applicationId, locale, latest],
    queryFn: () => templatesApi.preview(applicationId, locale, latest),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
  return (
    <Card
      title={t('templates.preview')}
      aside={
        <SegmentedControl
          aria-label={t('templates.preview')}
          size="xs"
          data={(['html', 'text'] as const).map((value) => ({ value, label: t(`templates.views.${value}`) }))}
          value={shown}
          onChange={(value) => setShown(value)}
        />
      }
    >
      {preview.isError ? (
        <Problem error={preview.error} />
      ) : (
        <QueryView query={preview}>
          {(email) => (
            <>
              <Text fw={600} mb="sm">
                {email.subject}
              </Text>
              {shown === 'html' ? (
                <EmailBody label={t('templates.email')} html={email.html} />
              ) : (
                <CodeBlock label={t('templates.views.text')} text={email.text} copy={false} />
              )}
            </>
          )}
        </QueryView>
      )}
    </Card>
  );
}
