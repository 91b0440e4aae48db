// Why an object of somebody else's compiler is not loaded: what is in it that cannot be had, and what to do.
export class ObjectError extends Error {
  override readonly name = 'ObjectError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

export function damaged(message: string): ObjectError {
  return new ObjectError(
    message,
    'the file is damaged, or made by a compiler that this loader does not know.',
  );
}
