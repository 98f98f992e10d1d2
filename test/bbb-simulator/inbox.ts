/** akka-apps' inbox: reads commands strictly, applies those it takes, and keeps a record of all for tests; it answers nobody. */
import { decodeCommand } from './bus/decode';
import { type FaultState, losesCommand } from './faults';
import { applyCommand, type Command } from './model/commands';
import { type Bbb, nextOrder } from './model/state';
import type { Stepper } from './stepper';

/** A command akka-apps took; `ignored` says why nothing came of it. */
export interface ReceivedCommand extends Command {
  readonly order: number;
  readonly at: number;
  readonly from: 'bus' | 'bbb-web';
  readonly ignored: string | undefined;
}

/** A command akka-apps did not take: BBB would have logged a line and said nothing. */
export interface DroppedCommand {
  readonly at: number;
  readonly name: string;
  readonly reason: string;
  readonly text: string;
}

export interface Inbox {
  readonly commands: readonly ReceivedCommand[];
  readonly dropped: readonly DroppedCommand[];
  /** Whatever arrived on `to-akka-apps-redis-channel`. */
  receive(text: string): void;
  /** A command bbb-web sends; it travels the same channel, so it gets lost like the others. */
  fromWeb(command: Command): void;
}

export function akkaInbox(bbb: Bbb, faults: FaultState, stepper: Stepper): Inbox {
  const commands: ReceivedCommand[] = [];
  const dropped: DroppedCommand[] = [];

  function take(command: Command, from: ReceivedCommand['from']): void {
    if (losesCommand(faults, command.name)) {
      stepper.noteActivity();
      return;
    }
    stepper.act(() => {
      const order = nextOrder(bbb);
      const ignored = applyCommand(bbb, command);
      commands.push({ ...command, order, at: bbb.now, from, ignored });
    });
  }

  return {
    commands,
    dropped,
    receive(text) {
      const decoded = decodeCommand(text, bbb.settings.version);
      if (decoded.ok) {
        take(decoded.command, 'bus');
      } else {
        stepper.act(() => dropped.push({ at: bbb.now, name: decoded.name, reason: decoded.reason, text }));
      }
    },
    fromWeb: (command) => take(command, 'bbb-web'),
  };
}
