// printf: a site is compiled once into a list of steps, and each event runs through them from record bytes to output bytes.
// The common conversions (decimal, hexadecimal, strings) are steps of a small interpreter that makes no JavaScript value
// but numbers; everything else (flags, tuples, addresses, times) is a closure that gives a binary string.
import type { RecordView } from '../../compiler/language/effects.js';
import { LITTLE_ENDIAN } from '../../compiler/types/decode.js';
import { type Conversion, parseFormat } from '../../compiler/types/format.js';
import { type LayoutField, type RecordLayout, TAIL_TRUNCATED } from '../../compiler/types/record-layout.js';
import type { ByteBuffer } from '../byte-buffer.js';
import { conversionText } from './conversion-text.js';
import { writeEscaped } from './escape.js';
import { writeHex, writeI32, writeI64, writeU32, writeU64 } from './number.js';
import type { TextContext } from './value-text.js';

type Code =
  | typeof NOTHING
  | typeof INT32
  | typeof UINT32
  | typeof INT64
  | typeof UINT64
  | typeof BYTE
  | typeof HEX32
  | typeof HEX64
  | typeof FIXED_STRING
  | typeof TAIL_STRING
  | typeof TEXT;

const NOTHING = 0;
const INT32 = 1;
const UINT32 = 2;
const INT64 = 3;
const UINT64 = 4;
const BYTE = 5; // decimal of a u8
const HEX32 = 6;
const HEX64 = 7;
const FIXED_STRING = 8;
const TAIL_STRING = 9;
const TEXT = 10;

interface Step {
  readonly code: Code;
  readonly offset: number; // of the field in the record, bytes
  readonly size: number; // bytes of a fixed string with its NUL
  readonly width: number;
  readonly left: boolean;
  readonly fill: number;
  readonly tail: boolean; // the field lies in the tail: step over it
  readonly text: (view: RecordView) => string;
}

export interface PrintfWriter {
  /** Appends one event's text. */
  write(view: RecordView, to: ByteBuffer): void;
}

/** `format` is a binary string (one character, one byte), its conversions take the layout's fields in order. */
export function compilePrintf(format: string, layout: RecordLayout, context: TextContext): PrintfWriter {
  const literals: string[] = ['']; // after each step
  const steps: Step[] = [PLAIN];
  let argument = 0;
  for (const segment of parseFormat(format)) {
    if (segment.kind === 'literal') {
      literals[literals.length - 1] += segment.text;
      continue;
    }
    const field = layout.fields[argument++];
    if (field === undefined || segment.kind === 'unsupported') continue;
    steps.push(compileConversion(segment, field, layout, context));
    literals.push('');
  }
  return new Interpreter(steps, literals, layout.size, context);
}

/** No argument: what comes before the first conversion. */
const PLAIN: Step = {
  code: NOTHING,
  offset: 0,
  size: 0,
  width: 0,
  left: false,
  fill: 0x20,
  tail: false,
  text: () => '',
};

function compileConversion(
  conversion: Conversion,
  field: LayoutField,
  layout: RecordLayout,
  context: TextContext,
): Step {
  const { width, left } = conversion;
  const common = {
    ...PLAIN,
    offset: field.offset,
    width,
    left,
    fill: conversion.zero ? 0x30 : 0x20,
    tail: field.storage === 'tail',
  };
  const code = directCode(conversion, field);
  if (code !== undefined) {
    return { ...common, code, size: field.type.kind === 'string' ? field.type.size : 0 };
  }
  return { ...common, code: TEXT, width: 0, text: conversionText(conversion, field, layout, context) };
}

/** The step that needs no JavaScript value, if there is one. */
function directCode(conversion: Conversion, field: LayoutField): Code | undefined {
  const { type } = field;
  const { conversion: kind, bits } = conversion;
  if (kind === 's' && type.kind === 'string') return field.storage === 'tail' ? TAIL_STRING : FIXED_STRING;
  if (type.kind === 'bool' && 'diu'.includes(kind)) return BYTE;
  const integer = type.kind === 'integer' ? type : type.kind === 'pointer' ? WORD : undefined;
  if (integer === undefined || conversion.plus || conversion.alternate) return undefined;
  const { size, signed } = integer;
  const asText = kind === 's' && type.kind === 'integer' && type.enum === undefined;
  if (size === 1 && !signed && (asText || ('diu'.includes(kind) && bits >= 32))) return BYTE;
  if (asText)
    return size === 8 ? (signed ? INT64 : UINT64) : size === 4 ? (signed ? INT32 : UINT32) : undefined;
  if (size === 8 && bits === 64) {
    return 'di'.includes(kind) ? INT64 : kind === 'u' ? UINT64 : kind === 'x' ? HEX64 : undefined;
  }
  if (bits === 32 && (size === 4 || (size === 8 && LITTLE_ENDIAN))) {
    return 'di'.includes(kind) ? INT32 : kind === 'u' ? UINT32 : kind === 'x' ? HEX32 : undefined;
  }
  if (bits === 64 && size === 4) {
    if ('di'.includes(kind)) return signed ? INT32 : UINT32;
    return signed ? undefined : kind === 'u' ? UINT32 : kind === 'x' ? HEX32 : undefined;
  }
  return undefined;
}

const WORD = { size: 8, signed: false } as const;

// Words of a step in the program.
const STRIDE = 5;
const OFFSET = 1;
const SIZE = 2;
const WIDTH = 3;
const AFTER = 4; // bytes of literal text after it

class Interpreter implements PrintfWriter {
  readonly #steps: readonly Step[];
  readonly #program: Int32Array; // the numbers of the steps, STRIDE each
  readonly #literals: Uint8Array;
  readonly #bound: number; // most bytes a record without strings can give
  readonly #tailStart: number;
  readonly #trailer: Uint8Array;
  readonly #maxStrlen: number;
  readonly #escape: boolean;

  /** literals[i] follows steps[i]; tailStart: bytes from the start of the record. */
  constructor(steps: readonly Step[], literals: readonly string[], tailStart: number, context: TextContext) {
    this.#steps = steps;
    this.#program = Int32Array.from(
      steps.flatMap((step, i) => [step.code, step.offset, step.size, step.width, literals[i]?.length ?? 0]),
    );
    this.#literals = Uint8Array.from(Buffer.from(literals.join(''), 'latin1'));
    this.#tailStart = tailStart;
    this.#trailer = Buffer.from(context.trailer, 'latin1');
    this.#maxStrlen = context.maxStrlen;
    this.#escape = context.escape;
    this.#bound = steps.reduce(
      (sum, step) => sum + step.width + 32 + this.#trailer.length,
      this.#literals.length,
    );
  }

  write(view: RecordView, buffer: ByteBuffer): void {
    // A control character grows to four.
    const room = this.#bound + view.length * (this.#escape ? 4 : 1);
    buffer.reserve(room);
    const program = this.#program;
    const { data, bytes, offset: base } = view;
    let to: Uint8Array = buffer.bytes;
    let at = buffer.at;
    let tail = base + this.#tailStart;
    const literals = this.#literals;
    let literal = 0;
    for (let i = 0; i < program.length; i += STRIDE) {
      const start = at;
      const from = base + program[i + OFFSET]!;
      switch (program[i] as Code) {
        case NOTHING:
          break;
        case INT32:
          at = writeI32(to, at, data.getInt32(from, LITTLE_ENDIAN));
          break;
        case UINT32:
          at = writeU32(to, at, data.getUint32(from, LITTLE_ENDIAN));
          break;
        case INT64:
          at = writeI64(
            to,
            at,
            data.getUint32(from + HIGH, LITTLE_ENDIAN),
            data.getUint32(from + LOW, LITTLE_ENDIAN),
          );
          break;
        case UINT64:
          at = writeU64(
            to,
            at,
            data.getUint32(from + HIGH, LITTLE_ENDIAN),
            data.getUint32(from + LOW, LITTLE_ENDIAN),
          );
          break;
        case BYTE:
          at = writeU32(to, at, bytes[from]!);
          break;
        case HEX32:
          at = writeHex(to, at, 0, data.getUint32(from, LITTLE_ENDIAN), false);
          break;
        case HEX64:
          at = writeHex(
            to,
            at,
            data.getUint32(from + HIGH, LITTLE_ENDIAN),
            data.getUint32(from + LOW, LITTLE_ENDIAN),
            false,
          );
          break;
        case FIXED_STRING: {
          const size = program[i + SIZE]!;
          const end = from + size;
          let p = from;
          if (this.#escape) {
            while (p < end && bytes[p] !== 0) p++;
            at = writeEscaped(bytes, from, p, to, at);
          } else {
            for (let byte = 0; p < end; p++) {
              byte = bytes[p]!;
              if (byte === 0) break;
              to[at++] = byte;
            }
          }
          if (p === end || (size > this.#maxStrlen && p === end - 1)) at = this.#writeTrailer(to, at);
          break;
        }
        case TAIL_STRING: {
          const word = data.getUint32(from, LITTLE_ENDIAN);
          const end = tail + (word & ~TAIL_TRUNCATED);
          if (this.#escape) at = writeEscaped(bytes, tail, end, to, at);
          else if (end - tail > 48) {
            to.set(bytes.subarray(tail, end), at);
            at += end - tail;
          } else for (let p = tail; p < end; p++) to[at++] = bytes[p]!;
          tail = end;
          if (word >= TAIL_TRUNCATED) at = this.#writeTrailer(to, at);
          break;
        }
        case TEXT: {
          const step = this.#steps[i / STRIDE]!;
          const text = step.text(view);
          buffer.at = at;
          buffer.reserve(text.length + room);
          buffer.appendBinary(text);
          to = buffer.bytes;
          at = buffer.at;
          if (step.tail) tail += data.getUint32(from, LITTLE_ENDIAN) & ~TAIL_TRUNCATED;
          break;
        }
      }
      if (at - start < program[i + WIDTH]!) at = padInPlace(to, start, at, this.#steps[i / STRIDE]!);
      for (let n = program[i + AFTER]!; n > 0; n--) to[at++] = literals[literal++]!;
    }
    buffer.at = at;
  }

  #writeTrailer(to: Uint8Array, at: number): number {
    to.set(this.#trailer, at);
    return at + this.#trailer.length;
  }
}

const LOW = LITTLE_ENDIAN ? 0 : 4;
const HIGH = 4 - LOW;

/** Fills up what stands at [start, end) to the step's width. */
function padInPlace(to: Uint8Array, start: number, end: number, step: Step): number {
  const stop = start + step.width;
  if (step.left) {
    to.fill(step.fill, end, stop);
  } else {
    to.copyWithin(stop - (end - start), start, end);
    to.fill(step.fill, start, stop - (end - start));
  }
  return stop;
}
