// Classic BPF, as `tcpdump -ddd` prints it, on a frame: does it accept it? Written after bpf(4) of the BSDs, and independent of
// src/.

/** Opcode, jumps when true and when false, constant. */
export type ClassicInstruction = readonly [code: number, jt: number, jf: number, k: number];

/** An instruction a line, their number before them. */
export function readClassicProgram(text: string): ClassicInstruction[] {
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split(' ').map(Number) as unknown as ClassicInstruction);
}

/** A load beyond the frame and a division by 0 reject it. */
export function accepts(program: readonly ClassicInstruction[], frame: Uint8Array): boolean {
  const memory = new Uint32Array(16);
  let [a, x] = [0, 0];
  for (let pc = 0; ; pc++) {
    const [code, jt, jf, k] = program[pc]!;
    const operand = code & 0x08 ? x : k;
    switch (code & 0x07) {
      case 0: // LD
      case 1: {
        // LDX
        const value = load(code, k);
        if (value === undefined) return false;
        if ((code & 0x07) === 0) a = value;
        else x = value;
        break;
      }
      case 2:
        memory[k] = a;
        break;
      case 3:
        memory[k] = x;
        break;
      case 4: {
        const result = calculate(code & 0xf0, a, operand);
        if (result === undefined) return false;
        a = result;
        break;
      }
      case 5:
        pc += code === 0x05 ? k : jumps(code & 0xf0, a, operand) ? jt : jf;
        break;
      case 6:
        return k !== 0;
      default:
        if (code & 0x80) a = x;
        else x = a;
    }
  }

  function load(code: number, k: number): number | undefined {
    const size = [4, 2, 1][(code >> 3) & 3]!;
    switch (code & 0xe0) {
      case 0x00:
        return k;
      case 0x20:
        return bytes(k, size);
      case 0x40:
        return bytes(x + k, size);
      case 0x60:
        return memory[k]!;
      case 0x80:
        return frame.length;
      default: {
        const first = bytes(k, 1);
        return first === undefined ? undefined : (first & 15) * 4;
      }
    }
  }

  function bytes(at: number, size: number): number | undefined {
    if (at + size > frame.length) return undefined;
    return frame.subarray(at, at + size).reduce((value, byte) => value * 256 + byte, 0);
  }
}

function jumps(kind: number, a: number, b: number): boolean {
  switch (kind) {
    case 0x10:
      return a === b;
    case 0x20:
      return a > b;
    case 0x30:
      return a >= b;
    default:
      return (a & b) !== 0;
  }
}

function calculate(kind: number, a: number, b: number): number | undefined {
  const [wide, other] = [BigInt(a), BigInt(b)];
  const cut = (value: bigint) => Number(BigInt.asUintN(32, value));
  switch (kind) {
    case 0x00:
      return cut(wide + other);
    case 0x10:
      return cut(wide - other);
    case 0x20:
      return cut(wide * other);
    case 0x30:
      return b === 0 ? undefined : cut(wide / other);
    case 0x40:
      return cut(wide | other);
    case 0x50:
      return cut(wide & other);
    case 0x60:
      return b > 31 ? 0 : cut(wide << other);
    case 0x70:
      return b > 31 ? 0 : cut(wide >> other);
    case 0x80:
      return cut(-wide);
    case 0x90:
      return b === 0 ? undefined : cut(wide % other);
    default:
      return cut(wide ^ other);
  }
}
