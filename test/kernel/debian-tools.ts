// The tools of Debian's bpftrace packages are loaded and attached by the running kernel, where it has what a tool probes: on a
// host without kprobes about half of them. On the host only; in emulation they would take a quarter of an hour.
import { debianTools, LACKING, OUTDATED } from '../harness/debian-tools.js';
import { runInProcess } from '../harness/in-process.js';
import { kernelTest } from '../harness/kernel-test.js';

/** Of kernels without kprobes, or without a function. */
const UNPROBED = [/CONFIG_KPROBES/, /^the kernel has no (function|symbol) "\w+"/];

kernelTest(
  'the tools of Debian load and attach',
  async t => {
    t.timeout(600_000);
    let attached = 0;
    for (const tool of debianTools()) {
      const name = `${tool.package} ${tool.name}`;
      if (OUTDATED[name] !== undefined) continue;
      const { code, stdout, diagnostics } = await runInProcess(tool.text, 'text', {
        unsafe: true,
        dryRun: true,
      });
      const errors = diagnostics.filter(d => d.severity === 'error').map(d => d.message);
      if (errors.some(message => [...LACKING, ...UNPROBED].some(pattern => pattern.test(message)))) continue;
      t.deepEqual(errors, [], name);
      t.is(stdout, '', name);
      t.is(code, 0, name);
      attached++;
    }
    t.true(attached >= 12, `${attached} tools`);
  },
  debianTools().length === 0 ? 'needs the tools of a bpftrace package' : undefined,
);
