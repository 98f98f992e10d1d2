# frozen_string_literal: true

# Tells the sidecar each act, later when it is away; never fails a step for a report that did not get through.

require_relative 'sidecar'

module BbbTiers
  # Each act is written down first and forgotten when delivered, so it arrives at least once.
  class Reports
    def initialize(sidecar, memory)
      @sidecar = sidecar
      @memory = memory
    end

    def add(id, act, format, bytes)
      name = format('%<at>013d-%<id>s-%<act>s', at: (Time.now.to_f * 1000).to_i, id: id, act: act)
      name += "-#{format}" if format
      @memory.write('reports', name, 'id' => id, 'act' => act, 'format' => format, 'bytes' => bytes)
    rescue SystemCallError
      nil
    end

    # Delivers up to `limit` waiting reports, oldest first, and stops at the first that does not get through.
    # Returns how many still wait.
    def deliver(limit)
      @memory.names('reports').first(limit).each { |name| send_one(name) }
      @memory.names('reports').size
    rescue Sidecar::Away
      @memory.names('reports').size
    end

    private

    def send_one(name)
      report = @memory.read('reports', name)
      @sidecar.report(*report.values_at('id', 'act', 'format', 'bytes')) if report && RecordingId.valid?(report['id'])
      @memory.forget('reports', name)
    end
  end
end
