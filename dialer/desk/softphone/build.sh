#!/bin/sh
# Make the vendored softphone anew: JsSIP of the locked version, bundled once into one module.
# Needs node and npm. `build.sh` writes ../static/vendor/jssip.js, its licences, and vendor.toml.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
vendor=$here/../static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/entry.js" "$work"
cd "$work"
npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
node node_modules/esbuild/bin/esbuild entry.js --bundle --format=esm --minify --charset=utf8 \
    --target=chrome120,firefox120,safari17 --legal-comments=none --outfile=jssip.js --log-level=warning
bundled=$(npm ls --all --omit=dev --parseable | sed 1d | sed 's|.*/node_modules/||' | sort -u)
{
    printf 'jssip.js is made of these packages. Their licences:\n'
    for name in $bundled; do
        folder=node_modules/$name
        version=$(node -p "require('./$folder/package.json').version")
        case $name in @types/*) continue ;; esac # types leave nothing in the bundle
        printf '\n==== %s %s ====\n' "$name" "$version"
        licence=$(find "$folder" -maxdepth 1 -iname 'licen[cs]e*' | sort | head -n 1)
        if [ -n "$licence" ]; then cat "$licence"; else node -p "require('./$folder/package.json').license"; fi
    done
} > jssip.LICENSE.txt
mkdir -p "$vendor"
cp jssip.js jssip.LICENSE.txt "$vendor/"
{
    printf '# Made by build.sh; a test holds the files against it.\n'
    printf 'jssip = "%s"\n' "$(node -p "require('./node_modules/jssip/package.json').version")"
    printf 'esbuild = "%s"\n' "$(node -p "require('./node_modules/esbuild/package.json').version")"
    printf 'licence = "%s"\n\n[sha256]\n' "$(node -p "require('./node_modules/jssip/package.json').license")"
    for file in jssip.js jssip.LICENSE.txt; do
        printf '"%s" = "%s"\n' "$file" "$(sha256sum "$file" | cut -d' ' -f1)"
    done
} > "$here/vendor.toml"
