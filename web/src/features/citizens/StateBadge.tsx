import { IconCircleCheck, IconCircleX, IconClockHour4 } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../components/Badge';
import type { State } from './matrix';

const LOOKS = {
  GRANTED: ['good', IconCircleCheck],
  CLAIMED: ['good', IconCircleCheck],
  PENDING: ['warn', IconClockHour4],
  OBJECTED: ['warn', IconCircleX],
  DENIED: ['bad', IconCircleX],
  OBJECTION_UPHELD: ['bad', IconCircleX],
} as const satisfies Record<State, unknown>;

/** The state of a permission. */
export function StateBadge({ state }: { readonly state: string }): ReactElement {
  const { t } = useTranslation();
  if (!(state in LOOKS)) return <span>{state}</span>;
  const [tone, icon] = LOOKS[state as State];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`citizens.states.${state as State}`)}
    </Badge>
  );
}
