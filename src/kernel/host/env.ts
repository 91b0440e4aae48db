// The live machine as the compiler's Env: every look-up is made when asked for, once.
import type { UserSpace } from '../../compiler/binary-view.js';
import type { BtfView } from '../../compiler/btf/btf-view.js';
import type { BtfReader } from '../../compiler/btf/reader.js';
import type {
  Env,
  FeatureName,
  KernelFunctions,
  ProcessFilters,
  SourceFiles,
  TracepointFormat,
} from '../../compiler/env.js';
import { createFeatures, type Features } from '../sys/features.js';
import { raiseMemlock } from '../sys/rlimit.js';
import { hostUserSpace } from './binary/user-space.js';
import { cgroupId } from './cgroup.js';
import { diskNumber } from './disk.js';
import { netInterfaces } from './interfaces.js';
import { Kallsyms } from './kallsyms.js';
import { kernelFunctions } from './kernel-functions.js';
import { kernelOption } from './kernel-option.js';
import { kernelVersion } from './kernel-version.js';
import { kfuncAllowed } from './kfunc.js';
import { MissingError } from './missing.js';
import { pidNamespace } from './pid-namespace.js';
import { runningPrograms } from './running-programs.js';
import { sourceFiles } from './source-files.js';
import { Tracefs } from './tracefs.js';
import { readsThrough } from './typed-event.js';
import { btfModules, openModuleBtf, openVmlinuxBtf } from './vmlinux-btf.js';

export interface HostEnvOptions {
  readonly params?: readonly string[];
  readonly options?: ReadonlyMap<string, string | true>;
  readonly targetPid?: number | undefined;
  readonly filters?: ProcessFilters | undefined;
  /** Default: process.env, of which BPFTRACE_* and TSBPF_* are kept. BPFTRACE_BTF names another BTF file. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Default: the running kernel's, by trial. */
  readonly features?: Features;
  /** Features of the kernel that are not to be used. */
  readonly without?: readonly string[] | undefined;
  readonly tracefs?: Tracefs;
  /** Default: those of a program without a path. */
  readonly files?: SourceFiles | undefined;
  /** Program of -c, for probes of whatever is traced. */
  readonly command?: string | undefined;
  /** --debuginfo. */
  readonly debugFolders?: readonly string[];
  readonly kallsyms?: Kallsyms;
  /** A file with the names of functions that can be traced, instead of tracefs'. */
  readonly traceableFunctions?: string | undefined;
  /** Any name of an interface is taken: programs are not attached. */
  readonly withoutInterfaces?: boolean;
  /** --persist. */
  readonly persist?: boolean;
}

const ARCH: Readonly<Record<string, Env['arch']>> = { x64: 'x86_64', arm64: 'aarch64' };

/** Cheap to make; look-ups throw a MissingError when the machine withholds what they need. */
export function hostEnv(options: HostEnvOptions = {}): Env {
  const arch = ARCH[process.arch];
  if (arch === undefined) {
    throw new MissingError(`tsbpf does not run on ${process.arch}`, 'it runs on x86_64 and aarch64');
  }
  const variables = ownVariables(options.variables ?? process.env);
  const tracefs = options.tracefs ?? new Tracefs();
  const formats = new Map<string, TracepointFormat | undefined>();
  let view: BtfReader | undefined;
  let opened = false;
  const modules = new Map<string, BtfView | undefined>();
  let functions: KernelFunctions | undefined;
  let version: Env['kernelVersion'] | undefined;
  const vmlinux = (): BtfReader | undefined => {
    if (!opened) {
      view = openVmlinuxBtf(variables.get('BPFTRACE_BTF'));
      opened = true;
    }
    return view;
  };
  const btf = (module?: string): BtfView | undefined => {
    const base = vmlinux();
    if (module === undefined || base === undefined) return base;
    if (!modules.has(module)) modules.set(module, openModuleBtf(base, module));
    return modules.get(module);
  };
  let features = options.features;
  let userSpace: UserSpace | undefined;
  return {
    arch,
    get kernelVersion() {
      version ??= kernelVersion();
      return version;
    },
    btf,
    tracepoint(category, name) {
      const key = `${category}:${name}`;
      if (!formats.has(key)) formats.set(key, tracefs.tracepoint(category, name));
      return formats.get(key);
    },
    tracepoints: () => tracefs.tracepoints(),
    has(feature: FeatureName) {
      if (features === undefined) {
        raiseMemlock(); // the trials load programs
        features = createFeatures({ idOf: (name, kind) => btf()?.idOf(name, kind) }, options.without);
      }
      return features.has(feature);
    },
    get userSpace() {
      userSpace ??= hostUserSpace({
        arch,
        pid: options.targetPid,
        command: options.command,
        debugFolders: options.debugFolders ?? [],
        searchPath: process.env.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      });
      return userSpace;
    },
    kernelSymbol: name => options.kallsyms?.address(name),
    kernelFunctions() {
      functions ??= kernelFunctions({
        kallsyms: options.kallsyms ?? new Kallsyms(),
        inBtf: name => {
          const types = btf();
          return types && types.idOf(name, 'func') !== undefined;
        },
        btfNames: () => btf()?.names('func') ?? [],
        list: options.traceableFunctions,
        tracefs: () => tracefs.readableRoot(),
      });
      return functions;
    },
    modules: btfModules,
    readsThrough: (event, pointers) => readsThrough(event, pointers, btf),
    runningPrograms,
    kfuncAllowed: (name, program) => kfuncAllowed(name, program, btf),
    kernelOption,
    cgroupId,
    diskNumber,
    ...(options.withoutInterfaces === true
      ? {}
      : { interfaces: () => netInterfaces().map(({ name }) => name) }),
    pidNamespace,
    files: options.files ?? sourceFiles({ variables: options.variables ?? process.env }),
    params: options.params ?? [],
    options: options.options ?? new Map(),
    targetPid: options.targetPid,
    filters: options.filters,
    persist: options.persist,
    variables,
  };
}

function ownVariables(all: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined && /^(BPFTRACE|TSBPF)_/.test(name)) own.set(name, value);
  }
  return own;
}
