// A program that is more than any kernel takes, found while it is made.
export type Limit = 'stack' | 'jump' | 'maps';

/** The program needs more than the kernel gives any program. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
  readonly limit: Limit;

  constructor(limit: Limit, message: string) {
    super(message);
    this.limit = limit;
  }
}
