/**
 * The page's accent, made readable: a colour that is too faint on a ground is darkened on light grounds and lightened on
 * dark ones, in small steps and no more than it takes. Its hue stays, and nobody has to choose two colours.
 */

/** WCAG 2, level AA, for text. */
const LEAST_CONTRAST = 4.5;
const STEPS = 100;
/** Of all that page.css puts behind links those that are nearest to the text; a test compares. */
export const GROUNDS = {
  light: ['#e8eefc', '#fde8e8', '#eceff3', '#fdece0', '#fcf1d8'],
  dark: ['#222933', '#341a1b', '#2c2412', '#18233b', '#2f1e12', '#14291f'],
} as const;

/** `#ffd000` → the same or the nearest that can be read, for light and for dark. */
export function readableAccent(accent: string): { light: string; dark: string } {
  return { light: moved(accent, GROUNDS.light, 0), dark: moved(accent, GROUNDS.dark, 255) };
}

function moved(accent: string, grounds: readonly string[], towards: 0 | 255): string {
  const start = channels(accent);
  for (let step = 0; step < STEPS; step += 1) {
    const colour = hex(start.map((channel) => channel + ((towards - channel) * step) / STEPS));
    if (grounds.every((ground) => contrast(colour, ground) >= LEAST_CONTRAST)) return colour;
  }
  return towards === 0 ? '#000000' : '#ffffff';
}

/** 1 to 21. */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function hex(colour: readonly number[]): string {
  return `#${colour.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}
