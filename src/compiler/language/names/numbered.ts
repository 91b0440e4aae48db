// Tables of names as text: `0: read write 5: fstat` numbers read 0, write 1 and fstat 5. Read when one of them is asked for first.

export function numbered(text: string, separator = ' '): () => ReadonlyMap<number, string> {
  let names: Map<number, string> | undefined;
  return () => {
    names ??= read(text, separator);
    return names;
  };
}

function read(text: string, separator: string): Map<number, string> {
  const names = new Map<number, string>();
  let number = 0;
  for (const word of text.split(separator)) {
    const start = /^(\d+):$/.exec(word);
    if (start !== null) number = Number(start[1]);
    else names.set(number++, word);
  }
  return names;
}
