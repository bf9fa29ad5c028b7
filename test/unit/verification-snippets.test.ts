/** What docs/verification.md shows, run as it stands there, by each runtime that this machine has. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildRequest } from '../../src/delivery/http/request';
import { newSigningKey, readSigningKey, type SigningKind } from '../../src/platform/signing-key';
import { projectRoot } from '../../src/platform/project-root';

const page = readFileSync(path.join(projectRoot, 'docs/verification.md'), 'utf8');
const [, withSecret = '', withPublicKey = ''] = page.split(/^# With a .*$/m);
const snippet = (language: string, part: string): string =>
  new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(part)?.[1] ?? '';

type Given = readonly [string, Readonly<Record<string, string>>, string];

interface Runtime {
  readonly language: string;
  readonly command: string;
  /** How it is asked for its version. */
  readonly version?: string;
  /** Arguments that have it fail where it lacks the library that public keys need. */
  readonly library?: readonly string[];
  /** Arguments that have it run the code, and print what it says of what is given after them. */
  readonly program: (code: string) => string[];
  readonly spell?: (given: Given) => string[];
  readonly compiler?: string;
  /** What has to be done with the program before it runs; it is the same for all that is given. */
  readonly compile?: (code: string) => void;
}

const folder = mkdtempSync(path.join(tmpdir(), 'cpm-snippets-'));
afterAll(() => rmSync(folder, { recursive: true }));
function fileOf(name: string, code: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, code);
  return file;
}

const RUNTIMES: readonly Runtime[] = [
  {
    language: 'js',
    command: process.execPath,
    program: (code: string) => [
      '-e',
      `${code}\nconst [s, h, b] = JSON.parse(process.argv[1]); console.log(verify(s, h, b));`,
    ],
  },
  {
    language: 'python',
    command: 'python3',
    library: ['-c', 'import cryptography'],
    program: (code: string) => [
      '-c',
      `${code}\nimport json, sys\nprint(str(verify(*json.loads(sys.argv[1]))).lower())`,
    ],
  },
  {
    language: 'go',
    command: 'go',
    version: 'version',
    program: (code: string) => [
      'run',
      fileOf(
        'main.go',
        code.replace('import (', 'import (\n"encoding/json"\n"fmt"\n"os"') +
          `
func main() {
	var given []json.RawMessage
	json.Unmarshal([]byte(os.Args[1]), &given)
	var secret, body string
	var named map[string]string
	json.Unmarshal(given[0], &secret)
	json.Unmarshal(given[1], &named)
	json.Unmarshal(given[2], &body)
	headers := http.Header{}
	for name, value := range named {
		headers.Set(name, value)
	}
	fmt.Println(verify(secret, headers, body))
}`,
      ),
    ],
  },
  {
    language: 'java',
    command: 'java',
    compiler: 'javac',
    program: () => ['-cp', folder, 'Main'],
    compile: (code: string) => {
      const main = `
class Main {
    static String text(String hex) { return new String(java.util.HexFormat.of().parseHex(hex), StandardCharsets.UTF_8); }
    public static void main(String[] args) throws Exception {
        Map<String, String> headers = new java.util.HashMap<>();
        for (int i = 2; i + 1 < args.length; i += 2) headers.put(text(args[i]), text(args[i + 1]));
        System.out.println(Webhooks.verify(text(args[0]), headers, text(args[1])));
    }
}`;
      execFileSync('javac', ['-d', folder, fileOf('Main.java', code + main)]);
    },
    spell: spellHex,
  },
  {
    language: 'php',
    command: 'php',
    program: (code: string) => [
      '-r',
      `${code}\necho json_encode(verify(...json_decode($argv[1], true)));`,
      '--',
    ],
  },
  {
    language: 'csharp',
    // Mono's, or .NET Framework's language: what runs there runs on every .NET.
    command: 'mono',
    compiler: 'mcs',
    program: () => [path.join(folder, 'main.exe')],
    compile: (code: string) => {
      const main = `
static class Program
{
    static string Text(string hex) => Encoding.UTF8.GetString(
        Enumerable.Range(0, hex.Length / 2).Select(i => Convert.ToByte(hex.Substring(2 * i, 2), 16)).ToArray());
    static void Main(string[] args)
    {
        var headers = new Dictionary<string, string>();
        for (var i = 2; i + 1 < args.Length; i += 2) headers[Text(args[i])] = Text(args[i + 1]);
        Console.WriteLine(Webhooks.Verify(Text(args[0]), headers, Text(args[1])).ToString().ToLowerInvariant());
    }
}`;
      execFileSync('mcs', [`-out:${path.join(folder, 'main.exe')}`, fileOf('main.cs', code + main)]);
    },
    spell: spellHex,
  },
];

/** For languages that have no JSON of their own. */
function spellHex([key, named, text]: Given): string[] {
  return [key, text, ...Object.entries(named).flat()].map((part) => Buffer.from(part).toString('hex'));
}

interface Kind {
  readonly kind: SigningKind;
  readonly part: string;
  readonly languages: readonly string[];
  /** What a receiver is given of a key. */
  readonly known: (key: string) => string;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'hmac',
    part: withSecret,
    languages: RUNTIMES.map(({ language }) => language),
    known: (key) => key,
  },
  {
    kind: 'ed25519',
    part: withPublicKey,
    languages: ['js', 'python', 'go', 'java', 'php'],
    known: (key) => readSigningKey(key).publicKey?.jwk.x ?? '',
  },
];

describe.each(KINDS)('what the page shows to verify $kind', ({ kind, part, languages, known }) => {
  const keys = [1, 2, 3].map(() => newSigningKey(kind)) as [string, string, string];
  const [current, previous, other] = keys.map(known) as [string, string, string];
  const { headers, body } = buildRequest({
    ...{ url: 'https://receiver.example/', credential: { type: 'none' }, staticHeaders: [] },
    ...{ webhookId: 'id-1', subscriptionId: 's-1', changeId: 'c-1', updateType: 'consent-receipts' },
    ...{ sequence: 1, attempt: 1, sentAt: new Date(), body: '{"name":"Jürgen"}' },
    signingSecrets: keys.slice(0, 2),
  });

  describe.each(RUNTIMES.filter(({ language }) => languages.includes(language)))(
    'in $language',
    (runtime) => {
      const {
        language,
        command,
        version = '--version',
        program,
        spell,
        compiler = command,
        compile,
      } = runtime;
      const { library } = runtime;
      const isHere =
        [command, compiler].every((each) => spawnSync(each, [version]).status === 0) &&
        (kind === 'hmac' || !library || spawnSync(command, library).status === 0);
      const test = isHere ? it : it.skip; // without the runtime there is nothing to run it by
      const code = snippet(language, part);
      const says = (...given: Given): string =>
        execFileSync(command, [...program(code), ...(spell?.(given) ?? [JSON.stringify(given)])])
          .toString()
          .trim();

      beforeAll(() => {
        if (isHere) compile?.(code);
      });

      test(`verifies with ${command}, under both keys of a rotation, and refuses what was altered`, () => {
        expect([says(current, headers, body), says(previous, headers, body)]).toEqual(['true', 'true']);
        expect(says(other, headers, body)).toBe('false');
        expect(says(current, headers, `${body} `)).toBe('false');
        expect(says(current, { ...headers, 'webhook-timestamp': '1' }, body)).toBe('false');
      });
    },
  );
});
