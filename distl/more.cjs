(function(__load,__filename,bundle){var module={exports:{}},exports=module.exports,__loaded={},require=id=>__loaded[id]??=__load(id);
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __export = (target, all2) => {
  for (var name in all2)
    __defProp(target, name, { get: all2[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// first:src/cli/standard-error.ts.cjs
var require_standard_error_ts = __commonJS({
  "first:src/cli/standard-error.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/standard-error.ts");
  }
});

// src/cli/complete/candidates.ts
function offered(word4, kept, all2, goesOn = false) {
  const typed = word4.slice(kept);
  const candidates = [];
  for (const each of all2) {
    const candidate = typeof each === "string" ? { text: each } : each;
    if (candidate.text.startsWith(typed)) candidates.push(candidate);
  }
  return { kept, candidates, goesOn };
}
function offeredInList(word4, all2) {
  return offered(word4, word4.lastIndexOf(",") + 1, all2, true);
}
var NOTHING, FILES;
var init_candidates = __esm({
  "src/cli/complete/candidates.ts"() {
    "use strict";
    NOTHING = { kept: 0, candidates: [] };
    FILES = { kept: 0, candidates: [], files: true };
  }
});

// first:src/compiler/syntax/script-header.ts.cjs
var require_script_header_ts = __commonJS({
  "first:src/compiler/syntax/script-header.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/syntax/script-header.ts");
  }
});

// first:src/compiler/syntax/topics.ts.cjs
var require_topics_ts = __commonJS({
  "first:src/compiler/syntax/topics.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/syntax/topics.ts");
  }
});

// first:src/kernel/host/interfaces.ts.cjs
var require_interfaces_ts = __commonJS({
  "first:src/kernel/host/interfaces.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/interfaces.ts");
  }
});

// first:src/kernel/host/source-files.ts.cjs
var require_source_files_ts = __commonJS({
  "first:src/kernel/host/source-files.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/source-files.ts");
  }
});

// first:src/kernel/sys/features.ts.cjs
var require_features_ts = __commonJS({
  "first:src/kernel/sys/features.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/features.ts");
  }
});

// first:src/cli/subcommand-words.ts.cjs
var require_subcommand_words_ts = __commonJS({
  "first:src/cli/subcommand-words.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/subcommand-words.ts");
  }
});

// first:src/cli/tool-folders.ts.cjs
var require_tool_folders_ts = __commonJS({
  "first:src/cli/tool-folders.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/tool-folders.ts");
  }
});

// src/cli/library/catalog.ts
function catalog(tools2 = (0, import_tool_folders.allTools)()) {
  const first2 = /* @__PURE__ */ new Map();
  for (const tool of tools2) if (!first2.has(tool.name)) first2.set(tool.name, tool);
  return tools2.flatMap((tool) => {
    let text4;
    try {
      text4 = (0, import_node_fs.readFileSync)(tool.path, "utf8");
    } catch {
      return [];
    }
    const { header } = (0, import_script_header.parseScriptHeader)({ name: tool.path, text: text4 });
    const meant = first2.get(tool.name);
    const hiddenBy = (0, import_subcommand_words.isSubcommand)(tool.name) ? "the subcommand" : meant === tool ? void 0 : meant?.folder.path;
    return [{ ...tool, header, hiddenBy }];
  });
}
function isAbout({ name, header }, words4) {
  const { summary = "", topic = "", description = [] } = header ?? {};
  const text4 = [name, summary, topic, ...description].join("\n").toLowerCase();
  return words4.every((word4) => text4.includes(word4.toLowerCase()));
}
var import_node_fs, import_script_header, import_subcommand_words, import_tool_folders;
var init_catalog = __esm({
  "src/cli/library/catalog.ts"() {
    "use strict";
    import_node_fs = require("node:fs");
    import_script_header = __toESM(require_script_header_ts(), 1);
    import_subcommand_words = __toESM(require_subcommand_words_ts(), 1);
    import_tool_folders = __toESM(require_tool_folders_ts(), 1);
  }
});

// first:src/cli/options.ts.cjs
var require_options_ts = __commonJS({
  "first:src/cli/options.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/options.ts");
  }
});

// first:src/cli/script-options.ts.cjs
var require_script_options_ts = __commonJS({
  "first:src/cli/script-options.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/script-options.ts");
  }
});

// first:src/cli/shared-options.ts.cjs
var require_shared_options_ts = __commonJS({
  "first:src/cli/shared-options.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/shared-options.ts");
  }
});

// first:../../main/node_modules/commander/esm.mjs.cjs
var require_esm_mjs = __commonJS({
  "first:../../main/node_modules/commander/esm.mjs.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("../../main/node_modules/commander/esm.mjs");
  }
});

// first:src/cli/config.ts.cjs
var require_config_ts = __commonJS({
  "first:src/cli/config.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/config.ts");
  }
});

// src/cli/subcommands.ts
function declareSubcommand(name, invokedAs) {
  const { summary, usage, examples, declare: declare2 } = DECLARATIONS[name];
  const title = `${invokedAs} ${name}`;
  return declare2(new import_commander.Command().name(title).description(summary)).usage(usage.join(`
       ${title} `)).helpOption("-h, --help", "show this help").addHelpText("after", examplesText(examples)).showSuggestionAfterError().exitOverride().configureOutput({ writeErr: () => {
  } });
}
function readSubcommand(name, invokedAs, words4) {
  const command = declareSubcommand(name, invokedAs);
  let text4 = "";
  command.configureOutput({ writeOut: (part) => text4 += part, writeErr: () => {
  } });
  try {
    command.parse([...words4], { from: "user" });
  } catch (error) {
    if (!(error instanceof import_commander.CommanderError)) throw error;
    if (error.exitCode === 0) return text4;
    throw new import_config.UsageError(`${name}: ${error.message.replace(/^error: /, "")}`);
  }
  return { opts: command.opts(), args: command.args };
}
function examplesText(examples) {
  const width = Math.max(...examples.map(([command]) => command.length));
  return `
Examples:
${examples.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}
`).join("")}`;
}
var import_commander, import_config, SHELLS, format, count, color, DECLARATIONS;
var init_subcommands = __esm({
  "src/cli/subcommands.ts"() {
    "use strict";
    import_commander = __toESM(require_esm_mjs(), 1);
    import_config = __toESM(require_config_ts(), 1);
    SHELLS = ["bash", "zsh", "fish"];
    format = () => new import_commander.Option("-f, --format <format>", "output format").choices(["table", "text", "json", "csv"]);
    count = (text4) => {
      if (!/^[1-9]\d{0,8}$/.test(text4)) throw new import_commander.InvalidArgumentError("expected a number from 1.");
      return Number(text4);
    };
    color = () => new import_commander.Option("--color <when>").choices(["auto", "always", "never"]).hideHelp();
    DECLARATIONS = {
      net: {
        summary: "Lists the BPF programs that are attached to network interfaces: XDP, tcx, netkit, filters of tc.",
        usage: ["[options] [interface...]"],
        examples: [
          ["tsbpf net", "all interfaces of this network namespace"],
          ['tsbpf net eth0 "veth*"', "these only"],
          ["tsbpf net -f json", "an object per line, for programs"]
        ],
        declare: (command) => command.argument("[interfaces...]", "names or patterns; all without any").addOption(format()).option("-o, --output <file>", "write output to a file")
      },
      prog: {
        summary: "Shows the BPF programs that are loaded, whoever loaded them: how often they run, and what they cost.",
        usage: ["[options] [list]", "[options] show PROGRAM|FILE.o", "[options] dump PROGRAM"],
        examples: [
          ["tsbpf prog", "live: runs, time per run, share of a CPU"],
          ["tsbpf prog | head", "the same as a table, over one second"],
          ["tsbpf prog -i 5s -n 3 -f csv", "three times, each over five seconds"],
          ["tsbpf prog -i 0", "at once, with the counters as they are"],
          ["tsbpf prog show 12", "everything about one: maps, links, who holds it"],
          ["tsbpf prog show -i 1s 12", "... and what it does in a second"],
          ["tsbpf prog show ./filter.o", "programs and maps of an object file"],
          ["tsbpf prog dump my_program", "its instructions, with source lines"]
        ],
        declare: (command) => command.argument("[action]", "list (the default), show or dump").argument("[program]", "with show and dump: an id, a name, or a tag; with show, an object file too").addOption(format()).option("-o, --output <file>", "write output to a file").option("-i, --interval <duration>", "measure over this time; 0: do not (default 1s; with show 0)").option("-n, --count <n>", "end after so many tables", count).option("--once", "print one table, on a terminal too").option("--opcodes", "with dump: the bytes of each instruction too").addOption(color())
      },
      xdp: {
        summary: "Attaches an XDP program that clang compiled to a network interface, for as long as this runs.",
        usage: ["load FILE.o --dev INTERFACE [options]", "load FILE.o --dry-run [options]"],
        examples: [
          ["tsbpf xdp load ./filter.o --dev eth0", "until Ctrl-C"],
          ["tsbpf xdp load ./filter.o --dev eth0 --section xdp_drop", "one of several programs"],
          ["tsbpf xdp load ./filter.o --dry-run", "what the verifier says, without attaching it"],
          ["tsbpf xdp load ./filter.o --dev eth0 --for 60s -i 1s --maps", "what it costs, and what it counted"],
          ["tsbpf prog show ./filter.o", "what is in the file"]
        ],
        declare: (command) => command.argument("[action]", "load").argument("[file]", "an object of BPF programs (clang -O2 -g -target bpf -c)").option("--dev <interface>", "attach to this network interface").option("--section <name>", "the program of this section, or of this name").addOption(
          new import_commander.Option("--mode <mode>", "without it native, else generic").choices(["native", "generic"])
        ).option("--for <duration>", "detach after this time").option("-i, --interval <duration>", "count runs and their time, a row for each interval").option("--maps", "print its maps at the end").option("--dry-run", "load and verify, and attach nowhere").option(
          "--no-ssh-guard",
          "do not let the packets of the SSH session pass before the program sees them"
        ).addOption(format()).option("-o, --output <file>", "write output to a file").option("-q, --quiet", "print no remarks").option("-v, --verbose", "tell of maps and programs, and print the verifier's log").addOption(color())
      },
      tplist: {
        summary: "Lists tracepoints, or the USDT probes of a process, program or library, with their arguments.",
        usage: ["[options] [pattern]"],
        examples: [
          ['tsbpf tplist "sched:*wake*"', "tracepoints whose category and name match"],
          ["tsbpf tplist -v syscalls:sys_enter_openat", "... with their arguments"],
          ["tsbpf tplist -v -p 1234", "USDT probes of a process, of all that it has mapped"],
          ["tsbpf tplist -l libc", "those of a library, or a program"]
        ],
        declare: (command) => command.argument("[pattern]", "category:name, provider:name, or a name alone; all without any").option("-p, --pid <pid>", "USDT probes of what this process has mapped", count).option("-l, --lib <library>", "USDT probes of this program or library: a path, or a name").option("-v, --verbose", "show the arguments too").option("-o, --output <file>", "write output to a file")
      },
      tools: {
        summary: "Lists the tools by topic, those of your own among them.",
        usage: ["[options] [word...]"],
        examples: [
          ["tsbpf tools", "all of them"],
          ["tsbpf tools tcp", "those that are about TCP"],
          ["tsbpf tools disks", "those of a topic"],
          ["tsbpf tools -f json", "an object per line, for programs"]
        ],
        declare: (command) => command.argument("[words...]", "only tools whose name, summary, topic or description has all these words").addOption(format()).option("-o, --output <file>", "write output to a file")
      },
      help: {
        summary: "Shows the page of the manual of a tool or of a subcommand; that of tsbpf without one.",
        usage: ["[tool|subcommand|language|tutorial]"],
        examples: [
          ["tsbpf help tcpstates", "the page of a tool"],
          ["tsbpf help tutorial", "one-liners, step by step, and a cheat sheet"],
          ["tsbpf help language", "the language"],
          ["tsbpf help net | less", "plain text through a pipe"]
        ],
        declare: (command) => command.argument("[name]", "a tool, a subcommand, language (the reference) or tutorial")
      },
      edit: {
        summary: "Copies a tool to a script of your own, to change it; opens the editor on a terminal.",
        usage: ["[options] tool [path]"],
        examples: [
          ["tsbpf edit tcpstates", "as a tool of your own: it goes before the original"],
          ["tsbpf edit tcpstates ./states.bt", "as a file, run by tsbpf ./states.bt"],
          ["tsbpf edit --no-editor tcpstates", "only copy it"]
        ],
        declare: (command) => command.argument("<tool>", "which tool").argument("[path]", "a file, or a folder; default: $XDG_CONFIG_HOME/tsbpf").option("--no-editor", "do not open $VISUAL or $EDITOR")
      },
      completion: {
        summary: "Prints a script that completes command lines of tsbpf, for a shell to read.",
        usage: [SHELLS.join("|")],
        examples: [
          ['eval "$(tsbpf completion bash)"', "in ~/.bashrc"],
          ['eval "$(tsbpf completion zsh)"', "in ~/.zshrc, behind compinit"],
          ["tsbpf completion fish | source", "in config.fish"]
        ],
        declare: (command) => command.addArgument(new import_commander.Argument("<shell>", "which").choices(SHELLS))
      }
    };
  }
});

// first:src/compiler/language/registry.ts.cjs
var require_registry_ts = __commonJS({
  "first:src/compiler/language/registry.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/language/registry.ts");
  }
});

// first:src/kernel/host/host.ts.cjs
var require_host_ts = __commonJS({
  "first:src/kernel/host/host.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/host.ts");
  }
});

// first:src/compiler/diagnostics/diagnostic.ts.cjs
var require_diagnostic_ts = __commonJS({
  "first:src/compiler/diagnostics/diagnostic.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/diagnostics/diagnostic.ts");
  }
});

// first:src/compiler/check/config.ts.cjs
var require_config_ts2 = __commonJS({
  "first:src/compiler/check/config.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/check/config.ts");
  }
});

// first:src/compiler/check/probe.ts.cjs
var require_probe_ts = __commonJS({
  "first:src/compiler/check/probe.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/check/probe.ts");
  }
});

// src/compiler/check/targets.ts
function scriptTargets(program2, env2, keep = () => true) {
  const diagnostics = new import_diagnostic.Diagnostics();
  const config = (0, import_config2.readConfig)(program2.config, env2, diagnostics);
  const found = /* @__PURE__ */ new Map();
  for (const [i, node2] of program2.probes.entries()) {
    const { variants } = (0, import_probe.expandProbe)(node2, i, { env: env2, config, keep }, diagnostics);
    for (const { probeType, targets } of variants) {
      for (const target of targets)
        if (!found.has(target.name)) found.set(target.name, { probeType, target });
    }
  }
  return { value: [...found.values()], diagnostics };
}
var import_diagnostic, import_config2, import_probe;
var init_targets = __esm({
  "src/compiler/check/targets.ts"() {
    "use strict";
    import_diagnostic = __toESM(require_diagnostic_ts(), 1);
    import_config2 = __toESM(require_config_ts2(), 1);
    import_probe = __toESM(require_probe_ts(), 1);
  }
});

// first:src/compiler/syntax/parse.ts.cjs
var require_parse_ts = __commonJS({
  "first:src/compiler/syntax/parse.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/syntax/parse.ts");
  }
});

// first:src/compiler/types/glob.ts.cjs
var require_glob_ts = __commonJS({
  "first:src/compiler/types/glob.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/glob.ts");
  }
});

// first:src/output/byte-output.ts.cjs
var require_byte_output_ts = __commonJS({
  "first:src/output/byte-output.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/byte-output.ts");
  }
});

// first:src/compiler/btf/kind.ts.cjs
var require_kind_ts = __commonJS({
  "first:src/compiler/btf/kind.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/btf/kind.ts");
  }
});

// src/compiler/btf/c-text.ts
function sizeOfType(blob, id, depth = DEPTH) {
  if (depth === 0) return 0;
  switch (blob.kind(id)) {
    case import_kind.BtfKind.BTF_KIND_INT:
    case import_kind.BtfKind.BTF_KIND_STRUCT:
    case import_kind.BtfKind.BTF_KIND_UNION:
    case import_kind.BtfKind.BTF_KIND_ENUM:
    case import_kind.BtfKind.BTF_KIND_ENUM64:
    case import_kind.BtfKind.BTF_KIND_FLOAT:
      return blob.sizeOrType(id);
    case import_kind.BtfKind.BTF_KIND_PTR:
      return POINTER;
    case import_kind.BtfKind.BTF_KIND_ARRAY:
      return blob.word(id, 2) * sizeOfType(blob, blob.word(id, 0), depth - 1);
    case import_kind.BtfKind.BTF_KIND_TYPEDEF:
    case import_kind.BtfKind.BTF_KIND_VOLATILE:
    case import_kind.BtfKind.BTF_KIND_CONST:
    case import_kind.BtfKind.BTF_KIND_RESTRICT:
    case import_kind.BtfKind.BTF_KIND_TYPE_TAG:
      return sizeOfType(blob, blob.sizeOrType(id), depth - 1);
    default:
      return 0;
  }
}
function holes(from, to, align3, inBits) {
  if (from >= to) return [];
  const out = [];
  let at = from;
  const roundUp = (value, unit2) => Math.ceil(value / unit2) * unit2;
  const [name, unit] = UNITS.find(([, bits]) => roundUp(at, bits) <= to) ?? UNITS[3];
  const start = roundUp(at, unit);
  if (start > at && start <= to) {
    const natural = start === to && roundUp(at, align3 * 8) === start;
    const swallowed = start !== to && to - start <= start - at;
    if (inBits || start === to && !natural || swallowed) out.push(`${name}: ${inBits ? start - at : 0}`);
    at = start;
  }
  for (; to - at >= unit; at += unit) out.push(`${name}: ${unit}`);
  if (at < to) {
    const rest = to - at;
    const smallest = UNITS.findLast(([, bits]) => bits >= rest) ?? UNITS[0];
    out.push(`${smallest[0]}: ${rest}`);
  }
  return out;
}
function tabs(level) {
  return "	".repeat(level);
}
var import_kind, DEPTH, POINTER, QUALIFIERS, CText, UNITS;
var init_c_text = __esm({
  "src/compiler/btf/c-text.ts"() {
    "use strict";
    import_kind = __toESM(require_kind_ts(), 1);
    DEPTH = 32;
    POINTER = 8;
    QUALIFIERS = {
      [import_kind.BtfKind.BTF_KIND_VOLATILE]: "volatile",
      [import_kind.BtfKind.BTF_KIND_CONST]: "const",
      [import_kind.BtfKind.BTF_KIND_RESTRICT]: "restrict"
    };
    CText = class {
      #blob;
      /** Bytes, of structs and unions. */
      #alignment = /* @__PURE__ */ new Map();
      constructor(blob) {
        this.#blob = blob;
      }
      /** `struct a {...}`, `enum b {...}`, `typedef int c`, without the `;` behind it. */
      definition(type) {
        if (this.#blob.kind(type) !== import_kind.BtfKind.BTF_KIND_TYPEDEF) return this.body(type, 0);
        return `typedef ${this.declaration(this.#blob.sizeOrType(type), this.#blob.name(type), 0)}`;
      }
      /** `int (*name)(char *)`; without a name as in a list of parameters. */
      declaration(type, name, level, depth = DEPTH) {
        return this.#wrap(type, name, level, depth);
      }
      /** Inside out: what is written around the name, then the type that is written before it. */
      #wrap(type, inner, level, depth) {
        const blob = this.#blob;
        if (depth === 0) return `void ${inner}`;
        const kind2 = blob.kind(type);
        const next = blob.sizeOrType(type);
        switch (kind2) {
          case import_kind.BtfKind.BTF_KIND_PTR: {
            const pointed2 = this.#untagged(next);
            const outer = blob.kind(pointed2);
            const around = outer === import_kind.BtfKind.BTF_KIND_ARRAY || outer === import_kind.BtfKind.BTF_KIND_FUNC_PROTO;
            return this.#wrap(
              pointed2,
              around ? `(*${inner})` : inner.startsWith("(") ? `* ${inner}` : `*${inner}`,
              level,
              depth - 1
            );
          }
          case import_kind.BtfKind.BTF_KIND_ARRAY:
            return this.#wrap(blob.word(type, 0), `${inner}[${blob.word(type, 2)}]`, level, depth - 1);
          case import_kind.BtfKind.BTF_KIND_FUNC_PROTO:
            return this.#wrap(next, `${inner}(${this.#parameters(type, level, depth - 1)})`, level, depth - 1);
          case import_kind.BtfKind.BTF_KIND_TYPE_TAG:
            return this.#wrap(next, inner, level, depth - 1);
          case import_kind.BtfKind.BTF_KIND_VOLATILE:
          case import_kind.BtfKind.BTF_KIND_CONST:
          case import_kind.BtfKind.BTF_KIND_RESTRICT: {
            const word4 = QUALIFIERS[kind2];
            if (this.#isPointer(next))
              return this.#wrap(next, ` ${word4}${inner === "" ? "" : " "}${inner}`, level, depth - 1);
            const words4 = this.#wrap(next, inner, level, depth - 1);
            const said = kind2 === import_kind.BtfKind.BTF_KIND_RESTRICT || words4.startsWith(`${word4} `);
            return said ? words4 : `${word4} ${words4}`;
          }
          default: {
            const base = this.#base(type, level);
            return inner === "" ? base : `${base} ${inner}`;
          }
        }
      }
      #untagged(type) {
        let at = type;
        for (let i = 0; i < DEPTH && this.#blob.kind(at) === import_kind.BtfKind.BTF_KIND_TYPE_TAG; i++)
          at = this.#blob.sizeOrType(at);
        return at;
      }
      #isPointer(type) {
        return this.#blob.kind(this.#untagged(type)) === import_kind.BtfKind.BTF_KIND_PTR;
      }
      #parameters(type, level, depth) {
        const blob = this.#blob;
        const count2 = blob.vlen(type);
        if (count2 === 0) return "void";
        return Array.from({ length: count2 }, (_, i) => {
          const [name, of2] = [blob.string(blob.word(type, 2 * i)), blob.word(type, 2 * i + 1)];
          if (of2 === 0 && i === count2 - 1 && count2 > 1) return "...";
          return this.declaration(of2, name, level, depth);
        }).join(", ");
      }
      /** A type that nothing is wrapped around: by its name, or its body when it has none. */
      #base(type, level) {
        const blob = this.#blob;
        const name = blob.name(type);
        switch (blob.kind(type)) {
          case import_kind.BtfKind.BTF_KIND_STRUCT:
            return name === "" ? this.body(type, level) : `struct ${name}`;
          case import_kind.BtfKind.BTF_KIND_UNION:
            return name === "" ? this.body(type, level) : `union ${name}`;
          case import_kind.BtfKind.BTF_KIND_ENUM:
          case import_kind.BtfKind.BTF_KIND_ENUM64:
            return name === "" ? this.body(type, level) : `enum ${name}`;
          case import_kind.BtfKind.BTF_KIND_FWD:
            return `${blob.flag(type) ? "union" : "struct"} ${name}`;
          case import_kind.BtfKind.BTF_KIND_INT:
          case import_kind.BtfKind.BTF_KIND_FLOAT:
          case import_kind.BtfKind.BTF_KIND_TYPEDEF:
            return name === "_Bool" ? "bool" : name;
          default:
            return "void";
        }
      }
      body(type, level) {
        const kind2 = this.#blob.kind(type);
        if (kind2 === import_kind.BtfKind.BTF_KIND_ENUM || kind2 === import_kind.BtfKind.BTF_KIND_ENUM64)
          return this.#enumBody(type, level);
        return this.#structBody(type, level);
      }
      #enumBody(type, level) {
        const blob = this.#blob;
        const wide = blob.kind(type) === import_kind.BtfKind.BTF_KIND_ENUM64;
        const signed2 = blob.flag(type);
        const step = wide ? 3 : 2;
        const values = Array.from({ length: blob.vlen(type) }, (_, i) => {
          const low = BigInt(blob.word(type, i * step + 1));
          const bits = wide ? low | BigInt(blob.word(type, i * step + 2)) << 32n : low;
          const value = signed2 ? BigInt.asIntN(wide ? 64 : 32, bits) : bits;
          return `${tabs(level + 1)}${blob.string(blob.word(type, i * step))} = ${value}${wide ? signed2 ? "LL" : "ULL" : ""},
`;
        });
        const head = `enum ${blob.name(type)}`.trimEnd();
        if (values.length === 0) return head;
        return `${head} {
${values.join("")}${tabs(level)}}${this.#enumMode(type)}`;
      }
      /** Of another size than an int's. */
      #enumMode(type) {
        const size = this.#blob.sizeOrType(type);
        if (size === 1) return " __attribute__((mode(byte)))";
        if (size !== 8 || this.#blob.kind(type) === import_kind.BtfKind.BTF_KIND_ENUM64) return "";
        return " __attribute__((mode(word)))";
      }
      #structBody(type, level) {
        const blob = this.#blob;
        const isStruct2 = blob.kind(type) === import_kind.BtfKind.BTF_KIND_STRUCT;
        const head = `${isStruct2 ? "struct" : "union"} ${blob.name(type)}`.trimEnd();
        const size = blob.sizeOrType(type);
        const members2 = this.#members(type);
        if (members2.length === 0 && size === 0) return `${head} {}`;
        const packed = isStruct2 && this.#isPacked(type);
        const lines = [];
        const pad2 = (padding) => lines.push(...padding.map((text4) => `${tabs(level + 1)}${text4};
`));
        let end = 0;
        let inBits = false;
        for (const { name, type: of2, offset: offset2, width } of members2) {
          if (isStruct2) pad2(holes(end, offset2, packed ? 1 : this.#alignOf(of2), inBits && width > 0));
          const bits = width > 0 ? `: ${width}` : "";
          lines.push(`${tabs(level + 1)}${this.declaration(of2, name, level + 1)}${bits};
`);
          inBits = width > 0;
          end = offset2 + (width > 0 ? width : 8 * sizeOfType(blob, of2));
        }
        if (isStruct2) pad2(holes(end, 8 * size, this.#alignOf(type), false));
        return `${head} {
${lines.join("")}${tabs(level)}}${packed ? " __attribute__((packed))" : ""}`;
      }
      #members(type) {
        const blob = this.#blob;
        return Array.from({ length: blob.vlen(type) }, (_, i) => {
          const [name, of2, word4] = [
            blob.word(type, 3 * i),
            blob.word(type, 3 * i + 1),
            blob.word(type, 3 * i + 2)
          ];
          const [offset2, width] = blob.flag(type) ? [word4 & 16777215, word4 >>> 24] : [word4, 0];
          return { name: blob.string(name), type: of2, offset: offset2, width };
        });
      }
      /** A struct whose members do not lie where their alignment would put them is taken for packed: 1. */
      #alignOf(type, depth = DEPTH) {
        const blob = this.#blob;
        if (depth === 0) return 1;
        switch (blob.kind(type)) {
          case import_kind.BtfKind.BTF_KIND_INT:
          case import_kind.BtfKind.BTF_KIND_ENUM:
          case import_kind.BtfKind.BTF_KIND_ENUM64:
          case import_kind.BtfKind.BTF_KIND_FLOAT:
            return Math.min(POINTER, Math.max(1, blob.sizeOrType(type)));
          case import_kind.BtfKind.BTF_KIND_PTR:
            return POINTER;
          case import_kind.BtfKind.BTF_KIND_ARRAY:
            return this.#alignOf(blob.word(type, 0), depth - 1);
          case import_kind.BtfKind.BTF_KIND_STRUCT:
          case import_kind.BtfKind.BTF_KIND_UNION: {
            let align3 = this.#alignment.get(type);
            if (align3 === void 0) {
              align3 = this.#isPacked(type, depth - 1) ? 1 : this.#mostAligned(type, depth - 1);
              this.#alignment.set(type, align3);
            }
            return align3;
          }
          case import_kind.BtfKind.BTF_KIND_TYPEDEF:
          case import_kind.BtfKind.BTF_KIND_VOLATILE:
          case import_kind.BtfKind.BTF_KIND_CONST:
          case import_kind.BtfKind.BTF_KIND_RESTRICT:
          case import_kind.BtfKind.BTF_KIND_TYPE_TAG:
            return this.#alignOf(blob.sizeOrType(type), depth - 1);
          default:
            return 1;
        }
      }
      #mostAligned(type, depth) {
        return Math.max(1, ...this.#members(type).map((member) => this.#alignOf(member.type, depth)));
      }
      #isPacked(type, depth = DEPTH) {
        const off = this.#members(type).some(
          ({ type: of2, offset: offset2, width }) => width === 0 && offset2 % (8 * this.#alignOf(of2, depth)) !== 0
        );
        return off || this.#blob.sizeOrType(type) % this.#mostAligned(type, depth) !== 0;
      }
    };
    UNITS = [
      ["long", 64],
      ["int", 32],
      ["short", 16],
      ["char", 8]
    ];
  }
});

// first:src/compiler/btf/reader.ts.cjs
var require_reader_ts = __commonJS({
  "first:src/compiler/btf/reader.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/btf/reader.ts");
  }
});

// first:src/kernel/host/missing.ts.cjs
var require_missing_ts = __commonJS({
  "first:src/kernel/host/missing.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/missing.ts");
  }
});

// src/cli/list-types.ts
function asksForTypes(pattern2) {
  return PATTERN.test(pattern2);
}
function* listTypes(pattern2, host2, definitions2) {
  const [, tag = "", glob = ""] = PATTERN.exec(pattern2) ?? [];
  const { btf } = host2;
  if (!(btf instanceof import_reader.BtfReader)) {
    throw new import_missing.MissingError(
      "this kernel tells no types (BTF)",
      "it needs CONFIG_DEBUG_INFO_BTF, or BPFTRACE_BTF naming a file of types"
    );
  }
  const { blob } = btf;
  const matches = (0, import_glob.globPattern)(glob);
  const found = [];
  for (let id = 1; id < blob.typeCount; id++) {
    if (!KINDS[tag].includes(blob.kind(id))) continue;
    const name = blob.name(id);
    if (name !== "" && matches.test(name)) found.push({ name, id });
  }
  const text4 = new CText(blob);
  const said = /* @__PURE__ */ new Set();
  for (const { name, id } of found.sort(
    (a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id
  )) {
    const line3 = definitions2 ? `vmlinux: ${text4.definition(id)};
` : `${tag} ${name}`;
    if (said.has(line3)) continue;
    said.add(line3);
    yield line3;
  }
}
var import_kind2, import_reader, import_glob, import_missing, KINDS, PATTERN;
var init_list_types = __esm({
  "src/cli/list-types.ts"() {
    "use strict";
    init_c_text();
    import_kind2 = __toESM(require_kind_ts(), 1);
    import_reader = __toESM(require_reader_ts(), 1);
    import_glob = __toESM(require_glob_ts(), 1);
    import_missing = __toESM(require_missing_ts(), 1);
    KINDS = {
      struct: [import_kind2.BtfKind.BTF_KIND_STRUCT],
      union: [import_kind2.BtfKind.BTF_KIND_UNION],
      enum: [import_kind2.BtfKind.BTF_KIND_ENUM, import_kind2.BtfKind.BTF_KIND_ENUM64],
      typedef: [import_kind2.BtfKind.BTF_KIND_TYPEDEF]
    };
    PATTERN = /^(struct|union|enum|typedef)\s+(\S+)$/;
  }
});

// first:src/cli/probe-filter.ts.cjs
var require_probe_filter_ts = __commonJS({
  "first:src/cli/probe-filter.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/probe-filter.ts");
  }
});

// first:src/cli/program.ts.cjs
var require_program_ts = __commonJS({
  "first:src/cli/program.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/program.ts");
  }
});

// first:src/cli/source.ts.cjs
var require_source_ts = __commonJS({
  "first:src/cli/source.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/source.ts");
  }
});

// src/cli/list.ts
var list_exports = {};
__export(list_exports, {
  list: () => list,
  listProbes: () => listProbes
});
async function list(config) {
  const lines = new Lines((0, import_byte_output.openByteOutput)({ path: config.output, buffering: "full" }));
  const { script, expression } = config;
  const ofProgram = expression !== void 0 || script !== void 0 && (0, import_source.isProgram)(script);
  try {
    const code2 = ofProgram ? await listProgram(config, lines) : listPatterns(config, lines);
    lines.flush();
    return code2;
  } catch (error) {
    if (error instanceof import_byte_output.BrokenPipe) return 0;
    throw error;
  }
}
function listPatterns(config, lines) {
  const { verbose, script = "*" } = config;
  const host2 = (0, import_host.openHost)({
    params: [],
    options: /* @__PURE__ */ new Map(),
    targetPid: config.pid,
    without: (0, import_program.withoutFeatures)(config),
    traceableFunctions: config.traceableFunctions
  });
  const missing = [];
  const tell = process.geteuid?.() === 0 ? (why) => void missing.push(why) : void 0;
  for (const pattern2 of script.split(",").map((part) => part.trim())) {
    const found = asksForTypes(pattern2) ? listTypes(pattern2, host2, verbose) : listProbes(pattern2, verbose, host2, tell);
    for (const line3 of found) lines.write(line3);
  }
  if (missing.length > 0) {
    lines.flush();
    for (const why of new Set(missing)) (0, import_standard_error.say)(`WARNING: ${why}
`);
  }
  if (lines.count > 0) return 0;
  (0, import_standard_error.say)(`Nothing matches "${script}"
`);
  return 1;
}
function* listProbes(pattern2, verbose, host2, tell) {
  const [type = "*", ...parts] = pattern2.split(":");
  for (const entry of import_registry.PROBE_TYPES) {
    const sought = parts.length === 0 ? anywhere(pattern2) : within(entry, type, parts);
    if (sought === void 0) continue;
    let found = false;
    for (const name of entry.list(sought, host2.env)) {
      found = true;
      yield name;
      if (verbose) yield* described(entry, name, host2);
    }
    const why = found && tell !== void 0 ? entry.unavailable?.(host2.env) : void 0;
    if (why !== void 0) tell?.(why);
  }
}
function anywhere(word4) {
  const glob = (0, import_glob2.globPattern)((0, import_glob2.hasWildcard)(word4) ? word4 : `*${word4}*`);
  return {
    parts: [],
    matches: (name) => glob.test(name.replace(/:$/, "").split(":").at(-1) ?? "")
  };
}
function within(entry, type, parts) {
  const glob = (0, import_glob2.globPattern)(type);
  if (![entry.name, ...entry.aliases].some((name) => glob.test(name))) return void 0;
  const whole2 = (0, import_glob2.globPattern)([entry.name, ...parts].join(":"));
  return { parts, matches: (name) => whole2.test(name) };
}
function* described(entry, name, host2) {
  for (const line3 of entry.describe?.(name, host2.env) ?? []) yield `    ${line3}`;
}
async function listProgram(config, lines) {
  const opened2 = (0, import_program.openProgram)(config);
  if (typeof opened2 === "number") return opened2;
  const { env: env2 } = opened2.host;
  const { program: program2, diagnostics, source } = (0, import_parse.parse)(opened2.source.file, {
    params: env2.params,
    options: env2.options,
    files: env2.files
  });
  const { value, diagnostics: more } = scriptTargets(program2, env2, (0, import_probe_filter.filterOf)(config));
  await (0, import_program.reportHeard)([...diagnostics.list, ...more.list], source, config);
  if (diagnostics.hasErrors || more.hasErrors) return 1;
  for (const { probeType, target } of value) {
    if (probeType.origin === "session") continue;
    lines.write(target.name);
    if (config.verbose) for (const line3 of described(probeType, target.name, opened2.host)) lines.write(line3);
  }
  if (lines.count > 0) return 0;
  (0, import_standard_error.say)("The program attaches to nothing\n");
  return 1;
}
var import_registry, import_parse, import_glob2, import_host, import_byte_output, import_probe_filter, import_program, import_source, import_standard_error, Lines;
var init_list = __esm({
  "src/cli/list.ts"() {
    "use strict";
    init_targets();
    import_registry = __toESM(require_registry_ts(), 1);
    import_parse = __toESM(require_parse_ts(), 1);
    import_glob2 = __toESM(require_glob_ts(), 1);
    import_host = __toESM(require_host_ts(), 1);
    import_byte_output = __toESM(require_byte_output_ts(), 1);
    init_list_types();
    import_probe_filter = __toESM(require_probe_filter_ts(), 1);
    import_program = __toESM(require_program_ts(), 1);
    import_source = __toESM(require_source_ts(), 1);
    import_standard_error = __toESM(require_standard_error_ts(), 1);
    Lines = class {
      count = 0;
      #output;
      #encoder = new TextEncoder();
      #text = "";
      constructor(output) {
        this.#output = output;
      }
      write(line3) {
        this.count++;
        this.#text += `${line3}
`;
        if (this.#text.length > 1 << 15) this.flush();
      }
      flush() {
        this.#output.write(this.#encoder.encode(this.#text));
        this.#text = "";
      }
    };
  }
});

// src/cli/complete/probes.ts
function host() {
  opened ??= (0, import_host2.openHost)({ params: [], options: /* @__PURE__ */ new Map(), targetPid: void 0 });
  return opened;
}
function probeNames(typed) {
  if (/[*?[\s]/.test(typed)) return [];
  const colon = typed.indexOf(":");
  if (colon === -1) return probeTypes();
  const found = /* @__PURE__ */ new Set();
  const type = typed.slice(0, colon);
  for (const name of quietly(() => listProbes(`${typed}*`, false, host()))) {
    const rest = type + name.slice(name.indexOf(":"));
    const next = rest.indexOf(":", typed.length);
    found.add(next === -1 ? rest : rest.slice(0, next + 1));
    if (found.size >= MOST) break;
  }
  return [...found].map((text4) => ({ text: text4 }));
}
function probeTypes() {
  return import_registry2.PROBE_TYPES.flatMap(({ name, usage, doc }) => {
    const bare = !usage.includes(":");
    return { text: bare ? name.toUpperCase() : `${name}:`, about: doc.summary };
  });
}
function fieldsOfArgs(attachPoint) {
  const type = attachPoint.split(":")[0] ?? "";
  const entry = import_registry2.PROBE_TYPES.find(({ name: name2, aliases }) => name2 === type || aliases.includes(type));
  if (entry?.describe === void 0 || /[*?[]/.test(attachPoint)) return [];
  const [name] = quietly(() => listProbes(attachPoint, false, host()));
  if (name === void 0) return [];
  return [...quietly(() => entry.describe(name, host().env))].flatMap((line3) => {
    const [, type2 = "", field2] = /^(.*?)\b(\w+)(?:\[\d*\])*$/.exec(line3.trim()) ?? [];
    return field2 === void 0 || type2 === "" ? [] : [{ text: field2, about: type2.trim() }];
  });
}
function* quietly(all2) {
  try {
    yield* all2();
  } catch {
  }
}
var import_registry2, import_host2, MOST, opened;
var init_probes = __esm({
  "src/cli/complete/probes.ts"() {
    "use strict";
    import_registry2 = __toESM(require_registry_ts(), 1);
    import_host2 = __toESM(require_host_ts(), 1);
    init_list();
    MOST = 2e3;
  }
});

// first:src/compiler/language/packet/headers.ts.cjs
var require_headers_ts = __commonJS({
  "first:src/compiler/language/packet/headers.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/language/packet/headers.ts");
  }
});

// first:src/compiler/syntax/token.ts.cjs
var require_token_ts = __commonJS({
  "first:src/compiler/syntax/token.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/syntax/token.ts");
  }
});

// src/cli/complete/program.ts
function completeProgram(text4) {
  const place2 = placeOf(text4);
  if (place2.at === "text") return NOTHING;
  if (place2.at === "probe") {
    const start = place2.start + text4.slice(place2.start).search(/[^\s,|]*$/);
    return offered(text4, start, probeNames(text4.slice(start)), true);
  }
  const [, holder, member = ""] = /(\w+)(?:\.|->)(\w*)$/.exec(text4) ?? [];
  if (holder !== void 0)
    return offered(text4, text4.length - member.length, members(holder, place2.points), true);
  const [word4 = ""] = /[@$]?\w*$/.exec(text4) ?? [];
  return offered(text4, text4.length - word4.length, words(text4, word4), true);
}
function placeOf(text4) {
  let depth = 0;
  let inPredicate = false;
  let start = 0;
  let points = "";
  for (let i = 0; i < text4.length; i++) {
    const c = text4[i];
    if (c === '"') {
      const end = endOfString(text4, i);
      if (end === -1) return { at: "text" };
      i = end;
    } else if (c === "/" && depth === 0 && (inPredicate || /\s/.test(text4[i - 1] ?? ""))) {
      if (!inPredicate) points = text4.slice(start, i);
      inPredicate = !inPredicate;
    } else if (c === "{") {
      if (depth === 0 && points === "") points = text4.slice(start, i);
      depth++;
    } else if (c === "}") {
      depth = Math.max(0, depth - 1);
      if (depth > 0) continue;
      start = i + 1;
      points = "";
    }
  }
  return depth > 0 || inPredicate ? { at: "code", points } : points === "" ? { at: "probe", start } : { at: "text" };
}
function endOfString(text4, start) {
  for (let i = start + 1; i < text4.length; i++) {
    if (text4[i] === "\\") i++;
    else if (text4[i] === '"') return i;
  }
  return -1;
}
function members(holder, points) {
  if (holder === "args") return fieldsOfArgs(points.split(/,|\|\|/)[0].trim());
  return (0, import_headers.findHeader)(holder)?.fields.map(({ name }) => ({ text: name })) ?? [];
}
function words(text4, typed) {
  if (/^[@$]/.test(typed)) {
    const own = new Set(text4.slice(0, text4.length - typed.length).match(/[@$]\w+/g) ?? []);
    return [...own].map((word4) => ({ text: word4 }));
  }
  const functions = import_registry3.FUNCTIONS.map(({ name, doc }) => ({ text: `${name}(`, about: doc.summary }));
  const names = new Set(functions.map(({ text: name }) => name.slice(0, -1)));
  const builtins = import_registry3.BUILTINS.map(({ name, doc }) => ({ text: name, about: doc.summary }));
  const keywords = [...import_token.KEYWORDS].filter((word4) => !names.has(word4)).map((word4) => ({ text: word4 }));
  return [...builtins, ...functions, ...keywords, { text: "args", about: "Arguments of the probe" }];
}
var import_headers, import_registry3, import_token;
var init_program = __esm({
  "src/cli/complete/program.ts"() {
    "use strict";
    import_headers = __toESM(require_headers_ts(), 1);
    import_registry3 = __toESM(require_registry_ts(), 1);
    import_token = __toESM(require_token_ts(), 1);
    init_candidates();
    init_probes();
  }
});

// src/cli/complete/command.ts
function completeCommand(words4) {
  let command = (0, import_options.declare)("tsbpf");
  const current = words4.at(-1) ?? "";
  const given = /* @__PURE__ */ new Set();
  let script;
  let behind = 0;
  let pending;
  let own = [];
  for (const word4 of words4.slice(0, -1)) {
    if (pending !== void 0) {
      pending = void 0;
      continue;
    }
    if (word4.startsWith("-") && word4 !== "-") {
      const option = optionOf(command, word4);
      const isOwn = own.find(({ flags }) => flags.includes(word4));
      if (option !== void 0) given.add(option.long ?? option.short ?? "");
      if (isOwn !== void 0 ? isOwn.takesValue : option?.required === true && !isAttached(word4, option))
        pending = option ?? NO_OPTION;
      continue;
    }
    if (script === void 0 && !given.has("--expression")) {
      script = word4;
      if ((0, import_subcommand_words2.isSubcommand)(word4)) command = declareSubcommand(word4, "tsbpf");
      else own = ownOptions(word4);
    } else behind++;
  }
  if (pending !== void 0) return optionValue(pending, current, 0, script);
  const [, name] = /^(--[\w-]+)=/.exec(current) ?? [];
  const attached = name === void 0 ? void 0 : optionOf(command, name);
  if (attached !== void 0) return optionValue(attached, current, name.length + 1, script);
  if (current.startsWith("-")) return offered(current, 0, optionsFor(command, script));
  if (given.has("--list")) return offered(current, 0, probeNames(current), true);
  if (script === void 0) return given.has("--expression") ? FILES : firstWord(current);
  return argument(script, behind, current);
}
function optionOf(command, word4) {
  const flag = word4.replace(/=.*$/s, "");
  return command.options.find(
    ({ long, short }) => flag === long || short !== void 0 && word4.startsWith(short) && !word4.startsWith("--")
  );
}
function isAttached(word4, { short }) {
  return word4.includes("=") || short !== void 0 && word4.startsWith(short) && word4.length > 2;
}
function optionValue(option, word4, kept, script) {
  if (option.argChoices !== void 0) return offered(word4, kept, option.argChoices);
  switch (option.long) {
    case "--expression":
      return completeProgram(word4);
    case "--list":
      return offered(word4, kept, probeNames(word4.slice(kept)), true);
    case "--pid":
      return offered(word4, kept, processes());
    case "--dev":
      return offered(word4, kept, interfaces());
    case "--debug":
      return offeredInList(word4, import_options.DEBUG_STAGES);
    case "--no-feature":
      return offeredInList(word4, (0, import_features.featureNames)());
    case "--columns":
      return offeredInList(word4, columnsOf(script));
    case "--sort":
      return offered(word4, kept, columnsOf(script));
    case "--where":
      return offered(word4, word4.search(/\w*$/), columnsOf(script), true);
    case void 0:
      return NOTHING;
    default:
      return /[<[](file|folders?|path|name=file)[\]>]/.test(option.flags) ? FILES : NOTHING;
  }
}
function optionsFor(command, script) {
  const tool = script === void 0 || (0, import_subcommand_words2.isSubcommand)(script) ? void 0 : toolOf(script);
  if (tool === void 0) return flagsOf(command);
  const shared = (0, import_shared_options.sharedWith)(tool.options).flatMap(
    ([flags, about]) => (flags.match(/--?\w[\w-]*/g) ?? []).map((text4) => ({ text: text4, about }))
  );
  return [
    ...tool.options.flatMap(({ name, short, help }) => [
      { text: `--${name}`, about: help },
      ...short === void 0 ? [] : [{ text: `-${short}`, about: help }]
    ]),
    ...shared,
    { text: "--help", about: "show its help" }
  ];
}
function flagsOf(command) {
  const visible = command.options.filter(({ hidden }) => !hidden);
  return [
    ...visible.flatMap(
      ({ long, short, description }) => [long, short].flatMap((text4) => text4 === void 0 ? [] : [{ text: text4, about: description }])
    ),
    { text: "--help", about: "show this help" }
  ];
}
function toolOf(name) {
  const tool = (0, import_tool_folders2.findTool)(name);
  if (tool === void 0) return void 0;
  const file2 = { name: tool.path, text: (0, import_node_fs2.readFileSync)(tool.path, "utf8") };
  return {
    header: (0, import_script_header2.parseScriptHeader)(file2).header,
    options: (0, import_script_options.optionsOf)(file2, (0, import_source_files.sourceFiles)({ script: tool.path, library: (0, import_tool_folders2.packageFolder)("scripts-library") }))
  };
}
function ownOptions(script) {
  return (toolOf(script)?.options ?? []).map(({ name, short, flag }) => ({
    flags: [`--${name}`, ...short === void 0 ? [] : [`-${short}`]],
    takesValue: !flag
  }));
}
function firstWord(current) {
  if (current.includes("/")) return FILES;
  const found = offered(current, 0, [
    ...tools(),
    ...import_subcommand_words2.SUBCOMMAND_WORDS.map((text4) => ({ text: text4, about: declareSubcommand(text4, "tsbpf").description() }))
  ]);
  return found.candidates.length === 0 ? FILES : found;
}
function tools() {
  return catalog().filter(({ hiddenBy }) => hiddenBy === void 0).map(({ name, header }) => ({ text: name, about: header?.summary }));
}
function argument(script, index, current) {
  if ((0, import_subcommand_words2.isSubcommand)(script)) return argumentOf(script, index, current);
  const parameter = toolOf(script)?.header?.parameters[index];
  if (parameter === void 0) return (0, import_tool_folders2.findTool)(script) === void 0 ? FILES : NOTHING;
  if (/interface/i.test(parameter.meaning) || /^(iface|from|to)$/i.test(parameter.name))
    return offered(current, 0, interfaces());
  if (/probe/i.test(parameter.name)) return offered(current, 0, probeNames(current), true);
  return FILES;
}
function argumentOf(subcommand, index, current) {
  switch (subcommand) {
    case "net":
      return offered(current, 0, interfaces());
    case "prog":
      return index === 0 ? offered(current, 0, ["list", "show", "dump"]) : FILES;
    case "xdp":
      return index === 0 ? offered(current, 0, ["load"]) : FILES;
    case "tplist":
      return NOTHING;
    case "tools":
      return offered(current, 0, [...tools(), ...import_topics.TOPICS]);
    case "help":
      return index > 0 ? NOTHING : offered(current, 0, [...tools(), ...import_subcommand_words2.SUBCOMMAND_WORDS, "language", "tutorial"]);
    case "edit":
      return index === 0 ? offered(current, 0, tools()) : FILES;
    case "completion":
      return index > 0 ? NOTHING : offered(current, 0, SHELLS);
  }
}
function columnsOf(script) {
  const header = script === void 0 ? void 0 : toolOf(script)?.header;
  return header?.columns.map(({ name }) => name.toLowerCase()) ?? [];
}
function interfaces() {
  return (0, import_interfaces.netInterfaces)().map(({ name }) => name);
}
function processes() {
  return (0, import_node_fs2.readdirSync)("/proc").filter((name) => /^\d+$/.test(name)).map((text4) => {
    let about;
    try {
      about = (0, import_node_fs2.readFileSync)(`/proc/${text4}/comm`, "utf8").trim();
    } catch {
    }
    return { text: text4, about };
  });
}
var import_node_fs2, import_script_header2, import_topics, import_interfaces, import_source_files, import_features, import_options, import_script_options, import_shared_options, import_subcommand_words2, import_tool_folders2, NO_OPTION;
var init_command = __esm({
  "src/cli/complete/command.ts"() {
    "use strict";
    import_node_fs2 = require("node:fs");
    import_script_header2 = __toESM(require_script_header_ts(), 1);
    import_topics = __toESM(require_topics_ts(), 1);
    import_interfaces = __toESM(require_interfaces_ts(), 1);
    import_source_files = __toESM(require_source_files_ts(), 1);
    import_features = __toESM(require_features_ts(), 1);
    init_catalog();
    import_options = __toESM(require_options_ts(), 1);
    import_script_options = __toESM(require_script_options_ts(), 1);
    import_shared_options = __toESM(require_shared_options_ts(), 1);
    import_subcommand_words2 = __toESM(require_subcommand_words_ts(), 1);
    init_subcommands();
    import_tool_folders2 = __toESM(require_tool_folders_ts(), 1);
    init_candidates();
    init_probes();
    init_program();
    NO_OPTION = { long: void 0, argChoices: void 0 };
  }
});

// src/cli/complete/shell-words.ts
function shellWords(line3) {
  let words4 = [];
  let word4;
  let quote;
  const close = () => {
    if (word4 !== void 0) words4.push({ ...word4, quote: void 0 });
    word4 = void 0;
  };
  for (let i = 0; i < line3.length; i++) {
    const c = line3[i];
    const here = () => {
      word4 ??= { text: "", start: i };
      return word4;
    };
    if (quote !== void 0) {
      if (c === quote) quote = void 0;
      else if (quote === '"' && c === "\\" && /["\\$`]/.test(line3[i + 1] ?? "")) here().text += line3[++i];
      else here().text += c;
    } else if (c === "'" || c === '"') {
      here();
      quote = c;
    } else if (c === "\\") {
      here();
      if (i + 1 < line3.length) word4.text += line3[++i];
    } else if (/\s/.test(c)) close();
    else if (/[;|&]/.test(c)) {
      close();
      words4 = [];
    } else here().text += c;
  }
  words4.push({ ...word4 ?? { text: "", start: line3.length }, quote });
  return words4;
}
var init_shell_words = __esm({
  "src/cli/complete/shell-words.ts"() {
    "use strict";
  }
});

// src/cli/complete/complete.ts
var complete_exports = {};
__export(complete_exports, {
  complete: () => complete
});
function complete([shell = "", ...rest]) {
  try {
    const answer = ANSWERS[shell]?.(rest) ?? [];
    (0, import_standard_error2.sayOut)(answer.map((line3) => `${line3}
`).join(""));
  } catch {
  }
  return 0;
}
function kindOf({ files, goesOn }) {
  return files === true ? "files" : goesOn === true ? "more" : "word";
}
function described2({ text: text4, about }) {
  return about === void 0 || about === "" ? text4 : `${text4}	${about}`;
}
function lastBreak(word4, breaks) {
  for (let i = word4.length; i > 0; i--) if (breaks.includes(word4[i - 1])) return i;
  return 0;
}
var import_standard_error2, ANSWERS;
var init_complete = __esm({
  "src/cli/complete/complete.ts"() {
    "use strict";
    import_standard_error2 = __toESM(require_standard_error_ts(), 1);
    init_candidates();
    init_command();
    init_shell_words();
    ANSWERS = {
      bash: ([line3 = "", breaks = ""]) => {
        const words4 = shellWords(line3);
        const current = words4.at(-1);
        const found = completeCommand(words4.slice(1).map(({ text: text4 }) => text4));
        const cut = current.quote === void 0 ? lastBreak(current.text, breaks) : 0;
        return [
          kindOf(found),
          ...found.candidates.map(({ text: text4 }) => (current.text.slice(0, found.kept) + text4).slice(cut))
        ];
      },
      zsh: (words4) => {
        const found = words4.length < 2 ? NOTHING : completeCommand(words4.slice(1));
        return [`${kindOf(found)}:${found.kept}`, ...found.candidates.map(described2)];
      },
      fish: (words4) => {
        const last2 = shellWords(words4.at(-1) ?? "").at(-1).text;
        const found = words4.length < 2 ? NOTHING : completeCommand([...words4.slice(1, -1), last2]);
        const before = last2.slice(0, found.kept);
        return [kindOf(found), ...found.candidates.map((each) => before + described2(each))];
      }
    };
  }
});

// first:src/kernel/host/capability.ts.cjs
var require_capability_ts = __commonJS({
  "first:src/kernel/host/capability.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/capability.ts");
  }
});

// first:src/kernel/sys/rlimit.ts.cjs
var require_rlimit_ts = __commonJS({
  "first:src/kernel/sys/rlimit.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/rlimit.ts");
  }
});

// first:src/cli/command-line.ts.cjs
var require_command_line_ts = __commonJS({
  "first:src/cli/command-line.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/command-line.ts");
  }
});

// first:src/compiler/bpf/map-type.ts.cjs
var require_map_type_ts = __commonJS({
  "first:src/compiler/bpf/map-type.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/bpf/map-type.ts");
  }
});

// src/compiler/elf/elf-reader.ts
function readElf(bytes3) {
  const problem2 = problemOf(bytes3);
  if (problem2 !== void 0) return problem2;
  const sections = readSections(bytes3);
  if (typeof sections === "string") return sections;
  const symbols = readSymbols(sections);
  const relocations = /* @__PURE__ */ new Map();
  for (const section of sections) {
    if (section.type !== SectionType.REL) continue;
    const found = readRelocations(section, symbols);
    if (found === void 0) return `the relocations in ${section.name} are of symbols that it does not have`;
    relocations.set(section.info, [...relocations.get(section.info) ?? [], ...found]);
  }
  return { sections, symbols, relocations };
}
function functionsIn({ sections, symbols }, index) {
  const section = sections[index];
  if (section === void 0 || !isCode(section)) return [];
  return symbols.filter((s) => s.section === index && s.kind === SymbolKind.STT_FUNC).sort((a, b) => a.value - b.value);
}
function isCode({ type, executable }) {
  return type === SectionType.PROGBITS && executable;
}
function textAt(bytes3, at) {
  const end = bytes3.indexOf(0, at);
  return new TextDecoder().decode(bytes3.subarray(at, end === -1 ? bytes3.length : end));
}
function viewOf(bytes3) {
  return new DataView(bytes3.buffer, bytes3.byteOffset, bytes3.byteLength);
}
function problemOf(bytes3) {
  if (bytes3.length < 4 || viewOf(bytes3).getUint32(0) !== 2135247942) return "it is no ELF file";
  if (bytes3.length < HEADER) return "it is cut off within its header";
  if (bytes3[4] !== 2) return "it is a 32-bit ELF file";
  if (bytes3[5] !== 1) return "it is for big-endian machines";
  if (viewOf(bytes3).getUint16(18, true) !== EM_BPF) return "it holds no BPF, but code of another machine";
  return void 0;
}
function readSections(bytes3) {
  const view = viewOf(bytes3);
  const start = Number(view.getBigUint64(40, true));
  const count2 = view.getUint16(60, true);
  if (start + count2 * SECTION_HEADER > bytes3.length) {
    return "its section headers are outside of it: it was cut off, or changed";
  }
  const raw = Array.from({ length: count2 }, (_, index) => {
    const at = start + index * SECTION_HEADER;
    const type = view.getUint32(at + 4, true);
    const offset2 = Number(view.getBigUint64(at + 24, true));
    const size = Number(view.getBigUint64(at + 32, true));
    return {
      nameAt: view.getUint32(at, true),
      index,
      type,
      executable: (view.getUint32(at + 8, true) & SHF_EXECINSTR) !== 0,
      size,
      link: view.getUint32(at + 40, true),
      info: view.getUint32(at + 44, true),
      outside: type !== SectionType.NOBITS && offset2 + size > bytes3.length,
      bytes: type === SectionType.NOBITS || index === 0 ? new Uint8Array() : bytes3.subarray(Math.min(offset2, bytes3.length), offset2 + size)
    };
  });
  const names = raw[view.getUint16(62, true)]?.bytes ?? new Uint8Array();
  const outside2 = raw.find((section) => section.index > 0 && section.outside);
  if (outside2 !== void 0) {
    return `its section ${textAt(names, outside2.nameAt)} reaches outside of it: it was cut off, or changed`;
  }
  return raw.map(({ nameAt: nameAt2, outside: _, ...section }) => ({ ...section, name: textAt(names, nameAt2) }));
}
function readSymbols(sections) {
  const table = sections.find(({ type }) => type === SectionType.SYMTAB);
  if (table === void 0) return [];
  const names = sections[table.link]?.bytes ?? new Uint8Array();
  const view = viewOf(table.bytes);
  return Array.from({ length: Math.floor(table.bytes.length / SYMBOL) }, (_, i) => {
    const at = i * SYMBOL;
    const info2 = view.getUint8(at + 4);
    const kind2 = info2 & 15;
    const section = view.getUint16(at + 6, true);
    const name = textAt(names, view.getUint32(at, true));
    return {
      name: kind2 === SymbolKind.STT_SECTION ? sections[section]?.name ?? name : name,
      kind: kind2,
      local: info2 >> 4 === STB_LOCAL,
      weak: info2 >> 4 === STB_WEAK,
      hidden: [1, 2].includes(view.getUint8(at + 5) & 3),
      section: section >= SHN_LORESERVE ? -1 : section,
      // -1: a constant, or nowhere yet
      value: Number(view.getBigUint64(at + 8, true)),
      size: Number(view.getBigUint64(at + 16, true))
    };
  });
}
function readRelocations({ bytes: bytes3 }, symbols) {
  const view = viewOf(bytes3);
  const found = [];
  for (let at = 0; at + RELOCATION <= bytes3.length; at += RELOCATION) {
    const symbol = symbols[view.getUint32(at + 12, true)];
    if (symbol === void 0) return void 0;
    found.push({
      offset: Number(view.getBigUint64(at, true)),
      type: view.getUint32(at + 8, true),
      symbol
    });
  }
  return found;
}
var SectionType, SymbolKind, EM_BPF, HEADER, SECTION_HEADER, SYMBOL, RELOCATION, SHF_EXECINSTR, STB_LOCAL, STB_WEAK, SHN_LORESERVE;
var init_elf_reader = __esm({
  "src/compiler/elf/elf-reader.ts"() {
    "use strict";
    SectionType = { PROGBITS: 1, SYMTAB: 2, NOBITS: 8, REL: 9 };
    SymbolKind = { STT_OBJECT: 1, STT_FUNC: 2, STT_SECTION: 3 };
    EM_BPF = 247;
    HEADER = 64;
    SECTION_HEADER = 64;
    SYMBOL = 24;
    RELOCATION = 16;
    SHF_EXECINSTR = 4;
    [STB_LOCAL, STB_WEAK] = [0, 2];
    SHN_LORESERVE = 65280;
  }
});

// src/compiler/elf/loadable-btf.ts
function placedBtf({ sections, relocations }) {
  const section = sections.find(({ name }) => name === ".BTF");
  if (section === void 0) return void 0;
  const bytes3 = Uint8Array.from(section.bytes);
  const view = viewOf(bytes3);
  for (const { offset: offset2, symbol } of relocations.get(section.index) ?? []) {
    if (offset2 + 4 > bytes3.length) continue;
    view.setUint32(offset2, view.getUint32(offset2, true) + symbol.value, true);
  }
  return bytes3;
}
function loadableBtf(placed, { sections, symbols }) {
  const view = viewOf(placed);
  if (placed.length < 24 || view.getUint16(0, true) !== import_kind3.BTF_MAGIC) return void 0;
  const header = view.getUint32(4, true);
  const start = header + view.getUint32(8, true);
  const end = start + view.getUint32(12, true);
  const strings = header + view.getUint32(16, true);
  const stringSize = view.getUint32(20, true);
  if (end > placed.length || strings + stringSize > placed.length || header < 24) return void 0;
  const text4 = placed.subarray(strings, strings + stringSize);
  const nameAt2 = (at) => {
    const stop = text4.indexOf(0, at);
    return new TextDecoder("latin1").decode(text4.subarray(at, stop === -1 ? text4.length : stop));
  };
  const sizes = new Map(sections.map(({ name, size }) => [name, size]));
  const hidden = new Set(symbols.filter((each) => each.hidden).map(({ name }) => name));
  const sectionOf = new Map(symbols.map(({ name, section }) => [name, sections[section]?.name]));
  const names = [""];
  const words4 = [];
  for (let at = start; at + 12 <= end; ) {
    const info2 = view.getUint32(at + 4, true);
    const [kind2, vlen] = [info2 >>> 24 & 31, info2 & 65535];
    const more = (0, import_kind3.trailingWords)(kind2, vlen);
    if (more === void 0 || at + 12 + 4 * more > end) return void 0;
    const type = Array.from({ length: 3 + more }, (_, i) => view.getUint32(at + 4 * i, true));
    at += 4 * type.length;
    const name = nameAt2(type[0]);
    names.push(name);
    switch (kind2) {
      case import_kind3.BtfKind.BTF_KIND_DATASEC: {
        const isHere = (id) => (sectionOf.get(names[id] ?? "") ?? name) === name;
        words4.push(...dataSection(type, sizes.get(name), isHere));
        break;
      }
      case import_kind3.BtfKind.BTF_KIND_VAR:
        words4.push(...type[3] === import_kind3.BtfVar.BTF_VAR_GLOBAL_EXTERN ? NOTHING2 : type);
        break;
      case import_kind3.BtfKind.BTF_KIND_FUNC:
        if (vlen === import_kind3.BtfLinkage.BTF_FUNC_EXTERN) words4.push(...NOTHING2);
        else words4.push(type[0], hidden.has(name) ? (info2 & ~65535) >>> 0 : info2, type[2]);
        break;
      default:
        words4.push(...type);
    }
  }
  const out = new Uint8Array(24 + 4 * words4.length + stringSize);
  const into = viewOf(out);
  out.set(placed.subarray(0, 4));
  [24, 0, 4 * words4.length, 4 * words4.length, stringSize].forEach((word4, i) => {
    into.setUint32(4 + 4 * i, word4, true);
  });
  words4.forEach((word4, i) => {
    into.setUint32(24 + 4 * i, word4, true);
  });
  out.set(text4, 24 + 4 * words4.length);
  return out;
}
function dataSection([name = 0, info2 = 0, size = 0, ...words4], inFile, isHere) {
  if (inFile === void 0 || inFile === 0) return NOTHING2;
  const variables = Array.from({ length: words4.length / 3 }, (_, i) => words4.slice(3 * i, 3 * i + 3)).filter(([id]) => isHere(id)).sort((a, b) => a[1] - b[1]);
  return [name, (info2 & ~65535 | variables.length) >>> 0, size || inFile, ...variables.flat()];
}
var import_kind3, NOTHING2;
var init_loadable_btf = __esm({
  "src/compiler/elf/loadable-btf.ts"() {
    "use strict";
    import_kind3 = __toESM(require_kind_ts(), 1);
    init_elf_reader();
    NOTHING2 = [0, import_kind3.BtfKind.BTF_KIND_PTR << 24, 0];
  }
});

// first:src/compiler/bpf/uapi.ts.cjs
var require_uapi_ts = __commonJS({
  "first:src/compiler/bpf/uapi.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/bpf/uapi.ts");
  }
});

// first:src/compiler/btf/modifier.ts.cjs
var require_modifier_ts = __commonJS({
  "first:src/compiler/btf/modifier.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/btf/modifier.ts");
  }
});

// src/compiler/btf/sections.ts
function sectionVariables(blob, name) {
  const id = sectionType(blob, name);
  return Array.from({ length: blob.vlen(id) }, (_, i) => ({
    id: blob.word(id, i * 3),
    offset: blob.word(id, i * 3 + 1),
    size: blob.word(id, i * 3 + 2)
  }));
}
function sectionType(blob, name) {
  for (let id = 1; blob !== void 0 && id < blob.typeCount; id++) {
    if (blob.kind(id) === import_kind4.BtfKind.BTF_KIND_DATASEC && blob.name(id) === name) return id;
  }
  return 0;
}
var import_kind4;
var init_sections = __esm({
  "src/compiler/btf/sections.ts"() {
    "use strict";
    import_kind4 = __toESM(require_kind_ts(), 1);
  }
});

// src/compiler/elf/map-definitions.ts
function definedMaps({ sections }, blob) {
  const section = sections.findIndex(({ name }) => name === ".maps");
  if (section === -1) return [];
  return sectionVariables(blob, ".maps").map(({ id, offset: offset2, size }) => ({
    ...definition(blob, blob.name(id), blob.sizeOrType(id)),
    section,
    offset: offset2,
    size
  }));
}
function definition(blob, name, type, depth = 0) {
  const struct = (0, import_modifier.resolved)(blob, type);
  const members2 = membersOf(blob, struct);
  const typeOf3 = (member) => members2.get(member)?.type ?? 0;
  const number8 = (member) => {
    const array = (0, import_modifier.resolved)(blob, pointed(blob, typeOf3(member)));
    return blob.kind(array) === import_kind5.BtfKind.BTF_KIND_ARRAY ? blob.word(array, 2) : 0;
  };
  const size = (member) => number8(`${member}_size`) || (members2.has(member) ? sizeOfType(blob, pointed(blob, typeOf3(member))) : 0);
  const mapType = number8("type");
  const values = members2.get("values");
  const held = pointed(blob, blob.word((0, import_modifier.resolved)(blob, values?.type ?? 0), 0));
  const maps = import_map_type.MAPS_OF_MAPS.includes(mapType) && values !== void 0 && depth === 0;
  return {
    name,
    type: mapType,
    keySize: size("key"),
    valueSize: size("value") || (values === void 0 ? 0 : 4),
    maxEntries: number8("max_entries"),
    flags: number8("map_flags"),
    from: ".maps",
    keyType: pointed(blob, typeOf3("key")),
    valueType: pointed(blob, typeOf3("value")),
    extra: number8("map_extra"),
    numaNode: members2.has("numa_node") ? number8("numa_node") : void 0,
    pinned: number8("pinning") === 1,
    section: 0,
    offset: 0,
    size: 0,
    holds: maps ? definition(blob, `${name}.inner`, held, depth + 1) : mapType === import_uapi.MapType.BPF_MAP_TYPE_PROG_ARRAY ? "programs" : void 0,
    valuesAt: values?.offset ?? 0
  };
}
function membersOf(blob, id) {
  if (blob.kind(id) !== import_kind5.BtfKind.BTF_KIND_STRUCT) return /* @__PURE__ */ new Map();
  return new Map(
    Array.from({ length: blob.vlen(id) }, (_, i) => [
      blob.string(blob.word(id, i * 3)),
      { type: blob.word(id, i * 3 + 1), offset: blob.word(id, i * 3 + 2) >>> 3 }
    ])
  );
}
function pointed(blob, id) {
  const pointer = (0, import_modifier.resolved)(blob, id);
  return blob.kind(pointer) === import_kind5.BtfKind.BTF_KIND_PTR ? blob.sizeOrType(pointer) : 0;
}
function oldMaps({ sections, symbols }) {
  const index = sections.findIndex(({ name }) => name === "maps");
  const bytes3 = sections[index]?.bytes;
  if (bytes3 === void 0) return [];
  const view = viewOf(bytes3);
  const word4 = (at) => at + 4 <= bytes3.length ? view.getUint32(at, true) : 0;
  return symbols.filter((symbol) => symbol.section === index && symbol.name !== "" && symbol.name !== "maps").sort((a, b) => a.value - b.value).map(({ name, value }) => ({
    name,
    type: word4(value),
    keySize: word4(value + 4),
    valueSize: word4(value + 8),
    maxEntries: word4(value + 12),
    flags: word4(value + 16),
    from: "maps"
  }));
}
function dataMaps({ sections }, blob) {
  return sections.filter(isData).map(({ name, index, size }) => ({
    name,
    type: import_uapi.MapType.BPF_MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: size,
    maxEntries: 1,
    flags: isConstant(name) ? import_uapi.MapFlag.BPF_F_RDONLY_PROG : 0,
    from: "data",
    keyType: 0,
    valueType: sectionType(blob, name),
    extra: 0,
    numaNode: void 0,
    pinned: false,
    section: index,
    offset: 0,
    size,
    holds: void 0,
    valuesAt: 0
  }));
}
function isConstant(section) {
  return section.startsWith(".rodata");
}
function isData({ name, size }) {
  return /^\.(bss|data|rodata)(\.|$)/.test(name) && size > 0;
}
var import_map_type, import_uapi, import_kind5, import_modifier;
var init_map_definitions = __esm({
  "src/compiler/elf/map-definitions.ts"() {
    "use strict";
    import_map_type = __toESM(require_map_type_ts(), 1);
    import_uapi = __toESM(require_uapi_ts(), 1);
    init_c_text();
    import_kind5 = __toESM(require_kind_ts(), 1);
    import_modifier = __toESM(require_modifier_ts(), 1);
    init_sections();
    init_elf_reader();
  }
});

// src/compiler/elf/read-object.ts
function readObject(bytes3) {
  const elf = readElf(bytes3);
  return typeof elf === "string" ? elf : contentsOf(elf);
}
function contentsOf(elf) {
  const blob = (0, import_reader2.readBtf)(placedBtf(elf) ?? NONE)?.blob;
  return {
    license: textAt(sectionNamed(elf, "license")?.bytes ?? NONE, 0),
    programs: programsOf(elf),
    functions: elf.sections.flatMap(
      ({ name, index }) => name === ".text" ? functionsIn(elf, index).map((f) => f.name) : []
    ),
    maps: [
      ...blob === void 0 ? [] : definedMaps(elf, blob),
      ...oldMaps(elf),
      ...dataMaps(elf, blob).filter(({ name }) => !name.startsWith(".rodata.str"))
    ].map(({ name, type, keySize, valueSize, maxEntries, flags, from }) => ({
      name,
      type,
      keySize,
      valueSize,
      maxEntries,
      flags,
      from
    })),
    btfSize: sectionNamed(elf, ".BTF")?.size ?? 0
  };
}
function programsOf(elf) {
  return elf.sections.flatMap(
    (section) => section.name === ".text" ? [] : functionsIn(elf, section.index).filter(({ local }) => !local).map(({ name, value, size }) => ({
      section: section.name,
      name,
      insns: section.bytes.subarray(value, value + size)
    }))
  );
}
function sectionNamed({ sections }, name) {
  return sections.find((section) => section.name === name);
}
var import_reader2, NONE;
var init_read_object = __esm({
  "src/compiler/elf/read-object.ts"() {
    "use strict";
    import_reader2 = __toESM(require_reader_ts(), 1);
    init_elf_reader();
    init_loadable_btf();
    init_map_definitions();
    NONE = new Uint8Array();
  }
});

// first:src/compiler/types/decode.ts.cjs
var require_decode_ts = __commonJS({
  "first:src/compiler/types/decode.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/decode.ts");
  }
});

// first:src/output/text/struct-text.ts.cjs
var require_struct_text_ts = __commonJS({
  "first:src/output/text/struct-text.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/struct-text.ts");
  }
});

// first:src/output/text/value-text.ts.cjs
var require_value_text_ts = __commonJS({
  "first:src/output/text/value-text.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/value-text.ts");
  }
});

// src/output/json-value.ts
function jsonValue(type, value, context) {
  switch (type.kind) {
    case "void":
    case "error":
      return "null";
    case "bool":
      return String(value);
    case "integer":
      if (type.enum?.flags || type.enum?.named) return jsonText((0, import_value_text.valueText)(type, value, context));
      return jsonInteger(value ?? 0n);
    case "pointer":
    case "count":
    case "sum":
    case "min":
    case "max":
      return jsonInteger(value ?? 0n);
    case "avg":
      return jsonInteger((0, import_value_text.averageOf)(value));
    case "stats": {
      const { total: total2, count: count2 } = value;
      return `{"count": ${jsonInteger(count2)}, "average": ${jsonInteger((0, import_value_text.averageOf)(value))}, "total": ${jsonInteger(total2)}}`;
    }
    case "string": {
      const bytes3 = value;
      const text4 = decodeText(bytes3);
      return jsonText((0, import_decode.isCut)(type, bytes3, context.maxStrlen) ? text4 + trailerText(context) : text4);
    }
    case "buffer":
      return `[${Array.from(value, (byte) => byte << 24 >> 24).join(",")}]`;
    case "tuple": {
      const members2 = value;
      return `[${type.elements.map((element2, i) => jsonValue(element2, members2[i], context)).join(",")}]`;
    }
    case "array": {
      const items = value;
      return `[${items.map((item) => jsonValue(type.of, item, context)).join(",")}]`;
    }
    case "record": {
      const members2 = value;
      return objectText(
        type.fields.map(({ name, type: of2 }, i) => [name, jsonValue(of2, members2[i], context)])
      );
    }
    case "struct": {
      const members2 = (0, import_struct_text.structMembers)(type, value);
      if (members2 === void 0) return `[${Array.from(value).join(",")}]`;
      return objectText(members2.map((m) => [m.name, jsonValue(m.type, m.value, context)]));
    }
    case "hist":
    case "lhist":
    case "tseries":
      return "[]";
    // a map's value only
    case "inet":
    case "mac":
    case "timestamp":
    case "ksym":
    case "usym":
    case "stack":
    case "username":
    case "disk":
    case "cgroup_path":
      return jsonText(Buffer.from((0, import_value_text.valueText)(type, value, context), "latin1"));
  }
}
function keyString(type, value, context) {
  if (type.kind !== "tuple") return compactText(type, value, context);
  const members2 = value;
  return type.elements.map((element2, i) => compactText(element2, members2[i], context)).join(",");
}
function jsonInteger(value) {
  return BigInt(Number(value)) === value ? String(value) : `"${value}"`;
}
function jsonText(text4) {
  const decoded = typeof text4 === "string" ? text4 : decodeText(text4);
  return ESCAPED.test(decoded) ? `"${decoded.replace(ALL_ESCAPED, escapeCharacter)}"` : `"${decoded}"`;
}
function escapeCharacter(character) {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
function decodeText(bytes3) {
  return Buffer.from(bytes3.buffer, bytes3.byteOffset, bytes3.byteLength).toString("utf8");
}
function trailerText(context) {
  return Buffer.from(context.trailer, "latin1").toString("utf8");
}
function compactText(type, value, context) {
  if (type.kind === "tuple") return `(${keyString(type, value, context)})`;
  if (type.kind === "record") {
    const members2 = value;
    const fields = type.fields.map(
      ({ name, type: of2 }, i) => `.${name}=${compactText(of2, members2[i], context)}`
    );
    return `{${fields.join(",")}}`;
  }
  const inside = type.kind === "struct" ? (0, import_struct_text.structMembers)(type, value) : void 0;
  if (inside !== void 0) {
    return `{${inside.map((m) => `.${m.name}=${compactText(m.type, m.value, context)}`).join(",")}}`;
  }
  const text4 = Buffer.from((0, import_value_text.valueText)(type, value, context), "latin1").toString("utf8");
  return type.kind === "stack" ? text4.replace(/^ +/gm, "") : text4;
}
function objectText(members2) {
  return `{${members2.map(([name, json2]) => `${jsonText(name)}: ${json2}`).join(", ")}}`;
}
var import_decode, import_struct_text, import_value_text, ESCAPED, ALL_ESCAPED, SHORT;
var init_json_value = __esm({
  "src/output/json-value.ts"() {
    "use strict";
    import_decode = __toESM(require_decode_ts(), 1);
    import_struct_text = __toESM(require_struct_text_ts(), 1);
    import_value_text = __toESM(require_value_text_ts(), 1);
    ESCAPED = /["\\\x00-\x1f\ud800-\udfff]/;
    ALL_ESCAPED = /["\\\x00-\x1f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
    SHORT = {
      '"': '\\"',
      "\\": "\\\\",
      "\n": "\\n",
      "\r": "\\r",
      "	": "\\t"
    };
  }
});

// src/cli/inspect/json.ts
function json(value) {
  if (typeof value === "bigint") return jsonInteger(value);
  if (typeof value === "string") return jsonText(value);
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{${Object.entries(value).map(([name, member]) => `${jsonText(name)}: ${json(member)}`).join(", ")}}`;
}
var init_json = __esm({
  "src/cli/inspect/json.ts"() {
    "use strict";
    init_json_value();
  }
});

// src/cli/inspect/object-show.ts
function isObjectFile(word4) {
  return word4.includes("/") || word4.endsWith(".o");
}
function objectText2(path2, asJson) {
  const object = readObject((0, import_node_fs3.readFileSync)(path2));
  if (typeof object === "string")
    throw new import_missing2.MissingError(
      `${path2} is no object of BPF programs: ${object}`,
      "one is made by clang -O2 -g -target bpf -c, or by tsbpf --emit-elf."
    );
  return asJson ? `{"type": "value", "data": ${json(reportOf(path2, object))}}
` : textOf(path2, object);
}
function reportOf(path2, { license, programs, functions, maps, btfSize }) {
  return {
    file: path2,
    license,
    btf_bytes: btfSize,
    programs: programs.map(({ section, name, insns }) => ({ section, name, instructions: insns.length / 8 })),
    functions,
    maps: maps.map(({ name, type, keySize, valueSize, maxEntries, flags, from }) => ({
      name,
      type: (0, import_map_type2.mapTypeName)(type),
      key_bytes: keySize,
      value_bytes: valueSize,
      max_entries: maxEntries,
      flags,
      from
    }))
  };
}
function textOf(path2, { license, programs, functions, maps, btfSize }) {
  const listed2 = (word4, lines) => (lines.length === 0 ? ["-"] : lines).map((line3, i) => `  ${(i === 0 ? word4 : "").padEnd(9)} ${line3}`);
  return `${[
    `object ${path2}`,
    `  license   ${license === "" ? "-" : license}`,
    `  BTF       ${btfSize === 0 ? "-" : `${btfSize} bytes`}`,
    ...listed2(
      "programs",
      programs.map(
        ({ section, name, insns }) => `${name}: section ${section}, ${insns.length / 8} instructions`
      )
    ),
    ...functions.length === 0 ? [] : listed2("functions", [functions.join(", ")]),
    ...listed2("maps", maps.map(mapText))
  ].join("\n")}
`;
}
function mapText({ name, type, keySize, valueSize, maxEntries }) {
  return `${name}: ${(0, import_map_type2.mapTypeName)(type)}, key ${keySize}, value ${valueSize} bytes, up to ${maxEntries} entries`;
}
var import_node_fs3, import_map_type2, import_missing2;
var init_object_show = __esm({
  "src/cli/inspect/object-show.ts"() {
    "use strict";
    import_node_fs3 = require("node:fs");
    import_map_type2 = __toESM(require_map_type_ts(), 1);
    init_read_object();
    import_missing2 = __toESM(require_missing_ts(), 1);
    init_json();
  }
});

// first:src/compiler/diagnostics/suggest.ts.cjs
var require_suggest_ts = __commonJS({
  "first:src/compiler/diagnostics/suggest.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/diagnostics/suggest.ts");
  }
});

// first:src/kernel/host/clock.ts.cjs
var require_clock_ts = __commonJS({
  "first:src/kernel/host/clock.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/clock.ts");
  }
});

// first:src/kernel/host/objects/holders.ts.cjs
var require_holders_ts = __commonJS({
  "first:src/kernel/host/objects/holders.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/objects/holders.ts");
  }
});

// first:src/kernel/sys/error.ts.cjs
var require_error_ts = __commonJS({
  "first:src/kernel/sys/error.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/error.ts");
  }
});

// first:src/kernel/sys/fd.ts.cjs
var require_fd_ts = __commonJS({
  "first:src/kernel/sys/fd.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/fd.ts");
  }
});

// first:src/kernel/sys/object.ts.cjs
var require_object_ts = __commonJS({
  "first:src/kernel/sys/object.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/object.ts");
  }
});

// src/kernel/host/objects/links.ts
function allLinks() {
  const links = [];
  for (let id = (0, import_object.linkGetNextId)(0); id !== void 0; id = (0, import_object.linkGetNextId)(id)) {
    let fd;
    try {
      fd = (0, import_object.linkGetFdById)(id);
    } catch (error) {
      if (error instanceof import_error.SyscallError && (error.code === "ENOENT" || error.code === "EAGAIN")) continue;
      throw error;
    }
    try {
      links.push(linkOf(fd));
    } finally {
      (0, import_fd.closeFd)(fd);
    }
  }
  return links;
}
function linkOf(fd) {
  const { numbers } = (0, import_object.linkGetInfo)(fd);
  const type = (0, import_uapi2.constantName)(import_uapi2.LinkType, Number(numbers.type)).replace("BPF_LINK_TYPE_", "").toLowerCase();
  return {
    id: Number(numbers.id),
    type,
    programId: Number(numbers.prog_id),
    target: targetOf(fd, Number(numbers.type), numbers),
    ifindex: ["xdp", "tcx", "netkit"].includes(type) ? Number(numbers["xdp.ifindex"]) : void 0,
    info: numbers
  };
}
function attachedAs(attachType) {
  return ATTACHED_AS.get(attachType) ?? `attach type ${attachType}`;
}
function targetOf(fd, type, n) {
  switch (type) {
    case import_uapi2.LinkType.BPF_LINK_TYPE_RAW_TRACEPOINT:
      return `rawtracepoint:${(0, import_object.linkGetText)(fd, "raw_tracepoint.tp_name", "raw_tracepoint.tp_name_len")}`;
    case import_uapi2.LinkType.BPF_LINK_TYPE_TRACING:
      return attachedAs(Number(n["tracing.attach_type"]));
    case import_uapi2.LinkType.BPF_LINK_TYPE_CGROUP:
      return `cgroup ${n["cgroup.cgroup_id"]}`;
    case import_uapi2.LinkType.BPF_LINK_TYPE_ITER:
      return `iter:${(0, import_object.linkGetText)(fd, "iter.target_name", "iter.target_name_len")}`;
    case import_uapi2.LinkType.BPF_LINK_TYPE_NETNS:
      return `network namespace ${n["netns.netns_ino"]}`;
    case import_uapi2.LinkType.BPF_LINK_TYPE_XDP:
      return `xdp of ${device(n["xdp.ifindex"])}`;
    case import_uapi2.LinkType.BPF_LINK_TYPE_TCX:
    case import_uapi2.LinkType.BPF_LINK_TYPE_NETKIT:
      return `${attachedAs(Number(n["tcx.attach_type"]))} of ${device(n["tcx.ifindex"])}`;
    case import_uapi2.LinkType.BPF_LINK_TYPE_PERF_EVENT:
      return perfTarget(fd, n);
    case import_uapi2.LinkType.BPF_LINK_TYPE_KPROBE_MULTI:
      return `kprobe of ${n["kprobe_multi.count"]} functions`;
    case import_uapi2.LinkType.BPF_LINK_TYPE_UPROBE_MULTI: {
      const path2 = (0, import_object.linkGetText)(fd, "uprobe_multi.path", "uprobe_multi.path_size");
      return `uprobe of ${n["uprobe_multi.count"]} places in ${path2 === "" ? "a file" : path2}`;
    }
    case import_uapi2.LinkType.BPF_LINK_TYPE_STRUCT_OPS:
      return `struct_ops of map ${n["struct_ops.map_id"]}`;
    case import_uapi2.LinkType.BPF_LINK_TYPE_NETFILTER: {
      const priority = BigInt.asIntN(32, n["netfilter.priority"]);
      return `netfilter family ${n["netfilter.pf"]} hook ${n["netfilter.hooknum"]} priority ${priority}`;
    }
    case import_uapi2.LinkType.BPF_LINK_TYPE_SOCKMAP:
      return `sockmap ${n["sockmap.map_id"]}`;
    default:
      return "";
  }
}
function device(ifindex) {
  return ifindex === 0n ? "an interface that is gone" : `interface ${ifindex}`;
}
function perfTarget(fd, n) {
  const kind2 = PERF_EVENT[Number(n["perf_event.type"])] ?? "";
  if (kind2 === "") return "perf event";
  if (kind2 === "perf event")
    return `perf event ${n["perf_event.event.type"]}:${n["perf_event.event.config"]}`;
  const name = (0, import_object.linkGetText)(fd, "perf_event.kprobe.func_name", "perf_event.kprobe.name_len");
  const offset2 = n["perf_event.uprobe.offset"];
  if (kind2 === "tracepoint") return `tracepoint:${name}`;
  if (kind2.startsWith("u")) return `${kind2}:${name}:0x${offset2.toString(16)}`;
  return `${kind2}:${name === "" ? `0x${n["perf_event.kprobe.addr"].toString(16)}` : name}${offset2 === 0n ? "" : `+${offset2}`}`;
}
var import_uapi2, import_error, import_fd, import_object, PERF_EVENT, ATTACHED_AS;
var init_links = __esm({
  "src/kernel/host/objects/links.ts"() {
    "use strict";
    import_uapi2 = __toESM(require_uapi_ts(), 1);
    import_error = __toESM(require_error_ts(), 1);
    import_fd = __toESM(require_fd_ts(), 1);
    import_object = __toESM(require_object_ts(), 1);
    PERF_EVENT = [
      "",
      "uprobe",
      "uretprobe",
      "kprobe",
      "kretprobe",
      "tracepoint",
      "perf event"
    ];
    ATTACHED_AS = /* @__PURE__ */ new Map([
      [import_uapi2.AttachType.BPF_TRACE_RAW_TP, "tp_btf"],
      [import_uapi2.AttachType.BPF_TRACE_FENTRY, "fentry"],
      [import_uapi2.AttachType.BPF_TRACE_FEXIT, "fexit"],
      [import_uapi2.AttachType.BPF_MODIFY_RETURN, "fmod_ret"],
      [import_uapi2.AttachType.BPF_LSM_MAC, "lsm"],
      [import_uapi2.AttachType.BPF_TCX_INGRESS, "tcx/ingress"],
      [import_uapi2.AttachType.BPF_TCX_EGRESS, "tcx/egress"],
      [import_uapi2.AttachType.BPF_NETKIT_PRIMARY, "netkit/primary"],
      [import_uapi2.AttachType.BPF_NETKIT_PEER, "netkit/peer"]
    ]);
  }
});

// first:src/kernel/sys/attr.ts.cjs
var require_attr_ts = __commonJS({
  "first:src/kernel/sys/attr.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/attr.ts");
  }
});

// first:src/kernel/sys/bpf.ts.cjs
var require_bpf_ts = __commonJS({
  "first:src/kernel/sys/bpf.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/bpf.ts");
  }
});

// first:src/kernel/sys/bpf-layout.ts.cjs
var require_bpf_layout_ts = __commonJS({
  "first:src/kernel/sys/bpf-layout.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/bpf-layout.ts");
  }
});

// src/kernel/sys/attachment.ts
function progQuery(ifindex, attachType) {
  const programs = new Uint32Array(MOST2);
  const links = new Uint32Array(MOST2);
  const { result, attr } = (0, import_bpf.tryBpf)("BPF_PROG_QUERY", import_bpf_layout.PROG_QUERY, {
    target_ifindex: ifindex,
    attach_type: attachType,
    prog_ids: programs,
    link_ids: links,
    count: MOST2
  });
  if (result === -(0, import_error2.errno)("EPERM")) throw new import_error2.SyscallError("BPF_PROG_QUERY", -result);
  if (result < 0) return [];
  return Array.from({ length: (0, import_attr.field)(import_bpf_layout.PROG_QUERY, attr, "count") }, (_, i) => ({
    programId: programs[i],
    linkId: links[i]
  }));
}
var import_attr, import_bpf, import_bpf_layout, import_error2, MOST2;
var init_attachment = __esm({
  "src/kernel/sys/attachment.ts"() {
    "use strict";
    import_attr = __toESM(require_attr_ts(), 1);
    import_bpf = __toESM(require_bpf_ts(), 1);
    import_bpf_layout = __toESM(require_bpf_layout_ts(), 1);
    import_error2 = __toESM(require_error_ts(), 1);
    MOST2 = 64;
  }
});

// first:src/kernel/sys/netlink.ts.cjs
var require_netlink_ts = __commonJS({
  "first:src/kernel/sys/netlink.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/netlink.ts");
  }
});

// src/kernel/host/objects/tc-filters.ts
function tcFilters(ifindex) {
  return filterPlaces(ifindex).flatMap(
    (place2) => filtersAt(place2.ifindex, place2.parent).map((body) => parseFilter(body, place2)).filter((filter) => filter !== void 0)
  );
}
function clsactPriorities(ifindex, hook) {
  const place2 = filterPlaces(ifindex).find((each) => each.hook === hook);
  if (place2 === void 0) return [];
  const priorities = filtersAt(ifindex, place2.parent).map((body) => priorityOf(body));
  return [...new Set(priorities)].sort((a, b) => a - b);
}
function filterPlaces(ifindex) {
  const places = dump(RTM_GETQDISC, "RTM_GETQDISC", ifindex ?? 0, 0).flatMap(placesOf);
  return ifindex === void 0 ? places : places.filter((place2) => place2.ifindex === ifindex);
}
function placesOf(body) {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (body.length < TCMSG) return [];
  const ifindex = view.getInt32(4, import_attr2.LITTLE_ENDIAN);
  const handle = view.getUint32(8, import_attr2.LITTLE_ENDIAN);
  const kind2 = (0, import_attr2.fromCString)((0, import_netlink.readAttributes)(body.subarray(TCMSG)).get(TCA.KIND) ?? new Uint8Array());
  if (kind2 === "clsact") {
    return [
      { ifindex, parent: CLSACT_INGRESS, hook: "clsact/ingress" },
      { ifindex, parent: CLSACT_EGRESS, hook: "clsact/egress" }
    ];
  }
  if (kind2 === "ingress") return [{ ifindex, parent: INGRESS, hook: kind2 }];
  return handle === 0 ? [] : [{ ifindex, parent: handle, hook: kind2 }];
}
function parseFilter(body, { ifindex, hook }) {
  if (body.length < TCMSG) return void 0;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const attributes = (0, import_netlink.readAttributes)(body.subarray(TCMSG));
  if ((0, import_attr2.fromCString)(attributes.get(TCA.KIND) ?? new Uint8Array()) !== "bpf") return void 0;
  const options = (0, import_netlink.readAttributes)(attributes.get(TCA.OPTIONS) ?? new Uint8Array());
  const programId = number(options.get(TCA_BPF.ID));
  if (programId === 0) return void 0;
  return {
    ifindex,
    // the answer has another number where several interfaces share the filters
    hook,
    programId,
    priority: priorityOf(body),
    handle: view.getUint32(8, import_attr2.LITTLE_ENDIAN),
    direct: (number(options.get(TCA_BPF.FLAGS)) & TCA_BPF_FLAG_ACT_DIRECT) !== 0,
    name: (0, import_attr2.fromCString)(options.get(TCA_BPF.NAME) ?? new Uint8Array())
  };
}
function priorityOf(body) {
  return new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(16, import_attr2.LITTLE_ENDIAN) >>> 16;
}
function filtersAt(ifindex, parent) {
  try {
    return dump(RTM_GETTFILTER, "RTM_GETTFILTER", ifindex, parent);
  } catch (error) {
    if (error instanceof import_error3.SyscallError && error.code !== "EPERM") return [];
    throw error;
  }
}
function dump(type, name, ifindex, parent) {
  const body = new Uint8Array(TCMSG);
  const view = new DataView(body.buffer);
  view.setInt32(4, ifindex, import_attr2.LITTLE_ENDIAN);
  view.setUint32(12, parent, import_attr2.LITTLE_ENDIAN);
  return (0, import_netlink.netlinkRequest)({ type, flags: import_netlink.NetlinkFlag.NLM_F_DUMP, body }, name);
}
function number(bytes3) {
  if (bytes3 === void 0 || bytes3.length < 4) return 0;
  return new DataView(bytes3.buffer, bytes3.byteOffset, bytes3.byteLength).getUint32(0, import_attr2.LITTLE_ENDIAN);
}
var import_attr2, import_error3, import_netlink, RTM_GETQDISC, RTM_GETTFILTER, TCMSG, TCA, TCA_BPF, TCA_BPF_FLAG_ACT_DIRECT, CLSACT_INGRESS, CLSACT_EGRESS, INGRESS;
var init_tc_filters = __esm({
  "src/kernel/host/objects/tc-filters.ts"() {
    "use strict";
    import_attr2 = __toESM(require_attr_ts(), 1);
    import_error3 = __toESM(require_error_ts(), 1);
    import_netlink = __toESM(require_netlink_ts(), 1);
    RTM_GETQDISC = 38;
    RTM_GETTFILTER = 46;
    TCMSG = 20;
    TCA = { KIND: 1, OPTIONS: 2 };
    TCA_BPF = { NAME: 7, FLAGS: 8, ID: 11 };
    TCA_BPF_FLAG_ACT_DIRECT = 1;
    CLSACT_INGRESS = 4294967282;
    CLSACT_EGRESS = 4294967283;
    INGRESS = 4294901760;
  }
});

// src/kernel/host/objects/net-programs.ts
function netPrograms(links) {
  const filters = tcFilters();
  return (0, import_interfaces2.netInterfaces)().flatMap((device2) => {
    const { name, index } = device2;
    const own = filters.filter(({ ifindex }) => ifindex === index);
    return [
      ...xdpOf(device2, links),
      ...QUERIED.flatMap((type) => queried(device2, type)),
      ...own.map(({ hook, direct, programId, priority, handle }) => ({
        interface: name,
        ifindex: index,
        hook,
        mode: direct ? "direct" : "classifier",
        programId,
        linkId: 0,
        by: `filter ${priority}:${handle}`
      }))
    ];
  });
}
function xdpOf({ name, index, xdp: xdp2 }, links) {
  return xdp2.map(({ mode, programId }) => {
    const link2 = links.find((l) => l.type === "xdp" && l.ifindex === index && l.programId === programId);
    const by = link2 === void 0 ? "netlink" : `link ${link2.id}`;
    return { interface: name, ifindex: index, hook: "xdp", mode, programId, linkId: link2?.id ?? 0, by };
  });
}
function queried({ name, index }, type) {
  return progQuery(index, type).map(({ programId, linkId }) => ({
    interface: name,
    ifindex: index,
    hook: attachedAs(type),
    mode: "",
    programId,
    linkId,
    by: linkId === 0 ? "attached" : `link ${linkId}`
  }));
}
var import_uapi3, import_interfaces2, QUERIED;
var init_net_programs = __esm({
  "src/kernel/host/objects/net-programs.ts"() {
    "use strict";
    import_uapi3 = __toESM(require_uapi_ts(), 1);
    init_attachment();
    import_interfaces2 = __toESM(require_interfaces_ts(), 1);
    init_links();
    init_tc_filters();
    QUERIED = [
      import_uapi3.AttachType.BPF_TCX_INGRESS,
      import_uapi3.AttachType.BPF_TCX_EGRESS,
      import_uapi3.AttachType.BPF_NETKIT_PRIMARY,
      import_uapi3.AttachType.BPF_NETKIT_PEER
    ];
  }
});

// src/kernel/host/objects/pins.ts
function findPins(mounts = (0, import_node_fs4.readFileSync)("/proc/self/mounts", "latin1")) {
  const pins = /* @__PURE__ */ new Map();
  for (const root of bpfMounts(mounts)) walk(root, DEPTH2, pins);
  return pins;
}
function bpfMounts(mounts) {
  return mounts.split("\n").map((line3) => line3.split(" ")).filter(([, , type]) => type === "bpf").map(
    ([, path2 = ""]) => path2.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))
  );
}
function walk(folder, depth, pins) {
  let entries;
  try {
    entries = (0, import_node_fs4.readdirSync)(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path2 = (0, import_node_path.join)(folder, entry.name);
    if (entry.isDirectory() && depth > 0) walk(path2, depth - 1, pins);
    const object = entry.isFile() ? objectAt(path2) : void 0;
    if (object !== void 0 && !pins.has(object)) pins.set(object, path2);
  }
}
function objectAt(path2) {
  let fd;
  try {
    fd = (0, import_object2.objGet)(path2);
  } catch {
    return void 0;
  }
  try {
    const [, kind2, id] = /^(link|map|prog)_id:\s*(\d+)$/m.exec((0, import_node_fs4.readFileSync)(`/proc/self/fdinfo/${fd}`, "latin1")) ?? [];
    return kind2 === void 0 ? void 0 : `${kind2} ${id}`;
  } finally {
    (0, import_fd2.closeFd)(fd);
  }
}
var import_node_fs4, import_node_path, import_fd2, import_object2, DEPTH2;
var init_pins = __esm({
  "src/kernel/host/objects/pins.ts"() {
    "use strict";
    import_node_fs4 = require("node:fs");
    import_node_path = require("node:path");
    import_fd2 = __toESM(require_fd_ts(), 1);
    import_object2 = __toESM(require_object_ts(), 1);
    DEPTH2 = 8;
  }
});

// first:src/kernel/host/objects/programs.ts.cjs
var require_programs_ts = __commonJS({
  "first:src/kernel/host/objects/programs.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/objects/programs.ts");
  }
});

// src/cli/inspect/holder-text.ts
function holderText(holders) {
  const [first2, ...others] = holders;
  if (first2 === void 0) return void 0;
  return `${first2.comm} ${first2.pid}${others.length === 0 ? "" : ` +${others.length}`}`;
}
var init_holder_text = __esm({
  "src/cli/inspect/holder-text.ts"() {
    "use strict";
  }
});

// first:src/output/options.ts.cjs
var require_options_ts2 = __commonJS({
  "first:src/output/options.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/options.ts");
  }
});

// first:src/output/text/escape.ts.cjs
var require_escape_ts = __commonJS({
  "first:src/output/text/escape.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/escape.ts");
  }
});

// src/output/table/unit.ts
function unitOf(name) {
  return UNITS2.find(({ suffix }) => name.endsWith(suffix) && name.length > suffix.length);
}
function humanized(value, unit) {
  let amount = Number(value);
  let step = 0;
  const least = unit.least ?? 0;
  while (step < unit.steps.length - 1 && (step < least || Math.abs(amount) >= (unit.steps[step]?.[1] ?? 0))) {
    amount /= unit.steps[step]?.[1] ?? 1;
    step++;
  }
  const name = unit.steps[step]?.[0] ?? "";
  if (step === 0) return `${value} ${name}`;
  const size = Math.abs(amount);
  return `${amount.toFixed(size < 9.9995 ? 3 : size < 99.995 ? 2 : size < 999.95 ? 1 : 0)} ${name}`;
}
var TIME, LONG_TIME, SIZE, UNITS2;
var init_unit = __esm({
  "src/output/table/unit.ts"() {
    "use strict";
    TIME = [
      ["ns", 1e3],
      ["us", 1e3],
      ["ms", 1e3],
      ["s", Number.POSITIVE_INFINITY]
    ];
    LONG_TIME = [
      ["s", 60],
      ["min", 60],
      ["h", 24],
      ["d", Number.POSITIVE_INFINITY]
    ];
    SIZE = [
      ["B", 1024],
      ["KiB", 1024],
      ["MiB", 1024],
      ["GiB", 1024],
      ["TiB", Number.POSITIVE_INFINITY]
    ];
    UNITS2 = [
      { suffix: "_ns", steps: TIME, width: 8 },
      { suffix: "_us", steps: TIME.slice(1), width: 8 },
      { suffix: "_ms", steps: TIME.slice(2), width: 8 },
      { suffix: "_s", steps: LONG_TIME, width: 8 },
      { suffix: "_bytes", steps: SIZE, width: 9 },
      { suffix: "_kb", steps: SIZE.slice(1), width: 9 },
      { suffix: "_pct", steps: [["%", Number.POSITIVE_INFINITY]], width: 5 },
      {
        suffix: "_ppm",
        // parts per million, in per cent
        steps: [
          ["ppm", 1e4],
          ["%", Number.POSITIVE_INFINITY]
        ],
        width: 7,
        least: 1
      }
    ];
  }
});

// src/output/table/column.ts
function sameTable(a, b) {
  return a === b || a.length === b.length && tableId(a) === tableId(b);
}
function tableId(columns) {
  const known = ids.get(columns);
  if (known !== void 0) return known;
  const plain4 = (_, value) => {
    const type = value;
    return type?.kind === "string" || type?.kind === "integer" && type.enum === void 0 ? type.kind : value;
  };
  const id = JSON.stringify(
    columns.map(({ name, type }) => [name, type]),
    plain4
  );
  ids.set(columns, id);
  return id;
}
function rowShape(type) {
  let shape = shapes.get(type);
  if (shape === void 0) {
    shape = makeShape(type);
    shapes.set(type, shape);
  }
  return shape;
}
function columnOf(name, type) {
  const unit = isNumber(type) ? unitOf(name) : void 0;
  const bare = unit === void 0 ? name : name.slice(0, -unit.suffix.length);
  const typical = unit === void 0 ? typicalWidth(type) : unit.width;
  return {
    name,
    head: (bare === "" ? name : bare).toUpperCase(),
    type,
    unit,
    right: isNumber(type) || unit !== void 0,
    typical,
    least: Math.min(typical, unit === void 0 ? leastWidth(type) : unit.width)
  };
}
function cellText(column, value, context) {
  if (column.unit !== void 0 && typeof value === "bigint") return humanized(value, column.unit);
  return plainText(column.type, value, context);
}
function plainText(type, value, context) {
  if (value === void 0 && type.kind !== "void") return "";
  const text4 = Buffer.from((0, import_value_text2.valueText)(type, value, { ...context, escape: true }), "latin1").toString("utf8");
  return (0, import_escape.escapeText)(type.kind === "stack" ? text4.trim().replace(/\s*\n\s*/g, ";") : text4);
}
function widthOf(text4) {
  let width = 0;
  for (const _ of text4) width++;
  return width;
}
function makeShape(type) {
  if (type.kind === "record") {
    const columns = type.fields.map((field2) => columnOf(field2.name, field2.type));
    return { columns, cells: (value) => value };
  }
  if (type.kind === "tuple") {
    const columns = type.elements.map((element2, i) => columnOf(`v${i + 1}`, element2));
    return { columns, cells: (value) => value };
  }
  return { columns: [columnOf("value", type)], cells: (value) => [value] };
}
function isNumber(type) {
  return type.kind === "integer" && type.enum === void 0 || ["count", "sum", "min", "max", "avg"].includes(type.kind);
}
function typicalWidth(type) {
  switch (type.kind) {
    case "integer":
      if (type.enum !== void 0) return Math.max(...type.enum.values.map(([name]) => name.length), 1);
      return type.size === 1 ? 3 : type.size === 2 ? 5 : type.size === 4 ? 7 : 10;
    case "string":
      return Math.min(type.size - 1, 15);
    case "inet":
      return 15;
    case "mac":
      return 17;
    case "bool":
      return 5;
    case "pointer":
      return 18;
    case "timestamp":
      return type.format.replaceAll(
        /%(.)/g,
        (_, part) => part === "Y" ? "2026" : part === "f" ? "123456" : "12"
      ).length;
    default:
      return 1;
  }
}
function leastWidth(type) {
  switch (type.kind) {
    case "integer":
      return type.enum !== void 0 ? 11 : type.size === 8 ? 7 : type.size === 4 ? 5 : typicalWidth(type);
    case "string":
      return 8;
    default:
      return typicalWidth(type);
  }
}
var import_escape, import_value_text2, ids, shapes;
var init_column = __esm({
  "src/output/table/column.ts"() {
    "use strict";
    import_escape = __toESM(require_escape_ts(), 1);
    import_value_text2 = __toESM(require_value_text_ts(), 1);
    init_unit();
    ids = /* @__PURE__ */ new WeakMap();
    shapes = /* @__PURE__ */ new WeakMap();
  }
});

// src/output/row-fields.ts
function recordOf(fields, rows, none) {
  const values = rows.map((row3) => valuesOf(fields, row3, none));
  const types = fields.map(({ name, align: align3 }, i) => ({
    name,
    type: align3 === "right" ? NUMBER : text(Math.max(0, ...values.map((v) => v[i].length)))
  }));
  return { type: { kind: "record", fields: types }, values };
}
function columnsOf2(fields) {
  return fields.map(({ name, align: align3, typical }) => {
    const column = columnOf(name, align3 === "right" ? NUMBER : text(MOST_TEXT));
    return { ...column, typical: typical ?? 0 };
  });
}
function valuesOf(fields, row3, none) {
  return fields.map(({ of: of2, align: align3 }) => {
    const value = of2(row3);
    if (align3 === "right") return value;
    return Buffer.from(value === void 0 || value === "" ? none : String(value), "utf8");
  });
}
function text(longest) {
  return { kind: "string", size: longest + 1 };
}
var NUMBER, MOST_TEXT;
var init_row_fields = __esm({
  "src/output/row-fields.ts"() {
    "use strict";
    init_column();
    NUMBER = { kind: "integer", size: 1, signed: true };
    MOST_TEXT = 1023;
  }
});

// first:src/output/text/text-sink.ts.cjs
var require_text_sink_ts = __commonJS({
  "first:src/output/text/text-sink.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/text-sink.ts");
  }
});

// first:src/compiler/types/event.ts.cjs
var require_event_ts = __commonJS({
  "first:src/compiler/types/event.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/event.ts");
  }
});

// first:src/compiler/types/percentile.ts.cjs
var require_percentile_ts = __commonJS({
  "first:src/compiler/types/percentile.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/percentile.ts");
  }
});

// first:src/output/byte-buffer.ts.cjs
var require_byte_buffer_ts = __commonJS({
  "first:src/output/byte-buffer.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/byte-buffer.ts");
  }
});

// first:src/output/map-order.ts.cjs
var require_map_order_ts = __commonJS({
  "first:src/output/map-order.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/map-order.ts");
  }
});

// first:src/output/report.ts.cjs
var require_report_ts = __commonJS({
  "first:src/output/report.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/report.ts");
  }
});

// first:src/output/text/histogram-text.ts.cjs
var require_histogram_text_ts = __commonJS({
  "first:src/output/text/histogram-text.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/histogram-text.ts");
  }
});

// first:src/output/text/printf-writer.ts.cjs
var require_printf_writer_ts = __commonJS({
  "first:src/output/text/printf-writer.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/printf-writer.ts");
  }
});

// first:src/output/text/strftime.ts.cjs
var require_strftime_ts = __commonJS({
  "first:src/output/text/strftime.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/strftime.ts");
  }
});

// first:src/output/text/time-series-text.ts.cjs
var require_time_series_text_ts = __commonJS({
  "first:src/output/text/time-series-text.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/time-series-text.ts");
  }
});

// first:src/output/unset-map.ts.cjs
var require_unset_map_ts = __commonJS({
  "first:src/output/unset-map.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/unset-map.ts");
  }
});

// src/output/json.ts
var json_exports = {};
__export(json_exports, {
  JsonSink: () => JsonSink
});
function messageType(type) {
  if (type.kind === "hist" || type.kind === "lhist") return "hist";
  if (type.kind === "tseries") return "tseries";
  return type.kind === "avg" || type.kind === "stats" ? "stats" : "map";
}
function mapValue(type, value, divisor, context) {
  switch (type.kind) {
    case "hist":
    case "lhist":
      return histogramJson(type, value, divisor);
    case "tseries": {
      const points = (0, import_time_series_text.pointsOf)(value).filter(([, point]) => point !== void 0);
      const items = points.map(
        ([start, point]) => `{"interval_start":${jsonText((0, import_time_series_text.dateText)(start))},"value":${jsonInteger(point ?? 0n)}}`
      );
      return `[${items.join(",")}]`;
    }
    case "avg":
      return jsonInteger((0, import_value_text3.averageOf)(value) / divisor);
    case "stats": {
      const { total: total2, count: count2 } = value;
      const average = jsonInteger((0, import_value_text3.averageOf)(value) / divisor);
      return `{"count": ${jsonInteger(count2)}, "average": ${average}, "total": ${jsonInteger(total2)}}`;
    }
    case "count":
    case "sum":
    case "min":
    case "max":
    case "integer":
      return jsonInteger((value ?? 0n) / divisor);
    default:
      return jsonValue(type, value, context);
  }
}
function percentilesJson(estimates) {
  const members2 = estimates.map(({ percentile, value, open: open2 }) => {
    const number8 = jsonInteger(open2 === "below" ? value - 1n : value);
    const shown = open2 === "above" ? `{"min": ${number8}}` : open2 === "below" ? `{"max": ${number8}}` : number8;
    return `${jsonText(percentile.name)}: ${shown}`;
  });
  return `{${members2.join(", ")}}`;
}
function histogramJson(type, counts, divisor) {
  const buckets = (0, import_histogram_text.bucketsOf)(type, counts, divisor).map(({ low, high, count: count2 }) => {
    const min = low === void 0 ? "" : `"min": ${jsonInteger(low)}, `;
    const max = high === void 0 ? "" : `"max": ${jsonInteger(high - 1n)}, `;
    return `{${min}${max}"count": ${jsonInteger(count2)}}`;
  });
  return `[${buckets.join(",")}]`;
}
var import_decode2, import_event, import_percentile, import_byte_buffer, import_map_order, import_report, import_histogram_text, import_printf_writer, import_strftime, import_text_sink, import_time_series_text, import_value_text3, import_unset_map, DATE, JsonSink;
var init_json2 = __esm({
  "src/output/json.ts"() {
    "use strict";
    import_decode2 = __toESM(require_decode_ts(), 1);
    import_event = __toESM(require_event_ts(), 1);
    import_percentile = __toESM(require_percentile_ts(), 1);
    import_byte_buffer = __toESM(require_byte_buffer_ts(), 1);
    init_json_value();
    import_map_order = __toESM(require_map_order_ts(), 1);
    import_report = __toESM(require_report_ts(), 1);
    import_histogram_text = __toESM(require_histogram_text_ts(), 1);
    import_printf_writer = __toESM(require_printf_writer_ts(), 1);
    import_strftime = __toESM(require_strftime_ts(), 1);
    import_text_sink = __toESM(require_text_sink_ts(), 1);
    import_time_series_text = __toESM(require_time_series_text_ts(), 1);
    import_value_text3 = __toESM(require_value_text_ts(), 1);
    import_unset_map = __toESM(require_unset_map_ts(), 1);
    DATE = "%Y-%m-%d %H:%M:%S.%f";
    JsonSink = class {
      #buffer;
      #options;
      #context;
      #writers = [];
      #ending = false;
      /** One printf's text, before it becomes a JSON string. */
      #scratch = new import_byte_buffer.ByteBuffer({ write: () => {
      }, isTerminal: false, columns: 0, buffering: "full" });
      constructor(output, options) {
        this.#buffer = new import_byte_buffer.ByteBuffer(output);
        this.#options = options;
        this.#context = (0, import_text_sink.textContext)(options, false);
      }
      attached(probes) {
        if (this.#options.quiet) return;
        this.#line(`{"type": "attached_probes", "count": ${probes}, "data": {"probes": ${probes}}}`);
        this.flush();
      }
      printf(site, view) {
        let writer = this.#writers[site.id];
        if (writer === void 0) {
          writer = (0, import_printf_writer.compilePrintf)(site.data.format, site.layout, this.#context);
          this.#writers[site.id] = writer;
        }
        const scratch = this.#scratch;
        scratch.at = 0;
        writer.write(view, scratch);
        this.#message("printf", jsonText(scratch.bytes.subarray(0, scratch.at)));
      }
      event({ layout }, view) {
        const members2 = layout.fields.map((field2) => {
          const value = (0, import_decode2.decodeRecordField)(layout, field2, view);
          const text4 = field2.name === "time" && field2.type.kind === "timestamp" ? jsonText((0, import_strftime.formatTime)(DATE, value + this.#options.epochOffset(), { fraction: true })) : jsonValue(field2.type, value, this.#context);
          return `${jsonText(field2.name)}: ${text4}`;
        });
        const args = `"args": {${members2.slice(import_event.OWN_FIELDS).join(", ")}}`;
        this.#message("event", `{${[...members2.slice(0, import_event.OWN_FIELDS), args].join(", ")}}`);
      }
      value(type, value) {
        this.#message("value", jsonValue(type, value, this.#context));
      }
      map(asRead, options) {
        const map = this.#ending ? asRead : (0, import_unset_map.withZero)(asRead);
        const divisor = options.div === 0n ? 1n : options.div;
        const entries = (0, import_map_order.sortedEntries)(map, options);
        if (entries.length === 0) {
          if (messageType(map.value) === "stats") this.#message("stats", `{${jsonText(map.name)}: {}}`);
          return;
        }
        this.#mapMessage(
          messageType(map.value),
          map,
          entries,
          (entry) => mapValue(map.value, entry.value, divisor, this.#context)
        );
        const { value: type } = map;
        if (type.kind !== "hist" && type.kind !== "lhist" || options.percentiles === void 0) return;
        this.#mapMessage(
          "percentiles",
          map,
          entries,
          ({ value }) => percentilesJson((0, import_percentile.estimatePercentiles)(type, value, options.percentiles))
        );
      }
      #mapMessage(type, { name, key: keyType2 }, entries, shown) {
        const values = entries.map(
          (entry) => keyType2 === void 0 ? shown(entry) : `${jsonText(keyString(keyType2, entry.key, this.#context))}: ${shown(entry)}`
        );
        const body = keyType2 === void 0 ? values.join("") : `{${values.join(", ")}}`;
        this.#message(type, `{${jsonText(name)}: ${body}}`);
      }
      time(format3) {
        this.#message("time", jsonText((0, import_strftime.formatTime)(format3, this.#options.now(), { fraction: false })));
      }
      text(kind2, text4) {
        this.#message(kind2, jsonText(text4));
      }
      lost({ lost }) {
        this.#message("lost_events", `{"events": ${lost}}`);
      }
      error(kind2, message2, span = [0, 0], failed) {
        const { name, line: line3, column } = (0, import_report.placeOf)(this.#options.source, span[0]);
        const call = failed === void 0 ? "" : `"helper": ${jsonText(failed.helper)}, "retcode": ${failed.returned}, `;
        const place2 = `"filename": ${jsonText(name)}, "line": ${line3}, "col": ${column}`;
        this.#line(`{"type": "${kind2}", "msg": ${jsonText(message2)}, ${call}${place2}}`);
      }
      ending() {
        this.#ending = true;
      }
      flush() {
        this.#buffer.endBatch();
      }
      close() {
        this.#buffer.handOn();
        return Promise.resolve();
      }
      #message(type, data) {
        this.#line(`{"type": "${type}", "data": ${data}}`);
      }
      #line(text4) {
        this.#buffer.appendText(`${text4}
`);
        this.#buffer.endMessage();
      }
    };
  }
});

// src/output/event-rows.ts
function columnName({ layout }, index) {
  const { name } = layout.fields[index];
  const own = layout.fields.slice(0, import_event2.OWN_FIELDS).some((field2) => field2.name === name);
  return index >= import_event2.OWN_FIELDS && own ? `args.${name}` : name;
}
function columnKey(site, index) {
  const { type } = site.layout.fields[index];
  const plain4 = type.kind === "string" || type.kind === "integer" && type.enum === void 0;
  return `${columnName(site, index)} ${plain4 ? type.kind : JSON.stringify(type)}`;
}
var import_decode3, import_event2, EventRows;
var init_event_rows = __esm({
  "src/output/event-rows.ts"() {
    "use strict";
    import_decode3 = __toESM(require_decode_ts(), 1);
    import_event2 = __toESM(require_event_ts(), 1);
    EventRows = class {
      /** The columns, as a record's fields. */
      type;
      #places = /* @__PURE__ */ new Map();
      /** `sites`: all of the session. */
      constructor(sites) {
        const fields = [];
        for (const site of sites) {
          if (site.entry !== "event") continue;
          for (const [i, { type }] of site.layout.fields.entries()) {
            const key = columnKey(site, i);
            if (this.#places.has(key)) continue;
            this.#places.set(key, fields.length);
            fields.push({ name: columnName(site, i), type });
          }
        }
        this.type = { kind: "record", fields };
      }
      /** By the columns; undefined where the event has no such argument. */
      values(site, view) {
        const values = this.type.fields.map(() => void 0);
        for (const [i, field2] of site.layout.fields.entries()) {
          values[this.#places.get(columnKey(site, i))] = (0, import_decode3.decodeRecordField)(site.layout, field2, view);
        }
        return values;
      }
    };
  }
});

// first:src/compiler/types/type.ts.cjs
var require_type_ts = __commonJS({
  "first:src/compiler/types/type.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/type.ts");
  }
});

// src/output/map-rows.ts
function mapRows(map, options) {
  const entries = (0, import_map_order2.sortedEntries)(map, options);
  const all2 = rowsOf(map, options, entries);
  const { columns: chosen2 } = options;
  if (chosen2 === void 0) return { ...all2, entries };
  return {
    columns: chosen2.map((index) => all2.columns[index]),
    rows: all2.rows.map((row3) => chosen2.map((index) => row3[index])),
    entries
  };
}
function rowsOf(map, options, entries) {
  const divisor = options.div === 0n ? 1n : options.div;
  const keys = keyColumns(map.key);
  const keyCells = (key) => keys.length === 0 ? [] : partsOf(map.key, key);
  const { value: type } = map;
  const name = map.key?.kind === "record" ? map.name.replace("@", "") : map.name;
  if (type.kind === "hist" || type.kind === "lhist") {
    return {
      columns: [...keys, columnOf("low", import_type.INT64), columnOf("high", import_type.INT64), columnOf(name, { kind: "count" })],
      rows: entries.flatMap(
        ({ key, value }) => (0, import_histogram_text2.bucketsOf)(type, value, divisor).map(({ low, high, count: count2 }) => [
          ...keyCells(key),
          low,
          high === void 0 ? void 0 : high - 1n,
          count2
        ])
      )
    };
  }
  if (type.kind === "tseries") {
    return {
      columns: [...keys, columnOf("time", { kind: "string", size: 32 }), columnOf(name, import_type.INT64)],
      rows: entries.flatMap(
        ({ key, value }) => (0, import_time_series_text2.pointsOf)(value).map(([start, point]) => [...keyCells(key), Buffer.from((0, import_time_series_text2.dateText)(start)), point])
      )
    };
  }
  if (type.kind === "stats") {
    const unit = name !== map.name && unitOf(name)?.suffix || "";
    const whole2 = { kind: "sum", signed: type.signed };
    return {
      columns: [
        ...keys,
        columnOf("count", { kind: "count" }),
        columnOf(`average${unit}`, whole2),
        columnOf(`total${unit}`, whole2)
      ],
      rows: entries.map(({ key, value }) => {
        const { total: total2, count: count2 } = value;
        return [...keyCells(key), count2, (0, import_value_text4.averageOf)(value) / divisor, total2];
      })
    };
  }
  if (type.kind === "avg") {
    const whole2 = { kind: "sum", signed: type.signed };
    return {
      columns: [...keys, columnOf(name, whole2)],
      rows: entries.map(({ key, value }) => [...keyCells(key), (0, import_value_text4.averageOf)(value) / divisor])
    };
  }
  const divides = type.kind !== "pointer" && type.kind !== "timestamp";
  return {
    columns: [...keys, ...valueColumns(name, type)],
    rows: entries.map(({ key, value }) => [
      ...keyCells(key),
      ...typeof value === "bigint" && divides ? [value / divisor] : partsOf(type, value)
    ])
  };
}
function percentileRows(map, options) {
  const { value: type, key: keyType2 } = map;
  const { percentiles } = options;
  if (type.kind !== "hist" && type.kind !== "lhist" || percentiles === void 0) return void 0;
  return {
    columns: [...keyColumns(keyType2), ...percentiles.map(({ name }) => columnOf(name, import_type.INT64))],
    rows: (0, import_map_order2.sortedEntries)(map, options).map(({ key, value }) => {
      const estimates = (0, import_percentile2.estimatePercentiles)(type, value, percentiles);
      const keys = keyType2 === void 0 ? [] : partsOf(keyType2, key);
      return [...keys, ...percentiles.map((_, i) => estimates[i]?.value)];
    })
  };
}
function keyColumns(type) {
  if (type === void 0) return [];
  if (type.kind === "tuple") return type.elements.map((element2, i) => columnOf(`key${i + 1}`, element2));
  if (type.kind === "record") return type.fields.map((field2) => columnOf(field2.name, field2.type));
  return [columnOf("key", type)];
}
function valueColumns(name, type) {
  if (type.kind === "record") return type.fields.map((field2) => columnOf(field2.name, field2.type));
  return [columnOf(name, type)];
}
function partsOf(type, value) {
  return type?.kind === "tuple" || type?.kind === "record" ? value : [value];
}
var import_percentile2, import_type, import_map_order2, import_histogram_text2, import_time_series_text2, import_value_text4;
var init_map_rows = __esm({
  "src/output/map-rows.ts"() {
    "use strict";
    import_percentile2 = __toESM(require_percentile_ts(), 1);
    import_type = __toESM(require_type_ts(), 1);
    import_map_order2 = __toESM(require_map_order_ts(), 1);
    init_column();
    init_unit();
    import_histogram_text2 = __toESM(require_histogram_text_ts(), 1);
    import_time_series_text2 = __toESM(require_time_series_text_ts(), 1);
    import_value_text4 = __toESM(require_value_text_ts(), 1);
  }
});

// src/output/csv.ts
var csv_exports = {};
__export(csv_exports, {
  CsvSink: () => CsvSink
});
function cellOf(type, value, context) {
  if (value === void 0) return "";
  return Buffer.from((0, import_value_text5.valueText)(type, value, context), "latin1").toString("utf8");
}
function quoted(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
var import_byte_buffer2, import_report2, import_printf_writer2, import_strftime2, import_text_sink2, import_value_text5, CsvSink;
var init_csv = __esm({
  "src/output/csv.ts"() {
    "use strict";
    import_byte_buffer2 = __toESM(require_byte_buffer_ts(), 1);
    init_event_rows();
    init_map_rows();
    import_report2 = __toESM(require_report_ts(), 1);
    init_column();
    import_printf_writer2 = __toESM(require_printf_writer_ts(), 1);
    import_strftime2 = __toESM(require_strftime_ts(), 1);
    import_text_sink2 = __toESM(require_text_sink_ts(), 1);
    import_value_text5 = __toESM(require_value_text_ts(), 1);
    CsvSink = class {
      #buffer;
      #options;
      #context;
      #writers = [];
      #asides;
      #events;
      #header;
      constructor(output, options) {
        this.#buffer = new import_byte_buffer2.ByteBuffer(output);
        this.#options = options;
        this.#context = (0, import_text_sink2.textContext)(options, false);
        const aside = (bytes3) => options.notice(Buffer.from(bytes3).toString("utf8"));
        this.#asides = new import_byte_buffer2.ByteBuffer({ write: aside, isTerminal: false, columns: 80, buffering: "none" });
      }
      attached() {
      }
      printf(site, view) {
        let writer = this.#writers[site.id];
        if (writer === void 0) {
          writer = (0, import_printf_writer2.compilePrintf)(site.data.format, site.layout, {
            ...this.#context,
            escape: true
          });
          this.#writers[site.id] = writer;
        }
        writer.write(view, this.#asides);
        this.#asides.endMessage();
      }
      event(site, view) {
        this.#events ??= new EventRows(this.#options.sites ?? []);
        this.value(this.#events.type, this.#events.values(site, view));
      }
      value(type, value) {
        const { columns, cells } = rowShape(type);
        this.#rows(columns, [cells(value)]);
      }
      map(map, options) {
        const { columns, rows } = mapRows(map, options);
        if (rows.length > 0) this.#rows(columns, rows);
        const beside = percentileRows(map, options);
        if (beside !== void 0 && beside.rows.length > 0) this.#rows(beside.columns, beside.rows);
      }
      time(format3) {
        this.#options.notice((0, import_strftime2.formatTime)(format3, this.#options.now(), { fraction: false }));
      }
      text(_kind, text4) {
        this.#options.notice(text4);
      }
      lost(report) {
        (0, import_report2.reportLoss)(report, this.#options);
      }
      error(kind2, message2, span, failed) {
        (0, import_report2.reportError)(kind2, message2, span, this.#options, failed);
      }
      ending() {
      }
      flush() {
        this.#buffer.endBatch();
      }
      close() {
        this.#buffer.handOn();
        return Promise.resolve();
      }
      #rows(columns, rows) {
        const header = columns.map((column) => quoted(column.name)).join(",");
        if (header !== this.#header) {
          this.#buffer.appendText(`${this.#header === void 0 ? "" : "\n"}${header}
`);
          this.#header = header;
        }
        for (const row3 of rows) {
          const cells = columns.map((column, i) => quoted(cellOf(column.type, row3[i], this.#context)));
          this.#buffer.appendText(`${cells.join(",")}
`);
          this.#buffer.endMessage();
        }
      }
    };
  }
});

// src/output/table/layout.ts
function headWidths(columns) {
  return columns.map(({ head }) => widthOf(head));
}
function fittingWidths(columns, cells) {
  const used = columns.map(
    (column, i) => i === columns.length - 1 && !column.right ? widthOf(column.head) : cells[i]
  );
  const widths = columns.map((column, i) => Math.max(used[i], column.typical));
  for (const ofNumbers of [false, true]) {
    const mayShrink = columns.flatMap((column, i) => column.right === ofNumbers ? [i] : []);
    const spare = (i) => widths[i] > Math.max(used[i], columns[i].least);
    while (lineWidth(widths) > USUAL_WIDTH) {
      const [widest] = mayShrink.filter(spare).sort((a, b) => widths[b] - widths[a]);
      if (widest === void 0) break;
      widths[widest] = widths[widest] - 1;
    }
  }
  return widths;
}
function lineWidth(widths) {
  return widths.reduce((sum, width) => sum + width + 1, -1);
}
function growWidths(widths, cells) {
  for (let i = 0; i < widths.length; i++) widths[i] = Math.max(widths[i] ?? 0, widthOf(cells[i] ?? ""));
}
function headLine(columns, widths) {
  return alignedLine(
    columns,
    columns.map((column) => column.head),
    widths
  );
}
function alignedLine(columns, cells, widths) {
  return columns.map((column, i) => padCell(cells[i] ?? "", widths[i] ?? 0, column.right)).join(" ").trimEnd();
}
function padCell(text4, width, right) {
  const missing = width - widthOf(text4);
  if (missing <= 0) return text4;
  return right ? " ".repeat(missing) + text4 : text4 + " ".repeat(missing);
}
var USUAL_WIDTH;
var init_layout = __esm({
  "src/output/table/layout.ts"() {
    "use strict";
    init_column();
    USUAL_WIDTH = 80;
  }
});

// src/output/table/table-sink.ts
var table_sink_exports = {};
__export(table_sink_exports, {
  TableSink: () => TableSink
});
function hasStack(key) {
  if (key?.kind === "tuple") return key.elements.some(hasStack);
  return key?.kind === "record" ? key.fields.some((field2) => hasStack(field2.type)) : key?.kind === "stack";
}
var import_text_sink3, import_value_text6, TableSink;
var init_table_sink = __esm({
  "src/output/table/table-sink.ts"() {
    "use strict";
    init_event_rows();
    init_map_rows();
    import_text_sink3 = __toESM(require_text_sink_ts(), 1);
    import_value_text6 = __toESM(require_value_text_ts(), 1);
    init_column();
    init_layout();
    TableSink = class extends import_text_sink3.TextSink {
      #context;
      #pending = [];
      #sites;
      #events;
      #columns = [];
      /** What heads and cells have taken so far, characters. */
      #used = [];
      #headed = false;
      #turned = false;
      /** What was printed last is a table: what follows is kept apart from it. */
      #tabular = false;
      constructor(output, options) {
        super(output, options);
        this.#context = (0, import_text_sink3.textContext)(options, true);
        this.#sites = options.sites ?? [];
      }
      attached() {
      }
      event(site, view) {
        this.#events ??= new EventRows(this.#sites);
        this.value(this.#events.type, this.#events.values(site, view));
      }
      value(type, value) {
        if (type.kind !== "record") {
          this.#settle();
          this.#tabular = false;
          super.value(type, value);
          return;
        }
        const { columns, cells } = rowShape(type);
        this.#use(columns);
        const values = cells(value);
        this.#pending.push(columns.map((column, i) => cellText(column, values[i], this.#context)));
        if (this.#pending.length >= 1e3) this.#settle();
      }
      /** Maps of records, and keyed ones, are tables; others and histograms print as in text. */
      map(map, options) {
        this.#settle();
        const { kind: kind2 } = map.value;
        const asText = kind2 === "hist" || kind2 === "lhist" || kind2 === "tseries" || hasStack(map.key) || map.key === void 0 && kind2 !== "record";
        if (asText) {
          if (this.#tabular) this.append("\n");
          this.#tabular = false;
          super.map(map, options);
          return;
        }
        const { columns, rows } = mapRows(map, options);
        if (rows.length === 0) return;
        const texts = rows.map((row3) => columns.map((column, i) => cellText(column, row3[i], this.#context)));
        const widths = columns.map((column) => column.head.length);
        for (const cells of texts) growWidths(widths, cells);
        const lines = [headLine(columns, widths), ...texts.map((cells) => alignedLine(columns, cells, widths))];
        if (this.#tabular) lines.unshift("");
        this.#tabular = true;
        this.append(`${lines.join("\n")}
`);
      }
      /** Another page has a head of its own. */
      turnPage() {
        this.#settle();
        this.#turned = this.#headed;
        this.#headed = false;
      }
      printf(site, view) {
        if (this.#pending.length > 0) this.#settle();
        this.#tabular = false;
        super.printf(site, view);
      }
      time(format3) {
        this.#settle();
        this.#tabular = false;
        super.time(format3);
      }
      text(kind2, text4) {
        this.#settle();
        this.#tabular = false;
        super.text(kind2, text4);
      }
      lost(report) {
        this.#settle();
        super.lost(report);
      }
      ending() {
        this.#settle();
      }
      flush() {
        this.#settle();
        super.flush();
      }
      close() {
        this.#settle();
        return super.close();
      }
      #use(columns) {
        if (sameTable(columns, this.#columns)) return;
        this.#settle();
        const first2 = this.#columns.length === 0;
        this.#columns = columns;
        this.#used = headWidths(columns);
        this.#headed = false;
        if (!first2) this.append("\n");
      }
      #settle() {
        if (this.#pending.length === 0) return;
        const rows = this.#pending.splice(0);
        for (const cells of rows) growWidths(this.#used, cells);
        const widths = fittingWidths(this.#columns, this.#used);
        const lines = rows.map((cells) => alignedLine(this.#columns, cells, widths));
        if (!this.#headed) lines.unshift(headLine(this.#columns, widths));
        if (this.#turned) lines.unshift("");
        this.#headed = true;
        this.#turned = false;
        this.#tabular = true;
        this.append(`${lines.join("\n")}
`);
      }
      /** A JavaScript string, to be sent as UTF-8. */
      append(text4) {
        this.appendBinary((0, import_value_text6.binaryOf)(text4));
      }
    };
  }
});

// src/cli/inspect/print-rows.ts
var print_rows_exports = {};
__export(print_rows_exports, {
  openRows: () => openRows
});
async function openRows(config, buffering = "full") {
  const { format: format3 = "table" } = config;
  const output = (0, import_byte_output2.openByteOutput)({ path: config.output, buffering });
  const options = rowOptions();
  const sink = await sinkOf(format3, output, options);
  const none = format3 === "json" || format3 === "csv" ? "" : "-";
  return {
    print(fields, rows) {
      const { type, values } = recordOf(fields, rows, none);
      for (const value of values) sink.value(type, value);
      sink.flush();
    },
    map(map) {
      const maps = format3 === "json" || format3 === "csv" ? sink : new import_text_sink4.TextSink(output, options);
      maps.map(map, BY_KEY);
      maps.flush();
    },
    async close() {
      await sink.close();
      output.close();
    }
  };
}
function rowOptions() {
  return (0, import_options2.resolveOptions)({
    title: "",
    source: { name: "", text: "" },
    notice: import_standard_error3.say,
    onQuit: () => {
    },
    maxStrlen: 1 << 16,
    quiet: true
  });
}
async function sinkOf(format3, output, options) {
  if (format3 === "json") return new (await Promise.resolve().then(() => (init_json2(), json_exports))).JsonSink(output, options);
  if (format3 === "csv") return new (await Promise.resolve().then(() => (init_csv(), csv_exports))).CsvSink(output, options);
  return new (await Promise.resolve().then(() => (init_table_sink(), table_sink_exports))).TableSink(output, options);
}
var import_byte_output2, import_options2, import_text_sink4, import_standard_error3, BY_KEY;
var init_print_rows = __esm({
  "src/cli/inspect/print-rows.ts"() {
    "use strict";
    import_byte_output2 = __toESM(require_byte_output_ts(), 1);
    import_options2 = __toESM(require_options_ts2(), 1);
    init_row_fields();
    import_text_sink4 = __toESM(require_text_sink_ts(), 1);
    import_standard_error3 = __toESM(require_standard_error_ts(), 1);
    BY_KEY = { top: 0, div: 0n, order: "key" };
  }
});

// src/cli/inspect/net.ts
var net_exports = {};
__export(net_exports, {
  showNet: () => showNet
});
async function showNet(config) {
  const wanted = chosen(config.args);
  const attached = netPrograms(allLinks()).filter(({ interface: name }) => wanted(name));
  if (attached.length === 0) {
    (0, import_standard_error4.say)(
      `No BPF program is attached to ${config.args.length === 0 ? "any interface" : config.args.join(", ")} here.
`
    );
    return 0;
  }
  const programs = new Map((0, import_programs.allPrograms)().map((program2) => [program2.id, program2]));
  const holders = (0, import_holders.findHolders)();
  const pins = findPins();
  const now = (0, import_clock.readClock)(import_clock.Clock.CLOCK_BOOTTIME);
  const rows = attached.map((place2) => {
    const { programId, linkId } = place2;
    return {
      attached: place2,
      program: programs.get(programId),
      holders: linkId === 0 ? holders.program(programId) : holders.link(linkId),
      pinned: pins.get(`link ${linkId}`) ?? pins.get(`prog ${programId}`),
      now
    };
  });
  const printer = await openRows(config);
  printer.print(FIELDS, rows);
  await printer.close();
  return 0;
}
function chosen(patterns) {
  if (patterns.length === 0) return () => true;
  const names = (0, import_interfaces3.netInterfaces)().map(({ name }) => name);
  const missing = patterns.find((pattern2) => !(0, import_glob3.hasWildcard)(pattern2) && !names.includes(pattern2));
  if (missing !== void 0) {
    const hint = (0, import_suggest.didYouMean)(missing, names) ?? `those of this network namespace are ${names.join(", ")}.`;
    throw new import_missing3.MissingError(`there is no interface '${missing}' here`, hint);
  }
  const globs = patterns.map((pattern2) => (0, import_glob3.globPattern)(pattern2));
  return (name) => globs.some((glob) => glob.test(name));
}
var import_suggest, import_glob3, import_clock, import_interfaces3, import_missing3, import_holders, import_programs, import_standard_error4, FIELDS;
var init_net = __esm({
  "src/cli/inspect/net.ts"() {
    "use strict";
    import_suggest = __toESM(require_suggest_ts(), 1);
    import_glob3 = __toESM(require_glob_ts(), 1);
    import_clock = __toESM(require_clock_ts(), 1);
    import_interfaces3 = __toESM(require_interfaces_ts(), 1);
    import_missing3 = __toESM(require_missing_ts(), 1);
    import_holders = __toESM(require_holders_ts(), 1);
    init_links();
    init_net_programs();
    init_pins();
    import_programs = __toESM(require_programs_ts(), 1);
    import_standard_error4 = __toESM(require_standard_error_ts(), 1);
    init_holder_text();
    init_print_rows();
    FIELDS = [
      { name: "interface", of: (row3) => row3.attached.interface },
      { name: "hook", of: (row3) => row3.attached.hook },
      { name: "mode", of: (row3) => row3.attached.mode },
      { name: "id", align: "right", of: (row3) => BigInt(row3.attached.programId) },
      { name: "name", of: (row3) => row3.program?.name },
      { name: "tag", of: (row3) => row3.program?.tag },
      { name: "jited_bytes", align: "right", of: (row3) => row3.program && BigInt(row3.program.jitedBytes) },
      {
        name: "age_s",
        align: "right",
        of: ({ program: program2, now }) => program2 && (now - program2.loadedAt) / 1000000000n
      },
      { name: "by", of: (row3) => row3.attached.by },
      { name: "owner", of: (row3) => holderText(row3.holders) },
      { name: "pinned", of: (row3) => row3.pinned }
    ];
  }
});

// first:src/kernel/sys/program-run.ts.cjs
var require_program_run_ts = __commonJS({
  "first:src/kernel/sys/program-run.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/program-run.ts");
  }
});

// first:src/output/open.ts.cjs
var require_open_ts = __commonJS({
  "first:src/output/open.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/open.ts");
  }
});

// src/cli/inspect/ending.ts
var LONGEST_WAIT, Ending;
var init_ending = __esm({
  "src/cli/inspect/ending.ts"() {
    "use strict";
    LONGEST_WAIT = 2147483647;
    Ending = class {
      over = false;
      #wake = () => {
      };
      #end = () => this.end();
      constructor() {
        process.on("SIGINT", this.#end);
        process.on("SIGTERM", this.#end);
        process.on("SIGHUP", this.#end);
      }
      end() {
        this.over = true;
        this.#wake();
      }
      /** ms; without, until it ends. */
      async wait(time = LONGEST_WAIT) {
        if (this.over) return;
        let timer;
        await new Promise((resolve) => {
          this.#wake = resolve;
          timer = setTimeout(resolve, time);
        });
        clearTimeout(timer);
        if (time === LONGEST_WAIT) await this.wait();
      }
      close() {
        process.off("SIGINT", this.#end);
        process.off("SIGTERM", this.#end);
        process.off("SIGHUP", this.#end);
      }
    };
  }
});

// first:src/kernel/host/vmlinux-btf.ts.cjs
var require_vmlinux_btf_ts = __commonJS({
  "first:src/kernel/host/vmlinux-btf.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/vmlinux-btf.ts");
  }
});

// first:src/kernel/host/objects/program-btf.ts.cjs
var require_program_btf_ts = __commonJS({
  "first:src/kernel/host/objects/program-btf.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/objects/program-btf.ts");
  }
});

// src/kernel/host/objects/attached-to.ts
var import_fd3, import_object3, import_vmlinux_btf, import_program_btf, AttachedTo;
var init_attached_to = __esm({
  "src/kernel/host/objects/attached-to.ts"() {
    "use strict";
    import_fd3 = __toESM(require_fd_ts(), 1);
    import_object3 = __toESM(require_object_ts(), 1);
    import_vmlinux_btf = __toESM(require_vmlinux_btf_ts(), 1);
    import_program_btf = __toESM(require_program_btf_ts(), 1);
    AttachedTo = class {
      #blobs = /* @__PURE__ */ new Map();
      #vmlinux;
      /** By program id; programs without a place are left out. */
      places(programs, links, net) {
        const places = /* @__PURE__ */ new Map();
        const add2 = (programId, place2) => places.set(programId, [...places.get(programId) ?? [], place2]);
        const byId = new Map(programs.map((program2) => [program2.id, program2]));
        const named3 = new Set(net.map(({ linkId }) => linkId));
        for (const { programId, linkId, hook, interface: name } of net)
          add2(programId, { text: `${hook}:${name}`, linkId });
        for (const link2 of links) {
          if (named3.has(link2.id)) continue;
          const traced = link2.type === "tracing" ? this.#traced(byId.get(link2.programId), link2) : "";
          add2(link2.programId, {
            text: traced === "" ? link2.target : `${link2.target}:${traced}`,
            linkId: link2.id
          });
        }
        return places;
      }
      /** The function, tracepoint or hook; '' when its BTF tells no name. */
      #traced(program2, { info: info2 }) {
        const object = Number(program2?.info.attach_btf_obj_id) || Number(info2["tracing.target_obj_id"]);
        const type = Number(program2?.info.attach_btf_id) || Number(info2["tracing.target_btf_id"]);
        if (object === 0 || type === 0) return "";
        const name = this.#blob(object)?.blob.name(type) ?? "";
        return name.replace(/^(btf_trace_|bpf_lsm_)/, "");
      }
      #blob(id) {
        if (!this.#blobs.has(id)) this.#blobs.set(id, this.#open(id));
        return this.#blobs.get(id);
      }
      #open(id) {
        try {
          const fd = (0, import_object3.btfGetFdById)(id);
          try {
            const { name, numbers } = (0, import_object3.btfGetInfo)(fd);
            if (numbers.kernel_btf === 0n) return (0, import_program_btf.btfById)(id);
            this.#vmlinux ??= (0, import_vmlinux_btf.openVmlinuxBtf)();
            if (name === "vmlinux" || this.#vmlinux === void 0) return this.#vmlinux;
            return (0, import_vmlinux_btf.openModuleBtf)(this.#vmlinux, name);
          } finally {
            (0, import_fd3.closeFd)(fd);
          }
        } catch {
          return void 0;
        }
      }
    };
  }
});

// src/cli/inspect/rates.ts
function ratesOf(now, before, elapsed) {
  const total2 = now.runs === 0n ? void 0 : rounded(now.runTime, now.runs);
  if (elapsed === void 0 || elapsed <= 0n) return { perSecond: void 0, average: total2, cpu: void 0 };
  const runs = now.runs - (before?.runs ?? 0n);
  const time = now.runTime - (before?.runTime ?? 0n);
  return {
    perSecond: rounded(runs * 1000000000n, elapsed),
    average: runs === 0n ? total2 : rounded(time, runs),
    cpu: rounded(time * 1000000n, elapsed)
  };
}
function rounded(above, below) {
  return (2n * above + below) / (2n * below);
}
var init_rates = __esm({
  "src/cli/inspect/rates.ts"() {
    "use strict";
  }
});

// src/cli/inspect/program-list.ts
function placesText(places) {
  const [first2, ...others] = places;
  if (first2 === void 0) return void 0;
  return `${first2.text}${others.length === 0 ? "" : ` +${others.length}`}`;
}
function lookAround(programs, attached) {
  const links = allLinks();
  const places = attached.places(programs, links, netIfAllowed(links));
  return { links, places, holders: (0, import_holders2.findHolders)(), pins: findPins() };
}
function netIfAllowed(links) {
  try {
    return netPrograms(links);
  } catch (error) {
    if (error instanceof import_error4.SyscallError) return [];
    throw error;
  }
}
function linkIds() {
  const ids2 = [];
  for (let id = (0, import_object4.linkGetNextId)(0); id !== void 0; id = (0, import_object4.linkGetNextId)(id)) ids2.push(id);
  return ids2;
}
var import_clock2, import_holders2, import_programs2, import_error4, import_object4, PROGRAM_FIELDS, LIVE_FIELDS, STALE, ProgramList;
var init_program_list = __esm({
  "src/cli/inspect/program-list.ts"() {
    "use strict";
    import_clock2 = __toESM(require_clock_ts(), 1);
    init_attached_to();
    import_holders2 = __toESM(require_holders_ts(), 1);
    init_links();
    init_net_programs();
    init_pins();
    import_programs2 = __toESM(require_programs_ts(), 1);
    import_error4 = __toESM(require_error_ts(), 1);
    import_object4 = __toESM(require_object_ts(), 1);
    init_holder_text();
    init_rates();
    PROGRAM_FIELDS = [
      { name: "id", align: "right", typical: 4, of: ({ program: program2 }) => BigInt(program2.id) },
      { name: "type", typical: 10, of: ({ program: program2 }) => program2.type },
      { name: "name", typical: 15, of: ({ program: program2 }) => program2.name },
      { name: "rate", align: "right", typical: 8, of: ({ rates }) => rates.perSecond },
      { name: "avg_ns", align: "right", typical: 8, of: ({ rates }) => rates.average },
      { name: "cpu_ppm", align: "right", typical: 7, of: ({ rates }) => rates.cpu },
      { name: "owner", typical: 14, of: ({ owner }) => owner },
      { name: "attached", typical: 20, of: ({ places }) => placesText(places) },
      { name: "runs", align: "right", typical: 8, from: 100, of: ({ program: program2 }) => program2.runs },
      { name: "run_time_ns", align: "right", typical: 8, from: 140, of: ({ program: program2 }) => program2.runTime },
      { name: "age_s", align: "right", typical: 8, from: 120, of: ({ age }) => age / 1000000000n },
      {
        name: "jited_bytes",
        align: "right",
        typical: 6,
        from: 150,
        of: ({ program: program2 }) => BigInt(program2.jitedBytes)
      },
      { name: "tag", typical: 16, from: 170, of: ({ program: program2 }) => program2.tag },
      { name: "pinned", from: 200, of: ({ pinned }) => pinned }
    ];
    LIVE_FIELDS = PROGRAM_FIELDS.map(
      (field2) => field2.name === "owner" ? { ...field2, of: ({ owner, pinned }) => owner ?? pinned } : field2
    );
    STALE = 1e4;
    ProgramList = class {
      #names = /* @__PURE__ */ new Map();
      #attached = new AttachedTo();
      #before = /* @__PURE__ */ new Map();
      /** ns of CLOCK_BOOTTIME; undefined: never. */
      #at;
      #known;
      /** `measured`: counters have been kept since the last call: rates are over that time. */
      read(measured2) {
        const programs = (0, import_programs2.allPrograms)(this.#names);
        const now = (0, import_clock2.readClock)(import_clock2.Clock.CLOCK_BOOTTIME);
        const elapsed = measured2 && this.#at !== void 0 ? now - this.#at : void 0;
        const { places, holders, pins, links } = this.#around(programs);
        const rows = programs.map((program2) => {
          const own = links.filter((link2) => link2.programId === program2.id);
          return {
            program: program2,
            rates: ratesOf(program2, this.#before.get(program2.id), elapsed),
            places: places.get(program2.id) ?? [],
            owner: holderText(holders.program(program2.id)),
            pinned: pins.get(`prog ${program2.id}`) ?? own.map(({ id }) => pins.get(`link ${id}`)).find((path2) => path2 !== void 0),
            age: now - program2.loadedAt
          };
        });
        this.#before = new Map(programs.map((program2) => [program2.id, program2]));
        this.#at = now;
        return rows;
      }
      #around(programs) {
        const key = `${programs.map(({ id }) => id)};${linkIds()}`;
        const now = performance.now();
        if (this.#known === void 0 || this.#known.key !== key || now - this.#known.at > STALE)
          this.#known = { key, at: now, around: lookAround(programs, this.#attached) };
        return this.#known.around;
      }
    };
  }
});

// src/kernel/host/objects/maps.ts
function mapById(id) {
  let fd;
  try {
    fd = (0, import_object5.mapGetFdById)(id);
  } catch (error) {
    if (error instanceof import_error5.SyscallError && error.code === "ENOENT") return void 0;
    throw error;
  }
  try {
    const { name, numbers } = (0, import_object5.mapGetInfo)(fd);
    return {
      id,
      type: (0, import_map_type3.mapTypeName)(Number(numbers.type)),
      name,
      keySize: Number(numbers.key_size),
      valueSize: Number(numbers.value_size),
      maxEntries: Number(numbers.max_entries),
      flags: Number(numbers.map_flags),
      memory: fdNumber(fd, "memlock"),
      frozen: fdNumber(fd, "frozen") !== 0,
      btfId: Number(numbers.btf_id)
    };
  } finally {
    (0, import_fd4.closeFd)(fd);
  }
}
function fdNumber(fd, name) {
  const text4 = (0, import_node_fs5.readFileSync)(`/proc/self/fdinfo/${fd}`, "latin1");
  return Number(new RegExp(`^${name}:\\s*(\\d+)$`, "m").exec(text4)?.[1] ?? 0);
}
var import_node_fs5, import_map_type3, import_error5, import_fd4, import_object5;
var init_maps = __esm({
  "src/kernel/host/objects/maps.ts"() {
    "use strict";
    import_node_fs5 = require("node:fs");
    import_map_type3 = __toESM(require_map_type_ts(), 1);
    import_error5 = __toESM(require_error_ts(), 1);
    import_fd4 = __toESM(require_fd_ts(), 1);
    import_object5 = __toESM(require_object_ts(), 1);
  }
});

// src/cli/inspect/find-program.ts
function findPrograms(word4, programs = (0, import_programs3.allPrograms)()) {
  const found = programs.filter(
    ({ id, tag, name }) => String(id) === word4 || tag === word4.toLowerCase() || name === word4
  );
  if (found.length > 0) return found;
  throw new import_missing4.MissingError(`there is no BPF program '${word4}'`, nearest(word4, programs));
}
function nearest(word4, programs) {
  if (programs.length === 0) return "none is loaded.";
  if (/^\d+$/.test(word4)) {
    const distance = ({ id: id2 }) => Math.abs(id2 - Number(word4));
    const { id, name } = programs.reduce((best, each) => distance(each) < distance(best) ? each : best);
    return `the nearest id is ${id}${name === "" ? "" : ` (${name})`}.`;
  }
  const names = programs.flatMap(({ name, tag }) => [name, tag]).filter((text4) => text4 !== "");
  return (0, import_suggest2.didYouMean)(word4, names) ?? "tsbpf prog lists those that there are.";
}
var import_suggest2, import_missing4, import_programs3;
var init_find_program = __esm({
  "src/cli/inspect/find-program.ts"() {
    "use strict";
    import_suggest2 = __toESM(require_suggest_ts(), 1);
    import_missing4 = __toESM(require_missing_ts(), 1);
    import_programs3 = __toESM(require_programs_ts(), 1);
  }
});

// src/cli/inspect/prog-show.ts
var prog_show_exports = {};
__export(prog_show_exports, {
  showProgram: () => showProgram
});
async function showProgram(config, word4) {
  const { format: format3 = "text" } = config;
  if (format3 === "csv") throw new import_config3.UsageError("prog show prints text or JSON, not csv");
  const text4 = isObjectFile(word4) ? objectText2(word4, format3 === "json") : await programsText(word4, format3 === "json", config.interval ?? 0);
  const output = (0, import_byte_output3.openByteOutput)({ path: config.output, buffering: "full" });
  output.write(Buffer.from(text4, "utf8"));
  output.close();
  return 0;
}
async function programsText(word4, asJson, interval) {
  const found = findPrograms(word4);
  const reports = reportsOf(
    interval === 0 ? found.map((program2) => ({ program: program2 })) : await measured(found, interval)
  );
  if (!asJson) return reports.map(textOf2).join("\n");
  return reports.map((report) => `{"type": "value", "data": ${json(report)}}
`).join("");
}
async function measured(found, interval) {
  const list5 = new ProgramList();
  const stats = (0, import_program_run.enableStats)();
  try {
    list5.read(false);
    await (0, import_promises.setTimeout)(interval * 1e3);
    return list5.read(true).filter(({ program: program2 }) => found.some(({ id }) => id === program2.id));
  } finally {
    (0, import_fd5.closeFd)(stats);
  }
}
function reportsOf(found) {
  const links = allLinks();
  const places = new AttachedTo().places((0, import_programs4.allPrograms)(), links, netIfAllowed(links));
  const around = { holders: (0, import_holders3.findHolders)(), pins: findPins() };
  return found.map(
    (each) => (0, import_programs4.withProgram)(each.program.id, (fd) => reportOf2(each, fd, places.get(each.program.id) ?? [], around))
  ).filter((report) => report !== void 0);
}
function reportOf2({ program: program2, rates }, fd, places, { holders, pins }) {
  const { id, info: info2 } = program2;
  const now = (0, import_clock3.readClock)(import_clock3.Clock.CLOCK_BOOTTIME);
  const loadedAt = Number((program2.loadedAt + (0, import_clock3.wallClockOffset)(import_clock3.Clock.CLOCK_BOOTTIME)) / 1000000n);
  const maps = (0, import_object6.progGetMapIds)(fd).map(mapById).filter((map) => map !== void 0);
  return {
    id,
    type: program2.type,
    name: program2.name,
    tag: program2.tag,
    loaded: new Date(loadedAt).toISOString(),
    age_s: (now - program2.loadedAt) / 1000000000n,
    uid: Number(info2.created_by_uid),
    instructions: Number(info2.xlated_prog_len) / 8,
    verified_instructions: Number(info2.verified_insns),
    jited_bytes: program2.jitedBytes,
    memory_bytes: fdNumber(fd, "memlock"),
    runs: program2.runs,
    run_time_ns: program2.runTime,
    ...rates?.perSecond === void 0 ? {} : { rate: rates.perSecond, avg_ns: rates.average ?? 0n, cpu_ppm: rates.cpu ?? 0n },
    recursion_misses: info2.recursion_misses,
    btf_id: Number(info2.btf_id),
    functions: (0, import_program_btf2.programFunctions)(fd).map(({ name }) => name),
    attached: places.map(({ text: text4, linkId }) => ({
      place: text4,
      link_id: linkId,
      pinned: pins.get(`link ${linkId}`) ?? ""
    })),
    held_by: holders.program(id),
    pinned: pins.get(`prog ${id}`) ?? "",
    maps: maps.map(({ keySize, valueSize, maxEntries, memory: memory2, btfId, ...map }) => ({
      ...map,
      key_bytes: keySize,
      value_bytes: valueSize,
      max_entries: maxEntries,
      memory_bytes: memory2,
      btf_id: btfId,
      pinned: pins.get(`map ${map.id}`) ?? ""
    }))
  };
}
function textOf2(report) {
  const { runs, run_time_ns: time, maps } = report;
  const average = runs === 0n ? "" : `, ${time / runs} ns each`;
  const lines = [
    ["type", report.type],
    ["tag", report.tag],
    ["loaded", `${report.loaded}, ${report.age_s} s ago, by user ${report.uid}`],
    [
      "code",
      `${report.instructions} instructions, ${report.jited_bytes === 0 ? "interpreted" : `${report.jited_bytes} bytes of machine code`}`
    ],
    ["verified", `${report.verified_instructions} instructions walked`],
    ["memory", `${report.memory_bytes} bytes`],
    [
      "runs",
      runs === 0n && report.rate === void 0 ? "0 counted (they are while it is measured: -i 1s)" : `${runs}${average}`
    ],
    ...report.rate === void 0 ? [] : [
      [
        "now",
        `${report.rate} a second, ${report.avg_ns} ns each, ${humanized(report.cpu_ppm ?? 0n, CPU)} of a CPU`
      ]
    ],
    ["recursion", `${report.recursion_misses} runs left out`],
    ["BTF", report.btf_id === 0 ? "-" : `id ${report.btf_id}: ${report.functions.join(", ")}`],
    ...listed(
      "attached",
      report.attached.map(({ place: place2, link_id: link2, pinned }) => {
        const by = link2 === 0 ? "" : ` (link ${link2}${pinned === "" ? "" : `, pinned at ${pinned}`})`;
        return `${place2}${by}`;
      })
    ),
    ...listed(
      "held by",
      report.held_by.map(({ comm, pid }) => `${comm} (pid ${pid})`)
    ),
    ["pinned", report.pinned === "" ? "-" : report.pinned],
    ...listed("maps", maps.map(mapText2))
  ];
  const body = lines.map(([word4, value]) => `  ${word4.padEnd(9)} ${(0, import_escape2.escapeText)(value)}`.trimEnd());
  return `${[`program ${report.id}${report.name === "" ? "" : `: ${report.name}`}`, ...body].join("\n")}
`;
}
function mapText2({ id, type, name, pinned, frozen, ...map }) {
  const sizes = `key ${map.key_bytes}, value ${map.value_bytes} bytes, up to ${map.max_entries} entries`;
  const more = `${frozen ? ", frozen" : ""}${pinned === "" ? "" : `, pinned at ${pinned}`}`;
  return `${name === "" ? "" : `${name}, `}id ${id}: ${type}, ${sizes}, ${map.memory_bytes} bytes of memory${more}`;
}
function listed(word4, values) {
  if (values.length === 0) return [[word4, "-"]];
  return values.map((value, i) => [i === 0 ? word4 : "", value]);
}
var import_promises, import_clock3, import_holders3, import_program_btf2, import_programs4, import_fd5, import_object6, import_program_run, import_byte_output3, import_escape2, import_config3, CPU;
var init_prog_show = __esm({
  "src/cli/inspect/prog-show.ts"() {
    "use strict";
    import_promises = require("node:timers/promises");
    import_clock3 = __toESM(require_clock_ts(), 1);
    init_attached_to();
    import_holders3 = __toESM(require_holders_ts(), 1);
    init_links();
    init_maps();
    init_pins();
    import_program_btf2 = __toESM(require_program_btf_ts(), 1);
    import_programs4 = __toESM(require_programs_ts(), 1);
    import_fd5 = __toESM(require_fd_ts(), 1);
    import_object6 = __toESM(require_object_ts(), 1);
    import_program_run = __toESM(require_program_run_ts(), 1);
    import_byte_output3 = __toESM(require_byte_output_ts(), 1);
    init_unit();
    import_escape2 = __toESM(require_escape_ts(), 1);
    import_config3 = __toESM(require_config_ts(), 1);
    init_find_program();
    init_json();
    init_object_show();
    init_program_list();
    CPU = unitOf("cpu_ppm");
  }
});

// first:src/compiler/bpf/opcode.ts.cjs
var require_opcode_ts = __commonJS({
  "first:src/compiler/bpf/opcode.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/bpf/opcode.ts");
  }
});

// src/compiler/bpf/decode.ts
function decode(bytes3) {
  if (bytes3.length % 8 !== 0) return void 0;
  const view = new DataView(bytes3.buffer, bytes3.byteOffset, bytes3.byteLength);
  const insns = [];
  for (let at = 0; at < bytes3.length; at += 8) {
    const opcode = view.getUint8(at);
    const registers = view.getUint8(at + 1);
    const imm2 = view.getInt32(at + 4, true);
    const insn = { opcode, dst: registers & 15, src: registers >> 4, off: view.getInt16(at + 2, true), imm: imm2 };
    if (!(0, import_opcode.isLoadImmediate)(opcode)) {
      insns.push(insn);
      continue;
    }
    if (at + 16 > bytes3.length) return void 0;
    const high = view.getUint32(at + 12, true);
    const value = BigInt(high) << 32n | BigInt(imm2 >>> 0);
    insns.push({ ...insn, imm: 0, imm64: value.toString() });
    at += 8;
  }
  return insns;
}
var import_opcode;
var init_decode = __esm({
  "src/compiler/bpf/decode.ts"() {
    "use strict";
    import_opcode = __toESM(require_opcode_ts(), 1);
  }
});

// first:src/compiler/bpf/helper.ts.cjs
var require_helper_ts = __commonJS({
  "first:src/compiler/bpf/helper.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/bpf/helper.ts");
  }
});

// src/compiler/bpf/disassemble.ts
var disassemble_exports = {};
__export(disassemble_exports, {
  disassemble: () => disassemble,
  disassembleProgram: () => disassembleProgram
});
function disassemble(insn) {
  const { opcode } = insn;
  if ((0, import_opcode2.isLoadImmediate)(opcode)) return `r${insn.dst} = ${constant(insn)}`;
  if ((0, import_opcode2.isJumpClass)(opcode)) return jumpText(insn);
  switch ((0, import_opcode2.classOf)(opcode)) {
    case import_uapi4.InsnClass.BPF_ALU:
    case import_uapi4.InsnClass.BPF_ALU64:
      return aluText(insn);
    case import_uapi4.InsnClass.BPF_LDX:
      if ((0, import_opcode2.modeOf)(opcode) === import_uapi4.MemMode.BPF_MEM) return `r${insn.dst} = ${memory(insn, "u", insn.src)}`;
      if ((0, import_opcode2.modeOf)(opcode) === import_uapi4.MemMode.BPF_MEMSX) return `r${insn.dst} = ${memory(insn, "s", insn.src)}`;
      return unknown(insn);
    case import_uapi4.InsnClass.BPF_ST:
      return (0, import_opcode2.modeOf)(opcode) === import_uapi4.MemMode.BPF_MEM ? `${memory(insn, "u", insn.dst)} = ${insn.imm}` : unknown(insn);
    case import_uapi4.InsnClass.BPF_STX:
      if ((0, import_opcode2.modeOf)(opcode) === import_uapi4.MemMode.BPF_MEM) return `${memory(insn, "u", insn.dst)} = r${insn.src}`;
      return (0, import_opcode2.modeOf)(opcode) === import_uapi4.MemMode.BPF_ATOMIC ? atomicText(insn) : unknown(insn);
    default:
      return unknown(insn);
  }
}
function disassembleProgram(functions, source) {
  const out = [];
  let slot = 0;
  for (const fn of functions) {
    out.push(`${fn.name}:`);
    let line3 = 0;
    fn.insns.forEach((insn, index) => {
      let place2;
      while (line3 < fn.lines.length && fn.lines[line3].insn <= index) place2 = fn.lines[line3++];
      if (source !== void 0 && place2 !== void 0)
        out.push(`; ${sourceComment(source, place2.start, place2.end)}`);
      out.push(`${String(slot).padStart(4)}: ${disassemble(insn)}`);
      slot += (0, import_opcode2.slotsOf)(insn);
    });
  }
  return `${out.join("\n")}
`;
}
function sourceComment(source, start, end) {
  const before = source.slice(0, start).split("\n");
  const text4 = source.slice(start, end).replace(/\s+/g, " ");
  return `${before.length}:${before[before.length - 1].length + 1} ${text4.length > 72 ? `${text4.slice(0, 71)}\u2026` : text4}`;
}
function memory(insn, sign, base) {
  return `*(${sign}${(0, import_opcode2.accessSize)(insn.opcode) * 8} *)(r${base} ${signed(insn.off)})`;
}
function signed(n) {
  return n < 0 ? String(n) : `+${n}`;
}
function aluText(insn) {
  const operation3 = (0, import_opcode2.operationOf)(insn.opcode);
  const wide = (0, import_opcode2.classOf)(insn.opcode) === import_uapi4.InsnClass.BPF_ALU64;
  const letter = wide ? "r" : "w";
  const dst = `${letter}${insn.dst}`;
  if ((0, import_opcode2.isByteSwap)(insn.opcode)) {
    const order = wide ? "bswap" : (0, import_opcode2.usesRegister)(insn.opcode) ? "be" : "le";
    return `r${insn.dst} = ${order}${insn.imm} r${insn.dst}`;
  }
  if (operation3 === import_uapi4.AluOp.BPF_NEG) return `${dst} = -${dst}`;
  let symbol = ALU_SYMBOL.get(operation3);
  if (symbol === void 0) return unknown(insn);
  const from = (0, import_opcode2.usesRegister)(insn.opcode) ? `${letter}${insn.src}` : String(insn.imm);
  if (operation3 === import_uapi4.AluOp.BPF_MOV && insn.off === PERCPU) return `${dst} = &(void __percpu *)(${from})`;
  if (operation3 === import_uapi4.AluOp.BPF_MOV && insn.off !== 0) return `${dst} = (s${insn.off})${from}`;
  if (insn.off === 1 && (operation3 === import_uapi4.AluOp.BPF_DIV || operation3 === import_uapi4.AluOp.BPF_MOD)) symbol = `s${symbol}`;
  return `${dst} ${symbol} ${from}`;
}
function jumpText(insn) {
  if ((0, import_opcode2.isCall)(insn.opcode)) return callText(insn);
  if ((0, import_opcode2.isExit)(insn.opcode)) return "exit";
  if (insn.opcode === GOTO_FAR) return `goto ${signed(insn.imm)}`;
  if ((0, import_opcode2.isGoto)(insn.opcode)) return `goto ${signed(insn.off)}`;
  const symbol = JUMP_SYMBOL.get((0, import_opcode2.operationOf)(insn.opcode));
  if (symbol === void 0) return unknown(insn);
  const letter = (0, import_opcode2.classOf)(insn.opcode) === import_uapi4.InsnClass.BPF_JMP ? "r" : "w";
  const right = (0, import_opcode2.usesRegister)(insn.opcode) ? `${letter}${insn.src}` : String(insn.imm);
  return `if ${letter}${insn.dst} ${symbol} ${right} goto ${signed(insn.off)}`;
}
function callText(insn) {
  if (insn.reference?.kind === "function" || insn.reference?.kind === "kfunc")
    return `call ${insn.reference.name}`;
  if (insn.src === import_uapi4.PseudoCall.BPF_PSEUDO_CALL) return `call pc${signed(insn.imm)}`;
  if (insn.src === import_uapi4.PseudoCall.BPF_PSEUDO_KFUNC_CALL) return `call kfunc#${insn.imm}`;
  const name = (0, import_helper.helperName)(insn.imm);
  return name === void 0 ? `call unknown#${insn.imm}` : `call ${name.replace("BPF_FUNC_", "bpf_")}`;
}
function atomicText(insn) {
  const bits = (0, import_opcode2.accessSize)(insn.opcode) * 8;
  const where = `(u${bits} *)(r${insn.dst} ${signed(insn.off)})`;
  const letter = bits === 64 ? "r" : "w";
  const suffix = bits === 64 ? "64" : "";
  if (insn.imm === import_uapi4.AtomicOp.BPF_XCHG)
    return `${letter}${insn.src} = atomic${suffix}_xchg(${where}, ${letter}${insn.src})`;
  if (insn.imm === import_uapi4.AtomicOp.BPF_CMPXCHG) {
    return `${letter}0 = atomic${suffix}_cmpxchg(${where}, ${letter}0, ${letter}${insn.src})`;
  }
  const name = ATOMIC_SYMBOL.get(insn.imm & 240);
  if (name === void 0 || (insn.imm & ~(240 | import_uapi4.AtomicOp.BPF_FETCH)) !== 0) return unknown(insn);
  if ((insn.imm & import_uapi4.AtomicOp.BPF_FETCH) !== 0) {
    return `${letter}${insn.src} = atomic${suffix}_fetch_${name}(${where}, ${letter}${insn.src})`;
  }
  return `lock *${where} ${ALU_SYMBOL.get(insn.imm & 240)} ${letter}${insn.src}`;
}
function constant(insn) {
  if (insn.reference !== void 0) return referenceText(insn.reference);
  const value = BigInt.asIntN(64, BigInt(insn.imm64 ?? insn.imm));
  return `${value} ll`;
}
function referenceText(reference3) {
  switch (reference3.kind) {
    case "map":
      return `map[${reference3.map}]`;
    case "map-value":
      return `map[${reference3.map}][0]+${reference3.offset}`;
    case "function":
      return `&${reference3.name}`;
    case "ksym":
    case "kfunc":
      return `&${reference3.name} (kernel)`;
  }
}
function unknown(insn) {
  const hex2 = insn.opcode.toString(16).padStart(2, "0");
  return `(${hex2}) dst=${insn.dst} src=${insn.src} off=${insn.off} imm=${insn.imm}`;
}
var import_helper, import_opcode2, import_uapi4, ALU_SYMBOL, JUMP_SYMBOL, ATOMIC_SYMBOL, PERCPU, GOTO_FAR;
var init_disassemble = __esm({
  "src/compiler/bpf/disassemble.ts"() {
    "use strict";
    import_helper = __toESM(require_helper_ts(), 1);
    import_opcode2 = __toESM(require_opcode_ts(), 1);
    import_uapi4 = __toESM(require_uapi_ts(), 1);
    ALU_SYMBOL = /* @__PURE__ */ new Map([
      [import_uapi4.AluOp.BPF_ADD, "+="],
      [import_uapi4.AluOp.BPF_SUB, "-="],
      [import_uapi4.AluOp.BPF_MUL, "*="],
      [import_uapi4.AluOp.BPF_DIV, "/="],
      [import_uapi4.AluOp.BPF_OR, "|="],
      [import_uapi4.AluOp.BPF_AND, "&="],
      [import_uapi4.AluOp.BPF_LSH, "<<="],
      [import_uapi4.AluOp.BPF_RSH, ">>="],
      [import_uapi4.AluOp.BPF_MOD, "%="],
      [import_uapi4.AluOp.BPF_XOR, "^="],
      [import_uapi4.AluOp.BPF_MOV, "="],
      [import_uapi4.AluOp.BPF_ARSH, "s>>="]
    ]);
    JUMP_SYMBOL = /* @__PURE__ */ new Map([
      [import_uapi4.JumpOp.BPF_JEQ, "=="],
      [import_uapi4.JumpOp.BPF_JGT, ">"],
      [import_uapi4.JumpOp.BPF_JGE, ">="],
      [import_uapi4.JumpOp.BPF_JSET, "&"],
      [import_uapi4.JumpOp.BPF_JNE, "!="],
      [import_uapi4.JumpOp.BPF_JSGT, "s>"],
      [import_uapi4.JumpOp.BPF_JSGE, "s>="],
      [import_uapi4.JumpOp.BPF_JLT, "<"],
      [import_uapi4.JumpOp.BPF_JLE, "<="],
      [import_uapi4.JumpOp.BPF_JSLT, "s<"],
      [import_uapi4.JumpOp.BPF_JSLE, "s<="]
    ]);
    ATOMIC_SYMBOL = /* @__PURE__ */ new Map([
      [import_uapi4.AtomicOp.BPF_ADD, "add"],
      [import_uapi4.AtomicOp.BPF_OR, "or"],
      [import_uapi4.AtomicOp.BPF_AND, "and"],
      [import_uapi4.AtomicOp.BPF_XOR, "xor"]
    ]);
    PERCPU = -1;
    GOTO_FAR = import_uapi4.InsnClass.BPF_JMP32 | import_uapi4.JumpOp.BPF_JA;
  }
});

// src/compiler/bpf/xlated.ts
function listXlated(program2, opcodes = false) {
  const insns = decode(program2.insns);
  if (insns === void 0) return ["the kernel gave no whole instructions"];
  const names = new Map(program2.functions.map(({ name, slot: slot2 }) => [slot2, name]));
  const lines = new Map(program2.lines.map((line3) => [line3.slot, line3]));
  const out = [];
  let slot = 0;
  for (const insn of insns) {
    const name = names.get(slot);
    if (name !== void 0) out.push(...slot === 0 ? [] : [""], `${name}:`);
    const line3 = lines.get(slot);
    if (line3 !== void 0) out.push(`; ${line3.place}  ${line3.text}`.trimEnd());
    out.push(`${String(slot).padStart(4)}: ${disassemble(named(insn, slot, program2, names))}`);
    const next = slot + (0, import_opcode3.slotsOf)(insn);
    if (opcodes) out.push(`      ${hex(program2.insns.subarray(slot * 8, next * 8))}`);
    slot = next;
  }
  return out;
}
function hex(bytes3) {
  return Array.from(bytes3, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
function named(insn, slot, program2, names) {
  const reference3 = referenceOf(insn, slot, program2, names);
  return reference3 === void 0 ? insn : { ...insn, reference: reference3 };
}
function referenceOf(insn, slot, program2, names) {
  if ((0, import_opcode3.isLoadImmediate)(insn.opcode)) {
    const value = BigInt(insn.imm64 ?? 0);
    const low = Number(BigInt.asUintN(32, value));
    switch (insn.src) {
      case import_uapi5.PseudoLoad.BPF_PSEUDO_MAP_FD:
        return { kind: "map", map: program2.map(low) };
      case import_uapi5.PseudoLoad.BPF_PSEUDO_MAP_VALUE:
        return { kind: "map-value", map: program2.map(low), offset: Number(value >> 32n) };
      case import_uapi5.PseudoLoad.BPF_PSEUDO_FUNC:
        return functionAt(names, slot + 1 + (low | 0));
      default:
        return void 0;
    }
  }
  if (!(0, import_opcode3.isCall)(insn.opcode)) return void 0;
  if (insn.src === import_uapi5.PseudoCall.BPF_PSEUDO_CALL) return functionAt(names, slot + 1 + (insn.off || insn.imm));
  const name = program2.called(insn);
  return name === void 0 ? void 0 : { kind: "kfunc", name };
}
function functionAt(names, slot) {
  return { kind: "function", name: names.get(slot) ?? `function at ${slot}` };
}
var import_opcode3, import_uapi5;
var init_xlated = __esm({
  "src/compiler/bpf/xlated.ts"() {
    "use strict";
    init_decode();
    init_disassemble();
    import_opcode3 = __toESM(require_opcode_ts(), 1);
    import_uapi5 = __toESM(require_uapi_ts(), 1);
  }
});

// first:src/kernel/host/kallsyms.ts.cjs
var require_kallsyms_ts = __commonJS({
  "first:src/kernel/host/kallsyms.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/kallsyms.ts");
  }
});

// src/kernel/host/objects/program-code.ts
function programCode(fd, { name, id }) {
  const functions = (0, import_program_btf3.programFunctions)(fd);
  const maps = /* @__PURE__ */ new Map();
  for (const mapId2 of (0, import_object7.progGetMapIds)(fd)) {
    const map = mapById(mapId2);
    if (map !== void 0) maps.set(mapId2, map.name === "" ? `id ${mapId2}` : `${map.name} id ${mapId2}`);
  }
  return {
    insns: (0, import_object7.progGetXlated)(fd),
    functions: functions.length > 0 ? functions : [{ name: name === "" ? `program ${id}` : name, slot: 0 }],
    lines: sourceLines(fd),
    map: (mapId2) => maps.get(mapId2) ?? `id ${mapId2}`,
    called: calledBy(new import_kallsyms.Kallsyms())
  };
}
function sourceLines(fd) {
  const btfId = Number((0, import_object7.progGetInfo)(fd).numbers.btf_id);
  const blob = btfId === 0 ? void 0 : (0, import_program_btf3.btfById)(btfId)?.blob;
  if (blob === void 0) return [];
  return (0, import_object7.progGetLineInfo)(fd).map(({ slot, file: file2, text: text4, line: line3, column }) => ({
    slot,
    place: [blob.string(file2), line3, column].filter((part) => part !== "" && part !== 0).join(":"),
    text: blob.string(text4).trim()
  }));
}
function calledBy(symbols) {
  let types = null;
  return ({ src, imm: imm2, off }) => {
    if (src === import_uapi6.PseudoCall.BPF_PSEUDO_KFUNC_CALL && off === 0) {
      if (types === null) types = (0, import_vmlinux_btf2.openVmlinuxBtf)();
      const blob = types?.blob;
      if (blob !== void 0 && imm2 > 0 && imm2 < blob.typeCount && blob.kind(imm2) === import_kind6.BtfKind.BTF_KIND_FUNC)
        return blob.name(imm2);
    }
    if (imm2 === TAIL_CALL) return "bpf_tail_call";
    const base = symbols.address("__bpf_call_base");
    const symbol = base === void 0 || imm2 === 0 ? void 0 : symbols.lookup(base + BigInt(imm2));
    if (symbol !== void 0 && symbol.offset === 0) return symbol.name;
    return (0, import_helper2.helperName)(imm2)?.replace("BPF_FUNC_", "bpf_");
  };
}
var import_helper2, import_uapi6, import_kind6, import_object7, import_kallsyms, import_vmlinux_btf2, import_program_btf3, TAIL_CALL;
var init_program_code = __esm({
  "src/kernel/host/objects/program-code.ts"() {
    "use strict";
    import_helper2 = __toESM(require_helper_ts(), 1);
    import_uapi6 = __toESM(require_uapi_ts(), 1);
    import_kind6 = __toESM(require_kind_ts(), 1);
    import_object7 = __toESM(require_object_ts(), 1);
    import_kallsyms = __toESM(require_kallsyms_ts(), 1);
    import_vmlinux_btf2 = __toESM(require_vmlinux_btf_ts(), 1);
    init_maps();
    import_program_btf3 = __toESM(require_program_btf_ts(), 1);
    TAIL_CALL = 12;
  }
});

// src/cli/inspect/prog-dump.ts
var prog_dump_exports = {};
__export(prog_dump_exports, {
  dumpProgram: () => dumpProgram
});
function dumpProgram(config, word4) {
  const { format: format3 = "text" } = config;
  if (format3 !== "text") throw new import_config4.UsageError(`prog dump prints text, not ${format3}`);
  const [program2, ...others] = findPrograms(word4);
  if (program2 === void 0 || others.length > 0) {
    const ids2 = [program2, ...others].map((each) => each?.id).join(", ");
    throw new import_config4.UsageError(`prog dump: several programs are '${word4}': choose one of the ids ${ids2}`);
  }
  const lines = (0, import_programs5.withProgram)(program2.id, (fd) => listXlated(programCode(fd, program2), config.opcodes));
  if (lines === void 0) throw new import_config4.UsageError(`prog dump: the program ${program2.id} is gone`);
  const output = (0, import_byte_output4.openByteOutput)({ path: config.output, buffering: "full" });
  const text4 = lines.map((line3) => `${(0, import_escape3.escapeText)(line3.replaceAll("	", "    "))}
`).join("");
  output.write(Buffer.from(text4, "utf8"));
  output.close();
  return 0;
}
var import_programs5, import_byte_output4, import_escape3, import_config4;
var init_prog_dump = __esm({
  "src/cli/inspect/prog-dump.ts"() {
    "use strict";
    init_xlated();
    init_program_code();
    import_programs5 = __toESM(require_programs_ts(), 1);
    import_byte_output4 = __toESM(require_byte_output_ts(), 1);
    import_escape3 = __toESM(require_escape_ts(), 1);
    import_config4 = __toESM(require_config_ts(), 1);
    init_find_program();
  }
});

// first:src/runtime/own-cost.ts.cjs
var require_own_cost_ts = __commonJS({
  "first:src/runtime/own-cost.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/runtime/own-cost.ts");
  }
});

// first:src/output/terminal.ts.cjs
var require_terminal_ts = __commonJS({
  "first:src/output/terminal.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/terminal.ts");
  }
});

// ../../main/node_modules/ansi-regex/index.js
function ansiRegex({ onlyFirst = false } = {}) {
  return new RegExp(pattern, onlyFirst ? void 0 : "g");
}
var ST, stringControls, osc, controlString, linuxPalette, csi, escape, pattern;
var init_ansi_regex = __esm({
  "../../main/node_modules/ansi-regex/index.js"() {
    ST = String.raw`(?:\u001B\u005C|\u009C)`;
    stringControls = String.raw`\u0018\u001A\u001B\u0080-\u009F`;
    osc = String.raw`(?:\u001B\]|\u009D)[^\u0007${stringControls}]*(?:\u0007|${ST})`;
    controlString = String.raw`(?:\u001B[PX^_k]|[\u0090\u0098\u009E\u009F])[^${stringControls}]*${ST}`;
    linuxPalette = String.raw`\u001B\](?:P[\dA-Fa-f]{7}|R)(?:\u0007|${ST})?`;
    csi = String.raw`(?:\u001B\[|\u009B)[\u0030-\u003F]*[\u0020-\u002F]*[\u0040-\u007E]`;
    escape = String.raw`\u001B(?:[\u0020-\u002F]+[\u0030-\u007E]|[\dA-PR-TZcf-oq-uy=><~|}])`;
    pattern = `${linuxPalette}|${osc}|${controlString}|${csi}|${escape}`;
  }
});

// ../../main/node_modules/strip-ansi/index.js
function stripAnsi(string) {
  if (typeof string !== "string") {
    throw new TypeError(`Expected a \`string\`, got \`${typeof string}\``);
  }
  if (!string.includes("\x1B") && !string.includes("\x9B")) {
    return string;
  }
  return string.replace(regex, "");
}
var regex;
var init_strip_ansi = __esm({
  "../../main/node_modules/strip-ansi/index.js"() {
    init_ansi_regex();
    regex = ansiRegex();
  }
});

// ../../main/node_modules/get-east-asian-width/lookup-data.js
var ambiguousMinimalCodePoint, ambiguousMaximumCodePoint, ambiguousRanges, fullwidthMinimalCodePoint, fullwidthMaximumCodePoint, fullwidthRanges, wideMinimalCodePoint, wideMaximumCodePoint, wideRanges;
var init_lookup_data = __esm({
  "../../main/node_modules/get-east-asian-width/lookup-data.js"() {
    ambiguousMinimalCodePoint = 161;
    ambiguousMaximumCodePoint = 1114109;
    ambiguousRanges = [161, 161, 164, 164, 167, 168, 170, 170, 173, 174, 176, 180, 182, 186, 188, 191, 198, 198, 208, 208, 215, 216, 222, 225, 230, 230, 232, 234, 236, 237, 240, 240, 242, 243, 247, 250, 252, 252, 254, 254, 257, 257, 273, 273, 275, 275, 283, 283, 294, 295, 299, 299, 305, 307, 312, 312, 319, 322, 324, 324, 328, 331, 333, 333, 338, 339, 358, 359, 363, 363, 462, 462, 464, 464, 466, 466, 468, 468, 470, 470, 472, 472, 474, 474, 476, 476, 593, 593, 609, 609, 708, 708, 711, 711, 713, 715, 717, 717, 720, 720, 728, 731, 733, 733, 735, 735, 768, 879, 913, 929, 931, 937, 945, 961, 963, 969, 1025, 1025, 1040, 1103, 1105, 1105, 8208, 8208, 8211, 8214, 8216, 8217, 8220, 8221, 8224, 8226, 8228, 8231, 8240, 8240, 8242, 8243, 8245, 8245, 8251, 8251, 8254, 8254, 8308, 8308, 8319, 8319, 8321, 8324, 8364, 8364, 8451, 8451, 8453, 8453, 8457, 8457, 8467, 8467, 8470, 8470, 8481, 8482, 8486, 8486, 8491, 8491, 8531, 8532, 8539, 8542, 8544, 8555, 8560, 8569, 8585, 8585, 8592, 8601, 8632, 8633, 8658, 8658, 8660, 8660, 8679, 8679, 8704, 8704, 8706, 8707, 8711, 8712, 8715, 8715, 8719, 8719, 8721, 8721, 8725, 8725, 8730, 8730, 8733, 8736, 8739, 8739, 8741, 8741, 8743, 8748, 8750, 8750, 8756, 8759, 8764, 8765, 8776, 8776, 8780, 8780, 8786, 8786, 8800, 8801, 8804, 8807, 8810, 8811, 8814, 8815, 8834, 8835, 8838, 8839, 8853, 8853, 8857, 8857, 8869, 8869, 8895, 8895, 8978, 8978, 9312, 9449, 9451, 9547, 9552, 9587, 9600, 9615, 9618, 9621, 9632, 9633, 9635, 9641, 9650, 9651, 9654, 9655, 9660, 9661, 9664, 9665, 9670, 9672, 9675, 9675, 9678, 9681, 9698, 9701, 9711, 9711, 9733, 9734, 9737, 9737, 9742, 9743, 9756, 9756, 9758, 9758, 9792, 9792, 9794, 9794, 9824, 9825, 9827, 9829, 9831, 9834, 9836, 9837, 9839, 9839, 9886, 9887, 9919, 9919, 9926, 9933, 9935, 9939, 9941, 9953, 9955, 9955, 9960, 9961, 9963, 9969, 9972, 9972, 9974, 9977, 9979, 9980, 9982, 9983, 10045, 10045, 10102, 10111, 11094, 11097, 12872, 12879, 57344, 63743, 65024, 65039, 65533, 65533, 127232, 127242, 127248, 127277, 127280, 127337, 127344, 127373, 127375, 127376, 127387, 127404, 917760, 917999, 983040, 1048573, 1048576, 1114109];
    fullwidthMinimalCodePoint = 12288;
    fullwidthMaximumCodePoint = 65510;
    fullwidthRanges = [12288, 12288, 65281, 65376, 65504, 65510];
    wideMinimalCodePoint = 4352;
    wideMaximumCodePoint = 262141;
    wideRanges = [4352, 4447, 8986, 8987, 9001, 9002, 9193, 9196, 9200, 9200, 9203, 9203, 9725, 9726, 9748, 9749, 9776, 9783, 9800, 9811, 9855, 9855, 9866, 9871, 9875, 9875, 9889, 9889, 9898, 9899, 9917, 9918, 9924, 9925, 9934, 9934, 9940, 9940, 9962, 9962, 9970, 9971, 9973, 9973, 9978, 9978, 9981, 9981, 9989, 9989, 9994, 9995, 10024, 10024, 10060, 10060, 10062, 10062, 10067, 10069, 10071, 10071, 10133, 10135, 10160, 10160, 10175, 10175, 11035, 11036, 11088, 11088, 11093, 11093, 11904, 11929, 11931, 12019, 12032, 12245, 12272, 12287, 12289, 12350, 12353, 12438, 12441, 12543, 12549, 12591, 12593, 12686, 12688, 12773, 12783, 12830, 12832, 12871, 12880, 42124, 42128, 42182, 43360, 43388, 44032, 55203, 63744, 64255, 65040, 65049, 65072, 65106, 65108, 65126, 65128, 65131, 94176, 94180, 94192, 94198, 94208, 101594, 101631, 101664, 101760, 101874, 101888, 102801, 102816, 102866, 110576, 110579, 110581, 110587, 110589, 110590, 110592, 110888, 110898, 110898, 110928, 110930, 110933, 110933, 110948, 110952, 110960, 111355, 119552, 119638, 119648, 119670, 126980, 126980, 127183, 127183, 127374, 127374, 127377, 127386, 127406, 127406, 127488, 127490, 127504, 127547, 127552, 127560, 127568, 127569, 127584, 127589, 127744, 127776, 127789, 127797, 127799, 127868, 127870, 127891, 127904, 127946, 127951, 127955, 127968, 127984, 127988, 127988, 127992, 128062, 128064, 128064, 128066, 128252, 128255, 128317, 128331, 128334, 128336, 128359, 128378, 128378, 128405, 128406, 128420, 128420, 128507, 128591, 128640, 128709, 128716, 128716, 128720, 128722, 128725, 128729, 128732, 128735, 128747, 128748, 128756, 128764, 128986, 128986, 128992, 129003, 129008, 129008, 129292, 129338, 129340, 129349, 129351, 129535, 129648, 129660, 129664, 129734, 129736, 129736, 129740, 129757, 129759, 129771, 129775, 129786, 131072, 196605, 196608, 262141];
  }
});

// ../../main/node_modules/get-east-asian-width/utilities.js
var isInRange;
var init_utilities = __esm({
  "../../main/node_modules/get-east-asian-width/utilities.js"() {
    isInRange = (ranges, codePoint) => {
      let low = 0;
      let high = Math.floor(ranges.length / 2) - 1;
      while (low <= high) {
        const mid = Math.floor((low + high) / 2);
        const i = mid * 2;
        if (codePoint < ranges[i]) {
          high = mid - 1;
        } else if (codePoint > ranges[i + 1]) {
          low = mid + 1;
        } else {
          return true;
        }
      }
      return false;
    };
  }
});

// ../../main/node_modules/get-east-asian-width/lookup.js
function findWideFastPathRange(ranges) {
  let fastPathStart = ranges[0];
  let fastPathEnd = ranges[1];
  for (let index = 0; index < ranges.length; index += 2) {
    const start = ranges[index];
    const end = ranges[index + 1];
    if (commonCjkCodePoint >= start && commonCjkCodePoint <= end) {
      return [start, end];
    }
    if (end - start > fastPathEnd - fastPathStart) {
      fastPathStart = start;
      fastPathEnd = end;
    }
  }
  return [fastPathStart, fastPathEnd];
}
var commonCjkCodePoint, wideFastPathStart, wideFastPathEnd, isAmbiguous, isFullwidth, isWide;
var init_lookup = __esm({
  "../../main/node_modules/get-east-asian-width/lookup.js"() {
    init_lookup_data();
    init_utilities();
    commonCjkCodePoint = 19968;
    [wideFastPathStart, wideFastPathEnd] = /* @__PURE__ */ findWideFastPathRange(wideRanges);
    isAmbiguous = (codePoint) => {
      if (codePoint < ambiguousMinimalCodePoint || codePoint > ambiguousMaximumCodePoint) {
        return false;
      }
      return isInRange(ambiguousRanges, codePoint);
    };
    isFullwidth = (codePoint) => {
      if (codePoint < fullwidthMinimalCodePoint || codePoint > fullwidthMaximumCodePoint) {
        return false;
      }
      return isInRange(fullwidthRanges, codePoint);
    };
    isWide = (codePoint) => {
      if (codePoint >= wideFastPathStart && codePoint <= wideFastPathEnd) {
        return true;
      }
      if (codePoint < wideMinimalCodePoint || codePoint > wideMaximumCodePoint) {
        return false;
      }
      return isInRange(wideRanges, codePoint);
    };
  }
});

// ../../main/node_modules/get-east-asian-width/index.js
function validate(codePoint) {
  if (!Number.isSafeInteger(codePoint)) {
    throw new TypeError(`Expected a code point, got \`${typeof codePoint}\`.`);
  }
}
function eastAsianWidth(codePoint, { ambiguousAsWide = false } = {}) {
  validate(codePoint);
  if (isFullwidth(codePoint) || isWide(codePoint) || ambiguousAsWide && isAmbiguous(codePoint)) {
    return 2;
  }
  return 1;
}
var init_get_east_asian_width = __esm({
  "../../main/node_modules/get-east-asian-width/index.js"() {
    init_lookup();
  }
});

// ../../main/node_modules/string-width/index.js
function isDoubleWidthNonRgiEmojiSequence(segment) {
  if (segment.length > 50) {
    return false;
  }
  if (unqualifiedKeycapRegex.test(segment)) {
    return true;
  }
  if (segment.includes("\u200D")) {
    const pictographics = segment.match(extendedPictographicRegex);
    return pictographics !== null && pictographics.length >= 2;
  }
  return false;
}
function baseVisible(segment) {
  const index = segment.search(visibleCharacterRegex);
  return index === -1 ? void 0 : segment.slice(index);
}
function isHangulLeadingJamo(codePoint) {
  return codePoint >= 4352 && codePoint <= 4447 || codePoint >= 43360 && codePoint <= 43388;
}
function isHangulVowelJamo(codePoint) {
  return codePoint >= 4448 && codePoint <= 4519 || codePoint >= 55216 && codePoint <= 55238;
}
function isHangulTrailingJamo(codePoint) {
  return codePoint >= 4520 && codePoint <= 4607 || codePoint >= 55243 && codePoint <= 55291;
}
function isHangulJamo(codePoint) {
  return isHangulLeadingJamo(codePoint) || isHangulVowelJamo(codePoint) || isHangulTrailingJamo(codePoint);
}
function hangulClusterWidth(visibleSegment, eastAsianWidthOptions) {
  const codePoints = [];
  for (const character of visibleSegment) {
    if (!visibleCharacterRegex.test(character)) {
      continue;
    }
    codePoints.push(character.codePointAt(0));
  }
  if (codePoints.length === 0) {
    return void 0;
  }
  let width = 0;
  for (let index = 0; index < codePoints.length; index++) {
    const codePoint = codePoints[index];
    if (!isHangulJamo(codePoint)) {
      if (width === 0) {
        return void 0;
      }
      for (let remaining = index; remaining < codePoints.length; remaining++) {
        width += eastAsianWidth(codePoints[remaining], eastAsianWidthOptions);
      }
      return width;
    }
    if (isHangulLeadingJamo(codePoint) && isHangulVowelJamo(codePoints[index + 1])) {
      width += 2;
      index += isHangulTrailingJamo(codePoints[index + 2]) ? 2 : 1;
      continue;
    }
    width += eastAsianWidth(codePoint, eastAsianWidthOptions);
  }
  return width;
}
function trailingWidth(visibleSegment, eastAsianWidthOptions) {
  let extra = 0;
  let first2 = true;
  for (const character of visibleSegment) {
    if (first2) {
      first2 = false;
      continue;
    }
    if (spacingMarkRegex.test(character) || character >= "\uFF00" && character <= "\uFFEF") {
      extra += eastAsianWidth(character.codePointAt(0), eastAsianWidthOptions);
    }
  }
  return extra;
}
function stringWidth(input, options = {}) {
  if (typeof input !== "string" || input.length === 0) {
    return 0;
  }
  const {
    ambiguousIsNarrow = true,
    countAnsiEscapeCodes = false
  } = options;
  let string = input;
  if (!countAnsiEscapeCodes && (string.includes("\x1B") || string.includes("\x9B"))) {
    string = stripAnsi(string);
  }
  if (string.length === 0) {
    return 0;
  }
  if (/^[\u0020-\u007E]*$/.test(string)) {
    return string.length;
  }
  let width = 0;
  const eastAsianWidthOptions = { ambiguousAsWide: !ambiguousIsNarrow };
  for (const { segment } of segmenter.segment(string)) {
    const visibleSegment = baseVisible(segment);
    if (visibleSegment === void 0) {
      continue;
    }
    if (rgiEmojiRegex.test(segment) || isDoubleWidthNonRgiEmojiSequence(segment)) {
      width += 2;
      continue;
    }
    const hangulWidth = hangulClusterWidth(visibleSegment, eastAsianWidthOptions);
    if (hangulWidth !== void 0) {
      width += hangulWidth;
      continue;
    }
    const codePoint = visibleSegment.codePointAt(0);
    width += eastAsianWidth(codePoint, eastAsianWidthOptions);
    width += trailingWidth(visibleSegment, eastAsianWidthOptions);
  }
  return width;
}
var segmenterMade, segmenter, visibleCharacterRegex, spacingMarkRegex, rgiEmojiRegexMade, rgiEmojiRegex, unqualifiedKeycapRegex, extendedPictographicRegex;
var init_string_width = __esm({
  "../../main/node_modules/string-width/index.js"() {
    init_strip_ansi();
    init_get_east_asian_width();
    segmenter = { segment: (text4) => {
      segmenterMade ??= new Intl.Segmenter();
      return segmenterMade.segment(text4);
    } };
    visibleCharacterRegex = new RegExp("[^\\p{Default_Ignorable_Code_Point}\\p{Control}\\p{Format}\\p{Nonspacing_Mark}\\p{Enclosing_Mark}\\p{Surrogate}]", "v");
    spacingMarkRegex = new RegExp("\\p{Spacing_Mark}", "v");
    rgiEmojiRegex = { test: (text4) => {
      rgiEmojiRegexMade ??= new RegExp("^\\p{RGI_Emoji}$", "v");
      return rgiEmojiRegexMade.test(text4);
    } };
    unqualifiedKeycapRegex = /^[\d#*]\u20E3$/;
    extendedPictographicRegex = new RegExp("\\p{Extended_Pictographic}", "gu");
  }
});

// src/output/live/width.ts
function cellsOf(text4) {
  return stringWidth(text4);
}
function cutEnd(text4, width) {
  if (cellsOf(text4) <= width) return text4;
  return width < 1 ? "" : takeStart(text4, width - 1) + MARK;
}
function cutMiddle(text4, width) {
  if (cellsOf(text4) <= width) return text4;
  if (width < 1) return "";
  const tail = Math.floor((width - 1) / 3);
  return takeStart(text4, width - 1 - tail) + MARK + takeEnd(text4, tail);
}
function pad(text4, width, right) {
  const missing = width - cellsOf(text4);
  if (missing <= 0) return text4;
  return right ? " ".repeat(missing) + text4 : text4 + " ".repeat(missing);
}
function wrap(text4, width) {
  const lines = [];
  let rest = text4;
  while (width > 1 && cellsOf(rest) > width) {
    const line3 = takeStart(rest, width);
    lines.push(line3);
    rest = rest.slice(line3.length);
  }
  lines.push(rest);
  return lines;
}
function takeStart(text4, width) {
  if (isPlain(text4)) return text4.slice(0, width);
  let taken = "";
  let cells = 0;
  for (const segment of graphemes(text4)) {
    cells += cellsOf(segment);
    if (cells > width) break;
    taken += segment;
  }
  return taken;
}
function takeEnd(text4, width) {
  if (isPlain(text4)) return text4.slice(text4.length - width);
  let taken = "";
  let cells = 0;
  for (const segment of graphemes(text4).reverse()) {
    cells += cellsOf(segment);
    if (cells > width) break;
    taken = segment + taken;
  }
  return taken;
}
function graphemes(text4) {
  segmenter2 ??= new Intl.Segmenter();
  return Array.from(segmenter2.segment(text4), ({ segment }) => segment);
}
function isPlain(text4) {
  return /^[\x20-\x7e]*$/.test(text4);
}
var MARK, segmenter2;
var init_width = __esm({
  "src/output/live/width.ts"() {
    "use strict";
    init_string_width();
    MARK = "\u2026";
  }
});

// src/output/live/fit.ts
function fitColumns(columns, shown, widths, width, whole2 = false) {
  const wanted = shown.map((index) => widths[index] ?? 0);
  const kept = [...shown];
  const room = () => kept.length < shown.length ? width - MARK2 : width;
  const excess = () => total(wanted) - room();
  const least = (i) => whole2 ? wanted[i] ?? 0 : leastWidth2(columns[kept[i] ?? 0], wanted[i] ?? 0);
  while (kept.length > 1 && total(wanted.map((_, i) => least(i))) > room()) {
    kept.pop();
    wanted.pop();
  }
  for (const kind2 of ["text", "address", "number"]) {
    const mayShrink = kept.map((index, i) => kindOf2(columns[index]) === kind2 ? i : -1).filter((i) => i >= 0);
    while (excess() > 0) {
      const most = Math.max(...mayShrink.map((i) => wanted[i] > least(i) ? wanted[i] : 0), 0);
      const widest = mayShrink.find((i) => wanted[i] === most);
      if (most === 0 || widest === void 0) break;
      wanted[widest] = most - 1;
    }
  }
  if (excess() > 0 && kept.length === 1) wanted[0] = Math.max(1, room());
  spread(columns, kept, wanted, room());
  return {
    columns: kept.map((index, i) => ({ index, width: wanted[i] ?? 0 })),
    dropped: shown.length - kept.length
  };
}
function fittedLine(columns, fit, cells) {
  return fit.columns.map(({ index, width }) => {
    const column = columns[index];
    const cell = cells[index] ?? "";
    const text4 = column?.head === "" ? cutEnd(cell, width) : cutMiddle(cell, width);
    return pad(text4, width, column?.right === true);
  }).join(" ".repeat(GAP));
}
function spread(columns, kept, wanted, width) {
  let room = width - total(wanted);
  kept.forEach((index, i) => {
    const more = Math.min(room, Math.max(0, (columns[index]?.typical ?? 0) - (wanted[i] ?? 0)));
    wanted[i] = (wanted[i] ?? 0) + more;
    room -= more;
  });
}
function leastWidth2(column, wanted) {
  const kind2 = kindOf2(column);
  if (kind2 === "number") return wanted;
  return Math.min(wanted, kind2 === "text" ? LEAST_TEXT : LEAST_ADDRESS);
}
function kindOf2(column) {
  if (column === void 0 || column.right) return "number";
  switch (column.type.kind) {
    case "bool":
    case "timestamp":
    case "mac":
    case "pointer":
      return "number";
    case "inet":
      return "address";
    default:
      return "text";
  }
}
function total(widths) {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
}
var GAP, MARK2, LEAST_TEXT, LEAST_ADDRESS;
var init_fit = __esm({
  "src/output/live/fit.ts"() {
    "use strict";
    init_width();
    GAP = 1;
    MARK2 = 2;
    LEAST_TEXT = 6;
    LEAST_ADDRESS = 15;
  }
});

// src/output/live/model.ts
function isFollowing(view) {
  return view.top === void 0;
}
function follow(view) {
  return { ...view, selected: void 0, top: void 0 };
}
function windowOf(view, listing, height) {
  const { length } = listing;
  const last2 = Math.max(0, length - height);
  const start = clamp(startOf(view, listing, last2), 0, last2);
  const selected = view.selected === void 0 ? -1 : listing.indexOf(view.selected);
  return { start, end: Math.min(length, start + height), selected };
}
function startOf(view, listing, last2) {
  if (view.top === void 0) return view.sort === void 0 ? last2 : 0;
  const index = listing.indexOf(view.top.number);
  if (index !== -1) return index;
  return view.sort === void 0 ? 0 : view.top.index;
}
function move(view, listing, height, delta, page = false) {
  const { length } = listing;
  if (length === 0) return follow(view);
  const window = windowOf(view, listing, height);
  const sorted = view.sort !== void 0;
  let from = window.selected === -1 ? window.start : window.selected;
  if (isFollowing(view)) {
    if (sorted ? delta < 0 : delta > 0) return view;
    from = sorted ? page ? 0 : -1 : page ? length - 1 : length;
  } else if (sorted ? from + delta < 0 && from <= 0 : from + delta >= length && from >= length - 1) {
    return follow(view);
  }
  const to = clamp(from + delta, 0, length - 1);
  const shifted2 = clamp(window.start + (page ? delta : 0), 0, Math.max(0, length - height));
  return select(view, listing, to, clamp(shifted2, to - height + 1, to));
}
function moveHome(view, listing) {
  return view.sort !== void 0 || listing.length === 0 ? follow(view) : select(view, listing, 0, 0);
}
function moveEnd(view, listing, height) {
  if (view.sort === void 0 || listing.length === 0) return follow(view);
  return select(view, listing, listing.length - 1, Math.max(0, listing.length - height));
}
function select(view, listing, index, start) {
  const first2 = Math.max(0, start);
  return {
    ...view,
    selected: listing.at(index).number,
    top: { number: listing.at(first2).number, index: first2 }
  };
}
function setFilter(view, filter) {
  return filter === view.filter ? view : follow({ ...view, filter });
}
function cycleSort(view, columns) {
  const shown = shownColumns(view, columns);
  const at = view.sort === void 0 ? -1 : shown.indexOf(view.sort.column);
  if (view.sort !== void 0 && at === shown.length - 1) return follow({ ...view, sort: void 0 });
  const column = shown[at + 1];
  return column === void 0 ? view : sortBy(view, columns, column);
}
function sortBy(view, columns, column) {
  if (view.sort?.column === column) return reverseSort(view);
  return follow({ ...view, sort: { column, descending: columns[column]?.right === true } });
}
function reverseSort(view) {
  if (view.sort === void 0) return view;
  return follow({ ...view, sort: { ...view.sort, descending: !view.sort.descending } });
}
function shownColumns(view, columns) {
  return columns.map((_, i) => i).filter((i) => !view.hidden.has(i));
}
function toggleColumn(view, columns, index) {
  const hidden = new Set(view.hidden);
  if (!hidden.delete(index)) hidden.add(index);
  if (hidden.size >= columns.length) return view;
  const sort = view.sort !== void 0 && hidden.has(view.sort.column) ? void 0 : view.sort;
  return { ...view, hidden, sort, left: 0 };
}
function scrollSideways(view, columns, delta) {
  const most = shownColumns(view, columns).length - 1;
  return { ...view, left: clamp(view.left + delta, 0, Math.max(0, most)) };
}
function clamp(n, low, high) {
  return Math.max(low, Math.min(high, n));
}
var NEW_VIEW;
var init_model = __esm({
  "src/output/live/model.ts"() {
    "use strict";
    NEW_VIEW = {
      filter: "",
      sort: void 0,
      hidden: /* @__PURE__ */ new Set(),
      whole: false,
      left: 0,
      selected: void 0,
      top: void 0
    };
  }
});

// src/output/live/row-buffer.ts
var KEPT_ROWS, RowBuffer;
var init_row_buffer = __esm({
  "src/output/live/row-buffer.ts"() {
    "use strict";
    KEPT_ROWS = 1e4;
    RowBuffer = class _RowBuffer {
      #rows = [];
      #capacity;
      /** Number that the next row gets: how many there have been. */
      next = 0;
      constructor(capacity = KEPT_ROWS) {
        this.#capacity = capacity;
      }
      /** Number of the oldest row kept. */
      get first() {
        return this.next - this.#rows.length;
      }
      get length() {
        return this.#rows.length;
      }
      push(values, cells) {
        const row3 = { number: this.next, values, cells };
        if (this.#rows.length < this.#capacity) this.#rows.push(row3);
        else this.#rows[this.next % this.#capacity] = row3;
        this.next++;
      }
      /** The row of this number; it must be kept still. */
      get(number8) {
        return this.#rows[number8 % this.#capacity];
      }
      /** As it is now, for a paused table. */
      copy() {
        const copy = new _RowBuffer(this.#capacity);
        copy.#rows.push(...this.#rows);
        copy.next = this.next;
        return copy;
      }
    };
  }
});

// src/output/live/sheet.ts
function recordSheet(id, name, columns) {
  return { id, name, kind: "record", columns, rows: new RowBuffer(), widths: headWidths2(columns) };
}
function mapSheet(name, columns) {
  return { id: name, name, kind: "map", columns, rows: new RowBuffer(), widths: headWidths2(columns) };
}
function textSheet(id, name, kind2 = "text") {
  return {
    id,
    name,
    kind: kind2,
    columns: [{ ...columnOf("text", TEXT), head: "" }],
    rows: new RowBuffer(),
    widths: [0]
  };
}
function isText(sheet) {
  return sheet.columns[0]?.head === "";
}
function rowCells(sheet, row3, context) {
  row3.cells ??= sheet.columns.map((column, i) => cellText(column, row3.values[i], context));
  return row3.cells;
}
function growSheet(sheet, cells) {
  const { widths } = sheet;
  for (let i = 0; i < widths.length; i++) {
    const width = cellsOf(cells[i] ?? "");
    if (width > (widths[i] ?? 0)) widths[i] = width;
  }
}
function headWidths2(columns) {
  return columns.map((column) => cellsOf(column.head));
}
var TEXT;
var init_sheet = __esm({
  "src/output/live/sheet.ts"() {
    "use strict";
    init_column();
    init_row_buffer();
    init_width();
    TEXT = { kind: "string", size: 1 };
  }
});

// src/output/live/panels.ts
function detailsPanel(sheet, row3, context, width, space, scroll) {
  const cells = rowCells(sheet, row3, context);
  const names = sheet.columns.map((column) => column.name);
  const label = isText(sheet) ? 0 : Math.min(24, Math.max(...names.map(cellsOf))) + 1;
  const room = Math.max(4, width - label - 2);
  const lines = sheet.columns.flatMap((column, i) => {
    const cell = cells[i] ?? "";
    const raw = row3.values.length === 0 ? cell : plainText(column.type, row3.values[i], context);
    const text4 = raw === cell ? raw : `${raw}  (${cell})`;
    return wrap(text4, room).map((part, at) => ({
      text: ` ${pad(at === 0 ? cutEnd(names[i] ?? "", label) : "", label, false)} ${part}`.trimEnd(),
      style: "plain"
    }));
  });
  return [heading(`Row ${row3.number + 1}`, width), ...scrolled(lines, space - 1, scroll)];
}
function columnsPanel(sheet, view, cursor, width, space) {
  const lines = sheet.columns.map(({ head, name }, i) => {
    const text4 = ` [${view.hidden.has(i) ? " " : "x"}] ${head === "" ? name : head}${orderMark(view, i)}`;
    return i === cursor ? { text: pad(cutEnd(text4, width), width, false), style: "selected" } : { text: cutEnd(text4, width), style: view.hidden.has(i) ? "dim" : "plain" };
  });
  const height = Math.max(1, space - 1);
  return [heading("Columns", width), ...lines.slice(Math.max(0, cursor - height + 1)).slice(0, height)];
}
function orderMark(view, column) {
  if (view.sort?.column !== column) return "";
  return view.sort.descending ? " \u2193" : " \u2191";
}
function helpPanel(width, space, scroll) {
  const lines = HELP.map(
    ([keys, meaning]) => ({
      text: cutEnd(` ${pad(keys, 15, false)} ${meaning}`, width),
      style: "plain"
    })
  );
  return [heading("Keys", width), ...scrolled(lines, space - 1, scroll)];
}
function scrolled(lines, height, scroll) {
  const start = Math.min(scroll, Math.max(0, lines.length - height));
  const shown = lines.slice(start, start + Math.max(0, height));
  const below = lines.length - start - shown.length;
  if (below > 0 && shown.length > 1)
    shown[shown.length - 1] = { text: ` \u2026 ${below + 1} more lines`, style: "dim" };
  return shown;
}
function heading(text4, width) {
  return { text: pad(cutEnd(` ${text4}`, width), width, false), style: "head" };
}
var HELP;
var init_panels = __esm({
  "src/output/live/panels.ts"() {
    "use strict";
    init_column();
    init_sheet();
    init_width();
    HELP = [
      ["\u2191 \u2193  PgUp PgDn", "scroll and select"],
      ["Home  End", "first row; last row, and follow new ones"],
      ["\u2190 \u2192", "columns that do not fit"],
      ["/", "show rows that hold a text, or column>value"],
      ["", "also = != < <= >=, units (age>5ms), && between"],
      ["Esc", "clear the filter; follow again"],
      ["s", "sort by the next column, at last by arrival"],
      ["r  S", "reverse the order"],
      ["c", "choose columns"],
      ["w", "whole cells, and fewer columns; or cells cut to fit"],
      ["p  Space", "pause: events are counted, not shown"],
      ["Enter", "all fields of a row"],
      ["Tab", "next table, when there are several"],
      ["q  Ctrl-C", "end; what is on the screen is kept"]
    ];
  }
});

// src/output/live/frame.ts
function rowsThatFit(height, sheet, message2) {
  const heads = sheet === void 0 || isText(sheet) ? 0 : 1;
  return Math.max(1, height - 1 - heads - (message2 ? 1 : 0) - (height > 3 ? 1 : 0));
}
function makeFrame(input) {
  const { width, height, status, state } = input;
  const footer = height > 3 ? footerOf(input) : void 0;
  const room = Math.max(0, height - 1 - (footer === void 0 ? 0 : 1));
  const message2 = status.message === void 0 ? [] : [{ ...status.message, text: cutEnd(status.message.text, width) }];
  const space = Math.max(0, room - message2.length);
  const lines = bodyOf(input, space).slice(0, space);
  const blank = Array.from({ length: Math.max(0, space - lines.length) }, () => line(""));
  return {
    width,
    height,
    title: titleOf(input),
    body: [...lines, ...blank, ...message2].slice(0, room),
    footer: state.mode === "help" && footer === void 0 ? void 0 : footer
  };
}
function bodyOf(input, space) {
  const { state, sheet, view, listing, width, context } = input;
  switch (state.mode) {
    case "help":
      return helpPanel(width, space, state.scroll);
    case "columns":
      if (sheet !== void 0) return columnsPanel(sheet, view, state.cursor, width, space);
      break;
    case "details": {
      const index = view.selected === void 0 ? -1 : listing.indexOf(view.selected);
      if (sheet !== void 0 && index !== -1)
        return detailsPanel(sheet, listing.at(index), context, width, space, state.scroll);
      break;
    }
    case "table":
    case "filter":
      break;
  }
  return tableBody(input, space);
}
function tableBody({ sheet, view, listing, width, status, context }, space) {
  if (sheet === void 0) {
    return ["", ...emptyText(status)].map((text4) => line(cutEnd(text4, width), "dim"));
  }
  const height = Math.max(1, space - (isText(sheet) ? 0 : 1));
  const window = windowOf(view, listing, height);
  const rows = [];
  for (let i = window.start; i < window.end; i++) {
    const cells = rowCells(sheet, listing.at(i), context);
    growSheet(sheet, cells);
    rows.push(cells);
  }
  const fit = fitSheet(sheet, view, width);
  const lines = rows.map((cells, i) => {
    const selected = window.start + i === window.selected;
    const text4 = fittedLine(sheet.columns, fit, cells);
    return selected ? line(pad(text4, width, false), "selected") : line(text4);
  });
  if (rows.length === 0 && view.filter !== "") lines.push(line(`  Nothing matches ${view.filter}`, "dim"));
  return isText(sheet) ? lines : [line(pad(headText(sheet, view, fit, width), width, false), "head"), ...lines];
}
function emptyText({ attached, atEndOnly }) {
  if (!attached) return ["  Attaching."];
  return atEndOnly ? ["  Counting. The counts are shown at the end: q.", "  --interval 1s shows them every second."] : ["  Waiting for events."];
}
function fitSheet(sheet, view, width) {
  const shown = shownColumns(view, sheet.columns).slice(view.left);
  const widths = sheet.widths.map((w, i) => Math.max(w, cellsOf(headOf(sheet, view, i))));
  return fitColumns(sheet.columns, shown, widths, width, view.whole);
}
function headText(sheet, view, fit, width) {
  const heads = sheet.columns.map((_, i) => headOf(sheet, view, i));
  const text4 = fittedLine(sheet.columns, fit, heads);
  return fit.dropped === 0 ? text4 : `${pad(cutEnd(text4, width - 1), width - 1, false)}\u203A`;
}
function headOf(sheet, view, index) {
  const head = sheet.columns[index]?.head ?? "";
  return view.sort?.column === index ? `${head}${view.sort.descending ? "\u2193" : "\u2191"}` : head;
}
function titleOf({
  status,
  state,
  sheet,
  view,
  listing,
  sheetCount,
  width,
  height
}) {
  const title = sheetCount > 1 && sheet !== void 0 ? `${status.title}  ${sheet.name}` : status.title;
  const states = [];
  if (state.paused)
    states.push(status.facts === void 0 ? `paused, ${grouped(status.pausedNew)} new` : "paused");
  if (view.filter !== "" && state.mode !== "filter") states.push(`/${view.filter}`);
  if (view.top !== void 0 && listing.length > 0) {
    const { start, end } = windowOf(view, listing, rowsThatFit(height, sheet, status.message !== void 0));
    states.push(`${grouped(start + 1)}-${grouped(end)} of ${grouped(listing.length)}`);
  }
  if (view.left > 0) states.push(`\u2039 ${view.left} more`);
  const wanted = states.length === 0 ? "" : ` [${states.join(", ")}]`;
  const least = Math.min(cellsOf(title), 12) + cellsOf(wanted) + 2;
  const status_ = statusOf(status, Math.max(width - least, 10), width);
  const right = joined(status_);
  const room = Math.max(0, width - (right === 0 ? 0 : right + 2));
  const left = cutEnd(title, Math.max(Math.min(room, cellsOf(title)), 0));
  return { left, state: cutEnd(wanted, room - cellsOf(left)), status: status_ };
}
function statusOf(status, room, width) {
  const lost = line(`${grouped(status.lost)} lost`, status.lost > 0 ? "error" : "plain");
  const told = status.facts?.map((fact, i) => ({ ...line(fact), rank: 1 + i })) ?? [
    { ...line(`${grouped(status.events)} events`), rank: 1 },
    { ...lost, rank: status.lost > 0 ? 0 : 2 }
  ];
  const parts = [
    ...told,
    ...status.cpu === void 0 ? [] : [{ ...line(`${(status.cpu * 100).toFixed(1)}% cpu`), rank: 11 }],
    { ...line(clockText(status.elapsedSeconds)), rank: 10 }
  ];
  while (parts.length > 0 && joined(parts) > Math.min(room, width)) {
    const worst = parts.reduce((a, b) => b.rank > a.rank ? b : a);
    parts.splice(parts.indexOf(worst), 1);
  }
  return parts.map(({ text: text4, style }) => ({ text: text4, style }));
}
function joined(parts) {
  return parts.reduce((sum, part) => sum + cellsOf(part.text), 0) + 2 * Math.max(0, parts.length - 1);
}
function footerOf({ state, view, width, sheetCount, sheet }) {
  switch (state.mode) {
    case "filter": {
      const label = sheet === void 0 || isText(sheet) ? "filter: " : "filter, or column>value: ";
      const hint = "   Enter keep   Esc clear";
      const text4 = `${view.filter}\u258F`;
      const room = width - cellsOf(label) - cellsOf(text4) >= cellsOf(hint);
      return { kind: "prompt", label: room ? label : "/", text: text4, hint: room ? hint : "" };
    }
    case "columns":
      return {
        kind: "keys",
        keys: thatFit(
          [
            ["Space", "show or hide", 0],
            ["s", "sort by it", 2],
            ["\u2191\u2193", "move", 1],
            ["Esc", "back", 0]
          ],
          width
        )
      };
    case "details":
      return {
        kind: "keys",
        keys: thatFit(
          [
            ["\u2191\u2193", "other rows", 1],
            ["PgDn", "more", 2],
            ["Esc", "back", 0]
          ],
          width
        )
      };
    case "help":
      return {
        kind: "keys",
        keys: thatFit(
          [
            ["\u2191\u2193", "scroll", 1],
            ["Esc", "back", 0]
          ],
          width
        )
      };
    case "table": {
      const keys = TABLE_KEYS.filter(([key]) => key !== "Tab" || sheetCount > 1);
      const going = state.paused ? keys.map((k) => k[0] === "p" ? ["p", "go on", 0] : k) : keys;
      return { kind: "keys", keys: thatFit(going, width) };
    }
  }
}
function thatFit(keys, width) {
  const kept = [...keys];
  const size = () => kept.reduce((sum, [key, word4]) => sum + cellsOf(key) + cellsOf(word4) + 1, 1 + 3 * (kept.length - 1));
  while (kept.length > 0 && size() > width) {
    const worst = kept.reduce((a, b) => b[2] > a[2] ? b : a);
    kept.splice(kept.indexOf(worst), 1);
  }
  return kept.map(([key, word4]) => [key, word4]);
}
function clockText(seconds2) {
  const two = (n) => String(Math.floor(n)).padStart(2, "0");
  return `${two(seconds2 / 3600)}:${two(seconds2 / 60 % 60)}:${two(seconds2 % 60)}`;
}
function grouped(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}
function line(text4, style = "plain") {
  return { text: text4, style };
}
var TABLE_KEYS;
var init_frame = __esm({
  "src/output/live/frame.ts"() {
    "use strict";
    init_fit();
    init_model();
    init_panels();
    init_sheet();
    init_width();
    TABLE_KEYS = [
      ["/", "filter", 2],
      ["s", "sort", 4],
      ["c", "columns", 6],
      ["p", "pause", 3],
      ["Enter", "details", 5],
      ["Tab", "next", 7],
      ["?", "help", 1],
      ["q", "quit", 0]
    ];
  }
});

// src/output/live/farewell.ts
function lastRows(sheet, view, listing, width, height, context) {
  const { start, end } = windowOf(view, listing, height);
  if (start === end) return [];
  const rows = [];
  for (let i = start; i < end; i++) {
    const cells = rowCells(sheet, listing.at(i), context);
    growSheet(sheet, cells);
    rows.push(cells);
  }
  if (isText(sheet)) return rows.map(([line3 = ""]) => line3);
  const fit = fitSheet(sheet, view, width);
  const lines = rows.map((cells) => fittedLine(sheet.columns, fit, cells).trimEnd());
  const heads = sheet.columns.map((column) => column.head);
  return [fittedLine(sheet.columns, fit, heads).trimEnd(), ...lines];
}
var init_farewell = __esm({
  "src/output/live/farewell.ts"() {
    "use strict";
    init_fit();
    init_frame();
    init_model();
    init_sheet();
  }
});

// src/output/selection.ts
function columnIndex(columns, wanted) {
  const name = wanted.toLowerCase();
  if (name === "") return -1;
  const known = (column) => [column.name, column.head].map((each) => each.toLowerCase());
  const exact = columns.findIndex((column) => known(column).includes(name));
  return exact !== -1 ? exact : columns.findIndex((column) => known(column).includes(`@${name}`));
}
function chosenColumns(columns, { columns: wanted }) {
  const found = (wanted ?? []).map((name) => columnIndex(columns, name)).filter((index) => index !== -1);
  return found.length === 0 ? columns.map((_, i) => i) : [...new Set(found)];
}
function orderOf(columns, { sort }) {
  if (sort === void 0) return void 0;
  const column = columnIndex(columns, sort.column);
  if (column === -1) return void 0;
  return { column, descending: sort.descending ?? columns[column]?.right === true };
}
function projected(type, indexes) {
  return { ...type, fields: indexes.map((index) => type.fields[index]) };
}
var NO_SELECTION;
var init_selection = __esm({
  "src/output/selection.ts"() {
    "use strict";
    NO_SELECTION = {
      columns: void 0,
      where: void 0,
      sort: void 0,
      top: void 0,
      timestamp: false
    };
  }
});

// src/output/live/first-view.ts
function firstView(sheet, selection = NO_SELECTION, sort) {
  if (isText(sheet)) return NEW_VIEW;
  const chosen2 = chosenColumns(sheet.columns, selection);
  return {
    ...NEW_VIEW,
    filter: selection.where ?? "",
    sort: orderOf(sheet.columns, { sort: selection.sort ?? sort }),
    hidden: new Set(sheet.columns.map((_, i) => i).filter((i) => !chosen2.includes(i)))
  };
}
var init_first_view = __esm({
  "src/output/live/first-view.ts"() {
    "use strict";
    init_selection();
    init_model();
    init_sheet();
  }
});

// src/output/live/keyboard.ts
function stateWith(sheet, view) {
  return { ...FIRST_STATE, views: /* @__PURE__ */ new Map([[sheet, { ...NEW_VIEW, ...view }]]) };
}
function viewOf2(state, id) {
  return state.views.get(id ?? "") ?? NEW_VIEW;
}
function press(state, key, scene) {
  if (key.name === "interrupt") return { state, effect: "quit" };
  if (key.name === "suspend" || key.name === "redraw") return { state, effect: key.name };
  switch (state.mode) {
    case "table":
      return pressInTable(state, key, scene);
    case "filter":
      return { state: pressInFilter(state, key, scene) };
    case "columns":
      return pressInColumns(state, key, scene);
    case "details":
      return pressInDetails(state, key, scene);
    case "help":
      return pressInPanel(state, key, scene.height);
  }
}
function pressInTable(state, key, scene) {
  const { sheet, listing, height } = scene;
  const command = commandOf(key);
  switch (command) {
    case "q":
      return { state, effect: "quit" };
    case "?":
    case "h":
      return { state: { ...state, mode: "help", scroll: 0 } };
    case "p":
    case " ":
      return { state: { ...state, paused: !state.paused } };
    case "tab":
      return { state: { ...state, chosen: nextOf(scene.sheets, sheet?.id) } };
  }
  if (sheet === void 0) return { state };
  const change = (next) => ({
    state: withView(state, sheet.id, next(viewOf2(state, sheet.id)))
  });
  switch (command) {
    case "up":
    case "k":
      return change((view) => move(view, listing, height, -1));
    case "down":
    case "j":
      return change((view) => move(view, listing, height, 1));
    case "pageUp":
      return change((view) => move(view, listing, height, -height, true));
    case "pageDown":
      return change((view) => move(view, listing, height, height, true));
    case "home":
    case "g":
      return change((view) => moveHome(view, listing));
    case "end":
    case "G":
      return change((view) => moveEnd(view, listing, height));
    case "left":
      return change((view) => scrollSideways(view, sheet.columns, -1));
    case "right":
      return change((view) => scrollSideways(view, sheet.columns, 1));
    case "/":
      return { state: { ...state, mode: "filter" } };
    case "s":
      return change((view) => cycleSort(view, sheet.columns));
    case "w":
      return change((view) => ({ ...view, whole: !view.whole }));
    case "S":
    case "r":
      return change(reverseSort);
    case "c":
      return { state: { ...state, mode: "columns", cursor: 0 } };
    case "enter":
      return listing.length === 0 ? { state } : openDetails(state, scene);
    case "escape": {
      const view = viewOf2(state, sheet.id);
      const next = view.filter !== "" ? setFilter(view, "") : follow(view);
      return { state: withView(state, sheet.id, next), effect: "dismiss" };
    }
    default:
      return { state };
  }
}
function openDetails(state, { sheet, listing, height }) {
  const view = viewOf2(state, sheet?.id);
  const { selected } = windowOf(view, listing, height);
  const index = selected !== -1 ? selected : view.sort === void 0 ? listing.length - 1 : 0;
  const next = selected === -1 || isFollowing(view) ? move(follow(view), listing, height, view.sort === void 0 ? index - listing.length : index + 1) : view;
  return { state: { ...withView(state, sheet?.id ?? "", next), mode: "details", scroll: 0 } };
}
function pressInFilter(state, key, { sheet }) {
  const id = sheet?.id ?? "";
  const view = viewOf2(state, id);
  switch (key.name) {
    case "char":
      return withView(state, id, setFilter(view, view.filter + key.char));
    case "backspace":
      if (view.filter === "") return { ...state, mode: "table" };
      return withView(state, id, setFilter(view, [...view.filter].slice(0, -1).join("")));
    case "escape":
      return { ...withView(state, id, setFilter(view, "")), mode: "table" };
    case "enter":
      return { ...state, mode: "table" };
    default:
      return state;
  }
}
function pressInColumns(state, key, { sheet }) {
  const columns = sheet?.columns ?? [];
  const at = (cursor) => ({
    state: { ...state, cursor: Math.max(0, Math.min(columns.length - 1, cursor)) }
  });
  switch (commandOf(key)) {
    case "up":
    case "k":
      return at(state.cursor - 1);
    case "down":
    case "j":
      return at(state.cursor + 1);
    case "home":
      return at(0);
    case "end":
      return at(columns.length - 1);
    case " ":
    case "x": {
      if (sheet === void 0) return { state };
      const view = toggleColumn(viewOf2(state, sheet.id), columns, state.cursor);
      return { state: withView(state, sheet.id, view) };
    }
    case "s": {
      const view = viewOf2(state, sheet?.id);
      if (sheet === void 0 || view.hidden.has(state.cursor)) return { state };
      return { state: withView(state, sheet.id, sortBy(view, columns, state.cursor)) };
    }
    case "escape":
    case "enter":
    case "c":
    case "q":
      return { state: { ...state, mode: "table" } };
    default:
      return { state };
  }
}
function pressInDetails(state, key, scene) {
  const { sheet, listing, height } = scene;
  const command = commandOf(key);
  const delta = command === "up" || command === "k" ? -1 : command === "down" || command === "j" ? 1 : 0;
  if (delta === 0 || sheet === void 0) return pressInPanel(state, key, height);
  const view = move(viewOf2(state, sheet.id), listing, height, delta);
  if (isFollowing(view)) return { state };
  return { state: { ...withView(state, sheet.id, view), scroll: 0 } };
}
function pressInPanel(state, key, height) {
  const scrolled2 = (lines) => ({
    state: { ...state, scroll: Math.max(0, state.scroll + lines) }
  });
  switch (commandOf(key)) {
    case "down":
    case "j":
      return scrolled2(1);
    case "up":
    case "k":
      return scrolled2(-1);
    case "pageDown":
    case " ":
      return scrolled2(height);
    case "pageUp":
      return scrolled2(-height);
    case "escape":
    case "enter":
    case "q":
    case "?":
      return { state: { ...state, mode: "table" } };
    default:
      return { state };
  }
}
function commandOf(key) {
  return key.name === "char" ? key.char : key.name;
}
function withView(state, id, view) {
  if (state.views.get(id) === view) return state;
  return { ...state, views: new Map(state.views).set(id, view) };
}
function nextOf(ids2, id) {
  return ids2[(ids2.indexOf(id ?? "") + 1) % Math.max(1, ids2.length)];
}
var FIRST_STATE;
var init_keyboard = __esm({
  "src/output/live/keyboard.ts"() {
    "use strict";
    init_model();
    FIRST_STATE = {
      mode: "table",
      chosen: void 0,
      views: /* @__PURE__ */ new Map(),
      paused: false,
      cursor: 0,
      scroll: 0
    };
  }
});

// src/output/table/row-filter.ts
function compileFilter(filter, columns) {
  const tests = filter.split("&&").map((term2) => compileTerm(term2.trim(), columns)).filter((test) => test !== void 0);
  const [only] = tests;
  if (tests.length <= 1) return only;
  return (values, cells) => tests.every((test) => test(values, cells));
}
function comparedColumns(filter) {
  return filter.split("&&").flatMap((term2) => COMPARISON.exec(term2.trim())?.[1] ?? []);
}
function incompleteTerm(filter) {
  const terms2 = filter.split("&&").map((term2) => term2.trim());
  return terms2.find((term2) => COMPARISON.exec(term2)?.[3] === "" || VALUE_ALONE.test(term2));
}
function compileTerm(term2, columns) {
  if (term2 === "") return void 0;
  const [, name = "", operator = "", text4 = ""] = COMPARISON.exec(term2) ?? [];
  const index = columnIndex(columns, name);
  const column = columns[index];
  if (column === void 0) return contains(term2);
  if (text4 === "") return void 0;
  return compares(column, index, operator === "==" ? "=" : operator, text4);
}
function contains(text4) {
  const wanted = text4.toLowerCase();
  return (_, cells) => cells().some((cell) => cell.toLowerCase().includes(wanted));
}
function compares(column, index, operator, text4) {
  const number8 = column.right ? numberOf(text4, column) : void 0;
  if (number8 !== void 0) {
    return (values) => holds(operator, compareNumbers(values[index], number8));
  }
  const wanted = text4.toLowerCase();
  return (_, cells) => {
    const cell = (cells()[index] ?? "").toLowerCase();
    return holds(operator, cell < wanted ? -1 : cell > wanted ? 1 : 0);
  };
}
function numberOf(text4, column) {
  const [, digits = "", unit = ""] = /^(-?(?:0x[\da-f]+|\d+(?:\.\d+)?))\s*([a-z%]*)$/i.exec(text4) ?? [];
  if (digits === "") return void 0;
  const number8 = Number(digits);
  if (unit === "") return number8;
  let factor = 1;
  for (const [name, next] of column.unit?.steps ?? []) {
    if (name.toLowerCase() === unit.toLowerCase()) return number8 * factor;
    factor *= next;
  }
  return void 0;
}
function compareNumbers(value, number8) {
  if (typeof value !== "bigint") return void 0;
  return value < number8 ? -1 : value > number8 ? 1 : 0;
}
function holds(operator, order) {
  if (order === void 0) return false;
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}
var VALUE_ALONE, COMPARISON;
var init_row_filter = __esm({
  "src/output/table/row-filter.ts"() {
    "use strict";
    init_selection();
    VALUE_ALONE = /^[<>=!]=?\s*\d/;
    COMPARISON = /^([@\w]+)\s*(==?|!=|<=?|>=?)\s*(.*)$/;
  }
});

// src/output/table/row-order.ts
function compareRows(a, b, { column, descending }) {
  return (descending ? -1 : 1) * compareCells(a[column], b[column]);
}
function compareCells(a, b) {
  if (a === void 0 || b === void 0) return Number(a !== void 0) - Number(b !== void 0);
  if (hasTotal(a) && hasTotal(b)) return (0, import_map_order3.compareValues)((0, import_value_text7.averageOf)(a), (0, import_value_text7.averageOf)(b));
  return (0, import_map_order3.compareValues)(a, b);
}
function hasTotal(value) {
  return typeof value === "object" && "total" in value;
}
var import_map_order3, import_value_text7;
var init_row_order = __esm({
  "src/output/table/row-order.ts"() {
    "use strict";
    import_map_order3 = __toESM(require_map_order_ts(), 1);
    import_value_text7 = __toESM(require_value_text_ts(), 1);
  }
});

// src/output/live/listing.ts
function compareRows2(a, b, column) {
  if (a.values.length > 0) return compareCells(a.values[column], b.values[column]);
  const [x = "", y = ""] = [a.cells?.[column], b.cells?.[column]];
  return x < y ? -1 : x > y ? 1 : 0;
}
function* eachOf(rows) {
  for (let number8 = rows.first; number8 < rows.next; number8++) yield rows.get(number8);
}
function allOf(rows) {
  const { first: first2, length } = rows;
  return {
    length,
    at: (index) => rows.get(first2 + index),
    indexOf: (number8) => number8 >= first2 && number8 < first2 + length ? number8 - first2 : -1
  };
}
function inOrder(rows) {
  return {
    length: rows.length,
    at: (index) => rows[index],
    indexOf(number8) {
      let low = 0;
      let high = rows.length;
      while (low < high) {
        const middle = low + high >> 1;
        if (rows[middle].number < number8) low = middle + 1;
        else high = middle;
      }
      return rows[low]?.number === number8 ? low : -1;
    }
  };
}
function sortedListing(rows) {
  return {
    length: rows.length,
    at: (index) => rows[index],
    indexOf: (number8) => rows.findIndex((row3) => row3.number === number8)
  };
}
var Lister;
var init_listing = __esm({
  "src/output/live/listing.ts"() {
    "use strict";
    init_row_filter();
    init_row_order();
    init_sheet();
    Lister = class {
      #context;
      #rows;
      #filter = "";
      #test;
      #matches = [];
      /** Number of the first row that the filter has not seen. */
      #seen = 0;
      #sort;
      #sorted;
      constructor(context) {
        this.#context = context;
      }
      list(sheet, rows, filter, sort) {
        if (rows !== this.#rows || filter !== this.#filter) {
          this.#rows = rows;
          this.#filter = filter;
          this.#test = compileFilter(filter, sheet.columns);
          this.#matches = [];
          this.#seen = rows.first;
          this.#sorted = void 0;
        }
        if (sort?.column !== this.#sort?.column || sort?.descending !== this.#sort?.descending) {
          this.#sort = sort;
          this.#sorted = void 0;
        }
        if (this.#test !== void 0) this.#match(sheet, rows, this.#test);
        if (sort !== void 0) return sortedListing(this.#sortRows(rows, sort));
        return this.#test === void 0 ? allOf(rows) : inOrder(this.#matches);
      }
      #match(sheet, rows, test) {
        const matches = this.#matches;
        const gone = matches.findIndex((row3) => row3.number >= rows.first);
        if (gone !== 0) matches.splice(0, gone === -1 ? matches.length : gone);
        for (let number8 = Math.max(this.#seen, rows.first); number8 < rows.next; number8++) {
          const row3 = rows.get(number8);
          if (test(row3.values, () => rowCells(sheet, row3, this.#context))) matches.push(row3);
        }
        this.#seen = rows.next;
      }
      #sortRows(rows, { column, descending }) {
        if (this.#sorted?.of === rows.next) return this.#sorted.rows;
        const all2 = this.#test === void 0 ? Array.from(eachOf(rows)) : this.#matches.slice();
        const sign = descending ? -1 : 1;
        all2.sort((a, b) => sign * compareRows2(a, b, column) || a.number - b.number);
        this.#sorted = { of: rows.next, rows: all2 };
        return all2;
      }
    };
  }
});

// src/output/live/messages.ts
var MOST3, Messages;
var init_messages = __esm({
  "src/output/live/messages.ts"() {
    "use strict";
    MOST3 = 100;
    Messages = class {
      #counts = /* @__PURE__ */ new Map();
      #dropped = 0;
      #latest;
      /** Whole lines; the first is shown. */
      add(text4, style) {
        const known = this.#counts.get(text4);
        if (known !== void 0 || this.#counts.size < MOST3) this.#counts.set(text4, (known ?? 0) + 1);
        else this.#dropped++;
        this.#latest = { text: text4.split("\n", 1)[0] ?? "", style };
      }
      get latest() {
        return this.#latest;
      }
      /** Not shown any more; still said at the end. */
      dismiss() {
        this.#latest = void 0;
      }
      sayAll(notice) {
        for (const [text4, count2] of this.#counts) {
          notice(text4.endsWith("\n") ? text4 : `${text4}
`);
          if (count2 > 1) notice(`  (${count2} times)
`);
        }
        if (this.#dropped > 0) notice(`${this.#dropped} more messages
`);
      }
    };
  }
});

// src/output/live/screen.ts
var ENTER, LEAVE, BEGIN_UPDATE, END_UPDATE, Screen;
var init_screen = __esm({
  "src/output/live/screen.ts"() {
    "use strict";
    ENTER = "\x1B[?1049h\x1B[?25l\x1B[?7l\x1B[2J";
    LEAVE = "\x1B[0m\x1B[?7h\x1B[?25h\x1B[?1049l";
    BEGIN_UPDATE = "\x1B[?2026h";
    END_UPDATE = "\x1B[?2026l";
    Screen = class {
      #terminal;
      #shown = [];
      #entered = false;
      constructor(terminal) {
        this.#terminal = terminal;
      }
      enter() {
        if (this.#entered) return;
        this.#entered = true;
        process.on("exit", this.#abandon);
        process.on("uncaughtExceptionMonitor", this.#abandon);
        this.#shown = [];
        this.#terminal.write(ENTER);
      }
      /** Idempotent. Errors are swallowed: the terminal may have gone. */
      leave() {
        if (!this.#entered) return;
        this.#entered = false;
        process.off("exit", this.#abandon);
        process.off("uncaughtExceptionMonitor", this.#abandon);
        try {
          this.#terminal.write(LEAVE);
        } catch {
        }
      }
      /** A frame, its lines separated by newlines. */
      paint(text4) {
        if (!this.#entered) return;
        const lines = text4.split("\n");
        let update = "";
        for (let i = 0; i < Math.max(lines.length, this.#shown.length); i++) {
          const line3 = lines[i] ?? "";
          if (line3 !== (this.#shown[i] ?? "")) update += `\x1B[${i + 1};1H\x1B[2K${line3}`;
        }
        this.#shown = lines;
        if (update !== "") this.#terminal.write(`${BEGIN_UPDATE}${update}${END_UPDATE}`);
      }
      /** The next frame is written whole: the terminal has another size, or somebody wrote on it. */
      forget() {
        if (!this.#entered) return;
        this.#shown = [];
        this.#terminal.write("\x1B[2J");
      }
      #abandon = () => {
        this.leave();
        try {
          this.#terminal.keyboard?.setRawMode(false);
        } catch {
        }
      };
    };
  }
});

// live:live
var require_live = __commonJS({
  "live:live"(exports2, module2) {
    module2.exports = bundle("live");
  }
});

// src/output/live/live-table.ts
var import_terminal, FRAME_INTERVAL, DRAWING_SHARE, COST_INTERVAL, RANK, LiveTable;
var init_live_table = __esm({
  "src/output/live/live-table.ts"() {
    "use strict";
    import_terminal = __toESM(require_terminal_ts(), 1);
    init_farewell();
    init_first_view();
    init_frame();
    init_keyboard();
    init_listing();
    init_messages();
    init_screen();
    FRAME_INTERVAL = 100;
    DRAWING_SHARE = 0.25;
    COST_INTERVAL = 1e3;
    RANK = { record: 0, map: 1, text: 2 };
    LiveTable = class {
      /** Events that the script printed. */
      events = 0;
      lost = 0;
      messages = new Messages();
      #terminal;
      #options;
      #context;
      #screen;
      #sheets = /* @__PURE__ */ new Map();
      #lister;
      #now;
      #facts;
      #state = FIRST_STATE;
      /** The sheets as they were when the table was paused. */
      #frozen;
      #eventsAtPause = 0;
      #app;
      #closed = false;
      /** Thrown by drawing, until it is handed on. */
      #broken;
      #failed = false;
      #stopResize = () => {
      };
      #attachedAt;
      #timer;
      #clock;
      #nextFrame = 0;
      #cost;
      constructor(terminal, options, context, more = {}) {
        this.#now = more.now ?? (() => performance.now());
        this.#facts = more.facts;
        if (more.first !== void 0) this.#state = stateWith(more.first.sheet, more.first);
        this.#terminal = terminal;
        this.#options = options;
        this.#context = context;
        this.#screen = new Screen(terminal);
        this.#lister = new Lister(context);
      }
      /** Everything is attached: ink may take its time now. */
      attached() {
        this.#attachedAt = this.#now();
        setImmediate(() => {
          this.#open().catch((error) => this.#fail(error));
        });
      }
      get(id) {
        return this.#sheets.get(id);
      }
      count(kind2) {
        return [...this.#sheets.values()].filter((sheet) => sheet.kind === kind2).length;
      }
      /** Adds a sheet, or replaces the one of the same id: a newer snapshot of a map. `sort`: the order it is first shown in. */
      put(sheet, sort) {
        const former = this.#sheets.get(sheet.id);
        former?.widths.forEach((width, i) => {
          if (i < sheet.widths.length) sheet.widths[i] = Math.max(width, sheet.widths[i] ?? 0);
        });
        this.#sheets.set(sheet.id, sheet);
        const { selection } = this.#options;
        if ((selection !== void 0 || sort !== void 0) && !this.#state.views.has(sheet.id))
          this.#state = withView(this.#state, sheet.id, firstView(sheet, selection, sort));
        this.changed();
      }
      /** Something is to be drawn: soon. */
      changed() {
        if (this.#app === void 0 || this.#timer !== void 0 || this.#closed) return;
        this.#timer = setTimeout(() => this.#draw(), Math.max(0, this.#nextFrame - this.#now()));
        this.#timer.unref();
      }
      /** Throws what drawing has thrown, where the session can take it. */
      check() {
        if (this.#broken === void 0) return;
        const error = this.#broken;
        this.#broken = void 0;
        throw error;
      }
      /** Drawing has failed: there is nobody, or nothing, to print for. */
      get isBroken() {
        return this.#failed;
      }
      /**
       * The terminal is given back. The lines to leave on it: a screenful of each sheet, or all that is kept when nothing was
       * drawn; not of `superseded` ones, whose maps are printed anew.
       */
      close(superseded) {
        if (this.#closed) return [];
        this.#closed = true;
        clearTimeout(this.#timer);
        clearTimeout(this.#clock);
        this.#stopResize();
        const { columns, rows } = this.#terminal;
        const height = this.#app === void 0 ? Number.POSITIVE_INFINITY : Math.max(1, rows - 3);
        this.#app?.unmount();
        this.#screen.leave();
        const parts = [];
        for (const sheet of this.#current().values()) {
          if (superseded.has(sheet.id)) continue;
          const view = viewOf2(this.#state, sheet.id);
          const listing = new Lister(this.#context).list(sheet, sheet.rows, view.filter, view.sort);
          const most = Math.min(height, Math.max(1, listing.length));
          const lines = lastRows(sheet, view, listing, columns, most, this.#context);
          if (lines.length > 0) parts.push(lines);
        }
        return parts.flatMap((lines, i) => i === 0 ? lines : ["", ...lines]);
      }
      async #open() {
        if (this.#closed) return;
        const { mountApp } = await Promise.resolve().then(() => __toESM(require_live(), 1));
        if (this.#closed) return;
        const app = await mountApp({
          keyboard: this.#terminal.keyboard,
          onKey: (key) => this.#onKey(key),
          onFailure: (error) => this.#fail(error),
          color: (0, import_terminal.wantsColor)(this.#options.color, () => true)
        });
        if (this.#closed) return;
        this.#app = app;
        this.#screen.enter();
        this.#stopResize = this.#terminal.onResize(() => {
          this.#redraw();
        });
        this.#draw();
      }
      #draw() {
        clearTimeout(this.#timer);
        this.#timer = void 0;
        if (this.#app === void 0 || this.#closed || this.#failed) return;
        const begin = this.#now();
        try {
          this.#screen.paint(this.#app.draw(this.#frame()));
        } catch (error) {
          this.#fail(error);
          return;
        }
        const end = this.#now();
        this.#nextFrame = begin + Math.max(FRAME_INTERVAL, (end - begin) / DRAWING_SHARE);
        this.#tick();
      }
      /** Draws again when the clock shows another second. */
      #tick() {
        clearTimeout(this.#clock);
        const elapsed = this.#now() - (this.#attachedAt ?? 0);
        this.#clock = setTimeout(() => this.changed(), 1e3 - elapsed % 1e3);
        this.#clock.unref();
      }
      #frame() {
        const { columns: width, rows: height } = this.#terminal;
        const sheet = this.#shown();
        const status = this.#status();
        return makeFrame({
          width,
          height,
          status,
          state: this.#state,
          sheet,
          view: viewOf2(this.#state, sheet?.id),
          listing: this.#list(sheet),
          sheetCount: this.#current().size,
          context: this.#context
        });
      }
      #status() {
        return {
          title: this.#options.title,
          events: this.events,
          facts: this.#facts?.(),
          lost: this.#options.losses?.().total ?? this.lost,
          cpu: this.#share(),
          elapsedSeconds: Math.floor((this.#now() - (this.#attachedAt ?? this.#now())) / 1e3),
          pausedNew: this.#state.paused ? this.events - this.#eventsAtPause : 0,
          message: this.messages.latest,
          attached: this.#attachedAt !== void 0,
          atEndOnly: this.#options.atEndOnly
        };
      }
      #share() {
        const now = this.#now();
        if (this.#cost === void 0 || now - this.#cost.at >= COST_INTERVAL)
          this.#cost = { at: now, share: this.#options.cpu?.() };
        return this.#cost.share;
      }
      #current() {
        return this.#frozen ?? this.#sheets;
      }
      /** The sheet that was chosen; else records before maps before text. */
      #shown() {
        const sheets = [...this.#current().values()];
        const chosen2 = sheets.find((sheet) => sheet.id === this.#state.chosen);
        return chosen2 ?? sheets.sort((a, b) => RANK[a.kind] - RANK[b.kind])[0];
      }
      #list(sheet) {
        if (sheet === void 0) return { length: 0, at: () => void 0, indexOf: () => -1 };
        const { filter, sort } = viewOf2(this.#state, sheet.id);
        return this.#lister.list(sheet, sheet.rows, filter, sort);
      }
      #onKey(key) {
        const sheet = this.#shown();
        const message2 = this.messages.latest !== void 0;
        const { state, effect } = press(this.#state, key, {
          sheet,
          listing: this.#list(sheet),
          sheets: [...this.#current().keys()],
          height: rowsThatFit(this.#terminal.rows, sheet, message2)
        });
        const paused = this.#state.paused;
        this.#state = state;
        if (state.paused !== paused) this.#pause(state.paused);
        if (effect !== void 0) this.#act(effect);
        this.changed();
      }
      #pause(paused) {
        this.#eventsAtPause = this.events;
        this.#frozen = paused ? new Map([...this.#sheets].map(([id, sheet]) => [id, { ...sheet, rows: sheet.rows.copy() }])) : void 0;
      }
      #act(effect) {
        switch (effect) {
          case "quit":
            this.#options.onQuit();
            return;
          case "dismiss":
            this.messages.dismiss();
            return;
          case "redraw":
            this.#redraw();
            return;
          case "suspend":
            this.#suspend();
            return;
        }
      }
      #redraw() {
        try {
          this.#screen.forget();
        } catch (error) {
          this.#fail(error);
        }
        this.changed();
      }
      /** Ctrl-Z: the shell gets its terminal until it continues us. */
      #suspend() {
        const { keyboard } = this.#terminal;
        this.#screen.leave();
        keyboard?.setRawMode(false);
        process.kill(process.pid, "SIGTSTP");
        setTimeout(() => {
          if (this.#closed) return;
          keyboard?.setRawMode(true);
          this.#screen.enter();
          this.changed();
        }, 50);
      }
      /** The terminal has gone, or drawing has failed: the session is to end, and hears why at its next flush. */
      #fail(error) {
        if (this.#closed || this.#failed) return;
        this.#failed = true;
        this.#broken = error;
        this.#screen.leave();
        this.#options.onQuit();
      }
    };
  }
});

// src/output/live/terminal.ts
function ownTerminal(output) {
  const { stdin, stdout } = process;
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    keyboard: stdin.isTTY ? stdin : void 0,
    write: (text4) => output.write(Buffer.from(text4, "utf8")),
    onResize(listener) {
      stdout.on("resize", listener);
      return () => stdout.off("resize", listener);
    }
  };
}
var init_terminal = __esm({
  "src/output/live/terminal.ts"() {
    "use strict";
  }
});

// src/output/live/snapshot-table.ts
var snapshot_table_exports = {};
__export(snapshot_table_exports, {
  openSnapshotTable: () => openSnapshotTable
});
function openSnapshotTable(output, options, terminal = ownTerminal(output)) {
  const { now, ...rest } = options;
  const resolved4 = (0, import_options3.resolveOptions)({ ...rest, source: { name: "", text: "" } });
  const table = new LiveTable(terminal, resolved4, (0, import_text_sink5.textContext)(resolved4, true), {
    now,
    facts: options.facts,
    first: {
      sheet: SHEET,
      sort: { column: options.sort, descending: true },
      hidden: new Set(options.hidden(terminal.columns))
    }
  });
  table.attached();
  return {
    show(rows) {
      table.check();
      const sheet = mapSheet(SHEET, options.columns);
      sheet.rows = new RowBuffer(Math.max(1, rows.length));
      for (const row3 of rows) sheet.rows.push(row3);
      table.put(sheet);
    },
    close() {
      const rows = table.close(/* @__PURE__ */ new Set());
      if (!table.isBroken && rows.length > 0) output.write(Buffer.from(`${rows.join("\n")}
`, "utf8"));
      table.messages.sayAll(options.notice);
    }
  };
}
var import_options3, import_text_sink5, SHEET;
var init_snapshot_table = __esm({
  "src/output/live/snapshot-table.ts"() {
    "use strict";
    import_options3 = __toESM(require_options_ts2(), 1);
    import_text_sink5 = __toESM(require_text_sink_ts(), 1);
    init_live_table();
    init_row_buffer();
    init_sheet();
    init_terminal();
    SHEET = "snapshot";
  }
});

// src/cli/inspect/prog-top.ts
var prog_top_exports = {};
__export(prog_top_exports, {
  topPrograms: () => topPrograms
});
async function topPrograms(config, interval) {
  const { count: count2 = Number.POSITIVE_INFINITY } = config;
  const { openSnapshotTable: openSnapshotTable2 } = await Promise.resolve().then(() => (init_snapshot_table(), snapshot_table_exports));
  const list5 = new ProgramList();
  const output = (0, import_byte_output5.openByteOutput)({});
  const ending = new Ending();
  const stats = (0, import_program_run2.enableStats)();
  let facts = [];
  const table = openSnapshotTable2(output, {
    title: `${config.invokedAs} prog`,
    color: config.color,
    columns: columnsOf2(LIVE_FIELDS),
    hidden: (columns) => LIVE_FIELDS.flatMap(({ from = 0 }, i) => columns < from ? [i] : []),
    sort: LIVE_FIELDS.findIndex(({ name }) => name === "cpu_ppm"),
    facts: () => facts,
    cpu: (0, import_own_cost.cpuShare)(),
    notice: import_standard_error5.say,
    onQuit: () => ending.end()
  });
  try {
    for (let i = 0; i <= count2 && !ending.over; i++) {
      if (i > 0) await ending.wait(interval * 1e3);
      if (ending.over) break;
      const rows = list5.read(i > 0);
      facts = factsOf(rows);
      table.show(rows.map((row3) => valuesOf(LIVE_FIELDS, row3, "-")));
    }
  } finally {
    (0, import_fd6.closeFd)(stats);
    ending.close();
    table.close();
  }
  return 0;
}
function factsOf(rows) {
  const total2 = (of2) => rows.reduce((sum, row3) => sum + (of2(row3) ?? 0n), 0n);
  const runs = total2(({ rates }) => rates.perSecond);
  const cpu = Number(total2(({ rates }) => rates.cpu)) / 1e4;
  return [
    `${rows.length} programs`,
    `${String(runs).replace(/\B(?=(\d{3})+$)/g, ",")} runs/s`,
    `${cpu.toFixed(cpu < 10 ? 2 : 1)}% in BPF`
  ];
}
var import_fd6, import_program_run2, import_byte_output5, import_own_cost, import_standard_error5;
var init_prog_top = __esm({
  "src/cli/inspect/prog-top.ts"() {
    "use strict";
    import_fd6 = __toESM(require_fd_ts(), 1);
    import_program_run2 = __toESM(require_program_run_ts(), 1);
    import_byte_output5 = __toESM(require_byte_output_ts(), 1);
    init_row_fields();
    import_own_cost = __toESM(require_own_cost_ts(), 1);
    import_standard_error5 = __toESM(require_standard_error_ts(), 1);
    init_ending();
    init_program_list();
  }
});

// src/cli/inspect/prog.ts
var prog_exports = {};
__export(prog_exports, {
  showPrograms: () => showPrograms
});
async function showPrograms(config) {
  const [action = "list", program2, ...more] = config.args;
  if (more.length > 0) throw new import_config5.UsageError(`prog ${action} takes one program, not '${more[0]}' too`);
  const { interval } = config;
  if (interval !== void 0 && interval !== 0 && (interval < LEAST_INTERVAL || interval > MOST_INTERVAL))
    throw new import_config5.UsageError("option '--interval' takes 0, or 100ms to 24h");
  const strange = foreignOption(config, action);
  if (strange !== void 0) throw new import_config5.UsageError(`option '${strange}' does not go with prog ${action}`);
  if (config.opcodes && action !== "dump") throw new import_config5.UsageError("option '--opcodes' belongs to prog dump");
  switch (action) {
    case "list":
      if (program2 !== void 0) throw new import_config5.UsageError("prog list takes no program: prog show tells of one");
      return listPrograms(config);
    case "show":
    case "dump":
      if (program2 === void 0)
        throw new import_config5.UsageError(`prog ${action} needs a program: an id, a name, or a tag`);
      return action === "show" ? (await Promise.resolve().then(() => (init_prog_show(), prog_show_exports))).showProgram(config, program2) : (await Promise.resolve().then(() => (init_prog_dump(), prog_dump_exports))).dumpProgram(config, program2);
    default:
      throw new import_config5.UsageError(`prog: '${action}' is none of list, show and dump`);
  }
}
function foreignOption({ interval, count: count2, once }, action) {
  if (action !== "show" && action !== "dump") return void 0;
  if (count2 !== void 0) return "--count";
  if (once) return "--once";
  return interval !== void 0 && action === "dump" ? "--interval" : void 0;
}
async function listPrograms(config) {
  const { interval = USUAL_INTERVAL, once, format: format3 = "table", output: path2 } = config;
  const mayBeLive = !once && interval > 0 && path2 === void 0 && format3 === "table";
  if (mayBeLive && (0, import_open.isLive)(format3, (0, import_byte_output6.openByteOutput)({})))
    return (await Promise.resolve().then(() => (init_prog_top(), prog_top_exports))).topPrograms(config, interval);
  return printPrograms(config, interval);
}
async function printPrograms(config, interval) {
  const { count: count2 = 1 } = config;
  const list5 = new ProgramList();
  const printer = await openRows(config, count2 > 1 ? "line" : "full");
  const fields = fieldsOf(interval > 0, count2 > 1);
  const stats = interval > 0 ? (0, import_program_run3.enableStats)() : void 0;
  const ending = new Ending();
  let rows = [];
  try {
    if (stats !== void 0) list5.read(false);
    for (let i = 0; i < count2 && !ending.over; i++) {
      if (stats !== void 0) await ending.wait(interval * 1e3);
      if (ending.over) break;
      rows = list5.read(stats !== void 0);
      printer.print(fields, rows);
    }
  } finally {
    if (stats !== void 0) (0, import_fd7.closeFd)(stats);
    ending.close();
    await printer.close();
  }
  if (rows.length === 0 && !ending.over) (0, import_standard_error6.say)("No BPF program is loaded.\n");
  return 0;
}
function fieldsOf(measured2, timed) {
  const fields = measured2 ? PROGRAM_FIELDS : PROGRAM_FIELDS.filter(({ name }) => name !== "rate" && name !== "cpu_ppm");
  const time = { name: "time", of: () => (/* @__PURE__ */ new Date()).toTimeString().slice(0, 8) };
  return timed ? [time, ...fields] : fields;
}
var import_fd7, import_program_run3, import_byte_output6, import_open, import_config5, import_standard_error6, USUAL_INTERVAL, LEAST_INTERVAL, MOST_INTERVAL;
var init_prog = __esm({
  "src/cli/inspect/prog.ts"() {
    "use strict";
    import_fd7 = __toESM(require_fd_ts(), 1);
    import_program_run3 = __toESM(require_program_run_ts(), 1);
    import_byte_output6 = __toESM(require_byte_output_ts(), 1);
    import_open = __toESM(require_open_ts(), 1);
    import_config5 = __toESM(require_config_ts(), 1);
    import_standard_error6 = __toESM(require_standard_error_ts(), 1);
    init_ending();
    init_print_rows();
    init_program_list();
    USUAL_INTERVAL = 1;
    [LEAST_INTERVAL, MOST_INTERVAL] = [0.1, 86400];
  }
});

// src/cli/inspect/inspect.ts
var inspect_exports = {};
__export(inspect_exports, {
  inspect: () => inspect
});
async function inspect(name, invokedAs, words4) {
  const parsed = parse2(name, invokedAs, words4);
  if (typeof parsed === "string") {
    (0, import_standard_error7.sayOut)(parsed);
    return 0;
  }
  const [action, word4 = ""] = parsed.args;
  const isFile2 = name === "prog" && action === "show" && isObjectFile(word4);
  if (!isFile2 && !(0, import_capability.capabilities)().has("CAP_SYS_ADMIN")) {
    throw new import_missing5.MissingError(
      "to look at the BPF programs of all processes takes CAP_SYS_ADMIN, which this process lacks",
      `run it with sudo; in a container, give it that capability${name === "net" ? " and CAP_NET_ADMIN" : ""}.`
    );
  }
  (0, import_rlimit.raiseMemlock)();
  try {
    return name === "net" ? await (await Promise.resolve().then(() => (init_net(), net_exports))).showNet(parsed) : await (await Promise.resolve().then(() => (init_prog(), prog_exports))).showPrograms(parsed);
  } catch (error) {
    if (error instanceof import_byte_output7.BrokenPipe) return 0;
    throw error;
  }
}
function parse2(name, invokedAs, words4) {
  const read2 = readSubcommand(name, invokedAs, words4);
  if (typeof read2 === "string") return read2;
  const { opts: o, args } = read2;
  return {
    invokedAs,
    args,
    format: o.format,
    output: o.output,
    interval: typeof o.interval === "string" ? (0, import_command_line.parseDuration)(o.interval) : void 0,
    count: o.count,
    once: o.once === true,
    opcodes: o.opcodes === true,
    color: o.color ?? "auto"
  };
}
var import_capability, import_missing5, import_rlimit, import_byte_output7, import_command_line, import_standard_error7;
var init_inspect = __esm({
  "src/cli/inspect/inspect.ts"() {
    "use strict";
    import_capability = __toESM(require_capability_ts(), 1);
    import_missing5 = __toESM(require_missing_ts(), 1);
    import_rlimit = __toESM(require_rlimit_ts(), 1);
    import_byte_output7 = __toESM(require_byte_output_ts(), 1);
    import_command_line = __toESM(require_command_line_ts(), 1);
    import_standard_error7 = __toESM(require_standard_error_ts(), 1);
    init_subcommands();
    init_object_show();
  }
});

// src/compiler/elf/btf-ext.ts
function readExtendedBtf(bytes3, string) {
  if (bytes3.length < 24) return void 0;
  const view = viewOf(bytes3);
  if (view.getUint16(0, true) !== MAGIC) return void 0;
  const header = view.getUint32(4, true);
  const word4 = (at) => view.getUint32(at, true);
  const part = (at, least, entry) => {
    const start = header + word4(at);
    return at + 8 > header ? /* @__PURE__ */ new Map() : records(view, start, start + word4(at + 4), least, string, entry);
  };
  const functions = part(8, 8, (at) => ({ offset: word4(at), type: word4(at + 4) }));
  const lines = part(16, 16, (at) => ({
    offset: word4(at),
    file: word4(at + 4),
    text: word4(at + 8),
    lineColumn: word4(at + 12)
  }));
  const relocations = header < 32 || bytes3.length < 32 ? /* @__PURE__ */ new Map() : part(24, 16, (at) => ({
    offset: word4(at),
    type: word4(at + 4),
    access: string(word4(at + 8)),
    kind: word4(at + 12)
  }));
  if (functions === void 0 || lines === void 0 || relocations === void 0) return void 0;
  return { functions, lines, relocations };
}
function records(view, start, end, least, string, entry) {
  const found = /* @__PURE__ */ new Map();
  if (start === end) return found;
  if (start + 4 > end || end > view.byteLength) return void 0;
  const size = view.getUint32(start, true);
  if (size < least) return void 0;
  for (let at = start + 4; at < end; ) {
    if (at + 8 > end) return void 0;
    const section = string(view.getUint32(at, true));
    const count2 = view.getUint32(at + 4, true);
    at += 8;
    if (at + count2 * size > end) return void 0;
    const entries = Array.from({ length: count2 }, (_, i) => entry(at + i * size));
    found.set(section, [...found.get(section) ?? [], ...entries]);
    at += count2 * size;
  }
  return found;
}
var MAGIC, NOT_EXTENDED;
var init_btf_ext = __esm({
  "src/compiler/elf/btf-ext.ts"() {
    "use strict";
    init_elf_reader();
    MAGIC = 60319;
    NOT_EXTENDED = { functions: /* @__PURE__ */ new Map(), lines: /* @__PURE__ */ new Map(), relocations: /* @__PURE__ */ new Map() };
  }
});

// src/compiler/elf/object-error.ts
function damaged(message2) {
  return new ObjectError(
    message2,
    "the file is damaged, or made by a compiler that this loader does not know."
  );
}
var ObjectError;
var init_object_error = __esm({
  "src/compiler/elf/object-error.ts"() {
    "use strict";
    ObjectError = class extends Error {
      name = "ObjectError";
      hint;
      constructor(message2, hint) {
        super(message2);
        this.hint = hint;
      }
    };
  }
});

// src/compiler/elf/choose-program.ts
function programPlaces(elf) {
  return elf.sections.flatMap(
    ({ name: section, index }) => section === ".text" ? [] : functionsIn(elf, index).filter(({ local }) => !local).map(({ name, value }) => ({ name, section, index, offset: value }))
  );
}
function isForInterface({ section }) {
  return !OTHER_TYPES.test(section) && !OF_MAPS.test(section);
}
function takesFragments({ section }) {
  return /^xdp\.frags(\/|$)/.test(section);
}
function chooseProgram(elf, wanted) {
  const all2 = programPlaces(elf);
  if (all2.length === 0) throw new ObjectError("there is no program in it", NO_PROGRAM);
  const usable = all2.filter(isForInterface);
  const found = wanted === void 0 ? usable : all2.filter(({ section, name }) => section === wanted || name === wanted);
  const [program2, ...others] = found;
  if (program2 === void 0 && wanted === void 0) {
    throw new ObjectError("none of its programs is for XDP", `it has ${listOf(all2)}.`);
  }
  if (program2 === void 0) {
    const near = (0, import_suggest3.didYouMean)(
      wanted,
      all2.flatMap(({ section, name }) => [section, name])
    );
    throw new ObjectError(
      `it has no section or function '${wanted}'`,
      `${near === void 0 ? "" : `${near} `}It has ${listOf(all2)}.`
    );
  }
  if (others.length > 0) {
    const which = wanted === void 0 ? "for XDP" : `in its section ${wanted}`;
    throw new ObjectError(
      `it has ${found.length} programs ${which}`,
      `choose one with --section: ${listOf(found)}.`
    );
  }
  if (OF_MAPS.test(program2.section)) {
    throw new ObjectError(
      `${nameOf(program2)} is run by a map of devices or CPUs, not by an interface`,
      `it has ${listOf(all2)}.`
    );
  }
  if (!isForInterface(program2)) {
    throw new ObjectError(`${nameOf(program2)} is no XDP program`, `it has ${listOf(all2)}.`);
  }
  return program2;
}
function listOf(programs) {
  return programs.map(nameOf).join(", ");
}
function nameOf({ name, section }) {
  return `${name} (section ${section})`;
}
var import_suggest3, OTHER_TYPES, OF_MAPS, NO_PROGRAM;
var init_choose_program = __esm({
  "src/compiler/elf/choose-program.ts"() {
    "use strict";
    import_suggest3 = __toESM(require_suggest_ts(), 1);
    init_elf_reader();
    init_object_error();
    OTHER_TYPES = /^(tc|tcx|netkit|classifier|action|socket|sockops|sk_(skb|msg|lookup|reuseport)|cgroup(_skb)?|lwt_\w+|k(ret)?(probe|syscall)|kprobe\.(multi|session)|uprobe(\.\w+)*|u(ret)?probe|usdt|tracepoint|tp|raw_tracepoint|raw_tp|tp_btf|fentry|fexit|fmod_ret|freplace|lsm(_cgroup)?|iter|perf_event|syscall|struct_ops|flow_dissector|netfilter|lirc_mode2)(\.s|\.w)?(\/|$)/;
    OF_MAPS = /^xdp(\.frags)?[/_](devmap|cpumap)(\/|$)/;
    NO_PROGRAM = 'programs are functions that are not static, in a section: SEC("xdp") int name(struct xdp_md *ctx).';
  }
});

// src/compiler/elf/core-relocation.ts
function coreValues(own, kernel) {
  const known = /* @__PURE__ */ new Map();
  const candidatesOf = (name, kind2) => {
    const key = `${kind2} ${name}`;
    const found = known.get(key) ?? sameNamed(kernel, name, kind2);
    known.set(key, found);
    return found;
  };
  return (relocation) => coreValue(relocation, own, kernel, candidatesOf);
}
function coreValue({ type, access, kind: kind2 }, own, kernel, candidatesOf) {
  if (!ACCESS.test(access))
    throw damaged(`a relocation says where a field is in a way that means nothing: ${access}`);
  const path2 = access.split(":").map(Number);
  const root = (0, import_modifier2.resolved)(own, type);
  const name = plainName(own.name(type) || own.name(root));
  const typed = { what: `${kindName(own, root)}${name}` };
  if (kind2 === Kind.TYPE_ID_LOCAL) return { ...typed, value: BigInt(type) };
  const candidates = candidatesOf(name, own.kind(type));
  switch (kind2) {
    case Kind.TYPE_EXISTS:
    case Kind.TYPE_MATCHES:
      return { ...typed, value: candidates.length > 0 ? 1n : 0n };
    case Kind.TYPE_ID_TARGET:
      return { ...typed, value: candidates[0] === void 0 ? void 0 : BigInt(candidates[0]) };
    case Kind.TYPE_SIZE:
      return {
        ...typed,
        value: candidates[0] === void 0 ? void 0 : BigInt(sizeOfType(kernel, candidates[0]))
      };
    case Kind.ENUMVAL_EXISTS:
    case Kind.ENUMVAL_VALUE: {
      const wanted = plainName(enumerators(own, root)[path2[0] ?? 0]?.name ?? "");
      const all2 = candidates.flatMap((id) => enumerators(kernel, (0, import_modifier2.resolved)(kernel, id)));
      const found = all2.find((each) => plainName(each.name) === wanted);
      const value = kind2 === Kind.ENUMVAL_EXISTS ? found === void 0 ? 0n : 1n : found && BigInt.asUintN(64, found.value);
      return { what: `${wanted} of ${typed.what}`, value };
    }
    default:
      return fieldValue(kind2, own, root, path2, typed.what, kernel, candidates);
  }
}
function fieldValue(kind2, own, root, path2, what, kernel, candidates) {
  const steps = stepsOf(own, root, path2);
  if (steps === void 0) return { what, value: void 0 };
  const words4 = steps.names.filter((step) => typeof step === "string" && step !== "");
  const told = { what: words4.length === 0 ? what : `field ${words4.join(".")} of ${what}` };
  for (const candidate of candidates) {
    const found = walk2(kernel, (0, import_modifier2.resolved)(kernel, candidate), steps);
    if (found === void 0 || !compatible(own, steps.place.type, kernel, found.type)) continue;
    const here = bytesOf(kernel, found);
    const compiled = bytesOf(own, steps.place);
    const fits2 = compiled.size === here.size || isUnsigned(own, steps.place.type) && isUnsigned(kernel, found.type);
    const sizes = [compiled.size, fits2 ? here.size : void 0];
    switch (kind2) {
      case Kind.FIELD_BYTE_OFFSET:
        return { ...told, value: BigInt(here.offset), sizes };
      case Kind.FIELD_BYTE_SIZE:
        return { ...told, value: BigInt(here.size) };
      case Kind.FIELD_EXISTS:
        return { ...told, value: 1n };
      case Kind.FIELD_SIGNED:
        return { ...told, value: isSigned(kernel, found.type) ? 1n : 0n };
      case Kind.FIELD_LSHIFT_U64:
        return { ...told, value: BigInt(64 - (found.offset + here.bits - here.offset * 8)) };
      case Kind.FIELD_RSHIFT_U64:
        return { ...told, value: BigInt(64 - here.bits) };
      default:
        return { ...told, value: void 0 };
    }
  }
  return { ...told, value: kind2 === Kind.FIELD_EXISTS ? 0n : void 0 };
}
function stepsOf(blob, root, [first2 = 0, ...path2]) {
  const names = [];
  let place2 = { type: root, offset: first2 * 8 * sizeOfType(blob, root), width: 0 };
  for (const index of path2) {
    const type = (0, import_modifier2.resolved)(blob, place2.type);
    if (isStruct(blob, type)) {
      const member = memberAt(blob, type, index);
      if (member === void 0) return void 0;
      names.push(member.name);
      place2 = { type: member.type, offset: place2.offset + member.offset, width: member.width };
    } else if (blob.kind(type) === import_kind7.BtfKind.BTF_KIND_ARRAY) {
      names.push(index);
      place2 = element(blob, type, index, place2.offset);
    } else return void 0;
  }
  return { first: first2, names, place: place2 };
}
function walk2(blob, root, { first: first2, names }) {
  let place2 = { type: root, offset: first2 * 8 * sizeOfType(blob, root), width: 0 };
  for (const step of names) {
    if (step === "") continue;
    const type = (0, import_modifier2.resolved)(blob, place2.type);
    if (typeof step === "number") {
      if (blob.kind(type) !== import_kind7.BtfKind.BTF_KIND_ARRAY) return void 0;
      const count2 = blob.word(type, 2);
      if (count2 > 0 && step >= count2) return void 0;
      place2 = element(blob, type, step, place2.offset);
      continue;
    }
    const member = isStruct(blob, type) ? memberNamed(blob, type, step) : void 0;
    if (member === void 0) return void 0;
    place2 = { type: member.type, offset: place2.offset + member.offset, width: member.width };
  }
  return place2;
}
function memberAt(blob, struct, index) {
  if (index >= blob.vlen(struct)) return void 0;
  const word4 = blob.word(struct, 3 * index + 2);
  const [offset2, width] = blob.flag(struct) ? [word4 & 16777215, word4 >>> 24] : [word4, 0];
  return {
    name: blob.string(blob.word(struct, 3 * index)),
    type: blob.word(struct, 3 * index + 1),
    offset: offset2,
    width
  };
}
function memberNamed(blob, struct, name, depth = DEPTH3) {
  for (let i = 0; i < blob.vlen(struct); i++) {
    const member = memberAt(blob, struct, i);
    if (member.name === name) return member;
    const inner = (0, import_modifier2.resolved)(blob, member.type);
    if (member.name !== "" || !isStruct(blob, inner) || depth === 0) continue;
    const found = memberNamed(blob, inner, name, depth - 1);
    if (found !== void 0) return { ...found, offset: found.offset + member.offset };
  }
  return void 0;
}
function element(blob, array, index, offset2) {
  const type = blob.word(array, 0);
  return { type, offset: offset2 + index * 8 * sizeOfType(blob, type), width: 0 };
}
function bytesOf(blob, { type, offset: offset2, width }) {
  let size = sizeOfType(blob, type);
  if (width === 0) return { offset: offset2 >>> 3, size, bits: size * 8 };
  const start = () => Math.floor(offset2 / 8 / Math.max(1, size)) * size;
  while (size < 8 && offset2 + width - start() * 8 > size * 8) size *= 2;
  return { offset: start(), size, bits: width };
}
function compatible(own, a, kernel, b, depth = DEPTH3) {
  const [left, right] = [(0, import_modifier2.resolved)(own, a), (0, import_modifier2.resolved)(kernel, b)];
  if (isStruct(own, left) && isStruct(kernel, right)) return true;
  const [kind2, other] = [shapeOf(own, left), shapeOf(kernel, right)];
  if (kind2 !== other) return false;
  if (kind2 !== import_kind7.BtfKind.BTF_KIND_ARRAY || depth === 0) return true;
  return compatible(own, own.word(left, 0), kernel, kernel.word(right, 0), depth - 1);
}
function shapeOf(blob, id) {
  return blob.kind(id) === import_kind7.BtfKind.BTF_KIND_ENUM64 ? import_kind7.BtfKind.BTF_KIND_ENUM : blob.kind(id);
}
function isStruct(blob, id) {
  const kind2 = blob.kind(id);
  return kind2 === import_kind7.BtfKind.BTF_KIND_STRUCT || kind2 === import_kind7.BtfKind.BTF_KIND_UNION;
}
function isSigned(blob, type) {
  const id = (0, import_modifier2.resolved)(blob, type);
  if (shapeOf(blob, id) === import_kind7.BtfKind.BTF_KIND_ENUM) return blob.flag(id);
  return blob.kind(id) === import_kind7.BtfKind.BTF_KIND_INT && (blob.word(id, 0) >>> 24 & import_kind7.BtfInt.BTF_INT_SIGNED) !== 0;
}
function isUnsigned(blob, type) {
  return blob.kind((0, import_modifier2.resolved)(blob, type)) === import_kind7.BtfKind.BTF_KIND_INT && !isSigned(blob, type);
}
function enumerators(blob, id) {
  const wide = blob.kind(id) === import_kind7.BtfKind.BTF_KIND_ENUM64;
  if (!wide && blob.kind(id) !== import_kind7.BtfKind.BTF_KIND_ENUM) return [];
  const step = wide ? 3 : 2;
  return Array.from({ length: blob.vlen(id) }, (_, i) => {
    const low = blob.word(id, i * step + 1);
    const value = wide ? BigInt(blob.word(id, i * step + 2)) << 32n | BigInt(low) : BigInt(low | 0);
    return { name: blob.string(blob.word(id, i * step)), value };
  });
}
function sameNamed(kernel, name, kind2) {
  const offset2 = kernel.nameOffset(name);
  if (offset2 < 0) return [];
  const enums = [import_kind7.BtfKind.BTF_KIND_ENUM, import_kind7.BtfKind.BTF_KIND_ENUM64];
  const mask = (enums.includes(kind2) ? enums : [kind2]).reduce((bits, each) => bits | 1 << each, 0);
  const found = [];
  for (let id = kernel.find(offset2, mask); id !== 0; id = kernel.find(offset2, mask, id)) found.push(id);
  return found;
}
function plainName(name) {
  return name.replace(/(.)___.*$/, "$1");
}
function kindName(blob, id) {
  switch (blob.kind(id)) {
    case import_kind7.BtfKind.BTF_KIND_STRUCT:
      return "struct ";
    case import_kind7.BtfKind.BTF_KIND_UNION:
      return "union ";
    case import_kind7.BtfKind.BTF_KIND_ENUM:
    case import_kind7.BtfKind.BTF_KIND_ENUM64:
      return "enum ";
    default:
      return "";
  }
}
var import_kind7, import_modifier2, Kind, ACCESS, DEPTH3;
var init_core_relocation = __esm({
  "src/compiler/elf/core-relocation.ts"() {
    "use strict";
    init_c_text();
    import_kind7 = __toESM(require_kind_ts(), 1);
    import_modifier2 = __toESM(require_modifier_ts(), 1);
    init_object_error();
    Kind = {
      FIELD_BYTE_OFFSET: 0,
      FIELD_BYTE_SIZE: 1,
      FIELD_EXISTS: 2,
      FIELD_SIGNED: 3,
      FIELD_LSHIFT_U64: 4,
      FIELD_RSHIFT_U64: 5,
      TYPE_ID_LOCAL: 6,
      TYPE_ID_TARGET: 7,
      TYPE_EXISTS: 8,
      TYPE_SIZE: 9,
      ENUMVAL_EXISTS: 10,
      ENUMVAL_VALUE: 11,
      TYPE_MATCHES: 12
    };
    ACCESS = /^\d{1,9}(:\d{1,9})*$/;
    DEPTH3 = 16;
  }
});

// src/compiler/elf/kernel-config.ts
function configData(blob, kernel, used, mayMiss) {
  const parts = [];
  const offsets = /* @__PURE__ */ new Map();
  for (const { id } of sectionVariables(blob, CONFIG_SECTION)) {
    const name = blob.name(id);
    if (!used.has(name)) continue;
    const type = (0, import_modifier3.resolved)(blob, blob.sizeOrType(id));
    const bytes3 = bytesOf2(name, blob, type, kernel, mayMiss(name));
    while (parts.length % alignmentOf(bytes3.length) !== 0) parts.push(0);
    offsets.set(name, parts.length);
    parts.push(...bytes3);
  }
  return { bytes: Uint8Array.from(parts), offsets };
}
function alignmentOf(size) {
  return [8, 4, 2].find((each) => size % each === 0) ?? 1;
}
function bytesOf2(name, blob, type, { release: release2, option }, mayMiss) {
  const size = sizeOfType(blob, type);
  const kind2 = blob.kind(type);
  if (size === 0 || size > MOST_BYTES) throw unknownType(name);
  const [major = 0, minor = 0, patch = 0] = release2;
  if (name === LINUX_KERNEL_VERSION) return number2(major << 16 | minor << 8 | Math.min(patch, 255), size);
  const text4 = /^CONFIG_\w+$/.test(name) ? option(name) : "n";
  if (text4 === void 0 && !mayMiss) {
    throw new ObjectError(
      `it asks for ${name}, and nothing tells how this kernel was built`,
      "this needs /proc/config.gz (CONFIG_IKCONFIG_PROC) or the file config-RELEASE in /boot."
    );
  }
  const encoding = kind2 === import_kind8.BtfKind.BTF_KIND_INT ? blob.word(type, 0) >>> 24 : 0;
  const tristate = ["n", "y", "m"].indexOf(text4 ?? "n");
  const isText2 = kind2 === import_kind8.BtfKind.BTF_KIND_ARRAY;
  const isSwitch = kind2 === import_kind8.BtfKind.BTF_KIND_ENUM || (encoding & import_kind8.BtfInt.BTF_INT_BOOL) !== 0;
  if (tristate >= 0 && isSwitch) return number2(tristate, size);
  if (tristate >= 0 && size === 1 && kind2 === import_kind8.BtfKind.BTF_KIND_INT)
    return Uint8Array.of((text4 ?? "n").charCodeAt(0));
  if ((text4 ?? "n") === "n") {
    if (mayMiss) return new Uint8Array(size);
    throw new ObjectError(
      `it asks for ${name}, which this kernel was built without`,
      "declared __weak, it is zero then."
    );
  }
  if (isText2 && text4.startsWith('"')) {
    const bytes3 = new Uint8Array(size);
    bytes3.set(new TextEncoder().encode(text4.slice(1, -1)).subarray(0, size - 1));
    return bytes3;
  }
  if (kind2 === import_kind8.BtfKind.BTF_KIND_INT && /^-?\d+$|^0x[0-9a-f]+$/i.test(text4))
    return number2(BigInt(text4), size);
  throw unknownType(name);
}
function number2(value, size) {
  let rest = BigInt.asUintN(8 * size, BigInt(value));
  return Uint8Array.from({ length: size }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}
function unknownType(name) {
  return new ObjectError(
    `it asks for ${name} as a type that the option does not have`,
    "options are bool, char, enum libbpf_tristate, integers, or arrays of char."
  );
}
var import_kind8, import_modifier3, CONFIG_SECTION, MOST_BYTES, LINUX_KERNEL_VERSION;
var init_kernel_config = __esm({
  "src/compiler/elf/kernel-config.ts"() {
    "use strict";
    init_c_text();
    import_kind8 = __toESM(require_kind_ts(), 1);
    import_modifier3 = __toESM(require_modifier_ts(), 1);
    init_sections();
    init_object_error();
    CONFIG_SECTION = ".kconfig";
    MOST_BYTES = 4096;
    LINUX_KERNEL_VERSION = "LINUX_KERNEL_VERSION";
  }
});

// src/compiler/elf/link-code.ts
function linkCode(sources, section, offset2) {
  return new CodeLinker(sources).link(section, offset2);
}
function setSource(view, at, source) {
  view.setUint8(at + 1, view.getUint8(at + 1) & 15 | source << 4);
}
function bytesOf3(words4) {
  const view = new DataView(new ArrayBuffer(words4.length * 4));
  words4.forEach((word4, i) => {
    view.setUint32(i * 4, word4, true);
  });
  return new Uint8Array(view.buffer);
}
var import_opcode4, import_uapi7, SLOT, MOST_SLOTS, MOST_FUNCTIONS, POISON, CodeLinker, SIZES;
var init_link_code = __esm({
  "src/compiler/elf/link-code.ts"() {
    "use strict";
    import_opcode4 = __toESM(require_opcode_ts(), 1);
    import_uapi7 = __toESM(require_uapi_ts(), 1);
    init_elf_reader();
    init_object_error();
    SLOT = 8;
    MOST_SLOTS = 1e6;
    MOST_FUNCTIONS = 256;
    POISON = 195896080;
    CodeLinker = class {
      #sources;
      #pieces = [];
      #code = [];
      #maps = [];
      #missing = /* @__PURE__ */ new Map();
      #relocations = /* @__PURE__ */ new Map();
      #slots = 0;
      constructor(sources) {
        this.#sources = sources;
      }
      link(section, offset2) {
        this.#pieceAt(section, offset2, "the program");
        const insns = new Uint8Array(this.#slots * SLOT);
        this.#pieces.forEach(({ start }, i) => {
          insns.set(this.#code[i], start * SLOT);
        });
        const funcInfo = this.#functionTypes();
        return {
          insns,
          maps: this.#maps,
          funcInfo,
          lineInfo: funcInfo && this.#lines(),
          functions: this.#pieces.map(({ symbol, start }) => ({ slot: start, name: symbol.name })),
          missing: this.#missing
        };
      }
      /** Where a function begins, which is appended when it is first met, and what it calls after it: in libbpf's order. */
      #pieceAt(section, offset2, from) {
        const known = this.#pieces.find(({ symbol: s }) => s.section === section && s.value === offset2);
        if (known !== void 0) return known.start;
        const { elf } = this.#sources;
        const symbol = functionsIn(elf, section).find(({ value }) => value === offset2);
        const bytes3 = elf.sections[section]?.bytes ?? new Uint8Array();
        if (symbol === void 0) {
          throw damaged(
            `${from} calls what is no function, at byte ${offset2} of its section ${elf.sections[section]?.name}`
          );
        }
        const code2 = Uint8Array.from(bytes3.subarray(offset2, offset2 + symbol.size));
        if (code2.length === 0 || code2.length < symbol.size || code2.length % SLOT !== 0)
          throw damaged(`its function ${symbol.name} reaches outside of its section`);
        const start = this.#slots;
        this.#slots += code2.length / SLOT;
        if (this.#slots > MOST_SLOTS) throw damaged(`its program has more than ${MOST_SLOTS} instructions`);
        if (this.#pieces.length >= MOST_FUNCTIONS)
          throw damaged(`its program has more than ${MOST_FUNCTIONS} functions`);
        const piece = { symbol, start };
        this.#pieces.push(piece);
        this.#code.push(code2);
        this.#relocate(piece, code2);
        return start;
      }
      #relocate({ symbol, start }, code2) {
        const { elf } = this.#sources;
        const view = viewOf(code2);
        const section = elf.sections[symbol.section];
        this.#fit(section.name, symbol, start, view);
        const relocations = this.#relocationsOf(symbol.section);
        for (let at = 0; at < code2.length; at += SLOT) {
          const opcode = view.getUint8(at);
          const relocation = relocations.get(symbol.value + at);
          const wide = (0, import_opcode4.isLoadImmediate)(opcode);
          if (wide && at + 2 * SLOT > code2.length) throw damaged(`its function ${symbol.name} is cut off`);
          if ((0, import_opcode4.isCall)(opcode)) this.#call(view, at, symbol, start, relocation);
          else if (relocation !== void 0 && wide) this.#load(view, at, symbol, start, relocation);
          else if (relocation !== void 0) {
            throw damaged(
              `a relocation (type ${relocation.type}) of ${symbol.name} is of no call and no 64-bit load`
            );
          }
          if (wide) at += SLOT;
        }
      }
      #relocationsOf(section) {
        let known = this.#relocations.get(section);
        if (known === void 0) {
          known = new Map((this.#sources.elf.relocations.get(section) ?? []).map((each) => [each.offset, each]));
          this.#relocations.set(section, known);
        }
        return known;
      }
      #call(view, at, caller, start, relocation) {
        const source = view.getUint8(at + 1) >> 4;
        const distance = view.getInt32(at + 4, true) + 1;
        const here = start + at / SLOT;
        if (relocation === void 0) {
          if (source !== import_uapi7.PseudoCall.BPF_PSEUDO_CALL) return;
          this.#callTo(
            view,
            at,
            here,
            this.#pieceAt(caller.section, caller.value + at + distance * SLOT, caller.name)
          );
          return;
        }
        const { symbol } = relocation;
        if (this.#isCode(symbol)) {
          this.#callTo(
            view,
            at,
            here,
            this.#pieceAt(symbol.section, symbol.value + distance * SLOT, caller.name)
          );
          return;
        }
        const target = this.#sources.target(symbol, 0);
        if (target.kind === "absent") {
          this.#poison(view, at, here, `function ${symbol.name}`);
          return;
        }
        if (target.kind !== "function")
          throw damaged(`${caller.name} calls ${symbol.name}, which is no function`);
        setSource(view, at, import_uapi7.PseudoCall.BPF_PSEUDO_KFUNC_CALL);
        view.setInt16(at + 2, 0, true);
        view.setInt32(at + 4, target.id, true);
      }
      #callTo(view, at, here, start) {
        setSource(view, at, import_uapi7.PseudoCall.BPF_PSEUDO_CALL);
        view.setInt32(at + 4, start - here - 1, true);
      }
      #load(view, at, fn, start, { symbol }) {
        const addend = view.getInt32(at + 4, true);
        const here = start + at / SLOT;
        if (this.#isCode(symbol)) {
          setSource(view, at, import_uapi7.PseudoLoad.BPF_PSEUDO_FUNC);
          const to = this.#pieceAt(symbol.section, symbol.value + addend, fn.name);
          view.setInt32(at + 4, to - here - 1, true);
          view.setInt32(at + SLOT + 4, 0, true);
          return;
        }
        const target = this.#sources.target(symbol, addend);
        switch (target.kind) {
          case "map":
            setSource(view, at, import_uapi7.PseudoLoad.BPF_PSEUDO_MAP_FD);
            view.setInt32(at + 4, 0, true);
            view.setInt32(at + SLOT + 4, 0, true);
            this.#maps.push({ slot: here, map: target.map });
            break;
          case "data":
            setSource(view, at, import_uapi7.PseudoLoad.BPF_PSEUDO_MAP_VALUE);
            view.setInt32(at + 4, 0, true);
            view.setInt32(at + SLOT + 4, target.offset, true);
            this.#maps.push({ slot: here, map: target.map });
            break;
          case "variable":
          case "function":
            setSource(view, at, import_uapi7.PseudoLoad.BPF_PSEUDO_BTF_ID);
            view.setInt32(at + 4, target.id, true);
            view.setInt32(at + SLOT + 4, 0, true);
            break;
          case "absent":
            setSource(view, at, 0);
            view.setInt32(at + 4, 0, true);
            view.setInt32(at + SLOT + 4, 0, true);
            break;
        }
      }
      #isCode({ section }) {
        const found = this.#sources.elf.sections[section];
        return found !== void 0 && isCode(found);
      }
      /** What depends on types of the kernel. */
      #fit(section, { name, value, size }, start, view) {
        const { extended: extended2, core } = this.#sources;
        for (const relocation of extended2.relocations.get(section) ?? []) {
          const at = relocation.offset - value;
          if (at < 0 || at >= size) continue;
          if (core === void 0) {
            throw new ObjectError(
              `${name} is to be fitted to the types of the running kernel (CO-RE), which are not known`,
              "this needs a kernel with /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF)."
            );
          }
          if (at % SLOT !== 0) throw damaged(`a relocation of types in ${name} is of no instruction`);
          this.#patch(view, at, start + at / SLOT, core(relocation), relocation);
        }
      }
      #patch(view, at, slot, { value, sizes, what }, { kind: kind2 }) {
        const opcode = view.getUint8(at);
        const unreachable = () => this.#poison(view, at, slot, what);
        if (value === void 0) return unreachable();
        if ((0, import_opcode4.isLoadImmediate)(opcode) && at + 2 * SLOT <= view.byteLength) {
          view.setUint32(at + 4, Number(value & 0xffffffffn), true);
          view.setUint32(at + SLOT + 4, Number(value >> 32n), true);
          return void 0;
        }
        switch ((0, import_opcode4.classOf)(opcode)) {
          case import_uapi7.InsnClass.BPF_ALU:
          case import_uapi7.InsnClass.BPF_ALU64:
            view.setInt32(at + 4, Number(BigInt.asIntN(32, value)), true);
            return void 0;
          case import_uapi7.InsnClass.BPF_LDX:
          case import_uapi7.InsnClass.BPF_ST:
          case import_uapi7.InsnClass.BPF_STX: {
            if (value > 0x7fffn) return unreachable();
            view.setInt16(at + 2, Number(value), true);
            if (kind2 !== 0 || sizes === void 0 || sizes[0] === sizes[1]) return void 0;
            const size = SIZES.get(sizes[1] ?? 0);
            if (size === void 0 || (0, import_opcode4.modeOf)(opcode) !== import_uapi7.MemMode.BPF_MEM)
              return this.#poison(view, at, slot, `${what} of ${sizes[0]} bytes`);
            view.setUint8(at, opcode & ~24 | size);
            return void 0;
          }
          default:
            throw damaged("a relocation of types is of an instruction that holds no value");
        }
      }
      /** The verifier refuses it where it is reached; `what` is missing then. */
      #poison(view, at, slot, what) {
        const count2 = (0, import_opcode4.isLoadImmediate)(view.getUint8(at)) ? 2 : 1;
        this.#missing.set(slot, what);
        for (let end = at; end < at + count2 * SLOT && end + SLOT <= view.byteLength; end += SLOT) {
          view.setUint32(end, import_uapi7.InsnClass.BPF_JMP | import_uapi7.JumpOp.BPF_CALL, true);
          view.setUint32(end + 4, POISON, true);
        }
      }
      /** Undefined unless each function has one: the kernel wants all of them or none. */
      #functionTypes() {
        const words4 = [];
        for (const { symbol, start } of this.#pieces) {
          const told = this.#sources.extended.functions.get(this.#sectionOf(symbol)) ?? [];
          const found = told.find(({ offset: offset2 }) => offset2 === symbol.value);
          if (found === void 0) return void 0;
          words4.push(start, found.type);
        }
        return bytesOf3(words4);
      }
      #lines() {
        const words4 = [];
        for (const { symbol, start } of this.#pieces) {
          for (const line3 of this.#sources.extended.lines.get(this.#sectionOf(symbol)) ?? []) {
            const at = line3.offset - symbol.value;
            if (at < 0 || at >= symbol.size) continue;
            words4.push(start + at / SLOT, line3.file, line3.text, line3.lineColumn);
          }
        }
        return bytesOf3(words4);
      }
      #sectionOf({ section }) {
        return this.#sources.elf.sections[section].name;
      }
    };
    SIZES = /* @__PURE__ */ new Map([
      [1, import_uapi7.MemSize.BPF_B],
      [2, import_uapi7.MemSize.BPF_H],
      [4, import_uapi7.MemSize.BPF_W],
      [8, import_uapi7.MemSize.BPF_DW]
    ]);
  }
});

// src/compiler/elf/link-object.ts
function linkObject(bytes3, section, kernel) {
  const elf = readElf(bytes3);
  if (typeof elf === "string") throw new ObjectError(`it is no object of BPF programs: ${elf}`, HOW_TO_MAKE);
  return new ObjectLinker(elf, kernel).link(chooseProgram(elf, section));
}
function constantMap(name, bytes3) {
  return {
    name,
    type: import_uapi8.MapType.BPF_MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: bytes3.length,
    maxEntries: 1,
    flags: import_uapi8.MapFlag.BPF_F_RDONLY_PROG,
    from: "data",
    keyType: 0,
    valueType: 0,
    extra: 0,
    numaNode: void 0,
    pinned: false,
    section: 0,
    offset: 0,
    size: bytes3.length,
    holds: void 0,
    valuesAt: 0,
    initial: bytes3,
    frozen: true,
    entries: []
  };
}
function externsOf(blob) {
  const found = /* @__PURE__ */ new Map();
  for (let id = 1; id < blob.typeCount; id++) {
    if (blob.kind(id) !== import_kind9.BtfKind.BTF_KIND_DATASEC) continue;
    const section = blob.name(id);
    if (section !== ".ksyms" && section !== CONFIG_SECTION) continue;
    for (let i = 0; i < blob.vlen(id); i++) found.set(blob.name(blob.word(id, 3 * i)), section);
  }
  return found;
}
function checkSizes({ name, type, keySize, valueSize, maxEntries, holds: holds2 }) {
  if (type === import_uapi8.MapType.BPF_MAP_TYPE_UNSPEC) {
    throw new ObjectError(`its map ${name} has no type`, "__uint(type, BPF_MAP_TYPE_HASH), for example.");
  }
  if (Math.max(keySize, valueSize, maxEntries) > MOST4) {
    throw new ObjectError(`its map ${name} is too large: ${valueSize} bytes`, "values have up to 4 GiB.");
  }
  if (import_map_type4.MAPS_OF_MAPS.includes(type) && typeof holds2 !== "object") {
    throw new ObjectError(
      `its map ${name} (${(0, import_map_type4.mapTypeName)(type)}) does not say what the maps in it are like`,
      "__array(values, struct { __uint(type, ...); ... }) tells it."
    );
  }
}
var import_map_type4, import_uapi8, import_kind9, import_reader3, HOW_TO_MAKE, NONE2, ObjectLinker, MOST4;
var init_link_object = __esm({
  "src/compiler/elf/link-object.ts"() {
    "use strict";
    import_map_type4 = __toESM(require_map_type_ts(), 1);
    import_uapi8 = __toESM(require_uapi_ts(), 1);
    import_kind9 = __toESM(require_kind_ts(), 1);
    import_reader3 = __toESM(require_reader_ts(), 1);
    init_btf_ext();
    init_choose_program();
    init_core_relocation();
    init_elf_reader();
    init_kernel_config();
    init_link_code();
    init_loadable_btf();
    init_map_definitions();
    init_object_error();
    HOW_TO_MAKE = "one is made by clang -O2 -g -target bpf -c, or by tsbpf --emit-elf.";
    NONE2 = new Uint8Array();
    ObjectLinker = class {
      elf;
      extended;
      core;
      blob;
      #kernel;
      #placed;
      #defined;
      #data;
      #externs;
      #maps = /* @__PURE__ */ new Map();
      #wanted = [];
      #config;
      constructor(elf, kernel) {
        this.elf = elf;
        this.#kernel = kernel;
        this.#placed = placedBtf(elf);
        const blob = this.#placed && (0, import_reader3.readBtf)(this.#placed)?.blob;
        this.blob = blob;
        const extended2 = elf.sections.find(({ name }) => name === ".BTF.ext")?.bytes;
        const read2 = blob && extended2 && readExtendedBtf(extended2, (offset2) => blob.string(offset2));
        if (blob !== void 0 && extended2 !== void 0 && read2 === void 0)
          throw damaged("its section .BTF.ext is malformed");
        this.extended = read2 ?? NOT_EXTENDED;
        this.core = blob && kernel.types && coreValues(blob, kernel.types.blob);
        this.#defined = blob === void 0 ? [] : definedMaps(elf, blob);
        this.#data = dataMaps(elf, blob);
        this.#externs = blob === void 0 ? /* @__PURE__ */ new Map() : externsOf(blob);
      }
      link(program2) {
        this.#wanted.push(program2);
        const programs = [];
        for (let i = 0; i < this.#wanted.length; i++) {
          const place2 = this.#wanted[i];
          const code2 = linkCode(this, place2.index, place2.offset);
          programs.push({
            ...code2,
            name: place2.name,
            section: place2.section,
            fragments: takesFragments(program2)
          });
        }
        return {
          programs,
          maps: [...this.#maps.values()],
          license: textAt(this.elf.sections.find(({ name }) => name === "license")?.bytes ?? NONE2, 0),
          btf: this.#placed && loadableBtf(this.#placed, this.elf)
        };
      }
      target(symbol, addend) {
        if (symbol.section === 0) return this.#extern(symbol);
        const section = this.elf.sections[symbol.section];
        if (section === void 0) throw damaged(`its symbol ${symbol.name} is in no section`);
        const at = symbol.value + addend;
        if (section.name === ".maps") return { kind: "map", map: this.#use(this.#mapAt(symbol, at)) };
        if (section.name === "maps") {
          throw new ObjectError(
            `its map ${symbol.name} is defined by a struct bpf_map_def in the section maps, as before libbpf 1.0`,
            'define it by BTF, in SEC(".maps"): struct { __uint(type, ...); __type(key, ...); ... } and compile with -g.'
          );
        }
        const data = this.#data.find((map) => map.section === symbol.section);
        if (data === void 0) {
          throw new ObjectError(
            `it uses ${symbol.name} in its section ${section.name}, which is neither of maps nor of global data`,
            "global data is in .data, .bss, .rodata, or a section whose name begins so (.data.mine)."
          );
        }
        return { kind: "data", map: this.#use(data), offset: at };
      }
      #mapAt({ name, kind: kind2 }, at) {
        const found = this.#defined.find(
          (map) => kind2 === SymbolKind.STT_SECTION ? map.offset === at : map.name === name
        );
        if (found !== void 0) return found;
        if (this.blob === void 0) {
          throw new ObjectError(
            "it has maps in .maps, but no type information, which defines them",
            "compile it with -g, and do not strip .BTF."
          );
        }
        throw damaged(`its map ${name} is not in its type information`);
      }
      /** Its name; what it holds is before it. */
      #use(map) {
        if (this.#maps.has(map.name)) return map.name;
        checkSizes(map);
        const section = this.elf.sections[map.section];
        const data = map.from === "data";
        const relocations = this.elf.relocations.get(map.section) ?? [];
        if (data && relocations.length > 0) {
          throw new ObjectError(
            `its data in ${section.name} holds addresses (of ${relocations[0].symbol.name}), which programs cannot have in data`,
            "use indices, or an array of characters instead of a pointer to a string."
          );
        }
        const entries = data ? [] : this.#entriesOf(map);
        this.#maps.set(map.name, {
          ...map,
          initial: data && section.bytes.length > 0 ? section.bytes : void 0,
          frozen: data && isConstant(map.name),
          entries
        });
        return map.name;
      }
      /** `.values = { [1] = &inner }` */
      #entriesOf(map) {
        const entries = [];
        for (const { offset: offset2, symbol } of this.elf.relocations.get(map.section) ?? []) {
          if (offset2 < map.offset || offset2 >= map.offset + map.size) continue;
          const slot = (offset2 - map.offset - map.valuesAt) / 8;
          const section = this.elf.sections[symbol.section];
          if (section === void 0 || map.holds === void 0 || slot < 0 || !Number.isInteger(slot))
            throw damaged(`the map ${map.name} is said to hold ${symbol.name}`);
          if (map.holds === "programs") {
            const place2 = {
              name: symbol.name,
              section: section.name,
              index: symbol.section,
              offset: symbol.value
            };
            if (!this.#wanted.some(({ index, offset: at }) => index === place2.index && at === place2.offset))
              this.#wanted.push(place2);
            entries.push({ slot, name: symbol.name });
          } else {
            const inner = this.#mapAt(symbol, symbol.value);
            if (inner.holds !== void 0) throw damaged(`the map ${map.name} is said to hold ${symbol.name}`);
            entries.push({ slot, name: this.#use(inner) });
          }
        }
        return entries;
      }
      /** Of the kernel's configuration: all that any program of the object asks for lie together. */
      #option(name) {
        if (this.#config === void 0) {
          const asked = this.elf.symbols.filter(({ section, name: each }) => section === 0 && each !== "");
          const weak = new Set(asked.filter((symbol) => symbol.weak).map((symbol) => symbol.name));
          const used = new Set(asked.map((symbol) => symbol.name));
          this.#config = configData(this.blob, this.#kernel, used, (each) => weak.has(each));
          this.#maps.set(CONFIG_SECTION, constantMap(CONFIG_SECTION, this.#config.bytes));
        }
        const offset2 = this.#config.offsets.get(name);
        if (offset2 === void 0) throw damaged(`its extern ${name} is not in its type information`);
        return { kind: "data", map: CONFIG_SECTION, offset: offset2 };
      }
      #extern({ name, weak }) {
        const section = this.#externs.get(name);
        if (section === CONFIG_SECTION) return this.#option(name);
        if (section === void 0) {
          throw new ObjectError(
            `it uses ${name}, which is in another file`,
            "bpftool gen object all.o a.o b.o links files to one."
          );
        }
        const { types } = this.#kernel;
        if (types === void 0) {
          throw new ObjectError(
            `it uses ${name} of the kernel, whose types are not known`,
            "this needs a kernel with /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF)."
          );
        }
        const fn = types.idOf(name, "func");
        if (fn !== void 0) return { kind: "function", id: fn };
        const variable = types.idOf(name, "var");
        if (variable !== void 0) return { kind: "variable", id: variable };
        if (weak) return { kind: "absent" };
        throw new ObjectError(
          `it uses ${name} of the kernel, which this one does not have`,
          "functions and variables of the kernel come and go with its releases; those of modules are not looked for."
        );
      }
    };
    MOST4 = 4294967295;
  }
});

// first:src/kernel/attach/xdp.ts.cjs
var require_xdp_ts = __commonJS({
  "first:src/kernel/attach/xdp.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/attach/xdp.ts");
  }
});

// first:src/kernel/host/cpu.ts.cjs
var require_cpu_ts = __commonJS({
  "first:src/kernel/host/cpu.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/cpu.ts");
  }
});

// first:src/kernel/host/kernel-option.ts.cjs
var require_kernel_option_ts = __commonJS({
  "first:src/kernel/host/kernel-option.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/kernel-option.ts");
  }
});

// first:src/kernel/sys/btf.ts.cjs
var require_btf_ts = __commonJS({
  "first:src/kernel/sys/btf.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/btf.ts");
  }
});

// first:src/kernel/sys/kernel-version.ts.cjs
var require_kernel_version_ts = __commonJS({
  "first:src/kernel/sys/kernel-version.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/kernel-version.ts");
  }
});

// first:src/kernel/sys/map.ts.cjs
var require_map_ts = __commonJS({
  "first:src/kernel/sys/map.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/map.ts");
  }
});

// first:src/kernel/sys/program.ts.cjs
var require_program_ts2 = __commonJS({
  "first:src/kernel/sys/program.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/program.ts");
  }
});

// first:src/kernel/load/rejection.ts.cjs
var require_rejection_ts = __commonJS({
  "first:src/kernel/load/rejection.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/load/rejection.ts");
  }
});

// src/kernel/load/linked-rejection.ts
function placeOf3(slot, { lineInfo }, strings, message2) {
  const places = lineInfo === void 0 ? [] : placesOf2(lineInfo, strings);
  const found = places.findLast((each) => each.slot <= slot);
  if (found === void 0) return void 0;
  const lines = [];
  for (const { file: file2, line: line3, text: text5 } of places) if (file2 === found.file) lines[line3 - 1] = text5;
  const known = Array.from(lines, (line3) => line3 ?? "");
  const text4 = known[found.line - 1] ?? "";
  const start = known.slice(0, found.line - 1).reduce((sum, line3) => sum + line3.length + 1, 0);
  const from = Math.min(Math.max(0, found.column - 1), text4.length);
  const span = { start: start + from, end: start + Math.max(from + 1, from + wordLength(text4.slice(from))) };
  const diagnostic = {
    severity: "error",
    code: "verifier-rejection",
    span,
    message: message2,
    notes: [],
    hint: REJECTION_HINT
  };
  return { source: { name: found.file, text: known.join("\n") }, diagnostic };
}
function placesOf2(info2, strings) {
  const view = new DataView(info2.buffer, info2.byteOffset, info2.byteLength);
  return Array.from({ length: info2.byteLength / 16 }, (_, i) => {
    const place2 = view.getUint32(i * 16 + 12, true);
    return {
      slot: view.getUint32(i * 16, true),
      file: strings.string(view.getUint32(i * 16 + 4, true)),
      text: strings.string(view.getUint32(i * 16 + 8, true)),
      line: place2 >>> 10,
      column: place2 & 1023
    };
  }).filter(({ line: line3, file: file2 }) => line3 > 0 && line3 < MOST_LINES && file2 !== "");
}
function wordLength(text4) {
  return /^(\w+|\W)/.exec(text4)?.[0].length ?? 0;
}
var import_rejection, LinkedRejection, REJECTION_HINT, MOST_LINES;
var init_linked_rejection = __esm({
  "src/kernel/load/linked-rejection.ts"() {
    "use strict";
    import_rejection = __toESM(require_rejection_ts(), 1);
    LinkedRejection = class extends Error {
      name = "LinkedRejection";
      /** The verifier's whole log. */
      log;
      /** Where in the source, and the lines that are known of it; undefined without line information. */
      place;
      constructor(error, program2, types) {
        const slot = (0, import_rejection.failingSlot)(error.log) ?? 0;
        const fn = program2.functions.findLast((each) => each.slot <= slot)?.name ?? program2.name;
        const missing = program2.missing.get(slot);
        const why = missing === void 0 ? (0, import_rejection.reason)(error.log) : `this kernel has no ${missing}`;
        const where = fn === program2.name ? fn : `${fn}() in ${program2.name}`;
        super(`the kernel's verifier refused ${where}: ${why}`);
        this.log = error.log;
        this.place = types && placeOf3(slot, program2, types.blob, this.message);
      }
    };
    REJECTION_HINT = "-v shows the whole log of the verifier.";
    MOST_LINES = 1 << 20;
  }
});

// src/kernel/load/linked-object.ts
function loadLinked(object, options) {
  const needy = object.programs.find(({ fragments }) => fragments);
  if (needy !== void 0 && !(0, import_kernel_version.isAtLeast)((0, import_kernel_version.runningKernel)(), FRAGMENTS_SINCE)) {
    throw new import_missing6.MissingError(
      `${needy.name} takes packets of several buffers (section ${needy.section}), which needs Linux ${FRAGMENTS_SINCE.join(".")}`,
      "in the section xdp it is one for packets of one buffer."
    );
  }
  const fds = [];
  const maps = /* @__PURE__ */ new Map();
  const programs = [];
  const types = object.btf && (0, import_reader4.readBtf)(object.btf);
  const close = () => {
    for (const fd of fds.splice(0).reverse()) (0, import_fd8.closeFd)(fd);
  };
  let withoutTypes;
  let btfFd;
  const kept = (fd) => {
    fds.push(fd);
    return fd;
  };
  try {
    try {
      if (object.btf !== void 0) btfFd = kept((0, import_btf.btfLoad)(object.btf));
    } catch (error) {
      if (!(error instanceof import_error6.SyscallError) || error.code === "EPERM") throw error;
      withoutTypes = `this kernel does not take the type information of the object (${error.message}): programs and maps are loaded without it`;
    }
    for (const definition3 of object.maps) {
      const maxEntries = entriesOf(definition3, options);
      const fd = kept(createMapOrSay(definition3, maxEntries, btfFd));
      maps.set(definition3.name, { definition: definition3, fd, maxEntries });
      if (definition3.initial !== void 0) (0, import_map.mapUpdateElem)(fd, word(0), definition3.initial);
      if (definition3.frozen) (0, import_map.mapFreeze)(fd);
    }
    for (const linked of object.programs) {
      const { fd, log } = loadProgram(linked, object.license, maps, btfFd, types, options);
      programs.push({ linked, fd: kept(fd), log });
    }
    for (const { definition: definition3, fd } of maps.values()) {
      for (const { slot, name } of definition3.entries) {
        const held = definition3.holds === "programs" ? programs.find(({ linked }) => linked.name === name)?.fd : maps.get(name)?.fd;
        (0, import_map.mapUpdateElem)(fd, word(slot), word(held ?? -1));
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return { programs, maps: [...maps.values()], types, withoutTypes, close };
}
function entriesOf({ type, maxEntries }, { possibleCpus: possibleCpus3 }) {
  switch (type) {
    case import_uapi9.MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY:
      return maxEntries || possibleCpus3;
    case import_uapi9.MapType.BPF_MAP_TYPE_RINGBUF:
    case import_uapi9.MapType.BPF_MAP_TYPE_USER_RINGBUF: {
      let size = LEAST_RING;
      while (size < maxEntries) size *= 2;
      return size;
    }
    default:
      return maxEntries;
  }
}
function createMapOrSay(definition3, maxEntries, btfFd) {
  try {
    return createMap(definition3, maxEntries, btfFd);
  } catch (error) {
    if (!(error instanceof import_error6.SyscallError) || error.code !== "EINVAL" && error.code !== "E2BIG") throw error;
    const { name, type, keySize, valueSize, flags } = definition3;
    throw new import_missing6.MissingError(
      `the kernel refuses the map ${name} (${(0, import_map_type5.mapTypeName)(type)}, key ${keySize} bytes, value ${valueSize} bytes, ${maxEntries} entries, flags ${flags}): ${error.code}`,
      "it has no maps of this type, or none of these sizes and flags; newer kernels may."
    );
  }
}
function createMap(definition3, maxEntries, btfFd) {
  const { name, type, keySize, valueSize, flags, extra, numaNode, keyType: keyType2, valueType: valueType2, holds: holds2 } = definition3;
  const inner = typeof holds2 === "object" ? createMap(holds2, holds2.maxEntries, btfFd) : void 0;
  const plain4 = {
    name,
    type,
    keySize,
    valueSize,
    maxEntries,
    flags: flags | (numaNode === void 0 ? 0 : import_uapi9.MapFlag.BPF_F_NUMA_NODE),
    ...extra === 0 ? {} : { extra: BigInt(extra) },
    ...numaNode === void 0 ? {} : { numaNode },
    ...inner === void 0 ? {} : { innerMapFd: inner }
  };
  try {
    if (btfFd === void 0 || valueType2 === 0) return (0, import_map.mapCreate)(plain4);
    try {
      return (0, import_map.mapCreate)({ ...plain4, btfFd, btfKeyTypeId: keyType2, btfValueTypeId: valueType2 });
    } catch (error) {
      if (!(error instanceof import_error6.SyscallError) || error.code === "EPERM") throw error;
      return (0, import_map.mapCreate)(plain4);
    }
  } finally {
    if (inner !== void 0) (0, import_fd8.closeFd)(inner);
  }
}
function loadProgram(linked, license, maps, btfFd, types, { logLevel }) {
  const insns = Uint8Array.from(linked.insns);
  const view = new DataView(insns.buffer);
  for (const { slot, map } of linked.maps) view.setInt32(slot * 8 + 4, maps.get(map).fd, import_attr3.LITTLE_ENDIAN);
  const plain4 = {
    type: import_uapi9.ProgType.BPF_PROG_TYPE_XDP,
    expectedAttachType: import_uapi9.AttachType.BPF_XDP,
    insns,
    name: linked.name,
    license,
    ...linked.fragments ? { flags: import_uapi9.ProgFlag.BPF_F_XDP_HAS_FRAGS } : {},
    ...logLevel === void 0 ? {} : { logLevel }
  };
  const { funcInfo, lineInfo } = linked;
  const typed = btfFd === void 0 || funcInfo === void 0 ? void 0 : { btfFd, funcInfo };
  try {
    try {
      return (0, import_program3.progLoad)({ ...plain4, ...typed, ...typed && lineInfo ? { lineInfo } : {} });
    } catch (error) {
      if (typed === void 0 || !isAboutTypes(error)) throw error;
      return (0, import_program3.progLoad)(plain4);
    }
  } catch (error) {
    if (error instanceof import_error6.VerifierError) throw new LinkedRejection(error, linked, types);
    throw error;
  }
}
function isAboutTypes(error) {
  return error instanceof import_error6.VerifierError && /func_info|line_info|BTF/.test(error.message);
}
function word(value) {
  const bytes3 = new Uint8Array(4);
  new DataView(bytes3.buffer).setInt32(0, value, import_attr3.LITTLE_ENDIAN);
  return bytes3;
}
var import_map_type5, import_uapi9, import_reader4, import_missing6, import_attr3, import_btf, import_error6, import_fd8, import_kernel_version, import_map, import_program3, FRAGMENTS_SINCE, LEAST_RING;
var init_linked_object = __esm({
  "src/kernel/load/linked-object.ts"() {
    "use strict";
    import_map_type5 = __toESM(require_map_type_ts(), 1);
    import_uapi9 = __toESM(require_uapi_ts(), 1);
    import_reader4 = __toESM(require_reader_ts(), 1);
    import_missing6 = __toESM(require_missing_ts(), 1);
    import_attr3 = __toESM(require_attr_ts(), 1);
    import_btf = __toESM(require_btf_ts(), 1);
    import_error6 = __toESM(require_error_ts(), 1);
    import_fd8 = __toESM(require_fd_ts(), 1);
    import_kernel_version = __toESM(require_kernel_version_ts(), 1);
    import_map = __toESM(require_map_ts(), 1);
    import_program3 = __toESM(require_program_ts2(), 1);
    init_linked_rejection();
    FRAGMENTS_SINCE = [5, 18];
    LEAST_RING = 1 << 16;
  }
});

// first:src/kernel/sys/process-name.ts.cjs
var require_process_name_ts = __commonJS({
  "first:src/kernel/sys/process-name.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/process-name.ts");
  }
});

// first:src/compiler/btf/shown-type.ts.cjs
var require_shown_type_ts = __commonJS({
  "first:src/compiler/btf/shown-type.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/btf/shown-type.ts");
  }
});

// first:src/compiler/types/layout.ts.cjs
var require_layout_ts = __commonJS({
  "first:src/compiler/types/layout.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/layout.ts");
  }
});

// first:src/kernel/sys/map-batch.ts.cjs
var require_map_batch_ts = __commonJS({
  "first:src/kernel/sys/map-batch.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/map-batch.ts");
  }
});

// src/runtime/linked-map.ts
function readLinkedMap({ definition: definition3, fd, maxEntries }, types, possibleCpus3) {
  const { name, type, keySize, valueSize, keyType: keyType2, valueType: valueType2, from } = definition3;
  if (!READABLE.includes(type)) return void 0;
  const perCpu = import_map_type6.PER_CPU_MAPS.includes(type);
  const stride = perCpu ? Math.ceil(valueSize / 8) * 8 : valueSize;
  const span = stride * (perCpu ? possibleCpus3 : 1);
  const contents = (0, import_map_batch.mapReadAll)(fd, { keySize, valueSize: span, maxEntries });
  const { count: count2, keys, values } = contents;
  const one = from === "data" ? dataType(name, valueSize, types) : typeOf(valueType2, valueSize, types);
  const key = from === "data" ? void 0 : typeOf(keyType2, keySize, types);
  const [keyData, data] = [viewOf3(keys), viewOf3(values)];
  const entries = [];
  for (let i = 0; i < count2; i++) {
    const at = i * span;
    if (import_map_type6.ARRAY_MAPS.includes(type) && key !== void 0 && isZero(values.subarray(at, at + span))) continue;
    const value2 = (copy) => (0, import_decode5.decodeRaw)(one, values, data, at + copy * stride);
    entries.push({
      key: key && (0, import_decode5.decodeRaw)(key, keys, keyData, i * keySize),
      value: perCpu ? Array.from({ length: possibleCpus3 }, (_, copy) => value2(copy)) : value2(0)
    });
  }
  const value = perCpu ? { kind: "array", of: one, count: possibleCpus3 } : one;
  return { name, key, value, entries };
}
function typeOf(id, size, types) {
  if (types !== void 0 && id !== 0) {
    const type = (0, import_shown_type.shownType)(types.typeOf(id), { btf: () => types });
    if ((0, import_layout2.rawSizeOf)(type) === size && size > 0) return type;
  }
  if (size === 1 || size === 2 || size === 4 || size === 8) return (0, import_type2.integer)(size, false);
  return { kind: "array", of: (0, import_type2.integer)(1, false), count: size };
}
function dataType(section, size, types) {
  const variables = types === void 0 ? [] : sectionVariables(types.blob, section);
  if (types === void 0 || variables.length === 0) return typeOf(0, size, void 0);
  const fields = variables.map(({ id, offset: offset2, size: bytes3 }) => {
    const type = typeOf(types.blob.sizeOrType(id), bytes3, types);
    return { name: types.blob.name(id), type, offset: offset2 };
  }).filter(({ type, offset: offset2 }) => offset2 + (0, import_layout2.rawSizeOf)(type) <= size);
  return { kind: "struct", tag: "struct", name: section, size, layout: { from: "fields", fields } };
}
function isZero(bytes3) {
  return bytes3.every((byte) => byte === 0);
}
function viewOf3(bytes3) {
  return new DataView(bytes3.buffer, bytes3.byteOffset, bytes3.byteLength);
}
var import_map_type6, import_uapi10, import_shown_type, import_decode5, import_layout2, import_type2, import_map_batch, READABLE;
var init_linked_map = __esm({
  "src/runtime/linked-map.ts"() {
    "use strict";
    import_map_type6 = __toESM(require_map_type_ts(), 1);
    import_uapi10 = __toESM(require_uapi_ts(), 1);
    init_sections();
    import_shown_type = __toESM(require_shown_type_ts(), 1);
    import_decode5 = __toESM(require_decode_ts(), 1);
    import_layout2 = __toESM(require_layout_ts(), 1);
    import_type2 = __toESM(require_type_ts(), 1);
    import_map_batch = __toESM(require_map_batch_ts(), 1);
    READABLE = [
      ...import_map_type6.PER_CPU_MAPS,
      ...import_map_type6.ARRAY_MAPS,
      import_uapi10.MapType.BPF_MAP_TYPE_HASH,
      import_uapi10.MapType.BPF_MAP_TYPE_LRU_HASH,
      import_uapi10.MapType.BPF_MAP_TYPE_LPM_TRIE
    ];
  }
});

// first:src/cli/announce.ts.cjs
var require_announce_ts = __commonJS({
  "first:src/cli/announce.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/announce.ts");
  }
});

// first:src/cli/report.ts.cjs
var require_report_ts2 = __commonJS({
  "first:src/cli/report.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/report.ts");
  }
});

// src/cli/xdp/config.ts
function loadConfig(o, args, invokedAs) {
  const [action, file2] = args;
  if (action === void 0) throw new import_config6.UsageError("xdp needs an action: load FILE.o");
  if (action !== "load") throw new import_config6.UsageError(`xdp: there is no action '${action}': it has load`);
  if (file2 === void 0) throw new import_config6.UsageError("xdp load needs an object file: clang -O2 -g -target bpf -c");
  const dryRun = o.dryRun === true;
  if (o.dev === void 0 && !dryRun)
    throw new import_config6.UsageError(
      "xdp load needs a network interface: --dev eth0 (or --dry-run, which attaches nowhere)"
    );
  const waiting = ["for", "interval", "maps"].find((name) => o[name] !== void 0);
  if (dryRun && waiting !== void 0)
    throw new import_config6.UsageError(`option '--${waiting}' does not go with --dry-run, which attaches nothing`);
  return {
    invokedAs,
    file: file2,
    device: o.dev,
    section: o.section,
    mode: o.mode,
    deadline: seconds("--for", o.for, 0),
    interval: seconds("--interval", o.interval, LEAST_INTERVAL2),
    maps: o.maps === true,
    dryRun,
    sshGuard: o.sshGuard !== false,
    format: o.format,
    output: o.output,
    quiet: o.quiet === true,
    verbose: o.verbose === true,
    color: o.color ?? "auto"
  };
}
function seconds(option, text4, least) {
  if (text4 === void 0) return void 0;
  const time = (0, import_command_line2.parseDuration)(text4);
  if (time >= least && time <= LONGEST) return time;
  throw new import_config6.UsageError(`option '${option}' takes ${least * 1e3}ms to ${LONGEST}s, not '${text4}'`);
}
var import_command_line2, import_config6, LONGEST, LEAST_INTERVAL2;
var init_config = __esm({
  "src/cli/xdp/config.ts"() {
    "use strict";
    import_command_line2 = __toESM(require_command_line_ts(), 1);
    import_config6 = __toESM(require_config_ts(), 1);
    LONGEST = 2147483;
    LEAST_INTERVAL2 = 0.01;
  }
});

// first:src/compiler/compile.ts.cjs
var require_compile_ts = __commonJS({
  "first:src/compiler/compile.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/compile.ts");
  }
});

// first:src/compiler/bpf/assemble.ts.cjs
var require_assemble_ts = __commonJS({
  "first:src/compiler/bpf/assemble.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/bpf/assemble.ts");
  }
});

// src/compiler/packet-front.ts
function guardScript(passes) {
  return `xdp:lo /${passes}/ { return XDP_PASS; } xdp:lo { return XDP_DROP; }`;
}
function frontOf(guard2, { deadline, fragments }) {
  const [program2] = guard2.programs;
  const [entry] = program2.functions;
  const front = {
    name: "front",
    params: 1,
    insns: instructions(entry.name, deadline),
    lines: [{ insn: 0, start: 0, end: 0 }]
  };
  return {
    ...guard2,
    maps: [
      ...guard2.maps,
      {
        name: NEXT_MAP,
        type: import_uapi11.MapType.BPF_MAP_TYPE_PROG_ARRAY,
        keySize: 4,
        valueSize: 4,
        maxEntries: 1,
        flags: 0
      }
    ],
    programs: [
      {
        ...program2,
        name: "ssh_guard",
        title: "the SSH guard",
        functions: [front, ...program2.functions],
        ...fragments ? { flags: import_uapi11.ProgFlag.BPF_F_XDP_HAS_FRAGS } : {}
      }
    ]
  };
}
function instructions(guard2, deadline) {
  const go = [(0, import_assemble.mov)(1, (0, import_assemble.reg)(CTX)), (0, import_assemble.loadMap)(2, NEXT_MAP), (0, import_assemble.mov)(3, (0, import_assemble.imm)(0)), (0, import_assemble.callHelper)("BPF_FUNC_tail_call")];
  const ask = [(0, import_assemble.mov)(1, (0, import_assemble.reg)(CTX)), (0, import_assemble.callFunction)(guard2), (0, import_assemble.jump)("eq", 0, (0, import_assemble.imm)(import_uapi11.XdpAction.XDP_PASS), (0, import_opcode5.slots)(go))];
  const time = deadline === void 0 ? [] : [
    (0, import_assemble.callHelper)("BPF_FUNC_ktime_get_ns"),
    (0, import_assemble.loadImmediate)(1, deadline),
    (0, import_assemble.jump)("ge", 0, (0, import_assemble.reg)(1), (0, import_opcode5.slots)([...ask, ...go]))
  ];
  return [(0, import_assemble.mov)(CTX, (0, import_assemble.reg)(1)), ...time, ...ask, ...go, (0, import_assemble.mov)(0, (0, import_assemble.imm)(import_uapi11.XdpAction.XDP_PASS)), (0, import_assemble.exit)()];
}
var import_assemble, import_opcode5, import_uapi11, NEXT_MAP, CTX;
var init_packet_front = __esm({
  "src/compiler/packet-front.ts"() {
    "use strict";
    import_assemble = __toESM(require_assemble_ts(), 1);
    import_opcode5 = __toESM(require_opcode_ts(), 1);
    import_uapi11 = __toESM(require_uapi_ts(), 1);
    NEXT_MAP = "next";
    CTX = 6;
  }
});

// first:src/kernel/host/ssh-session.ts.cjs
var require_ssh_session_ts = __commonJS({
  "first:src/kernel/host/ssh-session.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/ssh-session.ts");
  }
});

// first:src/kernel/load/object.ts.cjs
var require_object_ts2 = __commonJS({
  "first:src/kernel/load/object.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/load/object.ts");
  }
});

// first:src/cli/ssh-guard.ts.cjs
var require_ssh_guard_ts = __commonJS({
  "first:src/cli/ssh-guard.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/ssh-guard.ts");
  }
});

// src/cli/xdp/guard.ts
function openFront({ sshGuard: wanted, deadline }, [program2]) {
  const session = wanted ? (0, import_ssh_session.sshSession)() : void 0;
  if (session === void 0 || program2 === void 0) return void 0;
  const { passes, notice } = (0, import_ssh_guard.sshGuard)(session);
  const host2 = (0, import_host3.openHost)({ params: [], options: /* @__PURE__ */ new Map(), targetPid: void 0, variables: {} });
  const { spec } = (0, import_compile.compile)({ name: "guard", text: guardScript(passes.in) }, host2.env);
  if (spec === void 0) throw new import_diagnostic2.InternalError(`the SSH guard does not compile: ${passes.in}`);
  const until = deadline === void 0 ? void 0 : (0, import_clock4.readClock)(import_clock4.Clock.CLOCK_MONOTONIC) + BigInt(Math.round(deadline * 1e9));
  const front = frontOf(spec, { deadline: until, fragments: program2.linked.fragments });
  const { btf, possibleCpus: possibleCpus3 } = host2;
  const object = (0, import_object8.loadObject)(front, { btf, possibleCpus: possibleCpus3 });
  try {
    object.maps.get(NEXT_MAP).write(new Uint8Array(4), new Uint8Array(Uint32Array.of(program2.fd).buffer));
    const { fd } = object.programs[0];
    const id = (0, import_object9.progGetInfo)(fd).numbers.id;
    return {
      fd,
      notice: `${notice}; program ${id} is attached, which does so and hands all others on`,
      close: () => object.close()
    };
  } catch (error) {
    object.close();
    throw error;
  }
}
var import_compile, import_diagnostic2, import_clock4, import_host3, import_ssh_session, import_object8, import_object9, import_ssh_guard;
var init_guard = __esm({
  "src/cli/xdp/guard.ts"() {
    "use strict";
    import_compile = __toESM(require_compile_ts(), 1);
    import_diagnostic2 = __toESM(require_diagnostic_ts(), 1);
    init_packet_front();
    import_clock4 = __toESM(require_clock_ts(), 1);
    import_host3 = __toESM(require_host_ts(), 1);
    import_ssh_session = __toESM(require_ssh_session_ts(), 1);
    import_object8 = __toESM(require_object_ts2(), 1);
    import_object9 = __toESM(require_object_ts(), 1);
    import_ssh_guard = __toESM(require_ssh_guard_ts(), 1);
  }
});

// src/cli/xdp/remarks.ts
function remarksOf({ maps, withoutTypes }) {
  const named3 = (list5) => list5.map(({ definition: definition3 }) => definition3.name).join(", ");
  const out = withoutTypes === void 0 ? [] : [withoutTypes];
  const pinned = maps.filter(({ definition: definition3 }) => definition3.pinned);
  if (pinned.length > 0) {
    out.push(
      `the object asks for its maps ${named3(pinned)} to be pinned in the bpf file system: they are not, and go away with the program`
    );
  }
  const events = maps.filter(({ definition: definition3 }) => EVENTS.includes(definition3.type));
  if (events.length > 0) out.push(`events that the program sends to ${named3(events)} are not read`);
  const empty = maps.filter(
    ({ definition: { type, entries } }) => FILLED.includes(type) && entries.length === 0
  );
  if (empty.length > 0) {
    out.push(
      `nothing is in ${named3(empty)} until somebody fills it (bpftool map update id ${empty.map(mapId).join(", ")})`
    );
  }
  return out;
}
function mapId({ fd }) {
  return (0, import_object10.mapGetInfo)(fd).numbers.id;
}
function stepsOf2({ maps, programs }) {
  return [
    ...maps.map((map) => {
      const { name, type, keySize, valueSize } = map.definition;
      return `map ${name}: id ${mapId(map)}, ${(0, import_map_type7.mapTypeName)(type)}, key ${keySize} bytes, value ${valueSize} bytes, ${map.maxEntries} entries
`;
    }),
    ...programs.map(({ linked, fd, log }) => {
      const { numbers, tag } = (0, import_object10.progGetInfo)(fd);
      const functions = linked.functions.map(({ name }) => name).join(", ");
      return `program ${linked.name} (section ${linked.section}): id ${numbers.id}, tag ${tag}, ${linked.insns.length / 8} instructions of ${functions}
${log}`;
    })
  ].join("");
}
var import_map_type7, import_uapi12, import_object10, EVENTS, FILLED;
var init_remarks = __esm({
  "src/cli/xdp/remarks.ts"() {
    "use strict";
    import_map_type7 = __toESM(require_map_type_ts(), 1);
    import_uapi12 = __toESM(require_uapi_ts(), 1);
    import_object10 = __toESM(require_object_ts(), 1);
    EVENTS = [import_uapi12.MapType.BPF_MAP_TYPE_RINGBUF, import_uapi12.MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY];
    FILLED = [
      import_uapi12.MapType.BPF_MAP_TYPE_DEVMAP,
      import_uapi12.MapType.BPF_MAP_TYPE_DEVMAP_HASH,
      import_uapi12.MapType.BPF_MAP_TYPE_CPUMAP,
      import_uapi12.MapType.BPF_MAP_TYPE_XSKMAP,
      import_uapi12.MapType.BPF_MAP_TYPE_PROG_ARRAY
    ];
  }
});

// src/cli/xdp/rows.ts
function describeAttached({
  device: device2,
  mode,
  fd
}) {
  const { numbers, name, tag } = (0, import_object11.progGetInfo)(fd);
  return { device: device2, mode, id: numbers.id, name, tag, jited: numbers.jited_prog_len };
}
function runsOf(fd) {
  const { numbers } = (0, import_object11.progGetInfo)(fd);
  return { runs: numbers.run_cnt, time: numbers.run_time_ns, at: (0, import_clock5.readClock)(import_clock5.Clock.CLOCK_MONOTONIC) };
}
function ratesOf2(before, now) {
  const ran = now.runs - before.runs;
  return {
    runs: now.runs,
    perSecond: now.at === before.at ? void 0 : ran * 1000000000n / (now.at - before.at),
    average: ran === 0n ? void 0 : (now.time - before.time) / ran
  };
}
function loadedRow({ linked, fd }) {
  const { numbers, tag } = (0, import_object11.progGetInfo)(fd);
  return {
    name: linked.name,
    section: linked.section,
    tag,
    instructions: BigInt(linked.insns.length / 8),
    verified: numbers.verified_insns,
    jited: numbers.jited_prog_len,
    maps: numbers.nr_map_ids
  };
}
var import_clock5, import_object11, ATTACHED_FIELDS, MEASURED_FIELDS, LOADED_FIELDS;
var init_rows = __esm({
  "src/cli/xdp/rows.ts"() {
    "use strict";
    import_clock5 = __toESM(require_clock_ts(), 1);
    import_object11 = __toESM(require_object_ts(), 1);
    ATTACHED_FIELDS = [
      { name: "interface", of: ({ device: device2 }) => device2 },
      { name: "mode", of: ({ mode }) => mode },
      { name: "id", of: ({ id }) => id, align: "right" },
      { name: "name", of: ({ name }) => name },
      { name: "tag", of: ({ tag }) => tag },
      { name: "jited_bytes", of: ({ jited }) => jited, align: "right" }
    ];
    MEASURED_FIELDS = [
      { name: "time", of: () => (/* @__PURE__ */ new Date()).toTimeString().slice(0, 8) },
      ...ATTACHED_FIELDS.filter(({ name }) => name !== "jited_bytes"),
      { name: "rate", of: ({ perSecond }) => perSecond, align: "right" },
      { name: "avg_ns", of: ({ average }) => average, align: "right" },
      { name: "runs", of: ({ runs }) => runs, align: "right" }
    ];
    LOADED_FIELDS = [
      { name: "program", of: ({ name }) => name },
      { name: "section", of: ({ section }) => section },
      { name: "tag", of: ({ tag }) => tag },
      { name: "instructions", of: ({ instructions: instructions2 }) => instructions2, align: "right" },
      { name: "verified", of: ({ verified }) => verified, align: "right" },
      { name: "jited_bytes", of: ({ jited }) => jited, align: "right" },
      { name: "maps", of: ({ maps }) => maps, align: "right" }
    ];
  }
});

// src/cli/xdp/xdp.ts
var xdp_exports = {};
__export(xdp_exports, {
  xdp: () => xdp
});
async function xdp(options, args, invokedAs) {
  const config = loadConfig(options, args, invokedAs);
  try {
    return await load(config);
  } catch (error) {
    if (error instanceof import_byte_output8.BrokenPipe) return 0;
    throw error;
  }
}
async function load(config) {
  const linked = link(config);
  if (config.device !== void 0) checkInterface(config.device);
  (0, import_rlimit2.raiseMemlock)();
  (0, import_process_name.setProcessName)(config.invokedAs);
  let object;
  try {
    object = loadLinked(linked, {
      possibleCpus: (0, import_cpu.possibleCpus)(),
      ...config.verbose ? { logLevel: 1 } : {}
    });
  } catch (error) {
    if (error instanceof LinkedRejection) return reportRejection(error, config);
    throw error;
  }
  try {
    if (config.verbose) (0, import_standard_error8.say)(stepsOf2(object));
    const remarks = config.quiet ? [] : remarksOf(object);
    for (const remark of remarks) (0, import_standard_error8.say)(`NOTE: ${remark}
`);
    return await (config.dryRun ? showLoaded(config, object) : runAttached(config, object));
  } finally {
    object.close();
  }
}
function link({ file: file2, section }) {
  try {
    return linkObject((0, import_node_fs6.readFileSync)(file2), section, {
      types: (0, import_vmlinux_btf3.openVmlinuxBtf)(),
      release: (0, import_kernel_version2.runningKernel)(),
      option: import_kernel_option.kernelOption
    });
  } catch (error) {
    if (error instanceof ObjectError) throw new import_missing7.MissingError(`${file2}: ${error.message}`, error.hint);
    throw error;
  }
}
function checkInterface(name) {
  if ((0, import_interfaces4.netInterface)(name) !== void 0) return;
  const near = (0, import_suggest4.didYouMean)(
    name,
    (0, import_interfaces4.netInterfaces)().map((each) => each.name)
  );
  throw new import_missing7.MissingError(
    `there is no network interface '${name}' here`,
    near ?? "ip link shows those of this network namespace."
  );
}
async function reportRejection(error, { verbose, color: color2 }) {
  if (verbose) (0, import_standard_error8.say)(error.log);
  const { place: place2 } = error;
  if (place2 !== void 0) await (0, import_report3.reportDiagnostics)([place2.diagnostic], place2.source, (0, import_standard_error8.colorsErrors)(color2));
  else (0, import_standard_error8.say)(`ERROR: ${error.message}
HINT: ${REJECTION_HINT}
`);
  return 1;
}
async function showLoaded(config, object) {
  const printer = await openRows(config);
  printer.print(LOADED_FIELDS, object.programs.map(loadedRow));
  await printer.close();
  return 0;
}
async function runAttached(config, object) {
  const { device: device2 = "", mode, deadline, interval } = config;
  const [program2] = object.programs;
  const front = openFront(config, object.programs);
  if (front !== void 0 && !config.quiet) (0, import_standard_error8.say)(`NOTE: ${front.notice}
`);
  const printer = await openRows(config, "line");
  const ending = new Ending();
  const stats = interval === void 0 ? void 0 : (0, import_program_run4.enableStats)();
  let timer;
  try {
    const entry = front?.fd ?? program2.fd;
    const attached = (0, import_xdp.attachXdp)(entry, device2, mode, `${program2.linked.name} to ${device2}`);
    try {
      if (deadline !== void 0) timer = setTimeout(() => ending.end(), deadline * 1e3);
      if (attached.notice !== void 0 && !config.quiet) (0, import_standard_error8.say)(`NOTE: ${device2}: ${attached.notice}
`);
      const row3 = describeAttached({ device: device2, mode: attached.mode, fd: program2.fd });
      if (interval === void 0) printer.print(ATTACHED_FIELDS, [row3]);
      else printer.print(MEASURED_FIELDS, [{ ...row3, ...runsOf(entry) }]);
      (0, import_announce.announceAttached)(import_standard_error8.sayOut);
      await (interval === void 0 ? ending.wait() : measure(entry, interval, ending, (report) => {
        printer.print(MEASURED_FIELDS, [{ ...row3, ...report }]);
      }));
    } finally {
      (0, import_announce.announceEnding)();
      attached.close();
    }
    if (config.maps) printMaps(object, printer);
  } finally {
    clearTimeout(timer);
    ending.close();
    if (stats !== void 0) (0, import_fd9.closeFd)(stats);
    front?.close();
    await printer.close();
  }
  return 0;
}
async function measure(fd, interval, ending, tell) {
  let before = runsOf(fd);
  while (!ending.over) {
    await ending.wait(interval * 1e3);
    const now = runsOf(fd);
    tell(ratesOf2(before, now));
    before = now;
  }
}
function printMaps({ maps, types }, printer) {
  for (const map of maps) {
    if (map.definition.frozen) continue;
    const snapshot = readLinkedMap(map, types, (0, import_cpu.possibleCpus)());
    if (snapshot !== void 0) printer.map(snapshot);
  }
}
var import_node_fs6, import_suggest4, import_xdp, import_cpu, import_interfaces4, import_kernel_option, import_missing7, import_vmlinux_btf3, import_fd9, import_kernel_version2, import_process_name, import_program_run4, import_rlimit2, import_byte_output8, import_announce, import_report3, import_standard_error8;
var init_xdp = __esm({
  "src/cli/xdp/xdp.ts"() {
    "use strict";
    import_node_fs6 = require("node:fs");
    import_suggest4 = __toESM(require_suggest_ts(), 1);
    init_link_object();
    init_object_error();
    import_xdp = __toESM(require_xdp_ts(), 1);
    import_cpu = __toESM(require_cpu_ts(), 1);
    import_interfaces4 = __toESM(require_interfaces_ts(), 1);
    import_kernel_option = __toESM(require_kernel_option_ts(), 1);
    import_missing7 = __toESM(require_missing_ts(), 1);
    import_vmlinux_btf3 = __toESM(require_vmlinux_btf_ts(), 1);
    init_linked_object();
    init_linked_rejection();
    import_fd9 = __toESM(require_fd_ts(), 1);
    import_kernel_version2 = __toESM(require_kernel_version_ts(), 1);
    import_process_name = __toESM(require_process_name_ts(), 1);
    import_program_run4 = __toESM(require_program_run_ts(), 1);
    import_rlimit2 = __toESM(require_rlimit_ts(), 1);
    import_byte_output8 = __toESM(require_byte_output_ts(), 1);
    init_linked_map();
    import_announce = __toESM(require_announce_ts(), 1);
    init_ending();
    init_print_rows();
    import_report3 = __toESM(require_report_ts2(), 1);
    import_standard_error8 = __toESM(require_standard_error_ts(), 1);
    init_config();
    init_guard();
    init_remarks();
    init_rows();
  }
});

// src/cli/library/tplist.ts
var tplist_exports = {};
__export(tplist_exports, {
  listTracepoints: () => listTracepoints
});
function listTracepoints(opts, [pattern2 = "*"], invokedAs) {
  const { pid, lib, verbose, output } = opts;
  const named3 = pattern2.includes(":") ? pattern2 : `*:${pattern2}`;
  const probes = pid === void 0 && lib === void 0 ? `tracepoint:${named3}` : `usdt:${lib ?? "*"}:${named3}`;
  const words4 = ["--list"];
  if (verbose === true) words4.push("--verbose");
  if (pid !== void 0) words4.push("--pid", String(pid));
  if (output !== void 0) words4.push("--output", output);
  const parsed = (0, import_command_line3.parseCommandLine)(invokedAs, [...words4, probes], () => []);
  if (!("config" in parsed)) throw new import_diagnostic3.InternalError("tplist: no configuration");
  return list(parsed.config);
}
var import_diagnostic3, import_command_line3;
var init_tplist = __esm({
  "src/cli/library/tplist.ts"() {
    "use strict";
    import_diagnostic3 = __toESM(require_diagnostic_ts(), 1);
    import_command_line3 = __toESM(require_command_line_ts(), 1);
    init_list();
  }
});

// src/cli/library/tools.ts
var tools_exports = {};
__export(tools_exports, {
  listTools: () => listTools,
  toolList: () => toolList
});
async function listTools(opts, words4) {
  const all2 = catalog();
  const found = all2.filter((tool) => isAbout(tool, words4));
  if (found.length === 0) {
    const hint = (0, import_suggest5.didYouMean)(words4[0] ?? "", [...all2.map(({ name }) => name), ...import_topics2.TOPICS]);
    (0, import_standard_error9.say)(`No tool is about "${words4.join(" ")}"${hint === void 0 ? "" : `; ${hint}`}
`);
    return 1;
  }
  const format3 = opts.format;
  const output = opts.output;
  if (format3 === void 0 || format3 === "text") {
    const to = (0, import_byte_output9.openByteOutput)({ path: output, buffering: "full" });
    to.write(Buffer.from(toolList(found), "utf8"));
    to.close();
    return 0;
  }
  const { openRows: openRows2 } = await Promise.resolve().then(() => (init_print_rows(), print_rows_exports));
  const printer = await openRows2({ format: format3, output });
  printer.print(
    FIELDS2,
    found.filter(({ hiddenBy }) => hiddenBy === void 0)
  );
  await printer.close();
  return 0;
}
function toolList(tools2) {
  const width = Math.max(...tools2.map(({ name }) => name.length)) + 2;
  const groups = [...import_topics2.TOPICS, void 0].flatMap((topic) => {
    const of2 = tools2.filter(({ header }) => header?.topic === topic);
    if (of2.length === 0) return [];
    const lines = of2.map((tool) => `  ${tool.name.padEnd(width)}${wordsOf(tool)}`.trimEnd());
    return [[topic === void 0 ? OTHER : (0, import_topics2.topicTitle)(topic), ...lines].join("\n")];
  });
  return `${groups.join("\n\n")}
`;
}
function wordsOf({ header, folder, hiddenBy }) {
  const notes = [
    ...folder.origin === "library" ? [] : [shortened(folder.path)],
    ...hiddenBy === void 0 ? [] : [`hidden by ${shortened(hiddenBy)}`]
  ];
  const note = notes.length === 0 ? "" : `(${notes.join(", ")})`;
  return [header?.summary ?? "", note].filter(Boolean).join("  ");
}
function shortened(path2) {
  const home = (0, import_node_os.homedir)();
  return home.length > 1 && path2.startsWith(`${home}/`) ? `~${path2.slice(home.length)}` : path2;
}
var import_node_os, import_suggest5, import_topics2, import_byte_output9, import_standard_error9, OTHER, FIELDS2;
var init_tools = __esm({
  "src/cli/library/tools.ts"() {
    "use strict";
    import_node_os = require("node:os");
    import_suggest5 = __toESM(require_suggest_ts(), 1);
    import_topics2 = __toESM(require_topics_ts(), 1);
    import_byte_output9 = __toESM(require_byte_output_ts(), 1);
    import_standard_error9 = __toESM(require_standard_error_ts(), 1);
    init_catalog();
    OTHER = "Other";
    FIELDS2 = [
      { name: "name", of: (tool) => tool.name },
      { name: "topic", of: (tool) => tool.header?.topic },
      { name: "summary", of: (tool) => tool.header?.summary },
      { name: "path", of: (tool) => tool.path }
    ];
  }
});

// src/docgen/roff.ts
function renderRoff(page, edition) {
  const title = page.name.toUpperCase();
  const lines = [
    '.\\" Generated by "npm run gen": edit its sources instead.',
    `.TH ${title} ${page.section} ${edition.date} "${edition.version}" "${MANUAL[page.section]}"`,
    ".SH NAME",
    `${escapeLiteral(page.name)} \\- ${inline(page.summary)}`
  ];
  for (const section of page.sections) {
    lines.push(`.SH ${section.title.includes(" ") ? `"${section.title}"` : section.title}`);
    lines.push(...blocks(section.blocks, ".PP"));
  }
  return `${lines.join("\n")}
`;
}
function blocks(list5, between) {
  const lines = [];
  let fresh = true;
  for (const block of list5) {
    switch (block.kind) {
      case "text":
        if (!fresh) lines.push(between);
        lines.push(...sentences(block.text));
        break;
      case "code":
        if (!fresh) lines.push(between);
        lines.push(...between === ".PP" ? [".RS 4", ...example(block.text), ".RE"] : example(block.text));
        break;
      case "terms":
        lines.push(...block.terms.flatMap(term));
        break;
      case "heading":
        lines.push(`.SS ${/\s/.test(block.text) ? `"${inline(block.text)}"` : inline(block.text)}`);
        fresh = true;
        continue;
      default:
        (0, import_diagnostic4.assertNever)(block);
    }
    fresh = false;
  }
  return lines;
}
function term({ term: term2, blocks: body }) {
  return [".TP", guard(inline(term2)), ...blocks(body, ".IP")];
}
function example(source) {
  return [".EX", ...source.split("\n").map((line3) => guard(escapeLiteral(line3))), ".EE"];
}
function sentences(paragraph2) {
  return paragraph2.split(/(?<=[.!?]\)?) (?=[A-Z(`<])/).map((sentence2) => guard(inline(sentence2))).filter((line3) => line3 !== "");
}
function inline(marked) {
  return marked.split(/(`[^`]*`|<[a-z][a-z0-9-]*>)/).map((part) => {
    if (part.startsWith("`")) return `\\fB${escapeLiteral(part.slice(1, -1))}\\fP`;
    if (/^<[a-z]/.test(part)) return `\\fI${escapeText4(part.slice(1, -1))}\\fP`;
    return escapeText4(part);
  }).join("");
}
function escapeText4(plain4) {
  return plain4.replaceAll("\\", "\\e").replaceAll("^", "\\(ha").replaceAll("~", "\\(ti");
}
function escapeLiteral(plain4) {
  return plain4.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq").replaceAll("`", "\\(ga").replaceAll("^", "\\(ha").replaceAll("~", "\\(ti");
}
function guard(line3) {
  return /^[.']/.test(line3) ? `\\&${line3}` : line3;
}
var import_diagnostic4, MANUAL;
var init_roff = __esm({
  "src/docgen/roff.ts"() {
    "use strict";
    import_diagnostic4 = __toESM(require_diagnostic_ts(), 1);
    MANUAL = {
      7: "Miscellaneous Information Manual",
      8: "System Manager's Manual"
    };
  }
});

// src/docgen/roff-text.ts
function roffText(roff, width) {
  const page = new TextPage(width);
  let head;
  for (const line3 of roff.split("\n")) {
    const [, macro = "", rest = ""] = /^\.([A-Z]+|\\")(?: +(.*))?$/.exec(line3) ?? [];
    if (macro === "") {
      if (line3 === "") continue;
      const text4 = plain(line3);
      if (head === "") {
        page.term(text4);
        head = void 0;
      } else page.text(text4);
      continue;
    }
    switch (macro) {
      case "SH":
        page.heading(unquoted(rest), 0);
        break;
      case "SS":
        page.heading(unquoted(rest), 3);
        break;
      case "PP":
        page.paragraph(false);
        break;
      case "IP":
        page.paragraph(true);
        break;
      case "TP":
        page.paragraph(false);
        head = "";
        break;
      case "RS":
      case "RE":
        page.shift(macro === "RS" ? STEP : -STEP);
        break;
      case "EX":
      case "EE":
        page.asWritten(macro === "EX");
        break;
      default:
        break;
    }
  }
  return page.end();
}
function plain(line3) {
  return line3.replace(/\\f[BIPR]|\\\(\w\w|\\./g, (sequence) => ESCAPES[sequence] ?? "");
}
function unquoted(words4) {
  return plain(words4.replace(/^"(.*)"$/, "$1"));
}
var INDENT, STEP, TextPage, ESCAPES;
var init_roff_text = __esm({
  "src/docgen/roff-text.ts"() {
    "use strict";
    INDENT = 7;
    STEP = 4;
    TextPage = class {
      #lines = [];
      #width;
      #shift = 0;
      #inTerm = false;
      #exact = false;
      /** Words of the paragraph that is being filled. */
      #words = [];
      constructor(width) {
        this.#width = width;
      }
      heading(text4, indent2) {
        this.paragraph(false);
        this.#shift = 0;
        this.#gap();
        this.#lines.push(" ".repeat(indent2) + text4);
      }
      paragraph(inTerm) {
        this.#fill();
        this.#inTerm = inTerm;
        this.#gapUnlessHeaded();
      }
      term(text4) {
        this.#lines.push(" ".repeat(INDENT + this.#shift) + text4);
        this.#inTerm = true;
      }
      text(text4) {
        if (this.#exact) this.#lines.push((this.#indent() + text4).trimEnd());
        else this.#words.push(...text4.split(" ").filter(Boolean));
      }
      shift(by) {
        this.#fill();
        this.#shift = Math.max(0, this.#shift + by);
      }
      asWritten(exact) {
        this.#fill();
        this.#exact = exact;
      }
      end() {
        this.#fill();
        return `${this.#lines.join("\n").replace(/\n{3,}/g, "\n\n").trim()}
`;
      }
      #indent() {
        return " ".repeat(INDENT + this.#shift + (this.#inTerm ? STEP : 0));
      }
      #fill() {
        let line3 = "";
        for (const word4 of this.#words.splice(0)) {
          const longer = line3 === "" ? this.#indent() + word4 : `${line3} ${word4}`;
          if (line3 !== "" && longer.length > this.#width) {
            this.#lines.push(line3);
            line3 = this.#indent() + word4;
          } else line3 = longer;
        }
        if (line3 !== "") this.#lines.push(line3);
      }
      #gap() {
        if (this.#lines.length > 0) this.#lines.push("");
      }
      /** A heading stands right above what it heads. */
      #gapUnlessHeaded() {
        const last2 = this.#lines.at(-1);
        if (last2?.startsWith(" ".repeat(INDENT)) === true) this.#lines.push("");
      }
    };
    ESCAPES = {
      "\\(aq": "'",
      "\\(ga": "`",
      "\\(ha": "^",
      "\\(ti": "~",
      "\\e": "\\",
      "\\-": "-",
      "\\&": ""
    };
  }
});

// src/docgen/page.ts
function text2(...paragraphs) {
  return paragraphs.map((paragraph2) => ({ kind: "text", text: paragraph2 }));
}
function code(...lines) {
  return { kind: "code", text: lines.join("\n") };
}
function terms(rows) {
  return { kind: "terms", terms: rows.map(([term2, meaning]) => ({ term: term2, blocks: text2(meaning) })) };
}
function sentence(words4) {
  return /[.!?:]$/.test(words4) ? words4 : `${words4}.`;
}
function capital(words4) {
  return words4.charAt(0).toUpperCase() + words4.slice(1);
}
var init_page = __esm({
  "src/docgen/page.ts"() {
    "use strict";
  }
});

// src/docgen/tool-page.ts
function toolPage(header, options, shared) {
  const sections = [
    {
      title: "SYNOPSIS",
      blocks: text2(
        [
          `\`tsbpf\` [<tsbpf-options>] \`${header.name}\` [<options>]`,
          ...header.parameters.map(({ name }) => parameterText(name))
        ].join(" ")
      )
    },
    { title: "DESCRIPTION", blocks: header.description.flatMap(paragraph) },
    header.parameters.length === 0 ? void 0 : {
      title: "PARAMETERS",
      blocks: [
        terms(
          header.parameters.map(({ name, meaning }) => [parameterText(name), sentence(capital(meaning))])
        )
      ]
    },
    { title: "OPTIONS", blocks: optionBlocks(options) },
    { title: "OPTIONS OF ALL TOOLS", blocks: sharedBlocks(shared, header.parameters.length > 0) },
    header.columns.length === 0 ? void 0 : {
      title: "COLUMNS",
      blocks: [
        terms(header.columns.map(({ name, meaning }) => [`\`${name}\``, sentence(capital(meaning))]))
      ]
    },
    list2("REQUIREMENTS", header.requires),
    header.overhead === void 0 ? void 0 : { title: "OVERHEAD", blocks: text2(sentence(capital(header.overhead))) },
    header.examples.length === 0 ? void 0 : {
      title: "EXAMPLES",
      blocks: header.examples.flatMap(({ command, explanation }) => [
        ...explanation === "" ? [] : text2(sentence(explanation)),
        code(command)
      ])
    },
    {
      title: "SEE ALSO",
      blocks: text2(["tsbpf(8)", "tsbpf-language(7)", ...header.seeAlso].map(reference).join(", "))
    }
  ];
  return {
    name: `tsbpf-${header.name}`,
    section: 8,
    summary: header.summary,
    sections: sections.filter((section) => section !== void 0)
  };
}
function paragraph(written) {
  return written.includes("\n") ? [code(...written.split("\n"))] : text2(written);
}
function optionBlocks(options) {
  const rows = options.map((option) => {
    const short = option.short === void 0 ? "" : `\`-${option.short}\`, `;
    const value = option.flag ? "" : " <value>";
    const preset = hasDefault(option) ? ` The default is \`${option.default}\`.` : "";
    return [`${short}\`--${option.name}\`${value}`, `${sentence(capital(option.help ?? ""))}${preset}`];
  });
  return [terms([...rows, ["`-h`, `--help`", "Show help."]])];
}
function sharedBlocks(shared, hasParameters) {
  return [
    terms(
      shared.map(([flags, meaning]) => [
        flags.replace(/--?[\w-]+/g, (flag) => `\`${flag}\``),
        sentence(capital(meaning))
      ])
    ),
    ...hasParameters ? [] : text2(
      "Words behind the name are an interval in seconds and how often: `1 10` is `--interval 1 --count 10`, or the same with an interval that the tool has of its own."
    ),
    ...text2("All options of `tsbpf`(8) may stand before the name, and in their long form behind it.")
  ];
}
function hasDefault({ flag, default: value }) {
  return !flag && value !== void 0 && value !== "0" && value !== '""';
}
function list2(title, items) {
  return items.length === 0 ? void 0 : { title, blocks: text2(...items.map((item) => sentence(capital(item)))) };
}
function reference(page) {
  return page.replace(/^(.*?)(\(\d\w*\))?$/, "`$1`$2");
}
function parameterText(name) {
  return name.toLowerCase().replace(/\w[\w-]*/, "<$&>");
}
var init_tool_page = __esm({
  "src/docgen/tool-page.ts"() {
    "use strict";
    init_page();
  }
});

// first:src/cli/version.ts.cjs
var require_version_ts = __commonJS({
  "first:src/cli/version.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/version.ts");
  }
});

// src/cli/library/help.ts
var help_exports = {};
__export(help_exports, {
  showHelp: () => showHelp
});
function showHelp(name, invokedAs) {
  const page = name === void 0 ? manual("tsbpf.8") : pageOf(name, invokedAs);
  if (page.roff === void 0) (0, import_standard_error10.sayOut)(page.text);
  else if (!(0, import_terminal3.isTerminal)(1) || !readByMan(page.roff)) (0, import_standard_error10.sayOut)(roffText(page.roff, WIDTH));
  return 0;
}
function pageOf(name, invokedAs) {
  if (name === "language" || name === "tutorial") return manual(`tsbpf-${name}.7`);
  if ((0, import_subcommand_words3.isSubcommand)(name)) return manual(`tsbpf-${name}.8`);
  const tool = (0, import_tool_folders3.findTool)(name);
  if (tool === void 0) {
    const hint = (0, import_suggest6.didYouMean)(name, [...(0, import_tool_folders3.toolNames)(), ...import_subcommand_words3.SUBCOMMAND_WORDS, "language", "tutorial"]);
    throw new import_config8.UsageError(`no tool '${name}'; ${hint ?? "'tsbpf tools' lists the tools"}`);
  }
  return tool.folder.origin === "library" ? manual(`tsbpf-${name}.8`) : ownPage(tool, invokedAs);
}
function manual(name) {
  const path2 = (0, import_node_path2.join)((0, import_tool_folders3.packageFolder)("man") ?? "", name);
  if (!(0, import_node_fs7.existsSync)(path2)) throw new import_config8.UsageError(`the page ${name} is not where it should be: ${path2}`);
  return { roff: (0, import_node_fs7.readFileSync)(path2, "utf8") };
}
function ownPage({ name, path: path2 }, invokedAs) {
  const file2 = { name: path2, text: (0, import_node_fs7.readFileSync)(path2, "utf8") };
  const { header } = (0, import_script_header3.parseScriptHeader)(file2);
  if (header === void 0)
    return {
      text: (0, import_script_options2.scriptHelp)(
        invokedAs,
        name,
        file2,
        (0, import_script_options2.optionsOf)(file2, (0, import_source_files2.sourceFiles)({ script: path2, library: (0, import_tool_folders3.packageFolder)("scripts-library") }))
      )
    };
  const options = (0, import_script_options2.declaredOptions)((0, import_parse2.parse)(file2, { params: [] }));
  const page = toolPage({ ...header, name }, options, (0, import_shared_options2.sharedWith)(options));
  const today = (/* @__PURE__ */ new Date()).toISOString().slice(0, 10);
  return { roff: renderRoff(page, { version: `tsbpf ${import_version.VERSION}`, date: today }) };
}
function readByMan(roff) {
  const folder = (0, import_node_fs7.mkdtempSync)((0, import_node_path2.join)((0, import_node_os2.tmpdir)(), "tsbpf-help-"));
  try {
    const file2 = (0, import_node_path2.join)(folder, "page.8");
    (0, import_node_fs7.writeFileSync)(file2, roff);
    return (0, import_node_child_process.spawnSync)("man", ["-l", file2], { stdio: ["inherit", "inherit", "ignore"] }).status === 0;
  } finally {
    (0, import_node_fs7.rmSync)(folder, { recursive: true, force: true });
  }
}
var import_node_child_process, import_node_fs7, import_node_os2, import_node_path2, import_suggest6, import_parse2, import_script_header3, import_source_files2, import_terminal3, import_config8, import_script_options2, import_shared_options2, import_standard_error10, import_subcommand_words3, import_tool_folders3, import_version, WIDTH;
var init_help = __esm({
  "src/cli/library/help.ts"() {
    "use strict";
    import_node_child_process = require("node:child_process");
    import_node_fs7 = require("node:fs");
    import_node_os2 = require("node:os");
    import_node_path2 = require("node:path");
    import_suggest6 = __toESM(require_suggest_ts(), 1);
    import_parse2 = __toESM(require_parse_ts(), 1);
    import_script_header3 = __toESM(require_script_header_ts(), 1);
    init_roff();
    init_roff_text();
    init_tool_page();
    import_source_files2 = __toESM(require_source_files_ts(), 1);
    import_terminal3 = __toESM(require_terminal_ts(), 1);
    import_config8 = __toESM(require_config_ts(), 1);
    import_script_options2 = __toESM(require_script_options_ts(), 1);
    import_shared_options2 = __toESM(require_shared_options_ts(), 1);
    import_standard_error10 = __toESM(require_standard_error_ts(), 1);
    import_subcommand_words3 = __toESM(require_subcommand_words_ts(), 1);
    import_tool_folders3 = __toESM(require_tool_folders_ts(), 1);
    import_version = __toESM(require_version_ts(), 1);
    WIDTH = 80;
  }
});

// src/cli/complete/scripts.ts
var scripts_exports = {};
__export(scripts_exports, {
  completionScript: () => completionScript
});
function completionScript(shell, name) {
  return SCRIPTS[shell].replaceAll("tsbpf", name);
}
var SCRIPTS;
var init_scripts = __esm({
  "src/cli/complete/scripts.ts"() {
    "use strict";
    SCRIPTS = {
      bash: `# bash completion for tsbpf: eval "$(tsbpf completion bash)"
_tsbpf() {
	local lines
	mapfile -t lines < <(tsbpf complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
	COMPREPLY=("\${lines[@]:1}")
	case \${lines[0]} in
	files) compopt -o default -o bashdefault ;;
	more)
		compopt -o nospace
		# A word in quotes goes on: bash would close them behind the only candidate.
		if ((\${#COMPREPLY[@]} == 1)); then
			case \${COMP_LINE:0:COMP_POINT} in
			*[\\'\\"]*) COMPREPLY+=("\${COMPREPLY[0]} ") ;;
			esac
		# Of a list only what is different is worth reading; nothing is inserted then.
		elif ((COMP_TYPE == 63)); then
			COMPREPLY=("\${COMPREPLY[@]##*[ {(,]}")
		fi
		;;
	esac
}
complete -F _tsbpf tsbpf
`,
      zsh: `#compdef tsbpf
# zsh completion for tsbpf: eval "$(tsbpf completion zsh)", behind compinit
_tsbpf() {
	local -a lines texts shown more
	lines=("\${(@f)$(tsbpf complete zsh "\${(@Q)words[1,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
	local kind=\${lines[1]%%:*} kept=\${lines[1]##*:}
	if [[ $kind == files ]]; then
		_files
		return
	fi
	[[ $kind == more ]] && more=(-S '')
	IPREFIX+=\${PREFIX[1,kept]}
	PREFIX=\${PREFIX[kept+1,-1]}
	texts=("\${(@)lines[2,-1]%%$'\\t'*}")
	shown=("\${(@)lines[2,-1]/$'\\t'/ -- }")
	((\${#lines} > 1)) && compadd -l "\${(@)more}" -d shown -a texts
}
compdef _tsbpf tsbpf
`,
      fish: `# fish completion for tsbpf: tsbpf completion fish | source
function __tsbpf_complete
	set -l lines (tsbpf complete fish (commandline -opc) (commandline -ct) 2>/dev/null)
	if test "$lines[1]" = files
		__fish_complete_path (commandline -ct)
	else if set -q lines[2]
		printf '%s\\n' $lines[2..-1]
	end
end
complete -c tsbpf -f -a '(__tsbpf_complete)'
`
    };
  }
});

// first:src/cli/words.ts.cjs
var require_words_ts = __commonJS({
  "first:src/cli/words.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/cli/words.ts");
  }
});

// src/cli/library/edit.ts
var edit_exports = {};
__export(edit_exports, {
  editTool: () => editTool
});
function editTool(opts, [name = "", path2], invokedAs) {
  const tool = (0, import_tool_folders4.findTool)(name);
  if (tool === void 0) {
    const hint = (0, import_suggest7.didYouMean)(name, (0, import_tool_folders4.toolNames)()) ?? `'${invokedAs} tools' lists the tools`;
    throw new import_config9.UsageError(`edit: no tool '${name}'; ${hint}`);
  }
  const target = targetOf2(name, path2);
  const editor = opts.editor === false || !(0, import_terminal4.isTerminal)(0) || !(0, import_terminal4.isTerminal)(1) ? void 0 : editorOf();
  if (!(0, import_node_fs8.existsSync)(target)) {
    (0, import_node_fs8.mkdirSync)((0, import_node_path3.dirname)(target), { recursive: true });
    (0, import_node_fs8.copyFileSync)(tool.path, target, import_node_fs8.constants.COPYFILE_EXCL);
    (0, import_standard_error11.say)(`${target} is a copy of ${tool.path}
Run it as: ${invokedAs} ${runAs(name, path2, target)}
`);
  } else if (path2 !== void 0 || editor === void 0) {
    throw new import_config9.UsageError(
      `edit: ${target} is there already, and is not overwritten: change it, or name another path`
    );
  }
  return editor === void 0 ? 0 : open(editor, target);
}
function targetOf2(name, path2) {
  if (path2 === void 0) {
    const own = (0, import_tool_folders4.ownFolder)();
    if (own === void 0) throw new import_config9.UsageError("edit: neither XDG_CONFIG_HOME nor HOME is set: name a path");
    return (0, import_node_path3.join)(own, `${name}.bt`);
  }
  const isFolder = path2.endsWith("/") || (0, import_node_fs8.existsSync)(path2) && (0, import_node_fs8.statSync)(path2).isDirectory();
  return isFolder ? (0, import_node_path3.join)(path2, `${name}.bt`) : path2;
}
function runAs(name, path2, target) {
  const file2 = target.includes("/") || target.endsWith(".bt") ? target : `./${target}`;
  if (path2 !== void 0) return file2;
  return process.getuid?.() === 0 ? name : `${name} (with sudo: ${file2})`;
}
function editorOf() {
  const words4 = (0, import_words.splitCommand)(process.env.VISUAL || process.env.EDITOR || "");
  return words4.length === 0 ? void 0 : words4;
}
function open([program2 = "", ...args], file2) {
  const { error, status } = (0, import_node_child_process2.spawnSync)(program2, [...args, file2], { stdio: "inherit" });
  if (error !== void 0)
    throw new import_config9.UsageError(`edit: the editor '${program2}' cannot be run; the file is ${file2}`);
  return status ?? 1;
}
var import_node_child_process2, import_node_fs8, import_node_path3, import_suggest7, import_terminal4, import_config9, import_standard_error11, import_tool_folders4, import_words;
var init_edit = __esm({
  "src/cli/library/edit.ts"() {
    "use strict";
    import_node_child_process2 = require("node:child_process");
    import_node_fs8 = require("node:fs");
    import_node_path3 = require("node:path");
    import_suggest7 = __toESM(require_suggest_ts(), 1);
    import_terminal4 = __toESM(require_terminal_ts(), 1);
    import_config9 = __toESM(require_config_ts(), 1);
    import_standard_error11 = __toESM(require_standard_error_ts(), 1);
    import_tool_folders4 = __toESM(require_tool_folders_ts(), 1);
    import_words = __toESM(require_words_ts(), 1);
  }
});

// src/cli/subcommand.ts
var subcommand_exports = {};
__export(subcommand_exports, {
  runSubcommand: () => runSubcommand
});
async function runSubcommand(name, invokedAs, words4) {
  if (name === "net" || name === "prog") {
    return (await Promise.resolve().then(() => (init_inspect(), inspect_exports))).inspect(name, invokedAs, words4);
  }
  const read2 = readSubcommand(name, invokedAs, words4);
  if (typeof read2 === "string") {
    (0, import_standard_error12.sayOut)(read2);
    return 0;
  }
  const { opts, args } = read2;
  switch (name) {
    case "xdp":
      return (await Promise.resolve().then(() => (init_xdp(), xdp_exports))).xdp(opts, args, invokedAs);
    case "tplist":
      return (await Promise.resolve().then(() => (init_tplist(), tplist_exports))).listTracepoints(opts, args, invokedAs);
    case "tools":
      return (await Promise.resolve().then(() => (init_tools(), tools_exports))).listTools(opts, args);
    case "help":
      return (await Promise.resolve().then(() => (init_help(), help_exports))).showHelp(args[0], invokedAs);
    case "completion":
      (0, import_standard_error12.sayOut)((await Promise.resolve().then(() => (init_scripts(), scripts_exports))).completionScript(args[0], invokedAs));
      return 0;
    case "edit":
      return (await Promise.resolve().then(() => (init_edit(), edit_exports))).editTool(opts, args, invokedAs);
  }
}
var import_standard_error12;
var init_subcommand = __esm({
  "src/cli/subcommand.ts"() {
    "use strict";
    import_standard_error12 = __toESM(require_standard_error_ts(), 1);
    init_subcommands();
  }
});

// first:src/compiler/syntax/definition-text.ts.cjs
var require_definition_text_ts = __commonJS({
  "first:src/compiler/syntax/definition-text.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/syntax/definition-text.ts");
  }
});

// src/compiler/syntax/printer.ts
function printAttachPoint({ parts, otherwise }) {
  const point = parts.map(
    ({ text: text4 }) => /[\s,{"$:=|]/.test(text4) ? `"${text4.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : text4
  ).join(":");
  return [point, ...otherwise.map(printAttachPoint)].join(" || ");
}
function printBlock(block, indent2) {
  if (block.statements.length === 0) return "{}";
  const inner = `${indent2}  `;
  const lines = block.statements.map((s) => `${inner}${printStatement(s, inner)}
`);
  return `{
${lines.join("")}${indent2}}`;
}
function printStatement(node2, indent2 = "") {
  switch (node2.kind) {
    case "block":
      return printBlock(node2, indent2);
    case "expression-statement":
      return `${printExpression(node2.expression)};`;
    case "assignment":
    case "member-assignment":
      return `${printExpression(node2.target)} ${node2.operator ?? ""}= ${printExpression(node2.value)};`;
    case "declaration": {
      const type = node2.type ? `: ${printType(node2.type)}` : "";
      const value = node2.value ? ` = ${printExpression(node2.value)}` : "";
      return `let ${node2.variable.name}${type}${value};`;
    }
    case "discard":
      return `_ = ${printExpression(node2.expression)};`;
    case "if": {
      const head = `if (${printExpression(node2.condition)}) ${printBlock(node2.then, indent2)}`;
      return node2.else ? `${head} else ${printStatement(node2.else, indent2)}` : head;
    }
    case "unroll":
      return `unroll (${printExpression(node2.count)}) ${printBlock(node2.body, indent2)}`;
    case "while":
      return `while (${printExpression(node2.condition)}) ${printBlock(node2.body, indent2)}`;
    case "for-range": {
      const range = `${printOperand(node2.from)}..${printOperand(node2.to)}`;
      return `for (${node2.variable.name} : ${range}) ${printBlock(node2.body, indent2)}`;
    }
    case "for-map":
      return `for (${node2.variable.name} : ${printExpression(node2.map)}) ${printBlock(node2.body, indent2)}`;
    case "break":
    case "continue":
      return `${node2.kind};`;
    case "return":
      return node2.value ? `return ${printExpression(node2.value)};` : "return;";
    default:
      return (0, import_diagnostic5.assertNever)(node2);
  }
}
function printExpression(node2) {
  switch (node2.kind) {
    case "variable":
    case "identifier":
      return node2.name;
    case "map-access":
      return node2.keys ? `${node2.name}[${printList(node2.keys)}]` : node2.name;
    case "integer-literal":
      return node2.text;
    case "string-literal":
      return printString(node2.bytes);
    case "boolean-literal":
      return String(node2.value);
    case "parameter":
      return node2.index === "count" ? "$#" : `$${node2.index}`;
    case "call":
      return `${node2.name}(${printList(node2.args)})`;
    case "unary":
      return `${node2.operator}${printOperand(node2.operand)}`;
    case "update":
      return node2.prefix ? `${node2.operator}${printExpression(node2.target)}` : `${printExpression(node2.target)}${node2.operator}`;
    case "binary":
      return `${printOperand(node2.left)} ${node2.operator} ${printOperand(node2.right)}`;
    case "ternary": {
      const then = node2.then ? ` ${printOperand(node2.then)} ` : "";
      return `${printOperand(node2.condition)} ?${then}: ${printOperand(node2.else)}`;
    }
    case "cast":
      return `(${printType(node2.type)})${printOperand(node2.operand)}`;
    case "member":
      return `${printOperand(node2.object)}${node2.arrow ? "->" : "."}${node2.name}`;
    case "index":
      return `${printIndexed(node2.object)}[${printExpression(node2.index)}]`;
    case "tuple":
      return node2.elements.length === 1 ? `(${printList(node2.elements)},)` : `(${printList(node2.elements)})`;
    case "record":
      return `(${node2.fields.map(printField).join(", ")})`;
    case "block-expression": {
      const inner = node2.statements.map((statement) => `${printStatement(statement)} `).join("");
      return `{ ${inner}${printExpression(node2.value)} }`;
    }
    case "if-expression": {
      const head = `if (${printExpression(node2.condition)}) ${printExpression(node2.then)}`;
      return `${head} else ${printExpression(node2.else)}`;
    }
    case "comptime":
      return `comptime ${printOperand(node2.operand)}`;
    case "type-value":
      return printType(node2.type);
    case "typeinfo":
      return `typeinfo(${printTypeOr(node2.of)})`;
    case "sizeof":
      return `sizeof(${printTypeOr(node2.of)})`;
    case "offsetof":
      return `offsetof(${printTypeOr(node2.of)}, ${node2.path.join(".")})`;
    default:
      return (0, import_diagnostic5.assertNever)(node2);
  }
}
function apart(value) {
  return value.startsWith("~") ? ` ${value}` : value;
}
function printType(type) {
  const base = type.of === void 0 ? void 0 : `typeof(${printTypeOr(type.of)})`;
  const tag = type.tag ? `${type.tag} ` : "";
  const stars = type.pointers > 0 ? ` ${"*".repeat(type.pointers)}` : "";
  return `${base ?? tag + type.name}${stars}${type.dimensions.map((d) => `[${d ?? ""}]`).join("")}`;
}
function printTypeOr(of2) {
  return of2.kind === "type-name" ? printType(of2) : printExpression(of2);
}
function printList(list5) {
  return list5.map(printExpression).join(", ");
}
function printOperand(node2) {
  const text4 = printExpression(node2);
  switch (node2.kind) {
    case "unary":
    case "update":
    case "binary":
    case "ternary":
    case "if-expression":
    case "cast":
      return `(${text4})`;
    default:
      return text4;
  }
}
function printIndexed(node2) {
  return node2.kind === "map-access" && !node2.keys ? `(${node2.name})` : printOperand(node2);
}
function printString(bytes3) {
  let out = '"';
  for (const byte of bytes3) {
    const short = SHORT_ESCAPES.get(byte);
    if (short !== void 0) out += short;
    else if (byte >= 32 && byte < 127) out += String.fromCharCode(byte);
    else out += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `${out}"`;
}
function printField({ name, value, when }) {
  const condition = when === void 0 ? "" : ` if ${printExpression(when)}`;
  return `${name}=${apart(printExpression(value))}${condition}`;
}
var import_diagnostic5, import_definition_text, SHORT_ESCAPES;
var init_printer = __esm({
  "src/compiler/syntax/printer.ts"() {
    "use strict";
    import_diagnostic5 = __toESM(require_diagnostic_ts(), 1);
    import_definition_text = __toESM(require_definition_text_ts(), 1);
    SHORT_ESCAPES = /* @__PURE__ */ new Map([
      [10, "\\n"],
      [9, "\\t"],
      [13, "\\r"],
      [34, '\\"'],
      [92, "\\\\"]
    ]);
  }
});

// src/compiler/syntax/dump.ts
var dump_exports = {};
__export(dump_exports, {
  dumpAst: () => dumpAst
});
function dumpAst(program2) {
  const lines = [];
  const write2 = (node2, depth) => {
    lines.push(`${"  ".repeat(depth)}${node2.label}`);
    for (const child of node2.children) write2(child, depth + 1);
  };
  write2(outlineProgram(program2), 0);
  return `${lines.join("\n")}
`;
}
function node(label, ...children) {
  return { label, children: children.filter((c) => c !== void 0) };
}
function outlineProgram(program2) {
  const config = program2.config.map(({ key, value }) => {
    const text4 = typeof value === "string" ? JSON.stringify(value) : value.toString();
    return node(`config ${key} = ${text4}`);
  });
  const maps = program2.mapDeclarations.map((m) => node(`map ${m.name} = ${m.mapType}(${m.maxEntries})`));
  const definitions2 = program2.definitions.map((definition3) => node((0, import_definition_text2.definitionText)(definition3)));
  const macros = program2.macros.map(
    ({ name, params, body }) => node(`macro ${name}(${params.map((param) => param.name).join(", ")})`, outlineStatement(body))
  );
  const probes = program2.probes.map(
    ({ attachPoints, predicate, bare, body }) => node(
      "probe",
      ...attachPoints.map((point) => node(`attach ${printAttachPoint(point)}`)),
      predicate && node("predicate", outlineExpression(predicate)),
      bare === true ? void 0 : outlineStatement(body)
    )
  );
  return node("program", ...config, ...definitions2, ...maps, ...macros, ...probes);
}
function outlineStatement(s) {
  switch (s.kind) {
    case "block":
      return node("block", ...s.statements.map(outlineStatement));
    case "expression-statement":
      return outlineExpression(s.expression);
    case "assignment":
    case "member-assignment":
      return node(`assign ${s.operator ?? ""}=`, outlineExpression(s.target), outlineExpression(s.value));
    case "declaration": {
      const type = s.type ? `: ${printType(s.type)}` : "";
      return node(`let ${s.variable.name}${type}`, s.value && outlineExpression(s.value));
    }
    case "discard":
      return node("discard", outlineExpression(s.expression));
    case "if":
      return node(
        "if",
        outlineExpression(s.condition),
        outlineStatement(s.then),
        s.else && node("else", outlineStatement(s.else))
      );
    case "unroll":
      return node("unroll", outlineExpression(s.count), outlineStatement(s.body));
    case "while":
      return node("while", outlineExpression(s.condition), outlineStatement(s.body));
    case "for-range":
      return node(
        `for ${s.variable.name} in range`,
        outlineExpression(s.from),
        outlineExpression(s.to),
        outlineStatement(s.body)
      );
    case "for-map":
      return node(`for ${s.variable.name} in map`, outlineExpression(s.map), outlineStatement(s.body));
    case "break":
    case "continue":
      return node(s.kind);
    case "return":
      return node("return", s.value && outlineExpression(s.value));
    default:
      return (0, import_diagnostic6.assertNever)(s);
  }
}
function outlineExpression(e) {
  switch (e.kind) {
    case "variable":
      return node(`variable ${e.name}`);
    case "map-access":
      return node(`map ${e.name}${e.keys ? "[]" : ""}`, ...(e.keys ?? []).map(outlineExpression));
    case "integer-literal": {
      const value = e.text === e.value.toString() ? "" : ` (${e.text})`;
      return node(`integer ${e.value}${e.unsigned ? "u" : ""}${value}`);
    }
    case "string-literal":
      return node(`string ${printString(e.bytes)}`);
    case "boolean-literal":
      return node(`boolean ${e.value}`);
    case "identifier":
      return node(`identifier ${e.name}`);
    case "parameter":
      return node(`parameter ${e.index}`);
    case "call":
      return node(`call ${e.name}`, ...e.args.map(outlineExpression));
    case "unary":
      return node(`unary ${e.operator}`, outlineExpression(e.operand));
    case "update":
      return node(`update ${e.prefix ? `${e.operator}x` : `x${e.operator}`}`, outlineExpression(e.target));
    case "binary":
      return node(`binary ${e.operator}`, outlineExpression(e.left), outlineExpression(e.right));
    case "ternary":
      return node(
        e.then ? "ternary" : "ternary ?:",
        outlineExpression(e.condition),
        e.then && outlineExpression(e.then),
        outlineExpression(e.else)
      );
    case "cast":
      return node(`cast ${printType(e.type)}`, outlineExpression(e.operand));
    case "member":
      return node(`member ${e.arrow ? "->" : "."}${e.name}`, outlineExpression(e.object));
    case "index":
      return node("index", outlineExpression(e.object), outlineExpression(e.index));
    case "tuple":
      return node("tuple", ...e.elements.map(outlineExpression));
    case "record":
      return node(
        "record",
        ...e.fields.map(
          (f) => node(
            `field ${f.name}`,
            outlineExpression(f.value),
            ...f.when === void 0 ? [] : [node("if", outlineExpression(f.when))]
          )
        )
      );
    case "block-expression":
      return node("block", ...e.statements.map(outlineStatement), outlineExpression(e.value));
    case "if-expression":
      return node("if", outlineExpression(e.condition), outlineExpression(e.then), outlineExpression(e.else));
    case "comptime":
      return node("comptime", outlineExpression(e.operand));
    case "type-value":
      return node(`type ${printType(e.type)}`);
    case "typeinfo":
    case "sizeof":
      return node(e.kind, outlineTypeOr(e.of));
    case "offsetof":
      return node(`offsetof ${e.path.join(".")}`, outlineTypeOr(e.of));
    default:
      return (0, import_diagnostic6.assertNever)(e);
  }
}
function outlineTypeOr(of2) {
  return of2.kind === "type-name" ? node(`type ${printType(of2)}`) : outlineExpression(of2);
}
var import_diagnostic6, import_definition_text2;
var init_dump = __esm({
  "src/compiler/syntax/dump.ts"() {
    "use strict";
    import_diagnostic6 = __toESM(require_diagnostic_ts(), 1);
    import_definition_text2 = __toESM(require_definition_text_ts(), 1);
    init_printer();
  }
});

// first:src/compiler/syntax/parser/attach-point.ts.cjs
var require_attach_point_ts = __commonJS({
  "first:src/compiler/syntax/parser/attach-point.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/syntax/parser/attach-point.ts");
  }
});

// src/compiler/syntax/format/document.ts
function join4(docs, separator) {
  return docs.flatMap((doc, i) => i === 0 ? [doc] : [separator, doc]);
}
function render(document, column, width) {
  let out = "";
  let at = column;
  let pending = false;
  const stack = [{ indent: column, flat: false, doc: document }];
  const breakLine = (to) => {
    out = `${out.replace(/ +$/, "")}
${" ".repeat(to)}`;
    at = to;
    pending = false;
  };
  const push = (docs, like) => {
    for (let i = docs.length - 1; i >= 0; i--) stack.push({ ...like, doc: docs[i] });
  };
  for (let command = stack.pop(); command !== void 0; command = stack.pop()) {
    const { doc, flat } = command;
    if (typeof doc === "string") {
      if (pending && doc.trim() === "") continue;
      if (pending) breakLine(command.indent);
      out += doc;
      at += doc.length;
      continue;
    }
    if (isList(doc)) {
      push(doc, command);
      continue;
    }
    switch (doc.kind) {
      case "line-comment":
        if (pending) breakLine(command.indent);
        out += doc.text;
        pending = true;
        break;
      case "block-comment": {
        if (pending) breakLine(command.indent);
        const text4 = shifted(doc.text, at - doc.column, at);
        out += text4;
        at = text4.includes("\n") ? text4.length - text4.lastIndexOf("\n") - 1 : at + text4.length;
        break;
      }
      case "directive":
        if (!isEmptyLine(out)) breakLine(0);
        out = `${out.replace(/ +$/, "")}${doc.text}`;
        pending = true;
        break;
      case "fresh-line":
        if (pending || !isEmptyLine(out)) breakLine(command.indent);
        break;
      case "line":
        if (doc.flat === void 0 || !flat || pending) breakLine(command.indent);
        else {
          out += doc.flat;
          at += doc.flat.length;
        }
        break;
      case "indent":
        stack.push({ ...command, indent: command.indent + doc.by, doc: doc.doc });
        break;
      case "align":
        stack.push({ ...command, indent: pending ? command.indent : at, doc: doc.doc });
        break;
      case "group":
        stack.push({
          ...command,
          flat: flat || fits({ ...command, flat: true, doc: doc.doc }, stack, width - at),
          doc: doc.doc
        });
        break;
      case "fill": {
        const [item, ...items] = doc.items;
        const [separator, ...separators] = doc.separators;
        if (item === void 0) break;
        const alone = {
          ...command,
          flat: flat || fits({ ...command, flat: true, doc: item }, [], width - at),
          doc: item
        };
        if (separator === void 0) {
          stack.push(alone);
          break;
        }
        const next = items[0] ?? "";
        const rest = { ...command, doc: fill(items, separators) };
        const both = [item, { ...separator, wanted: false }, next];
        const tail = items.length <= 1 ? stack : [];
        const keeps = flat || !separator.wanted && fits({ ...command, flat: true, doc: both }, tail, width - at);
        stack.push(rest, { ...command, flat: keeps, doc: separator }, alone);
        break;
      }
    }
  }
  return out;
}
function fits(next, rest, room) {
  const stack = [next];
  let left = room;
  let below = rest.length;
  let pending = false;
  let own = true;
  for (; ; ) {
    let command = stack.pop();
    if (command === void 0) {
      if (below === 0) return true;
      command = rest[--below];
      own = false;
    }
    const { doc } = command;
    if (typeof doc === "string") {
      if (doc === "" || pending && doc === " ") continue;
      if (pending) return false;
      left -= doc.length;
      if (left < 0) return false;
      continue;
    }
    if (isList(doc)) {
      for (let i = doc.length - 1; i >= 0; i--) stack.push({ ...command, doc: doc[i] });
      continue;
    }
    switch (doc.kind) {
      case "line-comment":
        pending = true;
        break;
      case "block-comment":
        if (pending || own && doc.text.includes("\n")) return false;
        left -= doc.text.length;
        if (left < 0) return false;
        break;
      case "directive":
      case "fresh-line":
        return !own;
      case "line":
        if (!command.flat) return true;
        if (doc.flat === void 0 || pending) return !own;
        left -= doc.flat.length;
        if (left < 0) return false;
        break;
      case "indent":
      case "align":
      case "group":
        stack.push({ ...command, doc: doc.doc });
        break;
      case "fill": {
        const parts = doc.items.flatMap((item, i) => [item, ...doc.separators.slice(i, i + 1)]);
        for (let i = parts.length - 1; i >= 0; i--) stack.push({ ...command, doc: parts[i] });
        break;
      }
    }
  }
}
function isEmptyLine(out) {
  return /(^|\n) *$/.test(out.slice(out.lastIndexOf("\n")));
}
function shifted(text4, by, column) {
  const [first2 = "", ...rest] = text4.split("\n").map((line3) => line3.trimEnd());
  const starred = rest.every((line3) => line3.trimStart().startsWith("*"));
  const lines = rest.map((line3) => {
    if (starred) return `${" ".repeat(column + 1)}${line3.trimStart()}`;
    if (line3 === "") return line3;
    if (by >= 0) return " ".repeat(by) + line3;
    return line3.replace(new RegExp(`^[ \\t]{0,${-by}}`), "");
  });
  return [first2, ...lines].join("\n");
}
function isList(doc) {
  return Array.isArray(doc);
}
var BLOCK, CONTINUED, hardLine, line2, freshLine, nest, indent, align, group, fill;
var init_document = __esm({
  "src/compiler/syntax/format/document.ts"() {
    "use strict";
    BLOCK = 2;
    CONTINUED = 4;
    hardLine = { kind: "line", flat: void 0, wanted: true };
    line2 = (wanted = false) => ({ kind: "line", flat: " ", wanted });
    freshLine = { kind: "fresh-line" };
    nest = (doc) => ({ kind: "indent", by: BLOCK, doc });
    indent = (doc) => ({ kind: "indent", by: CONTINUED, doc });
    align = (doc) => ({ kind: "align", doc });
    group = (doc) => ({ kind: "group", doc });
    fill = (items, separators) => ({
      kind: "fill",
      items,
      separators
    });
  }
});

// first:src/compiler/syntax/parser/expression.ts.cjs
var require_expression_ts = __commonJS({
  "first:src/compiler/syntax/parser/expression.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/syntax/parser/expression.ts");
  }
});

// first:src/compiler/syntax/lexer.ts.cjs
var require_lexer_ts = __commonJS({
  "first:src/compiler/syntax/lexer.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/syntax/lexer.ts");
  }
});

// src/compiler/syntax/format/piece.ts
var import_diagnostic7, import_lexer, Unformattable, PieceReader;
var init_piece = __esm({
  "src/compiler/syntax/format/piece.ts"() {
    "use strict";
    import_diagnostic7 = __toESM(require_diagnostic_ts(), 1);
    import_lexer = __toESM(require_lexer_ts(), 1);
    Unformattable = class extends Error {
      span;
      constructor(span) {
        super("this cannot be formatted");
        this.span = span;
      }
    };
    PieceReader = class {
      text;
      #lexer;
      #at = 0;
      #gap;
      constructor(text4) {
        this.text = text4;
        this.#lexer = new import_lexer.Lexer(text4, new import_diagnostic7.Diagnostics());
      }
      /** Offset of the next piece. */
      get position() {
        this.#skip();
        return this.#at;
      }
      get atEnd() {
        return this.position >= this.text.length;
      }
      /** The next token; at the end, an empty piece of kind 'end' with what is left of comments. */
      token() {
        const start = this.position;
        this.#lexer.position = start;
        const token = this.#lexer.next();
        if (token.span.start !== start || token.broken) throw new Unformattable({ start, end: start + 1 });
        return this.#piece(token.kind, token.span.end);
      }
      /** The text up to `end` as one piece. */
      raw(end) {
        return this.#piece("attach-point", end);
      }
      #piece(kind2, end) {
        const { leading, blank, first: first2 } = this.#skip();
        const start = this.#at;
        this.#at = end;
        this.#gap = void 0;
        const trailing = this.#trailing();
        const span = { start, end };
        return { kind: kind2, text: this.text.slice(start, end), span, leading, trailing, blankBefore: blank, first: first2 };
      }
      /** Comments that end the line of what was just read. */
      #trailing() {
        const found = [];
        for (; ; ) {
          const gap = /[ \t\r]*/y;
          gap.lastIndex = this.#at;
          const start = this.#at + (gap.exec(this.text)?.[0].length ?? 0);
          const comment = this.#comment(start, false, false);
          if (comment === void 0) return found;
          const end = start + comment.text.length;
          if (comment.kind === "block-comment" && this.#lineGoesOn(end)) return found;
          found.push(comment);
          this.#at = end;
        }
      }
      /** Behind comments that begin at `at`, is there something else on the line? */
      #lineGoesOn(at) {
        const rest = this.text.slice(at).replace(/^(?:[ \t\r]*\/\*(?:[^*]|\*(?!\/))*\*\/)*[ \t\r]*/, "");
        return rest !== "" && !rest.startsWith("\n") && !rest.startsWith("//");
      }
      #skip() {
        if (this.#gap !== void 0) return this.#gap;
        const leading = [];
        let blank = false;
        let first2 = this.#at === 0;
        for (; ; ) {
          const space = /\s*/y;
          space.lastIndex = this.#at;
          const [white = ""] = space.exec(this.text) ?? [];
          this.#at += white.length;
          const breaks = white.split("\n").length - 1;
          if (breaks > 0) first2 = true;
          if (breaks > 1) blank = true;
          const next = this.#comment(this.#at, first2, blank) ?? this.#directive(this.#at, first2, blank);
          if (next === void 0) break;
          leading.push(next);
          this.#at += next.text.length;
          first2 = false;
          blank = false;
        }
        this.#gap = { leading, blank, first: first2 };
        return this.#gap;
      }
      #comment(at, first2, blankBefore) {
        const column = at - this.text.lastIndexOf("\n", at - 1) - 1;
        if (this.text.startsWith("//", at)) {
          const text4 = this.text.slice(at, this.#lineEnd(at)).trimEnd();
          return { kind: "line-comment", text: text4, column, first: first2, blankBefore };
        }
        if (!this.text.startsWith("/*", at)) return void 0;
        const close = this.text.indexOf("*/", at + 2);
        if (close < 0) throw new Unformattable({ start: at, end: at + 2 });
        return { kind: "block-comment", text: this.text.slice(at, close + 2), column, first: first2, blankBefore };
      }
      /** A line that begins with `#`, and the lines that a backslash joins to it. */
      #directive(at, first2, blankBefore) {
        if (!first2 || this.text[at] !== "#") return void 0;
        let end = this.#lineEnd(at);
        while (this.text[end - 1] === "\\" && end < this.text.length) end = this.#lineEnd(end + 1);
        const column = at - this.text.lastIndexOf("\n", at - 1) - 1;
        return { kind: "directive", text: this.text.slice(at, end).trimEnd(), column, first: first2, blankBefore };
      }
      #lineEnd(from) {
        const newline = this.text.indexOf("\n", from);
        return newline < 0 ? this.text.length : newline;
      }
    };
  }
});

// src/compiler/syntax/format/tree.ts
function readNode(reader) {
  const open2 = reader.token();
  const closing = open2.kind === "punctuation" ? CLOSING[open2.text] : void 0;
  if (closing === void 0) return open2;
  const items = [];
  for (; ; ) {
    const next = readNode(reader);
    if (next.kind === "end") throw new Unformattable(open2.span);
    if (isPunctuation(next, closing)) return { kind: "bracket", open: open2, items, close: next };
    if (isPunctuation(next, ")", "]", "}")) throw new Unformattable(first(next).span);
    items.push(next);
  }
}
function isPunctuation(node2, ...texts) {
  return node2?.kind === "punctuation" && texts.includes(node2.text);
}
function isWord(node2, ...texts) {
  return node2?.kind === "word" && (texts.length === 0 || texts.includes(node2.text));
}
function isBracket(node2, open2) {
  return node2?.kind === "bracket" && node2.open.text === open2;
}
function parted(node2) {
  if (node2 === void 0) return false;
  const piece = first(node2);
  return piece.first || piece.leading.some((trivia) => trivia.first);
}
function withoutTrailing(node2) {
  const { trailing } = last(node2);
  if (trailing.length === 0) return { node: node2, trailing };
  if (node2.kind === "bracket") return { node: { ...node2, close: { ...node2.close, trailing: [] } }, trailing };
  return { node: { ...node2, trailing: [] }, trailing };
}
function withoutLeading(node2) {
  if (first(node2).leading.length === 0) return node2;
  if (node2.kind === "bracket") return { ...node2, open: { ...node2.open, leading: [] } };
  return { ...node2, leading: [] };
}
function split(nodes, separator) {
  const parts = [];
  let part = [];
  for (const node2 of nodes) {
    part.push(node2);
    if (!isPunctuation(node2, separator)) continue;
    parts.push(part);
    part = [];
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
function factsOf2(program2) {
  const casts = /* @__PURE__ */ new Set();
  const blocks2 = /* @__PURE__ */ new Set();
  const types = [];
  const visit = (node2, inMacro) => {
    if (typeof node2 !== "object" || node2 === null || node2 instanceof Uint8Array) return;
    if (!Array.isArray(node2)) {
      const { kind: kind2, span, type } = node2;
      if (kind2 === "cast" && type !== void 0) casts.add(type.span.start);
      if (kind2 === "type-name" && span !== void 0) types.push(span);
      if (kind2 === "block" && span !== void 0 && !inMacro) blocks2.add(span.start);
      if (kind2 === "macro") inMacro = true;
    }
    for (const child of Object.values(node2)) visit(child, inMacro);
  };
  visit(program2, false);
  return {
    isCast: ({ open: open2, items }) => open2.text === "(" && items[0] !== void 0 && (casts.has(first(items[0]).span.start) || isTypeAlone(items)),
    inType: ({ span }) => types.some((type) => type.start <= span.start && span.end <= type.end),
    endsInSemicolon: ({ open: open2 }) => blocks2.has(open2.span.start)
  };
}
function isTypeAlone(items) {
  const [word4, ...rest] = items;
  const tagged = isWord(word4, "struct", "union", "enum") && isWord(rest[0]);
  if (!tagged && !(word4?.kind === "word" && (0, import_token2.isScalarTypeName)(word4.text))) return false;
  return rest.slice(tagged ? 1 : 0).every((node2) => isPunctuation(node2, "*"));
}
var import_token2, CLOSING, first, last;
var init_tree = __esm({
  "src/compiler/syntax/format/tree.ts"() {
    "use strict";
    import_token2 = __toESM(require_token_ts(), 1);
    init_piece();
    CLOSING = { "(": ")", "[": "]", "{": "}" };
    first = (node2) => node2.kind === "bracket" ? node2.open : node2;
    last = (node2) => node2.kind === "bracket" ? node2.close : node2;
  }
});

// src/compiler/syntax/format/trivia.ts
function pieceDoc(piece) {
  if (piece.leading.length === 0 && piece.trailing.length === 0) return piece.text;
  const closes = [",", ";", ")", "]"].includes(piece.text);
  const before = piece.leading.map((trivia, i) => {
    const next = piece.leading[i + 1] ?? piece;
    const alone = next.first && (trivia.first || trivia.kind !== "block-comment");
    if (alone) return [freshLine, triviaDoc(trivia), hardLine];
    return [closes && i === 0 ? " " : "", triviaDoc(trivia), next === piece && closes ? "" : " "];
  });
  return [...before, piece.text, trailingDoc(piece.trailing)];
}
function trailingDoc(trailing) {
  return trailing.map((trivia) => [" ", triviaDoc(trivia)]);
}
function triviaDoc({ kind: kind2, text: text4, column }) {
  if (kind2 === "block-comment") return { kind: kind2, text: text4, column };
  return { kind: kind2, text: text4 };
}
function leadingDoc(piece, atStart) {
  const blank = (wanted, i) => wanted && !(atStart && i === 0) ? hardLine : "";
  const before = piece.leading.map((trivia, i) => {
    const next = piece.leading[i + 1] ?? piece;
    return [blank(trivia.blankBefore, i), triviaDoc(trivia), next.first ? hardLine : " "];
  });
  return [...before, blank(piece.blankBefore, piece.leading.length)];
}
function linesDoc(trivia, atStart) {
  return trivia.map((each, i) => {
    const blank = each.blankBefore && !(atStart && i === 0);
    return [i === 0 ? "" : hardLine, blank ? hardLine : "", triviaDoc(each)];
  });
}
var init_trivia = __esm({
  "src/compiler/syntax/format/trivia.ts"() {
    "use strict";
    init_document();
  }
});

// src/compiler/syntax/format/expression.ts
function expressionDoc(nodes, layout) {
  const question = nodes.findIndex((node2) => isPunctuation(node2, "?"));
  if (question > 0) return ternaryDoc(nodes, question, layout);
  const operators = binaryOperators(nodes, layout.facts);
  const loosest = Math.min(...operators.map(({ precedence }) => precedence));
  if (operators.length === 0) return tightDoc(nodes, layout);
  const items = [];
  const separators = [];
  let start = 0;
  for (const { at, precedence } of operators) {
    if (precedence !== loosest) continue;
    const operator = nodes[at];
    items.push([group(expressionDoc(nodes.slice(start, at), layout)), " ", pieceDoc(operator)]);
    separators.push(line2(parted(operator) || parted(nodes[at + 1])));
    start = at + 1;
  }
  items.push(group(expressionDoc(nodes.slice(start), layout)));
  return fill(items, separators);
}
function ternaryDoc(nodes, question, layout) {
  let depth = 0;
  const colon = nodes.findIndex((node2, i) => {
    if (i <= question) return false;
    if (isPunctuation(node2, "?")) depth++;
    return isPunctuation(node2, ":") && depth-- === 0;
  });
  if (colon < 0) return tightDoc(nodes, layout);
  const condition = expressionDoc(nodes.slice(0, question), layout);
  const [asked, otherwise] = [nodes[question], nodes[colon]];
  const then = nodes.slice(question + 1, colon);
  const tail = [pieceDoc(otherwise), " ", align(group(expressionDoc(nodes.slice(colon + 1), layout)))];
  if (then.length === 0) return [group(condition), " ", pieceDoc(asked), ...tail];
  const value = align(group(expressionDoc(then, layout)));
  return group([group(condition), line2(), pieceDoc(asked), " ", value, line2(), ...tail]);
}
function binaryOperators(nodes, facts) {
  return nodes.flatMap((node2, at) => {
    if (node2.kind !== "punctuation" && !isWord(node2, "in")) return [];
    const { text: text4 } = node2;
    if (!Object.hasOwn(import_expression.PRECEDENCE, text4) || facts.inType(node2)) return [];
    if (!endsOperand(nodes[at - 1], facts) || nodes[at + 1] === void 0) return [];
    return [{ at, precedence: import_expression.PRECEDENCE[text4] }];
  });
}
function endsOperand(node2, facts) {
  if (node2 === void 0) return false;
  if (node2.kind === "bracket") return !facts.isCast(node2);
  if (node2.kind === "punctuation") return node2.text === "++" || node2.text === "--";
  return !isWord(node2, ...KEYWORDS_BEFORE_SPACE);
}
function tightDoc(nodes, layout) {
  return nodes.map((node2, i) => [
    glue(nodes[i - 1], node2, nodes[i - 2], layout.facts),
    nodeDoc(node2, layout)
  ]);
}
function nodeDoc(node2, layout) {
  if (node2.kind !== "bracket") return pieceDoc(node2);
  return isBracket(node2, "{") ? valueBlockDoc(node2, layout) : listDoc(node2, layout);
}
function listDoc({ open: open2, items, close }, layout) {
  const parts = split(items, ",");
  const docs = parts.map((part) => {
    const comma = part.at(-1);
    if (!isPunctuation(comma, ",")) return group(fieldDoc(part, layout));
    return [group(fieldDoc(part.slice(0, -1), layout)), pieceDoc(comma)];
  });
  const separators = parts.slice(1).map((part) => line2(parted(part[0])));
  return group([pieceDoc(open2), align(fill(docs, separators)), pieceDoc(close)]);
}
function fieldDoc(nodes, layout) {
  if (!isWord(nodes[0]) || !isPunctuation(nodes[1], "=")) return expressionDoc(nodes, layout);
  const [name, equals, ...value] = nodes;
  const apart2 = isPunctuation(value[0], "~") ? " " : "";
  return [pieceDoc(name), pieceDoc(equals), apart2, expressionDoc(value, layout)];
}
function valueBlockDoc(block, layout) {
  const { open: open2, items, close } = block;
  if (items.length === 0 && close.leading.length === 0) return [pieceDoc(open2), pieceDoc(close)];
  const short = !parted(items[0]) && !close.first && split(items, ";").length === 1;
  const edge = short ? line2() : hardLine;
  return group([
    pieceDoc(open2),
    nest([edge, layout.statements(block, layout.facts.endsInSemicolon(block))]),
    edge,
    pieceDoc({ ...close, leading: [] })
  ]);
}
function glue(before, node2, earlier, facts) {
  if (before === void 0) return "";
  const left = last(before);
  const right = first(node2);
  if (isPunctuation(node2, ",", ";", ")", "]")) return "";
  if (isPunctuation(node2, ".", "->", "..") || isPunctuation(before, ".", "->", "..")) {
    const number8 = before.kind === "integer" && right.span.start > left.span.end;
    return number8 ? " " : "";
  }
  if (isPunctuation(node2, ":") || isPunctuation(before, ":", ",", ";")) return " ";
  if (isPunctuation(node2, ...ASSIGNMENTS) || isPunctuation(before, ...ASSIGNMENTS)) return " ";
  if (isBracket(node2, "{") || isBracket(before, "{")) return " ";
  if (before.kind === "bracket" && facts.isCast(before)) return "";
  if (node2.kind === "bracket")
    return isWord(before, ...KEYWORDS_BEFORE_SPACE) || endsInStar(before, facts) ? " " : "";
  if (node2.kind === "punctuation" && facts.inType(node2)) return isWord(before) ? " " : "";
  if (before.kind === "punctuation" && UNARY.includes(before.text) && !endsOperand(before, facts)) {
    return collides(before.text, node2) ? " " : "";
  }
  if (before.kind === "punctuation" && UNARY.includes(before.text)) {
    return endsOperand(earlier, facts) ? " " : "";
  }
  if (isPunctuation(node2, "++", "--")) return "";
  return " ";
}
function endsInStar(node2, facts) {
  return node2.kind === "punctuation" && node2.text === "*" && facts.inType(node2);
}
function collides(text4, node2) {
  return node2.kind === "punctuation" && text4.at(-1) === node2.text[0] && "+-&".includes(node2.text[0]);
}
var import_expression, ASSIGNMENTS, KEYWORDS_BEFORE_SPACE, UNARY;
var init_expression = __esm({
  "src/compiler/syntax/format/expression.ts"() {
    "use strict";
    import_expression = __toESM(require_expression_ts(), 1);
    init_document();
    init_tree();
    init_trivia();
    ASSIGNMENTS = ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];
    KEYWORDS_BEFORE_SPACE = ["if", "for", "while", "unroll", "return", "else", "in", "let", "comptime"];
    UNARY = ["-", "!", "~", "*", "&", "++", "--", "+"];
  }
});

// src/compiler/syntax/format/definition.ts
function declarationDoc(nodes, layout) {
  const assigned = nodes.findIndex((node2) => isPunctuation(node2, "="));
  if (assigned > 0) {
    const end = nodes.at(-1);
    const closed = isPunctuation(end, ",") ? [end] : [];
    const value = nodes.slice(assigned + 1, nodes.length - closed.length);
    return [
      declarationDoc(nodes.slice(0, assigned), layout),
      " ",
      pieceDoc(nodes[assigned]),
      " ",
      expressionDoc(value, layout),
      closed.map(pieceDoc)
    ];
  }
  return nodes.map((node2, i) => {
    const before = nodes[i - 1];
    const isEnum = isWord(nodes[i - 1], "enum") || isWord(nodes[i - 2], "enum");
    const doc = isBracket(node2, "{") ? bodyDoc(node2, isEnum, layout) : partDoc(node2, layout);
    return [glue2(before, node2), doc];
  });
}
function partDoc(node2, layout) {
  if (!isBracket(node2, "(")) return nodeDoc(node2, layout);
  return [pieceDoc(node2.open), declarationDoc(node2.items, layout), pieceDoc(node2.close)];
}
function bodyDoc({ open: open2, items, close }, isEnum, layout) {
  const parts = split(items, isEnum ? "," : ";");
  if (parts.length === 0 && close.leading.length === 0) return [pieceDoc(open2), pieceDoc(close)];
  const short = !parted(items[0]) && !close.first;
  const edge = short ? line2() : hardLine;
  const lines = parts.map((part, i) => {
    const [head, ...rest] = part;
    return [leadingDoc(first(head), i === 0), declarationDoc([withoutLeading(head), ...rest], layout)];
  });
  const comments = linesDoc(close.leading, lines.length === 0);
  const all2 = comments.length === 0 ? lines : [...lines, comments];
  return group([
    pieceDoc(open2),
    nest([edge, join4(all2, short ? line2() : hardLine)]),
    edge,
    pieceDoc({ ...close, leading: [] })
  ]);
}
function glue2(before, node2) {
  if (before === void 0 || isPunctuation(node2, ",", ";") || isBracket(node2, "[")) return "";
  if (isPunctuation(before, "*")) return "";
  if (isBracket(node2, "(")) return isWord(before) && isPunctuation(node2.items[0], "*") ? " " : "";
  return " ";
}
var init_definition = __esm({
  "src/compiler/syntax/format/definition.ts"() {
    "use strict";
    init_document();
    init_expression();
    init_tree();
    init_trivia();
  }
});

// src/compiler/syntax/format/statement.ts
function layoutFor(facts) {
  const layout = { facts, statements: (block, closes) => statementsDoc(block, closes, layout) };
  return layout;
}
function blockDoc(block, layout, closes = layout.facts.endsInSemicolon(block)) {
  const { open: open2, items, close } = block;
  if (items.length === 0 && close.leading.length === 0) {
    return [pieceDoc(open2), open2.trailing.length === 0 ? "" : hardLine, pieceDoc(close)];
  }
  return [
    pieceDoc(open2),
    nest([hardLine, layout.statements(block, closes)]),
    hardLine,
    pieceDoc({ ...close, leading: [] })
  ];
}
function statementsDoc(block, closes, layout) {
  const statements = statementsOf(block.items);
  const lines = statements.map((nodes, i) => {
    const [head, ...rest] = nodes;
    const bare = [withoutLeading(head), ...rest];
    const complete2 = closes && i === statements.length - 1 && !isBlock(nodes) ? withSemicolon(bare) : bare;
    return [leadingDoc(first(head), i === 0), statementDoc(complete2, layout)];
  });
  const comments = linesDoc(block.close.leading, lines.length === 0);
  return join4(comments.length === 0 ? lines : [...lines, comments], hardLine);
}
function statementsOf(items) {
  const statements = [];
  for (let i = 0; i < items.length; ) {
    const end = statementEnd(items, i);
    const nodes = items.slice(i, end);
    i = end;
    const [only] = nodes;
    const empty = nodes.length === 1 && isPunctuation(only, ";");
    if (!empty || first(only).leading.length + last(only).trailing.length > 0) statements.push(nodes);
  }
  return statements;
}
function statementEnd(items, start) {
  if (isBracket(items[start], "{")) return start + 1;
  if (isWord(items[start], ...HEADED)) {
    let end = start + 1;
    while (end < items.length && !isBracket(items[end], "{")) end++;
    end++;
    if (!isWord(items[end], "else")) return end;
    return isWord(items[end + 1], "if") ? statementEnd(items, end + 1) : end + 2;
  }
  const semicolon = items.findIndex((node2, i) => i >= start && isPunctuation(node2, ";"));
  return semicolon < 0 ? items.length : semicolon + 1;
}
function isBlock(nodes) {
  return isBracket(nodes[0], "{") || isWord(nodes[0], ...HEADED);
}
function withSemicolon(nodes) {
  const end = nodes.at(-1);
  if (end === void 0 || isPunctuation(end, ";")) return nodes;
  const { node: node2, trailing } = withoutTrailing(end);
  const { span } = last(node2);
  const semicolon = {
    kind: "punctuation",
    text: ";",
    span: { start: span.end, end: span.end },
    leading: [],
    trailing,
    blankBefore: false,
    first: false
  };
  return [...nodes.slice(0, -1), node2, semicolon];
}
function statementDoc(nodes, layout) {
  if (isBracket(nodes[0], "{")) return nodes.map((node2) => blockDoc(node2, layout));
  if (isWord(nodes[0], ...HEADED)) return headedDoc(nodes, layout);
  const end = nodes.at(-1);
  if (!isPunctuation(end, ";")) return simpleDoc(nodes, layout);
  return [simpleDoc(nodes.slice(0, -1), layout), pieceDoc(end)];
}
function headedDoc(nodes, layout) {
  const docs = [];
  let head = [];
  const flush = () => {
    if (head.length > 0) docs.push(" ", group(headDoc(head, layout)));
    head = [];
  };
  for (const [i, node2] of nodes.entries()) {
    const keyword = isWord(node2, ...HEADED, "else") && (i === 0 || head.length === 0);
    if (isBracket(node2, "{")) {
      flush();
      docs.push(" ", blockDoc(node2, layout));
    } else if (keyword) docs.push(i === 0 ? "" : " ", pieceDoc(node2));
    else head.push(node2);
  }
  flush();
  return docs;
}
function headDoc(nodes, layout) {
  const [only] = nodes;
  if (nodes.length === 1 && isBracket(only, "(") && isPunctuation(only.items[1], ":")) {
    return [pieceDoc(only.open), headDoc(only.items, layout), pieceDoc(only.close)];
  }
  if (!isPunctuation(nodes[1], ":")) return indent(expressionDoc(nodes, layout));
  const [variable, colon, ...over] = nodes;
  return [pieceDoc(variable), " ", pieceDoc(colon), " ", rangeDoc(over, layout)];
}
function rangeDoc(nodes, layout) {
  const dots = nodes.findIndex((node2) => isPunctuation(node2, ".."));
  if (dots < 0) return expressionDoc(nodes, layout);
  const [before, after] = [nodes.slice(0, dots), nodes.slice(dots + 1)];
  const gap = glue(before.at(-1), nodes[dots], void 0, layout.facts);
  return [expressionDoc(before, layout), gap, pieceDoc(nodes[dots]), expressionDoc(after, layout)];
}
function simpleDoc(nodes, layout) {
  const assigned = nodes.findIndex((node2) => isPunctuation(node2, ...ASSIGNMENTS));
  if (assigned > 0) {
    const target = nodes.slice(0, assigned);
    const value = nodes.slice(assigned + 1);
    return group([
      isWord(target[0], "let") ? declaredDoc(target, layout) : expressionDoc(target, layout),
      " ",
      pieceDoc(nodes[assigned]),
      " ",
      valueDoc(value, layout)
    ]);
  }
  if (isWord(nodes[0], "let")) return declaredDoc(nodes, layout);
  if (isWord(nodes[0], "return") && nodes.length > 1) {
    return [pieceDoc(nodes[0]), " ", valueDoc(nodes.slice(1), layout)];
  }
  return valueDoc(nodes, layout);
}
function valueDoc(nodes, layout) {
  const doc = group(expressionDoc(nodes, layout));
  return nodes.some((node2) => isBracket(node2, "{")) ? doc : indent(doc);
}
function declaredDoc(nodes, layout) {
  return nodes.map((node2, i) => {
    const before = nodes[i - 1];
    const gap = isPunctuation(node2, ":") ? "" : glue(before, node2, nodes[i - 2], layout.facts);
    return [gap, nodeDoc(node2, layout)];
  });
}
var HEADED;
var init_statement = __esm({
  "src/compiler/syntax/format/statement.ts"() {
    "use strict";
    init_document();
    init_expression();
    init_tree();
    init_trivia();
    HEADED = ["if", "for", "while", "unroll"];
  }
});

// src/compiler/syntax/format/format.ts
function format2(source) {
  const unix = { ...source, text: source.text.replaceAll("\r\n", "\n") };
  const { program: program2, diagnostics } = parseAny(unix);
  if (diagnostics.hasErrors) return { text: void 0, diagnostics };
  try {
    const text4 = print(unix.text, program2);
    const again = parseAny({ ...unix, text: text4 });
    if (again.diagnostics.hasErrors || dumpAst(again.program) !== dumpAst(program2)) {
      throw new Unformattable({ start: 0, end: 0 });
    }
    return { text: text4, diagnostics };
  } catch (error) {
    if (!(error instanceof Unformattable)) throw error;
    const own = new import_diagnostic8.Diagnostics();
    own.error("not-formattable", error.span, error.message, {
      hint: "conditions of the preprocessor must hold whole statements or probes; the text is left as it is."
    });
    return { text: void 0, diagnostics: own };
  }
}
function parseAny(source) {
  const { program: program2, diagnostics } = (0, import_parse3.parse)(source, { params: [], verbatim: true });
  const others = diagnostics.list.filter(({ code: code2 }) => code2 !== "no-probes");
  if (others.length === diagnostics.list.length) return { program: program2, diagnostics };
  const kept = new import_diagnostic8.Diagnostics();
  for (const { severity, code: code2, span, message: message2 } of others) {
    if (severity === "error") kept.error(code2, span, message2);
  }
  return { program: program2, diagnostics: kept };
}
function print(text4, program2) {
  const reader = new PieceReader(text4);
  const layout = layoutFor(factsOf2(program2));
  const items = [];
  while (!reader.atEnd) items.push(readItem(reader, layout));
  const end = reader.token();
  const large = items.map(({ doc }) => render(doc, 0, WIDTH2).includes("\n"));
  const docs = items.map((item, i) => {
    const parts = i > 0 && (large[i - 1] || large[i]) && !hasBlank(item.head);
    return [parts ? hardLine : "", leadingDoc(item.head, i === 0), item.doc];
  });
  const rest = linesDoc(end.leading, docs.length === 0);
  const out = render(join4(rest.length === 0 ? docs : [...docs, rest], hardLine), 0, WIDTH2);
  return out.trim() === "" ? "" : `${out.trimEnd()}
`;
}
function hasBlank({ leading, blankBefore }) {
  return blankBefore || leading.some((trivia) => trivia.blankBefore);
}
function readItem(reader, layout) {
  const at = reader.position;
  const starts = (pattern2) => {
    pattern2.lastIndex = at;
    return pattern2.test(reader.text);
  };
  if (starts(/config\s*[={]/y)) return configItem(reader, layout);
  if (starts(/(?:macro|fn|subprog)\s+\w/y)) return functionItem(reader, layout);
  if (starts(/(?:struct|union|enum|typedef)[\s{]/y)) return definitionItem(reader, layout);
  if (starts(/(?:let\s+[@$]|import\b)/y)) return simpleItem(reader, layout);
  return probeItem(reader, layout);
}
function itemOf(nodes, doc) {
  const [head, ...rest] = nodes;
  return { head: first(head), doc: doc([withoutLeading(head), ...rest]) };
}
function readUntil(reader, ends) {
  const nodes = [];
  for (; ; ) {
    const node2 = readNode(reader);
    if (node2.kind === "end") throw new Unformattable(first(node2).span);
    nodes.push(node2);
    if (ends(node2, nodes)) return nodes;
  }
}
function configItem(reader, layout) {
  const nodes = readUntil(reader, (node2) => isBracket(node2, "{"));
  return itemOf(nodes, (all2) => [spaced(all2.slice(0, -1)), " ", blockDoc(all2.at(-1), layout, true)]);
}
function functionItem(reader, layout) {
  const nodes = readUntil(reader, (node2) => isBracket(node2, "{"));
  return itemOf(nodes, (all2) => [
    group(expressionDoc(all2.slice(0, -1), layout)),
    hardLine,
    blockDoc(all2.at(-1), layout)
  ]);
}
function definitionItem(reader, layout) {
  const goesOn = /(?:;|__attribute__\b)/y;
  const nodes = readUntil(reader, (node2, before) => {
    if (isPunctuation(node2, ";")) return true;
    if (!before.some((each) => isBracket(each, "{")) || isWord(before[0], "typedef")) return false;
    if (isWord(node2, "__attribute__")) return false;
    goesOn.lastIndex = reader.position;
    return !goesOn.test(reader.text);
  });
  return itemOf(nodes, (all2) => declarationDoc(all2, layout));
}
function simpleItem(reader, layout) {
  const nodes = readUntil(reader, (node2, before) => {
    if (isPunctuation(node2, ";")) return true;
    const complete2 = isWord(before[0], "import") ? node2.kind === "string" : isBracket(node2, "(");
    return complete2 && reader.text[reader.position] !== ";";
  });
  return itemOf(nodes, (all2) => spaced(withSemicolon(all2), layout));
}
function spaced(nodes, layout) {
  return nodes.map((node2, i) => {
    const gap = i === 0 || isPunctuation(node2, ";") || isBracket(node2, "(") ? "" : " ";
    return [gap, layout === void 0 ? pieceDoc(node2) : expressionDoc([node2], layout)];
  });
}
function probeItem(reader, layout) {
  const points = [];
  let at = reader.position;
  for (; ; ) {
    const end = attachPointEnd(reader.text, at);
    if (end === at) break;
    points.push(reader.raw(end));
    at = reader.position;
    if (reader.text[at] === ",") points.push(reader.token());
    else if (!reader.text.startsWith("||", at) && points.at(-1)?.text !== "||") break;
    at = reader.position;
  }
  const [head] = points;
  if (head === void 0) throw new Unformattable({ start: at, end: at + 1 });
  const docs = points.map((point, i) => {
    const before = points[i - 1];
    const gap = before === void 0 || point.text === "," ? "" : before.text === "," ? hardLine : " ";
    return [gap, pieceDoc(i === 0 ? { ...point, leading: [] } : point)];
  });
  if (reader.text[reader.position] === "/") docs.push(hardLine, predicateDoc(reader, layout));
  if (reader.text[reader.position] === "{")
    docs.push(hardLine, blockDoc(readNode(reader), layout));
  return { head, doc: docs };
}
function attachPointEnd(text4, start) {
  if (text4[start] === "/" || text4[start] === "#") return start;
  let at = start;
  for (; at < text4.length && !/[\s,{]/.test(text4[at]); at++) {
    at = (text4[at - 1] === ":" ? (0, import_attach_point.optionEnd)(text4, at) : void 0) ?? at;
    if (text4[at] !== '"') continue;
    for (at++; at < text4.length && text4[at] !== '"'; at++) if (text4[at] === "\\") at++;
  }
  return at;
}
function predicateDoc(reader, layout) {
  const open2 = reader.token();
  const { text: text4 } = reader;
  const ends = (slash) => {
    const next = reader.position;
    return text4[next] === "{" || reader.atEnd || text4.slice(slash, next).includes("\n") && (0, import_attach_point.startsProbeAt)(text4, next);
  };
  const nodes = readUntil(reader, (node2) => isPunctuation(node2, "/") && ends(node2.span.end));
  const close = nodes.pop();
  return [pieceDoc(open2), { kind: "align", doc: group(expressionDoc(nodes, layout)) }, pieceDoc(close)];
}
var import_diagnostic8, import_parse3, import_attach_point, WIDTH2;
var init_format = __esm({
  "src/compiler/syntax/format/format.ts"() {
    "use strict";
    import_diagnostic8 = __toESM(require_diagnostic_ts(), 1);
    init_dump();
    import_parse3 = __toESM(require_parse_ts(), 1);
    import_attach_point = __toESM(require_attach_point_ts(), 1);
    init_definition();
    init_document();
    init_expression();
    init_piece();
    init_statement();
    init_tree();
    init_trivia();
    WIDTH2 = 100;
  }
});

// src/cli/format.ts
var format_exports = {};
__export(format_exports, {
  formatFiles: () => formatFiles
});
async function formatFiles(config) {
  const { files, check: check3, write: write2 } = config.formatting;
  if (write2 && check3) throw new import_config10.UsageError("--check and --write exclude each other");
  const sources = files.length === 0 ? [void 0] : files;
  if (write2 && (files.length === 0 || files.includes("-"))) throw new import_config10.UsageError("--write needs a file");
  let code2 = 0;
  for (const path2 of sources) {
    const source = path2 === void 0 ? program(config) : file(path2);
    const { text: text4, diagnostics } = format2(source);
    if (text4 === void 0) {
      await (0, import_report4.reportDiagnostics)(diagnostics.list, source, (0, import_standard_error13.colorsErrors)(config.color));
      code2 = 1;
    } else if (check3) {
      if (text4 === source.text) continue;
      (0, import_standard_error13.sayOut)(`${source.name}
`);
      code2 = 1;
    } else if (!write2) {
      if (config.output === void 0) (0, import_standard_error13.sayOut)(text4);
      else (0, import_node_fs9.writeFileSync)(config.output, text4);
    } else if (text4 !== source.text) {
      (0, import_node_fs9.writeFileSync)(path2, text4);
      if (config.verbose) (0, import_standard_error13.say)(`${path2}: changed
`);
    }
  }
  return code2;
}
function program({ expression }) {
  return (0, import_source2.readSource)({ expression, script: expression === void 0 ? "-" : void 0 }).file;
}
function file(path2) {
  if (path2 === "-") return (0, import_source2.readSource)({ expression: void 0, script: "-" }).file;
  try {
    return { name: path2, text: (0, import_node_fs9.readFileSync)(path2, "utf8") };
  } catch (error) {
    throw new import_config10.UsageError(`cannot read ${path2}: ${error.code ?? error}`);
  }
}
var import_node_fs9, import_config10, import_report4, import_source2, import_standard_error13;
var init_format2 = __esm({
  "src/cli/format.ts"() {
    "use strict";
    import_node_fs9 = require("node:fs");
    init_format();
    import_config10 = __toESM(require_config_ts(), 1);
    import_report4 = __toESM(require_report_ts2(), 1);
    import_source2 = __toESM(require_source_ts(), 1);
    import_standard_error13 = __toESM(require_standard_error_ts(), 1);
  }
});

// src/cli/info/report.ts
function textOf3(sections) {
  return sections.map(({ title, rows }) => `${title}
${rows.map((row3) => `${rowText(row3)}
`).join("")}`).join("\n");
}
function rowText({ label, value, advice: advice2 }) {
  const said = typeof value === "boolean" ? value ? "yes" : "no" : String(value);
  const words4 = `${said}${advice2 === void 0 ? "" : `: ${advice2}`}`.split(" ");
  const lines = [`  ${label.padEnd(LABEL_WIDTH - 1)}`];
  for (const word4 of words4) {
    const line3 = lines.at(-1);
    if (line3.length + 1 + word4.length <= WIDTH3 || line3.trim() === "")
      lines[lines.length - 1] = `${line3} ${word4}`;
    else lines.push(`${" ".repeat(LABEL_WIDTH + 2)}${word4}`);
  }
  return lines.join("\n");
}
function jsonOf(sections) {
  const found = Object.fromEntries(
    sections.map(({ key, rows }) => [key, Object.fromEntries(rows.map((row3) => [row3.key, row3.value]))])
  );
  const advice2 = sections.flatMap(
    ({ key, rows }) => rows.flatMap((row3) => row3.advice === void 0 ? [] : [[`${key}.${row3.key}`, row3.advice]])
  );
  return `${JSON.stringify({ ...found, advice: Object.fromEntries(advice2) })}
`;
}
var LABEL_WIDTH, WIDTH3;
var init_report = __esm({
  "src/cli/info/report.ts"() {
    "use strict";
    LABEL_WIDTH = 30;
    WIDTH3 = 80;
  }
});

// first:src/kernel/host/tracefs.ts.cjs
var require_tracefs_ts = __commonJS({
  "first:src/kernel/host/tracefs.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/tracefs.ts");
  }
});

// src/cli/info/system.ts
function systemSection(env2) {
  return {
    key: "system",
    title: "System",
    rows: [
      { key: "kernel", label: "kernel", value: `${(0, import_node_os3.release)()} (${env2.kernelVersion.join(".")})` },
      { key: "arch", label: "architecture", value: env2.arch },
      { key: "cpus", label: "CPUs (online)", value: (0, import_cpu2.onlineCpus)().length },
      { key: "possible_cpus", label: "CPUs (possible)", value: (0, import_cpu2.possibleCpus)() },
      { key: "memory_mb", label: "memory, MB", value: Math.round((0, import_node_os3.totalmem)() / 2 ** 20) }
    ]
  };
}
function buildSection() {
  return {
    key: "build",
    title: "Build",
    rows: [
      { key: "version", label: "tsbpf", value: `v${import_version2.VERSION}` },
      { key: "node", label: "Node", value: process.version },
      { key: "v8", label: "V8", value: process.versions.v8 },
      { key: "llvm", label: "LLVM", value: "not needed" },
      { key: "dwarf", label: "DWARF (types of user space)", value: true },
      { key: "systemd", label: "systemd notification", value: true }
    ]
  };
}
function privilegeSection() {
  const lacking = (0, import_capability2.missingPrivilege)();
  const held = (0, import_capability2.capabilities)();
  return {
    key: "privilege",
    title: "Privilege",
    rows: [
      { key: "enough", label: "may load and attach", value: lacking === void 0, ...advice(lacking) },
      { key: "uid", label: "user", value: process.geteuid?.() ?? -1 },
      ...import_capability2.CAPABILITIES.map(
        (name) => ({
          key: name.toLowerCase(),
          label: name,
          value: held.has(name),
          ...advice(held.has(name) ? void 0 : CAPABILITY_USE[name])
        })
      ),
      { key: "lockdown", label: "lockdown", value: lockdown() },
      setting("unprivileged_bpf_disabled", "/proc/sys/kernel/unprivileged_bpf_disabled"),
      paranoia(),
      setting("kptr_restrict", "/proc/sys/kernel/kptr_restrict")
    ]
  };
}
function advice(words4) {
  return words4 === void 0 ? {} : { advice: words4 };
}
function lockdown() {
  const path2 = "/sys/kernel/security/lockdown";
  if (!(0, import_node_fs10.existsSync)(path2)) return "none";
  return /\[(\w+)\]/.exec((0, import_node_fs10.readFileSync)(path2, "latin1"))?.[1] ?? "unknown";
}
function setting(key, path2) {
  return { key, label: key, value: read(path2) ?? "unknown" };
}
function paranoia() {
  const row3 = setting("perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid");
  const strict = Number(row3.value) > 2 && process.geteuid?.() !== 0;
  return {
    ...row3,
    ...advice(strict ? "above 2 only root may trace here; sysctl kernel.perf_event_paranoid=2" : void 0)
  };
}
function read(path2) {
  try {
    return (0, import_node_fs10.readFileSync)(path2, "latin1").trim();
  } catch {
    return void 0;
  }
}
function kernelSection(env2) {
  const btf = env2.btf() !== void 0;
  const path2 = process.env.BPFTRACE_BTF ?? import_vmlinux_btf4.VMLINUX_BTF;
  return {
    key: "kernel",
    title: "Types, files and limits of the kernel",
    rows: [
      {
        key: "btf",
        label: `BTF (${path2})`,
        value: btf,
        ...advice(
          btf ? void 0 : "needs CONFIG_DEBUG_INFO_BTF; without it there are no struct casts, constants, ppid or curtask fields"
        )
      },
      { key: "module_btf", label: "modules with BTF", value: moduleBtf() },
      tracefs(),
      mounted("bpffs", "/sys/fs/bpf", "BPF file system (for pins)", "mount -t bpf bpf /sys/fs/bpf"),
      jit(),
      { key: "instruction_limit", label: "instructions for the verifier", value: 1e6 },
      setting("perf_event_max_stack", "/proc/sys/kernel/perf_event_max_stack"),
      ...limits()
    ]
  };
}
function moduleBtf() {
  try {
    return (0, import_node_fs10.readdirSync)("/sys/kernel/btf").filter((name) => name !== "vmlinux").length;
  } catch {
    return 0;
  }
}
function tracefs() {
  const row3 = { key: "tracefs", label: "tracefs" };
  let found = { ...row3, value: "not mounted", advice: "mount -t tracefs nodev /sys/kernel/tracing" };
  for (const mount of import_tracefs.TRACEFS_MOUNTS) {
    try {
      if ((0, import_node_fs10.statSync)(`${mount}/events`).isDirectory()) return { ...row3, value: mount };
    } catch (error) {
      if ((0, import_missing8.errorCode)(error) === "EACCES")
        found = { ...row3, value: "for root only", advice: "run with sudo, or with CAP_DAC_READ_SEARCH" };
    }
  }
  return found;
}
function mounted(key, path2, label, how) {
  const there = (read("/proc/self/mounts") ?? "").includes(` ${path2} bpf `);
  return { key, label, value: there, ...advice(there ? void 0 : how) };
}
function jit() {
  const value = read("/proc/sys/net/core/bpf_jit_enable");
  const on = value !== "0";
  return {
    key: "jit",
    label: "machine code (JIT)",
    value: on,
    ...advice(
      on ? void 0 : "sysctl net.core.bpf_jit_enable=1: programs are interpreted now, many times slower"
    )
  };
}
function limits() {
  const files = (0, import_rlimit3.getRlimit)(RLIMIT_NOFILE).hard;
  const rows = [{ key: "open_files", label: "open files (one a probe)", value: Number(files) }];
  if ((0, import_rlimit3.raiseMemlock)()) return rows;
  const kilobytes = Number(((0, import_rlimit3.memlockLimit)() ?? 0n) / 1024n);
  return [
    ...rows,
    {
      key: "memlock_kb",
      label: "locked memory for maps, KB",
      value: kilobytes,
      advice: "ulimit -l unlimited as root, LimitMEMLOCK=infinity in a systemd unit"
    }
  ];
}
function configSection() {
  if ((0, import_kernel_option2.kernelOption)("CONFIG_BPF") === void 0) return void 0;
  const rows = OPTIONS.map(([name, use]) => {
    const set = (0, import_kernel_option2.kernelOption)(`CONFIG_${name}`);
    const value = set === "n" ? void 0 : set;
    return {
      key: `CONFIG_${name}`,
      label: `CONFIG_${name}`,
      value: value ?? false,
      ...advice(value === void 0 ? `for ${use}` : void 0)
    };
  });
  return { key: "config", title: "Options of the kernel\u2019s build", rows };
}
var import_node_fs10, import_node_os3, import_capability2, import_cpu2, import_kernel_option2, import_missing8, import_tracefs, import_vmlinux_btf4, import_rlimit3, import_version2, CAPABILITY_USE, RLIMIT_NOFILE, OPTIONS;
var init_system = __esm({
  "src/cli/info/system.ts"() {
    "use strict";
    import_node_fs10 = require("node:fs");
    import_node_os3 = require("node:os");
    import_capability2 = __toESM(require_capability_ts(), 1);
    import_cpu2 = __toESM(require_cpu_ts(), 1);
    import_kernel_option2 = __toESM(require_kernel_option_ts(), 1);
    import_missing8 = __toESM(require_missing_ts(), 1);
    import_tracefs = __toESM(require_tracefs_ts(), 1);
    import_vmlinux_btf4 = __toESM(require_vmlinux_btf_ts(), 1);
    import_rlimit3 = __toESM(require_rlimit_ts(), 1);
    import_version2 = __toESM(require_version_ts(), 1);
    CAPABILITY_USE = {
      CAP_BPF: "loads programs and makes maps (5.8; before, CAP_SYS_ADMIN)",
      CAP_PERFMON: "attaches programs to the kernel (5.8; before, CAP_SYS_ADMIN)",
      CAP_SYS_ADMIN: "does what the two above do, and more; not needed beside them",
      CAP_DAC_READ_SEARCH: "reads tracefs, kallsyms and other users\u2019 programs",
      CAP_SYS_PTRACE: "looks into processes of other users: symbols, USDT",
      CAP_SYS_RESOURCE: "raises limits on memory and open files",
      CAP_NET_ADMIN: "attaches programs to network interfaces",
      CAP_SYSLOG: "sees addresses of kernel symbols"
    };
    RLIMIT_NOFILE = 7;
    OPTIONS = [
      ["BPF_SYSCALL", "everything"],
      ["BPF_JIT", "speed"],
      ["BPF_EVENTS", "kprobes, uprobes, tracepoints"],
      ["PERF_EVENTS", "tracepoints, profile, interval"],
      ["DEBUG_INFO_BTF", "types of the kernel"],
      ["DEBUG_INFO_BTF_MODULES", "types of modules"],
      ["TRACEPOINTS", "tracepoints"],
      ["FTRACE_SYSCALLS", "tracepoint:syscalls"],
      ["KPROBES", "kprobe"],
      ["KPROBE_EVENTS", "kprobe"],
      ["FUNCTION_TRACER", "fentry, and names of traceable functions"],
      ["DYNAMIC_FTRACE_WITH_DIRECT_CALLS", "fentry"],
      ["FPROBE", "many kprobes at once"],
      ["UPROBES", "uprobe and usdt"],
      ["UPROBE_EVENTS", "uprobe and usdt"],
      ["HAVE_HW_BREAKPOINT", "watchpoint"],
      ["CGROUP_BPF", "programs of control groups"],
      ["XDP_SOCKETS", "AF_XDP"],
      ["BPF_KPROBE_OVERRIDE", "override()"],
      ["KALLSYMS", "names of kernel functions"],
      ["KALLSYMS_ALL", "names of kernel variables"]
    ];
  }
});

// first:src/kernel/attach/link.ts.cjs
var require_link_ts = __commonJS({
  "first:src/kernel/attach/link.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/attach/link.ts");
  }
});

// src/kernel/sys/feature-text.ts
var import_features2, needs, FEATURE_TEXT;
var init_feature_text = __esm({
  "src/kernel/sys/feature-text.ts"() {
    "use strict";
    import_features2 = __toESM(require_features_ts(), 1);
    needs = (feature) => `needs Linux ${(0, import_features2.featureSince)(feature).join(".")}`;
    FEATURE_TEXT = {
      ringbuf: { label: "ring buffer", without: `${needs("ringbuf")}; --event-buffer perf is used instead` },
      perf_link: {
        label: "links of perf events, cookies",
        without: `${needs("perf_link")}; older kernels attach without a link`
      },
      atomic_fetch: {
        label: "fetching atomics",
        without: `${needs("atomic_fetch")}; without, x = @n++ may repeat a value`
      },
      for_each_map_elem: {
        label: "bpf_for_each_map_elem",
        without: `${needs("for_each_map_elem")}; without, len(@map) and loops over maps are refused`
      },
      loop: { label: "bpf_loop", without: `${needs("loop")}; without, loops are bounded more tightly` },
      lookup_percpu_elem: {
        label: "reads of other CPUs\u2019 values",
        without: `${needs("lookup_percpu_elem")}; without, aggregations cannot be read in expressions`
      },
      get_current_task_btf: {
        label: "typed current task",
        without: `${needs("get_current_task_btf")}; without, its fields are read more slowly`
      },
      signed_division: {
        label: "signed division (CPU v4)",
        without: `${needs("signed_division")}; without, it is expanded`
      },
      ktime_get_boot_ns: {
        label: "clock that counts sleep",
        without: `${needs("ktime_get_boot_ns")}; without, nsecs stands still while the machine sleeps`
      },
      kprobe: {
        label: "kprobes",
        without: "needs CONFIG_KPROBES and CONFIG_KPROBE_EVENTS; tracepoints and raw tracepoints still work"
      },
      kprobe_multi: {
        label: "many kprobes at once",
        without: `${needs("kprobe_multi")} and CONFIG_FPROBE; without, they are attached one by one`
      },
      kprobe_session: {
        label: "kprobe sessions",
        without: `${needs("kprobe_session")} and CONFIG_FPROBE; without, kprobe and kretprobe are attached by themselves`
      },
      fentry: {
        label: "fentry and fexit",
        without: `${needs("fentry")}, BTF and CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS; tracepoints still work`
      },
      get_func_arg: {
        label: "arguments by helper",
        without: `${needs("get_func_arg")} and BTF; without, fentry does not stand in for kprobes`
      },
      override_return: {
        label: "override() of return values",
        without: "needs CONFIG_BPF_KPROBE_OVERRIDE, which distributions leave out"
      },
      probe_write_user: {
        label: "write_user()",
        without: "needs a kernel that is not locked down (/sys/kernel/security/lockdown)"
      },
      uprobe: { label: "uprobes", without: "needs CONFIG_UPROBES" },
      uprobe_multi: {
        label: "many uprobes at once",
        without: `${needs("uprobe_multi")}; without, they are attached one by one`
      },
      tp_btf: {
        label: "typed raw tracepoints",
        without: `${needs("tp_btf")} and BTF; without, their arguments are bare numbers`
      },
      raw_tracepoint_cookie: {
        label: "cookies of raw tracepoints",
        without: `${needs("raw_tracepoint_cookie")}; without, each target has a program of its own`
      },
      tcx: { label: "tc programs as links (tcx)", without: needs("tcx") },
      program_btf: { label: "types of programs", without: `${needs("program_btf")}; dumps then show no source` },
      map_batch: {
        label: "many map entries at once",
        without: `${needs("map_batch")}; maps are then read one by one`
      }
    };
  }
});

// first:src/kernel/sys/native.ts.cjs
var require_native_ts = __commonJS({
  "first:src/kernel/sys/native.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/sys/native.ts");
  }
});

// src/kernel/sys/network-namespace.ts
async function inOwnNetwork(body) {
  const shim = (0, import_native.native)();
  const home = (0, import_node_fs11.openSync)("/proc/thread-self/ns/net", "r");
  try {
    (0, import_error7.check)(shim.syscall(shim.nr.unshare, CLONE_NEWNET), "unshare", "network namespace");
    try {
      return await body();
    } finally {
      (0, import_error7.check)(shim.syscall(shim.nr.setns, home, CLONE_NEWNET), "setns", "network namespace");
    }
  } finally {
    (0, import_node_fs11.closeSync)(home);
  }
}
var import_node_fs11, import_error7, import_native, CLONE_NEWNET;
var init_network_namespace = __esm({
  "src/kernel/sys/network-namespace.ts"() {
    "use strict";
    import_node_fs11 = require("node:fs");
    import_error7 = __toESM(require_error_ts(), 1);
    import_native = __toESM(require_native_ts(), 1);
    CLONE_NEWNET = 1073741824;
  }
});

// first:src/runtime/session.ts.cjs
var require_session_ts = __commonJS({
  "first:src/runtime/session.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/runtime/session.ts");
  }
});

// src/cli/info/trials.ts
function featureSection(features) {
  const rows = Object.keys(FEATURE_TEXT).map((feature) => {
    const { label, without } = FEATURE_TEXT[feature];
    const value = features.has(feature);
    return { key: feature, label, value, ...value ? {} : { advice: without } };
  });
  return { key: "features", title: "Features of the kernel", rows };
}
async function probeSection(host2) {
  const rows = [];
  for (const entry of import_registry4.PROBE_TYPES) {
    const said = await ((0, import_registry4.isPacketProbe)(entry.name) ? packetTrial(entry, host2) : trial(entry, host2));
    const label = [entry.name, ...entry.aliases].join(", ");
    rows.push({ key: entry.name, label, ...said });
  }
  return { key: "probes", title: "Probe types (attached for a moment)", rows };
}
async function packetTrial(entry, host2) {
  try {
    return await inOwnNetwork(() => trial(entry, host2, true));
  } catch (error) {
    if (!(error instanceof import_error8.SyscallError)) throw error;
    const loaded = await trial(entry, host2);
    return loaded.value === true ? { value: "loaded" } : loaded;
  }
}
async function trial(entry, host2, withoutPackets = false) {
  const advice2 = await problem(entry, host2, withoutPackets);
  return advice2 === void 0 ? { value: true } : { value: false, advice: advice2 };
}
async function problem({ doc }, host2, withoutPackets) {
  const source = { name: "info", text: doc.example ?? "" };
  try {
    const { spec, diagnostics } = (0, import_compile2.compile)(source, host2.env, { unsafe: true });
    const mistake = diagnostics.find((d) => d.severity === "error");
    if (mistake !== void 0) return words2(mistake.message, mistake.hint);
    if (spec === void 0) return "it does not compile";
    const silent = (0, import_options4.resolveOptions)({ title: "", source, notice: () => {
    }, onQuit: () => {
    } });
    const sink = new import_text_sink6.TextSink(new import_byte_output10.MemoryOutput(), silent);
    await (0, import_session.runSession)({ spec, sink, host: host2, ringSize: 4096, dryRun: true, withoutPackets });
    return void 0;
  } catch (error) {
    return reason2(error);
  }
}
function reason2(error) {
  if (error instanceof import_missing9.MissingError) return words2(error.message, error.hint);
  if (error instanceof import_rejection2.Rejection) return error.diagnostic.message;
  if (error instanceof import_error8.SyscallError || error instanceof import_link.AttachError) return error.message;
  throw error;
}
function words2(message2, hint) {
  return hint === void 0 ? message2 : `${message2}; ${hint}`;
}
var import_compile2, import_registry4, import_link, import_missing9, import_rejection2, import_error8, import_byte_output10, import_options4, import_text_sink6, import_session;
var init_trials = __esm({
  "src/cli/info/trials.ts"() {
    "use strict";
    import_compile2 = __toESM(require_compile_ts(), 1);
    import_registry4 = __toESM(require_registry_ts(), 1);
    import_link = __toESM(require_link_ts(), 1);
    import_missing9 = __toESM(require_missing_ts(), 1);
    import_rejection2 = __toESM(require_rejection_ts(), 1);
    import_error8 = __toESM(require_error_ts(), 1);
    init_feature_text();
    init_network_namespace();
    import_byte_output10 = __toESM(require_byte_output_ts(), 1);
    import_options4 = __toESM(require_options_ts2(), 1);
    import_text_sink6 = __toESM(require_text_sink_ts(), 1);
    import_session = __toESM(require_session_ts(), 1);
  }
});

// src/cli/info/info.ts
var info_exports = {};
__export(info_exports, {
  info: () => info
});
async function info({ format: format3 }) {
  (0, import_rlimit4.raiseMemlock)();
  const features = (0, import_features3.createFeatures)({ idOf: (name, kind2) => host2.env.btf()?.idOf(name, kind2) });
  const host2 = (0, import_host4.openHost)({ params: [], options: /* @__PURE__ */ new Map(), targetPid: void 0, features });
  const lacking = (0, import_capability3.missingPrivilege)();
  const config = configSection();
  const sections = [
    systemSection(host2.env),
    buildSection(),
    privilegeSection(),
    kernelSection(host2.env),
    ...config === void 0 ? [] : [config]
  ];
  if (lacking === void 0) sections.push(featureSection(features), await probeSection(host2));
  (0, import_standard_error14.sayOut)(format3 === "json" ? jsonOf(sections) : textOf3(sections));
  if (lacking === void 0) return 0;
  if (format3 !== "json") (0, import_standard_error14.sayOut)(`
Features and probe types cannot be tried: ${lacking}.
`);
  return 1;
}
var import_capability3, import_host4, import_features3, import_rlimit4, import_standard_error14;
var init_info = __esm({
  "src/cli/info/info.ts"() {
    "use strict";
    import_capability3 = __toESM(require_capability_ts(), 1);
    import_host4 = __toESM(require_host_ts(), 1);
    import_features3 = __toESM(require_features_ts(), 1);
    import_rlimit4 = __toESM(require_rlimit_ts(), 1);
    import_standard_error14 = __toESM(require_standard_error_ts(), 1);
    init_report();
    init_system();
    init_trials();
  }
});

// src/cli/compiler-bench.ts
var compiler_bench_exports = {};
__export(compiler_bench_exports, {
  benchCompiler: () => benchCompiler
});
async function benchCompiler(config) {
  const program2 = (0, import_program4.openProgram)(config);
  if (typeof program2 === "number") return program2;
  const { source, host: host2 } = program2;
  const times = /* @__PURE__ */ new Map();
  const end = process.hrtime.bigint() + BigInt(SECONDS * 1e9);
  for (let run2 = 0; run2 < RUNS && (run2 === 0 || process.hrtime.bigint() < end); run2++) {
    let last2 = process.hrtime.bigint();
    const note = (work) => {
      const now = process.hrtime.bigint();
      if (work !== void 0) of(times, work).push(Number(now - last2));
      last2 = now;
    };
    const {
      spec,
      diagnostics,
      source: file2
    } = (0, import_compile3.compile)(source.file, host2.env, {
      observe: (stage) => note(WORK[stage]),
      unsafe: config.unsafe,
      checkIr: config.checkIr
    });
    if (spec === void 0) {
      await (0, import_program4.reportHeard)(diagnostics, file2, config);
      return 1;
    }
  }
  for (const [work, each] of times) (0, import_standard_error15.sayOut)(row(work, each));
  return 0;
}
function of(times, work) {
  const found = times.get(work) ?? [];
  times.set(work, found);
  return found;
}
function row(work, times) {
  const total2 = times.reduce((sum, time) => sum + time, 0);
  const mean = total2 / times.length;
  const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length);
  const unit = UNITS3.findLast(([size2]) => mean >= size2) ?? UNITS3[0];
  const [size, name] = unit;
  return `${work.padEnd(30)}${String(times.length).padEnd(8)}${String(total2).padEnd(12)}${Math.round(mean / size)} \xB1 ${Math.round(deviation / size)} ${name}
`;
}
var import_compile3, import_program4, import_standard_error15, RUNS, SECONDS, WORK, UNITS3;
var init_compiler_bench = __esm({
  "src/cli/compiler-bench.ts"() {
    "use strict";
    import_compile3 = __toESM(require_compile_ts(), 1);
    import_program4 = __toESM(require_program_ts(), 1);
    import_standard_error15 = __toESM(require_standard_error_ts(), 1);
    RUNS = 1e4;
    SECONDS = 1;
    WORK = {
      ast: "parse",
      types: "check",
      ir: "generate",
      spec: "assemble"
    };
    UNITS3 = [
      [1, "ns"],
      [1e3, "\u03BCs"],
      [1e6, "ms"]
    ];
  }
});

// src/kernel/host/demangle-state.ts
function plain2(text4) {
  return { left: text4, right: "" };
}
function whole({ left, right, pack }) {
  if (pack !== void 0) return pack.map(whole).join(", ");
  return left + right;
}
function bracketed(args) {
  const text4 = args.filter((arg) => arg.pack === void 0 || arg.pack.length > 0).map(whole).join(", ");
  const apart2 = text4.endsWith(">") && args.at(-1)?.pack?.length !== 0;
  return apart2 ? `<${text4} >` : `<${text4}>`;
}
var Unreadable, DEEPEST, LONGEST2, State;
var init_demangle_state = __esm({
  "src/kernel/host/demangle-state.ts"() {
    "use strict";
    Unreadable = class extends Error {
    };
    DEEPEST = 256;
    LONGEST2 = 1 << 16;
    State = class {
      text;
      at = 0;
      /** S_, S0_, ...: types and name prefixes in the order of their appearance. */
      substitutions = [];
      /** T_, T0_, ... */
      templateArgs = [];
      /** Parameters of a generic lambda are written auto:1, auto:2. */
      inLambda = 0;
      #parameters = /* @__PURE__ */ new Map();
      // index of a substitution -> of a template parameter
      #depth = 0;
      constructor(text4) {
        this.text = text4;
      }
      peek(length = 1) {
        return this.text.slice(this.at, this.at + length);
      }
      /** Steps over `wanted` if it is next. */
      eat(wanted) {
        if (!this.text.startsWith(wanted, this.at)) return false;
        this.at += wanted.length;
        return true;
      }
      expect(wanted) {
        if (!this.eat(wanted)) this.fail();
      }
      match(pattern2) {
        pattern2.lastIndex = this.at;
        const found = pattern2.exec(this.text)?.[0];
        if (found !== void 0) this.at += found.length;
        return found;
      }
      digits() {
        const found = this.match(/[0-9]+/y);
        if (found === void 0) return this.fail();
        return Number(found);
      }
      /** The number between S (or T) and _: none is 0, 0 is 1, in base 36 for S. */
      sequence(base) {
        const found = this.match(base === 36 ? /[0-9A-Z]*(?=_)/y : /[0-9]*(?=_)/y);
        if (found === void 0) return this.fail();
        this.expect("_");
        return found === "" ? 0 : Number.parseInt(found, base) + 1;
      }
      /** Runs a part one level deeper. */
      nested(part) {
        if (++this.#depth > DEEPEST) this.fail();
        const value = part();
        this.#depth--;
        return value;
      }
      remember(type) {
        if (type.left.length + type.right.length > LONGEST2) this.fail();
        this.substitutions.push(type);
        return type;
      }
      substitution(index) {
        const parameter = this.#parameters.get(index);
        if (parameter !== void 0) return this.templateParameter(parameter);
        return this.substitutions[index] ?? this.fail();
      }
      templateParameter(index) {
        if (this.inLambda > 0) return plain2(`auto:${index + 1}`);
        return this.templateArgs[index] ?? this.fail();
      }
      /** Remembers T_ itself: where it is referred to again, other arguments may hold. */
      rememberParameter(index) {
        this.#parameters.set(this.substitutions.length, index);
        return this.remember(this.templateParameter(index));
      }
      fail() {
        throw new Unreadable();
      }
    };
  }
});

// src/kernel/host/demangle-type.ts
function parseType(parts) {
  const { state } = parts;
  const letter = state.peek();
  const two = state.peek(2);
  const builtin = BUILTIN[letter];
  if (builtin !== void 0) {
    state.at++;
    return plain2(builtin);
  }
  const special = BUILTIN_D[two];
  if (special !== void 0) {
    state.at += 2;
    return plain2(special);
  }
  switch (letter) {
    case "u":
      state.at++;
      return state.remember(plain2(sourceName(parts)));
    case "r":
    case "V":
    case "K":
      return qualified(parts);
    case "P":
      state.at++;
      return state.remember(indirect(parts.type(), "*"));
    case "R":
    case "O": {
      state.at++;
      return state.remember(reference2(parts.type(), letter === "R" ? "&" : "&&"));
    }
    case "C":
    case "G": {
      state.at++;
      const { left, right } = parts.type();
      return state.remember({ left: `${left} ${letter === "C" ? "_Complex" : "_Imaginary"}`, right });
    }
    case "F":
      return state.remember(functionType(parts, ""));
    case "A":
      return state.remember(arrayType(parts));
    case "M":
      return state.remember(memberPointer(parts));
    case "T":
      return templateParameterType(parts);
    case "D":
      return extended(parts, two);
    case "S":
      if (two !== "St") return substituted(parts);
      break;
    default:
      break;
  }
  return state.remember(plain2(parts.name()));
}
function sourceName({ state }) {
  const length = state.digits();
  const name = state.peek(length);
  if (name.length < length) state.fail();
  state.at += length;
  return name;
}
function qualified(parts) {
  const { state } = parts;
  let words4 = "";
  for (const letter of ["r", "V", "K"]) if (state.eat(letter)) words4 = (QUALIFIERS2[letter] ?? "") + words4;
  if (/^(Do|F)/.test(state.peek(2))) {
    const type2 = functionType(parts, words4);
    return state.remember(type2);
  }
  const type = parts.type();
  if (type.pack !== void 0)
    return state.remember({ ...type, pack: type.pack.map((t) => withWords(t, words4)) });
  return state.remember(withWords(type, words4));
}
function withWords(type, words4) {
  const { left, right } = type;
  if (type.form === "function") return { ...type, right: right + words4 };
  const missing = words4.split(/(?= )/).filter((word4) => !left.endsWith(word4)).join("");
  if (type.form === "array") return { ...type, left: `${left.trimEnd()}${missing} ` };
  return { ...type, left: left + missing };
}
function indirect(type, mark) {
  if (type.pack !== void 0) return { ...type, pack: type.pack.map((t) => indirect(t, mark)) };
  if (type.form === void 0) return { left: type.left + mark, right: type.right };
  const space = type.form === "array" ? " " : "";
  return { left: `${type.left}(${mark}`, right: `)${space}${type.right}` };
}
function reference2(type, mark) {
  if (type.pack !== void 0) return { ...type, pack: type.pack.map((t) => reference2(t, mark)) };
  const { left, right } = type;
  if (left.endsWith("&&")) return mark === "&&" ? type : { left: left.slice(0, -1), right };
  if (left.endsWith("&")) return type;
  return indirect(type, mark);
}
function functionType(parts, qualifiers) {
  const { state } = parts;
  let after = qualifiers;
  const noexcept = state.eat("Do") ? " noexcept" : "";
  state.expect("F");
  state.eat("Y");
  const result = parts.type();
  const parameters = parts.parameters(() => /^(E|[RO]E)/.test(state.peek(2)));
  if (state.eat("R")) after += " &";
  else if (state.eat("O")) after += " &&";
  state.expect("E");
  return {
    left: `${result.left} `,
    right: `(${parameters})${after}${noexcept}${result.right}`,
    form: "function"
  };
}
function arrayType(parts) {
  const { state } = parts;
  state.expect("A");
  const size = state.peek() === "_" ? "" : state.match(/[0-9]+/y) ?? parts.expression();
  state.expect("_");
  const element2 = parts.type();
  const right = element2.form === "array" ? element2.right.replace(/^ /, "") : element2.right;
  return {
    left: element2.form === "array" ? element2.left : `${element2.left} `,
    right: `[${size}]${right}`,
    form: "array"
  };
}
function memberPointer(parts) {
  parts.state.expect("M");
  const owner = whole(parts.type());
  const member = parts.type();
  if (member.form === void 0) return { left: `${member.left} ${owner}::*`, right: member.right };
  return { left: `${member.left}(${owner}::*`, right: `)${member.right}` };
}
function templateParameterType(parts) {
  const { state } = parts;
  state.expect("T");
  const type = state.rememberParameter(state.sequence(10));
  if (state.peek() !== "I") return type;
  return state.remember(plain2(whole(type) + bracketed(parts.templateArguments())));
}
function templateParameter({ state }) {
  state.expect("T");
  return state.templateParameter(state.sequence(10));
}
function substituted(parts) {
  const { state } = parts;
  const start = state.at;
  if (/^S[0-9A-Z_]/.test(state.peek(2))) {
    state.at++;
    const type = state.substitution(state.sequence(36));
    if (state.peek() !== "I") return type;
    state.at = start;
  } else if (!/^S[absiod](I|$|[^IBC])/.test(state.peek(3)) || state.peek(3)[2] === "I" || state.peek(3)[2] === "B") {
    return state.remember(plain2(parts.name()));
  } else {
    return plain2(parts.name());
  }
  return state.remember(plain2(parts.name()));
}
function extended(parts, two) {
  const { state } = parts;
  switch (two) {
    case "Dp": {
      state.at += 2;
      const type = parts.type();
      return state.remember(type.pack === void 0 ? { left: `${whole(type)}...`, right: "" } : type);
    }
    case "Dt":
    case "DT": {
      state.at += 2;
      const expression = parts.expression();
      state.expect("E");
      return state.remember(plain2(`decltype (${expression})`));
    }
    case "Do":
      return state.remember(functionType(parts, ""));
    case "Dv": {
      state.at += 2;
      const size = state.eat("_") ? parts.expression() : String(state.digits());
      state.expect("_");
      return state.remember(plain2(`${whole(parts.type())} __vector(${size})`));
    }
    case "DF": {
      state.at += 2;
      const bits = state.digits();
      if (state.eat("b")) return plain2(`std::bfloat${bits}_t`);
      if (state.eat("x")) return plain2(`_Float${bits}x`);
      state.expect("_");
      return plain2(`_Float${bits}`);
    }
    default:
      return state.fail();
  }
}
var BUILTIN, BUILTIN_D, QUALIFIERS2;
var init_demangle_type = __esm({
  "src/kernel/host/demangle-type.ts"() {
    "use strict";
    init_demangle_state();
    BUILTIN = {
      v: "void",
      w: "wchar_t",
      b: "bool",
      c: "char",
      a: "signed char",
      h: "unsigned char",
      s: "short",
      t: "unsigned short",
      i: "int",
      j: "unsigned int",
      l: "long",
      m: "unsigned long",
      x: "long long",
      y: "unsigned long long",
      n: "__int128",
      o: "unsigned __int128",
      f: "float",
      d: "double",
      e: "long double",
      g: "__float128",
      z: "..."
    };
    BUILTIN_D = {
      Da: "auto",
      Dc: "decltype(auto)",
      Dn: "decltype(nullptr)",
      Di: "char32_t",
      Ds: "char16_t",
      Du: "char8_t",
      Dh: "half",
      Dd: "decimal64",
      De: "decimal128",
      Df: "decimal32"
    };
    QUALIFIERS2 = { r: " restrict", V: " volatile", K: " const" };
  }
});

// src/kernel/host/demangle-expression.ts
function parseExpression(parts) {
  const { state } = parts;
  const two = state.peek(2);
  if (two[0] === "L") return parseLiteral(parts);
  if (two[0] === "T") return whole(templateParameter(parts));
  switch (two) {
    case "fp":
    case "fL":
      return functionParameter(parts);
    case "sr":
      return scoped(parts);
    case "cv": {
      state.at += 2;
      const type = whole(parts.type());
      if (!state.eat("_")) return `(${type})(${parts.expression()})`;
      return `(${type})(${list3(parts)})`;
    }
    case "tl": {
      state.at += 2;
      return `${whole(parts.type())}{${list3(parts)}}`;
    }
    case "il":
      state.at += 2;
      return `{${list3(parts)}}`;
    case "cl": {
      state.at += 2;
      const bare = /^(sr|on|[0-9LT]|f[pL])/.test(state.peek(2));
      const callee = parts.expression();
      return `${bare ? callee : `(${callee})`}(${list3(parts)})`;
    }
    case "dt":
    case "pt": {
      state.at += 2;
      const object = operand(parts);
      return `${object}${two === "dt" ? "." : "->"}${parts.expression()}`;
    }
    case "st":
      state.at += 2;
      return `sizeof (${whole(parts.type())})`;
    case "sz":
      state.at += 2;
      return `sizeof ${operand(parts)}`;
    case "sZ":
      state.at += 2;
      return sizeOfPack(parts);
    case "sp":
      state.at += 2;
      return `${operand(parts)}...`;
    case "nx":
      state.at += 2;
      return `noexcept ${operand(parts)}`;
    case "on":
      state.at += 2;
      return named2(parts);
    case "qu": {
      state.at += 2;
      const condition = operand(parts);
      const yes = operand(parts);
      return `${condition}?${yes} : ${operand(parts)}`;
    }
    case "ix": {
      state.at += 2;
      const object = operand(parts);
      return `${object}[${parts.expression()}]`;
    }
    default:
      break;
  }
  if (two === "ad" && /^adL_?Z/.test(state.peek(5))) {
    state.at += 2;
    return `&${functionName(parts)}`;
  }
  const operator = OPERATORS[two];
  if (operator === void 0 || operator[1] === 3) {
    return /^[0-9]/.test(two) ? named2(parts) : state.fail();
  }
  state.at += 2;
  const [text4, operands] = operator;
  if (operands === 1) {
    if ((two === "pp" || two === "mm") && !state.eat("_")) return `${operand(parts)}${text4}`;
    return `${text4}${operand(parts)}`;
  }
  const left = operand(parts);
  const both = `${left}${text4}${operand(parts)}`;
  return text4 === ">" ? `(${both})` : both;
}
function named2(parts) {
  const name = parts.unqualified("");
  if (parts.state.peek() !== "I") return name;
  return name + bracketed(parts.templateArguments());
}
function operand(parts) {
  const { state } = parts;
  const scopedName = state.peek(2) === "sr";
  const bare = /^(L|T|fp|fL)/.test(state.peek(2));
  const text4 = parts.expression();
  if (scopedName) return text4;
  return bare && !text4.startsWith("(") ? /^(\{parm|[\w:]+$)/.test(text4) ? text4 : `(${text4})` : `(${text4})`;
}
function list3(parts) {
  const items = [];
  while (!parts.state.eat("E")) items.push(parts.expression());
  return items.join(", ");
}
function functionParameter({ state }) {
  if (state.eat("fpT")) return "this";
  if (state.eat("fL")) {
    state.digits();
    state.expect("p");
  } else state.expect("fp");
  state.match(/[rVK]+/y);
  return `{parm#${state.sequence(10) + 1}}`;
}
function scoped(parts) {
  const { state } = parts;
  state.expect("sr");
  const levels = qualifierLevels(parts);
  if (levels !== void 0) return `${levels}::${named2(parts)}`;
  const owner = whole(parts.type());
  state.eat("on");
  return `${owner}::${named2(parts)}`;
}
function qualifierLevels(parts) {
  const { state } = parts;
  const start = state.at;
  const known = state.substitutions.length;
  const levels = [];
  while (/^[0-9]/.test(state.peek())) levels.push(named2(parts));
  if (levels.length > 0 && state.eat("E")) return levels.join("::");
  state.at = start;
  state.substitutions.length = known;
  return void 0;
}
function sizeOfPack(parts) {
  const { state } = parts;
  if (state.peek() !== "T") return `sizeof...(${parts.expression()})`;
  const type = templateParameter(parts);
  return type.pack === void 0 ? `sizeof...(${whole(type)})` : String(type.pack.length);
}
function functionName(parts) {
  const { state } = parts;
  state.expect("L");
  state.eat("_");
  state.expect("Z");
  const name = parts.encoding("name");
  state.expect("E");
  return name;
}
function parseLiteral(parts) {
  const { state } = parts;
  state.expect("L");
  if (state.eat("_Z") || state.eat("Z")) {
    const name = parts.encoding("without return");
    state.expect("E");
    return name;
  }
  const type = whole(parts.type());
  const value = state.match(/n?[0-9a-z_.]*/y) ?? "";
  state.expect("E");
  const number8 = value.replace(/^n/, "-");
  if (type === "bool" && (value === "0" || value === "1")) return value === "1" ? "true" : "false";
  if (type === "decltype(nullptr)") return "nullptr";
  const suffix = LITERAL_SUFFIX[type];
  if (suffix !== void 0) return number8 + suffix;
  return /^(float|double|long double)$/.test(type) ? `(${type})[${number8}]` : `(${type})${number8}`;
}
var OPERATORS, LITERAL_SUFFIX;
var init_demangle_expression = __esm({
  "src/kernel/host/demangle-expression.ts"() {
    "use strict";
    init_demangle_state();
    init_demangle_type();
    OPERATORS = {
      nw: ["new", 3],
      na: ["new[]", 3],
      dl: ["delete", 1],
      da: ["delete[]", 1],
      aw: ["co_await", 1],
      ps: ["+", 1],
      ng: ["-", 1],
      ad: ["&", 1],
      de: ["*", 1],
      co: ["~", 1],
      pl: ["+", 2],
      mi: ["-", 2],
      ml: ["*", 2],
      dv: ["/", 2],
      rm: ["%", 2],
      an: ["&", 2],
      or: ["|", 2],
      eo: ["^", 2],
      aS: ["=", 2],
      pL: ["+=", 2],
      mI: ["-=", 2],
      mL: ["*=", 2],
      dV: ["/=", 2],
      rM: ["%=", 2],
      aN: ["&=", 2],
      oR: ["|=", 2],
      eO: ["^=", 2],
      ls: ["<<", 2],
      rs: [">>", 2],
      lS: ["<<=", 2],
      rS: [">>=", 2],
      eq: ["==", 2],
      ne: ["!=", 2],
      lt: ["<", 2],
      gt: [">", 2],
      le: ["<=", 2],
      ge: [">=", 2],
      ss: ["<=>", 2],
      nt: ["!", 1],
      aa: ["&&", 2],
      oo: ["||", 2],
      pp: ["++", 1],
      mm: ["--", 1],
      cm: [",", 2],
      pm: ["->*", 2],
      pt: ["->", 2],
      cl: ["()", 2],
      ix: ["[]", 2],
      qu: ["?", 3]
    };
    LITERAL_SUFFIX = {
      int: "",
      "unsigned int": "u",
      long: "l",
      "unsigned long": "ul",
      "long long": "ll",
      "unsigned long long": "ull"
    };
  }
});

// src/kernel/host/demangle-special.ts
function specialName(parts) {
  const { state } = parts;
  const two = state.peek(2);
  const words4 = SPECIAL[two];
  if (words4 !== void 0) {
    state.at += 2;
    return words4 + whole(parts.type());
  }
  state.at += 2;
  switch (two) {
    case "Th":
      offset(state, "h");
      return `non-virtual thunk to ${parts.encoding("without return")}`;
    case "Tv":
      offset(state, "v");
      return `virtual thunk to ${parts.encoding("without return")}`;
    case "Tc":
      offset(state, void 0);
      offset(state, void 0);
      return `covariant return thunk to ${parts.encoding("without return")}`;
    case "TC": {
      const derived = whole(parts.type());
      state.digits();
      state.expect("_");
      return `construction vtable for ${whole(parts.type())}-in-${derived}`;
    }
    case "TH":
      return `TLS init function for ${parts.name()}`;
    case "TW":
      return `TLS wrapper function for ${parts.name()}`;
    case "TA":
      return `template parameter object for ${whole(parts.templateArgument())}`;
    case "GV":
      return `guard variable for ${parts.name()}`;
    case "GR": {
      const name = parts.name();
      return `reference temporary #${state.sequence(36)} for ${name}`;
    }
    case "GA":
      return `hidden alias for ${parts.encoding("without return")}`;
    case "GT":
      state.match(/[tn]/y);
      return `transaction clone for ${parts.encoding("without return")}`;
    default:
      state.at -= 2;
      return void 0;
  }
}
function offset(state, known) {
  const kind2 = known ?? state.match(/[hv]/y);
  if (state.match(kind2 === "h" ? /n?[0-9]+_/y : /n?[0-9]+_n?[0-9]+_/y) === void 0) state.fail();
}
var SPECIAL;
var init_demangle_special = __esm({
  "src/kernel/host/demangle-special.ts"() {
    "use strict";
    init_demangle_state();
    SPECIAL = {
      TV: "vtable for ",
      TT: "VTT for ",
      TI: "typeinfo for ",
      TS: "typeinfo name for ",
      TF: "typeinfo fn for ",
      TJ: "java Class for "
    };
  }
});

// src/kernel/host/demangle.ts
var demangle_exports = {};
__export(demangle_exports, {
  demangle: () => demangle
});
function demangle(mangled) {
  if (!mangled.startsWith("_Z")) return void 0;
  const { base, clones } = splitClones(mangled.slice(2));
  try {
    const demangler = new Demangler(new State(base));
    const text4 = demangler.encoding("whole");
    return demangler.state.at === base.length ? text4 + clones : void 0;
  } catch (error) {
    if (error instanceof Unreadable) return void 0;
    throw error;
  }
}
function splitClones(text4) {
  const at = text4.search(/\.[A-Za-z_0-9]/);
  if (at < 0) return { base: text4, clones: "" };
  const parts = text4.slice(at).match(/\.(?:[A-Za-z_]+|[0-9]+)(?:\.[0-9]+)*/g) ?? [];
  return { base: text4.slice(0, at), clones: parts.map((part) => ` [clone ${part}]`).join("") };
}
function spaced2(name) {
  return name.endsWith("<") ? " " : "";
}
function lastComponent(text4) {
  let depth = 0;
  let start = 0;
  let end = text4.length;
  for (let i = 0; i < text4.length; i++) {
    if (text4[i] === "<") {
      if (depth++ === 0) end = i;
    } else if (text4[i] === ">") depth--;
    else if (depth === 0 && text4.startsWith("::", i)) {
      start = i + 2;
      end = text4.length;
    }
  }
  return text4.slice(start, end);
}
var STANDARD, Demangler;
var init_demangle = __esm({
  "src/kernel/host/demangle.ts"() {
    "use strict";
    init_demangle_expression();
    init_demangle_special();
    init_demangle_state();
    init_demangle_type();
    STANDARD = {
      a: ["std::allocator", "std::allocator"],
      b: ["std::basic_string", "std::basic_string"],
      s: ["std::string", "std::basic_string<char, std::char_traits<char>, std::allocator<char> >"],
      i: ["std::istream", "std::basic_istream<char, std::char_traits<char> >"],
      o: ["std::ostream", "std::basic_ostream<char, std::char_traits<char> >"],
      d: ["std::iostream", "std::basic_iostream<char, std::char_traits<char> >"]
    };
    Demangler = class {
      state;
      /** The last name's last component, without template arguments: what its constructor is called. */
      #last = "";
      #special = false;
      constructor(state) {
        this.state = state;
      }
      encoding(form2) {
        const { state } = this;
        return state.nested(() => {
          if (/^[TG]/.test(state.peek()) && state.peek(2) !== "T_") {
            const special = specialName(this);
            if (special !== void 0) return special;
          }
          const naming = this.#naming();
          if (state.at >= state.text.length || /^[E.]/.test(state.peek())) return naming.text + naming.qualifiers;
          const result = naming.template && !naming.special ? this.type() : void 0;
          const parameters = this.parameters(() => state.at >= state.text.length || /^[E.]/.test(state.peek()));
          if (form2 === "name" && result === void 0) return naming.text;
          const text4 = `${naming.text}(${parameters})${naming.qualifiers}`;
          if (result === void 0 || form2 === "without return") return text4;
          const declared = result.right === "" ? `${result.left} ${text4}` : `${result.left}${text4}${result.right}`;
          return form2 === "name" ? `(${declared})` : declared;
        });
      }
      name() {
        return this.state.nested(() => {
          const { templateArgs } = this.state;
          const { text: text4 } = this.#naming();
          this.state.templateArgs = templateArgs;
          return text4;
        });
      }
      type() {
        return this.state.nested(() => parseType(this));
      }
      expression() {
        return this.state.nested(() => parseExpression(this));
      }
      parameters(ends) {
        const types = [];
        while (!ends()) {
          const type = this.type();
          if (type.pack?.length !== 0) types.push(whole(type));
        }
        return types.length === 1 && types[0] === "void" ? "" : types.join(", ");
      }
      templateArguments() {
        const { state } = this;
        state.expect("I");
        const args = [];
        const last2 = this.#last;
        const special = this.#special;
        while (!state.eat("E")) args.push(this.templateArgument());
        this.#last = last2;
        this.#special = special;
        return args;
      }
      templateArgument() {
        const { state } = this;
        switch (state.peek()) {
          case "X": {
            state.at++;
            const text4 = this.expression();
            state.expect("E");
            return plain2(text4);
          }
          case "L":
            return plain2(parseLiteral(this));
          case "J":
          case "I": {
            state.at++;
            const pack = [];
            while (!state.eat("E")) {
              const argument2 = this.templateArgument();
              pack.push(...argument2.pack ?? [argument2]);
            }
            return { left: "", right: "", pack };
          }
          default:
            return this.type();
        }
      }
      #naming() {
        const { state } = this;
        this.#special = false;
        if (state.peek() === "N") return this.#nested();
        if (state.peek() === "Z") return this.#local();
        let text4;
        if (/^S[^t]/.test(state.peek(2))) {
          text4 = this.#prefixSubstitution();
        } else {
          const scope = state.eat("St") ? "std::" : "";
          text4 = scope + this.unqualified("");
          if (state.peek() === "I") state.remember(plain2(text4));
        }
        if (state.peek() !== "I") return this.#result(text4, false, "");
        const args = this.templateArguments();
        state.templateArgs = args;
        return this.#result(text4 + spaced2(text4) + bracketed(args), true, "");
      }
      #result(text4, template, qualifiers) {
        return { text: text4, template, special: this.#special, qualifiers };
      }
      /** N [qualifiers] prefix... E */
      #nested() {
        const { state } = this;
        state.expect("N");
        let qualifiers = "";
        if (state.eat("r")) qualifiers += " restrict";
        if (state.eat("V")) qualifiers += " volatile";
        if (state.eat("K")) qualifiers = ` const${qualifiers}`;
        if (state.eat("R")) qualifiers += " &";
        else if (state.eat("O")) qualifiers += " &&";
        let text4 = "";
        let template = false;
        while (!state.eat("E")) {
          const letter = state.peek();
          if (letter === "I") {
            if (text4 === "") state.fail();
            const args = this.templateArguments();
            state.templateArgs = args;
            text4 += spaced2(text4) + bracketed(args);
            template = true;
          } else if (letter === "M") {
            state.at++;
            continue;
          } else {
            template = false;
            if (letter === "S" && text4 === "") {
              text4 = state.eat("St") ? "std" : this.#prefixSubstitution();
              continue;
            }
            if (letter === "T" && text4 === "") text4 = whole(templateParameter(this));
            else if (letter === "D" && /^D[tT]/.test(state.peek(2)) && text4 === "") {
              text4 = whole(this.type());
              continue;
            } else text4 = (text4 === "" ? "" : `${text4}::`) + this.unqualified(text4);
          }
          if (state.peek() !== "E") state.remember(plain2(text4));
        }
        return this.#result(text4, template, qualifiers);
      }
      /** S_ S0_ Sa Ss ... at the start of a name. */
      #prefixSubstitution() {
        const { state } = this;
        state.expect("S");
        const standard = STANDARD[state.peek()];
        if (standard === void 0) {
          const text5 = whole(state.substitution(state.sequence(36)));
          this.#last = lastComponent(text5);
          return text5;
        }
        state.at++;
        const [short, full] = standard;
        this.#last = lastComponent(full);
        let text4 = /^[CD][0-9]/.test(state.peek(2)) ? full : short;
        while (state.eat("B")) text4 = this.#withTag(text4);
        return text4;
      }
      #withTag(text4) {
        const tagged = `${text4}[abi:${sourceName(this)}]`;
        this.state.remember(plain2(tagged));
        return tagged;
      }
      /** Z encoding E (s | d [n] _ name | name) [discriminator] */
      #local() {
        const { state } = this;
        state.expect("Z");
        const outer = state.templateArgs;
        const scope = this.encoding("without return");
        state.expect("E");
        if (state.eat("s")) {
          this.#discriminator();
          return this.#result(`${scope}::string literal`, false, "");
        }
        let place2 = scope;
        if (state.eat("d")) place2 += `::{default arg#${state.sequence(10) + 1}}`;
        const inner = this.#naming();
        this.#discriminator();
        if (!inner.template && state.templateArgs === outer) state.templateArgs = outer;
        return { ...inner, text: `${place2}::${inner.text}` };
      }
      #discriminator() {
        this.state.match(/_(?:[0-9]|_[0-9]+_)/y);
      }
      unqualified(scope) {
        const { state } = this;
        state.eat("L");
        let text4 = this.#component(scope);
        while (state.eat("B")) text4 += `[abi:${sourceName(this)}]`;
        return text4;
      }
      #component(scope) {
        const { state } = this;
        const two = state.peek(2);
        if (/^[0-9]/.test(two)) {
          const name = sourceName(this);
          this.#last = name;
          this.#special = false;
          return /^_GLOBAL_[._$]N/.test(name) ? "(anonymous namespace)" : name;
        }
        if (/^C[1-5I]/.test(two) || /^D[0-5]/.test(two)) {
          state.at += 2;
          if (two === "CI") {
            state.at++;
            this.type();
          }
          this.#special = true;
          const owner = scope === "" ? state.fail() : this.#last;
          return two.startsWith("D") ? `~${owner}` : owner;
        }
        if (two === "Ul") return this.#lambda();
        if (two === "Ut") {
          state.at += 2;
          return `{unnamed type#${state.sequence(10) + 1}}`;
        }
        if (two === "DC") {
          state.at += 2;
          const names = [];
          while (!state.eat("E")) names.push(sourceName(this));
          return `[${names.join(", ")}]`;
        }
        return this.#operatorName(two);
      }
      /** Ul parameters E [n] _ */
      #lambda() {
        const { state } = this;
        state.at += 2;
        state.inLambda++;
        const parameters = this.parameters(() => state.peek() === "E");
        state.inLambda--;
        state.expect("E");
        return `{lambda(${parameters})#${state.sequence(10) + 1}}`;
      }
      #operatorName(two) {
        const { state } = this;
        if (two === "cv") {
          state.at += 2;
          const type = whole(this.type());
          this.#special = true;
          return `operator ${type}`;
        }
        if (two === "li") {
          state.at += 2;
          return `operator"" ${sourceName(this)}`;
        }
        const operator = OPERATORS[two];
        if (operator === void 0) return state.fail();
        state.at += 2;
        this.#special = false;
        const [text4] = operator;
        return /^[a-z]/.test(text4) ? `operator ${text4}` : `operator${text4}`;
      }
    };
  }
});

// ../../main/node_modules/chalk/source/vendor/ansi-styles/index.js
function assembleStyles() {
  const codes = /* @__PURE__ */ new Map();
  for (const [groupName, group2] of Object.entries(styles)) {
    for (const [styleName, style] of Object.entries(group2)) {
      styles[styleName] = {
        open: `\x1B[${style[0]}m`,
        close: `\x1B[${style[1]}m`
      };
      group2[styleName] = styles[styleName];
      codes.set(style[0], style[1]);
    }
    Object.defineProperty(styles, groupName, {
      value: group2,
      enumerable: false
    });
  }
  Object.defineProperty(styles, "codes", {
    value: codes,
    enumerable: false
  });
  styles.color.close = "\x1B[39m";
  styles.bgColor.close = "\x1B[49m";
  styles.color.ansi = wrapAnsi16();
  styles.color.ansi256 = wrapAnsi256();
  styles.color.ansi16m = wrapAnsi16m();
  styles.bgColor.ansi = wrapAnsi16(ANSI_BACKGROUND_OFFSET);
  styles.bgColor.ansi256 = wrapAnsi256(ANSI_BACKGROUND_OFFSET);
  styles.bgColor.ansi16m = wrapAnsi16m(ANSI_BACKGROUND_OFFSET);
  Object.defineProperties(styles, {
    rgbToAnsi256: {
      value(red, green, blue) {
        if (red === green && green === blue) {
          if (red < 8) {
            return 16;
          }
          if (red > 248) {
            return 231;
          }
          return Math.round((red - 8) / 247 * 24) + 232;
        }
        return 16 + 36 * Math.round(red / 255 * 5) + 6 * Math.round(green / 255 * 5) + Math.round(blue / 255 * 5);
      },
      enumerable: false
    },
    hexToRgb: {
      value(hex2) {
        const matches = /[a-f\d]{6}|[a-f\d]{3}/i.exec(hex2.toString(16));
        if (!matches) {
          return [0, 0, 0];
        }
        let [colorString] = matches;
        if (colorString.length === 3) {
          colorString = [...colorString].map((character) => character + character).join("");
        }
        const integer3 = Number.parseInt(colorString, 16);
        return [
          /* eslint-disable no-bitwise */
          integer3 >> 16 & 255,
          integer3 >> 8 & 255,
          integer3 & 255
          /* eslint-enable no-bitwise */
        ];
      },
      enumerable: false
    },
    hexToAnsi256: {
      value: (hex2) => styles.rgbToAnsi256(...styles.hexToRgb(hex2)),
      enumerable: false
    },
    ansi256ToAnsi: {
      value(code2) {
        if (code2 < 8) {
          return 30 + code2;
        }
        if (code2 < 16) {
          return 90 + (code2 - 8);
        }
        let red;
        let green;
        let blue;
        if (code2 >= 232) {
          red = ((code2 - 232) * 10 + 8) / 255;
          green = red;
          blue = red;
        } else {
          code2 -= 16;
          const remainder = code2 % 36;
          red = Math.floor(code2 / 36) / 5;
          green = Math.floor(remainder / 6) / 5;
          blue = remainder % 6 / 5;
        }
        const value = Math.max(red, green, blue) * 2;
        if (value === 0) {
          return 30;
        }
        let result = 30 + (Math.round(blue) << 2 | Math.round(green) << 1 | Math.round(red));
        if (value === 2) {
          result += 60;
        }
        return result;
      },
      enumerable: false
    },
    rgbToAnsi: {
      value: (red, green, blue) => styles.ansi256ToAnsi(styles.rgbToAnsi256(red, green, blue)),
      enumerable: false
    },
    hexToAnsi: {
      value: (hex2) => styles.ansi256ToAnsi(styles.hexToAnsi256(hex2)),
      enumerable: false
    }
  });
  return styles;
}
var ANSI_BACKGROUND_OFFSET, wrapAnsi16, wrapAnsi256, wrapAnsi16m, styles, modifierNames, foregroundColorNames, backgroundColorNames, colorNames, ansiStyles, ansi_styles_default;
var init_ansi_styles = __esm({
  "../../main/node_modules/chalk/source/vendor/ansi-styles/index.js"() {
    ANSI_BACKGROUND_OFFSET = 10;
    wrapAnsi16 = (offset2 = 0) => (code2) => `\x1B[${code2 + offset2}m`;
    wrapAnsi256 = (offset2 = 0) => (code2) => `\x1B[${38 + offset2};5;${code2}m`;
    wrapAnsi16m = (offset2 = 0) => (red, green, blue) => `\x1B[${38 + offset2};2;${red};${green};${blue}m`;
    styles = {
      modifier: {
        reset: [0, 0],
        // 21 isn't widely supported and 22 does the same thing
        bold: [1, 22],
        dim: [2, 22],
        italic: [3, 23],
        underline: [4, 24],
        overline: [53, 55],
        inverse: [7, 27],
        hidden: [8, 28],
        strikethrough: [9, 29]
      },
      color: {
        black: [30, 39],
        red: [31, 39],
        green: [32, 39],
        yellow: [33, 39],
        blue: [34, 39],
        magenta: [35, 39],
        cyan: [36, 39],
        white: [37, 39],
        // Bright color
        blackBright: [90, 39],
        gray: [90, 39],
        // Alias of `blackBright`
        grey: [90, 39],
        // Alias of `blackBright`
        redBright: [91, 39],
        greenBright: [92, 39],
        yellowBright: [93, 39],
        blueBright: [94, 39],
        magentaBright: [95, 39],
        cyanBright: [96, 39],
        whiteBright: [97, 39]
      },
      bgColor: {
        bgBlack: [40, 49],
        bgRed: [41, 49],
        bgGreen: [42, 49],
        bgYellow: [43, 49],
        bgBlue: [44, 49],
        bgMagenta: [45, 49],
        bgCyan: [46, 49],
        bgWhite: [47, 49],
        // Bright color
        bgBlackBright: [100, 49],
        bgGray: [100, 49],
        // Alias of `bgBlackBright`
        bgGrey: [100, 49],
        // Alias of `bgBlackBright`
        bgRedBright: [101, 49],
        bgGreenBright: [102, 49],
        bgYellowBright: [103, 49],
        bgBlueBright: [104, 49],
        bgMagentaBright: [105, 49],
        bgCyanBright: [106, 49],
        bgWhiteBright: [107, 49]
      }
    };
    modifierNames = Object.keys(styles.modifier);
    foregroundColorNames = Object.keys(styles.color);
    backgroundColorNames = Object.keys(styles.bgColor);
    colorNames = [...foregroundColorNames, ...backgroundColorNames];
    ansiStyles = assembleStyles();
    ansi_styles_default = ansiStyles;
  }
});

// ../../main/node_modules/chalk/source/vendor/supports-color/index.js
function hasFlag(flag, argv = globalThis.Deno ? globalThis.Deno.args : import_node_process.default.argv) {
  const prefix = flag.startsWith("-") ? "" : flag.length === 1 ? "-" : "--";
  const position = argv.indexOf(prefix + flag);
  const terminatorPosition = argv.indexOf("--");
  return position !== -1 && (terminatorPosition === -1 || position < terminatorPosition);
}
function envForceColor() {
  if ("FORCE_COLOR" in env) {
    if (env.FORCE_COLOR === "true") {
      return 1;
    }
    if (env.FORCE_COLOR === "false") {
      return 0;
    }
    return env.FORCE_COLOR.length === 0 ? 1 : Math.min(Number.parseInt(env.FORCE_COLOR, 10), 3);
  }
}
function translateLevel(level) {
  if (level === 0) {
    return false;
  }
  return {
    level,
    hasBasic: true,
    has256: level >= 2,
    has16m: level >= 3
  };
}
function _supportsColor(haveStream, { streamIsTTY, sniffFlags = true } = {}) {
  const noFlagForceColor = envForceColor();
  if (noFlagForceColor !== void 0) {
    flagForceColor = noFlagForceColor;
  }
  const forceColor = sniffFlags ? flagForceColor : noFlagForceColor;
  if (forceColor === 0) {
    return 0;
  }
  if (sniffFlags) {
    if (hasFlag("color=16m") || hasFlag("color=full") || hasFlag("color=truecolor")) {
      return 3;
    }
    if (hasFlag("color=256")) {
      return 2;
    }
  }
  if ("TF_BUILD" in env && "AGENT_NAME" in env) {
    return 1;
  }
  if (haveStream && !streamIsTTY && forceColor === void 0) {
    return 0;
  }
  const min = forceColor || 0;
  if (env.TERM === "dumb") {
    return min;
  }
  if (import_node_process.default.platform === "win32") {
    const osRelease = import_node_os4.default.release().split(".");
    if (Number(osRelease[0]) >= 10 && Number(osRelease[2]) >= 10586) {
      return Number(osRelease[2]) >= 14931 ? 3 : 2;
    }
    return 1;
  }
  if ("CI" in env) {
    if (["GITHUB_ACTIONS", "GITEA_ACTIONS", "CIRCLECI"].some((key) => key in env)) {
      return 3;
    }
    if (["TRAVIS", "APPVEYOR", "GITLAB_CI", "BUILDKITE", "DRONE"].some((sign) => sign in env) || env.CI_NAME === "codeship") {
      return 1;
    }
    return min;
  }
  if ("TEAMCITY_VERSION" in env) {
    return /^(9\.(0*[1-9]\d*)\.|\d{2,}\.)/.test(env.TEAMCITY_VERSION) ? 1 : 0;
  }
  if (env.COLORTERM === "truecolor") {
    return 3;
  }
  if (env.TERM === "xterm-kitty") {
    return 3;
  }
  if (env.TERM === "xterm-ghostty") {
    return 3;
  }
  if (env.TERM === "wezterm") {
    return 3;
  }
  if ("TERM_PROGRAM" in env) {
    const version = Number.parseInt((env.TERM_PROGRAM_VERSION || "").split(".")[0], 10);
    switch (env.TERM_PROGRAM) {
      case "iTerm.app": {
        return version >= 3 ? 3 : 2;
      }
      case "Apple_Terminal": {
        return 2;
      }
    }
  }
  if (/-256(color)?$/i.test(env.TERM)) {
    return 2;
  }
  if (/^screen|^xterm|^vt100|^vt220|^rxvt|color|ansi|cygwin|linux/i.test(env.TERM)) {
    return 1;
  }
  if ("COLORTERM" in env) {
    return 1;
  }
  return min;
}
function createSupportsColor(stream, options = {}) {
  const level = _supportsColor(stream, {
    streamIsTTY: stream && stream.isTTY,
    ...options
  });
  return translateLevel(level);
}
var import_node_process, import_node_os4, import_node_tty, env, flagForceColor, supportsColor, supports_color_default;
var init_supports_color = __esm({
  "../../main/node_modules/chalk/source/vendor/supports-color/index.js"() {
    import_node_process = __toESM(require("node:process"), 1);
    import_node_os4 = __toESM(require("node:os"), 1);
    import_node_tty = __toESM(require("node:tty"), 1);
    ({ env } = import_node_process.default);
    if (hasFlag("no-color") || hasFlag("no-colors") || hasFlag("color=false") || hasFlag("color=never")) {
      flagForceColor = 0;
    } else if (hasFlag("color") || hasFlag("colors") || hasFlag("color=true") || hasFlag("color=always")) {
      flagForceColor = 1;
    }
    supportsColor = {
      stdout: createSupportsColor({ isTTY: import_node_tty.default.isatty(1) }),
      stderr: createSupportsColor({ isTTY: import_node_tty.default.isatty(2) })
    };
    supports_color_default = supportsColor;
  }
});

// ../../main/node_modules/chalk/source/utilities.js
function stringReplaceAll(string, substring, replacer) {
  let index = string.indexOf(substring);
  if (index === -1) {
    return string;
  }
  const substringLength = substring.length;
  let endIndex = 0;
  let returnValue = "";
  do {
    returnValue += string.slice(endIndex, index) + substring + replacer;
    endIndex = index + substringLength;
    index = string.indexOf(substring, endIndex);
  } while (index !== -1);
  returnValue += string.slice(endIndex);
  return returnValue;
}
function stringEncaseCRLFWithFirstIndex(string, prefix, postfix, index) {
  let endIndex = 0;
  let returnValue = "";
  do {
    const gotCR = string[index - 1] === "\r";
    returnValue += string.slice(endIndex, gotCR ? index - 1 : index) + prefix + (gotCR ? "\r\n" : "\n") + postfix;
    endIndex = index + 1;
    index = string.indexOf("\n", endIndex);
  } while (index !== -1);
  returnValue += string.slice(endIndex);
  return returnValue;
}
var init_utilities2 = __esm({
  "../../main/node_modules/chalk/source/utilities.js"() {
  }
});

// ../../main/node_modules/chalk/source/index.js
function createChalk(options) {
  return chalkFactory(options);
}
var stdoutColor, stderrColor, GENERATOR, STYLER, IS_EMPTY, levelMapping, styles2, applyOptions, Chalk, chalkFactory, getModelAnsi, usedModels, proto, createStyler, createBuilder, applyStyle, chalk, chalkStderr;
var init_source = __esm({
  "../../main/node_modules/chalk/source/index.js"() {
    init_ansi_styles();
    init_supports_color();
    init_utilities2();
    ({ stdout: stdoutColor, stderr: stderrColor } = supports_color_default);
    GENERATOR = /* @__PURE__ */ Symbol("GENERATOR");
    STYLER = /* @__PURE__ */ Symbol("STYLER");
    IS_EMPTY = /* @__PURE__ */ Symbol("IS_EMPTY");
    levelMapping = [
      "ansi",
      "ansi",
      "ansi256",
      "ansi16m"
    ];
    styles2 = /* @__PURE__ */ Object.create(null);
    applyOptions = (object, options = {}) => {
      if (options.level && !(Number.isInteger(options.level) && options.level >= 0 && options.level <= 3)) {
        throw new Error("The `level` option should be an integer from 0 to 3");
      }
      const colorLevel = stdoutColor ? stdoutColor.level : 0;
      object.level = options.level === void 0 ? colorLevel : options.level;
    };
    Chalk = class {
      constructor(options) {
        return chalkFactory(options);
      }
    };
    chalkFactory = (options) => {
      const chalk2 = (...strings) => strings.join(" ");
      applyOptions(chalk2, options);
      Object.setPrototypeOf(chalk2, createChalk.prototype);
      return chalk2;
    };
    Object.setPrototypeOf(createChalk.prototype, Function.prototype);
    for (const [styleName, style] of Object.entries(ansi_styles_default)) {
      styles2[styleName] = {
        get() {
          const builder = createBuilder(this, createStyler(style.open, style.close, this[STYLER]), this[IS_EMPTY]);
          Object.defineProperty(this, styleName, { value: builder });
          return builder;
        }
      };
    }
    styles2.visible = {
      get() {
        const builder = createBuilder(this, this[STYLER], true);
        Object.defineProperty(this, "visible", { value: builder });
        return builder;
      }
    };
    getModelAnsi = (model, level, type, ...arguments_) => {
      if (model === "rgb") {
        if (level === "ansi16m") {
          return ansi_styles_default[type].ansi16m(...arguments_);
        }
        if (level === "ansi256") {
          return ansi_styles_default[type].ansi256(ansi_styles_default.rgbToAnsi256(...arguments_));
        }
        return ansi_styles_default[type].ansi(ansi_styles_default.rgbToAnsi(...arguments_));
      }
      if (model === "hex") {
        return getModelAnsi("rgb", level, type, ...ansi_styles_default.hexToRgb(...arguments_));
      }
      return ansi_styles_default[type][model](...arguments_);
    };
    usedModels = ["rgb", "hex", "ansi256"];
    for (const model of usedModels) {
      styles2[model] = {
        get() {
          const { level } = this;
          return function(...arguments_) {
            const styler = createStyler(getModelAnsi(model, levelMapping[level], "color", ...arguments_), ansi_styles_default.color.close, this[STYLER]);
            return createBuilder(this, styler, this[IS_EMPTY]);
          };
        }
      };
      const bgModel = "bg" + model[0].toUpperCase() + model.slice(1);
      styles2[bgModel] = {
        get() {
          const { level } = this;
          return function(...arguments_) {
            const styler = createStyler(getModelAnsi(model, levelMapping[level], "bgColor", ...arguments_), ansi_styles_default.bgColor.close, this[STYLER]);
            return createBuilder(this, styler, this[IS_EMPTY]);
          };
        }
      };
    }
    proto = Object.defineProperties(() => {
    }, {
      ...styles2,
      level: {
        enumerable: true,
        get() {
          return this[GENERATOR].level;
        },
        set(level) {
          this[GENERATOR].level = level;
        }
      }
    });
    createStyler = (open2, close, parent) => {
      let openAll;
      let closeAll;
      if (parent === void 0) {
        openAll = open2;
        closeAll = close;
      } else {
        openAll = parent.openAll + open2;
        closeAll = close + parent.closeAll;
      }
      return {
        open: open2,
        close,
        openAll,
        closeAll,
        parent
      };
    };
    createBuilder = (self2, _styler, _isEmpty) => {
      const builder = (...arguments_) => applyStyle(builder, arguments_.length === 1 ? "" + arguments_[0] : arguments_.join(" "));
      Object.setPrototypeOf(builder, proto);
      builder[GENERATOR] = self2;
      builder[STYLER] = _styler;
      builder[IS_EMPTY] = _isEmpty;
      return builder;
    };
    applyStyle = (self2, string) => {
      if (self2.level <= 0 || !string) {
        return self2[IS_EMPTY] ? "" : string;
      }
      let styler = self2[STYLER];
      if (styler === void 0) {
        return string;
      }
      const { openAll, closeAll } = styler;
      if (string.includes("\x1B")) {
        while (styler !== void 0) {
          string = stringReplaceAll(string, styler.close, styler.open);
          styler = styler.parent;
        }
      }
      const lfIndex = string.indexOf("\n");
      if (lfIndex !== -1) {
        string = stringEncaseCRLFWithFirstIndex(string, closeAll, openAll, lfIndex);
      }
      return openAll + string + closeAll;
    };
    Object.defineProperties(createChalk.prototype, styles2);
    chalk = createChalk();
    chalkStderr = createChalk({ level: stderrColor ? stderrColor.level : 0 });
  }
});

// src/cli/paint.ts
var paint_exports = {};
__export(paint_exports, {
  paint: () => paint
});
function paint() {
  const chalk2 = new Chalk({ level: 1 });
  return (role, text4) => {
    switch (role) {
      case "error":
        return chalk2.bold.red(text4);
      case "warning":
        return chalk2.bold.yellow(text4);
      case "hint":
        return chalk2.cyan(text4);
      default:
        return text4;
    }
  };
}
var init_paint = __esm({
  "src/cli/paint.ts"() {
    "use strict";
    init_source();
  }
});

// first:src/compiler/bpf/encode.ts.cjs
var require_encode_ts = __commonJS({
  "first:src/compiler/bpf/encode.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/bpf/encode.ts");
  }
});

// first:src/compiler/btf/blob-writer.ts.cjs
var require_blob_writer_ts = __commonJS({
  "first:src/compiler/btf/blob-writer.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/btf/blob-writer.ts");
  }
});

// first:src/compiler/btf/source-lines.ts.cjs
var require_source_lines_ts = __commonJS({
  "first:src/compiler/btf/source-lines.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/btf/source-lines.ts");
  }
});

// src/compiler/elf/elf-file.ts
function write(sections, names, symtab) {
  const offsets = [];
  let end = HEADER2;
  for (const { bytes: bytes3 } of sections) {
    offsets.push(end);
    end = Math.ceil((end + bytes3.length) / 8) * 8;
  }
  const out = new Uint8Array(end + (sections.length + 1) * SECTION_HEADER2);
  const view = new DataView(out.buffer);
  out.set([127, 69, 76, 70, 2, 1, 1]);
  view.setUint16(16, ET_REL, true);
  view.setUint16(18, EM_BPF2, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(40, BigInt(end), true);
  view.setUint16(52, HEADER2, true);
  view.setUint16(58, SECTION_HEADER2, true);
  view.setUint16(60, sections.length + 1, true);
  view.setUint16(62, sections.length, true);
  sections.forEach((section, i) => {
    out.set(section.bytes, offsets[i]);
    const at = end + (i + 1) * SECTION_HEADER2;
    view.setUint32(at, names[i], true);
    view.setUint32(at + 4, section.type, true);
    view.setBigUint64(at + 8, BigInt(section.flags), true);
    view.setBigUint64(at + 24, BigInt(offsets[i]), true);
    view.setBigUint64(at + 32, BigInt(section.size), true);
    view.setUint32(at + 40, section.link === "symtab" ? symtab : section.link ?? 0, true);
    view.setUint32(at + 44, section.info ?? 0, true);
    view.setBigUint64(at + 48, section.type === SectionType2.STRTAB ? 1n : 8n, true);
    view.setBigUint64(at + 56, BigInt(section.entrySize ?? 0), true);
  });
  return out;
}
var Reloc, ET_REL, EM_BPF2, SectionType2, Flag, SYMBOL_TYPES, HEADER2, SECTION_HEADER2, SYMBOL2, RELOCATION2, ElfFile, Strings;
var init_elf_file = __esm({
  "src/compiler/elf/elf-file.ts"() {
    "use strict";
    Reloc = { R_BPF_64_64: 1, R_BPF_64_32: 10 };
    ET_REL = 1;
    EM_BPF2 = 247;
    SectionType2 = { PROGBITS: 1, SYMTAB: 2, STRTAB: 3, NOBITS: 8, REL: 9 };
    Flag = { WRITE: 1, ALLOC: 2, EXECINSTR: 4, INFO_LINK: 64 };
    SYMBOL_TYPES = { none: 0, object: 1, function: 2, section: 3 };
    HEADER2 = 64;
    SECTION_HEADER2 = 64;
    SYMBOL2 = 24;
    RELOCATION2 = 16;
    ElfFile = class {
      #sections = [];
      #symbols = [];
      #relocations = /* @__PURE__ */ new Map();
      code(name, bytes3) {
        return this.#add({
          name,
          type: SectionType2.PROGBITS,
          flags: Flag.ALLOC | Flag.EXECINSTR,
          bytes: bytes3,
          size: bytes3.length
        });
      }
      /** Constants, unless they are to be written. */
      data(name, bytes3, writable = false) {
        const flags = Flag.ALLOC | (writable ? Flag.WRITE : 0);
        return this.#add({ name, type: SectionType2.PROGBITS, flags, bytes: bytes3, size: bytes3.length });
      }
      /** Zeros, which take no room in the file. */
      zeros(name, size) {
        return this.#add({
          name,
          type: SectionType2.NOBITS,
          flags: Flag.ALLOC | Flag.WRITE,
          bytes: new Uint8Array(),
          size
        });
      }
      /** What is no part of a program: type information. */
      note(name, bytes3) {
        return this.#add({ name, type: SectionType2.PROGBITS, flags: 0, bytes: bytes3, size: bytes3.length });
      }
      symbol(symbol) {
        this.#symbols.push(symbol);
        return symbol;
      }
      relocate(section, relocations) {
        if (relocations.length > 0) this.#relocations.set(section, relocations);
      }
      bytes() {
        const symbols = [...this.#symbols.filter((s) => !s.global), ...this.#symbols.filter((s) => s.global)];
        const numberOf3 = new Map(symbols.map((symbol, i) => [symbol, i + 1]));
        for (const [section, relocations] of this.#relocations) {
          const bytes3 = new Uint8Array(relocations.length * RELOCATION2);
          const view2 = new DataView(bytes3.buffer);
          relocations.forEach(({ offset: offset2, symbol, type }, i) => {
            view2.setBigUint64(i * RELOCATION2, BigInt(offset2), true);
            view2.setUint32(i * RELOCATION2 + 8, type, true);
            view2.setUint32(i * RELOCATION2 + 12, numberOf3.get(symbol), true);
          });
          this.#add({
            name: `.rel${section.name}`,
            type: SectionType2.REL,
            flags: Flag.INFO_LINK,
            bytes: bytes3,
            size: bytes3.length,
            link: "symtab",
            info: section.index,
            entrySize: RELOCATION2
          });
        }
        const strings = new Strings();
        const table = new Uint8Array((symbols.length + 1) * SYMBOL2);
        const view = new DataView(table.buffer);
        symbols.forEach((symbol, i) => {
          const at = (i + 1) * SYMBOL2;
          view.setUint32(at, strings.add(symbol.name), true);
          view.setUint8(at + 4, (symbol.global ? 1 : 0) << 4 | SYMBOL_TYPES[symbol.type]);
          view.setUint16(at + 6, symbol.section?.index ?? 0, true);
          view.setBigUint64(at + 8, BigInt(symbol.offset), true);
          view.setBigUint64(at + 16, BigInt(symbol.size), true);
        });
        const symtab = this.#sections.length + 1;
        this.#add({
          name: ".symtab",
          type: SectionType2.SYMTAB,
          flags: 0,
          bytes: table,
          size: table.length,
          link: symtab + 1,
          info: symbols.filter((s) => !s.global).length + 1,
          entrySize: SYMBOL2
        });
        const names = [...this.#sections.map(({ name }) => strings.add(name)), strings.add(".strtab")];
        const text4 = strings.bytes();
        this.#add({ name: ".strtab", type: SectionType2.STRTAB, flags: 0, bytes: text4, size: text4.length });
        return write(this.#sections, names, symtab);
      }
      #add(draft) {
        this.#sections.push(draft);
        return { index: this.#sections.length, name: draft.name };
      }
    };
    Strings = class {
      #offsets = /* @__PURE__ */ new Map([["", 0]]);
      #text = "\0";
      add(text4) {
        let offset2 = this.#offsets.get(text4);
        if (offset2 === void 0) {
          offset2 = new TextEncoder().encode(this.#text).length;
          this.#offsets.set(text4, offset2);
          this.#text += `${text4}\0`;
        }
        return offset2;
      }
      bytes() {
        return new TextEncoder().encode(this.#text);
      }
    };
  }
});

// src/compiler/elf/kernel-btf.ts
function copyShape(from, id, into, depth = DEPTH4) {
  if (id === 0 || depth === 0) return 0;
  const kind2 = from.kind(id);
  const inner = (other) => copyShape(from, other, into, depth - 1);
  if ((0, import_modifier4.isModifier)(from, id)) return inner(from.sizeOrType(id));
  switch (kind2) {
    case import_kind10.BtfKind.BTF_KIND_INT: {
      const word4 = from.word(id, 0);
      return into.int(from.name(id), from.sizeOrType(id), word4 >>> 24 & 15);
    }
    case import_kind10.BtfKind.BTF_KIND_PTR:
      return into.pointer(inner(from.sizeOrType(id)));
    case import_kind10.BtfKind.BTF_KIND_ARRAY: {
      const index = into.int("__ARRAY_SIZE_TYPE__", 4, 0);
      return into.array(inner(from.word(id, 0)), index, from.word(id, 2));
    }
    case import_kind10.BtfKind.BTF_KIND_STRUCT:
    case import_kind10.BtfKind.BTF_KIND_UNION:
    case import_kind10.BtfKind.BTF_KIND_ENUM:
    case import_kind10.BtfKind.BTF_KIND_ENUM64:
    case import_kind10.BtfKind.BTF_KIND_FWD:
      return into.empty(kind2, from.name(id), from.sizeOrType(id));
    case import_kind10.BtfKind.BTF_KIND_FUNC_PROTO: {
      const types = Array.from({ length: from.vlen(id) }, (_, i) => inner(from.word(id, 2 * i + 1)));
      return into.signature(inner(from.sizeOrType(id)), types);
    }
    default:
      return 0;
  }
}
var import_kind10, import_modifier4, DEPTH4;
var init_kernel_btf = __esm({
  "src/compiler/elf/kernel-btf.ts"() {
    "use strict";
    import_kind10 = __toESM(require_kind_ts(), 1);
    import_modifier4 = __toESM(require_modifier_ts(), 1);
    DEPTH4 = 32;
  }
});

// src/compiler/elf/maps.ts
function writeMaps(spec, elf, blob, types) {
  const symbols = /* @__PURE__ */ new Map();
  const names = /* @__PURE__ */ new Set();
  const direct = readDirectly(spec);
  const defined = [];
  for (const map of spec.maps) {
    if (isOneValue(map) && (map.user === void 0 || direct.has(map.name))) {
      const name = identifier(map.name, names);
      symbols.set(map.name, writeData(map, name, spec.globals, elf, blob, types));
    } else defined.push(map);
  }
  if (defined.length === 0) return symbols;
  const placed = [];
  let end = 0;
  const places = defined.map((map) => {
    const { type, size } = definition2(map, types);
    const name = identifier(map.name, names);
    const offset2 = end;
    placed.push({ id: blob.variable(name, type, import_kind11.BtfVar.BTF_VAR_GLOBAL_ALLOCATED), offset: offset2, size });
    end += size;
    return { map, name, offset: offset2, size };
  });
  blob.section(".maps", end, placed);
  const section = elf.data(".maps", new Uint8Array(end), true);
  for (const { map, name, offset: offset2, size } of places) {
    symbols.set(map.name, elf.symbol({ name, section, offset: offset2, size, type: "object", global: true }));
  }
  return symbols;
}
function identifier(name, taken) {
  const clean = name.replace(/^@(.)/, "AT_$1").replace(/^@$/, "AT").replace(/\W/g, "_");
  let unique = clean;
  for (let i = 2; taken.has(unique); i++) unique = `${clean}_${i}`;
  taken.add(unique);
  return unique;
}
function isOneValue({ type, maxEntries }) {
  return type === import_uapi13.MapType.BPF_MAP_TYPE_ARRAY && maxEntries === 1;
}
function readDirectly({ programs }) {
  const names = /* @__PURE__ */ new Set();
  for (const { functions } of programs) {
    for (const { insns } of functions) {
      for (const { reference: reference3 } of insns) if (reference3?.kind === "map-value") names.add(reference3.map);
    }
  }
  return names;
}
function dataSection2({ flags, initial }, name) {
  if ((flags & import_uapi13.MapFlag.BPF_F_RDONLY_PROG) !== 0) return initial === void 0 ? `.rodata.${name}` : ".rodata";
  return name === "globals" ? ".bss" : `.data.${name}`;
}
function writeData(map, name, globals, elf, blob, types) {
  const size = map.valueSize;
  const type = map.name === "globals" ? globalsType(globals, types) : valueType(map, types);
  const id = blob.variable(name, type, import_kind11.BtfVar.BTF_VAR_GLOBAL_ALLOCATED);
  const place2 = dataSection2(map, name);
  blob.section(place2, size, [{ id, offset: 0, size }]);
  const bytes3 = new Uint8Array(size);
  if (map.initial !== void 0) bytes3.set(map.initial);
  const section = place2 === ".bss" ? elf.zeros(place2, size) : elf.data(place2, bytes3, !place2.startsWith(".rodata"));
  return elf.symbol({ name, section, offset: 0, size, type: "object", global: true });
}
function globalsType(globals, types) {
  const kinds = globals.lossKinds.length;
  const probes = Math.floor((globals.size - globals.loss) / (8 * kinds));
  const counters = types.struct(
    "losses",
    8 * kinds,
    globals.lossKinds.map((kind2, i) => ({ name: kind2, type: types.integer(8), offset: 8 * i }))
  );
  const members2 = [
    { name: "stop", type: types.integer(4), offset: globals.stop },
    { name: "start", type: types.integer(8), offset: globals.start },
    ...globals.words.map(({ name, offset: offset2, size }) => ({
      name,
      type: types.integer(size === 4 ? 4 : 8),
      offset: offset2
    })),
    { name: "loss", type: types.array(counters, probes), offset: globals.loss }
  ];
  return types.struct(
    "globals",
    globals.size,
    members2.sort((a, b) => a.offset - b.offset)
  );
}
function definition2(map, types) {
  const number8 = (name, value) => ({
    name,
    type: types.pointer(types.array(types.integer(4, true), value))
  });
  const members2 = [number8("type", map.type)];
  if (UNTYPED.includes(map.type)) {
    if (map.keySize > 0) members2.push(number8("key_size", map.keySize), number8("value_size", map.valueSize));
  } else {
    members2.push({ name: "key", type: types.pointer(keyType(map, types)) });
    members2.push({ name: "value", type: types.pointer(valueType(map, types)) });
  }
  members2.push(number8("max_entries", map.maxEntries));
  if (map.flags !== 0) members2.push(number8("map_flags", map.flags));
  const size = 8 * members2.length;
  return {
    type: types.struct(
      "",
      size,
      members2.map((member, i) => ({ ...member, offset: 8 * i }))
    ),
    size
  };
}
function keyType({ type, keySize, user }, types) {
  if (import_map_type8.ARRAY_MAPS.includes(type)) return types.integer(4);
  const key = user?.key;
  if (key === void 0) return types.bytes(keySize);
  const only = key.kind === "tuple" && key.elements.length === 1 ? key.elements[0] : key;
  return (0, import_layout3.sizeOf)(only) === keySize ? types.stored(only) : types.bytes(keySize);
}
function valueType({ valueSize, user }, types) {
  if (user === void 0) return types.bytes(valueSize);
  const { value } = user;
  if ((0, import_layout3.sizeOf)(value) === valueSize) return types.stored(value);
  const flag = (0, import_layout3.setFlagOffset)(value);
  if (flag + 8 !== valueSize) {
    return (0, import_layout3.alignUp)((0, import_layout3.sizeOf)(value), 8) === valueSize ? types.struct("", valueSize, [{ name: "value", type: types.stored(value), offset: 0 }]) : types.bytes(valueSize);
  }
  return types.struct("", valueSize, [
    { name: "value", type: types.stored(value), offset: 0 },
    { name: "is_set", type: types.integer(8), offset: flag }
  ]);
}
var import_map_type8, import_uapi13, import_kind11, import_layout3, UNTYPED;
var init_maps2 = __esm({
  "src/compiler/elf/maps.ts"() {
    "use strict";
    import_map_type8 = __toESM(require_map_type_ts(), 1);
    import_uapi13 = __toESM(require_uapi_ts(), 1);
    import_kind11 = __toESM(require_kind_ts(), 1);
    import_layout3 = __toESM(require_layout_ts(), 1);
    UNTYPED = [
      import_uapi13.MapType.BPF_MAP_TYPE_RINGBUF,
      import_uapi13.MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY,
      import_uapi13.MapType.BPF_MAP_TYPE_STACK_TRACE
    ];
  }
});

// src/compiler/elf/section-name.ts
function sectionName(program2, served) {
  const only = served.length === 1 ? served[0].target.parts.slice(1) : [];
  const suffix = (parts) => parts.length === 0 ? "" : `/${parts.join("/")}`;
  const sleepable = ((program2.flags ?? 0) & SLEEPABLE) === 0 ? "" : ".s";
  const traced = program2.attachTo?.name ?? "";
  switch (program2.type) {
    case import_uapi14.ProgType.BPF_PROG_TYPE_TRACEPOINT:
      return `tracepoint${suffix(only)}`;
    case import_uapi14.ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT: {
      const event = served[0]?.type === "rawtracepoint" ? only.slice(-1) : [];
      return `raw_tp${suffix(event)}`;
    }
    case import_uapi14.ProgType.BPF_PROG_TYPE_PERF_EVENT:
      return "perf_event";
    case import_uapi14.ProgType.BPF_PROG_TYPE_KPROBE:
      return `${kprobe(program2, served[0]?.type ?? "")}${sleepable}${suffix(functionOf(only))}`;
    case import_uapi14.ProgType.BPF_PROG_TYPE_TRACING:
      return tracing(program2.expectedAttachType, sleepable, traced);
    case import_uapi14.ProgType.BPF_PROG_TYPE_XDP:
      return "xdp";
    case import_uapi14.ProgType.BPF_PROG_TYPE_SCHED_CLS:
      if (program2.expectedAttachType === import_uapi14.AttachType.BPF_TCX_INGRESS) return "tcx/ingress";
      return program2.expectedAttachType === import_uapi14.AttachType.BPF_TCX_EGRESS ? "tcx/egress" : "tc";
    default:
      return program2.name;
  }
}
function kprobe(program2, type) {
  const kind2 = /^[ku](ret)?probe$/.test(type) ? type : type === "usdt" ? "uprobe" : "kprobe";
  switch (program2.expectedAttachType) {
    case import_uapi14.AttachType.BPF_TRACE_KPROBE_MULTI:
    case import_uapi14.AttachType.BPF_TRACE_UPROBE_MULTI:
      return `${kind2}.multi`;
    case import_uapi14.AttachType.BPF_TRACE_KPROBE_SESSION:
      return "kprobe.session";
    case import_uapi14.AttachType.BPF_TRACE_UPROBE_SESSION:
      return "uprobe.session";
    default:
      return kind2;
  }
}
function functionOf(parts) {
  const [path2, name] = parts;
  if (path2?.startsWith("/") && name !== void 0) return [`${path2.slice(1)}:${name}`];
  return parts.slice(-1);
}
function tracing(attachType, sleepable, traced) {
  switch (attachType) {
    case import_uapi14.AttachType.BPF_TRACE_FENTRY:
      return `fentry${sleepable}/${traced}`;
    case import_uapi14.AttachType.BPF_TRACE_FEXIT:
      return `fexit${sleepable}/${traced}`;
    case import_uapi14.AttachType.BPF_MODIFY_RETURN:
      return `fmod_ret${sleepable}/${traced}`;
    case import_uapi14.AttachType.BPF_TRACE_ITER:
      return `iter${sleepable}/${traced}`;
    default:
      return `tp_btf/${traced.replace(/^btf_trace_/, "")}`;
  }
}
var import_uapi14, SLEEPABLE;
var init_section_name = __esm({
  "src/compiler/elf/section-name.ts"() {
    "use strict";
    import_uapi14 = __toESM(require_uapi_ts(), 1);
    SLEEPABLE = 1 << 4;
  }
});

// src/compiler/elf/stored-btf.ts
var import_kind12, import_layout4, StoredBtf;
var init_stored_btf = __esm({
  "src/compiler/elf/stored-btf.ts"() {
    "use strict";
    import_kind12 = __toESM(require_kind_ts(), 1);
    import_layout4 = __toESM(require_layout_ts(), 1);
    StoredBtf = class {
      #blob;
      #made = /* @__PURE__ */ new Map();
      constructor(blob) {
        this.#blob = blob;
      }
      integer(size, signed2 = false) {
        const name = `${signed2 ? "" : "unsigned "}${{ 1: "char", 2: "short", 4: "int", 8: "long long" }[size]}`;
        return this.#once(name, () => this.#blob.int(name, size, signed2 ? import_kind12.BtfInt.BTF_INT_SIGNED : 0));
      }
      character() {
        return this.#once("char", () => this.#blob.int("char", 1, import_kind12.BtfInt.BTF_INT_SIGNED));
      }
      array(of2, count2) {
        const index = this.#once("index", () => this.#blob.int("__ARRAY_SIZE_TYPE__", 4, 0));
        return this.#once(`${of2}[${count2}]`, () => this.#blob.array(of2, index, count2));
      }
      pointer(to) {
        return this.#once(`*${to}`, () => this.#blob.pointer(to));
      }
      struct(name, size, members2) {
        const key = `${name}{${size} ${members2.map((m) => `${m.name}:${m.type}@${m.offset}`).join()}}`;
        return this.#once(key, () => this.#blob.struct(name, size, members2));
      }
      /** Raw bytes; a word where the size is one. */
      bytes(size) {
        if (size === 4 || size === 8) return this.integer(size);
        return this.array(this.integer(1), size);
      }
      /** As it lies in a key or value (sizeOf). */
      stored(type) {
        switch (type.kind) {
          case "integer":
            return this.integer(8, type.signed);
          case "bool":
          case "pointer":
          case "ksym":
          case "username":
          case "disk":
          case "cgroup_path":
          case "timestamp":
          case "count":
            return this.integer(8);
          case "sum":
            return this.integer(8, type.signed);
          case "string":
            return this.array(this.character(), type.size);
          case "buffer":
            return this.#sequence(
              ["length", "data"],
              [this.integer(4), this.array(this.integer(1), type.size)],
              [0, 4],
              type
            );
          case "inet":
            if (type.family !== void 0) return this.array(this.integer(1), (0, import_layout4.sizeOf)(type));
            return this.#sequence(
              ["family", "address"],
              [this.integer(4), this.array(this.integer(1), 16)],
              [0, 4],
              type
            );
          case "usym":
            return this.#sequence(["address", "pid"], [this.integer(8), this.integer(8)], [0, 8], type);
          case "stack":
            return this.#sequence(["id", "pid"], [this.integer(8), this.integer(8)], [0, 8], type);
          case "min":
          case "max":
            return this.#sequence(
              ["value", "is_set"],
              [this.integer(8, type.signed), this.integer(8)],
              [0, 8],
              type
            );
          case "avg":
          case "stats":
            return this.#sequence(
              ["total", "count"],
              [this.integer(8, type.signed), this.integer(8)],
              [0, 8],
              type
            );
          case "hist":
          case "lhist":
          case "tseries":
            return this.array(this.integer(8), (0, import_layout4.sizeOf)(type) / 8);
          case "tuple": {
            const names = type.elements.map((_, i) => `_${i}`);
            return this.#members(names, type.elements);
          }
          case "record":
            return this.#members(
              type.fields.map((field2) => field2.name),
              type.fields.map((field2) => field2.type)
            );
          case "array": {
            const size = (0, import_layout4.rawSizeOf)(type.of);
            const plain4 = type.of.kind === "integer" && (size === 1 || size === 2 || size === 4 || size === 8);
            return this.array(
              plain4 ? this.integer(size, type.of.signed) : this.bytes(size),
              type.count
            );
          }
          case "struct":
          case "mac":
          case "void":
          case "error":
            return this.array(this.integer(1), type.kind === "struct" || type.kind === "mac" ? (0, import_layout4.sizeOf)(type) : 0);
        }
      }
      #members(names, types) {
        const { offsets, size } = (0, import_layout4.memberOffsets)(types);
        const members2 = types.map((type, i) => ({
          name: names[i],
          type: this.stored(type),
          offset: offsets[i]
        }));
        return this.struct("", size, members2);
      }
      #sequence(names, types, offsets, of2) {
        const members2 = names.map((name, i) => ({ name, type: types[i], offset: offsets[i] }));
        return this.struct("", (0, import_layout4.sizeOf)(of2), members2);
      }
      #once(key, make) {
        let id = this.#made.get(key);
        if (id === void 0) {
          id = make();
          this.#made.set(key, id);
        }
        return id;
      }
    };
  }
});

// src/compiler/elf/object.ts
function writeObject(spec, kernel) {
  return new ObjectWriter(spec, kernel).write();
}
function servedTargets(spec) {
  const served = spec.programs.map(() => []);
  for (const probe of spec.probes) {
    for (const { type, targets } of probe.alternatives) {
      for (const target of targets) served[target.program]?.push({ type, target });
    }
  }
  return served;
}
function place(spec) {
  const served = servedTargets(spec);
  const ends = /* @__PURE__ */ new Map();
  const used = /* @__PURE__ */ new Set();
  return spec.programs.flatMap((program2, index) => {
    const own = sectionName(program2, served[index] ?? []);
    const programName = (0, import_source_lines.identifier)(program2.name, used);
    return program2.functions.map((fn, i) => {
      const section = i === 0 ? own : TEXT2;
      const offset2 = ends.get(section) ?? 0;
      ends.set(section, offset2 + sizeOf3(fn));
      const name = i === 0 ? programName : (0, import_source_lines.identifier)(`${program2.name}_${fn.name}`, used);
      return { program: program2, fn, name, section, offset: offset2, entry: i === 0 };
    });
  });
}
function sizeOf3(fn) {
  return (0, import_opcode6.slots)(fn.insns) * SLOT2;
}
function concat(parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
var import_encode, import_opcode6, import_blob_writer, import_kind13, import_source_lines, import_diagnostic9, SLOT2, TEXT2, ObjectWriter;
var init_object = __esm({
  "src/compiler/elf/object.ts"() {
    "use strict";
    import_encode = __toESM(require_encode_ts(), 1);
    import_opcode6 = __toESM(require_opcode_ts(), 1);
    import_blob_writer = __toESM(require_blob_writer_ts(), 1);
    import_kind13 = __toESM(require_kind_ts(), 1);
    import_source_lines = __toESM(require_source_lines_ts(), 1);
    import_diagnostic9 = __toESM(require_diagnostic_ts(), 1);
    init_elf_file();
    init_kernel_btf();
    init_maps2();
    init_section_name();
    init_stored_btf();
    SLOT2 = 8;
    TEXT2 = ".text";
    ObjectWriter = class {
      #spec;
      #kernel;
      #elf = new ElfFile();
      #blob = new import_blob_writer.BlobWriter();
      #types = new StoredBtf(this.#blob);
      #placements;
      /** Of `.text`: functions in it are known by their offsets, since loaders before libbpf 1.5 take no local symbol. */
      #text;
      #externs = /* @__PURE__ */ new Map();
      #maps = /* @__PURE__ */ new Map();
      constructor(spec, kernel) {
        this.#spec = spec;
        this.#kernel = kernel;
        this.#placements = place(spec);
      }
      write() {
        const elf = this.#elf;
        this.#maps = writeMaps(this.#spec, elf, this.#blob, this.#types);
        const sections = [...new Set(this.#placements.map((p) => p.section))].map((name) => {
          const placements = this.#placements.filter((p) => p.section === name);
          const section = elf.code(name, concat(placements.map((p) => this.#code(p))));
          for (const placement of placements) this.#addSymbol(placement, section);
          return { section, placements };
        });
        this.#writeExterns();
        for (const { section, placements } of sections) {
          elf.relocate(
            section,
            placements.flatMap((placement) => this.#relocations(placement))
          );
        }
        elf.data("license", new TextEncoder().encode(`${this.#spec.license}\0`), true);
        const extended2 = this.#extendedBtf();
        elf.note(".BTF", this.#blob.finish());
        elf.note(".BTF.ext", extended2);
        return elf.bytes();
      }
      /** Callbacks are static, so that the verifier follows them with what the caller passes. */
      #addSymbol({ fn, name, offset: offset2, entry }, section) {
        const size = sizeOf3(fn);
        this.#elf.symbol({ name, section, offset: offset2, size, type: "function", global: entry });
        if (section.name !== TEXT2 || this.#text !== void 0) return;
        this.#text = this.#elf.symbol({ name: "", section, offset: 0, size: 0, type: "section", global: false });
      }
      /**
       * Machine code with what loaders add to: the offset into a map's value or into `.text`. As clang leaves them, only
       * addresses of functions and calls say what they are.
       */
      #code({ fn, program: program2 }) {
        return (0, import_encode.encode)(
          fn.insns.map(({ reference: reference3, ...insn }) => {
            if (reference3 === void 0) return insn;
            switch (reference3.kind) {
              case "function": {
                const { offset: offset2 } = this.#placementIn(program2, reference3.name);
                return {
                  ...insn,
                  ...(0, import_opcode6.isLoadImmediate)(insn.opcode) ? { imm64: String(offset2) } : { imm: offset2 / SLOT2 - 1 }
                };
              }
              case "kfunc":
                return { ...insn, imm: -1 };
              case "map-value":
                return { ...insn, src: 0, imm64: String(reference3.offset) };
              default:
                return { ...insn, src: 0 };
            }
          })
        );
      }
      #relocations({ fn, offset: offset2 }) {
        const out = [];
        let at = offset2;
        for (const insn of fn.insns) {
          if (insn.reference !== void 0) {
            const type = (0, import_opcode6.isLoadImmediate)(insn.opcode) ? Reloc.R_BPF_64_64 : Reloc.R_BPF_64_32;
            out.push({ offset: at, symbol: this.#symbolOf(insn.reference), type });
          }
          at += (0, import_opcode6.slotsOf)(insn) * SLOT2;
        }
        return out;
      }
      #symbolOf(reference3) {
        const symbol = reference3.kind === "function" ? this.#text : reference3.kind === "map" || reference3.kind === "map-value" ? this.#maps.get(reference3.map) : this.#externs.get(reference3.name);
        if (symbol === void 0)
          throw new import_diagnostic9.InternalError(`the object has nothing for a ${reference3.kind} reference`);
        return symbol;
      }
      #placementIn(program2, name) {
        const found = this.#placements.find((p) => p.program === program2 && p.fn.name === name);
        if (found === void 0) throw new import_diagnostic9.InternalError(`no function ${name} in ${program2.name}`);
        return found;
      }
      /** Kernel variables and functions: undefined symbols, declared in the section `.ksyms` of the BTF. */
      #writeExterns() {
        const placed = [];
        for (const { fn } of this.#placements) {
          for (const { reference: reference3 } of fn.insns) {
            if (reference3?.kind !== "ksym" && reference3?.kind !== "kfunc") continue;
            const { name, kind: kind2 } = reference3;
            if (this.#externs.has(name)) continue;
            const symbol = { name, section: void 0, offset: 0, size: 0, type: "none", global: true };
            this.#externs.set(name, this.#elf.symbol(symbol));
            placed.push({ id: this.#declare(name, kind2), offset: 0, size: 0 });
          }
        }
        if (placed.length > 0) this.#blob.section(".ksyms", 0, placed);
      }
      #declare(name, kind2) {
        const from = this.#kernel;
        const wanted = kind2 === "ksym" ? import_kind13.BtfKind.BTF_KIND_VAR : import_kind13.BtfKind.BTF_KIND_FUNC;
        const offset2 = from?.nameOffset(name) ?? -1;
        const id = offset2 < 0 ? 0 : from?.find(offset2, 1 << wanted) ?? 0;
        if (from === void 0 || id === 0) throw new import_diagnostic9.InternalError(`no BTF of ${name} at hand`);
        const type = copyShape(from, from.sizeOrType(id), this.#blob);
        return kind2 === "ksym" ? this.#blob.variable(name, type, import_kind13.BtfVar.BTF_VAR_GLOBAL_EXTERN) : this.#blob.func(name, type, import_kind13.BtfLinkage.BTF_FUNC_EXTERN);
      }
      /**
       * .BTF.ext: functions and lines by section, offsets in bytes (struct btf_ext_header, tools/lib/bpf/libbpf_internal.h).
       *
       *   header (32) | record size, { section name, count, records }* of functions | the same of lines
       */
      #extendedBtf() {
        const blob = this.#blob;
        const long = blob.int("long", 8, import_kind13.BtfInt.BTF_INT_SIGNED);
        const lines = new import_source_lines.SourceLines(this.#spec.source);
        const functionInfo = [SLOT2];
        const lineInfo = [2 * SLOT2];
        for (const section of new Set(this.#placements.map((p) => p.section))) {
          const functions = [];
          const places = [];
          for (const { fn, name, offset: offset2, entry, section: own } of this.#placements) {
            if (own !== section) continue;
            const linkage = entry ? import_kind13.BtfLinkage.BTF_FUNC_GLOBAL : import_kind13.BtfLinkage.BTF_FUNC_STATIC;
            functions.push(offset2, blob.func(name, blob.prototype(long, fn.params), linkage));
            for (const { slot, place: place2 } of (0, import_source_lines.linesOf)(fn, offset2 / SLOT2)) {
              const { file: file2, text: text4, lineColumn } = lines.at(place2.start, place2.end);
              places.push(slot * SLOT2, blob.text(file2), blob.text(text4), lineColumn);
            }
          }
          functionInfo.push(blob.text(section), functions.length / 2, ...functions);
          lineInfo.push(blob.text(section), places.length / 4, ...places);
        }
        const header = new import_blob_writer.WordWriter();
        header.push(
          125855,
          32,
          0,
          4 * functionInfo.length,
          4 * functionInfo.length,
          4 * lineInfo.length,
          0,
          0
        );
        const words4 = new import_blob_writer.WordWriter();
        words4.push(...functionInfo, ...lineInfo);
        return concat([header.bytes(), words4.bytes()]);
      }
    };
  }
});

// src/compiler/elf/standalone.ts
function dependencies(spec) {
  const out = [];
  for (const { entry, span } of spec.sites) {
    if (entry.startsWith("(")) continue;
    out.push({
      span,
      message: spec.maps.some(({ name }) => name === "perf") ? `${entry}() sends an event: it is lost, since nobody opens the perf buffers of the map perf` : `${entry}() sends an event: it stays in the map ring, since nobody reads it there`
    });
  }
  for (const probe of spec.probes) {
    const type = probe.alternatives[0]?.type ?? "";
    const how = TYPES[type];
    if (how !== void 0) out.push({ span: headOf2(spec, probe.span), message: `${type} ${how}` });
  }
  for (const [index, served] of servedTargets(spec).entries()) {
    if (served.length < 2) continue;
    const program2 = spec.programs[index];
    out.push({
      span: void 0,
      message: `${program2.name} serves ${served.length} targets, to each of which its loader must attach it`
    });
  }
  for (const [name, message2] of Object.entries(WORDS)) {
    if (readsWord(spec, name)) out.push({ span: void 0, message: message2 });
  }
  return out;
}
function readsWord(spec, name) {
  const offset2 = name === "start" ? spec.globals.start : spec.globals.words.find((w) => w.name === name)?.offset;
  return spec.programs.some(
    ({ functions }) => functions.some(
      ({ insns }) => insns.some(
        ({ reference: reference3 }) => reference3?.kind === "map-value" && reference3.map === "globals" && reference3.offset === offset2
      )
    )
  );
}
function headOf2({ source }, [start, end]) {
  const brace = source.text.indexOf("{", start);
  const head = source.text.slice(start, brace < 0 ? end : Math.min(brace, end));
  return [start, start + head.trimEnd().length];
}
var WORDS, TYPES;
var init_standalone = __esm({
  "src/compiler/elf/standalone.ts"() {
    "use strict";
    init_object();
    WORDS = {
      start: "the time of the start is 0: elapsed counts from the boot",
      cpid: "cpid is 0: there is no child",
      ncpus: "the number of CPUs is 0: aggregations read as 0, and ncpus is 0"
    };
    TYPES = {
      begin: "runs only when it is called (BPF_PROG_TEST_RUN, bpftool prog run)",
      end: "runs only when it is called (BPF_PROG_TEST_RUN, bpftool prog run)",
      interval: "runs on a perf event, which its loader must open",
      profile: "runs on perf events, which its loader must open",
      software: "runs on perf events, which its loader must open",
      hardware: "runs on perf events, which its loader must open",
      watchpoint: "runs on perf events, which its loader must open"
    };
  }
});

// src/cli/emit.ts
var emit_exports = {};
__export(emit_exports, {
  emit: () => emit,
  warnings: () => warnings
});
async function emit(what, spec, host2, config) {
  if (what === "elf" && config.output === void 0 && (0, import_terminal5.isTerminal)(1)) {
    throw new import_config11.UsageError("--emit elf writes binary data: give a file with -o FILE");
  }
  const bytes3 = what === "elf" ? elfOf(spec, host2) : new TextEncoder().encode(textOf4(what, spec));
  if (config.output === void 0) writeAll(bytes3);
  else (0, import_node_fs12.writeFileSync)(config.output, bytes3);
  if (what === "elf" && config.warnings && !config.quiet) {
    await (0, import_report6.reportDiagnostics)(warnings(spec), spec.source, (0, import_standard_error16.colorsErrors)(config.color));
  }
  return 0;
}
function elfOf(spec, { btf }) {
  return writeObject(spec, btf instanceof import_reader5.BtfReader ? btf.blob : void 0);
}
function textOf4(what, spec) {
  if (what === "spec") return `${JSON.stringify(spec, null, 1)}
`;
  return spec.programs.map(({ title, functions }) => `${title}:
${disassembleProgram(functions, spec.source.text)}
`).join("");
}
function warnings(spec) {
  return dependencies(spec).map(({ message: message2, span: [start, end] = [0, 0] }) => ({
    severity: "warning",
    code: "not-standalone",
    message: `alone, ${message2}`,
    span: { start, end },
    notes: []
  }));
}
function writeAll(bytes3) {
  for (let rest = bytes3; rest.length > 0; ) rest = rest.subarray((0, import_node_fs12.writeSync)(1, rest));
}
var import_node_fs12, import_reader5, import_terminal5, import_config11, import_report6, import_standard_error16;
var init_emit = __esm({
  "src/cli/emit.ts"() {
    "use strict";
    import_node_fs12 = require("node:fs");
    init_disassemble();
    import_reader5 = __toESM(require_reader_ts(), 1);
    init_object();
    init_standalone();
    import_terminal5 = __toESM(require_terminal_ts(), 1);
    import_config11 = __toESM(require_config_ts(), 1);
    import_report6 = __toESM(require_report_ts2(), 1);
    import_standard_error16 = __toESM(require_standard_error_ts(), 1);
  }
});

// src/output/redirect.ts
var RedirectSink;
var init_redirect = __esm({
  "src/output/redirect.ts"() {
    "use strict";
    RedirectSink = class {
      to;
      /** How many errors were told: errorf(), assert(), divisions by zero. */
      errors = 0;
      constructor(to) {
        this.to = to;
      }
      attached(probes) {
        this.to.attached(probes);
      }
      printf(site, view) {
        this.to.printf(site, view);
      }
      event(site, view) {
        this.to.event(site, view);
      }
      value(type, value) {
        this.to.value(type, value);
      }
      map(map, options) {
        this.to.map(map, options);
      }
      time(format3) {
        this.to.time(format3);
      }
      text(kind2, text4) {
        this.to.text(kind2, text4);
      }
      lost(report) {
        this.to.lost(report);
      }
      error(kind2, message2, span, failed) {
        if (kind2 === "errorf" || kind2 === "runtime_error") this.errors++;
        this.to.error(kind2, message2, span, failed);
      }
      ending() {
        this.to.ending();
      }
      flush() {
        this.to.flush();
      }
      close() {
        return this.to.close();
      }
    };
  }
});

// src/output/trial-report.ts
var TrialReport, GREEN, RED, PLAIN;
var init_trial_report = __esm({
  "src/output/trial-report.ts"() {
    "use strict";
    TrialReport = class {
      #output;
      #options;
      #encoder = new TextEncoder();
      #failed = [];
      #tests = 0;
      #width = 40;
      #headed = false;
      constructor(output, options) {
        this.#output = output;
        this.#options = options;
      }
      startTests(count2) {
        if (count2 > 0) this.#mark(GREEN, "==========", `Running ${count2} tests.`);
      }
      startTest(name) {
        this.#mark(GREEN, " RUN      ", name);
      }
      test({ name, passed, nanoseconds, output }) {
        this.#tests++;
        if (!passed) this.#failed.push(name);
        if (this.#options.json) {
          const result = `{"duration": ${nanoseconds}, "passed": ${passed}, "output": ${JSON.stringify(output)}}`;
          this.#line(`{"type": "test_result", "data": {${JSON.stringify(name)}: ${result}}}`);
          return;
        }
        if (!passed && output !== "") this.#line(output.replace(/\n$/, ""));
        const taken = nanoseconds < 1000n ? `${nanoseconds} ns` : `${nanoseconds / 1000n} \u03BCs`;
        this.#mark(passed ? GREEN : RED, passed ? "       OK " : "  FAILED  ", `${name} (${taken})`);
      }
      endTests() {
        if (this.#tests === 0) return;
        const tests = (count2) => `${count2} test${count2 === 1 ? "" : "s"}`;
        this.#mark(GREEN, "==========", `${tests(this.#tests)} ran.`);
        this.#mark(GREEN, "  PASSED  ", `${tests(this.#tests - this.#failed.length)}.`);
        if (this.#failed.length === 0) return;
        this.#mark(RED, "  FAILED  ", `${tests(this.#failed.length)}, listed below:`);
        for (const name of this.#failed) this.#mark(RED, "  FAILED  ", name);
      }
      startBenchmarks(names) {
        this.#width = Math.max(this.#width, ...names.map((name) => name.length));
      }
      /** ns of one run, and how many there were. */
      benchmark(name, average, runs) {
        if (this.#options.json) {
          const result = `{"average": ${average}, "iters": ${runs}}`;
          this.#line(`{"type": "benchmark_result", "data": {${JSON.stringify(name)}: ${result}}}`);
          return;
        }
        if (!this.#headed) {
          const head = this.#row("Benchmark", "Time(ns)", "Iterations");
          this.#line(`${head}
${"-".repeat(head.length)}`);
          this.#headed = true;
        }
        this.#line(this.#row(name, String(average), String(runs)));
      }
      #row(name, time, runs) {
        return `${name.padEnd(this.#width)} ${time.padEnd(14)} ${runs}`;
      }
      #mark(color2, mark, text4) {
        if (this.#options.json) return;
        this.#line(this.#options.color ? `${color2}[${mark}]${PLAIN} ${text4}` : `[${mark}] ${text4}`);
      }
      #line(text4) {
        this.#output.write(this.#encoder.encode(`${text4}
`));
      }
    };
    GREEN = "\x1B[32m";
    RED = "\x1B[31m";
    PLAIN = "\x1B[0m";
  }
});

// first:src/runtime/trial.ts.cjs
var require_trial_ts = __commonJS({
  "first:src/runtime/trial.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/runtime/trial.ts");
  }
});

// src/cli/trials.ts
var trials_exports = {};
__export(trials_exports, {
  trialRun: () => trialRun
});
function trialRun(config, output, sink, options) {
  const memory2 = new import_byte_output11.MemoryOutput();
  const remember = (text4) => memory2.write(new TextEncoder().encode(text4));
  const own = new import_text_sink7.TextSink(
    memory2,
    (0, import_options5.resolveOptions)({ ...options, notice: remember, say: remember, render: void 0 })
  );
  const redirect = new RedirectSink(own);
  const color2 = (0, import_terminal6.wantsColor)(config.color, () => output.isTerminal);
  const report = new TrialReport(output, { json: config.format === "json", color: color2 });
  const run2 = config.mode === "test" ? runTests : runBenchmarks;
  return {
    sink: redirect,
    instead: {
      probes: ["test", "bench"],
      exitIsResult: true,
      async run(trials, ended) {
        const code2 = await run2({ trials, ended, report, redirect, memory: memory2 });
        redirect.to = sink;
        return code2;
      }
    }
  };
}
async function runTests({ trials, ended, report, redirect, memory: memory2 }) {
  let failed = 0;
  report.startTests(trials.length);
  for (const trial2 of trials) {
    if (await endedMeanwhile(ended)) break;
    report.startTest(trial2.name);
    redirect.errors = 0;
    const { value, nanoseconds, exit: exit2 } = trial2.run();
    redirect.flush();
    const passed = value === 0 && (exit2 ?? 0) === 0 && redirect.errors === 0;
    if (!passed) failed++;
    report.test({ name: trial2.name, passed, nanoseconds, output: memory2.take() });
  }
  report.endTests();
  return failed === 0 ? 0 : 1;
}
async function runBenchmarks({ trials, ended, report, redirect, memory: memory2 }) {
  if (trials.length === 0) return 0;
  const stats = (0, import_program_run5.enableStats)();
  const empty = (0, import_trial.emptyProgram)();
  try {
    report.startBenchmarks(trials.map((trial2) => trial2.name));
    for (const trial2 of trials) {
      if (await endedMeanwhile(ended)) break;
      redirect.errors = 0;
      const { value, average, runs } = trial2.measure(empty);
      memory2.take();
      if (redirect.errors > 0) {
        (0, import_standard_error17.say)(`ERROR: Benchmark '${trial2.name}' failed.
`);
        return 1;
      }
      if (value === 0) report.benchmark(trial2.name, Math.round(average), runs);
    }
    return 0;
  } finally {
    (0, import_fd10.closeFd)(empty);
    (0, import_fd10.closeFd)(stats);
  }
}
async function endedMeanwhile(ended) {
  await new Promise((resolve) => setImmediate(resolve));
  return ended();
}
var import_fd10, import_program_run5, import_byte_output11, import_options5, import_terminal6, import_text_sink7, import_trial, import_standard_error17;
var init_trials2 = __esm({
  "src/cli/trials.ts"() {
    "use strict";
    import_fd10 = __toESM(require_fd_ts(), 1);
    import_program_run5 = __toESM(require_program_run_ts(), 1);
    import_byte_output11 = __toESM(require_byte_output_ts(), 1);
    import_options5 = __toESM(require_options_ts2(), 1);
    init_redirect();
    import_terminal6 = __toESM(require_terminal_ts(), 1);
    import_text_sink7 = __toESM(require_text_sink_ts(), 1);
    init_trial_report();
    import_trial = __toESM(require_trial_ts(), 1);
    import_standard_error17 = __toESM(require_standard_error_ts(), 1);
  }
});

// first:src/compiler/language/functions/capture.ts.cjs
var require_capture_ts = __commonJS({
  "first:src/compiler/language/functions/capture.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/language/functions/capture.ts");
  }
});

// src/output/packet-report.ts
function secondsOf(time) {
  const digits = String(time < 0n ? -time : time).padStart(10, "0");
  return `${time < 0n ? "-" : ""}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
function row2(number8, time, bytes3, verdict) {
  return `${number8.padStart(8)} ${time.padStart(14)} ${bytes3.padStart(9)} ${verdict}`;
}
var PacketReport;
var init_packet_report = __esm({
  "src/output/packet-report.ts"() {
    "use strict";
    PacketReport = class {
      #output;
      #json;
      #encoder = new TextEncoder();
      #headed = false;
      constructor(output, json2) {
        this.#output = output;
        this.#json = json2;
      }
      packet({ number: number8, time, bytes: bytes3, verdict }) {
        const seconds2 = secondsOf(time);
        if (this.#json) {
          const said = verdict === void 0 ? "null" : `"${verdict}"`;
          this.#line(
            `{"type": "packet", "data": {"number": ${number8}, "time": ${seconds2}, "bytes": ${bytes3}, "verdict": ${said}}}`
          );
          return;
        }
        if (!this.#headed) this.#line(row2("PACKET", "SECONDS", "BYTES", "VERDICT"));
        this.#headed = true;
        this.#line(row2(`${number8}`, seconds2.slice(0, -3), `${bytes3}`, verdict ?? "not run"));
      }
      totals({ verdicts, notRun, time }) {
        const sum = verdicts.reduce((total2, { packets }) => total2 + packets, 0);
        const round = (ns) => Math.round(ns * 10) / 10;
        if (this.#json) {
          const each = verdicts.map(
            ({ verdict, packets, bytes: bytes3 }) => `"${verdict}": {"packets": ${packets}, "bytes": ${bytes3}}`
          );
          const timed = time === void 0 ? "" : `, "ns_per_packet": ${round(time.program)}, "ns_empty": ${round(time.empty)}`;
          this.#line(
            `{"type": "packets", "data": {"packets": ${sum}, "not_run": ${notRun}, "verdicts": {${each.join(", ")}}${timed}}}`
          );
          return;
        }
        this.#line("");
        this.#line(row2("PACKETS", "SHARE", "BYTES", "VERDICT"));
        for (const { verdict, packets, bytes: bytes3 } of verdicts) {
          this.#line(row2(`${packets}`, `${(100 * packets / sum).toFixed(1)}%`, `${bytes3}`, verdict));
        }
        if (notRun > 0) this.#line(row2(`${notRun}`, "", "", "not run: too short or too long"));
        if (time === void 0) return;
        const once = time.repeat === 1 ? " (run once each: --repeat 1000 measures well)" : "";
        this.#line(`${round(time.program)} ns a packet; an empty program takes ${round(time.empty)}${once}`);
      }
      #line(text4) {
        this.#output.write(this.#encoder.encode(`${text4}
`));
      }
    };
  }
});

// src/runtime/capture-file.ts
var import_byte_output12, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS, LINKTYPE_RAW, LINKTYPE_ETHERNET, SNAPLEN, LITTLE_ENDIAN3, BLOCK2, CaptureOutput, CaptureFile;
var init_capture_file = __esm({
  "src/runtime/capture-file.ts"() {
    "use strict";
    import_byte_output12 = __toESM(require_byte_output_ts(), 1);
    MAGIC_MICROSECONDS = 2712847316;
    MAGIC_NANOSECONDS = 2712812621;
    LINKTYPE_RAW = 101;
    LINKTYPE_ETHERNET = 1;
    SNAPLEN = 65535;
    LITTLE_ENDIAN3 = true;
    BLOCK2 = 256 << 10;
    CaptureOutput = class {
      #output;
      #bytes = new Uint8Array(BLOCK2);
      #view = new DataView(this.#bytes.buffer);
      #used = 0;
      #failure;
      #open = true;
      /** "-" is standard output. Made anew; throws the system's error. */
      constructor(path2) {
        this.#output = (0, import_byte_output12.openByteOutput)({ path: path2 === "-" ? void 0 : path2 });
      }
      /** Room for so many bytes, zeros: written by `fill`, at the offset that it is told. Does nothing when writing has failed. */
      add(size, fill2) {
        if (this.#used + size > this.#bytes.length) this.#write();
        if (this.#failure !== void 0) return;
        if (size > this.#bytes.length) {
          this.#bytes = new Uint8Array(size);
          this.#view = new DataView(this.#bytes.buffer);
        }
        this.#bytes.fill(0, this.#used, this.#used + size);
        fill2(this.#view, this.#used, this.#bytes);
        this.#used += size;
      }
      flush() {
        this.#write();
        if (this.#failure !== void 0) throw this.#failure;
      }
      close() {
        if (!this.#open) return;
        this.#open = false;
        try {
          this.flush();
        } finally {
          this.#output.close();
        }
      }
      #write() {
        const bytes3 = this.#bytes.subarray(0, this.#used);
        this.#used = 0;
        if (bytes3.length === 0 || this.#failure !== void 0) return;
        try {
          this.#output.write(bytes3);
        } catch (error) {
          this.#failure = error;
        }
      }
    };
    CaptureFile = class {
      #output;
      #unit;
      // ns
      constructor(path2, options = {}) {
        const { link: link2 = LINKTYPE_RAW, nanoseconds = false, snaplen = SNAPLEN } = options;
        this.#unit = nanoseconds ? 1n : 1000n;
        this.#output = new CaptureOutput(path2);
        this.#output.add(24, (view, at) => {
          view.setUint32(at, nanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS, LITTLE_ENDIAN3);
          view.setUint16(at + 4, 2, LITTLE_ENDIAN3);
          view.setUint16(at + 6, 4, LITTLE_ENDIAN3);
          view.setUint32(at + 16, snaplen, LITTLE_ENDIAN3);
          view.setUint32(at + 20, link2, LITTLE_ENDIAN3);
        });
      }
      append({ time, bytes: bytes3, length = bytes3.length }) {
        this.#output.add(16 + bytes3.length, (view, at, room) => {
          view.setUint32(at, Number(time / 1000000000n), LITTLE_ENDIAN3);
          view.setUint32(at + 4, Number(time % 1000000000n / this.#unit), LITTLE_ENDIAN3);
          view.setUint32(at + 8, bytes3.length, LITTLE_ENDIAN3);
          view.setUint32(at + 12, length, LITTLE_ENDIAN3);
          room.set(bytes3, at + 16);
        });
      }
      flush() {
        this.#output.flush();
      }
      close() {
        this.#output.close();
      }
    };
  }
});

// src/runtime/pcapng-file.ts
function text3(value) {
  return new TextEncoder().encode(value);
}
function encodeOptions(options) {
  const sizes = options.map(({ bytes: bytes3 }) => 4 + Math.ceil(bytes3.length / 4) * 4);
  const all2 = new Uint8Array(sizes.reduce((sum, each) => sum + each, 4));
  const view = new DataView(all2.buffer);
  let at = 0;
  for (const [i, { code: code2, bytes: bytes3 }] of options.entries()) {
    view.setUint16(at, code2, LITTLE_ENDIAN4);
    view.setUint16(at + 2, bytes3.length, LITTLE_ENDIAN4);
    all2.set(bytes3, at + 4);
    at += sizes[i];
  }
  return all2;
}
var LITTLE_ENDIAN4, SECTION, INTERFACE, PACKET, BYTE_ORDER, SHB_USERAPPL, IF_NAME, IF_TSRESOL, EPB_FLAGS, EPB_QUEUE, EPB_VERDICT, NANOSECONDS, INBOUND, OUTBOUND, FLAGS, QUEUE, VERDICT, PACKET_OPTIONS, PcapngFile;
var init_pcapng_file = __esm({
  "src/runtime/pcapng-file.ts"() {
    "use strict";
    init_capture_file();
    LITTLE_ENDIAN4 = true;
    [SECTION, INTERFACE, PACKET] = [168627466, 1, 6];
    BYTE_ORDER = 439041101;
    SHB_USERAPPL = 4;
    [IF_NAME, IF_TSRESOL] = [2, 9];
    [EPB_FLAGS, EPB_QUEUE, EPB_VERDICT] = [2, 6, 7];
    NANOSECONDS = 9;
    [INBOUND, OUTBOUND] = [1, 2];
    [FLAGS, QUEUE, VERDICT] = [4, 12, 20];
    PACKET_OPTIONS = encodeOptions([
      { code: EPB_FLAGS, bytes: new Uint8Array(4) },
      { code: EPB_QUEUE, bytes: new Uint8Array(4) },
      { code: EPB_VERDICT, bytes: new Uint8Array(9) }
    ]);
    PcapngFile = class {
      #output;
      #options;
      #described = /* @__PURE__ */ new Map();
      constructor(path2, options) {
        this.#options = options;
        this.#output = new CaptureOutput(path2);
        this.#block(SECTION, 16, encodeOptions([{ code: SHB_USERAPPL, bytes: text3("tsbpf") }]), (view, at) => {
          view.setUint32(at, BYTE_ORDER, LITTLE_ENDIAN4);
          view.setUint16(at + 4, 1, LITTLE_ENDIAN4);
          view.setBigInt64(at + 8, -1n, LITTLE_ENDIAN4);
        });
      }
      append(packet) {
        const { time, bytes: bytes3, length = bytes3.length, queue, verdict, verdictType, outbound } = packet;
        const index = this.#interface(packet.interface);
        const padded = Math.ceil(bytes3.length / 4) * 4;
        this.#block(PACKET, 20 + padded, PACKET_OPTIONS, (view, at, room) => {
          view.setUint32(at, index, LITTLE_ENDIAN4);
          view.setUint32(at + 4, Number(time >> 32n), LITTLE_ENDIAN4);
          view.setUint32(at + 8, Number(time & 0xffffffffn), LITTLE_ENDIAN4);
          view.setUint32(at + 12, bytes3.length, LITTLE_ENDIAN4);
          view.setUint32(at + 16, length, LITTLE_ENDIAN4);
          room.set(bytes3, at + 20);
          const options = at + 20 + padded;
          view.setUint32(options + FLAGS, outbound ? OUTBOUND : INBOUND, LITTLE_ENDIAN4);
          view.setUint32(options + QUEUE, queue, LITTLE_ENDIAN4);
          view.setUint8(options + VERDICT, verdictType);
          view.setInt32(options + VERDICT + 1, verdict, LITTLE_ENDIAN4);
          view.setInt32(options + VERDICT + 5, verdict >> 31, LITTLE_ENDIAN4);
        });
      }
      flush() {
        this.#output.flush();
      }
      close() {
        this.#output.close();
      }
      /** Its number in this file; it is described before its first packet. */
      #interface(index) {
        const known = this.#described.get(index);
        if (known !== void 0) return known;
        const number8 = this.#described.size;
        this.#described.set(index, number8);
        const name = this.#options.nameOf(index);
        const options = [
          ...name === void 0 ? [] : [{ code: IF_NAME, bytes: text3(name) }],
          { code: IF_TSRESOL, bytes: Uint8Array.of(NANOSECONDS) }
        ];
        this.#block(INTERFACE, 8, encodeOptions(options), (view, at) => {
          view.setUint16(at, LINKTYPE_ETHERNET, LITTLE_ENDIAN4);
          view.setUint32(at + 4, this.#options.snaplen, LITTLE_ENDIAN4);
        });
        return number8;
      }
      /** `body`: bytes of it, a multiple of 4; `fill` comes behind the options. */
      #block(type, body, options, fill2) {
        const size = 12 + body + options.length;
        this.#output.add(size, (view, at, room) => {
          view.setUint32(at, type, LITTLE_ENDIAN4);
          view.setUint32(at + 4, size, LITTLE_ENDIAN4);
          view.setUint32(at + size - 4, size, LITTLE_ENDIAN4);
          room.set(options, at + 8 + body);
          fill2(view, at + 8, room);
        });
      }
    };
  }
});

// src/runtime/capture-files.ts
var capture_files_exports = {};
__export(capture_files_exports, {
  CaptureFiles: () => CaptureFiles,
  openCapture: () => openCapture,
  withTag: () => withTag
});
function openCapture(path2, options) {
  if ((0, import_capture.captureFormat)(path2) === "pcapng") return new PcapngFile(path2, options);
  return new CaptureFile(path2, { link: LINKTYPE_ETHERNET, nanoseconds: true, snaplen: options.snaplen });
}
function all(acts) {
  const failures = acts.flatMap((act) => {
    try {
      act();
      return [];
    } catch (error) {
      return [error];
    }
  });
  if (failures.length > 0) throw failures[0];
}
function withTag(packet, snaplen) {
  const { tag, bytes: bytes3, length } = packet;
  if (tag === void 0) return packet;
  const whole2 = { ...packet, length: length + TAG_SIZE };
  if (bytes3.length < TAG_AT) return whole2;
  const most = bytes3.length < length ? bytes3.length : snaplen;
  const all2 = new Uint8Array(bytes3.length + TAG_SIZE);
  const view = new DataView(all2.buffer);
  all2.set(bytes3.subarray(0, TAG_AT));
  view.setUint16(TAG_AT, tag.type, true);
  view.setUint16(TAG_AT + 2, tag.control);
  all2.set(bytes3.subarray(TAG_AT), TAG_AT + TAG_SIZE);
  return { ...whole2, bytes: all2.subarray(0, most) };
}
function nameOfInterface(index) {
  return (0, import_interfaces5.netInterfaces)().find((each) => each.index === index)?.name;
}
var import_capture, import_interfaces5, CaptureFiles, TAG_AT, TAG_SIZE;
var init_capture_files = __esm({
  "src/runtime/capture-files.ts"() {
    "use strict";
    import_capture = __toESM(require_capture_ts(), 1);
    import_interfaces5 = __toESM(require_interfaces_ts(), 1);
    init_capture_file();
    init_pcapng_file();
    CaptureFiles = class {
      /** Of skboutput(). */
      #raw = /* @__PURE__ */ new Map();
      #captured = /* @__PURE__ */ new Map();
      #epochOffset;
      /** `epochOffset`: ns to add to a packet's time for ns since 1970. Throws the system's error when one cannot be made. */
      constructor(sites, epochOffset) {
        this.#epochOffset = epochOffset;
        try {
          for (const { entry, data } of sites) {
            if (entry === "packet") this.#openRaw(data.path);
            else if (entry === "capture") this.#open(data, sites);
          }
        } catch (error) {
          this.close();
          throw error;
        }
      }
      /** Packets that capture() has written, by file. */
      get captured() {
        return [...this.#captured].map(([path2, { packets }]) => ({ path: path2, packets }));
      }
      appendRaw(path2, time, bytes3) {
        this.#raw.get(path2)?.append({ time: time + this.#epochOffset(), bytes: bytes3 });
      }
      append({ path: path2, epoch, verdictType, outbound, snaplen }, packet) {
        const captured = this.#captured.get(path2);
        if (captured === void 0) return;
        const time = epoch ? packet.time : packet.time + this.#epochOffset();
        captured.file.append({ ...withTag(packet, snaplen), time, verdictType, outbound });
        captured.appended++;
      }
      /** Throws the first failure, when all have been written that can be. */
      flush() {
        const written = [...this.#captured.values()].map((captured) => () => {
          captured.file.flush();
          captured.packets = captured.appended;
        });
        all([...this.#raw.values()].map((file2) => () => file2.flush()).concat(written));
      }
      /** Idempotent; throws as flush() does. */
      close() {
        const files = [...this.#raw.values(), ...[...this.#captured.values()].map(({ file: file2 }) => file2)];
        all(files.map((file2) => () => file2.close()));
      }
      #openRaw(path2) {
        if (!this.#raw.has(path2)) this.#raw.set(path2, new CaptureFile(path2));
      }
      #open({ path: path2, epoch }, sites) {
        if (this.#captured.has(path2)) return;
        const own = sites.filter(({ entry, data }) => entry === "capture" && data.path === path2).map(({ data }) => data.snaplen);
        const snaplen = Math.max(...own);
        const nameOf3 = (index) => epoch ? void 0 : nameOfInterface(index);
        this.#captured.set(path2, { file: openCapture(path2, { snaplen, nameOf: nameOf3 }), appended: 0, packets: 0 });
      }
    };
    [TAG_AT, TAG_SIZE] = [12, 4];
  }
});

// src/runtime/capture-reader.ts
function* readCapture(file2) {
  const data = new DataView(file2.buffer, file2.byteOffset, file2.byteLength);
  if (file2.length < 24) throw new CaptureError("it is too short for a capture");
  for (const little of [true, false]) {
    const magic = data.getUint32(0, little);
    if (magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS) {
      yield* readPcap(file2, data, little, magic === MAGIC_NANOSECONDS ? 1n : 1000n);
      return;
    }
  }
  if (data.getUint32(0) !== SECTION2) throw new CaptureError("it is neither pcap nor pcapng");
  yield* readPcapng(file2, data);
}
function* readPcap(file2, data, little, unit) {
  requireEthernet(data.getUint32(20, little) & 65535);
  for (let at = 24; at + 16 <= file2.length; ) {
    const size = data.getUint32(at + 8, little);
    const start = at + 16;
    if (start + size > file2.length) return;
    const seconds2 = BigInt(data.getUint32(at, little));
    yield {
      time: seconds2 * 1000000000n + BigInt(data.getUint32(at + 4, little)) * unit,
      bytes: file2.subarray(start, start + size),
      length: data.getUint32(at + 12, little)
    };
    at = start + size;
  }
}
function* readPcapng(file2, data) {
  let little = true;
  let interfaces2 = [];
  for (let at = 0; at + 12 <= file2.length; ) {
    const isSection = data.getUint32(at) === SECTION2;
    if (isSection) {
      little = data.getUint32(at + 8, true) === BYTE_ORDER2;
      interfaces2 = [];
    }
    const size = data.getUint32(at + 4, little);
    const type = isSection ? SECTION2 : data.getUint32(at, little);
    if (size < (LEAST_BLOCK[type] ?? 12) || size % 4 !== 0)
      throw new CaptureError(`a block of ${size} bytes is no block of pcapng`);
    if (at + size > file2.length) return;
    const [body, end] = [at + 8, at + size - 4];
    if (type === INTERFACE2) interfaces2.push(describe(data, body, end, little));
    else if (type === ENHANCED || type === SIMPLE) {
      const packet = type === ENHANCED ? enhanced(file2, data, body, end, little, interfaces2) : void 0;
      yield packet ?? simple(file2, data, body, end, little, interfaces2);
    }
    at += size;
  }
}
function describe(data, body, end, little) {
  let [multiply, divide] = [1000n, 1n];
  for (let at = body + 8; at + 4 <= end; ) {
    const [code2, size] = [data.getUint16(at, little), data.getUint16(at + 2, little)];
    if (code2 === 0) break;
    if (code2 === IF_TSRESOL2 && size === 1) {
      const value = data.getUint8(at + 4);
      multiply = 1000000000n;
      divide = (value & 128 ? 2n : 10n) ** BigInt(value & 127);
    }
    at += 4 + Math.ceil(size / 4) * 4;
  }
  return { link: data.getUint16(body, little), multiply, divide, snaplen: data.getUint32(body + 4, little) };
}
function enhanced(file2, data, body, end, little, interfaces2) {
  const described3 = interfaces2[data.getUint32(body, little)];
  if (described3 === void 0) throw new CaptureError("a packet is of an interface that is not described");
  requireEthernet(described3.link);
  const ticks = BigInt(data.getUint32(body + 4, little)) << 32n | BigInt(data.getUint32(body + 8, little));
  const size = Math.min(data.getUint32(body + 12, little), end - body - 20);
  return {
    time: ticks * described3.multiply / described3.divide,
    bytes: file2.subarray(body + 20, body + 20 + size),
    length: data.getUint32(body + 16, little)
  };
}
function simple(file2, data, body, end, little, interfaces2) {
  const described3 = interfaces2[0];
  if (described3 === void 0) throw new CaptureError("a packet is of an interface that is not described");
  requireEthernet(described3.link);
  const length = data.getUint32(body, little);
  const kept = described3.snaplen === 0 ? length : Math.min(length, described3.snaplen);
  const size = Math.min(kept, end - body - 4);
  return { time: 0n, bytes: file2.subarray(body + 4, body + 4 + size), length };
}
function requireEthernet(link2) {
  if (link2 !== LINKTYPE_ETHERNET) {
    throw new CaptureError(
      `its packets have no Ethernet header (link type ${link2}): capture on one interface, not on "any"`
    );
  }
}
var CaptureError, SECTION2, BYTE_ORDER2, INTERFACE2, SIMPLE, ENHANCED, IF_TSRESOL2, LEAST_BLOCK;
var init_capture_reader = __esm({
  "src/runtime/capture-reader.ts"() {
    "use strict";
    init_capture_file();
    CaptureError = class extends Error {
      name = "CaptureError";
    };
    SECTION2 = 168627466;
    BYTE_ORDER2 = 439041101;
    [INTERFACE2, SIMPLE, ENHANCED] = [1, 3, 6];
    IF_TSRESOL2 = 9;
    LEAST_BLOCK = {
      [SECTION2]: 28,
      [INTERFACE2]: 20,
      [SIMPLE]: 16,
      [ENHANCED]: 32
    };
  }
});

// first:src/runtime/verdicts.ts.cjs
var require_verdicts_ts = __commonJS({
  "first:src/runtime/verdicts.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/runtime/verdicts.ts");
  }
});

// src/cli/packets.ts
var packets_exports = {};
__export(packets_exports, {
  packetRun: () => packetRun
});
function packetRun(config, trial2, output) {
  if (config.format !== void 0 && config.format !== "text" && config.format !== "json")
    throw new import_config12.UsageError(`--packets prints text or JSON, not ${config.format}`);
  const packets = readPackets(trial2.file);
  const report = config.quiet ? void 0 : new PacketReport(output, config.format === "json");
  return {
    probes: ["xdp", "tc"],
    printsMaps: true,
    async run(trials, ended) {
      const [program2, another] = trials;
      if (program2 === void 0) throw new import_config12.UsageError("--packets: the program has no packet probe");
      if (another !== void 0) {
        const names = trials.map(({ target }) => target).join(" and ");
        throw new import_config12.UsageError(`--packets runs one program, and here are ${names}: choose by --probe-filter`);
      }
      await runPackets({ packets, program: program2, trial: trial2, report, ended });
      return 0;
    }
  };
}
function readPackets(file2) {
  try {
    return [...readCapture((0, import_node_fs13.readFileSync)(file2 === "-" ? 0 : file2))];
  } catch (error) {
    if (error instanceof CaptureError || error.code !== void 0)
      throw new import_config12.UsageError(`--packets ${file2}: ${error.message}`);
    throw error;
  }
}
async function runPackets({ packets, program: program2, trial: trial2, report, ended }) {
  const { repeat, writePassed } = trial2;
  const passed = writePassed === void 0 ? void 0 : openPassed(writePassed);
  const { probeType } = program2;
  const packet = (0, import_registry5.findProbeType)(probeType)?.packet;
  const passing = new Set(packet?.passing);
  const verdictType = packet?.verdictType ?? 0;
  const nameOf3 = (verdict) => (0, import_verdicts.verdictName)(probeType, verdict);
  const empty = (0, import_trial2.emptyProgram)(program2.programType);
  const totals = /* @__PURE__ */ new Map();
  const spent = { program: 0, empty: 0, runs: 0 };
  let notRun = 0;
  try {
    for (const [index, { time, bytes: bytes3 }] of packets.entries()) {
      if (index % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (ended()) break;
      const done = bytes3.length < LEAST ? void 0 : program2.packet(bytes3, time, repeat);
      const outcome = { number: index + 1, time: time - (packets[0]?.time ?? 0n), bytes: bytes3.length };
      if (done === void 0) {
        notRun++;
        report?.packet({ ...outcome, verdict: void 0 });
        continue;
      }
      const total2 = totals.get(done.verdict) ?? { packets: 0, bytes: 0 };
      total2.packets++;
      total2.bytes += bytes3.length;
      totals.set(done.verdict, total2);
      report?.packet({ ...outcome, verdict: nameOf3(done.verdict) });
      if (passing.has(done.verdict))
        passed?.append({ ...SOMEWHERE, time, bytes: done.packet, verdict: done.verdict, verdictType });
      spent.program += done.nanoseconds;
      spent.empty += program2.compare(empty, bytes3, repeat);
      spent.runs++;
    }
  } finally {
    passed?.close();
    (0, import_fd11.closeFd)(empty);
  }
  report?.totals({
    verdicts: [...totals].sort(([a], [b]) => a - b).map(([verdict, total2]) => ({ verdict: nameOf3(verdict), ...total2 })),
    notRun,
    time: spent.runs === 0 ? void 0 : { program: spent.program / spent.runs, empty: spent.empty / spent.runs, repeat }
  });
}
function openPassed(path2) {
  try {
    return openCapture(path2, { snaplen: import_capture2.MOST_SNAPLEN, nameOf: () => void 0 });
  } catch (error) {
    throw new import_config12.UsageError(`--write-passed ${path2}: ${error.message}`);
  }
}
var import_node_fs13, import_capture2, import_registry5, import_fd11, import_trial2, import_verdicts, import_config12, LEAST, SOMEWHERE;
var init_packets = __esm({
  "src/cli/packets.ts"() {
    "use strict";
    import_node_fs13 = require("node:fs");
    import_capture2 = __toESM(require_capture_ts(), 1);
    import_registry5 = __toESM(require_registry_ts(), 1);
    import_fd11 = __toESM(require_fd_ts(), 1);
    init_packet_report();
    init_capture_files();
    init_capture_reader();
    import_trial2 = __toESM(require_trial_ts(), 1);
    import_verdicts = __toESM(require_verdicts_ts(), 1);
    import_config12 = __toESM(require_config_ts(), 1);
    LEAST = 14;
    SOMEWHERE = { interface: 0, queue: 0, outbound: false };
  }
});

// first:src/compiler/language/names/address.ts.cjs
var require_address_ts = __commonJS({
  "first:src/compiler/language/names/address.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/language/names/address.ts");
  }
});

// src/cli/ssh-packets.ts
function sessionPackets(session) {
  const [client, server] = [session.client, session.server].map((text4) => [...(0, import_address.parseAddress)(text4) ?? []]);
  if (client === void 0 || server === void 0 || client.length === 0 || client.length !== server.length)
    return [];
  const v6 = client.length === 16;
  return [false, true].flatMap((outbound) => {
    const [source, destination] = outbound ? [server, client] : [client, server];
    const ports = outbound ? [session.port, session.clientPort] : [session.clientPort, session.port];
    const sample = (what, type, payload) => ({
      what,
      outbound,
      bytes: Uint8Array.from([
        ...outbound ? THEIRS : OURS,
        ...outbound ? OURS : THEIRS,
        ...u16(type),
        ...payload
      ])
    });
    const network = (protocol, payload) => v6 ? ip6(protocol, source, destination, payload) : ip4(protocol, source, destination, payload);
    const segment = tcp(ports, source, destination);
    const around = v6 ? [SOLICITATION, ADVERTISEMENT].map(
      (type) => sample(
        type === SOLICITATION ? "neighbour solicitation" : "neighbour advertisement",
        ETHERNET.IPV6,
        network(PROTOCOL.ICMP6, neighbour(type, source, destination))
      )
    ) : [REQUEST, REPLY].map(
      (operation3) => sample(
        operation3 === REQUEST ? "ARP request" : "ARP reply",
        ETHERNET.ARP,
        arp(operation3, source, destination, outbound)
      )
    );
    return [sample("TCP", v6 ? ETHERNET.IPV6 : ETHERNET.IPV4, network(PROTOCOL.TCP, segment)), ...around];
  });
}
function ip4(protocol, source, destination, payload) {
  const head = (checksum) => [
    ...[69, 16, ...u16(20 + payload.length), ...u16(1), ...u16(16384), 64, protocol, ...u16(checksum)],
    ...source,
    ...destination
  ];
  return [...head(checksumOf(head(0))), ...payload];
}
function ip6(next, source, destination, payload) {
  const hops = next === PROTOCOL.ICMP6 ? 255 : 64;
  return [96, 0, 0, 0, ...u16(payload.length), next, hops, ...source, ...destination, ...payload];
}
function tcp([from = 0, to = 0], source, destination) {
  const whole2 = (checksum) => [
    ...[...u16(from), ...u16(to), 16, 0, 0, 0, 32, 0, 0, 0, 80, PSH_ACK, ...u16(501)],
    ...[...u16(checksum), 0, 0],
    ...PAYLOAD
  ];
  return whole2(checksumOf([...pseudo(PROTOCOL.TCP, source, destination, 20 + PAYLOAD.length), ...whole2(0)]));
}
function neighbour(type, source, destination) {
  const isAsked = type === SOLICITATION;
  const whole2 = (checksum) => [
    ...[type, 0, ...u16(checksum), isAsked ? 0 : 96, 0, 0, 0],
    ...isAsked ? destination : source,
    ...[isAsked ? 1 : 2, 1],
    ...THEIRS
  ];
  const length = whole2(0).length;
  return whole2(checksumOf([...pseudo(PROTOCOL.ICMP6, source, destination, length), ...whole2(0)]));
}
function arp(operation3, source, destination, outbound) {
  const [sender, target] = outbound ? [OURS, THEIRS] : [THEIRS, OURS];
  const asked = operation3 === REQUEST ? new Array(6).fill(0) : target;
  return [
    ...u16(1),
    ...u16(ETHERNET.IPV4),
    6,
    4,
    ...u16(operation3),
    ...sender,
    ...source,
    ...asked,
    ...destination
  ];
}
function pseudo(protocol, source, destination, length) {
  const rest = source.length === 4 ? [0, protocol, ...u16(length)] : [0, 0, ...u16(length), 0, 0, 0, protocol];
  return [...source, ...destination, ...rest];
}
function checksumOf(bytes3) {
  let sum = 0;
  for (let i = 0; i < bytes3.length; i += 2) sum += (bytes3[i] ?? 0) << 8 | (bytes3[i + 1] ?? 0);
  while (sum > 65535) sum = (sum & 65535) + (sum >>> 16);
  return ~sum & 65535;
}
function u16(value) {
  return [value >> 8 & 255, value & 255];
}
var import_address, ETHERNET, PROTOCOL, SOLICITATION, ADVERTISEMENT, REQUEST, REPLY, PSH_ACK, PAYLOAD, THEIRS, OURS;
var init_ssh_packets = __esm({
  "src/cli/ssh-packets.ts"() {
    "use strict";
    import_address = __toESM(require_address_ts(), 1);
    ETHERNET = { IPV4: 2048, ARP: 2054, IPV6: 34525 };
    PROTOCOL = { TCP: 6, ICMP6: 58 };
    [SOLICITATION, ADVERTISEMENT] = [135, 136];
    [REQUEST, REPLY] = [1, 2];
    PSH_ACK = 24;
    PAYLOAD = new Array(36).fill(90);
    THEIRS = [2, 0, 94, 16, 0, 1];
    OURS = [2, 0, 94, 16, 0, 2];
  }
});

// src/cli/ssh-rehearsal.ts
var ssh_rehearsal_exports = {};
__export(ssh_rehearsal_exports, {
  sshRehearsal: () => sshRehearsal
});
function sshRehearsal({ spec, session, guarded, begins, notice }) {
  const tell = (target, fates) => {
    const words4 = fates.map(fateText).join(", ");
    const after = guarded ? "the guard lets these pass" : "nothing lets these pass (--no-ssh-guard)";
    const { client, clientPort, server, port } = session;
    const [from, to] = [endpoint(client, clientPort), endpoint(server, port)];
    const drops = fates.every(({ verdict }) => verdict !== void 0 && !AWAY.test(verdict));
    const does = drops ? "would drop packets of" : "would interfere with";
    notice(`${target} ${does} the SSH session ${from} -> ${to}: ${words4}; ${after}
`);
  };
  return { spec, samples: sessionPackets(session), begins, tell };
}
function fateText({ sample, stopped, of: of2, verdict }) {
  const share = stopped === of2 ? "" : `, ${stopped} of ${of2}`;
  if (verdict === void 0) return `${sample.what} changed${share}`;
  const fate = AWAY.test(verdict) ? "sent elsewhere" : "dropped";
  return `${sample.what} ${fate}${share} (${verdict})`;
}
function endpoint(address2, port) {
  return (0, import_node_net.isIPv6)(address2) ? `[${address2}]:${port}` : `${address2}:${port}`;
}
var import_node_net, AWAY;
var init_ssh_rehearsal = __esm({
  "src/cli/ssh-rehearsal.ts"() {
    "use strict";
    import_node_net = require("node:net");
    init_ssh_packets();
    AWAY = /_(?:TX|REDIRECT)$/;
  }
});

// first:src/compiler/types/printed-row.ts.cjs
var require_printed_row_ts = __commonJS({
  "first:src/compiler/types/printed-row.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/printed-row.ts");
  }
});

// src/output/selecting-sink.ts
var selecting_sink_exports = {};
__export(selecting_sink_exports, {
  SelectingSink: () => SelectingSink
});
function restBehind(chosen2, count2) {
  return [...chosen2, ...Array.from({ length: count2 }, (_, i) => i).filter((i) => !chosen2.includes(i))];
}
var import_printed_row, import_strftime3, import_text_sink8, MOST_HELD, TIME2, SelectingSink;
var init_selecting_sink = __esm({
  "src/output/selecting-sink.ts"() {
    "use strict";
    import_printed_row = __toESM(require_printed_row_ts(), 1);
    init_event_rows();
    init_map_rows();
    init_selection();
    init_column();
    init_row_filter();
    init_row_order();
    import_strftime3 = __toESM(require_strftime_ts(), 1);
    import_text_sink8 = __toESM(require_text_sink_ts(), 1);
    MOST_HELD = 1e5;
    TIME2 = { name: "time", type: { kind: "string", size: 9 } };
    SelectingSink = class {
      /** Where the inner sink can. */
      replaceRows;
      #inner;
      #options;
      #selection;
      #live;
      #whole;
      #context;
      #planOfType = /* @__PURE__ */ new WeakMap();
      /** Rows of several print() are of one table where their columns agree. */
      #plans = /* @__PURE__ */ new Map();
      #events;
      #left = 0;
      /** `whole`: pages have all their rows. */
      constructor(inner, options, { live, whole: whole2 }) {
        this.#inner = inner;
        this.#options = options;
        this.#selection = options.selection ?? NO_SELECTION;
        this.#live = live;
        this.#whole = whole2;
        this.#context = (0, import_text_sink8.textContext)(options, true);
        if (inner.replaceRows === void 0) return;
        this.replaceRows = (name, type, rows) => {
          const plan = this.#planOf(type);
          const timed = rows.map((row3) => this.#timed(plan, row3)).filter((row3) => plan.test?.(row3) !== false);
          inner.replaceRows?.(
            name,
            plan.shownType,
            timed.map((row3) => plan.shown.map((index) => row3[index]))
          );
        };
      }
      value(type, value) {
        if (type.kind !== "record") {
          this.#inner.value(type, value);
          return;
        }
        const plan = this.#planOf(type);
        const row3 = this.#timed(plan, value);
        if (plan.test?.(row3) === false) return;
        if (plan.order === void 0 && !plan.paged) this.#print(plan, row3);
        else this.#hold(plan, row3);
      }
      event(site, view) {
        this.#events ??= new EventRows(this.#options.sites ?? []);
        this.value(this.#events.type, this.#events.values(site, view));
      }
      map(map, options) {
        const { top = 0, ...rest } = this.#selection;
        const least = options.top === 0 ? top : top === 0 ? options.top : Math.min(top, options.top);
        if (map.key === void 0 || ["hist", "lhist", "tseries", "stats"].includes(map.value.kind)) {
          this.#inner.map(map, { ...options, top: least });
          return;
        }
        const { columns } = mapRows({ ...map, entries: [] }, options);
        const columnOrder = chosenColumns(columns, this.#selection);
        const shown = this.#live ? restBehind(columnOrder, columns.length) : columnOrder;
        if (this.#live) {
          this.#inner.map(map, { ...options, top: least, columns: shown });
          return;
        }
        const order = orderOf(columns, this.#selection);
        const test = this.#testOf(columns, rest.where);
        const { rows, entries } = mapRows(map, {
          ...options,
          top: order === void 0 && test === void 0 ? least : 0
        });
        let pairs = rows.map((row3, i) => ({ row: row3, entry: entries[i] })).filter(({ row: row3 }) => test?.(row3) !== false);
        if (order !== void 0) {
          pairs.sort((a, b) => compareRows(a.row, b.row, order));
          if (least > 0) pairs = pairs.slice(0, least);
        }
        this.#inner.map(
          { ...map, entries: pairs.map(({ entry }) => entry) },
          { ...options, top: order === void 0 ? least : 0, arranged: order !== void 0, columns: shown }
        );
      }
      /** Without a column of that name rows stay as they came. */
      endPage(probe, { top, column }) {
        const plans = new Set(this.#recordsOf(probe).map((type) => this.#planOf(type)));
        for (const plan of plans) {
          const rows = plan.held.splice(0);
          const sort = column === void 0 ? void 0 : { column, descending: void 0 };
          if (this.replaceRows !== void 0) {
            const shown = rows.map((row3) => plan.shown.map((index) => row3[index]));
            this.#inner.replaceRows?.(this.#sheetOf(plan), plan.shownType, shown, { sort });
            continue;
          }
          const order = plan.order ?? orderOf(plan.columns, { sort });
          if (order !== void 0) rows.sort((a, b) => compareRows(a, b, order));
          const most = this.#selection.top ?? (this.#whole || top === 0 ? rows.length : top);
          for (const row3 of rows.slice(0, most)) this.#print(plan, row3);
          if (rows.length > 0) this.#inner.turnPage?.();
        }
      }
      /** Of a session that is over: what was held is printed. */
      ending() {
        this.#settle();
        this.#inner.ending();
      }
      async close() {
        this.#settle();
        await this.#inner.close();
        if (this.#left > 0)
          this.#options.notice(`${this.#left} rows that come behind these in the order were left out
`);
      }
      attached(probes) {
        this.#inner.attached(probes);
      }
      printf(site, view) {
        this.#inner.printf(site, view);
      }
      time(format3) {
        this.#inner.time(format3);
      }
      text(kind2, text4) {
        this.#inner.text(kind2, text4);
      }
      lost(report) {
        this.#inner.lost(report);
      }
      error(kind2, message2, span, failed) {
        this.#inner.error(kind2, message2, span, failed);
      }
      flush() {
        this.#inner.flush();
      }
      #planOf(given) {
        const known = this.#planOfType.get(given);
        if (known !== void 0) return known;
        const id = tableId(rowShape(given).columns);
        const plan = this.#plans.get(id) ?? this.#makePlan(given);
        this.#plans.set(id, plan);
        this.#planOfType.set(given, plan);
        return plan;
      }
      #makePlan(given) {
        const timed = this.#selection.timestamp && !given.fields.some(({ name }) => name === TIME2.name);
        const type = timed ? { ...given, fields: [TIME2, ...given.fields] } : given;
        const { columns } = rowShape(type);
        const chosen2 = chosenColumns(columns, this.#selection);
        const shown = this.#live ? restBehind(chosen2, columns.length) : chosen2;
        return {
          timed,
          columns,
          paged: this.#isPaged(given),
          test: this.#live ? void 0 : this.#testOf(columns, this.#selection.where),
          order: this.#live ? void 0 : orderOf(columns, this.#selection),
          shown,
          shownType: projected(type, shown),
          held: []
        };
      }
      #sheetOf(plan) {
        const number8 = [...this.#plans.values()].indexOf(plan) + 1;
        return number8 === 1 ? "rows" : `rows ${number8}`;
      }
      /** Types of the rows that a probe prints. */
      #recordsOf(probe) {
        return (this.#options.sites ?? []).flatMap(
          (site) => site.probe === probe ? (0, import_printed_row.printedRow)(site) ?? [] : []
        );
      }
      #isPaged(type) {
        const id = tableId(rowShape(type).columns);
        const pages = (this.#options.sites ?? []).filter(({ entry }) => entry === "page");
        return pages.some(
          ({ probe }) => this.#recordsOf(probe).some((each) => tableId(rowShape(each).columns) === id)
        );
      }
      #testOf(columns, where) {
        const test = compileFilter(where ?? "", columns);
        if (test === void 0) return void 0;
        return (row3) => test(row3, () => columns.map((column, i) => cellText(column, row3[i], this.#context)));
      }
      #print({ shownType: shownType2, shown }, row3) {
        this.#inner.value(
          shownType2,
          shown.map((index) => row3[index])
        );
      }
      #hold(plan, row3) {
        plan.held.push(row3);
        const most = this.#most();
        if (plan.held.length >= 2 * most) this.#sort(plan, most);
      }
      #settle() {
        for (const plan of this.#plans.values()) {
          if (plan.held.length === 0) continue;
          this.#sort(plan, this.#most());
          for (const row3 of plan.held.splice(0)) this.#print(plan, row3);
        }
      }
      #sort(plan, most) {
        const { order, held } = plan;
        if (order === void 0) return;
        held.sort((a, b) => compareRows(a, b, order));
        if (held.length <= most) return;
        if (this.#selection.top === void 0) this.#left += held.length - most;
        plan.held = held.slice(0, most);
      }
      #most() {
        return this.#selection.top ?? MOST_HELD;
      }
      #timed({ timed }, row3) {
        if (!timed) return row3;
        return [Buffer.from((0, import_strftime3.formatTime)("%H:%M:%S", this.#options.now(), { fraction: false })), ...row3];
      }
    };
  }
});

// src/output/folded.ts
var folded_exports = {};
__export(folded_exports, {
  FoldedSink: () => FoldedSink
});
function partsOf2(type) {
  if (type === void 0) return [];
  if (type.kind === "tuple") return type.elements;
  return type.kind === "record" ? type.fields.map((field2) => field2.type) : [type];
}
function framesOf(type, text4) {
  if (type.kind !== "stack") return [text4.replaceAll(";", ":")];
  const frames = text4 === "" ? [] : text4.split(";").map((frame) => frame.replace(/\+(0x[0-9a-f]+|\d+)$/, ""));
  return frames.reverse();
}
function weight(type, value) {
  if (type.kind === "avg" || type.kind === "stats") return (0, import_value_text8.averageOf)(value);
  return typeof value === "bigint" ? value : 0n;
}
var import_map_order4, import_text_sink9, import_value_text8, FoldedSink;
var init_folded = __esm({
  "src/output/folded.ts"() {
    "use strict";
    import_map_order4 = __toESM(require_map_order_ts(), 1);
    init_column();
    import_text_sink9 = __toESM(require_text_sink_ts(), 1);
    import_value_text8 = __toESM(require_value_text_ts(), 1);
    FoldedSink = class extends import_text_sink9.TextSink {
      #context;
      constructor(output, options) {
        super(output, options);
        this.#context = (0, import_text_sink9.textContext)(options, true);
      }
      map(map, options) {
        const types = partsOf2(map.key);
        if (!types.some(({ kind: kind2 }) => kind2 === "stack")) {
          super.map(map, options);
          return;
        }
        const divisor = options.div === 0n ? 1n : options.div;
        const lines = (0, import_map_order4.sortedEntries)(map, options).map(({ key, value }) => {
          const parts = types.length === 1 && map.key?.kind === "stack" ? [key] : key;
          const names = types.flatMap((type, i) => framesOf(type, plainText(type, parts[i], this.#context)));
          return `${names.join(";")} ${weight(map.value, value) / divisor}
`;
        });
        this.appendBinary((0, import_value_text8.binaryOf)(lines.join("")));
      }
    };
  }
});

// first:src/output/text/map-text.ts.cjs
var require_map_text_ts = __commonJS({
  "first:src/output/text/map-text.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/map-text.ts");
  }
});

// src/output/live/text-lines.ts
function cleanLine(line3) {
  if (!/[\x00-\x1f\x7f-\x9f]/.test(line3)) return line3;
  let text4 = "";
  for (const c of line3.replace(SEQUENCE, "").replace(/\r+$/, "")) {
    text4 += c === "	" ? " ".repeat(TAB - text4.length % TAB) : c;
  }
  return (0, import_escape4.escapeText)(text4);
}
function startOfLast(text4, end, most) {
  let at = end;
  for (let i = 0; i < most; i++) {
    const newline = at <= 0 ? -1 : text4.lastIndexOf("\n", at - 1);
    if (newline === -1) return 0;
    at = newline;
  }
  return at + 1;
}
var import_escape4, SEQUENCE, TAB, LONGEST3, TextLines;
var init_text_lines = __esm({
  "src/output/live/text-lines.ts"() {
    "use strict";
    import_escape4 = __toESM(require_escape_ts(), 1);
    SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[^[\]])/g;
    TAB = 8;
    LONGEST3 = 8192;
    TextLines = class {
      #rest = "";
      /** Complete lines, oldest first; of more than `most` the last ones. */
      take(text4, most) {
        const all2 = this.#rest + text4;
        const end = all2.lastIndexOf("\n");
        if (end === -1 && all2.length < LONGEST3) {
          this.#rest = all2;
          return [];
        }
        const cut = end === -1 ? all2.length : end;
        this.#rest = all2.slice(end === -1 ? cut : cut + 1);
        const start = startOfLast(all2, cut, most);
        return all2.slice(start, cut).split("\n").map(cleanLine);
      }
      /** What has no newline behind it. */
      takeRest() {
        const rest = this.#rest;
        this.#rest = "";
        return rest === "" ? [] : [cleanLine(rest)];
      }
    };
  }
});

// src/output/live/live-sink.ts
var live_sink_exports = {};
__export(live_sink_exports, {
  LiveSink: () => LiveSink,
  openLiveSink: () => openLiveSink
});
async function openLiveSink(output, options) {
  return new LiveSink(output, ownTerminal(output), options);
}
function snapshotSheet(map, options) {
  const { columns, rows } = mapRows(map, options);
  const sheet = mapSheet(map.name, columns);
  sheet.rows = new RowBuffer(Math.max(KEPT_ROWS, rows.length));
  for (const row3 of rows) sheet.rows.push(row3);
  return sheet;
}
var import_byte_buffer3, import_report7, import_map_text, import_printf_writer3, import_strftime4, import_text_sink10, import_value_text9, LiveSink;
var init_live_sink = __esm({
  "src/output/live/live-sink.ts"() {
    "use strict";
    import_byte_buffer3 = __toESM(require_byte_buffer_ts(), 1);
    init_event_rows();
    init_map_rows();
    import_report7 = __toESM(require_report_ts(), 1);
    init_column();
    init_table_sink();
    import_map_text = __toESM(require_map_text_ts(), 1);
    import_printf_writer3 = __toESM(require_printf_writer_ts(), 1);
    import_strftime4 = __toESM(require_strftime_ts(), 1);
    import_text_sink10 = __toESM(require_text_sink_ts(), 1);
    import_value_text9 = __toESM(require_value_text_ts(), 1);
    init_live_table();
    init_row_buffer();
    init_sheet();
    init_terminal();
    init_text_lines();
    LiveSink = class {
      #output;
      #options;
      #context;
      #table;
      #records = /* @__PURE__ */ new WeakMap();
      #writers = [];
      #lines = new TextLines();
      #decoder = new TextDecoder();
      #events;
      #printed;
      #text;
      /** Maps printed at the end: they are for the normal screen. */
      #last = [];
      #ending = false;
      constructor(output, terminal, options, now) {
        this.#output = output;
        this.#options = options;
        this.#context = (0, import_text_sink10.textContext)(options, true);
        this.#table = new LiveTable(terminal, options, this.#context, { now });
      }
      attached() {
        this.#table.attached();
      }
      printf(site, view) {
        let writer = this.#writers[site.id];
        if (writer === void 0) {
          writer = (0, import_printf_writer3.compilePrintf)(site.data.format, site.layout, this.#context);
          this.#writers[site.id] = writer;
        }
        this.#printed ??= new import_byte_buffer3.ByteBuffer({ write: (bytes3) => this.#take(bytes3), isTerminal: true, columns: 80 });
        writer.write(view, this.#printed);
        this.#table.events++;
      }
      event(site, view) {
        this.#events ??= new EventRows(this.#options.sites ?? []);
        this.value(this.#events.type, this.#events.values(site, view));
      }
      value(type, value) {
        this.#table.events++;
        if (type.kind !== "record") {
          this.#append(`${(0, import_value_text9.valueText)(type, value, this.#context)}
`);
          return;
        }
        this.#recordSheet(type).rows.push(value);
        this.#table.changed();
      }
      /** Keyed maps and records are tables, histograms lines of text; a scalar is a line among the script's others. */
      map(map, options) {
        this.#table.events++;
        if (this.#ending) {
          this.#last.push({ map, options });
          return;
        }
        const { kind: kind2 } = map.value;
        const drawn = kind2 === "hist" || kind2 === "lhist" || kind2 === "tseries";
        if (!drawn && map.key === void 0 && kind2 !== "record") {
          this.#append((0, import_map_text.mapText)(map, options, this.#context));
          return;
        }
        this.#table.put(drawn ? this.#histogramSheet(map, options) : snapshotSheet(map, options));
      }
      replaceRows(name, type, rows, page) {
        const sheet = mapSheet(name, rowShape(type).columns);
        sheet.rows = new RowBuffer(Math.max(1, rows.length));
        for (const row3 of rows) sheet.rows.push(row3);
        if (page !== void 0) this.#table.events += rows.length;
        this.#table.put(sheet, page?.sort);
      }
      time(format3) {
        this.#table.events++;
        this.#settle();
        this.#addLines(this.#lines.take((0, import_strftime4.formatTime)(format3, this.#options.now(), { fraction: false }), KEPT_ROWS));
      }
      text(_kind, text4) {
        this.#table.events++;
        this.#settle();
        this.#addLines(this.#lines.take(text4, KEPT_ROWS));
      }
      lost(report) {
        this.#table.lost += report.lost;
        this.#table.changed();
      }
      error(kind2, message2, span, failed) {
        const style = kind2 === "errorf" ? "error" : "warning";
        const notice = (text4) => this.#table.messages.add(text4, style);
        (0, import_report7.reportError)(kind2, message2, span, { ...this.#options, notice }, failed);
        this.#table.changed();
      }
      ending() {
        this.#ending = true;
      }
      /** Throws BrokenPipe when drawing has found the terminal gone. */
      flush() {
        this.#printed?.handOn();
        this.#table.check();
      }
      /** The terminal is as it was; below, the rows that were on the screen, the maps printed at the end, then messages. */
      async close() {
        this.#settle();
        this.#addLines(this.#lines.takeRest());
        const last2 = this.#last.splice(0);
        const rows = this.#table.close(new Set(last2.map(({ map }) => map.name)));
        if (this.#table.isBroken) return;
        if (rows.length > 0) this.#output.write(Buffer.from(`${rows.join("\n")}
`, "utf8"));
        if (last2.length > 0) {
          const plain4 = new TableSink(this.#output, this.#options);
          for (const { map, options } of last2) plain4.map(map, options);
          await plain4.close();
        }
        this.#table.messages.sayAll(this.#options.notice);
        if (this.#table.lost > 0) this.#options.notice(`Lost ${this.#table.lost} events
`);
      }
      #recordSheet(type) {
        let sheet = this.#records.get(type);
        if (sheet === void 0) {
          const { columns } = rowShape(type);
          const id = `record ${tableId(columns)}`;
          const count2 = this.#table.count("record");
          sheet = this.#table.get(id) ?? recordSheet(id, count2 === 0 ? "rows" : `rows ${count2 + 1}`, columns);
          this.#records.set(type, sheet);
          this.#table.put(sheet);
        }
        return sheet;
      }
      #histogramSheet(map, options) {
        const sheet = textSheet(map.name, map.name, "map");
        const text4 = Buffer.from((0, import_map_text.mapText)(map, options, this.#context), "latin1").toString("utf8");
        for (const line3 of text4.trimEnd().split("\n")) sheet.rows.push([], [line3]);
        return sheet;
      }
      /** A binary string that ends a message. */
      #append(binary) {
        this.#printed ??= new import_byte_buffer3.ByteBuffer({ write: (bytes3) => this.#take(bytes3), isTerminal: true, columns: 80 });
        this.#printed.appendBinary(binary);
      }
      #settle() {
        this.#printed?.handOn();
      }
      #take(bytes3) {
        this.#addLines(this.#lines.take(this.#decoder.decode(bytes3, { stream: true }), KEPT_ROWS));
      }
      #addLines(lines) {
        if (lines.length === 0) return;
        if (this.#text === void 0) {
          this.#text = textSheet("text", "text");
          this.#table.put(this.#text);
        }
        for (const line3 of lines) this.#text.rows.push([], [line3]);
        this.#table.changed();
      }
    };
  }
});

// src/cli/check-rows.ts
var check_rows_exports = {};
__export(check_rows_exports, {
  checkRows: () => checkRows
});
function checkRows(selection, spec) {
  const incomplete = incompleteTerm(selection.where ?? "");
  if (incomplete !== void 0)
    throw new import_config13.UsageError(
      `--where: '${incomplete}' lacks a side; a comparison is column>value, as in 'pid>100'`
    );
  const columns = printedColumns(spec, selection);
  const named3 = [
    ...(selection.columns ?? []).map((name) => ["--columns", name]),
    ...selection.sort === void 0 ? [] : [["--sort", selection.sort.column]],
    ...comparedColumns(selection.where ?? "").map((name) => ["--where", name])
  ];
  for (const [option, name] of named3) {
    if (columnIndex(columns, name) !== -1) continue;
    const heads = [...new Set(columns.map(({ head }) => head.toLowerCase()))];
    if (heads.length === 0)
      throw new import_config13.UsageError(
        `${option}: this program prints no rows: they are what print() makes of records and of maps`
      );
    const hint = (0, import_suggest8.didYouMean)(name, heads) ?? `there are ${heads.join(", ")}`;
    throw new import_config13.UsageError(`${option}: there is no column '${name}'; ${hint}`);
  }
}
function printedColumns(spec, { timestamp }) {
  const records2 = [...spec.sites.flatMap((site) => (0, import_printed_row2.printedRow)(site) ?? []), new EventRows(spec.sites).type];
  const maps = spec.maps.flatMap(
    ({ name, user }) => user === void 0 ? [] : mapRows({ name, ...user, entries: [] }, { top: 0, div: 1n }).columns
  );
  const printed = [...records2.flatMap((type) => rowShape(type).columns), ...maps];
  return timestamp && records2.some(({ kind: kind2 }) => kind2 === "record") ? [{ ...rowShape({ kind: "string", size: 9 }).columns[0], name: "time", head: "TIME" }, ...printed] : printed;
}
var import_suggest8, import_printed_row2, import_config13;
var init_check_rows = __esm({
  "src/cli/check-rows.ts"() {
    "use strict";
    import_suggest8 = __toESM(require_suggest_ts(), 1);
    import_printed_row2 = __toESM(require_printed_row_ts(), 1);
    init_event_rows();
    init_map_rows();
    init_selection();
    init_column();
    init_row_filter();
    import_config13 = __toESM(require_config_ts(), 1);
  }
});

// first:src/compiler/check/constant.ts.cjs
var require_constant_ts = __commonJS({
  "first:src/compiler/check/constant.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/check/constant.ts");
  }
});

// first:src/compiler/check/type-text.ts.cjs
var require_type_text_ts = __commonJS({
  "first:src/compiler/check/type-text.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/check/type-text.ts");
  }
});

// src/compiler/check/dump.ts
var dump_exports2 = {};
__export(dump_exports2, {
  dumpExpression: () => dumpExpression,
  dumpTypes: () => dumpTypes
});
function dumpTypes(program2) {
  const lines = program2.maps.map(dumpMap);
  for (const probe of program2.probes) {
    for (const variant of probe.variants) {
      const names = variant.targets.map((target) => target.name);
      const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
      lines.push(`${names.slice(0, 3).join(", ")}${more}`);
      for (const { name, type } of variant.variables) lines.push(`${INDENT2}let ${name}: ${(0, import_type_text.typeText)(type)}`);
      if (variant.predicate !== void 0) lines.push(`${INDENT2}/${dumpExpression(variant.predicate)}/`);
      lines.push(...dumpBody(variant.body, INDENT2));
    }
  }
  return `${lines.join("\n")}
`;
}
function dumpMap({ name, key, value, maxEntries, mapType }) {
  const keyed = key === void 0 ? "" : `[${(0, import_type_text.typeText)(key)}]`;
  const kind2 = mapType === void 0 ? "" : ` ${mapType}`;
  return `${name}${keyed}: ${(0, import_type_text.typeText)(value)}${kind2}${key === void 0 ? "" : ` (${maxEntries})`}`;
}
function dumpBody(body, indent2) {
  return body.flatMap((statement) => dumpStatement(statement, indent2));
}
function dumpStatement(statement, indent2) {
  const inner = indent2 + INDENT2;
  switch (statement.kind) {
    case "expression":
      return [indent2 + dumpExpression(statement.expression)];
    case "assign":
      return [`${indent2}${dumpPlace(statement.target)} = ${dumpExpression(statement.value)}`];
    case "clear":
      return [`${indent2}clear ${statement.variable.name}: ${(0, import_type_text.typeText)(statement.variable.type)}`];
    case "compound":
      return [
        `${indent2}${dumpPlace(statement.target)} ${statement.operator}= ${dumpExpression(statement.value)}`
      ];
    case "aggregate": {
      const place2 = dumpPlace({ kind: "map", map: statement.map, key: statement.key });
      const args = statement.call.args.map(dumpExpression).join(", ");
      return [`${indent2}${place2} = ${statement.entry.name}(${args}): ${(0, import_type_text.typeText)(statement.aggregation)}`];
    }
    case "if": {
      const lines = [
        `${indent2}if ${dumpExpression(statement.condition)}`,
        ...dumpBody(statement.then, inner)
      ];
      if (statement.else.length > 0) lines.push(`${indent2}else`, ...dumpBody(statement.else, inner));
      return lines;
    }
    case "unroll":
      return [`${indent2}unroll ${statement.count}`, ...dumpBody(statement.body, inner)];
    case "while":
      return [`${indent2}while ${dumpExpression(statement.condition)}`, ...dumpBody(statement.body, inner)];
    case "for-range": {
      const { variable, from, to } = statement;
      const range = `${dumpExpression(from)} .. ${dumpExpression(to)}`;
      return [
        `${indent2}for ${variable.name}: ${(0, import_type_text.typeText)(variable.type)} in ${range}`,
        ...dumpBody(statement.body, inner)
      ];
    }
    case "for-map": {
      const { variable, map } = statement;
      return [
        `${indent2}for ${variable.name}: ${(0, import_type_text.typeText)(variable.type)} in ${map.name}`,
        ...dumpBody(statement.body, inner)
      ];
    }
    case "block":
      return [`${indent2}block`, ...dumpBody(statement.body, inner)];
    case "packet-store":
      return [`${indent2}${choicesText(statement.choices)} = ${dumpExpression(statement.value)}`];
    case "return":
      return [`${indent2}return${statement.value === void 0 ? "" : ` ${dumpExpression(statement.value)}`}`];
    case "break":
    case "continue":
      return [indent2 + statement.kind];
    default:
      return (0, import_diagnostic10.assertNever)(statement);
  }
}
function dumpPlace(place2) {
  if (place2.kind === "variable") return `${place2.variable.name}: ${(0, import_type_text.typeText)(place2.variable.type)}`;
  const key = place2.key === void 0 ? "" : `[${dumpExpression(place2.key)}]`;
  return `${place2.map.name}${key}: ${(0, import_type_text.typeText)(place2.map.value)}`;
}
function dumpExpression(expression) {
  const type = expression.kind === "map" ? "map" : (0, import_type_text.typeText)(expression.type);
  return `${form(expression)}: ${type}`;
}
function form(e) {
  const sub = (part) => `(${dumpExpression(part)})`;
  switch (e.kind) {
    case "integer":
      return e.type.kind === "bool" ? String(e.value !== 0n) : String(e.value);
    case "string":
      return JSON.stringify((0, import_constant.textOf)(e.bytes));
    case "variable":
      return e.variable.name;
    case "map-read":
      return `${e.map.name}${e.key === void 0 ? "" : `[${dumpExpression(e.key)}]`}`;
    case "map":
      return e.map.name;
    case "builtin":
      return e.entry.name;
    case "call":
      return `${e.entry.name}(${e.call.args.map(dumpExpression).join(", ")})`;
    case "unary":
      return `${e.operator}${sub(e.operand)}`;
    case "binary":
    case "logical":
      return `${sub(e.left)} ${e.operator} ${sub(e.right)}`;
    case "ternary":
      return `${sub(e.condition)} ? ${sub(e.then)} : ${sub(e.else)}`;
    case "block":
      return `{ ${e.body.flatMap((s) => dumpBody([s], "")).join("; ")}; ${dumpExpression(e.value)} }`;
    case "convert":
      return `convert ${sub(e.operand)}`;
    case "packet":
      return packetText(e.read, e.index);
    case "inet-constant":
      return `address ${Array.from(e.bytes).join(".")}`;
    case "address-in":
      return `${sub(e.operand)} in ${e.ranges.length} ranges`;
    case "set-in":
      return `${sub(e.operand)} in ${e.set}`;
    case "args-field":
      return `args.${e.field.name}`;
    case "field":
      return `${sub(e.object)}.${e.field.name}`;
    case "address":
      return `&${sub(e.of)}`;
    case "deref":
      return `*${sub(e.pointer)}`;
    case "member":
      return `${sub(e.object)}.${e.index}`;
    case "index":
      return `${sub(e.object)}[${dumpExpression(e.index)}]`;
    case "update": {
      const place2 = dumpPlace(e.target);
      return e.prefix ? `${e.operator}(${place2})` : `(${place2})${e.operator}`;
    }
    case "tuple":
      return `(${e.elements.map(dumpExpression).join(", ")})`;
    case "record": {
      const names = e.type.kind === "record" ? e.type.fields.map((f) => f.name) : [];
      return `(${e.fields.map((field2, i) => `${names[i] ?? i}=${dumpExpression(field2)}`).join(", ")})`;
    }
    default:
      return (0, import_diagnostic10.assertNever)(e);
  }
}
function choicesText(choices) {
  return choices.map(({ header, field: field2 }) => `${header.name}.${field2.name}`).join("|");
}
function packetText(read2, index) {
  switch (read2.kind) {
    case "header":
      return read2.header.name;
    case "payload":
      return "payload";
    case "byte":
      return `payload[${index === void 0 ? "" : dumpExpression(index)}]`;
    case "field":
      return choicesText(read2.choices);
    case "fact":
      return read2.name.includes(".") || read2.name === "proto" ? read2.name : `pkt.${read2.name}`;
  }
}
var import_diagnostic10, import_constant, import_type_text, INDENT2;
var init_dump2 = __esm({
  "src/compiler/check/dump.ts"() {
    "use strict";
    import_diagnostic10 = __toESM(require_diagnostic_ts(), 1);
    import_constant = __toESM(require_constant_ts(), 1);
    import_type_text = __toESM(require_type_text_ts(), 1);
    INDENT2 = "  ";
  }
});

// first:src/compiler/ir/operands.ts.cjs
var require_operands_ts = __commonJS({
  "first:src/compiler/ir/operands.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/ir/operands.ts");
  }
});

// src/compiler/ir/printer.ts
var printer_exports = {};
__export(printer_exports, {
  printFunction: () => printFunction,
  printProgram: () => printProgram
});
function printProgram(program2, place2) {
  return `program ${program2.name}
${program2.functions.map((fn) => printFunction(fn, place2)).join("\n")}`;
}
function printFunction(fn, place2) {
  const defs = (0, import_operands.definitions)(fn);
  const name = (value) => operand2(defs, value);
  const lines = [`function ${fn.name}(${fn.params})`];
  let shown = "";
  const add2 = (text4, span) => {
    const where = span === void 0 || place2 === void 0 ? "" : place2(span);
    lines.push(where === "" || where === shown ? `  ${text4}` : `${`  ${text4}`.padEnd(60)} ; ${where}`);
    if (where !== "") shown = where;
  };
  for (const block of fn.blocks) {
    lines.push(`b${block.id}:`);
    for (const instr of block.instrs) {
      if (isInline(instr)) continue;
      add2(instruction(instr, name), instr.span);
    }
    add2(terminator(block.end, name), block.end.span);
  }
  return `${lines.join("\n")}
`;
}
function isInline(instr) {
  return instr.op === "const" || instr.op === "map" || instr.op === "function" || instr.op === "ksym";
}
function operand2(defs, value) {
  const instr = defs[value];
  if (instr?.op === "const") return constant2(instr.value);
  if (instr?.op === "map") return `map(${instr.map})`;
  if (instr?.op === "function") return `&${instr.name}`;
  if (instr?.op === "ksym") return `ksym(${instr.name})`;
  return `v${value}`;
}
function constant2(value) {
  const signed2 = BigInt.asIntN(64, value);
  return signed2 > -4096n && signed2 < 65536n ? String(signed2) : `0x${value.toString(16)}`;
}
function address(base, offset2) {
  return `[${base}${offset2 === 0 ? "" : offset2 < 0 ? offset2 : `+${offset2}`}]`;
}
function instruction(instr, name) {
  const as = (text4) => `v${instr.id} = ${text4}`;
  const narrow = (width) => width === 32 ? ".32" : "";
  switch (instr.op) {
    case "const":
      return as(constant2(instr.value));
    case "param":
      return as(`param ${instr.index} ${instr.kind}`);
    case "binary":
      return as(`${instr.fn}${narrow(instr.width)} ${name(instr.a)}, ${name(instr.b)}`);
    case "compare":
      return as(`compare ${instr.fn}${narrow(instr.width)} ${name(instr.a)}, ${name(instr.b)}`);
    case "extend":
      return as(`${instr.signed ? "sext" : "zext"}.${instr.from} ${name(instr.a)}`);
    case "bswap":
      return as(`bswap.${instr.bits} ${name(instr.a)}`);
    case "load": {
      const marks = `${instr.kind === "scalar" ? "" : ` ${instr.kind}`}${instr.invariant ? " invariant" : ""}`;
      return as(
        `load.${instr.signed ? "s" : ""}${instr.size} ${address(name(instr.base), instr.offset)}${marks}`
      );
    }
    case "store":
      return `store.${instr.size} ${address(name(instr.base), instr.offset)} = ${name(instr.value)}`;
    case "atomic": {
      const expected = instr.expected === void 0 ? "" : ` if ${name(instr.expected)}`;
      const text4 = `atomic.${instr.size} ${instr.fn} ${address(name(instr.base), instr.offset)}, ${name(instr.value)}${expected}`;
      return instr.fn === "add" ? text4 : as(text4);
    }
    case "call": {
      const marks = `${instr.kind === "scalar" ? "" : ` ${instr.kind}`}${instr.pure ? " pure" : ""}`;
      return as(`call ${instr.helper}(${instr.args.map(name).join(", ")})${marks}`);
    }
    case "call-function":
      return as(`call &${instr.name}(${instr.args.map(name).join(", ")})`);
    case "map":
      return as(`map(${instr.map})`);
    case "map-value":
      return as(`map-value(${instr.map}, ${instr.offset})`);
    case "function":
      return as(`&${instr.name}`);
    case "ksym":
      return as(`ksym(${instr.name})`);
    case "stack":
      return as(`stack ${instr.size} align ${instr.align}`);
    case "phi": {
      const inputs = instr.inputs.map((input) => `b${input.block}: ${name(input.value)}`).join(", ");
      return as(`phi ${inputs}${instr.kind === "scalar" ? "" : ` ${instr.kind}`}`);
    }
    default:
      return (0, import_diagnostic11.assertNever)(instr);
  }
}
function terminator(end, name) {
  if (end.op === "jump") return `jump b${end.to}`;
  if (end.op === "return") return `return ${name(end.value)}`;
  const likely = end.likely === void 0 ? "" : ` likely ${end.likely}`;
  const width = end.width === 32 ? ".32" : "";
  return `branch ${end.fn}${width} ${name(end.a)}, ${name(end.b)} -> b${end.then}, b${end.else}${likely}`;
}
var import_diagnostic11, import_operands;
var init_printer2 = __esm({
  "src/compiler/ir/printer.ts"() {
    "use strict";
    import_diagnostic11 = __toESM(require_diagnostic_ts(), 1);
    import_operands = __toESM(require_operands_ts(), 1);
  }
});

// first:src/compiler/types/backend-table.ts.cjs
var require_backend_table_ts = __commonJS({
  "first:src/compiler/types/backend-table.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/backend-table.ts");
  }
});

// first:src/compiler/language/names/address-range.ts.cjs
var require_address_range_ts = __commonJS({
  "first:src/compiler/language/names/address-range.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/language/names/address-range.ts");
  }
});

// first:src/output/text/address.ts.cjs
var require_address_ts2 = __commonJS({
  "first:src/output/text/address.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/output/text/address.ts");
  }
});

// first:src/runtime/set-file-error.ts.cjs
var require_set_file_error_ts = __commonJS({
  "first:src/runtime/set-file-error.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/runtime/set-file-error.ts");
  }
});

// src/runtime/backend-list.ts
function parseBackends(text4, path2) {
  const problems = [];
  const backends = /* @__PURE__ */ new Map();
  let at = 0;
  for (const line3 of text4.split("\n")) {
    const words4 = wordsOf2(line3, at);
    const complain = (problem2) => problems.push(failure(problem2));
    const backend = words4.length === 0 ? void 0 : parseLine(words4, complain);
    if (backend !== void 0 && backends.has(backend.name))
      complain({ word: words4[0], message: `${backend.name} is here twice` });
    else if (backend !== void 0) backends.set(backend.name, backend);
    at += line3.length + 1;
  }
  const whole2 = { start: text4.length, end: text4.length, text: "" };
  if (problems.length === 0 && backends.size === 0)
    problems.push(
      failure({ word: whole2, message: "no backend is in the file", hint: "weight=0 gives one no new flows" })
    );
  else if (problems.length === 0 && !text4.endsWith("\n"))
    problems.push(
      failure({
        word: whole2,
        message: "the last line has no end: is the file whole?",
        hint: "end it with a newline"
      })
    );
  if (problems.length > 0) throw new import_set_file_error.SetFileError(firstOf(problems), { name: path2, text: text4 });
  return [...backends.values()];
}
function wordsOf2(line3, at) {
  const [before = ""] = line3.split("#", 1);
  return [...before.matchAll(/[^ \t\r]+/g)].map(({ 0: text4, index }) => ({
    start: at + index,
    end: at + index + text4.length,
    text: text4
  }));
}
function parseLine([first2, ...rest], complain) {
  const single = (0, import_address_range.parseSingle)(first2.text);
  if (single === void 0 || single.family === "mac") {
    complain({ word: first2, message: `"${first2.text}" is no address`, hint: FORM });
    return void 0;
  }
  let weight2 = 1;
  let mac = new Uint8Array(6);
  const said = /* @__PURE__ */ new Set();
  for (const word4 of rest) {
    const [, key = "", value = ""] = /^(\w+)=(.*)$/.exec(word4.text) ?? [];
    if (said.has(key)) complain({ word: word4, message: `${key} is said twice` });
    said.add(key);
    if (key === "weight") {
      weight2 = /^\d{1,5}$/.test(value) ? Number(value) : MOST_WEIGHT + 1;
      if (weight2 > MOST_WEIGHT)
        complain({
          word: word4,
          message: `"${value}" is no weight`,
          hint: `a whole number from 0 to ${MOST_WEIGHT}`
        });
    } else if (key === "mac") {
      const given = (0, import_address_range.parseSingle)(value);
      if (given?.family === "mac") mac = given.bytes;
      else complain({ word: word4, message: `"${value}" is no hardware address`, hint: "mac=02:00:00:00:00:02" });
    } else complain({ word: word4, message: `"${word4.text}" is nothing that is said of a backend`, hint: FORM });
  }
  const { family, bytes: bytes3 } = single;
  const name = family === 4 ? (0, import_address2.ipv4Text)(bytes3, 0) : (0, import_address2.ipv6Text)(bytes3, 0);
  return { name, address: bytes3, weight: weight2, mac };
}
function failure({ word: { start, end }, message: message2, hint }) {
  const more = hint === void 0 ? {} : { hint };
  return { severity: "error", code: "backend-file", span: { start, end }, message: message2, notes: [], ...more };
}
function tooManyBackends({ name, span, maxEntries }, count2, path2, source) {
  const [start, end] = span;
  const word4 = { start, end, text: "" };
  const message2 = `${name} has room for ${maxEntries} backends, and ${path2} has ${count2}`;
  return new import_set_file_error.SetFileError([failure({ word: word4, message: message2, hint: `let ${name} = backends(${count2});` })], source);
}
function firstOf(problems) {
  const told = problems.slice(0, MOST_TOLD);
  const last2 = told.at(-1);
  const more = problems.length - told.length;
  if (more === 0) return told;
  const notes = [{ span: last2.span, message: `${more} more mistakes are behind this one` }];
  return [...told.slice(0, -1), { ...last2, notes }];
}
var import_address_range, import_address2, import_set_file_error, MOST_WEIGHT, MOST_TOLD, FORM;
var init_backend_list = __esm({
  "src/runtime/backend-list.ts"() {
    "use strict";
    import_address_range = __toESM(require_address_range_ts(), 1);
    import_address2 = __toESM(require_address_ts2(), 1);
    import_set_file_error = __toESM(require_set_file_error_ts(), 1);
    MOST_WEIGHT = 65535;
    MOST_TOLD = 5;
    FORM = "a line is an address, and what else is said of it: 10.0.0.2 weight=3 mac=02:00:00:00:00:02; # begins a comment";
  }
});

// first:src/compiler/types/flow-hash.ts.cjs
var require_flow_hash_ts = __commonJS({
  "first:src/compiler/types/flow-hash.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/flow-hash.ts");
  }
});

// src/runtime/maglev.ts
function maglevTable(backends, size = import_backend_table.TABLE_SIZE) {
  const takers = backends.map(({ name, weight: weight2 }, index) => ({ name, weight: weight2, index, ...orderOf2(name, size) })).filter(({ weight: weight2 }) => weight2 > 0).sort((a, b) => a.name < b.name ? -1 : 1);
  if (takers.length === 0) return void 0;
  const most = Math.max(...takers.map(({ weight: weight2 }) => weight2));
  const table = new Uint16Array(size);
  const taken = new Uint8Array(size);
  const credit = takers.map(({ weight: weight2 }) => most - weight2);
  let left = size;
  while (left > 0) {
    for (const [i, taker] of takers.entries()) {
      credit[i] += taker.weight;
      if (credit[i] < most) continue;
      credit[i] -= most;
      while (taken[taker.at] === 1) taker.at = (taker.at + taker.step) % size;
      taken[taker.at] = 1;
      table[taker.at] = taker.index;
      left--;
      if (left === 0) break;
    }
  }
  return table;
}
function orderOf2(name, size) {
  const words4 = Array.from(name, (letter) => BigInt(letter.codePointAt(0)));
  return {
    at: Number((0, import_flow_hash.hashOf)(words4) % BigInt(size)),
    step: 1 + Number((0, import_flow_hash.hashOf)([...words4, 1n]) % BigInt(size - 1))
  };
}
var import_backend_table, import_flow_hash;
var init_maglev = __esm({
  "src/runtime/maglev.ts"() {
    "use strict";
    import_backend_table = __toESM(require_backend_table_ts(), 1);
    import_flow_hash = __toESM(require_flow_hash_ts(), 1);
  }
});

// src/runtime/backend-rows.ts
var import_backend_table2, import_type3, LITTLE_ENDIAN5, BackendRows;
var init_backend_rows = __esm({
  "src/runtime/backend-rows.ts"() {
    "use strict";
    import_backend_table2 = __toESM(require_backend_table_ts(), 1);
    import_type3 = __toESM(require_type_ts(), 1);
    init_maglev();
    LITTLE_ENDIAN5 = true;
    BackendRows = class {
      #most;
      /** Index 0 stays empty. */
      #rows = [void 0];
      #uses = [];
      #list = 0;
      /** `most`: backends of a list. */
      constructor(most) {
        this.#most = most;
      }
      /** Takes a new list; gives the rows that were others' before, or nobody's. */
      update(backends) {
        this.#list++;
        const rowOf = new Map(
          this.#rows.flatMap((row3, i) => row3 === void 0 ? [] : [[row3.backend.name, i]])
        );
        const fresh = [];
        for (const backend of backends) {
          const row3 = rowOf.get(backend.name);
          if (row3 === void 0) fresh.push(backend);
          else this.#rows[row3] = { ...this.#rows[row3], backend, listed: this.#list };
        }
        return fresh.map((backend) => {
          const row3 = this.#freeRow();
          const uses = this.#uses[row3] ?? 0;
          this.#uses[row3] = uses + 1;
          this.#rows[row3] = { backend, id: BigInt(row3) + (BigInt(uses) << BigInt(import_backend_table2.ROW_BITS)), listed: this.#list };
          return row3;
        });
      }
      #freeRow() {
        if (this.#rows.length <= this.#most) return this.#rows.length;
        let found = 0;
        let oldest = this.#list;
        for (const [i, row3] of this.#rows.entries()) {
          if (row3 === void 0 || row3.listed >= oldest) continue;
          [found, oldest] = [i, row3.listed];
        }
        return found;
      }
      /** One generation, as programs ask it. */
      bytes() {
        const bytes3 = new Uint8Array((0, import_backend_table2.generationBytes)(this.#most));
        const data = new DataView(bytes3.buffer);
        const listed2 = this.#rows.flatMap(
          (row3, i) => row3?.listed === this.#list ? [{ row: i, name: row3.backend.name, weight: row3.backend.weight }] : []
        );
        for (const [place2, index] of maglevTable(listed2)?.entries() ?? [])
          data.setUint16(place2 * 2, listed2[index].row, LITTLE_ENDIAN5);
        for (const [i, row3] of this.#rows.entries()) if (row3 !== void 0) this.#writeRow(bytes3, i, row3);
        return bytes3;
      }
      #writeRow(bytes3, index, { backend, id, listed: listed2 }) {
        const at = (0, import_backend_table2.rowOffset)(index);
        const data = new DataView(bytes3.buffer);
        const present = listed2 === this.#list;
        const { address: address2, mac, weight: weight2 } = backend;
        data.setBigUint64(at + import_backend_table2.ROW.id, present ? id : 0n, LITTLE_ENDIAN5);
        data.setUint32(at + import_backend_table2.ROW.address, address2.length === 4 ? import_type3.AF_INET : import_type3.AF_INET6, LITTLE_ENDIAN5);
        bytes3.set(address2, at + import_backend_table2.ROW.address + 4);
        bytes3.set(mac, at + import_backend_table2.ROW.mac);
        data.setBigUint64(at + import_backend_table2.ROW.weight, present ? BigInt(weight2) : 0n, LITTLE_ENDIAN5);
        data.setBigUint64(at + import_backend_table2.ROW.name, id, LITTLE_ENDIAN5);
      }
    };
  }
});

// src/runtime/backend-set.ts
function inWords(backends) {
  const without = backends.filter(({ weight: weight2 }) => weight2 === 0).length;
  const count2 = backends.length === 1 ? "1 backend" : `${backends.length} backends`;
  return without === 0 ? count2 : `${count2}, ${without} of weight 0`;
}
var import_backend_table3, KEY, BackendSet;
var init_backend_set = __esm({
  "src/runtime/backend-set.ts"() {
    "use strict";
    import_backend_table3 = __toESM(require_backend_table_ts(), 1);
    init_backend_list();
    init_backend_rows();
    KEY = new Uint8Array(4);
    BackendSet = class {
      #spec;
      #context;
      #rows;
      /** The array's value. */
      #table;
      constructor(spec, context) {
        this.#spec = spec;
        this.#context = context;
        this.#rows = new BackendRows(spec.maxEntries);
        this.#table = new Uint8Array(2 * (0, import_backend_table3.generationBytes)(spec.maxEntries));
      }
      async load(bytes3, path2) {
        const backends = parseBackends(new TextDecoder().decode(bytes3), path2);
        if (backends.length > this.#spec.maxEntries)
          throw tooManyBackends(this.#spec, backends.length, path2, this.#context.source);
        this.#turnTo(backends);
        return inWords(backends);
      }
      /** Programs read what is counted by backend_at(). */
      read() {
        return void 0;
      }
      close() {
      }
      #turnTo(backends) {
        const { maps, globals, wait } = this.#context;
        const { word: word4, maps: names, maxEntries } = this.#spec;
        const table = maps.get(names.table ?? "");
        const counts = maps.get(names.counts ?? "");
        if (table === void 0 || counts === void 0) return;
        for (const row3 of this.#rows.update(backends))
          counts.write(new Uint8Array(Uint32Array.of(row3).buffer), new Uint8Array(counts.copies * counts.stride));
        const next = 1 - Number(globals.word(word4));
        this.#table.set(this.#rows.bytes(), next * (0, import_backend_table3.generationBytes)(maxEntries));
        table.write(KEY, this.#table);
        globals.setWord(word4, BigInt(next));
        wait();
      }
    };
  }
});

// src/runtime/patient-read.ts
async function readPipe(path2, goesOn) {
  const awaited = !/^\/(dev|proc)\//.test(path2);
  const fd = (0, import_node_fs14.openSync)(path2, import_node_fs14.constants.O_RDONLY | import_node_fs14.constants.O_NONBLOCK);
  const parts = [];
  try {
    for (; ; ) {
      if (!await goesOn()) return void 0;
      const part = Buffer.allocUnsafe(CHUNK);
      const count2 = readSome(fd, part);
      if (count2 === 0 && (parts.length > 0 || !awaited)) return Buffer.concat(parts);
      if (count2 > 0) parts.push(part.subarray(0, count2));
      else await (0, import_promises2.setTimeout)(PAUSE);
    }
  } finally {
    (0, import_node_fs14.closeSync)(fd);
  }
}
function readSome(fd, into) {
  try {
    return (0, import_node_fs14.readSync)(fd, into);
  } catch (error) {
    if ((0, import_missing10.errorCode)(error) === "EAGAIN") return -1;
    throw error;
  }
}
var import_node_fs14, import_promises2, import_missing10, CHUNK, PAUSE;
var init_patient_read = __esm({
  "src/runtime/patient-read.ts"() {
    "use strict";
    import_node_fs14 = require("node:fs");
    import_promises2 = require("node:timers/promises");
    import_missing10 = __toESM(require_missing_ts(), 1);
    CHUNK = 1 << 16;
    PAUSE = 20;
  }
});

// first:src/compiler/types/prefix-key.ts.cjs
var require_prefix_key_ts = __commonJS({
  "first:src/compiler/types/prefix-key.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/types/prefix-key.ts");
  }
});

// src/kernel/load/prefix-trie.ts
var import_error9, import_fd12, import_map2, import_map_batch2, PrefixTrie, NO_BATCHES;
var init_prefix_trie = __esm({
  "src/kernel/load/prefix-trie.ts"() {
    "use strict";
    import_error9 = __toESM(require_error_ts(), 1);
    import_fd12 = __toESM(require_fd_ts(), 1);
    import_map2 = __toESM(require_map_ts(), 1);
    import_map_batch2 = __toESM(require_map_batch_ts(), 1);
    PrefixTrie = class {
      fd;
      #spec;
      #open = true;
      /** LPM tries take batches since 5.13. */
      #batches = true;
      constructor(spec, name) {
        this.#spec = spec;
        this.fd = (0, import_map2.mapCreate)({ ...spec, name: name.replace(/^@/, "AT_") });
      }
      get keySize() {
        return this.#spec.keySize;
      }
      /** Adds keys that lie one after the other, with zeros for values. */
      add(keys) {
        const { keySize, valueSize } = this.#spec;
        const count2 = keys.length / keySize;
        if (this.#batches) {
          try {
            (0, import_map_batch2.mapUpdateBatch)(this.fd, keys, new Uint8Array(count2 * valueSize), count2);
            return;
          } catch (error) {
            if (!(error instanceof import_error9.SyscallError) || !NO_BATCHES.includes(error.errno)) throw error;
            this.#batches = false;
          }
        }
        const zeros = new Uint8Array(valueSize);
        for (let at = 0; at < keys.length; at += keySize)
          (0, import_map2.mapUpdateElem)(this.fd, keys.subarray(at, at + keySize), zeros);
      }
      read() {
        return (0, import_map_batch2.mapReadAll)(this.fd, this.#spec);
      }
      close() {
        if (!this.#open) return;
        this.#open = false;
        (0, import_fd12.closeFd)(this.fd);
      }
    };
    NO_BATCHES = [(0, import_error9.errno)("EINVAL"), (0, import_error9.errno)("ENOTSUPP"), (0, import_error9.errno)("EOPNOTSUPP")];
  }
});

// src/runtime/key-set.ts
function swapped(word4) {
  return (word4 << 24 | (word4 & 65280) << 8 | word4 >>> 8 & 65280 | word4 >>> 24) >>> 0;
}
var KEY_WORDS, KeySet;
var init_key_set = __esm({
  "src/runtime/key-set.ts"() {
    "use strict";
    KEY_WORDS = 5;
    KeySet = class {
      #words = new Uint32Array(1024 * KEY_WORDS);
      #count = 0;
      /** Open addressing: numbers of keys, counted from 1; at most half of it is used. */
      #slots = new Int32Array(4096);
      /** Adds the key; nothing when it is there. */
      add(key) {
        if (this.#count * KEY_WORDS === this.#words.length) this.#grow();
        this.#words.set(key, this.#count * KEY_WORDS);
        if (this.#enter(this.#count)) this.#count++;
      }
      get count() {
        return this.#count;
      }
      /**
       * Keys in host order, one after the other, by the first bits of the address, which their second word begins with: the kernel takes
       * neighbours twice as fast.
       */
      sorted() {
        const count2 = this.#count;
        const room = 2 ** Math.max(21, Math.ceil(Math.log2(count2 + 1)));
        const order = new Float64Array(count2);
        for (let i = 0; i < count2; i++) {
          const first2 = swapped(this.#words[i * KEY_WORDS + 1]);
          order[i] = Math.floor(first2 * 2 ** 21 / room) * room + i;
        }
        order.sort();
        const keys = new Uint32Array(count2 * KEY_WORDS);
        for (let i = 0; i < count2; i++) {
          const from = order[i] % room * KEY_WORDS;
          for (let word4 = 0; word4 < KEY_WORDS; word4++) keys[i * KEY_WORDS + word4] = this.#words[from + word4];
        }
        return new Uint8Array(keys.buffer);
      }
      /** False: another one is the same. */
      #enter(index) {
        const words4 = this.#words;
        const slots3 = this.#slots;
        const at = index * KEY_WORDS;
        let hash = 0;
        for (let i = 0; i < KEY_WORDS; i++) {
          hash = Math.imul(hash ^ words4[at + i], 2654435761);
          hash ^= hash >>> 15;
        }
        for (let slot = hash & slots3.length - 1; ; slot = slot + 1 & slots3.length - 1) {
          const other = slots3[slot];
          if (other === 0) {
            slots3[slot] = index + 1;
            return true;
          }
          const from = (other - 1) * KEY_WORDS;
          let i = 0;
          while (i < KEY_WORDS && words4[from + i] === words4[at + i]) i++;
          if (i === KEY_WORDS) return false;
        }
      }
      #grow() {
        const words4 = new Uint32Array(this.#words.length * 2);
        words4.set(this.#words);
        this.#words = words4;
        if (this.#count * 4 < this.#slots.length) return;
        this.#slots = new Int32Array(this.#slots.length * 4);
        for (let index = 0; index < this.#count; index++) this.#enter(index);
      }
    };
  }
});

// src/runtime/prefix-list.ts
function isDigit(byte) {
  return byte !== void 0 && byte >= ZERO && byte < ZERO + 10;
}
function hexOf(byte) {
  if (byte === void 0) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
function isBlank(byte) {
  return byte === SPACE || byte === TAB2 || byte === RETURN;
}
var import_address_range2, import_prefix_key, NEWLINE, TAB2, RETURN, SPACE, HASH, DOT, SLASH, ZERO, COLON, MOST_BAD, PrefixReader;
var init_prefix_list = __esm({
  "src/runtime/prefix-list.ts"() {
    "use strict";
    import_address_range2 = __toESM(require_address_range_ts(), 1);
    import_prefix_key = __toESM(require_prefix_key_ts(), 1);
    init_key_set();
    [NEWLINE, TAB2, RETURN, SPACE, HASH, DOT, SLASH, ZERO, COLON] = [
      10,
      9,
      13,
      32,
      35,
      46,
      47,
      48,
      58
    ];
    MOST_BAD = 5;
    PrefixReader = class {
      bad = [];
      badCount = 0;
      #bytes;
      #at = 0;
      /** address * 64 + length: 38 bits, which a double holds. */
      #v4 = new Float64Array(1024);
      #v4Count = 0;
      #v6 = new KeySet();
      /** Of the address that is being read. */
      #groups = new Uint16Array(8);
      #key = new Uint32Array(KEY_WORDS);
      constructor(bytes3) {
        this.#bytes = bytes3;
      }
      /** Reads so many lines on; false at the end. */
      read(lines) {
        for (let i = 0; i < lines; i++) {
          if (this.#at >= this.#bytes.length) return false;
          this.#line();
        }
        return true;
      }
      /** What was read so far. */
      list() {
        const sorted = this.#v4.subarray(0, this.#v4Count).sort();
        const v4 = new Uint8Array(this.#v4Count * import_prefix_key.PREFIX_KEY_SIZE[4]);
        const data = new DataView(v4.buffer);
        let size = 0;
        for (let i = 0; i < sorted.length; i++) {
          const each = sorted[i];
          if (i > 0 && each === sorted[i - 1]) continue;
          data.setUint32(size, each % 64, true);
          data.setUint32(size + import_prefix_key.PREFIX_LENGTH_SIZE, Math.floor(each / 64));
          size += import_prefix_key.PREFIX_KEY_SIZE[4];
        }
        const v6 = this.#v6.sorted();
        return { v4: v4.subarray(0, size), v6, count: size / import_prefix_key.PREFIX_KEY_SIZE[4] + this.#v6.count };
      }
      #line() {
        const start = this.#blanks(this.#at);
        const taken = this.#ipv4(start) || this.#ipv6(start);
        if (!taken) this.#text(start);
      }
      /** False: it is something else. */
      #ipv4(start) {
        const bytes3 = this.#bytes;
        let at = start;
        let address2 = 0;
        for (let part = 0; part < 4; part++) {
          if (part > 0 && bytes3[at++] !== DOT) return false;
          const from = at;
          let number8 = 0;
          for (; isDigit(bytes3[at]) && at < from + 3; at++) number8 = number8 * 10 + bytes3[at] - ZERO;
          if (at === from || number8 > 255 || bytes3[from] === ZERO && at > from + 1) return false;
          address2 = address2 * 256 + number8;
        }
        const length = this.#rest(at, 32);
        if (length < 0) return false;
        const behind = 2 ** (32 - length);
        this.#add4(Math.floor(address2 / behind) * behind, length);
        return true;
      }
      /** In groups, without an address of IPv4 in it; false: it is something else. */
      #ipv6(start) {
        const bytes3 = this.#bytes;
        const groups = this.#groups;
        let at = start;
        let count2 = 0;
        let gap = -1;
        while (count2 < 8) {
          if (bytes3[at] === COLON && bytes3[at + 1] === COLON && (count2 > 0 || at === start)) {
            if (gap >= 0) return false;
            gap = count2;
            at += 2;
          } else if (count2 > 0 && gap !== count2) {
            if (bytes3[at] !== COLON) break;
            at++;
            if (hexOf(bytes3[at]) < 0) return false;
          }
          const from = at;
          let number8 = 0;
          for (let digit = hexOf(bytes3[at]); digit >= 0 && at < from + 4; digit = hexOf(bytes3[++at]))
            number8 = number8 * 16 + digit;
          if (at === from) break;
          groups[count2++] = number8;
        }
        if (gap < 0 ? count2 !== 8 : count2 > 7) return false;
        const length = this.#rest(at, 128);
        if (length < 0) return false;
        if (gap >= 0) {
          groups.copyWithin(8 - (count2 - gap), gap, count2);
          groups.fill(0, gap, 8 - (count2 - gap));
        }
        this.#add6(length);
        return true;
      }
      /** What stands behind an address, to the end of the line: the length, which is `most` when there is none; -1: something else. */
      #rest(at, most) {
        const bytes3 = this.#bytes;
        let length = most;
        if (bytes3[at] === SLASH) {
          const from = ++at;
          length = 0;
          for (; isDigit(bytes3[at]) && at < from + 3; at++) length = length * 10 + bytes3[at] - ZERO;
          if (at === from || length > most) return -1;
        }
        const end = this.#blanks(at);
        if (end < bytes3.length && bytes3[end] !== NEWLINE && bytes3[end] !== HASH) return -1;
        this.#at = this.#lineEnd(end) + 1;
        return length;
      }
      /** Anything else. */
      #text(start) {
        const bytes3 = this.#bytes;
        const lineEnd = this.#lineEnd(start);
        const hash = bytes3.subarray(start, lineEnd).indexOf(HASH);
        let end = hash < 0 ? lineEnd : start + hash;
        while (end > start && isBlank(bytes3[end - 1])) end--;
        this.#at = lineEnd + 1;
        if (end === start) return;
        const text4 = new TextDecoder().decode(bytes3.subarray(start, end));
        const prefix = (0, import_address_range2.parsePrefix)(text4);
        if (prefix?.family === 6) {
          const { bytes: address2 } = prefix;
          for (let i = 0; i < 8; i++) this.#groups[i] = address2[2 * i] << 8 | address2[2 * i + 1];
          this.#add6(prefix.length);
        } else {
          this.badCount++;
          if (this.bad.length < MOST_BAD) this.bad.push({ start, end, text: text4 });
        }
      }
      #add4(address2, length) {
        if (this.#v4Count === this.#v4.length) {
          const larger = new Float64Array(this.#v4.length * 2);
          larger.set(this.#v4);
          this.#v4 = larger;
        }
        this.#v4[this.#v4Count++] = address2 * 64 + length;
      }
      /** The groups, but for the bits behind the length. Words of a key lie as the kernel's do: both architectures are little-endian. */
      #add6(length) {
        const key = this.#key;
        key[0] = length;
        for (let word4 = 0; word4 < 4; word4++) {
          const high = this.#group(2 * word4, length);
          const low = this.#group(2 * word4 + 1, length);
          key[word4 + 1] = high >> 8 | (high & 255) << 8 | low >> 8 << 16 | (low & 255) << 24;
        }
        this.#v6.add(key);
      }
      #group(index, length) {
        const bits = Math.max(0, Math.min(16, length - index * 16));
        return this.#groups[index] & 65535 << 16 - bits;
      }
      #blanks(at) {
        while (isBlank(this.#bytes[at])) at++;
        return at;
      }
      #lineEnd(at) {
        const end = this.#bytes.indexOf(NEWLINE, at);
        return end < 0 ? this.#bytes.length : end;
      }
    };
  }
});

// src/runtime/prefix-problems.ts
function notPrefixes({ bad, badCount }, bytes3, path2) {
  const decoder = new TextDecoder();
  const offset2 = (at) => decoder.decode(bytes3.subarray(0, at)).length;
  const diagnostics = bad.map(({ start, end, text: text4 }) => {
    const span = { start: offset2(start), end: offset2(end) };
    return { ...failure2(span, `"${text4}" is no prefix`), hint: hintFor(text4) };
  });
  const more = badCount - bad.length;
  const last2 = diagnostics.at(-1);
  if (more > 0) {
    const notes = [{ span: last2.span, message: `${more} more lines behind this one are no prefixes` }];
    diagnostics[diagnostics.length - 1] = { ...last2, notes };
  }
  return new import_set_file_error2.SetFileError(diagnostics, { name: path2, text: decoder.decode(bytes3) });
}
function hintFor(text4) {
  if (/^[^-]+-[^-]+$/.test(text4) && text4.includes("."))
    return "a range is written as the prefixes that it consists of";
  return "a line is a prefix or an address: 10.0.0.0/8, 192.0.2.1, 2001:db8::/32; # begins a comment";
}
function tooMany(spec, count2, path2, source) {
  const [start, end] = spec.span;
  const message2 = `${spec.name} has room for ${spec.maxEntries} prefixes, and ${path2} has ${count2}`;
  const hint = `let ${spec.name} = lpmtrie(${count2});`;
  return new import_set_file_error2.SetFileError([{ ...failure2({ start, end }, message2), hint }], source);
}
function failure2(span, message2) {
  return { severity: "error", code: "prefix-file", span, message: message2, notes: [] };
}
var import_set_file_error2;
var init_prefix_problems = __esm({
  "src/runtime/prefix-problems.ts"() {
    "use strict";
    import_set_file_error2 = __toESM(require_set_file_error_ts(), 1);
  }
});

// src/runtime/prefix-set.ts
function u32(value) {
  return new Uint8Array(Uint32Array.of(value).buffer);
}
function addCounts(counts, tries) {
  for (const trie of tries) {
    const { keySize } = trie;
    const { count: count2, keys, values } = trie.read();
    const data = new DataView(values.buffer, values.byteOffset, values.byteLength);
    for (let i = 0; i < count2; i++) {
      const value = data.getBigUint64(i * import_prefix_key2.PREFIX_VALUE_SIZE, LITTLE_ENDIAN6);
      if (value === 0n) continue;
      const prefix = prefixText(keys.subarray(i * keySize, (i + 1) * keySize));
      counts.set(prefix, (counts.get(prefix) ?? 0n) + value);
    }
  }
}
function prefixText(key) {
  const length = new DataView(key.buffer, key.byteOffset).getUint32(0, LITTLE_ENDIAN6);
  const is4 = key.length === import_prefix_key2.PREFIX_KEY_SIZE[4];
  const address2 = is4 ? (0, import_address3.ipv4Text)(key, import_prefix_key2.PREFIX_LENGTH_SIZE) : (0, import_address3.ipv6Text)(key, import_prefix_key2.PREFIX_LENGTH_SIZE);
  return length === (is4 ? 32 : 128) ? address2 : `${address2}/${length}`;
}
var import_prefix_key2, import_type4, import_map3, import_address3, LITTLE_ENDIAN6, BATCH, SHOWN, PrefixSet;
var init_prefix_set = __esm({
  "src/runtime/prefix-set.ts"() {
    "use strict";
    import_prefix_key2 = __toESM(require_prefix_key_ts(), 1);
    import_type4 = __toESM(require_type_ts(), 1);
    init_prefix_trie();
    import_map3 = __toESM(require_map_ts(), 1);
    import_address3 = __toESM(require_address_ts2(), 1);
    init_prefix_list();
    init_prefix_problems();
    LITTLE_ENDIAN6 = true;
    BATCH = 4096;
    SHOWN = { kind: "string", size: 64 };
    PrefixSet = class {
      #spec;
      #context;
      #tries = [];
      /** By text of the prefix: what tries that are gone had counted. */
      #counts = /* @__PURE__ */ new Map();
      constructor(spec, context) {
        this.#spec = spec;
        this.#context = context;
      }
      async load(bytes3, path2) {
        const list5 = await this.#readList(bytes3, path2);
        if (list5 === void 0) return void 0;
        const built = [];
        const drop = () => {
          for (const { trie } of built) trie.close();
        };
        try {
          if (await this.#build(list5, built)) {
            this.#turnTo(built);
            return list5.count === 1 ? "1 prefix" : `${list5.count} prefixes`;
          }
          drop();
          return void 0;
        } catch (error) {
          drop();
          throw error;
        }
      }
      /** Prefixes that were met, with how often. */
      read() {
        const counts = new Map(this.#counts);
        addCounts(counts, this.#tries);
        const entries = [...counts].map(([prefix, value]) => ({ key: new TextEncoder().encode(prefix), value }));
        return { name: this.#spec.name, key: SHOWN, value: import_type4.UINT64, entries };
      }
      close() {
        for (const trie of this.#tries) trie.close();
      }
      async #readList(bytes3, path2) {
        const goesOn = this.#context.pace(false);
        const reader = new PrefixReader(bytes3);
        while (reader.read(BATCH)) if (!await goesOn(0, 0)) return void 0;
        if (reader.badCount > 0) throw notPrefixes(reader, bytes3, path2);
        const list5 = reader.list();
        if (list5.count > this.#spec.maxEntries) throw tooMany(this.#spec, list5.count, path2, this.#context.source);
        return list5;
      }
      /** False: the session ended meanwhile. What was made until then is among `built`. */
      async #build(list5, built) {
        const families = ["v4", "v6"].flatMap((family) => {
          const array = this.#context.maps.get(this.#spec.maps[family] ?? "");
          const inner = array?.spec.inner;
          return array === void 0 || inner === void 0 ? [] : [{ array, inner, keys: list5[family] }];
        });
        const total2 = families.reduce((sum, { keys, inner }) => sum + keys.length / inner.keySize, 0);
        let done = 0;
        const goesOn = this.#context.pace(true);
        for (const { array, inner, keys } of families) {
          const trie = new PrefixTrie(inner, array.spec.name);
          built.push({ array, trie });
          const step = BATCH * inner.keySize;
          for (let at = 0; at < keys.length; at += step) {
            const part = keys.subarray(at, at + step);
            trie.add(part);
            done += part.length / inner.keySize;
            if (!await goesOn(done, total2)) return false;
          }
        }
        return true;
      }
      /** Programs ask the new tries from one moment on; when none asks the old ones any more these are read and let go of. */
      #turnTo(built) {
        const { globals, wait } = this.#context;
        const { word: word4, counted } = this.#spec;
        const before = Number(globals.word(word4));
        const next = 1 - before;
        for (const { array, trie } of built) array.write(u32(next), u32(trie.fd));
        globals.setWord(word4, BigInt(next));
        wait();
        const old = this.#tries;
        this.#tries = built.map(({ trie }) => trie);
        if (counted) addCounts(this.#counts, old);
        for (const { array } of built) (0, import_map3.mapDeleteElem)(array.fd, u32(before));
        for (const trie of old) trie.close();
      }
    };
  }
});

// src/runtime/set-files.ts
var set_files_exports = {};
__export(set_files_exports, {
  SetFiles: () => SetFiles
});
async function readWhole(path2, goesOn) {
  try {
    return isPipe(path2) ? await readPipe(path2, goesOn) : (0, import_node_fs15.readFileSync)(path2);
  } catch (error) {
    throw Object.assign(error, { path: path2 });
  }
}
function isPipe(path2) {
  return (0, import_node_fs15.statSync)(path2).isFIFO();
}
function identity(path2) {
  try {
    const stat = (0, import_node_fs15.statSync)(path2, { bigint: true });
    return stat.isFile() ? [stat.dev, stat.ino, stat.size, stat.mtimeNs].join(" ") : ONCE;
  } catch (error) {
    return (0, import_missing11.errorCode)(error);
  }
}
var import_node_fs15, import_missing11, LOOK, ONCE, SetFiles;
var init_set_files = __esm({
  "src/runtime/set-files.ts"() {
    "use strict";
    import_node_fs15 = require("node:fs");
    import_missing11 = __toESM(require_missing_ts(), 1);
    init_backend_set();
    init_patient_read();
    init_prefix_set();
    LOOK = 500;
    ONCE = "once";
    SetFiles = class {
      #options;
      #sets;
      #loaded;
      #turn = Promise.resolve();
      #closed = false;
      #stopWatching = () => {
      };
      constructor(options) {
        this.#options = options;
        const { sets, files, source, maps, globals, wait } = options;
        const pace = (told) => {
          const given = options.pace(told);
          return async (done, total2) => await given(done, total2) && !this.#closed;
        };
        const context = { source, maps, globals, wait, pace };
        this.#sets = new Map(
          sets.map((spec) => [
            spec.name,
            spec.type === "backends" ? new BackendSet(spec, context) : new PrefixSet(spec, context)
          ])
        );
        this.#loaded = [...this.#sets].flatMap(([name, set]) => {
          const path2 = files.get(name);
          return path2 === void 0 ? [] : [{ name, set, path: path2, read: identity(path2), seen: "", waits: false }];
        });
      }
      /**
       * All of them; what is in each, in words. From now on files that change are read again, and all of them at SIGUSR1 (which would
       * else have Node listen for a debugger). Throws a SetFileError, or what the kernel says.
       */
      load() {
        const loaded = this.#loadAll();
        this.#turn = loaded.then(
          () => {
          },
          () => {
          }
        );
        this.#watch();
        return loaded;
      }
      async #loadAll() {
        const words4 = [];
        for (const each of this.#loaded) {
          const what = await this.#load(each);
          if (what !== void 0) words4.push(`set ${each.name}: ${what} of ${each.path}`);
        }
        return words4;
      }
      #watch() {
        const look = () => {
          for (const each of this.#loaded) {
            const now = identity(each.path);
            if (now !== each.read && now === each.seen) this.#reload(each);
            each.seen = now;
          }
        };
        const signalled = () => {
          for (const each of this.#loaded) this.#reload(each);
        };
        this.#stopWatching();
        const timer = setInterval(look, LOOK).unref();
        process.on("SIGUSR1", signalled);
        this.#stopWatching = () => {
          clearInterval(timer);
          process.off("SIGUSR1", signalled);
        };
      }
      /** What print() tells of a set; undefined: there is no such set. */
      read(name) {
        return this.#sets.get(name)?.read();
      }
      /** Programs may go on asking what the kernel holds. */
      close() {
        this.#closed = true;
        this.#stopWatching();
        for (const set of this.#sets.values()) set.close();
      }
      /** One after the other. */
      #reload(each) {
        if (each.waits) return;
        each.waits = true;
        this.#turn = this.#turn.then(async () => {
          each.waits = false;
          if (this.#closed) return;
          try {
            if (each.read === ONCE || identity(each.path) === ONCE)
              throw new import_missing11.MissingError(`${each.path} is no file`, "it could be read but once");
            const what = await this.#load(each);
            if (what !== void 0) this.#options.onReload(`${each.name}: loaded ${each.path} again, ${what}`);
          } catch (error) {
            this.#options.onFailure(each.name, error);
          }
        });
      }
      /** What there is now; undefined: the session ended meanwhile. */
      async #load(each) {
        const { set, path: path2 } = each;
        each.read = identity(path2);
        const pace = this.#options.pace(false);
        const bytes3 = await readWhole(path2, async () => await pace(0, 0) && !this.#closed);
        return bytes3 === void 0 ? void 0 : set.load(bytes3, path2);
      }
    };
  }
});

// first:src/runtime/globals.ts.cjs
var require_globals_ts = __commonJS({
  "first:src/runtime/globals.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/runtime/globals.ts");
  }
});

// src/runtime/rehearsal.ts
var rehearsal_exports = {};
__export(rehearsal_exports, {
  rehearse: () => rehearse
});
function rehearse({ spec, samples, begins, tell }, host2, original) {
  const sets = spec.sets ?? [];
  const lists = sets.flatMap((set) => set.type === "lpmtrie" ? [set.maps.v4, set.maps.v6] : [set.maps.table]);
  const shared = new Map(
    lists.flatMap((name) => original.maps.get(name ?? "") ?? []).map((map) => [map.spec.name, map])
  );
  const object = (0, import_object14.openObject)(spec, { ...host2, ringSize: RING, shared });
  try {
    const globals = new import_globals.Globals(object.maps.get("globals"), spec.globals, spec.probes.length);
    globals.start = host2.now();
    globals.setWord("ncpus", BigInt(host2.possibleCpus));
    for (const { word: word4 } of sets) globals.setWord(word4, original.globals.word(word4) ?? 0n);
    const targets = (wanted) => spec.probes.flatMap(
      ({ alternatives }) => alternatives.slice(0, 1).flatMap(({ type, targets: targets2 }) => wanted(type) ? targets2 : [])
    );
    if (begins)
      for (const { program: program2 } of targets((type) => type === "begin")) (0, import_program_run6.progTestRun)(object.program(program2).fd);
    for (const target of targets((type) => (0, import_registry6.findProbeType)(type)?.packet !== void 0)) {
      const fates = fatesAt(target, object.program(target.program).fd, samples);
      if (fates.length > 0) tell(target.name, fates);
    }
  } finally {
    object.close();
  }
}
function fatesAt({ name, parts }, fd, samples) {
  const [type = ""] = parts;
  const packet = (0, import_registry6.findProbeType)(type).packet;
  const outbound = packet.outbound?.({ name, parts }) === true;
  return samples.filter((sample) => sample.outbound === outbound).flatMap((sample) => {
    let stopped = 0;
    let verdict;
    for (let i = 0; i < PACKETS; i++) {
      const { returnValue, dataSizeOut } = (0, import_program_run6.progTestRun)(fd, { dataIn: sample.bytes, dataOut: ROOM });
      const passes = packet.passing.includes(returnValue | 0);
      if (passes && Buffer.compare(ROOM.subarray(0, dataSizeOut), sample.bytes) === 0) continue;
      stopped++;
      verdict = passes ? void 0 : (0, import_verdicts2.verdictName)(type, returnValue | 0);
    }
    return stopped === 0 ? [] : [{ sample, stopped, of: PACKETS, verdict }];
  });
}
var import_registry6, import_object14, import_program_run6, import_globals, import_verdicts2, PACKETS, RING, ROOM;
var init_rehearsal = __esm({
  "src/runtime/rehearsal.ts"() {
    "use strict";
    import_registry6 = __toESM(require_registry_ts(), 1);
    import_object14 = __toESM(require_object_ts2(), 1);
    import_program_run6 = __toESM(require_program_run_ts(), 1);
    import_globals = __toESM(require_globals_ts(), 1);
    import_verdicts2 = __toESM(require_verdicts_ts(), 1);
    PACKETS = 16;
    RING = 1 << 16;
    ROOM = new Uint8Array(1 << 16);
  }
});

// first:src/kernel/host/debug-file.ts.cjs
var require_debug_file_ts = __commonJS({
  "first:src/kernel/host/debug-file.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/debug-file.ts");
  }
});

// src/kernel/host/dwarf/cursor.ts
var DwarfError, Cursor;
var init_cursor = __esm({
  "src/kernel/host/dwarf/cursor.ts"() {
    "use strict";
    DwarfError = class extends Error {
      name = "DwarfError";
    };
    Cursor = class {
      #bytes;
      at;
      constructor(bytes3, at = 0) {
        this.#bytes = bytes3;
        this.at = at;
      }
      get size() {
        return this.#bytes.length;
      }
      get ended() {
        return this.at >= this.#bytes.length;
      }
      u8() {
        return this.#bytes[this.#take(1)];
      }
      u16() {
        return this.#bytes.readUInt16LE(this.#take(2));
      }
      u24() {
        return this.#bytes.readUIntLE(this.#take(3), 3);
      }
      u32() {
        return this.#bytes.readUInt32LE(this.#take(4));
      }
      /** Offsets and addresses: beyond 2^53 not exact. */
      u64() {
        const at = this.#take(8);
        return this.#bytes.readUInt32LE(at) + this.#bytes.readUInt32LE(at + 4) * 2 ** 32;
      }
      i64() {
        return this.#bytes.readBigInt64LE(this.#take(8));
      }
      /** Of 1, 2, 4 or 8 bytes. */
      unsigned(size) {
        switch (size) {
          case 1:
            return this.u8();
          case 2:
            return this.u16();
          case 4:
            return this.u32();
          case 8:
            return this.u64();
          default:
            throw new DwarfError(`numbers of ${size} bytes`);
        }
      }
      uleb() {
        let value = 0;
        let scale = 1;
        for (let i = 0; i < 10; i++) {
          const byte = this.u8();
          value += (byte & 127) * scale;
          if (byte < 128) return value;
          scale *= 128;
        }
        throw new DwarfError("a number without an end");
      }
      sleb() {
        let value = 0n;
        for (let shift = 0n; shift < 70n; shift += 7n) {
          const byte = this.u8();
          value |= BigInt(byte & 127) << shift;
          if (byte < 128) return BigInt.asIntN(64, (byte & 64) === 0 ? value : value - (1n << shift + 7n));
        }
        throw new DwarfError("a number without an end");
      }
      /** NUL-terminated; bytes as characters. */
      text() {
        const end = this.#bytes.indexOf(0, this.at);
        if (end < 0) throw new DwarfError("a text without an end");
        const text4 = this.#bytes.toString("latin1", this.at, end);
        this.at = end + 1;
        return text4;
      }
      skipText() {
        const end = this.#bytes.indexOf(0, this.at);
        if (end < 0) throw new DwarfError("a text without an end");
        this.at = end + 1;
      }
      bytes(count2) {
        const at = this.#take(count2);
        return this.#bytes.subarray(at, at + count2);
      }
      skip(count2) {
        this.#take(count2);
      }
      #take(count2) {
        const { at } = this;
        if (at < 0 || count2 < 0 || at + count2 > this.#bytes.length) throw new DwarfError("it ends too early");
        this.at = at + count2;
        return at;
      }
    };
  }
});

// src/kernel/host/dwarf/constants.ts
var Tag, Attribute, Form, Encoding, UnitType;
var init_constants = __esm({
  "src/kernel/host/dwarf/constants.ts"() {
    "use strict";
    Tag = {
      array_type: 1,
      class_type: 2,
      enumeration_type: 4,
      formal_parameter: 5,
      lexical_block: 11,
      member: 13,
      pointer_type: 15,
      reference_type: 16,
      compile_unit: 17,
      structure_type: 19,
      subroutine_type: 21,
      typedef: 22,
      union_type: 23,
      unspecified_parameters: 24,
      inheritance: 28,
      module: 30,
      ptr_to_member_type: 31,
      subrange_type: 33,
      base_type: 36,
      const_type: 38,
      enumerator: 40,
      subprogram: 46,
      volatile_type: 53,
      restrict_type: 55,
      namespace: 57,
      unspecified_type: 59,
      partial_unit: 60,
      type_unit: 65,
      rvalue_reference_type: 66,
      skeleton_unit: 74,
      atomic_type: 71,
      immutable_type: 75
    };
    Attribute = {
      sibling: 1,
      location: 2,
      name: 3,
      byte_size: 11,
      bit_offset: 12,
      bit_size: 13,
      stmt_list: 16,
      low_pc: 17,
      high_pc: 18,
      comp_dir: 27,
      const_value: 28,
      upper_bound: 47,
      abstract_origin: 49,
      calling_convention: 54,
      count: 55,
      data_member_location: 56,
      declaration: 60,
      encoding: 62,
      external: 63,
      specification: 71,
      virtuality: 76,
      type: 73,
      ranges: 85,
      data_bit_offset: 107,
      str_offsets_base: 114,
      addr_base: 115,
      rnglists_base: 116,
      signature: 105,
      dwo_name: 118,
      defaulted: 139,
      GNU_dwo_name: 8496
    };
    Form = {
      addr: 1,
      block2: 3,
      block4: 4,
      data2: 5,
      data4: 6,
      data8: 7,
      string: 8,
      block: 9,
      block1: 10,
      data1: 11,
      flag: 12,
      sdata: 13,
      strp: 14,
      udata: 15,
      ref_addr: 16,
      ref1: 17,
      ref2: 18,
      ref4: 19,
      ref8: 20,
      ref_udata: 21,
      indirect: 22,
      sec_offset: 23,
      exprloc: 24,
      flag_present: 25,
      strx: 26,
      addrx: 27,
      ref_sup4: 28,
      strp_sup: 29,
      data16: 30,
      line_strp: 31,
      ref_sig8: 32,
      implicit_const: 33,
      loclistx: 34,
      rnglistx: 35,
      ref_sup8: 36,
      strx1: 37,
      strx2: 38,
      strx3: 39,
      strx4: 40,
      addrx1: 41,
      addrx2: 42,
      addrx3: 43,
      addrx4: 44,
      GNU_addr_index: 7937,
      GNU_str_index: 7938,
      GNU_ref_alt: 7968,
      GNU_strp_alt: 7969
    };
    Encoding = {
      address: 1,
      boolean: 2,
      complex_float: 3,
      float: 4,
      signed: 5,
      signed_char: 6,
      unsigned: 7,
      unsigned_char: 8,
      imaginary_float: 9,
      decimal_float: 15,
      UTF: 16
    };
    UnitType = {
      compile: 1,
      type: 2,
      partial: 3,
      skeleton: 4,
      split_compile: 5,
      split_type: 6
    };
  }
});

// src/kernel/host/dwarf/abbreviations.ts
function readAbbreviations(cursor) {
  const table = /* @__PURE__ */ new Map();
  for (let count2 = 0; count2 < MOST5; count2++) {
    const code2 = cursor.uleb();
    if (code2 === 0) return table;
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes = [];
    while (true) {
      const attribute2 = cursor.uleb();
      const form2 = cursor.uleb();
      const constant3 = form2 === Form.implicit_const ? cursor.sleb() : void 0;
      if (attribute2 === 0 && form2 === 0) break;
      attributes.push({ attribute: attribute2, form: form2, constant: constant3 });
    }
    table.set(code2, { tag, hasChildren, attributes });
  }
  throw new DwarfError("abbreviations without an end");
}
var MOST5;
var init_abbreviations = __esm({
  "src/kernel/host/dwarf/abbreviations.ts"() {
    "use strict";
    init_constants();
    init_cursor();
    MOST5 = 1 << 20;
  }
});

// src/kernel/host/dwarf/ranges.ts
function readRanges(info2, unit, value) {
  const base = info2.address(unit.root, Attribute.low_pc) ?? 0;
  if (unit.header.version < 5) {
    return value.kind === "number" ? oldRanges(new Cursor(info2.bytes(".debug_ranges"), value.value), base) : [];
  }
  const lists = info2.bytes(".debug_rnglists");
  if (value.kind === "number") return newRanges(info2, unit, new Cursor(lists, value.value), base);
  if (value.kind !== "rnglistx") return [];
  const { offsetSize } = unit.header;
  const table = unit.root.values.get(Attribute.rnglists_base);
  const start = table?.kind === "number" ? table.value : 12;
  const offset2 = new Cursor(lists, start + value.index * offsetSize).unsigned(offsetSize);
  return newRanges(info2, unit, new Cursor(lists, start + offset2), base);
}
function oldRanges(cursor, unitBase) {
  const ranges = [];
  let base = unitBase;
  for (let count2 = 0; count2 < MOST6; count2++) {
    const low = cursor.u32();
    const lowHigh = cursor.u32();
    const end = cursor.u64();
    if (low === 4294967295 && lowHigh === 4294967295) {
      base = end;
      continue;
    }
    const start = low + lowHigh * 2 ** 32;
    if (start === 0 && end === 0) return ranges;
    ranges.push({ start: base + start, end: base + end });
  }
  throw new DwarfError("a list of addresses without an end");
}
function newRanges(info2, unit, cursor, unitBase) {
  const ranges = [];
  const { addressSize } = unit.header;
  const indexed = () => info2.indexedAddress(unit, cursor.uleb());
  const add2 = (start, end) => void ranges.push({ start, end });
  let base = unitBase;
  for (let count2 = 0; count2 < MOST6; count2++) {
    const kind2 = cursor.u8();
    switch (kind2) {
      case Kind2.end_of_list:
        return ranges;
      case Kind2.base_addressx:
        base = indexed();
        break;
      case Kind2.base_address:
        base = cursor.unsigned(addressSize);
        break;
      case Kind2.startx_endx: {
        const start = indexed();
        add2(start, indexed());
        break;
      }
      case Kind2.startx_length: {
        const start = indexed();
        add2(start, start + cursor.uleb());
        break;
      }
      case Kind2.offset_pair: {
        const start = base + cursor.uleb();
        add2(start, base + cursor.uleb());
        break;
      }
      case Kind2.start_end: {
        const start = cursor.unsigned(addressSize);
        add2(start, cursor.unsigned(addressSize));
        break;
      }
      case Kind2.start_length: {
        const start = cursor.unsigned(addressSize);
        add2(start, start + cursor.uleb());
        break;
      }
      default:
        throw new DwarfError(`a range of the kind ${kind2}`);
    }
  }
  throw new DwarfError("a list of addresses without an end");
}
var Kind2, MOST6;
var init_ranges = __esm({
  "src/kernel/host/dwarf/ranges.ts"() {
    "use strict";
    init_constants();
    init_cursor();
    Kind2 = {
      end_of_list: 0,
      base_addressx: 1,
      startx_endx: 2,
      startx_length: 3,
      offset_pair: 4,
      base_address: 5,
      start_end: 6,
      start_length: 7
    };
    MOST6 = 1 << 16;
  }
});

// src/kernel/host/dwarf/form.ts
function readForm(cursor, form2, constant3, encoding) {
  switch (form2) {
    case Form.addr:
      return number3(cursor.unsigned(encoding.addressSize));
    case Form.data1:
    case Form.flag:
      return number3(cursor.u8());
    case Form.data2:
      return number3(cursor.u16());
    case Form.data4:
      return number3(cursor.u32());
    case Form.data8:
      return { kind: "signed", value: cursor.i64() };
    case Form.udata:
      return number3(cursor.uleb());
    case Form.sdata:
      return { kind: "signed", value: cursor.sleb() };
    case Form.implicit_const:
      return { kind: "signed", value: constant3 ?? 0n };
    case Form.flag_present:
      return number3(1);
    case Form.sec_offset:
    case Form.loclistx:
      return number3(form2 === Form.sec_offset ? cursor.unsigned(encoding.offsetSize) : cursor.uleb());
    case Form.string:
      return { kind: "text", value: cursor.text() };
    case Form.strp:
      return { kind: "strp", offset: cursor.unsigned(encoding.offsetSize) };
    case Form.line_strp:
      return { kind: "line_strp", offset: cursor.unsigned(encoding.offsetSize) };
    case Form.strx:
    case Form.GNU_str_index:
      return { kind: "strx", index: cursor.uleb() };
    case Form.strx1:
      return { kind: "strx", index: cursor.u8() };
    case Form.strx2:
      return { kind: "strx", index: cursor.u16() };
    case Form.strx3:
      return { kind: "strx", index: cursor.u24() };
    case Form.strx4:
      return { kind: "strx", index: cursor.u32() };
    case Form.addrx:
    case Form.GNU_addr_index:
      return { kind: "addrx", index: cursor.uleb() };
    case Form.addrx1:
      return { kind: "addrx", index: cursor.u8() };
    case Form.addrx2:
      return { kind: "addrx", index: cursor.u16() };
    case Form.addrx3:
      return { kind: "addrx", index: cursor.u24() };
    case Form.addrx4:
      return { kind: "addrx", index: cursor.u32() };
    case Form.rnglistx:
      return { kind: "rnglistx", index: cursor.uleb() };
    case Form.ref1:
      return { kind: "ref", offset: cursor.u8() };
    case Form.ref2:
      return { kind: "ref", offset: cursor.u16() };
    case Form.ref4:
      return { kind: "ref", offset: cursor.u32() };
    case Form.ref8:
      return { kind: "ref", offset: cursor.u64() };
    case Form.ref_udata:
      return { kind: "ref", offset: cursor.uleb() };
    case Form.ref_addr:
      return { kind: "ref_addr", offset: cursor.unsigned(refAddrSize(encoding)) };
    case Form.ref_sig8:
      return { kind: "ref_sig8", signature: cursor.i64() };
    case Form.block1:
      return { kind: "block", value: cursor.bytes(cursor.u8()) };
    case Form.block2:
      return { kind: "block", value: cursor.bytes(cursor.u16()) };
    case Form.block4:
      return { kind: "block", value: cursor.bytes(cursor.u32()) };
    case Form.block:
    case Form.exprloc:
      return { kind: "block", value: cursor.bytes(cursor.uleb()) };
    case Form.indirect: {
      const actual = cursor.uleb();
      if (actual === Form.indirect || actual === Form.implicit_const)
        throw new DwarfError("a form of a form");
      return readForm(cursor, actual, void 0, encoding);
    }
    default:
      skipForm(cursor, form2, encoding);
      return { kind: "elsewhere" };
  }
}
function refAddrSize({ version, addressSize, offsetSize }) {
  return version <= 2 ? addressSize : offsetSize;
}
function skipForm(cursor, form2, encoding) {
  const fixed = fixedSize(form2, encoding);
  if (fixed !== void 0) {
    cursor.skip(fixed);
    return;
  }
  switch (form2) {
    case Form.string:
      cursor.skipText();
      return;
    case Form.block1:
      cursor.skip(cursor.u8());
      return;
    case Form.block2:
      cursor.skip(cursor.u16());
      return;
    case Form.block4:
      cursor.skip(cursor.u32());
      return;
    case Form.block:
    case Form.exprloc:
      cursor.skip(cursor.uleb());
      return;
    case Form.indirect:
      readForm(cursor, Form.indirect, void 0, encoding);
      return;
    default:
      cursor.uleb();
  }
}
function fixedSize(form2, encoding) {
  switch (form2) {
    case Form.flag_present:
    case Form.implicit_const:
      return 0;
    case Form.data1:
    case Form.flag:
    case Form.ref1:
    case Form.strx1:
    case Form.addrx1:
      return 1;
    case Form.data2:
    case Form.ref2:
    case Form.strx2:
    case Form.addrx2:
      return 2;
    case Form.strx3:
    case Form.addrx3:
      return 3;
    case Form.data4:
    case Form.ref4:
    case Form.strx4:
    case Form.addrx4:
    case Form.ref_sup4:
      return 4;
    case Form.data8:
    case Form.ref8:
    case Form.ref_sig8:
    case Form.ref_sup8:
      return 8;
    case Form.data16:
      return 16;
    case Form.addr:
      return encoding.addressSize;
    case Form.strp:
    case Form.line_strp:
    case Form.sec_offset:
    case Form.strp_sup:
    case Form.GNU_ref_alt:
    case Form.GNU_strp_alt:
      return encoding.offsetSize;
    case Form.ref_addr:
      return refAddrSize(encoding);
    case Form.string:
    case Form.block:
    case Form.block1:
    case Form.block2:
    case Form.block4:
    case Form.exprloc:
    case Form.indirect:
    case Form.sdata:
    case Form.udata:
    case Form.ref_udata:
    case Form.strx:
    case Form.addrx:
    case Form.loclistx:
    case Form.rnglistx:
    case Form.GNU_addr_index:
    case Form.GNU_str_index:
      return void 0;
    default:
      throw new DwarfError(`values of the form 0x${form2.toString(16)}`);
  }
}
var number3;
var init_form = __esm({
  "src/kernel/host/dwarf/form.ts"() {
    "use strict";
    init_constants();
    init_cursor();
    number3 = (value) => ({ kind: "number", value });
  }
});

// src/kernel/host/dwarf/unit.ts
function readUnitHeader(info2, offset2) {
  const cursor = new Cursor(info2.read(offset2, MOST_HEADER));
  if (cursor.size < 12) return void 0;
  const { length, offsetSize } = initialLength(cursor);
  const end = offset2 + cursor.at + length;
  const version = cursor.u16();
  if (version < 2 || version > 5) throw new DwarfError(`DWARF version ${version}`);
  if (length === 0 || length > MOST_UNIT || end > info2.size) throw new DwarfError("a unit that is too long");
  const unitType = version >= 5 ? cursor.u8() : UnitType.compile;
  let abbreviations;
  let addressSize;
  if (version >= 5) {
    addressSize = cursor.u8();
    abbreviations = cursor.unsigned(offsetSize);
  } else {
    abbreviations = cursor.unsigned(offsetSize);
    addressSize = cursor.u8();
  }
  if (addressSize !== 4 && addressSize !== 8) throw new DwarfError(`addresses of ${addressSize} bytes`);
  let signature;
  let type;
  if (unitType === UnitType.type || unitType === UnitType.split_type) {
    signature = cursor.i64();
    type = offset2 + cursor.unsigned(offsetSize);
  } else if (unitType === UnitType.skeleton || unitType === UnitType.split_compile) cursor.skip(8);
  const own = signature === void 0 || type === void 0 ? {} : { signature, type };
  return { offset: offset2, end, first: offset2 + cursor.at, version, addressSize, offsetSize, abbreviations, ...own };
}
function initialLength(cursor) {
  const length = cursor.u32();
  if (length === 4294967295) return { length: cursor.u64(), offsetSize: 8 };
  if (length >= 4294967280) throw new DwarfError("a reserved length");
  return { length, offsetSize: 4 };
}
var MOST_HEADER, MOST_UNIT, Unit;
var init_unit2 = __esm({
  "src/kernel/host/dwarf/unit.ts"() {
    "use strict";
    init_constants();
    init_cursor();
    init_form();
    MOST_HEADER = 44;
    MOST_UNIT = 1 << 30;
    Unit = class {
      header;
      #info;
      #abbreviationsAt;
      #bytes;
      #abbreviations;
      #root;
      constructor(header, info2, abbreviationsAt) {
        this.header = header;
        this.#info = info2;
        this.#abbreviationsAt = abbreviationsAt;
      }
      get root() {
        this.#root ??= this.entry(this.header.first);
        if (this.#root === void 0) throw new DwarfError("a unit without entries");
        return this.#root;
      }
      holds(offset2) {
        return offset2 >= this.header.first && offset2 < this.header.end;
      }
      /** Undefined for the null entry that closes a list of children. */
      entry(offset2) {
        const cursor = this.#cursor(offset2);
        const shape = this.#shape(cursor);
        if (shape === void 0) return void 0;
        const values = /* @__PURE__ */ new Map();
        for (const { attribute: attribute2, form: form2, constant: constant3 } of shape.attributes) {
          const value = readForm(cursor, form2, constant3, this.header);
          if (!values.has(attribute2)) values.set(attribute2, value);
        }
        const children = shape.hasChildren ? this.header.offset + cursor.at : void 0;
        return { unit: this, offset: offset2, tag: shape.tag, children, values };
      }
      /** Entries directly below; those whose tag is not `wanted` are passed over. */
      *children(entry, wanted) {
        if (entry.children === void 0) return;
        let at = entry.children;
        while (at < this.header.end) {
          const cursor = this.#cursor(at);
          const shape = this.#shape(cursor);
          if (shape === void 0) return;
          if (wanted === void 0 || wanted.has(shape.tag)) {
            const child = this.entry(at);
            if (child !== void 0) yield child;
          }
          this.#pass(cursor, shape);
          at = this.header.offset + cursor.at;
        }
      }
      /** Moves behind an entry and all below it. */
      #pass(cursor, shape) {
        let depth = 0;
        let current = shape;
        do {
          if (current === void 0) depth--;
          else {
            const sibling = this.#attributes(cursor, current);
            if (current.hasChildren && sibling !== void 0 && sibling > cursor.at) cursor.at = sibling;
            else if (current.hasChildren) depth++;
          }
          if (depth > 0) current = this.#shape(cursor);
        } while (depth > 0);
      }
      /** Passes an entry's values; gives where its sibling is, from the start of the unit, when it says so. */
      #attributes(cursor, { attributes }) {
        let sibling;
        for (const { attribute: attribute2, form: form2, constant: constant3 } of attributes) {
          if (attribute2 === Attribute.sibling) {
            const value = readForm(cursor, form2, constant3, this.header);
            if (value.kind === "ref") sibling = value.offset;
            continue;
          }
          const size = fixedSize(form2, this.header);
          if (size === void 0) skipForm(cursor, form2, this.header);
          else cursor.skip(size);
        }
        return sibling;
      }
      #shape(cursor) {
        const code2 = cursor.uleb();
        if (code2 === 0) return void 0;
        this.#abbreviations ??= this.#abbreviationsAt(this.header.abbreviations);
        const shape = this.#abbreviations.get(code2);
        if (shape === void 0) throw new DwarfError(`an entry of no known shape (${code2})`);
        return shape;
      }
      /** Positions count from the start of the unit. */
      #cursor(offset2) {
        const { offset: start, end } = this.header;
        this.#bytes ??= this.#info.read(start, end - start);
        if (!this.holds(offset2)) throw new DwarfError("an entry outside of its unit");
        return new Cursor(this.#bytes, offset2 - start);
      }
    };
  }
});

// src/kernel/host/dwarf/debug-info.ts
function number4(value) {
  if (value?.kind === "number") return value.value;
  return value?.kind === "signed" ? Number(value.value) : void 0;
}
var FUNCTION_PARENTS, MOST_UNITS, MOST_VISITS, MOST_HOPS, DebugInfo;
var init_debug_info = __esm({
  "src/kernel/host/dwarf/debug-info.ts"() {
    "use strict";
    init_abbreviations();
    init_constants();
    init_cursor();
    init_ranges();
    init_unit2();
    FUNCTION_PARENTS = /* @__PURE__ */ new Set([Tag.subprogram, Tag.namespace, Tag.module]);
    MOST_UNITS = 1 << 20;
    MOST_VISITS = 2e7;
    MOST_HOPS = 64;
    DebugInfo = class _DebugInfo {
      #elf;
      #info;
      #sections = /* @__PURE__ */ new Map();
      #abbreviations = /* @__PURE__ */ new Map();
      #units;
      #signatures;
      #arranged;
      constructor(elf, info2) {
        this.#elf = elf;
        this.#info = info2;
      }
      /** Undefined when the file holds none. Reads nothing yet. */
      static of(elf) {
        const info2 = elf.section(".debug_info");
        return info2 === void 0 || info2.size === 0 ? void 0 : new _DebugInfo(elf, info2);
      }
      /** The function that starts at a linked address. Throws a DwarfError when the information is damaged. */
      functionAt(address2) {
        for (const unit of this.#unitsAround(address2)) {
          const { root } = unit;
          if (root.values.has(Attribute.dwo_name) || root.values.has(Attribute.GNU_dwo_name)) {
            throw new DwarfError("most of it is in other files (.dwo), which are not read");
          }
          const found = this.#functionIn(root, address2);
          if (found !== void 0) return found;
        }
        return void 0;
      }
      /** Every unit, in order. */
      units() {
        if (this.#units === void 0) {
          this.#units = [];
          let at = 0;
          while (at < this.#info.size && this.#units.length < MOST_UNITS) {
            const header = readUnitHeader(this.#info, at);
            if (header === void 0) break;
            this.#units.push(new Unit(header, this.#info, (offset2) => this.#abbreviationsAt(offset2)));
            at = header.end;
          }
        }
        return this.#units;
      }
      /** An entry by its offset in .debug_info. */
      entry(offset2) {
        return this.#unitOf(offset2)?.entry(offset2);
      }
      /** The entry that an attribute refers to; undefined: none, or one of another file. */
      refersTo(entry, attribute2) {
        const found = this.#referred(entry, attribute2);
        const isStub = found?.values.has(Attribute.signature) === true && attribute2 !== Attribute.signature;
        return isStub ? this.#referred(found, Attribute.signature) ?? found : found;
      }
      #referred(entry, attribute2) {
        const value = entry.values.get(attribute2);
        if (value === void 0) return void 0;
        switch (value.kind) {
          case "ref":
            return entry.unit.entry(entry.unit.header.offset + value.offset);
          case "ref_addr":
            return this.entry(value.offset);
          case "ref_sig8": {
            const found = this.#typeUnit(value.signature);
            return found?.unit.entry(found.offset);
          }
          default:
            return void 0;
        }
      }
      /** An attribute of an entry, or of the declaration that it completes. */
      integrated(entry, attribute2) {
        let current = entry;
        for (let hop = 0; current !== void 0 && hop < MOST_HOPS; hop++) {
          const value = current.values.get(attribute2);
          if (value !== void 0) return { entry: current, value };
          current = this.refersTo(current, Attribute.abstract_origin) ?? this.refersTo(current, Attribute.specification);
        }
        return void 0;
      }
      /** Text of an attribute; undefined when there is none. */
      text(entry, attribute2) {
        return this.textOf(entry.unit, entry.values.get(attribute2));
      }
      textOf(unit, value) {
        switch (value?.kind) {
          case "text":
            return value.value;
          case "strp":
            return this.#textAt(".debug_str", value.offset);
          case "line_strp":
            return this.#textAt(".debug_line_str", value.offset);
          case "strx": {
            const { offsetSize } = unit.header;
            const base = number4(unit.root.values.get(Attribute.str_offsets_base)) ?? 8;
            const cursor = new Cursor(this.bytes(".debug_str_offsets"), base + value.index * offsetSize);
            return this.#textAt(".debug_str", cursor.unsigned(offsetSize));
          }
          default:
            return void 0;
        }
      }
      /** Contents of a section, empty when there is none. */
      bytes(name) {
        let bytes3 = this.#sections.get(name);
        if (bytes3 === void 0) {
          const section = this.#elf.section(name);
          bytes3 = section === void 0 ? Buffer.alloc(0) : section.read(0, section.size);
          this.#sections.set(name, bytes3);
        }
        return bytes3;
      }
      /** Linked address that an attribute gives. */
      address(entry, attribute2) {
        const value = entry.values.get(attribute2);
        if (value?.kind === "addrx") return this.indexedAddress(entry.unit, value.index);
        return number4(value);
      }
      /** An address of .debug_addr, by its index there. */
      indexedAddress(unit, index) {
        const base = number4(unit.root.values.get(Attribute.addr_base)) ?? 8;
        const { addressSize } = unit.header;
        return new Cursor(this.bytes(".debug_addr"), base + index * addressSize).unsigned(addressSize);
      }
      /** Where an entry's code lies. */
      ranges(entry) {
        const low = this.address(entry, Attribute.low_pc);
        const high = entry.values.get(Attribute.high_pc);
        if (low !== void 0 && high !== void 0) {
          const isAddress = high.kind === "addrx" || entry.unit.header.version < 4;
          const value = isAddress ? this.address(entry, Attribute.high_pc) : number4(high);
          if (value !== void 0) return [{ start: low, end: isAddress ? value : low + value }];
        }
        const ranges = entry.values.get(Attribute.ranges);
        return ranges === void 0 ? [] : readRanges(this, entry.unit, ranges);
      }
      #functionIn(parent, address2, visits = { left: MOST_VISITS }, depth = 0) {
        for (const child of parent.unit.children(parent, FUNCTION_PARENTS)) {
          if (visits.left-- <= 0 || depth > MOST_HOPS) throw new DwarfError("too many functions");
          if (child.tag !== Tag.subprogram) {
            const found = this.#functionIn(child, address2, visits, depth + 1);
            if (found !== void 0) return found;
          } else if (this.#startsAt(child, address2)) return child;
        }
        return void 0;
      }
      #startsAt(entry, address2) {
        const low = this.address(entry, Attribute.low_pc);
        if (low !== void 0) return low === address2;
        return entry.values.has(Attribute.ranges) && this.ranges(entry)[0]?.start === address2;
      }
      /** Units whose code holds the address. */
      *#unitsAround(address2) {
        const listed2 = /* @__PURE__ */ new Set();
        for (const { range, unit } of this.#aranges()) {
          listed2.add(unit);
          if (address2 < range.start || address2 >= range.end) continue;
          const found = this.#unitBefore(unit);
          if (found?.header.offset === unit) yield found;
        }
        for (const unit of this.units()) {
          if (listed2.has(unit.header.offset) || unit.header.signature !== void 0) continue;
          if (this.ranges(unit.root).some(({ start, end }) => address2 >= start && address2 < end)) yield unit;
        }
      }
      /** .debug_aranges: u16 version, offset of the unit, sizes of an address and of a segment; pairs of start and length. */
      #aranges() {
        if (this.#arranged !== void 0) return this.#arranged;
        const all2 = [];
        const cursor = new Cursor(this.bytes(".debug_aranges"));
        while (!cursor.ended) {
          const set = cursor.at;
          const { length, offsetSize } = initialLength(cursor);
          const end = cursor.at + length;
          cursor.skip(2);
          const unit = cursor.unsigned(offsetSize);
          const addressSize = cursor.u8();
          const segment = cursor.u8();
          if (addressSize !== 8 || segment !== 0) throw new DwarfError("addresses of an unknown form");
          const tuple = addressSize * 2;
          cursor.at = set + Math.ceil((cursor.at - set) / tuple) * tuple;
          while (cursor.at + tuple <= end) {
            const start = cursor.u64();
            const size = cursor.u64();
            if (size > 0) all2.push({ range: { start, end: start + size }, unit });
          }
          if (end <= set) throw new DwarfError("a table of addresses that goes back");
          cursor.at = end;
        }
        this.#arranged = all2;
        return all2;
      }
      #unitOf(offset2) {
        const unit = this.#unitBefore(offset2);
        return unit?.holds(offset2) ? unit : void 0;
      }
      #unitBefore(offset2) {
        const units = this.units();
        let low = 0;
        let high = units.length;
        while (low < high) {
          const middle = low + high >>> 1;
          if (units[middle].header.offset <= offset2) low = middle + 1;
          else high = middle;
        }
        return units[low - 1];
      }
      #typeUnit(signature) {
        if (this.#signatures === void 0) {
          this.#signatures = /* @__PURE__ */ new Map();
          for (const unit of this.units()) {
            const { signature: own, type } = unit.header;
            if (own !== void 0 && type !== void 0) this.#signatures.set(own, { unit, offset: type });
          }
        }
        return this.#signatures.get(signature);
      }
      #abbreviationsAt(offset2) {
        let table = this.#abbreviations.get(offset2);
        if (table === void 0) {
          table = readAbbreviations(new Cursor(this.bytes(".debug_abbrev"), offset2));
          this.#abbreviations.set(offset2, table);
        }
        return table;
      }
      #textAt(section, offset2) {
        return new Cursor(this.bytes(section), offset2).text();
      }
    };
  }
});

// src/kernel/host/dwarf/line-table.ts
function addressOfLine(info2, file2, line3, column) {
  let known = false;
  let lowest;
  for (const unit of info2.units()) {
    const at = number4(unit.root.values.get(Attribute.stmt_list));
    if (at === void 0) continue;
    const directory = info2.text(unit.root, Attribute.comp_dir) ?? "";
    const name = join5(directory, info2.text(unit.root, Attribute.name) ?? "");
    if (!isSuffix(name, file2) && !/\.(h|hh|hpp|hxx|inc|ipp|tcc)$/.test(file2)) continue;
    const table = readTable(info2, unit, at);
    const files = new Set(table.files.flatMap((path2, i) => isSuffix(path2, file2) ? [i] : []));
    if (files.size === 0) continue;
    known = true;
    for (const row3 of table.rows) {
      if (row3.line !== line3 || !row3.statement || !files.has(row3.file)) continue;
      if (column !== void 0 && row3.column !== column) continue;
      if (lowest === void 0 || row3.address < lowest) lowest = row3.address;
    }
  }
  return lowest ?? (known ? "line" : "file");
}
function isSuffix(path2, wanted) {
  const given = wanted.replace(/^(\.\/)+/, "");
  return path2 === given || path2.endsWith(given.startsWith("/") ? given : `/${given}`);
}
function readTable(info2, unit, offset2) {
  const bytes3 = info2.bytes(".debug_line");
  const cursor = new Cursor(bytes3, offset2);
  const { length, offsetSize } = initialLength(cursor);
  const end = cursor.at + length;
  const version = cursor.u16();
  if (version < 2 || version > 5) throw new DwarfError(`line tables of version ${version}`);
  if (version >= 5) cursor.skip(2);
  const headerLength = cursor.unsigned(offsetSize);
  const program2 = cursor.at + headerLength;
  const unitOfCode = cursor.u8();
  if (version >= 4) cursor.skip(1);
  const statement = cursor.u8() !== 0;
  const lineBase = cursor.u8() << 24 >> 24;
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  const operands = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => cursor.u8());
  const encoding = { ...unit.header, version, offsetSize };
  const directory = info2.text(unit.root, Attribute.comp_dir) ?? "";
  const files = version >= 5 ? newFiles(info2, unit, cursor, encoding) : oldFiles(cursor, directory);
  if (lineRange === 0) throw new DwarfError("a line table without a range");
  const machine = { unitOfCode, statement, lineBase, lineRange, opcodeBase, operands };
  return { files, rows: run(new Cursor(bytes3.subarray(0, end), program2), machine, unit.header.addressSize) };
}
function* run(cursor, machine, addressSize) {
  const start = () => ({ address: 0, file: 1, line: 1, column: 0, statement: machine.statement });
  const { unitOfCode, lineBase, lineRange, opcodeBase } = machine;
  let state = start();
  while (!cursor.ended) {
    const opcode = cursor.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      state.address += Math.floor(adjusted / lineRange) * unitOfCode;
      state.line += lineBase + adjusted % lineRange;
      yield { ...state };
      continue;
    }
    switch (opcode) {
      case 0: {
        const length = cursor.uleb();
        const next = cursor.at + length;
        const extended2 = length === 0 ? 0 : cursor.u8();
        if (extended2 === Extended.set_address) state.address = cursor.unsigned(addressSize);
        else if (extended2 === Extended.end_sequence) state = start();
        cursor.at = next;
        break;
      }
      case Standard.copy:
        yield { ...state };
        break;
      case Standard.advance_pc:
        state.address += cursor.uleb() * unitOfCode;
        break;
      case Standard.advance_line:
        state.line += Number(cursor.sleb());
        break;
      case Standard.set_file:
        state.file = cursor.uleb();
        break;
      case Standard.set_column:
        state.column = cursor.uleb();
        break;
      case Standard.negate_stmt:
        state.statement = !state.statement;
        break;
      case Standard.const_add_pc:
        state.address += Math.floor((255 - opcodeBase) / lineRange) * unitOfCode;
        break;
      case Standard.fixed_advance_pc:
        state.address += cursor.u16();
        break;
      default:
        for (let i = machine.operands[opcode - 1] ?? 0; i > 0; i--) cursor.uleb();
    }
  }
}
function oldFiles(cursor, unitDirectory) {
  const directories = [unitDirectory];
  for (let name = cursor.text(); name !== ""; name = cursor.text()) directories.push(name);
  const files = [""];
  for (let name = cursor.text(); name !== "" && files.length < MOST_FILES; name = cursor.text()) {
    files.push(join5(directories[cursor.uleb()] ?? "", name));
    cursor.uleb();
    cursor.uleb();
  }
  return files;
}
function newFiles(info2, unit, cursor, encoding) {
  const directories = list4(info2, unit, cursor, encoding).map(({ path: path2 }) => path2);
  return list4(info2, unit, cursor, encoding).map(
    ({ path: path2, directory }) => join5(directories[directory] ?? "", path2)
  );
}
function list4(info2, unit, cursor, encoding) {
  const formats = Array.from({ length: cursor.u8() }, () => ({
    content: cursor.uleb(),
    form: cursor.uleb()
  }));
  const count2 = cursor.uleb();
  if (count2 > MOST_FILES) throw new DwarfError("too many files");
  return Array.from({ length: count2 }, () => {
    let path2 = "";
    let directory = 0;
    for (const { content, form: form2 } of formats) {
      const value = readForm(cursor, form2, void 0, encoding);
      if (content === Content.path) path2 = info2.textOf(unit, value) ?? "";
      else if (content === Content.directory_index) directory = number4(value) ?? 0;
    }
    return { path: path2, directory };
  });
}
function join5(directory, name) {
  return name.startsWith("/") || directory === "" ? name : `${directory}/${name}`;
}
var Standard, Extended, Content, MOST_FILES;
var init_line_table = __esm({
  "src/kernel/host/dwarf/line-table.ts"() {
    "use strict";
    init_constants();
    init_cursor();
    init_debug_info();
    init_form();
    init_unit2();
    Standard = {
      copy: 1,
      advance_pc: 2,
      advance_line: 3,
      set_file: 4,
      set_column: 5,
      negate_stmt: 6,
      const_add_pc: 8,
      fixed_advance_pc: 9
    };
    Extended = { end_sequence: 1, set_address: 2 };
    Content = { path: 1, directory_index: 2 };
    MOST_FILES = 1 << 16;
  }
});

// src/kernel/host/dwarf/calling-convention.ts
function classifier(arch) {
  return arch === "x86_64" ? new SystemV() : new Aapcs64();
}
function integerWords({ size, leaves }) {
  return Array.from(
    { length: words3(size) },
    (_, i) => leaves.some((leaf) => !leaf.float && leaf.offset < (i + 1) * WORD && leaf.offset + leaf.size > i * WORD)
  );
}
var WORD, words3, SystemV, Aapcs64;
var init_calling_convention = __esm({
  "src/kernel/host/dwarf/calling-convention.ts"() {
    "use strict";
    WORD = 8;
    words3 = (size) => Math.ceil(size / WORD);
    SystemV = class {
      #general = 0;
      // of rdi, rsi, rdx, rcx, r8, r9
      #vector = 0;
      // of xmm0 to xmm7
      #stack = WORD;
      // the return address lies lowest
      result(type) {
        if (type.byReference === true || this.#inMemory(type)) this.#general++;
      }
      argument(type) {
        if (type.byReference === true) return this.#reference();
        if (type.aggregate && type.size === 0) return { kind: "registers", registers: [] };
        if (this.#inMemory(type)) return this.#onStack(type);
        const kinds = integerWords(type);
        const general = kinds.filter((integer3) => integer3).length;
        const vector = kinds.length - general;
        if (this.#general + general > 6 || this.#vector + vector > 8) return this.#onStack(type);
        this.#vector += vector;
        if (general === 0) return { kind: "vector" };
        return { kind: "registers", registers: kinds.map((integer3) => integer3 ? this.#general++ : null) };
      }
      #reference() {
        if (this.#general < 6) return { kind: "reference", register: this.#general++ };
        return { ...this.#onStack({ size: WORD, aggregate: false, leaves: [] }), kind: "stack-reference" };
      }
      /** More than two words, members that are not aligned, and long double (16 bytes of floating point). */
      #inMemory({ aggregate, size, leaves }) {
        if (leaves.some((leaf) => leaf.float && leaf.size === 16)) return true;
        if (size > 2 * WORD) return true;
        return aggregate && leaves.some((leaf) => leaf.size > 0 && leaf.offset % leaf.size !== 0);
      }
      #onStack({ size, leaves }) {
        const wide = leaves.some((leaf) => leaf.size === 16);
        if (wide) this.#stack = WORD + Math.ceil((this.#stack - WORD) / 16) * 16;
        const offset2 = this.#stack;
        this.#stack += words3(size) * WORD;
        return { kind: "stack", offset: offset2 };
      }
    };
    Aapcs64 = class {
      #general = 0;
      // of x0 to x7
      #vector = 0;
      // of v0 to v7
      #stack = 0;
      /** A large result goes where x8 points, which is no argument register. */
      result() {
      }
      argument(type) {
        const { aggregate, size, leaves } = type;
        const floats = leaves.length > 0 && leaves.every((leaf) => leaf.float);
        const homogeneous = floats && leaves.length <= 4 && leaves.every((leaf) => leaf.size === leaves[0].size);
        if (floats && (!aggregate || homogeneous)) {
          if (this.#vector + leaves.length <= 8) {
            this.#vector += leaves.length;
            return { kind: "vector" };
          }
          this.#vector = 8;
          return this.#onStack(type);
        }
        if (type.byReference === true || size > 2 * WORD) return this.#reference();
        if (leaves.some((leaf) => leaf.size === 16)) this.#general += this.#general % 2;
        const needed = words3(size);
        if (this.#general + needed > 8) {
          this.#general = 8;
          return this.#onStack(type);
        }
        return { kind: "registers", registers: Array.from({ length: needed }, () => this.#general++) };
      }
      #reference() {
        if (this.#general < 8) return { kind: "reference", register: this.#general++ };
        return { ...this.#onStack({ size: WORD, aggregate: false, leaves: [] }), kind: "stack-reference" };
      }
      #onStack({ size, leaves }) {
        if (leaves.some((leaf) => leaf.size === 16)) this.#stack = Math.ceil(this.#stack / 16) * 16;
        const offset2 = this.#stack;
        this.#stack += words3(size) * WORD;
        return { kind: "stack", offset: offset2 };
      }
    };
  }
});

// first:src/compiler/btf/struct-fields.ts.cjs
var require_struct_fields_ts = __commonJS({
  "first:src/compiler/btf/struct-fields.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/btf/struct-fields.ts");
  }
});

// src/kernel/host/dwarf/type-reader.ts
function isComposite(entry) {
  return COMPOSITES.has(entry.tag);
}
function unreadable(info2, entry) {
  const type = plain3(info2, entry);
  if (type?.tag !== Tag.base_type) return void 0;
  switch (number4(type.values.get(Attribute.encoding))) {
    case Encoding.float:
    case Encoding.complex_float:
    case Encoding.imaginary_float:
    case Encoding.decimal_float:
      return info2.text(type, Attribute.name) ?? "float";
    default:
      return void 0;
  }
}
function plain3(info2, entry) {
  let current = entry;
  for (let i = 0; current !== void 0 && i < DEPTH5 && QUALIFIERS3.has(current.tag); i++) {
    current = info2.refersTo(current, Attribute.type);
  }
  return current;
}
function isPointer(tag) {
  return tag === Tag.pointer_type || tag === Tag.reference_type || tag === Tag.rvalue_reference_type;
}
var import_struct_fields, import_type5, DEPTH5, MOST_FIELDS, MOST_VISITS2, MEMBERS, SUBRANGES, ENUMERATORS, QUALIFIERS3, COMPOSITES, TypeReader;
var init_type_reader = __esm({
  "src/kernel/host/dwarf/type-reader.ts"() {
    "use strict";
    import_struct_fields = __toESM(require_struct_fields_ts(), 1);
    import_type5 = __toESM(require_type_ts(), 1);
    init_constants();
    init_cursor();
    init_debug_info();
    DEPTH5 = 32;
    MOST_FIELDS = 2e4;
    MOST_VISITS2 = 2e7;
    MEMBERS = /* @__PURE__ */ new Set([Tag.member, Tag.inheritance]);
    SUBRANGES = /* @__PURE__ */ new Set([Tag.subrange_type]);
    ENUMERATORS = /* @__PURE__ */ new Set([Tag.enumerator]);
    QUALIFIERS3 = /* @__PURE__ */ new Set([
      Tag.const_type,
      Tag.volatile_type,
      Tag.restrict_type,
      Tag.atomic_type,
      Tag.immutable_type,
      Tag.typedef
    ]);
    COMPOSITES = /* @__PURE__ */ new Set([Tag.structure_type, Tag.class_type, Tag.union_type]);
    TypeReader = class {
      #info;
      /** What StructType.layout names the file by. */
      #file;
      #types = /* @__PURE__ */ new Map();
      #fields = /* @__PURE__ */ new Map();
      constructor(info2, file2) {
        this.#info = info2;
        this.#file = file2;
      }
      /** Undefined (no DW_AT_type) is void. */
      typeOf(entry, depth = DEPTH5) {
        if (entry === void 0 || depth === 0) return import_type5.VOID;
        const known = this.#types.get(entry.offset);
        if (known !== void 0) return known;
        const type = this.#build(entry, depth);
        this.#types.set(entry.offset, type);
        return type;
      }
      /** Type of what an entry (a parameter, a member, a pointer) is of. */
      typeIn(entry, depth = DEPTH5) {
        return this.typeOf(this.#info.refersTo(entry, Attribute.type), depth);
      }
      /** Members of a struct or union, those of bases and of anonymous members lifted into it. */
      fields(offset2) {
        let fields = this.#fields.get(offset2);
        if (fields === void 0) {
          const entry = this.#info.entry(offset2);
          const list5 = [];
          const visits = { left: MOST_FIELDS };
          if (entry !== void 0 && isComposite(entry)) this.#collect(entry, 0, list5, visits, DEPTH5);
          fields = list5;
          this.#fields.set(offset2, fields);
        }
        return fields;
      }
      /** Bytes of a value; 0 when it is not known. */
      sizeOf(entry, depth = DEPTH5) {
        const type = plain3(this.#info, entry);
        if (type === void 0 || depth === 0) return 0;
        const size = number4(type.values.get(Attribute.byte_size));
        if (size !== void 0) return size;
        if (type.tag === Tag.array_type) {
          const element2 = this.sizeOf(this.#info.refersTo(type, Attribute.type), depth - 1);
          return this.dimensions(type).reduce((product, count2) => product * count2, element2);
        }
        return isPointer(type.tag) ? type.unit.header.addressSize : 0;
      }
      /** Of an array, outermost first; 0 where it is not told. */
      dimensions(array) {
        const dimensions = [];
        for (const range of array.unit.children(array, SUBRANGES)) {
          const count2 = number4(range.values.get(Attribute.count));
          const upper = number4(range.values.get(Attribute.upper_bound));
          const elements = count2 ?? (upper === void 0 ? 0 : upper + 1);
          dimensions.push(elements >= 0 && elements < 2 ** 31 ? elements : 0);
        }
        return dimensions;
      }
      #build(entry, depth) {
        const { tag } = entry;
        if (QUALIFIERS3.has(tag)) return this.typeIn(entry, depth - 1);
        if (isPointer(tag)) return { kind: "pointer", to: this.typeIn(entry, depth - 1), space: "user" };
        if (isComposite(entry)) return this.#struct(entry);
        switch (tag) {
          case Tag.base_type:
            return this.#base(entry);
          case Tag.enumeration_type:
            return this.#enum(entry, depth);
          case Tag.ptr_to_member_type:
            return import_type5.UINT64;
          case Tag.array_type: {
            const of2 = this.typeIn(entry, depth - 1);
            const dimensions = this.dimensions(entry);
            return (dimensions.length === 0 ? [0] : dimensions).reduceRight(
              (element2, count2) => ({ kind: "array", of: element2, count: count2 }),
              of2
            );
          }
          default:
            return import_type5.VOID;
        }
      }
      /** A bool is a number here, as in bpftrace. */
      #base(entry) {
        const size = number4(entry.values.get(Attribute.byte_size)) ?? 0;
        const encoding = number4(entry.values.get(Attribute.encoding));
        if (size === 16 && unreadable(this.#info, entry) === void 0)
          return { kind: "array", of: import_type5.UINT64, count: 2 };
        if (unreadable(this.#info, entry) !== void 0 || size !== 1 && size !== 2 && size !== 4 && size !== 8)
          return { kind: "array", of: (0, import_type5.integer)(1, false), count: size };
        const isChar = size === 1 && this.#info.text(entry, Attribute.name) === "char";
        return (0, import_type5.integer)(size, isChar || encoding === Encoding.signed || encoding === Encoding.signed_char);
      }
      #enum(entry, depth) {
        const info2 = this.#info;
        const underlying = this.typeIn(entry, depth - 1);
        const size = this.sizeOf(entry);
        const values = [];
        let negative = false;
        for (const each of entry.unit.children(entry, ENUMERATORS)) {
          const value = each.values.get(Attribute.const_value);
          const exact = value?.kind === "signed" ? value.value : BigInt(number4(value) ?? 0);
          negative ||= exact < 0n;
          values.push([info2.text(each, Attribute.name) ?? "", exact.toString()]);
        }
        const signed2 = underlying.kind === "integer" ? underlying.signed && negative : negative;
        const known = size === 1 || size === 2 || size === 8 ? size : 4;
        return { ...(0, import_type5.integer)(known, signed2), enum: { name: info2.text(entry, Attribute.name) ?? "", values } };
      }
      /** A declaration alone has no members: the definition is looked for in the same file. */
      #struct(entry) {
        const info2 = this.#info;
        const tag = entry.tag === Tag.union_type ? "union" : "struct";
        const name = info2.text(entry, Attribute.name) ?? "";
        const whole2 = entry.values.has(Attribute.declaration) ? this.definition(name, tag, entry) ?? entry : entry;
        const size = number4(whole2.values.get(Attribute.byte_size)) ?? 0;
        return { kind: "struct", tag, name, size, layout: { from: "dwarf", file: this.#file, id: whole2.offset } };
      }
      /** A struct or union by name: in the unit of `near` first, then in all. */
      definition(name, tag, near) {
        const wanted = tag === "union" ? /* @__PURE__ */ new Set([Tag.union_type]) : /* @__PURE__ */ new Set([Tag.structure_type, Tag.class_type]);
        return this.#named(name, wanted, near);
      }
      /** A type by the name it has in C: a typedef, an enum, a base type. */
      named(name, near) {
        return this.#named(
          name,
          /* @__PURE__ */ new Set([Tag.typedef, Tag.base_type, ...COMPOSITES, Tag.enumeration_type]),
          near
        );
      }
      enumeration(name, near) {
        return this.#named(name, /* @__PURE__ */ new Set([Tag.enumeration_type]), near);
      }
      #named(name, wanted, near) {
        if (name === "" || !this.#mentions(name)) return void 0;
        const info2 = this.#info;
        const tags = /* @__PURE__ */ new Set([...wanted, Tag.namespace]);
        let visits = MOST_VISITS2;
        const look = (parent, depth) => {
          for (const child of parent.unit.children(parent, tags)) {
            if (visits-- <= 0) throw new DwarfError("too many types");
            if (child.tag === Tag.namespace) {
              const inside = depth > 0 ? look(child, depth - 1) : void 0;
              if (inside !== void 0) return inside;
            } else if (!child.values.has(Attribute.declaration) && info2.text(child, Attribute.name) === name)
              return child;
          }
          return void 0;
        };
        const units = near === void 0 ? info2.units() : [near.unit, ...info2.units().filter((u) => u !== near.unit)];
        for (const unit of units) {
          const found = look(unit.root, DEPTH5);
          if (found !== void 0) return found;
        }
        return void 0;
      }
      /** A name that no string table holds need not be looked for (short ones may stand in the entries themselves). */
      #mentions(name) {
        if (name.length < 8) return true;
        const text4 = Buffer.from(`${name}\0`, "latin1");
        return this.#info.bytes(".debug_str").includes(text4) || this.#info.bytes(".debug_info").includes(text4);
      }
      #collect(entry, base, fields, visits, depth) {
        const info2 = this.#info;
        for (const member of entry.unit.children(entry, MEMBERS)) {
          if (visits.left-- <= 0 || depth === 0) return;
          if (member.values.has(Attribute.external) || member.values.has(Attribute.declaration)) continue;
          const location = member.values.get(Attribute.data_member_location);
          if (location?.kind === "block") continue;
          const at = base + (number4(location) ?? 0);
          const name = info2.text(member, Attribute.name) ?? "";
          const type = info2.refersTo(member, Attribute.type);
          const composite = plain3(info2, type);
          if (member.tag === Tag.inheritance || name === "" && composite !== void 0 && isComposite(composite)) {
            if (composite !== void 0) this.#collect(this.#whole(composite), at, fields, visits, depth - 1);
          } else if (name !== "") fields.push(this.#field(member, name, type, base, at));
        }
      }
      #whole(entry) {
        const type = this.typeOf(entry);
        const id = type.kind === "struct" && type.layout.from === "dwarf" ? type.layout.id : entry.offset;
        return this.#info.entry(id) ?? entry;
      }
      #field(member, name, type, base, at) {
        const width = number4(member.values.get(Attribute.bit_size));
        const floating = unreadable(this.#info, type);
        if (width !== void 0 && width > 0) {
          return (0, import_struct_fields.bitfield)(name, this.typeOf(type), this.#bit(member, type, base, at, width), width);
        }
        const reader = this;
        return {
          name,
          offset: at,
          get type() {
            return reader.#readable(type);
          },
          ...floating === void 0 ? {} : { unreadable: floating }
        };
      }
      /** Asked when the questions are long over: what cannot be read is void. */
      #readable(type) {
        try {
          return this.typeOf(type);
        } catch (error) {
          if (error instanceof DwarfError) return import_type5.VOID;
          throw error;
        }
      }
      /** First bit of a bitfield in its struct, counted as little-endian machines do. */
      #bit(member, type, base, at, width) {
        const direct = number4(member.values.get(Attribute.data_bit_offset));
        if (direct !== void 0) return base * 8 + direct;
        const fromTop = number4(member.values.get(Attribute.bit_offset)) ?? 0;
        const unit = number4(member.values.get(Attribute.byte_size)) ?? this.sizeOf(type);
        return at * 8 + (member.values.has(Attribute.bit_offset) ? unit * 8 - fromTop - width : 0);
      }
    };
  }
});

// src/kernel/host/dwarf/type-text.ts
function typeText2(info2, types, entry, depth = DEPTH6) {
  if (entry === void 0) return "void";
  if (depth === 0) return "...";
  const name = info2.text(entry, Attribute.name);
  const inner = () => typeText2(info2, types, info2.refersTo(entry, Attribute.type), depth - 1);
  switch (entry.tag) {
    case Tag.pointer_type:
      return `${inner()}*`;
    case Tag.reference_type:
      return `${inner()}&`;
    case Tag.rvalue_reference_type:
      return `${inner()}&&`;
    case Tag.const_type:
      return qualified2("const", inner());
    case Tag.volatile_type:
      return qualified2("volatile", inner());
    case Tag.restrict_type:
    case Tag.atomic_type:
    case Tag.immutable_type:
      return inner();
    case Tag.array_type:
      return `${inner()}${types.dimensions(entry).map((count2) => `[${count2 || ""}]`).join("")}`;
    case Tag.structure_type:
    case Tag.class_type:
      return `struct ${name ?? "<anonymous>"}`;
    case Tag.union_type:
      return `union ${name ?? "<anonymous>"}`;
    case Tag.enumeration_type:
      return `enum ${name ?? "<anonymous>"}`;
    case Tag.subroutine_type:
      return "<function>";
    default:
      return name ?? "<unknown type>";
  }
}
function qualified2(word4, text4) {
  return text4.endsWith("*") ? `${text4} ${word4}` : `${word4} ${text4}`;
}
var DEPTH6;
var init_type_text = __esm({
  "src/kernel/host/dwarf/type-text.ts"() {
    "use strict";
    init_constants();
    DEPTH6 = 32;
  }
});

// src/kernel/host/dwarf/parameters.ts
function functionParameters(info2, types, entry, arch) {
  const convention = classifier(arch);
  const result = typeOf2(info2, entry);
  if (result !== void 0) convention.result(classOf3(info2, types, result));
  return parametersOf(info2, entry).map((parameter) => {
    const type = typeOf2(info2, parameter);
    const name = textOf6(info2, parameter) ?? "";
    const floating = unreadable(info2, type);
    return {
      name,
      type: types.typeOf(type),
      text: typeText2(info2, types, type),
      place: placeOf4(info2, types, type, convention),
      ...floating === void 0 ? {} : { unreadable: floating }
    };
  });
}
function parametersOf(info2, entry) {
  let current = entry;
  for (let hop = 0; current !== void 0 && hop < DEPTH7; hop++) {
    const own = [...current.unit.children(current, PARAMETERS)];
    if (own.length > 0) return own;
    current = info2.refersTo(current, Attribute.abstract_origin) ?? info2.refersTo(current, Attribute.specification);
  }
  return [];
}
function typeOf2(info2, entry) {
  const found = info2.integrated(entry, Attribute.type);
  return found && info2.refersTo(found.entry, Attribute.type);
}
function textOf6(info2, entry) {
  const found = info2.integrated(entry, Attribute.name);
  return found && info2.text(found.entry, Attribute.name);
}
function placeOf4(info2, types, type, convention) {
  return convention.argument(classOf3(info2, types, type));
}
function classOf3(info2, types, type) {
  const own = plain3(info2, type);
  const size = types.sizeOf(own);
  if (own === void 0 || !isComposite(own)) {
    const float = unreadable(info2, own) !== void 0;
    return { size: size || 8, aggregate: false, leaves: [{ offset: 0, size: size || 8, float }] };
  }
  const byReference = isPassedByReference(info2, own);
  const leaves = [];
  collect(info2, types, own, 0, leaves, DEPTH7);
  return { size, aggregate: true, leaves, byReference };
}
function isPassedByReference(info2, type, seen = /* @__PURE__ */ new Set()) {
  if (seen.has(type.offset)) return false;
  seen.add(type.offset);
  const said = number4(type.values.get(Attribute.calling_convention));
  if (said !== void 0) return said === DW_CC_pass_by_reference;
  const name = info2.text(type, Attribute.name);
  for (const child of type.unit.children(type, CLASS_PARTS)) {
    const own = info2.text(child, Attribute.name) ?? "";
    if (child.tag === Tag.subprogram) {
      if (number4(child.values.get(Attribute.defaulted)) === DW_DEFAULTED_in_class) continue;
      if (own.startsWith("~") || number4(child.values.get(Attribute.virtuality))) return true;
      if (own === name && isCopy(info2, type, child)) return true;
    } else if (child.tag === Tag.inheritance || own !== "") {
      const inner = plain3(info2, info2.refersTo(child, Attribute.type));
      if (inner !== void 0 && isComposite(inner) && isPassedByReference(info2, inner, seen)) return true;
    }
  }
  return false;
}
function isCopy(info2, type, maker) {
  const [, other] = [...maker.unit.children(maker, PARAMETERS)];
  const reference3 = other && info2.refersTo(other, Attribute.type);
  if (reference3?.tag !== Tag.reference_type && reference3?.tag !== Tag.rvalue_reference_type) return false;
  return plain3(info2, info2.refersTo(reference3, Attribute.type))?.offset === type.offset;
}
function collect(info2, types, entry, base, leaves, depth) {
  const type = plain3(info2, entry);
  if (type === void 0 || depth === 0 || leaves.length >= MOST_LEAVES) return;
  if (isComposite(type)) {
    for (const member of type.unit.children(type, MEMBERS2)) {
      if (member.values.has(Attribute.external) || member.values.has(Attribute.declaration)) continue;
      const at = number4(member.values.get(Attribute.data_member_location)) ?? Math.floor((number4(member.values.get(Attribute.data_bit_offset)) ?? 0) / 8);
      collect(info2, types, info2.refersTo(member, Attribute.type), base + at, leaves, depth - 1);
    }
  } else if (type.tag === Tag.array_type) {
    const element2 = info2.refersTo(type, Attribute.type);
    const size = types.sizeOf(element2);
    const count2 = types.dimensions(type).reduce((product, n) => product * n, 1);
    for (let i = 0; i < count2 && size > 0 && leaves.length < MOST_LEAVES; i++) {
      const before = leaves.length;
      collect(info2, types, element2, base + i * size, leaves, depth - 1);
      if (leaves.length === before) break;
    }
  } else {
    leaves.push({ offset: base, size: types.sizeOf(type) || 8, float: unreadable(info2, type) !== void 0 });
  }
}
var PARAMETERS, MEMBERS2, CLASS_PARTS, DW_CC_pass_by_reference, DW_DEFAULTED_in_class, MOST_LEAVES, DEPTH7;
var init_parameters = __esm({
  "src/kernel/host/dwarf/parameters.ts"() {
    "use strict";
    init_calling_convention();
    init_constants();
    init_debug_info();
    init_type_reader();
    init_type_text();
    PARAMETERS = /* @__PURE__ */ new Set([Tag.formal_parameter]);
    MEMBERS2 = /* @__PURE__ */ new Set([Tag.member, Tag.inheritance]);
    CLASS_PARTS = /* @__PURE__ */ new Set([Tag.subprogram, Tag.inheritance, Tag.member]);
    DW_CC_pass_by_reference = 4;
    DW_DEFAULTED_in_class = 1;
    MOST_LEAVES = 64;
    DEPTH7 = 16;
  }
});

// first:src/kernel/host/elf.ts.cjs
var require_elf_ts = __commonJS({
  "first:src/kernel/host/elf.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/elf.ts");
  }
});

// src/kernel/host/binary/instruction-length.ts
function x86Length(bytes3, at) {
  let next = at;
  let operand16 = false;
  let address32 = false;
  while (LEGACY_PREFIXES.has(bytes3[next] ?? 0)) {
    operand16 ||= bytes3[next] === 102;
    address32 ||= bytes3[next] === 103;
    next++;
  }
  let wide = false;
  let opcode = bytes3[next++] ?? 6;
  if (opcode >= 64 && opcode <= 79) {
    wide = (opcode & 8) !== 0;
    opcode = bytes3[next++] ?? 6;
  }
  let shape;
  const [first2 = 0, second = 0] = bytes3.subarray(next, next + 2);
  if (opcode === 197) {
    shape = vectorShape(1, bytes3[next + 1] ?? 0);
    next += 2;
  } else if (opcode === 196) {
    shape = vectorShape(first2 & 31, bytes3[next + 2] ?? 0);
    next += 3;
  } else if (opcode === 98) {
    shape = vectorShape(first2 & 7, bytes3[next + 3] ?? 0);
    operand16 ||= (first2 & 7) === 4 && (second & 3) === 1;
    next += 4;
  } else if (opcode === 143 && (first2 & 56) !== 0) {
    shape = { modRm: true, immediate: (first2 & 31) === 8 ? "b" : (first2 & 31) === 10 ? "d" : "" };
    next += 3;
  } else if (opcode === 213) {
    wide = (first2 & 8) !== 0;
    shape = (first2 & 128) === 0 ? oneByteShape(second) : twoByteShape(second);
    next += 2;
  } else if (opcode === 15) {
    next++;
    if (first2 === 56 || first2 === 58) next++;
    shape = first2 === 56 ? { modRm: true, immediate: "" } : twoByteShape(first2 === 58 ? 15 : first2);
  } else shape = oneByteShape(opcode);
  if (shape === void 0) return void 0;
  const end = endOf(bytes3, next, shape, { operand16, address32, wide });
  return end <= bytes3.length && end - at <= MOST7 ? end - at : void 0;
}
function endOf(bytes3, start, { modRm, immediate }, prefixes) {
  let next = start;
  const byte = bytes3[next] ?? 0;
  if (modRm) {
    const mode = byte >> 6;
    const hasSib = mode !== 3 && (byte & 7) === 4;
    const base = hasSib ? (bytes3[next + 1] ?? 0) & 7 : byte & 7;
    next += hasSib ? 2 : 1;
    if (mode === 1) next += 1;
    else if (mode === 2 || mode === 0 && base === 5) next += 4;
  }
  const z = prefixes.operand16 && !prefixes.wide ? 2 : 4;
  switch (immediate) {
    case "b":
      return next + 1;
    case "w":
      return next + 2;
    case "wb":
      return next + 3;
    case "d":
      return next + 4;
    case "z":
      return next + z;
    case "v":
      return next + (prefixes.wide ? 8 : z);
    case "a":
      return next + (prefixes.address32 ? 4 : 8);
    case "group3":
      return next + ((byte & 56) > 8 ? 0 : (bytes3[start - 1] ?? 0) === 246 ? 1 : z);
    default:
      return next;
  }
}
function oneByteShape(opcode) {
  if (GONE.has(opcode)) return void 0;
  const low = opcode & 7;
  if (opcode < 64) {
    if (low < 4) return { modRm: true, immediate: "" };
    return { modRm: false, immediate: low === 4 ? "b" : "z" };
  }
  switch (opcode >> 4) {
    case 4:
    case 5:
      return { modRm: false, immediate: "" };
    case 6:
      if (opcode < 104) return { modRm: true, immediate: "" };
      if (opcode >= 108) return { modRm: false, immediate: "" };
      return { modRm: (opcode & 1) === 1, immediate: opcode < 106 ? "z" : "b" };
    case 7:
      return { modRm: false, immediate: "b" };
    case 8:
      return {
        modRm: true,
        immediate: opcode === 128 || opcode === 131 ? "b" : opcode === 129 ? "z" : ""
      };
    case 9:
      return { modRm: false, immediate: "" };
    case 10:
      if (opcode < 164) return { modRm: false, immediate: "a" };
      return { modRm: false, immediate: opcode === 168 ? "b" : opcode === 169 ? "z" : "" };
    case 11:
      return { modRm: false, immediate: opcode < 184 ? "b" : "v" };
    case 12:
      if (opcode === 194 || opcode === 202) return { modRm: false, immediate: "w" };
      if (opcode === 200) return { modRm: false, immediate: "wb" };
      if (opcode === 205) return { modRm: false, immediate: "b" };
      if (opcode < 200 && opcode !== 195) return { modRm: true, immediate: opcode === 199 ? "z" : "b" };
      return { modRm: false, immediate: "" };
    case 13:
      return { modRm: opcode !== 215, immediate: "" };
    case 14:
      if (opcode === 232 || opcode === 233) return { modRm: false, immediate: "d" };
      return { modRm: false, immediate: opcode < 232 || opcode === 235 ? "b" : "" };
    default:
      if (opcode === 246 || opcode === 247) return { modRm: true, immediate: "group3" };
      return { modRm: opcode >= 254, immediate: "" };
  }
}
function twoByteShape(opcode) {
  if (opcode >= 128 && opcode <= 143) return { modRm: false, immediate: "d" };
  const bare = opcode >= 5 && opcode <= 11 || opcode === 14 || opcode >= 48 && opcode <= 55 || opcode === 119 || opcode >= 160 && opcode <= 162 || opcode >= 168 && opcode <= 170 || opcode >= 200 && opcode <= 207;
  if (bare) return { modRm: false, immediate: "" };
  return { modRm: true, immediate: opcode === 15 || hasByte(opcode) ? "b" : "" };
}
function hasByte(opcode) {
  return opcode >= 112 && opcode <= 115 || opcode === 164 || opcode === 172 || opcode === 186 || opcode === 194 || opcode >= 196 && opcode <= 198;
}
function vectorShape(map, opcode) {
  if (map === 4) return oneByteShape(opcode);
  if (map === 1 && opcode === 119) return { modRm: false, immediate: "" };
  if (map === 7) return { modRm: true, immediate: "d" };
  return { modRm: true, immediate: map === 3 || map === 1 && hasByte(opcode) ? "b" : "" };
}
function isInstructionStart(code2, offset2, arch) {
  if (arch === "aarch64") return offset2 % 4 === 0;
  let at = 0;
  while (at < offset2) {
    const length = x86Length(code2, at);
    if (length === void 0) return void 0;
    at += length;
  }
  return at === offset2;
}
var MOST7, LEGACY_PREFIXES, GONE;
var init_instruction_length = __esm({
  "src/kernel/host/binary/instruction-length.ts"() {
    "use strict";
    MOST7 = 15;
    LEGACY_PREFIXES = /* @__PURE__ */ new Set([102, 103, 242, 243, 240, 46, 54, 62, 38, 100, 101]);
    GONE = /* @__PURE__ */ new Set([
      6,
      7,
      14,
      22,
      23,
      30,
      31,
      39,
      47,
      55,
      63,
      96,
      97,
      130,
      154,
      206,
      212,
      214,
      234
    ]);
  }
});

// src/kernel/host/binary/lzma.ts
function unpackLzma2(packed, start, most) {
  let out = new Uint8Array(1 << 16);
  let size = 0;
  let at = start;
  let model;
  let properties = 0;
  let dictionary = 0;
  const byte = () => {
    const value = packed[at++];
    if (value === void 0) throw new DamagedLzma("the packed bytes end too early");
    return value;
  };
  const reserve = (more) => {
    if (size + more > most) throw new DamagedLzma("unpacks to more than is sensible");
    if (size + more <= out.length) return;
    const larger = new Uint8Array(Math.max(out.length * 2, size + more));
    larger.set(out);
    out = larger;
  };
  while (true) {
    const control = byte();
    if (control === 0) return { bytes: out.subarray(0, size), end: at };
    if (control < 128) {
      if (control > 2) throw new DamagedLzma("no such chunk");
      if (control === 1) dictionary = size;
      const length2 = (byte() << 8 | byte()) + 1;
      if (at + length2 > packed.length) throw new DamagedLzma("the packed bytes end too early");
      reserve(length2);
      out.set(packed.subarray(at, at + length2), size);
      size += length2;
      at += length2;
      continue;
    }
    const length = ((control & 31) << 16) + (byte() << 8 | byte()) + 1;
    const packedLength = (byte() << 8 | byte()) + 1;
    const reset = control >> 5 & 3;
    if (reset === 3) dictionary = size;
    if (reset >= 2) properties = byte();
    if (reset >= 1 || model === void 0) model = new Model(properties);
    reserve(length);
    unpackChunk(
      new RangeDecoder(packed.subarray(0, at + packedLength), at),
      model,
      out,
      dictionary,
      size,
      length
    );
    size += length;
    at += packedLength;
  }
}
function unpackChunk(range, model, out, dictionary, start, length) {
  const { distances } = model;
  const end = start + length;
  let at = start;
  const copy = (distance, count2) => {
    if (distance >= at - dictionary || at + count2 > end) throw new DamagedLzma("a match outside of the data");
    for (let i = 0; i < count2; i++, at++) out[at] = out[at - distance - 1];
  };
  while (at < end) {
    const position = at - dictionary & model.positionMask;
    const { state } = model;
    const row3 = (state << 4) + position;
    if (range.bit(model.isMatch, row3) === 0) {
      out[at] = readLiteral(range, model, out, dictionary, at);
      at++;
      model.state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count2;
    if (range.bit(model.isRepeat, state) === 0) {
      count2 = model.length.read(range, position);
      distances.unshift(readDistance(range, model, count2));
      distances.length = 4;
      model.state = state < 7 ? 7 : 10;
    } else {
      if (range.bit(model.isRepeat0, state) === 0) {
        if (range.bit(model.isLongRepeat, row3) === 0) {
          model.state = state < 7 ? 9 : 11;
          copy(distances[0], 1);
          continue;
        }
      } else {
        const which = range.bit(model.isRepeat1, state) === 0 ? 1 : 2 + range.bit(model.isRepeat2, state);
        distances.unshift(...distances.splice(which, 1));
      }
      count2 = model.repeatLength.read(range, position);
      model.state = state < 7 ? 8 : 11;
    }
    copy(distances[0], count2 + FIRST_MATCH);
  }
}
function readLiteral(range, model, out, dictionary, at) {
  const { literals, contextBits, literalPositionMask, state, distances } = model;
  const before = at > dictionary ? out[at - 1] : 0;
  const context = ((at - dictionary & literalPositionMask) << contextBits) + (before >> 8 - contextBits);
  const base = 768 * context;
  let symbol = 1;
  if (state >= 7) {
    const distance = distances[0];
    if (distance >= at - dictionary) throw new DamagedLzma("a match outside of the data");
    let match2 = out[at - distance - 1];
    while (symbol < 256) {
      const predicted = match2 >> 7 & 1;
      match2 <<= 1;
      const bit = range.bit(literals, base + (1 + predicted << 8) + symbol);
      symbol = symbol << 1 | bit;
      if (predicted !== bit) break;
    }
  }
  while (symbol < 256) symbol = symbol << 1 | range.bit(literals, base + symbol);
  return symbol & 255;
}
function readDistance(range, model, length) {
  const slot = range.tree(model.slots, Math.min(length, LENGTH_STATES - 1) << 6, 6);
  if (slot < 4) return slot;
  const bits = (slot >> 1) - 1;
  const high = (2 | slot & 1) * 2 ** bits;
  if (slot < MODELLED_SLOTS) return high + range.reverseTree(model.special, high - slot, bits);
  return high + range.direct(bits - ALIGN_BITS) * (1 << ALIGN_BITS) + range.reverseTree(model.align, 0, ALIGN_BITS);
}
var DamagedLzma, BITS, HALF, MOVE, TOP, STATES, POSITION_STATES, LENGTH_STATES, FIRST_MATCH, MODELLED_SLOTS, ALIGN_BITS, RangeDecoder, chances, LengthModel, Model;
var init_lzma = __esm({
  "src/kernel/host/binary/lzma.ts"() {
    "use strict";
    DamagedLzma = class extends Error {
      name = "DamagedLzma";
    };
    BITS = 11;
    HALF = 1 << BITS - 1;
    MOVE = 5;
    TOP = 2 ** 24;
    STATES = 12;
    POSITION_STATES = 16;
    LENGTH_STATES = 4;
    FIRST_MATCH = 2;
    MODELLED_SLOTS = 14;
    ALIGN_BITS = 4;
    RangeDecoder = class {
      #bytes;
      at;
      #range = 4294967295;
      #code = 0;
      constructor(bytes3, at) {
        this.#bytes = bytes3;
        this.at = at + 1;
        for (let i = 0; i < 4; i++) this.#code = (this.#code << 8 | this.#next()) >>> 0;
      }
      bit(probabilities, index) {
        const probability = probabilities[index];
        const bound = (this.#range >>> BITS) * probability;
        let bit;
        if (this.#code < bound) {
          this.#range = bound;
          probabilities[index] = probability + ((1 << BITS) - probability >> MOVE);
          bit = 0;
        } else {
          this.#range -= bound;
          this.#code -= bound;
          probabilities[index] = probability - (probability >> MOVE);
          bit = 1;
        }
        this.#normalize();
        return bit;
      }
      /** Bits that are not predicted, highest first. */
      direct(count2) {
        let value = 0;
        for (let i = 0; i < count2; i++) {
          this.#range = this.#range >>> 1;
          const bit = this.#code >= this.#range ? 1 : 0;
          if (bit === 1) this.#code -= this.#range;
          value = value * 2 + bit;
          this.#normalize();
        }
        return value;
      }
      /** `bits` bits, highest first, each predicted from those before it. */
      tree(probabilities, base, bits) {
        let node2 = 1;
        for (let i = 0; i < bits; i++) node2 = node2 << 1 | this.bit(probabilities, base + node2);
        return node2 - (1 << bits);
      }
      /** The same, lowest first. */
      reverseTree(probabilities, base, bits) {
        let node2 = 1;
        let value = 0;
        for (let i = 0; i < bits; i++) {
          const bit = this.bit(probabilities, base + node2);
          node2 = node2 << 1 | bit;
          value |= bit << i;
        }
        return value;
      }
      #normalize() {
        if (this.#range >= TOP) return;
        this.#range = this.#range << 8 >>> 0;
        this.#code = (this.#code << 8 | this.#next()) >>> 0;
      }
      #next() {
        const byte = this.#bytes[this.at++];
        if (byte === void 0) throw new DamagedLzma("the packed bytes end too early");
        return byte;
      }
    };
    chances = (count2) => new Uint16Array(count2).fill(HALF);
    LengthModel = class {
      #choice = chances(2);
      #low = chances(POSITION_STATES << 3);
      #middle = chances(POSITION_STATES << 3);
      #high = chances(1 << 8);
      read(range, position) {
        if (range.bit(this.#choice, 0) === 0) return range.tree(this.#low, position << 3, 3);
        if (range.bit(this.#choice, 1) === 0) return 8 + range.tree(this.#middle, position << 3, 3);
        return 16 + range.tree(this.#high, 0, 8);
      }
    };
    Model = class {
      isMatch = chances(STATES * POSITION_STATES);
      isRepeat = chances(STATES);
      isRepeat0 = chances(STATES);
      isRepeat1 = chances(STATES);
      isRepeat2 = chances(STATES);
      isLongRepeat = chances(STATES * POSITION_STATES);
      slots = chances(LENGTH_STATES << 6);
      special = chances(1 << 7);
      align = chances(1 << ALIGN_BITS);
      length = new LengthModel();
      repeatLength = new LengthModel();
      literals;
      contextBits;
      literalPositionMask;
      positionMask;
      state = 0;
      /** The last four distances, less one. */
      distances = [0, 0, 0, 0];
      /** `properties`: (pb * 5 + lp) * 9 + lc. */
      constructor(properties) {
        if (properties >= 9 * 5 * 5) throw new DamagedLzma("no such LZMA properties");
        this.contextBits = properties % 9;
        const rest = Math.floor(properties / 9);
        this.literalPositionMask = (1 << rest % 5) - 1;
        this.positionMask = (1 << Math.floor(rest / 5)) - 1;
        this.literals = chances(768 << this.contextBits + rest % 5);
      }
    };
  }
});

// src/kernel/host/binary/symbol-names.ts
function kindAt({ symbols }, at) {
  const section = symbols[at + 6] | symbols[at + 7] << 8;
  if (section === 0 || section === SHN_ABS) return void 0;
  const type = symbols[at + 4] & 15;
  return type === STT_GNU_IFUNC ? "function" : type === STT_TLS ? void 0 : KINDS2[type];
}
function symbolAt({ symbols }, at, kind2, name) {
  return { name, address: word2(symbols, at + 8), size: word2(symbols, at + 16), kind: kind2 };
}
function isHidden({ versions }, at) {
  const index = at / SYM_SIZE * 2;
  return versions !== void 0 && index + 2 <= versions.length && (versions.readUInt16LE(index) & VERSION_HIDDEN) !== 0;
}
function offsetsOf(names, name) {
  const offsets = /* @__PURE__ */ new Map();
  const text4 = Buffer.from(name, "latin1");
  if (text4.length === 0) return offsets;
  for (let at = names.indexOf(text4); at >= 0; at = names.indexOf(text4, at + 1)) {
    const end = at + text4.length;
    if (end >= names.length || names[end] === 0) offsets.set(at, false);
    else if (names[end] === 64 && names[end + 1] === 64) offsets.set(at, true);
  }
  return offsets;
}
function nameAt({ symbols, names }, at) {
  const from = symbols.readUInt32LE(at);
  const end = names.indexOf(0, from);
  return names.toString("latin1", from, end < 0 ? names.length : end);
}
function word2(bytes3, at) {
  return bytes3.readUInt32LE(at) + bytes3.readUInt32LE(at + 4) * 2 ** 32;
}
var SYM_SIZE, KINDS2, STT_TLS, STT_GNU_IFUNC, STB_LOCAL2, SHN_ABS, VERSION_HIDDEN, MANY, SymbolNames;
var init_symbol_names = __esm({
  "src/kernel/host/binary/symbol-names.ts"() {
    "use strict";
    SYM_SIZE = 24;
    KINDS2 = ["label", "object", "function"];
    STT_TLS = 6;
    STT_GNU_IFUNC = 10;
    STB_LOCAL2 = 0;
    SHN_ABS = 65521;
    VERSION_HIDDEN = 32768;
    MANY = 200;
    SymbolNames = class {
      #tables;
      #functions;
      #index;
      #finds = 0;
      /** The first table's entries are preferred. */
      constructor(tables) {
        this.#tables = tables;
      }
      /** Names of all functions, each once, in byte order; made at the first call (150,000 functions: 100 ms). */
      functions() {
        if (this.#functions === void 0) {
          const all2 = [];
          for (const table of this.#tables) {
            for (let at = 0; at + SYM_SIZE <= table.symbols.length; at += SYM_SIZE) {
              if (kindAt(table, at) === "function") all2.push(nameAt(table, at));
            }
          }
          all2.sort();
          this.#functions = all2.filter((name, i) => name !== "" && name !== all2[i - 1]);
        }
        return this.#functions;
      }
      /**
       * Symbols of a name, the one that is meant first: a function before data, the current version (`name@@V`) before old ones,
       * a global one before a local one. Several static functions may share a name; each address comes once.
       */
      find(name) {
        if (++this.#finds > MANY) this.#index ??= this.#makeIndex();
        const entries = this.#index === void 0 ? this.#search(name) : this.#index.get(name) ?? [];
        const ranked = entries.flatMap(({ order, at, current }) => {
          const table = this.#tables[order];
          const kind2 = kindAt(table, at);
          if (kind2 === void 0) return [];
          const rank = (kind2 === "function" ? 0 : kind2 === "object" ? 1e3 : 2e3) + (!current && isHidden(table, at) ? 500 : 0) + (table.symbols[at + 4] >> 4 === STB_LOCAL2 ? 100 : 0) + order;
          return [{ symbol: symbolAt(table, at, kind2, name), rank }];
        });
        ranked.sort((a, b) => a.rank - b.rank);
        const seen = /* @__PURE__ */ new Set();
        return ranked.map(({ symbol }) => symbol).filter((s) => !seen.has(s.address) && seen.add(s.address));
      }
      #makeIndex() {
        const index = /* @__PURE__ */ new Map();
        const add2 = (name, entry) => {
          const known = index.get(name);
          if (known === void 0) index.set(name, [entry]);
          else known.push(entry);
        };
        this.#tables.forEach((table, order) => {
          for (let at = 0; at + SYM_SIZE <= table.symbols.length; at += SYM_SIZE) {
            if (kindAt(table, at) === void 0) continue;
            const name = nameAt(table, at);
            add2(name, { order, at, current: false });
            const version = name.indexOf("@@");
            if (version > 0) add2(name.slice(0, version), { order, at, current: true });
          }
        });
        return index;
      }
      #search(name) {
        return this.#tables.flatMap((table, order) => {
          const wanted = offsetsOf(table.names, name);
          if (wanted.size === 0) return [];
          const { symbols } = table;
          const words4 = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
          const found = [];
          for (let at = 0; at + SYM_SIZE <= symbols.length; at += SYM_SIZE) {
            const current = wanted.get(words4.getUint32(at, true));
            if (current !== void 0) found.push({ order, at, current });
          }
          return found;
        });
      }
    };
  }
});

// src/kernel/host/binary/usdt-notes.ts
function readUsdtNotes(elf) {
  const section = elf.section(SECTION3);
  if (section === void 0) return [];
  const notes = section.read(0, section.size);
  const base = elf.sectionAddress(BASE_SECTION);
  const found = [];
  for (let at = 0; at + HEADER_SIZE <= notes.length; ) {
    const nameSize = notes.readUInt32LE(at);
    const size = notes.readUInt32LE(at + 4);
    const name = at + HEADER_SIZE;
    const data = name + align2(nameSize);
    const end = data + align2(size);
    if (data + size > notes.length) break;
    if (notes.readUInt32LE(at + 8) === NT_STAPSDT && notes.toString("latin1", name, name + 8) === "stapsdt\0") {
      const location = readNote(notes.subarray(data, data + size), base);
      if (location !== void 0) found.push(location);
    }
    at = end;
  }
  return found;
}
function readNote(data, base) {
  if (data.length < ADDRESSES_SIZE) return void 0;
  const moved = base === void 0 || word3(data, 8) === 0 ? 0 : base - word3(data, 8);
  const semaphore = word3(data, 16);
  const [provider, name, args] = data.toString("latin1", ADDRESSES_SIZE).split("\0");
  if (provider === void 0 || name === void 0 || provider === "" || name === "") return void 0;
  return {
    provider,
    name,
    address: word3(data, 0) + moved,
    semaphore: semaphore === 0 ? 0 : semaphore + moved,
    arguments: args ?? ""
  };
}
function align2(size) {
  return Math.ceil(size / 4) * 4;
}
function word3(bytes3, at) {
  return bytes3.readUInt32LE(at) + bytes3.readUInt32LE(at + 4) * 2 ** 32;
}
var SECTION3, BASE_SECTION, NT_STAPSDT, HEADER_SIZE, ADDRESSES_SIZE;
var init_usdt_notes = __esm({
  "src/kernel/host/binary/usdt-notes.ts"() {
    "use strict";
    SECTION3 = ".note.stapsdt";
    BASE_SECTION = ".stapsdt.base";
    NT_STAPSDT = 3;
    HEADER_SIZE = 12;
    ADDRESSES_SIZE = 24;
  }
});

// src/kernel/host/binary/xz.ts
function unpackXz(packed) {
  if (MAGIC2.some((byte, i) => packed[i] !== byte)) throw new DamagedLzma("no .xz");
  const check3 = CHECK_SIZES[packed[7] & 15];
  const blocks2 = [];
  const most = Math.max(LEAST_ROOM, packed.length * MOST_GROWTH);
  let total2 = 0;
  let at = HEADER_SIZE2;
  while (at < packed.length && packed[at] !== 0) {
    const headerEnd = at + (packed[at] + 1) * 4;
    requireLzma2(packed, at + 1);
    const { bytes: bytes3, end } = unpackLzma2(packed, headerEnd, most - total2);
    blocks2.push(bytes3);
    total2 += bytes3.length;
    at = HEADER_SIZE2 + Math.ceil((end - HEADER_SIZE2) / 4) * 4 + check3;
  }
  return blocks2.length === 1 ? blocks2[0] : Buffer.concat(blocks2);
}
function requireLzma2(packed, start) {
  const flags = packed[start] ?? 0;
  let at = start + 1;
  const number8 = () => {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = packed[at++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    return value;
  };
  if ((flags & 64) !== 0) number8();
  if ((flags & 128) !== 0) number8();
  if ((flags & 3) !== 0 || number8() !== FILTER_LZMA2) throw new DamagedLzma("packed with other filters");
}
var MAGIC2, HEADER_SIZE2, FILTER_LZMA2, CHECK_SIZES, MOST_GROWTH, LEAST_ROOM;
var init_xz = __esm({
  "src/kernel/host/binary/xz.ts"() {
    "use strict";
    init_lzma();
    MAGIC2 = [253, 55, 122, 88, 90, 0];
    HEADER_SIZE2 = 12;
    FILTER_LZMA2 = 33;
    CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
    MOST_GROWTH = 32;
    LEAST_ROOM = 1 << 20;
  }
});

// src/kernel/host/binary/binary.ts
var import_node_fs16, import_debug_file, import_elf, MACHINE, MOST_CODE, Binary;
var init_binary = __esm({
  "src/kernel/host/binary/binary.ts"() {
    "use strict";
    import_node_fs16 = require("node:fs");
    import_debug_file = __toESM(require_debug_file_ts(), 1);
    init_cursor();
    init_debug_info();
    init_line_table();
    init_parameters();
    init_type_reader();
    import_elf = __toESM(require_elf_ts(), 1);
    init_instruction_length();
    init_lzma();
    init_symbol_names();
    init_usdt_notes();
    init_xz();
    MACHINE = { x86_64: 62, aarch64: 183 };
    MOST_CODE = 1 << 22;
    Binary = class _Binary {
      path;
      elf;
      #options;
      #open = [];
      #names;
      #symbolFile;
      #packed;
      #usdt;
      #debug;
      /** Units that functions were asked of: their types are looked for there first. */
      #near;
      debugProblem;
      constructor(path2, elf, options) {
        this.path = path2;
        this.elf = elf;
        this.#options = options;
      }
      static open(path2, options) {
        const fd = (0, import_debug_file.openFile)(path2);
        if (fd === void 0) return "missing";
        const found = _Binary.of(path2, (0, import_debug_file.fileSource)(fd), options);
        if (typeof found === "string") (0, import_node_fs16.closeSync)(fd);
        else found.#open.push(fd);
        return found;
      }
      /** From bytes; `path` is what it is called. */
      static of(path2, source, options) {
        const problem2 = import_elf.ElfFile.problem(source, MACHINE[options.arch]);
        const elf = problem2 === void 0 ? import_elf.ElfFile.open(source) : void 0;
        return elf === void 0 ? problem2 ?? "not-elf" : new _Binary(path2, elf, options);
      }
      close() {
        for (const fd of this.#open.splice(0)) (0, import_node_fs16.closeSync)(fd);
      }
      get hasSymbols() {
        return this.elf.hasSymtab || this.#separate !== void 0 || this.#unpacked !== void 0;
      }
      get names() {
        if (this.#names === void 0) {
          const own = this.elf.symbolTables("symtab");
          const exported = this.elf.symbolTables("dynsym").map((table) => {
            const section = this.elf.section(".gnu.version");
            return { ...table, versions: section?.read(0, section.size) };
          });
          const elsewhere = [this.#separate, this.#unpacked].flatMap((elf) => elf?.symbolTables("symtab") ?? []);
          this.#names = new SymbolNames([...own, ...elsewhere, ...exported]);
        }
        return this.#names;
      }
      symbols(name) {
        return this.names.find(name).filter(({ kind: kind2, address: address2 }) => kind2 !== "label" || this.elf.isCode(address2));
      }
      symbolAt(address2) {
        for (const elf of [this.#separate, this.elf, this.#unpacked]) {
          const found = elf?.symbols().lookup(address2);
          if (found !== void 0) return found;
        }
        return void 0;
      }
      instructionAt(address2) {
        if (this.#options.arch === "aarch64") return address2 % 4 === 0 ? "starts" : "inside";
        const offset2 = this.symbolAt(address2)?.offset;
        if (offset2 === void 0) return "unknown";
        if (offset2 === 0) return "starts";
        const code2 = this.elf.bytesAt(address2 - offset2, Math.min(offset2 + 16, MOST_CODE));
        const starts = isInstructionStart(code2, offset2, this.#options.arch);
        return starts === void 0 ? "unknown" : starts ? "starts" : "inside";
      }
      usdt() {
        this.#usdt ??= readUsdtNotes(this.elf);
        return this.#usdt;
      }
      get hasDebugInfo() {
        return this.#debugInfo !== void 0;
      }
      parameters(address2) {
        return this.#guard(() => {
          const debug = this.#debugInfo;
          const entry = debug?.info.functionAt(address2);
          if (debug === void 0 || entry === void 0) return void 0;
          this.#near = entry;
          return functionParameters(debug.info, debug.types, entry, this.#options.arch);
        });
      }
      type(name) {
        return this.#guard(() => {
          const debug = this.#debugInfo;
          if (debug === void 0) return void 0;
          const [, tag, own] = /^(struct|union|enum) (.*)$/.exec(name) ?? [];
          const { types } = debug;
          const entry = tag === void 0 || own === void 0 ? types.named(name, this.#near) : tag === "enum" ? types.enumeration(own, this.#near) : types.definition(own, tag, this.#near);
          return entry && types.typeOf(entry);
        });
      }
      fields(id) {
        return this.#guard(() => this.#debugInfo?.types.fields(id)) ?? [];
      }
      line(file2, line3, column) {
        return this.#guard(() => this.#debugInfo && addressOfLine(this.#debugInfo.info, file2, line3, column)) ?? "file";
      }
      /** A file with the symbols that were stripped. */
      get #separate() {
        if (this.#symbolFile === void 0) {
          this.#symbolFile = (this.elf.hasSymtab ? void 0 : this.#find((debug) => debug.hasSymtab)) ?? null;
        }
        return this.#symbolFile ?? void 0;
      }
      /** .gnu_debugdata: functions of a stripped program, as a packed file within the file (Fedora). */
      get #unpacked() {
        if (this.#packed === void 0) {
          this.#packed = null;
          const section = this.elf.hasSymtab ? void 0 : this.elf.section(".gnu_debugdata");
          if (section !== void 0) {
            try {
              const bytes3 = Buffer.from(unpackXz(section.read(0, section.size)));
              this.#packed = import_elf.ElfFile.open({ read: (at, length) => bytes3.subarray(at, at + length) }) ?? null;
            } catch (error) {
              if (!(error instanceof DamagedLzma)) throw error;
            }
          }
        }
        return this.#packed ?? void 0;
      }
      get #debugInfo() {
        if (this.#debug === void 0) {
          const elf = this.elf.hasSection(".debug_info") ? this.elf : this.#find((debug) => debug.hasSection(".debug_info"));
          const info2 = elf && DebugInfo.of(elf);
          this.#debug = info2 === void 0 ? null : { info: info2, types: new TypeReader(info2, this.path) };
        }
        return this.#debug ?? void 0;
      }
      #find(accept) {
        const { roots, debugFolders } = this.#options;
        const root = roots.find((each) => each !== "" && this.path.startsWith(`${each}/`)) ?? "";
        const found = (0, import_debug_file.openDebugFile)(this.elf, {
          path: this.path.slice(root.length),
          roots,
          folders: debugFolders,
          accept
        });
        if (found !== void 0) this.#open.push(found.fd);
        return found?.elf;
      }
      /** Debug information that cannot be read is as none; why is kept for the message. */
      #guard(read2) {
        try {
          return read2();
        } catch (error) {
          if (!(error instanceof DwarfError)) throw error;
          this.debugProblem = error.message;
          return void 0;
        }
      }
    };
  }
});

// src/kernel/host/binary/library-cache.ts
function readLibraryCache(cache, arch) {
  let start = 0;
  if (cache.toString("latin1", 0, OLD_MAGIC.length) === OLD_MAGIC && cache.length >= OLD_HEADER_SIZE) {
    start = Math.ceil((OLD_HEADER_SIZE + cache.readUInt32LE(12) * OLD_ENTRY_SIZE) / 8) * 8;
  }
  if (cache.toString("latin1", start, start + MAGIC3.length) !== MAGIC3) return [];
  if (start + HEADER_SIZE3 > cache.length) return [];
  const count2 = cache.readUInt32LE(start + MAGIC3.length);
  const libraries = [];
  for (let i = 0; i < count2; i++) {
    const at = start + HEADER_SIZE3 + i * ENTRY_SIZE;
    if (at + ENTRY_SIZE > cache.length) break;
    if ((cache.readInt32LE(at) & ABI_MASK) !== ABI[arch]) continue;
    const text4 = (offset2) => {
      const end = cache.indexOf(0, start + offset2);
      return cache.toString("latin1", start + offset2, end < 0 ? start + offset2 : end);
    };
    const name = text4(cache.readUInt32LE(at + 4));
    const path2 = text4(cache.readUInt32LE(at + 8));
    if (name !== "" && path2.startsWith("/")) libraries.push({ name, path: path2 });
  }
  return libraries;
}
function findLibrary(libraries, wanted) {
  const stem = /\.so(\.|$)/.test(wanted) ? wanted : `${wanted}.so`;
  return libraries.find(({ name }) => name === wanted) ?? libraries.find(({ name }) => name === stem) ?? libraries.find(({ name }) => name.startsWith(`${stem}.`));
}
var OLD_MAGIC, MAGIC3, HEADER_SIZE3, ENTRY_SIZE, OLD_HEADER_SIZE, OLD_ENTRY_SIZE, ABI_MASK, ABI;
var init_library_cache = __esm({
  "src/kernel/host/binary/library-cache.ts"() {
    "use strict";
    OLD_MAGIC = "ld.so-1.7.0\0";
    MAGIC3 = "glibc-ld.so.cache1.1";
    HEADER_SIZE3 = 48;
    ENTRY_SIZE = 24;
    OLD_HEADER_SIZE = 16;
    OLD_ENTRY_SIZE = 12;
    ABI_MASK = 65280;
    ABI = { x86_64: 768, aarch64: 2560 };
  }
});

// first:src/kernel/host/process-image.ts.cjs
var require_process_image_ts = __commonJS({
  "first:src/kernel/host/process-image.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/process-image.ts");
  }
});

// src/kernel/host/binary/mapped-files.ts
function mappedFiles(pid) {
  const files = /* @__PURE__ */ new Map();
  const pids = pid === void 0 ? (0, import_node_fs17.readdirSync)("/proc").filter((name) => /^\d+$/.test(name)) : [String(pid)];
  const ownMounts = pid === void 0 ? mountNamespace("self") : void 0;
  for (const each of pids) {
    let text4;
    try {
      text4 = (0, import_node_fs17.readFileSync)(`/proc/${each}/maps`, "latin1");
    } catch {
      continue;
    }
    const root = pid === void 0 && mountNamespace(each) === ownMounts ? "" : `/proc/${each}/root`;
    for (const { path: path2, key } of (0, import_process_image.parseMaps)(text4)) {
      if (!path2.startsWith("/") || files.has(key)) continue;
      if (sameFile(root + path2, key)) files.set(key, root + path2);
    }
  }
  return [...files.values()].sort();
}
function mountNamespace(pid) {
  try {
    return (0, import_node_fs17.readlinkSync)(`/proc/${pid}/ns/mnt`);
  } catch {
    return void 0;
  }
}
function sameFile(path2, key) {
  try {
    const stat = (0, import_node_fs17.statSync)(path2);
    return stat.isFile() && String(stat.ino) === key.split(":")[2];
  } catch {
    return false;
  }
}
var import_node_fs17, import_process_image;
var init_mapped_files = __esm({
  "src/kernel/host/binary/mapped-files.ts"() {
    "use strict";
    import_node_fs17 = require("node:fs");
    import_process_image = __toESM(require_process_image_ts(), 1);
  }
});

// src/kernel/host/binary/target-lookup.ts
function join6(before, name) {
  return before === "" || before.endsWith("/") ? before + name : `${before}/${name}`;
}
function entriesOf2(folder) {
  try {
    return (0, import_node_fs18.readdirSync)(folder);
  } catch {
    return [];
  }
}
function isFile(file2) {
  try {
    return (0, import_node_fs18.statSync)(file2).isFile();
  } catch {
    return false;
  }
}
var import_node_fs18, import_node_path4, import_glob4, MOST_MATCHES, TargetLookup;
var init_target_lookup = __esm({
  "src/kernel/host/binary/target-lookup.ts"() {
    "use strict";
    import_node_fs18 = require("node:fs");
    import_node_path4 = __toESM(require("node:path"), 1);
    import_glob4 = __toESM(require_glob_ts(), 1);
    init_library_cache();
    init_mapped_files();
    MOST_MATCHES = 1e4;
    TargetLookup = class {
      #options;
      /** Prefix of absolute paths: '/proc/PID/root' where the process has other mounts than we. */
      root;
      #libraries;
      constructor(options) {
        this.#options = options;
        const { pid } = options;
        const elsewhere = pid !== void 0 && mountNamespace(String(pid)) !== mountNamespace("self");
        this.root = elsewhere ? `/proc/${pid}/root` : "";
      }
      resolve(target) {
        if (target === "") return [];
        if (target === "*") return this.#everything();
        if ((0, import_glob4.hasWildcard)(target)) return this.#glob(target);
        if (target.includes("/")) return this.#existing(this.#rooted(target));
        const found = this.#program(target) ?? findLibrary(this.#cache(), target)?.path;
        return found === void 0 ? [] : this.#existing(this.#rooted(found));
      }
      /** Names beside the target, or all that it could have been. */
      alternatives(target) {
        if ((0, import_glob4.hasWildcard)(target)) return [];
        if (target.includes("/")) {
          const folder = import_node_path4.default.dirname(target);
          const prefix = target.slice(0, target.lastIndexOf("/") + 1);
          return entriesOf2(this.#rooted(folder)).map((name) => prefix + name);
        }
        const programs = this.#folders().flatMap(entriesOf2);
        const libraries = this.#cache().flatMap(({ name }) => [name, name.replace(/\.so\b.*$/, "")]);
        return [.../* @__PURE__ */ new Set([...programs, ...libraries])];
      }
      #everything() {
        const { pid, command } = this.#options;
        if (pid === void 0 && command !== void 0) return this.resolve(command);
        return mappedFiles(pid);
      }
      /** The name as a file here comes first, then the search path. */
      #program(name) {
        if (isFile(name)) return `./${name}`;
        return this.#folders().map((folder) => `${folder}/${name}`).find((file2) => isFile(this.#rooted(file2)));
      }
      #folders() {
        return this.#options.searchPath.split(":").filter((folder) => folder.startsWith("/"));
      }
      #cache() {
        if (this.#libraries === void 0) {
          let bytes3 = Buffer.alloc(0);
          try {
            bytes3 = (0, import_node_fs18.readFileSync)(`${this.root}/etc/ld.so.cache`);
          } catch {
          }
          this.#libraries = readLibraryCache(bytes3, this.#options.arch);
        }
        return this.#libraries;
      }
      #existing(file2) {
        return (0, import_node_fs18.existsSync)(file2) ? [file2] : [];
      }
      #rooted(file2) {
        return file2.startsWith("/") && !file2.startsWith(`${this.root}/`) ? this.root + file2 : file2;
      }
      /** Files whose path matches, `*` not across `/`. A pattern without `/` is looked for in the search path. */
      #glob(pattern2) {
        if (!pattern2.includes("/")) return this.#folders().flatMap((folder) => this.#glob(`${folder}/${pattern2}`));
        const parts = this.#rooted(pattern2).split("/");
        let found = [parts[0] === "" ? "/" : ""];
        for (const [i, part] of parts.entries()) {
          if (i === 0 && part === "") continue;
          const last2 = i === parts.length - 1;
          found = found.flatMap((before) => {
            if (!(0, import_glob4.hasWildcard)(part)) return [join6(before, part)];
            const matching = (0, import_glob4.globPattern)(part);
            return entriesOf2(before === "" ? "." : before).filter((name) => matching.test(name) && (!name.startsWith(".") || part.startsWith("."))).map((name) => join6(before, name));
          });
          if (found.length > MOST_MATCHES) found.length = MOST_MATCHES;
          found = found.filter(last2 ? isFile : import_node_fs18.existsSync);
        }
        return found.sort();
      }
    };
  }
});

// src/kernel/host/binary/user-space.ts
var user_space_exports = {};
__export(user_space_exports, {
  hostUserSpace: () => hostUserSpace
});
function hostUserSpace(options) {
  const lookup = new TargetLookup(options);
  const files = /* @__PURE__ */ new Map();
  const resolved4 = /* @__PURE__ */ new Map();
  const open2 = (path2) => {
    let file2 = files.get(path2);
    if (file2 === void 0) {
      const roots = [.../* @__PURE__ */ new Set([rootOf(path2), lookup.root, ""])];
      const binary = { arch: options.arch, roots, debugFolders: options.debugFolders };
      file2 = Binary.open(path2, binary);
      files.set(path2, file2);
    }
    return file2;
  };
  const ask = (path2, question, otherwise) => {
    const binary = open2(path2);
    return typeof binary === "string" ? otherwise : question(binary);
  };
  return {
    resolve(target) {
      let paths = resolved4.get(target);
      if (paths === void 0) {
        paths = lookup.resolve(target);
        resolved4.set(target, paths);
      }
      return paths;
    },
    ofOneProcess: options.pid !== void 0 || options.command !== void 0,
    alternatives: (target) => lookup.alternatives(target),
    problem(path2) {
      const binary = open2(path2);
      return typeof binary === "string" ? binary : void 0;
    },
    isFixed: (path2) => ask(path2, (binary) => binary.elf.fixed, false),
    hasSymbols: (path2) => ask(path2, (binary) => binary.hasSymbols, false),
    functions: (path2) => ask(path2, (binary) => binary.names.functions(), []),
    symbols: (path2, name) => ask(path2, (binary) => binary.symbols(name), []),
    symbolAt: (path2, address2) => ask(path2, (binary) => binary.symbolAt(address2), void 0),
    demangled: demangle,
    fileOffset: (path2, address2) => ask(
      path2,
      ({ elf }) => {
        const offset2 = elf.offsetOf(address2);
        return offset2 === void 0 ? void 0 : { offset: offset2, code: elf.isCode(address2) };
      },
      void 0
    ),
    instructionAt: (path2, address2) => ask(path2, (binary) => binary.instructionAt(address2), "unknown"),
    usdt: (path2) => ask(path2, (binary) => binary.usdt(), []),
    debugInfo: (path2) => ask(path2, (binary) => ({ present: binary.hasDebugInfo, problem: binary.debugProblem }), {
      present: false
    }),
    parameters: (path2, address2) => ask(path2, (binary) => binary.parameters(address2), void 0),
    type: (path2, name) => ask(path2, (binary) => binary.type(name), void 0),
    fields: (file2, id) => ask(file2, (binary) => binary.fields(id), []),
    line: (path2, file2, line3, column) => ask(path2, (binary) => binary.line(file2, line3, column), "file")
  };
}
function rootOf(path2) {
  return /^\/proc\/\d+\/root(?=\/)/.exec(path2)?.[0] ?? "";
}
var init_user_space = __esm({
  "src/kernel/host/binary/user-space.ts"() {
    "use strict";
    init_demangle();
    init_binary();
    init_target_lookup();
  }
});

// first:src/compiler/language/verdict.ts.cjs
var require_verdict_ts = __commonJS({
  "first:src/compiler/language/verdict.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/language/verdict.ts");
  }
});

// src/runtime/rules.ts
function ruleRows(rules, { none, timed }, names = import_verdicts3.interfaceNames) {
  const fields = fieldsOf2(rules, timed);
  const before = /* @__PURE__ */ new Map();
  return {
    read(counts, elapsed, time) {
      const known = names();
      const tallies = /* @__PURE__ */ new Map();
      for (const each of counts) {
        const place2 = (0, import_verdicts3.placeName)(known, each);
        if (each.verdict !== import_verdict.NEXT) add(tallies, place2, each);
        if (each.rule !== import_verdict.NO_RULE) add(tallies, `${place2} ${each.rule}`, each);
      }
      const row3 = (place2, rule, text4, id) => {
        const now = tallies.get(id) ?? emptyTally();
        const [packets, bytes3] = before.get(id) ?? [0n, 0n];
        before.set(id, [now.packets, now.bytes]);
        const rate = (more) => elapsed === 0n ? 0n : (more * 1000000000n + elapsed / 2n) / elapsed;
        const rates = [rate(now.packets - packets), rate(now.bytes - bytes3)];
        return { time, place: place2, rule, text: text4, now, rates };
      };
      const places = /* @__PURE__ */ new Map();
      for (const rule of rules) {
        const place2 = (0, import_verdicts3.placeAt)(rule.interface, rule.hook);
        places.set(place2, [...places.get(place2) ?? [], rule]);
      }
      const rows = [...places].flatMap(([place2, own]) => [
        row3(place2, "all", "", place2),
        ...own.map(
          ({ number: number8, text: text4, probe }) => row3(place2, number8 === void 0 ? "guard" : String(number8), text4, `${place2} ${probe}`)
        )
      ]);
      return recordOf(fields, rows, none);
    }
  };
}
function emptyTally() {
  return { packets: 0n, bytes: 0n, next: 0n, verdicts: /* @__PURE__ */ new Map() };
}
function add(tallies, id, count2) {
  const { hook, verdict, rule, packets } = count2;
  const tally = tallies.get(id) ?? emptyTally();
  tallies.set(id, tally);
  tally.packets += packets;
  tally.bytes += count2.bytes;
  if (verdict === import_verdict.NEXT || rule === import_verdict.NO_RULE) tally.next += packets;
  if (verdict === import_verdict.NEXT) return;
  const known = (0, import_verdicts3.packetType)(hook)?.packet?.verdicts.find(({ value }) => value === verdict)?.name;
  const column = columnName2(known ?? String(verdict));
  tally.verdicts.set(column, (tally.verdicts.get(column) ?? 0n) + packets);
}
function columnName2(verdict) {
  return verdict.replace(NAMESPACE, "").toLowerCase();
}
function fieldsOf2(rules, timed) {
  const types = new Set(rules.map(({ type }) => type));
  const verdicts = [...types].flatMap((type) => {
    const all2 = (0, import_registry7.findProbeType)(type)?.packet?.verdicts ?? [];
    return all2.filter(({ value }, i) => all2.findIndex((each) => each.value === value) === i);
  });
  const columns = [...new Set(verdicts.map(({ name }) => columnName2(name)))];
  const number8 = (name, of2) => ({
    name,
    align: "right",
    of: of2
  });
  return [
    ...timed ? [{ name: "time", of: ({ time }) => time }] : [],
    { name: "interface", of: ({ place: place2 }) => place2 },
    { name: "rule", of: ({ rule }) => rule },
    { name: "filter", of: ({ text: text4 }) => text4 },
    number8("packets/s", ({ rates }) => rates[0]),
    number8("bytes/s", ({ rates }) => rates[1]),
    ...columns.map((name) => number8(name, ({ now }) => now.verdicts.get(name) ?? 0n)),
    number8("next", ({ now }) => now.next),
    number8("packets", ({ now }) => now.packets),
    number8("bytes", ({ now }) => now.bytes)
  ];
}
var import_registry7, import_verdict, import_verdicts3, NAMESPACE;
var init_rules = __esm({
  "src/runtime/rules.ts"() {
    "use strict";
    import_registry7 = __toESM(require_registry_ts(), 1);
    import_verdict = __toESM(require_verdict_ts(), 1);
    init_row_fields();
    import_verdicts3 = __toESM(require_verdicts_ts(), 1);
    NAMESPACE = /^(?:XDP|TC_ACT)_/;
  }
});

// src/runtime/rule-watch.ts
var rule_watch_exports = {};
__export(rule_watch_exports, {
  watchRules: () => watchRules
});
function watchRules({ seconds: seconds2, rules, counts, sink, wallClock, guard: guard2 }) {
  const { replaceRows } = sink;
  const rows = ruleRows(rules, { none: "-", timed: replaceRows === void 0 });
  let before = process.hrtime.bigint();
  const tell = () => {
    const now = process.hrtime.bigint();
    const time = (0, import_strftime5.formatTime)("%H:%M:%S", wallClock(), { fraction: false });
    const { type, values } = rows.read((0, import_verdicts4.readCounts)(counts), now - before, time);
    before = now;
    if (replaceRows !== void 0) replaceRows.call(sink, SHEET2, type, values);
    else for (const value of values) sink.value(type, value);
    sink.flush();
  };
  if (replaceRows !== void 0) guard2(tell);
  const timer = setInterval(() => guard2(tell), seconds2 * 1e3);
  return { tell, close: () => clearInterval(timer) };
}
var import_strftime5, import_verdicts4, SHEET2;
var init_rule_watch = __esm({
  "src/runtime/rule-watch.ts"() {
    "use strict";
    import_strftime5 = __toESM(require_strftime_ts(), 1);
    init_rules();
    import_verdicts4 = __toESM(require_verdicts_ts(), 1);
    SHEET2 = "rules";
  }
});

// src/compiler/lower/rule.ts
var rule_exports = {};
__export(rule_exports, {
  rulesOf: () => rulesOf
});
function rulesOf(probes, source) {
  const served = probes.flatMap(
    ({ alternatives }) => alternatives.flatMap((alternative) => alternative.served.filter(ofPackets))
  );
  const clauses = [...new Set(served.flatMap((each) => each.clauses.map(({ probeIndex }) => probeIndex)))];
  clauses.sort((a, b) => a - b);
  const starts = new Set(clauses.map((index) => probes[index].span).flatMap(([a, b]) => b > a ? [a] : []));
  const places = [...starts];
  const ruleOf = ({ variant, probeIndex }, { parts }) => {
    const [start, end] = probes[probeIndex].span;
    const isOurs = start === end;
    return {
      probe: probeIndex,
      type: variant.probeType.name,
      interface: parts[1] ?? "",
      hook: variant.attributes.expectedAttachType ?? 0,
      number: isOurs ? void 0 : places.indexOf(start) + 1,
      text: isOurs ? "SSH session, ARP, neighbour discovery" : textOf7(variant, { start, end }, source)
    };
  };
  const rules = served.flatMap(
    ({ clauses: clauses2, targets }) => targets.flatMap((target) => clauses2.map((clause) => ruleOf(clause, target)))
  );
  return rules.sort((a, b) => a.probe - b.probe);
}
function ofPackets({ clauses }) {
  return clauses[0]?.variant.probeType.packet !== void 0;
}
function textOf7({ predicate }, clause, source) {
  const inside = ({ start, end }) => start >= clause.start && end <= clause.end && end > start;
  const own = predicate?.kind === "logical" && !inside(predicate.span) && inside(predicate.right.span) ? predicate.right : predicate;
  const whole2 = source.slice(clause.start, clause.end);
  const text4 = own !== void 0 && inside(own.span) ? `/${source.slice(own.span.start, own.span.end)}/` : whole2.slice(Math.max(0, whole2.indexOf("{")));
  const line3 = text4.replace(/\s+/g, " ");
  return line3.length <= MOST_TEXT2 ? line3 : `${line3.slice(0, MOST_TEXT2 - 2)}..`;
}
var MOST_TEXT2;
var init_rule = __esm({
  "src/compiler/lower/rule.ts"() {
    "use strict";
    MOST_TEXT2 = 60;
  }
});

// first:src/kernel/host/process-stat.ts.cjs
var require_process_stat_ts = __commonJS({
  "first:src/kernel/host/process-stat.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/kernel/host/process-stat.ts");
  }
});

// src/kernel/sys/tc.ts
function clsactAdd(ifindex) {
  const body = message({ ifindex, handle: CLSACT_HANDLE, parent: TC_H_CLSACT, info: 0 }, kind("clsact"));
  request(RTM.NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, body, "RTM_NEWQDISC");
}
function clsactDelete(ifindex) {
  const body = message({ ifindex, handle: CLSACT_HANDLE, parent: TC_H_CLSACT, info: 0 });
  request(RTM.DELQDISC, 0, body, "RTM_DELQDISC");
}
function bpfFilterAdd(place2, programFd, name) {
  const options = concat2(
    (0, import_netlink2.attribute)(TCA_BPF2.FD, programFd),
    (0, import_netlink2.attribute)(TCA_BPF2.NAME, cString(name)),
    (0, import_netlink2.attribute)(TCA_BPF2.FLAGS, TCA_BPF_FLAG_ACT_DIRECT2)
  );
  const body = message(headOf3(place2), concat2(kind("bpf"), (0, import_netlink2.attribute)(TCA2.OPTIONS, options)));
  request(RTM.NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, body, "RTM_NEWTFILTER");
}
function bpfFilterDelete(place2) {
  request(RTM.DELTFILTER, 0, message(headOf3(place2), kind("bpf")), "RTM_DELTFILTER");
}
function headOf3({ ifindex, direction, priority, handle }) {
  return { ifindex, handle, parent: PARENT[direction], info: (priority << 16 | ALL_PROTOCOLS) >>> 0 };
}
function request(type, flags, body, what) {
  (0, import_netlink2.netlinkRequest)({ type, flags: flags | NLM_F_ACK, body }, what);
}
function message({ ifindex, handle, parent, info: info2 }, attributes = new Uint8Array()) {
  const head = new Uint8Array(TCMSG2);
  const view = new DataView(head.buffer);
  view.setInt32(4, ifindex, import_attr4.LITTLE_ENDIAN);
  view.setUint32(8, handle, import_attr4.LITTLE_ENDIAN);
  view.setUint32(12, parent, import_attr4.LITTLE_ENDIAN);
  view.setUint32(16, info2, import_attr4.LITTLE_ENDIAN);
  return concat2(head, attributes);
}
function kind(name) {
  return (0, import_netlink2.attribute)(TCA2.KIND, cString(name));
}
function cString(text4) {
  return new TextEncoder().encode(`${text4}\0`);
}
function concat2(...parts) {
  const whole2 = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole2.set(part, at);
    at += part.length;
  }
  return whole2;
}
var import_attr4, import_netlink2, RTM, NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, TCMSG2, TCA2, TCA_BPF2, TCA_BPF_FLAG_ACT_DIRECT2, TC_H_CLSACT, CLSACT_HANDLE, PARENT, ALL_PROTOCOLS;
var init_tc = __esm({
  "src/kernel/sys/tc.ts"() {
    "use strict";
    import_attr4 = __toESM(require_attr_ts(), 1);
    import_netlink2 = __toESM(require_netlink_ts(), 1);
    RTM = { NEWQDISC: 36, DELQDISC: 37, NEWTFILTER: 44, DELTFILTER: 45 };
    ({ NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL } = import_netlink2.NetlinkFlag);
    TCMSG2 = 20;
    TCA2 = { KIND: 1, OPTIONS: 2 };
    TCA_BPF2 = { FD: 6, NAME: 7, FLAGS: 8 };
    TCA_BPF_FLAG_ACT_DIRECT2 = 1;
    TC_H_CLSACT = 4294967281;
    CLSACT_HANDLE = 4294901760;
    PARENT = { ingress: 4294967282, egress: 4294967283 };
    ALL_PROTOCOLS = 768;
  }
});

// src/kernel/attach/tc-filter.ts
var tc_filter_exports = {};
__export(tc_filter_exports, {
  attachFilter: () => attachFilter
});
function attachFilter(target, programFd) {
  const { ifindex, direction, name } = target;
  const removed = removeStale(ifindex);
  const made = makeClsact(target);
  const there = filtersOf(ifindex);
  const madeClsact = made || there.some((filter) => makerOf(filter)?.madeClsact === true);
  const taken = clsactPriorities(ifindex, `clsact/${direction}`);
  const priority = Math.max(PRIORITY, ...taken.map((each) => each + 1));
  try {
    if (priority > MOST_PRIORITY) throw new import_link2.AttachError(name, "other filters have the last place there is");
    bpfFilterAdd(
      { ifindex, direction, priority, handle: HANDLE },
      programFd,
      nameOf2({ ...self(), madeClsact })
    );
  } catch (error) {
    if (made) removeClsact(ifindex);
    throw error;
  }
  const own = filtersOf(ifindex).find((each) => isAt(each, direction, priority));
  let open2 = true;
  const remove = removal(target, priority);
  return {
    description: `filter ${priority}:${HANDLE} of clsact, ${direction}`,
    notice: [
      ...removed.map(({ pid }) => `a filter that tsbpf (pid ${pid}) has left here is removed`),
      `this is a filter of tc, which stays when the tracer is killed: then ${remove}${madeClsact ? ` (and tc qdisc del dev ${target.interface} clsact)` : ""}`
    ].join("; "),
    close() {
      if (!open2) return;
      open2 = false;
      quietly2(() => {
        const now = filtersOf(ifindex).find((each) => isAt(each, direction, priority));
        if (now !== void 0 && now.programId === own?.programId)
          bpfFilterDelete({ ifindex, direction, priority, handle: HANDLE });
        if (madeClsact) removeClsact(ifindex);
      });
    }
  };
}
function removal({ interface: device2, direction }, priority) {
  return `tc filter del dev ${device2} ${direction} pref ${priority}`;
}
function makeClsact({ ifindex, name, interface: device2 }) {
  try {
    clsactAdd(ifindex);
    return true;
  } catch (error) {
    if (!(error instanceof import_error10.SyscallError)) throw error;
    if (error.code === "EPERM") throw new import_link2.AttachError(name, "attaching tc programs takes CAP_NET_ADMIN");
    if (error.code === "ENOENT" || error.code === "EOPNOTSUPP")
      throw new import_link2.AttachError(name, "the kernel has no clsact (CONFIG_NET_SCH_INGRESS; modprobe sch_ingress)");
    if (error.code !== "EEXIST") throw error;
  }
  if (!filterPlaces(ifindex).some(({ hook }) => hook.startsWith("clsact/")))
    throw new import_link2.AttachError(
      name,
      `${device2} has a queueing discipline "ingress" of somebody else, which takes the place of clsact`,
      `it stays; tc qdisc show dev ${device2} tells more`
    );
  return false;
}
function removeClsact(ifindex) {
  const left = ["clsact/ingress", "clsact/egress"].flatMap((hook) => clsactPriorities(ifindex, hook));
  if (left.length === 0) quietly2(() => clsactDelete(ifindex));
}
function removeStale(ifindex) {
  const stale = [];
  for (const filter of filtersOf(ifindex)) {
    const maker = makerOf(filter);
    if (maker === void 0 || maker.namespace !== namespace() || isAlive(maker)) continue;
    const { priority, handle, hook } = filter;
    bpfFilterDelete({
      ifindex,
      direction: hook === "clsact/egress" ? "egress" : "ingress",
      priority,
      handle
    });
    stale.push(maker);
  }
  if (stale.some(({ madeClsact }) => madeClsact)) removeClsact(ifindex);
  return stale;
}
function filtersOf(ifindex) {
  return tcFilters(ifindex).filter(({ hook }) => hook.startsWith("clsact/"));
}
function isAt({ hook, priority, handle }, direction, wanted) {
  return hook === `clsact/${direction}` && priority === wanted && handle === HANDLE;
}
function isAlive({ pid, start }) {
  return (0, import_process_stat.processStat)(pid)?.start === start;
}
function self() {
  const { pid } = process;
  return { namespace: namespace(), pid, start: (0, import_process_stat.processStat)(pid)?.start ?? 0 };
}
function namespace() {
  return /\d+/.exec((0, import_node_fs19.readlinkSync)("/proc/self/ns/pid"))?.[0] ?? "";
}
function nameOf2({ namespace: namespace2, pid, start, madeClsact }) {
  return `tsbpf:${namespace2}:${pid}:${start}${madeClsact ? ":clsact" : ""}`;
}
function makerOf({ name }) {
  const match2 = /^tsbpf:(\d+):(\d+):(\d+)(:clsact)?$/.exec(name);
  if (match2 === null) return void 0;
  const [, namespace2 = "", pid, start, clsact] = match2;
  return { namespace: namespace2, pid: Number(pid), start: Number(start), madeClsact: clsact !== void 0 };
}
function quietly2(act) {
  try {
    act();
  } catch (error) {
    if (!(error instanceof import_error10.SyscallError)) throw error;
  }
}
var import_node_fs19, import_process_stat, import_error10, import_link2, PRIORITY, MOST_PRIORITY, HANDLE;
var init_tc_filter = __esm({
  "src/kernel/attach/tc-filter.ts"() {
    "use strict";
    import_node_fs19 = require("node:fs");
    init_tc_filters();
    import_process_stat = __toESM(require_process_stat_ts(), 1);
    import_error10 = __toESM(require_error_ts(), 1);
    init_tc();
    import_link2 = __toESM(require_link_ts(), 1);
    PRIORITY = 49152;
    MOST_PRIORITY = 65535;
    HANDLE = 1;
  }
});

// first:src/compiler/language/packet/pcap/filter-tree.ts.cjs
var require_filter_tree_ts = __commonJS({
  "first:src/compiler/language/packet/pcap/filter-tree.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/language/packet/pcap/filter-tree.ts");
  }
});

// src/compiler/language/packet/pcap/keywords.ts
function spelled(word4) {
  return Object.hasOwn(SPELLINGS, word4) ? SPELLINGS[word4] : word4;
}
function refusalOf(word4) {
  return REFUSED.find(({ words: words4 }) => words4.split(" ").includes(word4))?.of(word4);
}
function meaningfulWords() {
  return [...PROTOCOLS, ...Object.keys(SPELLINGS), ...OTHERS];
}
function isReserved(word4) {
  return meaningfulWords().includes(word4) || refusalOf(word4) !== void 0;
}
var PROTOCOLS, SPELLINGS, OTHERS, REFUSED;
var init_keywords = __esm({
  "src/compiler/language/packet/pcap/keywords.ts"() {
    "use strict";
    PROTOCOLS = [
      "ether",
      "ip",
      "ip6",
      "arp",
      "rarp",
      "tcp",
      "udp",
      "sctp",
      "icmp",
      "icmp6",
      "igmp",
      "igrp",
      "pim",
      "vrrp",
      "carp",
      "ah",
      "esp",
      "decnet",
      "sca",
      "lat",
      "mopdl",
      "moprc",
      "iso",
      "stp",
      "netbeui",
      "pppoed"
    ];
    SPELLINGS = { link: "ether", length: "len" };
    OTHERS = [
      "src",
      "dst",
      "host",
      "net",
      "mask",
      "port",
      "portrange",
      "proto",
      "and",
      "or",
      "not",
      "less",
      "greater",
      "len",
      "vlan",
      "broadcast",
      "multicast"
    ];
    REFUSED = [
      {
        words: "inbound outbound",
        of: (word4) => ({
          problem: `a packet does not tell whether it is ${word4}`,
          hint: "xdp probes see what comes in; tc probes are of a direction"
        })
      },
      {
        words: "ifindex ifname on",
        of: (word4) => ({
          problem: `"${word4}" is not of the packet itself`,
          hint: "pkt.ifindex is a word of the language"
        })
      },
      {
        words: "protochain",
        of: () => ({
          problem: "a filter does not follow chains of headers",
          hint: "the word proto of the language does"
        })
      },
      {
        words: "gateway",
        of: () => ({
          problem: "a gateway is given by its name, and names are not looked up",
          hint: "ether host 02:00:00:00:00:01 and not host 10.0.0.1"
        })
      },
      {
        words: "mpls pppoes geneve byte ipx atalk aarp isis esis clnp llc",
        of: (word4) => ({
          problem: `"${word4}" is not supported`,
          hint: "bytes can be compared: ether[12:2] = 0x8847"
        })
      },
      {
        words: "type subtype dir ra ta addr1 addr2 addr3 addr4 fddi tr wlan slip ppp",
        of: (word4) => ({ problem: `"${word4}" is of other links than Ethernet` })
      },
      {
        words: "action reason rnr rulenum srnr subrulenum rset ruleset",
        of: (word4) => ({ problem: `"${word4}" is of the packet filter of BSD` })
      }
    ];
  }
});

// src/compiler/language/packet/pcap/problem.ts
var FilterProblem;
var init_problem = __esm({
  "src/compiler/language/packet/pcap/problem.ts"() {
    "use strict";
    FilterProblem = class extends Error {
      name = "FilterProblem";
      place;
      hint;
      constructor({ start, end }, message2, hint) {
        super(message2);
        this.place = { start, end };
        this.hint = hint;
      }
    };
  }
});

// src/compiler/language/packet/pcap/arithmetic.ts
function parseNumber(tokens, primitives, level = 0) {
  const operators = LEVELS[level];
  if (operators === void 0) return operand3(tokens, primitives);
  let left = parseNumber(tokens, primitives, level + 1);
  for (; ; ) {
    const own = tokens.takeOneOf(operators);
    const operator = own ?? tokens.takeOneOf(GREEDY);
    if (operator === void 0) return left;
    const divisor = tokens.token;
    const right = parseNumber(tokens, primitives, own === void 0 ? 0 : level + 1);
    if (right.number.kind === "number") check2(operator, right.number.value, tokens.since(divisor));
    left = { number: (0, import_filter_tree.operation)(left.number, operator, right.number), needs: left.needs };
  }
}
function check2(operator, value, place2) {
  if ((operator === "/" || operator === "%") && value === 0) {
    throw new FilterProblem(place2, "this divides by zero");
  }
  if ((operator === "<<" || operator === ">>") && value > 31) {
    throw new FilterProblem(place2, "this shifts by more than 31 bits", "numbers of filters have 32");
  }
}
function operand3(tokens, primitives) {
  if (tokens.take("-")) {
    const { number: value, needs: needs2 } = operand3(tokens, primitives);
    return { number: (0, import_filter_tree.operation)((0, import_filter_tree.number)(0), "-", value), needs: needs2 };
  }
  if (tokens.take("(")) {
    const inner = parseNumber(tokens, primitives);
    tokens.close("(");
    return inner;
  }
  if (tokens.take("len")) return { number: { kind: "length" }, needs: [] };
  const { token } = tokens;
  const protocol = tokens.takeOneOf(PROTOCOLS);
  if (protocol === void 0) {
    return { number: (0, import_filter_tree.number)(tokens.number("a number, len or bytes of a header")), needs: [] };
  }
  if (!tokens.take("[")) {
    throw new FilterProblem(
      token,
      `"${protocol}" is no number`,
      `bytes of it are: ${protocol}[0], ${protocol}[2:2]`
    );
  }
  const index = parseNumber(tokens, primitives);
  const size = tokens.take(":") ? sizeOf4(tokens) : 1;
  tokens.close("[");
  const access = accessOf(protocol, size, index.number, primitives);
  if (access === void 0) {
    throw new FilterProblem(token, `bytes of ${protocol} cannot be read`, "those of ether can: ether[14]");
  }
  return { number: access.number, needs: [...access.needs(index.needs)] };
}
function sizeOf4(tokens) {
  const { token } = tokens;
  const size = tokens.number("a number of bytes");
  if (size === 1 || size === 2 || size === 4) return size;
  throw new FilterProblem(token, `${size} bytes make no number`, "1, 2 and 4 do");
}
function accessOf(protocol, size, at, primitives) {
  const [offset2, index] = at.kind === "number" ? [at.value, void 0] : [0, at];
  const header = primitives.protocol(protocol);
  if (protocol === "ether") return { number: (0, import_filter_tree.bytes)(size, offset2, { index }), needs: (ofIndex) => ofIndex };
  if (header === void 0) return void 0;
  if (NETWORKS.includes(protocol)) {
    return { number: primitives.network(size, offset2, index), needs: (ofIndex) => [...ofIndex, header] };
  }
  if (protocol === "icmp6") {
    const number8 = primitives.network(size, IP6_SIZE + offset2, index);
    return { number: number8, needs: (ofIndex) => [...ofIndex, primitives.icmp6Next()] };
  }
  if (!TRANSPORTS.includes(protocol)) return void 0;
  return {
    number: primitives.transport(size, offset2, index),
    needs: (ofIndex) => [primitives.protocol("ip"), ...ofIndex, header, primitives.firstFragment()]
  };
}
var import_filter_tree, LEVELS, GREEDY, TRANSPORTS, NETWORKS, IP6_SIZE;
var init_arithmetic = __esm({
  "src/compiler/language/packet/pcap/arithmetic.ts"() {
    "use strict";
    import_filter_tree = __toESM(require_filter_tree_ts(), 1);
    init_keywords();
    init_problem();
    LEVELS = [["|"], ["&"], ["<<", ">>"], ["+", "-"], ["*", "/"]];
    GREEDY = ["%", "^"];
    TRANSPORTS = ["tcp", "udp", "sctp", "icmp", "igmp", "igrp", "pim", "vrrp", "carp"];
    NETWORKS = ["ip", "ip6", "arp", "rarp", "decnet", "lat", "sca", "mopdl", "moprc"];
    IP6_SIZE = 40;
  }
});

// src/compiler/language/packet/pcap/primitive.ts
function toward(direction, source, destination) {
  switch (direction) {
    case "src":
      return source;
    case "dst":
      return destination;
    case "either":
      return (0, import_filter_tree2.or)(source, destination);
    case "both":
      return (0, import_filter_tree2.and)(source, destination);
  }
}
function wordOf(bytes3, at) {
  return new DataView(bytes3.buffer, bytes3.byteOffset, bytes3.byteLength).getUint32(at);
}
var import_filter_tree2, TRANSPORTS2, IP, ARP, RARP, IP6, TAGS, TAG_SIZE2, IP6_SIZE2, FRAGMENT, MOST_LENGTH, SAME_AT_BOTH_ENDS, Primitives, ICMP6, ALL_TRANSPORTS, LINK_TYPES, BOTH_FAMILIES, IP_ONLY, FAMILIES, HOSTS;
var init_primitive = __esm({
  "src/compiler/language/packet/pcap/primitive.ts"() {
    "use strict";
    import_filter_tree2 = __toESM(require_filter_tree_ts(), 1);
    TRANSPORTS2 = { tcp: 6, udp: 17, sctp: 132 };
    [IP, ARP, RARP, IP6] = [2048, 2054, 32821, 34525];
    TAGS = [33024, 34984, 37120];
    TAG_SIZE2 = 4;
    IP6_SIZE2 = 40;
    FRAGMENT = 44;
    MOST_LENGTH = 1500;
    SAME_AT_BOTH_ENDS = [254, 6, 240];
    Primitives = class {
      /** Of the Ethernet type, and of what it announces. */
      #type = 12;
      #network = 14;
      /** A number of the network header, by its offset there. */
      network(size, offset2, index) {
        return (0, import_filter_tree2.bytes)(size, this.#network + offset2, { index });
      }
      /** Behind the IPv4 header, however long it is. */
      transport(size, offset2, index) {
        return (0, import_filter_tree2.bytes)(size, offset2, { header: this.#network, index });
      }
      #is(value, wanted) {
        return (0, import_filter_tree2.compare)(value, "==", (0, import_filter_tree2.number)(wanted));
      }
      /** `ether proto N`, and what all that is in a frame begins with. */
      linkType(type) {
        const field2 = (0, import_filter_tree2.bytes)(2, this.#type);
        if (type > MOST_LENGTH) return (0, import_filter_tree2.compare)(field2, "==", (0, import_filter_tree2.number)(type));
        const llc = SAME_AT_BOTH_ENDS.includes(type) ? this.#is(this.network(2, 0), type << 8 | type) : this.#is(this.network(1, 0), type);
        return (0, import_filter_tree2.and)((0, import_filter_tree2.not)((0, import_filter_tree2.compare)(field2, ">", (0, import_filter_tree2.number)(MOST_LENGTH))), llc);
      }
      /** `ip proto N`. */
      ipProtocol(protocol) {
        return (0, import_filter_tree2.and)(this.linkType(IP), this.#is(this.network(1, 9), protocol));
      }
      /** `ip6 proto N`: of the first header behind the fixed one, or of one behind that of a fragment. */
      ip6Protocol(protocol) {
        const next = this.network(1, 6);
        const ofFragment = (0, import_filter_tree2.and)(this.#is(next, FRAGMENT), this.#is(this.network(1, IP6_SIZE2), protocol));
        return (0, import_filter_tree2.and)(this.linkType(IP6), (0, import_filter_tree2.or)(this.#is(next, protocol), ofFragment));
      }
      eitherProtocol(protocol) {
        return (0, import_filter_tree2.or)(this.ipProtocol(protocol), this.ip6Protocol(protocol));
      }
      /** A word of pcap-filter(7) that names a protocol; undefined: there is none of that name. */
      protocol(name) {
        const link2 = LINK_TYPES[name];
        if (link2 !== void 0) return this.linkType(link2);
        const both = BOTH_FAMILIES[name];
        if (both !== void 0) return this.eitherProtocol(both);
        const ip = IP_ONLY[name];
        if (ip !== void 0) return this.ipProtocol(ip);
        return name === "icmp6" ? this.ip6Protocol(ICMP6) : void 0;
      }
      /** ICMPv6 next to the fixed header, which alone can be read from. */
      icmp6Next() {
        return (0, import_filter_tree2.and)(this.linkType(IP6), this.#is(this.network(1, 6), ICMP6));
      }
      /** Addresses of IPv4, ARP or RARP; `family` undefined: of any of them. */
      host(family, direction, address2, mask) {
        if (family === void 0) {
          return (0, import_filter_tree2.or)(...FAMILIES.map((each) => this.host(each, direction, address2, mask)));
        }
        const [type, source, destination] = HOSTS[family];
        const at = (offset2) => this.#masked(this.network(4, offset2), address2, mask);
        return (0, import_filter_tree2.and)(this.linkType(type), toward(direction, at(source), at(destination)));
      }
      host6(direction, address2, mask) {
        const at = (offset2) => {
          const words4 = [0, 4, 8, 12].map(
            (i) => this.#masked(this.network(4, offset2 + i), wordOf(address2, i), wordOf(mask, i))
          );
          return (0, import_filter_tree2.and)(...words4);
        };
        return (0, import_filter_tree2.and)(this.linkType(IP6), toward(direction, at(8), at(24)));
      }
      etherHost(direction, address2) {
        const at = (offset2) => (0, import_filter_tree2.and)(
          this.#is((0, import_filter_tree2.bytes)(4, offset2 + 2), wordOf(address2, 2)),
          this.#is((0, import_filter_tree2.bytes)(2, offset2), address2[0] << 8 | address2[1])
        );
        return toward(direction, at(6), at(0));
      }
      #masked(value, wanted, mask) {
        return this.#is(mask === 4294967295 ? value : (0, import_filter_tree2.operation)(value, "&", (0, import_filter_tree2.number)(mask)), wanted);
      }
      /** Ports from `least` to `most`, of these transports: of IPv6 next to the fixed header, of IPv4 in first fragments. */
      ports(only, direction, least, most) {
        const transports = only === void 0 ? ALL_TRANSPORTS : [TRANSPORTS2[only]];
        const within2 = (value) => least === most ? this.#is(value, least) : (0, import_filter_tree2.and)((0, import_filter_tree2.compare)(value, ">=", (0, import_filter_tree2.number)(least)), (0, import_filter_tree2.not)((0, import_filter_tree2.compare)(value, ">", (0, import_filter_tree2.number)(most))));
        const anyOf = (value) => (0, import_filter_tree2.or)(...transports.map((each) => this.#is(value, each)));
        const version6 = (0, import_filter_tree2.and)(
          this.linkType(IP6),
          anyOf(this.network(1, 6)),
          toward(direction, within2(this.network(2, IP6_SIZE2)), within2(this.network(2, IP6_SIZE2 + 2)))
        );
        const version4 = (0, import_filter_tree2.and)(
          this.linkType(IP),
          anyOf(this.network(1, 9)),
          this.firstFragment(),
          toward(direction, within2(this.transport(2, 0)), within2(this.transport(2, 2)))
        );
        return (0, import_filter_tree2.or)(version6, version4);
      }
      /** It has a transport header, or is no fragment at all. */
      firstFragment() {
        return this.#is((0, import_filter_tree2.operation)(this.network(2, 6), "&", (0, import_filter_tree2.number)(8191)), 0);
      }
      /** From here on everything is of what the tag holds. */
      vlan(id) {
        const tagged = (0, import_filter_tree2.or)(...TAGS.map((tag) => this.linkType(tag)));
        const test = id === void 0 ? tagged : (0, import_filter_tree2.and)(tagged, this.#masked(this.network(2, 0), id, 4095));
        this.#type += TAG_SIZE2;
        this.#network += TAG_SIZE2;
        return test;
      }
      etherBroadcast() {
        return this.etherHost("dst", new Uint8Array(6).fill(255));
      }
      /** Without a network to know the mask of: to all, or to 0.0.0.0. */
      ipBroadcast() {
        const destination = this.network(4, 16);
        return (0, import_filter_tree2.and)(this.linkType(IP), (0, import_filter_tree2.or)(this.#is(destination, 0), this.#is(destination, 4294967295)));
      }
      etherMulticast() {
        return (0, import_filter_tree2.not)(this.#is((0, import_filter_tree2.operation)((0, import_filter_tree2.bytes)(1, 0), "&", (0, import_filter_tree2.number)(1)), 0));
      }
      ipMulticast() {
        return (0, import_filter_tree2.and)(this.linkType(IP), (0, import_filter_tree2.compare)(this.network(1, 16), ">=", (0, import_filter_tree2.number)(224)));
      }
      ip6Multicast() {
        return (0, import_filter_tree2.and)(this.linkType(IP6), this.#is(this.network(1, 24), 255));
      }
    };
    ICMP6 = 58;
    ALL_TRANSPORTS = [TRANSPORTS2.sctp, TRANSPORTS2.tcp, TRANSPORTS2.udp];
    LINK_TYPES = {
      ip: IP,
      arp: ARP,
      rarp: RARP,
      ip6: IP6,
      decnet: 24579,
      sca: 24583,
      lat: 24580,
      mopdl: 24577,
      moprc: 24578,
      iso: 254,
      stp: 66,
      netbeui: 240,
      pppoed: 34915
    };
    BOTH_FAMILIES = { ...TRANSPORTS2, pim: 103, ah: 51, esp: 50 };
    IP_ONLY = { icmp: 1, igmp: 2, igrp: 9, vrrp: 112, carp: 112 };
    FAMILIES = ["ip", "arp", "rarp"];
    HOSTS = {
      ip: [IP, 12, 16],
      arp: [ARP, 14, 24],
      rarp: [RARP, 14, 24]
    };
  }
});

// src/compiler/language/packet/pcap/names.ts
function numberNamed(table, name) {
  return Object.hasOwn(table, name) ? table[name] : void 0;
}
function portNamed(name) {
  const of2 = (ports, only) => {
    const port = numberNamed(ports, name);
    return port === void 0 ? void 0 : { port, only };
  };
  return of2(TCP_PORTS, "tcp") ?? of2(UDP_PORTS, "udp") ?? of2(PORTS_OF_BOTH, void 0);
}
function portNames() {
  return [TCP_PORTS, UDP_PORTS, PORTS_OF_BOTH].flatMap((ports) => Object.keys(ports));
}
var CONSTANTS, IP_PROTOCOLS, ETHER_PROTOCOLS, TCP_PORTS, UDP_PORTS, PORTS_OF_BOTH;
var init_names = __esm({
  "src/compiler/language/packet/pcap/names.ts"() {
    "use strict";
    CONSTANTS = {
      icmptype: 0,
      icmpcode: 1,
      icmp6type: 0,
      icmp6code: 1,
      tcpflags: 13,
      "icmp-echoreply": 0,
      "icmp-unreach": 3,
      "icmp-sourcequench": 4,
      "icmp-redirect": 5,
      "icmp-echo": 8,
      "icmp-routeradvert": 9,
      "icmp-routersolicit": 10,
      "icmp-timxceed": 11,
      "icmp-paramprob": 12,
      "icmp-tstamp": 13,
      "icmp-tstampreply": 14,
      "icmp-ireq": 15,
      "icmp-ireqreply": 16,
      "icmp-maskreq": 17,
      "icmp-maskreply": 18,
      "icmp6-destinationunreach": 1,
      "icmp6-packettoobig": 2,
      "icmp6-timeexceeded": 3,
      "icmp6-parameterproblem": 4,
      "icmp6-echo": 128,
      "icmp6-echoreply": 129,
      "icmp6-multicastlistenerquery": 130,
      "icmp6-multicastlistenerreportv1": 131,
      "icmp6-multicastlistenerdone": 132,
      "icmp6-routersolicit": 133,
      "icmp6-routeradvert": 134,
      "icmp6-neighborsolicit": 135,
      "icmp6-neighboradvert": 136,
      "icmp6-redirect": 137,
      "icmp6-routerrenum": 138,
      "icmp6-nodeinformationquery": 139,
      "icmp6-nodeinformationresponse": 140,
      "icmp6-ineighbordiscoverysolicit": 141,
      "icmp6-ineighbordiscoveryadvert": 142,
      "icmp6-multicastlistenerreportv2": 143,
      "icmp6-homeagentdiscoveryrequest": 144,
      "icmp6-homeagentdiscoveryreply": 145,
      "icmp6-mobileprefixsolicit": 146,
      "icmp6-mobileprefixadvert": 147,
      "icmp6-certpathsolicit": 148,
      "icmp6-certpathadvert": 149,
      "icmp6-multicastrouteradvert": 151,
      "icmp6-multicastroutersolicit": 152,
      "icmp6-multicastrouterterm": 153,
      "tcp-fin": 1,
      "tcp-syn": 2,
      "tcp-rst": 4,
      "tcp-push": 8,
      "tcp-ack": 16,
      "tcp-urg": 32,
      "tcp-ece": 64,
      "tcp-cwr": 128
    };
    IP_PROTOCOLS = {
      icmp: 1,
      igmp: 2,
      ipencap: 4,
      tcp: 6,
      egp: 8,
      igp: 9,
      udp: 17,
      dccp: 33,
      ipv6: 41,
      "ipv6-route": 43,
      "ipv6-frag": 44,
      rsvp: 46,
      gre: 47,
      esp: 50,
      ah: 51,
      "ipv6-icmp": 58,
      "ipv6-nonxt": 59,
      "ipv6-opts": 60,
      eigrp: 88,
      ospf: 89,
      ipip: 94,
      pim: 103,
      ipcomp: 108,
      vrrp: 112,
      l2tp: 115,
      sctp: 132,
      udplite: 136
    };
    ETHER_PROTOCOLS = {
      ip: 2048,
      arp: 2054,
      rarp: 32821,
      ip6: 34525,
      loopback: 36864,
      mopdl: 24577,
      moprc: 24578,
      decnet: 24579,
      lat: 24580,
      sca: 24583,
      iso: 254,
      stp: 66,
      netbeui: 240
    };
    TCP_PORTS = {
      ftp: 21,
      "ftp-data": 20,
      ssh: 22,
      telnet: 23,
      smtp: 25,
      http: 80,
      www: 80,
      pop3: 110,
      nntp: 119,
      "netbios-ssn": 139,
      imap2: 143,
      imap: 143,
      bgp: 179,
      submission: 587,
      rsync: 873,
      imaps: 993,
      pop3s: 995,
      "ms-sql-s": 1433,
      mysql: 3306,
      postgresql: 5432,
      "http-alt": 8080
    };
    UDP_PORTS = {
      bootps: 67,
      bootpc: 68,
      tftp: 69,
      ntp: 123,
      "netbios-ns": 137,
      "netbios-dgm": 138,
      route: 520
    };
    PORTS_OF_BOTH = {
      domain: 53,
      kerberos: 88,
      sunrpc: 111,
      snmp: 161,
      "snmp-trap": 162,
      ldap: 389,
      https: 443,
      syslog: 514,
      ldaps: 636,
      openvpn: 1194,
      sip: 5060,
      "sip-tls": 5061
    };
  }
});

// src/compiler/language/packet/pcap/qualified.ts
function idTest(tokens, qualifiers, primitives) {
  const { token } = tokens;
  const isId = tokens.isId() || qualifiers.type === "proto" && token.kind === "word";
  if (!isId) {
    const what = qualifiers.type === void 0 ? "an address" : WANTED[qualifiers.type];
    const problem2 = token.kind === "end" ? `${what} is missing` : `${what} is expected, not "${token.text}"`;
    throw new FilterProblem(token, problem2);
  }
  tokens.advance();
  switch (qualifiers.type) {
    case "port":
      return portTest(token, qualifiers, primitives);
    case "portrange":
      return portRangeTest(token, qualifiers, primitives);
    case "proto":
      return protocolTest(token, qualifiers, primitives);
    default:
      return hostTest(tokens, token, qualifiers, primitives);
  }
}
function portTest(token, qualifiers, primitives) {
  const transport = transportOf(qualifiers);
  const { direction } = qualifiers;
  if (token.kind === "number") {
    const port = checkedPort(token.value, token);
    return primitives.ports(transport, direction, port, port);
  }
  if (token.kind !== "word") throw new FilterProblem(token, `"${token.text}" is no port`);
  const known = portNamed(token.name);
  if (known === void 0) {
    const hint = (0, import_suggest9.didYouMean)(token.name, portNames()) ?? "give its number";
    throw new FilterProblem(token, `no port is known as "${token.name}"`, hint);
  }
  if (transport !== void 0 && known.only !== void 0 && known.only !== transport) {
    throw new FilterProblem(
      token,
      `"${token.name}" is a port of ${known.only}`,
      `give its number: ${known.port}`
    );
  }
  return primitives.ports(transport ?? known.only, direction, known.port, known.port);
}
function portRangeTest(token, qualifiers, primitives) {
  const transport = transportOf(qualifiers);
  const range = /^(\d+)-(\d+)$/.exec(token.text);
  const single = token.kind === "number" ? token.value : void 0;
  const bounds = range === null ? [single, single] : [Number(range[1]), Number(range[2])];
  const [a, b] = bounds;
  if (a === void 0 || b === void 0) {
    throw new FilterProblem(token, `"${token.text}" is no range of ports`, "one looks like 8000-8010");
  }
  for (const port of [a, b]) checkedPort(port, token);
  return primitives.ports(transport, qualifiers.direction, Math.min(a, b), Math.max(a, b));
}
function checkedPort(port, place2) {
  if (port <= 65535) return port;
  throw new FilterProblem(place2, `there is no port ${port}`, "they go up to 65535");
}
function transportOf({ protocol, place: place2 }) {
  if (protocol === void 0 || protocol === "tcp" || protocol === "udp" || protocol === "sctp")
    return protocol;
  throw new FilterProblem(place2, `${protocol} has no ports`, "tcp, udp and sctp have: tcp port 443");
}
function protocolTest(token, { protocol, place: place2 }, primitives) {
  const names = protocol === "ether" ? ETHER_PROTOCOLS : IP_PROTOCOLS;
  const value = token.kind === "number" ? token.value : token.kind === "word" ? numberNamed(names, token.name) : void 0;
  if (value === void 0) {
    const hint = (token.kind === "word" ? (0, import_suggest9.didYouMean)(token.name, Object.keys(names)) : void 0) ?? "give its number";
    throw new FilterProblem(token, `no protocol is known as "${token.text}"`, hint);
  }
  switch (protocol) {
    case "ether":
      return primitives.linkType(value);
    case "ip":
      return primitives.ipProtocol(value);
    case "ip6":
      return primitives.ip6Protocol(value);
    case void 0:
      return primitives.eitherProtocol(value);
    default:
      throw new FilterProblem(
        place2,
        `${protocol} carries no other protocol`,
        "ether, ip and ip6 do: ip proto 6"
      );
  }
}
function hostTest(tokens, token, qualifiers, primitives) {
  switch (token.kind) {
    case "ip":
    case "number":
      return ip4Test(tokens, token, qualifiers, primitives);
    case "ip6":
      return ip6Test(tokens, token, qualifiers, primitives);
    case "mac":
      if (qualifiers.protocol === "ether" && qualifiers.type !== "net") {
        return primitives.etherHost(qualifiers.direction, token.bytes);
      }
      throw new FilterProblem(token, "this is an address of Ethernet", `ether host ${token.text}`);
    default: {
      const what = qualifiers.type === "net" ? "networks" : "hosts";
      const hint = `give its address: ${qualifiers.type ?? "host"} 10.0.0.1`;
      throw new FilterProblem(token, `names of ${what} are not looked up, here "${token.text}"`, hint);
    }
  }
}
function ip4Test(tokens, token, { protocol, direction, type, place: place2 }, primitives) {
  const isNet = type === "net";
  let { address: address2, mask } = token.kind === "ip" ? beginning(token.parts) : ofNumber(token.value, isNet);
  const given = givenMask(tokens, 32);
  if (given !== void 0) {
    mask = given.mask;
    if (!isNet)
      throw new FilterProblem(tokens.since(token), "a host has no mask", `net ${token.text}${given.text}`);
    if ((address2 & ~mask) !== 0) throw outside(tokens.since(token));
  }
  if (protocol !== void 0 && protocol !== "ip" && protocol !== "arp" && protocol !== "rarp") {
    throw new FilterProblem(place2, `${protocol} has no addresses like ${token.text}`, `host ${token.text}`);
  }
  return primitives.host(protocol, direction, address2 >>> 0, mask >>> 0);
}
function beginning(parts) {
  const missing = 8 * (4 - parts.length);
  const value = parts.reduce((before, part) => before * 256 + part, 0);
  return { address: value * 2 ** missing, mask: 4294967295 - (2 ** missing - 1) };
}
function ofNumber(value, isNet) {
  let [address2, mask] = [value, 4294967295];
  while (isNet && address2 !== 0 && address2 < 16777216) {
    address2 = address2 << 8 >>> 0;
    mask = mask << 8 >>> 0;
  }
  return { address: address2, mask };
}
function givenMask(tokens, width) {
  if (tokens.take("/")) {
    const place2 = tokens.token;
    const length = tokens.number("a number of bits");
    if (length > width)
      throw new FilterProblem(place2, `a mask has no ${length} bits`, `it has ${width} at most`);
    return { length, text: `/${length}`, mask: length === 0 ? 0 : -1 << Math.max(0, 32 - length) >>> 0 };
  }
  if (!tokens.take("mask")) return void 0;
  const token = tokens.advance();
  if (token.kind !== "ip" || width !== 32) {
    throw new FilterProblem(token, `"${token.text}" is no mask`, "one looks like 255.255.0.0");
  }
  return { length: 0, text: ` mask ${token.text}`, mask: beginning(token.parts).address >>> 0 };
}
function outside(place2) {
  return new FilterProblem(place2, "the address has bits outside of the mask", "e.g. net 10.1.0.0/16");
}
function ip6Test(tokens, token, { protocol, direction, type, place: place2 }, primitives) {
  const length = givenMask(tokens, 128)?.length ?? 128;
  const mask = Uint8Array.from(
    { length: 16 },
    (_, i) => 255 << 8 - Math.min(8, Math.max(0, length - 8 * i))
  );
  if (token.bytes.some((byte, i) => (byte & ~mask[i]) !== 0)) throw outside(tokens.since(token));
  if (type !== "net" && length !== 128) {
    throw new FilterProblem(tokens.since(token), "a host has no mask", `net ${token.text}/${length}`);
  }
  if (protocol !== void 0 && protocol !== "ip6") {
    throw new FilterProblem(place2, `${protocol} has no addresses like ${token.text}`, `host ${token.text}`);
  }
  return primitives.host6(direction, token.bytes, mask);
}
var import_suggest9, WANTED;
var init_qualified = __esm({
  "src/compiler/language/packet/pcap/qualified.ts"() {
    "use strict";
    import_suggest9 = __toESM(require_suggest_ts(), 1);
    init_names();
    init_problem();
    WANTED = {
      host: "an address",
      net: "a network",
      port: "a port",
      portrange: "a range of ports",
      proto: "a protocol"
    };
  }
});

// src/compiler/language/packet/pcap/token.ts
function tokensOf(text4) {
  const tokens = [];
  let at = behindSpace(text4, 0);
  while (at < text4.length) {
    const token = tokenAt(text4, at);
    tokens.push(token);
    at = behindSpace(text4, token.end);
  }
  tokens.push({ kind: "end", text: "", start: text4.length, end: text4.length });
  return tokens;
}
function behindSpace(text4, at) {
  return at + (match(SPACE2, text4, at)?.length ?? 0);
}
function match(pattern2, text4, at) {
  pattern2.lastIndex = at;
  return pattern2.exec(text4)?.[0];
}
function tokenAt(text4, start) {
  const escaped = match(ESCAPED2, text4, start);
  if (escaped !== void 0) {
    const place2 = { text: escaped, start, end: start + escaped.length };
    return { kind: "word", name: escaped.slice(1), escaped: true, ...place2 };
  }
  const colons = match(COLONS, text4, start);
  const word4 = match(WORD2, text4, start);
  const longest = (colons?.length ?? 0) > (word4?.length ?? 0) ? colons : word4;
  if (longest !== void 0) return wordOf2({ text: longest, start, end: start + longest.length });
  const sign = match(SIGN, text4, start);
  if (sign !== void 0) return { kind: "sign", text: sign, start, end: start + sign.length };
  throw new FilterProblem({ start, end: start + 1 }, `a filter has no "${text4[start]}"`);
}
function wordOf2(place2) {
  const { text: text4 } = place2;
  if (MAC_FORMS.some((form2) => form2.test(text4))) return { kind: "mac", bytes: macOf(text4), ...place2 };
  if (text4.includes(":")) {
    const bytes3 = (0, import_address4.parseAddress)(text4);
    if (bytes3 === void 0) throw new FilterProblem(place2, `"${text4}" is no address`, ADDRESS_HINT);
    return { kind: "ip6", bytes: bytes3, ...place2 };
  }
  if (/^(?:\d+|0x[0-9a-f]+)$/i.test(text4)) return { kind: "number", value: numberOf2(place2), ...place2 };
  if (/^\d+(?:\.\d+){1,3}$/.test(text4)) {
    const parts = text4.split(".").map(Number);
    if (parts.some((part) => part > 255)) {
      throw new FilterProblem(place2, `"${text4}" is no address`, ADDRESS_HINT);
    }
    return { kind: "ip", parts, ...place2 };
  }
  const constant3 = numberNamed(CONSTANTS, text4);
  if (constant3 !== void 0) return { kind: "number", value: constant3, ...place2 };
  return { kind: "word", name: text4, escaped: false, ...place2 };
}
function macOf(text4) {
  const groups = /[:.-]/.test(text4) ? text4.split(/[:.-]/) : [text4];
  const digits = groups.map((group2) => groups.length === 6 ? group2.padStart(2, "0") : group2).join("");
  return Uint8Array.from({ length: 6 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
function numberOf2(place2) {
  const { text: text4 } = place2;
  const octal = /^0\d/.test(text4);
  if (octal && /[89]/.test(text4)) {
    throw new FilterProblem(place2, `"${text4}" is no number`, "a 0 before a number makes it an octal one");
  }
  const value = octal ? Number.parseInt(text4, 8) : Number(text4);
  if (value <= 4294967295) return value;
  throw new FilterProblem(place2, `${text4} does not fit in 32 bits`);
}
var import_address4, SIGN, COLONS, WORD2, ESCAPED2, SPACE2, MAC_FORMS, ADDRESS_HINT;
var init_token = __esm({
  "src/compiler/language/packet/pcap/token.ts"() {
    "use strict";
    import_address4 = __toESM(require_address_ts(), 1);
    init_names();
    init_problem();
    SIGN = /&&|\|\||<<|>>|[<>!=]=|[!<>=()[\]+\-*/%&|^:]/y;
    COLONS = /(?:[0-9a-fA-F]*:){2,}[0-9a-fA-F.]*/y;
    WORD2 = /[A-Za-z0-9_](?:[-_.A-Za-z0-9]*[._A-Za-z0-9])?/y;
    ESCAPED2 = /\\[^ !()\n\t]+/y;
    SPACE2 = /[ \r\n\t]*/y;
    MAC_FORMS = [
      /^[0-9a-f]{1,2}(?:([:.-])[0-9a-f]{1,2})(?:\1[0-9a-f]{1,2}){4}$/i,
      /^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i,
      /^[0-9a-f]{12}$/i
    ];
    ADDRESS_HINT = "addresses look like 10.0.0.1, 10.1 (the beginning of one), 2001:db8::1 and 02:00:00:00:00:01";
  }
});

// src/compiler/language/packet/pcap/token-reader.ts
function is(token, texts) {
  if (token.kind === "word" ? token.escaped : token.kind !== "sign") return false;
  return texts.includes(spelled(token.text));
}
function calculates(token) {
  return is(token, ARITHMETIC) || is(token, COMPARISONS);
}
var ARITHMETIC, COMPARISONS, TokenReader;
var init_token_reader = __esm({
  "src/compiler/language/packet/pcap/token-reader.ts"() {
    "use strict";
    init_keywords();
    init_problem();
    init_token();
    ARITHMETIC = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"];
    COMPARISONS = ["=", "==", "!=", "<", "<=", ">", ">="];
    TokenReader = class {
      #tokens;
      #next = 0;
      constructor(text4) {
        this.#tokens = tokensOf(text4);
      }
      get token() {
        return this.#at(0);
      }
      atEnd() {
        return this.token.kind === "end";
      }
      #at(distance) {
        return this.#tokens[Math.min(this.#next + distance, this.#tokens.length - 1)];
      }
      advance() {
        const { token } = this;
        this.#next++;
        return token;
      }
      /** From there to the last token taken. */
      since({ start }) {
        return { start, end: this.#tokens[Math.max(this.#next - 1, 0)].end };
      }
      /** Takes one of these words and signs if it comes next. */
      take(...texts) {
        if (!is(this.token, texts)) return false;
        this.#next++;
        return true;
      }
      /** Both or neither. */
      takeBoth(first2, second) {
        if (!is(this.token, first2) || !is(this.#at(1), [second])) return false;
        this.#next += 2;
        return true;
      }
      isOneOf(texts) {
        return is(this.token, texts);
      }
      takeOneOf(texts) {
        if (!is(this.token, texts)) return void 0;
        return spelled(this.advance().text);
      }
      comparison() {
        const found = this.takeOneOf(COMPARISONS);
        return found === "==" ? "=" : found;
      }
      close(open2) {
        const sign = open2 === "(" ? ")" : "]";
        if (this.take(sign)) return;
        throw new FilterProblem(this.token, `a ${open2} is not closed: "${sign}" is missing here`);
      }
      number(what) {
        const { token } = this;
        if (token.kind !== "number") {
          const problem2 = token.kind === "end" ? `${what} is missing` : `${what} is expected, not "${token.text}"`;
          throw new FilterProblem(token, problem2);
        }
        this.#next++;
        return token.value;
      }
      numberInParentheses(what) {
        if (!this.take("(")) return this.number(what);
        const value = this.numberInParentheses(what);
        this.close("(");
        return value;
      }
      /** Does an id come next: a number, an address or a name? */
      isId() {
        const { token } = this;
        if (token.kind === "word") return token.escaped || !isReserved(token.name);
        return token.kind !== "sign" && token.kind !== "end";
      }
      /** A number, alone or in parentheses. */
      startsId() {
        const behind = this.#behindParentheses();
        return this.#at(behind).kind === "number";
      }
      /** Does something that is calculated come next, rather than a primitive or an id? */
      startsNumber() {
        const { token } = this;
        if (is(token, ["len", "-"])) return true;
        if (is(token, PROTOCOLS)) return is(this.#at(1), ["["]);
        if (token.kind === "number") return calculates(this.#at(1));
        return is(token, ["("]) && calculates(this.#at(this.#closing() + 1));
      }
      #behindParentheses() {
        let distance = 0;
        while (is(this.#at(distance), ["("])) distance++;
        return distance;
      }
      /** How far away the parenthesis that closes this one is, or the end. */
      #closing() {
        let depth = 0;
        for (let distance = 0; ; distance++) {
          const token = this.#at(distance);
          if (token.kind === "end") return distance;
          if (is(token, ["("])) depth++;
          if (is(token, [")"]) && --depth === 0) return distance;
        }
      }
    };
  }
});

// src/compiler/language/packet/pcap/parser.ts
var parser_exports = {};
__export(parser_exports, {
  parseFilter: () => parseFilter2
});
function parseFilter2(text4) {
  try {
    const parser = new FilterParser(new TokenReader(text4));
    return { test: parser.filter() };
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    const { place: place2, message: message2, hint } = error;
    return { problem: { place: place2, message: message2, hint } };
  }
}
var import_suggest10, import_filter_tree3, FilterParser;
var init_parser = __esm({
  "src/compiler/language/packet/pcap/parser.ts"() {
    "use strict";
    import_suggest10 = __toESM(require_suggest_ts(), 1);
    init_arithmetic();
    import_filter_tree3 = __toESM(require_filter_tree_ts(), 1);
    init_keywords();
    init_primitive();
    init_problem();
    init_qualified();
    init_token_reader();
    FilterParser = class {
      #tokens;
      #primitives = new Primitives();
      constructor(tokens) {
        this.#tokens = tokens;
      }
      filter() {
        if (this.#tokens.atEnd()) return import_filter_tree3.ALWAYS;
        const { test } = this.#expression(void 0);
        if (!this.#tokens.atEnd()) this.#unexpected();
        return test;
      }
      #expression(before) {
        const tokens = this.#tokens;
        let { test, qualifiers } = this.#term(before);
        for (; ; ) {
          const isAnd = tokens.take("and", "&&");
          if (!isAnd && !tokens.take("or", "||")) return { test, qualifiers };
          const next = this.#term(qualifiers);
          test = isAnd ? (0, import_filter_tree3.and)(test, next.test) : (0, import_filter_tree3.or)(test, next.test);
          qualifiers = next.qualifiers;
        }
      }
      #term(before) {
        const tokens = this.#tokens;
        if (tokens.take("not", "!")) {
          const { test, qualifiers } = this.#term(before);
          return { test: (0, import_filter_tree3.not)(test), qualifiers };
        }
        if (tokens.startsNumber()) return { test: this.#relation(), qualifiers: void 0 };
        if (tokens.take("(")) {
          const { test } = this.#expression(before);
          tokens.close("(");
          return { test, qualifiers: before };
        }
        if (tokens.isId()) return this.#idAfter(before);
        return this.#primitive();
      }
      /** `or 443`: as the term before says. */
      #idAfter(qualifiers) {
        const { token } = this.#tokens;
        if (qualifiers !== void 0) return { test: this.#ids(qualifiers), qualifiers };
        const suggestion = token.kind === "word" ? (0, import_suggest10.didYouMean)(token.text, meaningfulWords()) : void 0;
        const hint = suggestion ?? "e.g. host 10.0.0.1, net 10.0.0.0/8, port 443";
        throw new FilterProblem(token, `"${token.text}" needs a word before it that says what it is`, hint);
      }
      #relation() {
        const tokens = this.#tokens;
        const left = parseNumber(tokens, this.#primitives);
        const operator = tokens.comparison();
        if (operator === void 0) {
          const hint = "numbers are compared: tcp[13] & 2 != 0";
          throw new FilterProblem(tokens.token, "a comparison is missing here", hint);
        }
        const right = parseNumber(tokens, this.#primitives);
        const needed = [...left.needs, ...right.needs];
        const [a, b] = [left.number, right.number];
        const test = {
          "=": () => (0, import_filter_tree3.compare)(a, "==", b),
          "!=": () => (0, import_filter_tree3.not)((0, import_filter_tree3.compare)(a, "==", b)),
          ">": () => (0, import_filter_tree3.compare)(a, ">", b),
          ">=": () => (0, import_filter_tree3.compare)(a, ">=", b),
          "<": () => (0, import_filter_tree3.not)((0, import_filter_tree3.compare)(a, ">=", b)),
          "<=": () => (0, import_filter_tree3.not)((0, import_filter_tree3.compare)(a, ">", b))
        }[operator]();
        return (0, import_filter_tree3.and)(...needed, test);
      }
      #primitive() {
        const tokens = this.#tokens;
        const start = tokens.token;
        const other = this.#other();
        if (other !== void 0) return { test: other, qualifiers: void 0 };
        const protocol = tokens.takeOneOf(PROTOCOLS);
        if (protocol !== void 0 && tokens.isOneOf(["broadcast", "multicast"])) {
          return { test: this.#castOf(protocol, start), qualifiers: void 0 };
        }
        const direction = this.#direction();
        const type = tokens.takeOneOf(["host", "net", "port", "portrange", "proto"]);
        if (type === void 0 && direction === void 0) {
          if (protocol === void 0) this.#unexpected();
          const test = this.#primitives.protocol(protocol);
          if (test !== void 0) return { test, qualifiers: void 0 };
          throw new FilterProblem(
            start,
            `"${protocol}" alone asks nothing`,
            `e.g. ${protocol} host 02:00:00:00:00:01`
          );
        }
        if (type === "proto" && direction !== void 0) {
          throw new FilterProblem(start, "a protocol has no direction", "e.g. ip proto 6");
        }
        const qualifiers = {
          protocol,
          direction: direction ?? "either",
          type,
          place: tokens.since(start)
        };
        return { test: this.#ids(qualifiers), qualifiers };
      }
      /** What takes neither a protocol before it nor an id. */
      #other() {
        const tokens = this.#tokens;
        const { token } = tokens;
        const refused = token.kind === "word" && !token.escaped ? refusalOf(token.name) : void 0;
        if (refused !== void 0) throw new FilterProblem(token, refused.problem, refused.hint);
        if (tokens.take("less", "greater")) {
          const length = { kind: "length" };
          const bound = (0, import_filter_tree3.number)(tokens.number("a number of bytes"));
          return token.text === "less" ? (0, import_filter_tree3.not)((0, import_filter_tree3.compare)(length, ">", bound)) : (0, import_filter_tree3.compare)(length, ">=", bound);
        }
        if (tokens.take("vlan")) {
          const place2 = tokens.token;
          const id = tokens.startsId() ? tokens.numberInParentheses("the number of a VLAN") : void 0;
          if (id !== void 0 && id > 4095)
            throw new FilterProblem(place2, `there is no VLAN ${id}`, "they go up to 4095");
          return this.#primitives.vlan(id);
        }
        if (tokens.isOneOf(["broadcast", "multicast"])) return this.#castOf("ether", token);
        return void 0;
      }
      #castOf(protocol, start) {
        const tokens = this.#tokens;
        const broadcast = tokens.takeOneOf(["broadcast", "multicast"]) === "broadcast";
        const primitives = this.#primitives;
        if (protocol === "ether") return broadcast ? primitives.etherBroadcast() : primitives.etherMulticast();
        if (protocol === "ip") return broadcast ? primitives.ipBroadcast() : primitives.ipMulticast();
        if (protocol === "ip6" && !broadcast) return primitives.ip6Multicast();
        const kind2 = broadcast ? "broadcast" : "multicast";
        const hint = broadcast ? "ether and ip have broadcasts" : "ether, ip and ip6 have multicasts";
        throw new FilterProblem(tokens.since(start), `there is no ${protocol} ${kind2}`, hint);
      }
      /** `src`, `dst`, `src or dst`, `src and dst`. */
      #direction() {
        const tokens = this.#tokens;
        const first2 = tokens.takeOneOf(["src", "dst"]);
        if (first2 === void 0) return void 0;
        const other = first2 === "src" ? "dst" : "src";
        if (tokens.takeBoth(["or", "||"], other)) return "either";
        if (tokens.takeBoth(["and", "&&"], other)) return "both";
        return first2;
      }
      /** One id, or several in parentheses: `port (80 or 443)`. */
      #ids(qualifiers) {
        const tokens = this.#tokens;
        if (tokens.take("not", "!")) return (0, import_filter_tree3.not)(this.#ids(qualifiers));
        if (!tokens.take("(")) return idTest(tokens, qualifiers, this.#primitives);
        let test = this.#ids(qualifiers);
        for (; ; ) {
          if (tokens.take("and", "&&")) test = (0, import_filter_tree3.and)(test, this.#ids(qualifiers));
          else if (tokens.take("or", "||")) test = (0, import_filter_tree3.or)(test, this.#ids(qualifiers));
          else break;
        }
        tokens.close("(");
        return test;
      }
      #unexpected() {
        const { token } = this.#tokens;
        if (token.kind === "end")
          throw new FilterProblem(token, "the filter ends too early", "e.g. tcp port 443");
        const hint = (token.kind === "word" ? (0, import_suggest10.didYouMean)(token.text, meaningfulWords()) : void 0) ?? "a filter looks like: tcp port 443 and host 10.0.0.1";
        throw new FilterProblem(token, `"${token.text}" does not belong here`, hint);
      }
    };
  }
});

// first:src/compiler/language/names/numbered.ts.cjs
var require_numbered_ts = __commonJS({
  "first:src/compiler/language/names/numbered.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/language/names/numbered.ts");
  }
});

// src/compiler/language/names/syscall.ts
var syscall_exports = {};
__export(syscall_exports, {
  syscallNames: () => syscallNames
});
function syscallNames(arch) {
  return (0, import_numbered.numbered)(arch === "x86_64" ? X86_64 : AARCH64)();
}
var import_numbered, X86_64, AARCH64;
var init_syscall = __esm({
  "src/compiler/language/names/syscall.ts"() {
    "use strict";
    import_numbered = __toESM(require_numbered_ts(), 1);
    X86_64 = "0: read write open close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn ioctl pread64 pwrite64 readv writev access pipe select sched_yield mremap msync mincore madvise shmget shmat shmctl dup dup2 pause nanosleep getitimer alarm setitimer getpid sendfile socket connect accept sendto recvfrom sendmsg recvmsg shutdown bind listen getsockname getpeername socketpair setsockopt getsockopt clone fork vfork execve exit wait4 kill uname semget semop semctl shmdt msgget msgsnd msgrcv msgctl fcntl flock fsync fdatasync truncate ftruncate getdents getcwd chdir fchdir rename mkdir rmdir creat link unlink symlink readlink chmod fchmod chown fchown lchown umask gettimeofday getrlimit getrusage sysinfo times ptrace getuid syslog getgid setuid setgid geteuid getegid setpgid getppid getpgrp setsid setreuid setregid getgroups setgroups setresuid getresuid setresgid getresgid getpgid setfsuid setfsgid getsid capget capset rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend sigaltstack utime mknod uselib personality ustat statfs fstatfs sysfs getpriority setpriority sched_setparam sched_getparam sched_setscheduler sched_getscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval mlock munlock mlockall munlockall vhangup modify_ldt pivot_root _sysctl prctl arch_prctl adjtimex setrlimit chroot sync acct settimeofday mount umount2 swapon swapoff reboot sethostname setdomainname iopl ioperm create_module init_module delete_module get_kernel_syms query_module quotactl nfsservctl getpmsg putpmsg afs_syscall tuxcall security gettid readahead setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr tkill time futex sched_setaffinity sched_getaffinity set_thread_area io_setup io_destroy io_getevents io_submit io_cancel get_thread_area lookup_dcookie epoll_create epoll_ctl_old epoll_wait_old remap_file_pages getdents64 set_tid_address restart_syscall semtimedop fadvise64 timer_create timer_settime timer_gettime timer_getoverrun timer_delete clock_settime clock_gettime clock_getres clock_nanosleep exit_group epoll_wait epoll_ctl tgkill utimes vserver mbind set_mempolicy get_mempolicy mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr kexec_load waitid add_key request_key keyctl ioprio_set ioprio_get inotify_init inotify_add_watch inotify_rm_watch migrate_pages openat mkdirat mknodat fchownat futimesat newfstatat unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat pselect6 ppoll unshare set_robust_list get_robust_list splice tee sync_file_range vmsplice move_pages utimensat epoll_pwait signalfd timerfd_create eventfd fallocate timerfd_settime timerfd_gettime accept4 signalfd4 eventfd2 epoll_create1 dup3 pipe2 inotify_init1 preadv pwritev rt_tgsigqueueinfo perf_event_open recvmmsg fanotify_init fanotify_mark prlimit64 name_to_handle_at open_by_handle_at clock_adjtime syncfs sendmmsg setns getcpu process_vm_readv process_vm_writev kcmp finit_module sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create kexec_file_load bpf execveat userfaultfd membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc pkey_free statx io_pgetevents rseq uretprobe 424: pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig fsmount fspick pidfd_open clone3 close_range openat2 pidfd_getfd faccessat2 process_madvise epoll_pwait2 mount_setattr quotactl_fd landlock_create_ruleset landlock_add_rule landlock_restrict_self memfd_secret process_mrelease futex_waitv set_mempolicy_home_node cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat listxattrat removexattrat open_tree_attr file_getattr file_setattr";
    AARCH64 = "0: io_setup io_destroy io_submit io_cancel io_getevents setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr getcwd lookup_dcookie eventfd2 epoll_create1 epoll_ctl epoll_pwait dup dup3 fcntl inotify_init1 inotify_add_watch inotify_rm_watch ioctl ioprio_set ioprio_get flock mknodat mkdirat unlinkat symlinkat linkat renameat umount2 mount pivot_root nfsservctl statfs fstatfs truncate ftruncate fallocate faccessat chdir fchdir chroot fchmod fchmodat fchownat fchown openat close vhangup pipe2 quotactl getdents64 lseek read write readv writev pread64 pwrite64 preadv pwritev sendfile pselect6 ppoll signalfd4 vmsplice splice tee readlinkat newfstatat fstat sync fsync fdatasync sync_file_range timerfd_create timerfd_settime timerfd_gettime utimensat acct capget capset personality exit exit_group waitid set_tid_address unshare futex set_robust_list get_robust_list nanosleep getitimer setitimer kexec_load init_module delete_module timer_create timer_gettime timer_getoverrun timer_settime timer_delete clock_settime clock_gettime clock_getres clock_nanosleep syslog ptrace sched_setparam sched_setscheduler sched_getscheduler sched_getparam sched_setaffinity sched_getaffinity sched_yield sched_get_priority_max sched_get_priority_min sched_rr_get_interval restart_syscall kill tkill tgkill sigaltstack rt_sigsuspend rt_sigaction rt_sigprocmask rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigreturn setpriority getpriority reboot setregid setgid setreuid setuid setresuid getresuid setresgid getresgid setfsuid setfsgid times setpgid getpgid getsid setsid getgroups setgroups uname sethostname setdomainname getrlimit setrlimit getrusage umask prctl getcpu gettimeofday settimeofday adjtimex getpid getppid getuid geteuid getgid getegid gettid sysinfo mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr msgget msgctl msgrcv msgsnd semget semctl semtimedop semop shmget shmctl shmat shmdt socket socketpair bind listen accept connect getsockname getpeername sendto recvfrom setsockopt getsockopt shutdown sendmsg recvmsg readahead brk munmap mremap add_key request_key keyctl clone execve mmap fadvise64 swapon swapoff mprotect msync mlock munlock mlockall munlockall mincore madvise remap_file_pages mbind get_mempolicy set_mempolicy migrate_pages move_pages rt_tgsigqueueinfo perf_event_open accept4 recvmmsg 260: wait4 prlimit64 fanotify_init fanotify_mark name_to_handle_at open_by_handle_at clock_adjtime syncfs setns sendmmsg process_vm_readv process_vm_writev kcmp finit_module sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create bpf execveat userfaultfd membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc pkey_free statx io_pgetevents rseq kexec_file_load 424: pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig fsmount fspick pidfd_open clone3 close_range openat2 pidfd_getfd faccessat2 process_madvise epoll_pwait2 mount_setattr quotactl_fd landlock_create_ruleset landlock_add_rule landlock_restrict_self memfd_secret process_mrelease futex_waitv set_mempolicy_home_node cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat listxattrat removexattrat open_tree_attr file_getattr file_setattr";
  }
});

// first:src/compiler/lower/packet/read.ts.cjs
var require_read_ts = __commonJS({
  "first:src/compiler/lower/packet/read.ts.cjs"(exports2, module2) {
    module2.exports = bundle("tsbpf").shared("src/compiler/lower/packet/read.ts");
  }
});

// src/compiler/lower/packet/wire-bytes.ts
var TAG_START, TAG_SIZE3, TAG_END, WireBytes;
var init_wire_bytes = __esm({
  "src/compiler/lower/packet/wire-bytes.ts"() {
    "use strict";
    TAG_START = 12;
    TAG_SIZE3 = 4;
    TAG_END = TAG_START + TAG_SIZE3;
    WireBytes = class {
      #lowering;
      #tagBeside;
      constructor(lowering, tagBeside) {
        this.#lowering = lowering;
        this.#tagBeside = tagBeside;
      }
      /** How many bytes of the packet must be there to load so many. */
      reach(offset2, size) {
        const end = offset2 + size;
        if (!this.#tagBeside) return end;
        const before = offset2 < TAG_START ? Math.min(end, TAG_START) : 0;
        return Math.max(before, end > TAG_END ? end - TAG_SIZE3 : 0);
      }
      /** As they lie on the wire. */
      load(offset2, size) {
        const { builder, packet } = this.#lowering;
        const inTag = this.#tagBeside && offset2 < TAG_END && offset2 + size > TAG_START;
        if (!inTag) return builder.load(size, packet.data(), this.start(offset2));
        let value = builder.const(0);
        for (let i = 0; i < size; i++) {
          value = builder.binary("or", value, builder.binaryImm("shl", this.#byte(offset2 + i), 8 * i));
        }
        return value;
      }
      #byte(offset2) {
        const { builder, packet, context, probeType } = this.#lowering;
        const { tag } = probeType.packet.context;
        if (offset2 < TAG_START || offset2 >= TAG_END || tag === void 0) {
          return builder.load(1, packet.data(), this.start(offset2));
        }
        const at = offset2 - TAG_START;
        const word4 = builder.load(4, context, at < 2 ? tag.type : tag.tci);
        const shift = at === 1 || at === 2 ? 8 : 0;
        return builder.binaryImm("and", builder.binaryImm("lshr", word4, shift), 255);
      }
      /** Where in the packet something begins that does so behind the tag or before it. */
      start(offset2) {
        return this.#tagBeside && offset2 >= TAG_START ? Math.max(offset2 - TAG_SIZE3, TAG_START) : offset2;
      }
      /** An index that is calculated, and what is added to it: what the tag would hold is what is behind it. */
      indexed(index, offset2) {
        if (!this.#tagBeside) return [index, offset2];
        if (offset2 >= TAG_END) return [index, offset2 - TAG_SIZE3];
        const { builder } = this.#lowering;
        const at = builder.binaryImm("add", index, offset2);
        const behind = builder.const(TAG_END);
        const less = builder.select(
          "uge",
          at,
          behind,
          () => builder.const(TAG_SIZE3),
          () => builder.const(0)
        );
        return [builder.binary("sub", at, less), 0];
      }
      length(ofPacket) {
        return this.#tagBeside ? this.#lowering.builder.binaryImm("add", ofPacket, TAG_SIZE3) : ofPacket;
      }
    };
  }
});

// src/compiler/lower/packet/filter.ts
var filter_exports = {};
__export(filter_exports, {
  lowerFilter: () => lowerFilter
});
function lowerFilter(lowering, test) {
  const { builder, context, probeType } = lowering;
  const tag = probeType.packet?.context.tag;
  return builder.truth((yes, no) => {
    if (tag === void 0) {
      new FilterLowering(lowering, no, false).test(test, yes, no);
      return;
    }
    const [beside, without] = [builder.newBlock(), builder.newBlock()];
    builder.branchIf(builder.load(4, context, tag.present), beside, without, { likely: "else" });
    for (const way of [beside, without]) {
      builder.enter(way);
      new FilterLowering(lowering, no, way === beside).test(test, yes, no);
    }
  });
}
function turned(value, size) {
  let result = 0;
  for (let i = 0; i < size; i++) result = result * 256 + (Math.floor(value / 256 ** i) & 255);
  return result;
}
var import_read, MOST_OFFSET, FilterLowering, COMPARISONS2, OPERATIONS;
var init_filter = __esm({
  "src/compiler/lower/packet/filter.ts"() {
    "use strict";
    import_read = __toESM(require_read_ts(), 1);
    init_wire_bytes();
    MOST_OFFSET = 32768;
    FilterLowering = class {
      #lowering;
      /** Where the whole filter is false. */
      #false;
      /** What is known on all ways into a block that were made so far. */
      #known = /* @__PURE__ */ new Map();
      #reach = /* @__PURE__ */ new Map();
      /** Numbers that were read, by their place and size; ends of IP headers. */
      #read = /* @__PURE__ */ new Map();
      #behind = /* @__PURE__ */ new Map();
      /** Offsets are of the frame on the wire: behind a tag that the kernel keeps beside the packet they differ. */
      #wire;
      constructor(lowering, no, tagBeside) {
        this.#lowering = lowering;
        this.#false = no;
        this.#wire = new WireBytes(lowering, tagBeside);
      }
      get #builder() {
        return this.#lowering.builder;
      }
      /** Ends the block; the caller enters both others. */
      test(test, then, otherwise) {
        switch (test.kind) {
          case "constant":
            this.#jump(test.value ? then : otherwise);
            return;
          case "not":
            this.test(test.operand, otherwise, then);
            return;
          case "and":
          case "or": {
            const next = this.#builder.newBlock();
            if (test.kind === "and") this.test(test.left, next, otherwise);
            else this.test(test.left, then, next);
            this.#enter(next);
            this.test(test.right, then, otherwise);
            return;
          }
          case "compare":
            this.#compare(test, then, otherwise);
        }
      }
      #compare({ operator, left, right }, then, otherwise) {
        const swapped2 = operator === "==" ? this.#asItLies(left, right) : void 0;
        const a = swapped2?.[0] ?? this.#number(left);
        const b = swapped2?.[1] ?? this.#number(right);
        this.#branch(COMPARISONS2[operator], a, b, then, otherwise);
      }
      /** Bytes equal a constant, with or without a mask: then the constant is turned around instead. */
      #asItLies(left, right) {
        if (right.kind !== "number") return void 0;
        const builder = this.#builder;
        const masked = left.kind === "operation" && left.operator === "&" ? left : void 0;
        const mask = masked?.right.kind === "number" ? masked.right.value : void 0;
        const bytes3 = masked === void 0 ? left : masked.left;
        if (bytes3.kind !== "bytes" || masked !== void 0 && mask === void 0) return void 0;
        const most = 2 ** (8 * bytes3.size) - 1;
        if (right.value > most) return void 0;
        const value = this.#load(bytes3);
        const wanted = builder.const(turned(right.value, bytes3.size));
        if (mask === void 0) return [value, wanted];
        return [builder.binaryImm("and", value, turned((mask & most) >>> 0, bytes3.size)), wanted];
      }
      #number(number8) {
        const builder = this.#builder;
        switch (number8.kind) {
          case "number":
            return builder.const(number8.value);
          case "length":
            return this.#wire.length((0, import_read.packetLength)(this.#lowering));
          case "bytes": {
            const value = this.#load(number8);
            return number8.size === 1 ? value : builder.bswap(value, number8.size === 2 ? 16 : 32);
          }
          case "operation":
            return this.#calculate(number8.operator, this.#number(number8.left), this.#number(number8.right));
        }
      }
      #calculate(operator, a, b) {
        const builder = this.#builder;
        const result = () => builder.binary(OPERATIONS[operator], a, b, 32);
        switch (operator) {
          case "/":
          case "%":
            this.#require("ne", b, builder.const(0));
            return result();
          case "<<":
          case ">>":
            if (builder.constantOf(b) !== void 0) return result();
            return builder.select("ugt", b, builder.const(31), () => builder.const(0), result);
          default:
            return result();
        }
      }
      /** As it lies in the packet. */
      #load({ place: place2, size }) {
        const builder = this.#builder;
        if (place2.index !== void 0) return this.#loadAt(place2, size, this.#number(place2.index));
        const key = `${place2.header} ${place2.offset} ${size}`;
        const local = this.#read.get(key) ?? builder.newLocal(key);
        this.#read.set(key, local);
        if (builder.isDefined(local)) return builder.read(local);
        const value = this.#loadFrom(place2, size);
        builder.write(local, value);
        return value;
      }
      #loadFrom({ header, offset: offset2 }, size) {
        const wire = this.#wire;
        const end = offset2 + size;
        if (end > MOST_OFFSET) {
          this.#jumpAway();
          return this.#builder.const(0);
        }
        if (header !== void 0) {
          const base = this.#behindIp(header);
          this.#reachTo(header, base, end);
          return this.#builder.load(size, base, offset2);
        }
        this.#reachTo("frame", this.#lowering.packet.data(), wire.reach(offset2, size));
        return wire.load(offset2, size);
      }
      #loadAt({ header, offset: offset2 }, size, index) {
        const builder = this.#builder;
        this.#require("ult", index, builder.const(MOST_OFFSET));
        const [base, first2, step] = header === void 0 ? [this.#lowering.packet.data(), ...this.#wire.indexed(index, offset2)] : [this.#behindIp(header), index, offset2];
        const at = builder.binary("add", base, first2);
        this.#require("ule", builder.offset(at, step + size), this.#lowering.packet.end());
        return builder.load(size, at, step);
      }
      /** The end of the IPv4 header at an offset, by its length field. */
      #behindIp(header) {
        const builder = this.#builder;
        const local = this.#behind.get(header) ?? builder.newLocal(`behind ${header}`);
        this.#behind.set(header, local);
        if (!builder.isDefined(local)) {
          const first2 = this.#load({
            kind: "bytes",
            size: 1,
            place: { header: void 0, offset: header, index: void 0 }
          });
          const length = builder.binaryImm("shl", builder.binaryImm("and", first2, 15), 2);
          const ip = builder.offset(this.#lowering.packet.data(), this.#wire.start(header));
          builder.write(local, builder.binary("add", ip, length));
          this.#reach = new Map([...this.#reach].filter(([from]) => from !== header));
        }
        return builder.read(local);
      }
      #reachTo(from, base, end) {
        if ((this.#reach.get(from) ?? 0) >= end) return;
        this.#require("ule", this.#builder.offset(base, end), this.#lowering.packet.end());
        this.#reach = new Map([...this.#reach, [from, end]]);
      }
      /** Or the whole filter is false. */
      #require(fn, a, b) {
        const on = this.#builder.newBlock();
        this.#branch(fn, a, b, on, this.#false, { likely: "then" });
        this.#enter(on);
      }
      /** What follows cannot be reached. */
      #jumpAway() {
        this.#jump(this.#false);
        const dead = this.#builder.newBlock();
        this.#builder.seal(dead);
        this.#builder.moveTo(dead);
      }
      #branch(fn, a, b, then, otherwise, more) {
        this.#arriveAt(then);
        this.#arriveAt(otherwise);
        this.#builder.branch(fn, a, b, then, otherwise, more);
      }
      #jump(to) {
        this.#arriveAt(to);
        this.#builder.jump(to);
      }
      #arriveAt(block) {
        const before = this.#known.get(block);
        const common = [...this.#reach].map(([from, end]) => [
          from,
          before === void 0 ? end : Math.min(end, before.get(from) ?? 0)
        ]);
        this.#known.set(block, new Map(common));
      }
      #enter(block) {
        this.#builder.seal(block);
        this.#builder.moveTo(block);
        this.#reach = this.#known.get(block) ?? /* @__PURE__ */ new Map();
      }
    };
    COMPARISONS2 = { "==": "eq", ">": "ugt", ">=": "uge" };
    OPERATIONS = {
      "+": "add",
      "-": "sub",
      "*": "mul",
      "/": "udiv",
      "%": "umod",
      "&": "and",
      "|": "or",
      "^": "xor",
      "<<": "shl",
      ">>": "lshr"
    };
  }
});

// more-entry.js
module.exports = {
  "src/cli/complete/complete.ts": () => (init_complete(), __toCommonJS(complete_exports)),
  "src/cli/subcommand.ts": () => (init_subcommand(), __toCommonJS(subcommand_exports)),
  "src/cli/format.ts": () => (init_format2(), __toCommonJS(format_exports)),
  "src/cli/list.ts": () => (init_list(), __toCommonJS(list_exports)),
  "src/cli/info/info.ts": () => (init_info(), __toCommonJS(info_exports)),
  "src/cli/compiler-bench.ts": () => (init_compiler_bench(), __toCommonJS(compiler_bench_exports)),
  "src/kernel/host/demangle.ts": () => (init_demangle(), __toCommonJS(demangle_exports)),
  "src/cli/paint.ts": () => (init_paint(), __toCommonJS(paint_exports)),
  "src/cli/emit.ts": () => (init_emit(), __toCommonJS(emit_exports)),
  "src/cli/trials.ts": () => (init_trials2(), __toCommonJS(trials_exports)),
  "src/cli/packets.ts": () => (init_packets(), __toCommonJS(packets_exports)),
  "src/cli/ssh-rehearsal.ts": () => (init_ssh_rehearsal(), __toCommonJS(ssh_rehearsal_exports)),
  "src/output/selecting-sink.ts": () => (init_selecting_sink(), __toCommonJS(selecting_sink_exports)),
  "src/output/json.ts": () => (init_json2(), __toCommonJS(json_exports)),
  "src/output/folded.ts": () => (init_folded(), __toCommonJS(folded_exports)),
  "src/output/csv.ts": () => (init_csv(), __toCommonJS(csv_exports)),
  "src/output/live/live-sink.ts": () => (init_live_sink(), __toCommonJS(live_sink_exports)),
  "src/output/table/table-sink.ts": () => (init_table_sink(), __toCommonJS(table_sink_exports)),
  "src/runtime/capture-files.ts": () => (init_capture_files(), __toCommonJS(capture_files_exports)),
  "src/cli/check-rows.ts": () => (init_check_rows(), __toCommonJS(check_rows_exports)),
  "src/compiler/bpf/disassemble.ts": () => (init_disassemble(), __toCommonJS(disassemble_exports)),
  "src/compiler/check/dump.ts": () => (init_dump2(), __toCommonJS(dump_exports2)),
  "src/compiler/ir/printer.ts": () => (init_printer2(), __toCommonJS(printer_exports)),
  "src/runtime/set-files.ts": () => (init_set_files(), __toCommonJS(set_files_exports)),
  "src/runtime/rehearsal.ts": () => (init_rehearsal(), __toCommonJS(rehearsal_exports)),
  "src/compiler/syntax/dump.ts": () => (init_dump(), __toCommonJS(dump_exports)),
  "src/kernel/host/binary/user-space.ts": () => (init_user_space(), __toCommonJS(user_space_exports)),
  "src/runtime/rule-watch.ts": () => (init_rule_watch(), __toCommonJS(rule_watch_exports)),
  "src/compiler/lower/rule.ts": () => (init_rule(), __toCommonJS(rule_exports)),
  "src/kernel/attach/tc-filter.ts": () => (init_tc_filter(), __toCommonJS(tc_filter_exports)),
  "src/compiler/language/packet/pcap/parser.ts": () => (init_parser(), __toCommonJS(parser_exports)),
  "src/compiler/language/names/syscall.ts": () => (init_syscall(), __toCommonJS(syscall_exports)),
  "src/compiler/lower/packet/filter.ts": () => (init_filter(), __toCommonJS(filter_exports))
};
return module.exports;})
