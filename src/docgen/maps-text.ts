// What the manual of the command says of printed maps: their order, percentiles of histograms.
import { type Block, code, text } from './page.js';

export const MAPS: readonly Block[] = [
  ...text(
    'Maps are printed in ascending order of their values, histograms of how much they hold, and entries of one value in order of their keys. `--sort`, or the setting `map_order`, asks for another order, in every format. `print(@x, 5)` keeps the five entries with the greatest values, in whatever order they are printed then.',
    'With `--percentiles`, or the setting `percentiles`, each printed histogram, of `hist()` or `lhist()`, is followed by percentiles of its values. A list names them: `--percentiles=50,99.9,max`, with two decimals at most; `min` and `max` are two of them.',
  ),
  code(
    '@us:',
    '[16, 32)               7 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|',
    '[32, 64)               3 |@@@@@@@@@@@@@@@@@@@@@@                              |',
    'p50 26, p90 52, p99 63, max 63',
  ),
  ...text(
    'Of N values the percentile p is the one of rank N * p / 100, rounded up, in ascending order. The bucket that this value is in is known exactly. Within a bucket values are taken as evenly spread: of c values in a bucket from low to high (both included) the r-th is low + (high - low) * r / c, rounded down. An estimate is thus never further from the true value than high - low: it is exact where buckets hold a single value, below twice the true value with `hist(n)`, and within a share of 2^-k above it with `hist(n, k)`, k up to 5. `min` and `max` are the ends of the first and the last bucket. A bucket that is open at one side gives its bound, as in `p99 >=1000`.',
    'In JSON they are a message of their own behind that of the histogram: `{"type": "percentiles", "data": {"@us": {"p50": 26, ...}}}`, in an open bucket `{"min": 1000}` or `{"max": -1}`. In CSV they are a table of their own, a column for each; an open bucket gives its bound.',
  ),
];
