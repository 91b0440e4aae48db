// The kernel's version with its patch level, which distributions hide: Debian's 5.10.223 calls itself "5.10.0-32-amd64".
import { readFileSync } from 'node:fs';
import { release, version } from 'node:os';

/** From uname's release ("5.10.0-32-amd64") and version ("#1 SMP Debian 5.10.223-1 (...)"), and Ubuntu's version_signature. */
export function parseKernelVersion(
  release: string,
  version: string,
  signature = '',
): readonly [number, number, number] {
  const [, major = '0', minor = '0', patch = '0'] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release) ?? [];
  const hidden = [
    new RegExp(`Debian ${major}\\.${minor}\\.(\\d+)`).exec(version),
    new RegExp(` ${major}\\.${minor}\\.(\\d+)\\s*$`).exec(signature),
  ].find(found => found !== null);
  return [Number(major), Number(minor), Number(hidden?.[1] ?? patch)];
}

/** Of the running kernel. */
export function kernelVersion(): readonly [number, number, number] {
  let signature = '';
  try {
    signature = readFileSync('/proc/version_signature', 'latin1');
  } catch {
    // Only Ubuntu has it.
  }
  return parseKernelVersion(release(), version(), signature);
}
