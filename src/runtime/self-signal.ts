// self:signal:NAME probes: run when the tracer gets the signal.
import type { TargetSpec } from '../compiler/object-spec.js';

/** `run` is called for each signal that comes. Idempotent: the function that ends it. */
export function listenToSignals(targets: readonly TargetSpec[], run: (signal: string) => void): () => void {
  const signals = new Set(targets.map(target => target.parts[2] as NodeJS.Signals));
  const listeners = [...signals].map(signal => [signal, () => run(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners.splice(0)) process.off(signal, listener);
  };
}
