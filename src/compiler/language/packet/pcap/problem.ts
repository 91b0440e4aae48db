// What is wrong with the text of a filter, and where: thrown within the parser, which catches it.

/** Offsets in the text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export class FilterProblem extends Error {
  override readonly name = 'FilterProblem';
  readonly place: Place;
  readonly hint: string | undefined;

  constructor({ start, end }: Place, message: string, hint?: string) {
    super(message);
    this.place = { start, end };
    this.hint = hint;
  }
}
