// The library: every script has a header that says what its man page needs, options that hold together, a page of the
// manual, and compiles for the oldest and for a current kernel.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { declaredOptions, presetOptions } from '../../src/cli/script-options.js';
import { compile } from '../../src/compiler/compile.js';
import type { Env, KernelFunctions } from '../../src/compiler/env.js';
import { parse } from '../../src/compiler/syntax/parse.js';
import { parseScriptHeader } from '../../src/compiler/syntax/script-header.js';
import { TOPICS } from '../../src/compiler/syntax/topics.js';
import { sourceFiles } from '../../src/kernel/host/source-files.js';
import { rowShape } from '../../src/output/table/column.js';
import { initialWidths, lineWidth, USUAL_WIDTH } from '../../src/output/table/layout.js';
import { anyUserSpace } from '../harness/any-user-space.js';
import { fixtureKernel } from '../harness/fixture-kernel.js';
import { inProject } from '../harness/project.js';
import type { ReplayOptions } from '../harness/replay-env.js';

const LIBRARY = inProject('scripts-library');
/** By name of the parameter; others are names of interfaces. */
const GIVEN: Readonly<Record<string, string>> = {
  VIP: '192.0.2.10',
  PORT: '443',
  PROBE: 'tracepoint:sched:sched_switch',
  ENTRY: 'kprobe:vfs_read',
  EXPRESSION: 'args.prev_prio',
  '[FILTER]': 'args.prev_pid != 0',
};

/** What tools share: they import it. */
const SHARED = 'shared';

for (const name of readdirSync(LIBRARY).filter(each => each !== SHARED)) {
  const files = sourceFiles({ script: `${LIBRARY}/${name}` });
  const file = { name, text: readFileSync(`${LIBRARY}/${name}`, 'utf8') };
  const title = name.replace(/\.bt$/, '');
  const { header, diagnostics } = parseScriptHeader(file);
  const params = (header?.parameters ?? []).map(({ name }, i) => GIVEN[name] ?? `eth${i}`);
  const options = declaredOptions(parse(file, { params: [], files }));

  test(`${name}: is a script with a header of its own name`, t => {
    t.true(name.endsWith('.bt'));
    t.is(header?.name, title);
    t.deepEqual(diagnostics.list, []);
  });

  test(`${name}: the header tells summary, topic, description, requirements, overhead and examples`, t => {
    t.regex(header?.summary ?? '', /^[a-z].*[^.]$/);
    t.truthy(header?.topic, `a line "Topic: ..." with one of ${TOPICS.join(', ')}`);
    t.true((header?.description.length ?? 0) > 0);
    t.true((header?.requires.length ?? 0) > 0);
    t.true((header?.overhead ?? '') !== '');
    t.true((header?.examples.length ?? 0) >= 2);
    for (const { command } of header?.examples ?? []) t.regex(command, new RegExp(`^tsbpf .*\\b${title}\\b`));
  });

  test(`${name}: short flags stand for declared options, and take none of ours`, t => {
    for (const [letter, long] of header?.short ?? []) {
      t.true(
        options.some(o => o.name === long),
        `-${letter} stands for --${long}, which is not declared`,
      );
      t.not(letter, 'h');
      // Whoever gives 10 seconds to what drops packets must not name port 10.
      if (title.startsWith('xdp-')) t.not(letter, 'd');
    }
    t.true(
      options.every(o => (o.help ?? '') !== ''),
      'every option has help',
    );
    const ours = ['format', 'output', 'debug', 'for', 'dry-run', 'strict', 'help'];
    t.deepEqual(
      options.map(o => o.name).filter(o => ours.includes(o)),
      [],
    );
  });

  // A busy machine has thousands of them.
  if (/@\w+\[.*(kstack|ustack)/.test(file.text)) {
    test(`${name}: has room for many stacks`, t => {
      t.true(Number(/max_map_keys = (\d+)/.exec(file.text)?.[1] ?? 0) >= 16384);
    });
  }

  test(`${name}: has a man page`, t => {
    t.true(existsSync(inProject('man', `tsbpf-${title}.8`)));
  });

  for (const kernel of ['5.10', '6.12'] as const) {
    const compiledWith = (chosen: ReadonlyMap<string, string | true>) => {
      const all = new Map([...chosen, ...presetOptions(file)]);
      return compile(file, { ...kernelOf(kernel, { options: all, params }), files });
    };
    let plain: ReturnType<typeof compile> | undefined;
    const compiled = () => {
      plain ??= compiledWith(new Map());
      return plain;
    };

    test.serial(`${name}: compiles for Linux ${kernel}, also with every option given`, async t => {
      await turn(); // so that the runner hears of each test in time
      const given = new Map<string, string | true>(
        options.map(o => [o.name, o.flag ? true : (o.default ?? '').replace(/^"|"$/g, '')]),
      );
      for (const { spec, diagnostics } of [compiled(), compiledWith(given)]) {
        if (tooOld(kernel, header?.requires ?? [])) {
          t.true(diagnostics.length > 0);
          t.true(diagnostics.some(({ code }) => ABSENT.includes(code)));
          continue;
        }
        t.deepEqual(diagnostics, []);
        t.truthy(spec);
      }
    });

    test.serial(`${name}: heads of columns are those of the header, on Linux ${kernel}`, async t => {
      await turn();
      const documented = header?.columns.map(c => c.name) ?? [];
      const { spec } = compiled();
      t.is(spec === undefined, tooOld(kernel, header?.requires ?? []));
      for (const head of recordFields(file.text).map(columnHead)) t.true(documented.includes(head), head);
    });

    test.serial(`${name}: rows fit ${USUAL_WIDTH} columns by default, on Linux ${kernel}`, async t => {
      await turn();
      const { spec } = compiled();
      const printed = (spec?.sites ?? []).flatMap(({ entry, layout }) =>
        entry === 'print' ? layout.fields : [],
      );
      const wide = printed.flatMap(({ type }) => {
        if (type.kind !== 'record') return [];
        const { columns } = rowShape(type);
        const widths = initialWidths(columns);
        return lineWidth(widths) <= USUAL_WIDTH ? [] : [columns.map(({ head }, i) => `${head}:${widths[i]}`)];
      });
      t.deepEqual(wide, []);
    });
  }
}

/** What an old kernel lacks: a feature, an event, a field of one. */
const ABSENT = ['kernel-too-old', 'unknown-probe', 'unknown-field'];

/** Functions of modules that tools probe: the same in 5.10 and 6.12. The fixtures know those of the kernel proper. */
const OF_MODULES = [
  ...['ext4', 'xfs', 'btrfs'].flatMap(each => [`${each}_file_read_iter`, `${each}_file_write_iter`]),
  ...['ext4_file_open', 'ext4_sync_file', 'ext4_file_getattr'],
  ...['xfs_file_open', 'xfs_file_fsync', 'xfs_vn_getattr'],
  ...['btrfs_file_open', 'btrfs_sync_file', 'btrfs_getattr'],
  ...['nfs_file_read', 'nfs_file_write', 'nfs_file_open', 'nfs4_file_open', 'nfs_file_fsync', 'nfs_getattr'],
  ...['ovl_read_iter', 'ovl_write_iter', 'ovl_open', 'ovl_fsync', 'ovl_getattr'],
  'md_flush_request',
].map(name => ({ name, module: name.replace(/4?_.*/, '') }));

const functionsOf = new Map<'5.10' | '6.12', KernelFunctions>();

/** With those of modules. */
function withModules(kernel: Env): KernelFunctions {
  const functions = kernel.kernelFunctions!()!;
  const all = [...functions.traceable(), ...OF_MODULES];
  return {
    ...functions,
    modulesOf: each => [
      ...functions.modulesOf(each),
      ...OF_MODULES.filter(other => other.name === each).map(({ module }) => module),
    ],
    traceable: () => all,
  };
}

/** With programs and libraries that have every function: those of tools may not be on this machine. */
function kernelOf(name: '5.10' | '6.12', options: ReplayOptions): Env {
  const kernel = fixtureKernel(name, options);
  const functions = functionsOf.get(name) ?? withModules(kernel);
  functionsOf.set(name, functions);
  return { ...kernel, kernelFunctions: () => functions, userSpace: anyUserSpace() };
}

/** Does the header ask for a later release? It names them in parentheses. */
function tooOld(kernel: string, requires: readonly string[]): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return requires.some(line =>
    [...line.matchAll(/\((\d+)\.(\d+)\)/g)].some(
      ([, a, b]) => Number(a) > major || (Number(a) === major && Number(b) > minor),
    ),
  );
}

/** Names of the fields of print((name=..., ...)) in the text. */
function recordFields(text: string): string[] {
  return [...text.matchAll(/print\(\(([\s\S]*?)\)\);/g)].flatMap(([, body = '']) =>
    [...body.matchAll(/(?:^|,\s*)(\w+)=/g)].map(([, field = '']) => field),
  );
}

/** As the table heads it: without the suffix of a unit, in capitals. */
function columnHead(field: string): string {
  return field.replace(/_(ns|us|ms|s|bytes|kb|pct)$/, '').toUpperCase();
}
