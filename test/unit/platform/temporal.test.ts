import { readConfig } from '../../../src/platform/config';
import { connectionOptions } from '../../../src/platform/temporal';

const base = { ...readConfig({}).temporal, address: 'temporal.example:7233' };
const tls = { serverName: undefined, serverCa: undefined, clientCert: undefined, clientKey: undefined };
const [ca, crt, key] = ['ca', 'crt', 'key'].map((name) => Buffer.from(name)) as [Buffer, Buffer, Buffer];

describe('the connection to Temporal', () => {
  it('is plain where nothing else is configured', () => {
    expect(connectionOptions(base)).toEqual({ address: 'temporal.example:7233' });
  });

  it('is encrypted wherever an API key is sent', () => {
    expect(connectionOptions({ ...base, apiKey: 'k' })).toEqual({
      address: base.address,
      apiKey: 'k',
      tls: {},
    });
  });

  it('trusts and shows the certificates of the configuration', () => {
    const all = { serverName: 'temporal.internal', serverCa: ca, clientCert: crt, clientKey: key };
    expect(connectionOptions({ ...base, tls: all }).tls).toEqual({
      serverNameOverride: 'temporal.internal',
      serverRootCACertificate: ca,
      clientCertPair: { crt, key },
    });
    expect(connectionOptions({ ...base, tls }).tls).toEqual({});
  });
});
