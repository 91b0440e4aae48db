// What one probe type is: names, how its attach points expand into targets, what the kernel is told of their programs, and
// what the words of the context (args, argN, retval, func, ctx, reg()) mean there. A probe type that lacks one says nothing.
import type { CheckContext } from '../check/typed.js';
import type { Diagnostics, Span } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import type { Lowering, Operand } from '../lower/lowering.js';
import type { ProbeTypeName, ProgramAttributes } from '../object-spec.js';
import type { AttachPoint } from '../syntax/ast.js';
import type { AddressSpace, Field, Type } from '../types/type.js';
import type { Documentation, Requirement } from './entry.js';

export interface ExpandedTarget {
  readonly name: string; // what `probe` prints
  readonly parts: readonly string[]; // canonical, parts[0] is the probe type
  /**
   * The entry's own word for how the target is attached ('fentry', 'address'), for its hooks and its attacher. 'multi': by one link
   * for all targets of the program.
   */
  readonly mode?: string;
  /** What the attacher needs beyond the parts: JSON, owned by the entry. */
  readonly data?: unknown;
}

/** A word whose meaning is the probe type's. `Which`: N of argN, the register's name, or nothing. */
export interface ContextWord<Which = undefined> {
  /** Its type at the context's target; undefined when it has none there, which is then reported. */
  readonly type: (context: CheckContext, which: Which, span: Span) => Type | undefined;
  readonly lower: (lowering: Lowering, which: Which) => Operand;
}

/**
 * A program that decides what becomes of a packet. Blocks on one target are one program, in source order: one that runs to its
 * end leaves the packet to the next.
 */
export interface PacketProgram {
  /** Offsets in the context, bytes, of u32 words. `len` undefined: from data to end. */
  readonly context: {
    readonly data: number;
    readonly end: number;
    readonly len: number | undefined;
    readonly ifindex: number;
    readonly queue: number;
    /**
     * Where the kernel keeps the outer VLAN tag beside the packet: is there one, its 16 bits, in host order, and its Ethernet type,
     * as it would lie in the packet.
     */
    readonly tag?: { readonly present: number; readonly tci: number; readonly type: number };
  };
  /**
   * The packet is a socket buffer: only its first bytes may lie together, its bytes may be of others as well, and the checksum of
   * its transport may be left to the device. Helpers bring bytes together, and keep the account of checksums.
   */
  readonly buffered?: true;
  /** How redirect() names the other interface: bpf_redirect_map() or bpf_redirect(). */
  readonly redirects: 'by map' | 'by number';
  /** What the program returns when no block has decided, when it was stopped, and when it fails: the packet passes. */
  readonly undecided: number;
  /** What pcapng's epb_verdict says a verdict is a number of: 1 is the tc actions, 2 those of XDP. */
  readonly verdictType: number;
  /** Does it see the packets that a target sends, rather than those that come? */
  readonly outbound?: (target: ExpandedTarget) => boolean;
  /** By attach type (enum bpf_attach_type): what tells it apart behind an interface's name. */
  readonly hooks: ReadonlyMap<number, string>;
  /** Verdicts by which a packet goes its way. */
  readonly passing: readonly number[];
  /** Names that \`return\` takes, with what the program then returns. */
  readonly verdicts: readonly Verdict[];
}

export interface Verdict {
  readonly name: string; // 'XDP_DROP'
  readonly value: number; // int
  /** A helper must have prepared it: only that helper's function gives it. */
  readonly by?: string;
}

export interface ProbeTypeEntry {
  readonly name: ProbeTypeName;
  readonly aliases: readonly string[]; // 't', 'BEGIN'
  /**
   * What the kernel is told when a program for the target is loaded, whose text has these words of the context (args, argN, ...).
   * Targets that differ in it cannot share a program.
   */
  readonly program: (target: ExpandedTarget, env: Env, words: ReadonlySet<string>) => ProgramAttributes;
  readonly requires?: Requirement;
  /** What makes it fire: the tracer itself (once), a timer of its own, or what the traced system does (often). */
  readonly origin: 'session' | 'timer' | 'event';
  /** How -p is meant: by a test in the program, by attaching to the process only, or not at all. */
  readonly process: 'filter' | 'attach' | 'ignored';
  /** How it is written: 'tracepoint:CATEGORY:EVENT'. */
  readonly usage: string;
  readonly doc: Documentation;
  /** Matches of an attach point, wildcards included; reports unknown ones (with suggestions) through diagnostics. */
  readonly expand: (point: AttachPoint, env: Env, diagnostics: Diagnostics) => readonly ExpandedTarget[];
  /** Programs of these targets read a u64 that each attachment carries: many targets then share one and tell themselves apart. */
  readonly cookies?: (target: ExpandedTarget, env: Env) => boolean;
  /** The word whose fields are those of the context; default 'args'. */
  readonly fieldsOf?: 'ctx';
  /** Fields of `args`, in order; undefined when the target has none. */
  readonly args?: (target: ExpandedTarget, env: Env) => readonly Field[] | undefined;
  /** Why a target has no args. */
  readonly noArgs?: (target: ExpandedTarget, env: Env) => string | undefined;
  /** Loads a field of args from the context. */
  readonly lowerArg?: (lowering: Lowering, field: Field) => Operand;
  readonly arg?: ContextWord<number>;
  /** Numbers of the arguments that a target has, where they have no names. */
  readonly numbered?: (target: ExpandedTarget, env: Env) => readonly number[];
  readonly retval?: ContextWord;
  readonly func?: ContextWord;
  readonly ctx?: ContextWord;
  /** It sees packets, and decides about them. */
  readonly packet?: PacketProgram;
  readonly reg?: ContextWord<string>;
  /** What to do instead, where the probe type lacks a word that one looks for here. */
  readonly instead?: Readonly<Partial<Record<'args' | 'arg' | 'retval' | 'func' | 'ctx' | 'reg', string>>>;
  /** A type that the target's program has by its name: 'struct point', 'size_t'. It goes before those of the kernel. */
  readonly typeNamed?: (target: ExpandedTarget, name: string, env: Env) => Type | undefined;
  /** What a bare integer is taken to be an address of; default 'kernel'. */
  readonly space?: (target: ExpandedTarget) => AddressSpace;
  /**
   * May two targets share a program whose text has these words (args, argN, ...)? Equal keys share. Undefined: all share.
   * Asked only when there are such words. `fields`: all that the text looks at are these of args; undefined: it may be any.
   */
  readonly shareKey?: (
    target: ExpandedTarget,
    env: Env,
    words: ReadonlySet<string>,
    fields: ReadonlySet<string> | undefined,
  ) => string;
  /** Lines of -l: canonical names, in the order in which they are printed. */
  readonly list: (pattern: ListPattern, env: Env) => Iterable<string>;
  /** Why none of those can be attached on this machine. */
  readonly unavailable?: (env: Env) => string | undefined;
  /** Lines of -lv below a listed name: arguments as C declarations. */
  readonly describe?: (name: string, env: Env) => readonly string[];
  readonly checkContext?: (context: CheckContext, span: Span) => void;
  /** At the start of each program: what has to hold before the block is run. */
  readonly enter?: (lowering: Lowering, target: ExpandedTarget) => void;
  /** After each event that a program has sent. */
  readonly sent?: (lowering: Lowering) => void;
}

/** What -l looks for. */
export interface ListPattern {
  /** The pattern's parts after the probe type, as typed; none when everything is searched. */
  readonly parts: readonly string[];
  /** Does a whole name match? */
  readonly matches: (name: string) => boolean;
}
