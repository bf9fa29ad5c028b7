import { Button, type ButtonProps } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Opens what is shown in the Temporal Web UI. */
export function TemporalLink({ url, ...rest }: { readonly url: string } & ButtonProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Button
      component="a"
      href={url}
      target="_blank"
      rel="noreferrer"
      variant="default"
      rightSection={<IconExternalLink size={16} aria-hidden />}
      {...rest}
    >
      {t('deliveries.temporal')}
    </Button>
  );
}
