-- The schema everything of bbb-tiers lives in, so that a database shared with other programs is fine.
--
-- It exists when this runs: the migration runner creates it for its own table (bbb_tiers.migrations).
-- A role that may not create schemas gets it from the administrator:
--   create schema bbb_tiers authorization <role>;
--
-- Adding a migration:
--   1. A new file here, `NNNN-noun.sql`, with the next number. It is plain SQL for PostgreSQL 13 to 18.
--   2. Write every name with its schema (bbb_tiers.decision), and no transaction commands:
--      all migrations that are due run in one transaction, so either all of them hold or none.
--   3. Forward only, nothing is ever taken back: what has been released is never edited, renamed or removed
--      (a database that has run it would not notice), a mistake is mended by the next number.
--      The version before must still work on the new tables, for as long as both may be running.
--   4. Ids only: no column for a name, an e-mail, an IP address or a secret.

comment on schema bbb_tiers is
  'bbb-tiers: what nobody can observe again (sent notices, decisions, meeting ledger). Ids only, no names.';
