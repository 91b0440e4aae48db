// Files that programs of tests include and import, as data.
import type { SourceFiles } from '../../src/compiler/env.js';

/** Path -> text; those in <...> are of the system. */
const FILES: Readonly<Record<string, string>> = {
  'local.h': `#ifndef LOCAL_H
#define LOCAL_H
#define LOCAL_LIMIT (4 * 8)
struct local { int a; long b[LOCAL_LIMIT / 16]; };
enum colour { RED = 5, GREEN };
static inline int twice(int x) { return x * 2; }
extern int count(void), total;
#endif
`,
  'circle.h': '#include "circle.h"\n',
  'bad.h': 'struct bad { int a b; };\nstruct good { int a; };\n',
  'lib.bt': 'macro hundred(x) { x + 100 }\nBEGIN { print("lib"); }\n',
  'nested.bt': 'import "lib.bt";\nBEGIN { print("nested"); }\n',
  'ring.bt': 'import "ring.bt";\nBEGIN { print("ring"); }\n',
  'config.bt': 'config = { max_strlen = 5 }\nmacro one() { 1 }\n',
  'wrong.bt': 'BEGIN { print(nothing); }\n',
  '<sys/limits.h>': `#include <sys/more.h>
#if MORE > 2
#define SYS_LIMIT (MORE + 1)
#else
#define SYS_LIMIT 0
#endif
#define SYS_NAME "system"
struct sys_pair { int left; char right[SYS_LIMIT]; };
typedef struct { long x; } sys_t;
`,
  '<sys/more.h>': '#define MORE 5\nenum sys_mode { SYS_OFF, SYS_ON = MORE };\n',
};

const FOLDERS: Readonly<Record<string, readonly string[]>> = { folder: ['lib.bt', 'nested.bt'] };

export function sourceFiles(): SourceFiles {
  return {
    first: [],
    header(name, quoted) {
      const local = quoted ? FILES[name] : undefined;
      if (local !== undefined) return { path: name, text: local, system: false };
      const text = FILES[`<${name}>`];
      return text === undefined ? undefined : { path: name, text, system: true };
    },
    imported(name) {
      if (name === 'open.bt') return { problem: 'writable', checked: ['open.bt'] };
      if (name === 'notes.txt') return { problem: 'kind', checked: ['notes.txt'] };
      const names = FOLDERS[name] ?? [name];
      const files = names.flatMap(path => {
        const text = FILES[path];
        return text === undefined ? [] : [{ path, name: path, text }];
      });
      return files.length === 0 ? { problem: 'missing', checked: [name] } : { files };
    },
  };
}
