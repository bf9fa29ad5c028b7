import {
  IconBan,
  IconCircleCheck,
  IconClockHour4,
  IconHourglass,
  IconLockPause,
  IconPlayerPause,
  IconSend,
  IconClockX,
  type Icon,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryStatus } from '../../api/types';
import { Badge, type Tone } from '../../components/Badge';

const LOOKS: Record<DeliveryStatus, readonly [Tone, Icon]> = {
  pending: ['quiet', IconHourglass],
  delivering: ['info', IconSend],
  waiting: ['warn', IconClockHour4],
  paused: ['quiet', IconPlayerPause],
  blocked: ['warn', IconLockPause],
  delivered: ['good', IconCircleCheck],
  cancelled: ['quiet', IconBan],
  expired: ['bad', IconClockX],
};

export function StatusBadge({ status }: { readonly status: DeliveryStatus }): ReactElement {
  const { t } = useTranslation();
  const [tone, icon] = LOOKS[status];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`deliveryStatus.${status}`)}
    </Badge>
  );
}
