// The programs of test/fixtures/elf, as probes ask of them.
import { Binary } from '../../src/kernel/host/binary/binary.js';
import { inProject } from './project.js';

export function fixturePath(name: string): string {
  return inProject(`test/fixtures/elf/${name}`);
}

/** Stays open until the test process ends. */
export function fixtureBinary(name: string, arch: 'x86_64' | 'aarch64' = 'x86_64'): Binary {
  const binary = Binary.open(fixturePath(name), { arch, roots: [''], debugFolders: [] });
  if (typeof binary === 'string') throw new Error(`${name}: ${binary}`);
  return binary;
}
