// Why an object of somebody else's compiler is not loaded: what is in it that cannot be had, and what to do.
export class ObjectError extends Error {
  override readonly name = 'ObjectError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
