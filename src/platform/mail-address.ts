/** Addresses of mail as RFC 5322 and RFC 6531 have them: a dot-atom, and a domain that may be written in any script. */
import { domainToASCII } from 'node:url';

/** Octets of an address, of its local part (RFC 5321 §4.5.3.1), of a domain's name in ASCII and of one label (RFC 1035 §2.3.4). */
const LIMITS = { address: 254, localPart: 64, domain: 253 } as const;

/** `atext` of RFC 5322 §3.2.3, with the characters of other scripts that RFC 6531 §3.3 adds. */
const ATOM = String.raw`(?:[\w!#$%&'*+/=?^{|}~\u0060-]|[^\p{ASCII}\p{C}\p{Z}])+`;
const LOCAL_PART = new RegExp(String.raw`^${ATOM}(?:\.${ATOM})*$`, 'u');
/** What a URL's parser would take for something else than a name, such as `%41`, stays out. */
const WRITTEN_DOMAIN = /^(?:[A-Za-z\d.-]|[^\p{ASCII}\p{C}\p{Z}])+$/u;
/** Letters, digits and hyphens (RFC 5890 §2.3.1); the last label is no number, or it were an address. */
const ASCII_DOMAIN = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

/** Whether mail can be sent to it. Quoted local parts and addresses of hosts in brackets are not taken. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [localPart, written] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || !LOCAL_PART.test(localPart) || !WRITTEN_DOMAIN.test(written)) return false;
  // IDNA, by the parser that Node has for URLs: empty where a label is not allowed.
  const domain = domainToASCII(written);
  const octets = Buffer.byteLength(localPart);
  return (
    octets <= LIMITS.localPart &&
    domain.length <= LIMITS.domain &&
    octets + 1 + domain.length <= LIMITS.address &&
    ASCII_DOMAIN.test(domain)
  );
}
