// `xdp load`: an object of somebody else's compiler -> attached to an interface, until a signal or --for. What is attached goes to
// stdout, remarks to stderr. The link is this process's: the program is gone with it, however it ends.
import { readFileSync } from 'node:fs';
import { didYouMean } from '../../compiler/diagnostics/suggest.js';
import { linkObject } from '../../compiler/elf/link-object.js';
import { ObjectError } from '../../compiler/elf/object-error.js';
import { attachXdp } from '../../kernel/attach/xdp.js';
import { possibleCpus } from '../../kernel/host/cpu.js';
import { netInterface, netInterfaces } from '../../kernel/host/interfaces.js';
import { kernelOption } from '../../kernel/host/kernel-option.js';
import { MissingError } from '../../kernel/host/missing.js';
import { openVmlinuxBtf } from '../../kernel/host/vmlinux-btf.js';
import { loadLinked, type OpenLinkedObject } from '../../kernel/load/linked-object.js';
import { LinkedRejection, REJECTION_HINT } from '../../kernel/load/linked-rejection.js';
import { closeFd } from '../../kernel/sys/fd.js';
import { runningKernel } from '../../kernel/sys/kernel-version.js';
import { setProcessName } from '../../kernel/sys/process-name.js';
import { enableStats } from '../../kernel/sys/program-run.js';
import { raiseMemlock } from '../../kernel/sys/rlimit.js';
import { BrokenPipe } from '../../output/byte-output.js';
import { readLinkedMap } from '../../runtime/linked-map.js';
import { announceAttached, announceEnding } from '../announce.js';
import { Ending } from '../inspect/ending.js';
import { openRows } from '../inspect/print-rows.js';
import { reportDiagnostics } from '../report.js';
import { colorsErrors, say, sayOut } from '../standard-error.js';
import { type LoadConfig, loadConfig, type Options } from './config.js';
import { openFront } from './guard.js';
import { remarksOf, stepsOf } from './remarks.js';
import {
  ATTACHED_FIELDS,
  describeAttached,
  LOADED_FIELDS,
  loadedRow,
  MEASURED_FIELDS,
  type Measured,
  ratesOf,
  runsOf,
} from './rows.js';

/** Throws a UsageError, a MissingError, an AttachError or a SyscallError. */
export async function xdp(options: Options, args: readonly string[], invokedAs: string): Promise<number> {
  const config = loadConfig(options, args, invokedAs);
  try {
    return await load(config);
  } catch (error) {
    if (error instanceof BrokenPipe) return 0;
    throw error;
  }
}

async function load(config: LoadConfig): Promise<number> {
  const linked = link(config);
  if (config.device !== undefined) checkInterface(config.device);
  raiseMemlock();
  setProcessName(config.invokedAs);
  let object: OpenLinkedObject;
  try {
    object = loadLinked(linked, {
      possibleCpus: possibleCpus(),
      ...(config.verbose ? { logLevel: 1 } : {}),
    });
  } catch (error) {
    if (error instanceof LinkedRejection) return reportRejection(error, config);
    throw error;
  }
  try {
    if (config.verbose) say(stepsOf(object));
    const remarks = config.quiet ? [] : remarksOf(object);
    for (const remark of remarks) say(`NOTE: ${remark}\n`);
    return await (config.dryRun ? showLoaded(config, object) : runAttached(config, object));
  } finally {
    object.close();
  }
}

function link({ file, section }: LoadConfig) {
  try {
    return linkObject(readFileSync(file), section, {
      types: openVmlinuxBtf(),
      release: runningKernel(),
      option: kernelOption,
    });
  } catch (error) {
    if (error instanceof ObjectError) throw new MissingError(`${file}: ${error.message}`, error.hint);
    throw error;
  }
}

function checkInterface(name: string): void {
  if (netInterface(name) !== undefined) return;
  const near = didYouMean(
    name,
    netInterfaces().map(each => each.name),
  );
  throw new MissingError(
    `there is no network interface '${name}' here`,
    near ?? 'ip link shows those of this network namespace.',
  );
}

async function reportRejection(error: LinkedRejection, { verbose, color }: LoadConfig): Promise<number> {
  if (verbose) say(error.log);
  const { place } = error;
  if (place !== undefined) await reportDiagnostics([place.diagnostic], place.source, colorsErrors(color));
  else say(`ERROR: ${error.message}\nHINT: ${REJECTION_HINT}\n`);
  return 1;
}

async function showLoaded(config: LoadConfig, object: OpenLinkedObject): Promise<number> {
  const printer = await openRows(config);
  printer.print(LOADED_FIELDS, object.programs.map(loadedRow));
  await printer.close();
  return 0;
}

async function runAttached(config: LoadConfig, object: OpenLinkedObject): Promise<number> {
  const { device = '', mode, deadline, interval } = config;
  const [program] = object.programs;
  const front = openFront(config, object.programs);
  if (front !== undefined && !config.quiet) say(`NOTE: ${front.notice}\n`);
  const printer = await openRows(config, 'line');
  const ending = new Ending();
  const stats = interval === undefined ? undefined : enableStats();
  let timer: NodeJS.Timeout | undefined;
  try {
    // Runs are counted of what is attached, with what it calls.
    const entry = front?.fd ?? program!.fd;
    const attached = attachXdp(entry, device, mode, `${program!.linked.name} to ${device}`);
    try {
      if (deadline !== undefined) timer = setTimeout(() => ending.end(), deadline * 1000);
      if (attached.notice !== undefined && !config.quiet) say(`NOTE: ${device}: ${attached.notice}\n`);
      const row = describeAttached({ device, mode: attached.mode, fd: program!.fd });
      if (interval === undefined) printer.print(ATTACHED_FIELDS, [row]);
      else printer.print(MEASURED_FIELDS, [{ ...row, ...runsOf(entry) }]);
      announceAttached(sayOut);
      await (interval === undefined
        ? ending.wait()
        : measure(entry, interval, ending, report => {
            printer.print(MEASURED_FIELDS, [{ ...row, ...report }]);
          }));
    } finally {
      announceEnding();
      attached.close();
    }
    if (config.maps) printMaps(object, printer);
  } finally {
    clearTimeout(timer);
    ending.close();
    if (stats !== undefined) closeFd(stats);
    front?.close();
    await printer.close();
  }
  return 0;
}

/** Tells what the program did in each interval, s, until it ends. */
async function measure(fd: number, interval: number, ending: Ending, tell: (runs: Measured) => void) {
  let before = runsOf(fd);
  while (!ending.over) {
    await ending.wait(interval * 1000);
    const now = runsOf(fd);
    tell(ratesOf(before, now));
    before = now;
  }
}

function printMaps({ maps, types }: OpenLinkedObject, printer: Awaited<ReturnType<typeof openRows>>): void {
  for (const map of maps) {
    if (map.definition.frozen) continue;
    const snapshot = readLinkedMap(map, types, possibleCpus());
    if (snapshot !== undefined) printer.map(snapshot);
  }
}
