// Loops. Each ends after few turns, as far as the generator can see to it; the evaluator refuses what runs longer.
import { condition } from './condition.js';
import { integer, wrapped } from './integer.js';
import { mapText } from './key.js';
import type { GeneratedMap, GeneratedVariable } from './scope.js';
import { READABLE } from './scope.js';
import { INTEGER, type Shape } from './shape.js';
import { aggregation, type Writer } from './statement.js';
import { value } from './value.js';

const ITSELF = '$kv';

export function writeForRange(writer: Writer, depth: number): void {
  const { scope } = writer;
  const { random } = scope;
  const name = scope.newName();
  const first = random.below(5) - 2;
  const range =
    random.chance(60) || scope.options.loops === false
      ? `${first}..${first + random.below(6)}`
      : `(${wrapped(scope, 1)} & 3)..(${wrapped(scope, 1)} & 7)`;
  writer.line(`for (${name} : ${range}) {`);
  writer.inner(() => {
    scope.variables.push({ name, shape: INTEGER, fixed: true });
    turn(writer, depth);
  });
  writer.line('}');
}

/** Counts first, so that `continue` does not skip it. */
export function writeWhile(writer: Writer, depth: number): void {
  const { scope } = writer;
  const { random } = scope;
  const name = scope.newName();
  writer.line(`${name} = ${random.below(3)};`);
  const most = 2 + random.below(4);
  const more = random.chance(40) ? ` && ${condition(scope, 1)}` : '';
  writer.line(`while (${name} < ${most}${more}) {`);
  scope.variables.push({ name, shape: INTEGER, fixed: true });
  writer.inner(() => {
    writer.line(random.chance(70) ? `${name}++;` : `${name} += ${1 + random.below(2)};`);
    turn(writer, depth);
  });
  writer.line('}');
}

function turn(writer: Writer, depth: number): void {
  const { scope } = writer;
  scope.loops++;
  writer.some(depth);
  if (scope.random.chance(40)) {
    const leave = scope.random.pick(['break', 'continue', 'continue', 'return']);
    writer.line(`if (${condition(scope, 1)}) { ${leave}; }`);
    writer.some(depth);
  }
  scope.loops--;
}

/** What its turns do adds up to the same in any order: each touches its own entry, or something that only accumulates. */
export function writeForMap(writer: Writer): void {
  const { scope } = writer;
  const { random } = scope;
  const maps = scope.keyedMaps().filter(readable(scope.options.reads !== false));
  if (maps.length === 0) {
    writer.newVariable(INTEGER);
    return;
  }
  const map = random.pick(maps);
  const name = `${ITSELF}${scope.newName().slice(2)}`;
  const pair = pairOf(map);
  if (random.chance(20)) {
    searched(writer, map, name, pair);
    return;
  }
  // What is written in the loop is not read there.
  const total = { name: scope.newName(), shape: INTEGER };
  writer.line(`${total.name} = ${integer(scope, 0)};`);
  const gathered = scope.aggregates().filter(each => each !== map);
  const { variables, maps: all } = scope;
  const into = gathered.length > 0 && random.chance(60) ? random.pick(gathered) : undefined;
  writer.line(`for (${name} : ${map.name}) {`);
  writer.inner(() => {
    scope.variables.push({ name, shape: pair, fixed: true });
    scope.maps = all.filter(each => each !== into && each !== map);
    scope.pure++;
    const operators = random.chance(70) ? (['+=', '-='] as const) : (['^='] as const);
    const gather = () => gathering(writer, { total, operators, into, map, pair: name });
    for (let n = 1 + random.below(2); n > 0; n--) writer.line(gather());
    if (random.chance(30)) {
      writer.line(`if (${condition(scope, 1)}) { continue; }`);
      writer.line(gather());
    }
    scope.pure--;
    scope.maps = all;
  });
  writer.line('}');
  scope.variables = [...variables, total];
}

function readable(reads: boolean): (map: GeneratedMap) => boolean {
  return ({ value: held }) => held.kind !== 'aggregate' || (reads && READABLE.includes(held.function));
}

/** (key, value) */
function pairOf({ keys, value: held }: GeneratedMap): Shape {
  const key: Shape = keys!.length === 1 ? keys![0]! : { kind: 'tuple', members: keys! };
  return { kind: 'tuple', members: [key, held.kind === 'aggregate' ? INTEGER : held] };
}

interface Gathering {
  readonly total: GeneratedVariable;
  /** Of those that may follow each other in any order. */
  readonly operators: readonly string[];
  readonly into: GeneratedMap | undefined;
  readonly map: GeneratedMap;
  readonly pair: string;
}

function gathering({ scope }: Writer, { total, operators, into, map, pair }: Gathering): string {
  const { random } = scope;
  const place = `${map.name}[${pair}.0]`;
  switch (random.below(8)) {
    case 0:
    case 1:
      if (into === undefined || into.value.kind !== 'aggregate') break;
      return `${mapText(scope, into)} = ${aggregation(scope, into.value, into.keys !== undefined)};`;
    case 2:
      return `printf("%s %lld\\n", ${pair}, ${integer(scope, 1)});`;
    case 3:
      if (map.value.kind !== 'integer') break;
      return random.chance(50) ? `${place}++;` : `${place} = ${integer(scope, 2)};`;
    case 4:
      if (random.chance(40)) return `delete(${place});`;
      break;
    case 5:
      if (operators.includes('^=')) break;
      return `if (${condition(scope, 1)}) { ${total.name}++; }`;
  }
  return `${total.name} ${random.pick(operators)} ${integer(scope, 2)};`;
}

/** Looks for one key, which is there once or not at all; or counts to some number of entries. */
function searched(writer: Writer, map: GeneratedMap, name: string, pair: Shape): void {
  const { scope } = writer;
  const { random } = scope;
  const found = scope.newName();
  writer.line(`${found} = 0;`);
  const [keyShape] = pair.kind === 'tuple' ? pair.members : [];
  writer.line(`for (${name} : ${map.name}) {`);
  writer.inner(() => {
    if (random.chance(50)) {
      const wanted = scope.pureText(() => value(scope, keyShape!, 1));
      writer.line(`if (${name}.0 == ${wanted}) { ${found} = 1; ${random.pick(['break', 'return'])}; }`);
    } else {
      writer.line(`${found}++;`);
      writer.line(`if (${found} == ${1 + random.below(3)}) { break; }`);
    }
  });
  writer.line('}');
  scope.variables.push({ name: found, shape: INTEGER });
}
