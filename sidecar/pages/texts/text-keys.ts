/** What each language has to say on the pages; the texts themselves are in a file per language. */
import type { LimitName } from '../../core/limits/define-limit';

/** Acts that a decision may be about, as the decision log names them. */
export type ActName =
  | 'send-notice'
  | 'end-meeting'
  | 'eject-user'
  | 'stop-recording'
  | 'mark-recording'
  | 'record-breach'
  | 'refuse-claim'
  | 'delete-recording';

/** Numbers and durations come as words already. */
export interface PageTexts {
  /** Its own name. */
  readonly language: string;
  readonly chooseLanguage: string;
  readonly skipToContent: string;
  /** Of the operators' page; a command follows. */
  readonly needsScript: string;
  readonly links: Readonly<Record<'terms' | 'privacy' | 'help', string>>;
  readonly levels: {
    readonly title: string;
    readonly intro: string;
    readonly caption: string;
    readonly level: string;
    /** The head of each limit's column. */
    readonly limits: Readonly<Record<LimitName, string>>;
    readonly accounts: string;
    readonly rooms: string;
    readonly server: string;
    readonly branding: string;
    readonly setupFee: string;
    readonly monthlyFee: string;
    readonly unlimited: string;
    readonly yes: string;
    readonly no: string;
    readonly shared: string;
    readonly dedicated: string;
    readonly onRequest: string;
    readonly none: string;
    readonly soft: string;
    readonly observe: string;
    readonly waived: (months: number) => string;
    readonly byDefault: (title: string) => string;
    readonly fairUse: string;
    readonly privacy: string;
    readonly version: string;
  };
  readonly member: {
    readonly title: string;
    readonly code: string;
    readonly when: string;
    readonly rule: string;
    readonly allowedBy: string;
    readonly nobodyAllows: string;
    readonly tier: (title: string, price: string) => string;
    /** Of the very tier the decision is about, changed since: what it allows by now. */
    readonly nowAllows: Readonly<Record<LimitName, (title: string, allowed: string) => string>>;
    readonly nowUnlimited: (title: string) => string;
    /** Of the same, where the limit is announced or recorded and no more. */
    readonly notHeld: (title: string) => string;
    readonly whomToAsk: string;
    readonly askTenant: string;
    readonly helpPage: string;
    readonly askOwner: string;
    readonly seeLevels: string;
    readonly unknownTitle: string;
    readonly unknown: string;
    readonly tooOftenTitle: string;
    readonly tooOften: string;
    readonly awayTitle: string;
    readonly away: string;
    readonly rules: Readonly<Record<LimitName, (tier: string, allowed: string) => string>>;
    readonly noRule: string;
    readonly perMonth: (price: string) => string;
    readonly free: string;
  };
  readonly sentence: {
    readonly acts: Readonly<Record<ActName, string>>;
    readonly dryActs: Readonly<Record<ActName, string>>;
    readonly because: Readonly<Record<LimitName, (tier: string, value: string, allowed: string) => string>>;
    /** After the act of a notice, instead of the reason. */
    readonly timeNearlyOver: (tier: string, value: string, allowed: string) => string;
    readonly byOperator: string;
    readonly notBelieved: string;
    readonly itsTier: string;
    readonly tierNamed: (title: string) => string;
    readonly more: string;
  };
}
