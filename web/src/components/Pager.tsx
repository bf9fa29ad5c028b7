import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Page } from '../api/types';
import { formatNumber, formatTotal } from './format';
import type { Pages } from './pages';

interface PagerProps {
  readonly page: Page<unknown>;
  readonly pages: Pages;
}

/** Which part of a list is shown, and the ways to its other parts. */
export function Pager({ page, pages }: PagerProps): ReactElement | null {
  const { t, i18n } = useTranslation();
  const { offset, total, items, nextCursor } = page;
  const { turnTo, turnBack } = pages;
  if (nextCursor === null && !turnBack) return null;
  const number = (value: number): string => formatNumber(value, i18n.language);
  return (
    <Group justify="space-between" mt="md" component="nav" aria-label={t('common.pages')}>
      <Text size="sm" c="dimmed" aria-live="polite">
        {t('common.range', {
          from: number(items.length === 0 ? 0 : offset + 1),
          to: number(offset + items.length),
          total: formatTotal(total, i18n.language),
        })}
      </Text>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconChevronLeft size={14} />}
          disabled={!turnBack}
          onClick={turnBack}
        >
          {t('common.previous')}
        </Button>
        <Button
          variant="default"
          size="xs"
          rightSection={<IconChevronRight size={14} />}
          disabled={nextCursor === null}
          onClick={() => nextCursor !== null && turnTo(nextCursor)}
        >
          {t('common.next')}
        </Button>
      </Group>
    </Group>
  );
}
