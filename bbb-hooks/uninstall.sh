#!/usr/bin/env bash
# Takes bbb-tiers off a BigBlueButton host; never removes a file that the administrator has changed unless told so.
set -euo pipefail

SOURCE=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=shell/places.sh
source "$SOURCE/shell/places.sh"
# shellcheck source=shell/manifest.sh
source "$SOURCE/shell/manifest.sh"

usage() {
  cat <<'TEXT'
Usage: uninstall.sh [--keep-config | --purge] [--dry-run] [--root DIR]

  --keep-config  leave all of /etc/bbb-tiers, secrets included, for a later installation.
  --purge        remove files of /etc/bbb-tiers that were changed, too.
  --dry-run      show what would be removed, change nothing.
  --root DIR     work on the tree below DIR instead of /.
TEXT
}

parse_arguments() {
  ROOT=$(root_of "$SOURCE") MODE=apply KEEP_CONFIG=no PURGE=no
  while (($#)); do
    case $1 in
      --root) [[ -d ${2:-} ]] || usage_error "--root: expected a folder, got '${2:-}'"; ROOT=$(cd -P "$2" && pwd); ROOT=${ROOT%/}; shift ;;
      --keep-config) KEEP_CONFIG=yes ;;
      --purge) PURGE=yes ;;
      --dry-run) MODE=show ;;
      -h | --help) usage; exit 0 ;;
      *) usage_error "unknown argument '$1'; see --help" ;;
    esac
    shift
  done
  [[ $KEEP_CONFIG == no || $PURGE == no ]] || usage_error '--keep-config and --purge exclude each other'
}

stop_things() {
  [[ -z $ROOT && $MODE == apply && -d /run/systemd/system ]] || return 0
  systemctl disable --now bbb-tiers.service bbb-tiers-recordings.timer || true
}

remove_blocks() {
  local path
  for path in "$APPLY_CONFIG" "$WEBHOOKS_CONFIG"; do
    [[ -f $ROOT$path ]] || continue
    grep -q '# BEGIN bbb-tiers ' "$ROOT$path" || continue
    say "unmerge   $path"
    [[ $MODE != apply ]] || ruby --disable-gems "$SOURCE/ruby/host-config" remove "$ROOT$path" >/dev/null
  done
}

# Recordings that were put away in doubt stay where they are, and nobody would look at them again.
tell_held() {
  local file
  for file in "$ROOT$MEMORY"/pending/*.json; do
    [[ -f $file ]] || continue
    grep -q '"held"' "$file" || continue
    say "NOTE      recording $(basename "$file" .json) was put away in doubt and stays unpublished: $(cat "$file")"
  done
}

wanted() {
  local path=$1
  [[ $path != "$ETC"/* ]] && return 0
  if [[ $KEEP_CONFIG == yes ]]; then
    return 1
  fi
  [[ $PURGE == yes ]] || is_ours "$path" || [[ ! -e $ROOT$path ]]
}

remove_files() {
  local path
  while IFS= read -r path; do
    [[ -e $ROOT$path || -L $ROOT$path ]] || continue
    if ! wanted "$path"; then
      say "keep      $path"
      continue
    fi
    say "remove    $path"
    [[ $MODE != apply ]] || rm -f "$ROOT$path"
  done < <(recorded_files)
  [[ $MODE == apply ]] || return 0
  rm -rf "$ROOT$MEMORY/verdicts" "$ROOT$MEMORY/pending" "$ROOT$MEMORY/reports" "$ROOT$MANIFEST"
}

# Only folders we made, deepest first, and only when nobody else uses them.
remove_dirs() {
  local path
  [[ $MODE == apply ]] || return 0
  while IFS= read -r path; do
    rmdir "$ROOT$path" 2>/dev/null || [[ ! -d $ROOT$path ]] || say "keep      $path (not empty)"
  done < <(recorded_dirs | LC_ALL=C sort -r)
}

main() {
  parse_arguments "$@"
  set_places
  [[ -f $ROOT$MANIFEST ]] || die "nothing of bbb-tiers is installed here: $ROOT$MANIFEST is not there"
  [[ -n $ROOT || $EUID -eq 0 || $MODE == show ]] || die 'run it as root (or with --dry-run)'
  load_manifest
  stop_things
  tell_held
  remove_blocks
  remove_files
  remove_dirs
  if [[ -z $ROOT && $MODE == apply && -d /run/systemd/system ]]; then systemctl daemon-reload; fi
  [[ $MODE == show ]] || say "Removed. The user bbb-tiers and /var/lib/bbb-tiers stay; 'bbb-conf --restart' makes BBB forget us."
}

main "$@"
exit
