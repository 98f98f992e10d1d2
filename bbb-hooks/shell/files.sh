# shellcheck shell=bash
# Puts files, folders and links in their places and removes them; never overwrites a file that is not ours.
# ROOT, MODE and SOURCE come from install.sh.

# MODE says what happens: check (refuse what would go wrong), show (say what would be done), apply (do it).

make_dir() {
  local path=$1 mode=$2 owner=${3:-}
  mark_seen "$path"
  if [[ ! -d $ROOT$path ]]; then
    case $MODE in
      show) say "folder    $path (mode $mode${owner:+, owner $owner})" ;;
      apply)
        make_parents "$path"
        mkdir -m "$mode" "$ROOT$path"
        record d - "$path"
        ;;
    esac
  fi
  set_owner "$path" "$owner"
}

# Folders above a path that are not there yet are ours too.
make_parents() {
  local parent=${1%/*}
  [[ -z $parent || -d $ROOT$parent ]] || make_dir "$parent" 755
}

set_owner() {
  local path=$1 owner=$2
  [[ $MODE == apply && -n $owner && -z $ROOT && $EUID -eq 0 ]] || return 0
  getent passwd "${owner%%:*}" >/dev/null || return 0
  chown "$owner" "$path"
}

# put <source file> <path> <mode> [owner]: a program file of ours. A file of another origin in its place is refused.
put() {
  local source=$1 path=$2 mode=$3 owner=${4:-}
  mark_seen "$path"
  if [[ -e $ROOT$path ]] && ! is_recorded "$path" && ! cmp -s "$source" "$ROOT$path"; then
    die "$path is there and not ours: move it away, then install again"
  fi
  if [[ $MODE == show ]]; then
    say "$(verb "$source" "$path")$path (mode $mode${owner:+, owner $owner})"
  elif [[ $MODE == apply ]]; then
    make_parents "$path"
    if ! cmp -s "$source" "$ROOT$path"; then
      install -m "$mode" "$source" "$ROOT$path.bbb-tiers.tmp"
      mv -f "$ROOT$path.bbb-tiers.tmp" "$ROOT$path"
      record f "$(sum_of "$source")" "$path"
    elif ! is_recorded "$path"; then
      record f "$(sum_of "$source")" "$path"
    fi
    chmod "$mode" "$ROOT$path"
    set_owner "$path" "$owner"
  fi
}

# put_once: like put, but what is there already stays (the administrator edits it).
put_once() {
  mark_seen "$2"
  if [[ -e $ROOT$2 ]]; then
    [[ $MODE != show ]] || say "keep      $2"
    ! is_ours "$2" || set_owner "$2" "${4:-}"
    return 0
  fi
  put "$@"
}

verb() {
  if [[ ! -e $ROOT$2 ]]; then
    printf 'install   '
  elif cmp -s "$1" "$ROOT$2"; then
    printf 'unchanged '
  else
    printf 'replace   '
  fi
}

put_link() {
  local target=$1 path=$2
  mark_seen "$path"
  if [[ -e $ROOT$path || -L $ROOT$path ]] && ! is_recorded "$path" && [[ $(readlink "$ROOT$path" || true) != "$target" ]]; then
    die "$path is there and not ours: move it away, then install again"
  fi
  case $MODE in
    show) say "link      $path -> $target" ;;
    apply)
      make_parents "$path"
      ln -sfn "$target" "$ROOT$path"
      record l "$target" "$path"
      ;;
  esac
}

# What an earlier version installed into our own folder and this one does not know any more.
remove_stale() {
  local path
  while IFS= read -r path; do
    [[ $MODE != show ]] || say "remove    $path (of an earlier version)"
    [[ $MODE == apply ]] || continue
    rm -f "$ROOT$path"
    unrecord "$path"
  done < <(recorded_unseen "$LIB")
}

# host_config <webhooks|apply-config> <path> [url]: our part of a file that belongs to the administrator.
host_config() {
  local what=$1 path=$2 verb=check answer
  [[ $MODE != apply ]] || verb=add
  [[ $MODE != apply ]] || make_parents "$path"
  answer=$(ruby --disable-gems "$SOURCE/ruby/host-config" "$verb" "$what" "$ROOT$path" "${@:3}") || exit 1
  case $MODE:$answer in
    show:unchanged) say "unchanged $path" ;;
    show:changed*) say "merge     $path (a marked block; every other byte stays${answer#changed})" ;;
    apply:*executable*) say "NOTE      $path: it was not executable before" ;;
  esac
}
