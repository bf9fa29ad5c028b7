import type { Server } from 'node:http';
import { EmbeddedStackError } from '../../embedded/index';
import { hasCode } from '../../platform/error-code';

/** Has a server listen. @param setting that names its port @throws EmbeddedStackError where the port is taken */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  setting: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        hasCode(error, 'EADDRINUSE')
          ? new EmbeddedStackError(`port ${port} is in use: stop what listens there, or set ${setting}`)
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
}
