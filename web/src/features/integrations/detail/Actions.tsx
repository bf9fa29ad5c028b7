import { ActionIcon, Button, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconDotsVertical,
  IconKey,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconSignature,
  IconTrash,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Subscription } from '../../../api/types';
import { Offered } from '../../session/permission';
import { DeleteDialog } from './DeleteDialog';
import { PauseDialog } from './PauseDialog';
import { SigningSecretDialog } from './SigningSecretDialog';

/** What can be done with an integration. */
export function Actions({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const { id, status } = integration;
  const [pausing, pause] = useDisclosure();
  const [rotating, rotate] = useDisclosure();
  const [deleting, remove] = useDisclosure();
  const paused = status === 'paused';
  return (
    <>
      <Offered operation="updateSubscription">
        <Button
          variant={paused ? 'filled' : 'default'}
          leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          onClick={pause.open}
        >
          {t(paused ? 'integrations.resume' : 'integrations.pause')}
        </Button>
      </Offered>
      <Offered operation="replaceSubscription">
        <Button
          component={Link}
          to={`/integrations/${id}/edit`}
          variant="default"
          leftSection={<IconPencil size={16} />}
        >
          {t('common.edit')}
        </Button>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('common.more')}>
              <IconDotsVertical size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              component={Link}
              to={`/integrations/${id}/edit#authentication`}
              leftSection={<IconKey size={16} />}
            >
              {t('integrations.rotateCredentials')}
            </Menu.Item>
            <Offered operation="rotateSigningSecret">
              <Menu.Item leftSection={<IconSignature size={16} />} onClick={rotate.open}>
                {t('integrations.rotateSecret')}
              </Menu.Item>
            </Offered>
            <Offered operation="deleteSubscription">
              <Menu.Divider />
              <Menu.Item c="var(--app-bad)" leftSection={<IconTrash size={16} />} onClick={remove.open}>
                {t('integrations.delete')}
              </Menu.Item>
            </Offered>
          </Menu.Dropdown>
        </Menu>
      </Offered>
      <PauseDialog integration={integration} opened={pausing} onClose={pause.close} />
      <SigningSecretDialog id={id} opened={rotating} onClose={rotate.close} />
      <DeleteDialog integration={integration} opened={deleting} onClose={remove.close} />
    </>
  );
}
