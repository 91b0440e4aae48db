// A name server and its client, for tests of tools about names, each a process of its own:
//
//   names.js serve ADDRESS PORT             answers until stdin ends: NXDOMAIN where the name has "missing" in it, nothing where it
//                                           has "lost", else one record; prints a line when it listens
//   names.js ask ADDRESS PORT HOW NAME...   asks for each name, one after the other, types A, AAAA, MX in turn; HOW is "connected" or
//                                           "unconnected"; prints pid=P port=P done=N, the answers
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const TYPES = [1, 28, 15];
const [what, address = '', port = '', how, ...names] = process.argv.slice(2);
const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');

function question(name: string, id: number, type: number): Buffer {
  const labels = name.split('.').flatMap(label => [Buffer.from([label.length]), Buffer.from(label)]);
  const [head, tail] = [Buffer.alloc(12), Buffer.from([0, 0, type, 0, 1])];
  head.writeUInt16BE(id, 0);
  head.writeUInt16BE(0x0100, 2); // recursion desired
  head.writeUInt16BE(1, 4);
  return Buffer.concat([head, ...labels, tail]);
}

/** The question, and a record that points to its name. */
function answer(asked: Buffer): Buffer {
  const missing = asked.includes('missing');
  const head = Buffer.from(asked.subarray(0, 12));
  head.writeUInt16BE(0x8180 | (missing ? 3 : 0), 2);
  if (!missing) head.writeUInt16BE(1, 6);
  const record = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 9, 0, 2, 1, 65]);
  return Buffer.concat([head, asked.subarray(12), ...(missing ? [] : [record])]);
}

async function serve(server: Socket) {
  server.on('message', (asked, from) => {
    if (!asked.includes('lost')) server.send(answer(asked), from.port, from.address);
  });
  server.bind(Number(port), address);
  await once(server, 'listening');
  console.log('listening');
  process.stdin.resume().on('end', () => server.close());
}

async function ask(client: Socket) {
  if (how === 'connected') {
    client.connect(Number(port), address);
    await once(client, 'connect');
  }
  let done = 0;
  for (const [i, name] of names.entries()) {
    const asked = question(name, 1000 + i, TYPES[i % TYPES.length]!);
    if (how === 'connected') client.send(asked);
    else client.send(asked, Number(port), address);
    if (name.includes('lost')) continue;
    await once(client, 'message');
    done++;
  }
  console.log(`pid=${process.pid} port=${client.address().port} done=${done}`);
  client.close();
}

await (what === 'serve' ? serve(socket) : ask(socket));
