// Wildcards of attach points: * any run of characters, ? one, [abc] one of a set.

export function hasWildcard(text: string): boolean {
  return /[*?[]/.test(text);
}

/** The pattern as a regular expression over the whole text. An unclosed [ stands for itself. */
export function globPattern(glob: string): RegExp {
  let source = '';
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!;
    const close = char === '[' ? glob.indexOf(']', i + 1) : -1;
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (close > i + 1) {
      source += `[${glob.slice(i + 1, close).replace(/[\\^\]]/g, '\\$&')}]`;
      i = close;
    } else source += char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return new RegExp(`^${source}$`);
}
