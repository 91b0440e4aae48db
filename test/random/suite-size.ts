// How many random programs, and from which seed: TSBPF_RANDOM (default 50,000; fewer in an emulated guest), TSBPF_SEED.
import { IN_GUEST } from '../harness/guest.js';

const DEFAULT_COUNT = IN_GUEST ? 96 : 50_000;

export const COUNT = Number(process.env.TSBPF_RANDOM ?? DEFAULT_COUNT);
export const SEED = Number(process.env.TSBPF_SEED ?? 1);
