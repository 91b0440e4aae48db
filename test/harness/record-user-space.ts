// Records what the examples of the documentation ask of programs and libraries:
// `node build/test/harness/record-user-space.js > test/fixtures/env/user-space.json`, on a Debian 12 (x86_64).
import { compile } from '../../src/compiler/compile.js';
import { BUILTINS, FUNCTIONS, PROBE_TYPES } from '../../src/compiler/language/registry.js';
import { hostEnv } from '../../src/kernel/host/env.js';
import { recordEnv } from '../../src/kernel/host/recorder.js';

const { env, recording } = recordEnv(hostEnv({ variables: {} }));
for (const { doc } of [...BUILTINS, ...FUNCTIONS, ...PROBE_TYPES]) {
  if (doc.example !== undefined) compile({ name: 'example', text: doc.example }, env, { unsafe: true });
}
process.stdout.write(`${JSON.stringify({ userSpace: recording().userSpace }, undefined, 1)}\n`);
