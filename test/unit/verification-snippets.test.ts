/** What the admin UI and docs/verification.md show, run as it stands there, by each runtime that this machine has. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildRequest } from '../../src/delivery/http/request';
import { newSigningKey, readSigningKey, type SigningKind } from '../../src/platform/signing-key';
import { projectRoot } from '../../src/platform/project-root';
import { freePorts } from '../harness/free-ports';
import { eventually } from '../harness/eventually';

const SNIPPETS = path.join(projectRoot, 'web/src/snippets');
const PAGE = path.join(projectRoot, 'docs/verification.md');
const textOf = (name: string): string => readFileSync(path.join(SNIPPETS, name), 'utf8');

type Given = readonly [string, Readonly<Record<string, string>>, string];

interface Runtime {
  /** As blocks of code name it. */
  readonly language: string;
  readonly extension: string;
  readonly command: string;
  /** Programs that must be here, each with how it is asked for its version; without: the command. */
  readonly needs?: readonly (readonly [string, string])[];
  /** Arguments that have it fail where it lacks the library that public keys need. */
  readonly library?: readonly string[];
  /** Arguments that have it run the code, and print what it says of what is given after them. */
  readonly program: (code: string) => string[];
  readonly spell?: (given: Given) => string[];
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

/** In place of the library: it says yes to the signatures that it is told of. */
const BOUNCY_CASTLE = `
namespace Org.BouncyCastle.Crypto.Parameters
{
    class Ed25519PublicKeyParameters
    {
        public byte[] Key;
        public Ed25519PublicKeyParameters(byte[] key) { Key = key; }
    }
}
namespace Org.BouncyCastle.Crypto.Signers
{
    class Ed25519Signer
    {
        byte[] key, content;
        public void Init(bool signs, object of) { key = ((Parameters.Ed25519PublicKeyParameters)of).Key; }
        public void BlockUpdate(byte[] bytes, int from, int length) { content = bytes; }
        public bool VerifySignature(byte[] signature)
        {
            var said = System.BitConverter.ToString(key) + System.BitConverter.ToString(content) + System.BitConverter.ToString(signature);
            return System.Environment.GetEnvironmentVariable("GENUINE").Contains(said.Replace("-", "").ToLowerInvariant());
        }
    }
}
`;

const RUNTIMES: readonly Runtime[] = [
  {
    language: 'js',
    extension: 'js',
    command: process.execPath,
    program: (code: string) => [
      '-e',
      `${code}\nconst [s, h, b] = JSON.parse(process.argv[1]); console.log(verify(s, h, b));`,
    ],
  },
  {
    language: 'python',
    extension: 'py',
    command: 'python3',
    library: ['-c', 'import cryptography'],
    program: (code: string) => [
      '-c',
      `${code}\nimport json, sys\nprint(str(verify(*json.loads(sys.argv[1]))).lower())`,
    ],
  },
  {
    language: 'go',
    extension: 'go',
    command: path.join(folder, 'verify'),
    needs: [['go', 'version']],
    program: () => [],
    compile: (code: string) => {
      const main = `
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
}`;
      const file = fileOf(
        'main.go',
        code.replace('import (', 'import (\n"encoding/json"\n"fmt"\n"os"') + main,
      );
      execFileSync('go', ['build', '-o', path.join(folder, 'verify'), file]);
    },
  },
  {
    language: 'java',
    extension: 'java',
    command: 'java',
    needs: [
      ['java', '--version'],
      ['javac', '--version'],
    ],
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
    extension: 'php',
    command: 'php',
    program: (code: string) => [
      '-r',
      `${code.replace('<?php\n', '')}\necho json_encode(verify(...json_decode($argv[1], true)));`,
      '--',
    ],
  },
  {
    language: 'csharp',
    extension: 'cs',
    // Mono's, or .NET Framework's language: what runs there runs on every .NET.
    command: 'mono',
    needs: [
      ['mono', '--version'],
      ['mcs', '--version'],
    ],
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
      const files = [fileOf('main.cs', code + main), fileOf('bouncy-castle.cs', BOUNCY_CASTLE)];
      execFileSync('mcs', [`-out:${path.join(folder, 'main.exe')}`, ...files]);
    },
    spell: spellHex,
  },
];

/** For languages that have no JSON of their own. */
function spellHex([key, named, text]: Given): string[] {
  return [key, text, ...Object.entries(named).flat()].map((part) => Buffer.from(part).toString('hex'));
}

/** What a receiver is given of a key. */
const KNOWN: Readonly<Record<SigningKind, (key: string) => string>> = {
  hmac: (key) => key,
  ed25519: (key) => readSigningKey(key).publicKey?.jwk.x ?? '',
};

const KINDS = ['hmac', 'ed25519'] as const satisfies SigningKind[];

/** A signed request, under the first two of three keys, and what receivers know of these. */
function signed(kind: SigningKind) {
  const keys = [1, 2, 3].map(() => newSigningKey(kind));
  const request = buildRequest({
    ...{ url: 'https://receiver.example/', credential: { type: 'none' }, staticHeaders: [] },
    ...{ webhookId: 'id-1', subscriptionId: 's-1', changeId: 'c-1', updateType: 'consent-receipts' },
    ...{ sequence: 1, attempt: 1, sentAt: new Date(), body: '{"name":"Jürgen"}' },
    signingSecrets: keys.slice(0, 2),
  });
  return { ...request, known: keys.map(KNOWN[kind]) as [string, string, string] };
}

describe.each(KINDS)('what is shown to verify %s', (kind) => {
  const { headers, body, known } = signed(kind);
  const [current, previous, other] = known;
  const hex = (text: string, encoding?: BufferEncoding) => Buffer.from(text, encoding).toString('hex');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signatures = String(headers['webhook-signature']).split(' ');
  // The newest key signs first.
  const GENUINE = signatures
    .map(
      (given, index) => hex(known[index] ?? '', 'base64url') + hex(content) + hex(given.slice(4), 'base64'),
    )
    .join(' ');

  describe.each(RUNTIMES)('in $language', (runtime) => {
    const { extension, command, program, spell, compile, library } = runtime;
    const { needs = [[command, '--version']] } = runtime;
    const isHere =
      needs.every(([each, option]) => spawnSync(each, [option]).status === 0) &&
      (kind === 'hmac' || !library || spawnSync(command, library).status === 0);
    const test = isHere ? it : it.skip; // without the runtime there is nothing to run it by
    const code = textOf(`${kind}.${extension}`);
    const says = (...given: Given): string =>
      execFileSync(command, [...program(code), ...(spell?.(given) ?? [JSON.stringify(given)])], {
        env: { ...process.env, GENUINE },
      })
        .toString()
        .trim();

    beforeAll(() => {
      if (isHere) compile?.(code);
    });

    test(`verifies, under both keys of a rotation, and refuses what was altered`, () => {
      expect([says(current, headers, body), says(previous, headers, body)]).toEqual(['true', 'true']);
      expect(says(other, headers, body)).toBe('false');
      expect(says(current, headers, `${body} `)).toBe('false');
      expect(says(current, { ...headers, 'webhook-timestamp': '1' }, body)).toBe('false');
      const { 'webhook-signature': _, ...unsigned } = headers;
      expect([says(current, unsigned, body), says(current, {}, body)]).toEqual(['false', 'false']);
    });
  });
});

describe('docs/verification.md', () => {
  it('shows the same, each block under its heading', () => {
    const page = readFileSync(PAGE, 'utf8');
    const [before = '', ...parts] = page.split(/^(?=# With a )/m);
    expect(parts).toHaveLength(KINDS.length);
    const shown = parts.map((part, index) =>
      RUNTIMES.reduce(
        (text, { language, extension }) =>
          text.replace(
            new RegExp(`(\`\`\`${language}\n)[^]*?(\`\`\`)`),
            (_, open: string, close: string) => open + textOf(`${KINDS[index] ?? ''}.${extension}`) + close,
          ),
        part,
      ),
    );
    const right = [before, ...shown].join('');
    if (process.env.UPDATE_DOCS) writeFileSync(PAGE, right);
    expect(readFileSync(PAGE, 'utf8')).toBe(right);
    expect(right.match(/^```\w+$/gm)).toHaveLength(KINDS.length * RUNTIMES.length);
  });
});

describe.each([
  ['js', [process.execPath]],
  ['py', ['python3']],
  ['php', ['php', '-S', `127.0.0.1:PORT`]],
] as const)('the receiver of %s', (extension, [command, ...options]) => {
  const isHere = spawnSync(command, ['--version']).status === 0;
  (isHere ? it : it.skip)('answers 204 to what is genuine, and 401 to what is not', async () => {
    const { headers, body, known } = signed('hmac');
    const [port = 0] = await freePorts(1);
    const file = fileOf(
      `receiver.${extension}`,
      `${textOf(`hmac.${extension}`)}\n${textOf(`receiver.${extension}`)}`,
    );
    const receiver = spawn(command, [...options.map((each) => each.replace('PORT', String(port))), file], {
      env: { ...process.env, WEBHOOK_KEY: known[0], PORT: String(port) },
    });
    const { connection: _, host: __, ...sent } = headers;
    const post = async (text: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: sent, body: text })).status;
    try {
      await eventually(async () => expect(await post(body).catch(() => 0)).toBe(204));
      expect([await post(`${body} `), await post(body)]).toEqual([401, 204]);
    } finally {
      receiver.kill();
    }
  });
});
