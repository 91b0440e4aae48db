// Users by number, from /etc/passwd. Users of a directory service are not there: their number is shown.
import { readFileSync } from 'node:fs';

export class UserNames {
  #names: ReadonlyMap<number, string> | undefined;

  name(uid: number): string | undefined {
    this.#names ??= read();
    return this.#names.get(uid);
  }
}

/** name:password:uid:... ; the first name of a number counts. */
function read(): Map<number, string> {
  const names = new Map<number, string>();
  let text = '';
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return names;
  }
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    if (name === undefined || name === '' || uid === undefined || uid === '') continue;
    if (!names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}
