// Every tool of the library on this kernel, by hand: compiled for it, loaded and attached, in one process; prints a line for each, and
// ends with 1 when one fails other than by a diagnostic that names what the kernel lacks. Words name tools: only these.
//
//   test/guest/run -t 900 5.10 -- sh -c 'modprobe ext4; node build/guest/guest/every-tool.js'
import { readdirSync, readFileSync } from 'node:fs';
import { OF_THE_MACHINE } from '../../src/cli/tool-requirements.js';
import { parseScriptHeader } from '../../src/compiler/syntax/script-header.js';
import { IN_GUEST } from '../harness/guest.js';
import { runInProcess } from '../harness/in-process.js';
import { inProject } from '../harness/project.js';

const LIBRARY = inProject('scripts-library');
/** By name of the parameter; others are names of interfaces. */
const GIVEN: Readonly<Record<string, string>> = {
  VIP: '192.0.2.10',
  PORT: '443',
  PROBE: 'tracepoint:sched:sched_switch',
  EXPRESSION: 'pid',
  '[FILTER]': 'pid > 0',
  ENTRY: IN_GUEST ? 'kprobe:vfs_read' : 'tracepoint:syscalls:sys_enter_read',
};
interface Fate {
  readonly fails: boolean;
  readonly said: string;
}

async function fateOf(tool: string): Promise<Fate> {
  const path = `${LIBRARY}/${tool}.bt`;
  const text = readFileSync(path, 'utf8');
  const { header } = parseScriptHeader({ name: path, text });
  const params = (header?.parameters ?? []).map(({ name }) => GIVEN[name] ?? 'lo');
  try {
    const { code, diagnostics, stderr } = await runInProcess(text, 'text', {
      dryRun: true,
      tool: { path, params },
    });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (first === undefined) return { fails: code !== 0, said: code === 0 ? 'attached' : stderr };
    return {
      fails: !OF_THE_MACHINE.includes(first.code),
      said: `${first.code}: ${first.message}`,
    };
  } catch (error) {
    return { fails: true, said: (error as Error).message };
  }
}

const chosen = process.argv.slice(2);
const all = readdirSync(LIBRARY).flatMap(name => (name.endsWith('.bt') ? [name.slice(0, -3)] : []));
for (const tool of chosen.length > 0 ? chosen : all) {
  const start = performance.now();
  const { fails, said } = await fateOf(tool);
  const took = Math.round(performance.now() - start);
  console.log(`${fails ? 'FAILS' : 'ok'}\t${tool}\t${took} ms\t${said}`);
  if (fails) process.exitCode = 1;
}
