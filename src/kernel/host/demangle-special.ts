// Mangled names of what the compiler makes beside functions: vtables, type information, thunks, guards.
import { type Parts, type State, whole } from './demangle-state.js';

const SPECIAL: Readonly<Record<string, string>> = {
  TV: 'vtable for ',
  TT: 'VTT for ',
  TI: 'typeinfo for ',
  TS: 'typeinfo name for ',
  TF: 'typeinfo fn for ',
  TJ: 'java Class for ',
};

/** vtables, thunks, guards; undefined when it is none of them. */
export function specialName(parts: Parts): string | undefined {
  const { state } = parts;
  const two = state.peek(2);
  const words = SPECIAL[two];
  if (words !== undefined) {
    state.at += 2;
    return words + whole(parts.type());
  }
  state.at += 2;
  switch (two) {
    case 'Th':
      offset(state, 'h');
      return `non-virtual thunk to ${parts.encoding('without return')}`;
    case 'Tv':
      offset(state, 'v');
      return `virtual thunk to ${parts.encoding('without return')}`;
    case 'Tc':
      offset(state, undefined);
      offset(state, undefined);
      return `covariant return thunk to ${parts.encoding('without return')}`;
    case 'TC': {
      const derived = whole(parts.type());
      state.digits();
      state.expect('_');
      return `construction vtable for ${whole(parts.type())}-in-${derived}`;
    }
    case 'TH':
      return `TLS init function for ${parts.name()}`;
    case 'TW':
      return `TLS wrapper function for ${parts.name()}`;
    case 'TA':
      return `template parameter object for ${whole(parts.templateArgument())}`;
    case 'GV':
      return `guard variable for ${parts.name()}`;
    case 'GR': {
      const name = parts.name();
      return `reference temporary #${state.sequence(36)} for ${name}`;
    }
    case 'GA':
      return `hidden alias for ${parts.encoding('without return')}`;
    case 'GT':
      state.match(/[tn]/y);
      return `transaction clone for ${parts.encoding('without return')}`;
    default:
      state.at -= 2;
      return undefined;
  }
}

/** h n _ or v n _ n _, numbers may be negative (n5). */
function offset(state: State, known: 'h' | 'v' | undefined): void {
  const kind = known ?? state.match(/[hv]/y);
  if (state.match(kind === 'h' ? /n?[0-9]+_/y : /n?[0-9]+_n?[0-9]+_/y) === undefined) state.fail();
}
