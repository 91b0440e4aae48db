// socket_cookie(): a number that stays with a socket.
import { ProgType } from '../../bpf/uapi.js';
import { UINT64 } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument } from './argument.js';

/** What the kernel takes for a socket: types that begin with a struct sock_common. */
const SOCKETS = /^(sock|sock_common|\w+_sock)$/;

export const socketCookie: ValueFunction = {
  name: 'socket_cookie',
  role: 'value',
  pure: false,
  programTypes: [ProgType.BPF_PROG_TYPE_TRACING],
  requires: { kernel: [5, 12] },
  signatures: [{ params: [{ name: 'socket', kind: 'pointer' }], returns: UINT64 }],
  check: ({ args: [socket] }, { diagnostics }) => {
    if (socket?.type.kind !== 'pointer') return;
    const { to } = socket.type;
    if (to.kind === 'struct' && SOCKETS.test(to.name ?? '')) return;
    diagnostics.error('argument-type', socket.span, 'socket_cookie() takes a pointer to a struct sock', {
      hint: 'e.g. args.sk of fentry:tcp_connect',
    });
  },
  doc: {
    summary: 'A number that the kernel gives a socket for its life; 0 when there is none.',
    detail:
      'It works where the kernel vouches for the pointer: args of fentry, fexit and rawtracepoint, and iterators.',
    example: 'rawtracepoint:inet_sock_set_state { @[socket_cookie(args.sk)] = count(); }',
    seeAlso: ['skboutput', 'args'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const socket = lowering.word(argument(call, 0));
    const none = builder.const(0);
    const cookie = () => builder.call('get_socket_cookie', [socket]);
    return { kind: 'word', value: builder.select('ne', socket, none, cookie, () => none) };
  },
};
