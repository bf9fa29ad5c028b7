/** Producers that record changes until they are told to stop, and the deliveries of those changes. */
import type { TestService } from './service';

/** A change that was accepted. */
export interface Accepted {
  readonly externalRef: string;
  readonly deliveryIds: readonly string[];
}

export interface Load {
  readonly accepted: readonly Accepted[];
  /** Statuses of answers other than 202; 0 where there was no answer. */
  readonly refused: readonly number[];
  /** Ends it, and answers when the last producer has its last answer. */
  stop(): Promise<void>;
}

/** Records changes of `citizens` citizens by `producers` producers, each waiting `pauseMs` between two. */
export function startLoad(
  service: TestService,
  applicationId: string,
  { producers = 4, citizens = 20, pauseMs = 20 } = {},
): Load {
  const accepted: Accepted[] = [];
  const refused: number[] = [];
  let stopping = false;
  let number = 0;
  const produce = async (): Promise<void> => {
    while (!stopping) {
      const externalRef = `c-${number++ % citizens}`;
      const state = number % 2 === 0 ? 'GRANTED' : 'DENIED';
      const answer = await service
        .call('POST', '/v1/permissions/transactions', {
          ...{ applicationId, externalRef },
          changes: [{ optionType: 'option', optionId: 'newsletter', justification: 'consent', state }],
        })
        .catch(() => undefined);
      if (answer?.status === 202) {
        const { deliveries } = answer.body as { deliveries: { id: string }[] };
        accepted.push({ externalRef, deliveryIds: deliveries.map(({ id }) => id) });
      } else refused.push(answer?.status ?? 0);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const running = Promise.all(Array.from({ length: producers }, produce));
  return {
    accepted,
    refused,
    async stop() {
      stopping = true;
      await running;
    },
  };
}
