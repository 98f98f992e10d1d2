# frozen_string_literal: true

# Puts our marked lines into a text that belongs to someone else and takes them out again; every other byte stays.

require 'json'

module BbbTiers
  # What is needed to undo the block stands in its first line, as JSON: `newline` (the line end added before it),
  # `was` (the line that the block replaces), `mode` (file mode before), `created` (the file was not there).
  module MarkedBlock
    BEGINS = '# BEGIN bbb-tiers '
    ENDS = '# END bbb-tiers'
    BLOCK = /^ *#{BEGINS}(\{[^\r\n]*\})\r?\n.*?^ *#{ENDS}\r?\n/m.freeze

    module_function

    # Inserts `lines` at byte `offset`, which must be the start of a line or the end of the text.
    # was: the whole line at that offset, when `lines` take its place; they are then not indented.
    def insert(text, offset, lines, indent: 0, was: nil, **undo)
      ending = text.b.include?("\r\n") ? "\r\n" : "\n"
      newline = ending if offset.positive? && text.byteslice(offset - 1) != "\n"
      pad = ' ' * indent
      remembered = JSON.generate({ was: was, newline: newline, **undo }.compact)
      block = ["#{pad}#{BEGINS}#{remembered}", *lines.map { |line| was ? line : pad + line }, pad + ENDS]
      block = newline.to_s + block.map { |line| line + ending }.join
      text.byteslice(0, offset) + block.force_encoding(text.encoding) + text.byteslice((offset + was.to_s.bytesize)..)
    end

    # The text without our block; the text itself when there is none.
    def remove(text)
      found = BLOCK.match(text) or return text

      undo = undo(text)
      before = undo['newline'] ? found.pre_match.delete_suffix(undo['newline']) : found.pre_match
      before + undo['was'].to_s.dup.force_encoding(text.encoding) + found.post_match
    end

    # What the block's first line remembers, or nil when there is no block.
    def undo(text)
      found = BLOCK.match(text)
      found && JSON.parse(found[1].dup.force_encoding('UTF-8'))
    end
  end
end
