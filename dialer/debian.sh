# shellcheck shell=bash
# debian.sh: a program out of Debian's packages, with its own loader and libraries. To be sourced.
#
# Without root, chroot or dpkg database: private apt directories with an empty status file,
# download only, `dpkg-deb -x`, and a start through the unpacked loader. Nothing of the system is
# touched, so any apt machine of the same architecture will do (Debian 12, 13, Ubuntu 22.04+).
# Packages are kept in ${XDG_CACHE_HOME:-~/.cache}/predictive-dialer/NAME; PREFIX/packages.txt tells
# name, version and sha256 of everything unpacked, PREFIX/root is the tree, PREFIX/NAME starts it.
#
# Who sources it says what is particular, then calls `unpack_program PREFIX`:
#   NAME, TITLE        asterisk, Asterisk: of files, and in messages
#   WANTED, DOWNLOAD   "Asterisk 22", what to install where there is no apt; "111 MB"
#   SUITES, PACKAGES   where they are looked for, in turn; the first that can be fetched and runs
#   SKIP               a regular expression of packages that are never needed
#   settle TREE        what maintainer scripts would have done, less to carry; sets START: the program
#                      within $R, and what its loader is told of it
#   version            one line of the program in PREFIX; fails where it does not run
# FORCE, SUITES, MIRROR, KEYRING in the environment override what is found. Exit code 2: no program.

say() { echo "$NAME: $*" >&2; }
die() { say "$*"; exit 2; }

already_there() {
  [ -z "${FORCE:-}" ] && runs || return 1
  say "$(version) is there already: $PREFIX"
}

runs() { [ -x "$PREFIX/$NAME" ] && version >/dev/null 2>&1; }

need() { command -v "$1" >/dev/null || die "$1 is missing: $2"; }

find_mirror() {  # the Debian mirror this machine's apt uses; elsewhere (Ubuntu) the public one
  local found
  found=$(apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -n 's/^Debian|//p' | head -1) || true
  echo "${found:-http://deb.debian.org/debian/}"
}

find_keyring() {  # Debian's keys: installed, or fetched by this machine's own apt and unpacked
  local installed=/usr/share/keyrings/debian-archive-keyring.gpg
  local own=$CACHE/keyring$installed
  if [ -r "$installed" ]; then echo "$installed"; return; fi
  if [ ! -r "$own" ]; then
    mkdir -p "$CACHE/keyring"
    (cd "$CACHE/keyring" && apt-get -qq download debian-archive-keyring >/dev/null 2>&1 &&
      dpkg-deb -x debian-archive-keyring_*.deb .) || true
  fi
  [ -r "$own" ] || die "Debian's keys are missing: sudo apt-get install debian-archive-keyring (or set KEYRING=FILE)"
  echo "$own"
}

write_apt_conf() {  # write_apt_conf DIR SUITE: an apt of our own, that knows of nothing installed
  local dir=$1 suite=$2
  mkdir -p "$dir"/{lists,archives}/partial
  : > "$dir/status"
  echo "deb [signed-by=$KEYRING] $MIRROR $suite main" > "$dir/sources.list"
  cat > "$dir/apt.conf" <<X
Dir::Etc::SourceList "$dir/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$dir";
Dir::State::Lists "$dir/lists";
Dir::State::status "$dir/status";
Dir::State::extended_states "$dir/extended_states";
Dir::Cache "$dir";
Dir::Cache::archives "$dir/archives";
Dir::Log "$dir";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
X
}

unpack() {  # unpack DIR TREE: exactly the packages of this resolution, into TREE
  local dir=$1 tree=$2 count=0 name version deb
  rm -rf "$tree"; mkdir -p "$tree"; : > "$PREFIX/packages.txt"
  while read -r name version; do
    [[ $name =~ $SKIP ]] && continue
    deb=$(find "$dir/archives" -name "${name}_${version//:/%3a}_*.deb" | head -1)
    [ -n "$deb" ] || { say "the package $name $version was not downloaded"; return 1; }
    dpkg-deb -x "$deb" "$tree" || return 1
    echo "$name $version $(sha256sum < "$deb" | cut -d' ' -f1)" >> "$PREFIX/packages.txt"
    count=$((count + 1))
    [ $((count % 40)) -ne 0 ] || say "unpacked $count packages"
  done < <(apt-get -s install "${PACKAGES[@]}" | sed -nE 's/^Inst ([^ ]+) \(([^ ]+) .*/\1 \2/p')
  [ "$count" -gt 0 ] || return 1
}

lighten() {  # lighten TREE: nobody reads it there; and one tree, however the suite divides it
  local tree=$1 dir
  rm -rf "$tree"/usr/share/{doc,man,locale,info,lintian,perl,zoneinfo} "$tree"/etc/{init.d,default,logrotate.d}
  for dir in bin sbin lib lib64; do [ -e "$tree/$dir" ] || ln -s "usr/$dir" "$tree/$dir"; done
  chmod -R a+rX "$tree"  # unpacked by root, run by anybody
  [ -e "$tree/usr/lib/$TRIPLE/$LOADER" ]
}

write_launcher() {
  cat > "$PREFIX/$NAME.new" <<X
#!/bin/sh
# Starts the unpacked $TITLE with its own loader and libraries; written by install.sh.
R=\$(CDPATH= cd -- "\$(dirname -- "\$0")" && pwd)/root
exec "\$R/usr/lib/$TRIPLE/$LOADER" --inhibit-cache --library-path "\$R/usr/lib/$TRIPLE:\$R/usr/lib" $START "\$@"
X
  chmod +x "$PREFIX/$NAME.new"
  mv -f "$PREFIX/$NAME.new" "$PREFIX/$NAME"  # never through a link to somebody's program
}

install_from() {  # install_from SUITE
  local suite=$1 dir=$CACHE/$1 tree=$PREFIX/root.new
  write_apt_conf "$dir" "$suite"
  export APT_CONFIG=$dir/apt.conf
  say "reading the package index of Debian $suite"
  apt-get -qq update || return 1
  say "downloading ($DOWNLOAD the first time)"
  apt-get -qq -y --download-only install "${PACKAGES[@]}" || return 1
  say "unpacking into $PREFIX"
  unpack "$dir" "$tree" && settle "$tree" && lighten "$tree" || return 1
  unset APT_CONFIG
  rm -rf "$PREFIX/root.old"
  [ ! -d "$PREFIX/root" ] || mv "$PREFIX/root" "$PREFIX/root.old"
  mv "$tree" "$PREFIX/root"
  rm -rf "$PREFIX/root.old"
  write_launcher
  runs || { say "it was unpacked, but does not start: $(version 2>&1 | head -1)"; return 1; }
  say "$(version) from $suite, $(du -sh "$PREFIX/root" | cut -f1): $PREFIX"
}

unpack_program() {  # unpack_program PREFIX: does nothing where it runs already; FORCE=1 refreshes
  local suite
  [ $# -eq 1 ] || die "usage: install.sh PREFIX"
  PREFIX=$(realpath -m "$1")
  CACHE=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/predictive-dialer/$NAME
  if already_there; then return; fi
  need apt-get "$TITLE is unpacked from Debian packages; on other systems install $WANTED yourself"
  need dpkg-deb "it comes with dpkg"
  case $(dpkg --print-architecture) in
    amd64) TRIPLE=x86_64-linux-gnu LOADER=ld-linux-x86-64.so.2 ;;
    arm64) TRIPLE=aarch64-linux-gnu LOADER=ld-linux-aarch64.so.1 ;;
    *) die "no $TITLE for $(dpkg --print-architecture): only amd64 and arm64 are known to work" ;;
  esac
  mkdir -p "$PREFIX" "$CACHE" 2>/dev/null && [ -w "$PREFIX" ] && [ -w "$CACHE" ] ||
    die "cannot write $PREFIX or $CACHE: give another PREFIX, or set XDG_CACHE_HOME"
  exec 9> "$CACHE/lock"
  flock -n 9 || { say "another installation is running, waiting for it"; flock 9; }
  if already_there; then return; fi
  MIRROR=${MIRROR:-$(find_mirror)}
  KEYRING=${KEYRING:-$(find_keyring)}
  for suite in $SUITES; do
    if install_from "$suite"; then return; fi
    unset APT_CONFIG
    say "Debian $suite did not work"
  done
  die "no $TITLE could be fetched from $MIRROR: check the network (a proxy? set http_proxy), or set MIRROR=URL"
}
