/** What may be asked of the admin API, parameter by parameter, as zod schemas; looks nothing up. */
import { z } from 'zod';
import { parseDecisionCode } from '../core/decision-code';
import { monthBounds } from '../ledger/usage';
import { parseCursor } from '../store/cursor';
import { isMoment } from '../store/moment';
import { ACTIONS, limitName, OUTCOMES } from './schemas';

/** More rows than this are no page. */
export const LARGEST_PAGE = 500;
const DEFAULT_PAGE = 100;
/** A week in buckets is what a chart can show. */
const LONGEST_SERIES_HOURS = 168;
const DEFAULT_SERIES_HOURS = 24;
/** Ids of meetings, tenants and tiers; BBB's own are shorter. */
const LONGEST_ID = 256;

const id = z.string().min(1).max(LONGEST_ID);

/** Runs `read`, and says what was expected when it gives nothing. */
function readAs<T>(expected: string, read: (text: string) => T | undefined) {
  return (text: string, context: z.core.$RefinementCtx<string>): T => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `expected ${expected}`, input: text });
    return z.NEVER;
  };
}

/** A whole number in digits only: `1e3`, ` 1` and `0x1` are none. */
function wholeNumber(from: number, to: number, fallback: number) {
  return z
    .string()
    .regex(/^\d{1,6}$/, `expected a whole number from ${from} to ${to}`)
    .transform(
      readAs(`a whole number from ${from} to ${to}`, (text) =>
        Number(text) >= from && Number(text) <= to ? Number(text) : undefined,
      ),
    )
    .meta({ description: `a whole number from ${from} to ${to}, ${fallback} when it is not given` });
}

const ISO_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

function epochMsOf(text: string): number | undefined {
  if (/^\d{1,13}$/.test(text)) return Number(text);
  const ms = ISO_MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  return isMoment(ms) ? ms : undefined;
}

const moment = z
  .string()
  .transform(readAs("a moment such as '2026-11-02T10:00:00Z' or epoch milliseconds", epochMsOf))
  .meta({ description: 'ISO 8601 with a zone, or epoch milliseconds' });

const decisionCode = z
  .string()
  .transform(readAs("a code such as 'K7Q-2MX'", parseDecisionCode))
  .meta({ description: 'as in the chat line, such as K7Q-2MX; case and hyphen do not matter' });

const cursor = z
  .string()
  .transform(
    readAs("the 'next_cursor' of the page before", (text) => {
      const parsed = parseCursor(text);
      return parsed !== undefined && /^\d{1,18}$/.test(parsed.id) ? parsed : undefined;
    }),
  )
  .meta({ description: "the 'next_cursor' of the page before; only with the same filters" });

export const meetingPath = z.strictObject({
  id: z.string().min(1).meta({ description: 'internal or external id of a running meeting' }),
});
export const decisionPath = z.strictObject({ code: decisionCode });

/** `limit` is the limit a decision is about; how many rows a page has is `size`. */
export const decisionQuery = z.strictObject({
  limit: limitName.optional(),
  action: z.enum(ACTIONS).optional(),
  outcome: z
    .enum([...OUTCOMES, 'open'])
    .optional()
    .meta({ description: '`open`: nothing is known yet' }),
  tenant: id.optional(),
  tier: id.optional(),
  meeting: id.optional().meta({ description: 'internal or external id' }),
  code: decisionCode.optional(),
  since: moment.optional(),
  until: moment.optional().meta({ description: 'before this moment' }),
  size: wholeNumber(1, LARGEST_PAGE, DEFAULT_PAGE).optional(),
  cursor: cursor.optional(),
});
export const pageSizeOf = (size: number | undefined): number => size ?? DEFAULT_PAGE;

export const usageQuery = z.strictObject({
  month: z
    .string()
    .refine((text) => monthBounds(text) !== undefined, "expected a month such as '2026-11'")
    .optional()
    .meta({ description: 'such as 2026-11, UTC; the running one when it is not given' }),
  tenant: id.optional(),
  by: z.enum(['tenant', 'account']).optional(),
  granularity: z.enum(['month', 'day']).optional(),
});

export const seriesQuery = z.strictObject({
  hours: wholeNumber(1, LONGEST_SERIES_HOURS, DEFAULT_SERIES_HOURS).optional(),
});
export const seriesHoursOf = (hours: number | undefined): number => hours ?? DEFAULT_SERIES_HOURS;

export const noQuery = z.strictObject({});
