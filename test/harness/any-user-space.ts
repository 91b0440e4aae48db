// A user space in which every program has every function, for compiling scripts whose libraries may not be on this machine.
import type { UsdtLocation, UserSpace } from '../../src/compiler/binary-view.js';

/** Those that patterns of tools look for. */
const FUNCTIONS = ['_Z16dispatch_commandP3THDPK8COM_DATA19enum_server_command'];

const PROBES: readonly UsdtLocation[] = [
  'postgresql:query__start',
  'postgresql:query__done',
  'mysql:query__start',
  'mysql:query__done',
  'python:function__entry',
  'python:function__return',
  'python:gc__start',
  'python:gc__done',
  'python:import__find__load__start',
  'ruby:object__create',
  'hotspot:method__entry',
  'hotspot:method__return',
  'hotspot:object__alloc',
  'hotspot:thread__start',
]
  .map(each => each.split(':'))
  .map(([provider = '', name = ''], i) => ({
    provider,
    name,
    address: 0x2000 + 0x100 * i,
    semaphore: 0,
    arguments: '8@%rdi 8@%rsi -4@%edx 8@%rcx 8@%r8 8@%r9',
  }));

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
    functions: () => FUNCTIONS,
    symbols: (path, name) => [{ name, address: addressOf(path, name), size: 0x100, kind: 'function' }],
    symbolAt: () => undefined,
    demangled: () => undefined,
    fileOffset: (_, address) => ({ offset: address, code: true }),
    instructionAt: () => 'starts',
    usdt: () => PROBES,
    debugInfo: () => ({ present: false }),
    parameters: () => undefined,
    type: () => undefined,
    line: () => 'file',
    fields: () => [],
  };
}
