// A library script's header and its declared options -> its page of the manual.
import type { ScriptHeader } from '../compiler/syntax/script-header.js';
import { type Block, capital, code, type Page, type Section, sentence, terms, text } from './page.js';

/** An option that a script declares with getopt(). */
export interface ToolOption {
  readonly name: string; // without the hyphens
  readonly short: string | undefined; // one letter
  /** Takes no value. */
  readonly flag: boolean;
  readonly default: string | undefined; // as written in the script
  readonly help: string | undefined;
}

/** `shared`: flags and meaning of options that it has in common with all tools. */
export function toolPage(
  header: ScriptHeader,
  options: readonly ToolOption[],
  shared: readonly (readonly [flags: string, meaning: string])[],
): Page {
  const sections: (Section | undefined)[] = [
    {
      title: 'SYNOPSIS',
      blocks: text(
        [
          `\`tsbpf\` [<tsbpf-options>] \`${header.name}\` [<options>]`,
          ...header.parameters.map(({ name }) => parameterText(name)),
        ].join(' '),
      ),
    },
    { title: 'DESCRIPTION', blocks: header.description.flatMap(paragraph) },
    header.parameters.length === 0
      ? undefined
      : {
          title: 'PARAMETERS',
          blocks: [
            terms(
              header.parameters.map(({ name, meaning }) => [parameterText(name), sentence(capital(meaning))]),
            ),
          ],
        },
    { title: 'OPTIONS', blocks: optionBlocks(options) },
    { title: 'OPTIONS OF ALL TOOLS', blocks: sharedBlocks(shared, header.parameters.length > 0) },
    header.columns.length === 0
      ? undefined
      : {
          title: 'COLUMNS',
          blocks: [
            terms(header.columns.map(({ name, meaning }) => [`\`${name}\``, sentence(capital(meaning))])),
          ],
        },
    list('REQUIREMENTS', header.requires),
    header.overhead === undefined
      ? undefined
      : { title: 'OVERHEAD', blocks: text(sentence(capital(header.overhead))) },
    header.examples.length === 0
      ? undefined
      : {
          title: 'EXAMPLES',
          blocks: header.examples.flatMap(({ command, explanation }) => [
            ...(explanation === '' ? [] : text(sentence(explanation))),
            code(command),
          ]),
        },
    {
      title: 'SEE ALSO',
      blocks: text(['tsbpf(8)', 'tsbpf-language(7)', ...header.seeAlso].map(reference).join(', ')),
    },
  ];
  return {
    name: `tsbpf-${header.name}`,
    section: 8,
    summary: header.summary,
    sections: sections.filter(section => section !== undefined),
  };
}

/** A paragraph that kept its line breaks is shown as it is. */
function paragraph(written: string): Block[] {
  return written.includes('\n') ? [code(...written.split('\n'))] : text(written);
}

function optionBlocks(options: readonly ToolOption[]): Block[] {
  const rows = options.map((option): readonly [string, string] => {
    const short = option.short === undefined ? '' : `\`-${option.short}\`, `;
    const value = option.flag ? '' : ' <value>';
    const preset = hasDefault(option) ? ` The default is \`${option.default}\`.` : '';
    return [`${short}\`--${option.name}\`${value}`, `${sentence(capital(option.help ?? ''))}${preset}`];
  });
  return [terms([...rows, ['`-h`, `--help`', 'Show help.']])];
}

function sharedBlocks(
  shared: readonly (readonly [flags: string, meaning: string])[],
  hasParameters: boolean,
): Block[] {
  return [
    terms(
      shared.map(([flags, meaning]) => [
        flags.replace(/--?[\w-]+/g, flag => `\`${flag}\``),
        sentence(capital(meaning)),
      ]),
    ),
    ...(hasParameters
      ? []
      : text(
          'Words behind the name are an interval in seconds and how often: `1 10` is `--interval 1 --count 10`, or the same with an interval that the tool has of its own.',
        )),
    ...text('All options of `tsbpf`(8) may stand before the name, and in their long form behind it.'),
  ];
}

/** 0 and "" mean that the option was not given. */
function hasDefault({ flag, default: value }: ToolOption): boolean {
  return !flag && value !== undefined && value !== '0' && value !== '""';
}

function list(title: string, items: readonly string[]): Section | undefined {
  return items.length === 0
    ? undefined
    : { title, blocks: text(...items.map(item => sentence(capital(item)))) };
}

/** `ss(8)` with its name in bold. */
export function reference(page: string): string {
  return page.replace(/^(.*?)(\(\d\w*\))?$/, '`$1`$2');
}

/** `[FILTER]` may be left out. */
function parameterText(name: string): string {
  return name.toLowerCase().replace(/\w[\w-]*/, '<$&>');
}
