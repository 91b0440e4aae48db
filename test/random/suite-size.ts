// How many random programs, and from which seed: TSBPF_RANDOM (default 50,000; fewer in an emulated guest), TSBPF_SEED.
const DEFAULT_COUNT = process.env.TSBPF_GUEST === undefined ? 50_000 : 96;

export const COUNT = Number(process.env.TSBPF_RANDOM ?? DEFAULT_COUNT);
export const SEED = Number(process.env.TSBPF_SEED ?? 1);
