// Text measured and cut in terminal cells: wide characters take two, combining marks none. The measure is ink's own.
import stringWidth from 'string-width';

const MARK = '…';
/** Made when it is needed: it takes 10 ms. */
let segmenter: Intl.Segmenter | undefined;

export function cellsOf(text: string): number {
  return stringWidth(text);
}

/** At most `width` cells; what is cut off is marked. */
export function cutEnd(text: string, width: number): string {
  if (cellsOf(text) <= width) return text;
  return width < 1 ? '' : takeStart(text, width - 1) + MARK;
}

/** The same, cut in the middle, a third being its end: FIN_…T1, /usr/lib/…c.so.6, 2001:db8:…::1. */
export function cutMiddle(text: string, width: number): string {
  if (cellsOf(text) <= width) return text;
  if (width < 1) return '';
  const tail = Math.floor((width - 1) / 3);
  return takeStart(text, width - 1 - tail) + MARK + takeEnd(text, tail);
}

export function pad(text: string, width: number, right: boolean): string {
  const missing = width - cellsOf(text);
  if (missing <= 0) return text;
  return right ? ' '.repeat(missing) + text : text + ' '.repeat(missing);
}

/** In lines of at most `width` cells, at least one. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (width > 1 && cellsOf(rest) > width) {
    const line = takeStart(rest, width);
    lines.push(line);
    rest = rest.slice(line.length);
  }
  lines.push(rest);
  return lines;
}

function takeStart(text: string, width: number): string {
  if (isPlain(text)) return text.slice(0, width);
  let taken = '';
  let cells = 0;
  for (const segment of graphemes(text)) {
    cells += cellsOf(segment);
    if (cells > width) break;
    taken += segment;
  }
  return taken;
}

function takeEnd(text: string, width: number): string {
  if (isPlain(text)) return text.slice(text.length - width);
  let taken = '';
  let cells = 0;
  for (const segment of graphemes(text).reverse()) {
    cells += cellsOf(segment);
    if (cells > width) break;
    taken = segment + taken;
  }
  return taken;
}

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
