// Pages as plain text, for machines without man(1): the words are those that mandoc reads.
import { spawnSync } from 'node:child_process';
import test from 'ava';
import { manPages } from '../../../src/cli/generate.js';
import { roffText } from '../../../src/docgen/roff-text.js';
import { inProject } from '../../harness/project.js';

const PAGE = `.\\" a comment
.TH X 8 2026-01-01 "tsbpf" "Manual"
.SH NAME
x \\- does \\fBthings\\fP
.SH "EXIT STATUS"
First sentence, long enough that it has to be broken.
.PP
.RS 4
.EX
a  b \\(aqc\\(aq \\en
\\&.d
.EE
.RE
.SS Half
.TP
\\fB\\-o\\fP \\fIfile\\fP
Meaning.
.IP
More.
`;

test('headings, paragraphs, terms and what is to be kept as it is', t => {
  t.is(
    roffText(PAGE, 40),
    `NAME
       x - does things

EXIT STATUS
       First sentence, long enough that
       it has to be broken.

           a  b 'c' \\n
           .d

   Half
       -o file
           Meaning.

           More.
`,
  );
});

const pages = manPages(inProject('scripts-library'));
const hasMandoc = spawnSync('mandoc', ['-V'], { stdio: 'ignore' }).error === undefined;
/** mandoc breaks lines at hyphens too. */
const unspaced = (text: string) => text.replace(/\s+/g, '');

for (const [name, roff] of pages) {
  test(`${name}: no macro or escape is left`, t => {
    const text = roffText(roff, 80);
    t.notRegex(text, /^\.[A-Z]{2}\b/m);
    t.notRegex(text, /\\f[BIPR]|\\\((aq|ga|ha|ti)/);
  });

  const check = hasMandoc ? test : test.skip;
  check(`${name}: the words are mandoc's${hasMandoc ? '' : ' (skipped: not installed)'}`, t => {
    const { stdout } = spawnSync('mandoc', ['-Tascii', '-Owidth=200'], { input: roff, encoding: 'utf8' });
    // Bold is a letter over itself, italics one over an underline.
    const lines = stdout.replace(/.[\b]/g, '').trimEnd().split('\n').slice(1, -1);
    t.is(unspaced(roffText(roff, 80)), unspaced(lines.join('\n')));
  });
}
