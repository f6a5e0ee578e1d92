#!/bin/bash
# install.sh PREFIX: Debian's Asterisk 22, with its own loader and libraries, into PREFIX.
#
# Does nothing when PREFIX/asterisk already runs; FORCE=1 refreshes. 111 MB to download, kept in
# ${XDG_CACHE_HOME:-~/.cache}/predictive-dialer/asterisk; 200 MB on disk. How, and what in the
# environment overrides it: ../debian.sh.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../debian.sh
. "$(dirname -- "$(realpath -- "$0")")/../debian.sh"

NAME=asterisk TITLE=Asterisk WANTED="Asterisk 22" DOWNLOAD="111 MB"
SUITES=${SUITES:-"forky sid"}
PACKAGES=(asterisk asterisk-core-sounds-en-wav asterisk-moh-opsound-wav)
# Never needed by a headless Asterisk that no maintainer script sets up; 110 MB of them.
SKIP='^(adduser|passwd|debconf|perl.*|libperl.*|gnupg.*|gpg.*|dirmngr|pinentry.*|login.*|libpam.*|tar|dpkg|sensible-utils|init-system-helpers|mount|util-linux|pci\.ids|libsnmp.*|libjack.*|freetds.*|libsybdb.*|coreutils|debianutils|bash|sed|systemd.*|libsystemd-shared|openssl-provider.*)$'
START="\"\$R/usr/sbin/asterisk\""

settle() { ln -sfn en_US_f_Allison "$1/usr/share/asterisk/sounds/en"; }

version() { "$PREFIX/asterisk" -V; }

unpack_program "$@"
