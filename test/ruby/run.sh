#!/usr/bin/env bash
# Runs the overlay's syntax check, lint and tests; quiet unless something fails. Without ruby it says so and succeeds, except under CI=true.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

skip() {
  echo "ruby: skipped ($1)"
  if [[ "${CI:-}" == "true" ]]; then
    echo "ruby: CI=true needs it; install the packages ruby, ruby-minitest and rubocop" >&2
    exit 1
  fi
  exit 0
}

command -v ruby >/dev/null || skip "no ruby on this machine"
ruby -e 'exit(RUBY_VERSION.to_f >= 3.1)' || skip "ruby $(ruby -e 'print RUBY_VERSION'), 3.1 or newer is needed"
ruby -e 'require "minitest"' 2>/dev/null || skip "no minitest; package ruby-minitest"

log="$(mktemp)"
trap 'rm -f "$log"' EXIT

quietly() {
  local what="$1"
  shift
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    echo "ruby: $what failed" >&2
    exit 1
  fi
}

while IFS= read -r file; do
  quietly "syntax of $file" ruby -wc "$file"
done < <(find greenlight-patches test/ruby -name '*.rb' | sort)

if command -v rubocop >/dev/null; then
  quietly "rubocop" rubocop --config greenlight-patches/.rubocop.yml --cache false greenlight-patches test/ruby
elif [[ "${CI:-}" == "true" ]]; then
  skip "no rubocop"
else
  echo "ruby: lint skipped (no rubocop on this machine)"
fi

quietly "tests" ruby -W1 -e 'Dir["./test/ruby/*_test.rb"].sort.each { |file| require file }'
grep -oE 'ruby: .*|^[0-9]+ runs.*' "$log" | sed 's/^[0-9]/ruby: &/'
