// Text of filters -> tests, as a text that says in which order what is asked.
import test from 'ava';
import {
  type FilterNumber,
  type FilterTest,
  furthest,
} from '../../../../src/compiler/language/packet/pcap/filter-tree.js';
import { parseFilter } from '../../../../src/compiler/language/packet/pcap/parser.js';

function shown(tree: FilterTest): string {
  switch (tree.kind) {
    case 'constant':
      return String(tree.value);
    case 'not':
      return `!${shown(tree.operand)}`;
    case 'compare':
      return `${shownNumber(tree.left)} ${tree.operator} ${shownNumber(tree.right)}`;
    default:
      return `(${shown(tree.left)} ${tree.kind} ${shown(tree.right)})`;
  }
}

function shownNumber(tree: FilterNumber): string {
  switch (tree.kind) {
    case 'number':
      return `0x${tree.value.toString(16)}`;
    case 'length':
      return 'len';
    case 'operation':
      return `(${shownNumber(tree.left)} ${tree.operator} ${shownNumber(tree.right)})`;
    case 'bytes': {
      const { header, offset, index } = tree.place;
      const from = header === undefined ? '' : `behind ${header} + `;
      return `[${from}${offset}${index === undefined ? '' : ` + ${shownNumber(index)}`}:${tree.size}]`;
    }
  }
}

const means = test.macro({
  exec(t, text: string, expected: string) {
    const parsed = parseFilter(text);
    t.is('test' in parsed ? shown(parsed.test) : parsed.problem.message, expected);
  },
  title: (_, text: string) => `filter: ${text}`,
});

test(means, '', 'true');
test(means, 'ip', '[12:2] == 0x800');
test(means, 'ip or arp and rarp', '(([12:2] == 0x800 or [12:2] == 0x806) and [12:2] == 0x8035)');
test(means, 'ip || (arp && rarp)', '([12:2] == 0x800 or ([12:2] == 0x806 and [12:2] == 0x8035))');
test(means, 'not ip and arp', '(![12:2] == 0x800 and [12:2] == 0x806)');
test(means, 'icmp', '([12:2] == 0x800 and [23:1] == 0x1)');
test(means, 'ip6 proto 6', '([12:2] == 0x86dd and ([20:1] == 0x6 or ([20:1] == 0x2c and [54:1] == 0x6)))');
test(means, 'ip src host 10.0.0.1', '([12:2] == 0x800 and [26:4] == 0xa000001)');
test(means, 'ip src net 10.1', '([12:2] == 0x800 and ([26:4] & 0xffff0000) == 0xa010000)');
test(
  means,
  'ip net 10',
  '([12:2] == 0x800 and (([26:4] & 0xff000000) == 0xa000000 or ([30:4] & 0xff000000) == 0xa000000))',
);
test(means, 'arp src and dst 1.2.3.4', '([12:2] == 0x806 and ([28:4] == 0x1020304 and [38:4] == 0x1020304))');
test(means, 'ip src net 0.0.0.0/0', '([12:2] == 0x800 and true)');
test(means, 'ether src 02:0:0:0:0:1', '([8:4] == 0x1 and [6:2] == 0x200)');
test(means, 'ether src 0200.0000.0001', '([8:4] == 0x1 and [6:2] == 0x200)');
test(means, 'ether src 020000000001', '([8:4] == 0x1 and [6:2] == 0x200)');
test(
  means,
  'tcp dst port 80',
  '((([12:2] == 0x86dd and [20:1] == 0x6) and [56:2] == 0x50) or ((([12:2] == 0x800 and [23:1] == 0x6) and ([20:2] & 0x1fff) == 0x0) and [behind 14 + 2:2] == 0x50))',
);
test(means, 'vlan', '(([12:2] == 0x8100 or [12:2] == 0x88a8) or [12:2] == 0x9100)');
test(
  means,
  'vlan 7 and arp',
  '(((([12:2] == 0x8100 or [12:2] == 0x88a8) or [12:2] == 0x9100) and ([14:2] & 0xfff) == 0x7) and [16:2] == 0x806)',
);
test(means, 'less 60', '!len > 0x3c');
test(means, 'greater 0x40', 'len >= 0x40');
test(means, 'len != 010', '!len == 0x8');
test(means, 'ether[0] & 1 != 0', '!([0:1] & 0x1) == 0x0');
test(means, 'ip[2:2] <= 5', '([12:2] == 0x800 and ![16:2] > 0x5)');
test(means, 'ether[ether[3]:4] > len', '[0 + [3:1]:4] > len');
test(means, 'icmp6[0] = 1', '(([12:2] == 0x86dd and [20:1] == 0x3a) and [54:1] == 0x1)');
test(means, '-1 = len', '0xffffffff == len');
test(means, 'len = 2 + 3 * 4', 'len == 0xe');
test(means, 'len = 10 - 3 - 2', 'len == 0x5');
test(means, 'len = 1 << 2 + 1', 'len == 0x8');
test(means, 'len = 8 ^ 3 & 1', 'len == 0x9');
test(means, 'len = 7 % 3 * 2', 'len == 0x1');
test(means, 'len = (1 + 2) * 3', 'len == 0x9');
test(means, 'ether proto 5', '(![12:2] > 0x5dc and [14:1] == 0x5)');
test(means, 'iso', '(![12:2] > 0x5dc and [14:2] == 0xfefe)');

const alike = test.macro({
  exec(t, texts: readonly string[]) {
    const [first = '', ...others] = texts.map(text => JSON.stringify(parseFilter(text)));
    t.regex(first, /^\{"test"/);
    for (const other of others) t.is(other, first);
  },
  title: (_, texts: readonly string[]) => texts.join(' is '),
});

test(alike, ['port 80 or 443', 'port 80 or port 443', 'port (80 or 443)', 'port 80 || (443)']);
test(alike, ['src host 10.0.0.1', 'src 10.0.0.1']);
test(alike, ['dst or src 10.0.0.1', 'host 10.0.0.1', 'src or dst host 10.0.0.1']);
test(alike, ['net 10.1', 'net 10.1.0.0/16', 'net 10.1.0.0 mask 255.255.0.0', 'host 10.1']);
test(alike, ['not host 1.1.1.1 and 2.2.2.2', 'not host 1.1.1.1 and host 2.2.2.2']);
test(alike, ['portrange 8000-8010', 'portrange 8010-8000']);
test(alike, ['ip proto \\tcp', 'ip proto tcp', 'ip proto 6']);
test(alike, ['ether proto \\ip', 'ip', 'link proto 0x800']);
test(alike, ['port ssh', 'tcp port 22', 'tcp port ssh']);
test(alike, ['udp port domain', 'udp port 53']);
test(alike, ['tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn', 'tcp[13] & 0x12 = 2']);
test(alike, [
  'port 80 and (tcp or host 1.1.1.1) and (53 or not 22)',
  'port 80 and (tcp or host 1.1.1.1) and (port 53 or not port 22)',
]);
test(alike, ['vlan 5', 'vlan (5)']);
test(alike, ['broadcast', 'ether broadcast', 'ether dst ff:ff:ff:ff:ff:ff']);

const refused = test.macro({
  exec(t, text: string, place: string) {
    const parsed = parseFilter(text);
    const problem = 'problem' in parsed ? parsed.problem : undefined;
    t.is(problem && text.slice(problem.place.start, problem.place.end), place);
  },
  title: (_, text: string) => `there is no filter: ${text}`,
});

test(refused, 'tcp and', '');
test(refused, 'tcp udp', 'udp');
test(refused, '(port 80) or 443', '443');
test(refused, 'less 10 or 20', '20');
test(refused, 'vlan 5 and 6', '6');
test(refused, 'tcp = 1', '=');
test(refused, 'ip[0]', '');
test(refused, 'src proto 6', 'src');
test(refused, 'tcp proto 6', 'tcp proto');
test(refused, 'tcp host 1.1.1.1', 'tcp host');
test(refused, 'ip6 net 10', 'ip6 net');
test(refused, 'dst port 1.1.1.1', '1.1.1.1');
test(refused, 'port 80-90', '80-90');
test(refused, 'portrange a-b', 'a-b');
test(refused, 'net 10.0.0.0/33', '33');
test(refused, 'net 10 mask 255', '255');
test(refused, 'net fe80::1/64', 'fe80::1/64');
test(refused, 'net 1::2::3/64', '1::2::3');
test(refused, 'host 1.2.3.4.5', '1.2.3.4.5');
test(refused, 'less 08', '08');
test(refused, 'len > 4294967296', '4294967296');
test(refused, 'len << 32 = 1', '32');
test(refused, 'len % 0 = 1', '0');
test(refused, 'arp multicast', 'arp multicast');
test(refused, 'tcp[1', '');
test(refused, 'pppoed[0] = 1', 'pppoed');
test(refused, 'ether', 'ether');
test(refused, 'gateway foo', 'gateway');
test(refused, 'port {', '{');

for (const [text, expected] of [
  ['', 0],
  ['ip', 14],
  ['tcp port 80', 14 + 60 + 4],
  ['vlan and tcp[13] = 2', 18 + 60 + 14],
  ['not ether[300:4] = 1', 304],
  ['len > 5 or udp[ip[8]] = 1', Number.POSITIVE_INFINITY],
] as const) {
  test(`the bytes that "${text}" may look at end at ${expected}`, t => {
    const parsed = parseFilter(text);
    t.is('test' in parsed ? furthest(parsed.test) : undefined, expected);
  });
}

test('whatever the text, it is a test or a problem within it', t => {
  const words =
    'ip tcp port host net 10.1 :: 02:: 80-90 ( ) [ ] not and or vlan src dst / mask len - 0x \\x = < : proto \u{1f600}'.split(
      ' ',
    );
  let state = 1;
  const next = (below: number) => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % below;
  };
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: 1 + next(8) }, () => words[next(words.length)]).join(
      next(3) ? ' ' : '',
    );
    const parsed = parseFilter(text);
    if ('test' in parsed) continue;
    const { start, end } = parsed.problem.place;
    t.true(0 <= start && start <= end && end <= text.length, text);
  }
});
