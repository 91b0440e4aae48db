// What `text =~ "pattern"` stands for. No word of the language: check/match.ts makes it.
import { InternalError } from '../../diagnostics/diagnostic.js';
import { parseTextPattern } from '../../types/text-pattern.js';
import { BOOL } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument } from './argument.js';

export const matches: ValueFunction = {
  name: 'matches',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'text', kind: 'string' },
        { name: 'pattern', kind: 'string' },
      ],
      returns: BOOL,
    },
  ],
  doc: { summary: 'Whether a text matches a pattern.' },
  lower: (lowering, call) => {
    const pattern = argument(call, 1);
    const parsed = pattern.kind === 'string' ? parseTextPattern(pattern.bytes) : 'is no literal';
    if (typeof parsed === 'string') throw new InternalError(`the pattern ${parsed}`);
    return { kind: 'word', value: lowering.matchText(argument(call, 0), parsed) };
  },
};
