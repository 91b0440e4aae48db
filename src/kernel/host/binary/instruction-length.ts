// Lengths of machine instructions, so that a probe is put on the first byte of one and not into the middle (the kernel replaces
// that byte by a breakpoint). x86-64 by opcode maps (Intel SDM volume 2, appendix A); aarch64 has four bytes each.
//
//   [legacy prefixes] [REX | VEX | EVEX | REX2] opcode [ModRM [SIB] [displacement]] [immediate]

/** How an opcode goes on. Immediates: b 1 byte, w 2, z 4 (2 with the prefix 66), v as z but 8 with REX.W, a an address. */
interface Shape {
  readonly modRm: boolean;
  readonly immediate: '' | 'b' | 'w' | 'z' | 'v' | 'a' | 'wb' | 'd' | 'group3';
}

interface Prefixes {
  readonly operand16: boolean;
  readonly address32: boolean;
  readonly wide: boolean; // REX.W
}

/** The longest there is. */
const MOST = 15;
const LEGACY_PREFIXES = new Set([0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65]);
/** Opcodes that 64-bit mode has not. */
const GONE = new Set([
  0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0x82, 0x9a, 0xce, 0xd4, 0xd6,
  0xea,
]);

/** Bytes of the x86-64 instruction at `at`; undefined when there is none, or when it does not end within `bytes`. */
export function x86Length(bytes: Uint8Array, at: number): number | undefined {
  let next = at;
  let operand16 = false;
  let address32 = false;
  while (LEGACY_PREFIXES.has(bytes[next] ?? 0)) {
    operand16 ||= bytes[next] === 0x66;
    address32 ||= bytes[next] === 0x67;
    next++;
  }
  let wide = false;
  let opcode = bytes[next++] ?? 0x06;
  if (opcode >= 0x40 && opcode <= 0x4f) {
    wide = (opcode & 8) !== 0;
    opcode = bytes[next++] ?? 0x06;
  }
  let shape: Shape | undefined;
  const [first = 0, second = 0] = bytes.subarray(next, next + 2);
  if (opcode === 0xc5) {
    shape = vectorShape(1, bytes[next + 1] ?? 0);
    next += 2;
  } else if (opcode === 0xc4) {
    shape = vectorShape(first & 31, bytes[next + 2] ?? 0);
    next += 3;
  } else if (opcode === 0x62) {
    shape = vectorShape(first & 7, bytes[next + 3] ?? 0);
    operand16 ||= (first & 7) === 4 && (second & 3) === 1;
    next += 4;
  } else if (opcode === 0x8f && (first & 0x38) !== 0) {
    shape = { modRm: true, immediate: (first & 31) === 8 ? 'b' : (first & 31) === 10 ? 'd' : '' }; // AMD's XOP
    next += 3;
  } else if (opcode === 0xd5) {
    wide = (first & 8) !== 0; // REX2
    shape = (first & 0x80) === 0 ? oneByteShape(second) : twoByteShape(second);
    next += 2;
  } else if (opcode === 0x0f) {
    next++;
    if (first === 0x38 || first === 0x3a) next++;
    shape = first === 0x38 ? { modRm: true, immediate: '' } : twoByteShape(first === 0x3a ? 0x0f : first);
  } else shape = oneByteShape(opcode);
  if (shape === undefined) return undefined;
  const end = endOf(bytes, next, shape, { operand16, address32, wide });
  return end <= bytes.length && end - at <= MOST ? end - at : undefined;
}

function endOf(bytes: Uint8Array, start: number, { modRm, immediate }: Shape, prefixes: Prefixes): number {
  let next = start;
  const byte = bytes[next] ?? 0;
  if (modRm) {
    const mode = byte >> 6;
    const hasSib = mode !== 3 && (byte & 7) === 4;
    const base = hasSib ? (bytes[next + 1] ?? 0) & 7 : byte & 7;
    next += hasSib ? 2 : 1;
    if (mode === 1) next += 1;
    else if (mode === 2 || (mode === 0 && base === 5)) next += 4;
  }
  const z = prefixes.operand16 && !prefixes.wide ? 2 : 4;
  switch (immediate) {
    case 'b':
      return next + 1;
    case 'w':
      return next + 2;
    case 'wb':
      return next + 3;
    case 'd':
      return next + 4;
    case 'z':
      return next + z;
    case 'v':
      return next + (prefixes.wide ? 8 : z);
    case 'a':
      return next + (prefixes.address32 ? 4 : 8);
    case 'group3': // F6, F7: only test has an immediate
      return next + ((byte & 0x38) > 8 ? 0 : (bytes[start - 1] ?? 0) === 0xf6 ? 1 : z);
    default:
      return next;
  }
}

function oneByteShape(opcode: number): Shape | undefined {
  if (GONE.has(opcode)) return undefined;
  const low = opcode & 7;
  if (opcode < 0x40) {
    if (low < 4) return { modRm: true, immediate: '' };
    return { modRm: false, immediate: low === 4 ? 'b' : 'z' };
  }
  switch (opcode >> 4) {
    case 0x4:
    case 0x5:
      return { modRm: false, immediate: '' };
    case 0x6:
      if (opcode < 0x68) return { modRm: true, immediate: '' };
      if (opcode >= 0x6c) return { modRm: false, immediate: '' };
      return { modRm: (opcode & 1) === 1, immediate: opcode < 0x6a ? 'z' : 'b' };
    case 0x7:
      return { modRm: false, immediate: 'b' };
    case 0x8:
      return {
        modRm: true,
        immediate: opcode === 0x80 || opcode === 0x83 ? 'b' : opcode === 0x81 ? 'z' : '',
      };
    case 0x9:
      return { modRm: false, immediate: '' };
    case 0xa:
      if (opcode < 0xa4) return { modRm: false, immediate: 'a' };
      return { modRm: false, immediate: opcode === 0xa8 ? 'b' : opcode === 0xa9 ? 'z' : '' };
    case 0xb:
      return { modRm: false, immediate: opcode < 0xb8 ? 'b' : 'v' };
    case 0xc:
      if (opcode === 0xc2 || opcode === 0xca) return { modRm: false, immediate: 'w' };
      if (opcode === 0xc8) return { modRm: false, immediate: 'wb' };
      if (opcode === 0xcd) return { modRm: false, immediate: 'b' };
      if (opcode < 0xc8 && opcode !== 0xc3) return { modRm: true, immediate: opcode === 0xc7 ? 'z' : 'b' };
      return { modRm: false, immediate: '' };
    case 0xd:
      return { modRm: opcode !== 0xd7, immediate: '' };
    case 0xe:
      if (opcode === 0xe8 || opcode === 0xe9) return { modRm: false, immediate: 'd' };
      return { modRm: false, immediate: opcode < 0xe8 || opcode === 0xeb ? 'b' : '' };
    default:
      if (opcode === 0xf6 || opcode === 0xf7) return { modRm: true, immediate: 'group3' };
      return { modRm: opcode >= 0xfe, immediate: '' };
  }
}

/** After 0F (0F 3A counts as 0F 0F: both have ModRM and a byte). */
function twoByteShape(opcode: number): Shape {
  if (opcode >= 0x80 && opcode <= 0x8f) return { modRm: false, immediate: 'd' };
  const bare =
    (opcode >= 0x05 && opcode <= 0x0b) ||
    opcode === 0x0e ||
    (opcode >= 0x30 && opcode <= 0x37) ||
    opcode === 0x77 ||
    (opcode >= 0xa0 && opcode <= 0xa2) ||
    (opcode >= 0xa8 && opcode <= 0xaa) ||
    (opcode >= 0xc8 && opcode <= 0xcf);
  if (bare) return { modRm: false, immediate: '' };
  return { modRm: true, immediate: opcode === 0x0f || hasByte(opcode) ? 'b' : '' };
}

function hasByte(opcode: number): boolean {
  return (
    (opcode >= 0x70 && opcode <= 0x73) ||
    opcode === 0xa4 ||
    opcode === 0xac ||
    opcode === 0xba ||
    opcode === 0xc2 ||
    (opcode >= 0xc4 && opcode <= 0xc6)
  );
}

/** VEX and EVEX name the map in their prefix: 1 is 0F, 2 0F 38, 3 0F 3A, 4 the one-byte map (APX). */
function vectorShape(map: number, opcode: number): Shape | undefined {
  if (map === 4) return oneByteShape(opcode);
  if (map === 1 && opcode === 0x77) return { modRm: false, immediate: '' };
  if (map === 7) return { modRm: true, immediate: 'd' };
  return { modRm: true, immediate: map === 3 || (map === 1 && hasByte(opcode)) ? 'b' : '' };
}

/** Whether an instruction of a function starts at `offset`; undefined when the code before it cannot be read. */
export function isInstructionStart(
  code: Uint8Array,
  offset: number,
  arch: 'x86_64' | 'aarch64',
): boolean | undefined {
  if (arch === 'aarch64') return offset % 4 === 0;
  let at = 0;
  while (at < offset) {
    const length = x86Length(code, at);
    if (length === undefined) return undefined;
    at += length;
  }
  return at === offset;
}
