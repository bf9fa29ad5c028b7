import {
  IconBan,
  IconCheck,
  IconClockHour4,
  IconClockX,
  IconDots,
  IconLoader2,
  IconPencil,
  IconQuestionMark,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryWithAttempts } from '../../api/types';
import type { Tone } from '../../components/Badge';
import { formatCountdown } from '../../components/format';
import { ExactTime, RelativeTime } from '../../components/Time';
import { AttemptDetails } from './AttemptDetails';
import classes from './deliveries.module.css';
import { useEarlierAttempts } from './queries';
import { timelineOf, type TimelineEvent } from './timeline';

export const OUTCOME_LOOKS = {
  delivered: ['good', IconCheck],
  failed: ['bad', IconX],
  'given-back': ['quiet', IconBan],
  'in-flight': ['info', IconLoader2],
  'cut-off': ['warn', IconQuestionMark],
} as const satisfies Record<string, readonly [Tone, Icon]>;

/** What happened, the oldest first, with the request and the answer of each attempt. */
export function Timeline({ delivery }: { readonly delivery: DeliveryWithAttempts }): ReactElement {
  const [all, { open: showAll }] = useDisclosure(false);
  const { id, attempts, attemptsTotal } = delivery;
  const earlier = useEarlierAttempts(id, attemptsTotal - attempts.length, all);
  const events = timelineOf(delivery, all ? earlier.data : []);
  return (
    <ol className={classes.timeline}>
      {events.map((event, index) => (
        <Event
          key={event.kind === 'attempt' ? event.attempt.attempt : `${event.kind}-${index}`}
          delivery={delivery}
          event={event}
          latest={isLatestAttempt(events, index)}
          showAll={showAll}
          loading={earlier.isFetching}
        />
      ))}
    </ol>
  );
}

function isLatestAttempt(events: readonly TimelineEvent[], index: number): boolean {
  return index === events.findLastIndex(({ kind }) => kind === 'attempt');
}

interface EventProps {
  readonly delivery: DeliveryWithAttempts;
  readonly event: TimelineEvent;
  readonly latest: boolean;
  readonly showAll: () => void;
  readonly loading: boolean;
}

function Event({ delivery, event, latest, showAll, loading }: EventProps): ReactElement {
  const { t } = useTranslation();
  switch (event.kind) {
    case 'earlier':
      return (
        <Entry tone="quiet" icon={IconDots} title={t('deliveries.timeline.earlier', { count: event.count })}>
          <Button variant="default" size="compact-sm" onClick={showAll} loading={loading}>
            {t('deliveries.timeline.showEarlier')}
          </Button>
        </Entry>
      );
    case 'created':
      return <Entry tone="quiet" icon={IconPencil} title={t('deliveries.timeline.created')} at={event.at} />;
    case 'wait':
      return (
        <Entry
          tone="warn"
          icon={IconClockHour4}
          title={t('deliveries.timeline.waited', { duration: formatCountdown(event.ms) })}
        />
      );
    case 'next':
      return (
        <Entry
          tone="info"
          icon={IconClockHour4}
          title={t('deliveries.timeline.next')}
          at={event.at}
          relative
        />
      );
    case 'finished':
      return (
        <Entry
          tone={event.status === 'expired' ? 'bad' : 'quiet'}
          icon={event.status === 'expired' ? IconClockX : IconBan}
          title={t(`deliveryStatus.${event.status}`)}
          at={event.at}
        />
      );
    case 'attempt': {
      const { attempt } = event;
      const [tone, icon] = OUTCOME_LOOKS[attempt.outcome];
      return (
        <Entry
          tone={tone}
          icon={icon}
          title={t('deliveries.timeline.attempt', {
            number: attempt.attempt,
            outcome: t(`deliveries.outcome.${attempt.outcome}`),
          })}
          at={attempt.at}
        >
          <AttemptDetails delivery={delivery} attempt={attempt} initiallyOpen={latest} />
        </Entry>
      );
    }
  }
}

interface EntryProps {
  readonly tone: Tone;
  readonly icon: Icon;
  readonly title: string;
  readonly at?: string;
  readonly relative?: boolean;
  readonly children?: ReactNode;
}

function Entry({ tone, icon: EntryIcon, title, at, relative = false, children }: EntryProps): ReactElement {
  return (
    <li className={classes.event}>
      <span className={classes.dot} data-tone={tone}>
        <EntryIcon size={16} stroke={2} aria-hidden />
      </span>
      <div className={classes.eventHead}>
        <strong>{title}</strong>
        {at !== undefined && (
          <span className={classes.eventMeta}>
            {relative ? <RelativeTime at={at} /> : <ExactTime at={at} />}
          </span>
        )}
      </div>
      {children}
    </li>
  );
}
