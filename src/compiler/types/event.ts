// The event of a probe without a block: what its site and its outputs know of it. Its record's fields are time, probe, comm and
// pid, then the arguments.

/** Fields before the arguments of the event. */
export const OWN_FIELDS = 4;

/** SiteSpec.data: `format` is the line of text, for printf, that takes all fields in order. */
export interface EventData {
  readonly format: string;
}
