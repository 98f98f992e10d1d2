# frozen_string_literal: true

# In-memory stand-ins for Active Record tables with the few query methods the overlay uses; imitates no SQL.

module StandIns
  # A chain of conditions over the rows of one table.
  class Relation
    def initialize(table, conditions = [])
      @table = table
      @conditions = conditions
    end

    def where(wanted = nil)
      return Negation.new(self) if wanted.nil?

      with { |row| matches?(row, wanted) }
    end

    def excluding_rows(unwanted)
      with { |row| !matches?(row, unwanted) }
    end

    def to_a
      @table.rows.select { |row| @conditions.all? { |condition| condition.call(row) } }
    end

    def count
      @table.counted
      to_a.size
    end

    def pluck(name)
      to_a.map { |row| row.public_send(name) }
    end

    private

    def with(&condition)
      Relation.new(@table, [*@conditions, condition])
    end

    def matches?(row, wanted)
      wanted.all? do |name, value|
        actual = row.public_send(name)
        value.is_a?(Array) || value.is_a?(Range) ? value.include?(actual) : value == actual
      end
    end
  end

  # What `where.not` answers.
  class Negation
    def initialize(relation)
      @relation = relation
    end

    def not(unwanted)
      @relation.excluding_rows(unwanted)
    end
  end

  # A table: a Struct of columns with class methods over its rows.
  module Table
    def rows
      @rows ||= []
    end

    # A place where a test may watch that the rows are being counted.
    def counted; end

    def where(wanted = nil)
      Relation.new(self).where(wanted)
    end

    def find_by(wanted)
      where(wanted).to_a.first
    end

    def find(id)
      find_by(id:) || raise(KeyError, "no row #{id}")
    end

    def exists?(wanted)
      !find_by(wanted).nil?
    end

    def create!(**columns)
      new(id: "#{name.downcase}-#{rows.size + 1}", **columns).tap { |row| rows << row }
    end
  end
end
