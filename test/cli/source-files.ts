// Programs of several files: imports, local headers, headers of the system, and where their mistakes are shown.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { kernelTest } from '../harness/kernel-test.js';
import { tsbpf } from '../harness/tsbpf.js';

/** A folder with these files, gone after the test. */
function folderOf(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'source-files-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o644 });
  }
  return folder;
}

const HEADER = '#define LIMIT 42\nstruct pair { int a; long b; };\n';

kernelTest('import: a script beside the script, its probes first, each file once', async t => {
  const folder = folderOf(t, {
    'main.bt':
      'import "lib/more.bt";\nimport "lib/base.bt";\nBEGIN { print(plus(2)); }\nEND { print("main ends"); }\n',
    'lib/more.bt': 'import "base.bt";\nBEGIN { print("more"); }\nEND { print("more ends"); }\n',
    'lib/base.bt':
      'struct pair { int a; long b; };\nmacro plus(x) { x + sizeof(struct pair) }\nBEGIN { print("base"); }\n',
  });
  const { stdout, stderr, code } = await tsbpf([join(folder, 'main.bt')]);
  t.is(code, 0, stderr);
  t.is(stdout.trimEnd(), 'base\nmore\n18\nmore ends\nmain ends');
});

kernelTest('import: a folder, in order of name; with -e relative to the current one', async t => {
  const folder = folderOf(t, {
    'parts/b.bt': 'BEGIN { print("b"); }\n',
    'parts/a.bt': 'BEGIN { print("a"); }\n',
    'parts/notes.txt': 'not a script',
  });
  const { stdout, stderr } = await tsbpf(['-e', 'import "parts"; BEGIN { print("own"); }'], { cwd: folder });
  t.is(stdout.trimEnd(), 'a\nb\nown', stderr);
});

kernelTest('import: nothing that everybody may write to', async t => {
  const folder = folderOf(t, {
    'main.bt': 'import "open/lib.bt";\nBEGIN { }\n',
    'open/lib.bt': 'BEGIN { }\n',
  });
  chmodSync(join(folder, 'open'), 0o777);
  const { stderr, code } = await tsbpf([join(folder, 'main.bt')]);
  t.is(code, 1);
  t.regex(stderr, /main\.bt:1:1-21: ERROR: everybody may write to .*open, so it is not imported/);
});

kernelTest('what happens in an imported file is told of that file', async t => {
  const folder = folderOf(t, {
    'main.bt': 'import "lib.bt";\nBEGIN { exit(); }\n',
    'lib.bt': '// first line\nBEGIN { errorf("hello %d", 5); $zero = 0; print(5 / $zero); }\n',
  });
  const { stdout, stderr, code } = await tsbpf([join(folder, 'main.bt')]);
  t.is(code, 0);
  t.is(stdout.trimEnd(), '1');
  t.regex(stderr, /^lib\.bt:2:9-30: ERROR: hello 5$/m);
  t.regex(stderr, /^lib\.bt:2:49-58: WARNING: Divide or modulo by 0/m);
  const json = await tsbpf(['-f', 'json', join(folder, 'main.bt')]);
  t.regex(json.stdout, /"msg": "hello 5", "filename": "lib.bt", "line": 2, "col": 9/);
});

kernelTest('options of an imported script are options of the script', async t => {
  const folder = folderOf(t, {
    'main.bt': 'import "lib.bt";\nBEGIN { print(chosen); }\n',
    'lib.bt': 'macro chosen() { getopt("size", 5, "how large it is") }\n',
  });
  const main = join(folder, 'main.bt');
  t.is((await tsbpf([main])).stdout.trimEnd(), '5');
  t.is((await tsbpf([main, '--size', '7'])).stdout.trimEnd(), '7');
  t.regex((await tsbpf([main, '--help'])).stdout, /--size <value> +how large it is/);
});

kernelTest('#include "..." looks in the current folder, beside the script, and where -I says', async t => {
  const folder = folderOf(t, {
    'main.bt': '#include "own.h"\nBEGIN { print((LIMIT, sizeof(struct pair))); }\n',
    'own.h': '#include "deep/other.h"\n',
    'deep/other.h': HEADER,
  });
  const main = join(folder, 'main.bt');
  t.is((await tsbpf([main])).stdout.trimEnd(), '(42, 16)');
  const program = '#include "other.h"\nBEGIN { print(LIMIT); }';
  const missing = await tsbpf(['-e', program], { cwd: folder });
  t.is(missing.code, 1);
  t.regex(missing.stderr, /^stdin:1:1-9: ERROR: there is no file "other.h"$/m);
  t.is((await tsbpf(['-I', 'deep', '-e', program], { cwd: folder })).stdout.trimEnd(), '42');
  const angled = '#include <other.h>\nBEGIN { print(LIMIT); }';
  t.is((await tsbpf(['-I', 'deep', '-e', angled], { cwd: folder })).stdout.trimEnd(), '42');
});

kernelTest('--include: headers before the program', async t => {
  const folder = folderOf(t, { 'own.h': HEADER, 'more.h': 'enum { TWICE = 2 * LIMIT };\n' });
  const args = ['--include', 'own.h', '--include', 'more.h', '-e', 'BEGIN { printf("%d\\n", TWICE); }'];
  const { stdout, stderr } = await tsbpf(args, { cwd: folder });
  t.is(stdout.trimEnd(), '84', stderr);
});

kernelTest('a header of the system is read for what nothing else tells', async t => {
  const folder = folderOf(t, {
    'include/linux/odd.h':
      '#include "odder.h"\n#ifdef ODDER\n#define ODD (ODDER + __BITS_PER_LONG)\n#endif\nstruct odd { int x[ODDER]; };\n',
    'include/linux/odder.h':
      '#pragma once\n#define ODDER 3\nstatic inline int f(void) { return "}"[0]; }\nenum odd_mode { ODD_OFF, ODD_ON = ODDER };\n',
  });
  const program =
    '#include <linux/odd.h>\nBEGIN { printf("%d %d %d\\n", ODD, sizeof(struct odd), ODD_ON); print(ODD_ON); }';
  const { stdout, stderr } = await tsbpf(['-e', program], { env: { CPATH: join(folder, 'include') } });
  t.is(stdout.trimEnd(), '67 12 3\nODD_ON', stderr);
});
