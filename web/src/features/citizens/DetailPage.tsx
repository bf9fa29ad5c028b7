import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencilPlus, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { Card } from '../../components/Card';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Facts } from '../../components/Facts';
import layout from '../../components/layout.module.css';
import { notifyDone } from '../../components/notify';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { ExactTime } from '../../components/Time';
import { useApplicationName } from '../catalogue/names';
import { Offered } from '../session/permission';
import type { Citizen } from './api';
import classes from './citizens.module.css';
import { EffectiveCards } from './EffectiveCards';
import { History } from './History';
import { useCitizen, useCitizenRemoval } from './queries';
import { RecordDialog } from './record/RecordDialog';

export function DetailPage(): ReactElement {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const citizen = useCitizen(id);
  return (
    <>
      <PageHeader
        title={citizen.data?.externalRef ?? t('citizens.one')}
        subtitle={citizen.data && <ApplicationName id={citizen.data.applicationId} />}
        back={{ to: '/citizens', label: t('citizens.title') }}
      >
        {citizen.data && <Actions citizen={citizen.data} />}
      </PageHeader>
      <QueryView query={citizen}>
        {(found) => (
          <div className={`${layout.columns} ${classes.columns}`}>
            <div className={layout.stack}>
              <EffectiveCards citizen={found} />
            </div>
            <div className={layout.stack}>
              <About citizen={found} />
              <Card title={t('citizens.history')}>
                <History citizen={found} />
              </Card>
            </div>
          </div>
        )}
      </QueryView>
    </>
  );
}

function ApplicationName({ id }: { readonly id: string }): ReactElement {
  return <>{useApplicationName(id)}</>;
}

function About({ citizen }: { readonly citizen: Citizen }): ReactElement {
  const { t } = useTranslation();
  const { id, email, locale, createdAt, lastChangeAt } = citizen;
  return (
    <Card title={t('citizens.about')}>
      <Facts
        of={[
          [t('citizens.id'), <code key="id">{id}</code>],
          [t('session.email'), email],
          [t('citizens.locale'), locale],
          [t('common.created'), <ExactTime key="created" at={createdAt} />],
          [t('citizens.lastChange'), lastChangeAt && <ExactTime key="changed" at={lastChangeAt} />],
        ]}
      />
    </Card>
  );
}

function Actions({ citizen }: { readonly citizen: Citizen }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [recording, record] = useDisclosure();
  const [deleting, removal] = useDisclosure();
  const remove = useCitizenRemoval();
  const { id, externalRef } = citizen;
  return (
    <>
      <Offered operation="recordConsentState">
        <Button leftSection={<IconPencilPlus size={16} />} onClick={record.open}>
          {t('citizens.record.title')}
        </Button>
      </Offered>
      <Offered operation="deleteCitizen">
        <Button
          variant="default"
          c="var(--app-bad)"
          leftSection={<IconTrash size={16} />}
          onClick={removal.open}
        >
          {t('common.delete')}
        </Button>
      </Offered>
      <RecordDialog opened={recording} onClose={record.close} citizen={citizen} />
      <ConfirmDialog
        opened={deleting}
        onClose={removal.close}
        title={t('citizens.deleteTitle')}
        action={t('common.delete')}
        danger
        typed={externalRef}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(id, {
            onSuccess: () => {
              notifyDone(t('citizens.deleteDone'));
              void navigate('/citizens');
            },
          })
        }
      >
        {t('citizens.deleteText')}
      </ConfirmDialog>
    </>
  );
}
