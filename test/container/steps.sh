#!/usr/bin/env bash
# The steps of sidecar/Dockerfile without a container engine: install, build, start from the production install, answer /healthz and
# /readyz; and the rules that a linter for Dockerfiles would check. Works in a temporary folder and leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
work=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
fail() { printf 'container: %s\n' "$1" >&2; exit 1; }

# Rules: pinned tags, no root, a health check, exec forms, nothing fetched at build time but packages from the lockfile.
file=sidecar/Dockerfile
grep -qE '^FROM [^ ]+:[0-9]' "$file" || fail 'expected every FROM with a pinned tag'
grep -E '^FROM ' "$file" | grep -qE ':latest|FROM [^:]+( |$)' && fail 'expected no :latest and no missing tag'
[ "$(grep -E '^USER ' "$file" | tail -1)" = 'USER node' ] || fail 'expected USER node in the last stage'
grep -q '^HEALTHCHECK ' "$file" || fail 'expected a HEALTHCHECK'
grep -E '^(CMD|ENTRYPOINT) ' "$file" | grep -qv '\[' && fail 'expected CMD in its exec form'
grep -qE '^ADD |curl |wget |apt-get ' "$file" && fail 'expected nothing to be fetched but what the lockfile names'
grep -nE 'SECRET|PASSWORD|TOKEN' "$file" && fail 'expected no secret in the image'

# What is copied has to be there, and to get past .dockerignore.
while read -r source; do
  [ -e "$source" ] || fail "expected $source, which $file copies"
  grep -qxF "!${source%%/*}" .dockerignore || fail "expected .dockerignore to let $source through"
done < <(sed -n 's/^COPY \([^-].*\) [^ ]*$/\1/p' "$file" | tr ' ' '\n')
# The steps below are those of the file.
for step in 'npm ci --ignore-scripts$' 'npm run build$' 'npm ci --ignore-scripts --omit=dev --omit=optional'; do
  grep -qE "^RUN $step" "$file" || fail "expected the step '$step' in $file"
done

# Build stage.
mkdir "$work/build" "$work/image"
cp package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json "$work/build/"
cp -r sidecar "$work/build/"
(cd "$work/build" && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent build)

# Production stage.
cp package.json package-lock.json .npmrc "$work/image/"
(cd "$work/image" && npm ci --ignore-scripts --omit=dev --omit=optional --no-audit --no-fund --silent)
rm -rf "$work/image/node_modules/bigbluebutton-js/.env" "$work/image/node_modules/bigbluebutton-js/test" "$work/image/node_modules/bigbluebutton-js/dist"
cp -r "$work/build/dist" "$work/image/dist"
mkdir -p "$work/image/sidecar/cli"
cp sidecar/cli/bbb-tiers.cjs "$work/image/sidecar/cli/"

# Start, with nothing behind it: BBB, Redis and PostgreSQL being away is no reason not to start.
cd "$work/image"
port=$((20000 + RANDOM % 20000))
env -i PATH="$PATH" HOME="$work" NODE_ENV=production PORT="$port" TIERS_CONFIG_DIR="$root/config" LOG_LEVEL=error \
  REDIS_URL=redis://127.0.0.1:1 BBB_URL=http://127.0.0.1:1/bigbluebutton BBB_SECRET=secret DATABASE_URL=postgres://nobody@127.0.0.1:1/nothing \
  ADMIN_JWT_SECRET=0123456789abcdef0123456789abcdef CLAIM_SECRET=fedcba9876543210fedcba9876543210 \
  node dist/sidecar/main.js >"$work/log" 2>&1 &
pids+=($!)
# Status and body of a path, on two lines; status 0 when nobody answers.
get() {
  node -e 'fetch(process.argv[1]).then(async (r) => console.log(String(r.status) + "\n" + (await r.text())), () => console.log(0))' "http://127.0.0.1:$port$1"
}
for _ in $(seq 1 100); do
  [ "$(get /healthz | head -1)" = 200 ] && break
  sleep 0.2
done
[ "$(get /healthz | head -1)" = 200 ] || { cat "$work/log" >&2; fail 'expected /healthz to answer from the production install'; }
get /readyz >"$work/ready"
[ "$(head -1 "$work/ready")" = 503 ] || fail "expected /readyz to say 503 with nothing behind it, got $(head -1 "$work/ready")"
grep -q '"config":{"ok":true' "$work/ready" || fail 'expected /readyz to find the config'
for page in / /service-levels; do
  [ "$(get "$page" | head -1)" = 200 ] || fail "expected the page $page from the production install, got $(get "$page" | head -1)"
done
node sidecar/cli/bbb-tiers.cjs check "$root/config" >/dev/null || fail 'expected the command line to run from the production install'
printf 'container: built, started from %s of production install, answered\n' "$(du -sh "$work/image" | cut -f1)"
