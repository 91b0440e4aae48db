// What netlink and /proc tell of BPF objects: messages recorded from Linux 6.18 (tc filter add dev vb ingress prio 10 handle 3
// bpf da ..., and so on), and texts of /proc as they look there.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { findHolders } from '../../../../src/kernel/host/objects/holders.js';
import { bpfMounts } from '../../../../src/kernel/host/objects/pins.js';
import { parseFilter, placesOf } from '../../../../src/kernel/host/objects/tc-filters.js';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

test('clsact has two places for filters, a discipline without a handle none', t => {
  t.deepEqual(placesOf(bytes('00000000 02000000 0000ffff f1ffffff 01000000 0b000100 636c7361637400 00')), [
    { ifindex: 2, parent: 0xffff_fff2, hook: 'clsact/ingress' },
    { ifindex: 2, parent: 0xffff_fff3, hook: 'clsact/egress' },
  ]);
  t.deepEqual(placesOf(bytes('00000000 03000000 00000000 ffffffff 02000000 0c000100 6e6f717565756500')), []);
  t.deepEqual(placesOf(bytes('00000000 02000000 0000ffff f1ffffff 01000000 0c000100 696e677265737300')), [
    { ifindex: 2, parent: 0xffff_0000, hook: 'ingress' },
  ]);
  t.deepEqual(placesOf(bytes('00000000 05000000 00000100 ffffffff 02000000 08000100 68746200')), [
    { ifindex: 5, parent: 0x0001_0000, hook: 'htb' },
  ]);
});

const FILTER =
  '00000000 02000000 03000000 f2ffffff 00030a00 08000100 62706600 08000b00 00000000' +
  '38000200 0e000700 74632e6f3a5b74635d000000 08000b00 40490f00 0c000a00 59f4a931744dcdc6 08000800 01000000 08000900 08000000';
const CLASSIFIER =
  '00000000 02000000 01000000 f3ffffff 00031500 08000100 62706600 08000b00 00000000' +
  '38000200 16000700 74632e6f3a5b636c61737369666965725d000000 08000b00 48490f00 0c000a00 b11459a0e11ca14c 08000900 08000000';

const PLACE = { ifindex: 2, hook: 'x' };

test('a BPF filter has its program, priority, handle, and says whether it decides', t => {
  t.deepEqual(parseFilter(bytes(FILTER), { ifindex: 2, hook: 'clsact/ingress' }), {
    ifindex: 2,
    hook: 'clsact/ingress',
    programId: 1_001_792,
    priority: 10,
    handle: 3,
    direct: true,
    name: 'tc.o:[tc]',
  });
  t.like(parseFilter(bytes(CLASSIFIER), { ifindex: 2, hook: 'clsact/egress' }), {
    programId: 1_001_800,
    priority: 21,
    direct: false,
  });
});

test('a filter that interfaces share is of the one that was asked about', t => {
  const shared = FILTER.replace('00000000 02000000', '00000000 ffffffff');
  t.is(parseFilter(bytes(shared), { ifindex: 7, hook: 'clsact/ingress' })?.ifindex, 7);
});

test('the head of a chain, and filters of other kinds, are none', t => {
  const head = '00000000 02000000 00000000 f2ffffff 00030a00 08000100 62706600 08000b00 00000000';
  t.is(parseFilter(bytes(head), PLACE), undefined);
  t.is(parseFilter(bytes(FILTER.replace('08000100 62706600', '08000100 75333200')), PLACE), undefined);
});

test('any bytes are a filter, a place, or none', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), body => {
      parseFilter(body, PLACE);
      placesOf(body);
    }),
  );
  t.pass();
});

test('bpf file systems are found where they are mounted, spaces and all', t => {
  const mounts =
    'proc /proc proc rw 0 0\nbpf /sys/fs/bpf bpf rw,relatime 0 0\nnone /mnt/my\\040bpf bpf rw 0 0\nx /bpf ext4 rw 0 0\n';
  t.deepEqual(bpfMounts(mounts), ['/sys/fs/bpf', '/mnt/my bpf']);
});

test('holders: of a program also those of a link that runs it; each process once; others look past', t => {
  const root = mkdtempSync(join(tmpdir(), 'tsbpf-proc-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const process = (pid: number, comm: string, fds: readonly (readonly [link: string, info: string])[]) => {
    for (const folder of ['fd', 'fdinfo']) mkdirSync(join(root, String(pid), folder), { recursive: true });
    writeFileSync(join(root, String(pid), 'comm'), `${comm}\n`);
    fds.forEach(([link, info], fd) => {
      symlinkSync(link, join(root, String(pid), 'fd', String(fd)));
      writeFileSync(join(root, String(pid), 'fdinfo', String(fd)), info);
    });
  };
  process(100, 'tracer', [
    [
      'anon_inode:bpf-prog',
      'pos:\t0\nprog_type:\t6\nprog_jited:\t1\nprog_tag:\tab\nmemlock:\t4096\nprog_id:\t12\n',
    ],
    [
      'anon_inode:bpf_link',
      'pos:\t0\nlink_type:\txdp\nlink_id:\t7\nprog_tag:\tab\nprog_id:\t12\nifindex:\t3\n',
    ],
    ['anon_inode:bpf-map', 'pos:\t0\nmap_type:\t2\nmap_id:\t3\n'],
    ['/etc/passwd', 'pos:\t0\nmap_id:\t99\n'],
  ]);
  process(20, 'keeper', [['anon_inode:bpf_link', 'link_type:\txdp\nlink_id:\t8\nprog_id:\t12\n']]);
  mkdirSync(join(root, '300'));
  mkdirSync(join(root, 'self'));
  const holders = findHolders(root);
  t.deepEqual(holders.program(12), [
    { pid: 20, comm: 'keeper' },
    { pid: 100, comm: 'tracer' },
  ]);
  t.deepEqual(holders.link(7), [{ pid: 100, comm: 'tracer' }]);
  t.deepEqual(holders.map(3), [{ pid: 100, comm: 'tracer' }]);
  t.deepEqual(holders.map(99), []);
});
