// Every tool of Debian's bpftrace packages is loaded and attached by the running kernel, where it has what the tool probes.
import { debianTools, LACKING, OUTDATED, OWN_FAULTS } from '../harness/debian-tools.js';
import { runInProcess } from '../harness/in-process.js';
import { kernelTest, ON_HOST } from '../harness/kernel-test.js';

/** Of kernels without kprobes, or without a function. */
const UNPROBED = [/CONFIG_KPROBES/, /^the kernel has no (function|symbol) "\w+"/];

kernelTest(
  'the tools of Debian load and attach',
  async t => {
    t.timeout(600_000);
    let attached = 0;
    for (const tool of debianTools()) {
      const name = `${tool.package} ${tool.name}`;
      if (OUTDATED[name] !== undefined || OWN_FAULTS[name] !== undefined) continue;
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
    if (debianTools().length > 0) t.true(attached >= 5, `${attached} tools`);
    t.log(`${attached} tools`);
    t.pass();
  },
  ON_HOST,
);
