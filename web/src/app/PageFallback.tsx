import { Skeleton, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Shown in place of a page whose script is still loading. */
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
