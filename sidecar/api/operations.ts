/** Every call of `/api/v1` but the stream, as data: paths, rights, what is taken and answered, and what answers it. */
import type { Operation } from './operation';
import { configOperations } from './operations/configuration';
import { decisionOperations } from './operations/decisions';
import type { OperationDeps } from './operations/deps';
import { figureOperations } from './operations/figures';
import { meetingOperations } from './operations/meetings';

/** In the order of the document. */
export function createOperations(deps: OperationDeps): readonly Operation[] {
  return [
    ...meetingOperations(deps),
    ...decisionOperations(deps),
    ...configOperations(deps),
    ...figureOperations(deps),
  ];
}
