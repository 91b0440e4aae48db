// Entries of the registry -> terms of the manual: how it is written, what it does, what it needs, an example.
import type {
  BuiltinEntry,
  FunctionEntry,
  Parameter,
  Requirement,
  Signature,
} from '../compiler/language/entry.js';
import { FEATURE_SINCE } from '../compiler/language/feature.js';
import type { ProbeTypeEntry } from '../compiler/language/probe-type.js';
import type { Type } from '../compiler/types/type.js';
import { type Block, code, sentence, type Term, text } from './page.js';

export function builtinTerm(entry: BuiltinEntry): Term {
  return {
    term: `\`${entry.name}\``,
    blocks: described(entry, [alsoWritten(entry.aliases), needs(entry.requires), inPackets(entry)]),
  };
}

export function functionTerm(entry: FunctionEntry): Term {
  const returns = entry.signatures.map(staticType).find(type => type !== undefined);
  return {
    term: entry.signatures.map(signature => signatureText(entry.name, signature)).join(', '),
    blocks: described(entry, [
      alsoWritten(entry.aliases),
      entry.role === 'value' && returns !== undefined ? `Its type is \`${returns}\`.` : undefined,
      entry.unsafe === true ? 'Needs `--unsafe`.' : undefined,
      needs(entry.requires),
      ...entry.signatures.map(({ params, requires }) => needs(requires, `Of a ${params[0]?.name} it needs`)),
      inPackets(entry),
    ]),
  };
}

export function probeTypeTerm(entry: ProbeTypeEntry): Term {
  return {
    term: `\`${entry.usage}\``,
    blocks: described(entry, [alsoWritten(entry.aliases), needs(entry.requires)]),
  };
}

function inPackets(entry: Pick<BuiltinEntry, 'inPackets'>): string | undefined {
  if (entry.inPackets === false) return 'Not in packet probes.';
  return needs(entry.inPackets, 'In packet probes it needs');
}

function alsoWritten(aliases: readonly string[] = []): string | undefined {
  return aliases.length === 0 ? undefined : `Also written ${aliases.map(name => `\`${name}\``).join(', ')}.`;
}

interface Documented {
  readonly doc: BuiltinEntry['doc'];
}

function described({ doc }: Documented, facts: readonly (string | undefined)[]): Block[] {
  const detail = doc.detail === undefined ? [] : [sentence(doc.detail)];
  const also = doc.seeAlso ?? [];
  return [
    ...text([sentence(doc.summary), ...detail, ...facts.filter(fact => fact !== undefined)].join(' ')),
    ...(doc.example === undefined ? [] : [code(...brokenAtProbes(doc.example))]),
    ...(also.length === 0 ? [] : text(`See also: ${also.map(name => `\`${name}\``).join(', ')}.`)),
  ];
}

/** A one-liner of several probes, a probe a line. */
export function brokenAtProbes(example: string): string[] {
  return example.split(/(?<=\}) (?=[A-Za-z_]+(?::|\s*\{))/);
}

/** `hist(n[, k])`, names in italics. */
export function signatureText(name: string, { params }: Signature): string {
  let open = 0;
  const list = params.map((param, i) => {
    const comma = i === 0 ? '' : ', ';
    if (param.optional !== true) return `${comma}${parameterText(param)}`;
    open++;
    return `[${comma}${parameterText(param)}`;
  });
  return `\`${name}\`(${list.join('')}${']'.repeat(open)})`;
}

function parameterText({ name, variadic }: Parameter): string {
  return variadic === true ? `<${name}>...` : `<${name}>`;
}

function staticType({ returns }: Signature): string | undefined {
  return typeof returns === 'function' ? undefined : typeName(returns);
}

/** As it is written in a script; undefined for a type that cannot be. */
function typeName(type: Type): string | undefined {
  if (type.kind === 'integer') return `${type.signed ? 'int' : 'uint'}${type.size * 8}`;
  return ['bool', 'inet', 'mac'].includes(type.kind) ? type.kind : undefined;
}

export function needs(requires: Requirement | undefined, opening = 'Needs'): string | undefined {
  if (requires === undefined) return undefined;
  const releases = (requires.features ?? []).map(feature => FEATURE_SINCE[feature]);
  if (requires.kernel !== undefined) releases.push(requires.kernel.join('.'));
  if (releases.length === 0) return undefined;
  const what = releases.map(release => (/^\d/.test(release) ? `Linux ${release}` : release)).join(' and ');
  const otherwise = requires.alternative === undefined ? '' : `; on older kernels ${requires.alternative}`;
  return `${opening} ${what}${otherwise}.`;
}
