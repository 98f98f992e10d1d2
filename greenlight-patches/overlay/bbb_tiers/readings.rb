# frozen_string_literal: true

# Turns strings into numbers, switches, colours and addresses; returns :invalid instead of raising.

module BbbTiers
  # Every reading takes a String and answers the value, or :invalid. An unlimited number reads as nil.
  module Readings
    UNLIMITED = 'unlimited'
    # BBB keeps these numbers in 32-bit integers.
    LARGEST = (2**31) - 1
    # A host that starts with a letter or digit, and neither blanks, quotes nor angle brackets behind it.
    ADDRESS = %r{\Ahttps?://[A-Za-z0-9\[][^\s"'<>\\]*\z}

    module_function

    def count(text)
      return nil if text == UNLIMITED
      return :invalid unless text.match?(/\A[0-9]{1,10}\z/)

      number = text.to_i
      number.between?(1, LARGEST) ? number : :invalid
    end

    def switch(text)
      { 'true' => true, 'false' => false }.fetch(text, :invalid)
    end

    def color(text)
      text.match?(/\A#\h{6}\z/) ? text : :invalid
    end

    def address(text)
      text.match?(ADDRESS) ? text : :invalid
    end

    def secure_address(text)
      text.start_with?('https://') ? address(text) : :invalid
    end

    def dns_label(text)
      text.match?(/\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z/) ? text : :invalid
    end

    def text(text)
      text
    end
  end
end
