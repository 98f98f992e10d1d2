# frozen_string_literal: true

# Names every path and number the recording hooks use, BBB's own overrides included; never writes.

require 'yaml'

module BbbTiers
  # The folders of one BBB host. The root is taken from where this file lies, so a copy installed under
  # another root (an image, a test) works on that root alone and nothing has to be passed in.
  class Places
    INSTALLED = '/usr/local/lib/bbb-tiers/ruby/bbb_tiers'
    DEFAULT_PORT = 3020
    SIDECAR_TIMEOUT_SECONDS = 2
    ANSWER_MAX_BYTES = 65_536
    XML_MAX_BYTES = 4 * 1024 * 1024
    REPORTS_PER_HOOK = 20
    REPORTS_PER_SYNC = 1000
    LEFTOVERS_AFTER_SECONDS = 3600
    VERDICT_KEPT_SECONDS = 30 * 24 * 3600

    # Shipped values of /usr/local/bigbluebutton/core/scripts/bigbluebutton.yml (BBB 3.0).
    RAP_DEFAULTS = {
      'recording_dir' => '/var/bigbluebutton/recording',
      'published_dir' => '/var/bigbluebutton/published',
      'captions_dir' => '/var/bigbluebutton/captions',
      'log_dir' => '/var/log/bigbluebutton',
      'raw_audio_src' => '/var/freeswitch/meetings',
      'raw_presentation_src' => '/var/bigbluebutton',
      'raw_deskshare_src' => '/var/bigbluebutton/deskshare',
      'mediasoup_video_src' => '/var/mediasoup/recordings',
      'mediasoup_screenshare_src' => '/var/mediasoup/screenshare',
      'webrtc_recorder_video_src' => '/var/lib/bbb-webrtc-recorder/recordings',
      'webrtc_recorder_screenshare_src' => '/var/lib/bbb-webrtc-recorder/screenshare',
      'webrtc_recorder_audio_src' => '/var/lib/bbb-webrtc-recorder/audio',
      'kurento_video_src' => '/var/kurento/recordings',
      'kurento_screenshare_src' => '/var/kurento/screenshare'
    }.freeze
    LIVE_DIRS = RAP_DEFAULTS.keys.grep(/\A(mediasoup|webrtc_recorder|kurento)_/).push('raw_presentation_src').freeze
    LIVE_FILES = %w[raw_audio_src raw_deskshare_src].freeze

    def self.here
      dir = File.realpath(__dir__)
      new(dir.end_with?(INSTALLED) ? dir[0...-INSTALLED.length] : '')
    end

    # root: '' for a real host, else the folder that stands for '/'.
    def initialize(root)
      @root = root
    end

    def recording(*parts)
      File.join(rap('recording_dir'), *parts)
    end

    # BBB's three states of a published recording: 'published', 'unpublished' and 'deleted' (recoverable).
    def state_dir(state)
      state == 'published' ? rap('published_dir') : File.join(File.dirname(rap('published_dir')), state)
    end

    # A folder of the pipeline by its key in bigbluebutton.yml, below our root.
    def rap(key)
      @root + rap_values.fetch(key)
    end

    # Where the hooks keep what they must remember: verdicts, held recordings, reports not yet delivered.
    def memory(*parts)
      File.join("#{@root}/var/lib/bbb-tiers-hooks", *parts)
    end

    def log_file
      File.join(rap('log_dir'), 'bbb-tiers.log')
    end

    def token_file
      "#{@root}/etc/bbb-tiers/hook-token"
    end

    # The port of the sidecar on loopback: PORT of /etc/bbb-tiers/bbb-tiers.env, the service's own file.
    def port
      line = File.foreach("#{@root}/etc/bbb-tiers/bbb-tiers.env").grep(/\A\s*PORT\s*=/).last
      number = line.to_s[/\A\s*PORT\s*=\s*["']?(\d{1,5})["']?\s*\z/, 1].to_i
      number.between?(1, 65_535) ? number : DEFAULT_PORT
    rescue SystemCallError
      DEFAULT_PORT
    end

    private

    def rap_values
      @rap_values ||= RAP_DEFAULTS
                      .merge(yaml('/usr/local/bigbluebutton/core/scripts/bigbluebutton.yml'))
                      .merge(yaml('/etc/bigbluebutton/recording/recording.yml'))
    end

    # Only the keys above, and only absolute paths: the rest of the file is not ours to understand.
    def yaml(path)
      values = YAML.safe_load(File.read(@root + path))
      return {} unless values.is_a?(Hash)

      values.select { |key, value| RAP_DEFAULTS.key?(key) && value.is_a?(String) && value.start_with?('/') }
    rescue SystemCallError, Psych::Exception
      {}
    end
  end
end
