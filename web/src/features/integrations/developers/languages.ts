/** Code that verifies webhooks, the same that docs/verification.md shows and a test runs. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Subscription } from '../../../api/types';

type Signing = Subscription['signing'];

/** A language that there is code in. */
export interface Language {
  readonly name: string;
  readonly extension: string;
  readonly file: string;
  /** How it is run; absent: the code is only the part that verifies. */
  readonly run?: string;
  /** What has to be installed first for public keys. */
  readonly library?: string;
}

export const LANGUAGES: readonly Language[] = [
  { name: 'Node.js', extension: 'js', file: 'receiver.cjs', run: 'node receiver.cjs' },
  {
    ...{ name: 'Python', extension: 'py', file: 'receiver.py', run: 'python3 receiver.py' },
    library: 'pip install cryptography',
  },
  { name: 'PHP', extension: 'php', file: 'receiver.php', run: 'php -S 127.0.0.1:4000 receiver.php' },
  { name: 'Java', extension: 'java', file: 'Webhooks.java' },
  {
    ...{ name: 'C#', extension: 'cs', file: 'Webhooks.cs' },
    library: 'dotnet add package BouncyCastle.Cryptography',
  },
  { name: 'Go', extension: 'go', file: 'verify.go' },
];

/** Where the receivers of the snippets listen. */
export const LOCAL_RECEIVER = 'http://127.0.0.1:4000/';

const files = import.meta.glob<string>('../../../snippets/*', { query: '?raw', import: 'default' });
const load = (name: string): Promise<string> =>
  files[`../../../snippets/${name}`]?.() ?? Promise.reject(new Error(`no snippet ${name}`));

/** The code for a way of signing: a whole receiver where the language is run from one file. */
export function useSnippet({ extension, run }: Language, signing: Signing): UseQueryResult<string> {
  return useQuery({
    queryKey: ['snippets', signing, extension],
    queryFn: async () => {
      const names = [`${signing}.${extension}`, ...(run === undefined ? [] : [`receiver.${extension}`])];
      return (await Promise.all(names.map(load))).join('\n');
    },
    staleTime: Infinity,
  });
}

/** What verifies, as code takes it: the key itself in base64url; undefined where it is a secret. */
export function publicKeyOf({ signingKey }: Subscription): string | undefined {
  return signingKey?.publicKey
    .replace('whpk_', '')
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
