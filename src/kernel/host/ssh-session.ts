// The SSH session that this process was started from: SSH_CONNECTION in our environment or an ancestor's, since sudo takes it away.
import { readFileSync } from 'node:fs';
import { processStat } from './process-stat.js';

export interface SshSession {
  /** Address of the client, without a zone; of IPv4 or IPv6. */
  readonly client: string;
  readonly clientPort: number;
  /** Address of the server, of the same family. */
  readonly server: string;
  /** Port of the server. */
  readonly port: number;
}

const ADDRESS = /^[0-9A-Fa-f.:]+(%.*)?$/;
const MOST_ANCESTORS = 64;

export function sshSession(variables: NodeJS.ProcessEnv = process.env): SshSession | undefined {
  const own = parse(variables.SSH_CONNECTION);
  if (own !== undefined) return own;
  let pid = process.ppid;
  for (let i = 0; i < MOST_ANCESTORS && pid > 1; i++) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      const found = parse(environment.find(each => each.startsWith('SSH_CONNECTION='))?.slice(15));
      if (found !== undefined) return found;
    } catch {
      // another user's, or gone
    }
    const stat = processStat(pid);
    if (stat === undefined) return undefined;
    pid = stat.parent;
  }
  return undefined;
}

/** "CLIENT PORT SERVER PORT" (ssh(1)) */
function parse(text: string | undefined): SshSession | undefined {
  const [client = '', clientPort = '', server = '', port = ''] = text?.split(' ') ?? [];
  const isSession =
    [client, server].every(address => ADDRESS.test(address)) &&
    [clientPort, port].every(number => /^\d+$/.test(number));
  if (!isSession) return undefined;
  const bare = (address: string) => address.replace(/%.*/, '');
  return { client: bare(client), clientPort: Number(clientPort), server: bare(server), port: Number(port) };
}
