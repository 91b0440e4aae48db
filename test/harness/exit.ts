// The process of a test file ends with its last test: what a failed one has left open would keep it, and its place among the few
// that run at a time, until the whole run is given up.
import { registerCompletionHandler } from 'ava';

registerCompletionHandler(() => process.exit());
