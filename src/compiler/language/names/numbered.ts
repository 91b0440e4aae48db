// Tables of names as text: `0: read write 5: fstat` numbers read 0, write 1 and fstat 5.

export function numbered(text: string, separator = ' '): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  let number = 0;
  for (const word of text.split(separator)) {
    const start = /^(\d+):$/.exec(word);
    if (start !== null) number = Number(start[1]);
    else names.set(number++, word);
  }
  return names;
}
