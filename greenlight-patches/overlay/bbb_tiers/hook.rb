# frozen_string_literal: true

# Applies one module to one class of Greenlight, or says why it does not fit; never raises and never reopens a class.

module BbbTiers
  # `state` is :applied, :off (no variable of the hook is set) or :skipped (`reason` says why).
  HookResult = Struct.new(:name, :state, :reason, keyword_init: true)

  # `variables`: one of them must be set. `target`: the class or module, by name. `overlay`: the module to prepend.
  # `overrides`: the methods it overrides, `relies_on`: further classes and methods it calls;
  # both as method => [visibility, parameters], the parameters as Method#parameters names them.
  Hook = Struct.new(:name, :variables, :target, :overlay, :overrides, :relies_on, keyword_init: true) do
    # `set`: names of the variables that are set.
    def install(set)
      return result(:off) unless variables.intersect?(set)

      reason = mismatch
      return result(:skipped, reason) if reason

      Object.const_get(target).prepend(overlay)
      result(:applied)
    rescue StandardError, ScriptError => e
      result(:skipped, "#{target}: #{e.class}: #{e.message.lines.first.to_s.strip}")
    end

    private

    def result(state, reason = nil)
      HookResult.new(name:, state:, reason:)
    end

    # The first difference between Greenlight and what the hook was written for; nil when there is none.
    def mismatch
      [[target, overrides], *relies_on.to_a].each do |class_name, methods|
        reason = class_mismatch(class_name, methods)
        return reason if reason
      end
      nil
    end

    def class_mismatch(class_name, methods)
      owner = Object.const_get(class_name)
      methods.each do |method_name, (visibility, parameters)|
        reason = method_mismatch(owner, method_name, visibility, parameters)
        return "#{class_name}##{method_name}: #{reason}" if reason
      end
      nil
    rescue NameError => e
      "#{class_name}: class missing (#{e.message.lines.first.to_s.strip})"
    end

    def method_mismatch(owner, method_name, visibility, parameters)
      return "expected a #{visibility} method, found none" unless visible?(owner, method_name, visibility)

      found = original(owner, method_name).parameters
      return nil if found.sort == parameters.sort

      "expected the parameters (#{describe(parameters)}), found (#{describe(found)})"
    end

    def visible?(owner, method_name, visibility)
      visibility == :private ? owner.private_method_defined?(method_name) : owner.public_method_defined?(method_name)
    end

    # Greenlight's method, below the modules an earlier hook has already put before it.
    def original(owner, method_name)
      method = owner.instance_method(method_name)
      method = method.super_method while method.owner.name.to_s.start_with?('BbbTiers::')
      method
    end

    def describe(parameters)
      parameters.map { |kind, parameter_name| "#{kind} #{parameter_name}".strip }.join(', ')
    end
  end
end
