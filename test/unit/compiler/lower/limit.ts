// Buckets of ratelimit(): a map for each place, and for each kind of key that a place in a macro has.
import test from 'ava';
import { Compiled } from '../../../harness/compiled.js';

const buckets = test.macro({
  exec(t, script: string, keySizes: readonly number[]) {
    const { spec } = new Compiled(script);
    t.deepEqual(
      spec.maps.filter(({ name }) => name.startsWith('limit')).map(({ keySize }) => keySize),
      [...keySizes],
    );
  },
  title: (_, script: string) => script,
});

test(
  buckets,
  'xdp:eth0 { if (ratelimit(pkt.len, 1, 1)) { @ = 1; } if (ratelimit(pkt.len, 1, 1)) { @ = 2; } }',
  [8, 8],
);
test(
  buckets,
  'macro slow(x) { ratelimit(x, 1, 1) } xdp:eth0 { if (slow(pkt.len)) { @ = 1; } if (slow(eth.saddr)) { @ = 2; } }',
  [8, 6],
);
