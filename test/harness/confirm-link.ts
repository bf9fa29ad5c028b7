import { pino } from 'pino';
import { processOptIn } from '../../src/consent/double-opt-in/process-opt-in';
import type { ApiRig } from './api';

/** Has the e-mail of a double opt-in made, as a worker does, and reads its link where only the receiver would. */
export async function linkOf({ db, sealer, url }: ApiRig, optInId: string): Promise<string> {
  await processOptIn({ db, sealer, logger: pino({ level: 'silent' }), publicUrl: url }, optInId);
  const { bodySealed } = await db.delivery.findFirstOrThrow({
    where: { email: { optInId } },
    orderBy: { id: 'desc' },
  });
  return (JSON.parse(sealer.open(bodySealed ?? '', 'payload')) as { confirmUrl: string }).confirmUrl;
}
