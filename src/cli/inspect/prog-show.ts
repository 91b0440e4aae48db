// `prog show`: everything about a program, or what an object file holds. Text is a word and its value a line; JSON is one object.

import { setTimeout as sleep } from 'node:timers/promises';
import { Clock, readClock, wallClockOffset } from '../../kernel/host/clock.js';
import { AttachedTo, type Place } from '../../kernel/host/objects/attached-to.js';
import { findHolders, type Holder, type Holders } from '../../kernel/host/objects/holders.js';
import { allLinks } from '../../kernel/host/objects/links.js';
import { type BpfMap, fdNumber, mapById } from '../../kernel/host/objects/maps.js';
import { findPins } from '../../kernel/host/objects/pins.js';
import { programFunctions } from '../../kernel/host/objects/program-btf.js';
import { allPrograms, type BpfProgram, withProgram } from '../../kernel/host/objects/programs.js';
import { closeFd } from '../../kernel/sys/fd.js';
import { progGetMapIds } from '../../kernel/sys/object.js';
import { enableStats } from '../../kernel/sys/program-run.js';
import { openByteOutput } from '../../output/byte-output.js';
import { humanized, unitOf } from '../../output/table/unit.js';
import { escapeText } from '../../output/text/escape.js';
import { UsageError } from '../config.js';
import { findPrograms } from './find-program.js';
import type { InspectConfig } from './inspect.js';
import { json } from './json.js';
import { isObjectFile, objectText } from './object-show.js';
import { netIfAllowed, ProgramList } from './program-list.js';
import type { Rates } from './rates.js';

/** What there is to tell, as it is written in JSON. */
interface Report {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly tag: string;
  readonly loaded: string;
  readonly age_s: bigint;
  readonly uid: number;
  /** Slots of 8 bytes, after the verifier's rewriting. */
  readonly instructions: number;
  readonly verified_instructions: number;
  readonly jited_bytes: number;
  readonly memory_bytes: number;
  readonly runs: bigint;
  readonly run_time_ns: bigint;
  /** Over the interval, when one was asked for. */
  readonly rate?: bigint;
  readonly avg_ns?: bigint;
  readonly cpu_ppm?: bigint;
  readonly recursion_misses: bigint;
  readonly btf_id: number;
  readonly functions: readonly string[];
  readonly attached: readonly { readonly place: string; readonly link_id: number; readonly pinned: string }[];
  readonly held_by: readonly Holder[];
  readonly pinned: string;
  readonly maps: readonly MapReport[];
}

type MapReport = Omit<BpfMap, 'keySize' | 'valueSize' | 'maxEntries' | 'memory' | 'btfId'> & {
  readonly key_bytes: number;
  readonly value_bytes: number;
  readonly max_entries: number;
  readonly memory_bytes: number;
  readonly btf_id: number;
  readonly pinned: string;
};

export async function showProgram(config: InspectConfig, word: string): Promise<number> {
  const { format = 'text' } = config;
  if (format === 'csv') throw new UsageError('prog show prints text or JSON, not csv');
  const text = isObjectFile(word)
    ? objectText(word, format === 'json')
    : await programsText(word, format === 'json', config.interval ?? 0);
  const output = openByteOutput({ path: config.output, buffering: 'full' });
  output.write(Buffer.from(text, 'utf8'));
  output.close();
  return 0;
}

async function programsText(word: string, asJson: boolean, interval: number): Promise<string> {
  const found = findPrograms(word);
  const reports = reportsOf(
    interval === 0 ? found.map(program => ({ program })) : await measured(found, interval),
  );
  if (!asJson) return reports.map(textOf).join('\n');
  return reports.map(report => `{"type": "value", "data": ${json(report)}}\n`).join('');
}

interface Measured {
  readonly program: BpfProgram;
  readonly rates?: Rates;
}

/** The kernel counts for so many seconds. Programs that end meanwhile are left out. */
async function measured(found: readonly BpfProgram[], interval: number): Promise<Measured[]> {
  const list = new ProgramList();
  const stats = enableStats();
  try {
    list.read(false);
    await sleep(interval * 1000);
    return list.read(true).filter(({ program }) => found.some(({ id }) => id === program.id));
  } finally {
    closeFd(stats);
  }
}

function reportsOf(found: readonly Measured[]): Report[] {
  const links = allLinks();
  const places = new AttachedTo().places(allPrograms(), links, netIfAllowed(links));
  const around = { holders: findHolders(), pins: findPins() };
  return found
    .map(each =>
      withProgram(each.program.id, fd => reportOf(each, fd, places.get(each.program.id) ?? [], around)),
    )
    .filter(report => report !== undefined);
}

interface Around {
  readonly holders: Holders;
  readonly pins: ReadonlyMap<string, string>;
}

function reportOf(
  { program, rates }: Measured,
  fd: number,
  places: readonly Place[],
  { holders, pins }: Around,
): Report {
  const { id, info } = program;
  const now = readClock(Clock.CLOCK_BOOTTIME);
  const loadedAt = Number((program.loadedAt + wallClockOffset(Clock.CLOCK_BOOTTIME)) / 1_000_000n);
  const maps = progGetMapIds(fd)
    .map(mapById)
    .filter(map => map !== undefined);
  return {
    id,
    type: program.type,
    name: program.name,
    tag: program.tag,
    loaded: new Date(loadedAt).toISOString(),
    age_s: (now - program.loadedAt) / 1_000_000_000n,
    uid: Number(info.created_by_uid),
    instructions: Number(info.xlated_prog_len) / 8,
    verified_instructions: Number(info.verified_insns),
    jited_bytes: program.jitedBytes,
    memory_bytes: fdNumber(fd, 'memlock'),
    runs: program.runs,
    run_time_ns: program.runTime,
    ...(rates?.perSecond === undefined
      ? {}
      : { rate: rates.perSecond, avg_ns: rates.average ?? 0n, cpu_ppm: rates.cpu ?? 0n }),
    recursion_misses: info.recursion_misses,
    btf_id: Number(info.btf_id),
    functions: programFunctions(fd).map(({ name }) => name),
    attached: places.map(({ text, linkId }) => ({
      place: text,
      link_id: linkId,
      pinned: pins.get(`link ${linkId}`) ?? '',
    })),
    held_by: holders.program(id),
    pinned: pins.get(`prog ${id}`) ?? '',
    maps: maps.map(({ keySize, valueSize, maxEntries, memory, btfId, ...map }) => ({
      ...map,
      key_bytes: keySize,
      value_bytes: valueSize,
      max_entries: maxEntries,
      memory_bytes: memory,
      btf_id: btfId,
      pinned: pins.get(`map ${map.id}`) ?? '',
    })),
  };
}

/** Of cpu_ppm. */
const CPU = unitOf('cpu_ppm')!;

function textOf(report: Report): string {
  const { runs, run_time_ns: time, maps } = report;
  const average = runs === 0n ? '' : `, ${time / runs} ns each`;
  const lines: (readonly [string, string])[] = [
    ['type', report.type],
    ['tag', report.tag],
    ['loaded', `${report.loaded}, ${report.age_s} s ago, by user ${report.uid}`],
    [
      'code',
      `${report.instructions} instructions, ${report.jited_bytes === 0 ? 'interpreted' : `${report.jited_bytes} bytes of machine code`}`,
    ],
    ['verified', `${report.verified_instructions} instructions walked`],
    ['memory', `${report.memory_bytes} bytes`],
    [
      'runs',
      runs === 0n && report.rate === undefined
        ? '0 counted (they are while it is measured: -i 1s)'
        : `${runs}${average}`,
    ],
    ...(report.rate === undefined
      ? []
      : [
          [
            'now',
            `${report.rate} a second, ${report.avg_ns} ns each, ${humanized(report.cpu_ppm ?? 0n, CPU)} of a CPU`,
          ] as const,
        ]),
    ['recursion', `${report.recursion_misses} runs left out`],
    ['BTF', report.btf_id === 0 ? '-' : `id ${report.btf_id}: ${report.functions.join(', ')}`],
    ...listed(
      'attached',
      report.attached.map(({ place, link_id: link, pinned }) => {
        const by = link === 0 ? '' : ` (link ${link}${pinned === '' ? '' : `, pinned at ${pinned}`})`;
        return `${place}${by}`;
      }),
    ),
    ...listed(
      'held by',
      report.held_by.map(({ comm, pid }) => `${comm} (pid ${pid})`),
    ),
    ['pinned', report.pinned === '' ? '-' : report.pinned],
    ...listed('maps', maps.map(mapText)),
  ];
  const body = lines.map(([word, value]) => `  ${word.padEnd(9)} ${escapeText(value)}`.trimEnd());
  return `${[`program ${report.id}${report.name === '' ? '' : `: ${report.name}`}`, ...body].join('\n')}\n`;
}

function mapText({ id, type, name, pinned, frozen, ...map }: MapReport): string {
  const sizes = `key ${map.key_bytes}, value ${map.value_bytes} bytes, up to ${map.max_entries} entries`;
  const more = `${frozen ? ', frozen' : ''}${pinned === '' ? '' : `, pinned at ${pinned}`}`;
  return `${name === '' ? '' : `${name}, `}id ${id}: ${type}, ${sizes}, ${map.memory_bytes} bytes of memory${more}`;
}

/** A line each, the word on the first; '-' when there is none. */
function listed(word: string, values: readonly string[]): (readonly [string, string])[] {
  if (values.length === 0) return [[word, '-']];
  return values.map((value, i) => [i === 0 ? word : '', value]);
}
