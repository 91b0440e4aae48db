// `prog show FILE.o`: what is in an object that some compiler made, before it is loaded.
import { readFileSync } from 'node:fs';
import { mapTypeName } from '../../compiler/bpf/map-type.js';
import type { ObjectMap } from '../../compiler/elf/map-definitions.js';
import { type ObjectContents, readObject } from '../../compiler/elf/read-object.js';
import { MissingError } from '../../kernel/host/missing.js';
import { json } from './json.js';

/** A word with a slash or of this ending is a file. */
export function isObjectFile(word: string): boolean {
  return word.includes('/') || word.endsWith('.o');
}

/** Throws a MissingError when it is none, and what reading the file throws. */
export function objectText(path: string, asJson: boolean): string {
  const object = readObject(readFileSync(path));
  if (typeof object === 'string')
    throw new MissingError(
      `${path} is no object of BPF programs: ${object}`,
      'one is made by clang -O2 -g -target bpf -c, or by tsbpf --emit-elf.',
    );
  return asJson ? `{"type": "value", "data": ${json(reportOf(path, object))}}\n` : textOf(path, object);
}

function reportOf(path: string, { license, programs, functions, maps, btfSize }: ObjectContents) {
  return {
    file: path,
    license,
    btf_bytes: btfSize,
    programs: programs.map(({ section, name, insns }) => ({ section, name, instructions: insns.length / 8 })),
    functions,
    maps: maps.map(({ name, type, keySize, valueSize, maxEntries, flags, from }) => ({
      name,
      type: mapTypeName(type),
      key_bytes: keySize,
      value_bytes: valueSize,
      max_entries: maxEntries,
      flags,
      from,
    })),
  };
}

function textOf(path: string, { license, programs, functions, maps, btfSize }: ObjectContents): string {
  const listed = (word: string, lines: readonly string[]) =>
    (lines.length === 0 ? ['-'] : lines).map((line, i) => `  ${(i === 0 ? word : '').padEnd(9)} ${line}`);
  return `${[
    `object ${path}`,
    `  license   ${license === '' ? '-' : license}`,
    `  BTF       ${btfSize === 0 ? '-' : `${btfSize} bytes`}`,
    ...listed(
      'programs',
      programs.map(
        ({ section, name, insns }) => `${name}: section ${section}, ${insns.length / 8} instructions`,
      ),
    ),
    ...(functions.length === 0 ? [] : listed('functions', [functions.join(', ')])),
    ...listed('maps', maps.map(mapText)),
  ].join('\n')}\n`;
}

function mapText({ name, type, keySize, valueSize, maxEntries }: ObjectMap): string {
  return `${name}: ${mapTypeName(type)}, key ${keySize}, value ${valueSize} bytes, up to ${maxEntries} entries`;
}
