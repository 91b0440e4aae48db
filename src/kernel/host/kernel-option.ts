// Build options of the running kernel: /proc/config.gz (CONFIG_IKCONFIG_PROC), else the file that distributions put beside the image.
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { gunzip } from './inflate.js';

let text: string | undefined;

/** 'y', 'm', a value, or 'n' when it is not set; undefined when no configuration can be read. */
export function kernelOption(name: string): string | undefined {
  text ??= read();
  if (text === '') return undefined;
  return new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? 'n';
}

function read(): string {
  try {
    return gunzip(readFileSync('/proc/config.gz')).toString('latin1');
  } catch {
    // below
  }
  for (const path of [`/boot/config-${release()}`, `/lib/modules/${release()}/config`]) {
    try {
      return readFileSync(path, 'latin1');
    } catch {
      // the next one
    }
  }
  return '';
}
