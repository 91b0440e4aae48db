/** The tests run in an emulated kernel (test/guest): ten times slower, and nobody else is there. */
export const IN_GUEST: boolean = process.env.TSBPF_GUEST !== undefined;
