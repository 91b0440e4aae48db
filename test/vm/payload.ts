// payload_at() in the interpreter, against the bytes themselves: at each index, and where the payload ends before or behind the packet.
import test from 'ava';
import { Compiled, textOf } from '../harness/compiled.js';
import { ethernet, icmp, ipv4, ipv6, tcp, udp } from '../harness/packet/frame.js';

const PAYLOAD = Array.from({ length: 19 }, (_, i) => (37 * i + 200) & 255);
const SIZES = [1, 2, 4, 8];

const FRAMES: Readonly<Record<string, readonly number[]>> = {
  udp: ethernet(0x0800, ipv4(udp(PAYLOAD), { protocol: 17 })),
  tcp: ethernet(0x86dd, ipv6(tcp(PAYLOAD), { next: 6 })),
  icmp: ethernet(0x0800, ipv4(icmp(3, 4, [0, 0, 0, 0, ...PAYLOAD]), { protocol: 1, options: [1, 1, 1, 1] })),
  // The frame is padded; the packet is not as long as it says.
  padded: [...ethernet(0x0800, ipv4(udp(PAYLOAD), { protocol: 17 })), 1, 2, 3, 4, 5, 6, 7, 8, 9],
  short: ethernet(0x0800, ipv4(udp(PAYLOAD), { protocol: 17, length: 200 })),
};

function numberAt(index: number, size: number): bigint | undefined {
  if (index + size > PAYLOAD.length) return undefined;
  return PAYLOAD.slice(index, index + size).reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
}

for (const [name, frame] of Object.entries(FRAMES)) {
  test(`payload_at() of ${name} is what is there, else 0, and in a comparison false`, t => {
    const asked = SIZES.map(
      size =>
        `@n${size} = payload_at(@index, ${size}); @c${size} = (uint64)payload_at(@index, ${size}) >= 0 ? 1 : 0;`,
    );
    const compiled = new Compiled(`xdp:eth0 { ${asked.join(' ')} @index++; }`);
    for (let index = 0; index < PAYLOAD.length + 3; index++) {
      compiled.run(0, new Uint8Array(24), Uint8Array.from(frame));
      for (const size of SIZES) {
        const number = numberAt(index, size);
        t.is(compiled.scalar(`@n${size}`), number ?? 0n, `${index}, ${size}`);
        t.is(compiled.scalar(`@c${size}`), number === undefined ? 0n : 1n, `${index}, ${size}`);
      }
    }
  });
}

test('payload_address() is where the payload is, 0 where there is none', t => {
  const compiled = new Compiled(
    'xdp:eth0 { $at = payload_address(); @there = $at != 0; if ($at != 0) { @text = str(kptr($at + 4), 4); } }',
  );
  const run = (frame: readonly number[]) => compiled.run(0, new Uint8Array(24), Uint8Array.from(frame));
  const text = [...'GET /HTTP/1.1'].map(letter => letter.charCodeAt(0));
  run(ethernet(0x86dd, ipv6(tcp(text), { next: 6 })));
  t.is(textOf(compiled.scalar('@text') as Uint8Array), '/HT');
  for (const frame of [ethernet(0x0806, [1, 2, 3, 4]), ethernet(0x86dd, ipv6(tcp([]), { next: 6 }))]) {
    run(frame);
    t.is(compiled.scalar('@there'), false);
  }
});

test('payload_at() of what has no payload, and far beyond it, is 0', t => {
  const compiled = new Compiled(
    'xdp:eth0 { @a = payload_at(0, 2); @b = payload_at(-1, 8); @c = payload_at(0xffffffff, 4); }',
  );
  for (const frame of [ethernet(0x0806, [1, 2, 3, 4]), FRAMES.udp!]) {
    compiled.run(0, new Uint8Array(24), Uint8Array.from(frame));
    t.is(compiled.scalar('@b'), 0n);
    t.is(compiled.scalar('@c'), 0n);
    t.is(compiled.scalar('@a'), frame === FRAMES.udp ? numberAt(0, 2) : 0n);
  }
});
