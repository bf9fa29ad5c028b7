import {
  IconActivityHeartbeat,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconPlayerPause,
  IconProgress,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../components/Badge';
import type { Health } from './health';

const LOOKS = {
  healthy: ['good', IconCircleCheck],
  recovering: ['warn', IconProgress],
  degraded: ['warn', IconActivityHeartbeat],
  failing: ['bad', IconAlertTriangle],
  paused: ['warn', IconPlayerPause],
  untried: ['quiet', IconCircleDashed],
} as const;

export function HealthBadge({ health }: { readonly health: Health }): ReactElement {
  const { t } = useTranslation();
  const [tone, icon] = LOOKS[health];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`integrations.health.${health}`)}
    </Badge>
  );
}
