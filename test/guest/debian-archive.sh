# Sourced by the fetch scripts: packages of any Debian suite, without touching this machine's own package lists.
#
# The archive's address is taken from this machine's apt sources. Every suite gets an apt state of its own under the cache,
# with an empty "status" file, so that apt resolves dependencies as for an empty machine.

cache=${TSBPF_CACHE:-${HOME:-/root}/.cache/tsbpf}
# No more than one index refresh a day: a run that finds what it needs in the cache asks the network nothing.
index_max_age_minutes=1440

say() { echo "$*" >&2; }

# lock_cache: one fetch at a time; the lock goes with the process.
lock_cache() {
	mkdir -p "$cache"
	exec 9>"$cache/lock"
	flock 9
}

# archive_uri KIND: the first Debian archive in the apt sources; KIND is "main" or "security".
archive_uri() {
	local uris
	uris=$(
		{
			grep -hE '^deb ' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
				sed 's/\[[^]]*\]//' | awk '{ print $2 }'
			sed -n 's/^URIs:[[:space:]]*//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | tr ' ' '\n'
		} | sed 's#/*$##'
	)
	case $1 in
	security) grep -m1 '/debian-security$' <<<"$uris" || archive_uri main | sed 's#/debian$#/debian-security#' ;;
	*) grep -m1 '/debian$' <<<"$uris" ;;
	esac
}

# suite_apt SUITE COMMAND...: runs apt-get or apt-cache against SUITE only (SUITE-security for the security archive), for this
# machine's architecture or for $suite_architecture.
suite_apt() {
	local suite=$1 state uri
	shift
	state=$cache/apt/$suite${suite_architecture:+-$suite_architecture}
	if [ ! -e "$state/etc/sources.list" ]; then
		mkdir -p "$state"/{etc,state/lists/partial,cache/archives/partial}
		: >"$state/status"
		case $suite in *-security) uri=$(archive_uri security) ;; *) uri=$(archive_uri main) ;; esac
		[ -n "$uri" ] || { say "no Debian archive in this machine's apt sources"; return 1; }
		# Releases past their support carry signatures and dates that have expired; that is no reason to refuse a test kernel.
		echo "deb [check-valid-until=no] $uri $suite main" >"$state/etc/sources.list"
	fi
	cat >"$state/apt.conf" <<-CONF
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::sourcelist "$state/etc/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::State "$state/state";
		Dir::State::status "$state/status";
		Dir::Cache "$state/cache";
		Dir::Cache::pkgcache "";
		Dir::Cache::srcpkgcache "";
		APT::Sandbox::User "";
		APT::Install-Recommends "false";
		Acquire::Languages "none";
		Acquire::GzipIndexes "true";
		Acquire::Retries "3";
		${suite_architecture:+APT::Architecture "$suite_architecture"; APT::Architectures "$suite_architecture";}
	CONF
	APT_CONFIG=$state/apt.conf "$@"
}

# suite_refresh SUITE: brings the suite's index up to date, at most once a day.
suite_refresh() {
	local stamp=$cache/apt/$1${suite_architecture:+-$suite_architecture}/refreshed
	[ -n "$(find "$stamp" -mmin "-$index_max_age_minutes" 2>/dev/null)" ] && return
	say "reading the package index of $1"
	suite_apt "$1" apt-get -qq update >&2 && touch "$stamp"
}
