#!/usr/bin/ruby
# frozen_string_literal: true

# BBB's post_archive hook of bbb-tiers: hands its arguments to /usr/local/lib/bbb-tiers; never does anything else.
# The name sorts before BBB's own hooks on purpose: they run sorted.

require File.expand_path('../../../../lib/bbb-tiers/ruby/bbb_tiers/arguments', __dir__)

exit BbbTiers::Hook.run(:post_archive, ARGV)
