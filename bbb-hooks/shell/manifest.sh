# shellcheck shell=bash
# Remembers what was put onto the host (path, kind, checksum) so that it can be taken off again; never guesses.

# Kind of each path: d (folder we made), f (file), l (link). Sum: sha256 of a file, target of a link.
declare -A KIND=() SUM=() SEEN=()

record() { # <kind> <sum> <path>
  KIND["$3"]=$1
  SUM["$3"]=$2
}

unrecord() {
  unset "KIND[$1]" "SUM[$1]"
}

is_recorded() {
  [[ -n ${KIND["$1"]:-} ]]
}

mark_seen() {
  SEEN["$1"]=1
}

# Prints the recorded paths, folders or the rest, in order.
recorded_dirs() {
  paths_of_kind d
}

recorded_files() {
  paths_of_kind f
  paths_of_kind l
}

paths_of_kind() {
  local path
  for path in "${!KIND[@]}"; do
    [[ ${KIND["$path"]} != "$1" ]] || printf '%s\n' "$path"
  done | LC_ALL=C sort
}

# Recorded files below a folder that this run did not put there.
recorded_unseen() {
  local path
  recorded_files | while IFS= read -r path; do
    [[ $path != "$1"/* || -n ${SEEN["$path"]:-} ]] || printf '%s\n' "$path"
  done
}

load_manifest() {
  local kind sum path
  [[ -f $ROOT$MANIFEST ]] || return 0
  while IFS=$'\t' read -r kind sum path; do
    record "$kind" "$sum" "$path"
  done <"$ROOT$MANIFEST"
}

save_manifest() {
  local path
  [[ ${MODE:-} == apply && -d $ROOT$LIB ]] || return 0
  for path in "${!KIND[@]}"; do
    printf '%s\t%s\t%s\n' "${KIND["$path"]}" "${SUM["$path"]}" "$path"
  done | LC_ALL=C sort -t $'\t' -k 3 >"$ROOT$MANIFEST.tmp"
  mv -f "$ROOT$MANIFEST.tmp" "$ROOT$MANIFEST"
}

sum_of() {
  local sum
  sum=$(sha256sum <"$1")
  printf '%s' "${sum%% *}"
}

# True when the file is the one we put there, unchanged since.
is_ours() {
  [[ ${KIND["$1"]:-} == f && -f $ROOT$1 && $(sum_of "$ROOT$1") == "${SUM["$1"]}" ]]
}
