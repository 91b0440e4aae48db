// Text of a tracefs `events/CATEGORY/NAME/format` file -> TracepointFormat. The kernel prints it in
// kernel/trace/trace_events.c (f_show), one field a line:
//
//   field:unsigned char comm[16];	offset:8;	size:16;	signed:0;
import type { TracepointField, TracepointFormat } from '../../compiler/env.js';

/** Undefined when the text has no ID line, that is, when it is no format file. */
export function parseTracepointFormat(category: string, text: string): TracepointFormat | undefined {
  const name = /^name:\s*(\S+)/m.exec(text)?.[1];
  const id = /^ID:\s*(\d+)/m.exec(text)?.[1];
  if (name === undefined || id === undefined) return undefined;
  const fields: TracepointField[] = [];
  const pattern = /^\s*field:(.*?);\s*offset:(\d+);\s*size:(\d+);(?:\s*signed:(\d+);)?/gm;
  for (const [, declared, offset, size, signed] of text.matchAll(pattern)) {
    const split = splitDeclaration(declared!.trim());
    if (split === undefined) continue;
    fields.push({
      ...split,
      offset: Number(offset),
      size: Number(size),
      signed: signed === '1',
      common: split.name.startsWith('common_'),
    });
  }
  return { category, name, id: Number(id), fields };
}

/** 'char comm[16]' -> name 'comm', declaration 'char[16]'; undefined for what names nothing. */
function splitDeclaration(text: string): { name: string; declaration: string } | undefined {
  const found = /^(.*?)\s*\b([A-Za-z_]\w*)((?:\s*\[[^\]]*\])*)$/s.exec(text);
  if (found === null) return undefined;
  const [, type, name, dimensions] = found;
  if (type === '') return undefined;
  return { name: name!, declaration: `${type}${dimensions!.replaceAll(' ', '')}` };
}
