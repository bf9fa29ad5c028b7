import { Button, Menu } from '@mantine/core';
import { IconBan, IconChevronDown, IconPlayerPlay, IconSend, type Icon } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { formatTotal } from '../../../components/format';
import type { DeliveryFilter } from '../api';
import { bulkApi, type BulkActionName } from './api';
import { useBulkChange } from './queries';

const ICONS: readonly (readonly [BulkActionName, Icon])[] = [
  ['retry', IconPlayerPlay],
  ['resend', IconSend],
  ['cancel', IconBan],
];

interface BulkActionsProps {
  readonly filter: DeliveryFilter;
  /** Deliveries that it lets through. */
  readonly total: number;
}

/** What can be done with all deliveries that the filters show; after a question. */
export function BulkActions({ filter, total }: BulkActionsProps): ReactElement {
  const { t, i18n } = useTranslation();
  const [asked, setAsked] = useState<BulkActionName>();
  const start = useBulkChange(bulkApi.start);
  const close = (): void => {
    setAsked(undefined);
    start.reset();
  };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            {t('deliveries.bulk.menu')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {ICONS.map(([action, ActionIcon]) => (
            <Menu.Item
              key={action}
              leftSection={<ActionIcon size={16} aria-hidden />}
              onClick={() => setAsked(action)}
            >
              {t(`deliveries.bulk.${action}.name`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked !== undefined && (
        <ConfirmDialog
          opened
          onClose={close}
          title={t(`deliveries.bulk.${asked}.title`)}
          action={t(`deliveries.bulk.${asked}.name`)}
          danger={asked === 'cancel'}
          pending={start.isPending}
          error={start.error}
          onConfirm={() => start.mutate({ action: asked, filter }, { onSuccess: close })}
        >
          {t(`deliveries.bulk.${asked}.text`, { total: formatTotal(total, i18n.language) })}
        </ConfirmDialog>
      )}
    </>
  );
}
