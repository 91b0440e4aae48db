// Where imported files are looked for, and which are trusted.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { sourceFiles } from '../../../../src/kernel/host/source-files.js';

test('imports are looked for beside the script, then in the library, whose own files may be writable', t => {
  const root = mkdtempSync(join(tmpdir(), 'source-files-'));
  try {
    for (const folder of ['own', 'library', 'library/shared']) mkdirSync(join(root, folder));
    for (const file of ['own/mine.bt', 'library/shared/a.bt', 'library/mine.bt']) {
      writeFileSync(join(root, file), `// ${file}`);
      chmodSync(join(root, file), 0o666);
    }
    const library = join(root, 'library');
    const files = sourceFiles({ script: join(root, 'own', 'script.bt'), library });
    const shared = files.imported('shared/a.bt', '');
    t.deepEqual('files' in shared && shared.files.map(({ text }) => text), ['// library/shared/a.bt']);
    t.like(files.imported('mine.bt', ''), { problem: 'writable', checked: [join(root, 'own/mine.bt')] });
    t.like(files.imported('none.bt', ''), { problem: 'missing' });
    t.like(sourceFiles({ script: join(root, 'own', 'script.bt') }).imported('shared/a.bt', ''), {
      problem: 'missing',
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});
