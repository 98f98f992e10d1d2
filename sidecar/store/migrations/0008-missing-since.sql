-- Up to when everybody who came to a meeting was seen. A service that starts anew takes nobody to have come later than that
-- unless BBB reported the arrival.

alter table bbb_tiers.meetings add column missing_since timestamptz default '-infinity';

comment on column bbb_tiers.meetings.missing_since is
  'Set while something of the bus was missed that no list has made up for: since then. Minus infinity: from the beginning, or not on record.';
