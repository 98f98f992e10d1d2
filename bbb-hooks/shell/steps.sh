# shellcheck shell=bash
# The parts of an installation, one function each; every one may be run again and again.

install_library() {
  local file
  make_dir "$LIB" 755
  while IFS= read -r file; do
    put "$SOURCE/$file" "$LIB/$file" "$([[ -x $SOURCE/$file ]] && echo 755 || echo 644)"
  done < <(cd "$SOURCE" && find install.sh uninstall.sh README.md shell ruby hooks nginx systemd env redis -type f | LC_ALL=C sort)
  put_link ../lib/bbb-tiers/ruby/bbb-tiers-recordings "$RECORDINGS_COMMAND"
  put_link ../lib/bbb-tiers/shell/bbb-tiers.sh "$COMMAND"
  make_dir "$MEMORY" 750 "$BBB_USER:$BBB_USER"
}

install_recording_hooks() {
  local step
  if [[ ! -d $ROOT$RAP_SCRIPTS ]]; then
    [[ $MODE != show ]] || say "skip      recording hooks: $RAP_SCRIPTS is not there, this host does not record"
    return 0
  fi
  for step in post_archive post_process post_publish; do
    put "$SOURCE/hooks/$step/00_bbb_tiers.rb" "$RAP_SCRIPTS/$step/00_bbb_tiers.rb" 755
  done
}

install_configuration() {
  local file
  make_dir "$ETC" 755
  if is_ours "$ENV_FILE"; then
    render "$SOURCE/env/bbb-tiers.env" "$ENV_FILE" put 644
  else
    render "$SOURCE/env/bbb-tiers.env" "$ENV_FILE" put_once 644
    [[ $MODE != check || ! -f $ROOT$ENV_FILE || $(env_value PUBLIC_URL) == "$PUBLIC_URL" ]] ||
      say "NOTE      $ENV_FILE has changes of yours and stays: write PUBLIC_URL=$PUBLIC_URL into it"
  fi
  make_dir "$CREDENTIALS" 700
  put_secret "$HOOK_TOKEN" "$(random_hex)" 640 "root:$BBB_USER"
  put_secret "$CREDENTIALS/ADMIN_JWT_SECRET" "$(random_hex)" 600
  put_secret "$CREDENTIALS/CLAIM_SECRET" "$(random_hex)" 600
  put_secret "$CREDENTIALS/DATABASE_URL" '' 600
  put_secret "$CREDENTIALS/GREENLIGHT_DATABASE_URL" '' 600
  put_secret "$CREDENTIALS/REDIS_URL" redis://127.0.0.1:6379 600
  follow_bbb_secret
  [[ $SOURCE != "$ROOT$LIB" ]] || return 0
  for file in "$SOURCE"/../config/*.yml "$SOURCE"/../config/*.schema.json "$SOURCE"/../config/*.md; do
    [[ ! -f $file ]] || put_once "$file" "$ETC/config/${file##*/}" 644
  done
}

random_hex() {
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# put_secret <path> <content> <mode> [owner]: written once, never shown.
put_secret() {
  printf '%s' "$2" >"$SCRATCH/secret"
  put_once "$SCRATCH/secret" "$1" "$3" "${4:-}"
}

# BBB's secret may change (bbb-conf --setsecret, then --restart, which runs apply-config.sh): ours follows, unless
# the administrator wrote another one into the file.
follow_bbb_secret() {
  local path=$CREDENTIALS/BBB_SECRET
  bbb_secret >"$SCRATCH/secret"
  if is_ours "$path" && [[ -s $SCRATCH/secret ]]; then
    [[ $MODE != apply ]] || cmp -s "$SCRATCH/secret" "$ROOT$path" || SECRET_CHANGED=yes
    put "$SCRATCH/secret" "$path" 600
  else
    put_once "$SCRATCH/secret" "$path" 600
  fi
}

install_service() {
  local unit
  for unit in bbb-tiers.service bbb-tiers-recordings.service bbb-tiers-recordings.timer; do
    put "$SOURCE/systemd/$unit" "$UNITS/$unit" 644
  done
  put "$SOURCE/systemd/sysusers.conf" "$SYSUSERS" 644
}

install_nginx() {
  if [[ -z $PREFIX ]]; then
    [[ $MODE != show ]] || say "skip      $NGINX_SNIPPET: the public URL has no path on this host"
    if is_ours "$NGINX_SNIPPET" && [[ $MODE == apply ]]; then
      rm -f "$ROOT$NGINX_SNIPPET"
      unrecord "$NGINX_SNIPPET"
    fi
    return 0
  fi
  render "$SOURCE/nginx/bbb-tiers.nginx" "$NGINX_SNIPPET" put 644
}

install_webhooks() {
  if [[ $WITH_WEBHOOKS != yes ]]; then
    [[ $MODE != show ]] || say "skip      $WEBHOOKS_CONFIG: bbb-webhooks 3 is not installed, or --no-webhooks"
    [[ $MODE != apply || ! -f $ROOT$WEBHOOKS_CONFIG ]] || ruby --disable-gems "$SOURCE/ruby/host-config" remove "$ROOT$WEBHOOKS_CONFIG" >/dev/null
    return 0
  fi
  host_config webhooks "$WEBHOOKS_CONFIG" "$PUBLIC_URL/webhooks/bbb"
}

install_apply_config() {
  host_config apply-config "$APPLY_CONFIG"
}

# render <template> <path> <put|put_once> <mode> [owner]: fills in @PREFIX@, @PORT@, @PUBLIC_URL@, @BBB_URL@ and @WEBHOOKS@.
render() {
  sed -e "s|@PREFIX@|$PREFIX|g" -e "s|@PORT@|$PORT|g" -e "s|@PUBLIC_URL@|$PUBLIC_URL|g" -e "s|@BBB_URL@|$(bbb_url)|g" \
    -e "s|@WEBHOOKS@|$([[ $WITH_WEBHOOKS == yes ]] && echo receive || echo register)|g" "$1" >"$SCRATCH/rendered"
  "$3" "$SCRATCH/rendered" "$2" "${@:4}"
}

# Settings outlive the command line: --reapply, run by bbb-conf, knows no options.
install_settings() {
  printf 'PUBLIC_URL=%s\nWITH_WEBHOOKS=%s\n' "$PUBLIC_URL" "$WANT_WEBHOOKS" >"$SCRATCH/settings"
  put "$SCRATCH/settings" "$SETTINGS" 644
}
