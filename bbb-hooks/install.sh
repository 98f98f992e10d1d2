#!/usr/bin/env bash
# Puts bbb-tiers onto a BigBlueButton host: recording hooks, service, nginx and bbb-webhooks; never edits a packaged file.
set -euo pipefail

SOURCE=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=shell/places.sh
source "$SOURCE/shell/places.sh"
# shellcheck source=shell/manifest.sh
source "$SOURCE/shell/manifest.sh"
# shellcheck source=shell/files.sh
source "$SOURCE/shell/files.sh"
# shellcheck source=shell/steps.sh
source "$SOURCE/shell/steps.sh"

usage() {
  cat <<'TEXT'
Usage: install.sh [--public-url URL] [--no-webhooks] [--dry-run] [--root DIR]
       install.sh --reapply

  --public-url URL  where bbb-webhooks and browsers reach the service, without a slash at the end.
                    https://<this host>/bbb-tiers adds an nginx snippet for that path.
                    Default: http://127.0.0.1:<PORT>, this host alone.
  --no-webhooks     leave bbb-webhooks' production.yml alone (the service can register its hook itself).
  --dry-run         show each file and its place, change nothing.
  --root DIR        work on the tree below DIR instead of / (images, tests); no user is made, nothing is started.
  --reapply         put everything back with the settings of the last installation (apply-config.sh calls this).
TEXT
}

parse_arguments() {
  ROOT=$(root_of "$SOURCE") DRY_RUN=no REAPPLY=no PUBLIC_URL='' WANT_WEBHOOKS=''
  while (($#)); do
    case $1 in
      --root) [[ -d ${2:-} ]] || usage_error "--root: expected a folder, got '${2:-}'"; ROOT=$(cd -P "$2" && pwd); ROOT=${ROOT%/}; shift ;;
      --public-url) PUBLIC_URL=${2:-}; [[ -n $PUBLIC_URL ]] || usage_error '--public-url: expected a URL'; shift ;;
      --no-webhooks) WANT_WEBHOOKS=no ;;
      --dry-run) DRY_RUN=yes ;;
      --reapply) REAPPLY=yes ;;
      -h | --help) usage; exit 0 ;;
      *) usage_error "unknown argument '$1'; see --help" ;;
    esac
    shift
  done
}

# env_value <NAME>: a setting of the service, as the administrator may have changed it.
env_value() {
  [[ -f $ROOT$ENV_FILE ]] || return 0
  sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*[\"']\{0,1\}\([^\"'[:space:]]*\).*/\1/p" "$ROOT$ENV_FILE" | tail -n 1
}

# The command line, else the service's own settings, else the last installation, else the defaults.
settle_settings() {
  PORT=$(env_value PORT)
  PORT=${PORT:-3020}
  PUBLIC_URL=${PUBLIC_URL:-$(env_value PUBLIC_URL)}
  if [[ -f $ROOT$SETTINGS ]]; then
    PUBLIC_URL=${PUBLIC_URL:-$(sed -n 's/^PUBLIC_URL=//p' "$ROOT$SETTINGS")}
    [[ $REAPPLY != yes ]] || WANT_WEBHOOKS=$(sed -n 's/^WITH_WEBHOOKS=//p' "$ROOT$SETTINGS")
  elif [[ $REAPPLY == yes ]]; then
    die 'nothing was installed here yet; run install.sh without --reapply'
  fi
  PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:$PORT}
  PUBLIC_URL=${PUBLIC_URL%/}
  WANT_WEBHOOKS=${WANT_WEBHOOKS:-yes}
  local url='^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?((/[A-Za-z0-9._~-]+)*)$'
  [[ $PUBLIC_URL =~ $url ]] || usage_error "--public-url: expected a URL such as 'https://bbb.example.org/bbb-tiers', got '$PUBLIC_URL'"
  PREFIX=${BASH_REMATCH[3]}
  WITH_WEBHOOKS=no
  if [[ $WANT_WEBHOOKS == yes ]] && grep -q '^modules:' "$ROOT$WEBHOOKS_SHIPPED" 2>/dev/null; then WITH_WEBHOOKS=yes; fi
}

refuse_wrong_host() {
  is_bbb_host || die "this is no BigBlueButton host: $ROOT$RELEASE is not there"
  [[ -n $ROOT || $EUID -eq 0 || $DRY_RUN == yes ]] || die 'run it as root (or with --dry-run to see what it would do)'
  command -v ruby >/dev/null || die 'ruby is missing; BigBlueButton brings it with bbb-record-core: apt-get install ruby'
}

all_steps() {
  MODE=$1
  install_library
  install_settings
  install_recording_hooks
  install_configuration
  install_service
  install_nginx
  install_webhooks
  install_apply_config
  remove_stale
}

# The running service still signs with the secret that it was started with.
follow_up_on_secret() {
  [[ ${SECRET_CHANGED:-no} == yes ]] || return 0
  if [[ -z $ROOT && -d /run/systemd/system ]]; then
    say 'NOTE      the secret of BigBlueButton has changed: bbb-tiers is restarted with it'
    systemctl try-restart bbb-tiers.service
  else
    say 'NOTE      the secret of BigBlueButton has changed: restart bbb-tiers'
  fi
}

# Only on the running host: users, units and nginx of an image are none of our business.
start_things() {
  [[ -z $ROOT && $REAPPLY == no && -d /run/systemd/system ]] || return 0
  systemd-sysusers "$SYSUSERS"
  systemctl daemon-reload
  systemctl enable --now bbb-tiers-recordings.timer
}

next_steps() {
  [[ $REAPPLY == no ]] || return 0
  cat <<TEXT

Installed. Before the first start:
  1. Unpack bbb-tiers into /opt/bbb-tiers and look through $ENV_FILE.
  2. Write the PostgreSQL URL into $CREDENTIALS/DATABASE_URL.
  3. systemctl enable bbb-tiers && systemctl restart bbb-tiers
  4. bbb-conf --restart (nginx, bbb-webhooks and the recording workers read their new files)
  5. sudo bbb-tiers doctor (checks the whole chain and says what to do)
TEXT
}

main() {
  parse_arguments "$@"
  set_places
  refuse_wrong_host
  settle_settings
  load_manifest
  SCRATCH=$(mktemp -d)
  trap 'rm -rf "$SCRATCH"; save_manifest' EXIT
  all_steps check
  if [[ $DRY_RUN == yes ]]; then
    all_steps show
    exit 0
  fi
  all_steps apply
  save_manifest
  start_things
  follow_up_on_secret
  next_steps
}

main "$@"
exit
