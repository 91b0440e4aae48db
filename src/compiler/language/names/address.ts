// IPv4 and IPv6 addresses as text -> bytes in network order, as inet_pton(3) reads them.

/** 4 or 16 bytes; undefined when it is no address. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const valid =
    parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return valid ? Uint8Array.from(parts, Number) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map(half => (half === '' ? [] : groupsOf(half)));
  if (before === undefined || (halves.length === 2 && after === undefined)) return undefined;
  const given = before.length + (after?.length ?? 0);
  if (halves.length === 1 ? given !== 8 : given > 7) return undefined;
  const groups = [...before, ...new Array<number>(8 - given).fill(0), ...(after ?? [])];
  return Uint8Array.from(groups.flatMap(group => [group >> 8, group & 0xff]));
}

/** 16-bit groups; the last may be an IPv4 address, which makes two. */
function groupsOf(text: string): number[] | undefined {
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    const dotted = i === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    if (dotted !== undefined) groups.push((dotted[0]! << 8) | dotted[1]!, (dotted[2]! << 8) | dotted[3]!);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
