// USDT probes of a file: notes in .note.stapsdt, as sys/sdt.h of SystemTap makes them.
//
//  0       4       8      12            20
//  +-------+-------+------+-------------+------+------+-----------+----------------------------------+
//  | name  | data  | type | "stapsdt\0" | u64  | u64  | u64       | provider \0 name \0 arguments \0 |
//  | size  | size  | = 3  |             | pc   | base | semaphore |                                  |
//  +-------+-------+------+-------------+------+------+-----------+----------------------------------+
import type { UsdtLocation } from '../../../compiler/binary-view.js';
import type { ElfFile } from '../elf.js';

const SECTION = '.note.stapsdt';
/** Tells how far a file was moved after it was linked (prelink): the notes are not moved with it. */
const BASE_SECTION = '.stapsdt.base';
const NT_STAPSDT = 3;
const HEADER_SIZE = 12;
const ADDRESSES_SIZE = 24;

/** In the order of the file. Damaged notes are passed over. */
export function readUsdtNotes(elf: ElfFile): readonly UsdtLocation[] {
  const section = elf.section(SECTION);
  if (section === undefined) return [];
  const notes = section.read(0, section.size);
  const base = elf.sectionAddress(BASE_SECTION);
  const found: UsdtLocation[] = [];
  for (let at = 0; at + HEADER_SIZE <= notes.length; ) {
    const nameSize = notes.readUInt32LE(at);
    const size = notes.readUInt32LE(at + 4);
    const name = at + HEADER_SIZE;
    const data = name + align(nameSize);
    const end = data + align(size);
    if (data + size > notes.length) break;
    if (
      notes.readUInt32LE(at + 8) === NT_STAPSDT &&
      notes.toString('latin1', name, name + 8) === 'stapsdt\0'
    ) {
      const location = readNote(notes.subarray(data, data + size), base);
      if (location !== undefined) found.push(location);
    }
    at = end;
  }
  return found;
}

function readNote(data: Buffer, base: number | undefined): UsdtLocation | undefined {
  if (data.length < ADDRESSES_SIZE) return undefined;
  const moved = base === undefined || word(data, 8) === 0 ? 0 : base - word(data, 8);
  const semaphore = word(data, 16);
  const [provider, name, args] = data.toString('latin1', ADDRESSES_SIZE).split('\0');
  if (provider === undefined || name === undefined || provider === '' || name === '') return undefined;
  return {
    provider,
    name,
    address: word(data, 0) + moved,
    semaphore: semaphore === 0 ? 0 : semaphore + moved,
    arguments: args ?? '',
  };
}

function align(size: number): number {
  return Math.ceil(size / 4) * 4;
}

function word(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
