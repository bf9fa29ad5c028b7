/** Colours of buttons. */

/** Used where an application names none. */
export const DEFAULT_ACCENT = '#1a5fb4';

/** The text colour, black or white, that contrasts better: at least 4.5 to 1 on any background (WCAG 2.2, 1.4.3). */
export function textOn(background: string): '#000000' | '#ffffff' {
  return luminance(background) > 0.179 ? '#000000' : '#ffffff';
}

/** Relative luminance of `#rrggbb`, as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
