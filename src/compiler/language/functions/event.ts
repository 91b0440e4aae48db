// The event of a probe without a block: a record of its values, of which each output makes a line, an object or a row. No word
// of the language: check/bare.ts makes it.
import { InternalError } from '../../diagnostics/diagnostic.js';
import { type EventData, OWN_FIELDS } from '../../types/event.js';
import { type Type, VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';

export const event: AsyncFunction = {
  name: 'event',
  role: 'async',
  signatures: [{ params: [], returns: VOID }],
  doc: { summary: 'Prints the event of a probe without a block.' },
  lower: (lowering, call) => {
    const [record] = call.args;
    if (record?.kind !== 'record' || record.type.kind !== 'record') throw new InternalError('no event');
    const { fields } = record.type;
    const values = record.fields.map((value, i) => ({ name: fields[i]!.name, value }));
    const args = fields.slice(OWN_FIELDS).map(({ name, type }) => ` ${name}=${conversionOf(type)}`);
    lowering.emit('event', values, { format: `%s %s %s %d${args.join('')}\n` } satisfies EventData);
  },
  onEvent: (view, effects, site) => effects.event(site, view),
};

function conversionOf(type: Type): string {
  switch (type.kind) {
    case 'integer':
      return type.enum !== undefined ? '%s' : type.signed ? '%lld' : '%llu';
    case 'pointer':
      return '%p';
    case 'buffer':
      return '%rx';
    default:
      return '%s';
  }
}
