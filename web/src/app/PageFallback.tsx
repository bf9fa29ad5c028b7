import { Skeleton, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** What stands in for a page whose script is still on its way. */
export function PageFallback(): ReactElement {
  const { t } = useTranslation();
  return (
    <Stack aria-busy="true" aria-label={t('common.loading')} role="status" p="xl">
      <Skeleton h={32} w={220} />
      <Skeleton h={160} />
      <Skeleton h={160} />
    </Stack>
  );
}
