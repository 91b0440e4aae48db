// Bytes -> Instruction[], the inverse of encode.ts: for tests, for dumps of programs that the kernel hands back, and for the
// interpreter. Total: any bytes give a list or a reason.
import type { Instruction } from './instruction.js';
import { isLoadImmediate } from './opcode.js';

/**
 * The two slots of a ld_imm64 become one element whose `imm64` holds both halves, also for pseudo sources (map fd in the low
 * half). Undefined when the bytes are no whole number of slots or a ld_imm64 lacks its second one.
 */
export function decode(bytes: Uint8Array): Instruction[] | undefined {
  if (bytes.length % 8 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const insns: Instruction[] = [];
  for (let at = 0; at < bytes.length; at += 8) {
    const opcode = view.getUint8(at);
    const registers = view.getUint8(at + 1);
    const imm = view.getInt32(at + 4, true);
    const insn = { opcode, dst: registers & 15, src: registers >> 4, off: view.getInt16(at + 2, true), imm };
    if (!isLoadImmediate(opcode)) {
      insns.push(insn);
      continue;
    }
    if (at + 16 > bytes.length) return undefined;
    const high = view.getUint32(at + 12, true);
    const value = (BigInt(high) << 32n) | BigInt(imm >>> 0);
    insns.push({ ...insn, imm: 0, imm64: value.toString() });
    at += 8;
  }
  return insns;
}
