// A stand-in for the native shim: bpf(2) becomes a function of the test, which sees the attr bytes and the
// memory that they point to. Addresses are made up: 0x1000 for the first memory passed, 0x2000 for the next.

import { BpfCommand } from '../../src/compiler/bpf/uapi.js';
import { type Native, type SyscallName, setNative, type Word } from '../../src/kernel/sys/native.js';

export interface FakeCall {
  /** "BPF_MAP_CREATE", or the system call's name. */
  readonly name: string;
  /** As passed; a fake kernel may write into it. */
  readonly attr: Uint8Array;
  readonly view: DataView;
  readonly words: readonly Word[];
  /** The memory at an address that the attr holds at this offset. */
  memoryAt(offset: number): Uint8Array;
}

/** Runs `body` with bpf(2) and other system calls answered by `answer`: >= 0, or -errno. */
export function withFakeNative<T>(
  answer: (call: FakeCall) => number,
  body: () => T,
): { value: T; calls: FakeCall[] } {
  const memory = new Map<bigint, ArrayBufferView | ArrayBuffer>();
  const calls: FakeCall[] = [];
  const names = new Map<number, string>();
  const nr = new Proxy({} as Record<SyscallName, number>, {
    get: (numbers, name: SyscallName) => {
      numbers[name] ??= names.size + 1;
      names.set(numbers[name], name);
      return numbers[name];
    },
  });
  const unsupported = (): never => {
    throw new Error('not faked');
  };
  const fake: Native = {
    nr,
    ptr(view) {
      const address = BigInt(memory.size + 1) * 0x1000n;
      memory.set(address, view);
      return address;
    },
    syscall(number, ...words) {
      const name = names.get(number) ?? '';
      const bytes = words.find(word => word instanceof Uint8Array) ?? new Uint8Array(0);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const call: FakeCall = {
        name: name === 'bpf' ? commandName(words[0] as number) : name,
        attr: bytes,
        view,
        words,
        memoryAt(offset) {
          const found = memory.get(view.getBigUint64(offset, true));
          if (found === undefined) throw new Error(`no memory at offset ${offset} of ${name}`);
          return ArrayBuffer.isView(found)
            ? new Uint8Array(found.buffer, found.byteOffset, found.byteLength)
            : new Uint8Array(found);
        },
      };
      calls.push({ ...call, attr: bytes.slice() });
      return answer(call);
    },
    mmap: unsupported,
    mapText: unsupported,
    btfStarts: unsupported,
    rbOpen: unsupported,
    rbDrain: unsupported,
    rbPending: unsupported,
    pbOpen: unsupported,
    pbDrain: unsupported,
    ringClose: unsupported,
    poll: unsupported,
    pollArm: unsupported,
    pollDisarm: unsupported,
    pollClose: unsupported,
    forkHeld: unsupported,
  };
  const restore = setNative(fake);
  try {
    return { value: body(), calls };
  } finally {
    restore();
  }
}

function commandName(number: number): string {
  return (
    Object.keys(BpfCommand).find(name => BpfCommand[name as keyof typeof BpfCommand] === number) ??
    `${number}`
  );
}
