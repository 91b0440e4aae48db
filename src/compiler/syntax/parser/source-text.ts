// The text of a program and of the files that it includes and imports, one behind the other, so that spans tell them apart.
import type { SourceFile, SourcePart } from '../../diagnostics/diagnostic.js';

export class SourceText {
  readonly name: string;
  text: string;
  readonly #parts: SourcePart[] = [];

  constructor({ name, text }: SourceFile) {
    this.name = name;
    this.text = text;
  }

  /** Appends a file; the offset at which it starts. */
  add(name: string, text: string): number {
    const start = this.text.length + 1;
    this.text += `\n${text}`;
    this.#parts.push({ name, start });
    return start;
  }

  /** As the other stages and the renderer take it. */
  get file(): SourceFile {
    const { name, text } = this;
    return this.#parts.length === 0 ? { name, text } : { name, text, parts: this.#parts };
  }
}
