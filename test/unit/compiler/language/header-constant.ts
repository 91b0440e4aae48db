// Constants that scripts use after #include: those that are macros are answered before BTF is searched.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { BtfBlob } from '../../../../src/compiler/btf/blob.js';
import { BtfKind } from '../../../../src/compiler/btf/kind.js';
import { headerConstant, macroConstant } from '../../../../src/compiler/language/names/header-constant.js';
import { HOST_WALKS } from '../../../../src/kernel/host/vmlinux-btf.js';

const WORDS: Readonly<Record<number, number>> = { [BtfKind.BTF_KIND_ENUM]: 2, [BtfKind.BTF_KIND_ENUM64]: 3 };

function enumerators(bytes: Uint8Array): string[] {
  const blob = BtfBlob.open(bytes, HOST_WALKS)!;
  const names: string[] = [];
  for (let id = 1; id < blob.typeCount; id++) {
    const words = WORDS[blob.kind(id)];
    if (words === undefined) continue;
    for (let i = 0; i < blob.vlen(id); i++) names.push(blob.string(blob.word(id, i * words)));
  }
  return names;
}

const host = '/sys/kernel/btf/vmlinux';
const kernels: [string, () => Uint8Array][] = ['5.10', '6.12'].map(version => [
  version,
  () => gunzipSync(readFileSync(`test/fixtures/kernels/${version}/vmlinux.btf.gz`)),
]);
if (existsSync(host)) kernels.push(['this kernel', () => readFileSync(host)]);

for (const [kernel, bytes] of kernels) {
  test(`${kernel}: no macro is an enumerator, which would be printed by its name`, t => {
    const names = enumerators(bytes());
    t.true(names.includes('TCP_ESTABLISHED') || names.includes('BPF_PROG_LOAD'));
    t.deepEqual(
      names.filter(name => macroConstant(name) !== undefined),
      [],
    );
  });
}

test('what later kernels made an enumerator is no macro, and has its value where BTF has it not', t => {
  t.is(macroConstant('TASK_COMM_LEN'), undefined);
  t.is(headerConstant('TASK_COMM_LEN'), 16n);
  t.is(macroConstant('O_CREAT'), 0o100n);
});
