// Plain data as JSON, spaced as everywhere; integers that a double cannot hold are strings.
import { jsonInteger, jsonText } from '../../output/json-value.js';

export function json(value: unknown): string {
  if (typeof value === 'bigint') return jsonInteger(value);
  if (typeof value === 'string') return jsonText(value);
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${jsonText(name)}: ${json(member)}`)
    .join(', ')}}`;
}
