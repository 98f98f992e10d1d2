# frozen_string_literal: true

# Adds our lines to the administrator's apply-config.sh and takes them out again; never touches another line.

require_relative 'marked_block'

module BbbTiers
  # bbb-conf runs /etc/bigbluebutton/bbb-conf/apply-config.sh at --restart and --setip, which end every upgrade. Ours
  # comes first: the script may end with `exit`. It is found from the script's own place, and its failure is only told.
  module ApplyConfig
    SHEBANG = "#!/bin/bash\n"
    LINES = [
      '# Puts the recording hooks of bbb-tiers back after an upgrade of BigBlueButton.',
      'bbb_tiers_install="${0%/*}/../../../usr/local/lib/bbb-tiers/install.sh"',
      '[ -x "$bbb_tiers_install" ] || bbb_tiers_install=/usr/local/lib/bbb-tiers/install.sh',
      'if [ -x "$bbb_tiers_install" ]; then',
      '  "$bbb_tiers_install" --reapply || echo "bbb-tiers: could not be put back, see above" >&2',
      'fi'
    ].freeze

    module_function

    def add(text, **undo)
      base = MarkedBlock.remove(text)
      offset = base.start_with?('#!') ? base.lines.first.bytesize : 0
      MarkedBlock.insert(base, offset, LINES, **undo)
    end
  end
end
