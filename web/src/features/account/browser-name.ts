/** Browsers by what tells them apart: most name others too, for sites that ask for those. */
const BROWSERS = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /(Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
] as const;

const SYSTEMS = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const;

/** The name of a browser and of its system, as far as it tells them; else what it calls itself. */
export function browserName(userAgent: string): string {
  const names = [BROWSERS, SYSTEMS].flatMap((kinds) => {
    const found = kinds.find(([, pattern]) => pattern.test(userAgent));
    return found ? [found[0]] : [];
  });
  return names.length > 0 ? names.join(', ') : userAgent;
}
