// Shows that the random programs bite: `node build/test/faults/bite.js [PROGRAMS]`. Each fault of faults.ts is planted in a copy
// of the build and must be found within that many programs (default 3000). Exit code 1 when one is missed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FAULTS, type Fault } from './faults.js';

const BUILD = fileURLToPath(new URL('../../', import.meta.url));
const budget = Number(process.argv[2] ?? 3000);
const FIRST_SEED = 1;

const copy = mkdtempSync(join(tmpdir(), 'tsbpf-faults-'));
try {
  cpSync(join(BUILD, 'src/compiler'), join(copy, 'src/compiler'), { recursive: true });
  cpSync(join(BUILD, 'test/harness'), join(copy, 'test/harness'), { recursive: true });
  cpSync(join(BUILD, 'test/faults'), join(copy, 'test/faults'), { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
  let missed = 0;
  const clean = look();
  if (clean !== 'none') throw new Error(`without any fault: ${clean}`);
  for (const fault of FAULTS) {
    const answer = withFault(fault, look);
    if (!answer.startsWith('found')) missed++;
    console.log(`${answer.startsWith('found') ? 'ok    ' : 'MISSED'} ${fault.name}\n         ${answer}`);
  }
  console.log(`${FAULTS.length - missed} of ${FAULTS.length} faults found within ${budget} programs`);
  process.exitCode = missed === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true });
}

function look(): string {
  const args = [join(copy, 'test/faults/probe.js'), String(FIRST_SEED), String(budget)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  // A fault that makes the compiler itself fail has been noticed too, but as a crash it would prove little.
  return stdout.trim() || `crashed: ${stderr.trim().split('\n').pop() ?? ''}`;
}

function withFault(fault: Fault, body: () => string): string {
  const path = join(copy, 'src/compiler', fault.file);
  const text = readFileSync(path, 'utf8');
  if (text.split(fault.search).length !== 2) throw new Error(`${fault.name}: not one place in ${fault.file}`);
  writeFileSync(
    path,
    text.replace(fault.search, () => fault.replace),
  );
  try {
    return body();
  } finally {
    writeFileSync(path, text);
  }
}
