// The 1 MiB in which a sink composes its output before handing it on. Writers that are hot take `bytes` and `at` and
// store directly; the others append binary strings (one character, one byte).
import type { Buffering, ByteOutput } from './sink.js';

const CAPACITY = 1 << 20;
/** -B full hands on by blocks of this size, bytes. */
const FULL_BLOCK = 64 << 10;

const encoder = new TextEncoder();

export class ByteBuffer {
  bytes: Uint8Array = new Uint8Array(CAPACITY);
  /** Bytes in use. */
  at = 0;
  readonly #output: ByteOutput;
  readonly #buffering: Buffering;

  constructor(output: ByteOutput) {
    this.#output = output;
    this.#buffering = output.buffering ?? 'line';
  }

  /** Makes sure that `size` bytes are free at `at`. */
  reserve(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    this.handOn();
    if (size > this.bytes.length) this.bytes = new Uint8Array(size);
  }

  /** Bytes as the characters 0-255 of a string. */
  appendBinary(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let { at } = this;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.at = at;
  }

  /** As UTF-8. */
  appendText(text: string): void {
    this.reserve(text.length * 3);
    this.at += encoder.encodeInto(text, this.bytes.subarray(this.at)).written;
  }

  appendBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A message is complete. */
  endMessage(): void {
    if (this.#buffering === 'none') this.handOn();
  }

  /** A batch of events is complete. */
  endBatch(): void {
    if (this.#buffering !== 'full' || this.at >= FULL_BLOCK) this.handOn();
  }

  handOn(): void {
    const { at } = this;
    if (at === 0) return;
    this.at = 0;
    this.#output.write(this.bytes.subarray(0, at));
  }
}
