// The page of the tutorial and the cheat sheet.
import { type Block, capital, code, heading, type Page, sentence, terms, text } from './page.js';
import { LESSONS, OPTIONS, OWN_TOOL, PROBES, STATEMENTS, VARIABLES } from './tutorial-text.js';

export function tutorialPage(): Page {
  return {
    name: 'tsbpf-tutorial',
    section: 7,
    summary: 'tracing Linux with one-liners, step by step; and a cheat sheet',
    sections: [
      {
        title: 'DESCRIPTION',
        blocks: text(
          `${LESSONS.length + 1} steps from listing probes to a tool of your own, each with a command to type as root; Ctrl-C ends those that go on. The cheat sheet below has the commonest words on a page. All of the language is told in \`tsbpf-language\`(7).`,
        ),
      },
      { title: 'TUTORIAL', blocks: [...LESSONS.flatMap(lesson), ...ownTool()] },
      {
        title: 'CHEAT SHEET',
        blocks: [
          heading('Probes'),
          rows(PROBES),
          heading('Statements'),
          rows(STATEMENTS),
          heading('Variables'),
          rows(VARIABLES),
          heading('Options'),
          rows(OPTIONS),
        ],
      },
      { title: 'SEE ALSO', blocks: text('`tsbpf`(8), `tsbpf-language`(7), `tsbpf-tools`(8)') },
    ],
  };
}

function lesson({ title, text: before, command, after }: (typeof LESSONS)[number]): Block[] {
  return [heading(title), ...text(...before), code(command), ...(after === undefined ? [] : text(after))];
}

function ownTool(): Block[] {
  const { name, script, commands } = OWN_TOOL;
  return [
    heading('A tool of your own'),
    ...text(
      `A program in \`~/.config/tsbpf/${name}.bt\` is a tool. Its first comment is its help and its page of the manual, \`getopt()\` declares its options, and a table is its output; the options of all tools come with it.`,
    ),
    code(...script.trimEnd().split('\n')),
    ...text('Then:'),
    code(...commands),
  ];
}

function rows(list: readonly (readonly [text: string, meaning: string])[]): Block {
  return terms(list.map(([words, meaning]) => [`\`${words}\``, sentence(capital(meaning))]));
}
