import { Button, Group, Select } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useEditable } from '../../api/queries';
import type { Application } from '../../api/types';
import { EmptyState } from '../../components/EmptyState';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { useFilters } from '../../components/use-filters';
import { useApplications } from '../catalogue/queries';
import { templatesApi } from './api';
import { Editor } from './Editor';

const CHOICES = ['applicationId', 'locale'] as const;

/** The double opt-in e-mail of an application, in each of its languages. */
export function TemplatesPage(): ReactElement {
  const { t } = useTranslation();
  const applications = useApplications();
  return (
    <>
      <PageHeader title={t('templates.title')} subtitle={t('templates.subtitle')} />
      <QueryView query={applications}>
        {({ items: [first, ...others] }) =>
          first ? (
            <Chooser applications={[first, ...others]} first={first} />
          ) : (
            <EmptyState icon={IconMail} title={t('catalogue.emptyTitle')} text={t('templates.emptyText')}>
              <Button component={Link} to="/catalogue">
                {t('nav.catalogue')}
              </Button>
            </EmptyState>
          )
        }
      </QueryView>
    </>
  );
}

interface ChooserProps {
  readonly applications: readonly Application[];
  readonly first: Application;
}

function Chooser({ applications, first }: ChooserProps): ReactElement {
  const { t } = useTranslation();
  const { values, set } = useFilters(CHOICES);
  const application = applications.find(({ id }) => id === values.applicationId) ?? first;
  const locale = values.locale ?? application.locales[0] ?? 'en';
  const template = useEditable(['templates', application.id, locale], () =>
    templatesApi.get(application.id, locale),
  );
  return (
    <>
      <Group mb="lg" align="flex-end">
        <Select
          label={t('catalogue.application')}
          allowDeselect={false}
          data={applications.map(({ id, name }) => ({ value: id, label: name }))}
          value={application.id}
          onChange={(value) => set('applicationId', value)}
        />
        <Select
          label={t('templates.language')}
          allowDeselect={false}
          data={application.locales}
          value={locale}
          onChange={(value) => set('locale', value)}
        />
      </Group>
      <QueryView query={template}>
        {(stored) => (
          <Editor
            key={`${application.id} ${locale} ${stored.tag}`}
            applicationId={application.id}
            locale={locale}
            stored={stored}
            onReload={() => void template.refetch()}
          />
        )}
      </QueryView>
    </>
  );
}
