// Percentiles beside a histogram, when they are asked for.
import {
  type Estimate,
  estimatePercentiles,
  type HistogramType,
  type Percentile,
} from '../../compiler/types/percentile.js';

/** `p50 3, p99 >=1000\n`; nothing for an empty histogram. */
export function percentilesText(
  type: HistogramType,
  counts: readonly bigint[],
  wanted: readonly Percentile[],
): string {
  const estimates = estimatePercentiles(type, counts, wanted);
  return estimates.length === 0 ? '' : `${estimates.map(estimateText).join(', ')}\n`;
}

function estimateText({ percentile, value, open }: Estimate): string {
  return `${percentile.name} ${open === 'above' ? '>=' : open === 'below' ? '<' : ''}${value}`;
}
