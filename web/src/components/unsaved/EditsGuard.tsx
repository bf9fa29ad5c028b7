import { Button, Group, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker, type Location } from 'react-router';
import { Dialog } from '../Dialog';
import { giveUpEdits, holdsEdits, type Forms } from './forms';
import { LeavingContext, type Leaving } from './leaving';

/** Whoever leaves a form with edits is asked first, whichever way they take: a link, the browser's own, or the end of the session. */
export function EditsGuard({ children }: { readonly children: ReactNode }): ReactElement {
  const [asked, setAsked] = useState<{ readonly goOn: () => void; readonly forms?: Forms | undefined }>();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isElsewhere(currentLocation, nextLocation) && holdsEdits(),
  );
  useQuestionOfBrowser();
  const leave = useCallback<Leaving['leave']>((goOn, forms) => {
    if (holdsEdits(forms)) setAsked({ goOn, forms });
    else goOn();
  }, []);
  const blocked = blocker.state === 'blocked';
  const asking = blocked || asked !== undefined;
  const leaving = useMemo(() => ({ leave, asking }), [leave, asking]);
  const stay = (): void => {
    setAsked(undefined);
    if (blocked) blocker.reset();
  };
  const goOn = (): void => {
    giveUpEdits(asked?.forms);
    setAsked(undefined);
    if (blocked) blocker.proceed();
    else asked?.goOn();
  };
  return (
    <LeavingContext value={leaving}>
      {children}
      {asking && <Question onStay={stay} onGoOn={goOn} />}
    </LeavingContext>
  );
}

/** A page keeps its forms as long as its path and its filters stay. */
function isElsewhere(from: Location, to: Location): boolean {
  return from.pathname !== to.pathname || from.search !== to.search;
}

/** Closing the tab, or loading another page: the browser asks, in its own words. */
function useQuestionOfBrowser(): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (holdsEdits()) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
}

interface QuestionProps {
  readonly onStay: () => void;
  readonly onGoOn: () => void;
}

function Question({ onStay, onGoOn }: QuestionProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog opened onClose={onStay} title={t('unsaved.title')} zIndex={300} closeOnEscape>
      <Stack>
        <Text>{t('unsaved.text')}</Text>
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={onStay}>
            {t('unsaved.stay')}
          </Button>
          <Button color="red.8" onClick={onGoOn}>
            {t('unsaved.giveUp')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
