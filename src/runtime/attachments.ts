// The links of a session: made for each probe in turn, all of them or none where the script wants all, and taken down together.
import { isPacketProbe } from '../compiler/language/registry.js';
import type { AttachOptions } from '../kernel/attach/attachers.js';
import { AttachError, type Attachment, type Link } from '../kernel/attach/link.js';
import { SyscallError } from '../kernel/sys/error.js';
import { missedBy, type ProbeChoice } from './choice.js';
import { detach } from './detach.js';
import type { LeftOut } from './left-out.js';

export interface AttachingOptions extends Omit<AttachOptions, 'skip'> {
  /** Of `config = { missing_probes }`. */
  readonly missing: 'error' | 'warn' | 'ignore';
  readonly leftOut: LeftOut;
  /** Packet programs are left alone. */
  readonly withoutPackets: boolean;
  readonly onAttached: (attachment: Attachment) => void;
}

export class Attachments {
  readonly #choices: readonly ProbeChoice[];
  readonly #links: { readonly probe: number; readonly link: Link }[] = [];
  readonly #watched: Attachment[] = [];

  constructor(choices: readonly ProbeChoice[]) {
    this.#choices = choices;
  }

  get count(): number {
    return this.#links.length;
  }

  get links(): readonly Link[] {
    return this.#links.map(({ link }) => link);
  }

  /** Gives how many probes are attached. Throws what attaching threw; what was attached so far is closed by close(). */
  async attach({ missing, leftOut, withoutPackets, onAttached, ...rest }: AttachingOptions): Promise<number> {
    const options: AttachOptions = { ...rest, skip: leftOut.skip };
    const counts: number[] = [];
    let failure: unknown;
    for (const [index, choice] of this.#choices.entries()) {
      counts[index] = 0;
      if (withoutPackets && choice.serving !== undefined && isPacketProbe(choice.serving.type)) continue;
      let attachments: readonly Attachment[] = [];
      try {
        attachments = await choice.attach(options);
      } catch (error) {
        if (missing === 'error' || !(error instanceof AttachError || error instanceof SyscallError))
          throw error;
        failure = error;
      }
      // A probe at several places of a program is one.
      const names = new Set(attachments.flatMap(({ targets }) => targets.map(target => target.name)));
      counts[index] = counts[choice.serving?.targets[0]?.attachedBy ?? -1] ?? names.size;
      for (const attachment of attachments) {
        this.#links.push({ probe: index, link: attachment.link });
        if (choice.serving?.type === 'watchpoint') this.#watched.push(attachment);
        onAttached(attachment);
      }
    }
    if (this.#links.length === 0 && failure !== undefined) throw failure;
    leftOut.tell();
    return counts.reduce((sum, each) => sum + each, 0);
  }

  /** Detaches the watchpoints of an address. */
  unwatch(address: bigint): void {
    for (const { link, targets } of this.#watched) {
      if (targets.some(target => BigInt(target.parts[1] ?? 0) === address)) link.close();
    }
  }

  /** For each probe, what the kernel says never reached its program. */
  missed(): number[] {
    return missedBy(this.#choices, this.#links);
  }

  /** All of them at the same time, and `others`. `notice`: a line for stderr. */
  async detach(others: readonly Link[], notice: ((line: string) => void) | undefined): Promise<void> {
    const links = this.#links.splice(0).map(({ link }) => link);
    await detach([...links, ...others], notice);
  }

  /** What is left of them, last made first. */
  close(): void {
    for (const { link } of this.#links.splice(0).reverse()) link.close();
  }
}
