// The tcpdump of this machine: what captures and filters are compared with.
import { execFileSync } from 'node:child_process';

export function whyNoTcpdump(): string | undefined {
  try {
    execFileSync('tcpdump', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'needs tcpdump';
  }
}

/** Its line for each packet of a capture that a filter lets through, numbers instead of names. */
export function tcpdumpLines(capture: string, filter = ''): string[] {
  const args = ['-nr', capture, ...(filter === '' ? [] : [filter])];
  return execFileSync('tcpdump', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .split('\n')
    .filter(line => line !== '');
}
