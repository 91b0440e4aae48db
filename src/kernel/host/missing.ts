// What the machine lacks or withholds, said so that a person can act on it. No stack trace is ever shown for it.

/** The message says what is missing; `hint`, how to get it. */
export class MissingError extends Error {
  override readonly name = 'MissingError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** errno name of a failed fs call ("ENOENT"), '' for any other error. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
