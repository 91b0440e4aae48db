// What captures cannot be together, before anything is loaded.
import test from 'ava';
import { captureLine, capturesToStdout, checkCaptures } from '../../../src/cli/captures.js';
import type { CliConfig } from '../../../src/cli/config.js';
import type { SiteSpec } from '../../../src/compiler/object-spec.js';

const site = (entry: string, path: string) => ({ entry, data: { path } }) as unknown as SiteSpec;
const config = (more: Partial<CliConfig> = {}) => ({ dryRun: false, ...more }) as CliConfig;

test('a file has packets of one link type', t => {
  const sites = [site('packet', 'a.pcap'), site('capture', 'b.pcap'), site('printf', 'a.pcap')];
  t.notThrows(() => checkCaptures(config(), { sites }));
  t.throws(() => checkCaptures(config(), { sites: [...sites, site('capture', 'a.pcap')] }), {
    message: /^a\.pcap: a capture has packets of one link type/,
  });
});

test('on standard output there is nothing beside packets', t => {
  const spec = { sites: [site('capture', '-')] };
  t.true(capturesToStdout({ packets: undefined }, spec));
  t.true(capturesToStdout({ packets: { file: 'a', writePassed: '-', repeat: 1 } }, { sites: [] }));
  t.false(
    capturesToStdout({ packets: undefined }, { sites: [site('packet', '-'), site('capture', 'a.pcap')] }),
  );
  t.throws(() => checkCaptures(config({ command: 'true' }), spec), { message: /the command of -c/ });
  t.notThrows(() => checkCaptures(config({ command: 'true', dryRun: true }), spec));
});

test('packets are counted in words', t => {
  t.is(captureLine({ path: 'a.pcap', packets: 1 }), 'a.pcap: 1 packet');
  t.is(captureLine({ path: '-', packets: 1234 }), 'standard output: 1,234 packets');
});
