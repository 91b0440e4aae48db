// A page of the manual in roff, as roff.ts writes it -> plain text, where there is no man(1). It knows the macros and escapes
// that roff.ts uses, and no others.

const INDENT = 7;
const STEP = 4;

/** Lines of at most `width` characters where their words allow; ends in a newline. */
export function roffText(roff: string, width: number): string {
  const page = new TextPage(width);
  let head: string | undefined; // of a term: the line after .TP
  for (const line of roff.split('\n')) {
    const [, macro = '', rest = ''] = /^\.([A-Z]+|\\")(?: +(.*))?$/.exec(line) ?? [];
    if (macro === '') {
      if (line === '') continue;
      const text = plain(line);
      if (head === '') {
        page.term(text);
        head = undefined;
      } else page.text(text);
      continue;
    }
    switch (macro) {
      case 'SH':
        page.heading(unquoted(rest), 0);
        break;
      case 'SS':
        page.heading(unquoted(rest), 3);
        break;
      case 'PP':
        page.paragraph(false);
        break;
      case 'IP':
        page.paragraph(true);
        break;
      case 'TP':
        page.paragraph(false);
        head = '';
        break;
      case 'RS':
      case 'RE':
        page.shift(macro === 'RS' ? STEP : -STEP);
        break;
      case 'EX':
      case 'EE':
        page.asWritten(macro === 'EX');
        break;
      default: // .TH and comments
        break;
    }
  }
  return page.end();
}

class TextPage {
  readonly #lines: string[] = [];
  readonly #width: number;
  #shift = 0;
  #inTerm = false;
  #exact = false;
  /** Words of the paragraph that is being filled. */
  #words: string[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  heading(text: string, indent: number): void {
    this.paragraph(false);
    this.#shift = 0;
    this.#gap();
    this.#lines.push(' '.repeat(indent) + text);
  }

  paragraph(inTerm: boolean): void {
    this.#fill();
    this.#inTerm = inTerm;
    this.#gapUnlessHeaded();
  }

  term(text: string): void {
    this.#lines.push(' '.repeat(INDENT + this.#shift) + text);
    this.#inTerm = true;
  }

  text(text: string): void {
    if (this.#exact) this.#lines.push((this.#indent() + text).trimEnd());
    else this.#words.push(...text.split(' ').filter(Boolean));
  }

  shift(by: number): void {
    this.#fill();
    this.#shift = Math.max(0, this.#shift + by);
  }

  asWritten(exact: boolean): void {
    this.#fill();
    this.#exact = exact;
  }

  end(): string {
    this.#fill();
    return `${this.#lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`;
  }

  #indent(): string {
    return ' '.repeat(INDENT + this.#shift + (this.#inTerm ? STEP : 0));
  }

  #fill(): void {
    let line = '';
    for (const word of this.#words.splice(0)) {
      const longer = line === '' ? this.#indent() + word : `${line} ${word}`;
      if (line !== '' && longer.length > this.#width) {
        this.#lines.push(line);
        line = this.#indent() + word;
      } else line = longer;
    }
    if (line !== '') this.#lines.push(line);
  }

  #gap(): void {
    if (this.#lines.length > 0) this.#lines.push('');
  }

  /** A heading stands right above what it heads. */
  #gapUnlessHeaded(): void {
    const last = this.#lines.at(-1);
    if (last?.startsWith(' '.repeat(INDENT)) === true) this.#lines.push('');
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\(aq': "'",
  '\\(ga': '`',
  '\\(ha': '^',
  '\\(ti': '~',
  '\\e': '\\',
  '\\-': '-',
  '\\&': '',
};

function plain(line: string): string {
  return line.replace(/\\f[BIPR]|\\\(\w\w|\\./g, sequence => ESCAPES[sequence] ?? '');
}

function unquoted(words: string): string {
  return plain(words.replace(/^"(.*)"$/, '$1'));
}
