// Bundles the tests of test/kernel and test/cli for test kernels, into build/guest, which lies as deep as build/test. Hundreds of
// small modules for each test, read through 9p, are slow to load there.
import { build } from 'esbuild';

await build({
  entryPoints: ['test/kernel/**/*.ts', 'test/cli/**/*.ts', 'test/guest/*.ts'],
  outbase: 'test',
  outdir: 'build/guest',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
});
