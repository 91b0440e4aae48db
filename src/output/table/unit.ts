// Units by the suffix of a field's name, and how a table shows them: four significant digits in the unit that fits.

export interface Unit {
  readonly suffix: string;
  /** Names of the steps up from the field's own unit, and how many of each make the next. */
  readonly steps: readonly (readonly [name: string, next: number])[];
  readonly width: number; // characters that values usually take
  /** The first step that is shown; default 0. */
  readonly least?: number;
}

const TIME: Unit['steps'] = [
  ['ns', 1000],
  ['us', 1000],
  ['ms', 1000],
  ['s', Number.POSITIVE_INFINITY],
];

const LONG_TIME: Unit['steps'] = [
  ['s', 60],
  ['min', 60],
  ['h', 24],
  ['d', Number.POSITIVE_INFINITY],
];

const SIZE: Unit['steps'] = [
  ['B', 1024],
  ['KiB', 1024],
  ['MiB', 1024],
  ['GiB', 1024],
  ['TiB', Number.POSITIVE_INFINITY],
];

const UNITS: readonly Unit[] = [
  { suffix: '_ns', steps: TIME, width: 8 },
  { suffix: '_us', steps: TIME.slice(1), width: 8 },
  { suffix: '_ms', steps: TIME.slice(2), width: 8 },
  { suffix: '_s', steps: LONG_TIME, width: 8 },
  { suffix: '_bytes', steps: SIZE, width: 9 },
  { suffix: '_kb', steps: SIZE.slice(1), width: 9 },
  { suffix: '_pct', steps: [['%', Number.POSITIVE_INFINITY]], width: 5 },
  {
    suffix: '_ppm', // parts per million, in per cent
    steps: [
      ['ppm', 10_000],
      ['%', Number.POSITIVE_INFINITY],
    ],
    width: 7,
    least: 1,
  },
];

export function unitOf(name: string): Unit | undefined {
  return UNITS.find(({ suffix }) => name.endsWith(suffix) && name.length > suffix.length);
}

/** 0 ns, 412.0 us, 5.210 s; whole numbers in the field's own unit. */
export function humanized(value: bigint, unit: Unit): string {
  let amount = Number(value);
  let step = 0;
  const least = unit.least ?? 0;
  while (step < unit.steps.length - 1 && (step < least || Math.abs(amount) >= (unit.steps[step]?.[1] ?? 0))) {
    amount /= unit.steps[step]?.[1] ?? 1;
    step++;
  }
  const name = unit.steps[step]?.[0] ?? '';
  if (step === 0) return `${value} ${name}`;
  const size = Math.abs(amount);
  return `${amount.toFixed(size < 9.9995 ? 3 : size < 99.995 ? 2 : size < 999.95 ? 1 : 0)} ${name}`;
}
