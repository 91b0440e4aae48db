// Who holds a program: the processes with an fd of it, or of a link that runs it. Read from /proc, only when somebody asks.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ProgramOwner {
  readonly pid: number;
  readonly comm: string;
}

/** In order of pid; empty when no process holds it (it is pinned, or hangs on the interface by netlink). */
export function programOwners(programId: number): ProgramOwner[] {
  const owners: ProgramOwner[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    if (holds(name, programId)) owners.push({ pid: Number(name), comm: commOf(name) });
  }
  return owners.sort((a, b) => a.pid - b.pid);
}

function holds(pid: string, programId: number): boolean {
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      if (!/bpf[-_](prog|link)/.test(linkTo(`/proc/${pid}/fd/${fd}`))) continue;
      const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1');
      if (new RegExp(`^prog_id:\\s*${programId}$`, 'm').test(info)) return true;
    }
  } catch {
    // It has ended meanwhile, or is not ours to look into.
  }
  return false;
}

function linkTo(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function commOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
  } catch {
    return '?';
  }
}
