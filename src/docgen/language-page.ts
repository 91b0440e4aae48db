// The language's page of the manual: its words from the registry, between the prose of language-text.ts.
import { CONFIG, type ConfigEntry, environmentNames } from '../compiler/language/config.js';
import { BUILTINS, FUNCTIONS, PROBE_TYPES } from '../compiler/language/registry.js';
import { DIFFERENCES, MISSING } from './differences.js';
import { builtinTerm, functionTerm, needs, probeTypeTerm } from './entry-terms.js';
import {
  C_CODE,
  HEADERS,
  MAPS,
  OPERATORS,
  PARAMETERS,
  PRINTING,
  SHAPE,
  STATEMENTS,
  TYPES,
} from './language-text.js';
import { PACKETS } from './packet-text.js';
import { type Block, code, heading, type Page, type Section, terms, text } from './page.js';

export function languagePage(): Page {
  return {
    name: 'tsbpf-language',
    section: 7,
    summary: 'the language of tsbpf scripts',
    sections: [
      {
        title: 'DESCRIPTION',
        blocks: text(
          'tsbpf compiles programs of this language to BPF. It is the language of bpftrace 0.27, with a few differences that are told below, and with additions.',
        ),
      },
      SHAPE,
      probeTypes(),
      STATEMENTS,
      OPERATORS,
      TYPES,
      C_CODE,
      MAPS,
      PACKETS,
      { title: 'BUILTINS', blocks: [{ kind: 'terms', terms: BUILTINS.map(builtinTerm) }] },
      functions(),
      PRINTING,
      PARAMETERS,
      configuration(),
      HEADERS,
      DIFFERENCES,
      MISSING,
      { title: 'SEE ALSO', blocks: text('`tsbpf`(8), `bpftrace`(8), `bpf`(2), `strftime`(3)') },
    ],
  };
}

function probeTypes(): Section {
  return {
    title: 'PROBE TYPES',
    blocks: [
      { kind: 'terms', terms: PROBE_TYPES.map(probeTypeTerm) },
      ...text('`tsbpf -l` <pattern> lists attach points, `tsbpf -lv` <pattern> their arguments too.'),
    ],
  };
}

function functions(): Section {
  const group = (title: string, role: (typeof FUNCTIONS)[number]['role'], introduction: string): Block[] => [
    heading(title),
    ...text(introduction),
    { kind: 'terms', terms: FUNCTIONS.filter(entry => entry.role === role).map(functionTerm) },
  ];
  return {
    title: 'FUNCTIONS',
    blocks: [
      ...text('Parameters in brackets may be left out.'),
      ...group(
        'Aggregations',
        'aggregation',
        ['Stand alone to the right of an assignment to a map.', ...reading()].join(' '),
      ),
      ...group('Output and control', 'async', 'Statements. User space acts on them after the event.'),
      ...group('Values', 'value', 'Stand wherever a value may.'),
    ],
  };
}

/** What it takes to read an aggregation: said once when it is the same for all. */
function reading(): string[] {
  const all = FUNCTIONS.map(entry =>
    entry.role === 'aggregation'
      ? needs(entry.readRequires, 'Reading one in an expression needs')
      : undefined,
  );
  return [...new Set(all.filter(text => text !== undefined))];
}

function configuration(): Section {
  const live = CONFIG.filter(entry => entry.field !== undefined);
  const ignored = CONFIG.filter(entry => entry.field === undefined);
  const example = live[0]?.key ?? '';
  return {
    title: 'CONFIGURATION',
    blocks: [
      ...text('Settings stand in one block before everything else:'),
      code('config = { max_strlen = 256; print_maps_on_exit = false }'),
      ...text(
        `The environment variables ${environmentNames(example)
          .map(name => `\`${name}\``)
          .join(' and ')}, and likewise for the others, win over the block.`,
      ),
      terms(live.map(entry => [`\`${entry.key}\``, `${entry.doc} ${domain(entry)}`])),
      ...text(
        `These settings of bpftrace are accepted and have no effect: ${ignored.map(entry => `\`${entry.key}\``).join(', ')}.`,
      ),
    ],
  };
}

function domain(entry: ConfigEntry): string {
  switch (entry.kind) {
    case 'integer': {
      const preset =
        entry.preset === undefined || entry.whenGiven === true ? '' : `; ${entry.preset} by default`;
      return `A number from ${entry.least} to ${entry.most}${entry.powerOfTwo === true ? ', rounded up to a power of two' : ''}${preset}.`;
    }
    case 'bool':
      return `\`true\` or \`false\`; \`${entry.preset}\` by default.`;
    case 'string':
      return `By default \`"${entry.preset}"\`.`;
    case 'choice':
      return `One of ${entry.choices.map(choice => `\`${choice}\``).join(', ')}${entry.preset === undefined ? '' : `; \`${entry.preset}\` by default`}.`;
    case 'percentiles':
      return 'None by default.';
  }
}
