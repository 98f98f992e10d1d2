# frozen_string_literal: true

# The world around the overlay in a test: fresh Greenlight classes, a Rails and an I18n as small as can be, and a log to read.

require 'logger'
require 'pathname'
require 'tmpdir'
require 'yaml'
require_relative 'records'

# What the overlay calls of the i18n gem: look-up, counting forms, filling in, and added translations.
module I18n
  class MissingTranslationData < StandardError; end

  class << self
    attr_accessor :load_path, :default_locale

    def t(key, locale: default_locale, raise: false, **values)
      text = look_up(key, locale)
      text = text[values[:count] == 1 ? :one : :other] if text.is_a?(Hash) && values[:count]
      return text.gsub(/%(%?)\{(\w+)\}/) { fill(Regexp.last_match, values) } if text.is_a?(String)

      raise ? Kernel.raise(MissingTranslationData, "#{locale}.#{key}") : "Translation missing: #{locale}.#{key}"
    end

    def exists?(key, locale)
      !look_up(key, locale).nil?
    end

    def backend
      self
    end

    def store_translations(locale, tree)
      merge(translations[locale.to_sym] ||= {}, tree)
    end

    def reset
      self.load_path = []
      self.default_locale = 'en'
      @translations = nil
    end

    private

    def fill(match, values)
      return match[0].delete_prefix('%') unless match[1].empty?

      values.empty? ? match[0] : values.fetch(match[2].to_sym).to_s
    end

    def look_up(key, locale)
      key.split('.').inject(translations[locale.to_sym]) { |tree, part| tree.is_a?(Hash) ? tree[part.to_sym] : nil }
    end

    def translations
      @translations ||= load_path.each_with_object({}) { |path, all| merge(all, YAML.load_file(path, symbolize_names: true)) }
    end

    def merge(into, tree)
      into.merge!(tree) { |_, ours, theirs| ours.is_a?(Hash) && theirs.is_a?(Hash) ? merge(ours, theirs) : theirs }
    end
  end
end

# What the overlay and its initializer call of Rails.
module Rails
  ERROR_CODES = { invite_token_invalid: 'InviteInvalid', email_exists: 'EmailAlreadyExists', record_invalid: 'RecordInvalid',
                  external_signup_error: 'SignupError' }.freeze
  Configuration = Struct.new(:custom_error_msgs, :prepared) do
    def to_prepare(&block)
      prepared << block
    end
  end
  Application = Struct.new(:config)

  class << self
    attr_accessor :root, :logger

    def configuration
      application.config
    end

    def application
      @application ||= Application.new(Configuration.new(ERROR_CODES, []))
    end

    def reset
      @application = nil
    end
  end
end

# State that the stand-in classes read, and the ways to make and break them.
module StandIns
  CONSTANTS = %i[Role User Room Invitation BigBlueButtonApi PermissionsChecker CurrentUserSerializer SettingGetter RoomSettingsGetter
                 ApplicationHelper UserMailer ApplicationController ExternalController Api].freeze

  class << self
    attr_accessor :administrators, :role_room_limit, :site_settings, :room_settings, :page_title, :external_auth, :created,
                  :used_invitations, :sent_invitations, :before_insert, :connection

    # New classes without any overlay, and an empty database.
    def fresh
      CONSTANTS.each { |name| Object.send(:remove_const, name) if Object.const_defined?(name) }
      load File.join(__dir__, 'greenlight.rb')
      self.administrators = []
      self.role_room_limit = 100
      self.site_settings = { 'RegistrationMethod' => 'open', 'PrimaryColor' => '#467fcf', 'BrandingImage' => 'stock.png', 'Terms' => '' }
      self.room_settings = { 'record' => 'true', 'muteOnStart' => 'false' }
      self.page_title = 'BigBlueButton'
      self.external_auth = false
      self.created = []
      self.used_invitations = []
      self.sent_invitations = []
      self.before_insert = -> {}
      self.connection = AdvisoryLocks.new.session
    end

    # Rails' query cache, as far as it matters here: told whether a count may be trusted.
    def uncached
      Thread.current[:uncached] = true
      yield
    ensure
      Thread.current[:uncached] = false
    end
  end

  # A database server as far as advisory locks go: each session holds its own, may take one twice, and never blocks on try.
  class AdvisoryLocks
    # One connection. PostgreSQL answers false, not an error, to the unlocking of what is not held.
    class Session
      def initialize(locks)
        @locks = locks
      end

      def select_value(sql)
        action, key = sql.match(/\ASELECT pg_(try_advisory_lock|advisory_unlock)\((-?\d+, -?\d+)\)\z/).captures
        action == 'try_advisory_lock' ? @locks.take(key, self) : @locks.give_back(key, self)
      end
    end

    def initialize
      @mutex = Mutex.new
      @holders = {}
    end

    def session
      Session.new(self)
    end

    def take(key, session)
      @mutex.synchronize do
        holder, times = @holders[key]
        next false if holder && holder != session

        @holders[key] = [session, times.to_i + 1]
        true
      end
    end

    def give_back(key, session)
      @mutex.synchronize do
        holder, times = @holders[key]
        next false unless holder == session

        times == 1 ? @holders.delete(key) : @holders[key] = [session, times - 1]
        true
      end
    end

    def held?
      @mutex.synchronize { @holders.any? }
    end
  end
end
