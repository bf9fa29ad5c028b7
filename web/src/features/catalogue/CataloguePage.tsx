import { Tabs } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { EditableBy } from '../session/permission';
import { ApplicationSettings } from './ApplicationSettings';
import { KINDS } from './kinds';
import { useApplication } from './queries';
import { Section } from './Section';

const SECTIONS = [...KINDS, 'settings'] as const;
type SectionName = (typeof SECTIONS)[number];

/** The catalogue of one application, a tab for each kind of entry. */
export function CataloguePage(): ReactElement {
  const { applicationId = '', section } = useParams();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const application = useApplication(applicationId);
  const current: SectionName = SECTIONS.find((name) => name === section) ?? 'options';
  return (
    <>
      <PageHeader
        title={application.data?.value.name ?? applicationId}
        subtitle={<code>{applicationId}</code>}
        back={{ to: '/catalogue', label: t('catalogue.title') }}
      />
      <QueryView query={application}>
        {({ value, tag }) => (
          <Tabs
            value={current}
            keepMounted={false}
            onChange={(value) =>
              void navigate(`/catalogue/${encodeURIComponent(applicationId)}/${value}`, { replace: true })
            }
          >
            <Tabs.List mb="lg" aria-label={t('catalogue.title')}>
              {SECTIONS.map((name) => (
                <Tabs.Tab key={name} value={name}>
                  {t(`catalogue.sections.${name}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {KINDS.map((kind) => (
              <Tabs.Panel key={kind} value={kind}>
                <Section key={kind} kind={kind} applicationId={applicationId} />
              </Tabs.Panel>
            ))}
            <Tabs.Panel value="settings">
              <EditableBy operation="putApplication">
                <ApplicationSettings
                  key={tag}
                  application={value}
                  tag={tag}
                  onReload={() => void application.refetch()}
                />
              </EditableBy>
            </Tabs.Panel>
          </Tabs>
        )}
      </QueryView>
    </>
  );
}
