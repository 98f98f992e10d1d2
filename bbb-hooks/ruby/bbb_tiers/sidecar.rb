# frozen_string_literal: true

# Asks the sidecar on loopback about one recording and reports what was done; never waits longer than two seconds.

require 'json'
require 'net/http'
require 'timeout'
require_relative 'recording_id'

module BbbTiers
  # The only client of the sidecar's /hooks/recordings; the contract stands in bbb-hooks/README.md.
  class Sidecar
    # The sidecar is away, slow, or answered something that is not in the contract.
    class Away < StandardError; end

    VERDICTS = %w[keep remove unknown].freeze
    REASON_MAX = 300
    CODE = /\A[0-9A-Z]{3}-[0-9A-Z]{3}\z/.freeze

    def initialize(places)
      @places = places
    end

    # Returns {'verdict' => 'keep'|'remove'|'unknown', 'reason' => String, 'code' => String or nil}. Errors: Away.
    def verdict(id)
      answer = json(Net::HTTP::Get.new("/hooks/recordings/#{id}"))
      raise Away, 'the sidecar answered no known verdict' unless VERDICTS.include?(answer['verdict'])

      { 'verdict' => answer['verdict'], 'reason' => plain(answer['reason']), 'code' => answer['code'].to_s[CODE] }
    end

    # The ids whose files the retention wants gone from this host. A sidecar without that route owes nothing.
    def due
      ids = json(Net::HTTP::Get.new('/hooks/recordings'), absent: { 'ids' => [] })['ids']
      raise Away, 'the sidecar answered no list of recording ids' unless ids.is_a?(Array) && ids.all? { |id| RecordingId.valid?(id) }

      ids.uniq
    end

    # act: 'removed', 'unpublished' or 'kept'. Errors: Away.
    def report(id, act, format, bytes)
      post = Net::HTTP::Post.new("/hooks/recordings/#{id}", 'Content-Type' => 'application/json')
      post.body = JSON.generate('act' => act, 'format' => format, 'bytes' => bytes)
      request(post) { |response, _body| raise Away, "the sidecar answered #{response.code}" unless response.is_a?(Net::HTTPSuccess) }
    end

    private

    def json(get, absent: nil)
      request(get) do |response, body|
        return absent if absent && response.is_a?(Net::HTTPNotFound)
        raise Away, "the sidecar answered #{response.code}" unless response.is_a?(Net::HTTPOK)

        answer = JSON.parse(body)
        raise Away, 'the sidecar answered no JSON object' unless answer.is_a?(Hash)

        return answer
      end
    end

    # One deadline over connecting, sending and reading: a drip of bytes must not hold the pipeline.
    # No proxy, no retry (Net::HTTP repeats a GET by itself), no redirect.
    def request(message)
      message['Accept-Encoding'] = 'identity'
      message['Authorization'] = "Bearer #{token}" if token
      Timeout.timeout(Places::SIDECAR_TIMEOUT_SECONDS) do
        http = Net::HTTP.new('127.0.0.1', @places.port, nil)
        http.max_retries = 0
        http.start { http.request(message) { |response| yield(response, body(response)) } }
      end
    rescue Away
      raise
    rescue Timeout::Error
      raise Away, "the sidecar did not answer within #{Places::SIDECAR_TIMEOUT_SECONDS} s"
    rescue JSON::ParserError
      raise Away, 'the sidecar answered no JSON'
    rescue StandardError => e
      raise Away, "the sidecar is away (#{e.class})"
    end

    def body(response)
      text = +''
      response.read_body do |chunk|
        text << chunk
        raise Away, 'the sidecar answered too much' if text.bytesize > Places::ANSWER_MAX_BYTES
      end
      text.force_encoding('UTF-8')
    end

    def token
      @token ||= (ENV['BBB_TIERS_HOOK_TOKEN'] || File.read(@places.token_file))[/\A\s*([\x21-\x7e]+)\s*\z/, 1]
    rescue SystemCallError
      nil
    end

    def plain(text)
      text.to_s.gsub(/[[:cntrl:]]+/, ' ')[0, REASON_MAX]
    end
  end
end
