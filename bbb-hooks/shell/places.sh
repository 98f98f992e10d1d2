# shellcheck shell=bash disable=SC2034
# Names every place install.sh and uninstall.sh use, below ROOT; never creates one.

set_places() {
  LIB=/usr/local/lib/bbb-tiers
  MANIFEST=$LIB/manifest
  SETTINGS=$LIB/settings
  RECORDINGS_COMMAND=/usr/local/bin/bbb-tiers-recordings
  COMMAND=/usr/local/bin/bbb-tiers
  ETC=/etc/bbb-tiers
  CREDENTIALS=$ETC/credentials
  HOOK_TOKEN=$ETC/hook-token
  ENV_FILE=$ETC/bbb-tiers.env
  MEMORY=/var/lib/bbb-tiers-hooks
  UNITS=/etc/systemd/system
  SYSUSERS=/etc/sysusers.d/bbb-tiers.conf

  RELEASE=/etc/bigbluebutton/bigbluebutton-release
  RAP_SCRIPTS=/usr/local/bigbluebutton/core/scripts
  NGINX_SNIPPET=/etc/bigbluebutton/nginx/bbb-tiers.nginx
  APPLY_CONFIG=/etc/bigbluebutton/bbb-conf/apply-config.sh
  WEBHOOKS_SHIPPED=/usr/local/bigbluebutton/bbb-webhooks/config/default.yml
  WEBHOOKS_CONFIG=/etc/bigbluebutton/bbb-webhooks/production.yml
  WEB_PROPERTIES=(/etc/bigbluebutton/bbb-web.properties /usr/share/bbb-web/WEB-INF/classes/bigbluebutton.properties)
  BBB_USER=bigbluebutton
}

# web_property <name>: a value as bbb-web reads it, the override first. Prints nothing when there is none.
web_property() {
  local file line
  for file in "${WEB_PROPERTIES[@]}"; do
    [[ -r $ROOT$file ]] || continue
    line=$(sed -n "s/^[[:space:]]*${1//./\\.}[[:space:]]*=[[:space:]]*//p" "$ROOT$file" | tail -n 1)
    line=${line%%[[:space:]]*}
    if [[ -n $line ]]; then
      printf '%s' "$line"
      return
    fi
  done
}

bbb_secret() {
  web_property securitySalt
}

bbb_url() {
  local server
  server=$(web_property bigbluebutton.web.serverURL)
  printf '%s/bigbluebutton' "${server:-http://127.0.0.1}"
}

is_bbb_host() {
  [[ -f $ROOT$RELEASE ]]
}

# The root a script was installed under: '' on a host, the prefix of an image or a test tree otherwise.
root_of() {
  local dir
  dir=$(cd -P "$1" && pwd)
  [[ $dir == */usr/local/lib/bbb-tiers ]] && printf '%s' "${dir%/usr/local/lib/bbb-tiers}"
  return 0
}

die() {
  printf 'bbb-tiers: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf 'bbb-tiers: %s\n' "$*" >&2
  exit 64
}

say() {
  printf '%s\n' "$*"
}
