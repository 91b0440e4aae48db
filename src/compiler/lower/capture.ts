// What the body of a loop shares with the code around it, when it becomes a function of its own.
import type { MapInfo, TypedCall, TypedExpression, TypedStatement, VariableInfo } from '../check/typed.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';

export type LoopStatement = Extract<TypedStatement, { kind: 'while' | 'for-range' | 'for-map' }>;

export interface Mentions {
  /** In order of first mention. */
  readonly all: ReadonlySet<VariableInfo>;
  readonly changed: ReadonlySet<VariableInfo>;
}

/** Variables anywhere below a statement. */
export function mentionsIn(root: unknown): Mentions {
  const all = new Set<VariableInfo>();
  const changed = new Set<VariableInfo>();
  visit(root, node => {
    if (node.kind === 'variable') all.add(node.variable as VariableInfo);
    if (node.kind === 'for-range' || node.kind === 'for-map') all.add(node.variable as VariableInfo);
    if (node.kind === 'clear') {
      all.add(node.variable as VariableInfo);
      changed.add(node.variable as VariableInfo);
    }
    const found = foundBy(node);
    if (found !== undefined) changed.add(found);
    if (node.kind !== 'assign' && node.kind !== 'compound' && node.kind !== 'update') return;
    const target = node.target as { kind: string; variable?: VariableInfo };
    if (target.variable !== undefined) changed.add(target.variable);
  });
  return { all, changed };
}

/** Is this map read or written anywhere below? */
export function mentionsMap(root: unknown, map: MapInfo): boolean {
  let found = false;
  visit(root, node => {
    found ||= node.map === map;
  });
  return found;
}

/** The variable that a call of find() sets. */
function foundBy(node: TreeNode): VariableInfo | undefined {
  const { kind, entry, call } = node as { kind?: string; entry?: { name: string }; call?: TypedCall };
  const variable = kind === 'call' && entry?.name === 'find' ? call?.args[2] : undefined;
  return variable?.kind === 'variable' ? variable.variable : undefined;
}

/** Loops whose body is a function that the kernel calls; others are loops of jumps. */
export function isOutlined(env: Env, statement: TypedStatement): boolean {
  if (statement.kind === 'for-map') return true;
  return (statement.kind === 'while' || statement.kind === 'for-range') && env.has('loop');
}

/** The outermost outlined loops among statements. */
export function outlinedLoops(env: Env, body: readonly TypedStatement[]): LoopStatement[] {
  return body.flatMap(statement => {
    if (isOutlined(env, statement)) return [statement as LoopStatement];
    if (statement.kind === 'if')
      return [...outlinedLoops(env, statement.then), ...outlinedLoops(env, statement.else)];
    return 'body' in statement ? outlinedLoops(env, statement.body) : [];
  });
}

/** Declared inside: each turn of the loop has its own. The bounds of a range are evaluated outside. */
export function isInside({ span }: VariableInfo, loop: LoopStatement): boolean {
  if (loop.kind === 'for-range' && (isWithin(span, loop.from.span) || isWithin(span, loop.to.span)))
    return false;
  return isWithin(span, loop.span);
}

function isWithin(inner: Span, outer: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** Variables that are set to a pointer turned into an integer: the verifier still takes it for a pointer. */
export function maybePointers(root: unknown): ReadonlySet<VariableInfo> {
  const found = new Set<VariableInfo>();
  visit(root, node => {
    if (node.kind !== 'assign') return;
    const { variable } = node.target as { variable?: VariableInfo };
    if (variable === undefined) return;
    visit(node.value, part => {
      const { operand } = part as { operand?: { type?: { kind: string } } };
      if (part.kind === 'convert' && operand?.type?.kind === 'pointer') found.add(variable);
    });
  });
  return found;
}

/** Variables whose address is taken: they have one everywhere. */
export function addressTaken(root: unknown): ReadonlySet<VariableInfo> {
  const found = new Set<VariableInfo>();
  visit(root, node => {
    const { of } = node as { of?: { kind: string; variable?: VariableInfo } };
    if (node.kind === 'address' && of?.variable !== undefined) found.add(of.variable);
  });
  return found;
}

/** What a variable is set to, when it is set in one place only. */
export function onlyValue(root: object, variable: VariableInfo): TypedExpression | undefined {
  let settings = settingsOf.get(root);
  if (settings === undefined) {
    settings = findSettings(root);
    settingsOf.set(root, settings);
  }
  const found = settings.get(variable);
  return found?.count === 1 ? found.value : undefined;
}

interface Settings {
  count: number;
  value: TypedExpression | undefined;
}

/** A tree is asked about many of its variables. */
const settingsOf = new WeakMap<object, ReadonlyMap<VariableInfo, Settings>>();

function findSettings(root: object): ReadonlyMap<VariableInfo, Settings> {
  const all = new Map<VariableInfo, Settings>();
  const note = (variable: unknown): Settings | undefined => {
    if (variable === undefined) return undefined;
    const known = all.get(variable as VariableInfo) ?? { count: 0, value: undefined };
    known.count++;
    all.set(variable as VariableInfo, known);
    return known;
  };
  visit(root, node => {
    if (node.kind === 'for-range' || node.kind === 'for-map' || node.kind === 'clear') note(node.variable);
    note(foundBy(node));
    if (node.kind !== 'assign' && node.kind !== 'compound' && node.kind !== 'update') return;
    const settings = note((node.target as { variable?: VariableInfo }).variable);
    if (settings === undefined) return;
    settings.value = node.kind === 'assign' ? (node.value as TypedExpression) : undefined;
  });
  return all;
}

type TreeNode = Readonly<Record<string, unknown>>;

/** Nodes of the typed tree, places and calls; types, maps and entries are not looked into. */
export function visit(part: unknown, each: (node: TreeNode) => void): void {
  if (Array.isArray(part)) {
    for (const item of part) visit(item, each);
    return;
  }
  if (typeof part !== 'object' || part === null) return;
  const node = part as TreeNode;
  if (!('span' in node) && node.kind !== 'variable' && node.kind !== 'map') return;
  each(node);
  for (const key in node) if (key !== 'map' && key !== 'type') visit(node[key], each);
}
