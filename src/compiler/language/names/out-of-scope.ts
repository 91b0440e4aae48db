// Words of bpftrace that tsbpf leaves out on purpose, and what to use instead.

export interface OutOfScope {
  readonly message: string;
  readonly hint: string;
}

const WORDS: ReadonlyMap<string, OutOfScope> = new Map([
  [
    'dw_ustack',
    {
      message: 'dw_ustack() unwinds stacks by DWARF tables, which tsbpf does not',
      hint: 'ustack follows frame pointers: build the program with -fno-omit-frame-pointer',
    },
  ],
]);

export function outOfScope(name: string): OutOfScope | undefined {
  return WORDS.get(name);
}
