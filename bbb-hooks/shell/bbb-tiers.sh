#!/usr/bin/env bash
# The command line of bbb-tiers with the settings of the service on this host; changes nothing by itself.
set -euo pipefail

here=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=${here%/usr/local/lib/bbb-tiers/shell}
settings=$root/etc/bbb-tiers/bbb-tiers.env
credentials=$root/etc/bbb-tiers/credentials

# The program lies where the service's own does: <installation>/dist/sidecar/main.js.
main=$(sed -n "s/^[[:space:]]*BBB_TIERS_MAIN[[:space:]]*=[[:space:]]*[\"']\{0,1\}\([^\"'[:space:]]*\).*/\1/p" "$settings" 2>/dev/null | tail -n 1)
main=${main:-$root/opt/bbb-tiers/dist/sidecar/main.js}
program=${main%/dist/sidecar/main.js}/sidecar/cli/bbb-tiers.cjs
if [[ ! -f $program ]]; then
  printf 'bbb-tiers: expected the program at %s, found nothing: unpack bbb-tiers there, or name its main.js as BBB_TIERS_MAIN in %s\n' "$program" "$settings" >&2
  exit 69
fi

# What is set by hand wins over both.
if [[ -r $credentials && -x $credentials ]]; then
  export CREDENTIALS_DIRECTORY=${CREDENTIALS_DIRECTORY:-$credentials}
else
  printf 'bbb-tiers: without the secrets in %s, which root alone may read: with sudo it has them\n' "$credentials" >&2
fi
export NODE_ENV=${NODE_ENV:-production}
if [[ -r $settings ]]; then
  exec node --env-file="$settings" "$program" "$@"
fi
exec node "$program" "$@"
