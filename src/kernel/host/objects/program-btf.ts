// The types that a program was loaded with: its functions by name, and where its instructions come from.
import { type BtfReader, readBtf } from '../../../compiler/btf/reader.js';
import { closeFd } from '../../sys/fd.js';
import { btfGetFdById, btfGetInfo, progGetFuncInfo, progGetInfo } from '../../sys/object.js';

export interface ProgramFunction {
  readonly name: string;
  /** In the program's BTF. */
  readonly typeId: number;
  /** Of its first instruction. */
  readonly slot: number;
}

/** The BTF of an id; undefined when its bytes are none. Throws a SyscallError (ENOENT: it is gone). */
export function btfById(id: number): BtfReader | undefined {
  const fd = btfGetFdById(id);
  try {
    const size = Number(btfGetInfo(fd).numbers.btf_size);
    const bytes = new Uint8Array(size);
    btfGetInfo(fd, bytes);
    return readBtf(bytes);
  } finally {
    closeFd(fd);
  }
}

/** Those with a name, the main one first; empty without BTF. */
export function programFunctions(fd: number): ProgramFunction[] {
  const btfId = Number(progGetInfo(fd).numbers.btf_id);
  if (btfId === 0) return [];
  const types = btfById(btfId);
  if (types === undefined) return [];
  const info = progGetFuncInfo(fd);
  const functions: ProgramFunction[] = [];
  for (let i = 0; i + 1 < info.length; i += 2) {
    const typeId = info[i + 1]!;
    functions.push({ name: types.blob.name(typeId), typeId, slot: info[i]! });
  }
  return functions.filter(({ name }) => name !== '');
}
