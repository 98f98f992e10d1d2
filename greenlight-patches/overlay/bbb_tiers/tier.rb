# frozen_string_literal: true

# The numbers of one tier; decides nothing.

module BbbTiers
  # A number that is nil is unlimited. `recording` and `branding` are true or false.
  # `guide`: numbers that people are promised and nothing enforces, by :meeting_duration_minutes and :max_participants; nil: none.
  Tier = Struct.new(:code, :title, :accounts, :rooms_per_account, :meeting_duration_minutes, :max_participants,
                    :recording, :branding, :guide, keyword_init: true)
end
