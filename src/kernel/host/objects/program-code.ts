// The instructions of a program that is loaded, with what is needed to read them: source lines, and the names of functions,
// maps and whatever it calls.

import { helperName } from '../../../compiler/bpf/helper.js';
import type { Instruction } from '../../../compiler/bpf/instruction.js';
import { PseudoCall } from '../../../compiler/bpf/uapi.js';
import type { XlatedProgram } from '../../../compiler/bpf/xlated.js';
import { BtfKind } from '../../../compiler/btf/kind.js';
import { progGetInfo, progGetLineInfo, progGetMapIds, progGetXlated } from '../../sys/object.js';
import { Kallsyms } from '../kallsyms.js';
import { openVmlinuxBtf } from '../vmlinux-btf.js';
import { mapById } from './maps.js';
import { btfById, programFunctions } from './program-btf.js';
import type { BpfProgram } from './programs.js';

/** `fd` stays the caller's. Throws a SyscallError. */
export function programCode(fd: number, { name, id }: BpfProgram): XlatedProgram {
  const functions = programFunctions(fd);
  const maps = new Map<number, string>();
  for (const mapId of progGetMapIds(fd)) {
    const map = mapById(mapId);
    if (map !== undefined) maps.set(mapId, map.name === '' ? `id ${mapId}` : `${map.name} id ${mapId}`);
  }
  return {
    insns: progGetXlated(fd),
    functions: functions.length > 0 ? functions : [{ name: name === '' ? `program ${id}` : name, slot: 0 }],
    lines: sourceLines(fd),
    map: mapId => maps.get(mapId) ?? `id ${mapId}`,
    called: calledBy(new Kallsyms()),
  };
}

function sourceLines(fd: number): XlatedProgram['lines'] {
  const btfId = Number(progGetInfo(fd).numbers.btf_id);
  const blob = btfId === 0 ? undefined : btfById(btfId)?.blob;
  if (blob === undefined) return [];
  return progGetLineInfo(fd).map(({ slot, file, text, line, column }) => ({
    slot,
    place: [blob.string(file), line, column].filter(part => part !== '' && part !== 0).join(':'),
    text: blob.string(text).trim(),
  }));
}

const TAIL_CALL = 12;

/** The verifier has replaced the number of a helper by its distance from __bpf_call_base; that of a kernel function may remain. */
function calledBy(symbols: Kallsyms): XlatedProgram['called'] {
  let types: ReturnType<typeof openVmlinuxBtf> | null = null;
  return ({ src, imm, off }: Instruction) => {
    if (src === PseudoCall.BPF_PSEUDO_KFUNC_CALL && off === 0) {
      if (types === null) types = openVmlinuxBtf();
      const blob = types?.blob;
      if (blob !== undefined && imm > 0 && imm < blob.typeCount && blob.kind(imm) === BtfKind.BTF_KIND_FUNC)
        return blob.name(imm);
    }
    if (imm === TAIL_CALL) return 'bpf_tail_call';
    const base = symbols.address('__bpf_call_base');
    const symbol = base === undefined || imm === 0 ? undefined : symbols.lookup(base + BigInt(imm));
    if (symbol !== undefined && symbol.offset === 0) return symbol.name;
    return helperName(imm)?.replace('BPF_FUNC_', 'bpf_');
  };
}
