#!/bin/bash
# install.sh PREFIX: Debian's PyPy for Python 3.11, with its own loader and libraries, into PREFIX.
#
# Does nothing when PREFIX/pypy already runs; FORCE=1 refreshes. 21 MB to download beside the index,
# kept in ${XDG_CACHE_HOME:-~/.cache}/predictive-dialer/pypy; 105 MB on disk. How, and what in the
# environment overrides it: dialer/debian.sh. Zones are the system's, or those of the package tzdata.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../dialer/debian.sh
. "$(dirname -- "$(realpath -- "$0")")/../../dialer/debian.sh"

NAME=pypy TITLE=PyPy WANTED="PyPy for Python 3.11" DOWNLOAD="21 MB"
SUITES=${SUITES:-"trixie forky"}
PACKAGES=(pypy3)
SKIP='^(gcc-.*-base|openssl-provider.*)$'

settle() {
  local tree=$1 library speaks
  for library in "$tree"/usr/lib/pypy3.*; do speaks=${library##*/pypy}; done
  [ "${speaks#3.}" -ge 11 ] ||
    { say "it speaks Python $speaks, and 3.11 is the oldest that will do"; return 1; }
  rm -rf "$tree"/usr/share/{lintian,pypy3,python3} "$tree/usr/lib/$TRIPLE/gconv" \
    "$library"/{idlelib,lib2to3,pydoc_data,test,tkinter,turtledemo}
  # It finds its library by its own path, and starts itself by it: a child process, multiprocessing.
  START="--argv0 \"\$R/usr/bin/pypy3\" \"\$R/usr/bin/pypy$speaks\""
  rm "$tree/usr/bin/pypy3"
  cat > "$tree/usr/bin/pypy3" <<'X'
#!/bin/sh
exec "$(dirname -- "$0")/../../../pypy" "$@"
X
  chmod +x "$tree/usr/bin/pypy3"
  # Who may not write there would compile its library at each start, for seconds.
  "$tree/usr/lib/$TRIPLE/$LOADER" --inhibit-cache --library-path "$tree/usr/lib/$TRIPLE" \
    --argv0 "$tree/usr/bin/pypy3" "$tree/usr/bin/pypy$speaks" -m compileall -q "$library" >&2 || true
}

version() {
  "$PREFIX/pypy" -ISc '
import sys
if sys.implementation.name != "pypy" or sys.version_info < (3, 11):
    sys.exit(f"{sys.implementation.name} {sys.version.split()[0]}")
print("PyPy %d.%d.%d" % sys.pypy_version_info[:3], "for Python %d.%d" % sys.version_info[:2])'
}

unpack_program "$@"
