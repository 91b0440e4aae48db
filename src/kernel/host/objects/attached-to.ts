// Where each program is attached, in words: from links, from what is attached to interfaces, and with the names that BTF has for
// what a tracing program traces. Programs that a tail call, a socket or a control group holds without a link tell nothing.
import type { BtfReader } from '../../../compiler/btf/reader.js';
import { closeFd } from '../../sys/fd.js';
import { btfGetFdById, btfGetInfo } from '../../sys/object.js';
import { openModuleBtf, openVmlinuxBtf } from '../vmlinux-btf.js';
import type { BpfLink } from './links.js';
import type { NetProgram } from './net-programs.js';
import { btfById } from './program-btf.js';
import type { BpfProgram } from './programs.js';

export interface Place {
  /** "fentry:vfs_read", "xdp:eth0". */
  readonly text: string;
  /** 0: none holds it. */
  readonly linkId: number;
}

/** Finds the names that BTF has once, for as long as it lives. */
export class AttachedTo {
  readonly #blobs = new Map<number, BtfReader | undefined>();
  #vmlinux: BtfReader | undefined;

  /** By program id; programs without a place are left out. */
  places(
    programs: readonly BpfProgram[],
    links: readonly BpfLink[],
    net: readonly NetProgram[],
  ): ReadonlyMap<number, readonly Place[]> {
    const places = new Map<number, Place[]>();
    const add = (programId: number, place: Place) =>
      places.set(programId, [...(places.get(programId) ?? []), place]);
    const byId = new Map(programs.map(program => [program.id, program]));
    const named = new Set(net.map(({ linkId }) => linkId));
    for (const { programId, linkId, hook, interface: name } of net)
      add(programId, { text: `${hook}:${name}`, linkId });
    for (const link of links) {
      if (named.has(link.id)) continue;
      const traced = link.type === 'tracing' ? this.#traced(byId.get(link.programId), link) : '';
      add(link.programId, {
        text: traced === '' ? link.target : `${link.target}:${traced}`,
        linkId: link.id,
      });
    }
    return places;
  }

  /** The function, tracepoint or hook; '' when its BTF tells no name. */
  #traced(program: BpfProgram | undefined, { info }: BpfLink): string {
    const object = Number(program?.info.attach_btf_obj_id) || Number(info['tracing.target_obj_id']); // 5.18 and before
    const type = Number(program?.info.attach_btf_id) || Number(info['tracing.target_btf_id']);
    if (object === 0 || type === 0) return '';
    const name = this.#blob(object)?.blob.name(type) ?? '';
    return name.replace(/^(btf_trace_|bpf_lsm_)/, '');
  }

  #blob(id: number): BtfReader | undefined {
    if (!this.#blobs.has(id)) this.#blobs.set(id, this.#open(id));
    return this.#blobs.get(id);
  }

  #open(id: number): BtfReader | undefined {
    try {
      const fd = btfGetFdById(id);
      try {
        const { name, numbers } = btfGetInfo(fd);
        if (numbers.kernel_btf === 0n) return btfById(id);
        this.#vmlinux ??= openVmlinuxBtf();
        if (name === 'vmlinux' || this.#vmlinux === undefined) return this.#vmlinux;
        return openModuleBtf(this.#vmlinux, name);
      } finally {
        closeFd(fd);
      }
    } catch {
      return undefined; // it is gone
    }
  }
}
