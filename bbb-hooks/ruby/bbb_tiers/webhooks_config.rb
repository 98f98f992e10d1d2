# frozen_string_literal: true

# Adds our permanent hook to bbb-webhooks' production.yml and takes it out again; never rewrites a foreign line.

require 'date'
require 'yaml'
require_relative 'marked_block'

module BbbTiers
  # node-config replaces arrays whole, so an existing permanentURLs list must be joined, not repeated. Psych's syntax
  # tree says where the list stands; loading would lose comments and order. The result is proved before it is used.
  class WebhooksConfig
    # The file's form leaves no safe place; the entry must be added by hand.
    class Unmergeable < StandardError; end

    PATH = ['modules', '../out/webhooks/index.js', 'config', 'permanentURLs'].freeze

    def initialize(url)
      @url = url
      @entry = { 'url' => url, 'getRaw' => false }
    end

    # The text with our entry first in the list; unchanged when the url is in it already. Errors: Unmergeable.
    def add(text, **undo)
      text = text.dup.force_encoding('UTF-8')
      raise Unmergeable, 'it is not UTF-8' unless text.valid_encoding?

      base = MarkedBlock.remove(text)
      data = load(base)
      return base if listed?(data)

      merged = place(base, undo)
      return merged if load(merged) == with_entry(data) && MarkedBlock.remove(merged) == base

      raise Unmergeable, 'its form leaves no place where one entry can be added without changing another'
    rescue Psych::Exception => e
      raise Unmergeable, "it is no YAML that can be read here (#{e.message})"
    end

    # For an administrator who adds it by hand.
    def snippet
      block(PATH)
    end

    private

    def load(text)
      YAML.safe_load(text, permitted_classes: [Date, Time, Symbol], aliases: true)
    end

    def listed?(data)
      list = PATH.inject(data) { |node, key| node.is_a?(Hash) ? node[key] : nil }
      list.is_a?(Array) && list.any? { |entry| entry == @url || (entry.is_a?(Hash) && entry['url'] == @url) }
    end

    def with_entry(data)
      copy = Marshal.load(Marshal.dump(data)) || {}
      parent = PATH[0...-1].inject(copy) { |node, key| node[key] ||= {} }
      parent[PATH.last] = [@entry] + (parent[PATH.last] || [])
      copy
    end

    # Walks down the path as far as it exists and adds the rest there.
    def place(base, undo)
      documents = Psych.parse_stream(base).children
      raise Unmergeable, 'it holds more than one YAML document' if documents.size > 1

      node = documents.first&.root
      PATH.each_with_index do |key, depth|
        return append(base, undo) if depth.zero? && blank?(node)

        found = child(node, key)
        return descend(base, node, PATH[depth..], undo) unless found
        return below(base, found.first, PATH[(depth + 1)..], undo) if blank?(found.last)

        node = found.last
      end
      descend(base, node, [], undo)
    end

    def blank?(node)
      node.nil? || (node.is_a?(Psych::Nodes::Scalar) && node.plain && node.value.empty?)
    end

    def child(node, key)
      raise Unmergeable, "expected a mapping above #{key.inspect}" unless node.is_a?(Psych::Nodes::Mapping)

      node.children.each_slice(2).find { |name, _value| name.is_a?(Psych::Nodes::Scalar) && name.value == key }
    end

    # Inside `node`, before what is there.
    def descend(base, node, path, undo)
      return into_flow(base, node, path, undo) if flow?(node)
      return append(base, undo) if path == PATH

      start = line_start(base, node.start_line)
      raise Unmergeable, "line #{node.start_line + 1} begins with something else" unless base.byteslice(start, node.start_column).strip.empty?

      MarkedBlock.insert(base, start, block(path), indent: node.start_column, **undo)
    end

    # After the line of a key that has no value yet.
    def below(base, key, path, undo)
      MarkedBlock.insert(base, line_start(base, key.end_line + 1), block(path), indent: key.start_column + 2, **undo)
    end

    def append(base, undo)
      MarkedBlock.insert(base, base.bytesize, block(PATH), **undo)
    end

    def flow?(node)
      [Psych::Nodes::Mapping, Psych::Nodes::Sequence].any? { |type| node.is_a?(type) && node.style == type::FLOW }
    end

    # `[]`, `{}` and their like: the line is replaced by one with our entry after the opening bracket.
    def into_flow(base, node, path, undo)
      start = line_start(base, node.start_line)
      line = base.byteslice(start..-1)[/\A[^\n]*\n?/]
      at = line.index(/[\[{]/, node.start_column) or raise Unmergeable, 'its bracket was not found'
      entry = "#{flow(path)}#{', ' unless node.children.empty?}"
      MarkedBlock.insert(base, start, ["#{line.chomp[0..at]}#{entry}#{line.chomp[(at + 1)..]}"], indent: line[/\A */].size, was: line, **undo)
    end

    def flow(path)
      text = "{url: #{@url.to_json}, getRaw: false}"
      path.reverse.inject(text) { |inner, key| "#{key.to_json}: #{inner.start_with?('{url') ? "[#{inner}]" : "{#{inner}}"}" }
    end

    def block(path)
      keys = path.each_with_index.map { |key, depth| "#{'  ' * depth}#{key}:" }
      pad = '  ' * path.size
      keys + ["#{pad}- url: #{@url.to_json}", "#{pad}  getRaw: false"]
    end

    def line_start(text, number)
      text.each_line.first(number).sum(&:bytesize)
    end
  end
end
