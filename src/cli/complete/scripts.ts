// What `tsbpf completion SHELL` prints: a function for the shell that asks `tsbpf complete` at each Tab. What there is to offer is
// known there only, so a script never grows old.
import type { Shell } from '../subcommands.js';

/** `name`: how the command is called. */
export function completionScript(shell: Shell, name: string): string {
  return SCRIPTS[shell].replaceAll('tsbpf', name);
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
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
`,
};
