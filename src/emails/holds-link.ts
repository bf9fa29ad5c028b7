/** Whether a rendered e-mail holds a link that its reader can use. */
import type { LiquidForm } from './liquid';

/** Characters that a mail reader would take for a part of the link beside them. */
const GOES_ON = /[\w/%~?#&=+-]/;

/** Whether a body has the link as the target of an anchor, or shows the very link as text. */
export function holdsLink(form: LiquidForm, body: string, url: string): boolean {
  if (form === 'text') return showsUrl(body, url);
  const seen = body.replace(/<!--[\s\S]*?-->|<(head|style|script)\b[\s\S]*?<\/\1>/gi, '');
  const targets = [...seen.matchAll(/<a\s[^>]*?\bhref\s*=\s*(["'])(.*?)\1/gi)].map(([, , target]) => target);
  return targets.includes(url) || showsUrl(seen.replace(/<[^>]*>/g, ' '), url);
}

function showsUrl(text: string, url: string): boolean {
  const around = text.split(url);
  return around.some((before, index) => {
    const after = around[index + 1];
    return after !== undefined && !GOES_ON.test(before.slice(-1)) && !GOES_ON.test(after.slice(0, 1));
  });
}
