// A user space in which every program has every function, for compiling scripts whose libraries may not be on this machine.
import type { UserSpace } from '../../src/compiler/binary-view.js';

export function anyUserSpace(): UserSpace {
  const addresses = new Map<string, number>();
  const addressOf = (path: string, name: string) => {
    const key = `${path} ${name}`;
    const known = addresses.get(key) ?? 0x1000 + 0x100 * addresses.size;
    addresses.set(key, known);
    return known;
  };
  return {
    resolve: target => [target.startsWith('/') ? target : `/lib/${target}.so`],
    ofOneProcess: false,
    alternatives: () => [],
    problem: () => undefined,
    isFixed: () => false,
    hasSymbols: () => true,
    functions: () => [],
    symbols: (path, name) => [{ name, address: addressOf(path, name), size: 0x100, kind: 'function' }],
    symbolAt: () => undefined,
    demangled: () => undefined,
    fileOffset: (_, address) => ({ offset: address, code: true }),
    instructionAt: () => 'starts',
    usdt: () => [],
    debugInfo: () => ({ present: false }),
    parameters: () => undefined,
    type: () => undefined,
    line: () => 'file',
    fields: () => [],
  };
}
