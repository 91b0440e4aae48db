// Telling who waits for it that everything is attached: the service manager, and scripts that start a workload then.
import { notifyService } from '../kernel/sys/service-notify.js';

/** `write` a line, where TSBPF_NOTIFY_ATTACHED says which. */
export function announceAttached(write: (text: string) => void): void {
  notifyService('READY=1\nSTATUS=tracing');
  const notify = process.env.TSBPF_NOTIFY_ATTACHED;
  if (notify !== undefined && notify !== '') write(`${notify}\n`);
}

export function announceEnding(): void {
  notifyService('STOPPING=1');
}
