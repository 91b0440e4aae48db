// strftime(3) in the local time zone and the C locale, with bpftrace's %f (microseconds). A format is split once; the text of
// a whole second is kept, since neighbouring events share it.

interface CompiledFormat {
  /** Text of the conversions around each %f, for one second. */
  second: number;
  parts: readonly string[];
}

const compiled = new Map<string, CompiledFormat>();

/** `time`: ns since 1970. `fraction`: %f gives six digits of microseconds (strftime()); else it stays as it is (time()). */
export function formatTime(format: string, time: bigint, options: { readonly fraction: boolean }): string {
  const seconds = time >= 0n ? time / 1_000_000_000n : (time - 999_999_999n) / 1_000_000_000n;
  const second = Number(seconds);
  const key = (options.fraction ? 'f' : '-') + format;
  let entry = compiled.get(key);
  if (entry === undefined) {
    entry = { second: Number.NaN, parts: [] };
    compiled.set(key, entry);
  }
  if (entry.second !== second) {
    const date = new Date(second * 1000);
    entry.parts = pieces(format, options.fraction).map(piece => expand(piece, date));
    entry.second = second;
  }
  if (entry.parts.length === 1) return entry.parts[0] ?? '';
  const microseconds = Number((time - seconds * 1_000_000_000n) / 1000n);
  return entry.parts.join(String(microseconds).padStart(6, '0'));
}

/** Splits at %f, not at the f of %%f. */
function pieces(format: string, fraction: boolean): string[] {
  if (!fraction) return [format];
  const found: string[] = [''];
  for (const token of format.match(/%.|[^%]+|%$/gs) ?? []) {
    if (token === '%f') found.push('');
    else found[found.length - 1] += token;
  }
  return found;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function expand(format: string, date: Date): string {
  return format.replace(/%([-_0^]?)(?:E(?=[cCxXyY])|O(?=[dehHImMSuUVwWy]))?(.)/gs, (whole, flag, letter) => {
    const [text, width, filler] = convert(letter, date) ?? [whole, 0, ''];
    if (text === whole) return whole;
    const fill = flag === '_' ? ' ' : flag === '0' ? '0' : filler;
    const padded = flag === '-' ? text : text.padStart(width, fill === '' ? ' ' : fill);
    return flag === '^' ? padded.toUpperCase() : padded;
  });
}

type Piece = readonly [text: string, width: number, fill: string];

function convert(letter: string, date: Date): Piece | undefined {
  const zeros = (value: number, width: number): Piece => [String(value), width, '0'];
  const spaces = (value: number, width: number): Piece => [String(value), width, ' '];
  const plain = (text: string): Piece => [text, 0, ''];
  const composed = (format: string): Piece => plain(expand(format, date));
  const hour12 = date.getHours() % 12 || 12;
  switch (letter) {
    case 'a':
      return plain((DAYS[date.getDay()] ?? '').slice(0, 3));
    case 'A':
      return plain(DAYS[date.getDay()] ?? '');
    case 'b':
    case 'h':
      return plain((MONTHS[date.getMonth()] ?? '').slice(0, 3));
    case 'B':
      return plain(MONTHS[date.getMonth()] ?? '');
    case 'c':
      return composed('%a %b %e %H:%M:%S %Y');
    case 'C':
      return zeros(Math.floor(date.getFullYear() / 100), 2);
    case 'd':
      return zeros(date.getDate(), 2);
    case 'D':
    case 'x':
      return composed('%m/%d/%y');
    case 'e':
      return spaces(date.getDate(), 2);
    case 'F':
      return composed('%Y-%m-%d');
    case 'g':
      return zeros(isoWeek(date).year % 100, 2);
    case 'G':
      return zeros(isoWeek(date).year, 4);
    case 'H':
      return zeros(date.getHours(), 2);
    case 'I':
      return zeros(hour12, 2);
    case 'j':
      return zeros(dayOfYear(date) + 1, 3);
    case 'k':
      return spaces(date.getHours(), 2);
    case 'l':
      return spaces(hour12, 2);
    case 'm':
      return zeros(date.getMonth() + 1, 2);
    case 'M':
      return zeros(date.getMinutes(), 2);
    case 'n':
      return plain('\n');
    case 'p':
      return plain(date.getHours() < 12 ? 'AM' : 'PM');
    case 'P':
      return plain(date.getHours() < 12 ? 'am' : 'pm');
    case 'r':
      return composed('%I:%M:%S %p');
    case 'R':
      return composed('%H:%M');
    case 's':
      return plain(String(Math.floor(date.getTime() / 1000)));
    case 'S':
      return zeros(date.getSeconds(), 2);
    case 't':
      return plain('\t');
    case 'T':
    case 'X':
      return composed('%H:%M:%S');
    case 'u':
      return plain(String(date.getDay() || 7));
    case 'U':
      return zeros(Math.floor((dayOfYear(date) + 7 - date.getDay()) / 7), 2);
    case 'V':
      return zeros(isoWeek(date).week, 2);
    case 'w':
      return plain(String(date.getDay()));
    case 'W':
      return zeros(Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 6) % 7)) / 7), 2);
    case 'y':
      return zeros(date.getFullYear() % 100, 2);
    case 'Y':
      return plain(String(date.getFullYear()));
    case 'z':
      return plain(zoneOffset(date));
    case 'Z':
      return plain(zoneName(date));
    case '%':
      return plain('%');
    default:
      return undefined;
  }
}

/** 0 on the first of January. */
function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getFullYear(), 0, 1);
  return Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - start) / 86_400_000);
}

/** ISO 8601: weeks start on Monday, week 1 holds the year's first Thursday. */
function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / 604_800_000) + 1;
  return { year, week };
}

function zoneOffset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  const text = String(Math.floor(size / 60) * 100 + (size % 60)).padStart(4, '0');
  return (minutes < 0 ? '-' : '+') + text;
}

/** The abbreviation that JavaScript knows: GMT+2 where the C library says CEST. */
function zoneName(date: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date);
  return parts.find(part => part.type === 'timeZoneName')?.value ?? '';
}
