// The programs of test/fixtures/elf as ./NAME, for tests of the compiler.
import { existsSync } from 'node:fs';
import type { UserSpace } from '../../src/compiler/binary-view.js';
import { hostUserSpace } from '../../src/kernel/host/binary/user-space.js';
import { USER_SPACE_QUESTIONS } from '../../src/kernel/host/recorder.js';
import { fixturePath } from './fixture-binary.js';

let opened: UserSpace | undefined;

export function fixtureUserSpace(): UserSpace {
  opened ??= open();
  return opened;
}

function open(): UserSpace {
  const real = hostUserSpace({
    arch: 'x86_64',
    pid: undefined,
    command: undefined,
    debugFolders: [],
    searchPath: '',
  });
  const actual = (path: unknown) =>
    typeof path === 'string' && path.startsWith('./') ? fixturePath(path.slice(2)) : path;
  const renamed: Record<string, unknown> = { ofOneProcess: false };
  for (const question of USER_SPACE_QUESTIONS) {
    const ask = real[question] as (...given: readonly unknown[]) => unknown;
    renamed[question] = (first: unknown, ...more: readonly unknown[]) => ask(actual(first), ...more);
  }
  return {
    ...(renamed as unknown as UserSpace),
    resolve: target => (target.startsWith('./') && existsSync(actual(target) as string) ? [target] : []),
    alternatives: target =>
      target.startsWith('./') ? ['./gcc-5.so', './usdt.so', './shapes.so'] : ['libc', 'bash'],
  };
}
