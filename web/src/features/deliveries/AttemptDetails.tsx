import { Anchor, Button, Collapse, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useId, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Attempt, DeliveryWithAttempts } from '../../api/types';
import { CodeBlock } from '../../components/CodeBlock';
import { formatBody, formatCountdown, formatDuration } from '../../components/format';
import { formatHeaders } from '../../components/headers';
import { translateReasons } from '../../i18n/reasons';
import classes from './deliveries.module.css';
import { useWholeAttempt } from './queries';
import { reasonBeside } from './reason';

interface AttemptDetailsProps {
  readonly delivery: DeliveryWithAttempts;
  readonly attempt: Attempt;
  readonly initiallyOpen: boolean;
}

/** One POST: its result, and the request and the answer in full on demand. */
export function AttemptDetails({ delivery, attempt, initiallyOpen }: AttemptDetailsProps): ReactElement {
  const { t, i18n } = useTranslation();
  const [opened, { toggle }] = useDisclosure(initiallyOpen);
  const id = useId();
  const { waitedForId } = delivery;
  const { statusCode, error, errorCodes, durationMs, retryAfterMs, cycle, cycleReason } = attempt;
  const parts = [
    statusCode === null ? null : t('deliveries.statusCode', { statusCode }),
    error === null ? null : reasonBeside(statusCode, translateReasons(error, errorCodes)),
    durationMs === null ? null : formatDuration(durationMs, i18n.language),
    retryAfterMs === null ? null : t('deliveries.retryAfter', { duration: formatCountdown(retryAfterMs) }),
    cycleReason === null
      ? t('deliveries.cycle', { cycle })
      : t('deliveries.cycleBegan', { cycle, reason: t(`deliveries.cycleReasons.${cycleReason}`) }),
  ];
  return (
    <Stack gap="xs" align="flex-start">
      <span className={classes.eventMeta}>
        {parts.filter(Boolean).join(' · ')}
        {cycleReason === 'predecessor' && waitedForId !== null && (
          <>
            {' '}
            <Anchor component={Link} to={`/deliveries/${waitedForId}`} fz="inherit" underline="always">
              {t('deliveries.showOther')}
            </Anchor>
          </>
        )}
      </span>
      <Button
        variant="default"
        size="compact-sm"
        aria-expanded={opened}
        aria-controls={id}
        onClick={toggle}
        rightSection={opened ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
      >
        {t('deliveries.requestAndResponse')}
        <span className="visually-hidden">{t('deliveries.ofAttempt', { number: attempt.attempt })}</span>
      </Button>
      <Collapse expanded={opened} id={id} w="100%">
        {opened && <Messages deliveryId={delivery.id} attempt={attempt} />}
      </Collapse>
    </Stack>
  );
}

interface MessagesProps {
  readonly deliveryId: string;
  readonly attempt: Attempt;
}

function Messages({ deliveryId, attempt }: MessagesProps): ReactElement {
  const { t } = useTranslation();
  const [wanted, { open: showWhole }] = useDisclosure(false);
  const { requestHeaders, responseHeaders, attempt: number, responseBodyShortened } = attempt;
  const whole = useWholeAttempt(deliveryId, number, wanted && responseBodyShortened);
  const { responseBody } = whole.data ?? attempt;
  const label = (what: string): string => `${what}${t('deliveries.ofAttempt', { number })}`;
  return (
    <Stack gap="xs" pt="xs">
      <Text size="sm" fw={600}>
        {t('deliveries.requestHeaders')}
      </Text>
      <CodeBlock label={label(t('deliveries.requestHeaders'))} text={formatHeaders(requestHeaders)} />
      {responseHeaders && (
        <>
          <Text size="sm" fw={600}>
            {t('deliveries.responseHeaders')}
          </Text>
          <CodeBlock label={label(t('deliveries.responseHeaders'))} text={formatHeaders(responseHeaders)} />
        </>
      )}
      {responseBody !== null && responseBody !== '' && (
        <>
          <Text size="sm" fw={600}>
            {t('deliveries.responseBody')}
          </Text>
          <CodeBlock label={label(t('deliveries.responseBody'))} text={formatBody(responseBody)} />
          {responseBodyShortened && !whole.data && (
            <Button variant="default" size="compact-sm" onClick={showWhole} loading={whole.isFetching}>
              {t('deliveries.showWholeBody')}
            </Button>
          )}
        </>
      )}
    </Stack>
  );
}
